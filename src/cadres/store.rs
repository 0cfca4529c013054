//! Queries of cadres.

use diesel::prelude::*;

use super::career_store;
use super::model::{Cadre, CadreRecord, Mentoring};
use crate::access::Reach;
use crate::db::schema::{absences, cadre_identities, cadre_posts, cadres, mentors, organizations};
use crate::db::{DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, within};
use crate::error::{Error, Result};
use crate::listing::EveryMember;
use crate::values::Date;

mod list;

pub use list::{CadreSort, in_phases, in_reach, page, total};

diesel::alias!(mentors as political: PoliticalMentor, mentors as professional: ProfessionalMentor);

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($today:expr, $fields:expr) => {{
        let fields = $fields;
        let today: crate::values::Date = $today;
        cadres::table
            .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
            .left_join(
                political.on(political
                    .field(mentors::id)
                    .nullable()
                    .eq(cadres::political_mentor_id)),
            )
            .left_join(
                professional.on(professional
                    .field(mentors::id)
                    .nullable()
                    .eq(cadres::professional_mentor_id)),
            )
            .select((
                crate::cadres::model::columns!(fields),
                (
                    fields.column(&["organizationName"], organizations::name),
                    organizations::path,
                    fields.column(&["remote"], organizations::remote),
                ),
                fields.column(
                    &["politicalMentorName"],
                    political.field(mentors::name).nullable(),
                ),
                fields.column(
                    &["professionalMentorName"],
                    professional.field(mentors::name).nullable(),
                ),
                fields.column(
                    &["onLeave"],
                    diesel::dsl::exists(
                        absences::table
                            .filter(absences::cadre_id.eq(cadres::id))
                            .filter(absences::starts_on.le(today))
                            .filter(
                                absences::ends_on
                                    .is_null()
                                    .or(absences::ends_on.assume_not_null().ge(today)),
                            ),
                    ),
                ),
            ))
    }};
}

use records;

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Cadre>> {
    Ok(cadres::table
        .find(id)
        .select(Cadre::as_select())
        .first(conn)
        .optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id, today: Date) -> Result<Option<CadreRecord>> {
    Ok(records!(today, EveryMember)
        .filter(cadres::id.eq(id))
        .first::<CadreRecord>(conn)
        .optional()?)
}

/// The row with the path of its unit.
///
/// # Errors
/// When the database refuses.
pub fn find_placed(conn: &mut DbConn, id: Id) -> Result<Option<(Cadre, String)>> {
    Ok(cadres::table
        .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
        .filter(cadres::id.eq(id))
        .select((Cadre::as_select(), organizations::path))
        .first(conn)
        .optional()?)
}

/// Cadres with their names, and their units with paths.
///
/// # Errors
/// When the database refuses.
pub fn names_and_units(conn: &mut DbConn, ids: &[Id]) -> Result<Vec<(Id, String, Id, String)>> {
    let rows = cadres::table
        .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
        .filter(cadres::id.eq_any(ids.to_vec()))
        .select((
            cadres::id,
            cadres::name,
            organizations::id,
            organizations::path,
        ));
    Ok(rows.load(conn)?)
}

/// Locks the row against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<Cadre>> {
    hold(tx, id)?;
    find(tx, id)
}

/// The same with the path of its unit.
///
/// # Errors
/// When the database refuses.
pub fn lock_placed(tx: &mut DbConn, id: Id) -> Result<Option<(Cadre, String)>> {
    hold(tx, id)?;
    find_placed(tx, id)
}

/// Locks the row against departure, transfer and others who do so, while records may still come to refer to it; whole rows are
/// locked by [`lock`].
///
/// # Errors
/// When the database refuses.
pub fn lock_no_key(tx: &mut DbConn, id: Id) -> Result<Option<Cadre>> {
    let row = cadres::table.find(id).select(Cadre::as_select());
    if let DbConn::Postgres(conn) = tx {
        return Ok(row.for_no_key_update().first(conn).optional()?);
    }
    find(tx, id)
}

/// Locks many rows as [`lock_no_key`] does, in the order of their ids, so that two who do it never wait for each other.
///
/// # Errors
/// When the database refuses.
pub fn hold_all(tx: &mut DbConn, ids: &[Id]) -> Result<()> {
    let DbConn::Postgres(conn) = tx else {
        return Ok(());
    };
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    for some in ids.chunks(ROWS_PER_STATEMENT) {
        let rows = cadres::table.filter(cadres::id.eq_any(some.to_vec()));
        let rows = rows.order(cadres::id).select(cadres::id);
        rows.for_no_key_update().load::<Id>(conn)?;
    }
    Ok(())
}

