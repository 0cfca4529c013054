//! The caller's own mentees, as a mentor needs them at hand.

use serde::Serialize;
use utoipa::ToSchema;

use super::cadence::{self, Counted, Held};
use crate::assignments::{self, Assignment, MenteeSort};
use crate::cadres::{self, Phase, phase_on};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::listing::{List, Page};
use crate::mentors::MentorRole;
use crate::values::Date;

/// A mentee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MenteeCadre)]
pub struct MenteeCadre {
    /// The cadre's id.
    pub id: Id,
    /// Name.
    #[schema(max_length = 60)]
    pub name: String,
    /// Year of the programme today.
    pub phase: Phase,
    /// The unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// Post.
    #[schema(max_length = 100)]
    pub post_title: Option<String>,
    /// Phone number.
    #[schema(max_length = 16)]
    pub phone: Option<String>,
    /// Whether an absence covers today.
    pub on_leave: bool,
}

/// A mentee with what is next to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mentee)]
pub struct MenteeResponse {
    /// The cadre.
    pub cadre: MenteeCadre,
    /// The pair.
    pub assignment_id: Id,
    /// As what the caller guides.
    pub role: MentorRole,
    /// The name of the mentor in the other role.
    #[schema(max_length = 60)]
    pub other_mentor_name: Option<String>,
    /// The day of the pair's last talk.
    pub last_session_on: Option<Date>,
    /// By when the next talk is due, as `GET /v1/assignments/{id}/cadence` says.
    pub next_due_on: Option<Date>,
    /// How much of what was agreed in talks the mentor has still to do.
    #[schema(minimum = 0)]
    pub open_items: i64,
}

/// The mentees of the mentor the caller is.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    list: &List<MenteeSort>,
) -> Result<Page<MenteeResponse>> {
    let mentor_id = context.reach.mentees_of;
    let pairs = assignments::mentees(conn, mentor_id, list)?;
    let total = list.total(|| assignments::total_mentees(conn, mentor_id))?;
    list.page_of(pairs, total, |pairs| {
        let ids: Vec<Id> = pairs.iter().map(|pair| pair.id).collect();
        let held = cadence::held(conn, &ids, Counted::OfMentor)?;
        let mentee = |pair: Assignment| {
            let held = held.get(&pair.id).copied().unwrap_or_default();
            see(conn, context, &pair, &held)
        };
        pairs.into_iter().map(mentee).collect()
    })
}

fn see(
    conn: &mut DbConn,
    context: &Context,
    pair: &Assignment,
    held: &Held,
) -> Result<MenteeResponse> {
    let record =
        cadres::store::find_record(conn, pair.cadre_id, context.today)?.ok_or(Error::NotFound)?;
    let cadre = record.cadre;
    let vault = &context.deps.vault;
    let phone = cadre
        .phone_encrypted
        .as_deref()
        .map(|stored| vault.open_text(cadres::sealed_store::phone(&cadre.id), stored))
        .transpose()?;
    let phase = phase_on(cadre.reported_on, context.today).0;
    Ok(MenteeResponse {
        cadre: MenteeCadre {
            id: cadre.id,
            name: cadre.name,
            phase,
            organization_name: record.organization.name,
            post_title: cadre.post_title,
            phone,
            on_leave: record.on_leave,
        },
        assignment_id: pair.id,
        role: pair.role,
        other_mentor_name: match pair.role {
            MentorRole::Political => record.professional_mentor_name,
            MentorRole::Professional => record.political_mentor_name,
        },
        last_session_on: held.last_on,
        next_due_on: Some(cadence::due(pair, phase, held, context.today).next_on),
        open_items: held.open,
    })
}
