//! What a pair must keep (R17, R29), told all at once.

use serde_json::{Value, json};

use super::{active, pair, path, persons, proposal, reasons};
use crate::support::{MentorSeed, TODAY, TestApp, Who};

async fn refused(app: &TestApp, body: &Value) -> Vec<(String, String)> {
    let answer = app.manager().post("/v1/assignments", body).await;
    let answer = answer.expect_problem(409, "rule-violation");
    assert_eq!(answer.json["override"], false);
    reasons(&answer)
}

fn of(rule: &str, list: &[&str]) -> Vec<(String, String)> {
    list.iter()
        .map(|reason| ((*reason).to_owned(), rule.to_owned()))
        .collect()
}

#[actix_web::test]
async fn r29_every_broken_rule_is_told_at_once_even_of_a_proposal() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let seed = MentorSeed {
        political: false,
        political_status: "13",
        status: "NOMINATED",
        ..MentorSeed::default()
    };
    let mentor = app.insert_mentor(&app.city.qingjiang, seed);
    let body = proposal(cadre, mentor, "POLITICAL");
    let all = [
        "MENTOR_NOT_APPOINTED",
        "NOT_PARTY_MEMBER",
        "OUT_OF_UNIT",
        "ROLE_NOT_QUALIFIED",
    ];
    assert_eq!(refused(&app, &body).await, of("R29", &all));
    // A professional mentor need not be of the party.
    let body = proposal(cadre, mentor, "PROFESSIONAL");
    let fewer = ["MENTOR_NOT_APPOINTED", "OUT_OF_UNIT"];
    assert_eq!(refused(&app, &body).await, of("R29", &fewer));
}

#[actix_web::test]
async fn r29_the_two_mentors_of_a_cadre_are_different_persons() {
    let app = TestApp::start().await;
    let p = persons(&app);
    pair(&app, p.cadre, p.mentor, "POLITICAL").await;
    let body = active(p.cadre, p.mentor, "PROFESSIONAL");
    assert_eq!(refused(&app, &body).await, of("R29", &["SAME_MENTOR"]));
}

#[actix_web::test]
async fn r29_a_cadre_who_is_suspended_gets_no_mentor() {
    let app = TestApp::start().await;
    let p = persons(&app);
    app.manager()
        .post(
            &format!("/v1/cadres/{}/_suspend", p.cadre),
            &json!({ "from": TODAY, "reason": "病假" }),
        )
        .await
        .expect(200);
    let body = proposal(p.cadre, p.mentor, "POLITICAL");
    assert_eq!(refused(&app, &body).await, of("R29", &["CADRE_NOT_ACTIVE"]));
}

#[actix_web::test]
async fn r29_a_mentor_from_further_away_needs_a_reason_that_is_kept() {
    let app = TestApp::start().await;
    for unit in [&app.city.liulin, &app.city.enyang_finance, &app.city.root] {
        let cadre = app.insert_cadre(&app.city.yuxi);
        let mentor = app.insert_mentor(unit, MentorSeed::default());
        let body = proposal(cadre, mentor, "POLITICAL");
        app.manager()
            .post("/v1/assignments", &body)
            .await
            .expect(201);
    }
    let cadre = app.insert_cadre(&app.city.yuxi);
    let far = app.insert_mentor(&app.city.finance, MentorSeed::default());
    let mut body = proposal(cadre, far, "POLITICAL");
    assert_eq!(refused(&app, &body).await, of("R29", &["OUT_OF_UNIT"]));
    body["crossUnitReason"] = json!("本县无财政专家");
    let made = app
        .manager()
        .post("/v1/assignments", &body)
        .await
        .expect(201);
    assert_eq!(made.json["crossUnitReason"], "本县无财政专家");
    let organ_cadre = app.insert_cadre(&app.city.reform);
    let body = proposal(organ_cadre, far, "POLITICAL");
    app.manager()
        .post("/v1/assignments", &body)
        .await
        .expect(201);
}

#[actix_web::test]
async fn r17_kin_and_one_and_the_same_person_make_no_pair_and_no_pair_of_kin_moves_on() {
    let app = TestApp::start().await;
    let (yuxi, manager) = (&app.city.yuxi, app.manager());
    let p = persons(&app);
    let made = manager
        .post("/v1/assignments", &proposal(p.cadre, p.mentor, "POLITICAL"))
        .await
        .expect(201);
    let other = app.insert_mentor(yuxi, MentorSeed::default());
    let running = pair(&app, p.cadre, other, "PROFESSIONAL").await;
    for mentor in [p.mentor, other] {
        let kinship = json!({
            "personA": { "type": "MENTOR", "id": mentor }, "personB": { "type": "CADRE", "id": p.cadre }, "relation": "93",
        });
        manager.post("/v1/kinships", &kinship).await.expect(201);
    }
    let stopped = manager
        .post(&format!("{}/_activate", path(&made)), &json!({}))
        .await;
    let stopped = stopped.expect_problem(409, "rule-violation");
    assert_eq!(reasons(&stopped), of("R17", &["KINSHIP"]));
    // The declaration ends nothing; the pair only can't move on, and can be replaced.
    let read = manager.get(&path(&running)).await.expect(200);
    assert_eq!(read.json["status"], "ACTIVE");
    manager
        .post(&format!("{}/_complete", path(&running)), &json!({}))
        .await
        .expect_problem(409, "rule-violation");
    let next = app.insert_mentor(yuxi, MentorSeed::default());
    manager
        .post(
            &format!("{}/_replace", path(&running)),
            &json!({ "mentorId": next, "startsOn": TODAY, "endReason": "OTHER" }),
        )
        .await
        .expect(201);
    let both = app.insert_cadre(yuxi);
    let self_made = app.insert_mentor(yuxi, MentorSeed::default());
    app.insert_user(Some(self_made), Some(both));
    let body = proposal(both, self_made, "POLITICAL");
    assert_eq!(refused(&app, &body).await, of("R17", &["KINSHIP"]));
}

