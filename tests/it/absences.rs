//! Absences: days away, who records them, and what follows for the cadre as days pass.

use serde_json::{Value, json};
use xinmiao::calendar;

use crate::mentors::{appointed, named};
use crate::support::{Answer, TestApp, Who};

async fn absent(app: &TestApp, cadre: xinmiao::db::Id, from: &str, to: Option<&str>) -> Answer {
    let body = json!({ "cadreId": cadre, "kind": "STUDY", "startsOn": from, "endsOn": to });
    app.officer().post("/v1/absences", &body).await.expect(201)
}

async fn on_leave(app: &TestApp, cadre: xinmiao::db::Id) -> Value {
    let read = app.officer().get(&format!("/v1/cadres/{cadre}")).await;
    read.expect(200).json["onLeave"].clone()
}

/// Days on which the journal says that `onLeave` changed, newest first.
async fn turns(app: &TestApp, cadre: xinmiao::db::Id) -> usize {
    app.sealed().await;
    let rows = app
        .auditor()
        .get(&format!(
            "/v1/journal?cadreId={cadre}&action=cadre.derived-changed"
        ))
        .await
        .expect(200);
    let rows = rows.json["items"].as_array().unwrap();
    rows.iter()
        .filter(|row| row["changedFields"] == json!(["onLeave"]))
        .count()
}

#[actix_web::test]
async fn a_planned_absence_begins_and_ends_with_its_days_and_each_turn_is_journaled() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let service = app.service();
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    absent(&app, cadre, "2023-07-25", Some("2023-07-26")).await;
    let mut seen = vec![on_leave(&app, cadre).await];
    for _ in 0..3 {
        app.advance(24 * 3600);
        calendar::catch_up(&service.db, &service.deps)
            .await
            .unwrap();
        seen.push(on_leave(&app, cadre).await);
    }
    assert_eq!(seen, [false, true, true, false]);
    assert_eq!(turns(&app, cadre).await, 2);
}

#[actix_web::test]
async fn an_absence_that_covers_today_is_seen_at_once_and_a_second_one_changes_nothing() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let first = absent(&app, cadre, "2023-07-20", None).await;
    assert_eq!(on_leave(&app, cadre).await, true);
    let second = absent(&app, cadre, "2023-07-24", Some("2023-07-24")).await;
    assert_eq!(turns(&app, cadre).await, 1);
    let officer = app.officer();
    officer
        .delete(first.header("location"), first.etag())
        .await
        .expect(204);
    assert_eq!(
        (on_leave(&app, cadre).await, turns(&app, cadre).await),
        (json!(true), 1)
    );
    let ended = officer
        .request(reqwest::Method::PATCH, second.header("location"))
        .if_match(second.etag())
        .merge_patch(&json!({ "startsOn": "2023-07-20", "endsOn": "2023-07-23" }))
        .send()
        .await
        .expect(200);
    assert_eq!(ended.json["version"], 2);
    assert_eq!(
        (on_leave(&app, cadre).await, turns(&app, cadre).await),
        (json!(false), 2)
    );
}

#[actix_web::test]
async fn mentors_see_that_a_mentee_is_away_and_staff_find_those_who_are() {
    let app = TestApp::start().await;
    let city = &app.city;
    let (away, present) = (app.insert_cadre(&city.yuxi), app.insert_cadre(&city.yuxi));
    absent(&app, away, "2023-07-20", None).await;
    let path = appointed(&app, &named(&city.yuxi, "钱大树")).await;
    let mentor = crate::mentors::id_of(&path);
    for cadre in [away, present] {
        let pair = json!({ "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-24", "activate": true });
        app.manager()
            .post("/v1/assignments", &pair)
            .await
            .expect(201);
    }
    let mentees = app
        .client(Who::mentor(&city.yuxi, mentor))
        .get("/v1/me/mentees")
        .await
        .expect(200);
    let told = mentees.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["cadre"]["id"].clone(), row["cadre"]["onLeave"].clone()));
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|(id, _)| id.to_string());
    assert_eq!(
        told,
        [(json!(away), json!(true)), (json!(present), json!(false))]
    );
    let filtered = app
        .officer()
        .get(&format!(
            "/v1/absences?cadreId={away}&kind=STUDY&count=exact"
        ))
        .await
        .expect(200);
    assert_eq!(filtered.json["total"], 1);
}

