//! Every table has one owner: the room whose stores alone write it, and which others read only where it is listed here.

use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::{FLOORS, Source, floors, sources};

/// Who owns which tables.
const OWNERS: &[(&str, &[&str])] = &[
    ("absences", &["absences"]),
    (
        "accounts",
        &[
            "clients",
            "known_networks",
            "refresh_tokens",
            "sessions",
            "signing_keys",
            "token_cutoffs",
            "user_grants",
            "users",
        ],
    ),
    ("assignments", &["assignments"]),
    (
        "cadres",
        &[
            "cadre_events",
            "cadre_identities",
            "cadre_posts",
            "cadres",
            "guesses",
        ],
    ),
    ("db", &["service_state"]),
    (
        "evaluations",
        &[
            "evaluation_answers",
            "evaluation_reopenings",
            "evaluations",
            "rater_forms",
            "round_progress",
        ],
    ),
    ("external_ids", &["external_ids"]),
    ("growth_entries", &["growth_entries"]),
    ("http", &["idempotency_keys"]),
    (
        "journal",
        &[
            "journal_entries",
            "journal_payloads",
            "journal_pending",
            "journal_seals",
        ],
    ),
    ("kinships", &["kinships"]),
    ("matching", &["matching_proposals", "matching_runs"]),
    ("evaluation_forms", &["evaluation_forms"]),
    (
        "evaluation_rounds",
        &["evaluation_rounds", "evaluation_schedules"],
    ),
    (
        "mentoring_sessions",
        &["follow_ups", "mentoring_sessions", "session_reveals"],
    ),
    ("mentors", &["mentors"]),
    ("organizations", &["organization_names", "organizations"]),
    ("phase_templates", &["phase_templates"]),
    ("plans", &["plans"]),
    ("postings", &["exchanges", "postings"]),
    ("search", &["search_keys"]),
    (
        "training",
        &[
            "enrolments",
            "training_events",
            "training_feedback",
            "training_hours",
        ],
    ),
];

/// What any store may join to read: every row belongs to a unit, whose name and place stand beside it.
const READ_BY_ALL: &[&str] = &["organizations"];

/// Which files join tables of others to read them: lists and summaries that one statement must answer. What a use case asks of
/// another room goes through a function of that room's store instead.
const READ_MODELS: &[(&str, &[&str])] = &[
    // The cadre's name and unit beside an absence.
    ("absences/store.rs", &["cadres"]),
    // Whom the unit's people without an account are: invitations.
    (
        "accounts/users/invitations_store.rs",
        &["cadres", "mentors"],
    ),
    // The names of the mentor and the cadre that a user is.
    ("accounts/users/store.rs", &["cadres", "mentors"]),
    ("analytics/store.rs", &["cadres", "mentors"]),
    // Both names beside a pair.
    ("assignments/list_store.rs", &["cadres", "mentors"]),
    ("assignments/store.rs", &["cadres", "mentors"]),
    // The mentors' names, and who is on leave today.
    ("cadres/store.rs", &["absences", "mentors"]),
    ("cadres/store/list.rs", &["absences", "mentors"]),
    // The cadre's name and mentors beside a plan, and who has none yet.
    ("plans/making_store.rs", &["cadres"]),
    ("plans/store.rs", &["cadres"]),
    // Whether a database is empty enough for the demo.
    ("demo/store.rs", &["users"]),
    // Who was paired with whom on a day, and whose cadre it is.
    ("evaluations/store/people.rs", &["assignments", "mentors"]),
    // Who is in the programme and whom they are paired with, for the forms of a round; who was away at its close.
    (
        "evaluations/issued/issuing_store.rs",
        &["assignments", "cadres", "mentors"],
    ),
    ("evaluations/issued/store.rs", &["absences", "mentors"]),
    // How far raters have come, as a list.
    ("evaluation_rounds/progress_store.rs", &["round_progress"]),
    (
        "evaluation_rounds/forms/store.rs",
        &["cadres", "mentors", "rater_forms"],
    ),
    ("evaluations/store/readable.rs", &["assignments", "cadres"]),
    // Officers above a unit who may write a form anew.
    (
        "evaluations/store/rewriters.rs",
        &["mentors", "user_grants", "users"],
    ),
    ("evaluations/store/record.rs", &["cadres", "mentors"]),
    ("evaluations/store/withheld.rs", &["assignments"]),
    ("growth_entries/store.rs", &["assignments", "cadres"]),
    ("growth_file/store.rs", &["assignments", "mentors"]),
    // Whose persons belong to a unit.
    ("kinships/store.rs", &["cadres", "mentors", "user_grants"]),
    ("matching/store.rs", &["assignments", "cadres"]),
    // Whose talk it was, and whose mentees they are.
    (
        "mentoring_sessions/follow_up_store.rs",
        &["cadres", "mentors"],
    ),
    ("mentoring_sessions/store.rs", &["cadres", "mentors"]),
    // Whose posting it is and whose mentees they are, and who leads; who is to begin one.
    ("postings/day_store.rs", &["cadres"]),
    ("postings/exchanges/store.rs", &["cadres"]),
    ("postings/store.rs", &["cadres", "mentors"]),
    // Whom to enrol, the cadre's name and mentors beside an enrolment, the ends of probations, whose units see an event.
    ("training/enrolments/choosing_store.rs", &["cadres"]),
    ("training/enrolments/store.rs", &["cadres"]),
    ("training/events/store.rs", &["cadres"]),
    ("training/hours/store.rs", &["cadres"]),
    ("training/hours/sums_store.rs", &["cadres"]),
];

fn owners() -> BTreeMap<&'static str, &'static str> {
    let owned = OWNERS
        .iter()
        .flat_map(|(room, tables)| tables.iter().map(|table| (*table, *room)));
    owned.collect()
}