#[actix_web::test]
async fn rules_of_pairs_know_no_override() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let seed = MentorSeed {
        status: "RETIRED",
        ..MentorSeed::default()
    };
    let mentor = app.insert_mentor(&app.city.yuxi, seed);
    let mut body = proposal(cadre, mentor, "POLITICAL");
    body["overrides"] = json!([{ "rule": "R29", "reason": "特批" }]);
    let answer = app.manager().post("/v1/assignments", &body).await;
    let answer = answer.expect_problem(422, "invalid");
    assert_eq!(answer.errors(), [("/overrides", "unknown-member")]);
}

#[actix_web::test]
async fn all_faults_of_a_proposal_come_at_once() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let elsewhere = app.insert_cadre(&app.city.qingjiang);
    let body = json!({
        "cadreId": elsewhere, "mentorId": app.id(), "role": "POLITICAL", "startsOn": TODAY, "plannedEndsOn": "2023-01-01",
    });
    let answer = app.officer().post("/v1/assignments", &body).await;
    let answer = answer.expect_problem(422, "invalid");
    let mut errors = answer.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("/cadreId", "reference-unknown"),
            ("/mentorId", "reference-unknown"),
            ("/plannedEndsOn", "out-of-range"),
        ]
    );
    let body = json!({
        "role": "POLITICAL", "startsOn": TODAY, "endsOn": "2023-07-25", "status": "ACTIVE", "needsReplacement": null,
    });
    let answer = app.manager().post("/v1/assignments", &body).await;
    let answer = answer.expect_problem(422, "invalid");
    assert_eq!(
        answer.errors(),
        [("/needsReplacement", "read-only"), ("/status", "read-only")]
    );
    let by_reference = json!({
        "cadreRef": { "source": "hr-portal", "externalId": "C-1" }, "mentorId": p.mentor, "role": "POLITICAL", "startsOn": TODAY,
    });
    let answer = app.manager().post("/v1/assignments", &by_reference).await;
    let answer = answer.expect_problem(422, "invalid");
    assert_eq!(answer.errors(), [("/cadreRef", "reference-unknown")]);
}

#[actix_web::test]
async fn a_pair_that_is_over_is_recorded_with_unit_and_phase_of_its_time() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let mut body = proposal(p.cadre, p.mentor, "POLITICAL");
    body["startsOn"] = json!("2022-09-01");
    body["endsOn"] = json!("2023-03-31");
    app.manager()
        .post("/v1/assignments", &body)
        .await
        .expect_problem(422, "invalid");
    body["endReason"] = json!("MENTOR_TRANSFERRED");
    let made = app
        .manager()
        .post("/v1/assignments", &body)
        .await
        .expect(201);
    assert_eq!(made.json["status"], "REPLACED");
    assert_eq!(made.json["phase"], "SEEDLING");
    assert_eq!(made.json["organizationId"], json!(app.city.yuxi.id));
    assert_eq!(super::active_mentees(&app, p.mentor).await, 0);
    app.officer()
        .post("/v1/assignments", &body)
        .await
        .expect_problem(403, "forbidden");
    let portal = app.client(Who::system(&app.city.root, "assignments:write"));
    portal
        .post("/v1/assignments", &active(p.cadre, p.mentor, "POLITICAL"))
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_pair_sent_again_under_its_own_id_is_the_same_only_with_all_it_says() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let mut body = proposal(p.cadre, p.mentor, "POLITICAL");
    body["id"] = json!("0189857f-7a00-7000-8000-0000000000a1");
    body["startsOn"] = json!("2022-09-01");
    body["endsOn"] = json!("2023-03-31");
    body["endReason"] = json!("MENTOR_TRANSFERRED");
    body["endNote"] = json!("调任");
    let manager = app.manager();
    manager.post("/v1/assignments", &body).await.expect(201);
    let again = manager.post("/v1/assignments", &body).await.expect(200);
    assert_eq!(again.json["version"], 1);
    for (member, other) in [
        ("endNote", json!("退休")),
        ("agreement", json!("每月谈心一次")),
        ("pairingStyle", json!("STRONG_LEADS_WEAK")),
        ("role", json!("PROFESSIONAL")),
        ("startsOn", json!("2022-09-02")),
    ] {
        let mut differing = body.clone();
        differing[member] = other;
        let refused = manager.post("/v1/assignments", &differing).await;
        let refused = refused.expect_problem(409, "duplicate");
        assert_eq!(refused.json["current"]["id"], body["id"], "{member}");
    }
}
