//! What every handler shares, and the three ways to the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web::Data;

use super::body::BodyDigest;
use super::guard::{Caller, Visitor};
use super::idempotency::InFlight;
use super::reply::Reply;
use crate::access::{Actor, PendingRevocations, Reach, Tokens};
use crate::config::Config;
use crate::context::{Context, Deps, IfMatch};
use crate::db::{Db, DbConn};
use crate::error::{Error, Result};
use crate::passwords::Passwords;
use crate::throttling::Gate;

/// The service, as handlers see it.
pub type State = Data<AppState>;

/// The parts the service is made of.
pub struct AppParts {
    /// Settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Clock, ids and vault.
    pub deps: Deps,
    /// Access tokens.
    pub tokens: Arc<Tokens>,
}

/// The service.
pub struct AppState {
    /// Settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Clock, ids and vault.
    pub deps: Deps,
    /// Access tokens.
    pub tokens: Arc<Tokens>,
    /// Where passwords are hashed.
    pub passwords: Passwords,
    /// Who may try a password.
    pub gate: Gate,
    /// Keyed requests being carried out.
    pub(super) in_flight: InFlight,
    draining: AtomicBool,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(parts: AppParts) -> Self {
        let AppParts {
            config,
            db,
            deps,
            tokens,
        } = parts;
        Self {
            config,
            db,
            deps,
            tokens,
            passwords: Passwords::start(),
            gate: Gate::default(),
            in_flight: InFlight::default(),
            draining: AtomicBool::new(false),
        }
    }

    /// Begins the end: readiness fails from now on, what is in flight is finished.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Whether the end has begun.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Turns true when the end has begun: long work watches it.
    pub fn draining(&self) -> &AtomicBool {
        &self.draining
    }

    /// The request as use cases see it.
    pub fn context(&self, caller: &Caller) -> Context {
        Context {
            actor: Arc::clone(&caller.actor),
            reach: caller.reach.clone(),
            now: self.deps.clock.now(),
            today: self.deps.clock.today(),
            request_id: caller.request_id.clone(),
            if_match: caller.if_match,
            deps: self.deps.clone(),
            pending_revocations: PendingRevocations::default(),
        }
    }

    /// The request of someone without a token, as use cases see it once they know on whose behalf it acts.
    pub fn context_of_visitor(&self, visitor: &Visitor, actor: Actor) -> Context {
        Context {
            actor: Arc::new(actor),
            reach: Reach::default(),
            now: self.deps.clock.now(),
            today: self.deps.clock.today(),
            request_id: visitor.request_id.clone(),
            if_match: IfMatch::Absent,
            deps: self.deps.clone(),
            pending_revocations: PendingRevocations::default(),
        }
    }

    /// Reads in one snapshot.
    ///
    /// # Errors
    /// What the use case returns.
    pub async fn read<T, F>(&self, caller: &Caller, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn, &Context) -> Result<T> + Send + 'static,
    {
        let context = self.context(caller);
        self.db.read(move |conn| work(conn, &context)).await
    }

    /// Reads a page of a list in one snapshot.
    ///
    /// # Errors
    /// What the use case returns.
    pub async fn read_page<T, F>(&self, caller: &Caller, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn, &Context) -> Result<T> + Send + 'static,
    {
        let context = self.context(caller);
        self.db.read_page(move |conn| work(conn, &context)).await
    }

    /// Reads with a single statement.
    ///
    /// # Errors
    /// What the use case returns.
    pub async fn read_one<T, F>(&self, caller: &Caller, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn, &Context) -> Result<T> + Send + 'static,
    {
        let context = self.context(caller);
        self.db.read_one(move |conn| work(conn, &context)).await
    }

    /// Writes in one transaction: PUT, PATCH and DELETE, which are idempotent by themselves.
    ///
    /// # Errors
    /// What the use case returns.
    pub async fn write<F>(&self, caller: &Caller, work: F) -> Result<Reply>
    where
        F: FnMut(&mut DbConn, &Context) -> Result<Reply> + Send + 'static,
    {
        self.write_as(self.context(caller), work).await
    }

