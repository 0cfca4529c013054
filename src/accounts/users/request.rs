//! What callers send about users.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use super::model::Username;
use super::response::UserResponse;
use crate::access::Role;
use crate::db::Id;
use crate::error::FieldErrors;
use crate::external_ids::ExternalRef;
use crate::http::Patch;
use crate::http::read_only;
use crate::organizations::{Naming, OrganizationCode};
use crate::values::{Date, Text, text_enum};

/// A role over an organization's subtree. At most one of `organizationId`, `organizationCode` and `organizationRef` names the
/// organization.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", as = CreateGrant)]
pub struct GrantInput {
    /// The role. ADMINISTRATOR and AUDITOR combine with no other.
    pub role: Role,
    /// The organization at the root of the subtree; required for managers, officers and analysts.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// Its code.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// Its id in another system.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// The last day of the grant, if it ends.
    #[deserr(default)]
    pub until: Option<Date>,
}

impl GrantInput {
    /// How the organization is named.
    pub fn naming(&self) -> Naming<'_> {
        Naming::new(
            self.organization_id,
            self.organization_code.as_ref(),
            self.organization_ref.as_ref(),
        )
    }
}

/// A new user: one natural person. The answer bears an activation code once; with it the person chooses a password.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<UserResponse, CreateUser>)]
#[schema(rename_all = "camelCase")]
pub struct CreateUser {
    /// An id of the caller's own; no client's.
    #[deserr(default)]
    pub id: Option<Id>,
    /// Username, unique among all users.
    pub username: Username,
    /// What the person is called.
    pub display_name: Text<60>,
    /// What the person may do, and where.
    #[deserr(default)]
    #[schema(max_items = 32, required = false)]
    pub grants: Vec<GrantInput>,
    /// The mentor this person is.
    #[deserr(default)]
    pub mentor_id: Option<Id>,
    /// The mentor's id in another system, in place of `mentorId`.
    #[deserr(default)]
    pub mentor_ref: Option<ExternalRef>,
    /// The cadre this person is.
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// The cadre's id in another system, in place of `cadreId`.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// Whether the account is closed.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub disabled: bool,
}

/// Changes to a user. What is sent as `grants` takes the place of all grants.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<UserResponse, CreateUser>)]
#[schema(rename_all = "camelCase")]
pub struct PatchUser {
    /// Username, unique among all users.
    #[deserr(default)]
    #[schema(value_type = Option<Username>)]
    pub username: Patch<Username>,
    /// What the person is called.
    #[deserr(default)]
    #[schema(value_type = Option<Text<60>>)]
    pub display_name: Patch<Text<60>>,
    /// What the person may do, and where.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<GrantInput>>, max_items = 32)]
    pub grants: Patch<Vec<GrantInput>>,
    /// The mentor this person is.
    #[deserr(default)]
    #[schema(value_type = Option<Id>)]
    pub mentor_id: Patch<Id>,
    /// The mentor's id in another system, in place of `mentorId`.
    #[deserr(default)]
    pub mentor_ref: Option<ExternalRef>,
    /// The cadre this person is.
    #[deserr(default)]
    #[schema(value_type = Option<Id>)]
    pub cadre_id: Patch<Id>,
    /// The cadre's id in another system, in place of `cadreId`.
    #[deserr(default)]
    pub cadre_ref: Option<ExternalRef>,
    /// Whether the account is closed; its sessions and tokens end.
    #[deserr(default)]
    #[schema(value_type = Option<bool>)]
    pub disabled: Patch<bool>,
}

impl From<&CreateUser> for PatchUser {
    fn from(new: &CreateUser) -> Self {
        let patch = |id: Option<Id>| id.map_or(Patch::Absent, Patch::Value);
        Self {
            username: Patch::Value(new.username.clone()),
            display_name: Patch::Value(new.display_name.clone()),
            grants: Patch::Value(new.grants.clone()),
            mentor_id: patch(new.mentor_id),
            mentor_ref: new.mentor_ref.clone(),
            cadre_id: patch(new.cadre_id),
            cadre_ref: new.cadre_ref.clone(),
            disabled: Patch::Value(new.disabled),
        }
    }
}

text_enum! {
    /// Who is invited.
    pub enum Invited {
        /// Cadres in the programme.
        Cadres = "CADRES",
        /// Appointed mentors.
        Mentors = "MENTORS",
    }
}

/// An invitation of the people of an organization's subtree who have no account yet, at most 1,000 at once. Exactly one of
/// `organizationId`, `organizationCode` and `organizationRef` names the organization.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct InviteUsers {
    /// The organization.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// Its code.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// Its id in another system.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// Who is invited.
    #[deserr(rename = "for")]
    #[schema(rename = "for")]
    pub invited: Invited,
    /// Whether those also get a new code whose code is still good and was never used, as when the answer was lost.
    #[deserr(default)]
    #[schema(default = false, required = false)]
    pub renew: bool,
}

impl InviteUsers {
    /// How the organization is named.
    pub fn naming(&self) -> Naming<'_> {
        Naming::new(
            self.organization_id,
            self.organization_code.as_ref(),
            self.organization_ref.as_ref(),
        )
    }
}

/// Filters of the list of users.
#[derive(Debug, Clone, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct UserFilters {
    /// With this username.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub username: Option<Username>,
    /// Who is this mentor.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub mentor_id: Option<Id>,
    /// Who is this cadre.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub cadre_id: Option<Id>,
    /// With a grant at this very organization.
    #[param(required = false, inline)]
    #[deserr(default)]
    pub organization_id: Option<Id>,
}
