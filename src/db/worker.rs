//! The threads behind the doors: how a request becomes a transaction, and on SQLite several of them one commit.

use crossbeam_channel::Receiver;

use super::connect::{DatabaseUrl, DbConn};
use super::executor::BeforeCommit;
use super::job::{Job, Mode, Verdict};
use super::prepared;
use super::transaction::{begin, begin_nested, commit, depth, undo};
use crate::error::{Error, Result, Unavailable};

/// A transaction of at most this many requests shares one SQLite commit.
const GROUP: usize = 64;
/// How often a PostgreSQL transaction is tried when it loses against another.
const ATTEMPTS: u32 = 4;

/// How a worker carries out what it took from its queue.
pub(super) type Serve = fn(&mut Worker, &Receiver<Box<dyn Job>>, Box<dyn Job>);

pub(super) fn spawn(
    name: String,
    mut worker: Worker,
    queue: Receiver<Box<dyn Job>>,
    serve: Serve,
) -> Result<()> {
    let body = move || {
        while let Ok(job) = queue.recv() {
            serve(&mut worker, &queue, job);
            if prepared::are_too_many() {
                worker.conn = None;
            }
        }
    };
    std::thread::Builder::new()
        .name(name)
        .spawn(body)
        .map(drop)
        .map_err(Error::internal)
}

/// A thread's connection, and what is done with it.
pub(super) struct Worker {
    url: DatabaseUrl,
    conn: Option<DbConn>,
    before_commit: BeforeCommit,
}

impl Worker {
    pub(super) fn new(url: &DatabaseUrl, conn: DbConn, before_commit: BeforeCommit) -> Self {
        Self {
            url: url.clone(),
            conn: Some(conn),
            before_commit,
        }
    }

    /// One request, one transaction.
    pub(super) fn serve(&mut self, _: &Receiver<Box<dyn Job>>, mut job: Box<dyn Job>) {
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
    pub(super) fn serve_grouped(&mut self, queue: &Receiver<Box<dyn Job>>, first: Box<dyn Job>) {
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
        if !first.begin() {
            first.answer(None);
            return None;
        }
        let lead = self.lead(first.as_mut());
        let Ok(Some(conn)) = lead else {
            let failure = lead.err();
            if failure.is_some() {
                self.conn = None;
            }
            first.answer(failure);
            return None;
        };
        let is_alone = first.mode().is_alone();
        let mut done = vec![first];
        let left = if is_alone {
            None
        } else {
            follow(conn, queue, &mut done)
        };
        self.end(done);
        left
    }

    /// Begins a transaction and does the first job in it; the connection, where the job's work is to be kept.
    fn lead(&mut self, first: &mut dyn Job) -> Result<Option<&mut DbConn>> {
        let conn = self.connection()?;
        begin(conn, Mode::Write)?;
        if first.run(conn) == Verdict::Keep {
            return Ok(Some(conn));
        }
        undo(conn, 0)?;
        Ok(None)
    }

    /// Commits what jobs did, and answers them.
    fn end(&mut self, done: Vec<Box<dyn Job>>) {
        let before_commit = self.before_commit;
        let ended = self
            .connection()
            .and_then(|conn| before_commit(conn).and_then(|()| commit(conn)));
        if let Err(error) = &ended {
            tracing::error!(error = %error, requests = done.len(), "commit failed");
            // Closing it undoes what was not committed.
            self.conn = None;
        }
        for mut job in done {
            job.answer(ended.as_ref().err().map(same_meaning));
        }
    }

    fn connection(&mut self) -> Result<&mut DbConn> {
        if self.conn.is_none() {
            self.conn = Some(self.url.connect()?);
        }
        self.conn
            .as_mut()
            .ok_or(Error::Unavailable(Unavailable::DatabaseUnreachable))
    }
}

/// Does what waits in the queue, each job in a savepoint, up to one that must be alone.
fn follow(
    conn: &mut DbConn,
    queue: &Receiver<Box<dyn Job>>,
    done: &mut Vec<Box<dyn Job>>,
) -> Option<Box<dyn Job>> {
    while done.len() < GROUP {
        let mut job = queue.try_recv().ok()?;
        if job.mode().is_alone() {
            return Some(job);
        }
        if job.begin() {
            savepoint(conn, job.as_mut());
            done.push(job);
        } else {
            job.answer(None);
        }
    }
    None
}

/// The failure of a shared commit, for each request that shared it.
fn same_meaning(error: &Error) -> Error {
    match error {
        Error::InsufficientStorage | Error::Unavailable(_) | Error::Internal(_) => error.clone(),
        other => Error::internal(other.clone()),
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
        Err(Error::Unavailable(Unavailable::DatabaseBusy)) => (
            Verdict::Retry,
            Some(Error::Unavailable(Unavailable::DatabaseBusy)),
        ),
        Err(error) => (Verdict::Lost, Some(error)),
    }
}

fn savepoint(conn: &mut DbConn, job: &mut dyn Job) {
    let opened = depth(conn).and_then(|outside| begin_nested(conn).map(|()| outside));
    let outside = match opened {
        Ok(outside) => outside,
        Err(error) => return job.answer(Some(error)),
    };
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
