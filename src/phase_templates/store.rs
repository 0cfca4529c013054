//! Queries of phase templates.

use diesel::prelude::*;

use super::model::{PhaseTemplate, PhaseTemplateRecord, PhaseTemplateStatus};
use super::request::PhaseTemplateFilters;
use super::scope::TemplateScope;
use crate::cadres::Phase;
use crate::db::schema::{organizations, phase_templates};
use crate::db::{self, DbConn, Id, MultiBackend, advisory_lock, any_of, within};
use crate::error::{Error, Result};
use crate::listing::{EveryMember, List, Sort, SortColumn};
use crate::values::Date;

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        phase_templates::table
            .left_join(
                organizations::table.on(organizations::id
                    .nullable()
                    .eq(phase_templates::organization_id)),
            )
            .select((
                crate::phase_templates::model::columns!(fields),
                (organizations::name, organizations::path).nullable(),
            ))
    }};
}

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<PhaseTemplate>> {
    let found = phase_templates::table
        .find(id)
        .select(PhaseTemplate::as_select());
    Ok(found.first(conn).optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<PhaseTemplateRecord>> {
    let found = records!(EveryMember).filter(phase_templates::id.eq(id));
    Ok(found.first::<PhaseTemplateRecord>(conn).optional()?)
}

/// The same, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<PhaseTemplateRecord>> {
    if let DbConn::Postgres(conn) = tx {
        let row = phase_templates::table.find(id).select(phase_templates::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find_record(tx, id)
}

/// Key of the lock under which the city's templates are retired on PostgreSQL; SQLite has one writer.
const CITY_LOCK: i64 = 0x7068_6173_655f_7470;

/// Lets nobody else retire a template of the city until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_city(tx: &mut DbConn) -> Result<()> {
    advisory_lock(tx, CITY_LOCK)
}

/// Writes a new row.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, row: &PhaseTemplate) -> Result<()> {
    diesel::insert_into(phase_templates::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first, `Duplicate` when the day has a published template already.
pub fn update(tx: &mut DbConn, row: &PhaseTemplate, version: i64) -> Result<()> {
    let former = phase_templates::table
        .find(row.id)
        .filter(phase_templates::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// Removes a row.
///
/// # Errors
/// `InUse` when something refers to it.
pub fn delete(tx: &mut DbConn, id: Id) -> Result<()> {
    diesel::delete(phase_templates::table.find(id)).execute(tx)?;
    Ok(())
}

/// The published templates of a phase and a unit, or of the city, that are valid by a day, the latest first.
///
/// # Errors
/// When the database refuses.
pub fn published(
    conn: &mut DbConn,
    phase: Phase,
    organization_id: Option<Id>,
    day: Date,
) -> Result<Vec<PhaseTemplate>> {
    let mut rows = phase_templates::table
        .filter(phase_templates::status.eq(PhaseTemplateStatus::Published))
        .filter(phase_templates::phase.eq(phase))
        .filter(phase_templates::valid_from.le(day))
        .into_boxed::<MultiBackend>();
    rows = match organization_id {
        Some(id) => rows.filter(phase_templates::organization_id.eq(id)),
        None => rows.filter(phase_templates::organization_id.is_null()),
    };
    let rows = rows.order(phase_templates::valid_from.desc());
    Ok(rows.select(PhaseTemplate::as_select()).load(conn)?)
}

/// All published templates that are valid by a day, with the path of the county, the latest first.
///
/// # Errors
/// When the database refuses.
pub fn valid_by(conn: &mut DbConn, day: Date) -> Result<Vec<(PhaseTemplate, Option<String>)>> {
    let rows = phase_templates::table
        .left_join(
            organizations::table.on(organizations::id
                .nullable()
                .eq(phase_templates::organization_id)),
        )
        .filter(phase_templates::status.eq(PhaseTemplateStatus::Published))
        .filter(phase_templates::valid_from.le(day))
        .order(phase_templates::valid_from.desc())
        .select((PhaseTemplate::as_select(), organizations::path.nullable()));
    Ok(rows.load(conn)?)
}

/// What lists of phase templates are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseTemplateSort {
    /// The id.
    Id,
    /// The first day.
    ValidFrom,
}

impl Sort for PhaseTemplateSort {
    type Row = PhaseTemplateRecord;
    type Source = phase_templates::table;
    const ALL: &'static [(&'static str, Self)] =
        &[("id", Self::Id), ("validFrom", Self::ValidFrom)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(phase_templates::id, |row| row.template.id),
            Self::ValidFrom => {
                SortColumn::new(phase_templates::valid_from, |row| row.template.valid_from)
            }
        }
    }
}

/// The rows of a page.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    scope: &TemplateScope,
    filters: &PhaseTemplateFilters,
    list: &List<PhaseTemplateSort>,
) -> Result<Vec<PhaseTemplateRecord>> {
    let ids = matching(scope, filters).select(phase_templates::id);
    let ids = list.window(ids, filters.organization_id.is_some())?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, phase_templates::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    scope: &TemplateScope,
    filters: &PhaseTemplateFilters,
) -> Result<i64> {
    Ok(matching(scope, filters).count().get_result(conn)?)
}

type Query<'a> = phase_templates::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<phase_templates::table>;

fn matching<'a>(scope: &TemplateScope, filters: &PhaseTemplateFilters) -> Query<'a> {
    let mut query = phase_templates::table.into_boxed::<MultiBackend>();
    if !scope.reach.everything {
        query = query.filter(any_of(seen(scope)));
    }
    if let Some(id) = filters.organization_id {
        query = query.filter(phase_templates::organization_id.eq(id));
    }
    if let Some(phases) = &filters.phase {
        query = query.filter(phase_templates::phase.eq_any(phases.0.clone()));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(phase_templates::status.eq_any(statuses.0.clone()));
    }
    query
}

/// What the caller sees, as [`TemplateScope::sees`] has it.
fn seen(scope: &TemplateScope) -> Vec<Condition> {
    let mut seen: Vec<Condition> = vec![Box::new(
        phase_templates::status.ne(PhaseTemplateStatus::Draft),
    )];
    if scope.of_city {
        seen.push(Box::new(phase_templates::organization_id.is_null()));
    }
    if !scope.reach.subtrees.is_empty() {
        seen.push(within!(
            phase_templates::table,
            phase_templates::organization_id.assume_not_null(),
            &scope.reach
        ));
    }
    seen
}
