//! Queries of the people an evaluation is about and by: the cadre, the pair, who is kin.

use diesel::prelude::*;

use super::super::model::Unit;
use crate::cadres::Cadre;
use crate::db::schema::{assignments, cadre_posts, cadres, mentors, organizations};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::values::Date;

/// The cadre, locked against departure, transfer and other new evaluations until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_cadre(tx: &mut DbConn, id: Id) -> Result<Option<Cadre>> {
    let row = match tx {
        DbConn::Postgres(tx) => cadres::table
            .find(id)
            .select(Cadre::as_select())
            .for_no_key_update()
            .first(tx)
            .optional()?,
        DbConn::Sqlite(tx) => cadres::table
            .find(id)
            .select(Cadre::as_select())
            .first(tx)
            .optional()?,
    };
    Ok(row)
}

/// The unit a cadre belonged to on a day, with what a reply shows of it; a day before reporting counts to the first unit.
///
/// # Errors
/// When the database refuses.
pub fn unit_on(conn: &mut DbConn, cadre_id: Id, day: Date) -> Result<Option<(Id, Unit)>> {
    let posts = cadre_posts::table
        .inner_join(organizations::table.on(organizations::id.eq(cadre_posts::organization_id)))
        .filter(cadre_posts::cadre_id.eq(cadre_id))
        .order(cadre_posts::starts_on)
        .select((
            cadre_posts::starts_on,
            (
                organizations::id,
                (organizations::name, organizations::path),
            ),
        ));
    let mut posts: Vec<(Date, (Id, Unit))> = posts.load(conn)?;
    let held = posts
        .iter()
        .rposition(|(from, _)| *from <= day)
        .unwrap_or(0);
    Ok((held < posts.len()).then(|| posts.swap_remove(held).1))
}

/// The path of a unit.
///
/// # Errors
/// When the database refuses.
pub fn path_of(conn: &mut DbConn, organization_id: Id) -> Result<Option<String>> {
    let path = organizations::table
        .find(organization_id)
        .select(organizations::path);
    Ok(path.first(conn).optional()?)
}

/// A time in which a mentor was paired with a cadre.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Pair {
    /// In which role.
    pub role: String,
    /// First day.
    pub starts_on: Date,
    /// Last day; none while it lasts.
    pub ends_on: Option<Date>,
    /// The mentor's name.
    pub mentor_name: String,
}

/// The times in which a mentor was paired with a cadre, the latest first.
///
/// # Errors
/// When the database refuses.
pub fn pairs(conn: &mut DbConn, cadre_id: Id, mentor_id: Id) -> Result<Vec<Pair>> {
    let pairs = assignments::table
        .inner_join(mentors::table.on(mentors::id.eq(assignments::mentor_id)))
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::mentor_id.eq(mentor_id))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .order(assignments::starts_on.desc())
        .select((
            assignments::role,
            assignments::starts_on,
            assignments::ends_on,
            mentors::name,
        ));
    Ok(pairs.load(conn)?)
}

/// The mentors who were paired with a cadre in a role on a day.
///
/// # Errors
/// When the database refuses.
pub fn paired_on(conn: &mut DbConn, cadre_id: Id, role: &str, day: Date) -> Result<Vec<Id>> {
    let paired = assignments::table
        .filter(assignments::cadre_id.eq(cadre_id))
        .filter(assignments::role.eq(role))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .filter(assignments::starts_on.le(day))
        .filter(
            assignments::ends_on
                .is_null()
                .or(assignments::ends_on.assume_not_null().ge(day)),
        )
        .select(assignments::mentor_id)
        .distinct();
    Ok(paired.load(conn)?)
}
