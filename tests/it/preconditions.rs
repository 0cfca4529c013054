//! `If-Match`: what is none is refused, and a verb whose answer was lost may be sent again with the `ETag` of before.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::assignments::{path as path_of_pair, persons, proposal};
use crate::evaluation_scene::{self, Scene, path_of};
use crate::openapi::{document, resolved};
use crate::plan_scene;
use crate::posting_scene;
use crate::session_scene;
use crate::support::mentoring;
use crate::support::{Answer, Client, TODAY, TestApp, Who};
use crate::training_scene;

/// Verbs that no repetition is told of: a secret is shown once, and solving a draft anew is another solution.
const WITHOUT_REPETITION: &[&str] = &["reset_user", "resolve_matching_run", "rotate_client"];

/// Method, path and name of every operation that takes `If-Match`.
fn guarded() -> Vec<(Method, String, String)> {
    let document = document();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let mut names = parameters.map(|parameter| &resolved(&document, parameter)["name"]);
            if names.any(|name| name == "If-Match") {
                let name = operation["operationId"].as_str().unwrap();
                found.push((
                    method.to_uppercase().parse().unwrap(),
                    path.clone(),
                    name.to_owned(),
                ));
            }
        }
    }
    found
}

#[actix_web::test]
async fn what_is_no_etag_is_refused_by_every_operation_that_takes_one() {
    let app = TestApp::start().await;
    let long = format!("\"{}\"", "3".repeat(127));
    let broken = ["3", "\"3", "3\"", "w/\"3\"", "\"3\", \"4\"", "", &long];
    let guarded = guarded();
    assert!(guarded.len() > 40);
    for (method, path, name) in guarded {
        let callers = [
            app.manager(),
            app.administrator(),
            app.client(Who::cadre(&app.city.yuxi, app.id())),
        ];
        let path = path
            .replace("{id}", &app.id().to_string())
            .replace("{goalId}", &app.id().to_string());
        for text in broken {
            let mut codes = Vec::new();
            for caller in &callers {
                let request = caller.request(method.clone(), &path).if_match(text);
                let answer = request.merge_patch(&json!({})).send().await;
                codes.push((
                    answer.status,
                    answer.errors().contains(&("If-Match", "parameter-invalid")),
                ));
            }
            // Who may not do it at all is told so first.
            assert!(codes.contains(&(400, true)), "{name} {text:?}: {codes:?}");
            assert!(
                codes
                    .iter()
                    .all(|code| [(400, true), (403, false)].contains(code)),
                "{name} {text:?}: {codes:?}"
            );
        }
    }
}

#[actix_web::test]
async fn a_weak_etag_and_one_of_another_version_never_match() {
    let app = TestApp::start().await;
    let path = format!("/v1/cadres/{}", app.insert_cadre(&app.city.yuxi));
    let read = app.manager().get(&path).await.expect(200);
    let weak = format!("W/{}", read.etag());
    for etag in [&weak, "\"2.x\"", "\"\"", "\"x\"", "\"-1\""] {
        let refused = app
            .manager()
            .patch(&path, etag, &json!({ "postTitle": "科员" }))
            .await;
        let refused = refused.expect_problem(412, "stale-version");
        assert_eq!(refused.json["current"]["version"], 1, "{etag}");
    }
    let twice = app
        .manager()
        .request(Method::PATCH, &path)
        .if_match(read.etag())
        .if_match(read.etag());
    twice
        .merge_patch(&json!({}))
        .send()
        .await
        .expect_problem(400, "malformed-request");
}

/// The verbs that were tried.
#[derive(Default)]
struct Tried(BTreeSet<String>);