    /// Writes in one transaction on behalf of whoever the context names.
    ///
    /// # Errors
    /// What the use case returns.
    pub async fn write_as<T, F>(&self, context: Context, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut DbConn, &Context) -> Result<T> + Send + 'static,
    {
        let pending_revocations = context.pending_revocations.clone();
        let done = self.db.write(move |conn| work(conn, &context)).await?;
        pending_revocations.take_effect(&self.deps.revocations);
        Ok(done)
    }

    /// Does all that [`AppState::post`] does and undoes it: the reply is the one the real run would have had.
    ///
    /// # Errors
    /// What the use case returns.
    pub async fn dry_run<F>(&self, caller: &Caller, mut work: F) -> Result<Reply>
    where
        F: FnMut(&mut DbConn, &Context) -> Result<Reply> + Send + 'static,
    {
        let context = self.context(caller);
        self.db.dry_run(move |conn| work(conn, &context)).await
    }

    /// Writes in one transaction under the request's idempotency key, if it has one: POST.
    ///
    /// # Errors
    /// What the use case returns; `IdempotencyMismatch` or `Conflict` for a key used otherwise or at this moment.
    pub async fn post<F>(&self, caller: &Caller, digest: BodyDigest, work: F) -> Result<Reply>
    where
        F: FnMut(&mut DbConn, &Context) -> Result<Reply> + Send + 'static,
    {
        self.post_rows(caller, digest, false, work).await
    }

    /// The same for a write of many rows, which shares its transaction with no other.
    ///
    /// # Errors
    /// As [`AppState::post`].
    pub async fn post_many<F>(&self, caller: &Caller, digest: BodyDigest, work: F) -> Result<Reply>
    where
        F: FnMut(&mut DbConn, &Context) -> Result<Reply> + Send + 'static,
    {
        self.post_rows(caller, digest, true, work).await
    }

    async fn post_rows<F>(
        &self,
        caller: &Caller,
        digest: BodyDigest,
        are_many: bool,
        mut work: F,
    ) -> Result<Reply>
    where
        F: FnMut(&mut DbConn, &Context) -> Result<Reply> + Send + 'static,
    {
        let context = self.context(caller);
        let pending_revocations = context.pending_revocations.clone();
        let keyed = caller.keyed(digest)?;
        let entered = keyed.as_ref().map(|keyed| self.in_flight.enter(keyed));
        let place = entered.transpose()?;
        let write = move |conn: &mut DbConn| match &keyed {
            Some(keyed) => keyed.run(conn, &context, |conn| work(conn, &context)),
            None => work(conn, &context),
        };
        let done = if are_many {
            self.db.write_alone(write).await?
        } else {
            self.db.write(write).await?
        };
        drop(place);
        pending_revocations.take_effect(&self.deps.revocations);
        Ok(done)
    }

    /// Carries out a POST that writes in several transactions of its own, under the request's idempotency key, if it has one.
    /// The work goes on when the caller leaves. Its parts must bear being repeated: the reply is kept after the last of them.
    ///
    /// # Errors
    /// As [`AppState::post`].
    pub async fn post_in_parts<F>(
        state: &State,
        caller: &Caller,
        digest: BodyDigest,
        work: F,
    ) -> Result<Reply>
    where
        F: Future<Output = Result<Reply>> + 'static,
    {
        let keyed = caller.keyed(digest)?;
        let state = State::clone(state);
        let context = state.context(caller);
        let carry_out = async move {
            let Some(keyed) = keyed else {
                return work.await;
            };
            let _place = state.in_flight.enter(&keyed)?;
            let (asked, asking) = (keyed.clone(), context.clone());
            let kept = state.db.read(move |conn| asked.kept(conn, &asking)).await?;
            if let Some(reply) = kept {
                return Ok(reply);
            }
            let reply = work.await?;
            let kept = reply.clone();
            state
                .db
                .write(move |tx| keyed.run(tx, &context, |_| Ok(kept.clone())).map(drop))
                .await?;
            Ok(reply)
        };
        actix_web::rt::spawn(carry_out)
            .await
            .map_err(Error::internal)?
    }
}
