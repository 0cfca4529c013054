//! How the database answers every list, filter and sort (A24): on a filled database with statistics, by an index and never by
//! reading a whole table or a whole index.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use xinmiao::db::DbConn;
use xinmiao::db::schema::organizations;

use crate::demo::demo_app;
use crate::support::{
    ChangedColumns, Unit, Who, copy_rows, forget_statements, new_id, no_bytes, on_postgres,
    statements_on, watch_statements,
};

/// Each list with its filters and sorts, alone and together with a unit.
pub const LISTS: &[(&str, &[&str], &[&str], bool)] = &[
    (
        "/v1/cadres",
        &[
            "phase=SEEDLING",
            "status=ACTIVE",
            "postCategory=BUSINESS",
            "mentoring=NONE",
            "nonLocal=COUNTY",
            "remote=true",
            "reportedOnGte=2022-01-01",
            "reportedOnLte=2022-01-01",
            "updatedAtGte=2023-01-01T00:00:00Z",
            "externalId=hr:1",
            "q=lyy",
        ],
        &["id", "name", "reportedOn", "updatedAt"],
        true,
    ),
    (
        "/v1/evaluations",
        &[
            "kind=ORDINARY",
            "evaluatorRelation=UNIT",
            "evaluatorUserId=01890a5d-ac96-774b-bcce-b302099a8057",
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "status=CONFIRMED",
            "current=true",
            "periodFromGte=2023-01-01",
            "periodToLte=2023-01-01",
        ],
        &["id", "periodTo", "updatedAt"],
        true,
    ),
    (
        "/v1/absences",
        &["kind=SICK", "startsOnGte=2023-01-01"],
        &["id", "startsOn"],
        false,
    ),
    (
        "/v1/assignments",
        &[
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "mentorId=01890a5d-ac96-774b-bcce-b302099a8057",
            "role=POLITICAL",
            "status=ACTIVE",
            "needsReplacement=true",
            "startsOnGte=2023-01-01",
            "startsOnLte=2023-01-01",
        ],
        &["id", "startsOn", "updatedAt"],
        true,
    ),
    (
        "/v1/evaluation-forms",
        &[
            "kind=ORDINARY",
            "status=PUBLISHED",
            "validFromLte=2023-01-01",
        ],
        &["id", "validFrom"],
        false,
    ),
    (
        "/v1/rater-forms",
        &[
            "roundId=01890a5d-ac96-774b-bcce-b302099a8057",
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "mentorId=01890a5d-ac96-774b-bcce-b302099a8057",
            "evaluatorRelation=UNIT",
            "status=ISSUED",
            "missedReason=LATE",
        ],
        &["id"],
        false,
    ),
    ("/v1/matching-runs", &["status=DRAFT"], &["id"], false),
    (
        "/v1/kinships",
        &[
            "personId=01890a5d-ac96-774b-bcce-b302099a8057",
            "relation=01",
        ],
        &["id"],
        false,
    ),
    (
        "/v1/growth-entries",
        &[
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "kind=TASK",
            "status=RECORDED",
            "occurredOnGte=2023-01-01",
            "occurredOnLte=2023-01-01",
        ],
        &["id", "occurredOn"],
        true,
    ),
    (
        "/v1/plans",
        &[
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "phase=SEEDLING",
            "status=DRAFT",
            "endsOnGte=2023-01-01",
            "endsOnLte=2023-01-01",
        ],
        &["id", "endsOn"],
        true,
    ),
    (
        "/v1/phase-templates",
        &[
            "organizationId=01890a5d-ac96-774b-bcce-b302099a8057",
            "phase=SEEDLING",
            "status=DRAFT",
        ],
        &["id", "validFrom"],
        false,
    ),
    (
        "/v1/organizations",
        &[
            "code=X",
            "kind=COUNTY",
            "divisionCode=511902",
            "remote=true",
            "status=ACTIVE",
            "externalId=hr:1",
            "q=x",
        ],
        &["id", "code"],
        false,
    ),
    (
        "/v1/mentors",
        &[
            "role=POLITICAL",
            "status=APPOINTED",
            "availableSeatsGte=1",
            "updatedAtGte=2023-01-01T00:00:00Z",
            "externalId=hr:1",
            "q=wjg",
        ],
        &["id", "name", "updatedAt"],
        true,
    ),
    (
        "/v1/postings",
        &[
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "exchangeId=01890a5d-ac96-774b-bcce-b302099a8057",
            "leadMentorId=01890a5d-ac96-774b-bcce-b302099a8057",
            "front=PROJECT",
            "arrangement=SECONDMENT",
            "status=PLANNED",
            "plannedStartsOnGte=2023-01-01",
            "plannedStartsOnLte=2023-01-01",
            "plannedEndsOnGte=2023-01-01",
            "plannedEndsOnLte=2023-01-01",
        ],
        &["id", "plannedStartsOn", "plannedEndsOn"],
        true,
    ),
    (
        "/v1/exchanges",
        &[
            "status=PLANNED",
            "plannedStartsOnGte=2023-01-01",
            "plannedStartsOnLte=2023-01-01",
        ],
        &["id", "plannedStartsOn"],
        false,
    ),
    (
        "/v1/mentoring-sessions",
        &[
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "mentorId=01890a5d-ac96-774b-bcce-b302099a8057",
            "assignmentId=01890a5d-ac96-774b-bcce-b302099a8057",
            "kind=HEART_TO_HEART",
            "occurredOnGte=2023-01-01",
            "occurredOnLte=2023-01-01",
        ],
        &["id", "occurredOn"],
        true,
    ),
    (
        "/v1/follow-ups",
        &[
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "mentorId=01890a5d-ac96-774b-bcce-b302099a8057",
            "due=2023-07-24",
            "done=false",
            "done=true",
        ],
        &["id", "dueOn"],
        true,
    ),
    (
        "/v1/journal",
        &[
            "resourceType=cadre",
            "resourceId=01890a5d-ac96-774b-bcce-b302099a8057",
            "cadreId=01890a5d-ac96-774b-bcce-b302099a8057",
            "actorId=01890a5d-ac96-774b-bcce-b302099a8057",
            "action=cadre.created",
            "occurredAtGte=2023-01-01T00:00:00Z",
            "occurredAtLte=2023-01-01T00:00:00Z",
        ],
        &["position"],
        false,
    ),
];

