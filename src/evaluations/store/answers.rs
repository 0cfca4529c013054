//! Answers to the questions of forms, beside the evaluations they belong to.

use diesel::prelude::*;

use crate::db::schema::evaluation_answers;
use crate::db::{DbConn, Id, on_backend};
use crate::error::Result;
use crate::evaluation_forms::Answers;

/// Keeps the answers of an evaluation in the place of those that it had.
///
/// # Errors
/// When the database refuses.
pub fn put(tx: &mut DbConn, evaluation_id: Id, answers: &Answers) -> Result<()> {
    let answers = answers.to_json()?;
    let row = (
        evaluation_answers::evaluation_id.eq(evaluation_id),
        evaluation_answers::answers.eq(&answers),
    );
    on_backend!(tx, |c| diesel::insert_into(evaluation_answers::table)
        .values(row)
        .on_conflict(evaluation_answers::evaluation_id)
        .do_update()
        .set(evaluation_answers::answers.eq(&answers))
        .execute(c))?;
    Ok(())
}

/// Gives an evaluation the answers of another, if that has any.
///
/// # Errors
/// When the database refuses.
pub fn copy(tx: &mut DbConn, from: Id, to: Id) -> Result<()> {
    let answers = evaluation_answers::table
        .find(from)
        .select(evaluation_answers::answers);
    match answers.first::<String>(tx).optional()? {
        Some(answers) => put(tx, to, &Answers::from_json(&answers)?),
        None => Ok(()),
    }
}
