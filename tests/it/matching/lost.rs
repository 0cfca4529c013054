//! Seats whose mentor is lost: planned, counted, and replaced when the run is applied; and proposals that stand.

use futures_util::future::join;
use serde_json::{Value, json};
use xinmiao::db::Id;

use super::{path, proposals, run, seat, terms};
use crate::support::{Client, MentorSeed, TODAY, TestApp};

const POLITICAL: MentorSeed = MentorSeed {
    political: true,
    professional: false,
    political_status: "01",
    max_mentees: 3,
    status: "APPOINTED",
};

async fn pair(manager: &Client, cadre: Id, mentor: Id) -> Value {
    let body = json!({ "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-10", "activate": true });
    manager
        .post("/v1/assignments", &body)
        .await
        .expect(201)
        .json
}

async fn lose(manager: &Client, mentor: Id) {
    let body = json!({ "on": TODAY });
    let verb = format!("/v1/mentors/{mentor}/_retire");
    manager.post(&verb, &body).await.expect(200);
}

fn political(app: &TestApp, cross_unit: &str) -> Value {
    let mut asked = terms(app, cross_unit);
    asked["roles"] = json!(["POLITICAL"]);
    asked
}

async fn of_cadre(manager: &Client, cadre: Id, status: &str) -> Vec<Value> {
    let address = format!("/v1/cadres/{cadre}/assignments?status={status}");
    let page = manager.get(&address).await.expect(200);
    page.json["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn a_pair_whose_mentor_is_lost_is_a_seat_to_fill_and_applying_replaces_it() {
    let app = TestApp::start().await;
    let (lost, kept, empty) = (
        app.insert_cadre(&app.city.yuxi),
        app.insert_cadre(&app.city.yuxi),
        app.insert_cadre(&app.city.yuxi),
    );
    let old = app.insert_mentor(&app.city.yuxi, POLITICAL);
    let stays = app.insert_mentor(&app.city.yuxi, POLITICAL);
    let manager = app.manager();
    let former = pair(&manager, lost, old).await;
    pair(&manager, kept, stays).await;
    lose(&manager, old).await;
    let made = run(&manager, &political(&app, "NONE")).await;
    assert_eq!([&made.json["seats"], &made.json["matched"]], [2, 2]);
    assert_eq!(made.json["coverage"][0]["seats"], 2);
    let row = seat(&manager, &made, lost, "POLITICAL").await;
    assert_eq!(row["mentorId"], json!(stays));
    assert_eq!(row["replacesId"], former["id"]);
    let row = seat(&manager, &made, empty, "POLITICAL").await;
    assert_eq!(row["replacesId"], Value::Null);
    let verb = format!("{}/_apply", path(&made));
    manager
        .post(&verb, &json!({ "activate": true }))
        .await
        .expect(200);
    let now = of_cadre(&manager, lost, "ACTIVE").await;
    assert_eq!(
        [&now[0]["mentorId"], &now[0]["replacesId"]],
        [&json!(stays), &former["id"]]
    );
    let before = of_cadre(&manager, lost, "REPLACED").await;
    assert_eq!(before[0]["endReason"], "MENTOR_RETIRED");
    for (cadre, mentoring) in [(lost, "PARTIAL"), (kept, "PARTIAL"), (empty, "PARTIAL")] {
        let read = manager
            .get(&format!("/v1/cadres/{cadre}"))
            .await
            .expect(200);
        assert_eq!(read.json["mentoring"], mentoring);
    }
}

#[actix_web::test]
async fn applied_as_proposals_a_lost_pair_stays_until_its_successor_takes_effect() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let old = app.insert_mentor(&app.city.yuxi, POLITICAL);
    let next = app.insert_mentor(&app.city.yuxi, POLITICAL);
    let manager = app.manager();
    let former = pair(&manager, cadre, old).await;
    lose(&manager, old).await;
    let made = run(&manager, &political(&app, "NONE")).await;
    let verb = format!("{}/_apply", path(&made));
    manager.post(&verb, &json!({})).await.expect(200);
    assert_eq!(
        of_cadre(&manager, cadre, "ACTIVE").await[0]["id"],
        former["id"]
    );
    let proposed = of_cadre(&manager, cadre, "PROPOSED").await;
    assert_eq!(
        [&proposed[0]["mentorId"], &proposed[0]["replacesId"]],
        [&json!(next), &former["id"]]
    );
    // A seat for which a proposal stands is not planned a second time.
    for keep in [true, false] {
        let mut asked = political(&app, "NONE");
        asked["keepExisting"] = json!(keep);
        assert_eq!(run(&manager, &asked).await.json["seats"], 0);
    }
    let verb = format!(
        "/v1/assignments/{}/_activate",
        proposed[0]["id"].as_str().unwrap()
    );
    manager.post(&verb, &json!({})).await.expect(200);
    assert_eq!(
        of_cadre(&manager, cadre, "REPLACED").await[0]["id"],
        former["id"]
    );
}

