//! Queries of users and their grants.

use diesel::prelude::*;

use super::model::{PlacedGrant, User, UserGrant};
use super::request::UserFilters;
use crate::access::{Account, Role};
use crate::db::schema::{cadres, mentors, organizations, user_grants, users};
use crate::db::{DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, on_backend};
use crate::error::{Error, Result};
use crate::events::AccountGrant;
use crate::listing::{List, Sort, SortColumn};
use crate::values::Date;
use crate::vault::Vault;

/// What lists of users are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserSort {
    /// The id.
    Id,
    /// The user name.
    Username,
}

impl Sort for UserSort {
    type Row = User;
    type Source = users::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id), ("username", Self::Username)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(users::id, |row| row.id),
            Self::Username => SortColumn::new(users::username, |row| row.username.clone()),
        }
    }
}

// The user with an id.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<User>> {
    let row = users::table.find(id).select(User::as_select());
    Ok(row.first(conn).optional()?)
}

/// The user with a username.
///
/// # Errors
/// When the database refuses.
pub fn find_by_username(conn: &mut DbConn, username: &str) -> Result<Option<User>> {
    let row = users::table
        .filter(users::username.eq(username))
        .select(User::as_select());
    Ok(row.first(conn).optional()?)
}

/// The user with an id, whom nobody else can change before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<User>> {
    if let DbConn::Postgres(tx) = tx {
        let row = users::table.find(id).select(users::id).for_update();
        row.first::<Id>(tx).optional()?;
    }
    find(tx, id)
}

/// The user with a username, whom nobody else can change before the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_by_username(tx: &mut DbConn, username: &str) -> Result<Option<User>> {
    let id = users::table
        .filter(users::username.eq(username))
        .select(users::id)
        .first(tx)
        .optional()?;
    id.map_or(Ok(None), |id| lock(tx, id))
}

/// Whether there is any user.
///
/// # Errors
/// When the database refuses.
pub fn any(conn: &mut DbConn) -> Result<bool> {
    let one = users::table.select(users::id).limit(1);
    Ok(one.first::<Id>(conn).optional()?.is_some())
}

/// Writes new users.
///
/// # Errors
/// `Duplicate` for a username, mentor or cadre that another user has.
pub fn insert(tx: &mut DbConn, rows: &[User]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(users::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}

/// Writes a changed user over their former version.
///
/// # Errors
/// `StaleVersion` when another change came first, `Duplicate` as [`insert`].
pub fn update(tx: &mut DbConn, row: &User, version: i64) -> Result<()> {
    let former = users::table.find(row.id).filter(users::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        0 => Err(Error::StaleVersion(None)),
        _ => Ok(()),
    }
}

/// Writes what signing in changes: the user's version is not theirs to raise.
///
/// # Errors
/// When the database refuses.
pub fn set_credentials(tx: &mut DbConn, row: &User) -> Result<()> {
    diesel::update(users::table.find(row.id))
        .set((
            users::password_hash.eq(row.password_hash.as_deref()),
            users::activation_digest.eq(row.activation_digest.as_deref()),
            users::activation_expires_at.eq(row.activation_expires_at),
            users::failed_logins.eq(row.failed_logins),
            users::locked_until.eq(row.locked_until),
            users::activated_at.eq(row.activated_at),
            users::activation_failures.eq(row.activation_failures),
            users::invited_at.eq(row.invited_at),
            users::invited_by.eq(row.invited_by),
        ))
        .execute(tx)?;
    Ok(())
}

/// Removes a user with their grants.
///
/// # Errors
/// `InUse` when something refers to them.
pub fn delete(tx: &mut DbConn, id: Id) -> Result<()> {
    diesel::delete(user_grants::table.filter(user_grants::user_id.eq(id))).execute(tx)?;
    diesel::delete(users::table.find(id)).execute(tx)?;
    Ok(())
}

/// Makes `grants` the user's grants.
///
/// # Errors
/// When the database refuses.
pub fn replace_grants(tx: &mut DbConn, user_id: Id, grants: &[UserGrant]) -> Result<()> {
    diesel::delete(user_grants::table.filter(user_grants::user_id.eq(user_id))).execute(tx)?;
    insert_grants(tx, grants)
}

/// Adds grants.
///
/// # Errors
/// When the database refuses.
pub fn insert_grants(tx: &mut DbConn, grants: &[UserGrant]) -> Result<()> {
    for grants in grants.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(user_grants::table)
            .values(grants)
            .execute(c))?;
    }
    Ok(())
}

/// The grants of some users with the organizations' names and paths, in the order they were given.
///
/// # Errors
/// When the database refuses.
pub fn grants_of(conn: &mut DbConn, user_ids: &[Id]) -> Result<Vec<PlacedGrant>> {
    let rows: Vec<(UserGrant, Option<String>, Option<String>)> = user_grants::table
        .left_join(
            organizations::table.on(organizations::id
                .nullable()
                .eq(user_grants::organization_id)),
        )
        .filter(user_grants::user_id.eq_any(user_ids.to_vec()))
        .order((user_grants::user_id, user_grants::position))
        .select((
            UserGrant::as_select(),
            organizations::name.nullable(),
            organizations::path.nullable(),
        ))
        .load(conn)?;
    let placed = |(grant, name, path): (UserGrant, Option<String>, Option<String>)| PlacedGrant {
        grant,
        place: name.zip(path),
    };
    Ok(rows.into_iter().map(placed).collect())
}

