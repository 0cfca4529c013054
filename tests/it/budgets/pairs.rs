//! Assignments through all their verbs, and mentors for a cohort at once.

use serde_json::{Value, json};

use super::meter::Meter;
use super::people::{TODAY, path, unit};
use crate::demo::{PASSWORD, signed_in};
use crate::support::{Answer, Client, TestApp};

pub async fn run(app: &TestApp, meter: &Meter) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    assignments(&manager, meter).await;
    matching(&manager, meter).await;
}

/// A cadre or a mentor of a unit, made for this.
async fn made(manager: &Client, collection: &str, body: &Value) -> Value {
    let made = manager
        .post(&format!("/v1/{collection}"), body)
        .await
        .expect(201);
    made.json["id"].clone()
}

/// Three appointed mentors and three cadres of one unit.
async fn people(manager: &Client) -> (Vec<Value>, Vec<Value>) {
    let here = unit(manager, "CITY_ORGAN", 2).await;
    let mut mentors = Vec::new();
    for name in ["王建国", "陈思远", "刘国强"] {
        let body = json!({
            "name": name, "organizationId": here, "roles": ["POLITICAL", "PROFESSIONAL"], "maxMentees": 5, "politicalStatus": "01",
        });
        let id = made(manager, "mentors", &body).await;
        let appoint = format!("/v1/mentors/{}/_appoint", id.as_str().unwrap());
        manager
            .post(&appoint, &json!({ "on": TODAY }))
            .await
            .expect(200);
        mentors.push(id);
    }
    let mut cadres = Vec::new();
    for name in ["李雨瑶", "张小雨", "周文"] {
        let body = json!({ "name": name, "organizationId": here, "reportedOn": "2023-07-01" });
        cadres.push(made(manager, "cadres", &body).await);
    }
    (mentors, cadres)
}

async fn assignments(manager: &Client, meter: &Meter) {
    let (mentors, cadres) = people(manager).await;
    let propose = async |cadre: &Value, mentor: &Value, role: &str| {
        let body = json!({ "cadreId": cadre, "mentorId": mentor, "role": role, "startsOn": TODAY });
        let request = manager.post("/v1/assignments", &body);
        meter.count("create_assignment", request).await
    };
    let act = async |id: &str, pair: &Answer, verb: &str, body: &Value| {
        let address = format!("{}/{verb}", path("assignments", pair));
        meter.count(id, manager.post(&address, body)).await
    };
    let first = propose(&cadres[0], &mentors[0], "POLITICAL").await;
    let agreement = json!({ "agreement": "每月谈心一次" });
    let address = path("assignments", &first);
    meter
        .count(
            "update_assignment",
            manager.patch(&address, "*", &agreement),
        )
        .await;
    act("activate_assignment", &first, "_activate", &json!({})).await;
    let with = json!({ "mentorId": mentors[1], "startsOn": TODAY, "endReason": "MENTOR_WORKLOAD", "endNote": "不合适" });
    act("replace_assignment", &first, "_replace", &with).await;
    let second = propose(&cadres[0], &mentors[0], "PROFESSIONAL").await;
    act(
        "cancel_assignment",
        &second,
        "_cancel",
        &json!({ "reason": "重复" }),
    )
    .await;
    let mut items = Vec::new();
    for cadre in &cadres[1..] {
        let pair = propose(cadre, &mentors[2], "POLITICAL").await;
        items.push(json!({ "id": pair.json["id"], "version": pair.json["version"] }));
    }
    let body = json!({ "items": items });
    meter
        .count(
            "activate_assignments",
            manager.post("/v1/assignments/_activate", &body),
        )
        .await;
    let pair = manager
        .get("/v1/assignments?status=ACTIVE&limit=1")
        .await
        .expect(200);
    let pair = format!(
        "/v1/assignments/{}/_complete",
        pair.json["items"][0]["id"].as_str().unwrap()
    );
    meter
        .count(
            "complete_assignment",
            manager.post(&pair, &json!({ "on": TODAY })),
        )
        .await;
}

async fn matching(manager: &Client, meter: &Meter) {
    let county = unit(manager, "COUNTY", 1).await;
    let terms = json!({ "organizationId": county, "crossUnit": "COUNTY", "keepExisting": true });
    let run = meter
        .count(
            "create_matching_run",
            manager.post("/v1/matching-runs", &terms),
        )
        .await;
    let address = path("matching-runs", &run);
    meter.count("get_matching_run", manager.get(&address)).await;
    meter
        .count("list_matching_runs", manager.get("/v1/matching-runs"))
        .await;
    let list = format!("{address}/proposals");
    let counted = list.to_string();
    let page = meter
        .count("list_matching_proposals", manager.get(&counted))
        .await;
    let seat = format!("{list}/{}", page.json["items"][0]["id"].as_str().unwrap());
    meter
        .count("get_matching_proposal", manager.get(&seat))
        .await;
    let pinned = json!({ "pinned": true });
    meter
        .count(
            "update_matching_proposal",
            manager.patch(&seat, "*", &pinned),
        )
        .await;
    meter
        .count(
            "resolve_matching_run",
            manager.post(&format!("{address}/_resolve"), &json!({})),
        )
        .await;
    let body = json!({ "activate": false, "startsOn": TODAY, "crossUnitReason": "县内统筹" });
    meter
        .count(
            "apply_matching_run",
            manager.post(&format!("{address}/_apply"), &body),
        )
        .await;
    let another = manager.post("/v1/matching-runs", &terms).await.expect(201);
    let discard = format!("{}/_discard", path("matching-runs", &another));
    meter
        .count("discard_matching_run", manager.post(&discard, &json!({})))
        .await;
}