#[actix_web::test]
async fn a_lost_mentor_is_not_proposed_for_the_seat_again_and_stays_where_no_other_is_found() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let mentor = app.insert_mentor(&app.city.yuxi, POLITICAL);
    let manager = app.manager();
    let former = pair(&manager, cadre, mentor).await;
    let moved = json!({ "organizationId": app.city.finance.id, "effectiveOn": TODAY });
    let verb = format!("/v1/mentors/{mentor}/_transfer");
    manager.post(&verb, &moved).await.expect(200);
    let made = run(&manager, &political(&app, "CITY")).await;
    assert_eq!([&made.json["seats"], &made.json["matched"]], [1, 0]);
    let row = seat(&manager, &made, cadre, "POLITICAL").await;
    assert_eq!(
        [&row["presentAssignmentId"], &row["replacesId"]],
        [&former["id"], &Value::Null]
    );
    // Nor by hand.
    let address = format!("{}/proposals/{}", path(&made), row["id"].as_str().unwrap());
    let etag = manager.get(&address).await.etag().to_owned();
    let refused = manager
        .request(reqwest::Method::PATCH, &address)
        .if_match(&etag)
        .merge_patch(&json!({ "mentorId": mentor }))
        .send()
        .await;
    assert_eq!(refused.expect(422).errors(), [("/mentorId", "SAME_MENTOR")]);
    let verb = format!("{}/_apply", path(&made));
    manager
        .post(&verb, &json!({ "activate": true }))
        .await
        .expect(200);
    let now = of_cadre(&manager, cadre, "ACTIVE").await;
    assert_eq!(now[0]["id"], former["id"]);
    assert_eq!(now[0]["needsReplacement"]["reason"], "OUT_OF_UNIT");
}

#[actix_web::test]
async fn of_two_overlapping_runs_applied_as_proposals_at_once_one_lands_whole() {
    let app = TestApp::start().await;
    for _ in 0..20 {
        app.insert_cadre(&app.city.yuxi);
        app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    }
    let manager = app.manager();
    let first = run(&manager, &terms(&app, "NONE")).await;
    let second = run(&manager, &terms(&app, "COUNTY")).await;
    let verbs = [&first, &second].map(|made| format!("{}/_apply", path(made)));
    let body = json!({});
    let (a, b) = join(
        manager.post(&verbs[0], &body),
        manager.post(&verbs[1], &body),
    )
    .await;
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", a.text(), b.text());
    let lost = if a.status == 422 { &a } else { &b };
    let seats = proposals(&manager, &first).await.len();
    assert_eq!(lost.errors().len(), seats);
    assert!(lost.errors().iter().all(|(_, code)| *code == "duplicate"));
    let all = manager
        .get("/v1/assignments?count=exact&limit=1")
        .await
        .expect(200);
    assert_eq!(all.json["total"], json!(seats));
}

#[actix_web::test]
async fn proposals_may_begin_within_a_year_and_pairs_in_effect_not_after_today() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    app.insert_mentor(&app.city.yuxi, POLITICAL);
    let manager = app.manager();
    let made = run(&manager, &political(&app, "NONE")).await;
    let verb = format!("{}/_apply", path(&made));
    for (body, code) in [
        (
            json!({ "activate": true, "startsOn": "2023-07-25" }),
            "date-in-future",
        ),
        (json!({ "startsOn": "2024-07-25" }), "out-of-range"),
    ] {
        let refused = manager.post(&verb, &body).await;
        assert_eq!(refused.expect(422).errors(), [("/startsOn", code)]);
    }
    let row = seat(&manager, &made, cadre, "POLITICAL").await;
    let refused = manager
        .post(&verb, &json!({ "startsOn": "2022-08-01" }))
        .await
        .expect(422);
    let pointer = format!("/proposals/{}", row["id"].as_str().unwrap());
    assert_eq!(refused.errors(), [(pointer.as_str(), "out-of-range")]);
    manager
        .post(&verb, &json!({ "startsOn": "2024-07-24" }))
        .await
        .expect(200);
    let proposed = of_cadre(&manager, cadre, "PROPOSED").await;
    assert_eq!(proposed[0]["startsOn"], "2024-07-24");
}