/// The address of a list of one unit, where the list has such a filter.
pub fn addresses(unit: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (path, filters, sorts, by_unit) in LISTS {
        let parts = filters
            .iter()
            .map(ToString::to_string)
            .chain(sorts.iter().map(|sort| format!("sort={sort}")));
        for part in parts.chain([String::new()]) {
            all.push(format!("{path}?{part}&limit=2"));
            if *by_unit {
                all.push(format!("{path}?{part}&organizationId={unit}&limit=2"));
            }
        }
    }
    all
}

/// Copies of the demo's rows under new ids until every table that lists read has ten thousand, then the statistics of them.
pub fn fill(conn: &mut DbConn) {
    for (table, times, changed) in COPIES {
        let times = format!("(SELECT id FROM organizations LIMIT {times}) AS times");
        copy_rows(conn, table, &times, changed);
    }
    for made in MADE {
        let made = made.replace("NEW_ID", new_id());
        conn.batch_execute(&made.replace("NO_BYTES", no_bytes()))
            .unwrap();
    }
    conn.batch_execute("ANALYZE").unwrap();
}

/// A table, how many times it is copied, and which columns the copies have otherwise, so that nothing is there twice.
const COPIES: &[(&str, usize, ChangedColumns)] = &[
    (
        "cadres",
        9,
        &[
            ("political_mentor_id", "NULL"),
            ("professional_mentor_id", "NULL"),
        ],
    ),
    ("mentors", 9, &[]),
    (
        "assignments",
        4,
        &[("status", "'COMPLETED'"), ("replaces_id", "NULL")],
    ),
    (
        "evaluations",
        1,
        &[("live", "false"), ("supersedes_id", "NULL")],
    ),
];

