//! What of the journal is kept from a caller.

use diesel::prelude::*;

use super::super::model::{EvaluationStatus, EvaluatorRelation};
use super::super::rules;
use super::offices::Offices;
use super::readable::{Own, owed, plain, written_by};
use super::record::records;
use crate::context::Context;
use crate::db::schema::{assignments, evaluation_reopenings, evaluations};
use crate::db::{DbConn, Id};
use crate::error::Result;

/// Of these evaluations and their cadres, the evaluations whose lines in the journal are kept from a caller who reads it: of a
/// cadre and period for which they still owe one; about themselves, but for what they wrote. Of a form that is gone nobody
/// knows the period any more, so it is kept from all who owe something about its cadre.
///
/// # Errors
/// When the database refuses.
pub fn among(
    conn: &mut DbConn,
    context: &Context,
    mentioned: &[(Id, Option<Id>)],
) -> Result<Vec<Id>> {
    let own = Own::from_actor(&context.actor);
    let mut ids: Vec<Id> = mentioned.iter().map(|(id, _)| *id).collect();
    ids.sort();
    ids.dedup();
    let there: Vec<Id> = evaluations::table
        .filter(evaluations::id.eq_any(&ids))
        .select(evaluations::id)
        .load(conn)?;
    let written: Vec<Id> = evaluations::table
        .filter(evaluations::id.eq_any(&ids))
        .filter(written_by!(own, plain))
        .select(evaluations::id)
        .load(conn)?;
    let unknown =
        owed(context, &Offices::from_context(context), own).or(evaluations::cadre_id.eq(own.cadre));
    let kept_back = records!()
        .filter(evaluations::id.eq_any(ids))
        .filter(unknown);
    let mut withheld: Vec<Id> = kept_back.select(evaluations::id).load(conn)?;
    withheld.retain(|id| !written.contains(id));
    let gone: Vec<(Id, Id)> = mentioned
        .iter()
        .filter(|(id, _)| !there.contains(id))
        .filter_map(|(id, cadre)| cadre.map(|cadre| (*id, cadre)))
        .collect();
    if !gone.is_empty() {
        let cadres: Vec<Id> = gone.iter().map(|(_, cadre)| *cadre).collect();
        let owing = owing_about(conn, context, own, &cadres)?;
        let kept_back = |cadre: &Id| *cadre == own.cadre || owing.contains(cadre);
        withheld.extend(gone.iter().filter(|(_, c)| kept_back(c)).map(|(id, _)| *id));
    }
    Ok(withheld)
}

/// Of these cadres, those about whom the caller may owe an evaluation of some period.
fn owing_about(conn: &mut DbConn, context: &Context, own: Own, cadres: &[Id]) -> Result<Vec<Id>> {
    let open = evaluations::table
        .filter(evaluations::cadre_id.eq_any(cadres))
        .filter(evaluations::status.eq_any([EvaluationStatus::Draft, EvaluationStatus::Returned]))
        .filter(written_by!(own, plain))
        .select(evaluations::cadre_id);
    let mut owing: Vec<Id> = open.load(conn)?;
    let since = rules::accepted_since(context.today);
    let paired = assignments::table
        .filter(assignments::cadre_id.eq_any(cadres))
        .filter(assignments::mentor_id.eq(own.mentor))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .filter(
            assignments::ends_on
                .is_null()
                .or(assignments::ends_on.assume_not_null().ge(since)),
        )
        .select(assignments::cadre_id);
    owing.extend(paired.load::<Id>(conn)?);
    let reopened = evaluation_reopenings::table
        .filter(evaluation_reopenings::cadre_id.eq_any(cadres))
        .filter(evaluation_reopenings::rater.eq(own.mentor.to_string()))
        .filter(evaluation_reopenings::until.ge(context.today))
        .select(evaluation_reopenings::cadre_id);
    owing.extend(reopened.load::<Id>(conn)?);
    Ok(owing)
}
