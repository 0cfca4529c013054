//! A row under change: what the input makes of it, what is wrong with it, and which members differ.

use super::division_code::DivisionCode;
use super::lookup::UnitLookup;
use super::model::{Located, Organization, OrganizationKind, OrganizationStatus};
use super::reference::Naming;
use super::request::OrganizationInput;
use super::rules;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::external_ids::{ChangedIds, Kind};
use crate::http::Patch;
use crate::values::{Date, Text, changed_or_filled};

/// A row as it would be after a write.
pub struct OrganizationDraft {
    /// The row.
    pub row: Organization,
    /// The members that differ.
    pub changed: Vec<&'static str>,
    /// Its ids in other systems, when the input speaks of them.
    pub external_ids: Option<ChangedIds>,
}

impl OrganizationDraft {
    /// Whether the unit is to lie elsewhere.
    pub fn is_moved(&self) -> bool {
        self.changed.contains(&"parentId")
    }
}

/// Checks everything that can be checked before writing, and reports all faults at once.
///
/// # Errors
/// `Invalid`; `Forbidden` for a root.
pub fn prepare(
    conn: &mut DbConn,
    context: &Context,
    units: &impl UnitLookup,
    id: Id,
    input: &OrganizationInput,
    former: Option<&Organization>,
) -> Result<OrganizationDraft> {
    let mut errors = FieldErrors::default();
    let mut row = former.cloned().unwrap_or_else(|| blank(context, id));
    apply(&mut row, input, former.is_none(), context, &mut errors);
    let is_root = input.parent_id == Patch::Null || former.is_none();
    let place = if !input.parent().is_absent() || is_root {
        place(conn, context, units, &row, input.parent(), &mut errors)?
    } else if former.is_some_and(|former| former.kind != row.kind) {
        present_place(conn, units, &row)?
    } else {
        ParentChoice::Kept
    };
    place.lay(conn, units, &mut row, &mut errors)?;
    let external_ids = ChangedIds::prepare(
        conn,
        context.id_writer(),
        (Kind::Organization, Some(row.id)),
        &row.external_ids,
        &input.external_ids,
        &mut errors,
    )?;
    errors.into_result()?;
    if let Some(ChangedIds { ids, .. }) = &external_ids {
        row.external_ids = ids.to_json();
    }
    Ok(OrganizationDraft {
        changed: changed_members(former, &row),
        row,
        external_ids,
    })
}

/// A row before it has a content.
pub fn blank(context: &Context, id: Id) -> Organization {
    Organization {
        id,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        code: String::new(),
        name: String::new(),
        short_name: None,
        kind: OrganizationKind::City,
        parent_id: None,
        path: String::new(),
        division_code: None,
        remote: false,
        status: OrganizationStatus::Active,
        valid_from: None,
        valid_to: None,
        successor_id: None,
        external_ids: "{}".to_owned(),
    }
}

/// Applies the plain members of the input to a row; `is_new` says whether what may not be empty is still missing.
pub fn apply(
    row: &mut Organization,
    input: &OrganizationInput,
    is_new: bool,
    context: &Context,
    errors: &mut FieldErrors,
) {
    macro_rules! required {
        ($member:ident, $pointer:literal, |$value:ident| $stored:expr) => {
            input.$member.check_required(is_new, $pointer, errors);
            if let Patch::Value($value) = &input.$member {
                row.$member = $stored;
            }
        };
    }
    required!(code, "/code", |code| code.as_str().to_owned());
    required!(name, "/name", |name| name.as_str().to_owned());
    required!(kind, "/kind", |kind| *kind);
    row.short_name = input
        .short_name
        .clone()
        .map(Text::into_string)
        .apply(row.short_name.take());
    row.division_code = input
        .division_code
        .clone()
        .map(|code: DivisionCode| code.as_str().to_owned())
        .apply(row.division_code.take());
    row.remote = input
        .remote
        .clone()
        .apply(Some(row.remote))
        .unwrap_or_default();
    row.valid_from = input.valid_from.clone().apply(row.valid_from);
    if row.valid_from.is_some_and(|day| day > context.today) {
        errors.push("/validFrom", Fault::new("date-in-future"));
    }
}

