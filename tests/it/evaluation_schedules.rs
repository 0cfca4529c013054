//! Schedules: a round of each quarter and year, made by itself as it begins, once, also days late and with two instances.

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::evaluation_rounds::round;
use crate::support::{Client, TestApp, Who};

const LIST: &str = "/v1/evaluation-schedules";
const DAY: i64 = 24 * 3600;

/// A schedule of a unit.
pub fn schedule(unit: Id, kind: &str) -> Value {
    json!({ "organizationId": unit, "kind": kind, "opensAfterDays": 1, "dueAfterDays": 15, "closesAfterDays": 31 })
}

/// What one instance does as it looks at the calendar.
async fn keep(app: &TestApp) {
    let service = app.service();
    let context = xinmiao::context::Context::system(&service.deps, "calendar");
    xinmiao::evaluation_rounds::keep(&service.db, &context)
        .await
        .unwrap();
}

/// First and last day, days of opening and close, and status of all rounds, the earliest first.
async fn rounds(manager: &Client) -> Vec<String> {
    let listed = manager.get("/v1/evaluation-rounds?sort=periodTo").await;
    let listed = listed.expect(200);
    let items = listed.json["items"].as_array().unwrap();
    let members = ["periodFrom", "periodTo", "opensOn", "closesOn", "status"];
    let words = |round: &Value| members.map(|name| round[name].as_str().unwrap()).join(" ");
    items.iter().map(words).collect()
}

#[actix_web::test]
async fn the_present_quarter_is_planned_and_the_next_as_it_begins_also_days_late_and_once() {
    let app = TestApp::start().await;
    let made = app
        .manager()
        .post(LIST, &schedule(app.city.root.id, "ORDINARY"))
        .await;
    assert_eq!(made.expect(201).json["nextFrom"], "2023-07-01");
    // Two instances at once, and again.
    futures_util::future::join(keep(&app), keep(&app)).await;
    keep(&app).await;
    let third = "2023-07-01 2023-09-30 2023-10-01 2023-10-31";
    assert_eq!(rounds(&app.manager()).await, [format!("{third} PLANNED")]);
    // Three days late into the next quarter, the schedule edited meanwhile: what is made stays, and what is not takes the new days.
    let manager = app.manager();
    let listed = manager.get(LIST).await.expect(200);
    let path = format!("{LIST}/{}", listed.json["items"][0]["id"].as_str().unwrap());
    let change = json!({ "closesAfterDays": 40 });
    let changed = manager.patch(&path, "*", &change).await.expect(200);
    assert_eq!(changed.json["nextFrom"], "2023-10-01");
    app.advance(72 * DAY);
    futures_util::future::join(keep(&app), keep(&app)).await;
    let fourth = "2023-10-01 2023-12-31 2024-01-01 2024-02-09";
    let manager = app.client(Who::manager(&app.city.root));
    let expected = [format!("{third} OPEN"), format!("{fourth} PLANNED")];
    assert_eq!(rounds(&manager).await, expected);
}

#[actix_web::test]
async fn what_people_planned_stands_and_what_they_removed_is_not_made_again() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let mut own = round(app.city.root.id, "ORDINARY");
    (own["periodFrom"], own["periodTo"]) = (json!("2023-07-01"), json!("2023-09-30"));
    (own["opensOn"], own["dueOn"], own["closesOn"]) = (
        json!("2023-10-08"),
        json!("2023-10-20"),
        json!("2023-11-01"),
    );
    let own = manager
        .post("/v1/evaluation-rounds", &own)
        .await
        .expect(201);
    let made = manager
        .post(LIST, &schedule(app.city.root.id, "ORDINARY"))
        .await;
    let made = made.expect(201);
    keep(&app).await;
    let expected = ["2023-07-01 2023-09-30 2023-10-08 2023-11-01 PLANNED"];
    assert_eq!(rounds(&manager).await, expected);
    let gone = manager.delete(own.header("location"), "*").await;
    gone.expect(204);
    keep(&app).await;
    assert!(rounds(&manager).await.is_empty());
    let end = format!("{}/_end", made.header("location"));
    manager.post(&end, &json!({})).await.expect(200);
    app.advance(72 * DAY);
    keep(&app).await;
    assert!(
        rounds(&app.client(Who::manager(&app.city.root)))
            .await
            .is_empty()
    );
}

#[actix_web::test]
async fn a_year_has_one_round_and_a_unit_one_schedule_of_a_kind() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let body = schedule(app.city.enyang.id, "ANNUAL");
    let made = manager.post(LIST, &body).await.expect(201);
    keep(&app).await;
    let expected = ["2023-01-01 2023-12-31 2024-01-01 2024-01-31 PLANNED"];
    assert_eq!(rounds(&manager).await, expected);
    let twin = manager.post(LIST, &body).await;
    let twin = twin.expect_problem(409, "duplicate");
    assert_eq!(twin.json["current"]["id"], made.json["id"]);
    let cases: &[(&str, Value, &str, &str)] = &[
        ("kind", json!("PHASE"), "/kind", "code-unknown"),
        ("startsOn", json!("2022-12-31"), "/startsOn", "not-before"),
        ("dueAfterDays", json!(0), "/dueAfterDays", "out-of-range"),
        (
            "closesAfterDays",
            json!(14),
            "/closesAfterDays",
            "out-of-range",
        ),
        (
            "organizationId",
            json!(app.id()),
            "/organizationId",
            "reference-unknown",
        ),
    ];
    for (member, value, pointer, code) in cases {
        let mut body = schedule(app.city.bazhou.id, "ANNUAL");
        body[*member] = value.clone();
        let refused = manager
            .post(LIST, &body)
            .await
            .expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [(*pointer, *code)], "{member}");
    }
}
