//! The demo city: what is loaded is what its summary says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::config::RawConfig;
use xinmiao::db::schema::{
    assignments, cadres, evaluations, growth_entries, journal_entries, mentors, organizations,
};
use xinmiao::db::{DbConn, Id};
use xinmiao::demo::{self, Holding};

use crate::support::{Client, TestApp};

pub const PASSWORD: &str = "a-password-for-the-demo";

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/data/demo/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// An application with the demo city in place of the standard one.
pub async fn demo_app() -> TestApp {
    demo_app_with(|_| {}).await
}

/// The same, with settings that differ from the tests' own.
pub async fn demo_app_with(change: impl FnOnce(&mut RawConfig)) -> TestApp {
    let app = TestApp::start_with(change).await;
    let mut conn = app.db();
    diesel::update(organizations::table)
        .set(organizations::parent_id.eq(None::<Id>))
        .execute(&mut conn)
        .unwrap();
    diesel::delete(organizations::table)
        .execute(&mut conn)
        .unwrap();
    let heard = Arc::new(AtomicU64::new(0));
    let progress = Arc::clone(&heard);
    let hear = move |done, total| {
        assert!(done <= total);
        progress.store(done, Ordering::SeqCst);
    };
    let password = demo::load(app.service(), Some(PASSWORD), Arc::new(hear)).await;
    assert_eq!(password.unwrap(), PASSWORD);
    assert_eq!(
        heard.load(Ordering::SeqCst),
        345 + 1139 + 1180 + 2305 + 8721 + 13835
    );
    app
}

pub async fn signed_in(app: &TestApp, username: &str, password: &str) -> Client {
    let body = json!({ "username": username, "password": password });
    let session = app
        .anonymous()
        .post("/v1/sessions", &body)
        .await
        .expect(201);
    app.bearer(session.json["accessToken"].as_str().unwrap())
}

async fn total(client: &Client, path: &str) -> Value {
    let separator = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{separator}count=exact&limit=1");
    client.get(&path).await.expect(200).json["total"].clone()
}

/// The sums of the four scores of ORDINARY evaluations by the county of the unit.
fn score_sums(conn: &mut DbConn) -> BTreeMap<String, [i64; 4]> {
    let rows: Vec<(String, Option<String>)> = evaluations::table
        .inner_join(organizations::table.on(organizations::id.eq(evaluations::organization_id)))
        .filter(evaluations::kind.eq("ORDINARY"))
        .select((evaluations::scores, organizations::division_code))
        .load(conn)
        .unwrap();
    let mut sums = BTreeMap::<String, [i64; 4]>::new();
    for (scores, division) in rows {
        let scores: Value = serde_json::from_str(&scores).unwrap();
        let sums = sums.entry(division.unwrap()[..6].to_owned()).or_default();
        let names = [
            "STATE_OF_MIND",
            "WORK_PERFORMANCE",
            "POST_FIT",
            "COMPETENCE",
        ];
        for (sum, name) in sums.iter_mut().zip(names) {
            let all = scores.as_array().unwrap();
            let score = all.iter().find(|score| score["dimension"] == name).unwrap();
            *sum += score["score"].as_i64().unwrap();
        }
    }
    sums
}

