//! R13: on a secondment of half a year or longer the host unit appraises, in every period of which it covers half or more.

use serde_json::{Value, json};

use crate::evaluation_scene::{Scene, act, confirm, path_of};
use crate::posting_scene::running;
use crate::support::{Client, Who};

const LIST: &str = "/v1/evaluations";

/// The cadre is seconded to an organ of the city for these days; the host's officer, and the posting.
async fn seconded(scene: &Scene, days: (&str, &str)) -> (Client, String) {
    let app = &scene.app;
    let host = &app.city.reform;
    let more =
        json!({ "arrangement": "SECONDMENT", "hostName": null, "hostOrganizationId": host.id });
    let posting = running(app, scene.cadre_id, days, &more).await;
    (app.client(Who::officer(host)), posting)
}

fn form(scene: &Scene, relation: &str) -> Value {
    let mut form = scene.form("ORDINARY", relation);
    form["submit"] = true.into();
    form
}

async fn violation(by: &Client, body: &Value) -> (Value, Value) {
    let answer = by
        .post(LIST, body)
        .await
        .expect_problem(409, "rule-violation");
    let found = &answer.json["violations"][0];
    (found["rule"].clone(), found["reason"].clone())
}

#[actix_web::test]
async fn r13_the_host_of_a_long_secondment_appraises_and_the_own_unit_does_not() {
    let scene = Scene::start().await;
    let (host, _) = seconded(&scene, ("2023-01-01", "2023-12-31")).await;
    assert_eq!(
        violation(&scene.officer, &form(&scene, "UNIT")).await,
        (json!("R13"), json!("HOST_UNIT_APPRAISES"))
    );
    // No manager passes over it.
    let mut overriding = form(&scene, "UNIT");
    overriding["overrides"] = json!([{ "rule": "R13", "reason": "原单位更了解" }]);
    assert_eq!(
        violation(&scene.manager, &overriding).await.1,
        json!("HOST_UNIT_APPRAISES")
    );
    // The host is no other rater, and the own unit's officer no host.
    let other = host.post(LIST, &form(&scene, "UNIT")).await;
    assert_eq!(
        other.expect_problem(422, "invalid").errors(),
        [("/evaluatorRelation", "code-unknown")]
    );
    let own = scene.officer.post(LIST, &form(&scene, "HOST_UNIT")).await;
    assert_eq!(
        own.expect_problem(422, "invalid").errors(),
        [("/evaluatorRelation", "code-unknown")]
    );
    let made = host
        .post(LIST, &form(&scene, "HOST_UNIT"))
        .await
        .expect(201);
    assert_eq!(made.json["evaluatorRelation"], "HOST_UNIT");
    assert_eq!(made.json["status"], "SUBMITTED");
    let again = host.post(LIST, &form(&scene, "HOST_UNIT")).await;
    again.expect_problem(409, "duplicate");
    confirm(&scene.manager, &made).await.expect(200);
    for by in [&scene.officer, &scene.manager, &host] {
        let read = by.get(&path_of(&made, "")).await.expect(200);
        assert_eq!(read.json["status"], "CONFIRMED");
    }
}

#[actix_web::test]
async fn r13_a_host_reads_what_it_wrote_and_nothing_else_of_the_cadre() {
    let scene = Scene::start().await;
    let (host, _) = seconded(&scene, ("2023-01-01", "2023-12-31")).await;
    let mentors = scene.confirmed("ORDINARY", "POLITICAL_MENTOR").await;
    let made = host
        .post(LIST, &form(&scene, "HOST_UNIT"))
        .await
        .expect(201);
    let own = made.json["id"].as_str().unwrap().to_owned();
    assert_eq!(scene.listed(&host).await, [own]);
    host.get(&path_of(&mentors, ""))
        .await
        .expect_problem(404, "not-found");
    let file = format!("/v1/cadres/{}/growth-file", scene.cadre_id);
    host.get(&file).await.expect_problem(404, "not-found");
    // Another officer of another host reads none of it, before and after it is confirmed.
    let app = &scene.app;
    let stranger = app.client(Who::officer(&app.city.liulin));
    confirm(&scene.manager, &made).await.expect(200);
    let path = path_of(&made, "");
    stranger.get(&path).await.expect_problem(404, "not-found");
    assert_eq!(scene.listed(&stranger).await, [""; 0]);
    let form = form(&scene, "HOST_UNIT");
    let refused = stranger
        .post(LIST, &form)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/cadreId", "reference-unknown")]);
}

