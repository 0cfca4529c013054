//! Phase templates and plans, as the manager of a whole city.

use serde_json::json;

use super::meter::Meter;
use crate::demo::{PASSWORD, signed_in};
use crate::support::TestApp;

pub async fn run(app: &TestApp, meter: &Meter) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let list = "/v1/phase-templates";
    meter.count("list_phase_templates", manager.get(list)).await;
    let draft = json!({ "phase": "SEEDLING", "theme": "立德铸魂", "validFrom": "2023-07-01" });
    let made = manager.post(list, &draft);
    let made = meter.count("create_phase_template", made).await;
    let path = made.header("location").to_owned();
    meter.count("get_phase_template", manager.get(&path)).await;
    let theme = json!({ "theme": "适应岗位" });
    meter
        .count("update_phase_template", manager.patch(&path, "*", &theme))
        .await;
    for (id, verb) in [
        ("publish_phase_template", "_publish"),
        ("retire_phase_template", "_retire"),
    ] {
        let verb = format!("{path}/{verb}");
        meter.count(id, manager.post(&verb, &json!({}))).await;
    }
    let other = manager.post(list, &draft).await.expect(201);
    let other = other.header("location");
    meter
        .count("delete_phase_template", manager.delete(other, "*"))
        .await;
    let plans = manager
        .get("/v1/plans?status=DRAFT&limit=1")
        .await
        .expect(200);
    let plan = format!(
        "/v1/plans/{}",
        plans.json["items"][0]["id"].as_str().unwrap()
    );
    meter
        .count("update_plan", manager.patch(&plan, "*", &theme))
        .await;
    let activate = format!("{plan}/_activate");
    meter
        .count("activate_plan", manager.post(&activate, &json!({})))
        .await;
}
