//! The life of a pair: every verb in every state.

use serde_json::{Value, json};

use super::{active, active_mentees, mentoring, pair, path, persons, proposal};
use crate::support::{Answer, MentorSeed, TODAY, TestApp, Who};

#[actix_web::test]
async fn an_officer_proposes_and_a_manager_activates() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let body = proposal(p.cadre, p.mentor, "POLITICAL");
    let made = app
        .officer()
        .post("/v1/assignments", &body)
        .await
        .expect(201);
    assert_eq!(made.json["status"], "PROPOSED");
    assert_eq!(made.json["pairingStyle"], "EXPERIENCED_LEADS_NEW");
    assert_eq!(made.json["cadreName"], "赵小苗");
    assert_eq!(made.json["mentorName"], "钱大树");
    assert_eq!(made.json["organizationName"], app.city.yuxi.name);
    assert_eq!(
        made.json["allowedActions"],
        json!(["update_assignment", "cancel_assignment"])
    );
    assert_eq!(active_mentees(&app, p.mentor).await, 0);
    let verb = format!("{}/_activate", path(&made));
    app.officer()
        .post(&verb, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let manager = app.manager();
    manager
        .request(reqwest::Method::POST, &verb)
        .if_match("\"7.x\"")
        .send()
        .await
        .expect_problem(412, "stale-version");
    let done = manager
        .request(reqwest::Method::POST, &verb)
        .send()
        .await
        .expect(200);
    assert_eq!(
        (&done.json["status"], &done.json["version"]),
        (&json!("ACTIVE"), &json!(2))
    );
    let again = manager.post(&verb, &json!({})).await.expect(200);
    assert_eq!(again.json, done.json);
    let other = app.client(Who::manager(&app.city.root).named("another"));
    let refused = other.post(&verb, &json!({})).await;
    let refused = refused.expect_problem(409, "illegal-transition");
    assert_eq!(refused.json["current"]["status"], "ACTIVE");
    assert_eq!(active_mentees(&app, p.mentor).await, 1);
    assert_eq!(
        mentoring(&app, p.cadre).await,
        [json!(p.mentor), Value::Null, json!("PARTIAL")]
    );
    app.sealed().await;
    let journal = app
        .auditor()
        .get(&format!("/v1/journal?cadreId={}", p.cadre))
        .await
        .expect(200);
    let actions: Vec<_> = journal.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        actions,
        [
            "assignment.created",
            "assignment.activated",
            "cadre.derived-changed"
        ]
    );
    assert_eq!(
        journal.json["items"][2]["changedFields"],
        json!(["mentoring", "politicalMentorId", "politicalMentorName"])
    );
}

/// A pair in each state.
async fn in_state(app: &TestApp, state: &str) -> String {
    let p = persons(app);
    let manager = app.manager();
    if state == "PROPOSED" {
        let body = proposal(p.cadre, p.mentor, "POLITICAL");
        return path(&manager.post("/v1/assignments", &body).await.expect(201));
    }
    let made = path(&pair(app, p.cadre, p.mentor, "POLITICAL").await);
    match state {
        "COMPLETED" => verb(app, &made, "_complete").await.expect(200),
        "REPLACED" => verb(app, &made, "_replace").await.expect(201),
        "CANCELLED" => verb(app, &made, "_cancel").await.expect(200),
        _ => manager.get(&made).await.expect(200),
    };
    made
}

async fn verb(app: &TestApp, path: &str, verb: &str) -> Answer {
    let body = match verb {
        "_cancel" => json!({ "reason": "误登记" }),
        "_replace" => {
            let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
            json!({ "mentorId": mentor, "startsOn": TODAY, "endReason": "MENTOR_RETIRED" })
        }
        _ => json!({}),
    };
    let caller = app.client(Who::manager(&app.city.root).named(verb));
    caller.post(&format!("{path}/{verb}"), &body).await
}

