//! The gate at the end of a plan: when it is open, who decides, what is needed, what can be undone, and what the cadre may object to.

use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::db::Id;
use xinmiao::db::schema::{evaluations, kinships};
use xinmiao::evaluations::EvaluationKind;

use crate::accounts::user;
use crate::plan_scene::Scene;
use crate::support::mentoring::confirmed;
use crate::support::{Answer, Client, Who};
use crate::training_scene;

const DAY: i64 = 86_400;

/// The second year of someone whose gate has been open for four weeks; it ends on 2023-08-25.
pub async fn second_year() -> Scene {
    active("2021-08-26").await
}

async fn active(reported_on: &str) -> Scene {
    let scene = Scene::start(reported_on).await;
    let activate = format!("{}/_activate", scene.plan);
    scene.officer.post(&activate, &json!({})).await.expect(200);
    scene
}

/// A manager of the whole city of this name.
pub fn manager(scene: &Scene, name: &str) -> Client {
    scene
        .app
        .client(Who::manager(&scene.app.city.root).named(name))
}

pub async fn verb(scene: &Scene, caller: &Client, verb: &str, body: &Value) -> Answer {
    caller.post(&format!("{}/_{verb}", scene.plan), body).await
}

pub async fn decide(scene: &Scene, caller: &Client, outcome: &str) -> Answer {
    let body = json!({ "outcome": outcome, "reason": "述职评议" });
    verb(scene, caller, "gate", &body).await
}

fn latest(plan: &Value) -> &Value {
    plan["decisions"].as_array().unwrap().last().unwrap()
}

/// The rule and the reason of each violation.
fn violations(answer: &Answer) -> Vec<(&str, &str)> {
    let violations = answer.json["violations"].as_array().unwrap().iter();
    violations
        .map(|one| {
            (
                one["rule"].as_str().unwrap(),
                one["reason"].as_str().unwrap(),
            )
        })
        .collect()
}

/// A confirmed assessment of the cadre's probation by the unit.
fn assessed(scene: &Scene, result: &str) -> Id {
    let period = ("2022-08-26", "2023-07-20");
    let kind = EvaluationKind::Probation;
    let id = confirmed(&scene.app, scene.cadre_id, kind, period, None, [80; 4]);
    diesel::update(evaluations::table.find(id))
        .set(evaluations::grade.eq(result))
        .execute(&mut scene.app.db())
        .unwrap();
    id
}

#[actix_web::test]
async fn the_gate_opens_60_days_before_the_last_day() {
    for (reported_on, status) in [("2021-09-23", 200), ("2021-09-24", 409)] {
        let scene = active(reported_on).await;
        let manager = manager(&scene, "first");
        let gate = manager.get(&format!("{}/gate", scene.plan)).await;
        assert_eq!(gate.expect(200).json["open"], status == 200);
        let answer = decide(&scene, &manager, "PASS").await;
        assert_eq!(answer.status, status, "{reported_on}: {}", answer.text());
        if status == 409 {
            answer.expect_problem(409, "illegal-transition");
        }
    }
}