impl Tried {
    /// Does what a caller does whose answer was lost: sends the same again, the `ETag` of before with it.
    async fn retry(&mut self, caller: &Client, read: &Answer, path: &str, body: &Value) -> Answer {
        let (place, verb) = path.rsplit_once("/_").unwrap();
        let kind = place.split('/').nth(2).unwrap();
        let send = |etag: &str| {
            caller
                .request(Method::POST, path)
                .if_match(etag)
                .json(body)
                .send()
        };
        let stale = send("\"999.x\"").await.expect_problem(412, "stale-version");
        assert_eq!(
            stale.json["current"]["version"], read.json["version"],
            "{path}"
        );
        let done = send(read.etag()).await;
        assert!([200, 201].contains(&done.status), "{path}: {}", done.text());
        let again = send(read.etag()).await.expect(200);
        for member in ["id", "version", "status"] {
            assert_eq!(again.json[member], done.json[member], "{path}: {member}");
        }
        assert_eq!(again.etag(), done.etag(), "{path}");
        self.0.insert(format!("{kind}/_{verb}"));
        done
    }

    /// The same, the resource read before.
    async fn read_and_retry(
        &mut self,
        caller: &Client,
        place: &str,
        verb: &str,
        body: &Value,
    ) -> Answer {
        let read = caller.get(place).await.expect(200);
        self.retry(caller, &read, &format!("{place}/{verb}"), body)
            .await
    }
}

async fn cadres(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    let body =
        json!({ "name": "赵小苗", "organizationId": app.city.yuxi.id, "reportedOn": "2023-02-01" });
    let made = manager.post("/v1/cadres", &body).await.expect(201);
    let place = made.header("location").to_owned();
    let turns = [
        (
            "_extend",
            json!({ "reason": "SANCTION", "until": "2024-05-01" }),
        ),
        ("_suspend", json!({ "from": TODAY, "reason": "培训" })),
        ("_resume", json!({ "on": TODAY })),
        (
            "_transfer",
            json!({ "organizationId": app.city.liulin.id, "effectiveOn": TODAY }),
        ),
        ("_leave", json!({ "reason": "RESIGNED", "on": TODAY })),
        ("_reinstate", json!({ "on": TODAY })),
    ];
    for (verb, body) in turns {
        tried.read_and_retry(&manager, &place, verb, &body).await;
    }
    let earlier = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2020-07-01").await;
    let place = format!("/v1/cadres/{earlier}");
    tried
        .read_and_retry(&manager, &place, "_graduate", &json!({}))
        .await;
}

async fn mentors(tried: &mut Tried) {
    let app = TestApp::start().await;
    let (officer, manager) = (app.officer(), app.manager());
    let body = json!({
        "name": "钱大树", "organizationId": app.city.yuxi.id, "roles": ["PROFESSIONAL"], "politicalStatus": "01",
    });
    let made = officer.post("/v1/mentors", &body).await.expect(201);
    let place = made.header("location").to_owned();
    let turns = [
        ("_appoint", json!({ "on": TODAY })),
        ("_suspend", json!({ "from": TODAY, "reason": "借调" })),
        ("_reinstate", json!({})),
        (
            "_transfer",
            json!({ "organizationId": app.city.liulin.id, "effectiveOn": TODAY }),
        ),
        ("_retire", json!({ "on": TODAY })),
    ];
    for (verb, body) in turns {
        tried.read_and_retry(&manager, &place, verb, &body).await;
    }
}

async fn assignments(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    let p = persons(&app);
    let next = mentoring::mentor(&app, &app.city.yuxi, "孙大树").await;
    let made = manager
        .post("/v1/assignments", &proposal(p.cadre, p.mentor, "POLITICAL"))
        .await
        .expect(201);
    let place = path_of_pair(&made);
    tried
        .read_and_retry(&manager, &place, "_activate", &json!({}))
        .await;
    let other = json!({ "mentorId": next, "startsOn": TODAY, "endReason": "MENTOR_TRANSFERRED" });
    let read = manager.get(&place).await.expect(200);
    let verb = format!("{place}/_replace");
    let place = path_of_pair(&tried.retry(&manager, &read, &verb, &other).await);
    tried
        .read_and_retry(&manager, &place, "_complete", &json!({}))
        .await;
    let made = manager
        .post(
            "/v1/assignments",
            &proposal(p.cadre, p.mentor, "PROFESSIONAL"),
        )
        .await
        .expect(201);
    let place = path_of_pair(&made);
    tried
        .read_and_retry(&manager, &place, "_cancel", &json!({ "reason": "误报" }))
        .await;
}

