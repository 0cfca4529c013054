//! Queries of absences.

use diesel::dsl;
use diesel::prelude::*;

use super::model::{Absence, AbsenceFilters, AbsenceKind};
use crate::access::{Reach, Subtree};
use crate::context::Context;
use crate::db::schema::{absences, cadres, organizations};
use crate::db::{self, DbConn, Id, MultiBackend, any_of, inside, one_of};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};
use crate::values::{Date, DateBound};

/// An absence with the cadre's name and unit.
pub type Row = (Absence, String, Id);

/// The row with the cadre's name and unit.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Row>> {
    let row = absences::table
        .inner_join(cadres::table.on(cadres::id.eq(absences::cadre_id)))
        .filter(absences::id.eq(id))
        .select((Absence::as_select(), cadres::name, cadres::organization_id));
    Ok(row.first(conn).optional()?)
}

/// Every absence of a cadre, with the cadre's name and unit.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<Row>> {
    let rows = absences::table
        .inner_join(cadres::table.on(cadres::id.eq(absences::cadre_id)))
        .filter(absences::cadre_id.eq(cadre_id))
        .order((absences::starts_on, absences::id))
        .select((Absence::as_select(), cadres::name, cadres::organization_id));
    Ok(rows.load(conn)?)
}

/// Writes a new row.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, row: &Absence) -> Result<()> {
    diesel::insert_into(absences::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &Absence, version: i64) -> Result<()> {
    let changed = diesel::update(
        absences::table
            .find(row.id)
            .filter(absences::version.eq(version)),
    )
    .set(row)
    .execute(tx)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::StaleVersion(None))
    }
}

/// Removes a row as it was read.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn delete(tx: &mut DbConn, row: &Absence) -> Result<()> {
    let read = absences::table
        .find(row.id)
        .filter(absences::version.eq(row.version));
    match diesel::delete(read).execute(tx)? {
        0 => Err(Error::StaleVersion(None)),
        _ => Ok(()),
    }
}

/// Whether any absence of a cadre covers a day.
///
/// # Errors
/// When the database refuses.
pub fn covers(conn: &mut DbConn, cadre_id: Id, day: Date) -> Result<bool> {
    let covering = absences::table
        .filter(absences::cadre_id.eq(cadre_id))
        .filter(absences::starts_on.le(day))
        .filter(
            absences::ends_on
                .is_null()
                .or(absences::ends_on.assume_not_null().ge(day)),
        );
    Ok(covering
        .select(absences::id)
        .first::<Id>(conn)
        .optional()?
        .is_some())
}

/// What lists of absences are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbsenceSort {
    /// The id.
    Id,
    /// The first day.
    StartsOn,
}

impl Sort for AbsenceSort {
    type Row = Row;
    type Source = absences::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id), ("startsOn", Self::StartsOn)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(absences::id, |(absence, ..)| absence.id),
            Self::StartsOn => {
                SortColumn::new(absences::starts_on, |(absence, ..)| absence.starts_on)
            }
        }
    }
}

type Query<'a> = absences::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<absences::table>;

/// A page: its ids first, so that the walk stays on one table, then its rows.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &AbsenceFilters,
    list: &List<AbsenceSort>,
) -> Result<Vec<Row>> {
    let ids = list.window(matching(context, filters).select(absences::id), false)?;
    let rows = absences::table
        .inner_join(cadres::table.on(cadres::id.eq(absences::cadre_id)))
        .select((Absence::as_select(), cadres::name, cadres::organization_id))
        .into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, absences::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(conn: &mut DbConn, context: &Context, filters: &AbsenceFilters) -> Result<i64> {
    Ok(matching(context, filters).count().get_result(conn)?)
}

fn matching<'a>(context: &Context, filters: &AbsenceFilters) -> Query<'a> {
    let mut query = absences::table.into_boxed::<MultiBackend>();
    if !context.reach.everything {
        query = query.filter(of_reached_cadres(&context.reach));
    }
    if let Some(id) = filters.cadre_id {
        query = query.filter(absences::cadre_id.eq(id));
    }
    if let Some(kinds) = &filters.kind {
        query = query
            .filter(one_of!(absences::table, absences::kind, &kinds.0, common: AbsenceKind::ALL));
    }
    if let Some(DateBound(day)) = filters.starts_on_gte {
        query = query.filter(absences::starts_on.ge(day));
    }
    if let Some(DateBound(day)) = filters.starts_on_lte {
        query = query.filter(absences::starts_on.le(day));
    }
    query
}

/// The condition that the cadre's present unit is reached, narrow and broad subtrees told apart as in `within!`.
fn of_reached_cadres(reach: &Reach) -> Condition {
    let of_subtree = |subtree: &Subtree| -> Condition {
        let people = cadres::table
            .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
            .filter(inside!(subtree));
        if subtree.depth() == 0 {
            let present = people.filter(cadres::id.eq(absences::cadre_id));
            Box::new(dsl::exists(present.select(cadres::id)))
        } else {
            Box::new(absences::cadre_id.eq_any(people.select(cadres::id)))
        }
    };
    any_of(reach.subtrees.iter().map(of_subtree))
}
