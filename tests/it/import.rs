//! People and units from files: the demo city's own, and small ones.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::schema::{cadres, journal_entries, organizations};
use xinmiao::db::{DbConn, Id};

use crate::support::{Answer, Client, TestApp, Unit, Who};

fn demo(file: &str) -> Vec<u8> {
    std::fs::read(format!("{}/data/demo/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

async fn import(client: &Client, path: &str, file: impl Into<Vec<u8>>) -> Answer {
    client
        .request(Method::POST, path)
        .body("text/csv", file)
        .send()
        .await
}

/// Created, updated, unchanged, failed, applied.
fn counts(answer: &Answer) -> (i64, i64, i64, i64, bool) {
    let count = |name: &str| answer.json[name].as_i64().unwrap();
    (
        count("created"),
        count("updated"),
        count("unchanged"),
        count("failed"),
        answer.json["applied"].as_bool().unwrap(),
    )
}

/// The findings of severity error, as `roster_defects.expected.json` writes them.
fn errors(answer: &Answer) -> Value {
    let rows = answer.json["rows"].as_array().unwrap();
    let of_row = |row: &Value| -> Vec<Value> {
        let findings = row["errors"].as_array().unwrap().iter();
        findings
            .filter(|finding| finding["severity"] == "error")
            .map(|finding| json!({ "row": row["row"], "column": finding["column"], "code": finding["code"], "severity": "error" }))
            .collect()
    };
    rows.iter().flat_map(of_row).collect()
}

fn rows_of(conn: &mut DbConn) -> (i64, i64) {
    (
        cadres::table.count().get_result(conn).unwrap(),
        journal_entries::table.count().get_result(conn).unwrap(),
    )
}

/// The demo city's organizations in place of the standard ones, and its manager.
async fn demo_city(app: &TestApp) -> Client {
    let mut conn = app.db();
    diesel::update(organizations::table)
        .set(organizations::parent_id.eq(None::<Id>))
        .execute(&mut conn)
        .unwrap();
    diesel::delete(organizations::table)
        .execute(&mut conn)
        .unwrap();
    let path = "/v1/organizations/_import?source=demo";
    let file = demo("organizations.csv");
    let made = import(&app.administrator(), path, file.clone())
        .await
        .expect(200);
    assert_eq!(counts(&made), (345, 0, 0, 0, true), "{}", made.text());
    let again = import(&app.administrator(), path, file).await.expect(200);
    assert_eq!(counts(&again), (0, 0, 345, 0, true), "{}", again.text());
    let (id, path): (Id, String) = organizations::table
        .filter(organizations::code.eq("BZ"))
        .select((organizations::id, organizations::path))
        .first(&mut conn)
        .unwrap();
    let root = Unit {
        id,
        path,
        ..app.city.root.clone()
    };
    app.client(Who::manager(&root))
}

#[actix_web::test]
async fn the_demo_roster_creates_everyone_once() {
    let app = TestApp::start().await;
    let manager = demo_city(&app).await;
    let started = Instant::now();
    let path = "/v1/cadres/_import";
    let first = import(&manager, path, demo("roster.csv")).await.expect(200);
    assert_eq!(counts(&first), (1139, 0, 0, 0, true), "{}", first.text());
    assert_eq!(first.json["warnings"], 1139);
    assert!(started.elapsed() < Duration::from_secs(60));
    let before = rows_of(&mut app.db());
    let again = import(&manager, path, demo("roster.csv")).await.expect(200);
    assert_eq!(counts(&again), (0, 0, 1139, 0, true), "{}", again.text());
    assert_eq!(rows_of(&mut app.db()), before);
    // The machine form says the same and brings the external ids and the few days that the roster leaves out.
    let machine = import(
        &manager,
        "/v1/cadres/_import?source=demo",
        demo("cadres.csv"),
    );
    let machine = machine.await.expect(200);
    assert_eq!(counts(&machine), (0, 1139, 0, 0, true));
    let roster = import(&manager, path, demo("roster.csv")).await.expect(200);
    assert_eq!(counts(&roster), (0, 0, 1139, 0, true), "{}", roster.text());
    app.sealed().await;
    let found = manager
        .get("/v1/cadres?externalId=demo:C-000371")
        .await
        .expect(200);
    let cadre = &found.json["items"][0];
    assert_eq!(
        (&cadre["name"], &cadre["phase"], &cadre["mentoring"]),
        (&json!("寇佳倩"), &json!("SEEDLING"), &json!("NONE"))
    );
    let journal = format!("/v1/journal?resourceId={}", cadre["id"].as_str().unwrap());
    let journal = app.auditor().get(&journal).await.expect(200);
    assert_eq!(journal.json["items"][0]["action"], "cadre.created");
    assert_eq!(
        journal.json["items"][1]["changedFields"],
        json!(["externalIds"])
    );
}

#[actix_web::test]
async fn the_planted_defects_are_found_and_the_good_rows_written() {
    let app = TestApp::start().await;
    let manager = demo_city(&app).await;
    let expected: Value = serde_json::from_slice(&demo("roster_defects.expected.json")).unwrap();
    let before = rows_of(&mut app.db());
    for path in [
        "/v1/cadres/_import?dryRun=true",
        "/v1/cadres/_import?mode=atomic",
        "/v1/cadres/_import?mode=atomic&dryRun=true",
    ] {
        let looked = import(&manager, path, demo("roster_defects.csv"))
            .await
            .expect(200);
        assert_eq!(counts(&looked), (40, 0, 0, 20, false));
        assert_eq!(errors(&looked), expected);
        assert_eq!(rows_of(&mut app.db()), before, "{path}");
    }
    let real = import(&manager, "/v1/cadres/_import", demo("roster_defects.csv"));
    let real = real.await.expect(200);
    assert_eq!(counts(&real), (40, 0, 0, 20, true));
    assert_eq!(errors(&real), expected);
    assert_eq!(rows_of(&mut app.db()), (before.0 + 40, before.1 + 40));
    let again = import(&manager, "/v1/cadres/_import", demo("roster_defects.csv"));
    let again = again.await.expect(200);
    assert_eq!(counts(&again), (0, 0, 40, 20, true));
}

#[actix_web::test]
async fn every_encoding_reads_the_same() {
    let app = TestApp::start().await;
    let file = "姓名,工作单位,报到时间,出生年月\n李雨瑶,渔溪镇,2022.8.26,1998.03\n";
    let (gb18030, _, _) = encoding_rs::GB18030.encode(file);
    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend(file.as_bytes());
    let officer = app.officer();
    let path = "/v1/cadres/_import?dryRun=true";
    for bytes in [file.as_bytes().to_vec(), marked, gb18030.into_owned()] {
        let read = import(&officer, path, bytes).await.expect(200);
        assert_eq!(counts(&read), (1, 0, 0, 0, false), "{}", read.text());
    }
}

#[actix_web::test]
async fn empty_cells_and_coarser_dates_never_overwrite() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let path = "/v1/cadres/_import?source=hr";
    let head = "externalId,name,birthDate,school,organizationCode,reportedOn,phone\n";
    let first =
        format!("{head}C-1,李雨瑶,1998-03-15,四川师范大学,BZ-511903-YX,2022-08-26,10015499830\n");
    let made = import(&officer, path, first).await.expect(200);
    assert_eq!(counts(&made), (1, 0, 0, 0, true), "{}", made.text());
    let coarser = format!("{head}C-1,,1998-03,,,,\n");
    let same = import(&officer, path, coarser).await.expect(200);
    assert_eq!(counts(&same), (0, 0, 1, 0, true), "{}", same.text());
    let other_month = format!("{head}C-1,,1998-04,,,,\n");
    let kept = import(&officer, path, other_month).await.expect(200);
    assert_eq!(counts(&kept), (0, 0, 1, 0, true));
    assert_eq!(kept.json["warnings"], 1);
    let changed = format!("{head}C-1,,,西华师范大学,,,\n");
    let updated = import(&officer, path, changed).await.expect(200);
    assert_eq!(counts(&updated), (0, 1, 0, 0, true));
    let id = updated.json["rows"][0]["id"].as_str().unwrap();
    let cadre = officer.get(&format!("/v1/cadres/{id}")).await.expect(200);
    assert_eq!(cadre.json["birthDate"], "1998-03-15");
    assert_eq!(cadre.json["school"], "西华师范大学");
    assert_eq!(cadre.json["version"], 2);
}

#[actix_web::test]
async fn a_new_person_without_a_day_of_reporting_is_not_made_up() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let file = "externalId,name,organizationCode,reportedOn\nC-1,李雨瑶,BZ-511903-YX,\n";
    let refused = import(&officer, "/v1/cadres/_import?source=hr", file)
        .await
        .expect(200);
    assert_eq!(counts(&refused), (0, 0, 0, 1, true), "{}", refused.text());
    let faults = errors(&refused).to_string();
    assert!(faults.contains("required"), "{faults}");
    assert!(faults.contains("reportedOn"), "{faults}");
}

#[actix_web::test]
async fn another_unit_is_a_transfer_today_and_a_unit_out_of_reach_is_unknown() {
    let app = TestApp::start().await;
    let manager = app.client(Who::manager(&app.city.enyang));
    let head = "externalId,name,organizationCode,reportedOn\n";
    let file = |unit: &str| format!("{head}C-1,李雨瑶,{unit},2022-08-26\n");
    let path = "/v1/cadres/_import?source=hr";
    let made = import(&manager, path, file("BZ-511903-YX"))
        .await
        .expect(200);
    let id = made.json["rows"][0]["id"].as_str().unwrap().to_owned();
    let moved = import(&manager, path, file("BZ-511903-LL"))
        .await
        .expect(200);
    assert_eq!(counts(&moved), (0, 1, 0, 0, true), "{}", moved.text());
    let career = manager
        .get(&format!("/v1/cadres/{id}/career"))
        .await
        .expect(200);
    assert_eq!(career.json["posts"][0]["endsOn"], "2023-07-23");
    assert_eq!(career.json["posts"][1]["startsOn"], "2023-07-24");
    let refused = import(&manager, path, file("BZ-511902-QJ"))
        .await
        .expect(200);
    assert_eq!(
        errors(&refused),
        json!([{ "row": 1, "column": "organizationCode", "code": "organization-unknown", "severity": "error" }])
    );
    let stranger = app.client(Who::officer(&app.city.qingjiang));
    let theirs = import(&stranger, path, file("BZ-511902-QJ"))
        .await
        .expect(200);
    assert_eq!(
        errors(&theirs),
        json!([{ "row": 1, "column": "externalId", "code": "not-unique", "severity": "error" }])
    );
    assert_eq!(theirs.json["rows"][0]["id"], Value::Null);
}

#[actix_web::test]
async fn a_namesake_of_the_same_birth_and_unit_is_a_possible_duplicate() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let head = "name,birthDate,identityNumber,organizationCode,reportedOn\n";
    let path = "/v1/cadres/_import";
    let row = |number: &str| format!("李雨瑶,1998-03,{number},BZ-511903-YX,2022-08-26\n");
    let both = format!(
        "{head}{}{}",
        row("990001199803150026"),
        row("990001199803151002")
    );
    let made = import(&officer, path, both).await.expect(200);
    assert_eq!(counts(&made), (1, 0, 0, 1, true), "{}", made.text());
    assert_eq!(
        errors(&made),
        json!([{ "row": 2, "column": "identityNumber", "code": "possible-duplicate", "severity": "error" }])
    );
    let nameless = format!("{head}{}", row(""));
    let doubtful = import(&officer, path, nameless).await.expect(200);
    assert_eq!(errors(&doubtful)[0]["code"], "possible-duplicate");
}

