//! Mentors as lists describe them: checked one by one, written like every other mentor, new ones with few statements.

use super::draft::{self, MentorDraft};
use super::model::{Mentor, MentorStatus};
use super::request::MentorInput;
use super::service::{creation, write};
use super::store;
use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, Id, ROWS_PER_STATEMENT};
use crate::error::{Error, Fault, FieldErrors, Result};
use crate::external_ids::{self, ExternalIds, Kind};
use crate::journal;
use crate::organizations::Organization;
use crate::search;
use crate::values::Date;

/// What a list says of a mentor.
#[derive(Debug, Clone, Copy)]
pub struct ListedMentor<'a> {
    /// Who it is; none for someone new.
    pub id: Option<Id>,
    /// What is said; what is absent stays.
    pub input: &'a MentorInput,
    /// Since when they are appointed.
    pub appointed_on: Option<Date>,
}

/// What a row of a list makes of a mentor: checked, not yet written.
pub struct MentorChange {
    former: Option<Mentor>,
    draft: MentorDraft,
}

impl MentorChange {
    /// Checks what a list says of a mentor; nothing where that is no news. Someone new is appointed when a manager of the unit
    /// brings the list, nominated otherwise; a day of appointment that was not known is taken from the list.
    ///
    /// `find` reads the present row of someone known, `unit_of` a unit.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `CapacityExceeded`.
    pub fn prepare(
        conn: &mut DbConn,
        context: &Context,
        said: ListedMentor<'_>,
        find: impl FnOnce(&mut DbConn, Id) -> Result<Option<Mentor>>,
        organization_of: impl Fn(&mut DbConn, Id) -> Result<Option<Organization>>,
    ) -> Result<Option<Self>> {
        let former = match said.id {
            Some(id) => Some(find(conn, id)?.ok_or(Error::NotFound)?),
            None => None,
        };
        let mut reached = |id: Id| -> Result<Option<Organization>> {
            Ok(organization_of(conn, id)?
                .filter(|organization| context.reach.covers(&organization.path)))
        };
        let present = match &former {
            Some(row) => Some(reached(row.organization_id)?.ok_or(Error::NotFound)?),
            None => None,
        };
        let mut errors = FieldErrors::default();
        let (organization, fault) = match said.input.organization_id {
            Some(named) => (
                reached(named)?.filter(Organization::is_active),
                "reference-unknown",
            ),
            None => (present, "required"),
        };
        if organization.is_none() {
            errors.push("/organizationId", Fault::new(fault));
        }
        let new_or_known = (said.id.unwrap_or_else(|| context.new_id()), former.as_ref());
        let organization = organization.as_ref();
        let mut draft = draft::prepare_in(
            conn,
            context,
            new_or_known,
            said.input,
            organization,
            errors,
        )?;
        match (&former, organization) {
            (Some(row), _) => date(&mut draft, row, said.appointed_on),
            (None, Some(organization)) => {
                enter(&mut draft, context, organization, said.appointed_on)
            }
            (None, None) => {}
        }
        let is_news = former.is_none() || !draft.changed.is_empty();
        Ok(is_news.then_some(Self { former, draft }))
    }

    /// Whose row it is.
    pub fn id(&self) -> Id {
        self.draft.mentor.id
    }
}

/// Writes what rows make of mentors.
///
/// # Errors
/// `Duplicate` and `StaleVersion` when another writer came in between.
pub fn write_listed(tx: &mut DbConn, context: &Context, changes: Vec<MentorChange>) -> Result<()> {
    let is_new = |change: &&MentorChange| change.former.is_none();
    let new: Vec<_> = changes
        .iter()
        .filter(is_new)
        .map(|MentorChange { draft, .. }| (&draft.mentor, draft.changed.as_slice()))
        .collect();
    for new in new.chunks(ROWS_PER_STATEMENT) {
        insert_many(tx, context, new)?;
    }
    for MentorChange { former, draft } in changes {
        if let Some(former) = former {
            write(tx, context, &former, draft)?;
        }
    }
    Ok(())
}

/// Writes many new mentors with what they are found by, as they stand: for data that was checked where it was made.
///
/// # Errors
/// `Duplicate` when an id is taken.
pub fn load(tx: &mut DbConn, context: &Context, rows: &[Mentor]) -> Result<()> {
    let rows: Vec<_> = rows.iter().map(|row| (row, [].as_slice())).collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        insert_many(tx, context, rows)?;
    }
    Ok(())
}

/// Writes new mentors, each with its members that have a value.
///
/// # Errors
/// `Duplicate` when an id or external id is taken.
pub fn insert_many(
    tx: &mut DbConn,
    context: &Context,
    rows: &[(&Mentor, &[&'static str])],
) -> Result<()> {
    let mentors: Vec<&Mentor> = rows.iter().map(|(mentor, _)| *mentor).collect();
    store::insert_many(tx, &mentors)?;
    let borne: Vec<ExternalIds> = mentors
        .iter()
        .map(|mentor| ExternalIds::from_json(&mentor.external_ids))
        .collect::<Result<_>>()?;
    let borne: Vec<_> = mentors.iter().map(|mentor| mentor.id).zip(&borne).collect();
    external_ids::add_many(tx, Kind::Mentor, &borne)?;
    let named = mentors
        .iter()
        .map(|mentor| (mentor.id, vec![mentor.name.as_str()], Vec::new()));
    search::add_many(tx, Kind::Mentor, &named.collect::<Vec<_>>())?;
    let created = rows
        .iter()
        .map(|(mentor, changed)| creation(mentor, changed));
    journal::record_many(tx, context, &created.collect::<Vec<_>>())
}

/// Appoints someone new when the caller may, on the day the list says or else today.
fn enter(
    draft: &mut MentorDraft,
    context: &Context,
    organization: &Organization,
    appointed_on: Option<Date>,
) {
    let appoints = context.reach_of(Permission::MentorsAppoint);
    if appoints.covers(&organization.path) {
        draft.mentor.status = MentorStatus::Appointed;
        draft.mentor.appointed_on = Some(appointed_on.unwrap_or(context.today));
        draft.changed.push("appointedOn");
    }
}

/// Takes a day of appointment over that was not known.
fn date(draft: &mut MentorDraft, row: &Mentor, appointed_on: Option<Date>) {
    let is_unknown = row.status != MentorStatus::Nominated && row.appointed_on.is_none();
    if let Some(day) = appointed_on.filter(|_| is_unknown) {
        draft.mentor.appointed_on = Some(day);
        draft.changed.push("appointedOn");
    }
}
