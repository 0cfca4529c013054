//! Queries that find who is to rate whom in a round.

use std::collections::HashMap;

use diesel::prelude::*;

use super::super::model::{EvaluationStatus, EvaluatorRelation};
use super::issuing::Term;
use super::model::RaterForm;
use crate::cadres::CadreStatus;
use crate::db::schema::{assignments, cadres, evaluations, mentors, organizations, rater_forms};
use crate::db::{DbConn, Id, MultiBackend, ROWS_PER_STATEMENT, advisory_lock, inside, on_backend};
use crate::error::Result;
use crate::values::Date;

/// Key of the lock under which forms are issued on PostgreSQL; SQLite has one writer.
const ISSUING_LOCK: i64 = 0x7261_7465_7266_6d73;

/// Lets nobody else issue forms until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn lock_issuing(tx: &mut DbConn) -> Result<()> {
    advisory_lock(tx, ISSUING_LOCK)
}

/// The next cadres of a round, in the order of their ids, of whom no form was issued for its kind and period: those in the programme who
/// had reported by its end.
///
/// # Errors
/// When the database refuses.
pub fn without_forms(conn: &mut DbConn, term: &Term, after: Option<Id>) -> Result<Vec<Id>> {
    let (from, to) = term.period;
    let issued = rater_forms::table
        .filter(rater_forms::cadre_id.eq(cadres::id))
        .filter(rater_forms::kind.eq(term.kind))
        .filter(rater_forms::period_from.eq(from))
        .filter(rater_forms::period_to.eq(to))
        .select(rater_forms::id);
    let mut found = cadres::table
        .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
        .filter(inside!(term.subtree))
        .filter(cadres::status.eq_any([CadreStatus::Active, CadreStatus::Suspended]))
        .filter(cadres::reported_on.le(to))
        .filter(diesel::dsl::not(diesel::dsl::exists(issued)))
        .select(cadres::id)
        .order(cadres::id)
        .limit(i64::try_from(ROWS_PER_STATEMENT).unwrap_or(i64::MAX))
        .into_boxed::<MultiBackend>();
    if let Some(id) = after {
        found = found.filter(cadres::id.gt(id));
    }
    Ok(found.load(conn)?)
}

/// The mentors of some cadres on a day, by cadre and role, with their units; of two in one role on one day the later.
///
/// # Errors
/// When the database refuses.
pub fn mentors_on(
    conn: &mut DbConn,
    cadre_ids: &[Id],
    day: Date,
) -> Result<HashMap<(Id, String), (Id, Id)>> {
    let paired = assignments::table
        .inner_join(mentors::table.on(mentors::id.eq(assignments::mentor_id)))
        .filter(assignments::cadre_id.eq_any(cadre_ids.to_vec()))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .filter(assignments::starts_on.le(day))
        .filter(
            assignments::ends_on
                .is_null()
                .or(assignments::ends_on.assume_not_null().ge(day)),
        )
        .order((assignments::starts_on, assignments::id))
        .select((
            assignments::cadre_id,
            assignments::role,
            mentors::id,
            mentors::organization_id,
        ));
    let paired: Vec<(Id, String, Id, Id)> = paired.load(conn)?;
    let keyed = |(cadre, role, mentor, unit)| ((cadre, role), (mentor, unit));
    Ok(paired.into_iter().map(keyed).collect())
}

/// What was written already for a kind and period about some cadres, locked against its writers: by cadre and relation.
///
/// # Errors
/// When the database refuses.
pub fn lock_written(
    tx: &mut DbConn,
    term: &Term,
    cadre_ids: &[Id],
) -> Result<HashMap<(Id, EvaluatorRelation), (Id, EvaluationStatus)>> {
    let (from, to) = term.period;
    let written = evaluations::table
        .filter(evaluations::cadre_id.eq_any(cadre_ids.to_vec()))
        .filter(evaluations::kind.eq(term.kind))
        .filter(evaluations::period_from.eq(from))
        .filter(evaluations::period_to.eq(to))
        .filter(evaluations::supersedes_id.is_null())
        .order(evaluations::id)
        .select((
            evaluations::cadre_id,
            evaluations::evaluator_relation,
            evaluations::id,
            evaluations::status,
        ));
    type Row = (Id, EvaluatorRelation, Id, EvaluationStatus);
    let rows: Vec<Row> = match tx {
        DbConn::Postgres(conn) => written.for_no_key_update().load(conn)?,
        DbConn::Sqlite(conn) => written.load(conn)?,
    };
    let keyed = |(cadre, relation, id, status)| ((cadre, relation), (id, status));
    Ok(rows.into_iter().map(keyed).collect())
}

/// Writes new rows.
///
/// # Errors
/// `Duplicate` when one of them was issued already.
pub fn insert_many(tx: &mut DbConn, rows: &[RaterForm]) -> Result<()> {
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        on_backend!(tx, |c| diesel::insert_into(rater_forms::table)
            .values(rows)
            .execute(c))?;
    }
    Ok(())
}
