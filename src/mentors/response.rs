//! A mentor as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Mentor, MentorRecord, MentorRole, MentorStatus, PositionLevel};
use super::sealed_store;
use crate::access::visibility::{MentorMember, MentorViewer, Visibility, mentor_visibility};
use crate::codes::{PoliticalStatusCode, SexCode};
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::external_ids::ExternalIds;
use crate::http::{Visible, versioned};
use crate::listing::Fields;
use crate::transitions::{self, Resource};
use crate::values::{Date, PhoneNumber};

/// Someone who guides cadres, as the caller may see them. Members that the caller may not see are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mentor)]
pub struct MentorResponse {
    /// The mentor's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point. Seats taken and given back do not raise it.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// Name.
    #[schema(max_length = 60, example = "彭永兵")]
    pub name: String,
    /// Whether the mentor may guide cadres.
    pub status: MentorStatus,
    /// Ids in other systems, by source.
    pub external_ids: ExternalIds,
    /// Sex, GB/T 2261.1.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<SexCode>, required = false)]
    pub sex: Visible<Option<SexCode>>,
    /// Political status, GB/T 4762.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<PoliticalStatusCode>, required = false)]
    pub political_status: Visible<Option<PoliticalStatusCode>>,
    /// Phone number; not for officers of other units.
    #[serde(skip_serializing_if = "Visible::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 16, required = false, example = "10025967117")]
    pub phone: Visible<Option<String>>,
    /// The unit.
    pub organization_id: Id,
    /// The unit's name.
    #[schema(max_length = 100)]
    pub organization_name: String,
    /// Post.
    #[schema(max_length = 100)]
    pub post_title: Option<String>,
    /// Where in the unit.
    pub position_level: Option<PositionLevel>,
    /// The roles that the mentor is qualified for.
    #[schema(min_items = 1, max_items = 2)]
    pub roles: Vec<MentorRole>,
    /// What the mentor knows well.
    #[schema(max_items = 20)]
    pub expertise: Vec<String>,
    /// How many cadres the mentor guides at most.
    #[schema(minimum = 1, maximum = 10)]
    pub max_mentees: i32,
    /// How many cadres the mentor guides, those out of the caller's reach included.
    #[schema(minimum = 0, maximum = 10)]
    pub active_mentees: i32,
    /// How many cadres more the mentor can take.
    #[schema(minimum = 0, maximum = 10)]
    pub available_seats: i32,
    /// The day of the appointment; null when it took place before the register.
    pub appointed_on: Option<Date>,
    /// The first day of the suspension or leave; in the future when it is planned.
    pub suspended_from: Option<Date>,
    /// The last day of the leave; null for a suspension without end.
    pub suspended_to: Option<Date>,
    /// The last day as a mentor.
    pub retired_on: Option<Date>,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<Mentor>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(MentorResponse, "mentor");

impl MentorResponse {
    /// The mentor as `viewer` sees them, of a row that was read for these members.
    ///
    /// # Errors
    /// When the phone number cannot be decrypted.
    pub fn from_record(
        record: MentorRecord,
        viewer: MentorViewer,
        fields: &Fields,
        context: &Context,
    ) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || allowed_actions(&record, context));
        let MentorRecord {
            mentor,
            organization,
        } = record;
        let personal = mentor_visibility(viewer, MentorMember::Personal) == Visibility::Shown;
        Ok(Self {
            id: mentor.id,
            version: mentor.version,
            created_at: mentor.created_at,
            updated_at: mentor.updated_at,
            status: mentor.status,
            external_ids: if fields.has("externalIds") {
                ExternalIds::from_json(&mentor.external_ids)?
            } else {
                ExternalIds::default()
            },
            sex: Visible::when(personal, || mentor.sex),
            political_status: Visible::when(personal, || mentor.political_status),
            phone: phone(
                &mentor,
                mentor_visibility(viewer, MentorMember::Phone),
                context,
            )?,
            organization_id: mentor.organization_id,
            organization_name: organization.name,
            position_level: mentor.position_level,
            roles: mentor.roles(),
            expertise: if fields.has("expertise") {
                mentor.expertise()?
            } else {
                Vec::new()
            },
            max_mentees: mentor.max_mentees,
            active_mentees: mentor.active_mentees,
            available_seats: mentor.available_seats(),
            appointed_on: mentor.appointed_on,
            suspended_from: mentor.suspended_from,
            suspended_to: mentor.suspended_until,
            retired_on: mentor.retired_on,
            name: mentor.name,
            post_title: mentor.post_title,
            allowed_actions,
        })
    }
}

fn phone(
    mentor: &Mentor,
    visibility: Visibility,
    context: &Context,
) -> Result<Visible<Option<String>>> {
    if visibility == Visibility::Absent {
        return Ok(Visible::Hidden);
    }
    let stored = mentor.phone_encrypted.as_deref();
    let number = stored
        .map(|stored| {
            context
                .deps
                .vault
                .open_text(sealed_store::phone(&mentor.id), stored)
        })
        .transpose()?;
    let masked = |number: String| {
        PhoneNumber::parse(&number).map_or_else(|_| "***".to_owned(), |number| number.masked())
    };
    Ok(Visible::Shown(match visibility {
        Visibility::Shown => number,
        Visibility::Masked | Visibility::Absent => number.map(masked),
    }))
}

/// What this caller could do with this mentor now.
fn allowed_actions(record: &MentorRecord, context: &Context) -> Vec<&'static str> {
    let may = |permission| {
        context
            .reach_of(permission)
            .covers(&record.organization.path)
    };
    transitions::allowed::<Mentor>(record.mentor.state(context), may)
}
