//! What callers send about a mentor.

use deserr::{Deserr, IntoValue, Sequence, Value, ValuePointerRef};
use utoipa::{IntoParams, ToSchema};

use super::model::{Mentor, MentorRole, MentorStatus, PositionLevel};
use super::response::MentorResponse;
use crate::codes::{PoliticalStatusCode, SexCode};
use crate::db::{Id, UtcTimestamp};
use crate::error::{Fault, FieldErrors};
use crate::external_ids::{ExternalIdChanges, ExternalIds, ExternalRef, SourcedId};
use crate::http::{Flag, OneOf, Patch, Whole};
use crate::http::{PatchOf, Patchable, read_only};
use crate::organizations::OrganizationCode;
use crate::values::{PersonName, PhoneNumber, Text, patches};

/// Most cadres that any mentor may guide.
pub const MAX_SEATS: i32 = 10;
/// Most fields of expertise.
pub const MAX_EXPERTISE: usize = 20;

/// The roles that a mentor may have: one or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentorRoles(pub Vec<MentorRole>);

impl MentorRoles {
    /// Whether the role is among them.
    pub fn has(&self, role: MentorRole) -> bool {
        self.0.contains(&role)
    }

    fn check(roles: Vec<MentorRole>) -> std::result::Result<Self, Fault> {
        let repeated = roles
            .iter()
            .enumerate()
            .any(|(n, role)| roles[..n].contains(role));
        if roles.is_empty() {
            Err(Fault::with("out-of-range", &[&1, &MentorRole::ALL.len()]))
        } else if repeated {
            Err(Fault::new("not-unique"))
        } else {
            Ok(Self(roles))
        }
    }
}

impl Deserr<FieldErrors> for MentorRoles {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> std::result::Result<Self, FieldErrors> {
        let roles = items(value, location)?;
        Self::check(roles).map_err(|fault| FieldErrors::one(crate::error::pointer(location), fault))
    }
}

impl utoipa::PartialSchema for MentorRoles {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ArrayBuilder::new()
            .items(MentorRole::schema())
            .min_items(Some(1))
            .max_items(Some(MentorRole::ALL.len()))
            .unique_items(true)
            .description(Some("The roles that the mentor is qualified for."))
            .examples([serde_json::json!(["POLITICAL"])])
            .into()
    }
}

impl ToSchema for MentorRoles {}

/// What a mentor knows well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expertise(pub Vec<Text<50>>);

impl Expertise {
    /// The stored copy.
    pub fn to_json(&self) -> String {
        let fields: Vec<&str> = self.0.iter().map(Text::as_str).collect();
        serde_json::Value::from(fields).to_string()
    }
}

impl Deserr<FieldErrors> for Expertise {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> std::result::Result<Self, FieldErrors> {
        let fields: Vec<Text<50>> = items(value, location)?;
        if fields.len() > MAX_EXPERTISE {
            let fault = Fault::with("out-of-range", &[&0, &MAX_EXPERTISE]);
            return Err(FieldErrors::one(crate::error::pointer(location), fault));
        }
        Ok(Self(fields))
    }
}

impl utoipa::PartialSchema for Expertise {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ArrayBuilder::new()
            .items(Text::<50>::schema())
            .max_items(Some(MAX_EXPERTISE))
            .description(Some("What the mentor knows well."))
            .examples([serde_json::json!(["基层治理", "项目管理"])])
            .into()
    }
}

impl ToSchema for Expertise {}

/// The items of a list, with the faults of all of them at once.
fn items<T: Deserr<FieldErrors>, V: IntoValue>(
    value: Value<V>,
    location: ValuePointerRef,
) -> std::result::Result<Vec<T>, FieldErrors> {
    let Value::Sequence(sequence) = value else {
        let fault = Fault::with("type", &[&"array"]);
        return Err(FieldErrors::one(crate::error::pointer(location), fault));
    };
    let mut errors = FieldErrors::default();
    let mut items = Vec::new();
    for (n, item) in sequence.into_iter().enumerate() {
        match T::deserialize_from_value(item.into_value(), location.push_index(n)) {
            Ok(item) => items.push(item),
            Err(faults) => errors.extend(faults),
        }
    }
    if errors.is_empty() {
        Ok(items)
    } else {
        Err(errors)
    }
}

/// A new mentor. Exactly one of `organizationId`, `organizationCode` and `organizationRef` names the unit.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<MentorResponse, CreateMentor>)]
#[schema(rename_all = "camelCase")]
pub struct CreateMentor {
    /// An id of the caller's own, UUID version 7, for apps that work offline.
    #[deserr(default)]
    pub id: Option<Id>,
    /// Name.
    pub name: PersonName,
    /// Sex, GB/T 2261.1.
    #[deserr(default)]
    pub sex: Option<SexCode>,
    /// Political status, GB/T 4762; a political mentor's pairs ask for a member of the party.
    #[deserr(default)]
    pub political_status: Option<PoliticalStatusCode>,
    /// Phone number.
    #[deserr(default)]
    pub phone: Option<PhoneNumber>,
    /// The unit.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// The unit's code.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// The unit's id in another system.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// Post.
    #[deserr(default)]
    pub post_title: Option<Text<100>>,
    /// Where in the unit.
    #[deserr(default)]
    pub position_level: Option<PositionLevel>,
    /// The roles that the mentor is qualified for.
    pub roles: MentorRoles,
    /// What the mentor knows well.
    #[deserr(default)]
    pub expertise: Option<Expertise>,
    /// How many cadres the mentor guides at most; 2 when left out.
    #[deserr(default)]
    #[schema(minimum = 1, maximum = 10, default = 2)]
    pub max_mentees: Option<i32>,
    /// Ids in other systems, by source.
    #[deserr(default)]
    pub external_ids: Option<ExternalIds>,
}

