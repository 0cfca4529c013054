//! The house keeps its own rules: floors, and who knows the web and the database.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// From the ground up; a module imports its own floor and lower ones. `lib.rs` says what stands there.
pub const FLOORS: &[&[&str]] = &[
    &[
        "clock",
        "config",
        "db",
        "error",
        "ids",
        "network",
        "passwords",
        "telemetry",
        "throttling",
        "values",
        "vault",
    ],
    &["external_ids", "search"],
    &["access"],
    &["events"],
    &["context"],
    &["http"],
    &["listing"],
    &["journal"],
    &["transitions"],
    &["codes", "rules", "tabular"],
    &["organizations"],
    &["mentors"],
    &["absences", "cadres"],
    &["accounts"],
    &["kinships"],
    &[
        "assignments",
        "evaluation_forms",
        "growth_entries",
        "phase_templates",
        "training",
    ],
    &["mentoring_sessions", "postings"],
    &["evaluations"],
    &["evaluation_rounds", "plans"],
    &["analytics", "exchange", "growth_file", "matching"],
    &["calendar"],
    &["app", "demo", "start"],
    &["server"],
    &["cli", "lib", "main"],
];

/// The first floor of rooms.
pub const ROOMS: usize = 10;

pub struct Source {
    /// Below `src`.
    pub path: PathBuf,
    /// The first part of the path.
    pub module: String,
    /// Without comments and unit tests.
    pub code: String,
}

pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut all) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let is_code = |line: &&str| !line.trim_start().starts_with("//");
                let path = path.strip_prefix(&root).unwrap().to_owned();
                let first = path.iter().next().unwrap().to_str().unwrap();
                all.push(Source {
                    module: first.trim_end_matches(".rs").to_owned(),
                    code: code.lines().filter(is_code).collect::<Vec<_>>().join("\n"),
                    path,
                });
            }
        }
    }
    all
}

pub fn floors() -> BTreeMap<&'static str, usize> {
    let floor =
        |(n, modules): (usize, &&'static [&'static str])| modules.iter().map(move |m| (*m, n));
    FLOORS.iter().enumerate().flat_map(floor).collect()
}

/// The modules named after `crate::`, also within braces.
fn imports(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let part = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default(),
            None => rest
                .split(|c: char| !c.is_ascii_lowercase() && c != '_')
                .next()
                .unwrap_or_default(),
        };
        found.extend(
            part.split(|c: char| !c.is_ascii_lowercase() && c != '_')
                .filter(|word| !word.is_empty()),
        );
    }
    found
}

#[test]
fn a_module_imports_lower_floors_alone() {
    let floors = floors();
    let mut faults = Vec::new();
    for source in sources() {
        let Some(floor) = floors.get(source.module.as_str()) else {
            faults.push(format!("{} stands on no floor", source.path.display()));
            continue;
        };
        for module in imports(&source.code) {
            if floors.get(module).is_some_and(|other| other > floor) {
                faults.push(format!("{} reaches up to {module}", source.path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn in_a_room_only_endpoints_know_the_web_and_only_stores_query() {
    let floors = floors();
    let is_room = |source: &&Source| {
        floors
            .get(source.module.as_str())
            .is_some_and(|floor| (ROOMS..16).contains(floor))
    };
    let (mut faults, mut seen) = (Vec::new(), (0, 0));
    for source in sources().iter().filter(is_room) {
        let path = source.path.to_str().unwrap();
        let stem = source.path.file_stem().unwrap().to_str().unwrap();
        if source.code.contains("actix_web::") {
            seen.0 += 1;
            // `me` and `discovery` are endpoints of accounts that need no use case.
            if !stem.ends_with("api") && !["me", "discovery"].contains(&stem) {
                faults.push(format!("{path} knows actix-web"));
            }
        }
        if source.code.contains("diesel::prelude") {
            seen.1 += 1;
            let queries = path.contains("store") || stem == "model";
            if !queries {
                faults.push(format!("{path} knows diesel's query language"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(
        seen.0 > 15 && seen.1 > 30,
        "hardly anything was looked at: {seen:?}"
    );
}

#[test]
fn every_key_of_the_rule_table_is_changed_by_a_test_that_sees_a_difference() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = String::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                tests.extend(text.split("#[cfg(test)]").skip(1));
            }
        }
    }
    let file = root.join("data/rules.csv");
    for row in csv::Reader::from_path(file).unwrap().records() {
        let row = row.unwrap();
        let (rule, key) = (&row[0], &row[1]);
        let named = format!("(\"{rule}\", \"{key}\")");
        assert!(
            tests.contains(&named),
            "{rule} {key}: change it with `with` in a test of what reads it"
        );
    }
}

#[test]
fn no_sentence_is_sent_with_a_gap_in_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/messages.csv");
    let rows = csv::Reader::from_path(file).unwrap().into_records();
    let with_gaps: BTreeSet<String> = rows
        .map(Result::unwrap)
        .filter(|row| row[1].contains("{0}"))
        .map(|row| row[0].to_owned())
        .collect();
    let mut faults = Vec::new();
    let mut seen = 0;
    for source in sources() {
        for call in ["Fault::new(", "Error::field("] {
            for (start, _) in source.code.match_indices(call) {
                let rest = &source.code[start + call.len()..];
                let end = rest.find([';', '\n']).unwrap_or(rest.len());
                let Some(code) = rest[..end].split('"').nth_back(1) else {
                    continue;
                };
                seen += 1;
                if with_gaps.contains(code) {
                    let path = source.path.display();
                    faults.push(format!("{path} says {code} without what stands in its gap"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 100, "hardly anything was looked at: {seen}");
}
