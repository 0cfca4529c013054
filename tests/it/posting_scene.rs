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

/// What is sent to exchange two cadres between their units.
pub fn swap((one, home): (Id, Id), (other, away): (Id, Id), days: (&str, &str)) -> Value {
    let leg = |cadre: Id, host: Id| {
        json!({
            "cadreId": cadre, "hostOrganizationId": host, "front": "TOUGH_TASK", "arrangement": "ATTACHMENT", "task": "参与矛盾纠纷排查调处",
        })
    };
    json!({
        "title": "市县乡双向互派", "plannedStartsOn": days.0, "plannedEndsOn": days.1, "legs": [leg(one, away), leg(other, home)],
    })
}

/// Plans an exchange of two new cadres between a township and an organ of the city, and tells its address.
pub async fn exchange(app: &TestApp, days: (&str, &str)) -> String {
    let (low, high) = (&app.city.yuxi, &app.city.reform);
    let (one, other) = (app.insert_cadre(low), app.insert_cadre(high));
    let body = swap((one, low.id), (other, high.id), days);
    let made = app.manager().post("/v1/exchanges", &body).await.expect(201);
    made.header("location").to_owned()
}

/// What is sent to finish every leg of one.
pub fn results(exchange: &Value) -> Value {
    let result =
        |leg: &Value| json!({ "postingId": leg["postingId"], "result": { "rating": "GOOD" } });
    let legs = exchange["legs"].as_array().unwrap().iter();
    let results: Vec<Value> = legs.map(result).collect();
    json!({ "results": results })
}
