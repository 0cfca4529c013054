//! The threads behind the two doors.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::connect::{Backend, DatabaseUrl, DbConn};
use super::constraint;
use super::job::{Job, Mode, TOO_LONG, Task, Turn, Verdict};
use super::wanted::WantedOnly;
use crate::error::{Error, Result};

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

/// A transaction of at most this many requests shares one SQLite commit.
const GROUP: usize = 64;
/// How often a PostgreSQL transaction is tried when it loses against another.
const ATTEMPTS: u32 = 4;

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
    pub async fn rehearse<T, F>(&self, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn) -> Result<T> + Send + 'static,
    {
        let slot = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&slot);
        let undone: Result<()> = self
            .write_alone(move |conn| {
                let made = work(conn)?;
                *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
                Err(Error::Rehearsal)
            })
            .await;
        match undone {
            Err(Error::Rehearsal) => {
                let made = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
                made.ok_or_else(|| Error::internal("a dry run left nothing"))
            }
            Err(error) => Err(error),
            Ok(()) => Err(Error::internal("a dry run was committed")),
        }
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
            Err(TrySendError::Full(_)) => return Err(Error::Unavailable("database queue full", 1)),
            Err(TrySendError::Disconnected(_)) => {
                return Err(Error::Unavailable("database closed", 5));
            }
        }
        let answered = tokio::time::timeout_at(deadline.into(), &mut answer).await;
        let answered = match answered {
            Ok(answered) => answered,
            Err(_) if turn.give_up() => return Err(TOO_LONG),
            // What has begun is waited for: nobody else can say whether it was committed.
            Err(_) => answer.await,
        };
        answered.unwrap_or_else(|_| Err(Error::Unavailable("database closed", 5)))
    }
}

/// How a worker carries out what it took from its queue.
type Serve = fn(&mut Worker, &Receiver<Box<dyn Job>>, Box<dyn Job>);

fn spawn(
    name: String,
    mut worker: Worker,
    queue: Receiver<Box<dyn Job>>,
    serve: Serve,
) -> Result<()> {
    let body = move || {
        while let Ok(job) = queue.recv() {
            serve(&mut worker, &queue, job);
        }
    };
    std::thread::Builder::new()
        .name(name)
        .spawn(body)
        .map(drop)
        .map_err(Error::internal)
}

struct Worker {
    url: DatabaseUrl,
    conn: Option<DbConn>,
    before_commit: BeforeCommit,
}

impl Worker {
    fn new(url: &DatabaseUrl, conn: DbConn, before_commit: BeforeCommit) -> Self {
        Self {
            url: url.clone(),
            conn: Some(conn),
            before_commit,
        }
    }

    /// One request, one transaction.
    fn serve(&mut self, _: &Receiver<Box<dyn Job>>, mut job: Box<dyn Job>) {
        for attempt in 1..=ATTEMPTS {
            if !job.begin() {
                return job.answer(None);
            }
            let conn = match self.connection() {
                Ok(conn) => conn,
                Err(error) => return job.answer(Some(error)),
            };
            let (verdict, failure) = transact(conn, job.as_mut());
            if verdict == Verdict::Lost {
                self.conn = None;
            }
            if verdict == Verdict::Retry && attempt < ATTEMPTS {
                std::thread::yield_now();
                continue;
            }
            return job.answer(failure);
        }
    }

    /// What waits in the queue shares one commit, and is answered after the sync; what must be alone begins another.
    fn serve_grouped(&mut self, queue: &Receiver<Box<dyn Job>>, first: Box<dyn Job>) {
        let mut next = Some(first);
        while let Some(job) = next {
            next = self.serve_group(queue, job);
        }
    }

    /// One group; a job that must be alone, if one was met, is given back.
    ///
    /// The first runs in the transaction itself, the others in savepoints of their own: inside a savepoint SQLite keeps every page
    /// it changes, and goes through all of them at the end of each statement.
    fn serve_group(
        &mut self,
        queue: &Receiver<Box<dyn Job>>,
        mut first: Box<dyn Job>,
    ) -> Option<Box<dyn Job>> {
        let before_commit = self.before_commit;
        if !first.begin() {
            first.answer(None);
            return None;
        }
        let conn = match self.connection() {
            Ok(conn) => conn,
            Err(error) => {
                first.answer(Some(error));
                return None;
            }
        };
        if let Err(error) = begin(conn, Mode::Write) {
            self.conn = None;
            first.answer(Some(error));
            return None;
        }
        if first.run(conn) != Verdict::Keep {
            let undone = undo(conn, 0);
            if undone.is_err() {
                self.conn = None;
            }
            first.answer(undone.err());
            return None;
        }
        let is_alone = first.mode() == Mode::Alone;
        let mut done: Vec<Box<dyn Job>> = Vec::with_capacity(GROUP);
        done.push(first);
        let mut left = None;
        while !is_alone && done.len() < GROUP {
            let Ok(mut job) = queue.try_recv() else {
                break;
            };
            if job.mode() == Mode::Alone {
                left = Some(job);
                break;
            }
            if job.begin() {
                savepoint(conn, job.as_mut());
                done.push(job);
            } else {
                job.answer(None);
            }
        }
        let ended = before_commit(conn).and_then(|()| commit(conn));
        if let Err(error) = &ended {
            tracing::error!(error = %error, requests = done.len(), "commit failed");
            drop(rollback(conn));
            self.conn = None;
        }
        for mut job in done {
            job.answer(ended.as_ref().err().map(same_meaning));
        }
        left
    }

