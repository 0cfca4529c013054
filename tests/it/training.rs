//! Training events: planned, opened, begun by the day; attendance and feedback.

use serde_json::{Value, json};
use xinmiao::calendar;

use crate::support::{TestApp, Who};
use crate::training_scene::{attend, enrol, event, id_in, open_event, planned};

#[actix_web::test]
async fn an_event_is_planned_opened_and_begins_by_itself() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = event(&app, "2023-09-04", &json!({ "seats": 30 })).await;
    let planned = manager.get(&path).await.expect(200).json;
    assert_eq!(planned["status"], "PLANNED");
    assert_eq!(planned["days"], 2);
    assert_eq!(planned["availableSeats"], 30);
    assert_eq!(planned["openToOrganizationId"], planned["organizationId"]);
    let opened = manager.post(&format!("{path}/_open"), &json!({})).await;
    assert_eq!(opened.expect(200).json["status"], "OPEN");
    app.advance(42 * 86_400);
    let manager = app.manager();
    let running = manager.get(&path).await.expect(200).json;
    assert_eq!(running["status"], "RUNNING");
    let of_status = |status: &str| format!("/v1/training-events?status={status}");
    let listed = manager.get(&of_status("RUNNING")).await.expect(200);
    assert_eq!(listed.json["items"][0]["id"], running["id"]);
    let listed = manager.get(&of_status("OPEN")).await.expect(200);
    assert_eq!(listed.json["items"], json!([]));
    let late = manager.patch(&path, "*", &json!({ "seats": 40 })).await;
    late.expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn what_is_no_event_is_refused_member_by_member() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let refused = |more: Value| {
        let manager = manager.clone();
        let body = planned(&app, "2023-09-04", &more);
        async move {
            let answer = manager.post("/v1/training-events", &body).await;
            let problem = answer.expect_problem(422, "invalid");
            problem.json["errors"][0]["pointer"]
                .as_str()
                .unwrap()
                .to_owned()
        }
    };
    assert_eq!(refused(json!({ "endsOn": "2023-09-03" })).await, "/endsOn");
    assert_eq!(refused(json!({ "endsOn": "2024-09-04" })).await, "/endsOn");
    assert_eq!(refused(json!({ "days": 3 })).await, "/days");
    assert_eq!(refused(json!({ "hours": 0 })).await, "/hours");
    let graduated = json!({ "openToPhases": ["GRADUATED"] });
    assert_eq!(refused(graduated).await, "/openToPhases");
    let far = json!({ "startsOn": "2025-07-25", "endsOn": "2025-07-25" });
    assert_eq!(refused(far).await, "/startsOn");
    // An officer offers nothing to whom they do not reach.
    let officer = app.client(Who::officer(&app.city.yuxi));
    let mut body = planned(&app, "2023-09-04", &json!({}));
    body["organizationId"] = json!(app.city.yuxi.id);
    body["openToOrganizationId"] = json!(app.city.liulin.id);
    let answer = officer.post("/v1/training-events", &body).await;
    let problem = answer.expect_problem(422, "invalid");
    assert_eq!(
        problem.json["errors"][0]["pointer"],
        "/openToOrganizationId"
    );
}

