//! A kept reply is given again to those alone who could still read what it tells of.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::access::Role;

use crate::evaluation_scene::{Scene, id_of};
use crate::openapi::{document, resolved};
use crate::support::{Answer, Client, TestApp, Who};

const KEY: &str = "key-0123456789";

async fn post(client: &Client, path: &str, body: &Value) -> Answer {
    let request = client.request(Method::POST, path).keyed(KEY);
    request.json(body).send().await
}

fn cadre(app: &TestApp) -> Value {
    json!({ "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" })
}

#[actix_web::test]
async fn a_reply_about_somebody_who_has_left_the_callers_units_is_not_given_again() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let made = post(&officer, "/v1/cadres", &cadre(&app)).await.expect(201);
    let move_to = |unit: xinmiao::db::Id, day: &'static str| {
        let path = format!("/v1/cadres/{}/_transfer", id_of(&made.json));
        let body = json!({ "organizationId": unit, "effectiveOn": day });
        let manager = app.manager();
        async move { manager.post(&path, &body).await.expect(200) }
    };
    move_to(app.city.liulin.id, "2023-03-01").await;
    let refused = post(&officer, "/v1/cadres", &cadre(&app)).await;
    refused.expect_problem(404, "not-found");
    // Nothing was made anew, and the key still holds once they are back.
    let all = app
        .manager()
        .get("/v1/cadres?count=exact")
        .await
        .expect(200);
    assert_eq!(all.json["total"], 1);
    move_to(app.city.yuxi.id, "2023-04-01").await;
    let again = post(&officer, "/v1/cadres", &cadre(&app)).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, made.body);
}

#[actix_web::test]
async fn a_reply_is_not_given_again_with_less_authority_than_it_was_made_with() {
    let app = TestApp::start().await;
    let officer = Who::officer(&app.city.yuxi).named("li");
    let more = officer.clone().and(Role::ProgrammeManager, &app.city.root);
    let as_manager = app.client(more.clone());
    let made = post(&as_manager, "/v1/cadres", &cadre(&app))
        .await
        .expect(201);
    let refused = post(&app.client(officer.clone()), "/v1/cadres", &cadre(&app)).await;
    refused.expect_problem(403, "forbidden");
    // With all of it and another grant besides.
    let still_more = more.and(Role::Auditor, &app.city.root);
    let again = post(&app.client(still_more), "/v1/cadres", &cadre(&app)).await;
    assert_eq!(again.expect(201).body, made.body);
    let narrowed = Who::system(&app.city.yuxi, "cadres:write identity:reveal");
    let client = app.client(narrowed.clone().named("portal"));
    post(&client, "/v1/cadres", &cadre(&app)).await.expect(201);
    let fewer = Who::system(&app.city.yuxi, "cadres:write").named("portal");
    let refused = post(&app.client(fewer), "/v1/cadres", &cadre(&app)).await;
    refused.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn who_may_only_write_gets_a_reply_again() {
    let scene = Scene::start().await;
    let unit = &scene.app.city.yuxi;
    for (path, scope, body) in [
        ("/v1/cadres", "cadres:write", cadre(&scene.app)),
        (
            "/v1/evaluations",
            "evaluations:write",
            scene.form("ORDINARY", "UNIT"),
        ),
    ] {
        let client = scene.app.client(Who::system(unit, scope));
        let made = post(&client, path, &body).await.expect(201);
        let again = post(&client, path, &body).await.expect(201);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.body, made.body);
    }
}

#[actix_web::test]
async fn a_reply_about_many_is_not_given_again_when_one_of_them_is_out_of_reach() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let mentor = crate::support::mentoring::mentor(app, &app.city.yuxi, "彭永兵").await;
    let cadre = crate::support::mentoring::cadre(app, &app.city.yuxi, "王小雨", "2022-08-26").await;
    let pair = json!({ "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-24" });
    let pair = app
        .manager()
        .post("/v1/assignments", &pair)
        .await
        .expect(201);
    let county = app.client(Who::manager(&app.city.enyang));
    let body = json!({ "items": [{ "id": id_of(&pair.json), "version": pair.json["version"] }] });
    let path = "/v1/assignments/_activate";
    let done = post(&county, path, &body).await.expect(200);
    let again = post(&county, path, &body).await.expect(200);
    assert_eq!(again.body, done.body);
    let to = json!({ "parentId": app.city.bazhou.id, "effectiveOn": "2023-07-24" });
    let transfer = format!("/v1/organizations/{}/_move", app.city.yuxi.id);
    app.administrator().post(&transfer, &to).await.expect(200);
    let refused = post(&county, path, &body).await;
    refused.expect_problem(404, "not-found");
}

/// Every kind of reply that is kept is named where replies are checked; these tell of nothing but what the caller sent.
#[actix_web::test]
async fn every_kept_reply_tells_of_a_kind_that_is_checked() {
    const ECHOES: [&str; 3] = ["ImportReport", "BulkConfirmation", "EvaluationReopening"];
    let document = document();
    let mut schemas = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let Some(operation) = operations.get("post") else {
            continue;
        };
        let is_keyed = operation["parameters"].as_array().into_iter().flatten();
        let mut is_keyed = is_keyed.map(|parameter| resolved(&document, parameter));
        if !is_keyed.any(|parameter| parameter["name"] == "Idempotency-Key") {
            continue;
        }
        let content = &operation["responses"]["200"]["content"]["application/json"];
        let content = match content {
            Value::Null => &operation["responses"]["201"]["content"]["application/json"],
            content => content,
        };
        let schema = content["schema"]["$ref"].as_str().unwrap_or(path);
        schemas.insert(schema.rsplit('/').next().unwrap().to_owned());
    }
    schemas.retain(|schema| !ECHOES.contains(&schema.as_str()));
    let checked = [
        "Absence",
        "ActivatedAssignments",
        "Assignment",
        "Cadre",
        "EnrolledCadres",
        "Enrolment",
        "Evaluation",
        "EvaluationForm",
        "EvaluationRound",
        "EvaluationSchedule",
        "Exchange",
        "FollowUp",
        "GrowthEntry",
        "Kinship",
        "MatchingRun",
        "Mentor",
        "MentoringSession",
        "MergedOrganization",
        "MovedOrganization",
        "Organization",
        "PhaseTemplate",
        "Plan",
        "Posting",
        "PublishedPhaseTemplate",
        "RecordedAttendance",
        "TrainingEvent",
        "TurnedEvaluationRound",
        "WrittenEvaluation",
    ];
    assert_eq!(schemas, checked.map(str::to_owned).into());
}
