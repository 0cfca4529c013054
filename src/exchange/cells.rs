//! The cells of one row as values, with what was found wrong with them.

use std::sync::Arc;

use crate::codes::RegionCode;
use crate::codes::{NameMatch, find_by_name, regions, unknown};
use crate::error::{Fault, FieldErrors};
use crate::tabular::{Columns, OrganizationNames, Row};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(rename_all = "lowercase")]
pub enum Severity {
    /// The row is not written.
    Error,
    /// The row is written and should be looked at.
    Warning,
}

/// What was found wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFinding {
    /// The column's heading without blanks; where the file has no such column, what it would be called.
    pub column: Arc<str>,
    /// What is wrong.
    pub fault: Fault,
    /// How much it weighs.
    pub severity: Severity,
}

impl CellFinding {
    /// Whether it keeps its row from being written.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Finds a member's cell wrong.
    pub fn error(columns: &Columns, field: &'static str, fault: Fault) -> Self {
        Self {
            column: columns.heading(field).into(),
            fault,
            severity: Severity::Error,
        }
    }

    /// Finds a member's cell odd.
    pub fn warning(columns: &Columns, field: &'static str, fault: Fault) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(columns, field, fault)
        }
    }

    /// What a room found wrong with members, as findings of their cells.
    pub fn of_members(columns: &Columns, errors: FieldErrors) -> Vec<Self> {
        let finding = |error: crate::error::FieldError| {
            let member = error.pointer.split('/').nth(1).unwrap_or_default();
            Self::error(columns, field_of(columns, member), error.fault)
        };
        errors.into_iter().map(finding).collect()
    }
}

/// The field whose cell became a member. A unit is named by its code in one column or by its name in another.
fn field_of(columns: &Columns, member: &str) -> &'static str {
    let by_code = |code: &'static str, name: &'static str| {
        if columns.get(code).is_some() {
            code
        } else {
            name
        }
    };
    match member {
        "organizationId" | "organizationCode" | "organizationRef" => {
            by_code("organizationCode", "organization")
        }
        "parentId" | "parentCode" | "parentRef" => by_code("parentCode", "parent"),
        "externalIds" => "externalId",
        _ => columns.member(member).unwrap_or("externalId"),
    }
}

/// A row whose cells are being read.
///
/// A cell that is empty or cannot be read is `None`; one that cannot be read has its finding and raises no other.
pub struct Cells<'a> {
    row: &'a Row,
    columns: &'a Columns,
    findings: Vec<CellFinding>,
}

impl<'a> Cells<'a> {
    /// The cells of a row.
    pub fn new(row: &'a Row, columns: &'a Columns) -> Self {
        Self {
            row,
            columns,
            findings: Vec::new(),
        }
    }

    /// The text of a member's cell; `None` where it is empty or there is no such column.
    pub fn text(&self, field: &str) -> Option<&'a str> {
        Some(self.row.cell(self.columns.get(field)?)).filter(|text| !text.is_empty())
    }

    /// A member's cell as a value.
    pub fn read<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let parsed = parse(self.text(field)?);
        parsed.map_err(|fault| self.error(field, fault)).ok()
    }

    /// A member's cell as a code of a table, whether it holds the code or a name of it.
    pub fn code<T>(
        &mut self,
        field: &'static str,
        table: &str,
        parse: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        self.read(field, |text| {
            parse(text).or_else(|fault| match find_by_name(table, text) {
                NameMatch::One(code) => parse(code),
                NameMatch::None => Err(fault),
                NameMatch::Several(codes) => Err(Fault::with("code-unknown", &[&codes.join(", ")])),
            })
        })
    }

    /// A member's cell as a region, whether it holds the code or the name.
    pub fn region(&mut self, field: &'static str) -> Option<RegionCode> {
        self.read(field, |text| {
            RegionCode::parse(text).or_else(|_| match regions::find_by_name(text) {
                NameMatch::One(code) => RegionCode::parse(code),
                NameMatch::None => Err(unknown(RegionCode::TABLE)),
                NameMatch::Several(codes) => {
                    let names: Vec<_> = codes
                        .iter()
                        .filter_map(|code| Some(format!("{} {code}", regions::full_name(code)?)))
                        .collect();
                    Err(Fault::with("code-unknown", &[&names.join(", ")]))
                }
            })
        })
    }

    /// A member's cell as a list parted by `;` or `；`.
    pub fn list<T>(
        &mut self,
        field: &'static str,
        parse: impl Fn(&str) -> Result<T, Fault>,
    ) -> Option<Vec<T>> {
        let blank = crate::values::cell::is_blank;
        self.read(field, |text| {
            let parts = text.split([';', '；']).map(|part| part.trim_matches(blank));
            parts.filter(|part| !part.is_empty()).map(parse).collect()
        })
    }

    /// The unit that a row names by its code in one column, or by its name in another.
    pub fn organization<O: Copy + PartialEq>(
        &mut self,
        code_field: &'static str,
        name_field: &'static str,
        organizations: &OrganizationNames<O>,
    ) -> Option<O> {
        let found = |found| match found {
            NameMatch::One(organization) => Ok(organization),
            NameMatch::None => Err(Fault::new("organization-unknown")),
            NameMatch::Several(_) => Err(Fault::new("organization-ambiguous")),
        };
        if self.text(code_field).is_some() {
            return self.read(code_field, |code| found(organizations.find_code(code)));
        }
        self.read(name_field, |name| found(organizations.find(name)))
    }

    /// Finds a member's cell wrong; the row is not written.
    pub fn error(&mut self, field: &'static str, fault: Fault) {
        self.find(field, fault, Severity::Error);
    }

    /// Finds a member's cell odd; the row is written.
    pub fn warning(&mut self, field: &'static str, fault: Fault) {
        self.find(field, fault, Severity::Warning);
    }

    fn find(&mut self, field: &'static str, fault: Fault, severity: Severity) {
        self.findings.push(CellFinding {
            column: self.columns.heading(field).into(),
            fault,
            severity,
        });
    }

    /// What was found, in the order in which it was.
    pub fn into_findings(self) -> Vec<CellFinding> {
        self.findings
    }
}