#[actix_web::test]
async fn a_number_out_of_reach_tells_nothing_and_leaves_a_trace() {
    let app = TestApp::start().await;
    let file = |unit: &str| {
        format!(
            "name,identityNumber,organizationCode,reportedOn\n李雨瑶,990001199803150026,{unit},2022-08-26\n"
        )
    };
    let path = "/v1/cadres/_import";
    import(&app.officer(), path, file("BZ-511903-YX"))
        .await
        .expect(200);
    let stranger = app.client(Who::officer(&app.city.qingjiang));
    let refused = import(&stranger, path, file("BZ-511902-QJ"))
        .await
        .expect(200);
    assert_eq!(counts(&refused), (0, 0, 0, 1, true));
    assert_eq!(refused.json["rows"][0]["id"], Value::Null);
    assert_eq!(errors(&refused)[0]["code"], "identity-number-duplicate");
    app.sealed().await;
    let journal = app
        .auditor()
        .get("/v1/journal?action=cadre.identity-number-collided")
        .await
        .expect(200);
    assert_eq!(journal.json["items"].as_array().unwrap().len(), 1);
    // The same number again tells nothing new.
    for _ in 0..9 {
        import(&stranger, path, file("BZ-511902-QJ"))
            .await
            .expect(200);
    }
}

