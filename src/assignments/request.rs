//! What callers send about a pair.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::{Assignment, AssignmentStatus, EndReason, PairingStyle};
use super::response::AssignmentResponse;
use crate::cadres::CadreChoice;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::http::read_only;
use crate::http::{Flag, OneOf, Patch, RowVersion};
use crate::mentors::{MentorChoice, MentorRole};
use crate::values::{Date, DateBound, Text, patches};

/// A new pair. One of `cadreId` and `cadreRef` names the cadre, one of `mentorId` and `mentorRef` the mentor.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<AssignmentResponse, CreateAssignment>)]
#[schema(rename_all = "camelCase", example = json!({
    "cadreId": "0189857f-7a00-7000-8000-000000000001",
    "mentorId": "0189857f-7a00-7000-8000-000000000001",
    "role": "POLITICAL",
    "startsOn": "2023-07-24",
    "plannedEndsOn": "2026-07-23",
    "agreement": "每月谈心一次，每季度共同走访一次"
}))]
pub struct CreateAssignment {
    /// An id of the caller's own, UUID version 7, for apps that work offline.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The cadre.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// The mentor.
    #[deserr(default)]
    pub mentor_id: Option<Id>,
    /// The mentor's id in another system.
    #[deserr(default)]
    pub mentor_ref: Option<ExternalRef>,
    /// As what the mentor guides.
    pub role: MentorRole,
    /// How the mentor leads; follows the cadre's kind of post when left out.
    #[deserr(default)]
    pub pairing_style: Option<PairingStyle>,
    /// The first day.
    pub starts_on: Date,
    /// The last day as planned.
    #[deserr(default)]
    pub planned_ends_on: Option<Date>,
    /// What the two agreed on.
    #[deserr(default)]
    pub agreement: Option<Text<2000>>,
    /// Why the mentor is of a unit further away; lets the rule OUT_OF_UNIT pass.
    #[deserr(default)]
    pub cross_unit_reason: Option<Text<500>>,
    /// The active pair of the same cadre and role that this one is to replace; it ends when this one takes effect.
    #[deserr(default)]
    pub replaces_id: Option<Id>,
    /// Whether it takes effect at once; managers only.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub activate: bool,
    /// The last day of a pair that is over already; managers only, with `endReason`.
    #[deserr(default)]
    pub ends_on: Option<Date>,
    /// Why a pair that is over already ended.
    #[deserr(default)]
    #[schema(extensions(("x-code-set" = json!("assignment-end-reason"))))]
    pub end_reason: Option<EndReason>,
    /// More about the end of a pair that is over already.
    #[deserr(default)]
    pub end_note: Option<Text<500>>,
}

impl CreateAssignment {
    /// The cadre it names.
    pub fn cadre(&self) -> CadreChoice<'_> {
        CadreChoice {
            id: self.cadre_id,
            external: self.cadre_ref.as_ref(),
        }
    }

    /// The mentor it names.
    pub fn mentor(&self) -> MentorChoice<'_> {
        MentorChoice {
            member: "mentor",
            id: self.mentor_id,
            external: self.mentor_ref.as_ref(),
        }
    }

    /// Writes into a row what is said of the pair, but who it is of and where it stands.
    pub fn apply_plain(&self, row: &mut Assignment) {
        row.role = self.role;
        row.starts_on = self.starts_on;
        row.pairing_style = self.pairing_style.or(row.pairing_style);
        row.planned_ends_on = self.planned_ends_on;
        row.agreement = self.agreement.clone().map(String::from);
        row.cross_unit_reason = self.cross_unit_reason.clone().map(String::from);
        row.replaces_id = self.replaces_id;
        row.ends_on = self.ends_on.or(row.ends_on);
        row.end_reason = self.end_reason.or(row.end_reason);
        row.end_note = self
            .end_note
            .clone()
            .map_or(row.end_note.take(), |note| Some(note.into()));
    }

    /// The status that the pair begins with.
    pub fn status(&self) -> AssignmentStatus {
        match (self.end_reason, self.activate) {
            (Some(reason), _) => reason.recorded_status(),
            (None, true) => AssignmentStatus::Active,
            (None, false) => AssignmentStatus::Proposed,
        }
    }
}

/// Changes to a pair: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<AssignmentResponse, CreateAssignment>)]
#[schema(rename_all = "camelCase")]
pub struct PatchAssignment {
    /// The last day as planned.
    #[deserr(default)]
    #[schema(value_type = Option<Date>)]
    pub planned_ends_on: Patch<Date>,
    /// What the two agreed on.
    #[deserr(default)]
    #[schema(value_type = Option<Text<2000>>)]
    pub agreement: Patch<Text<2000>>,
    /// More about the end, once the pair has ended.
    #[deserr(default)]
    #[schema(value_type = Option<Text<500>>)]
    pub end_note: Patch<Text<500>>,
}

patches! {
    PatchAssignment => Assignment,
    required: [],
    optional: [planned_ends_on, agreement, end_note],
    by_hand: [],
    also_changed: [],
}