async fn evaluations(tried: &mut Tried) {
    let scene = Scene::start().await;
    let (officer, manager, cadre) = (&scene.officer, &scene.manager, &scene.cadre);
    let place = path_of(&scene.draft("ORDINARY", "UNIT").await, "");
    tried
        .read_and_retry(officer, &place, "_submit", &json!({}))
        .await;
    tried
        .read_and_retry(officer, &place, "_withdraw", &json!({}))
        .await;
    tried
        .read_and_retry(officer, &place, "_submit", &json!({}))
        .await;
    tried
        .read_and_retry(manager, &place, "_return", &json!({ "reason": "请补充" }))
        .await;
    tried
        .read_and_retry(officer, &place, "_submit", &json!({}))
        .await;
    tried
        .read_and_retry(manager, &place, "_confirm", &json!({}))
        .await;
    scene.submitted("ORDINARY", "SELF").await;
    tried
        .read_and_retry(cadre, &place, "_acknowledge", &json!({}))
        .await;
    let objection = json!({ "reason": "成绩有误" });
    tried
        .read_and_retry(cadre, &place, "_object", &objection)
        .await;
    let answer = json!({ "outcome": "REJECTED", "answer": "维持原评" });
    tried
        .read_and_retry(&scene.other_manager, &place, "_answer", &answer)
        .await;
}

async fn growth_entries(tried: &mut Tried) {
    let app = TestApp::start().await;
    let (officer, yuxi) = (app.officer(), app.city.yuxi.clone());
    let cadre_id = mentoring::cadre(&app, &yuxi, "李雨瑶", "2021-08-26").await;
    let mentor_id = mentoring::mentor(&app, &yuxi, "彭永兵").await;
    mentoring::pair(&app, (cadre_id, mentor_id), "POLITICAL", "2021-09-01", None);
    let mentor = app.client(Who::mentor(&yuxi, mentor_id));
    let body = json!({ "cadreId": cadre_id, "occurredOn": "2023-05-04", "kind": "TASK", "title": "信访接待" });
    let made = mentor.post("/v1/growth-entries", &body).await.expect(201);
    let place = made.header("location");
    tried
        .read_and_retry(&officer, place, "_verify", &json!({}))
        .await;
    let cadre = app.client(Who::cadre(&yuxi, cadre_id));
    tried
        .read_and_retry(&cadre, place, "_dispute", &json!({ "reason": "并非如此" }))
        .await;
}

async fn phase_templates(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    let draft = json!({ "phase": "SEEDLING", "theme": "立德铸魂", "validFrom": "2023-07-01" });
    let made = manager
        .post("/v1/phase-templates", &draft)
        .await
        .expect(201);
    for verb in ["_publish", "_retire"] {
        tried
            .read_and_retry(&manager, made.header("location"), verb, &json!({}))
            .await;
    }
}

async fn evaluation_forms(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    let draft = crate::evaluation_forms::form("ANNUAL", "2023-07-01");
    let made = manager.post("/v1/evaluation-forms", &draft).await;
    let made = made.expect(201);
    for verb in ["_publish", "_retire"] {
        tried
            .read_and_retry(&manager, made.header("location"), verb, &json!({}))
            .await;
    }
}

async fn evaluation_rounds(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    let made = crate::evaluation_rounds::planned(&manager, app.city.yuxi.id).await;
    let place = format!(
        "/v1/evaluation-rounds/{}",
        made.json["id"].as_str().unwrap()
    );
    let schedule = crate::evaluation_schedules::schedule(app.city.yuxi.id, "ANNUAL");
    let schedule = manager.post("/v1/evaluation-schedules", &schedule).await;
    let schedule = schedule.expect(201);
    tried
        .read_and_retry(&manager, schedule.header("location"), "_end", &json!({}))
        .await;
    let more = json!({ "closesOn": "2023-08-31", "reason": "汛期" });
    let again = json!({ "closesOn": "2023-09-30", "reason": "补交" });
    for (verb, body) in [
        ("_open", json!({})),
        ("_extend", more),
        ("_close", json!({})),
        ("_reopen", again),
    ] {
        tried.read_and_retry(&manager, &place, verb, &body).await;
    }
}