/// Changes to a mentor: absent members stay, null clears.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields = read_only::<MentorResponse, CreateMentor>)]
#[schema(as = PutMentor, rename_all = "camelCase")]
pub struct MentorInput {
    /// Name.
    #[deserr(default)]
    #[schema(value_type = Option<PersonName>)]
    pub name: Patch<PersonName>,
    /// Sex, GB/T 2261.1.
    #[deserr(default)]
    #[schema(value_type = Option<SexCode>)]
    pub sex: Patch<SexCode>,
    /// Political status, GB/T 4762.
    #[deserr(default)]
    #[schema(value_type = Option<PoliticalStatusCode>)]
    pub political_status: Patch<PoliticalStatusCode>,
    /// Phone number.
    #[deserr(default)]
    #[schema(value_type = Option<PhoneNumber>)]
    pub phone: Patch<PhoneNumber>,
    /// Another unit is a transfer as of today; only by external id. To give the day, use `_transfer`.
    #[deserr(default)]
    pub organization_id: Option<Id>,
    /// The unit's code, as `organizationId`.
    #[deserr(default)]
    pub organization_code: Option<OrganizationCode>,
    /// The unit's id in another system, as `organizationId`.
    #[deserr(default)]
    pub organization_ref: Option<ExternalRef>,
    /// Post.
    #[deserr(default)]
    #[schema(value_type = Option<Text<100>>)]
    pub post_title: Patch<Text<100>>,
    /// Where in the unit.
    #[deserr(default)]
    #[schema(value_type = Option<PositionLevel>)]
    pub position_level: Patch<PositionLevel>,
    /// The roles that the mentor is qualified for; replaces all of them.
    #[deserr(default)]
    #[schema(value_type = Option<MentorRoles>)]
    pub roles: Patch<MentorRoles>,
    /// What the mentor knows well; replaces all of it.
    #[deserr(default)]
    #[schema(value_type = Option<Expertise>)]
    pub expertise: Patch<Expertise>,
    /// How many cadres the mentor guides at most, not fewer than now.
    #[deserr(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 10)]
    pub max_mentees: Patch<i32>,
    /// Ids in other systems, by source: those sent are set, null ones removed, others stay; that of the address always stays.
    #[deserr(default)]
    #[schema(value_type = Option<ExternalIdChanges>)]
    pub external_ids: Patch<ExternalIdChanges>,
}

impl Patchable for MentorInput {
    const NOT_PATCHED: &'static [&'static str] =
        &["organizationId", "organizationCode", "organizationRef"];
}

patches! {
    MentorInput => Mentor,
    required: [name, max_mentees],
    optional: [sex, political_status, post_title, position_level],
    by_hand: [phone, organization_id, organization_code, organization_ref, roles, expertise, external_ids],
    also_changed: [
        phone_encrypted as "phone", organization_id, political as "roles", professional as "roles", expertise,
        external_ids,
    ],
}

/// Changes to a mentor by merge patch.
pub type PatchMentor = PatchOf<MentorInput>;

impl From<CreateMentor> for MentorInput {
    fn from(new: CreateMentor) -> Self {
        Self {
            name: Patch::Value(new.name),
            sex: Patch::given(new.sex),
            political_status: Patch::given(new.political_status),
            phone: Patch::given(new.phone),
            organization_id: new.organization_id,
            organization_code: new.organization_code,
            organization_ref: new.organization_ref,
            post_title: Patch::given(new.post_title),
            position_level: Patch::given(new.position_level),
            roles: Patch::Value(new.roles),
            expertise: Patch::given(new.expertise),
            max_mentees: Patch::given(new.max_mentees),
            external_ids: Patch::given(new.external_ids.map(ExternalIdChanges::from)),
        }
    }
}

/// Filters of the list of mentors.
#[derive(Debug, Clone, Default, Deserr, IntoParams, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[schema(rename_all = "camelCase")]
pub struct MentorFilters {
    /// Of this unit and those below it.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub organization_id: Option<Id>,
    /// `false` leaves the units below out.
    #[deserr(default)]
    #[param(required = false, inline)]
    #[schema(value_type = Option<bool>)]
    pub subtree: Option<Flag>,
    /// Qualified for one of these roles.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub role: Option<OneOf<MentorRole>>,
    /// With these statuses.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub status: Option<OneOf<MentorStatus>>,
    /// With as many free seats, or more.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub available_seats_gte: Option<Whole<0, 10>>,
    /// With this id in another system.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub external_id: Option<SourcedId>,
    /// Whose name, or its pinyin initials, begin so.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub q: Option<Text<60>>,
    /// Changed at this moment or later.
    #[deserr(default)]
    #[param(required = false, inline)]
    pub updated_at_gte: Option<UtcTimestamp>,
}
