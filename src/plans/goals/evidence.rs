//! The records that show that a goal is done.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::evaluations::{self, EvaluationStatus};
use crate::growth_entries::{self, EntryStatus};
use crate::postings;
use crate::training;
use crate::values::text_enum;

/// Most records of a goal or a decision.
pub const MOST_EVIDENCE: usize = 10;

text_enum! {
    /// Of what kind a record is that shows something.
    pub enum EvidenceType {
        /// An entry of the growth file.
        GrowthEntry = "GROWTH_ENTRY",
        /// A confirmed evaluation.
        Evaluation = "EVALUATION",
        /// A training event that the cadre took part in, by the enrolment.
        TrainingEnrolment = "TRAINING_ENROLMENT",
        /// A finished posting.
        Posting = "POSTING",
    }
}

/// A record of the cadre that shows something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
pub struct PlanEvidence {
    /// Of what kind it is; more kinds will come.
    #[serde(rename = "type")]
    #[deserr(rename = "type")]
    #[schema(value_type = String, max_length = 32, example = "GROWTH_ENTRY", extensions(("x-code-set" = json!("plan-evidence-type"))))]
    pub kind: EvidenceType,
    /// Its id.
    pub id: Id,
}

/// Notes records that the caller does not read, that are another cadre's, entries that are not complete, evaluations that are not
/// confirmed, training that the cadre took no part in, and postings that are not finished.
///
/// # Errors
/// When the database refuses.
pub fn check(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    evidence: &[PlanEvidence],
    errors: &mut FieldErrors,
) -> Result<()> {
    for (n, record) in evidence.iter().enumerate() {
        let shows = match record.kind {
            EvidenceType::GrowthEntry => {
                let context = context.under(Permission::GrowthRead);
                found(growth_entries::read(conn, &context, record.id))?.is_some_and(|entry| {
                    entry.cadre_id == cadre_id && entry.status != EntryStatus::Draft
                })
            }
            EvidenceType::Evaluation => {
                let context = context.under(Permission::EvaluationsRead);
                found(evaluations::read(conn, &context, record.id))?.is_some_and(|evaluation| {
                    evaluation.cadre_id == cadre_id
                        && evaluation.status == EvaluationStatus::Confirmed
                })
            }
            EvidenceType::TrainingEnrolment => {
                training::completed(conn, context, record.id, cadre_id)?
            }
            EvidenceType::Posting => postings::is_finished(conn, context, record.id, cadre_id)?,
        };
        if !shows {
            let pointer = format!("/evidence/{n}/id");
            errors.push(pointer, Fault::new("reference-unknown"));
        }
    }
    Ok(())
}

fn found<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(record) => Ok(Some(record)),
        Err(Error::NotFound | Error::Forbidden(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