#[actix_web::test]
async fn attendance_credits_hours_and_is_corrected_by_sending_it_again() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = open_event(&app, "2023-07-20", &json!({ "seats": 3 })).await;
    let cadres: Vec<_> = (0..4).map(|_| app.insert_cadre(&app.city.yuxi)).collect();
    let mut enrolments = Vec::new();
    for cadre in &cadres {
        enrolments.push(enrol(&app, &path, *cadre).await);
    }
    let attendance = format!("{path}/attendance");
    let items = json!({ "items": [
        { "cadreId": cadres[0], "status": "ATTENDED", "result": "PASSED", "score": 92 },
        { "cadreId": cadres[1], "status": "PARTLY", "hoursCredited": 6 },
    ] });
    let done = manager.post(&attendance, &items).await.expect(200).json;
    assert_eq!(
        (
            &done["changed"],
            &done["attended"],
            &done["partly"],
            &done["unrecorded"]
        ),
        (&json!(2), &json!(1), &json!(1), &json!(1))
    );
    let again = manager.post(&attendance, &items).await.expect(200).json;
    assert_eq!(again["changed"], 0);
    let first = manager.get(&enrolments[0]).await.expect(200).json;
    assert_eq!(
        (
            &first["hoursCredited"],
            &first["daysCredited"],
            &first["version"]
        ),
        (&json!(10), &json!(2), &json!(2))
    );
    let second = manager.get(&enrolments[1]).await.expect(200).json;
    assert_eq!(
        (&second["hoursCredited"], &second["daysCredited"]),
        (&json!(6), &json!(1))
    );
    let finish = format!("{path}/_finish");
    let early = manager.post(&finish, &json!({})).await;
    let early = early.expect_problem(409, "rule-violation");
    assert_eq!(early.json["violations"][0]["reason"], "ATTENDANCE_MISSING");
    // Whoever waits and came takes a free seat, of which there is none until someone is excused.
    let came = json!({ "cadreId": cadres[3], "status": "ATTENDED" });
    let full = json!({ "items": [came] });
    manager
        .post(&attendance, &full)
        .await
        .expect_problem(409, "capacity-exceeded");
    let both =
        json!({ "items": [came, { "cadreId": cadres[2], "status": "EXCUSED", "reason": "住院" }] });
    manager.post(&attendance, &both).await.expect(200);
    attend(
        &manager,
        &path,
        json!({ "cadreId": cadres[0], "status": "ABSENT", "reason": "未到" }),
    )
    .await;
    let corrected = manager.get(&enrolments[0]).await.expect(200).json;
    assert_eq!(
        (
            &corrected["hoursCredited"],
            &corrected["result"],
            &corrected["score"]
        ),
        (&json!(0), &json!("NONE"), &Value::Null)
    );
    let finished = manager.post(&finish, &json!({})).await.expect(200).json;
    assert_eq!(
        (&finished["enrolled"], &finished["waitlisted"]),
        (&json!(3), &json!(0))
    );
}

#[actix_web::test]
async fn what_cannot_be_of_attendance_is_refused_item_by_item() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = open_event(&app, "2023-07-20", &json!({})).await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    enrol(&app, &path, cadre).await;
    let attendance = format!("{path}/attendance");
    let other = app.insert_cadre(&app.city.yuxi);
    let body = json!({ "items": [
        { "cadreId": cadre, "status": "ENROLLED" },
        { "cadreId": other, "status": "ATTENDED" },
        { "cadreId": cadre, "status": "PARTLY" },
        { "cadreId": cadre, "status": "ATTENDED", "hoursCredited": 11, "reason": "x" },
        { "cadreId": cadre, "status": "ABSENT", "hoursCredited": 1, "score": 1, "result": "PASSED" },
    ] });
    let refused = manager.post(&attendance, &body).await;
    let problem = refused.expect_problem(422, "invalid");
    let pointers: Vec<&str> = problem.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["pointer"].as_str().unwrap())
        .collect();
    for pointer in [
        "/items/0/status",
        "/items/1/cadreId",
        "/items/2/cadreId",
        "/items/2/hoursCredited",
        "/items/3/hoursCredited",
        "/items/3/reason",
        "/items/4/hoursCredited",
        "/items/4/score",
        "/items/4/result",
    ] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
    // Attendance is the host's: the unit of the cadre reads it.
    let officer = app.client(Who::officer(&app.city.yuxi));
    officer
        .post(&attendance, &json!({ "items": [] }))
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_cadre_sees_what_is_open_to_them_and_their_own_enrolments_alone() {
    let app = TestApp::start().await;
    let (yuxi, liulin) = (app.city.yuxi.clone(), app.city.liulin.clone());
    let open_to = |unit: xinmiao::db::Id| json!({ "openToOrganizationId": unit });
    let city = open_event(&app, "2023-09-04", &json!({})).await;
    let own = open_event(&app, "2023-09-04", &open_to(yuxi.id)).await;
    let other = open_event(&app, "2023-09-04", &open_to(liulin.id)).await;
    let cadre_id = app.insert_cadre(&yuxi);
    let mentor_id = app.insert_mentor(&yuxi, crate::support::MentorSeed::default());
    let pair = json!({
        "cadreId": cadre_id, "mentorId": mentor_id, "role": "POLITICAL", "startsOn": "2023-03-01", "activate": true,
    });
    app.manager()
        .post("/v1/assignments", &pair)
        .await
        .expect(201);
    let cadre = app.client(Who::cadre(&yuxi, cadre_id));
    let mentor = app.client(Who::mentor(&yuxi, mentor_id));
    let officer = app.client(Who::officer(&yuxi));
    for caller in [&cadre, &mentor, &officer] {
        let listed = caller
            .get("/v1/training-events?count=exact")
            .await
            .expect(200);
        assert_eq!(listed.json["total"], 2);
        caller.get(&city).await.expect(200);
        caller.get(&own).await.expect(200);
        caller.get(&other).await.expect_problem(404, "not-found");
    }
    let mine = enrol(&app, &city, cadre_id).await;
    let theirs = enrol(&app, &city, app.insert_cadre(&liulin)).await;
    for caller in [&cadre, &mentor, &officer] {
        caller.get(&mine).await.expect(200);
        caller.get(&theirs).await.expect_problem(404, "not-found");
        let listed = caller.get("/v1/enrolments?count=exact").await.expect(200);
        assert_eq!(listed.json["total"], 1);
    }
}

