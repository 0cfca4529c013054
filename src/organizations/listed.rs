//! Units as lists describe them: made, changed, or only looked at.

use super::draft;
use super::drafted::ListedTree;
use super::model::Organization;
use super::request::UpdateOrganization;
use super::rules;
use super::service::{Outcome, change, insert, reachable};
use super::widening::WidenedGrants;
use crate::access::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, FieldErrors, Result};

/// Makes a unit as a list describes it; the tree is locked by the caller.
///
/// # Errors
/// As [`super::create`].
pub fn establish(
    tx: &mut DbConn,
    context: &Context,
    input: &UpdateOrganization,
) -> Result<Outcome> {
    insert(tx, context, context.new_id(), input)
}

/// Changes a unit as a list describes it, as [`super::upsert`] does; the tree is locked by the caller.
///
/// # Errors
/// As [`super::upsert`].
pub fn amend(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &UpdateOrganization,
) -> Result<Outcome> {
    let row = reachable(tx, context, id)?;
    change(tx, context, &row, input, true)
}

/// What [`establish`] or [`amend`] would make of a unit, in the tree as rows before would leave it, so that nothing is locked and
/// nothing written; nothing where nothing would change.
///
/// # Errors
/// As those, but for what only another writer could bring about.
pub fn examine(
    conn: &mut DbConn,
    context: &Context,
    tree: &ListedTree<'_>,
    id: Option<Id>,
    input: &UpdateOrganization,
) -> Result<Option<Organization>> {
    let former = match id {
        Some(id) => Some(tree.find(conn, id)?),
        None => None,
    };
    if let Some(former) = &former {
        rules::check_changeable(context, former)?;
        rules::check_present(former)?;
    }
    let id = id.unwrap_or_else(|| context.new_id());
    let draft = draft::prepare(conn, context, tree, id, input, former.as_ref())?;
    if draft.changed.is_empty() {
        return Ok(None);
    }
    let bearer = tree.id_of_code(&draft.row.code);
    if bearer.is_some_and(|bearer| bearer != draft.row.id) {
        return Err(Error::Duplicate("organizations_code_key", None));
    }
    if let Some(former) = former.filter(|former| former.parent_id != draft.row.parent_id) {
        WidenedGrants::of_move(conn, context, tree, &former, &draft.row)?.check(context)?;
    }
    Ok(Some(draft.row))
}

/// Whether the input says anything new of a unit. Parent and external ids are new whenever they are said.
pub fn is_news(context: &Context, row: &Organization, input: &UpdateOrganization) -> bool {
    let mut drafted = row.clone();
    let mut errors = FieldErrors::default();
    draft::apply(&mut drafted, input, false, context, &mut errors);
    !errors.is_empty()
        || input.external_ids.is_present()
        || input.parent_id.is_present()
        || !input.parent().is_absent()
        || !draft::changed_members(Some(row), &drafted).is_empty()
}
