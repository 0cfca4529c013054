//! How the tree changes: units are called otherwise, lie elsewhere, or end in another.

use super::draft;
use super::lookup::Stored;
use super::model::{Located, Organization, OrganizationStatus};
use super::reference::{Naming, resolve};
use super::request::{MergeOrganization, MoveOrganization, RenameOrganization};
use super::response::{
    MergedOrganizationResponse, MovedOrganizationResponse, MovedRecords, OrganizationResponse,
    current_of,
};
use super::service::{changeable, check_code, reachable, record};
use super::widening::WidenedGrants;
use super::{rules, store};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::events::Restructuring;
use crate::external_ids::{self, ExternalIds, Kind};
use crate::http::Patch;
use crate::journal;
use crate::organizations::OrganizationCode;
use crate::values::{Date, Text};

/// Gives a unit another name from a day on; what it was called until then stays findable.
///
/// # Errors
/// `StaleVersion`, `Invalid`, `Duplicate`, `Merged`.
pub fn rename(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &RenameOrganization,
) -> Result<OrganizationResponse> {
    let former = reachable(tx, context, id)?;
    let mut row = former.clone();
    input.name.as_str().clone_into(&mut row.name);
    row.short_name = input
        .short_name
        .clone()
        .map(Text::into_string)
        .apply(row.short_name);
    if let Some(code) = &input.code {
        code.as_str().clone_into(&mut row.code);
    }
    let changed = draft::changed_members(Some(&former), &row);
    if changed.is_empty() {
        return OrganizationResponse::from_row(row, context);
    }
    context.check_match(former.version, || Ok(current_of(&former, context)))?;
    let mut errors = FieldErrors::default();
    let last = store::former_names(tx, id)?.into_iter().next();
    let since = last
        .map(|name| name.valid_to.plus_days(1))
        .filter(|day| *day <= context.today)
        .or(former.valid_from);
    draft::check_effective_on(input.effective_on, since, context.today, &mut errors);
    errors.into_result()?;
    check_code(tx, context, &row)?;
    store::remember_name(tx, &former, input.effective_on.plus_days(-1))?;
    touch(&mut row, context);
    store::update(tx, &row)?;
    record(
        tx,
        context,
        "organization.renamed",
        &row,
        &changed,
        Some(input.effective_on),
    )?;
    OrganizationResponse::from_row(row, context)
}

/// Lays a unit and all below it under another parent; ids stay, tokens that know the old place end.
///
/// # Errors
/// `StaleVersion`, `Invalid`, `Forbidden` for a root, `Merged`, `WidensGrants` unless it is a dry run.
pub fn move_under(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &MoveOrganization,
) -> Result<MovedOrganizationResponse> {
    store::lock_tree(tx)?;
    let former = reachable(tx, context, id)?;
    let naming = Naming {
        id: match input.parent_id {
            Patch::Value(id) => Some(id),
            Patch::Absent | Patch::Null => None,
        },
        code: input.parent_code.as_ref().map(OrganizationCode::as_str),
        external: input.parent_ref.as_ref(),
    };
    let mut errors = FieldErrors::default();
    draft::check_effective_on(
        input.effective_on,
        former.valid_from,
        context.today,
        &mut errors,
    );
    let mut row = former.clone();
    if naming.is_absent() && input.parent_id == Patch::Absent {
        errors.push("/parentId", Fault::new("required"));
    } else {
        draft::place(tx, context, &Stored, &row, naming, &mut errors)?.lay(
            tx,
            &Stored,
            &mut row,
            &mut errors,
        )?;
    }
    errors.into_result()?;
    if row.parent_id == former.parent_id {
        return MovedOrganizationResponse::from_row(former, WidenedGrants::default(), context);
    }
    context.check_match(former.version, || Ok(current_of(&former, context)))?;
    let widened = WidenedGrants::of_move(tx, context, &Stored, &former, &row)?;
    if !input.dry_run {
        widened.check(context)?;
    }
    touch(&mut row, context);
    relocate(tx, context, &former, &row)?;
    record(
        tx,
        context,
        "organization.moved",
        &row,
        &["parentId"],
        Some(input.effective_on),
    )?;
    MovedOrganizationResponse::from_row(row, widened, context)
}