#[actix_web::test]
async fn r13_half_a_year_and_half_of_the_period_are_the_edges() {
    // The quarter has 91 days. Of a secondment of 182 days, and of one that covers 45 days of it, the own unit appraises.
    for (days, is_hosts) in [
        (("2023-01-01", "2023-07-01"), false),
        (("2023-01-01", "2023-07-02"), true),
        (("2022-10-01", "2023-05-15"), false),
        (("2022-10-01", "2023-05-16"), true),
        (("2023-05-17", "2023-12-31"), false),
        (("2023-05-16", "2023-12-31"), true),
    ] {
        let scene = Scene::start().await;
        let (host, posting) = seconded(&scene, days).await;
        if days.1 < "2023-07-24" {
            let result = json!({ "on": days.1, "result": { "rating": "GOOD" } });
            let finish = format!("{posting}/_finish");
            scene.manager.post(&finish, &result).await.expect(200);
        }
        let (by, relation) = match is_hosts {
            true => (&host, "HOST_UNIT"),
            false => (&scene.officer, "UNIT"),
        };
        by.post(LIST, &form(&scene, relation)).await.expect(201);
        if !is_hosts {
            let refused = host.post(LIST, &form(&scene, "HOST_UNIT")).await;
            assert_eq!(
                refused.expect_problem(422, "invalid").errors(),
                [("/cadreId", "reference-unknown")],
                "{days:?}"
            );
        }
    }
}

#[actix_web::test]
async fn r13_is_asked_again_when_a_form_is_handed_in() {
    let scene = Scene::start().await;
    // The unit's draft is older than the record of the secondment.
    let draft = scene.draft("ORDINARY", "UNIT").await;
    let (host, posting) = seconded(&scene, ("2023-01-01", "2023-12-31")).await;
    let refused = act(&scene.officer, &draft, "/_submit", &json!({})).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(
        refused.json["violations"][0]["reason"],
        "HOST_UNIT_APPRAISES"
    );
    let mut hosts = form(&scene, "HOST_UNIT");
    hosts["submit"] = false.into();
    let hosts = host.post(LIST, &hosts).await.expect(201);
    // Recalled before half a year was over, it is no long secondment any more.
    let recall = json!({ "on": "2023-06-30", "reason": "单位另有安排" });
    let recall = scene
        .manager
        .post(&format!("{posting}/_recall"), &recall)
        .await;
    recall.expect(200);
    let refused = act(&host, &hosts, "/_submit", &json!({})).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(refused.json["violations"][0]["reason"], "NOT_ON_SECONDMENT");
    act(&scene.officer, &draft, "/_submit", &json!({}))
        .await
        .expect(200);
}

#[actix_web::test]
async fn r13_what_the_host_hands_in_frees_the_own_unit_to_read() {
    let scene = Scene::start().await;
    let (host, _) = seconded(&scene, ("2023-01-01", "2023-12-31")).await;
    let mentors = scene.confirmed("ORDINARY", "POLITICAL_MENTOR").await;
    let read = async |by: &Client| by.get(&path_of(&mentors, "")).await.status;
    assert_eq!(read(&scene.officer).await, 404);
    host.post(LIST, &form(&scene, "HOST_UNIT"))
        .await
        .expect(201);
    assert_eq!(read(&scene.officer).await, 200);
}

#[actix_web::test]
async fn r13_a_host_outside_the_tree_appraises_through_the_own_unit() {
    let scene = Scene::start().await;
    let more = json!({ "arrangement": "SECONDMENT", "hostName": "对口支援地发改委" });
    running(
        &scene.app,
        scene.cadre_id,
        ("2023-01-01", "2023-12-31"),
        &more,
    )
    .await;
    scene
        .officer
        .post(LIST, &form(&scene, "UNIT"))
        .await
        .expect(201);
}
