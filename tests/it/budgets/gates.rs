//! The gate of a plan through all its verbs.

use serde_json::json;

use super::meter::{Meter, Run};
use crate::plan_scene::Scene;
use crate::support::Who;

pub async fn run() -> Run {
    // The first year, of which probation is asked for; it ends within 60 days.
    let scene = Scene::start("2022-08-26").await;
    let meter = Meter::new(&scene.app);
    let manager = |name: &str| {
        let who = Who::manager(&scene.app.city.root).named(name);
        scene.app.client(who)
    };
    let (first, second, third) = (manager("first"), manager("second"), manager("third"));
    let gate = format!("{}/gate", scene.plan);
    meter.count("get_plan_gate", first.get(&gate)).await;
    let verb = |verb: &str| format!("{}/_{verb}", scene.plan);
    let activate = verb("activate");
    first.post(&activate, &json!({})).await.expect(200);
    let mut pass = json!({ "outcome": "PASS", "reason": "述职评议" });
    pass["overrides"] = json!([{ "rule": "R03", "reason": "考核表已补报" }]);
    let reason = json!({ "reason": "另有情况" });
    let gate = verb("gate");
    meter.count("gate_plan", first.post(&gate, &pass)).await;
    let reverse = verb("reverse");
    meter
        .count("reverse_plan", first.post(&reverse, &reason))
        .await;
    let exit = json!({ "outcome": "EXIT", "reason": "述职评议" });
    let answer = json!({ "outcome": "REJECTED", "answer": "维持原决定" });
    for (id, caller, word, body) in [
        ("gate_plan", &first, "gate", &exit),
        ("confirm_plan", &second, "confirm", &json!({})),
        ("object_plan", &scene.cadre, "object", &reason),
        ("withdraw_plan", &scene.cadre, "withdraw", &json!({})),
        ("object_plan", &scene.cadre, "object", &reason),
        ("answer_plan", &third, "answer", &answer),
        ("reverse_plan", &first, "reverse", &reason),
    ] {
        meter.count(id, caller.post(&verb(word), body)).await;
    }
    meter.run()
}
