//! Units as other systems list them.

use std::collections::{HashMap, HashSet};

use super::cells::{CellFinding, Cells};
use crate::error::Fault;
use crate::external_ids::ExternalId;
use crate::organizations::{DivisionCode, OrganizationCode, OrganizationKind};
use crate::tabular::{Columns, Field, Row};
use crate::values::{Date, Text};

/// The members of a unit with their headings.
pub const FIELDS: &[Field] = &[
    field("externalId", &[]),
    field("code", &["单位编码", "机构编码", "单位代码"]),
    field("name", &["单位名称", "机构名称"]),
    field("shortName", &["单位简称", "简称"]),
    field("kind", &["单位类别", "机构类别"]),
    field("parentCode", &["上级单位编码", "上级机构编码"]),
    field("divisionCode", &["行政区划代码", "区划代码"]),
    field("remote", &["是否边远", "边远"]),
    field("validFrom", &["成立时间", "设立时间"]),
];

const fn field(name: &'static str, headings: &'static [&'static str]) -> Field {
    Field { name, headings }
}

/// One row. What is `None` was empty or could not be read.
#[derive(Debug, Clone)]
pub struct OrganizationRow {
    /// The row's number among the data rows, from 1.
    pub number: usize,
    /// The id in the system that sends the file.
    pub external_id: Option<ExternalId>,
    /// The code.
    pub code: Option<OrganizationCode>,
    /// The name.
    pub name: Option<Text<200>>,
    /// The short name.
    pub short_name: Option<Text<100>>,
    /// The kind.
    pub kind: Option<OrganizationKind>,
    /// The code of the unit above.
    pub parent_code: Option<OrganizationCode>,
    /// Where it lies.
    pub division_code: Option<DivisionCode>,
    /// Whether it is remote.
    pub remote: Option<bool>,
    /// Since when it exists.
    pub valid_from: Option<Date>,
    /// What was found wrong.
    pub findings: Vec<CellFinding>,
}

/// Reads all rows, those above before those below.
pub fn read(rows: &[Row], columns: &Columns) -> Vec<OrganizationRow> {
    let mut codes = HashSet::new();
    let mut ids = HashSet::new();
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        let mut cells = Cells::new(row, columns);
        let mut unit = OrganizationRow {
            number: row.number,
            external_id: cells.read("externalId", ExternalId::parse),
            code: cells.read("code", OrganizationCode::parse),
            name: cells.read("name", Text::parse),
            short_name: cells.read("shortName", Text::parse),
            kind: cells.code("kind", "organization-kind", OrganizationKind::parse),
            parent_code: cells.read("parentCode", OrganizationCode::parse),
            division_code: cells.read("divisionCode", DivisionCode::parse),
            remote: cells.read("remote", yes_or_no),
            valid_from: cells.read("validFrom", Date::parse_cell),
            findings: Vec::new(),
        };
        if unit.code.clone().is_some_and(|code| !codes.insert(code)) {
            cells.error("code", Fault::new("not-unique"));
        }
        if unit.external_id.clone().is_some_and(|id| !ids.insert(id)) {
            cells.error("externalId", Fault::new("not-unique"));
        }
        unit.findings = cells.into_findings();
        read.push(unit);
    }
    from_above(read)
}

fn yes_or_no(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "是" => Ok(true),
        "false" | "0" | "否" => Ok(false),
        _ => Err(Fault::with("code-unknown", &[&"true, false"])),
    }
}

/// Sorts rows by their depth within the file; a circle has none and comes last.
fn from_above(rows: Vec<OrganizationRow>) -> Vec<OrganizationRow> {
    let parents: HashMap<&str, Option<&str>> = rows
        .iter()
        .filter_map(|row| {
            let parent = row.parent_code.as_ref().map(OrganizationCode::as_str);
            Some((row.code.as_ref()?.as_str(), parent))
        })
        .collect();
    let depth = |row: &OrganizationRow| {
        let above = |code: &&str| parents.get(code).copied().flatten();
        let first = row.parent_code.as_ref().map(OrganizationCode::as_str);
        std::iter::successors(first, above).take(DEPTH).count()
    };
    let depths: Vec<usize> = rows.iter().map(depth).collect();
    let mut sorted: Vec<_> = depths.into_iter().zip(rows).collect();
    sorted.sort_by_key(|(depth, _)| *depth);
    sorted.into_iter().map(|(_, row)| row).collect()
}

/// How deep a tree may be; a guard against circles.
const DEPTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tabular::Sheet;

    #[test]
    fn those_above_come_first_and_a_circle_last() {
        let file = "code,name,parentCode\nC,c,B\nX,x,Y\nB,b,A\nY,y,X\nA,a,\nD,d,elsewhere\n";
        let sheet = Sheet::read(file.as_bytes(), 10).unwrap();
        let columns = Columns::resolve(&sheet.headings, FIELDS);
        let codes: Vec<String> = read(&sheet.rows, &columns)
            .iter()
            .map(|row| row.code.clone().unwrap().to_string())
            .collect();
        assert_eq!(codes, ["A", "B", "D", "C", "X", "Y"]);
    }
}
