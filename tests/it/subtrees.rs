//! What callers reach: own, child, sibling and other subtree × every operation on an object, list, and verb on many objects.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use xinmiao::access::Role;

use crate::evaluation_rounds;
use crate::permissions::{NOBODY, Operation, SCOPES, operations};
use crate::posting_scene;
use crate::support::{Answer, TestApp, Unit, Who};

/// Where an object stands, seen from the county Enyang.
pub fn places(app: &TestApp) -> [(&'static str, &Unit, bool); 4] {
    let city = &app.city;
    [
        ("own", &city.enyang, true),
        ("child", &city.yuxi, true),
        ("sibling", &city.qingjiang, false),
        ("other", &city.reform, false),
    ]
}

/// One object of every kind in a unit, by the first segment of its path.
async fn objects(app: &TestApp, unit: &Unit) -> BTreeMap<&'static str, String> {
    let manager = app.manager();
    let id = |answer: Answer| answer.expect(201).json["id"].as_str().unwrap().to_owned();
    let cadre = json!({ "name": "周小苗", "organizationId": unit.id, "reportedOn": "2022-08-26", "postCategory": "GRASSROOTS" });
    let cadre = id(manager.post("/v1/cadres", &cadre).await);
    let mentor = json!({
        "name": "吴老师", "organizationId": unit.id, "politicalStatus": "01", "roles": ["POLITICAL", "PROFESSIONAL"],
        "positionLevel": "MID_LEVEL_LEAD", "maxMentees": 3,
    });
    let mentor = id(manager.post("/v1/mentors", &mentor).await);
    manager
        .post(
            &format!("/v1/mentors/{mentor}/_appoint"),
            &json!({ "on": "2020-08-01" }),
        )
        .await
        .expect(200);
    let absence = json!({ "cadreId": cadre, "kind": "SICK", "startsOn": "2023-05-01", "endsOn": "2023-05-03" });
    let pair = json!({ "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2022-09-01", "activate": true });
    let scores = [
        "STATE_OF_MIND",
        "WORK_PERFORMANCE",
        "POST_FIT",
        "COMPETENCE",
    ]
    .map(|dimension| json!({ "dimension": dimension, "score": 90 }));
    let evaluation = json!({
        "cadreId": cadre, "kind": "ORDINARY", "periodFrom": "2023-04-01", "periodTo": "2023-06-30", "evaluatorRelation": "UNIT",
        "grade": "GOOD", "submit": true, "scores": scores,
    });
    let entry = json!({ "cadreId": cadre, "occurredOn": "2023-06-01", "kind": "TASK", "title": "驻村走访" });
    let kinship = json!({
        "personA": { "type": "CADRE", "id": cadre }, "personB": { "type": "MENTOR", "id": mentor }, "relation": "01",
    });
    let confirmer = app.client(Who::manager(&app.city.root).named("the one who confirms"));
    let evaluation = id(manager.post("/v1/evaluations", &evaluation).await);
    let confirm = format!("/v1/evaluations/{evaluation}/_confirm");
    confirmer
        .request(Method::POST, &confirm)
        .if_match("*")
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let goals = json!([{ "title": "熟悉县情", "dueAfterMonths": 6 }]);
    let draft = json!({ "organizationId": unit.id, "phase": "SEEDLING", "validFrom": "2023-08-01", "goals": goals });
    let draft = manager.post("/v1/phase-templates", &draft).await;
    // Counties alone have them.
    let template = (draft.status == 201).then(|| id(draft));
    let terms = json!({ "organizationId": unit.id, "crossUnit": "NONE" });
    let run = id(manager.post("/v1/matching-runs", &terms).await);
    let service = app.service();
    xinmiao::calendar::plan(&service.db, &service.deps, None)
        .await
        .unwrap();
    let plans = manager.get(&format!("/v1/plans?cadreId={cadre}")).await;
    let plan = plans.expect(200).json["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let event = json!({
        "organizationId": unit.id, "title": "任职培训", "kind": "SPECIAL", "startsOn": "2023-07-20", "endsOn": "2023-07-21", "hours": 14,
    });
    let event = id(manager.post("/v1/training-events", &event).await);
    let open = format!("/v1/training-events/{event}/_open");
    manager.post(&open, &json!({})).await.expect(200);
    let enrolment = json!({ "eventId": event, "cadreId": cadre });
    let enrolment = id(manager.post("/v1/enrolments", &enrolment).await);
    let posting = json!({
        "cadreId": cadre, "front": "PROJECT", "arrangement": "TASK_FORCE", "hostName": "建设指挥部", "task": "征地拆迁",
        "plannedStartsOn": "2023-09-01", "plannedEndsOn": "2024-02-29",
    });
    let posting = id(manager.post("/v1/postings", &posting).await);
    let swapped = app.insert_cadre(unit);
    let below = app.insert_cadre(unit);
    let exchange = posting_scene::swap(
        (swapped, unit.id),
        (below, unit.id),
        ("2023-09-01", "2024-02-29"),
    );
    let exchange = id(manager.post("/v1/exchanges", &exchange).await);
    let round = evaluation_rounds::round(unit.id, "ORDINARY");
    let round = id(manager.post("/v1/evaluation-rounds", &round).await);
    let schedule = json!({ "organizationId": unit.id, "kind": "ANNUAL" });
    let schedule = id(manager.post("/v1/evaluation-schedules", &schedule).await);
    let templates = template.map(|template| ("phase-templates", template));
    BTreeMap::from_iter(templates.into_iter().chain([
        ("matching-runs", run),
        ("plans", plan),
        ("evaluation-rounds", round),
        ("evaluation-schedules", schedule),
        ("training-events", event),
        ("enrolments", enrolment),
        ("postings", posting),
        ("exchanges", exchange),
        ("absences", id(manager.post("/v1/absences", &absence).await)),
        (
            "assignments",
            id(manager.post("/v1/assignments", &pair).await),
        ),
        ("evaluations", evaluation),
        (
            "growth-entries",
            id(manager.post("/v1/growth-entries", &entry).await),
        ),
        ("kinships", id(manager.post("/v1/kinships", &kinship).await)),
        ("cadres", cadre),
        ("mentors", mentor),
        ("organizations", unit.id.to_string()),
    ]))
}

