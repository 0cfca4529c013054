//! Queries of cadres.

use diesel::dsl;
use diesel::prelude::*;

use super::career_store;
use super::model::{Cadre, Mentoring, Sighting};
use super::request::{CadreFilters, NonLocalFilter};
use super::rules::reported_between;
use crate::access::{Context, Reach};
use crate::db::schema::{
    absences, cadre_identities, cadre_posts, cadres, external_ids, mentors, organizations,
};
use crate::db::{DbConn, Id, MultiBackend, UtcTimestamp, within};
use crate::error::{Error, Result};
use crate::external_ids::Kind;
use crate::http::{After, Paging, keyset};
use crate::organizations::{ListedUnits, ReachedUnits, within_units};
use crate::search::named_like;
use crate::values::{Date, DateBound};

diesel::alias!(mentors as political: PoliticalMentor, mentors as professional: ProfessionalMentor);

/// Everything a reply shows, in one statement; a macro because the joined query has no type one could write down.
macro_rules! sightings {
    ($today:expr) => {
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
                Cadre::as_select(),
                (
                    organizations::name,
                    organizations::path,
                    organizations::remote,
                ),
                political.field(mentors::name).nullable(),
                professional.field(mentors::name).nullable(),
                dsl::exists(
                    absences::table
                        .filter(absences::cadre_id.eq(cadres::id))
                        .filter(absences::starts_on.le($today))
                        .filter(
                            absences::ends_on
                                .is_null()
                                .or(absences::ends_on.assume_not_null().ge($today)),
                        ),
                ),
            ))
    };
}

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
pub fn sight(conn: &mut DbConn, id: Id, today: Date) -> Result<Option<Sighting>> {
    Ok(sightings!(today)
        .filter(cadres::id.eq(id))
        .first::<Sighting>(conn)
        .optional()?)
}

/// Locks the row against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<Cadre>> {
    if let DbConn::Postgres(conn) = tx {
        let locked: Option<Id> = cadres::table
            .find(id)
            .select(cadres::id)
            .for_update()
            .first(conn)
            .optional()?;
        if locked.is_none() {
            return Ok(None);
        }
    }
    find(tx, id)
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

/// Whether the programme has records of a cadre: pairs, evaluations, growth entries, kinships, an account.
///
/// # Errors
/// When the database refuses.
pub fn is_referred_to(conn: &mut DbConn, id: Id) -> Result<bool> {
    use crate::db::schema::{assignments, evaluations, growth_entries, kinships, users};
    let is_a = kinships::person_a_type
        .eq("CADRE")
        .and(kinships::person_a_id.eq(id));
    let is_b = kinships::person_b_type
        .eq("CADRE")
        .and(kinships::person_b_id.eq(id));
    let referred = diesel::select(
        dsl::exists(assignments::table.filter(assignments::cadre_id.eq(id)))
            .or(dsl::exists(
                evaluations::table.filter(evaluations::cadre_id.eq(id)),
            ))
            .or(dsl::exists(
                growth_entries::table.filter(growth_entries::cadre_id.eq(id)),
            ))
            .or(dsl::exists(users::table.filter(users::cadre_id.eq(id))))
            .or(dsl::exists(kinships::table.filter(is_a)))
            .or(dsl::exists(kinships::table.filter(is_b))),
    );
    Ok(referred.get_result(conn)?)
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

/// The unit a cadre belonged to on a day; a day before reporting counts to the first unit.
///
/// # Errors
/// When the database refuses.
pub fn unit_on(conn: &mut DbConn, id: Id, day: Date) -> Result<Option<Id>> {
    let posts = || {
        cadre_posts::table
            .filter(cadre_posts::cadre_id.eq(id))
            .select(cadre_posts::organization_id)
    };
    let then = posts()
        .filter(cadre_posts::starts_on.le(day))
        .order(cadre_posts::starts_on.desc())
        .first(conn)
        .optional()?;
    if then.is_some() {
        return Ok(then);
    }
    Ok(posts()
        .order(cadre_posts::starts_on.asc())
        .first(conn)
        .optional()?)
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

/// Members that lists of cadres are sorted by.
pub const SORTS: &[&str] = &["id", "name", "reportedOn", "updatedAt"];

/// The ids of a page, then its rows: the walk over an index stays narrow however wide a row is.
///
/// # Errors
/// `Malformed`, `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &CadreFilters,
    units: &ListedUnits,
    paging: &Paging,
) -> Result<Vec<Sighting>> {
    let sort = paging.sort(SORTS)?.of_few(units.is_narrow());
    let after = paging.after(&context.scene.vault, context.actor.id(), context.now)?;
    let mut query = matching(context, filters, units).select(cadres::id);
    query = match sort.member {
        "name" => keyset!(
            query,
            cadres::name,
            cadres::id,
            sort,
            after.map(|a| (a.key, a.id))
        ),
        "reportedOn" => {
            let after = after
                .map(|After { key, id }| Date::parse(&key).map(|key| (key, id)))
                .transpose();
            keyset!(
                query,
                cadres::reported_on,
                cadres::id,
                sort,
                after.map_err(|_| Error::InvalidCursor)?
            )
        }
        "updatedAt" => {
            let after = after
                .map(|After { key, id }| UtcTimestamp::parse(&key).map(|key| (key, id)))
                .transpose();
            keyset!(
                query,
                cadres::updated_at,
                cadres::id,
                sort,
                after.map_err(|_| Error::InvalidCursor)?
            )
        }
        _ => keyset!(query, cadres::id, sort, after.map(|a| a.id)),
    };
    let ids: Vec<Id> = query.limit(paging.rows()).load(conn)?;
    let mut rows: Vec<Sighting> = sightings!(context.today)
        .filter(cadres::id.eq_any(&ids))
        .load(conn)?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.cadre.id));
    Ok(rows)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &CadreFilters,
    units: &ListedUnits,
) -> Result<i64> {
    let matching = matching(context, filters, units);
    Ok(matching.count().get_result(conn)?)
}

