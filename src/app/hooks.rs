//! What higher rooms do when a record of a lower room changes; each room that follows is named here once.

use super::replays;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::events::{CadreLeft, CadreMoved, Followed, Hooks, Restructuring};
use crate::kinships::{self, Person};
use crate::{
    absences, accounts, assignments, cadres, evaluations, growth_entries, journal,
    mentoring_sessions, mentors, plans, postings, training,
};

/// The hooks of this application.
pub fn hooks() -> Hooks<Context> {
    Hooks {
        cadre_moved,
        cadre_left,
        template_published: plans::complete,
        cadre_returned: plans::go_on,
        probation_changed,
        cadre_deleted,
        mentor_changed,
        mentor_deleted: |tx, _, id| kinships::require_none(tx, Person::mentor(id)),
        user_deleted,
        organization_changed,
        grants_at: accounts::grants_at,
        is_guest: postings::is_guest,
        mentors_of: cadres::store::mentors_of,
        client_sources: accounts::client_sources,
        reads: replays::reads,
        withheld: evaluations::withheld,
        withheld_kinds: evaluations::WITHHELD_KINDS,
        journal_position: journal::position,
    }
}

/// The records of the programme learn which unit reads them now; pairs may have lost their place.
fn cadre_moved(tx: &mut DbConn, context: &Context, moved: CadreMoved) -> Result<()> {
    evaluations::follow_cadre(tx, moved)?;
    growth_entries::follow_cadre(tx, moved)?;
    plans::follow_cadre(tx, moved)?;
    training::follow_cadre(tx, moved)?;
    postings::follow_cadre(tx, moved)?;
    mentoring_sessions::follow_cadre(tx, moved)?;
    assignments::follow_cadre(tx, context, moved)
}

/// The leave that falls into probation is another, and so are the days of induction and of plans.
fn probation_changed(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    absences::recount(tx, context, cadre_id)?;
    training::recount_one(tx, context, cadre_id)?;
    plans::follow_days(tx, context, cadre_id)
}

/// The pairs of a cadre who moves or leaves end; open forms about one who leaves are cancelled, their seats in
/// training are free, their postings and plans are over.
fn cadre_left(tx: &mut DbConn, context: &Context, left: CadreLeft) -> Result<()> {
    assignments::end_all(tx, context, left)?;
    evaluations::cancel_open(tx, context, left)?;
    training::excuse_leaver(tx, context, left)?;
    postings::end_all(tx, context, left)?;
    plans::exit(tx, context, left)
}

/// Who is declared kin of somebody stays.
fn cadre_deleted(tx: &mut DbConn, context: &Context, cadre_id: Id) -> Result<()> {
    kinships::require_none(tx, Person::cadre(cadre_id))?;
    absences::delete_all(tx, context, cadre_id)?;
    plans::remove_untouched(tx, context, cadre_id)
}

/// The pairs of a mentor may need another, and their tokens another end of service.
fn mentor_changed(tx: &mut DbConn, context: &Context, mentor_id: Id) -> Result<()> {
    assignments::review_mentor(tx, context, mentor_id)?;
    accounts::follow_mentor(tx, context, mentor_id)
}

/// Who evaluated, verified or is declared kin of somebody stays.
fn user_deleted(tx: &mut DbConn, _: &Context, user_id: Id) -> Result<()> {
    kinships::require_none(tx, Person::user(user_id))?;
    evaluations::require_no_evaluator(tx, user_id)?;
    growth_entries::require_no_verifier(tx, user_id)
}

/// Mentors and cadres both follow their unit first; only then it can be told which pairs have lost their place.
fn organization_changed(
    tx: &mut DbConn,
    context: &Context,
    change: &Restructuring,
) -> Result<Followed> {
    let mentors = mentors::follow(tx, context, change)?;
    let cadres = cadres::follow(tx, context, change)?;
    let followed = accounts::follow_organization(tx, context, change)?;
    evaluations::follow_organization(tx, change)?;
    growth_entries::follow_organization(tx, change)?;
    plans::follow_organization(tx, change)?;
    training::follow_organization(tx, change)?;
    postings::follow_organization(tx, change)?;
    mentoring_sessions::follow_organization(tx, change)?;
    assignments::follow_organization(tx, context, change)?;
    let count = |ids: &[Id]| u64::try_from(ids.len()).unwrap_or(u64::MAX);
    Ok(Followed {
        cadres: count(&cadres),
        mentors: count(&mentors),
        ..followed
    })
}
