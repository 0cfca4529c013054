//! The tree of units.

mod concurrency;
mod merging;
mod register;
mod tree;
mod widening;

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::db::Id;
use xinmiao::db::schema::{user_grants, users};

use crate::support::{Answer, Client, TestApp, Unit};

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

/// Stores an account that is officer of a unit.
pub fn officer_of(app: &TestApp, unit: &Unit) -> Id {
    let user = app.id();
    let mut conn = app.db();
    diesel::insert_into(users::table)
        .values((
            users::id.eq(user),
            users::version.eq(1_i64),
            users::created_at.eq(app.now()),
            users::updated_at.eq(app.now()),
            users::username.eq(unit.code),
            users::display_name.eq(unit.name),
            users::disabled.eq(false),
        ))
        .execute(&mut conn)
        .unwrap();
    diesel::insert_into(user_grants::table)
        .values((
            user_grants::user_id.eq(user),
            user_grants::position.eq(0),
            user_grants::role.eq("UNIT_OFFICER"),
            user_grants::organization_id.eq(unit.id),
        ))
        .execute(&mut conn)
        .unwrap();
    user
}
