//! Evaluations through all their verbs.

use serde_json::json;

use super::meter::{Meter, Run};
use crate::evaluation_scene::{Scene, four, path_of};
use crate::support::Client;

pub async fn run() -> Run {
    let scene = Scene::start().await;
    let meter = Meter::new(&scene.app);
    forms(&scene, &meter).await;
    objection(&scene, &meter).await;
    meter.run()
}

async fn act(meter: &Meter, id: &str, caller: &Client, address: &str, body: &serde_json::Value) {
    let request = caller.request(reqwest::Method::POST, address).if_match("*");
    meter.count(id, request.json(body).send()).await;
}

/// From the draft to the confirmation.
async fn forms(scene: &Scene, meter: &Meter) {
    let (mentor, manager) = (&scene.political, &scene.manager);
    let form = scene.form("ORDINARY", "POLITICAL_MENTOR");
    let draft = meter
        .count("create_evaluation", mentor.post("/v1/evaluations", &form))
        .await;
    let form = path_of(&draft, "");
    let changed = json!({ "scores": four(95) });
    meter
        .count("update_evaluation", mentor.patch(&form, "*", &changed))
        .await;
    let submit = path_of(&draft, "/_submit");
    act(meter, "submit_evaluation", mentor, &submit, &json!({})).await;
    act(
        meter,
        "withdraw_evaluation",
        mentor,
        &path_of(&draft, "/_withdraw"),
        &json!({}),
    )
    .await;
    act(meter, "submit_evaluation", mentor, &submit, &json!({})).await;
    let reason = json!({ "reason": "请补充事例" });
    act(
        meter,
        "return_evaluation",
        manager,
        &path_of(&draft, "/_return"),
        &reason,
    )
    .await;
    act(meter, "submit_evaluation", mentor, &submit, &json!({})).await;
    act(
        meter,
        "confirm_evaluation",
        manager,
        &path_of(&draft, "/_confirm"),
        &json!({}),
    )
    .await;
    let other = scene.submitted("ORDINARY", "PROFESSIONAL_MENTOR").await;
    let items = json!({ "items": [{ "id": other.json["id"], "version": other.json["version"] }] });
    meter
        .count(
            "confirm_evaluations",
            manager.post("/v1/evaluations/_confirm", &items),
        )
        .await;
    let own = scene.draft("ORDINARY", "SELF").await;
    let address = path_of(&own, "");
    meter
        .count(
            "delete_evaluation",
            scene.cadre.delete(&address, own.etag()),
        )
        .await;
    let late = json!({
        "cadreId": scene.cadre_id, "kind": "ORDINARY", "periodFrom": "2021-10-01", "periodTo": "2021-12-31",
        "evaluatorRelation": "UNIT", "reason": "迟交，已说明",
    });
    meter
        .count(
            "reopen_evaluation",
            manager.post("/v1/evaluations/_reopen", &late),
        )
        .await;
}

/// What the cadre says to a confirmed form, and what is answered.
async fn objection(scene: &Scene, meter: &Meter) {
    let unit = scene.confirmed("ORDINARY", "UNIT").await;
    // Who has not said what they think of themselves reads nobody's opinion.
    scene.submitted("ORDINARY", "SELF").await;
    act(
        meter,
        "acknowledge_evaluation",
        &scene.cadre,
        &path_of(&unit, "/_acknowledge"),
        &json!({}),
    )
    .await;
    let reason = json!({ "reason": "分数偏低" });
    act(
        meter,
        "object_evaluation",
        &scene.cadre,
        &path_of(&unit, "/_object"),
        &reason,
    )
    .await;
    let answer = json!({ "outcome": "UPHELD", "answer": "同意复核" });
    act(
        meter,
        "answer_evaluation",
        &scene.other_manager,
        &path_of(&unit, "/_answer"),
        &answer,
    )
    .await;
}