#[actix_web::test]
async fn a15_a_keyed_import_is_replayed_whether_it_takes_one_transaction_or_several() {
    let app = TestApp::start().await;
    let manager = demo_city(&app).await;
    for (file, key) in [
        ("roster_defects.csv", "import-small"),
        ("roster.csv", "import-large"),
    ] {
        let send = || {
            let request = manager.request(Method::POST, "/v1/cadres/_import");
            request.keyed(key).body("text/csv", demo(file)).send()
        };
        let first = send().await.expect(200);
        let again = send().await.expect(200);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.body, first.body);
        let other = manager.request(Method::POST, "/v1/cadres/_import");
        other
            .keyed(key)
            .body("text/csv", "name\nx\n")
            .send()
            .await
            .expect_problem(422, "idempotency-mismatch");
    }
}

#[actix_web::test]
async fn what_is_no_such_file_is_refused_as_a_whole() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let path = "/v1/cadres/_import";
    let large = vec![b'a'; 10 * 1024 * 1024 + 1];
    import(&officer, path, large)
        .await
        .expect_problem(413, "payload-too-large");
    let mut long = "name\n".to_owned();
    long.push_str(&"x\n".repeat(100_001));
    import(&officer, path, long)
        .await
        .expect_problem(413, "payload-too-large");
    for (file, code) in [
        ("", "csv-headings"),
        ("血型\nA\n", "csv-headings"),
        ("name,sex\n\"a,1\n", "csv-quote"),
        ("name,sex\n1,2,3\n", "csv-cells"),
    ] {
        let refused = import(&officer, path, file)
            .await
            .expect_problem(400, "malformed-request");
        assert_eq!(refused.errors(), [("body", code)]);
    }
    let sourceless = import(&officer, path, "externalId,name\nC-1,李雨瑶\n").await;
    assert_eq!(sourceless.expect(400).errors(), [("source", "required")]);
    officer
        .request(Method::POST, path)
        .body("application/json", "{}")
        .send()
        .await
        .expect_problem(415, "unsupported-media-type");
    let unknown = import(&officer, "/v1/cadres/_import?mode=some&x=1", "name\n").await;
    assert_eq!(unknown.expect(400).errors().len(), 2);
}

