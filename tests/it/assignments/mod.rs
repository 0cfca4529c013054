//! Assignments: pairs of mentors and cadres, their rules, their life, who sees them, and how they stand many callers at once.

mod live;
mod races;
mod rules;
mod turns;
mod upkeep;
mod visibility;

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::support::{Answer, MentorSeed, TODAY, TestApp};

/// A cadre and a mentor of Yuxi.
pub struct Persons {
    pub cadre: Id,
    pub mentor: Id,
}

pub fn persons(app: &TestApp) -> Persons {
    Persons {
        cadre: app.insert_cadre(&app.city.yuxi),
        mentor: app.insert_mentor(&app.city.yuxi, MentorSeed::default()),
    }
}

/// A proposal of a pair that begins today.
pub fn proposal(cadre: Id, mentor: Id, role: &str) -> Value {
    json!({ "cadreId": cadre, "mentorId": mentor, "role": role, "startsOn": TODAY })
}

/// The same, in effect at once.
pub fn active(cadre: Id, mentor: Id, role: &str) -> Value {
    let mut body = proposal(cadre, mentor, role);
    body["activate"] = json!(true);
    body
}

/// A pair in effect.
pub async fn pair(app: &TestApp, cadre: Id, mentor: Id, role: &str) -> Answer {
    let body = active(cadre, mentor, role);
    app.manager()
        .post("/v1/assignments", &body)
        .await
        .expect(201)
}

pub fn path(answer: &Answer) -> String {
    format!("/v1/assignments/{}", answer.json["id"].as_str().unwrap())
}

/// Rules and reasons of a rule violation, sorted.
pub fn reasons(answer: &Answer) -> Vec<(String, String)> {
    let violations = answer.json["violations"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut reasons: Vec<_> = violations
        .iter()
        .map(|v| (text(&v["reason"]), text(&v["rule"])))
        .collect();
    reasons.sort();
    reasons
}

/// A cadre's mentor columns: political, professional, how many.
pub async fn mentoring(app: &TestApp, cadre: Id) -> [Value; 3] {
    let read = app
        .manager()
        .get(&format!("/v1/cadres/{cadre}"))
        .await
        .expect(200);
    ["politicalMentorId", "professionalMentorId", "mentoring"].map(|m| read.json[m].clone())
}

/// How many cadres a mentor guides.
pub async fn active_mentees(app: &TestApp, mentor: Id) -> Value {
    let read = app
        .manager()
        .get(&format!("/v1/mentors/{mentor}"))
        .await
        .expect(200);
    read.json["activeMentees"].clone()
}
