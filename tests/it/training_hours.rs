//! Hours against the duty of a year (R22), and induction within probation (R04).

use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::plan_scene::Scene;
use crate::support::mentoring::{cadre, mentor, pair};
use crate::support::{Client, TestApp, Who};
use crate::training_scene::{attend, attended, enrol, id_in, open_event};

/// How many the files of the demo make.
const DEMO_ENROLMENTS: i64 = 12_042;

async fn hours(caller: &Client, cadre: Id, year: i32) -> Value {
    let address = format!("/v1/cadres/{cadre}/training-hours?year={year}");
    caller.get(&address).await.expect(200).json
}

#[actix_web::test]
async fn r22_hours_count_for_the_year_in_which_an_event_ends() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let id = cadre(&app, &app.city.yuxi, "李雨瑶", "2021-07-01").await;
    attended(&app, id, "2022-12-31", &json!({ "hours": 16 })).await;
    attended(&app, id, "2023-03-01", &json!({ "hours": 60 })).await;
    attended(&app, id, "2022-03-01", &json!({ "hours": 90 })).await;
    let of = |year| hours(&manager, id, year);
    // 184 of 365 days.
    let first = of(2021).await;
    assert_eq!(
        (
            &first["credited"],
            &first["duty"],
            &first["shortBy"],
            &first["dutyFrom"]
        ),
        (&json!(0), &json!(45), &json!(45), &json!("2021-07-01"))
    );
    let second = of(2022).await;
    assert_eq!(
        (&second["credited"], &second["duty"], &second["shortBy"]),
        (&json!(90), &json!(90), &json!(0))
    );
    let third = of(2023).await;
    assert_eq!(
        (&third["credited"], &third["shortBy"]),
        (&json!(76), &json!(14))
    );
    // 182 of 366 days, to the last day of the third year.
    let last = of(2024).await;
    assert_eq!(
        (&last["duty"], &last["dutyTo"]),
        (&json!(45), &json!("2024-06-30"))
    );
    assert_eq!(of(2025).await["duty"], 0);
}

#[actix_web::test]
async fn r22_leave_and_suspension_of_a_month_lessen_the_duty() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let id = cadre(&app, &app.city.yuxi, "李雨瑶", "2021-07-01").await;
    let absence = |from: &str, to: &str| json!({ "cadreId": id, "kind": "SICK", "startsOn": from, "endsOn": to });
    for absence in [
        absence("2022-03-01", "2022-03-30"),
        absence("2022-05-01", "2022-05-31"),
    ] {
        manager.post("/v1/absences", &absence).await.expect(201);
    }
    let of = hours(&manager, id, 2022).await;
    assert_eq!((&of["leaveDays"], &of["duty"]), (&json!(31), &json!(82)));
    let suspend = json!({ "from": "2023-06-01", "reason": "借调" });
    manager
        .post(&format!("/v1/cadres/{id}/_suspend"), &suspend)
        .await
        .expect(200);
    // From 1 June to today, 24 July.
    let of = hours(&manager, id, 2023).await;
    assert_eq!((&of["leaveDays"], &of["duty"]), (&json!(54), &json!(77)));
}

#[actix_web::test]
async fn r22_who_left_owes_the_part_until_then_and_the_mentor_reads_it() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let id = cadre(&app, &app.city.yuxi, "李雨瑶", "2021-07-01").await;
    let mentor_id = mentor(&app, &app.city.yuxi, "彭永兵").await;
    pair(&app, (id, mentor_id), "POLITICAL", "2022-09-01", None);
    let mentor = app.client(Who::mentor(&app.city.yuxi, mentor_id));
    assert_eq!(hours(&mentor, id, 2023).await["duty"], 90);
    let left = json!({ "on": "2023-06-30", "reason": "RESIGNED" });
    manager
        .post(&format!("/v1/cadres/{id}/_leave"), &left)
        .await
        .expect(200);
    // 181 of 365 days.
    let of = hours(&manager, id, 2023).await;
    assert_eq!(
        (&of["duty"], &of["dutyTo"]),
        (&json!(45), &json!("2023-06-30"))
    );
    assert_eq!(hours(&manager, id, 2024).await["dutyTo"], Value::Null);
}

