//! What every list keeps to: pages (A19), walks (A21), links (A22), totals (A23), plans (A24), sorts and fields (A25).

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};

use diesel::connection::{InstrumentationEvent, SimpleConnection, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::json;
use xinmiao::db::DbConn;

use crate::support::TestApp;

/// Every statement that any connection of this process ran since the log was opened.
static LOG: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(|| {
    let watch = || -> Option<Box<dyn diesel::connection::Instrumentation>> {
        Some(Box::new(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let text = query.to_string();
                let sql = text
                    .split("-- binds:")
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                LOG.lock().unwrap().insert(sql);
            }
        }))
    };
    set_default_instrumentation(watch).unwrap();
    Mutex::default()
});

/// Each list with its filters and sorts, alone and together with a unit.
const LISTS: &[(&str, &[&str], &[&str], bool)] = &[
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
fn addresses(unit: &str) -> Vec<String> {
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

#[actix_web::test]
async fn a24_no_filter_and_no_sort_scans_a_table_and_a21_nothing_is_skipped_by_offset() {
    LazyLock::force(&LOG);
    let app = TestApp::start().await;
    for (caller, is_manager) in [(app.manager(), true), (app.officer(), false)] {
        for unit in [&app.city.root, &app.city.enyang] {
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
    let statements: Vec<String> = LOG.lock().unwrap().iter().cloned().collect();
    let lists: Vec<&String> = statements
        .iter()
        .filter(|sql| sql.starts_with("SELECT") && sql.contains("LIMIT"))
        .collect();
    assert!(
        lists.len() > 50,
        "only {} list statements were seen",
        lists.len()
    );
    let mut conn = app.db();
    let mut faults = Vec::new();
    for sql in lists {
        if sql.contains("OFFSET") {
            faults.push(format!("skips by OFFSET: {sql}"));
        }
        faults.extend(
            scans(&mut conn, sql)
                .into_iter()
                .map(|line| format!("{line}\n  in {sql}")),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The lines of a statement's plan that read a whole table of people or records.
fn scans(conn: &mut DbConn, sql: &str) -> Vec<String> {
    const TABLES: &[&str] = &[
        "cadres",
        "mentors",
        "assignments",
        "evaluations",
        "growth_entries",
        "absences",
        "kinships",
        "matching_runs",
        "matching_proposals",
        "journal_entries",
        "search_keys",
    ];
    let plan = match conn {
        DbConn::Sqlite(conn) => sqlite_plan(conn, sql),
        DbConn::Postgres(conn) => postgres_plan(conn, sql),
    };
    let scans_table = |line: &str| {
        TABLES.iter().any(|table| {
            line.trim() == format!("SCAN {table}")
                || line.contains(&format!("Seq Scan on {table} "))
        })
    };
    plan.into_iter().filter(|line| scans_table(line)).collect()
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

fn sqlite_plan(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let steps = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load::<Step>(conn);
    steps
        .unwrap_or_default()
        .into_iter()
        .map(|step| step.detail)
        .collect()
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
    if conn.batch_execute(&prepare).is_err() {
        return Vec::new();
    }
    let lines = diesel::sql_query(format!("EXPLAIN EXECUTE shown{call}")).load::<PlanLine>(conn);
    conn.batch_execute("DEALLOCATE shown").unwrap();
    lines
        .unwrap_or_default()
        .into_iter()
        .map(|line| line.line)
        .collect()
}

#[actix_web::test]
async fn a19_limits_are_coerced_or_refused() {
    let app = TestApp::start().await;
    app.manager()
        .get("/v1/organizations?limit=5000")
        .await
        .expect(200);
    for bad in ["0", "-1", "x", "1.5", ""] {
        let refused = app
            .manager()
            .get(&format!("/v1/organizations?limit={bad}"))
            .await;
        assert_eq!(
            refused.expect_problem(400, "malformed-request").errors(),
            [("limit", "out-of-range")]
        );
    }
}

#[actix_web::test]
async fn a21_a_walk_returns_every_row_that_stayed_exactly_once_while_others_come_and_go() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let body = |name: &str| json!({ "name": name, "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
    let mut stayed = BTreeSet::new();
    for _ in 0..40 {
        let created = officer.post("/v1/cadres", &body("留下")).await.expect(201);
        stayed.insert(created.json["id"].as_str().unwrap().to_owned());
    }
    let mut next = Some("/v1/cadres?limit=3&sort=name".to_owned());
    let mut seen = Vec::new();
    while let Some(address) = next {
        let page = officer.get(&address).await.expect(200);
        seen.extend(
            page.json["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        next = page.json["nextCursor"]
            .as_str()
            .map(|cursor| format!("/v1/cadres?limit=3&sort=name&cursor={cursor}"));
        for name in ["来了", "走了"] {
            let made = officer.post("/v1/cadres", &body(name)).await.expect(201);
            let path = format!("/v1/cadres/{}", made.json["id"].as_str().unwrap());
            officer.delete(&path, "*").await.expect(204);
        }
    }
    let unique: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(unique.len(), seen.len());
    assert_eq!(unique, stayed);
}

#[actix_web::test]
async fn a22_links_match_the_body_and_a23_totals_come_only_when_asked_for() {
    let app = TestApp::start().await;
    let first = app
        .manager()
        .get("/v1/organizations?limit=2&kind=COUNTY,TOWNSHIP")
        .await
        .expect(200);
    assert_eq!(first.json.get("total"), None);
    let link = first.header("link").to_owned();
    let next = link
        .split(", ")
        .find(|part| part.ends_with("rel=\"next\""))
        .unwrap();
    let target = next.trim_start_matches('<').split('>').next().unwrap();
    assert!(target.contains(first.json["nextCursor"].as_str().unwrap()));
    let second = app.manager().get(target).await.expect(200);
    assert_ne!(second.json["items"], first.json["items"]);
    let counted = app
        .manager()
        .get("/v1/organizations?limit=2&kind=COUNTY,TOWNSHIP&count=exact")
        .await
        .expect(200);
    assert!(counted.json["total"].as_i64().unwrap() >= 3);
}

#[actix_web::test]
async fn a25_sorts_and_fields_come_from_a_list_of_allowed_names() {
    let app = TestApp::start().await;
    let thin = app
        .manager()
        .get("/v1/organizations?fields=name,code&limit=1")
        .await
        .expect(200);
    let mut members: Vec<&String> = thin.json["items"][0].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["code", "id", "name"]);
    for (query, parameter, code) in [
        ("fields=name,secret", "fields", "parameter-invalid"),
        ("sort=name", "sort", "parameter-invalid"),
        ("colour=red", "colour", "parameter-unknown"),
        ("kind=COUNTY&kind=CITY", "kind", "parameter-repeated"),
        ("kind=VILLAGE", "kind", "code-unknown"),
        ("count=estimated", "count", "parameter-invalid"),
    ] {
        let refused = app
            .manager()
            .get(&format!("/v1/organizations?{query}"))
            .await
            .expect_problem(400, "malformed-request");
        assert_eq!(refused.errors(), [(parameter, code)], "{query}");
    }
}
