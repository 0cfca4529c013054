//! Goals of plans: who proposes, amends and closes them, what shows that they are done, and how they go over into the next year.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::db::Id;
use xinmiao::db::schema::plans;
use xinmiao::evaluations::EvaluationKind;
use xinmiao::plans::{GoalState, PlannedGoal};
use xinmiao::transitions::Resource;

use crate::plan_scene::Scene;
use crate::support::mentoring::{confirmed, id_of};
use crate::support::{Answer, Client, TODAY, Who};

fn of_id(goals: &[Value], id: impl ToString) -> Value {
    let id = id.to_string();
    let found = goals.iter().find(|goal| goal["id"] == id.as_str());
    found.unwrap().clone()
}

fn body(title: &str) -> Value {
    json!({ "title": title, "measure": "办结回访满意", "dueOn": "2023-08-01" })
}

#[actix_web::test]
async fn the_cadre_proposes_and_amends_their_own_and_the_others_amend_all() {
    let scene = Scene::start("2022-08-26").await;
    let Scene {
        app,
        cadre,
        mentor,
        officer,
        ..
    } = &scene;
    let own = app.id();
    let made = scene.put(cadre, own, None, &body("办理三件信访")).await;
    assert_eq!(made.expect(201).json["version"], 2);
    let goal = of_id(&scene.goals(cadre).await, own);
    assert_eq!(
        [&goal["source"], &goal["status"], &goal["required"]],
        [&json!("SELF"), &json!("OPEN"), &json!(false)]
    );
    assert_eq!(
        goal["allowedActions"],
        json!(["put_plan_goal", "drop_plan_goal"])
    );
    // The same again writes nothing, whatever was read before.
    let again = scene.put(cadre, own, None, &body("办理三件信访")).await;
    assert_eq!(again.expect(200).json["version"], 2);
    let other = body("办理五件信访");
    let stale = scene.put(cadre, own, Some("\"1.x\""), &other).await;
    assert_eq!(
        stale.expect_problem(412, "stale-version").json["current"]["version"],
        2
    );
    let etag = again_etag(cadre, &scene.plan).await;
    let amended = scene.put(mentor, own, Some(&etag), &other).await;
    let amended = amended.expect(200);
    let goal = of_id(amended.json["goals"].as_array().unwrap(), own);
    assert_eq!([&goal["source"], &goal["title"]], ["SELF", "办理五件信访"]);
    for (caller, source) in [(mentor, "MENTOR"), (officer, "UNIT")] {
        let id = app.id();
        let made = scene.put(caller, id, None, &body("熟悉村情")).await;
        let goals = made.expect(201).json["goals"].as_array().unwrap().clone();
        let goal = of_id(&goals, id);
        assert_eq!(goal["source"], source);
        assert_eq!(
            of_id(&scene.goals(cadre).await, id)["allowedActions"],
            json!([])
        );
        let refused = scene.put(cadre, id, Some("*"), &other).await;
        refused.expect_problem(403, "forbidden");
    }
    let template = scene.goals(cadre).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for verb in ["done", "drop", "carry"] {
        let reason = json!({ "reason": "另有安排" });
        let sent = if verb == "drop" { reason } else { json!({}) };
        let refused = scene.verb(cadre, &template, verb, &sent).await;
        refused.expect_problem(403, "forbidden");
    }
    let stranger = app.client(Who::officer(&app.city.liulin));
    let unseen = scene.put(&stranger, app.id(), None, &other).await;
    unseen.expect_problem(404, "not-found");
    let nowhere = scene
        .verb(officer, &app.id().to_string(), "done", &json!({}))
        .await;
    nowhere.expect_problem(404, "not-found");
}

async fn again_etag(caller: &Client, path: &str) -> String {
    caller.get(path).await.expect(200).etag().to_owned()
}