async fn plans(tried: &mut Tried) {
    let app = TestApp::start().await;
    app.insert_cadre(&app.city.yuxi);
    let service = app.service();
    xinmiao::calendar::plan(&service.db, &service.deps, None)
        .await
        .unwrap();
    let officer = app.officer();
    let listed = officer.get("/v1/plans").await.expect(200);
    let place = format!(
        "/v1/plans/{}",
        listed.json["items"][0]["id"].as_str().unwrap()
    );
    tried
        .read_and_retry(&officer, &place, "_activate", &json!({}))
        .await;
    let reason = json!({ "reason": "另有安排" });
    for (n, verb, body) in [
        (0, "_done", json!({})),
        (0, "_reopen", reason.clone()),
        (0, "_drop", reason),
        (1, "_carry", json!({})),
    ] {
        let read = officer.get(&place).await.expect(200);
        let goal = read.json["goals"][n]["id"].as_str().unwrap();
        let path = format!("{place}/goals/{goal}/{verb}");
        tried.retry(&officer, &read, &path, &body).await;
    }
}

async fn gates(tried: &mut Tried) {
    let scene = plan_scene::Scene::start("2021-08-26").await;
    let manager = |name: &str| {
        let who = Who::manager(&scene.app.city.root).named(name);
        scene.app.client(who)
    };
    let (first, second) = (manager("first"), manager("second"));
    let activate = format!("{}/_activate", scene.plan);
    first.post(&activate, &json!({})).await.expect(200);
    let reason = json!({ "reason": "另有情况" });
    let answer = json!({ "outcome": "REJECTED", "answer": "维持原决定" });
    for (caller, verb, body) in [
        (
            &first,
            "_gate",
            json!({ "outcome": "EXIT", "reason": "述职评议" }),
        ),
        (&second, "_confirm", json!({})),
        (&scene.cadre, "_object", reason.clone()),
        (&scene.cadre, "_withdraw", json!({})),
        (&scene.cadre, "_object", reason.clone()),
        (&manager("third"), "_answer", answer),
        (&first, "_reverse", reason),
    ] {
        tried.read_and_retry(caller, &scene.plan, verb, &body).await;
    }
}

async fn sessions(tried: &mut Tried) {
    let scene = evaluation_scene::Scene::start().await;
    let agreed = json!({ "followUps": [{ "text": "读书" }] });
    let talk = session_scene::talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &agreed);
    let made = session_scene::recorded(&scene.political, &talk).await;
    let path = session_scene::address(&made);
    tried
        .read_and_retry(&scene.cadre, &path, "_confirm", &json!({}))
        .await;
    let follow_up = made["followUps"][0]["id"].as_str().unwrap();
    let follow_up = format!("/v1/follow-ups/{follow_up}");
    tried
        .read_and_retry(&scene.cadre, &follow_up, "_done", &json!({}))
        .await;
}

async fn training(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    let excuse = json!({ "reason": "下乡驻村" });
    let later = training_scene::event(&app, "2023-09-04", &json!({})).await;
    tried
        .read_and_retry(&manager, &later, "_open", &json!({}))
        .await;
    let cadre_id = app.insert_cadre(&app.city.yuxi);
    let enrolment = training_scene::enrol(&app, &later, cadre_id).await;
    for (verb, body) in [("_excuse", excuse.clone()), ("_readmit", json!({}))] {
        tried
            .read_and_retry(&manager, &enrolment, verb, &body)
            .await;
    }
    tried
        .read_and_retry(&manager, &later, "_cancel", &excuse)
        .await;
    let event = training_scene::open_event(&app, "2023-07-20", &json!({})).await;
    let enrolment = training_scene::enrol(&app, &event, cadre_id).await;
    let item = json!({ "cadreId": cadre_id, "status": "ATTENDED" });
    training_scene::attend(&manager, &event, item).await;
    let cadre = app.client(Who::cadre(&app.city.yuxi, cadre_id));
    tried
        .read_and_retry(&cadre, &enrolment, "_rate", &json!({ "rating": 4 }))
        .await;
    tried
        .read_and_retry(&manager, &event, "_finish", &json!({}))
        .await;
}

