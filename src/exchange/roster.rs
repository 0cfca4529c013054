//! Cadres as an HR office or another system lists them.

use std::collections::HashSet;
use std::sync::Arc;

use super::cells::{CellFinding, Cells, Severity};
use crate::cadres::PostCategory;
use crate::codes::{
    DegreeCode, EducationLevelCode, EthnicityCode, PoliticalStatusCode, RankCode,
    RecruitmentChannelCode, RegionCode, SexCode, regions,
};
use crate::error::Fault;
use crate::external_ids::ExternalId;
use crate::tabular::{Columns, Field, OrganizationNames, Row};
use crate::values::{Date, IdentityNumber, PartialDate, PersonName, PhoneNumber, Text};

/// The members of a cadre with their headings.
const FIELDS: &[Field] = &[
    field("externalId", &[]),
    field("name", &["姓名"]),
    field("sex", &["性别"]),
    field(
        "birthDate",
        &["出生年月", "出生日期", "出生年月日", "出生时间"],
    ),
    field("ethnicity", &["民族"]),
    field("politicalStatus", &["政治面貌"]),
    field(
        IDENTITY_NUMBER,
        &[
            "身份证号",
            "身份证号码",
            "公民身份号码",
            "公民身份证号码",
            "身份证件号码",
        ],
    ),
    field(
        "phone",
        &["联系电话", "联系方式", "手机号码", "手机号", "手机", "电话"],
    ),
    field("nativePlace", &["籍贯"]),
    field("householdRegistration", &["户籍所在地", "户籍"]),
    field("educationLevel", &["学历", "最高学历", "学历名称"]),
    field("degree", &["学位", "最高学位", "学位名称"]),
    field("school", &["毕业院校", "毕业学校", "学校（单位）名称"]),
    field("major", &["所学专业", "专业", "所学专业名称"]),
    field("organizationCode", &[]),
    field(
        ORGANIZATION,
        &["工作单位", "单位", "用人单位", "统计关系所在单位"],
    ),
    field("postTitle", &["职务", "现任职务"]),
    field("postCategory", &["岗位类别"]),
    field("rank", &["职级", "现职级"]),
    field("recruitmentChannel", &["录用渠道"]),
    field(
        REPORTED_ON,
        &["报到时间", "录用时间", "入职时间", "报到日期"],
    ),
];

/// The field of the identity number.
pub const IDENTITY_NUMBER: &str = "identityNumber";
/// The field of the unit's name.
pub const ORGANIZATION: &str = "organization";
const REPORTED_ON: &str = "reportedOn";

/// What a row must have to make a cadre; a row about a known cadre may leave it out.
pub const REQUIRED: &[&str] = &["name", ORGANIZATION, REPORTED_ON];