/// Rows of what the demo has none of, and a journal of more than the few who loaded it.
const MADE: &[&str] = &[
    "INSERT INTO plans (id, version, created_at, updated_at, cadre_id, phase, template_id, theme, goals, status, starts_on,
         planned_ends_on, ends_on, organization_id, present_organization_id)
     SELECT NEW_ID, 1, cadres.created_at, cadres.updated_at, cadres.id, 'SEEDLING', phase_templates.id, 'x', '[]', 'DRAFT', reported_on,
         reported_on, reported_on, cadres.organization_id, cadres.organization_id
     FROM cadres, phase_templates
     WHERE phase_templates.phase = 'SEEDLING' AND NOT EXISTS
         (SELECT 1 FROM plans WHERE plans.cadre_id = cadres.id AND plans.phase = 'SEEDLING')",
    "INSERT INTO training_events (id, version, created_at, updated_at, organization_id, title, kind, starts_on, ends_on, hours,
         open_to_organization_id, open_to_phases, open_to_post_categories, status, enrolled, waitlisted, numbered)
     SELECT NEW_ID, 1, created_at, updated_at, organization_id, 'x', 'SPECIAL', reported_on, reported_on, 8, organization_id, '[]', '[]',
         'OPEN', 0, 0, 0
     FROM cadres",
    "INSERT INTO enrolments (id, version, created_at, updated_at, event_id, cadre_id, number, status, hours_credited, days_credited,
         result, organization_id, present_organization_id, host_organization_id)
     SELECT NEW_ID, 1, cadres.created_at, cadres.updated_at, training_events.id, cadres.id, 1, 'ENROLLED', 0, 0, 'NONE',
         cadres.organization_id, cadres.organization_id, cadres.organization_id
     FROM cadres JOIN training_events ON training_events.id = (SELECT id FROM training_events AS first
         WHERE first.organization_id = cadres.organization_id ORDER BY id LIMIT 1)",
    "INSERT INTO postings (id, version, created_at, updated_at, cadre_id, front, arrangement, host_organization_id, lead_mentor_id, task,
         planned_starts_on, planned_ends_on, status, overrides, organization_id, phase, present_organization_id)
     SELECT NEW_ID, 1, created_at, updated_at, id, 'PROJECT', 'TASK_FORCE', organization_id, political_mentor_id, 'x', reported_on,
         reported_on, 'PLANNED', '[]', organization_id, 'SEEDLING', organization_id
     FROM cadres WHERE NOT EXISTS (SELECT 1 FROM postings WHERE postings.cadre_id = cadres.id)",
    "INSERT INTO mentoring_sessions (id, version, created_at, updated_at, cadre_id, mentor_id, assignment_id, role, kind, occurred_at,
         occurred_on, ordinal, confidential, words, recorded_by, late, organization_id, present_organization_id)
     SELECT NEW_ID, 1, created_at, updated_at, cadre_id, mentor_id, id, role, 'GROUP', created_at, starts_on, 0, 0 = 1, NO_BYTES, 'MENTOR',
         0 = 1, organization_id, present_organization_id
     FROM assignments",
    "UPDATE mentoring_sessions SET group_id = id WHERE kind = 'GROUP'",
    "INSERT INTO follow_ups (id, version, created_at, updated_at, session_id, ordinal, owner, words, due_on, cadre_id, mentor_id,
         assignment_id, confidential, organization_id, present_organization_id)
     SELECT NEW_ID, 1, created_at, updated_at, id, 0, 'MENTOR', NO_BYTES, occurred_on, cadre_id, mentor_id, assignment_id, confidential,
         organization_id, present_organization_id
     FROM mentoring_sessions",
    "INSERT INTO exchanges (id, version, created_at, updated_at, title, planned_starts_on, planned_ends_on, status, organization_id)
     SELECT id, 1, created_at, updated_at, 'x', planned_starts_on, planned_ends_on, 'PLANNED', organization_id FROM postings",
    "UPDATE postings SET exchange_id = id",
    "INSERT INTO evaluation_rounds (id, version, created_at, updated_at, organization_id, kind, period_from, period_to, form_id, raters,
         opens_on, due_on, closes_on, status)
     SELECT NEW_ID, 1, forms.created_at, forms.updated_at, organizations.id, forms.kind, forms.valid_from, forms.valid_from, forms.id, '[]',
         forms.valid_from, forms.valid_from, forms.valid_from, 'CLOSED'
     FROM organizations, evaluation_forms AS forms WHERE organizations.kind = 'COUNTY'",
    "INSERT INTO rater_forms (id, version, created_at, updated_at, round_id, cadre_id, kind, period_from, period_to, evaluator_relation,
         rater, organization_id, status, missed_reason, open)
     SELECT NEW_ID, 1, cadres.created_at, cadres.updated_at, rounds.id, cadres.id, rounds.kind, rounds.period_from, rounds.period_to, 'UNIT',
         'UNIT', cadres.organization_id, 'MISSED', 'LATE', 0 = 1
     FROM cadres, (SELECT * FROM evaluation_rounds WHERE kind = 'ORDINARY' ORDER BY id LIMIT 1) AS rounds",
    "INSERT INTO absences (id, version, created_at, updated_at, cadre_id, kind, starts_on, ends_on)
     SELECT NEW_ID, 1, created_at, updated_at, id, 'SICK', reported_on, reported_on FROM cadres",
    "INSERT INTO kinships (id, version, created_at, updated_at, person_a_type, person_a_id, person_b_type, person_b_id, relation)
     SELECT NEW_ID, 1, created_at, updated_at, 'CADRE', id, 'MENTOR', id, '01' FROM cadres",
    "INSERT INTO journal_entries (occurred_at, action, resource_type, resource_id, version, changed_fields, actor_type, actor_id)
     SELECT created_at, 'cadre.created', 'cadre', id, 1, '[]', 'USER', NEW_ID FROM cadres",
];