#[actix_web::test]
async fn mentors_are_appointed_by_a_manager_and_nominated_by_others() {
    let app = TestApp::start().await;
    let manager = demo_city(&app).await;
    let path = "/v1/mentors/_import?source=demo";
    let before = rows_of(&mut app.db());
    let dry = format!("{path}&dryRun=true");
    let looked = import(&manager, &dry, demo("mentors.csv"))
        .await
        .expect(200);
    assert_eq!(counts(&looked), (1180, 0, 0, 0, false));
    assert_eq!(rows_of(&mut app.db()), before);
    let made = import(&manager, path, demo("mentors.csv"))
        .await
        .expect(200);
    assert_eq!(counts(&made), (1180, 0, 0, 0, true), "{}", made.text());
    let again = import(&manager, path, demo("mentors.csv"))
        .await
        .expect(200);
    assert_eq!(counts(&again), (0, 0, 1180, 0, true));
    let found = manager
        .get("/v1/mentors?externalId=demo:M-000382")
        .await
        .expect(200);
    assert_eq!(found.json["items"][0]["status"], "APPOINTED");
    assert_eq!(
        found.json["items"][0]["expertise"],
        json!(["纪检监察", "乡村振兴", "党建"])
    );

    let small = TestApp::start().await;
    let file = "姓名,工作单位,导师类型\n王建国,渔溪镇,政治导师；业务导师\n";
    let officer = small.officer();
    let made = import(&officer, "/v1/mentors/_import", file)
        .await
        .expect(200);
    assert_eq!(counts(&made), (1, 0, 0, 0, true), "{}", made.text());
    let again = import(&officer, "/v1/mentors/_import", file)
        .await
        .expect(200);
    assert_eq!(counts(&again), (0, 0, 1, 0, true));
    let id = made.json["rows"][0]["id"].as_str().unwrap();
    let mentor = officer.get(&format!("/v1/mentors/{id}")).await.expect(200);
    assert_eq!(mentor.json["status"], "NOMINATED");
    assert_eq!(mentor.json["roles"], json!(["POLITICAL", "PROFESSIONAL"]));
}