/// Where a row is to lie.
pub enum ParentChoice {
    /// Where it lies; nothing to check.
    Kept,
    /// Nowhere that is known; the fault is noted.
    Unknown,
    /// Under a parent, or at the root.
    At {
        /// The parent.
        parent: Option<Located>,
        /// The member that says so.
        pointer: String,
    },
}

/// The place that a request names; none named is the root, which only those who reach everything may use.
///
/// # Errors
/// `Forbidden`, or when the database refuses.
pub fn place(
    conn: &mut DbConn,
    context: &Context,
    units: &impl UnitLookup,
    row: &Organization,
    naming: Naming<'_>,
    errors: &mut FieldErrors,
) -> Result<ParentChoice> {
    if naming.is_absent() {
        if !rules::fits(row.kind, None) {
            errors.push(naming.pointer("parent"), Fault::new("required"));
            return Ok(ParentChoice::Unknown);
        }
        if !context.reach.everything {
            return Err(Error::Forbidden(None));
        }
        return Ok(ParentChoice::At {
            parent: None,
            pointer: "/kind".to_owned(),
        });
    }
    let parent = units.parent(conn, context, naming, errors)?;
    Ok(
        parent.map_or(ParentChoice::Unknown, |parent| ParentChoice::At {
            parent: Some(parent),
            pointer: naming.pointer("parent"),
        }),
    )
}

/// The place where a row lies now, for a row of another kind.
///
/// # Errors
/// When the database refuses.
fn present_place(
    conn: &mut DbConn,
    units: &impl UnitLookup,
    row: &Organization,
) -> Result<ParentChoice> {
    let parent = match row.parent_id {
        Some(id) => units.locate(conn, id)?,
        None => None,
    };
    Ok(ParentChoice::At {
        parent,
        pointer: "/kind".to_owned(),
    })
}

impl ParentChoice {
    /// Lays the row there, and notes when it does not fit: its kind under the parent, its children's under it, or the parent
    /// below itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn lay(
        self,
        conn: &mut DbConn,
        units: &impl UnitLookup,
        row: &mut Organization,
        errors: &mut FieldErrors,
    ) -> Result<()> {
        let Self::At { parent, pointer } = self else {
            return Ok(());
        };
        let parent = parent.as_ref();
        let is_new = row.path.is_empty();
        let is_below_itself =
            !is_new && parent.is_some_and(|parent| parent.path.starts_with(&row.path));
        if is_below_itself || !rules::fits(row.kind, parent.map(|parent| parent.kind)) {
            errors.push(pointer, unfit(row.kind));
            return Ok(());
        }
        let below = if is_new {
            Vec::new()
        } else {
            units.kinds_under(conn, row.id)?
        };
        for kind in below {
            if !rules::fits(kind, Some(row.kind)) {
                errors.push(pointer.as_str(), unfit(kind));
            }
        }
        row.parent_id = parent.map(|parent| parent.id);
        row.path = Located::path_under(parent, row.id);
        Ok(())
    }
}

fn unfit(kind: OrganizationKind) -> Fault {
    Fault::with("parent-unfit", &[&kind, &rules::parents_of(kind)])
}

/// Notes a day from which a change is to hold that lies in the future or before the unit's time.
pub fn check_effective_on(day: Date, since: Option<Date>, today: Date, errors: &mut FieldErrors) {
    if day > today {
        errors.push("/effectiveOn", Fault::new("date-in-future"));
    } else if let Some(since) = since.filter(|since| day < *since) {
        errors.push(
            "/effectiveOn",
            Fault::with("out-of-range", &[&since, &today]),
        );
    }
}

/// The members that differ, by their names in the API; of a new row, those that have a value.
pub fn changed_members(row: Option<&Organization>, new: &Organization) -> Vec<&'static str> {
    changed_or_filled!(row, new;
        code, name, short_name, parent_id, division_code, remote, valid_from, external_ids, kind)
}
