//! Rounds of evaluation, as the manager of a whole city; of one form, because SQLite takes rows one by one.

use serde_json::json;

use super::meter::Meter;
use crate::demo::{PASSWORD, signed_in};
use crate::evaluation_rounds;
use crate::support::TestApp;
use crate::support::mentoring::id_of;

pub async fn run(app: &TestApp, meter: &Meter) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let list = "/v1/evaluation-rounds";
    meter
        .count("list_evaluation_rounds", manager.get(list))
        .await;
    let city = manager.get("/v1/organizations?kind=CITY").await.expect(200);
    let unit = json!({ "code": "ROUND", "name": "新设办公室", "kind": "CITY_ORGAN", "parentId": id_of(&city.json["items"][0]) });
    let unit = manager.post("/v1/organizations", &unit).await.expect(201);
    let unit = id_of(&unit.json);
    let cadre = json!({ "name": "周小苗", "organizationId": unit, "reportedOn": "2023-01-03" });
    manager.post("/v1/cadres", &cadre).await.expect(201);
    let mut round = evaluation_rounds::round(unit, "ORDINARY");
    round["raters"] = json!(["UNIT"]);
    let made = manager.post(list, &round);
    let made = meter.count("create_evaluation_round", made).await;
    let path = made.header("location").to_owned();
    meter
        .count("get_evaluation_round", manager.get(&path))
        .await;
    let change = json!({ "dueOn": "2023-08-06" });
    meter
        .count(
            "update_evaluation_round",
            manager.patch(&path, "*", &change),
        )
        .await;
    let until = |day: &str| json!({ "closesOn": day, "reason": "汛期" });
    for (id, verb, body) in [
        ("open_evaluation_round", "_open", json!({})),
        ("extend_evaluation_round", "_extend", until("2023-08-31")),
        ("close_evaluation_round", "_close", json!({})),
        ("reopen_evaluation_round", "_reopen", until("2023-09-30")),
    ] {
        let verb = format!("{path}/{verb}");
        meter.count(id, manager.post(&verb, &body)).await;
    }
    let forms = format!("/v1/rater-forms?roundId={}", id_of(&made.json));
    meter.count("list_rater_forms", manager.get(&forms)).await;
    let progress = format!("{path}/progress");
    let listed = manager.get(&progress);
    let listed = meter.count("list_evaluation_round_progress", listed).await;
    assert_eq!(listed.json["items"][0]["expected"], 1);
    let list = "/v1/evaluation-schedules";
    let schedule = json!({ "organizationId": unit, "kind": "ORDINARY" });
    let made = manager.post(list, &schedule);
    let made = meter.count("create_evaluation_schedule", made).await;
    meter
        .count("list_evaluation_schedules", manager.get(list))
        .await;
    let path = made.header("location").to_owned();
    meter
        .count("get_evaluation_schedule", manager.get(&path))
        .await;
    let change = json!({ "dueAfterDays": 20 });
    let change = manager.patch(&path, "*", &change);
    meter.count("update_evaluation_schedule", change).await;
    let end = format!("{path}/_end");
    meter
        .count("end_evaluation_schedule", manager.post(&end, &json!({})))
        .await;
    round["periodFrom"] = json!("2023-05-01");
    let rounds = "/v1/evaluation-rounds";
    let other = manager.post(rounds, &round).await.expect(201);
    let other = manager.delete(other.header("location"), "*");
    meter.count("delete_evaluation_round", other).await;
}