/// Ends a unit: children, people, grants, clients and ids in other systems go over to another.
///
/// # Errors
/// `StaleVersion`, `Invalid`, `Merged` when it was merged already, otherwise than by this very request, `WidensGrants` unless it
/// is a dry run.
pub fn merge(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &MergeOrganization,
) -> Result<MergedOrganizationResponse> {
    store::lock_tree(tx)?;
    let mut from = changeable(tx, context, id)?;
    let naming = Naming {
        id: input.into_id,
        code: input.into_code.as_ref().map(OrganizationCode::as_str),
        external: input.into_ref.as_ref(),
    };
    let mut errors = FieldErrors::default();
    let into = resolve(tx, naming, "into", &context.reach, &mut errors)?;
    if let Some(successor) = from.successor_id {
        let is_repeated = into.as_ref().is_some_and(|into| into.id == successor)
            && journal::last_actor(tx, id, "organization.merged")? == Some(context.actor.id());
        return if is_repeated {
            let (moved, widened) = (MovedRecords::default(), WidenedGrants::default());
            MergedOrganizationResponse::from_row(from, moved, widened, context)
        } else {
            Err(Error::Merged(successor.to_string()))
        };
    }
    context.check_match(from.version, || Ok(current_of(&from, context)))?;
    draft::check_effective_on(
        input.effective_on,
        from.valid_from,
        context.today,
        &mut errors,
    );
    if let Some(into) = &into {
        check_successor(tx, &from, into, &naming.pointer("into"), &mut errors)?;
    }
    errors.into_result()?;
    let Some(mut into) = into else {
        return Err(Error::NotFound);
    };
    let widened = WidenedGrants::of_merger(tx, context, &from, &into)?;
    if !input.dry_run {
        widened.check(context)?;
    }
    let mut moved = MovedRecords {
        children: adopt_children(tx, context, &from, &into, input.effective_on)?,
        external_ids: take_over_ids(tx, context, &mut from, &mut into)?,
        ..MovedRecords::default()
    };
    dissolve(tx, context, &mut from, &into, input.effective_on)?;
    let merged = Restructuring::Merged {
        from: from.id,
        into: into.id,
        on: input.effective_on,
    };
    let followed = (context.deps.hooks.organization_changed)(tx, context, &merged)?;
    moved.cadres = followed.cadres;
    moved.mentors = followed.mentors;
    moved.grants = followed.grants;
    moved.clients = followed.clients;
    MergedOrganizationResponse::from_row(from, moved, widened, context)
}

/// Writes a row that lies elsewhere, and the paths of all below it.
///
/// # Errors
/// `StaleVersion`, or when the database refuses.
pub fn relocate(
    tx: &mut DbConn,
    context: &Context,
    former: &Organization,
    row: &Organization,
) -> Result<()> {
    store::update(tx, row)?;
    store::rewrite_paths(tx, &former.subtree(), &row.path)?;
    let moved = Restructuring::Moved {
        subtree: row.subtree(),
    };
    (context.deps.hooks.organization_changed)(tx, context, &moved)?;
    Ok(())
}

fn touch(row: &mut Organization, context: &Context) {
    row.version += 1;
    row.updated_at = context.now;
}

/// A unit does not end in itself or below itself, nor in one under which its children do not fit.
fn check_successor(
    conn: &mut DbConn,
    from: &Organization,
    into: &Organization,
    pointer: &str,
    errors: &mut FieldErrors,
) -> Result<()> {
    let children = store::kinds_under(conn, from.id)?;
    let fits = |kind: &_| rules::fits(*kind, Some(into.kind));
    if into.path.starts_with(&from.path) || !children.iter().all(fits) {
        errors.push(pointer, Fault::new("successor-unfit"));
    }
    Ok(())
}

fn adopt_children(
    tx: &mut DbConn,
    context: &Context,
    from: &Organization,
    into: &Organization,
    on: Date,
) -> Result<u64> {
    let children = store::children(tx, from.id)?;
    let place = Located::from(into.clone());
    for former in &children {
        let mut child = former.clone();
        child.parent_id = Some(into.id);
        child.path = Located::path_under(Some(&place), child.id);
        touch(&mut child, context);
        relocate(tx, context, former, &child)?;
        record(
            tx,
            context,
            "organization.moved",
            &child,
            &["parentId"],
            Some(on),
        )?;
    }
    Ok(u64::try_from(children.len()).unwrap_or(u64::MAX))
}

/// The ids of the merged unit name its successor; where both have one under a source, the successor shows its own.
fn take_over_ids(
    tx: &mut DbConn,
    context: &Context,
    from: &mut Organization,
    into: &mut Organization,
) -> Result<u64> {
    let ids = ExternalIds::from_json(&from.external_ids)?;
    if ids.0.is_empty() {
        return Ok(0);
    }
    let count = u64::try_from(ids.0.len()).unwrap_or(u64::MAX);
    let mut united = ids;
    united
        .0
        .extend(ExternalIds::from_json(&into.external_ids)?.0);
    external_ids::retarget(tx, Kind::Organization, from.id, into.id)?;
    from.external_ids = ExternalIds::default().to_json();
    let united = united.to_json();
    if united != into.external_ids {
        into.external_ids = united;
        touch(into, context);
        store::update(tx, into)?;
        record(
            tx,
            context,
            "organization.updated",
            into,
            &["externalIds"],
            None,
        )?;
    }
    Ok(count)
}

fn dissolve(
    tx: &mut DbConn,
    context: &Context,
    from: &mut Organization,
    into: &Organization,
    on: Date,
) -> Result<()> {
    from.status = OrganizationStatus::Dissolved;
    from.successor_id = Some(into.id);
    from.valid_to = Some(on.plus_days(-1));
    touch(from, context);
    store::update(tx, from)?;
    let changed = ["status", "successorId", "validTo", "externalIds"];
    record(tx, context, "organization.merged", from, &changed, Some(on))
}