#[actix_web::test]
async fn r03_the_first_year_is_passed_with_a_qualified_probation_or_an_override_with_reason() {
    let scene = active("2022-08-26").await;
    let first = manager(&scene, "first");
    for outcome in ["PASS", "ADJUST"] {
        let mut body = json!({ "outcome": outcome, "reason": "述职评议" });
        if outcome == "ADJUST" {
            body["adjustments"] = json!("调整至项目一线");
        }
        let refused = verb(&scene, &first, "gate", &body).await;
        let refused = refused.expect_problem(409, "rule-violation");
        assert_eq!(violations(&refused), [("R03", "PROBATION_NOT_QUALIFIED")]);
        assert_eq!(refused.json["override"], true);
    }
    let assessment = assessed(&scene, "UNQUALIFIED");
    let refused = decide(&scene, &first, "PASS").await;
    refused.expect_problem(409, "rule-violation");
    let mut body = json!({ "outcome": "PASS", "reason": "述职评议" });
    body["overrides"] = json!([{ "rule": "R03", "reason": "考核表已补报" }]);
    let passed = verb(&scene, &first, "gate", &body).await.expect(200);
    assert_eq!(passed.json["status"], "PASSED");
    scene.app.sealed().await;
    let address = format!("/v1/journal?cadreId={}&action=plan.decided", scene.cadre_id);
    let line = scene.app.auditor().get(&address).await.expect(200);
    assert_eq!(line.json["items"][0]["overrides"], body["overrides"]);
    let back = json!({ "reason": "改按补充材料" });
    verb(&scene, &first, "reverse", &back).await.expect(200);
    diesel::update(evaluations::table.find(assessment))
        .set(evaluations::grade.eq("QUALIFIED"))
        .execute(&mut scene.app.db())
        .unwrap();
    let passed = decide(&scene, &first, "PASS").await.expect(200);
    assert_eq!(passed.json["status"], "PASSED");
    // Later years ask for none.
    let later = second_year().await;
    let manager = manager(&later, "first");
    decide(&later, &manager, "PASS").await.expect(200);
}

#[actix_web::test]
async fn more_time_is_half_a_year_at_the_most_and_the_gate_is_asked_again() {
    let scene = second_year().await;
    let first = manager(&scene, "first");
    let extend =
        |day: Option<&str>| json!({ "outcome": "EXTEND", "reason": "项目未完", "newEndsOn": day });
    for (day, fault) in [
        (None, "required"),
        (Some("2023-08-25"), "out-of-range"),
        (Some("2024-02-26"), "out-of-range"),
    ] {
        let refused = verb(&scene, &first, "gate", &extend(day)).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/newEndsOn", fault)]);
    }
    let body = json!({ "outcome": "PASS", "reason": "达标", "newEndsOn": "2023-10-01", "adjustments": "轮岗" });
    let refused = verb(&scene, &first, "gate", &body).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [
            ("/newEndsOn", "unknown-member"),
            ("/adjustments", "unknown-member")
        ]
    );
    let refused = decide(&scene, &first, "ADJUST").await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/adjustments", "required")]);
    let answer = verb(&scene, &first, "gate", &extend(Some("2023-09-01"))).await;
    let plan = &answer.expect(200).json;
    assert_eq!(
        [&plan["status"], &plan["plannedEndsOn"], &plan["endsOn"]],
        ["EXTENDED", "2023-08-25", "2023-09-01"]
    );
    // Half a year counts from the last day of the phase, however often it is extended.
    let refused = verb(&scene, &first, "gate", &extend(Some("2024-02-26"))).await;
    refused.expect_problem(422, "invalid");
    let answer = verb(&scene, &first, "gate", &extend(Some("2024-02-25"))).await;
    assert_eq!(answer.expect(200).json["endsOn"], "2024-02-25");
    // The goals of an extended plan are worked at until its last day.
    let goal = json!({ "title": "项目验收", "dueOn": "2024-02-25" });
    let put = scene.put(&scene.mentor, scene.app.id(), None, &goal).await;
    put.expect(201);
    let back = json!({ "reason": "延期过长" });
    let plan = verb(&scene, &first, "reverse", &back).await.expect(200);
    assert_eq!(
        [&plan.json["status"], &plan.json["endsOn"]],
        ["EXTENDED", "2023-09-01"]
    );
}

