//! Postings, as tests of several rooms need them.

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::support::TestApp;

/// What is sent to plan a posting to a task force outside the tree; `more` over it.
pub fn planned(cadre: Id, (first, last): (&str, &str), more: &Value) -> Value {
    let mut body = json!({
        "cadreId": cadre, "front": "PROJECT", "arrangement": "TASK_FORCE", "hostName": "镇广高速公路建设指挥部",
        "task": "负责项目征地拆迁协调", "plannedStartsOn": first, "plannedEndsOn": last,
    });
    for (member, value) in more.as_object().unwrap() {
        body[member] = value.clone();
    }
    body
}

/// Plans such a posting and tells its address.
pub async fn posting(app: &TestApp, cadre: Id, days: (&str, &str), more: &Value) -> String {
    let body = planned(cadre, days, more);
    let made = app.manager().post("/v1/postings", &body).await.expect(201);
    made.header("location").to_owned()
}

/// The same, begun on its first day.
pub async fn running(app: &TestApp, cadre: Id, days: (&str, &str), more: &Value) -> String {
    let path = posting(app, cadre, days, more).await;
    let start = json!({ "on": days.0 });
    let start = app.manager().post(&format!("{path}/_start"), &start).await;
    start.expect(200);
    path
}

/// What is sent to finish one.
pub fn result() -> Value {
    json!({ "result": { "rating": "GOOD", "text": "完成 37 户征地协议签订" } })
}
