//! The threads that hash.

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::form;
use crate::error::{Error, Result, Unavailable};

/// Most threads, each with 19 MiB while it hashes.
const MAX_THREADS: usize = 4;
/// Requests that may wait for a thread; more are turned away at once.
const QUEUE: usize = 256;

type Job = Box<dyn FnOnce() + Send>;

/// Hashes passwords away from the threads that answer requests.
pub struct Passwords {
    queue: Sender<Job>,
}

/// What comparing a password gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Whether it is the right one.
    pub right: bool,
    /// The right password's hash in today's form, where the one kept is outdated.
    pub renewed: Option<String>,
}

impl Passwords {
    /// Starts the threads: half as many as there are processors, so that hashing leaves room for everything else.
    pub fn start() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with(processors.div_ceil(2).min(MAX_THREADS), QUEUE)
    }

    fn with(threads: usize, waiting: usize) -> Self {
        let (queue, jobs) = bounded::<Job>(waiting);
        for n in 0..threads {
            let jobs: Receiver<Job> = jobs.clone();
            let work = move || jobs.iter().for_each(|job| job());
            let thread = std::thread::Builder::new().name(format!("password-{n}"));
            if let Err(error) = thread.spawn(work) {
                tracing::error!(error = %error, "a password thread cannot start");
            }
        }
        Self { queue }
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// `Unavailable` when too many wait.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || form::hash(&password)).await
    }

    /// Compares a password with the hash kept; with none kept it takes as long and is wrong.
    ///
    /// # Errors
    /// `Unavailable` when too many wait.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<Verdict> {
        self.run(move || {
            let right = form::verify(&password, kept.as_deref().unwrap_or(form::NOBODY))?;
            let right = right && kept.is_some();
            let outdated = right && kept.as_deref().is_some_and(form::is_outdated);
            let renewed = outdated.then(|| form::hash(&password)).transpose()?;
            Ok(Verdict { right, renewed })
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job = move || {
            if !reply.is_closed() {
                // A caller that has left meanwhile needs no answer.
                drop(reply.send(work()));
            }
        };
        self.queue
            .try_send(Box::new(job))
            .map_err(|error| match error {
                TrySendError::Full(_) => Error::Unavailable(Unavailable::PasswordQueueFull),
                TrySendError::Disconnected(_) => Error::Unavailable(Unavailable::PasswordsClosed),
            })?;
        answer
            .await
            .unwrap_or_else(|_| Err(Error::internal("a password could not be hashed")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread();
        { runtime }.build().unwrap().block_on(work)
    }

    #[test]
    fn a_password_is_right_only_for_the_hash_of_its_user() {
        let passwords = Passwords::with(1, 4);
        block_on(async {
            let kept = passwords.hash("gaoshan liushui".into()).await.unwrap();
            let right = passwords.verify("gaoshan liushui".into(), Some(kept.clone()));
            let right = right.await.unwrap();
            assert_eq!(
                right,
                Verdict {
                    right: true,
                    renewed: None
                }
            );
            let wrong = passwords.verify("liushui gaoshan".into(), Some(kept)).await;
            assert!(!wrong.unwrap().right);
            let nobody = passwords.verify("gaoshan liushui".into(), None).await;
            assert!(!nobody.unwrap().right);
        });
    }

    #[test]
    fn a_full_queue_turns_away_at_once() {
        let passwords = Passwords::with(1, 1);
        let (release, gate) = bounded::<()>(0);
        let occupying = move || assert!(gate.recv().is_err());
        passwords.queue.send(Box::new(occupying)).unwrap();
        // Blocks until the thread has taken the first.
        passwords.queue.send(Box::new(|| ())).unwrap();
        let turned_away = block_on(passwords.run(|| Ok(())));
        assert!(matches!(
            turned_away,
            Err(Error::Unavailable(Unavailable::PasswordQueueFull))
        ));
        drop(release);
    }
}