#[actix_web::test]
async fn feedback_is_read_by_nobody_but_its_author_and_by_the_host_in_sums_of_three() {
    let app = TestApp::start().await;
    let yuxi = app.city.yuxi.clone();
    let manager = app.manager();
    let path = open_event(&app, "2023-07-20", &json!({})).await;
    let sums = format!("{path}/feedback");
    let mut enrolments = Vec::new();
    for n in 0..4 {
        let cadre_id = app.insert_cadre(&yuxi);
        let enrolment = enrol(&app, &path, cadre_id).await;
        let cadre = app.client(Who::cadre(&yuxi, cadre_id));
        let rate = format!("{enrolment}/_rate");
        let rating = json!({ "rating": ([5, 4, 4, 1][n]), "text": format!("意见 {}", 9 - n) });
        let early = cadre.post(&rate, &rating).await;
        early.expect_problem(409, "illegal-transition");
        attend(
            &manager,
            &path,
            json!({ "cadreId": cadre_id, "status": "ATTENDED" }),
        )
        .await;
        let before = manager.get(&enrolment).await.expect(200);
        let said = cadre.post(&rate, &rating).await.expect(200).json;
        assert_eq!(said["feedback"]["rating"], rating["rating"]);
        cadre.post(&rate, &rating).await.expect(200);
        let changed = json!({ "rating": 3 });
        cadre
            .post(&rate, &changed)
            .await
            .expect_problem(409, "illegal-transition");
        // Nothing of the enrolment tells others that anything was said.
        assert_eq!(manager.get(&enrolment).await.expect(200).json, before.json);
        let told = manager.get(&sums).await.expect(200).json;
        assert_eq!(told["answers"], if n < 2 { 0 } else { 3 });
        enrolments.push((enrolment, cadre));
    }
    let told = manager.get(&sums).await.expect(200).json;
    assert_eq!(told["mean"], json!(4.33));
    assert_eq!(told["texts"], json!(["意见 7", "意见 8", "意见 9"]));
    let officer = app.client(Who::officer(&yuxi));
    officer.get(&sums).await.expect_problem(403, "forbidden");
    let (enrolment, _) = &enrolments[0];
    let (_, other) = &enrolments[1];
    other
        .post(&format!("{enrolment}/_rate"), &json!({ "rating": 1 }))
        .await
        .expect_problem(404, "not-found");
    app.sealed().await;
    let journal = manager
        .get("/v1/journal?resourceType=enrolment&limit=200")
        .await
        .expect(200);
    assert!(!journal.text().contains("意见"));
}

#[actix_web::test]
async fn a_client_that_only_writes_plans_an_event_and_enrols() {
    let app = TestApp::start().await;
    let client = app.client(Who::system(&app.city.root, "training:write"));
    let cadre = app.insert_cadre(&app.city.yuxi);
    let body = planned(&app, "2023-07-20", &json!({ "seats": 1 }));
    let made = client.post("/v1/training-events", &body).await.expect(201);
    let path = made.header("location").to_owned();
    let opened = client.post(&format!("{path}/_open"), &json!({})).await;
    assert_eq!(opened.expect(200).json["status"], "RUNNING");
    let body = json!({ "eventId": id_in(&path), "cadreId": cadre });
    let enrolment = client.post("/v1/enrolments", &body).await.expect(201);
    let excuse = format!("{}/_excuse", enrolment.header("location"));
    let excuse = client.post(&excuse, &json!({ "reason": "下乡驻村" })).await;
    assert_eq!(excuse.expect(200).json["status"], "EXCUSED");
    client.get(&path).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn the_day_on_which_an_event_begins_stands_in_the_journal_once() {
    let app = TestApp::start().await;
    let service = app.service();
    let look = async || {
        calendar::catch_up(&service.db, &service.deps)
            .await
            .unwrap()
    };
    look().await;
    open_event(&app, "2023-07-26", &json!({})).await;
    event(&app, "2023-07-26", &json!({})).await;
    app.advance(3 * 86_400);
    assert_eq!(look().await, 3);
    assert_eq!(look().await, 0);
    app.sealed().await;
    let lines = "/v1/journal?action=training-event.started";
    let lines = app.auditor().get(lines).await.expect(200).json;
    let lines = lines["items"].as_array().unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["changedFields"], json!(["status"]));
}