    fn connection(&mut self) -> Result<&mut DbConn> {
        if self.conn.is_none() {
            self.conn = Some(self.url.connect()?);
        }
        self.conn
            .as_mut()
            .ok_or(Error::Unavailable("database unreachable", 1))
    }
}

/// The failure of a shared commit, for each request that shared it.
fn same_meaning(error: &Error) -> Error {
    match error {
        Error::InsufficientStorage => Error::InsufficientStorage,
        Error::Unavailable(why, seconds) => Error::Unavailable(why, *seconds),
        other => Error::Internal(other.to_string()),
    }
}

fn transact(conn: &mut DbConn, job: &mut dyn Job) -> (Verdict, Option<Error>) {
    let mode = job.mode();
    if mode == Mode::Statement {
        return (job.run(conn), None);
    }
    if let Err(error) = begin(conn, mode) {
        return (Verdict::Lost, Some(error));
    }
    let verdict = job.run(conn);
    let ended = if verdict == Verdict::Keep {
        commit(conn)
    } else {
        undo(conn, 0)
    };
    match ended {
        Ok(()) => (verdict, None),
        Err(Error::Unavailable("database busy", _)) => {
            (Verdict::Retry, Some(Error::Unavailable("database busy", 1)))
        }
        Err(error) => (Verdict::Lost, Some(error)),
    }
}

fn savepoint(conn: &mut DbConn, job: &mut dyn Job) {
    let outside = depth(conn);
    let opened = conn_begin_nested(conn);
    if let Err(error) = opened {
        return job.answer(Some(error));
    }
    let verdict = job.run(conn);
    let ended = if verdict == Verdict::Keep {
        commit(conn)
    } else {
        undo(conn, outside)
    };
    if let Err(error) = ended {
        job.answer(Some(error));
    }
}

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const PAGE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = force_custom_plan";

fn begin(conn: &mut DbConn, mode: Mode) -> Result<()> {
    use diesel::connection::AnsiTransactionManager as Ansi;
    let begun = match conn {
        DbConn::Sqlite(conn) => {
            let sql = match mode {
                Mode::Write | Mode::Alone => "BEGIN IMMEDIATE",
                Mode::Snapshot | Mode::Page | Mode::Statement => "BEGIN DEFERRED",
            };
            Ansi::begin_transaction_sql(conn, sql)
        }
        DbConn::Postgres(conn) => {
            let sql = match mode {
                Mode::Write | Mode::Alone => "BEGIN",
                Mode::Snapshot | Mode::Statement => SNAPSHOT,
                Mode::Page => PAGE,
            };
            Ansi::begin_transaction_sql(conn, sql)
        }
    };
    begun.map_err(constraint::meaning)
}

fn conn_begin_nested(conn: &mut DbConn) -> Result<()> {
    use diesel::connection::TransactionManager;
    DbConn::begin_transaction(conn).map_err(constraint::meaning)
}

/// Does work inside a transaction and undoes it unless the work says that it shall stay.
///
/// # Errors
/// What the work returns; all of the transaction is undone then.
pub fn attempt<T>(
    conn: &mut DbConn,
    work: impl FnOnce(&mut DbConn) -> Result<(T, bool)>,
) -> Result<T> {
    conn_begin_nested(conn)?;
    match work(conn) {
        Ok((made, true)) => commit(conn).map(|()| made),
        Ok((made, false)) => rollback(conn).map(|()| made),
        Err(error) => {
            rollback(conn)?;
            Err(error)
        }
    }
}

fn commit(conn: &mut DbConn) -> Result<()> {
    use diesel::connection::TransactionManager;
    DbConn::commit_transaction(conn).map_err(constraint::meaning)
}

/// How many transactions are open inside one another.
fn depth(conn: &mut DbConn) -> u32 {
    use diesel::connection::TransactionManager;
    let status = DbConn::transaction_manager_status_mut(conn);
    let depth = status.transaction_depth().ok().flatten();
    depth.map_or(0, std::num::NonZeroU32::get)
}

/// Undoes transactions, those too that work left open which ended in the middle, until so many are open.
fn undo(conn: &mut DbConn, outside: u32) -> Result<()> {
    while depth(conn) > outside {
        rollback(conn)?;
    }
    Ok(())
}

fn rollback(conn: &mut DbConn) -> Result<()> {
    use diesel::connection::TransactionManager;
    DbConn::rollback_transaction(conn).map_err(constraint::meaning)
}
