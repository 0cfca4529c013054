//! Units as lists describe them: checked one by one, written like every other unit, new ones with few statements.

use super::draft::{self, OrganizationDraft};
use super::drafted::ListedTree;
use super::model::{CODE_KEY, Organization};
use super::request::OrganizationInput;
use super::service::{creation, write};
use super::widening::WidenedGrants;
use super::{rules, store};
use crate::context::Context;
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT};
use crate::error::{FieldErrors, Result};
use crate::journal::{self, Change};

/// What a row of a list makes of a unit: checked, not yet written.
pub struct OrganizationChange {
    former: Option<Organization>,
    draft: OrganizationDraft,
}

impl OrganizationChange {
    /// Checks what a list says of a unit, in the tree as the rows before leave it; nothing where that is no news. What is absent
    /// stays; another name or code is a renaming, another parent a move, as of today.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Duplicate`, `Forbidden` for a root, `Merged`, `WidensGrants`.
    pub fn prepare(
        conn: &mut DbConn,
        context: &Context,
        tree: &ListedTree<'_>,
        id: Option<Id>,
        input: &OrganizationInput,
    ) -> Result<Option<Self>> {
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
        let holder = tree.id_of_code(&draft.row.code);
        if holder.is_some_and(|holder| holder != id) {
            return Err(CODE_KEY.duplicate(None));
        }
        if let Some(former) = former.as_ref().filter(|_| draft.is_moved()) {
            WidenedGrants::of_move(conn, context, tree, former, &draft.row)?.check(context)?;
        }
        Ok(Some(Self { former, draft }))
    }

    /// The unit as it would be.
    pub fn unit(&self) -> &Organization {
        &self.draft.row
    }
}

/// Writes what rows make of units, in the order in which they were checked; the tree was locked by the caller before that.
///
/// # Errors
/// `Duplicate` and `StaleVersion` when another writer came in between.
pub fn write_listed(
    tx: &mut DbConn,
    context: &Context,
    changes: Vec<OrganizationChange>,
) -> Result<()> {
    let mut new = Vec::new();
    for OrganizationChange { former, draft } in changes {
        let Some(former) = former else {
            new.push(draft);
            if new.len() == ROWS_PER_STATEMENT {
                insert_many(tx, context, std::mem::take(&mut new))?;
            }
            continue;
        };
        // A unit that moves takes those with it that came under it.
        insert_many(tx, context, std::mem::take(&mut new))?;
        write(tx, context, &former, draft, true)?;
    }
    insert_many(tx, context, new)
}

fn insert_many(tx: &mut DbConn, context: &Context, drafts: Vec<OrganizationDraft>) -> Result<()> {
    let (rows, changed): (Vec<_>, Vec<_>) = drafts
        .into_iter()
        .map(|draft| (draft.row, draft.changed))
        .unzip();
    store::insert_many(tx, &rows)?;
    let created = rows.iter().zip(&changed);
    let created: Vec<Change<'_>> = created
        .map(|(row, changed)| creation(row, changed))
        .collect();
    journal::record_many(tx, context, &created)
}

/// Whether the input says anything new of a unit. Parent and external ids are new whenever they are said.
pub fn is_news(context: &Context, row: &Organization, input: &OrganizationInput) -> bool {
    let mut drafted = row.clone();
    let mut errors = FieldErrors::default();
    draft::apply(&mut drafted, input, false, context, &mut errors);
    !errors.is_empty()
        || input.external_ids.is_present()
        || input.parent_id.is_present()
        || !input.parent().is_absent()
        || !draft::changed_members(Some(row), &drafted).is_empty()
}
