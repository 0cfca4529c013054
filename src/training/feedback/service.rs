//! Use cases of feedback.

use super::request::RateEnrolment;
use super::response::{RatingCount, TrainingFeedback};
use super::store::{self, FeedbackRow};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::journal;
use crate::training::enrolments::{self, EnrolmentResponse, TakingPart};
use crate::training::events;
use crate::transitions::{Begun, read_back};

/// So many answers are told together.
const BATCH: i64 = 3;
/// Most texts that are told.
const MOST_TEXTS: i64 = 500;

/// Takes what a cadre thinks of an event that they took part in; it is said once.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalTransition`, `StaleVersion`.
pub fn rate(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &RateEnrolment,
) -> Result<EnrolmentResponse> {
    let (record, event) = enrolments::locked(tx, id)?;
    if context.reach.cadre_id != Some(record.enrolment.cadre_id) {
        // Whoever only reads it is told so; to others it does not exist.
        enrolments::read(tx, context, id)?;
        return Err(Error::Forbidden(None));
    }
    let text = input.text.as_ref().map(|text| text.as_str().to_owned());
    let said = (i32::from(input.rating), text.clone());
    let is_repeated = record.feedback.as_ref() == Some(&said);
    let taking_part = enrolments::taking_part(record, event);
    let begun = Begun::new(context, "rate_enrolment", taking_part);
    if is_repeated {
        return read_back::<TakingPart>(tx, context, id);
    }
    begun.require(tx)?;
    let row = &begun.row.enrolment;
    let answers = store::count(tx, row.event_id)?;
    let answer = FeedbackRow {
        enrolment_id: id,
        created_at: context.now,
        event_id: row.event_id,
        number: i32::try_from(answers + 1).unwrap_or(i32::MAX),
        rating: said.0,
        text,
    };
    store::insert(tx, &answer)?;
    let line = enrolments::line(row, "enrolment.rated", &["feedback"]);
    journal::record(tx, context, &line)?;
    read_back::<TakingPart>(tx, context, id)
}

/// What those who took part think of an event, for its host.
///
/// # Errors
/// `NotFound`, `Forbidden` for those who only see the event.
pub fn of_event(conn: &mut DbConn, context: &Context, id: Id) -> Result<TrainingFeedback> {
    events::require_host(conn, context, id)?;
    let answers = store::count(conn, id)? / BATCH * BATCH;
    let given = store::ratings(conn, id, answers)?;
    let count = |rating| {
        let found = given.iter().find(|(given, _)| *given == rating);
        found.map_or(0, |(_, answers)| *answers)
    };
    let ratings: Vec<RatingCount> = (1..=5)
        .map(|rating| RatingCount {
            rating,
            answers: count(rating),
        })
        .collect();
    Ok(TrainingFeedback {
        event_id: id,
        answers,
        mean: mean(&ratings),
        ratings,
        texts: store::texts(conn, id, answers, MOST_TEXTS)?,
    })
}

/// The mean to two places, half up.
fn mean(ratings: &[RatingCount]) -> Option<f64> {
    let answers: i64 = ratings.iter().map(|count| count.answers).sum();
    let sum: i64 = ratings
        .iter()
        .map(|count| i64::from(count.rating) * count.answers)
        .sum();
    let hundredths = (200 * sum + answers).checked_div(2 * answers)?;
    i32::try_from(hundredths)
        .ok()
        .map(|hundredths| f64::from(hundredths) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_rounded_half_up_and_there_is_none_of_nothing() {
        let of = |given: &[(i32, i64)]| {
            let counts: Vec<RatingCount> = given
                .iter()
                .map(|(rating, answers)| RatingCount {
                    rating: *rating,
                    answers: *answers,
                })
                .collect();
            mean(&counts)
        };
        assert_eq!(of(&[(5, 0)]), None);
        assert_eq!(of(&[(4, 1), (5, 2)]), Some(4.67));
        assert_eq!(of(&[(1, 7), (2, 1)]), Some(1.13));
    }
}
