//! Training, as the manager of a whole city, and as a cadre where only they may.

use serde_json::json;

use super::meter::Meter;
use super::people::unit;
use crate::demo::{PASSWORD, signed_in};
use crate::support::TestApp;
use crate::training_scene::id_in;

pub async fn run(app: &TestApp, meter: &Meter) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let list = "/v1/training-events";
    let root = unit(&manager, "CITY", 0).await;
    let planned = json!({
        "organizationId": root, "title": "任职培训", "kind": "SPECIAL", "startsOn": "2023-07-20", "endsOn": "2023-07-21", "hours": 10,
        "seats": 2000,
    });
    let made = manager.post(list, &planned);
    let made = meter.count("create_training_event", made).await;
    let path = made.header("location").to_owned();
    // A cadre sees what is open to their unit and to those above it.
    let cadre = signed_in(app, "cadre", PASSWORD).await;
    for caller in [&manager, &cadre] {
        meter.count("list_training_events", caller.get(list)).await;
        meter.count("get_training_event", caller.get(&path)).await;
    }
    let later = json!({ "startsOn": "2023-09-04", "endsOn": "2023-09-05", "seats": 2 });
    let update = manager.patch(&path, "*", &later);
    meter.count("update_training_event", update).await;
    let other = manager.post(list, &planned).await.expect(201);
    let other = other.header("location").to_owned();
    let delete = manager.delete(&other, "*");
    meter.count("delete_training_event", delete).await;
    let (open, nothing) = (format!("{path}/_open"), json!({}));
    let open = manager.post(&open, &nothing);
    meter.count("open_training_event", open).await;
    enrolments(app, meter, &path).await;
    // Nobody waits for a seat when one is free.
    let more = json!({ "seats": 2000 });
    let more = manager.patch(&path, "*", &more);
    meter.costs("update_training_event", 10, more).await;
    let enrol = format!("{path}/_enrol");
    let all = json!({ "organizationId": root, "phases": ["SEEDLING"] });
    let all = manager.post(&enrol, &all);
    meter.costs("enrol_training_event", 15, all).await;
    let cancel = json!({ "reason": "另行安排" });
    let cancel = manager.post(&format!("{path}/_cancel"), &cancel).await;
    cancel.expect(200);
    attendance(app, meter, &planned).await;
}

/// Seats and who waits for them.
async fn enrolments(app: &TestApp, meter: &Meter, event: &str) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let people = manager.get("/v1/cadres?phase=NURTURING&limit=6").await;
    let people = people.expect(200).json;
    let id = |n: usize| people["items"][n]["id"].clone();
    let enrol = format!("{event}/_enrol");
    let two = json!({ "cadreIds": [id(0), id(1), id(2)] });
    let two = manager.post(&enrol, &two);
    meter.count("enrol_training_event", two).await;
    let list = "/v1/enrolments";
    let body = json!({ "eventId": id_in(event), "cadreId": id(3) });
    let made = manager.post(list, &body);
    let made = meter.count("create_enrolment", made).await;
    let waiting = made.header("location").to_owned();
    meter.count("list_enrolments", manager.get(list)).await;
    meter.count("get_enrolment", manager.get(&waiting)).await;
    let seated = format!("{list}?eventId={}&status=ENROLLED", id_in(event));
    let seated = manager.get(&seated).await.expect(200).json;
    let seated = format!("{list}/{}", seated["items"][0]["id"].as_str().unwrap());
    let excuse = json!({ "reason": "下乡驻村" });
    let excused = format!("{seated}/_excuse");
    let excused = manager.post(&excused, &excuse);
    meter.count("excuse_enrolment", excused).await;
    let (readmit, nothing) = (format!("{seated}/_readmit"), json!({}));
    let readmit = manager.post(&readmit, &nothing);
    meter.count("readmit_enrolment", readmit).await;
}

/// What is credited, and what those who were there think of it.
async fn attendance(app: &TestApp, meter: &Meter, planned: &serde_json::Value) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let event = manager.post("/v1/training-events", planned).await;
    let event = event.expect(201).header("location").to_owned();
    let open = format!("{event}/_open");
    manager.post(&open, &json!({})).await.expect(200);
    let cadre_id = signed_in(app, "cadre", PASSWORD).await.get("/v1/me").await;
    let cadre_id = cadre_id.expect(200).json["cadreId"].clone();
    let body = json!({ "eventId": id_in(&event), "cadreId": cadre_id });
    let enrolment = manager.post("/v1/enrolments", &body).await.expect(201);
    let enrolment = enrolment.header("location").to_owned();
    let items = json!({ "items": [{ "cadreId": cadre_id, "status": "ATTENDED" }] });
    let attendance = format!("{event}/attendance");
    let attendance = manager.post(&attendance, &items);
    meter.count("record_attendance", attendance).await;
    let (finish, nothing) = (format!("{event}/_finish"), json!({}));
    let finish = manager.post(&finish, &nothing);
    meter.count("finish_training_event", finish).await;
    let other = manager.post("/v1/training-events", planned).await;
    let other = other.expect(201).header("location").to_owned();
    let open = format!("{other}/_open");
    manager.post(&open, &json!({})).await.expect(200);
    let body = json!({ "eventId": id_in(&other), "cadreId": cadre_id });
    manager.post("/v1/enrolments", &body).await.expect(201);
    let cancel = json!({ "reason": "另行安排" });
    let cancelled = format!("{other}/_cancel");
    let cancelled = manager.post(&cancelled, &cancel);
    meter.count("cancel_training_event", cancelled).await;
    let cadre = signed_in(app, "cadre", PASSWORD).await;
    let (rate, five) = (format!("{enrolment}/_rate"), json!({ "rating": 5 }));
    let rate = cadre.post(&rate, &five);
    meter.count("rate_enrolment", rate).await;
    let feedback = format!("{event}/feedback");
    let feedback = manager.get(&feedback);
    meter.count("get_training_event_feedback", feedback).await;
    let hours = format!("/v1/cadres/{}/training-hours", cadre_id.as_str().unwrap());
    meter.count("get_training_hours", cadre.get(&hours)).await;
    let hours = manager.get("/v1/training-hours?limit=1000");
    meter.count("list_training_hours", hours).await;
}
