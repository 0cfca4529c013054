//! What requests make of rows: days under either of their names, hosts of the tree or outside.

use super::model::Posting;
use super::request::{CreatePosting, PatchPosting};
use crate::access::Reach;
use crate::cadres::{self, Cadre};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Fault, FieldErrors, Result};
use crate::http::Patch;
use crate::mentors;
use crate::organizations::{self, Naming};
use crate::values::Date;

/// A new posting as a row, and its cadre under lock; faults are noted.
///
/// # Errors
/// When the database refuses.
pub fn draft(
    tx: &mut DbConn,
    context: &Context,
    new: &CreatePosting,
    errors: &mut FieldErrors,
) -> Result<Option<(Posting, Cadre)>> {
    // Of someone out of reach nothing else is told.
    let named = cadres::lock_named(tx, &context.reach, new.cadre(), errors)?;
    let Some((cadre, _)) = named else {
        return Ok(None);
    };
    let days = planned_days(new, errors);
    let host = new_host(tx, new, errors)?;
    let lead = new.lead_mentor();
    let lead = lead.map(|choice| mentors::resolve_visible(tx, context, choice, errors));
    let lead_mentor_id = lead.transpose()?.flatten();
    let (Some(days), Some(host)) = (days, host) else {
        return Ok(None);
    };
    let id = new.id.unwrap_or_else(|| context.new_id());
    let row = Posting {
        front: new.front,
        arrangement: new.arrangement,
        host_organization_id: host.0,
        host_name: host.1,
        lead_mentor_id,
        task: new.task.as_str().to_owned(),
        planned_starts_on: days.0,
        planned_ends_on: days.1,
        ..Posting::blank(context, id, &cadre)
    };
    Ok(Some((row, cadre)))
}

/// The days of a new posting, under either of their names.
fn planned_days(new: &CreatePosting, errors: &mut FieldErrors) -> Option<(Date, Date)> {
    let mut one = |planned: Option<Date>, plain: Option<Date>, pointers: [&'static str; 2]| {
        match (planned, plain) {
            (Some(_), Some(_)) => errors.push(pointers[1], Fault::new("unknown-member")),
            (None, None) => errors.push(pointers[0], Fault::new("required")),
            _ => return planned.or(plain),
        }
        None
    };
    let first = one(
        new.planned_starts_on,
        new.starts_on,
        ["/plannedStartsOn", "/startsOn"],
    );
    let last = one(
        new.planned_ends_on,
        new.ends_on,
        ["/plannedEndsOn", "/endsOn"],
    );
    first.zip(last)
}

type Host = (Option<Id>, Option<String>);

/// The host of a new posting: any active unit of the tree, or a name.
fn new_host(
    tx: &mut DbConn,
    new: &CreatePosting,
    errors: &mut FieldErrors,
) -> Result<Option<Host>> {
    match &new.host_name {
        Some(name) if new.host().is_absent() => Ok(Some((None, Some(name.as_str().to_owned())))),
        Some(_) => {
            errors.push("/hostName", Fault::new("unknown-member"));
            Ok(None)
        }
        None => unit(tx, new.host(), errors),
    }
}

fn unit(tx: &mut DbConn, named: Naming<'_>, errors: &mut FieldErrors) -> Result<Option<Host>> {
    let anywhere = Reach {
        everything: true,
        ..Reach::default()
    };
    let unit = organizations::resolve(tx, named, "hostOrganization", &anywhere, errors)?;
    Ok(unit.map(|unit| (Some(unit.id), None)))
}

/// Puts another host in the place of the one before.
///
/// # Errors
/// When the database refuses.
pub fn patch_host(
    tx: &mut DbConn,
    input: &PatchPosting,
    row: &mut Posting,
    errors: &mut FieldErrors,
) -> Result<()> {
    match (&input.host_organization_id, &input.host_name) {
        (Patch::Value(_), Patch::Value(_)) => {
            errors.push("/hostName", Fault::new("unknown-member"));
        }
        (Patch::Value(id), _) if row.host_organization_id == Some(*id) => {}
        (Patch::Value(id), _) => {
            let named = Naming::new(Some(*id), None, None);
            if let Some(host) = unit(tx, named, errors)? {
                (row.host_organization_id, row.host_name) = host;
            }
        }
        (_, Patch::Value(name)) => {
            (row.host_organization_id, row.host_name) = (None, Some(name.as_str().to_owned()));
        }
        (Patch::Null, _) if row.host_organization_id.is_some() => {
            errors.push("/hostOrganizationId", Fault::new("required"));
        }
        (_, Patch::Null) if row.host_name.is_some() => {
            errors.push("/hostName", Fault::new("required"));
        }
        _ => {}
    }
    Ok(())
}

/// Notes null where there must be something.
pub fn check_required(input: &PatchPosting, errors: &mut FieldErrors) {
    input.front.check_required(false, "/front", errors);
    input
        .arrangement
        .check_required(false, "/arrangement", errors);
    input.task.check_required(false, "/task", errors);
    let days = [
        (&input.planned_starts_on, "/plannedStartsOn"),
        (&input.planned_ends_on, "/plannedEndsOn"),
    ];
    for (day, pointer) in days {
        day.check_required(false, pointer, errors);
    }
}
