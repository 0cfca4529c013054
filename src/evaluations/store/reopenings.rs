//! Forms that a manager accepts from a rater although the days for it have passed.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::super::model::{Evaluation, EvaluationKind};
use crate::db::schema::evaluation_reopenings::{self, dsl};
use crate::db::schema::rater_forms;
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, UtcTimestamp};
use crate::error::{Error, Result};
use crate::values::Date;

/// The form of a rater: `UNIT`, `SELF` or a mentor, for a cadre, kind and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Whom it is about.
    pub cadre_id: Id,
    /// What it is for.
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// `UNIT`, `SELF` or the mentor's id.
    pub rater: String,
}

impl Form {
    /// The form that a row is.
    pub fn from_row(row: &Evaluation) -> Self {
        Self {
            cadre_id: row.cadre_id,
            kind: row.kind,
            period_from: row.period_from,
            period_to: row.period_to,
            rater: row.rater.clone(),
        }
    }
}

/// A reopening as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = evaluation_reopenings, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Reopening {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it was last made anew.
    pub updated_at: UtcTimestamp,
    /// Who made it last.
    pub created_by: Option<Id>,
    /// Whom the form is about.
    pub cadre_id: Id,
    /// What it is for.
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// `UNIT`, `SELF` or the mentor's id.
    pub rater: String,
    /// The last day on which the form is accepted.
    pub until: Date,
}

/// The reopening of a form.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, form: &Form) -> Result<Option<Reopening>> {
    let found = evaluation_reopenings::table
        .filter(dsl::cadre_id.eq(form.cadre_id))
        .filter(dsl::kind.eq(form.kind))
        .filter(dsl::period_from.eq(form.period_from))
        .filter(dsl::period_to.eq(form.period_to))
        .filter(dsl::rater.eq(&form.rater))
        .select(Reopening::as_select());
    Ok(found.first(conn).optional()?)
}

/// Whether a form is accepted on a day because it was reopened.
///
/// # Errors
/// When the database refuses.
pub fn is_open(conn: &mut DbConn, form: &Form, today: Date) -> Result<bool> {
    Ok(find(conn, form)?.is_some_and(|reopening| today <= reopening.until))
}

/// Rows that are new, or that last longer than those that are there; a macro because the two databases take another type of it.
macro_rules! at_least {
    ($rows:expr) => {
        diesel::query_dsl::methods::FilterDsl::filter(
            diesel::insert_into(evaluation_reopenings::table)
                .values($rows)
                .on_conflict((
                    dsl::cadre_id,
                    dsl::kind,
                    dsl::period_from,
                    dsl::period_to,
                    dsl::rater,
                ))
                .do_update()
                .set((
                    dsl::version.eq(dsl::version + 1),
                    dsl::updated_at.eq(excluded(dsl::updated_at)),
                    dsl::until.eq(excluded(dsl::until)),
                )),
            dsl::until.lt(excluded(dsl::until)),
        )
    };
}

/// Has forms be accepted until their day at least: those that a round issues, until its close.
///
/// # Errors
/// When the database refuses.
pub fn accept_until(tx: &mut DbConn, rows: &[Reopening]) -> Result<()> {
    match tx {
        DbConn::Postgres(conn) => {
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                at_least!(rows).execute(conn)?;
            }
        }
        // Of several rows SQLite takes one at a time.
        DbConn::Sqlite(conn) => {
            for row in rows {
                at_least!(row).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Has the forms of a round be accepted until another day, but for those that are accepted beyond a day: a manager reopened them.
///
/// # Errors
/// When the database refuses.
pub fn set_until(tx: &mut DbConn, round_id: Id, beyond: Date, until: Date) -> Result<()> {
    let about = rater_forms::table
        .filter(rater_forms::round_id.eq(round_id))
        .select(rater_forms::cadre_id);
    let of_round = rater_forms::table
        .filter(rater_forms::round_id.eq(round_id))
        .filter(rater_forms::cadre_id.eq(dsl::cadre_id))
        .filter(rater_forms::kind.eq(dsl::kind))
        .filter(rater_forms::period_from.eq(dsl::period_from))
        .filter(rater_forms::period_to.eq(dsl::period_to))
        .filter(rater_forms::rater.eq(dsl::rater))
        .select(rater_forms::id);
    let rows = evaluation_reopenings::table
        .filter(dsl::cadre_id.eq_any(about))
        .filter(dsl::until.le(beyond))
        .filter(diesel::dsl::exists(of_round));
    diesel::update(rows).set(dsl::until.eq(until)).execute(tx)?;
    Ok(())
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` when the form was reopened before.
pub fn insert(tx: &mut DbConn, row: &Reopening) -> Result<()> {
    diesel::insert_into(evaluation_reopenings::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Writes a changed row over the version before.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &Reopening) -> Result<()> {
    let former = evaluation_reopenings::table
        .find(row.id)
        .filter(dsl::version.eq(row.version - 1));
    match diesel::update(former).set(row).execute(tx)? {
        0 => Err(Error::StaleVersion(None)),
        _ => Ok(()),
    }
}
