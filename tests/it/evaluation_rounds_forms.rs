//! The forms that a round issues: until when they are taken, who finds them, why they were missed, and who rates in the place of whom.

use serde_json::{Value, json};

use crate::evaluation_rounds::{figures, opened, place, totals};
use crate::evaluation_scene::{QUARTER, Scene};
use crate::posting_scene::running;
use crate::support::mentoring::id_of;
use crate::support::{Client, Who};

#[actix_web::test]
async fn r13_the_host_of_a_long_secondment_rates_in_the_place_of_the_unit() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let host = &app.city.reform;
    let more =
        json!({ "arrangement": "SECONDMENT", "hostName": null, "hostOrganizationId": host.id });
    let days = ("2023-01-01", "2023-12-31");
    running(app, scene.cadre_id, days, &more).await;
    let round = opened(&scene.manager, app.city.root.id).await;
    let listed = scene.manager.get("/v1/rater-forms").await.expect(200);
    let items = listed.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 4);
    let relations = |form: &&Value| form["evaluatorRelation"] == "HOST_UNIT";
    let of_host: Vec<&Value> = items.iter().filter(relations).collect();
    assert_eq!(of_host.len(), 1);
    assert_eq!(of_host[0]["organizationId"], host.id.to_string());
    // What the host hands in is counted under it.
    let mut form = scene.form("ORDINARY", "HOST_UNIT");
    form["submit"] = true.into();
    let officer = app.client(Who::officer(host));
    officer.post("/v1/evaluations", &form).await.expect(201);
    let progress = officer.get(&place(&round, "/progress")).await.expect(200);
    assert_eq!(figures(&progress.json["items"][0]), [1, 0, 1, 0, 0]);
}

#[actix_web::test]
async fn a_round_takes_forms_until_its_close_neither_longer_nor_shorter() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let round = opened(&scene.manager, app.city.yuxi.id).await;
    // Thirty days after the quarter are over on 30 July; the round takes forms until 15 August.
    app.advance(17 * 24 * 3600);
    let professional = app.client(Who::mentor(&app.city.yuxi, scene.professional_id));
    let form = scene.form("ORDINARY", "PROFESSIONAL_MENTOR");
    professional
        .post("/v1/evaluations", &form)
        .await
        .expect(201);
    // What no round issued is late.
    let phase = scene.form("PHASE", "PROFESSIONAL_MENTOR");
    let late = professional.post("/v1/evaluations", &phase).await;
    late.expect_problem(409, "rule-violation");
    let manager = app.client(Who::manager(&app.city.root));
    let close = manager.post(&place(&round, "/_close"), &json!({})).await;
    assert_eq!(
        figures(&close.expect(200).json["progress"]),
        [4, 0, 0, 0, 4]
    );
    let political = app.client(Who::mentor(&app.city.yuxi, scene.political_id));
    let form = scene.form("ORDINARY", "POLITICAL_MENTOR");
    let late = political.post("/v1/evaluations", &form).await;
    let late = late.expect_problem(409, "rule-violation");
    assert_eq!(late.json["violations"][0]["reason"], "LATE");
    // A manager accepts one all the same: it is missed no longer.
    let body = json!({
        "cadreId": scene.cadre_id, "kind": "ORDINARY", "periodFrom": QUARTER.0, "periodTo": QUARTER.1,
        "evaluatorRelation": "POLITICAL_MENTOR", "reason": "迟交，已说明",
    });
    manager
        .post("/v1/evaluations/_reopen", &body)
        .await
        .expect(200);
    let mut form = form;
    form["submit"] = true.into();
    political.post("/v1/evaluations", &form).await.expect(201);
    assert_eq!(totals(&manager, &round).await, [4, 0, 1, 0, 3]);
}

#[actix_web::test]
async fn a_round_that_closes_early_takes_nothing_after_it() {
    let scene = Scene::start().await;
    let round = opened(&scene.manager, scene.app.city.yuxi.id).await;
    let close = scene
        .manager
        .post(&place(&round, "/_close"), &json!({}))
        .await;
    close.expect(200);
    let form = scene.form("ORDINARY", "SELF");
    let late = scene.cadre.post("/v1/evaluations", &form).await;
    late.expect_problem(409, "rule-violation");
}