fn hold(tx: &mut DbConn, id: Id) -> Result<()> {
    if let DbConn::Postgres(conn) = tx {
        cadres::table
            .find(id)
            .select(cadres::id)
            .for_update()
            .first::<Id>(conn)
            .optional()?;
    }
    Ok(())
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` when a unique value is taken.
pub fn insert(tx: &mut DbConn, cadre: &Cadre) -> Result<()> {
    diesel::insert_into(cadres::table)
        .values(cadre)
        .execute(tx)?;
    career_store::insert_post(tx, cadre, cadre.reported_on)
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, cadre: &Cadre, version: i64) -> Result<()> {
    let changed = diesel::update(
        cadres::table
            .find(cadre.id)
            .filter(cadres::version.eq(version)),
    )
    .set(cadre)
    .execute(tx)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::StaleVersion(None))
    }
}

/// Removes a row that nothing refers to, with what belongs to it alone.
///
/// # Errors
/// `InUse` when something refers to it.
pub fn delete(tx: &mut DbConn, id: Id) -> Result<()> {
    diesel::delete(cadre_identities::table.filter(cadre_identities::cadre_id.eq(id)))
        .execute(tx)?;
    diesel::delete(cadre_posts::table.filter(cadre_posts::cadre_id.eq(id))).execute(tx)?;
    diesel::delete(
        crate::db::schema::cadre_events::table
            .filter(crate::db::schema::cadre_events::cadre_id.eq(id)),
    )
    .execute(tx)?;
    diesel::delete(cadres::table.find(id)).execute(tx)?;
    Ok(())
}

/// Whose identity number has this digest, and whether it is their present one.
///
/// # Errors
/// When the database refuses.
pub fn find_identity(conn: &mut DbConn, digest: &[u8]) -> Result<Option<(Id, bool)>> {
    let found = cadre_identities::table
        .find(digest)
        .select((cadre_identities::cadre_id, cadre_identities::present));
    Ok(found.first(conn).optional()?)
}

/// The present identity number, encrypted.
///
/// # Errors
/// When the database refuses.
pub fn present_identity(conn: &mut DbConn, id: Id) -> Result<Option<Vec<u8>>> {
    let present = cadre_identities::table
        .filter(cadre_identities::cadre_id.eq(id))
        .filter(cadre_identities::present)
        .select(cadre_identities::encrypted);
    Ok(present.first(conn).optional()?)
}

/// Makes a number the present one; the one before stays as a former one.
///
/// # Errors
/// `Duplicate` when another person has or had it.
pub fn set_identity(tx: &mut DbConn, id: Id, digest: &[u8], encrypted: &[u8]) -> Result<()> {
    let present = cadre_identities::table
        .filter(cadre_identities::cadre_id.eq(id))
        .filter(cadre_identities::present);
    diesel::update(present)
        .set(cadre_identities::present.eq(false))
        .execute(tx)?;
    let own = cadre_identities::table
        .find(digest)
        .filter(cadre_identities::cadre_id.eq(id));
    let again = diesel::update(own)
        .set(cadre_identities::present.eq(true))
        .execute(tx)?;
    if again == 0 {
        diesel::insert_into(cadre_identities::table)
            .values((
                cadre_identities::digest.eq(digest),
                cadre_identities::cadre_id.eq(id),
                cadre_identities::encrypted.eq(encrypted),
                cadre_identities::present.eq(true),
            ))
            .execute(tx)?;
    }
    Ok(())
}

/// Whether a cadre ever belonged to an organization of the reached subtrees.
///
/// # Errors
/// When the database refuses.
pub fn was_within(conn: &mut DbConn, id: Id, reach: &Reach) -> Result<bool> {
    let posts = cadre_posts::table
        .filter(cadre_posts::cadre_id.eq(id))
        .into_boxed::<MultiBackend>();
    let found = posts
        .filter(within!(
            cadre_posts::table,
            cadre_posts::organization_id,
            reach
        ))
        .select(cadre_posts::cadre_id);
    Ok(found.first::<Id>(conn).optional()?.is_some())
}

/// Writes how many working days of leave fall into a cadre's probation.
///
/// # Errors
/// When the database refuses.
pub fn set_probation_leave(tx: &mut DbConn, id: Id, days: i32) -> Result<()> {
    diesel::update(cadres::table.find(id))
        .set(cadres::probation_leave_days.eq(days))
        .execute(tx)?;
    Ok(())
}

/// The present mentors of a cadre.
///
/// # Errors
/// When the database refuses.
pub fn mentors_of(conn: &mut DbConn, id: Id) -> Result<Vec<Id>> {
    let present: Option<(Option<Id>, Option<Id>)> = cadres::table
        .find(id)
        .select((cadres::political_mentor_id, cadres::professional_mentor_id))
        .first(conn)
        .optional()?;
    let present = present.unwrap_or_default();
    Ok([present.0, present.1].into_iter().flatten().collect())
}

/// Writes what assignments decide: the two mentors and how many count.
///
/// # Errors
/// When the database refuses.
pub fn set_mentors(
    tx: &mut DbConn,
    id: Id,
    political_mentor_id: Option<Id>,
    professional_mentor_id: Option<Id>,
    mentoring: Mentoring,
) -> Result<()> {
    diesel::update(cadres::table.find(id))
        .set((
            cadres::political_mentor_id.eq(political_mentor_id),
            cadres::professional_mentor_id.eq(professional_mentor_id),
            cadres::mentoring.eq(mentoring),
        ))
        .execute(tx)?;
    Ok(())
}
