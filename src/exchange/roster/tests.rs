use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::tabular::{OrganizationEntry, Sheet};

fn demo(file: &str) -> Vec<u8> {
    std::fs::read(format!("{}/data/demo/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn today() -> Date {
    Date::parse("2023-07-24").unwrap()
}

/// The demo city's units; what is found is the place in this list of codes.
fn city() -> (Vec<String>, OrganizationNames<usize>) {
    let sheet = Sheet::read(&demo("organizations.csv"), 1000).unwrap();
    let column = |name: &str| {
        sheet
            .headings
            .iter()
            .position(|heading| heading == name)
            .unwrap()
    };
    let (code, name, parent) = (column("code"), column("name"), column("parentCode"));
    let units: BTreeMap<String, &Row> = sheet
        .rows
        .iter()
        .map(|row| (row.cell(code).to_owned(), row))
        .collect();
    let ancestors = |row: &Row| {
        let mut names = Vec::new();
        let mut above = units.get(row.cell(parent));
        while let Some(row) = above {
            names.insert(0, row.cell(name).to_owned());
            above = units.get(row.cell(parent));
        }
        names
    };
    let codes: Vec<String> = sheet
        .rows
        .iter()
        .map(|row| row.cell(code).to_owned())
        .collect();
    let entries = sheet
        .rows
        .iter()
        .enumerate()
        .map(|(id, row)| OrganizationEntry {
            id,
            code: row.cell(code).to_owned(),
            former_codes: Vec::new(),
            name: row.cell(name).to_owned(),
            short_name: None,
            former_names: Vec::new(),
            ancestors: ancestors(row),
        });
    (codes.clone(), OrganizationNames::new(entries))
}

fn read(bytes: &[u8]) -> Vec<RosterRow<usize>> {
    let (_, organizations) = city();
    let sheet = Sheet::read(bytes, 100_000).unwrap();
    let mut reader = RosterReader::new(&sheet.headings, &organizations, today());
    assert!(reader.columns().unknown.is_empty() && reader.columns().repeated.is_empty());
    let mut rows: Vec<_> = sheet.rows.iter().map(|row| reader.read(row)).collect();
    for row in &mut rows {
        row.findings.extend(row.missing().collect::<Vec<_>>());
    }
    rows
}

/// A row's errors as (column, code).
fn errors(row: &RosterRow<usize>) -> Vec<(&str, &str)> {
    let errors = row
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    errors
        .map(|finding| (&*finding.column, finding.fault.code))
        .collect()
}

#[test]
fn the_roster_with_planted_defects_gives_exactly_those() {
    let expected: serde_json::Value =
        serde_json::from_slice(&demo("roster_defects.expected.json")).unwrap();
    let rows = read(&demo("roster_defects.csv"));
    let found: Vec<serde_json::Value> = rows
        .iter()
        .flat_map(|row| errors(row).into_iter().map(|(column, code)| (row.number, column.to_owned(), code)))
        .map(|(row, column, code)| serde_json::json!({"row": row, "column": column, "code": code, "severity": "error"}))
        .collect();
    assert_eq!(serde_json::Value::from(found), expected);
    assert_eq!(rows.len(), 60);
    assert_eq!(rows.iter().filter(|row| !row.has_errors()).count(), 40);
}

#[test]
fn the_demo_roster_says_what_the_machine_form_says() {
    let (codes, _) = city();
    let roster = read(&demo("roster.csv"));
    let cadres = read(&demo("cadres.csv"));
    assert_eq!((roster.len(), cadres.len()), (1139, 1139));
    for (row, cadre) in roster.iter().zip(&cadres) {
        assert!(
            !row.has_errors() && !cadre.has_errors(),
            "{row:?} {cadre:?}"
        );
        let region_warnings = |row: &RosterRow<usize>| {
            row.findings
                .iter()
                .all(|finding| finding.fault.code == "identity-number-region-unknown")
        };
        assert!(region_warnings(row) && region_warnings(cadre) && row.findings.len() == 1);
        assert!(row.external_id.is_none() && cadre.external_id.is_some());
        let said = |row: &RosterRow<usize>| {
            let row = row.clone();
            format!(
                "{:?}",
                RosterRow {
                    external_id: None,
                    findings: Vec::new(),
                    birth_date: row
                        .birth_date
                        .map(|date| PartialDate::month_of(date.first_day())),
                    ..row
                }
            )
        };
        assert_eq!(said(row), said(cadre));
        assert!(
            row.birth_date
                .unwrap()
                .agrees_with(&cadre.birth_date.unwrap())
        );
        assert_eq!(row.identity_number, cadre.identity_number);
        assert_eq!(row.phone, cadre.phone);
        assert!(codes.get(row.organization.unwrap()).is_some());
    }
}

#[test]
fn a_cell_that_cannot_be_read_raises_no_further_finding() {
    let row = |cells: &str| {
        let file = format!("姓名,性别,出生年月,身份证号,工作单位,报到时间\n{cells}");
        read(file.as_bytes()).remove(0)
    };
    assert_eq!(
        errors(&row("李明,男,1998.13,990001199803150018,渔溪镇,2022-08-01")),
        [("出生年月", "date-invalid")]
    );
    assert_eq!(
        errors(&row("李明,难,1998.03,990001199803150018,渔溪镇,2022-08-01")),
        [("性别", "code-unknown")]
    );
    assert_eq!(
        errors(&row("李明,女,1997.03,990001199803150017,渔溪镇,2022-08-01")),
        [("身份证号", "identity-number-checksum")]
    );
    assert_eq!(
        errors(&row("李明,男,2098.03,990001199803150018,渔溪镇,2022-08")),
        [("出生年月", "date-in-future"), ("报到时间", "date-invalid")]
    );
    assert_eq!(
        errors(&row("李明,男,1998.03,9900************18,渔溪镇,")),
        [("身份证号", "masked-value"), ("报到时间", "required")]
    );
    assert_eq!(
        errors(&row("李明,女,1997.03,990001199803150018,兴隆镇,2022-08-01")).len(),
        3
    );
}

#[test]
fn who_stands_twice_is_found_the_second_time() {
    let rows = read("externalId,name,identityNumber,organizationCode,reportedOn\nC-1,李明,990001199803150018,BZ,2022-08-01\nC-1,李雨,990001199803150018,XX,2022-08-01\n".as_bytes());
    assert_eq!(errors(&rows[0]), []);
    assert_eq!(
        errors(&rows[1]),
        [
            ("organizationCode", "organization-unknown"),
            ("identityNumber", "identity-number-duplicate"),
            ("externalId", "not-unique")
        ]
    );
}

#[test]
fn what_a_new_cadre_needs_is_named_as_the_file_would_name_it() {
    assert_eq!(
        errors(&read("externalId,phone\nC-1,10015499830\n".as_bytes())[0]),
        [
            ("name", "required"),
            ("organization", "required"),
            ("reportedOn", "required")
        ]
    );
    assert_eq!(
        errors(&read("姓名,organizationCode\n李明,\n".as_bytes())[0]),
        [("organizationCode", "required"), ("报到时间", "required")]
    );
}

proptest! {
    #[test]
    fn no_cells_make_it_panic(cells in prop::collection::vec("\\PC{0,10}", 19)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(FIELDS[1..20].iter().map(|field| field.name)).unwrap();
        writer.write_record(&cells).unwrap();
        let sheet = Sheet::read(&writer.into_inner().unwrap(), 1).unwrap();
        let organizations = OrganizationNames::<usize>::new([]);
        let mut reader = RosterReader::new(&sheet.headings, &organizations, today());
        for row in &sheet.rows {
            prop_assert!(reader.read(row).missing().count() <= REQUIRED.len());
        }
    }
}
