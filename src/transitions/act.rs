//! How a verb comes in: under its idempotency key, or as a dry run.

use serde::Serialize;

use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::http::{AppState, BodyDigest, Caller, Reply, Versioned};

impl AppState {
    /// Carries a verb out under the request's idempotency key, if it has one; a dry run does all of it and undoes it. The reply is
    /// the resource as the verb leaves it.
    ///
    /// # Errors
    /// What the verb returns, and as [`AppState::post`].
    pub async fn act<Response, Verb>(
        &self,
        caller: &Caller,
        digest: BodyDigest,
        dry_run: bool,
        mut verb: Verb,
    ) -> Result<Reply>
    where
        Response: Serialize + Versioned,
        Verb: FnMut(&mut DbConn, &Context) -> Result<Response> + Send + 'static,
    {
        let work =
            move |tx: &mut DbConn, context: &Context| Reply::resource(200, &verb(tx, context)?);
        if dry_run {
            self.dry_run(caller, work).await
        } else {
            self.post(caller, digest, work).await
        }
    }
}
