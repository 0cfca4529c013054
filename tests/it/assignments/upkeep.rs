//! What follows from pairs and for pairs.

use serde_json::{Value, json};
use xinmiao::assignments::{EndReason, Pairing, load};
use xinmiao::context::Context;
use xinmiao::mentors::MentorRole;
use xinmiao::values::Date;

use super::{active, active_mentees, mentoring, pair, path, persons, proposal};
use crate::support::{MentorSeed, TODAY, TestApp};

async fn needs(app: &TestApp, path: &str) -> Value {
    let read = app.manager().get(path).await.expect(200);
    assert_eq!(read.json["status"], "ACTIVE");
    read.json["needsReplacement"].clone()
}

#[actix_web::test]
async fn a_mentor_who_is_lost_leaves_pairs_that_need_another_and_do_not_count() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let made = path(&pair(&app, p.cadre, p.mentor, "POLITICAL").await);
    let manager = app.manager();
    let mentor = format!("/v1/mentors/{}", p.mentor);
    let verb = |verb: &str| format!("{mentor}/{verb}");
    let leave = json!({ "from": TODAY, "to": "2023-08-31", "reason": "进修" });
    manager.post(&verb("_suspend"), &leave).await.expect(200);
    assert_eq!(needs(&app, &made).await, Value::Null);
    manager
        .post(&verb("_reinstate"), &json!({}))
        .await
        .expect(200);
    let suspension = json!({ "from": TODAY, "reason": "停职" });
    manager
        .post(&verb("_suspend"), &suspension)
        .await
        .expect(200);
    assert_eq!(
        needs(&app, &made).await,
        json!({ "since": TODAY, "reason": "MENTOR_SUSPENDED" })
    );
    let [political, _, count] = mentoring(&app, p.cadre).await;
    assert_eq!((political, count), (json!(p.mentor), json!("NONE")));
    assert_eq!(active_mentees(&app, p.mentor).await, 1);
    let listed = manager
        .get("/v1/assignments?needsReplacement=true")
        .await
        .expect(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed.json["items"][0]["version"], 1);
    manager
        .post(&verb("_reinstate"), &json!({}))
        .await
        .expect(200);
    assert_eq!(needs(&app, &made).await, Value::Null);
    assert_eq!(mentoring(&app, p.cadre).await[2], "PARTIAL");
    manager.post(&verb("_retire"), &json!({})).await.expect(200);
    assert_eq!(needs(&app, &made).await["reason"], "MENTOR_RETIRED");
    let next = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let body = json!({ "mentorId": next, "startsOn": TODAY, "endReason": "MENTOR_RETIRED" });
    manager
        .post(&format!("{made}/_replace"), &body)
        .await
        .expect(201);
    let old = manager.get(&made).await.expect(200);
    assert_eq!(old.json["needsReplacement"], Value::Null);
    assert_eq!(mentoring(&app, p.cadre).await[2], "PARTIAL");
}

#[actix_web::test]
async fn whoever_moves_too_far_away_leaves_a_pair_that_needs_another_mentor() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let p = persons(&app);
    let made = path(&pair(&app, p.cadre, p.mentor, "POLITICAL").await);
    let move_to =
        |unit: &crate::support::Unit| json!({ "organizationId": unit.id, "effectiveOn": TODAY });
    let mentor = format!("/v1/mentors/{}/_transfer", p.mentor);
    let cadre = format!("/v1/cadres/{}/_transfer", p.cadre);
    manager
        .post(&mentor, &move_to(&app.city.liulin))
        .await
        .expect(200);
    assert_eq!(needs(&app, &made).await, Value::Null);
    manager
        .post(&mentor, &move_to(&app.city.qingjiang))
        .await
        .expect(200);
    assert_eq!(needs(&app, &made).await["reason"], "OUT_OF_UNIT");
    manager
        .post(&cadre, &move_to(&app.city.bazhou_finance))
        .await
        .expect(200);
    assert_eq!(needs(&app, &made).await, Value::Null);
    let read = manager.get(&made).await.expect(200);
    assert_eq!(read.json["organizationId"], json!(app.city.yuxi.id));
}

#[actix_web::test]
async fn a_pair_across_units_that_has_a_reason_keeps_it_after_a_move() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let mut body = active(p.cadre, p.mentor, "POLITICAL");
    body["crossUnitReason"] = json!("跨县结对");
    let manager = app.manager();
    let made = path(&manager.post("/v1/assignments", &body).await.expect(201));
    let body = json!({ "organizationId": app.city.qingjiang.id, "effectiveOn": TODAY });
    manager
        .post(&format!("/v1/mentors/{}/_transfer", p.mentor), &body)
        .await
        .expect(200);
    assert_eq!(needs(&app, &made).await, Value::Null);
}

#[actix_web::test]
async fn a_cadre_who_leaves_ends_pairs_cancels_proposals_and_frees_seats() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let manager = app.manager();
    let made = path(&pair(&app, p.cadre, p.mentor, "POLITICAL").await);
    let other = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let body = proposal(p.cadre, other, "PROFESSIONAL");
    let proposed = path(&manager.post("/v1/assignments", &body).await.expect(201));
    manager
        .post(
            &format!("/v1/cadres/{}/_leave", p.cadre),
            &json!({ "on": TODAY, "reason": "RESIGNED" }),
        )
        .await
        .expect(200);
    let ended = manager.get(&made).await.expect(200);
    assert_eq!(
        ["status", "endsOn", "endReason"].map(|m| ended.json[m].clone()),
        ["COMPLETED", TODAY, "CADRE_LEFT"].map(|v| json!(v))
    );
    let cancelled = manager.get(&proposed).await.expect(200);
    assert_eq!(cancelled.json["status"], "CANCELLED");
    assert_eq!(active_mentees(&app, p.mentor).await, 0);
    assert_eq!(
        mentoring(&app, p.cadre).await,
        [Value::Null, Value::Null, json!("NONE")]
    );
}

#[actix_web::test]
async fn pairs_loaded_in_bulk_name_their_predecessors_and_count_seats_and_mentors() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let other = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let day = |text| Date::parse(text).unwrap();
    let pairing = |mentor_id, role, starts_on, ended| Pairing {
        cadre_id: p.cadre,
        mentor_id,
        role,
        pairing_style: None,
        starts_on: day(starts_on),
        ended,
    };
    let moved = Some((day("2023-03-17"), EndReason::MentorTransferred));
    let pairings = [
        pairing(p.mentor, MentorRole::Political, "2023-03-18", None),
        pairing(other, MentorRole::Political, "2022-09-01", moved),
        pairing(other, MentorRole::Professional, "2022-09-01", None),
    ];
    let context = Context::system(&app.service().deps, "test");
    let work = move |tx: &mut _| load(tx, &context, &pairings);
    app.service().db.write(work).await.unwrap();
    assert_eq!(
        mentoring(&app, p.cadre).await,
        [json!(p.mentor), json!(other), json!("FULL")]
    );
    assert_eq!(active_mentees(&app, other).await, 1);
    let list = format!(
        "/v1/cadres/{}/assignments?role=POLITICAL&sort=startsOn",
        p.cadre
    );
    let listed = app.manager().get(&list).await.expect(200);
    let [old, new] = [&listed.json["items"][0], &listed.json["items"][1]];
    assert_eq!(
        (&old["status"], &new["status"]),
        (&json!("REPLACED"), &json!("ACTIVE"))
    );
    assert_eq!(new["replacesId"], old["id"]);
    assert_eq!(old["phase"], "SEEDLING");
}
