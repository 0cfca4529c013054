//! Matching runs: planned, reviewed, applied.

mod apply;
mod demo_city;
mod lost;
mod review;
mod terms;

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::support::{Answer, Client, TestApp};

/// A run over the whole standard city.
fn terms(app: &TestApp, cross_unit: &str) -> Value {
    json!({ "organizationId": app.city.root.id, "crossUnit": cross_unit })
}

async fn run(manager: &Client, terms: &Value) -> Answer {
    manager.post("/v1/matching-runs", terms).await.expect(201)
}

fn path(run: &Answer) -> String {
    format!("/v1/matching-runs/{}", run.json["id"].as_str().unwrap())
}

/// All proposals of a run.
async fn proposals(manager: &Client, run: &Answer) -> Vec<Value> {
    let mut next = format!("{}/proposals?limit=1000", path(run));
    let mut rows = Vec::new();
    loop {
        let page = manager.get(&next).await.expect(200);
        rows.extend(page.json["items"].as_array().unwrap().clone());
        match page.json["nextCursor"].as_str() {
            Some(cursor) => next = format!("{}/proposals?limit=1000&cursor={cursor}", path(run)),
            None => return rows,
        }
    }
}

/// The proposal for a seat.
async fn seat(manager: &Client, run: &Answer, cadre: Id, role: &str) -> Value {
    let address = format!("{}/proposals?cadreId={cadre}&role={role}", path(run));
    let page = manager.get(&address).await.expect(200);
    page.json["items"][0].clone()
}

/// Who was proposed for a seat.
async fn proposed(manager: &Client, run: &Answer, cadre: Id, role: &str) -> Value {
    seat(manager, run, cadre, role).await["mentorId"].clone()
}