type Query<'a> = cadres::BoxedQuery<'a, MultiBackend>;

fn matching<'a>(context: &Context, filters: &CadreFilters, units: &ListedUnits) -> Query<'a> {
    let mut query = in_reach(cadres::table.into_boxed::<MultiBackend>(), &units.reached);
    if let Some(unit) = &units.asked {
        query = query.filter(within_units!(cadres::table, unit, cadres::organization_id));
    }
    if let Some(phases) = &filters.phase {
        query = in_phases(query, &phases.0, context.today);
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(cadres::status.eq_any(statuses.0.clone()));
    }
    if let Some(categories) = &filters.post_category {
        query = query.filter(cadres::post_category.eq_any(categories.0.clone()));
    }
    if let Some(mentoring) = &filters.mentoring {
        query = query.filter(cadres::mentoring.eq_any(mentoring.0.clone()));
    }
    query = match filters.non_local {
        Some(NonLocalFilter::Prefecture) => query.filter(cadres::non_local.eq("PREFECTURE")),
        Some(NonLocalFilter::County) => {
            query.filter(cadres::non_local.eq_any(["PREFECTURE", "COUNTY"]))
        }
        None => query,
    };
    if let Some(remote) = filters.remote {
        let units = organizations::table
            .filter(organizations::remote.eq(remote.0))
            .select(organizations::id);
        query = query.filter(cadres::organization_id.eq_any(units));
    }
    if let Some(DateBound(day)) = filters.reported_on_gte {
        query = query.filter(cadres::reported_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.reported_on_lte {
        query = query.filter(cadres::reported_on.le(day));
    }
    if let Some(moment) = filters.updated_at_gte {
        query = query.filter(cadres::updated_at.ge(moment));
    }
    if let Some(sourced) = &filters.external_id {
        let bearers = external_ids::table
            .filter(external_ids::resource_type.eq(Kind::Cadre.as_str()))
            .filter(external_ids::source.eq(sourced.source.as_str().to_owned()))
            .filter(external_ids::external_id.eq(sourced.id.as_str().to_owned()))
            .select(external_ids::resource_id);
        query = query.filter(cadres::id.eq_any(bearers));
    }
    if let Some(typed) = &filters.q {
        query = query.filter(named_like!(cadres::id, Kind::Cadre, typed.as_str()));
    }
    query
}

/// What the caller reaches: subtrees, own mentees, oneself.
fn in_reach<'a>(query: Query<'a>, units: &ReachedUnits) -> Query<'a> {
    let reach = &units.reach;
    if reach.everything {
        return query;
    }
    if reach.mentees_of.is_none() && reach.cadre_id.is_none() {
        return query.filter(within_units!(cadres::table, units, cadres::organization_id));
    }
    let own_mentees = cadres::political_mentor_id
        .eq(reach.mentees_of)
        .or(cadres::professional_mentor_id.eq(reach.mentees_of));
    let own = own_mentees
        .assume_not_null()
        .or(cadres::id.eq(reach.cadre_id.unwrap_or(Id(uuid::Uuid::nil()))));
    if units.is_empty() {
        return query.filter(own);
    }
    query.filter(own.or(within_units!(cadres::table, units, cadres::organization_id)))
}

fn in_phases<'a>(query: Query<'a>, phases: &[super::model::Phase], today: Date) -> Query<'a> {
    type Condition =
        Box<dyn BoxableExpression<cadres::table, MultiBackend, SqlType = diesel::sql_types::Bool>>;
    let mut condition: Option<Condition> = None;
    for phase in phases {
        let (from, before) = reported_between(*phase, today);
        let next: Condition = match (from, before) {
            (Some(from), Some(before)) => Box::new(
                cadres::reported_on
                    .ge(from)
                    .and(cadres::reported_on.lt(before)),
            ),
            (Some(from), None) => Box::new(cadres::reported_on.ge(from)),
            (None, Some(before)) => Box::new(cadres::reported_on.lt(before)),
            (None, None) => Box::new(cadres::reported_on.eq(cadres::reported_on)),
        };
        condition = Some(match condition {
            Some(before) => Box::new(before.or(next)),
            None => next,
        });
    }
    match condition {
        Some(condition) => query.filter(condition),
        None => query,
    }
}
