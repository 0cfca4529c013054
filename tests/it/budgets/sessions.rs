//! Talks, as a mentor of the demo and the manager of the whole city.

use serde_json::json;

use super::meter::Meter;
use crate::demo::{PASSWORD, signed_in};
use crate::session_scene::{address, talk};
use crate::support::TestApp;
use crate::support::mentoring::id_of;

pub async fn run(app: &TestApp, meter: &Meter) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    let enyang = signed_in(app, "enyang", PASSWORD).await;
    let mentor = signed_in(app, "mentor", PASSWORD).await;
    let cadre = signed_in(app, "cadre", PASSWORD).await;
    let list = "/v1/mentoring-sessions";
    let mentees = mentor.get("/v1/me/mentees").await.expect(200).json;
    let mentees = mentees["items"].as_array().unwrap().clone();
    let me = cadre.get("/v1/me").await.expect(200).json;
    let own = mentees
        .iter()
        .find(|one| one["cadre"]["id"] == me["cadreId"])
        .unwrap();
    let others = mentees.iter().filter(|one| *one != own);
    let others: Vec<_> = others.map(|one| one["cadre"]["id"].clone()).collect();
    let agreed = json!([{ "text": "读书" }, { "text": "写稿" }]);
    let own_id = id_of(&own["cadre"]);
    let more = json!({ "id": app.id(), "participantIds": others, "followUps": agreed });
    let group = talk(own_id, "GROUP", "2023-07-22", &more);
    let made = mentor.post(list, &group).await.expect(201);
    let more = json!({ "followUps": [agreed[0]] });
    let guidance = talk(own_id, "GUIDANCE", "2023-07-22", &more);
    meter
        .count("create_mentoring_session", mentor.post(list, &guidance))
        .await;
    for by in [&manager, &mentor, &cadre] {
        meter.count("list_mentoring_sessions", by.get(list)).await;
        meter
            .count("list_follow_ups", by.get("/v1/follow-ups?due=2023-12-31"))
            .await;
    }
    let path = address(&made.json);
    meter
        .count("get_mentoring_session", mentor.get(&path))
        .await;
    let confirm = format!("{path}/_confirm");
    let nothing = json!({});
    meter
        .count("confirm_mentoring_session", cadre.post(&confirm, &nothing))
        .await;
    let follow_up = made.json["followUps"][0]["id"].as_str().unwrap();
    let follow_up = format!("/v1/follow-ups/{follow_up}");
    meter.count("get_follow_up", cadre.get(&follow_up)).await;
    let done = format!("{follow_up}/_done");
    meter
        .count("done_follow_up", mentor.post(&done, &nothing))
        .await;
    let cadence = format!(
        "/v1/assignments/{}/cadence",
        own["assignmentId"].as_str().unwrap()
    );
    meter.count("get_cadence", manager.get(&cadence)).await;
    let heart = talk(own_id, "HEART_TO_HEART", "2023-07-22", &json!({}));
    let heart = mentor.post(list, &heart).await.expect(201);
    let reveal = format!("{}/_reveal", address(&heart.json));
    let why = json!({ "reason": "核查" });
    for by in [&manager, &enyang, &manager] {
        meter
            .count("reveal_mentoring_session", by.post(&reveal, &why))
            .await;
    }
}