const fn field(name: &'static str, headings: &'static [&'static str]) -> Field {
    Field { name, headings }
}

/// One row of a roster. What is `None` was empty or could not be read.
#[derive(Debug, Clone)]
pub struct RosterRow<O> {
    /// The row's number among the data rows, from 1.
    pub number: usize,
    /// The id in the system that sends the file.
    pub external_id: Option<ExternalId>,
    /// The name.
    pub name: Option<PersonName>,
    /// The sex.
    pub sex: Option<SexCode>,
    /// The date of birth.
    pub birth_date: Option<PartialDate>,
    /// The ethnic group.
    pub ethnicity: Option<EthnicityCode>,
    /// The political status.
    pub political_status: Option<PoliticalStatusCode>,
    /// The identity number.
    pub identity_number: Option<IdentityNumber>,
    /// The phone number.
    pub phone: Option<PhoneNumber>,
    /// The native place.
    pub native_place: Option<RegionCode>,
    /// The place of household registration.
    pub household_registration: Option<RegionCode>,
    /// The education.
    pub education_level: Option<EducationLevelCode>,
    /// The degree.
    pub degree: Option<DegreeCode>,
    /// The school.
    pub school: Option<Text<100>>,
    /// The major.
    pub major: Option<Text<100>>,
    /// The unit.
    pub organization: Option<O>,
    /// The post.
    pub post_title: Option<Text<100>>,
    /// The kind of the post.
    pub post_category: Option<PostCategory>,
    /// The rank.
    pub rank: Option<RankCode>,
    /// How the cadre was recruited.
    pub recruitment_channel: Option<RecruitmentChannelCode>,
    /// The day of reporting for duty.
    pub reported_on: Option<Date>,
    /// What was found wrong, in the order of the columns above.
    pub findings: Vec<CellFinding>,
    /// Of [`REQUIRED`], what has an empty cell, with the heading.
    missing: Vec<Arc<str>>,
}

impl<O> RosterRow<O> {
    /// Whether anything keeps the row from being written.
    pub fn has_errors(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// What is missing to make a new cadre of the row.
    pub fn missing(&self) -> impl Iterator<Item = CellFinding> {
        self.missing.iter().map(|column| CellFinding {
            column: Arc::clone(column),
            fault: Fault::new("required"),
            severity: Severity::Error,
        })
    }
}

/// Reads the rows of one roster; remembers which persons it has met.
pub struct RosterReader<'a, O> {
    columns: Columns,
    /// The required fields, with what the file calls them.
    required: Vec<(&'static str, Arc<str>)>,
    organizations: &'a OrganizationNames<O>,
    today: Date,
    numbers: HashSet<IdentityNumber>,
    external_ids: HashSet<ExternalId>,
}

impl<'a, O: Copy + PartialEq> RosterReader<'a, O> {
    /// A reader for a roster with these headings; what lies after `today` lies in the future.
    pub fn new(headings: &[String], organizations: &'a OrganizationNames<O>, today: Date) -> Self {
        let columns = Columns::resolve(headings, FIELDS);
        Self {
            required: required(&columns),
            columns,
            organizations,
            today,
            numbers: HashSet::new(),
            external_ids: HashSet::new(),
        }
    }

    /// The roster's columns, with the headings that are unknown or stand twice.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The roster's columns, when all its rows are read.
    pub fn into_columns(self) -> Columns {
        self.columns
    }

    /// Reads one row.
    pub fn read(&mut self, row: &Row) -> RosterRow<O> {
        let mut cells = Cells::new(row, &self.columns);
        let today = self.today;
        let mut read = RosterRow {
            number: row.number,
            external_id: cells.read("externalId", ExternalId::parse),
            name: cells.read("name", PersonName::parse_cell),
            sex: cells.code("sex", SexCode::TABLE, SexCode::parse),
            birth_date: cells.read("birthDate", |text| {
                past_or_part_of(PartialDate::parse_cell(text)?, today)
            }),
            ethnicity: cells.code(
                "ethnicity",
                EthnicityCode::TABLE,
                EthnicityCode::parse_imported,
            ),
            political_status: cells.code(
                "politicalStatus",
                PoliticalStatusCode::TABLE,
                PoliticalStatusCode::parse,
            ),
            identity_number: cells.read(IDENTITY_NUMBER, IdentityNumber::parse_cell),
            phone: cells.read("phone", PhoneNumber::parse_cell),
            native_place: cells.region("nativePlace"),
            household_registration: cells.region("householdRegistration"),
            education_level: cells.code(
                "educationLevel",
                EducationLevelCode::TABLE,
                EducationLevelCode::parse,
            ),
            degree: cells.code("degree", DegreeCode::TABLE, DegreeCode::parse),
            school: cells.read("school", Text::parse),
            major: cells.read("major", Text::parse),
            organization: cells.organization("organizationCode", ORGANIZATION, self.organizations),
            post_title: cells.read("postTitle", Text::parse),
            post_category: cells.code("postCategory", "post-category", PostCategory::parse),
            rank: cells.code("rank", RankCode::TABLE, RankCode::parse),
            recruitment_channel: cells.code(
                "recruitmentChannel",
                RecruitmentChannelCode::TABLE,
                RecruitmentChannelCode::parse,
            ),
            reported_on: cells.read(REPORTED_ON, |text| {
                let day = Date::parse_cell(text)?;
                past_or_part_of(day.into(), today).map(|_| day)
            }),
            findings: Vec::new(),
            missing: missing(&cells, &self.required),
        };
        if let Some(number) = &read.identity_number {
            compare(&mut cells, number, read.sex, read.birth_date);
            if !self.numbers.insert(number.clone()) {
                cells.error(IDENTITY_NUMBER, Fault::new("identity-number-duplicate"));
            }
        }
        if let Some(id) = &read.external_id
            && !self.external_ids.insert(id.clone())
        {
            cells.error("externalId", Fault::new("not-unique"));
        }
        read.findings = cells.into_findings();
        read
    }
}

/// What the file calls the required columns: once for all rows, which may be many and may lack as many cells.
fn required(columns: &Columns) -> Vec<(&'static str, Arc<str>)> {
    let heading = |field: &'static str| {
        let by_code = field == ORGANIZATION
            && columns.get(ORGANIZATION).is_none()
            && columns.get("organizationCode").is_some();
        columns.heading(if by_code { "organizationCode" } else { field })
    };
    let named = |field: &&'static str| (*field, Arc::from(heading(field)));
    REQUIRED.iter().map(named).collect()
}

/// The headings of required cells that are empty.
fn missing(cells: &Cells, required: &[(&'static str, Arc<str>)]) -> Vec<Arc<str>> {
    let has = |field: &str| {
        cells.text(field).is_some()
            || (field == ORGANIZATION && cells.text("organizationCode").is_some())
    };
    let empty = required.iter().filter(|(field, _)| !has(field));
    empty.map(|(_, heading)| Arc::clone(heading)).collect()
}

/// Compares the number with what else the row says of the person.
fn compare(
    cells: &mut Cells,
    number: &IdentityNumber,
    sex: Option<SexCode>,
    birth: Option<PartialDate>,
) {
    if sex.is_some_and(|sex| !number.agrees_with_sex(sex.as_str())) {
        cells.error("sex", Fault::new("identity-number-sex-mismatch"));
    }
    if birth.is_some_and(|birth| !number.agrees_with_birth(&birth)) {
        cells.error("birthDate", Fault::new("identity-number-birth-mismatch"));
    }
    if regions::known(number.region()).is_none() {
        cells.warning(
            IDENTITY_NUMBER,
            Fault::new("identity-number-region-unknown"),
        );
    }
}

fn past_or_part_of(date: PartialDate, today: Date) -> Result<PartialDate, Fault> {
    if date.is_after(today) {
        Err(Fault::new("date-in-future"))
    } else {
        Ok(date)
    }
}

#[cfg(test)]
mod tests;
