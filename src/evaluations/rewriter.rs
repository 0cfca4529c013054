//! Who writes an evaluation again once an objection to it was upheld, so that there is always a way on.

use super::model::{Evaluation, EvaluationRecord, EvaluatorRelation};
use super::store::rewriters::{self, Staff};
use super::writer::is_kin;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::kinships::{Person, Records};
use crate::postings;

/// The account that writes again; as the account, or the client that made the first form, is kept in the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rewriter {
    /// The user.
    pub user_id: Option<Id>,
    /// The account that made it, which for a client is its author.
    pub created_by: Option<Id>,
}

impl Rewriter {
    fn user(id: Id) -> Self {
        Self {
            user_id: Some(id),
            created_by: Some(id),
        }
    }

    /// Whether a form is this one's to write.
    pub fn has(self, row: &Evaluation) -> bool {
        // A client writes as no user: the client itself is compared.
        row.evaluator_user_id == self.user_id
            && (self.user_id.is_some() || row.created_by == self.created_by)
    }
}

/// The user that was named; without one the first author if they may still write, else the unit's lead, else the manager who
/// answers.
///
/// # Errors
/// `Invalid` for a user who may not write it.
pub fn choose(
    tx: &mut DbConn,
    context: &Context,
    record: &EvaluationRecord,
    named: Option<Id>,
) -> Result<Rewriter> {
    let row = &record.evaluation;
    if let Some(id) = named {
        let unfit = || Error::field("/rewriterUserId", "reference-unknown");
        return may_write(tx, context, record, id)?
            .then(|| Rewriter::user(id))
            .ok_or_else(unfit);
    }
    if let Some(author) = author(tx, context, record)? {
        return Ok(author);
    }
    for one in staff(tx, context, record)? {
        if is_impartial(tx, context, row, &one.person)? {
            return Ok(Rewriter::user(one.user_id));
        }
    }
    Ok(Rewriter {
        user_id: context.actor.id(),
        created_by: context.actor.id(),
    })
}

/// The first author, if they may still write. An account that is not known here is one that an issuer outside vouches for.
fn author(
    tx: &mut DbConn,
    context: &Context,
    record: &EvaluationRecord,
) -> Result<Option<Rewriter>> {
    let row = &record.evaluation;
    let first = Rewriter {
        user_id: row.evaluator_user_id,
        created_by: row.created_by,
    };
    if let Some(mentor_id) = row.mentor_id {
        if rewriters::is_retired(tx, mentor_id)? {
            return Ok(None);
        }
        if let Some(id) = rewriters::account_of(tx, mentor_id)? {
            return Ok(Some(Rewriter::user(id)));
        }
    }
    let Some(user_id) = row.evaluator_user_id else {
        // A client wrote for the unit; what the service itself took over has no author who could.
        let is_clients = row.evaluator_relation.is_of_unit();
        return Ok(Some(first).filter(|_| is_clients && row.created_by.is_some()));
    };
    let may = match rewriters::is_enabled(tx, user_id)? {
        None => true,
        Some(false) => false,
        Some(true) => row.mentor_id.is_none() && may_write(tx, context, record, user_id)?,
    };
    Ok(may.then_some(first))
}

/// Whether a user may write an evaluation again: as staff of its unit or of the present one, or as its mentor.
fn may_write(
    tx: &mut DbConn,
    context: &Context,
    record: &EvaluationRecord,
    user_id: Id,
) -> Result<bool> {
    let row = &record.evaluation;
    if let Some(mentor_id) = row.mentor_id
        && rewriters::account_of(tx, mentor_id)? == Some(user_id)
    {
        return Ok(true);
    }
    let known = staff(tx, context, record)?;
    match known.iter().find(|one| one.user_id == user_id) {
        Some(one) => is_impartial(tx, context, row, &one.person),
        None => Ok(false),
    }
}

fn staff(tx: &mut DbConn, context: &Context, record: &EvaluationRecord) -> Result<Vec<Staff>> {
    let row = &record.evaluation;
    if row.evaluator_relation == EvaluatorRelation::HostUnit {
        let period = (row.period_from, row.period_to);
        let host = postings::appraising_host(tx, row.cadre_id, period)?;
        return host.map_or_else(
            || Ok(Vec::new()),
            |path| rewriters::staff_of(tx, &path, context.today),
        );
    }
    let mut staff = rewriters::staff_of(tx, &record.unit.path, context.today)?;
    if record.present_path != record.unit.path {
        staff.extend(rewriters::staff_of(
            tx,
            &record.present_path,
            context.today,
        )?);
    }
    Ok(staff)
}

/// Not the cadre, no kin, and neither who confirmed nor who answers.
fn is_impartial(
    tx: &mut DbConn,
    context: &Context,
    row: &Evaluation,
    person: &Records,
) -> Result<bool> {
    let involved = Records::new([
        Some(Person::cadre(row.cadre_id)),
        row.decided_by.map(Person::user),
        context.actor.id().map(Person::user),
    ]);
    Ok(!person.is(&involved) && !is_kin(tx, person, row.cadre_id, row.period_to)?)
}