#[actix_web::test]
async fn absences_belong_to_the_staff_of_the_cadres_unit() {
    let app = TestApp::start().await;
    let city = &app.city;
    let cadre = app.insert_cadre(&city.yuxi);
    let made = absent(&app, cadre, "2023-07-20", None).await;
    let path = made.header("location");
    let body = json!({ "cadreId": cadre, "kind": "SICK", "startsOn": "2023-07-01" });
    let far = app.client(Who::officer(&city.qingjiang));
    far.get(path).await.expect_problem(404, "not-found");
    far.delete(path, "*").await.expect_problem(404, "not-found");
    let refused = far.post("/v1/absences", &body).await.expect(422);
    assert_eq!(refused.errors(), [("/cadreId", "reference-unknown")]);
    assert_eq!(
        far.get("/v1/absences?count=exact").await.expect(200).json["total"],
        0
    );
    for who in [Who::cadre(&city.yuxi, cadre), Who::auditor()] {
        app.client(who)
            .post("/v1/absences", &body)
            .await
            .expect_problem(403, "forbidden");
    }
    for writer in [
        Who::manager(&city.enyang),
        Who::system(&city.root, "cadres:write"),
    ] {
        app.client(writer)
            .post("/v1/absences", &body)
            .await
            .expect(201);
    }
}

#[actix_web::test]
async fn days_and_working_days_of_an_absence_have_bounds_and_a_change_needs_the_etag_that_was_read()
{
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let officer = app.officer();
    let sick = |from: &str, to: &str, days: Value| json!({ "cadreId": cadre, "kind": "SICK", "startsOn": from, "endsOn": to, "workingDays": days });
    for (body, fault) in [
        (
            sick("2023-07-20", "2023-07-19", json!(1)),
            ("/endsOn", "out-of-range"),
        ),
        (
            sick("2023-07-20", "2028-07-21", json!(1)),
            ("/endsOn", "out-of-range"),
        ),
        (
            sick("2024-07-25", "2024-07-26", json!(1)),
            ("/startsOn", "out-of-range"),
        ),
        (
            sick("2023-07-20", "2023-07-21", json!(-1)),
            ("/workingDays", "out-of-range"),
        ),
        (
            sick("2023-07-20", "2023-07-21", json!(1001)),
            ("/workingDays", "out-of-range"),
        ),
    ] {
        let refused = officer.post("/v1/absences", &body).await;
        assert_eq!(refused.expect(422).errors(), [fault]);
    }
    let made = officer
        .post("/v1/absences", &sick("2023-07-03", "2023-07-07", json!(4)))
        .await
        .expect(201);
    assert_eq!(made.json["workingDays"], 4);
    let path = made.header("location");
    let patch = |etag: Option<&str>| {
        let request = officer
            .request(reqwest::Method::PATCH, path)
            .merge_patch(&json!({ "workingDays": null }));
        match etag {
            Some(etag) => request.if_match(etag),
            None => request,
        }
    };
    patch(None)
        .send()
        .await
        .expect_problem(428, "precondition-required");
    let changed = patch(Some(made.etag())).send().await.expect(200);
    assert_eq!(
        [&changed.json["workingDays"], &changed.json["version"]],
        [&Value::Null, &json!(2)]
    );
    patch(Some(made.etag()))
        .send()
        .await
        .expect_problem(412, "stale-version");
    officer
        .delete(path, made.etag())
        .await
        .expect_problem(412, "stale-version");
}

#[actix_web::test]
async fn a_mentors_planned_suspension_without_an_end_leaves_pairs_to_replace_once_it_begins() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let path = appointed(&app, &named(&app.city.yuxi, "钱大树")).await;
    let mentor = crate::mentors::id_of(&path);
    let manager = app.manager();
    let service = app.service();
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    let pair = json!({ "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-24", "activate": true });
    let pair = manager.post("/v1/assignments", &pair).await.expect(201);
    let planned = json!({ "from": "2023-07-26", "reason": "停职" });
    manager
        .post(&format!("{path}/_suspend"), &planned)
        .await
        .expect(200);
    let mut needs = Vec::new();
    for _ in 0..3 {
        let read = app.manager().get(pair.header("location")).await.expect(200);
        let cadre = app
            .manager()
            .get(&format!("/v1/cadres/{cadre}"))
            .await
            .expect(200);
        needs.push((
            read.json["needsReplacement"].clone(),
            cadre.json["mentoring"].clone(),
        ));
        app.advance(24 * 3600);
        calendar::catch_up(&service.db, &service.deps)
            .await
            .unwrap();
    }
    let fine = (Value::Null, json!("PARTIAL"));
    let lost = (
        json!({ "since": "2023-07-26", "reason": "MENTOR_SUSPENDED" }),
        json!("NONE"),
    );
    assert_eq!(needs, [fine.clone(), fine, lost]);
}