#[actix_web::test]
async fn every_verb_in_every_state_is_carried_out_or_an_illegal_transition() {
    let app = TestApp::start().await;
    let allowed = [
        ("PROPOSED", "_activate"),
        ("PROPOSED", "_cancel"),
        ("ACTIVE", "_complete"),
        ("ACTIVE", "_cancel"),
        ("ACTIVE", "_replace"),
        // Repeated by the same caller with the same members: done already.
        ("COMPLETED", "_complete"),
        ("CANCELLED", "_cancel"),
    ];
    for state in ["PROPOSED", "ACTIVE", "COMPLETED", "REPLACED", "CANCELLED"] {
        for turn in ["_activate", "_complete", "_cancel", "_replace"] {
            let path = in_state(&app, state).await;
            let before = app.manager().get(&path).await.expect(200);
            let answer = verb(&app, &path, turn).await;
            if allowed.contains(&(state, turn)) {
                assert_eq!(answer.status / 100, 2, "{state} {turn}: {}", answer.text());
            } else {
                let refused = answer.expect_problem(409, "illegal-transition");
                assert_eq!(refused.json["current"]["status"], state, "{turn}");
                assert_eq!(app.manager().get(&path).await.json, before.json);
            }
        }
    }
}

#[actix_web::test]
async fn a_pair_is_completed_on_a_day_and_frees_its_seat() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let mut body = active(p.cadre, p.mentor, "POLITICAL");
    body["startsOn"] = json!("2023-01-01");
    let made = app
        .manager()
        .post("/v1/assignments", &body)
        .await
        .expect(201);
    let verb = format!("{}/_complete", path(&made));
    for (on, code) in [
        ("2023-07-25", "date-in-future"),
        ("2022-12-31", "out-of-range"),
    ] {
        let refused = app.manager().post(&verb, &json!({ "on": on })).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/on", code)]);
    }
    let done = app
        .manager()
        .post(&verb, &json!({ "on": "2023-06-30" }))
        .await
        .expect(200);
    assert_eq!(done.json["status"], "COMPLETED");
    assert_eq!(done.json["endsOn"], "2023-06-30");
    assert_eq!(done.json["endReason"], "TERM_ENDED");
    assert_eq!(active_mentees(&app, p.mentor).await, 0);
    assert_eq!(mentoring(&app, p.cadre).await[2], "NONE");
}

#[actix_web::test]
async fn a_replacement_keeps_history_and_can_be_taken_back() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let next = app.insert_mentor(&app.city.liulin, MentorSeed::default());
    let mut body = active(p.cadre, p.mentor, "PROFESSIONAL");
    body["startsOn"] = json!("2023-01-01");
    let manager = app.manager();
    let old = manager.post("/v1/assignments", &body).await.expect(201);
    let verb = format!("{}/_replace", path(&old));
    let body = json!({ "mentorId": next, "startsOn": "2023-07-10", "endReason": "MENTOR_TRANSFERRED", "endNote": "调市里" });
    let new = manager.post(&verb, &body).await.expect(201);
    assert_eq!(new.header("location"), path(&new));
    assert_eq!(new.json["replacesId"], old.json["id"]);
    assert_eq!(new.json["status"], "ACTIVE");
    let repeated = manager.post(&verb, &body).await.expect(200);
    assert_eq!(repeated.json["id"], new.json["id"]);
    let ended = manager.get(&path(&old)).await.expect(200);
    assert_eq!(
        ["status", "endsOn", "endReason", "endNote"].map(|m| ended.json[m].clone()),
        ["REPLACED", "2023-07-09", "MENTOR_TRANSFERRED", "调市里"].map(|v| json!(v))
    );
    assert_eq!(active_mentees(&app, p.mentor).await, 0);
    assert_eq!(mentoring(&app, p.cadre).await[1], json!(next));
    let body = json!({ "reason": "换错了人", "restoreReplaced": true });
    let verb = format!("{}/_cancel", path(&new));
    let cancelled = manager.post(&verb, &body).await.expect(200);
    assert_eq!(cancelled.json["endReason"], "ENTERED_IN_ERROR");
    let restored = manager.get(&path(&old)).await.expect(200);
    assert_eq!(restored.json["status"], "ACTIVE");
    assert_eq!(restored.json["endsOn"], Value::Null);
    assert_eq!(mentoring(&app, p.cadre).await[1], json!(p.mentor));
    assert_eq!(active_mentees(&app, p.mentor).await, 1);
    assert_eq!(active_mentees(&app, next).await, 0);
}