#[actix_web::test]
async fn r04_twelve_days_of_induction_are_due_by_the_last_day_of_probation() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let id = cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-26").await;
    let induction = |ends_on: &str, days: i32| json!({ "kind": "INDUCTION", "hours": 60, "endsOn": ends_on, "days": days });
    attended(&app, id, "2022-09-05", &induction("2022-09-16", 11)).await;
    let of = hours(&manager, id, 2023).await;
    assert_eq!(
        of["induction"],
        json!({ "days": 11, "requiredDays": 12, "shortBy": 1, "dueOn": "2023-08-25" })
    );
    attended(&app, id, "2023-07-20", &induction("2023-07-20", 1)).await;
    let of = hours(&manager, id, 2023).await;
    assert_eq!(
        (&of["induction"]["days"], &of["induction"]["shortBy"]),
        (&json!(12), &json!(0))
    );
    assert_eq!(of["credited"], 60);
}

#[actix_web::test]
async fn r04_a_later_end_of_probation_counts_an_induction_that_was_too_late() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let id = cadre(&app, &app.city.yuxi, "李雨瑶", "2022-07-21").await;
    let late = json!({ "kind": "INDUCTION", "hours": 60, "endsOn": "2023-07-21", "days": 1 });
    attended(&app, id, "2023-07-21", &late).await;
    let of = hours(&manager, id, 2023).await;
    assert_eq!(of["induction"]["days"], 0);
    assert_eq!(of["induction"]["dueOn"], "2023-07-20");
    // The day of reporting was a mistake.
    let patch = json!({ "reportedOn": "2022-08-01" });
    manager
        .patch(&format!("/v1/cadres/{id}"), "*", &patch)
        .await
        .expect(200);
    let of = hours(&manager, id, 2023).await;
    assert_eq!(of["induction"]["days"], 1);
}

#[actix_web::test]
async fn hours_are_seen_by_the_unit_the_mentors_and_the_cadre() {
    let app = TestApp::start().await;
    let (yuxi, liulin) = (app.city.yuxi.clone(), app.city.liulin.clone());
    let id = cadre(&app, &yuxi, "李雨瑶", "2022-08-26").await;
    let other = cadre(&app, &liulin, "周小苗", "2022-08-26").await;
    attended(&app, id, "2023-07-20", &json!({})).await;
    let own = app.client(Who::cadre(&yuxi, id));
    let officer = app.client(Who::officer(&yuxi));
    for caller in [&own, &officer] {
        assert_eq!(hours(caller, id, 2023).await["credited"], 10);
        let listed = caller
            .get("/v1/training-hours?count=exact")
            .await
            .expect(200);
        assert_eq!(listed.json["total"], 1);
        assert_eq!(listed.json["items"][0]["credited"], 10);
        let address = format!("/v1/cadres/{other}/training-hours");
        caller.get(&address).await.expect_problem(404, "not-found");
    }
    let manager = app.manager();
    let list = |query: &str| format!("/v1/training-hours?count=exact&{query}");
    let of_unit = list(&format!("organizationId={}", app.city.enyang.id));
    assert_eq!(manager.get(&of_unit).await.expect(200).json["total"], 2);
    let of_phase = list("phase=STRENGTHENING");
    assert_eq!(manager.get(&of_phase).await.expect(200).json["total"], 0);
    let of_year = manager.get(&list("year=2022")).await.expect(200);
    assert_eq!(of_year.json["items"][0]["credited"], 0);
    manager
        .get("/v1/training-hours?year=1900")
        .await
        .expect_problem(400, "malformed-request");
}

#[actix_web::test]
async fn two_events_that_credit_a_cadre_at_once_miss_nothing_of_each_other() {
    let app = TestApp::start().await;
    let id = cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-26").await;
    let mut events = Vec::new();
    for _ in 0..8 {
        let path = open_event(&app, "2023-07-20", &json!({})).await;
        enrol(&app, &path, id).await;
        events.push(path);
    }
    let manager = app.manager();
    let calls = events.iter().map(|path| {
        let item = json!({ "cadreId": id, "status": "ATTENDED" });
        attend(&manager, path, item)
    });
    futures_util::future::join_all(calls).await;
    assert_eq!(hours(&manager, id, 2023).await["credited"], 80);
}