/// Users with a grant at this very organization.
///
/// # Errors
/// When the database refuses.
pub fn granted_at(conn: &mut DbConn, organization_id: Id) -> Result<Vec<Id>> {
    let holders = user_grants::table
        .filter(user_grants::organization_id.eq(organization_id))
        .select(user_grants::user_id)
        .distinct()
        .order(user_grants::user_id);
    Ok(holders.load(conn)?)
}

/// Grants over these very organizations and all below them that hold on a day. Those of mentors and cadres reach people, not
/// units.
///
/// # Errors
/// When the database refuses.
pub fn grants_at(conn: &mut DbConn, organizations: &[Id], day: Date) -> Result<Vec<AccountGrant>> {
    let holds = user_grants::valid_until
        .is_null()
        .or(user_grants::valid_until.ge(day));
    let rows = user_grants::table
        .filter(user_grants::organization_id.eq_any(organizations.to_vec()))
        .filter(user_grants::role.ne_all([Role::Mentor, Role::Cadre]))
        .filter(holds.assume_not_null())
        .order((user_grants::user_id, user_grants::position))
        .select((
            user_grants::user_id,
            user_grants::role,
            user_grants::organization_id.assume_not_null(),
        ));
    let of_user = |(id, role, organization_id): (Id, Role, Id)| AccountGrant {
        account: Account::User(id),
        role: Some(role),
        organization_id,
    };
    Ok(rows.load(conn)?.into_iter().map(of_user).collect())
}

/// The user who is this mentor.
///
/// # Errors
/// When the database refuses.
pub fn of_mentor(conn: &mut DbConn, mentor_id: Id) -> Result<Option<Id>> {
    let found = users::table
        .filter(users::mentor_id.eq(mentor_id))
        .select(users::id);
    Ok(found.first(conn).optional()?)
}

/// The user who is this cadre.
///
/// # Errors
/// When the database refuses.
pub fn of_cadre(conn: &mut DbConn, cadre_id: Id) -> Result<Option<Id>> {
    let found = users::table
        .filter(users::cadre_id.eq(cadre_id))
        .select(users::id);
    Ok(found.first(conn).optional()?)
}

/// The name of a mentor.
///
/// # Errors
/// When the database refuses.
pub fn mentor_name(conn: &mut DbConn, id: Id) -> Result<Option<String>> {
    let name = mentors::table.find(id).select(mentors::name);
    Ok(name.first(conn).optional()?)
}

/// The name of a cadre.
///
/// # Errors
/// When the database refuses.
pub fn cadre_name(conn: &mut DbConn, id: Id) -> Result<Option<String>> {
    let name = cadres::table.find(id).select(cadres::name);
    Ok(name.first(conn).optional()?)
}

/// The phone numbers on file of the person a user is.
///
/// # Errors
/// When the database refuses.
pub fn phones_on_file(conn: &mut DbConn, vault: &Vault, user: &User) -> Result<Vec<String>> {
    let mut phones = Vec::new();
    if let Some(id) = user.cadre_id {
        let phone = cadres::table.find(id).select(cadres::phone_encrypted);
        let phone: Option<Option<Vec<u8>>> = phone.first(conn).optional()?;
        let place = crate::cadres::sealed_store::phone(&id);
        phones.extend(
            phone
                .flatten()
                .map(|stored| vault.open_text(place, &stored)),
        );
    }
    if let Some(id) = user.mentor_id {
        let phone = mentors::table.find(id).select(mentors::phone_encrypted);
        let phone: Option<Option<Vec<u8>>> = phone.first(conn).optional()?;
        let place = crate::mentors::sealed_store::phone(&id);
        phones.extend(
            phone
                .flatten()
                .map(|stored| vault.open_text(place, &stored)),
        );
    }
    phones.into_iter().collect()
}

/// What users are called.
///
/// # Errors
/// When the database refuses.
pub fn display_names(conn: &mut DbConn, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    let named = users::table
        .filter(users::id.eq_any(ids.to_vec()))
        .select((users::id, users::display_name));
    Ok(named.load(conn)?)
}

/// Rows of a page.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(conn: &mut DbConn, filters: &UserFilters, list: &List<UserSort>) -> Result<Vec<User>> {
    let query = matching(filters).select(User::as_select());
    Ok(list.window(query, false)?.load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(conn: &mut DbConn, filters: &UserFilters) -> Result<i64> {
    Ok(matching(filters).count().get_result(conn)?)
}

fn matching(filters: &UserFilters) -> users::BoxedQuery<'static, MultiBackend> {
    let mut query = users::table.into_boxed::<MultiBackend>();
    if let Some(username) = &filters.username {
        query = query.filter(users::username.eq(username.to_string()));
    }
    if let Some(id) = filters.mentor_id {
        query = query.filter(users::mentor_id.eq(id));
    }
    if let Some(id) = filters.cadre_id {
        query = query.filter(users::cadre_id.eq(id));
    }
    if let Some(id) = filters.organization_id {
        let placed = user_grants::table
            .filter(user_grants::organization_id.eq(id))
            .select(user_grants::user_id);
        query = query.filter(users::id.eq_any(placed));
    }
    query
}
