//! The tree of units.

mod concurrency;
mod merging;
mod register;
mod tree;

use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

/// The address of an organization.
fn path(id: impl std::fmt::Display) -> String {
    format!("/v1/organizations/{id}")
}

/// A township of Enyang that is not in the standard city.
fn new_township(app: &TestApp) -> Value {
    json!({
        "code": "BZ-511903-ZZ", "name": "正直镇", "shortName": "正直", "kind": "TOWNSHIP",
        "parentId": app.city.enyang.id, "divisionCode": "511903102", "remote": true, "validFrom": "2019-12-20",
        "externalIds": { "hr-portal": "U-17" },
    })
}

/// The codes of the units that a query finds, in order.
async fn codes(client: &Client, query: &str) -> Vec<String> {
    let found = client
        .get(&format!("/v1/organizations?{query}"))
        .await
        .expect(200);
    let items = found.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["code"].as_str().unwrap().to_owned())
        .collect()
}

/// The actions that the journal has of a resource, in order.
async fn actions(app: &TestApp, id: &Value) -> Vec<String> {
    app.sealed().await;
    let id = id.as_str().unwrap();
    let journal = app
        .auditor()
        .get(&format!("/v1/journal?resourceId={id}"))
        .await
        .expect(200);
    let items = journal.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        .collect()
}

/// Creates a unit as administrator.
async fn create(app: &TestApp, body: &Value) -> Answer {
    app.administrator()
        .post("/v1/organizations", body)
        .await
        .expect(201)
}
