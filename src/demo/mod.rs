//! The demo city: a database that holds it is marked, and served as nothing else.
//!
//! It is loaded in one transaction, from the files that the binary embeds, the way that imports and rooms write; everything is
//! journaled as done by the service itself. Its accounts share one password.

mod accounts;
mod files;
mod plans;
mod postings;
mod records;
mod rounds;
mod sessions;
mod store;
mod training;

use std::sync::Arc;

use crate::context::Context;
use crate::db::{Db, DbConn, statistics};
use crate::error::Result as Outcome;
use crate::http::AppState;
use crate::start::StartError;

/// The day on which the demo's programme stands still: that of its records.
pub const TODAY: &str = "2023-07-24";

/// What a database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// Nothing: neither organizations nor accounts.
    Nothing,
    /// The demo city.
    Demo,
    /// A programme of its own.
    Programme,
}

/// What a database holds.
///
/// # Errors
/// When it cannot be read.
pub async fn holding(db: &Db) -> Result<Holding, StartError> {
    let unreadable = |error| StartError::Failed(format!("the database cannot be read: {error}"));
    db.read(store::holding).await.map_err(unreadable)
}

/// Lets a demo be served as a demo and a programme as a programme.
///
/// # Errors
/// With the mend, when the two do not agree.
pub async fn check(db: &Db, demo: bool) -> Result<Holding, StartError> {
    let holding = holding(db).await?;
    match (demo, holding) {
        (true, Holding::Programme) => Err(StartError::Failed(
            "the database holds a programme; --demo serves only an empty database or a demo: set DATABASE_URL to another"
                .to_owned(),
        )),
        (false, Holding::Demo) => Err(StartError::Failed(
            "the database holds the demo city; add --demo, or set DATABASE_URL to another".to_owned(),
        )),
        _ => Ok(holding),
    }
}

/// Hears how many records of how many are loaded.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Loads the demo city with its accounts into an empty database; gives the accounts' password.
///
/// # Errors
/// When the database refuses.
pub async fn load(
    service: &AppState,
    password: Option<&str>,
    progress: Progress,
) -> Result<String, StartError> {
    let password = password.map_or_else(accounts::random_password, str::to_owned);
    let hash = hashed(&password)?;
    let context = Context::system(&service.deps, "demo");
    let given = password.clone();
    let work = move |tx: &mut DbConn, context: &Context| -> Outcome<()> {
        records::load(tx, context, &progress)?;
        accounts::make(tx, context, &given, &hash)?;
        store::mark(tx)?;
        statistics::gather(tx)
    };
    service
        .write_as(context, work)
        .await
        .map_err(|error| StartError::Failed(format!("the demo cannot be loaded: {error}")))?;
    Ok(password)
}

/// Gives the demo's accounts another password.
///
/// # Errors
/// When the database refuses.
pub async fn replace_password(service: &AppState, password: &str) -> Result<(), StartError> {
    let hash = hashed(password)?;
    let context = Context::system(&service.deps, "demo");
    let given = password.to_owned();
    let work = move |tx: &mut DbConn, context: &Context| {
        accounts::replace_password(tx, context, &given, &hash)
    };
    service.write_as(context, work).await.map_err(|error| {
        StartError::Failed(format!("the demo's password cannot be replaced: {error}"))
    })
}

fn hashed(password: &str) -> Result<String, StartError> {
    crate::passwords::hash(password)
        .map_err(|error| StartError::Failed(format!("the password cannot be hashed: {error}")))
}

/// Lines to paste into a shell, for a look around.
pub fn first_steps(public_url: &str) -> String {
    format!(
        r#"
  API={public_url}/v1
  login() {{ curl -sf $API/sessions --json "{{\"username\":\"$1\",\"password\":\"$XINMIAO_DEMO_PASSWORD\"}}" | sed 's/.*"accessToken":"\([^"]*\)".*/\1/'; }}
  MANAGER="Authorization: Bearer $(login manager)"
  curl -s -H "$MANAGER" "$API/cadres?mentoring=NONE&limit=5"
  curl -s -H "$MANAGER" "$API/cadres/by-external-id/demo/C-000371"

The reference is at {public_url}/docs; the accounts are admin, manager, enyang, officer, mentor, cadre, auditor, analyst and
the client hr-portal.
"#
    )
}