async fn postings(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    let days = ("2023-07-01", "2023-12-31");
    let why = json!({ "reason": "单位另有安排" });
    let mut paths = Vec::new();
    for _ in 0..3 {
        let cadre = app.insert_cadre(&app.city.yuxi);
        paths.push(posting_scene::posting(&app, cadre, days, &json!({})).await);
    }
    let later = json!({ "plannedEndsOn": "2024-03-31", "reason": "工期顺延" });
    let mut exchange = String::new();
    for (n, verb, body) in [
        (0, "_start", json!({})),
        (0, "_extend", later.clone()),
        (0, "_finish", posting_scene::result()),
        (1, "_cancel", why.clone()),
        (2, "_start", json!({})),
        (2, "_recall", why),
    ] {
        tried.read_and_retry(&manager, &paths[n], verb, &body).await;
    }
    for (verb, body) in [
        ("_start", json!({})),
        ("_extend", later),
        ("_finish", Value::Null),
    ] {
        if verb == "_start" {
            exchange = posting_scene::exchange(&app, days).await;
        }
        let body = match body {
            Value::Null => {
                let exchange = manager.get(&exchange).await.expect(200).json;
                posting_scene::results(&exchange)
            }
            body => body,
        };
        tried.read_and_retry(&manager, &exchange, verb, &body).await;
    }
    let given_up = posting_scene::exchange(&app, days).await;
    tried
        .read_and_retry(
            &manager,
            &given_up,
            "_cancel",
            &json!({ "reason": "单位另有安排" }),
        )
        .await;
    // What a finished posting begins, the cadre or the unit completes.
    let finished = manager.get(&paths[0]).await.expect(200).json;
    let entry = finished["result"]["growthEntryId"].as_str().unwrap();
    let entry = format!("/v1/growth-entries/{entry}");
    tried
        .read_and_retry(
            &manager,
            &entry,
            "_complete",
            &json!({ "title": "征地拆迁" }),
        )
        .await;
}

async fn organizations(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    let place = format!("/v1/organizations/{}", app.city.liulin.id);
    let turns = [
        ("_rename", json!({ "name": "甲镇", "effectiveOn": TODAY })),
        (
            "_move",
            json!({ "parentId": app.city.bazhou.id, "effectiveOn": TODAY }),
        ),
        (
            "_merge",
            json!({ "intoId": app.city.yuxi.id, "effectiveOn": TODAY }),
        ),
    ];
    for (verb, body) in turns {
        tried.read_and_retry(&manager, &place, verb, &body).await;
    }
}

async fn matching_runs(tried: &mut Tried) {
    let app = TestApp::start().await;
    let manager = app.manager();
    persons(&app);
    for verb in ["_discard", "_apply"] {
        let terms = json!({ "organizationId": app.city.root.id, "crossUnit": "COUNTY" });
        let made = manager.post("/v1/matching-runs", &terms).await.expect(201);
        tried
            .read_and_retry(&manager, made.header("location"), verb, &json!({}))
            .await;
    }
}

#[actix_web::test]
async fn every_verb_is_answered_again_with_the_etag_of_before_and_has_one_effect() {
    let mut tried = Tried::default();
    cadres(&mut tried).await;
    mentors(&mut tried).await;
    assignments(&mut tried).await;
    evaluations(&mut tried).await;
    growth_entries(&mut tried).await;
    phase_templates(&mut tried).await;
    evaluation_forms(&mut tried).await;
    evaluation_rounds(&mut tried).await;
    plans(&mut tried).await;
    gates(&mut tried).await;
    training(&mut tried).await;
    postings(&mut tried).await;
    sessions(&mut tried).await;
    organizations(&mut tried).await;
    matching_runs(&mut tried).await;
    let verbs = guarded().into_iter().filter(|(method, _, name)| {
        *method == Method::POST && !WITHOUT_REPETITION.contains(&name.as_str())
    });
    let verbs: BTreeSet<String> = verbs
        .map(|(_, path, _)| {
            path.replace("/v1/", "")
                .replace("{id}/", "")
                .replace("goals/{goalId}/", "")
        })
        .collect();
    assert_eq!(tried.0, verbs);
}