/// Nothing to say beyond the verb itself.
#[derive(Debug, Clone, Copy, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ActivateAssignment {}

/// The regular end of a pair.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct CompleteAssignment {
    /// The last day, not in the future; today when left out.
    #[deserr(default)]
    pub on: Option<Date>,
    /// More about the end.
    #[deserr(default)]
    pub end_note: Option<Text<500>>,
}

/// The withdrawal of a proposal, or of a pair that was entered in error.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct CancelAssignment {
    /// Why.
    pub reason: Text<500>,
    /// Whether the pair that it had replaced comes back into effect.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub restore_replaced: bool,
}

/// Another mentor for an active pair. One of `mentorId` and `mentorRef` names the mentor.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ReplaceAssignment {
    /// An id of the caller's own for the new pair, UUID version 7.
    #[deserr(default)]
    pub id: Option<Id>,
    /// The new mentor.
    #[deserr(default)]
    pub mentor_id: Option<Id>,
    /// The new mentor's id in another system.
    #[deserr(default)]
    pub mentor_ref: Option<ExternalRef>,
    /// The first day of the new pair; the old one ends on the day before.
    pub starts_on: Date,
    /// Why the old pair ends.
    #[schema(extensions(("x-code-set" = json!("assignment-end-reason"))))]
    pub end_reason: EndReason,
    /// More about the end of the old pair.
    #[deserr(default)]
    pub end_note: Option<Text<500>>,
    /// How the new mentor leads; as before when left out.
    #[deserr(default)]
    pub pairing_style: Option<PairingStyle>,
    /// The last day of the new pair as planned.
    #[deserr(default)]
    pub planned_ends_on: Option<Date>,
    /// What the two agreed on.
    #[deserr(default)]
    pub agreement: Option<Text<2000>>,
    /// Why the new mentor is of a unit further away; lets the rule OUT_OF_UNIT pass.
    #[deserr(default)]
    pub cross_unit_reason: Option<Text<500>>,
}

impl ReplaceAssignment {
    /// The mentor it names.
    pub fn mentor(&self) -> MentorChoice<'_> {
        MentorChoice {
            member: "mentor",
            id: self.mentor_id,
            external: self.mentor_ref.as_ref(),
        }
    }

    /// Writes into the new pair's row what is said of it, but who it is of and where it stands.
    pub fn apply_plain(&self, row: &mut Assignment, replaced: &Assignment) {
        row.pairing_style = self.pairing_style.or(replaced.pairing_style);
        row.planned_ends_on = self.planned_ends_on;
        row.agreement = self.agreement.clone().map(String::from);
    }
}

/// A proposal as its reader knew it.
#[derive(Debug, Clone, Copy, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(as = AssignmentVersion, rename_all = "camelCase")]
pub struct VersionOf {
    /// The pair.
    pub id: Id,
    /// The version that was read.
    #[schema(value_type = i64, minimum = 1)]
    pub version: RowVersion,
}

/// Proposals to be activated together.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ActivateAssignments {
    /// The proposals; all of them take effect, or none.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<VersionOf>,
}

/// Filters of the list of pairs.
#[derive(Debug, Clone, Default, Deserr, IntoParams, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct AssignmentFilters {
    /// Of this cadre.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub cadre_id: Option<Id>,
    /// Of this mentor.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub mentor_id: Option<Id>,
    /// Begun in this unit or one below it.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[deserr(default)]
    #[param(required = false, inline)]
    #[schema(value_type = Option<bool>)]
    pub subtree: Option<Flag>,
    /// In these roles.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub role: Option<OneOf<MentorRole>>,
    /// With these statuses.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub status: Option<OneOf<AssignmentStatus>>,
    /// That need another mentor, or that do not.
    #[deserr(default)]
    #[param(required = false, inline)]
    #[schema(value_type = Option<bool>)]
    pub needs_replacement: Option<Flag>,
    /// Begun on this day or later.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub starts_on_gte: Option<DateBound>,
    /// Begun on this day or earlier.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub starts_on_lte: Option<DateBound>,
}

/// Filters of the pairs of one person.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct PersonFilters {
    /// In these roles.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub role: Option<OneOf<MentorRole>>,
    /// With these statuses.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub status: Option<OneOf<AssignmentStatus>>,
}

impl PersonFilters {
    /// The pairs of a cadre.
    pub fn of_cadre(self, id: Id) -> AssignmentFilters {
        AssignmentFilters {
            cadre_id: Some(id),
            ..self.into()
        }
    }

    /// The pairs of a mentor.
    pub fn of_mentor(self, id: Id) -> AssignmentFilters {
        AssignmentFilters {
            mentor_id: Some(id),
            ..self.into()
        }
    }
}

impl From<PersonFilters> for AssignmentFilters {
    fn from(filters: PersonFilters) -> Self {
        Self {
            role: filters.role,
            status: filters.status,
            ..Self::default()
        }
    }
}
