//! Runs that become pairs, whole or not at all.

use futures_util::future::join;
use serde_json::{Value, json};

use super::{path, proposals, run, seat, terms};
use crate::support::{Answer, Client, MentorSeed, TestApp};

async fn apply(manager: &Client, made: &Answer, body: &Value) -> Answer {
    manager.post(&format!("{}/_apply", path(made)), body).await
}

async fn count(manager: &Client, query: &str) -> Value {
    let page = manager
        .get(&format!("/v1/assignments?count=exact&limit=1&{query}"))
        .await;
    page.expect(200).json["total"].clone()
}

#[actix_web::test]
async fn an_applied_run_makes_its_pairs_once_by_a_named_person_with_its_journal_rows() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    for _ in 0..2 {
        app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    }
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "NONE")).await;
    let rehearsed = apply(
        &manager,
        &made,
        &json!({ "activate": true, "dryRun": true }),
    )
    .await
    .expect(200);
    assert_eq!(rehearsed.json["status"], "APPLIED");
    assert_eq!(count(&manager, "status=ACTIVE").await, 0);
    let done = apply(&manager, &made, &json!({ "activate": true }))
        .await
        .expect(200);
    assert_eq!(done.json["status"], "APPLIED");
    assert!(done.json["appliedBy"].is_string());
    assert_eq!(count(&manager, "status=ACTIVE").await, 2);
    let person = manager
        .get(&format!("/v1/cadres/{cadre}"))
        .await
        .expect(200);
    assert_eq!(person.json["mentoring"], "FULL");
    apply(&manager, &made, &json!({ "activate": true }))
        .await
        .expect(200);
    assert_eq!(count(&manager, "").await, 2);
    app.sealed().await;
    let id = made.json["id"].as_str().unwrap();
    let journal = manager
        .get(&format!("/v1/journal?resourceId={id}"))
        .await
        .expect(200);
    let actions: Vec<&str> = journal.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    assert!(
        actions.contains(&"matching-run.created") && actions.contains(&"matching-run.applied"),
        "{actions:?}"
    );
    assert_eq!(proposals(&manager, &made).await.len(), 2);
}

#[actix_web::test]
async fn without_activate_the_pairs_are_proposals() {
    let app = TestApp::start().await;
    app.insert_cadre(&app.city.yuxi);
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "NONE")).await;
    apply(&manager, &made, &json!({})).await.expect(200);
    assert_eq!(count(&manager, "status=PROPOSED").await, 1);
    let mentor = manager
        .get(&format!("/v1/mentors/{mentor}"))
        .await
        .expect(200);
    assert_eq!(mentor.json["activeMentees"], 0);
}

#[actix_web::test]
async fn a_world_that_changed_refuses_the_whole_run_with_a_pointer_to_each_difference() {
    let app = TestApp::start().await;
    let seed = MentorSeed {
        max_mentees: 1,
        professional: false,
        ..MentorSeed::default()
    };
    let units = [
        &app.city.yuxi,
        &app.city.liulin,
        &app.city.qingjiang,
        &app.city.reform,
    ];
    let cadres = units.map(|unit| app.insert_cadre(unit));
    let mentors = units.map(|unit| app.insert_mentor(unit, seed));
    let manager = app.manager();
    let mut asked = terms(&app, "NONE");
    asked["roles"] = json!(["POLITICAL"]);
    let made = run(&manager, &asked).await;
    assert_eq!(made.json["matched"], 4);
    // A mentor is suspended, a seat is taken, a cadre leaves; the fourth pair would still do.
    let suspend = json!({ "from": "2023-07-01", "reason": "借调" });
    manager
        .post(&format!("/v1/mentors/{}/_suspend", mentors[0]), &suspend)
        .await
        .expect(200);
    let guest = app.insert_cadre(&app.city.liulin);
    let pair = json!({ "cadreId": guest, "mentorId": mentors[1], "role": "POLITICAL", "startsOn": "2023-07-01", "activate": true });
    manager.post("/v1/assignments", &pair).await.expect(201);
    let leave = json!({ "on": "2023-07-20", "reason": "RESIGNED" });
    manager
        .post(&format!("/v1/cadres/{}/_leave", cadres[2]), &leave)
        .await
        .expect(200);
    let refused = apply(&manager, &made, &json!({ "activate": true })).await;
    let refused = refused.expect_problem(422, "invalid");
    let mut expected = Vec::new();
    for (n, code) in [
        (0, "MENTOR_NOT_APPOINTED"),
        (1, "capacity-exceeded"),
        (2, "CADRE_NOT_ACTIVE"),
    ] {
        let row = seat(&manager, &made, cadres[n], "POLITICAL").await;
        expected.push((format!("/proposals/{}", row["id"].as_str().unwrap()), code));
    }
    let told: Vec<_> = refused
        .errors()
        .into_iter()
        .map(|(pointer, code)| (pointer.to_owned(), code))
        .collect();
    let (mut told, mut expected) = (told, expected);
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert_eq!(count(&manager, "status=ACTIVE").await, 1);
    let resolve = format!("{}/_resolve", path(&made));
    manager.post(&resolve, &json!({})).await.expect(200);
    apply(&manager, &made, &json!({ "activate": true }))
        .await
        .expect(200);
    assert_eq!(count(&manager, "status=ACTIVE").await, 2);
}