#[actix_web::test]
async fn a_goal_is_due_within_the_days_of_its_plan_and_done_by_today() {
    let scene = Scene::start("2022-08-26").await;
    let officer = &scene.officer;
    for (due_on, status) in [
        ("2022-08-25", 422),
        ("2022-08-26", 201),
        ("2023-08-25", 201),
        ("2023-08-26", 422),
    ] {
        let sent = json!({ "title": "熟悉村情", "dueOn": due_on });
        let answer = scene.put(officer, scene.app.id(), None, &sent).await;
        assert_eq!(answer.status, status, "{due_on}: {}", answer.text());
        if status == 422 {
            assert_eq!(answer.errors(), [("/dueOn", "out-of-range")]);
        }
    }
    let goal = scene.goals(officer).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (done_on, fault) in [
        ("2022-08-25", "out-of-range"),
        ("2023-07-25", "date-in-future"),
    ] {
        let sent = json!({ "doneOn": done_on });
        let refused = scene.verb(officer, &goal, "done", &sent).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/doneOn", fault)]);
    }
    let done = scene.verb(officer, &goal, "done", &json!({})).await;
    assert_eq!(done.expect(200).json["goals"][0]["doneOn"], TODAY);
}

#[actix_web::test]
async fn what_shows_that_a_goal_is_done_is_of_that_cadre_and_read_by_who_says_so() {
    let scene = Scene::start("2022-08-26").await;
    let (app, officer, mentor) = (&scene.app, &scene.officer, &scene.mentor);
    let entry = |cadre_id: Id| json!({ "cadreId": cadre_id, "occurredOn": "2023-05-04", "kind": "TASK", "title": "信访接待" });
    let own = officer
        .post("/v1/growth-entries", &entry(scene.cadre_id))
        .await;
    let own = id_of(&own.expect(201).json);
    let of_other = app.insert_cadre(&app.city.yuxi);
    let other = officer.post("/v1/growth-entries", &entry(of_other)).await;
    let other = id_of(&other.expect(201).json);
    let period = ("2023-01-01", "2023-03-31");
    let kind = EvaluationKind::Ordinary;
    let evaluation = confirmed(app, scene.cadre_id, kind, period, None, [80; 4]);
    let others = confirmed(app, of_other, kind, period, None, [80; 4]);
    let draft = json!({
        "cadreId": scene.cadre_id, "kind": "MENTOR_REVIEW", "periodFrom": "2023-07-01", "periodTo": "2023-07-20",
        "evaluatorRelation": "POLITICAL_MENTOR", "summary": "按时完成",
    });
    let draft = id_of(
        &mentor
            .post("/v1/evaluations", &draft)
            .await
            .expect(201)
            .json,
    );
    let goal = scene.goals(mentor).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let sent = json!({ "evidence": [
        { "type": "GROWTH_ENTRY", "id": own }, { "type": "GROWTH_ENTRY", "id": other }, { "type": "EVALUATION", "id": others },
        { "type": "EVALUATION", "id": own }, { "type": "EVALUATION", "id": draft },
    ] });
    let refused = scene.verb(mentor, &goal, "done", &sent).await;
    let unknown = |n: usize| (format!("/evidence/{n}/id"), "reference-unknown".to_owned());
    let errors: Vec<(String, String)> = refused
        .expect_problem(422, "invalid")
        .errors()
        .iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect();
    assert_eq!(errors, [unknown(1), unknown(2), unknown(3), unknown(4)]);
    let many: Vec<Value> = (0..11)
        .map(|_| json!({ "type": "GROWTH_ENTRY", "id": own }))
        .collect();
    let refused = scene
        .verb(mentor, &goal, "done", &json!({ "evidence": many }))
        .await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/evidence", "out-of-range")]
    );
    let evidence =
        json!([{ "type": "GROWTH_ENTRY", "id": own }, { "type": "EVALUATION", "id": evaluation }]);
    let sent = json!({ "doneOn": "2023-05-04", "evidence": evidence });
    let done = scene.verb(mentor, &goal, "done", &sent).await.expect(200);
    let shown = of_id(&scene.goals(&scene.cadre).await, &goal);
    assert_eq!(shown["evidence"], sent["evidence"]);
    assert_eq!([&shown["status"], &shown["doneOn"]], ["DONE", "2023-05-04"]);
    // Who says it again is answered the same; another is told that it is done already.
    let again = scene.verb(mentor, &goal, "done", &sent).await.expect(200);
    assert_eq!(again.json["version"], done.json["version"]);
    let twice = scene.verb(officer, &goal, "done", &sent).await;
    let twice = twice.expect_problem(409, "illegal-transition");
    assert_eq!(twice.json["current"]["version"], done.json["version"]);
    let reason = json!({ "reason": "回访尚未完成" });
    let open = scene
        .verb(officer, &goal, "reopen", &reason)
        .await
        .expect(200);
    let shown = of_id(open.json["goals"].as_array().unwrap(), &goal);
    assert_eq!(
        [&shown["status"], &shown["doneOn"], &shown["evidence"]],
        [&json!("OPEN"), &json!(null), &json!([])]
    );
    app.sealed().await;
    for action in ["plan.goal-done", "plan.goal-reopened"] {
        let address = format!("/v1/journal?cadreId={}&action={action}", scene.cadre_id);
        let lines = app.auditor().get(&address).await.expect(200);
        let lines = lines.json["items"].as_array().unwrap().len();
        assert_eq!(lines, 1, "{action}");
    }
}