#[actix_web::test]
async fn the_demo_reproduces_its_summary_and_is_journaled_by_the_service_itself() {
    let app = demo_app().await;
    let summary: Value = serde_json::from_slice(&file("summary.json")).unwrap();
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let counts = &summary["counts"];
    for (path, count) in [
        ("/v1/organizations", "organizations"),
        ("/v1/cadres", "cadres"),
        ("/v1/mentors", "mentors"),
        ("/v1/assignments?status=ACTIVE", "pairingsActive"),
        ("/v1/assignments?status=REPLACED", "pairingsEnded"),
        ("/v1/evaluations?status=CONFIRMED", "evaluations"),
        ("/v1/evaluations?kind=ANNUAL", "evaluationsAnnual"),
        ("/v1/growth-entries?status=VERIFIED", "growthEntries"),
        ("/v1/postings", "postings"),
    ] {
        assert_eq!(total(&manager, path).await, counts[count], "{path}");
    }
    for (phase, count) in summary["cadres"]["phases"].as_object().unwrap() {
        let path = format!("/v1/cadres?phase={phase}");
        assert_eq!(total(&manager, &path).await, *count, "{path}");
    }
    for (mentoring, count) in [("FULL", 1106), ("PARTIAL", 26), ("NONE", 7)] {
        let path = format!("/v1/cadres?mentoring={mentoring}");
        assert_eq!(total(&manager, &path).await, count, "{path}");
    }
    let outside = &summary["cadres"]["householdOutsideBazhong"];
    assert_eq!(
        total(&manager, "/v1/cadres?nonLocal=PREFECTURE").await,
        *outside
    );
    check_figures(&manager, &summary).await;
    check_postings(&manager, &summary["postings"]).await;
    for (path, count) in [
        ("/v1/mentoring-sessions", 14_100),
        ("/v1/mentoring-sessions?kind=HEART_TO_HEART", 4_777),
        ("/v1/follow-ups?done=true", 1_567),
        ("/v1/follow-ups?done=false", 335),
    ] {
        assert_eq!(total(&manager, path).await, count, "{path}");
    }
    let mut conn = app.db();
    for (county, sums) in score_sums(&mut conn) {
        let expected = &summary["counties"][&county]["ordinaryScoreSums"];
        let names = ["stateOfMind", "workPerformance", "postFit", "competence"];
        assert_eq!(
            names.map(|name| expected[name].as_i64().unwrap()),
            sums,
            "{county}"
        );
    }
    let seats: Vec<i32> = mentors::table
        .select(mentors::active_mentees)
        .load(&mut conn)
        .unwrap();
    assert_eq!(seats.iter().map(|n| i64::from(*n)).sum::<i64>(), 2238);
    assert_eq!(seats.iter().filter(|n| **n == 0).count(), 33);
    let successors: i64 = assignments::table
        .filter(assignments::replaces_id.is_not_null())
        .count()
        .get_result(&mut conn)
        .unwrap();
    assert_eq!(successors, 67);
    let by_others: i64 = journal_entries::table
        .filter(journal_entries::actor_type.ne("SYSTEM"))
        .filter(journal_entries::resource_type.ne("session"))
        .count()
        .get_result(&mut conn)
        .unwrap();
    assert_eq!(by_others, 0);
    let entries: i64 = growth_entries::table.count().get_result(&mut conn).unwrap();
    assert_eq!(entries, 13835);
}

/// The figures of the city are those of the summary.
async fn check_figures(manager: &Client, summary: &Value) {
    let cities = manager.get("/v1/organizations?kind=CITY").await.expect(200);
    let city = cities.json["items"][0]["id"].as_str().unwrap();
    let figures = manager
        .get(&format!("/v1/organizations/{city}/summary"))
        .await
        .expect(200)
        .json;
    let cover = &summary["mentorCover"];
    let expected = json!({
        "cadres": summary["counts"]["cadres"],
        "coverage": { "full": cover["2"], "partial": cover["1"], "none": cover["0"] },
    });
    assert_eq!(figures["cadres"], expected["cadres"]);
    assert_eq!(figures["coverage"], expected["coverage"]);
    for (phase, count) in summary["cadres"]["phases"].as_object().unwrap() {
        assert_eq!(&figures["phases"][phase], count, "{phase}");
    }
    let (mentors, seats) = (&figures["mentors"], &figures["seats"]);
    assert_eq!(mentors["total"], summary["counts"]["mentors"]);
    assert_eq!(mentors["withoutMentee"], summary["mentorsWithoutMentee"]);
    assert_eq!(seats["political"], summary["mentorSeats"]["POLITICAL"]);
    assert_eq!(
        seats["professional"],
        summary["mentorSeats"]["PROFESSIONAL"]
    );
    assert_eq!(seats["taken"], summary["counts"]["pairingsActive"]);
}