#[actix_web::test]
async fn who_is_kin_mentor_or_the_cadre_decides_nothing() {
    let scene = second_year().await;
    let city = scene.app.city.clone();
    let everything = [(Role::ProgrammeManager, Some(city.root.id))];
    let kin = user(&scene.app, "kin", &everything).await;
    diesel::insert_into(kinships::table)
        .values((
            kinships::id.eq(scene.app.id()),
            kinships::version.eq(1),
            kinships::created_at.eq(scene.app.now()),
            kinships::updated_at.eq(scene.app.now()),
            kinships::person_a_type.eq("USER"),
            kinships::person_a_id.eq(kin),
            kinships::person_b_type.eq("CADRE"),
            kinships::person_b_id.eq(scene.cadre_id),
            kinships::relation.eq("81"),
        ))
        .execute(&mut scene.app.db())
        .unwrap();
    let mentor = Who::mentor(&city.yuxi, scene.mentor_id);
    let cadre = Who::cadre(&city.yuxi, scene.cadre_id);
    let role = Role::ProgrammeManager;
    for (who, violation) in [
        (Who::manager(&city.root).account(kin), ("R18", "KINSHIP")),
        (mentor.and(role, &city.root), ("GATE", "OWN_MENTOR")),
        (cadre.and(role, &city.root), ("R18", "SELF_DECISION")),
    ] {
        let caller = scene.app.client(who);
        let refused = decide(&scene, &caller, "PASS").await;
        let refused = refused.expect_problem(409, "rule-violation");
        assert_eq!(violations(&refused), [violation]);
        assert_eq!(refused.json["override"], false);
    }
    let elsewhere = scene.app.client(Who::manager(&city.bazhou));
    let unseen = decide(&scene, &elsewhere, "PASS").await;
    unseen.expect_problem(404, "not-found");
    for caller in [&scene.officer, &scene.mentor, &scene.cadre] {
        decide(&scene, caller, "PASS")
            .await
            .expect_problem(403, "forbidden");
        let gate = caller.get(&format!("{}/gate", scene.plan)).await;
        gate.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn that_a_cadre_leaves_takes_two_persons_and_is_known_once_it_holds() {
    let scene = second_year().await;
    let (first, second) = (manager(&scene, "first"), manager(&scene, "second"));
    let proposed = decide(&scene, &first, "EXIT")
        .await
        .expect(200)
        .json
        .clone();
    assert_eq!(proposed["status"], "ACTIVE");
    assert_eq!(latest(&proposed)["status"], "PROPOSED");
    let gate = first.get(&format!("{}/gate", scene.plan)).await;
    assert_eq!(gate.expect(200).json["open"], false);
    for (caller, count) in [(&scene.officer, 1), (&scene.cadre, 0), (&scene.mentor, 0)] {
        let plan = caller.get(&scene.plan).await.expect(200);
        assert_eq!(plan.json["decisions"].as_array().unwrap().len(), count);
    }
    let again = decide(&scene, &first, "EXIT").await.expect(200);
    assert_eq!(again.json["version"], proposed["version"]);
    let refused = verb(&scene, &first, "confirm", &json!({})).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("GATE", "SAME_DECIDER")]);
    let back = json!({ "reason": "再观察一段" });
    let withdrawn = verb(&scene, &second, "reverse", &back).await.expect(200);
    assert_eq!(latest(&withdrawn.json)["status"], "WITHDRAWN");
    assert_eq!(withdrawn.json["status"], "ACTIVE");
    let hidden = scene.cadre.get(&scene.plan).await.expect(200);
    assert_eq!(hidden.json["decisions"], json!([]));
    decide(&scene, &first, "EXIT").await.expect(200);
    let exited = verb(&scene, &second, "confirm", &json!({}))
        .await
        .expect(200);
    assert_eq!(exited.json["status"], "EXITED");
    let shown = scene.cadre.get(&scene.plan).await.expect(200);
    assert_eq!(latest(&shown.json)["outcome"], "EXIT");
    assert_eq!(latest(&shown.json)["reason"], "述职评议");
    assert_eq!(
        latest(&shown.json)["allowedActions"],
        json!(["object_plan"])
    );
}