/// The tables a file names: by what it imports of the schema, and by its rows.
fn named(source: &Source, tables: &BTreeSet<String>) -> BTreeSet<String> {
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_ascii_lowercase() && c != '_')
            .filter(|word| tables.contains(*word))
            .map(str::to_owned)
            .collect()
    };
    let mut found = BTreeSet::new();
    for rest in source.code.split("schema::").skip(1) {
        let named = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default(),
            None => rest.split([';', ' ', ')', ',']).next().unwrap_or_default(),
        };
        found.extend(words(named));
    }
    found
}

fn tables() -> BTreeSet<String> {
    let schema = sources()
        .into_iter()
        .find(|source| source.path.ends_with("db/schema.rs"))
        .unwrap();
    let heads = schema.code.lines().filter_map(|line| {
        let (name, rest) = line.trim().split_once(" (")?;
        (rest.ends_with(") {") && !name.contains(['!', '(', ':'])).then(|| name.to_owned())
    });
    heads.collect()
}

#[test]
fn every_table_has_one_owner() {
    let owned: Vec<&str> = OWNERS
        .iter()
        .flat_map(|(_, tables)| tables.iter().copied())
        .collect();
    let once: BTreeSet<String> = owned.iter().map(|&table| table.to_owned()).collect();
    assert_eq!(owned.len(), once.len(), "a table has two owners");
    assert_eq!(once, tables(), "say in OWNERS who owns a new table");
}

#[test]
fn a_room_reads_tables_of_others_only_downwards_and_where_it_is_listed() {
    let (owners, tables, floors) = (owners(), tables(), floors());
    let listed: BTreeMap<&str, &[&str]> = READ_MODELS.iter().copied().collect();
    let (mut faults, mut seen) = (Vec::new(), 0);
    let mut read = BTreeMap::new();
    for source in sources() {
        let path = source.path.to_str().unwrap().to_owned();
        if path == "db/schema.rs" || path == "db/subtree.rs" {
            continue;
        }
        let foreign = named(&source, &tables)
            .into_iter()
            .filter(|table| owners[table.as_str()] != source.module)
            .filter(|table| !READ_BY_ALL.contains(&table.as_str()));
        for table in foreign {
            seen += 1;
            let owner = owners[table.as_str()];
            if floors[owner] > floors[source.module.as_str()] {
                faults.push(format!("{path} reads {table} of {owner}, which is above"));
            }
            if !listed
                .get(path.as_str())
                .is_some_and(|read| read.contains(&table.as_str()))
            {
                faults.push(format!(
                    "{path} names {table}: ask the store of {owner}, or list it as a read model"
                ));
            }
            read.entry(path.clone())
                .or_insert_with(BTreeSet::new)
                .insert(table);
        }
    }
    for (path, tables) in READ_MODELS {
        for table in *tables {
            if !read.get(*path).is_some_and(|read| read.contains(*table)) {
                faults.push(format!(
                    "{path} reads no {table} any more: take it off the list"
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 20, "hardly anything was looked at: {seen}");
}

/// How often a function writes a table, itself or by a name, and locks it by a name: `let old = users::table.filter(…);
/// diesel::delete(old)`.
fn writes(code: &str, table: &str) -> usize {
    let named = code
        .split("let")
        .filter_map(|rest| rest.split_once(&format!("={table}::table")))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(['=', '(', ';']));
    let named = named.filter(|name| {
        let writes = ["update({})", "delete({})", "{}.for_"].map(|write| write.replace("{}", name));
        writes.iter().any(|write| code.contains(write))
    });
    let writes = ["insert_into(", "update(", "delete("].map(|write| format!("{write}{table}::"));
    let itself = writes.iter().map(|write| code.matches(write).count());
    itself.sum::<usize>() + named.count()
}

/// How many statements lock rows of a table.
fn locks(code: &str, table: &str) -> usize {
    let locks = [".for_update()", ".for_no_key_update()", ".for_share()"];
    let statements = code.split([';', '{', '}']);
    let locking = statements.filter(|statement| locks.iter().any(|lock| statement.contains(lock)));
    locking
        .filter(|statement| statement.contains(&format!("{table}::table")))
        .count()
}

#[test]
fn a_table_is_written_and_locked_by_its_owner_alone() {
    let owners = owners();
    let (mut faults, mut seen) = (Vec::new(), 0);
    for source in sources() {
        let imports = source.code.split("schema::").skip(1);
        for import in imports.filter_map(|rest| rest.split(';').next()) {
            // By another name its writes would not be found.
            if import.contains(" as ") && !import.contains("alias!") {
                faults.push(format!("{} renames a table", source.path.display()));
            }
        }
        for function in source.code.split("fn ") {
            // White space stands wherever a formatter puts it.
            let code: String = function.split_whitespace().collect();
            for (table, owner) in &owners {
                let (writes, locks) = (writes(&code, table), locks(&code, table));
                seen += writes + locks;
                if writes + locks > 0 && source.module != *owner {
                    let path = source.path.display();
                    faults.push(format!("{path} writes or locks {table} of {owner}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 60, "hardly anything was looked at: {seen}");
}

#[test]
fn only_stores_and_rows_name_tables() {
    let tables = tables();
    let rooms: BTreeSet<&str> = FLOORS[crate::architecture::ROOMS..]
        .iter()
        .flat_map(|floor| floor.iter().copied())
        .collect();
    for source in sources()
        .iter()
        .filter(|source| rooms.contains(source.module.as_str()))
    {
        let path = source.path.to_str().unwrap();
        let is_store = path.contains("store") || path.ends_with("model.rs");
        let named = named(source, &tables);
        assert!(is_store || named.is_empty(), "{path} names {named:?}");
    }
}
