//! Training events and who takes part, as tests of several rooms need them.

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::support::{Client, TestApp};

/// What is sent to plan an event of ten hours over two days that the city's committee hosts, open to the whole city; `more` over it.
pub fn planned(app: &TestApp, starts_on: &str, more: &Value) -> Value {
    let ends_on = xinmiao::values::Date::parse(starts_on)
        .unwrap()
        .plus_days(1);
    let mut body = json!({
        "organizationId": app.city.root.id, "title": "任职培训", "kind": "SPECIAL", "startsOn": starts_on, "endsOn": ends_on, "hours": 10,
    });
    for (member, value) in more.as_object().unwrap() {
        body[member] = value.clone();
    }
    body
}

/// Plans such an event and tells its address.
pub async fn event(app: &TestApp, starts_on: &str, more: &Value) -> String {
    let manager = app.manager();
    let body = planned(app, starts_on, more);
    let made = manager.post("/v1/training-events", &body).await.expect(201);
    made.header("location").to_owned()
}

/// The same, open for enrolment.
pub async fn open_event(app: &TestApp, starts_on: &str, more: &Value) -> String {
    let path = event(app, starts_on, more).await;
    let open = format!("{path}/_open");
    app.manager().post(&open, &json!({})).await.expect(200);
    path
}

/// The id in an address.
pub fn id_in(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Enrols a cadre and tells the enrolment's address.
pub async fn enrol(app: &TestApp, event: &str, cadre: Id) -> String {
    let body = json!({ "eventId": id_in(event), "cadreId": cadre });
    let made = app
        .manager()
        .post("/v1/enrolments", &body)
        .await
        .expect(201);
    made.header("location").to_owned()
}

/// An event that a cadre was at; tells the address of the enrolment.
pub async fn attended(app: &TestApp, cadre: Id, starts_on: &str, more: &Value) -> String {
    let path = open_event(app, starts_on, more).await;
    let enrolment = enrol(app, &path, cadre).await;
    let item = json!({ "cadreId": cadre, "status": "ATTENDED" });
    attend(&app.manager(), &path, item).await;
    enrolment
}

/// Records the attendance of one.
pub async fn attend(caller: &Client, event: &str, item: Value) -> Value {
    let address = format!("{event}/attendance");
    let body = json!({ "items": [item] });
    caller.post(&address, &body).await.expect(200).json
}