#[actix_web::test]
async fn an_active_pair_is_cancelled_by_a_manager_within_thirty_days() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let made = pair(&app, p.cadre, p.mentor, "POLITICAL").await;
    let verb = format!("{}/_cancel", path(&made));
    let body = json!({ "reason": "误登记" });
    app.officer()
        .post(&verb, &body)
        .await
        .expect_problem(403, "forbidden");
    app.advance(31 * 24 * 3600);
    app.manager()
        .post(&verb, &body)
        .await
        .expect_problem(409, "illegal-transition");
    let second = persons(&app);
    let made = pair(&app, second.cadre, second.mentor, "POLITICAL").await;
    let verb = format!("{}/_cancel", path(&made));
    let refused = app
        .manager()
        .post(
            &verb,
            &json!({ "reason": "误登记", "restoreReplaced": true }),
        )
        .await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [("/restoreReplaced", "reference-unknown")]
    );
}

#[actix_web::test]
async fn a11_a_patch_changes_what_the_two_agreed_on_and_nothing_else() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let made = pair(&app, p.cadre, p.mentor, "POLITICAL").await;
    let path = path(&made);
    let body = json!({ "agreement": "每月谈一次心", "plannedEndsOn": "2024-07-23" });
    let officer = app.officer();
    let read = officer.get(&path).await.expect(200);
    let changed = officer.patch(&path, read.etag(), &body).await.expect(200);
    assert_eq!(changed.json["agreement"], "每月谈一次心");
    officer
        .patch(&path, read.etag(), &body)
        .await
        .expect_problem(412, "stale-version");
    let same = officer
        .patch(&path, changed.etag(), &body)
        .await
        .expect(200);
    assert_eq!(same.json["version"], changed.json["version"]);
    let cleared = officer
        .patch(&path, "*", &json!({ "agreement": null }))
        .await
        .expect(200);
    assert_eq!(cleared.json["agreement"], Value::Null);
    assert_eq!(cleared.json["plannedEndsOn"], "2024-07-23");
    let refused = officer
        .patch(&path, "*", &json!({ "endNote": "x", "mentorId": p.mentor }))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/mentorId", "unknown-member")]);
}

#[actix_web::test]
async fn many_proposals_take_effect_together_or_not_at_all() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let mut items = Vec::new();
    for _ in 0..3 {
        let body = proposal(app.insert_cadre(&app.city.yuxi), mentor, "POLITICAL");
        let made = manager.post("/v1/assignments", &body).await.expect(201);
        items.push(json!({ "id": made.json["id"], "version": 1 }));
    }
    let unknown = json!({ "id": app.id(), "version": 1 });
    let stale = json!({ "id": items[1]["id"], "version": 9 });
    let body = json!({ "items": [items[0], stale, items[2], unknown, items[0]] });
    let refused = manager.post("/v1/assignments/_activate", &body).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [
            ("/items/1/version", "stale-version"),
            ("/items/3/id", "reference-unknown"),
            ("/items/4/id", "not-unique")
        ]
    );
    let refused = manager
        .post("/v1/assignments/_activate", &json!({ "items": items }))
        .await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/items/2", "capacity-exceeded")]);
    assert_eq!(active_mentees(&app, mentor).await, 0);
    let body = json!({ "items": items[..2] });
    let done = manager
        .post("/v1/assignments/_activate", &body)
        .await
        .expect(200);
    assert_eq!(done.json["items"][1]["status"], "ACTIVE");
    assert_eq!(active_mentees(&app, mentor).await, 2);
    let again = manager
        .post("/v1/assignments/_activate", &body)
        .await
        .expect(200);
    assert_eq!(again.json, done.json);
}

#[actix_web::test]
async fn the_same_create_again_makes_no_second_pair() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let mut body = active(p.cadre, p.mentor, "POLITICAL");
    body["id"] = json!(app.id());
    let manager = app.manager();
    let first = manager.post("/v1/assignments", &body).await.expect(201);
    let again = manager.post("/v1/assignments", &body).await.expect(200);
    assert_eq!(again.json, first.json);
    body["role"] = json!("PROFESSIONAL");
    manager
        .post("/v1/assignments", &body)
        .await
        .expect_problem(409, "duplicate");
}