#[actix_web::test]
async fn who_still_has_a_form_to_hand_in_sees_no_other_until_the_close() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let round = opened(&scene.manager, app.city.yuxi.id).await;
    scene.confirmed("ORDINARY", "UNIT").await;
    app.advance(17 * 24 * 3600);
    let professional = || app.client(Who::mentor(&app.city.yuxi, scene.professional_id));
    let cadre = app.client(Who::cadre(&app.city.yuxi, scene.cadre_id));
    // Without a round the days are over, and both would read it.
    assert_eq!(scene.listed(&professional()).await.len(), 0);
    assert_eq!(scene.listed(&cadre).await.len(), 0);
    let manager = app.client(Who::manager(&app.city.root));
    let close = manager.post(&place(&round, "/_close"), &json!({})).await;
    close.expect(200);
    assert_eq!(scene.listed(&professional()).await.len(), 1);
    assert_eq!(scene.listed(&cadre).await.len(), 1);
}

#[actix_web::test]
async fn a_form_that_was_missed_says_why() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let round = opened(&scene.manager, app.city.yuxi.id).await;
    let appoint = format!("/v1/mentors/{}/_appoint", scene.political_id);
    let on = json!({ "on": "2020-08-01" });
    scene.manager.post(&appoint, &on).await.expect(200);
    let leave = json!({ "from": "2023-07-24", "to": "2023-12-31", "reason": "脱产学习" });
    let suspend = format!("/v1/mentors/{}/_suspend", scene.political_id);
    scene.manager.post(&suspend, &leave).await.expect(200);
    let absence = json!({ "cadreId": scene.cadre_id, "kind": "SICK", "startsOn": "2023-07-20" });
    scene
        .officer
        .post("/v1/absences", &absence)
        .await
        .expect(201);
    let close = scene
        .manager
        .post(&place(&round, "/_close"), &json!({}))
        .await;
    close.expect(200);
    let listed = scene.officer.get("/v1/rater-forms?status=MISSED").await;
    let listed = listed.expect(200);
    let mut reasons: Vec<(&str, &str)> = listed.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|form| {
            let word = |name: &str| form[name].as_str().unwrap();
            (word("evaluatorRelation"), word("missedReason"))
        })
        .collect();
    reasons.sort_unstable();
    let expected = [
        ("POLITICAL_MENTOR", "RATER_ON_LEAVE"),
        ("PROFESSIONAL_MENTOR", "CADRE_ON_LEAVE"),
        ("SELF", "CADRE_ON_LEAVE"),
        ("UNIT", "CADRE_ON_LEAVE"),
    ];
    assert_eq!(reasons, expected);
    let late = "/v1/rater-forms?missedReason=LATE&count=exact";
    let late = scene.officer.get(late).await.expect(200);
    assert_eq!(late.json["total"], 0);
}

#[actix_web::test]
async fn raters_find_their_own_forms_and_units_those_about_their_cadres() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let round = opened(&scene.manager, app.city.root.id).await;
    scene.submitted("ORDINARY", "POLITICAL_MENTOR").await;
    let read = |caller: Client| async move {
        let listed = caller.get("/v1/rater-forms?count=exact").await.expect(200);
        let items = listed.json["items"].as_array().unwrap();
        assert_eq!(listed.json["total"], items.len());
        let word = |form: &Value| {
            let words = ["evaluatorRelation", "status"].map(|name| form[name].as_str().unwrap());
            words.join(" ")
        };
        let mut words: Vec<String> = items.iter().map(word).collect();
        words.sort();
        words
    };
    let all = [
        "POLITICAL_MENTOR SUBMITTED",
        "PROFESSIONAL_MENTOR ISSUED",
        "SELF ISSUED",
        "UNIT ISSUED",
    ];
    assert_eq!(read(app.manager()).await, all);
    assert_eq!(read(app.officer()).await, all);
    let unit = &app.city.yuxi;
    let political = app.client(Who::mentor(unit, scene.political_id));
    assert_eq!(read(political).await, [all[0]]);
    let professional = app.client(Who::mentor(unit, scene.professional_id));
    assert_eq!(read(professional).await, [all[1]]);
    let cadre = app.client(Who::cadre(unit, scene.cadre_id));
    assert_eq!(read(cadre).await, [all[2]]);
    let elsewhere = app.client(Who::officer(&app.city.qingjiang));
    assert!(read(elsewhere).await.is_empty());
    let of_round = format!("/v1/rater-forms?roundId={}", id_of(&round.json));
    let listed = scene.cadre.get(&of_round).await.expect(200);
    assert_eq!(listed.json["items"][0]["closesOn"], "2023-08-15");
}
