//! A mentor as a caller may see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Mentor, MentorRole, MentorStatus, PositionLevel, Sighting};
use super::sealed_store;
use crate::access::members::{MentorMember, MentorViewer, Sight, mentor_sight};
use crate::codes::{PoliticalStatusCode, SexCode};
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::error::Result;
use crate::external_ids::ExternalIds;
use crate::http::{Seen, versioned};
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
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<SexCode>, required = false)]
    pub sex: Seen<Option<SexCode>>,
    /// Political status, GB/T 4762.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<PoliticalStatusCode>, required = false)]
    pub political_status: Seen<Option<PoliticalStatusCode>>,
    /// Phone number; not for officers of other units.
    #[serde(skip_serializing_if = "Seen::is_hidden")]
    #[schema(value_type = Option<String>, max_length = 16, required = false, example = "10025967117")]
    pub phone: Seen<Option<String>>,
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
    #[schema(max_items = 16)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(MentorResponse, "mentor");

impl MentorResponse {
    /// The mentor as `viewer` sees them, of a row that was read for these members.
    ///
    /// # Errors
    /// When the phone number cannot be decrypted.
    pub fn see(
        sighting: Sighting,
        viewer: MentorViewer,
        fields: &Fields,
        context: &Context,
    ) -> Result<Self> {
        let allowed_actions = fields.when("allowedActions", || allowed_actions(&sighting, context));
        let Sighting { mentor, unit } = sighting;
        let personal = mentor_sight(viewer, MentorMember::Personal) == Sight::Shown;
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
            sex: Seen::when(personal, || mentor.sex),
            political_status: Seen::when(personal, || mentor.political_status),
            phone: phone(&mentor, mentor_sight(viewer, MentorMember::Phone), context)?,
            organization_id: mentor.organization_id,
            organization_name: unit.name,
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

fn phone(mentor: &Mentor, sight: Sight, context: &Context) -> Result<Seen<Option<String>>> {
    if sight == Sight::Absent {
        return Ok(Seen::Hidden);
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
    Ok(Seen::Shown(match sight {
        Sight::Shown => number,
        Sight::Masked | Sight::Absent => number.map(masked),
    }))
}

/// What this caller could do with this mentor now.
fn allowed_actions(sighting: &Sighting, context: &Context) -> Vec<&'static str> {
    let may = |permission| context.reach_of(permission).covers(&sighting.unit.path);
    transitions::allowed::<Mentor>(sighting.mentor.state(context), may)
}