/// Operations whose reach is not the subtree: the tree is open to all who are signed in.
const OPEN: &[&str] = &["get_organization"];

/// Operations under one object of a known kind, with that kind.
fn operations_on_objects() -> Vec<(Operation, String)> {
    let on_object = |operation: Operation| {
        let kind = operation.path.strip_prefix("/v1/")?;
        let (kind, rest) = kind.split_once('/')?;
        let kind = kind.to_owned();
        rest.starts_with("{id}").then_some((operation, kind))
    };
    operations().into_iter().filter_map(on_object).collect()
}

/// Who reaches Enyang and what lies below it.
pub fn callers_in_enyang(app: &TestApp) -> [(&'static str, crate::support::Client); 4] {
    let unit = &app.city.enyang;
    [
        ("manager", app.client(Who::manager(unit))),
        ("officer", app.client(Who::officer(unit))),
        ("analyst", app.client(Who::of(Role::Analyst, unit))),
        ("client", app.client(Who::system(unit, &SCOPES.join(" ")))),
    ]
}

#[actix_web::test]
async fn c30_an_object_outside_the_subtree_answers_like_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let mut stand = Vec::new();
    for (place, unit, within) in places(&app) {
        stand.push((place, within, objects(&app, unit).await));
    }
    let (mut faults, mut compared) = (Vec::new(), 0);
    for (operation, kind) in operations_on_objects() {
        if OPEN.contains(&operation.id.as_str()) {
            continue;
        }
        for (name, caller) in &callers_in_enyang(&app) {
            let nothing = operation.call(caller, NOBODY).await;
            for (place, within, objects) in &stand {
                // An appointed mentor of a city organ may be asked for by every unit of the city.
                let is_offered = kind == "mentors" && *place == "other";
                let Some(id) = objects.get(kind.as_str()).filter(|_| !is_offered) else {
                    continue;
                };
                // A draft of a template is for those alone who write it.
                let is_draft = kind == "phase-templates" && *name != "manager";
                if *within && is_draft {
                    continue;
                }
                // What lies inside an object has an id of its own, which `matching::review` asks for.
                let is_inner = operation.path.matches('{').count() > 1;
                if *within && (operation.method != Method::GET || nothing.status == 403 || is_inner)
                {
                    continue;
                }
                let answer = operation.call(caller, id).await;
                compared += 1;
                let is_right = if *within {
                    answer.status == 200
                } else {
                    (answer.status, answer.code()) == (nothing.status, nothing.code())
                };
                if !is_right {
                    faults.push(format!(
                        "{} answers the {name} about one in the {place} unit with {} {}, about nothing with {} {}",
                        operation.id, answer.status, answer.code(), nothing.status, nothing.code(),
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(compared > 300, "only {compared} answers were compared");
}

#[actix_web::test]
async fn c30_lists_and_totals_hold_the_subtree_alone() {
    let app = TestApp::start().await;
    let mut stand = Vec::new();
    for (place, unit, within) in places(&app) {
        stand.push((place, within, objects(&app, unit).await));
    }
    let mut faults = Vec::new();
    let mut lists = 0;
    for operation in operations() {
        if operation.method != Method::GET || operation.path.contains('{') {
            continue;
        }
        for (name, caller) in &callers_in_enyang(&app) {
            let address = format!("{}?count=exact&limit=1000", operation.path);
            let answer = caller.get(&address).await;
            if answer.status != 200 {
                continue;
            }
            lists += 1;
            let text = answer.json.to_string();
            for (place, within, objects) in &stand {
                for (kind, id) in objects {
                    let is_offered = *kind == "mentors" && *place == "other";
                    let is_open = *kind == "organizations" || is_offered;
                    if !within && !is_open && text.contains(id.as_str()) {
                        faults.push(format!(
                            "{} shows the {name} {kind} of the {place} unit",
                            operation.id
                        ));
                    }
                }
            }
            let items = answer.json["items"].as_array().map(Vec::len);
            let total = answer.json["total"].as_u64();
            if let Some((items, total)) = items.zip(total)
                && items as u64 != total
            {
                faults.push(format!(
                    "{} counts {total} for the {name} and shows {items}",
                    operation.id
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(lists > 20, "only {lists} lists were read");
}