/// What stands in a plan that was carried from the year before.
fn carried(plan: &Value) -> Vec<Value> {
    let goals = plan["goals"].as_array().unwrap().iter();
    goals
        .filter(|goal| !goal["carriedFromId"].is_null())
        .cloned()
        .collect()
}

#[actix_web::test]
async fn a_carried_goal_stands_in_the_next_plan_when_that_is_made() {
    let scene = Scene::start("2022-07-26").await;
    let officer = &scene.officer;
    let goals = scene.goals(officer).await;
    let id = |n: usize| goals[n]["id"].as_str().unwrap().to_owned();
    let (first, second) = (id(0), id(1));
    for (due_on, status) in [
        ("2023-07-25", 422),
        ("2024-07-26", 422),
        ("2023-10-01", 200),
    ] {
        let sent = json!({ "dueOn": due_on, "reason": "项目延期" });
        let answer = scene.verb(officer, &first, "carry", &sent).await;
        assert_eq!(answer.status, status, "{due_on}: {}", answer.text());
    }
    scene
        .verb(officer, &second, "carry", &json!({}))
        .await
        .expect(200);
    let shown = of_id(&scene.goals(officer).await, &first);
    assert_eq!(
        [
            &shown["status"],
            &shown["carriedDueOn"],
            &shown["allowedActions"]
        ],
        [&json!("CARRIED"), &json!("2023-10-01"), &json!([])]
    );
    assert_eq!(scene.plans().await.len(), 1);
    scene.app.advance(2 * 86_400);
    let next = scene.plans().await.pop().unwrap();
    assert_eq!(next["phase"], "NURTURING");
    let arrived = carried(&next);
    let due: Vec<&Value> = arrived.iter().map(|goal| &goal["dueOn"]).collect();
    assert_eq!(due, ["2023-10-01", "2024-07-25"]);
    for (goal, before) in arrived.iter().zip(&goals) {
        assert_eq!(goal["title"], before["title"]);
        assert_eq!(goal["required"], before["required"]);
        assert_eq!(goal["status"], "OPEN");
        assert_ne!(goal["id"], before["id"]);
    }
}

#[actix_web::test]
async fn a_carried_goal_stands_at_once_in_the_next_plan_that_is_there() {
    let scene = Scene::start("2022-07-26").await;
    scene.app.advance(2 * 86_400);
    assert_eq!(scene.plans().await.len(), 2);
    let officer = &scene.app.officer();
    let goal = scene.goals(officer).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let nothing = json!({});
    let answers = futures_util::future::join_all(
        (0..8).map(|_| scene.verb(officer, &goal, "carry", &nothing)),
    )
    .await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let next = scene.plans().await.pop().unwrap();
    assert_eq!(carried(&next).len(), 1);
    assert_eq!(carried(&next)[0]["dueOn"], "2024-07-25");
}

#[actix_web::test]
async fn a_goal_that_is_carried_while_the_next_plan_is_made_stands_in_it_once() {
    let scene = Scene::start("2022-07-26").await;
    let goals = scene.goals(&scene.officer).await;
    scene.app.advance(2 * 86_400);
    let (officer, service) = (scene.app.officer(), scene.app.service());
    let nothing = json!({});
    let carried_now = goals.iter().map(|goal| {
        let id = goal["id"].as_str().unwrap();
        scene.verb(&officer, id, "carry", &nothing)
    });
    let made = xinmiao::calendar::plan(&service.db, &service.deps, None);
    let (answers, made) =
        futures_util::future::join(futures_util::future::join_all(carried_now), made).await;
    made.unwrap();
    assert!(answers.iter().all(|answer| answer.status == 200));
    let next = scene.plans().await.pop().unwrap();
    assert_eq!(next["phase"], "NURTURING");
    assert_eq!(carried(&next).len(), goals.len());
}

