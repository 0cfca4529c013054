//! Queries of evaluation forms.

use diesel::prelude::*;

use super::model::{EvaluationForm, EvaluationFormStatus};
use super::request::EvaluationFormFilters;
use super::terms::EvaluationKind;
use crate::db::schema::evaluation_forms;
use crate::db::{DbConn, Id, MultiBackend};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};
use crate::values::{Date, DateBound};

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<EvaluationForm>> {
    let found = evaluation_forms::table
        .find(id)
        .select(EvaluationForm::as_select());
    Ok(found.first(conn).optional()?)
}

/// The same, locked against other writers until the transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut DbConn, id: Id) -> Result<Option<EvaluationForm>> {
    if let DbConn::Postgres(conn) = tx {
        let row = evaluation_forms::table
            .find(id)
            .select(evaluation_forms::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find(tx, id)
}

/// The form on which a period is evaluated that ends on a day: the latest that is valid by then.
///
/// # Errors
/// When the database refuses.
pub fn of_day(
    conn: &mut DbConn,
    kind: EvaluationKind,
    day: Date,
) -> Result<Option<EvaluationForm>> {
    let valid = evaluation_forms::table
        .filter(evaluation_forms::status.eq(EvaluationFormStatus::Published))
        .filter(evaluation_forms::kind.eq(kind))
        .filter(evaluation_forms::valid_from.le(day))
        .order(evaluation_forms::valid_from.desc())
        .select(EvaluationForm::as_select());
    Ok(valid.first(conn).optional()?)
}

/// Writes a new row.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut DbConn, row: &EvaluationForm) -> Result<()> {
    diesel::insert_into(evaluation_forms::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first, `Duplicate` when the day has a published form already.
pub fn update(tx: &mut DbConn, row: &EvaluationForm, version: i64) -> Result<()> {
    let former = evaluation_forms::table
        .find(row.id)
        .filter(evaluation_forms::version.eq(version));
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
    diesel::delete(evaluation_forms::table.find(id)).execute(tx)?;
    Ok(())
}

/// What lists of evaluation forms are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationFormSort {
    /// The id.
    Id,
    /// The first day.
    ValidFrom,
}

impl Sort for EvaluationFormSort {
    type Row = EvaluationForm;
    type Source = evaluation_forms::table;
    const ALL: &'static [(&'static str, Self)] =
        &[("id", Self::Id), ("validFrom", Self::ValidFrom)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(evaluation_forms::id, |row| row.id),
            Self::ValidFrom => SortColumn::new(evaluation_forms::valid_from, |row| row.valid_from),
        }
    }
}

/// The rows of a page; drafts only for those who write them.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    writes: bool,
    filters: &EvaluationFormFilters,
    list: &List<EvaluationFormSort>,
) -> Result<Vec<EvaluationForm>> {
    let ids = matching(writes, filters).select(evaluation_forms::id);
    let ids = list.window(ids, false)?;
    let fields = &list.fields;
    let rows = evaluation_forms::table
        .select(super::model::columns!(fields))
        .into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, evaluation_forms::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(conn: &mut DbConn, writes: bool, filters: &EvaluationFormFilters) -> Result<i64> {
    Ok(matching(writes, filters).count().get_result(conn)?)
}

type Query<'a> = evaluation_forms::BoxedQuery<'a, MultiBackend>;

fn matching<'a>(writes: bool, filters: &EvaluationFormFilters) -> Query<'a> {
    let mut query = evaluation_forms::table.into_boxed::<MultiBackend>();
    if !writes {
        query = query.filter(evaluation_forms::status.ne(EvaluationFormStatus::Draft));
    }
    if let Some(kinds) = &filters.kind {
        query = query.filter(evaluation_forms::kind.eq_any(kinds.0.clone()));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(evaluation_forms::status.eq_any(statuses.0.clone()));
    }
    if let Some(DateBound(day)) = filters.valid_from_lte {
        query = query.filter(evaluation_forms::valid_from.le(day));
    }
    query
}