/// Postings by front, arrangement and status are those of the summary.
async fn check_postings(manager: &Client, summary: &Value) {
    for (filter, counts) in [("front", "byFront"), ("arrangement", "byArrangement")] {
        for (word, count) in summary[counts].as_object().unwrap() {
            let path = format!("/v1/postings?{filter}={word}");
            assert_eq!(total(manager, &path).await, *count, "{path}");
        }
    }
    let running = &summary["runningOnReferenceDate"];
    assert_eq!(total(manager, "/v1/postings?status=ACTIVE").await, *running);
    assert_eq!(
        total(manager, "/v1/postings?status=FINISHED").await,
        520 - 336
    );
    assert_eq!(total(manager, "/v1/postings?status=PLANNED").await, 0);
}

#[actix_web::test]
async fn the_roster_over_the_demo_changes_nothing() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let rows = |conn: &mut DbConn| -> (i64, i64) {
        (
            cadres::table.count().get_result(conn).unwrap(),
            journal_entries::table.count().get_result(conn).unwrap(),
        )
    };
    let before = rows(&mut app.db());
    for (path, name, count) in [
        ("/v1/cadres/_import", "roster.csv", 1139),
        ("/v1/cadres/_import?source=demo", "cadres.csv", 1139),
        ("/v1/mentors/_import?source=demo", "mentors.csv", 1180),
        (
            "/v1/organizations/_import?source=demo",
            "organizations.csv",
            345,
        ),
    ] {
        let request = manager.request(Method::POST, path);
        let answer = request
            .body("text/csv", file(name))
            .send()
            .await
            .expect(200);
        assert_eq!(answer.json["unchanged"], count, "{name}: {}", answer.text());
        assert_eq!(answer.json["applied"], true);
    }
    assert_eq!(rows(&mut app.db()), before);
}

#[actix_web::test]
async fn each_account_sees_its_own_part_and_a_new_password_replaces_the_old_one() {
    let app = demo_app().await;
    let holding = demo::holding(&app.service().db).await.unwrap();
    assert_eq!(holding, Holding::Demo);
    assert!(demo::check(&app.service().db, false).await.is_err());
    for (username, count) in [("manager", 1139), ("enyang", 158), ("cadre", 1)] {
        let client = signed_in(&app, username, PASSWORD).await;
        assert_eq!(total(&client, "/v1/cadres").await, count, "{username}");
    }
    let mentor = signed_in(&app, "mentor", PASSWORD).await;
    let mentees = mentor.get("/v1/cadres").await.expect(200);
    let names: Vec<&str> = mentees.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cadre| cadre["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"寇佳倩"), "{names:?}");
    for username in ["admin", "officer", "auditor", "analyst"] {
        signed_in(&app, username, PASSWORD).await;
    }
    let cadre = signed_in(&app, "cadre", PASSWORD).await;
    let own = cadre.get("/v1/cadres").await.expect(200);
    let id = own.json["items"][0]["id"].as_str().unwrap();
    let written = cadre
        .get(&format!("/v1/evaluations?cadreId={id}"))
        .await
        .expect(200);
    let first = &written.json["items"][0];
    assert_eq!(
        (&first["kind"], &first["grade"]),
        (&json!("ANNUAL"), &json!("UNGRADED_PROBATION"))
    );
    assert_eq!(first["acknowledgedAt"], "2023-01-09T16:00:00.000000Z");
    demo::replace_password(app.service(), "another-password-1")
        .await
        .unwrap();
    signed_in(&app, "enyang", "another-password-1").await;
    let old = json!({ "username": "enyang", "password": PASSWORD });
    app.anonymous()
        .post("/v1/sessions", &old)
        .await
        .expect_problem(401, "unauthenticated");
}