/// A unit of the demo.
pub fn unit(conn: &mut DbConn, code: &'static str) -> Unit {
    let (id, path) = organizations::table
        .filter(organizations::code.eq(code))
        .select((organizations::id, organizations::path))
        .first(conn)
        .unwrap();
    Unit {
        id,
        code,
        path,
        name: code,
        kind: "",
    }
}

#[actix_web::test]
async fn a24_no_filter_and_no_sort_scans_a_table_and_a21_nothing_is_skipped_by_offset() {
    watch_statements();
    let app = demo_app().await;
    let mut conn = app.db();
    fill(&mut conn);
    forget_statements(&mut conn);
    let (root, township) = (unit(&mut conn, "BZ"), unit(&mut conn, "BZ-511903-T100"));
    let (manager, officer) = (
        app.client(Who::manager(&root)),
        app.client(Who::officer(&township)),
    );
    for (caller, is_manager) in [(manager, true), (officer, false)] {
        for unit in [&root, &township] {
            for address in addresses(&unit.id.to_string()) {
                let of_managers = ["/v1/journal", "/v1/matching-runs"];
                let is_open =
                    is_manager || !of_managers.iter().any(|list| address.starts_with(list));
                caller
                    .get(&address)
                    .await
                    .expect(if is_open { 200 } else { 403 });
            }
        }
    }
    let statements = statements_on(&mut conn);
    let lists: Vec<&String> = statements
        .iter()
        .filter(|sql| sql.starts_with("SELECT") && sql.contains("LIMIT"))
        .collect();
    assert!(
        lists.len() > 50,
        "only {} list statements were seen",
        lists.len()
    );
    let (mut faults, mut walks) = (Vec::new(), 0);
    for sql in lists {
        if sql.contains("OFFSET") {
            faults.push(format!("skips by OFFSET: {sql}"));
        }
        let plan = plan(&mut conn, sql);
        if !on_postgres() && is_walk(sql, &plan) {
            walks += 1;
            continue;
        }
        faults.extend(
            scans(&plan)
                .into_iter()
                .map(|line| format!("{line}\n  in {sql}\n {}", plan.join("\n "))),
        );
    }
    assert!(
        walks > 0 || on_postgres(),
        "whoever reaches the whole city walks its lists"
    );
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// What a statement says that tests a broad reach row by row: of the whole city, or of the appointed mentors of the county and of
/// the city's organs, whom an officer sees beside their own.
const BROAD: &[&str] = &[
    "EXISTS (SELECT organizations.id FROM organizations",
    "EXISTS (SELECT cadres.id FROM (cadres INNER JOIN organizations",
    "OR ((mentors.status = ",
];

/// Whether a statement walks an index in the order of its list until the page is full, so that few rows are passed over where the
/// reach is broad. For a narrow reach a walk is a scan.
fn is_walk(sql: &str, plan: &[String]) -> bool {
    let unquoted: String = sql.chars().filter(|c| !['`', '"'].contains(c)).collect();
    let is_broad = BROAD.iter().any(|sign| unquoted.contains(sign));
    let page = page_of(plan);
    is_broad
        && scans(plan).len() == 1
        && scans(page).len() == 1
        && !page.iter().any(|line| line.contains("TEMP B-TREE"))
}

/// The part of a plan that finds the rows of a page: a subquery where their ids are found first. What is around it sorts the few
/// rows of the page.
pub fn page_of(plan: &[String]) -> &[String] {
    let Some(start) = plan
        .iter()
        .position(|line| line.starts_with("LIST SUBQUERY"))
    else {
        return plan;
    };
    let within = &plan[start + 1..];
    let end = within.iter().position(|line| !line.starts_with(' '));
    &within[..end.unwrap_or(within.len())]
}

/// Tables of people and records.
pub const TABLES: &[&str] = &[
    "cadres",
    "mentors",
    "assignments",
    "evaluations",
    "growth_entries",
    "plans",
    "training_events",
    "enrolments",
    "postings",
    "mentoring_sessions",
    "follow_ups",
    "exchanges",
    "rater_forms",
    "absences",
    "kinships",
    "matching_runs",
    "matching_proposals",
    "journal_entries",
    "search_keys",
];

/// The lines of a plan that read a whole table or, on SQLite, a whole index of it. PostgreSQL plans a page for its own bounds, so
/// that a plan for any values cannot tell how much of an index is read; there the whole tables count.
fn scans(plan: &[String]) -> Vec<String> {
    let reads_whole = |line: &&String| {
        let sign = if on_postgres() {
            "Seq Scan on "
        } else {
            "SCAN "
        };
        let named = line.split_once(sign).map(|(_, rest)| rest);
        let table = named.and_then(|rest| rest.split(' ').next());
        table.is_some_and(|table| TABLES.contains(&table))
    };
    plan.iter().filter(reads_whole).cloned().collect()
}

/// How the database would carry out a statement.
///
/// # Panics
/// When it does not say.
pub fn plan(conn: &mut DbConn, sql: &str) -> Vec<String> {
    match conn {
        DbConn::Sqlite(conn) => sqlite_plan(conn, sql),
        DbConn::Postgres(conn) => postgres_plan(conn, sql),
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Integer)]
    parent: i32,
    #[diesel(sql_type = Text)]
    detail: String,
}

