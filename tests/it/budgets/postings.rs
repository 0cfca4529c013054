//! Postings, as the manager of a whole city.

use serde_json::json;
use xinmiao::db::Id;

use super::meter::Meter;
use super::people::unit;
use crate::demo::{PASSWORD, signed_in};
use crate::posting_scene;
use crate::support::mentoring::id_of;
use crate::support::{Client, TestApp};

pub async fn run(app: &TestApp, meter: &Meter) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let list = "/v1/postings";
    let people = manager
        .get("/v1/cadres?phase=SEEDLING&status=ACTIVE&mentoring=FULL&limit=1")
        .await;
    let person = people.expect(200).json["items"][0].clone();
    let cadre = id_of(&person);
    // Whoever is posted already comes home first.
    let address = format!(
        "{list}?cadreId={}&status=ACTIVE",
        person["id"].as_str().unwrap()
    );
    let present = manager.get(&address).await.expect(200).json;
    for one in present["items"].as_array().unwrap() {
        let recall = format!("{list}/{}/_recall", one["id"].as_str().unwrap());
        let why = json!({ "reason": "另行安排" });
        manager.post(&recall, &why).await.expect(200);
    }
    let host = unit(&manager, "CITY_ORGAN", 5).await;
    let guide = person["politicalMentorId"].clone();
    let more = json!({
        "hostName": null, "hostOrganizationId": host, "leadMentorId": guide, "arrangement": "LOAN",
        "overrides": [{ "rule": "R05", "reason": "市委专题会议同意" }],
    });
    let body = posting_scene::planned(cadre, ("2023-07-24", "2023-12-31"), &more);
    let made = meter
        .count("create_posting", manager.post(list, &body))
        .await;
    let path = made.header("location").to_owned();
    let hosted = format!("{list}?hostOrganizationId={}", host);
    meter.count("list_postings", manager.get(list)).await;
    meter.count("list_postings", manager.get(&hosted)).await;
    meter.count("get_posting", manager.get(&path)).await;
    let other = unit(&manager, "CITY_ORGAN", 6).await;
    let patch =
        json!({ "hostOrganizationId": other, "plannedEndsOn": "2024-01-31", "leadMentorId": null });
    let patch = manager.patch(&path, "*", &patch);
    meter.count("update_posting", patch).await;
    let patch = json!({ "leadMentorId": guide });
    manager.patch(&path, "*", &patch).await.expect(200);
    let verb = |verb: &str| format!("{path}/{verb}");
    let start = verb("_start");
    let nothing = json!({});
    meter
        .count("start_posting", manager.post(&start, &nothing))
        .await;
    let later = json!({ "plannedEndsOn": "2024-03-31", "reason": "工期顺延" });
    let extend = verb("_extend");
    meter
        .count("extend_posting", manager.post(&extend, &later))
        .await;
    let (finish, result) = (verb("_finish"), posting_scene::result());
    let finished = manager.post(&finish, &result);
    let finished = meter.count("finish_posting", finished).await;
    let entry = finished.json["result"]["growthEntryId"]
        .as_str()
        .unwrap()
        .to_owned();
    let complete = format!("/v1/growth-entries/{entry}/_complete");
    let title = json!({ "title": "征地拆迁" });
    meter
        .count("complete_growth_entry", manager.post(&complete, &title))
        .await;
    let why = json!({ "reason": "另行安排" });
    for (verb, days) in [
        ("recall", ("2023-07-24", "2023-12-31")),
        ("cancel", ("2023-09-01", "2023-12-31")),
    ] {
        let body = posting_scene::planned(cadre, days, &json!({}));
        let made = manager.post(list, &body).await.expect(201);
        let path = made.header("location").to_owned();
        if verb == "recall" {
            let start = format!("{path}/_start");
            manager.post(&start, &nothing).await.expect(200);
        }
        let address = format!("{path}/_{verb}");
        let operation = if verb == "recall" {
            "recall_posting"
        } else {
            "cancel_posting"
        };
        meter.count(operation, manager.post(&address, &why)).await;
    }
    exchanges(&manager, meter).await;
}

/// An exchange of two between two organs of the city; each further leg costs as much again.
async fn exchanges(manager: &Client, meter: &Meter) {
    let list = "/v1/exchanges";
    let mut sides = Vec::new();
    for phase in ["NURTURING", "STRENGTHENING"] {
        let address = format!("/v1/cadres?status=ACTIVE&phase={phase}&limit=50");
        let people = manager.get(&address).await.expect(200).json;
        for person in people["items"].as_array().unwrap() {
            let home = Id::parse(person["organizationId"].as_str().unwrap()).unwrap();
            let address = format!("/v1/postings?cadreId={}&status=ACTIVE", id_of(person));
            let busy = manager.get(&address).await.expect(200).json;
            if busy["items"] == json!([]) && sides.iter().all(|(_, other)| *other != home) {
                sides.push((id_of(person), home));
                break;
            }
        }
    }
    let days = ("2023-07-24", "2023-12-31");
    let body = posting_scene::swap(sides[0], sides[1], days);
    let made = meter
        .count("create_exchange", manager.post(list, &body))
        .await;
    let path = made.header("location").to_owned();
    let results = posting_scene::results(&made.json);
    meter.count("list_exchanges", manager.get(list)).await;
    meter.count("get_exchange", manager.get(&path)).await;
    let start = format!("{path}/_start");
    meter
        .count("start_exchange", manager.post(&start, &json!({})))
        .await;
    let (extend, later) = (
        format!("{path}/_extend"),
        json!({ "plannedEndsOn": "2024-03-31", "reason": "工期顺延" }),
    );
    meter
        .count("extend_exchange", manager.post(&extend, &later))
        .await;
    let finish = format!("{path}/_finish");
    meter
        .count("finish_exchange", manager.post(&finish, &results))
        .await;
    let later = posting_scene::swap(sides[0], sides[1], ("2023-09-01", "2023-12-31"));
    let made = manager.post(list, &later).await.expect(201);
    let cancel = format!("{}/_cancel", made.header("location"));
    let why = json!({ "reason": "另行安排" });
    meter
        .count("cancel_exchange", manager.post(&cancel, &why))
        .await;
}
