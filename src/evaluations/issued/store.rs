//! Queries of forms that rounds issued.

use diesel::prelude::*;

use super::super::model::{Evaluation, EvaluationKind};
use super::super::store::reopenings::Form;
use super::model::{MissedReason, RaterForm, RaterFormStatus};
use crate::db::schema::{absences, mentors, rater_forms};
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT, UtcTimestamp};
use crate::error::Result;
use crate::values::Date;

/// Rows, locked against other writers until the transaction ends; SQLite has one writer anyway. A macro because each database takes
/// another type of it.
macro_rules! locked {
    ($tx:expr, $rows:expr) => {{
        let found: Vec<RaterForm> = match $tx {
            DbConn::Postgres(conn) => $rows
                .select(RaterForm::as_select())
                .for_no_key_update()
                .load(conn)?,
            DbConn::Sqlite(conn) => $rows.select(RaterForm::as_select()).load(conn)?,
        };
        found
    }};
}

/// The form on which an evaluation is written, locked against other writers until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_of(tx: &mut DbConn, row: &Evaluation) -> Result<Option<RaterForm>> {
    Ok(locked!(tx, of(&Form::from_row(row))).pop())
}

/// Whether the round takes the form of a rater still; none where no round issued it.
///
/// # Errors
/// When the database refuses.
pub fn is_open(conn: &mut DbConn, form: &Form) -> Result<Option<bool>> {
    let open = of(form).select(rater_forms::open);
    Ok(open.first(conn).optional()?)
}

/// The form of a rater, who has one relation to a cadre at a time.
#[diesel::dsl::auto_type(no_type_alias)]
fn of(form: &Form) -> _ {
    let (cadre_id, kind): (Id, EvaluationKind) = (form.cadre_id, form.kind);
    let (period_from, period_to): (Date, Date) = (form.period_from, form.period_to);
    let rater: String = form.rater.clone();
    rater_forms::table
        .filter(rater_forms::cadre_id.eq(cadre_id))
        .filter(rater_forms::kind.eq(kind))
        .filter(rater_forms::period_from.eq(period_from))
        .filter(rater_forms::period_to.eq(period_to))
        .filter(rater_forms::rater.eq(rater))
}

/// Writes how far a form has come.
///
/// # Errors
/// When the database refuses.
pub fn update(tx: &mut DbConn, row: &RaterForm) -> Result<()> {
    diesel::update(rater_forms::table.find(row.id))
        .set((
            rater_forms::version.eq(row.version),
            rater_forms::updated_at.eq(row.updated_at),
            rater_forms::status.eq(row.status),
            rater_forms::missed_reason.eq(row.missed_reason),
            rater_forms::evaluation_id.eq(row.evaluation_id),
            rater_forms::open.eq(row.open),
        ))
        .execute(tx)?;
    Ok(())
}

/// The forms of a round with some statuses, locked against other writers until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_with(
    tx: &mut DbConn,
    round_id: Id,
    statuses: &[RaterFormStatus],
) -> Result<Vec<RaterForm>> {
    let rows = rater_forms::table
        .filter(rater_forms::round_id.eq(round_id))
        .filter(rater_forms::status.eq_any(statuses.to_vec()))
        .order(rater_forms::id);
    Ok(locked!(tx, rows))
}

/// The forms about a cadre that a round takes still and that are not handed in, locked until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_open_of(tx: &mut DbConn, cadre_id: Id) -> Result<Vec<RaterForm>> {
    let rows = rater_forms::table
        .filter(rater_forms::cadre_id.eq(cadre_id))
        .filter(rater_forms::open)
        .filter(rater_forms::status.eq_any([RaterFormStatus::Issued, RaterFormStatus::Draft]))
        .order(rater_forms::id);
    Ok(locked!(tx, rows))
}

/// Gives forms another status, and the next version.
///
/// # Errors
/// When the database refuses.
pub fn set_status(
    tx: &mut DbConn,
    ids: &[Id],
    (status, reason): (RaterFormStatus, Option<MissedReason>),
    now: UtcTimestamp,
) -> Result<()> {
    for some in ids.chunks(ROWS_PER_STATEMENT) {
        diesel::update(rater_forms::table.filter(rater_forms::id.eq_any(some.to_vec())))
            .set((
                rater_forms::version.eq(rater_forms::version + 1),
                rater_forms::updated_at.eq(now),
                rater_forms::status.eq(status),
                rater_forms::missed_reason.eq(reason),
            ))
            .execute(tx)?;
    }
    Ok(())
}

/// Whether a round takes its forms from now on.
///
/// # Errors
/// When the database refuses.
pub fn set_open(tx: &mut DbConn, round_id: Id, open: bool) -> Result<()> {
    let of_round = rater_forms::table.filter(rater_forms::round_id.eq(round_id));
    let live = of_round.filter(rater_forms::status.ne(RaterFormStatus::Cancelled));
    diesel::update(live)
        .set(rater_forms::open.eq(open))
        .execute(tx)?;
    Ok(())
}

/// The cadres who are absent on a day.
///
/// # Errors
/// When the database refuses.
pub fn absent_on(conn: &mut DbConn, day: Date) -> Result<Vec<Id>> {
    let absent = absences::table
        .filter(absences::starts_on.le(day))
        .filter(
            absences::ends_on
                .is_null()
                .or(absences::ends_on.assume_not_null().ge(day)),
        )
        .select(absences::cadre_id)
        .distinct();
    Ok(absent.load(conn)?)
}

/// The mentors who are suspended or on leave on a day, and those who serve no longer, each with whether it is for good.
///
/// # Errors
/// When the database refuses.
pub fn mentors_away_on(conn: &mut DbConn, day: Date) -> Result<Vec<(Id, bool)>> {
    let is_over = mentors::retired_on
        .is_not_null()
        .and(mentors::retired_on.assume_not_null().le(day));
    let is_away = mentors::suspended_from
        .is_not_null()
        .and(mentors::suspended_from.assume_not_null().le(day))
        .and(
            mentors::suspended_until
                .is_null()
                .or(mentors::suspended_until.assume_not_null().ge(day)),
        );
    let away = mentors::table
        .filter(is_over.or(is_away))
        .select((mentors::id, mentors::retired_on));
    let away: Vec<(Id, Option<Date>)> = away.load(conn)?;
    let for_good = |retired: Option<Date>| retired.is_some_and(|retired| retired <= day);
    Ok(away
        .into_iter()
        .map(|(id, retired)| (id, for_good(retired)))
        .collect())
}
