//! The verbs of an evaluation form: DRAFT → PUBLISHED → RETIRED.

use super::model::{EvaluationForm, EvaluationFormStatus, ONE_OF_DAY};
use super::request::RetireEvaluationForm;
use super::response::EvaluationFormResponse;
use super::service::{visible, writable};
use super::store;
use crate::access::Permission::EvaluationFormsWrite;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;
use crate::transitions::{Resource, Said, Transition, begin, current, read_back, record};
use crate::values::Text;

use EvaluationFormStatus::{Draft, Published, Retired};

impl Resource for EvaluationForm {
    const KIND: &'static str = "evaluation-form";
    type State = EvaluationFormStatus;
    type Response = EvaluationFormResponse;
    const TRANSITIONS: &'static [Transition<EvaluationFormStatus>] = &[
        Transition {
            verb: "update_evaluation_form",
            from: &[Draft],
            to: &[],
            permission: EvaluationFormsWrite,
        },
        Transition {
            verb: "publish_evaluation_form",
            from: &[Draft],
            to: &[Published],
            permission: EvaluationFormsWrite,
        },
        Transition {
            verb: "retire_evaluation_form",
            from: &[Published],
            to: &[Retired],
            permission: EvaluationFormsWrite,
        },
    ];

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organization(&self) -> Option<Id> {
        None
    }

    fn cadre(&self) -> Option<Id> {
        None
    }

    fn state(&self, _: &Context) -> EvaluationFormStatus {
        self.status
    }

    fn stamp(&mut self, version: i64, now: UtcTimestamp) {
        (self.version, self.updated_at) = (version, now);
    }

    fn lock(tx: &mut DbConn, context: &Context, id: Id) -> Result<Self> {
        writable(tx, context, id)
    }

    fn update(&self, tx: &mut DbConn, version: i64) -> Result<()> {
        store::update(tx, self, version)
    }

    fn read(
        conn: &mut DbConn,
        context: &Context,
        id: Id,
    ) -> Result<Option<EvaluationFormResponse>> {
        visible(conn, context, id)
    }
}

/// The change by which a draft is published.
pub const PUBLISHED: &str = "evaluation-form.published";
const RETIRED: &str = "evaluation-form.retired";
const OF_STATUS: &[&str] = &[PUBLISHED, RETIRED];

/// Publishes a draft: evaluations of periods that end on its first day or later are written on it.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`, `Duplicate` when that day has a published form already.
pub fn publish(tx: &mut DbConn, context: &Context, id: Id) -> Result<EvaluationFormResponse> {
    let begun = begin::<EvaluationForm>(tx, context, "publish_evaluation_form", id)?;
    let row = &begun.row;
    if row.status == Published && begun.is_repeated(tx, OF_STATUS, PUBLISHED, Said::default())? {
        return read_back::<EvaluationForm>(tx, context, id);
    }
    begun.require(tx)?;
    if let Some(other) = store::of_day(tx, row.kind, row.valid_from)?
        && other.valid_from == row.valid_from
    {
        let current = current::<EvaluationForm>(tx, context, other.id)?;
        return Err(ONE_OF_DAY.duplicate(current));
    }
    let published = EvaluationForm {
        status: Published,
        ..row.clone()
    };
    let published = begun.write(tx, published)?;
    record(tx, context, PUBLISHED, &published, &["status"], None)?;
    read_back::<EvaluationForm>(tx, context, id)
}

/// Ends a form: evaluations are written on the one before it again.
///
/// # Errors
/// `IllegalTransition`, `StaleVersion`.
pub fn retire(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &RetireEvaluationForm,
) -> Result<EvaluationFormResponse> {
    let begun = begin::<EvaluationForm>(tx, context, "retire_evaluation_form", id)?;
    let reason = input.reason.as_ref().map(Text::as_str);
    if begun.row.status == Retired && begun.is_repeated(tx, OF_STATUS, RETIRED, reason.into())? {
        return read_back::<EvaluationForm>(tx, context, id);
    }
    begun.require(tx)?;
    let retired = EvaluationForm {
        status: Retired,
        ..begun.row.clone()
    };
    let retired = begun.write(tx, retired)?;
    record(tx, context, RETIRED, &retired, &["status"], reason)?;
    read_back::<EvaluationForm>(tx, context, id)
}
