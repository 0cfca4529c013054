//! The two doors of the database: what is read waits at one, what is written at the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::connect::{Backend, DatabaseUrl, DbConn};
use super::job::{Job, Mode, TOO_LONG, Task, Turn};
use super::wanted::WantedOnly;
use super::worker::{Worker, spawn};
use crate::error::{Error, Result, Unavailable};

/// What is done at the end of every SQLite commit, in its transaction: the journal's sealer.
pub type BeforeCommit = fn(&mut DbConn) -> Result<()>;

/// How the doors are built.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Threads that read.
    pub readers: usize,
    /// Threads that write on PostgreSQL; SQLite has one writer.
    pub writers: usize,
    /// Requests that may wait at each door.
    pub queue: usize,
    /// How long a request may wait before it is answered with 503.
    pub deadline: Duration,
    /// A PostgreSQL replica to read from.
    pub replica: Option<DatabaseUrl>,
    /// Run inside each SQLite commit.
    pub before_commit: BeforeCommit,
}

/// The database, as the rest of the crate sees it.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Doors>,
}

struct Doors {
    backend: Backend,
    url: DatabaseUrl,
    readers: Sender<Box<dyn Job>>,
    writers: Sender<Box<dyn Job>>,
    deadline: Duration,
}

impl Db {
    /// Opens the doors; each thread owns one connection and opens it again when it is lost.
    ///
    /// # Errors
    /// When the first connection cannot be made.
    pub fn open(url: &DatabaseUrl, options: &DbOptions) -> Result<Self> {
        WantedOnly::install();
        let (readers, read_queue) = bounded::<Box<dyn Job>>(options.queue);
        let (writers, write_queue) = bounded::<Box<dyn Job>>(options.queue);
        let read_url = options.replica.as_ref().unwrap_or(url);
        for n in 0..options.readers.max(1) {
            let worker = Worker::new(read_url, read_url.connect()?, options.before_commit);
            spawn(
                format!("db-read-{n}"),
                worker,
                read_queue.clone(),
                Worker::serve,
            )?;
        }
        match url.backend {
            Backend::Sqlite => {
                let worker = Worker::new(url, url.connect()?, options.before_commit);
                spawn(
                    "db-write".to_owned(),
                    worker,
                    write_queue,
                    Worker::serve_grouped,
                )?;
            }
            Backend::Postgres => {
                for n in 0..options.writers.max(1) {
                    let worker = Worker::new(url, url.connect()?, options.before_commit);
                    spawn(
                        format!("db-write-{n}"),
                        worker,
                        write_queue.clone(),
                        Worker::serve,
                    )?;
                }
            }
        }
        let inner = Doors {
            backend: url.backend,
            url: url.clone(),
            readers,
            writers,
            deadline: options.deadline,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Which database stands behind the doors.
    pub fn backend(&self) -> Backend {
        self.inner.backend
    }

    /// A connection outside the doors, for work that must not stand in a queue (the sealer's lock).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn dedicated(&self) -> Result<DbConn> {
        self.inner.url.connect()
    }

    /// Reads in one snapshot.
    ///
    /// # Errors
    /// What the closure returns; `Unavailable` when the queue is full or the deadline passes.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T> + Send + 'static,
    {
        self.submit(&self.inner.readers, Mode::Snapshot, work).await
    }

    /// Reads a page of a list in one snapshot. PostgreSQL plans it for the bounds at hand: a plan for any bounds and any limit,
    /// which it would keep otherwise, sorts all that a city has instead of walking an index from where the page begins.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read_page<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T> + Send + 'static,
    {
        self.submit(&self.inner.readers, Mode::Page, work).await
    }

    /// Reads with a single statement, which is its own snapshot and saves two round trips.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read_one<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T> + Send + 'static,
    {
        self.submit(&self.inner.readers, Mode::Statement, work)
            .await
    }

    /// Writes in one transaction; an error undoes all of it. On PostgreSQL the closure may run more than once.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T> + Send + 'static,
    {
        self.submit(&self.inner.writers, Mode::Write, work).await
    }

    /// As [`Db::write`], for a write of many rows: it shares its transaction with no other.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn write_alone<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T> + Send + 'static,
    {
        self.submit(&self.inner.writers, Mode::Alone, work).await
    }

    /// Does all that [`Db::write`] does and undoes it; what the closure made is given back.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn dry_run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T> + Send + 'static,
    {
        self.submit(&self.inner.writers, Mode::DryRun, work).await
    }

    async fn submit<T, F>(&self, queue: &Sender<Box<dyn Job>>, mode: Mode, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let deadline = Instant::now() + self.inner.deadline;
        let turn = Turn::default();
        let _waiting = turn.waiting();
        let job = Box::new(Task {
            work,
            mode,
            deadline,
            turn: turn.clone(),
            outcome: None,
            reply: Some(reply),
        });
        match queue.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                return Err(Error::Unavailable(Unavailable::DatabaseQueueFull));
            }
            Err(TrySendError::Disconnected(_)) => {
                return Err(Error::Unavailable(Unavailable::DatabaseClosed));
            }
        }
        let answered = tokio::time::timeout_at(deadline.into(), &mut answer).await;
        let answered = match answered {
            Ok(answered) => answered,
            Err(_) if turn.give_up() => return Err(TOO_LONG),
            // What has begun is waited for: nobody else can say whether it was committed.
            Err(_) => answer.await,
        };
        answered.unwrap_or_else(|_| Err(Error::Unavailable(Unavailable::DatabaseClosed)))
    }
}
