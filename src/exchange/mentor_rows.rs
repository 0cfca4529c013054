//! Mentors as units and other systems list them.

use std::collections::HashSet;

use super::cells::{CellFinding, Cells};
use crate::codes::{PoliticalStatusCode, SexCode};
use crate::db::Id;
use crate::error::Fault;
use crate::external_ids::ExternalId;
use crate::mentors::{Expertise, MAX_EXPERTISE, MAX_SEATS, MentorRole, MentorRoles, PositionLevel};
use crate::tabular::{Columns, Field, OrganizationNames, Row};
use crate::values::{Date, PersonName, PhoneNumber, Text};

/// The members of a mentor with their headings.
pub const FIELDS: &[Field] = &[
    field("externalId", &[]),
    field("name", &["姓名", "导师姓名"]),
    field("sex", &["性别"]),
    field("politicalStatus", &["政治面貌"]),
    field("organizationCode", &[]),
    field("organization", &["工作单位", "单位", "所在单位"]),
    field("postTitle", &["职务", "现任职务"]),
    field("positionLevel", &["职务层次", "层级"]),
    field("roles", &["导师类型", "导师类别"]),
    field("expertise", &["专长", "熟悉领域"]),
    field("maxMentees", &["带教名额", "培养名额"]),
    field("appointedOn", &["聘任时间", "聘任日期", "受聘时间"]),
    field(
        "phone",
        &["联系电话", "联系方式", "手机号码", "手机号", "电话"],
    ),
];

const fn field(name: &'static str, headings: &'static [&'static str]) -> Field {
    Field { name, headings }
}

/// One row. What is `None` was empty or could not be read.
#[derive(Debug, Clone)]
pub struct MentorRow {
    /// The row's number among the data rows, from 1.
    pub number: usize,
    /// The id in the system that sends the file.
    pub external_id: Option<ExternalId>,
    /// The name.
    pub name: Option<PersonName>,
    /// The sex.
    pub sex: Option<SexCode>,
    /// The political status.
    pub political_status: Option<PoliticalStatusCode>,
    /// The unit.
    pub organization: Option<Id>,
    /// The post.
    pub post_title: Option<Text<100>>,
    /// Where in the unit.
    pub position_level: Option<PositionLevel>,
    /// The roles.
    pub roles: Option<MentorRoles>,
    /// What the mentor knows well.
    pub expertise: Option<Expertise>,
    /// How many cadres at most.
    pub max_mentees: Option<i32>,
    /// Since when they are a mentor.
    pub appointed_on: Option<Date>,
    /// The phone number.
    pub phone: Option<PhoneNumber>,
    /// What was found wrong.
    pub findings: Vec<CellFinding>,
    /// The fields that a new mentor needs and that are empty.
    pub missing: Vec<&'static str>,
}

/// Reads all rows.
pub fn read(
    rows: &[Row],
    columns: &Columns,
    units: &OrganizationNames<Id>,
    today: Date,
) -> Vec<MentorRow> {
    let mut ids = HashSet::new();
    let read = |row: &Row| {
        let mut cells = Cells::new(row, columns);
        let mut mentor = MentorRow {
            number: row.number,
            external_id: cells.read("externalId", ExternalId::parse),
            name: cells.read("name", PersonName::parse_cell),
            sex: cells.code("sex", SexCode::TABLE, SexCode::parse),
            political_status: cells.code(
                "politicalStatus",
                PoliticalStatusCode::TABLE,
                PoliticalStatusCode::parse,
            ),
            organization: cells.organization("organizationCode", "organization", units),
            post_title: cells.read("postTitle", Text::parse),
            position_level: cells.code("positionLevel", "position-level", PositionLevel::parse),
            roles: roles(&mut cells),
            expertise: expertise(&mut cells),
            max_mentees: cells.read("maxMentees", seats),
            appointed_on: cells.read("appointedOn", |text| {
                let day = Date::parse_cell(text)?;
                let is_past = day <= today;
                is_past.then_some(day).ok_or(Fault::new("date-in-future"))
            }),
            phone: cells.read("phone", PhoneNumber::parse_cell),
            findings: Vec::new(),
            missing: missing(&cells),
        };
        if mentor.external_id.clone().is_some_and(|id| !ids.insert(id)) {
            cells.error("externalId", Fault::new("not-unique"));
        }
        mentor.findings = cells.into_findings();
        mentor
    };
    rows.iter().map(read).collect()
}

fn roles(cells: &mut Cells) -> Option<MentorRoles> {
    let role = |text: &str| {
        MentorRole::parse(text).or_else(|fault| {
            let found = crate::codes::find_by_name("mentor-role", text).one();
            found.map_or(Err(fault), MentorRole::parse)
        })
    };
    let mut roles = cells.list("roles", role)?;
    roles.sort_unstable();
    roles.dedup();
    (!roles.is_empty()).then_some(MentorRoles(roles))
}

fn expertise(cells: &mut Cells) -> Option<Expertise> {
    let fields = cells.list("expertise", Text::parse)?;
    if fields.len() > MAX_EXPERTISE {
        cells.error(
            "expertise",
            Fault::with("out-of-range", &[&0, &MAX_EXPERTISE]),
        );
        return None;
    }
    Some(Expertise(fields))
}

fn seats(text: &str) -> Result<i32, Fault> {
    let seats = text.parse().ok().filter(|n| (1..=MAX_SEATS).contains(n));
    seats.ok_or_else(|| Fault::with("out-of-range", &[&1, &MAX_SEATS]))
}

fn missing(cells: &Cells) -> Vec<&'static str> {
    let has = |field: &str| {
        cells.text(field).is_some()
            || (field == "organization" && cells.text("organizationCode").is_some())
    };
    let needed = ["name", "organization", "roles"];
    needed.into_iter().filter(|field| !has(field)).collect()
}