#[actix_web::test]
async fn of_two_overlapping_runs_applied_at_once_one_wins_whole_and_the_other_is_refused_whole() {
    let app = TestApp::start().await;
    for _ in 0..20 {
        app.insert_cadre(&app.city.yuxi);
    }
    for _ in 0..20 {
        app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    }
    let manager = app.manager();
    let first = run(&manager, &terms(&app, "NONE")).await;
    let mut asked = terms(&app, "COUNTY");
    asked["organizationId"] = json!(app.city.enyang.id);
    asked["weights"] = json!({ "load": 9 });
    let second = run(&manager, &asked).await;
    let body = json!({ "activate": true });
    let (a, b) = join(
        apply(&manager, &first, &body),
        apply(&manager, &second, &body),
    )
    .await;
    let mut answers = [a.status, b.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 422], "{} {}", a.text(), b.text());
    let lost = if a.status == 422 { &a } else { &b };
    assert!(
        lost.errors().iter().all(|(_, code)| *code == "duplicate"),
        "{}",
        lost.text()
    );
    assert_eq!(lost.errors().len(), 40);
    assert_eq!(count(&manager, "").await, 40);
}

#[actix_web::test]
async fn a_run_that_planned_afresh_replaces_what_differs_and_keeps_the_history() {
    let app = TestApp::start().await;
    let seed = MentorSeed {
        max_mentees: 1,
        professional: false,
        ..MentorSeed::default()
    };
    let (a, b) = (
        app.insert_cadre(&app.city.yuxi),
        app.insert_cadre(&app.city.liulin),
    );
    let (m, n) = (
        app.insert_mentor(&app.city.yuxi, seed),
        app.insert_mentor(&app.city.liulin, seed),
    );
    let manager = app.manager();
    // Both are crossed, and both mentors full.
    for (cadre, mentor) in [(a, n), (b, m)] {
        let pair = json!({ "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-01", "activate": true });
        manager.post("/v1/assignments", &pair).await.expect(201);
    }
    let mut asked = terms(&app, "COUNTY");
    asked["keepExisting"] = json!(false);
    asked["roles"] = json!(["POLITICAL"]);
    let made = run(&manager, &asked).await;
    let refused = apply(&manager, &made, &json!({})).await;
    assert_eq!(refused.expect(422).errors(), [("/activate", "required")]);
    apply(&manager, &made, &json!({ "activate": true }))
        .await
        .expect(200);
    assert_eq!(count(&manager, "status=ACTIVE").await, 2);
    assert_eq!(count(&manager, "status=REPLACED").await, 2);
    let person = manager.get(&format!("/v1/cadres/{a}")).await.expect(200);
    assert_eq!(person.json["politicalMentorId"], json!(m));
    let pairs = manager
        .get(&format!("/v1/cadres/{b}/assignments?status=ACTIVE"))
        .await
        .expect(200);
    assert_eq!(pairs.json["items"][0]["mentorId"], json!(n));
    assert!(pairs.json["items"][0]["replacesId"].is_string());
}

#[actix_web::test]
async fn pairs_across_counties_need_a_reason() {
    let app = TestApp::start().await;
    app.insert_cadre(&app.city.yuxi);
    app.insert_mentor(
        &app.city.qingjiang,
        MentorSeed {
            professional: false,
            ..MentorSeed::default()
        },
    );
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "CITY")).await;
    assert_eq!(made.json["matched"], 1);
    let refused = apply(&manager, &made, &json!({ "activate": true }))
        .await
        .expect(422);
    assert_eq!(refused.errors()[0].1, "OUT_OF_UNIT");
    let body = json!({ "activate": true, "crossUnitReason": "全市统筹配备" });
    apply(&manager, &made, &body).await.expect(200);
}