#[actix_web::test]
async fn units_build_on_units_of_the_same_file_and_atomic_undoes_them() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let file = "code,name,kind,parentCode\nBZ-N-1,新镇,TOWNSHIP,BZ-N\nBZ-N,新区,COUNTY,BZ\nBZ-X,某镇,TOWNSHIP,NOWHERE\n";
    let count =
        |conn: &mut DbConn| -> i64 { organizations::table.count().get_result(conn).unwrap() };
    let before = count(&mut app.db());
    for query in ["?dryRun=true", "?mode=atomic", "?mode=atomic&dryRun=true"] {
        let path = format!("/v1/organizations/_import{query}");
        let looked = import(&manager, &path, file).await.expect(200);
        assert_eq!(counts(&looked), (2, 0, 0, 1, false), "{}", looked.text());
        assert_eq!(looked.json["rows"][0]["id"], Value::Null);
        assert_eq!(count(&mut app.db()), before);
    }
    let made = import(&manager, "/v1/organizations/_import", file)
        .await
        .expect(200);
    assert_eq!(counts(&made), (2, 0, 0, 1, true));
    assert_eq!(
        errors(&made),
        json!([{ "row": 3, "column": "parentCode", "code": "organization-unknown", "severity": "error" }])
    );
    let renamed = "code,name\nBZ-N-1,新街镇\n";
    let again = import(&manager, "/v1/organizations/_import", renamed)
        .await
        .expect(200);
    assert_eq!(counts(&again), (0, 1, 0, 0, true), "{}", again.text());
    let found = manager.get("/v1/organizations?q=新镇").await.expect(200);
    assert_eq!(found.json["items"][0]["name"], "新街镇");
    let officer = app.officer();
    import(&officer, "/v1/organizations/_import", renamed)
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_report_tells_a_thousand_findings_and_counts_them_all() {
    let app = TestApp::start().await;
    let mut file = String::from("name,sex,organizationCode\n");
    for n in 0..2_000 {
        file.push_str(&format!("王{n}号,9x,NOWHERE\n"));
    }
    let answer = import(&app.manager(), "/v1/cadres/_import", file).await;
    let report = answer.expect(200).json;
    assert_eq!(
        (&report["failed"], &report["truncated"]),
        (&json!(2_000), &json!(true))
    );
    assert!(report["errors"].as_u64().unwrap() >= 4_000);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2_000, "what became of each row is told");
    let told: usize = rows
        .iter()
        .map(|row| row["errors"].as_array().unwrap().len())
        .sum();
    assert_eq!(told, 1_000);
    let short = "name,sex,organizationCode\n王一,9x,NOWHERE\n";
    let short = import(&app.manager(), "/v1/cadres/_import", short).await;
    assert_eq!(short.expect(200).json["truncated"], false);
}
