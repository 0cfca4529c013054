//! Queries of clients.

use diesel::prelude::*;

use super::model::{Client, ClientFilters};
use crate::db::schema::{clients, organizations};
use crate::db::{DbConn, Id, MultiBackend, UtcTimestamp};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};

/// A client with the name and path of its organization.
pub type Placed = (Client, String, String);

macro_rules! placed {
    () => {
        clients::table
            .inner_join(organizations::table.on(organizations::id.eq(clients::organization_id)))
            .select((
                Client::as_select(),
                organizations::name,
                organizations::path,
            ))
    };
}

/// The client with an id.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Placed>> {
    let row = placed!().filter(clients::id.eq(id));
    Ok(row.first(conn).optional()?)
}

/// The client with an id, which nobody else can change before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<Placed>> {
    if let DbConn::Postgres(tx) = tx {
        let row = clients::table.find(id).select(clients::id).for_update();
        row.first::<Id>(tx).optional()?;
    }
    find(tx, id)
}

/// The client with a name.
///
/// # Errors
/// When the database refuses.
pub fn find_by_name(conn: &mut DbConn, name: &str) -> Result<Option<Id>> {
    let row = clients::table
        .filter(clients::name.eq(name))
        .select(clients::id);
    Ok(row.first(conn).optional()?)
}

/// Clients placed at these very organizations, and at which.
///
/// # Errors
/// When the database refuses.
pub fn placed_at(conn: &mut DbConn, organizations: &[Id]) -> Result<Vec<(Id, Id)>> {
    let rows = clients::table
        .filter(clients::organization_id.eq_any(organizations.to_vec()))
        .order(clients::id)
        .select((clients::id, clients::organization_id));
    Ok(rows.load(conn)?)
}

/// Writes a new client.
///
/// # Errors
/// `Duplicate` for a name that another client has.
pub fn insert(tx: &mut DbConn, row: &Client) -> Result<()> {
    diesel::insert_into(clients::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed client over its former version.
///
/// # Errors
/// `StaleVersion` when another change came first, `Duplicate` as [`insert`].
pub fn update(tx: &mut DbConn, row: &Client, version: i64) -> Result<()> {
    let former = clients::table
        .find(row.id)
        .filter(clients::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        0 => Err(Error::StaleVersion(None)),
        _ => Ok(()),
    }
}

/// Gives a client another secret.
///
/// # Errors
/// When the database refuses.
pub fn set_secret(tx: &mut DbConn, id: Id, digest: &[u8], now: UtcTimestamp) -> Result<()> {
    diesel::update(clients::table.find(id))
        .set((
            clients::secret_digest.eq(Some(digest)),
            clients::version.eq(clients::version + 1),
            clients::updated_at.eq(now),
        ))
        .execute(tx)?;
    Ok(())
}

/// Removes a client.
///
/// # Errors
/// When the database refuses.
pub fn delete(tx: &mut DbConn, id: Id) -> Result<()> {
    diesel::delete(clients::table.find(id)).execute(tx)?;
    Ok(())
}

/// Those of some sources that are an enabled client's.
///
/// # Errors
/// When the database refuses.
pub fn sources(conn: &mut DbConn, sources: &[&str]) -> Result<Vec<String>> {
    let owned = clients::table
        .filter(clients::source.eq_any(sources.to_vec()))
        .filter(clients::disabled.eq(false))
        .select(clients::source.assume_not_null())
        .distinct();
    Ok(owned.load(conn)?)
}

/// What lists of clients are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientSort {
    /// The id.
    Id,
}

impl Sort for ClientSort {
    type Row = Placed;
    type Source = clients::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(clients::id, |(row, ..)| row.id),
        }
    }
}

/// Rows of a page.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    filters: &ClientFilters,
    list: &List<ClientSort>,
) -> Result<Vec<Placed>> {
    let ids = list.window(matching(filters).select(clients::id), false)?;
    let rows = placed!().into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, clients::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(conn: &mut DbConn, filters: &ClientFilters) -> Result<i64> {
    Ok(matching(filters).count().get_result(conn)?)
}

fn matching(filters: &ClientFilters) -> clients::BoxedQuery<'static, MultiBackend> {
    let query = clients::table.into_boxed::<MultiBackend>();
    match filters.organization_id {
        Some(id) => query.filter(clients::organization_id.eq(id)),
        None => query,
    }
}