fn sqlite_plan(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
        .load(conn)
        .unwrap();
    let mut depths = BTreeMap::from([(0, 0)]);
    let indented = |step: Step| {
        let depth = depths.get(&step.parent).copied().unwrap_or_default();
        depths.insert(step.id, depth + 2);
        format!("{}{}", " ".repeat(depth), step.detail)
    };
    steps.into_iter().map(indented).collect()
}

#[derive(QueryableByName)]
struct PlanLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// A plan for any values, with sequential scans made dear, so that one shows only where no index would do.
fn postgres_plan(conn: &mut PgConnection, sql: &str) -> Vec<String> {
    let parameters = (1..).take_while(|n| sql.contains(&format!("${n}"))).count();
    let nulls = vec!["NULL"; parameters].join(", ");
    let call = if nulls.is_empty() {
        String::new()
    } else {
        format!("({nulls})")
    };
    let prepare = format!(
        "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; PREPARE shown AS {sql}"
    );
    conn.batch_execute(&prepare).unwrap();
    let lines: Vec<PlanLine> = diesel::sql_query(format!("EXPLAIN EXECUTE shown{call}"))
        .load(conn)
        .unwrap();
    conn.batch_execute("DEALLOCATE shown").unwrap();
    lines.into_iter().map(|line| line.line).collect()
}
