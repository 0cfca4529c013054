//! Talks, as tests of several rooms need them.

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::support::Client;

/// Words that nobody outside a pair may read.
pub const SECRET: &str = "金丝雀不外传";

/// What a mentor sends to record a talk with a cadre; `more` over it.
pub fn talk(cadre: Id, kind: &str, day: &str, more: &Value) -> Value {
    let mut body = json!({
        "cadreId": cadre, "kind": kind, "occurredAt": format!("{day}T16:30:00+08:00"), "topics": ["WORK"],
    });
    for (member, value) in more.as_object().unwrap() {
        body[member] = value.clone();
    }
    body
}

/// A talk whose every word is secret.
pub fn secret_talk(cadre: Id, day: &str) -> Value {
    let agreed = json!([{ "text": format!("{SECRET}：联系家属"), "dueOn": day }]);
    let words = json!({ "topics": [SECRET], "place": SECRET, "note": format!("{SECRET}：想调回城区"), "minutes": 47, "followUps": agreed });
    talk(cadre, "HEART_TO_HEART", day, &words)
}

/// Records a talk and gives what was answered.
pub async fn recorded(by: &Client, body: &Value) -> Value {
    by.post("/v1/mentoring-sessions", body)
        .await
        .expect(201)
        .json
}

/// The address of a talk.
pub fn address(session: &Value) -> String {
    format!("/v1/mentoring-sessions/{}", session["id"].as_str().unwrap())
}
