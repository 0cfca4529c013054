//! Every verb of a decision at the gate in every state, as the table has it.

use serde_json::json;
use xinmiao::plans::{DecisionState, GateDecision};
use xinmiao::transitions::Resource;

use crate::plan_gates::{self, decide, manager, second_year};
use crate::support::Who;

const DAY: i64 = 86_400;

#[actix_web::test]
async fn the_verbs_of_a_decision_follow_their_table() {
    let table = GateDecision::TRANSITIONS;
    for (state, days) in [
        (DecisionState::Proposed, 0),
        (DecisionState::Fresh, 30),
        (DecisionState::Settled, 31),
        (DecisionState::Contested, 30),
        (DecisionState::ContestedLate, 31),
        (DecisionState::Answered, 30),
    ] {
        for verb in table.iter().map(|row| row.verb) {
            let scene = second_year().await;
            let first = manager(&scene, "first");
            let outcome = if state == DecisionState::Proposed {
                "EXIT"
            } else {
                "PASS"
            };
            decide(&scene, &first, outcome).await.expect(200);
            if matches!(
                state,
                DecisionState::Contested | DecisionState::ContestedLate | DecisionState::Answered
            ) {
                let reason = json!({ "reason": "异议" });
                plan_gates::verb(&scene, &scene.cadre, "object", &reason)
                    .await
                    .expect(200);
            }
            if state == DecisionState::Answered {
                let answer = json!({ "outcome": "REJECTED", "answer": "维持" });
                let second = manager(&scene, "second");
                plan_gates::verb(&scene, &second, "answer", &answer)
                    .await
                    .expect(200);
            }
            scene.app.advance(days * DAY);
            let row = table
                .iter()
                .find(|row| row.verb == verb && row.from.contains(&state));
            let cadre = scene
                .app
                .client(Who::cadre(&scene.app.city.yuxi, scene.cadre_id));
            let third = manager(&scene, "third");
            let caller = if matches!(verb, "object_plan" | "withdraw_plan") {
                &cadre
            } else {
                &third
            };
            let body = match verb {
                "answer_plan" => json!({ "outcome": "REJECTED", "answer": "经第三人复核" }),
                "confirm_plan" | "withdraw_plan" => json!({}),
                _ => json!({ "reason": "另一理由" }),
            };
            let before = caller.get(&scene.plan).await.expect(200).json.clone();
            let allowed = before["decisions"].as_array().unwrap().last();
            let allowed = allowed.map_or(json!([]), |last| last["allowedActions"].clone());
            let is_named = allowed.as_array().unwrap().contains(&json!(verb));
            let at = format!("{verb} from {state:?}");
            assert_eq!(is_named, row.is_some(), "{at}: {allowed}");
            let word = verb.strip_suffix("_plan").unwrap();
            let answer = plan_gates::verb(&scene, caller, word, &body).await;
            if row.is_some() {
                let after = answer.expect(200);
                assert_ne!(after.json["version"], before["version"], "{at}");
            } else {
                answer.expect_problem(409, "illegal-transition");
            }
        }
    }
}
