//! Phase templates, plans and evaluation forms, as the manager of a whole city.

use reqwest::Method;
use serde_json::json;

use xinmiao::context::Context;
use xinmiao::{calendar, plans};

use super::meter::Meter;
use super::people::unit;
use crate::demo::{PASSWORD, signed_in};
use crate::evaluation_forms;
use crate::support::TestApp;
use crate::support::mentoring::id_of;

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
    // To the live plans of the phase, 545, five hundred at a time.
    let mut more = draft.clone();
    more["goals"] = json!([{ "title": "国情研修", "dueAfterMonths": 6 }]);
    let more = manager.post(list, &more).await.expect(201);
    let publish = format!("{}/_publish", more.header("location"));
    let apply = json!({ "applyToLivePlans": true });
    let apply = manager.post(&publish, &apply);
    meter.costs("publish_phase_template", 19, apply).await;
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
    goals(app, meter, &plan).await;
    forms(app, meter).await;
}

async fn forms(app: &TestApp, meter: &Meter) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let list = "/v1/evaluation-forms";
    meter
        .count("list_evaluation_forms", manager.get(list))
        .await;
    let draft = evaluation_forms::form("ORDINARY", "2023-07-01");
    let made = manager.post(list, &draft);
    let made = meter.count("create_evaluation_form", made).await;
    let path = made.header("location").to_owned();
    meter.count("get_evaluation_form", manager.get(&path)).await;
    let change = json!({ "minimumRaters": 3 });
    meter
        .count("update_evaluation_form", manager.patch(&path, "*", &change))
        .await;
    for (id, verb) in [
        ("publish_evaluation_form", "_publish"),
        ("retire_evaluation_form", "_retire"),
    ] {
        let verb = format!("{path}/{verb}");
        meter.count(id, manager.post(&verb, &json!({}))).await;
    }
    let other = manager.post(list, &draft).await.expect(201);
    let other = manager.delete(other.header("location"), "*");
    meter.count("delete_evaluation_form", other).await;
}

async fn goals(app: &TestApp, meter: &Meter, plan: &str) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let read = manager.get(plan).await.expect(200);
    let goal = format!("{plan}/goals/{}", app.id());
    let body =
        json!({ "title": "独立办理三件信访事项", "dueOn": read.json["endsOn"].as_str().unwrap() });
    let put = manager.request(Method::PUT, &goal).json(&body).send();
    meter.count("put_plan_goal", put).await;
    let reason = json!({ "reason": "另有安排" });
    for (id, verb, body) in [
        ("done_plan_goal", "_done", &json!({})),
        ("reopen_plan_goal", "_reopen", &reason),
        ("drop_plan_goal", "_drop", &reason),
    ] {
        let verb = format!("{goal}/{verb}");
        meter.count(id, manager.post(&verb, body)).await;
    }
    // The dearest: the next year's plan is there already.
    let plan = with_next(app).await;
    let read = manager.get(&plan).await.expect(200);
    let goal = read.json["goals"][0]["id"].as_str().unwrap();
    let verb = format!("{plan}/goals/{goal}/_carry");
    meter
        .count("carry_plan_goal", manager.post(&verb, &json!({})))
        .await;
}

/// The address of a plan of someone whose next year is planned for already.
async fn with_next(app: &TestApp) -> String {
    let service = app.service();
    let manager = signed_in(app, "manager", PASSWORD).await;
    let unit = unit(&manager, "CITY_ORGAN", 0).await;
    let body = json!({ "name": "李雨瑶", "organizationId": unit, "reportedOn": "2022-07-25" });
    let made = manager.post("/v1/cadres", &body).await;
    let cadre = id_of(&made.expect(201).json);
    calendar::plan(&service.db, &service.deps, None)
        .await
        .unwrap();
    let context = Context::system(&service.deps, "budgets");
    let next = context.today.plus_days(1);
    let made = service
        .db
        .write(move |tx| plans::make_beginning(tx, &context, next));
    assert!(made.await.unwrap() > 0);
    let listed = manager
        .get(&format!("/v1/plans?cadreId={cadre}&sort=endsOn"))
        .await;
    format!("/v1/plans/{}", id_of(&listed.expect(200).json["items"][0]))
}