#[actix_web::test]
async fn a_decision_is_reversed_within_30_days_and_objected_to_within_30_days() {
    let scene = second_year().await;
    decide(&scene, &manager(&scene, "first"), "PASS")
        .await
        .expect(200);
    scene.app.advance(30 * DAY);
    let back = json!({ "reason": "材料有误" });
    let first = manager(&scene, "first");
    let reversed = verb(&scene, &first, "reverse", &back).await.expect(200);
    assert_eq!(reversed.json["status"], "ACTIVE");
    assert_eq!(latest(&reversed.json)["status"], "REVERSED");
    assert_eq!(latest(&reversed.json)["reversedOn"], "2023-08-23");
    decide(&scene, &first, "PASS").await.expect(200);
    scene.app.advance(31 * DAY);
    let late = manager(&scene, "first");
    let refused = verb(&scene, &late, "reverse", &back).await;
    refused.expect_problem(409, "illegal-transition");
    let cadre = scene
        .app
        .client(Who::cadre(&scene.app.city.yuxi, scene.cadre_id));
    let refused = verb(&scene, &cadre, "object", &back).await;
    refused.expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn the_cadre_objects_and_another_manager_answers() {
    for (outcome, status, decision) in [
        ("UPHELD", "ACTIVE", "REVERSED"),
        ("REJECTED", "ADJUSTED", "IN_EFFECT"),
    ] {
        let scene = second_year().await;
        let (first, second) = (manager(&scene, "first"), manager(&scene, "second"));
        let mut terms = json!({ "outcome": "ADJUST", "reason": "述职评议" });
        terms["adjustments"] = json!("调整至项目一线");
        verb(&scene, &first, "gate", &terms).await.expect(200);
        let objection = json!({ "reason": "任务已完成" });
        let refused = verb(&scene, &scene.officer, "object", &objection).await;
        refused.expect_problem(403, "forbidden");
        let objected = verb(&scene, &scene.cadre, "object", &objection).await;
        assert_eq!(
            latest(&objected.expect(200).json)["objection"]["status"],
            "OPEN"
        );
        let answer = json!({ "outcome": outcome, "answer": "经复核" });
        let refused = verb(&scene, &first, "answer", &answer).await;
        let refused = refused.expect_problem(409, "rule-violation");
        assert_eq!(violations(&refused), [("GATE", "DECIDER_IS_INVOLVED")]);
        let answered = verb(&scene, &second, "answer", &answer).await.expect(200);
        assert_eq!(answered.json["status"], status);
        let shown = scene.cadre.get(&scene.plan).await.expect(200);
        let last = latest(&shown.json);
        assert_eq!(
            [&last["status"], &last["objection"]["answer"]],
            [decision, "经复核"]
        );
        let once = verb(
            &scene,
            &scene.cadre,
            "object",
            &json!({ "reason": "再次异议" }),
        )
        .await;
        once.expect_problem(409, "illegal-transition");
    }
}

#[actix_web::test]
async fn what_is_missing_is_named_and_complete_data_decide_nothing() {
    let scene = Scene::start("2022-08-26").await;
    let first = manager(&scene, "first");
    let gate = async || {
        let answer = first.get(&format!("{}/gate", scene.plan)).await;
        answer.expect(200).json.clone()
    };
    let names = |gate: &Value| -> Vec<String> {
        let missing = gate["missing"].as_array().unwrap().iter();
        let mut names: Vec<String> = missing
            .map(|one| one["requirement"].as_str().unwrap().to_owned())
            .collect();
        names.dedup();
        names
    };
    let empty = gate().await;
    assert_eq!(
        names(&empty),
        [
            "PLAN_IN_EFFECT",
            "REQUIRED_GOAL",
            "EVALUATION",
            "PROBATION_RESULT",
            "INDUCTION_DAYS",
            "TRAINING_HOURS"
        ]
    );
    // 128 of 365 days of 2022; 2023 is not over.
    let missing = empty["missing"].as_array().unwrap();
    let of_training = &missing[missing.len() - 2..];
    assert_eq!(of_training[0]["shortBy"], 12);
    assert_eq!(
        [&of_training[1]["year"], &of_training[1]["shortBy"]],
        [2022, 32]
    );
    assert_eq!([&empty["open"], &empty["ready"]], [false, false]);
    assert_eq!(empty["opensOn"], "2023-06-26");
    let required = empty["requiredGoals"]["of"].as_i64().unwrap();
    assert!(required > 0);
    let activate = format!("{}/_activate", scene.plan);
    first.post(&activate, &json!({})).await.expect(200);
    for goal in scene.goals(&scene.officer).await {
        let id = goal["id"].as_str().unwrap();
        scene
            .verb(&scene.officer, id, "done", &json!({}))
            .await
            .expect(200);
    }
    let talk = json!({ "cadreId": scene.cadre_id, "occurredOn": "2023-05-04", "kind": "TALK", "title": "谈心谈话" });
    scene
        .mentor
        .post("/v1/growth-entries", &talk)
        .await
        .expect(201);
    let induction = json!({ "kind": "INDUCTION", "endsOn": "2022-09-16", "hours": 32 });
    training_scene::attended(&scene.app, scene.cadre_id, "2022-09-05", &induction).await;
    let assessment = assessed(&scene, "QUALIFIED");
    let full = gate().await;
    assert_eq!(full["induction"]["days"], 12);
    assert_eq!(full["trainingHours"][0]["credited"], 32);
    assert_eq!(full["missing"], json!([]));
    assert_eq!([&full["open"], &full["ready"]], [true, true]);
    assert_eq!(
        full["requiredGoals"],
        json!({ "done": required, "of": required })
    );
    assert_eq!(full["talks"], 1);
    assert_eq!(full["probationResult"], "QUALIFIED");
    assert_eq!(full["evaluations"][0]["id"], json!(assessment));
    let plan = first.get(&scene.plan).await.expect(200);
    assert_eq!(plan.json["status"], "ACTIVE");
    let objection = json!({ "status": "OPEN", "raised_at": scene.app.now(), "reason": "异议", "answer": null, "answered_at": null, "answered_by": null });
    diesel::update(evaluations::table.find(assessment))
        .set(evaluations::objection.eq(objection.to_string()))
        .execute(&mut scene.app.db())
        .unwrap();
    let contested = gate().await;
    assert_eq!(names(&contested), ["OBJECTION_ANSWERED"]);
    assert_eq!(contested["openObjections"], 1);
}

#[actix_web::test]
async fn of_many_managers_at_once_one_decides() {
    let scene = second_year().await;
    let managers: Vec<Client> = (0..16)
        .map(|n| manager(&scene, &format!("manager {n}")))
        .collect();
    let answers = join_all(managers.iter().map(|one| decide(&scene, one, "PASS"))).await;
    let count = |status: u16| answers.iter().filter(|one| one.status == status).count();
    assert_eq!((count(200), count(409)), (1, 15));
    let plan = scene.officer.get(&scene.plan).await.expect(200);
    assert_eq!(plan.json["decisions"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_decision_about_someone_who_has_left_since_is_not_undone_until_they_are_back() {
    let scene = second_year().await;
    let first = manager(&scene, "first");
    let extend = json!({ "outcome": "EXTEND", "reason": "项目未完", "newEndsOn": "2023-09-01" });
    verb(&scene, &first, "gate", &extend).await.expect(200);
    let cadre = format!("/v1/cadres/{}", scene.cadre_id);
    let left = json!({ "on": "2023-07-24", "reason": "RESIGNED" });
    let leave = format!("{cadre}/_leave");
    first.post(&leave, &left).await.expect(200);
    let back = json!({ "reason": "材料有误" });
    let refused = verb(&scene, &first, "reverse", &back).await;
    let refused = refused.expect_problem(409, "illegal-transition");
    assert_eq!(refused.json["current"]["status"], "EXITED");
    assert_eq!(
        latest(&refused.json["current"])["allowedActions"],
        json!([])
    );
    let reinstate = format!("{cadre}/_reinstate");
    first.post(&reinstate, &json!({})).await.expect(200);
    let reversed = verb(&scene, &first, "reverse", &back).await.expect(200);
    assert_eq!(
        [&reversed.json["status"], &reversed.json["endsOn"]],
        ["ACTIVE", "2023-08-25"]
    );
}
