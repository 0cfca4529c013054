//! The demo city: a database that holds it is marked, and served as nothing else.

mod store;

use crate::db::Db;
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