#[actix_web::test]
async fn a_plan_takes_a_hundred_goals_and_one_that_is_over_takes_none() {
    let scene = Scene::start("2022-07-26").await;
    let officer = &scene.officer;
    let stands = scene.goals(officer).await.len();
    for n in stands..100 {
        let goal = body(&format!("目标 {n}"));
        let goal = json!({ "title": goal["title"], "dueOn": "2023-07-25" });
        scene
            .put(officer, scene.app.id(), None, &goal)
            .await
            .expect(201);
    }
    let one_more = json!({ "title": "再加一项", "dueOn": "2023-07-25" });
    let refused = scene.put(officer, scene.app.id(), None, &one_more).await;
    refused.expect_problem(409, "capacity-exceeded");
    scene.app.advance(2 * 86_400);
    let next = scene.plans().await.pop().unwrap();
    diesel::update(plans::table.find(id_of(&next)))
        .set(plans::status.eq("PASSED"))
        .execute(&mut scene.app.db())
        .unwrap();
    let officer = &scene.app.officer();
    let goal = scene.goals(officer).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let refused = scene.verb(officer, &goal, "carry", &json!({})).await;
    refused.expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn no_goal_is_carried_out_of_the_last_year() {
    let scene = Scene::start("2020-09-01").await;
    let officer = &scene.officer;
    let goal = scene.goals(officer).await.remove(0);
    assert_eq!(
        goal["allowedActions"],
        json!(["put_plan_goal", "done_plan_goal", "drop_plan_goal"])
    );
    let goal = goal["id"].as_str().unwrap();
    let refused = scene.verb(officer, goal, "carry", &json!({})).await;
    refused.expect_problem(409, "illegal-transition");
}

/// What a verb is sent with where it works.
fn sent_with(verb: &str) -> Value {
    match verb {
        "put_plan_goal" => body("熟悉村情"),
        "drop_plan_goal" | "reopen_plan_goal" => json!({ "reason": "另有安排" }),
        _ => json!({}),
    }
}

async fn carry_out(scene: &Scene, caller: &Client, goal: Id, verb: &str) -> Answer {
    let sent = sent_with(verb);
    match verb.strip_suffix("_plan_goal").unwrap() {
        "put" => scene.put(caller, goal, Some("*"), &sent).await,
        verb => scene.verb(caller, &goal.to_string(), verb, &sent).await,
    }
}

#[actix_web::test]
async fn the_verbs_of_a_goal_follow_their_table() {
    let table = PlannedGoal::TRANSITIONS;
    let of_state = |state: GoalState| -> Vec<&str> {
        let rows = table.iter().filter(|row| row.from.contains(&state));
        rows.map(|row| row.verb).collect()
    };
    let (first, last) = (
        Scene::start("2022-08-26").await,
        Scene::start("2020-09-01").await,
    );
    for (scene, state, brought) in [
        (&first, GoalState::Open, None),
        (&last, GoalState::OpenInLastYear, None),
        (&first, GoalState::Done, Some("done_plan_goal")),
        (&first, GoalState::Dropped, Some("drop_plan_goal")),
        (&first, GoalState::Carried, Some("carry_plan_goal")),
    ] {
        for verb in table.iter().map(|row| row.verb) {
            let goal = scene.app.id();
            let new = scene.put(&scene.officer, goal, None, &body("新")).await;
            let mut before = new.expect(201).json.clone();
            if let Some(brought) = brought {
                let answer = carry_out(scene, &scene.officer, goal, brought).await;
                before = answer.expect(200).json.clone();
            }
            let shown = of_id(before["goals"].as_array().unwrap(), goal);
            assert_eq!(shown["allowedActions"], json!(of_state(state)), "{state:?}");
            let answer = carry_out(scene, &scene.mentor, goal, verb).await;
            let at = format!("{verb} from {state:?}");
            if !of_state(state).contains(&verb) {
                let refused = answer.expect_problem(409, "illegal-transition");
                let current = &refused.json["current"]["version"];
                assert_eq!(*current, before["version"], "{at}");
                continue;
            }
            let row = table.iter().find(|row| row.verb == verb).unwrap();
            let to = if row.to.is_empty() { &[state] } else { row.to };
            let after = of_id(answer.expect(200).json["goals"].as_array().unwrap(), goal);
            let leads_to = |state: &GoalState| after["allowedActions"] == json!(of_state(*state));
            assert!(to.iter().any(leads_to), "{at} led to {after}");
        }
    }
}