#[actix_web::test]
async fn training_is_evidence_of_a_goal_once_the_cadre_took_part() {
    let scene = Scene::start("2022-08-26").await;
    let app = &scene.app;
    let event = open_event(app, "2023-07-20", &json!({})).await;
    let enrolment = enrol(app, &event, scene.cadre_id).await;
    let other = cadre(app, &app.city.yuxi, "周小苗", "2022-08-26").await;
    let of_other = attended(app, other, "2023-07-20", &json!({})).await;
    let goal = scene.goals(&scene.officer).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let by =
        |path: &str| json!({ "evidence": [{ "type": "TRAINING_ENROLMENT", "id": id_in(path) }] });
    for path in [&enrolment, &of_other] {
        let refused = scene.verb(&scene.officer, &goal, "done", &by(path)).await;
        assert_eq!(
            refused.expect_problem(422, "invalid").errors(),
            [("/evidence/0/id", "reference-unknown")]
        );
    }
    let item = json!({ "cadreId": scene.cadre_id, "status": "PARTLY", "hoursCredited": 4 });
    attend(&app.manager(), &event, item).await;
    let sent = by(&enrolment);
    let done = scene.verb(&scene.officer, &goal, "done", &sent).await;
    let done = done.expect(200).json;
    assert_eq!(done["goals"][0]["evidence"], sent["evidence"]);
}

#[actix_web::test]
async fn training_stands_in_the_growth_file_and_on_its_page() {
    let app = TestApp::start().await;
    let yuxi = app.city.yuxi.clone();
    let id = cadre(&app, &yuxi, "李雨瑶", "2022-08-26").await;
    let title = "<b>任职</b>培训";
    let path = attended(&app, id, "2023-07-20", &json!({ "title": title })).await;
    let own = app.client(Who::cadre(&yuxi, id));
    let address = format!("/v1/cadres/{id}/growth-file");
    let file = own.get(&address).await.expect(200).json;
    assert_eq!(file["training"], json!([own.get(&path).await.json]));
    assert_eq!(
        file["trainingHours"],
        json!([
            { "year": 2022, "credited": 0, "duty": 32, "shortBy": 32 },
            { "year": 2023, "credited": 10, "duty": 90, "shortBy": 80 },
        ])
    );
    assert_eq!(file["induction"]["dueOn"], "2023-08-25");
    let without = own.get(&format!("{address}?sections=person")).await;
    let without = without.expect(200).json;
    assert_eq!(
        [&without["training"], &without["induction"]],
        [&Value::Null; 2]
    );
    let page = own.request(Method::GET, &address);
    let page = page.header("accept", "text/html").send().await;
    let text = page.expect(200).text();
    assert!(!text.contains("<b>任职") && text.contains("&lt;b&gt;任职"));
    for shown in ["教育培训", "已得学时", "初任培训：0 / 12 天"] {
        assert!(text.contains(shown), "{shown}");
    }
}

#[actix_web::test]
async fn the_demo_has_forty_events_and_hours_like_those_of_a_city() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let total = async |list: &str| {
        let address = format!("/v1/{list}count=exact&limit=1");
        manager.get(&address).await.expect(200).json["total"].clone()
    };
    assert_eq!(total("training-events?").await, 40);
    assert_eq!(total("enrolments?").await, DEMO_ENROLMENTS);
    let waiting = total("enrolments?status=WAITLISTED&").await;
    assert!(waiting.as_i64() > Some(0));
    let page = manager.get("/v1/training-hours?year=2022&limit=1000").await;
    let page = page.expect(200).json;
    let all = page["items"].as_array().unwrap();
    let short = all.iter().filter(|one| one["shortBy"].as_i64() > Some(0));
    let short = short.count();
    assert!(short > all.len() / 50 && short < all.len() / 2, "{short}");
}
