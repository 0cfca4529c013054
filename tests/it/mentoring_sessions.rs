//! Talks: recorded in one short request, once, by one of a pair.

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::evaluation_scene::Scene;
use crate::session_scene::{address, recorded, talk};
use crate::support::mentoring::{cadre, mentor, pair};
use crate::support::{Answer, Client, TestApp, Who};

const SESSIONS: &str = "/v1/mentoring-sessions";
const NONE: Value = Value::Null;

fn nothing() -> Value {
    json!({})
}

async fn refused(by: &Client, body: &Value) -> Vec<(String, String)> {
    let answer = by.post(SESSIONS, body).await.expect_problem(422, "invalid");
    owned(&answer)
}

fn owned(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.errors().into_iter();
    errors
        .map(|(pointer, code)| (pointer.to_string(), code.to_string()))
        .collect()
}

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[actix_web::test]
async fn four_members_make_a_talk() {
    let scene = Scene::start().await;
    let made = recorded(
        &scene.political,
        &talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &nothing()),
    )
    .await;
    assert_eq!(made["cadreId"], json!(scene.cadre_id));
    assert_eq!(made["mentorId"], json!(scene.political_id));
    assert_eq!(made["mentorName"], "王建国");
    assert_eq!(made["role"], "POLITICAL");
    assert_eq!(made["occurredOn"], "2023-07-20");
    assert_eq!(made["occurredAt"], "2023-07-20T08:30:00.000000Z");
    assert_eq!(made["confidential"], false);
    assert_eq!(made["recordedBy"], "MENTOR");
    assert_eq!(made["late"], false);
    assert_eq!(made["followUps"], json!([]));
    assert_eq!((&made["note"], &made["confirmedAt"]), (&NONE, &NONE));
    let read = scene.officer.get(&address(&made)).await.expect(200);
    assert_eq!(read.json["topics"], json!(["WORK"]));
    // Of a heart-to-heart talk the pair alone reads what was said, unless the pair says otherwise.
    for (said, confidential) in [(nothing(), true), (json!({ "confidential": false }), false)] {
        let day = if confidential {
            "2023-07-21"
        } else {
            "2023-07-22"
        };
        let body = talk(scene.cadre_id, "HEART_TO_HEART", day, &said);
        assert_eq!(
            recorded(&scene.political, &body).await["confidential"],
            confidential
        );
    }
}

#[actix_web::test]
async fn a_cadre_records_a_talk_with_either_mentor() {
    let scene = Scene::start().await;
    let body = |more: Value| {
        let mut body = talk(scene.cadre_id, "VISIT", "2023-07-20", &more);
        body.as_object_mut().unwrap().remove("cadreId");
        body
    };
    assert_eq!(
        refused(&scene.cadre, &body(nothing())).await,
        fault("/mentorId", "required")
    );
    let made = recorded(
        &scene.cadre,
        &body(json!({ "mentorId": scene.professional_id })),
    )
    .await;
    assert_eq!(made["role"], "PROFESSIONAL");
    assert_eq!(made["recordedBy"], "CADRE");
    assert_eq!(made["cadreId"], json!(scene.cadre_id));
    let by_pair =
        json!({ "assignmentId": made["assignmentId"], "occurredAt": "2023-07-21T09:00:00+08:00" });
    recorded(&scene.cadre, &body(by_pair)).await;
}

#[actix_web::test]
async fn only_a_pair_records_and_only_days_of_its_own() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let on = |day: &str| talk(scene.cadre_id, "GUIDANCE", day, &nothing());
    let stranger = mentor(app, &app.city.yuxi, "周大山").await;
    let stranger = app.client(Who::mentor(&app.city.yuxi, stranger));
    let unknown = fault("/cadreId", "reference-unknown");
    assert_eq!(refused(&stranger, &on("2023-07-20")).await, unknown);
    let nobody = talk(app.id(), "GUIDANCE", "2023-07-20", &nothing());
    assert_eq!(refused(&stranger, &nobody).await, unknown);
    assert_eq!(refused(&scene.political, &nobody).await, unknown);
    for by in [&scene.officer, &scene.manager] {
        by.post(SESSIONS, &on("2023-07-20"))
            .await
            .expect_problem(403, "forbidden");
    }
    let other = json!({ "mentorId": scene.professional_id });
    let other = talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &other);
    assert_eq!(
        refused(&scene.political, &other).await,
        fault("/mentorId", "reference-unknown")
    );
    for (day, code) in [
        ("2021-08-31", "outside-pair"),
        ("2023-07-25", "date-in-future"),
    ] {
        assert_eq!(
            refused(&scene.political, &on(day)).await,
            fault("/occurredAt", code)
        );
    }
    recorded(&scene.political, &on("2021-09-01")).await;
    let theirs = recorded(&scene.professional, &on("2023-07-20")).await;
    let named = json!({ "assignmentId": theirs["assignmentId"] });
    let named = talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &named);
    assert_eq!(
        refused(&scene.political, &named).await,
        fault("/assignmentId", "reference-unknown")
    );
}

#[actix_web::test]
async fn what_a_talk_cannot_say_is_told_all_at_once() {
    let scene = Scene::start().await;
    let body = talk(
        scene.cadre_id,
        "GUIDANCE",
        "2023-07-20",
        &json!({
            "topics": [], "participantIds": [scene.cadre_id],
            "followUps": [
                { "text": "联系党校", "dueOn": "2023-07-19" },
                { "text": "读书", "doneOn": "2023-07-25" },
                { "text": "走访", "ownerId": scene.app.id() },
            ],
        }),
    );
    let told = refused(&scene.political, &body).await;
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|(at, code)| (at.as_str(), code.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("/topics", "required"),
            ("/participantIds", "only-of-group"),
            ("/followUps/0/dueOn", "out-of-range"),
            ("/followUps/1/doneOn", "out-of-range"),
            ("/participantIds/0", "not-unique"),
            ("/followUps/2/ownerId", "reference-unknown"),
        ]
    );
}

#[actix_web::test]
async fn a_pair_that_ended_is_recorded_for_thirty_days_and_marked_late() {
    let app = TestApp::start().await;
    let yuxi = app.city.yuxi.clone();
    let days = [("2023-06-24", true), ("2023-06-23", false)];
    for (last, is_taken) in days {
        let cadre_id = cadre(&app, &yuxi, "周小苗", "2022-08-26").await;
        let mentor_id = mentor(&app, &yuxi, "周大山").await;
        pair(
            &app,
            (cadre_id, mentor_id),
            "POLITICAL",
            "2022-09-01",
            Some(last),
        );
        let by = app.client(Who::mentor(&yuxi, mentor_id));
        let on = |day: &str| talk(cadre_id, "GUIDANCE", day, &nothing());
        if is_taken {
            let made = recorded(&by, &on("2023-06-20")).await;
            assert_eq!(made["late"], true);
            // The mentor reads it for ever, and no day after the end is taken.
            by.get(&address(&made)).await.expect(200);
            assert_eq!(
                refused(&by, &on("2023-06-25")).await,
                fault("/occurredAt", "outside-pair")
            );
        } else {
            assert_eq!(
                refused(&by, &on("2023-06-20")).await,
                fault("/occurredAt", "recorded-too-late")
            );
        }
    }
}

#[actix_web::test]
async fn what_both_record_is_one_talk_which_the_second_confirms() {
    let scene = Scene::start().await;
    let body = talk(scene.cadre_id, "HEART_TO_HEART", "2023-07-20", &nothing());
    let made = recorded(&scene.political, &body).await;
    assert_eq!(made["allowedActions"], json!([]));
    let mut again = body.clone();
    again["mentorId"] = json!(scene.political_id);
    again["occurredAt"] = json!("2023-07-20T17:00:00+08:00");
    let found = scene.cadre.post(SESSIONS, &again).await;
    let found = found.expect_problem(409, "duplicate");
    assert_eq!(found.json["current"]["id"], made["id"]);
    assert_eq!(
        found.json["current"]["allowedActions"],
        json!(["confirm_mentoring_session"])
    );
    let confirm = format!("{}/_confirm", address(&made));
    let own = scene.political.post(&confirm, &nothing()).await;
    own.expect_problem(403, "forbidden");
    let other = scene.professional.post(&confirm, &nothing()).await;
    other.expect_problem(403, "forbidden");
    let confirmed = scene.cadre.post(&confirm, &nothing()).await.expect(200);
    assert_eq!(confirmed.json["version"], 2);
    assert!(confirmed.json["confirmedAt"].is_string());
    let repeated = scene.cadre.post(&confirm, &nothing()).await.expect(200);
    assert_eq!(repeated.json, confirmed.json);
    // Another talk on the same day is another.
    again["separate"] = json!(true);
    let another = recorded(&scene.cadre, &again).await;
    assert_ne!(another["id"], made["id"]);
}

#[actix_web::test]
async fn a_phone_that_heard_no_answer_sends_the_same_again() {
    let scene = Scene::start().await;
    let agreed = json!([{ "id": scene.app.id(), "text": "联系党校", "dueOn": "2023-08-15" }, { "text": "读书" }]);
    let said = json!({ "id": scene.app.id(), "note": "谈了工作", "minutes": 40, "place": "办公室", "followUps": agreed });
    let body = talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &said);
    let made = recorded(&scene.political, &body).await;
    assert_eq!(made["followUps"][0]["id"], said["followUps"][0]["id"]);
    assert_eq!(made["followUps"][1]["dueOn"], "2023-08-20");
    let done = made["followUps"][0]["id"].as_str().unwrap();
    let done = format!("/v1/follow-ups/{done}/_done");
    scene.political.post(&done, &nothing()).await.expect(200);
    let again = scene.political.post(SESSIONS, &body).await.expect(200);
    assert_eq!(again.json["id"], made["id"]);
    assert_eq!(again.json["followUps"][0]["doneOn"], "2023-07-24");
    for (member, value) in [
        ("note", json!("谈了生活")),
        ("minutes", json!(41)),
        ("kind", json!("VISIT")),
        ("occurredAt", json!("2023-07-20T16:31:00+08:00")),
        ("followUps", json!([])),
        ("confidential", json!(true)),
    ] {
        let mut other = body.clone();
        other[member] = value;
        let found = scene.political.post(SESSIONS, &other).await;
        let found = found.expect_problem(409, "duplicate");
        assert_eq!(found.json["current"]["id"], made["id"], "{member}");
    }
    let theirs = scene.professional.post(SESSIONS, &body).await;
    theirs.expect_problem(409, "duplicate");
}

#[actix_web::test]
async fn a_talk_with_a_group_stands_in_the_file_of_each() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let yuxi = app.city.yuxi.clone();
    let other = cadre(app, &yuxi, "周小苗", "2022-08-26").await;
    pair(
        app,
        (other, scene.political_id),
        "POLITICAL",
        "2022-09-01",
        None,
    );
    let stranger = cadre(app, &yuxi, "吴小苗", "2022-08-26").await;
    let with = |ids: &[Id]| {
        let agreed = json!([
            { "text": "整理台账", "ownerId": other },
            { "text": "带队走访", "ownerId": scene.political_id },
        ]);
        let more = json!({ "participantIds": ids, "followUps": agreed, "id": "0189857f-7a00-7000-8000-0000000000aa" });
        talk(scene.cadre_id, "GROUP", "2023-07-20", &more)
    };
    let told = refused(&scene.political, &with(&[other, other, stranger])).await;
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|(at, code)| (at.as_str(), code.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("/participantIds/1", "not-unique"),
            ("/participantIds/2", "reference-unknown")
        ]
    );
    let made = recorded(&scene.political, &with(&[other])).await;
    assert_eq!(made["participantIds"], json!([other]));
    assert_eq!(made["followUps"].as_array().unwrap().len(), 1);
    let again = scene.political.post(SESSIONS, &with(&[other])).await;
    assert_eq!(again.expect(200).json, made);
    let theirs = format!("{SESSIONS}?cadreId={other}");
    let own = app.client(Who::cadre(&yuxi, other));
    let seen = own.get(&theirs).await.expect(200).json;
    // A cadre learns of no other who was there.
    assert_eq!(seen["items"][0]["participantIds"], json!([]));
    assert_eq!(seen["items"][0]["followUps"][0]["text"], "整理台账");
    let seen = scene.officer.get(&theirs).await.expect(200).json;
    assert_eq!(seen["items"][0]["participantIds"], json!([scene.cadre_id]));
    let mut mentor_id = with(&[]);
    mentor_id["mentorId"] = json!(scene.political_id);
    mentor_id["id"] = json!(scene.app.id());
    let told = refused(&scene.cadre, &mentor_id).await;
    assert_eq!(
        told[0],
        ("/kind".to_owned(), "mentor-records-group".to_owned())
    );
}

#[actix_web::test]
async fn of_32_who_record_one_talk_at_once_one_does() {
    let scene = Scene::start().await;
    let body = talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &nothing());
    let tries = (0..32).map(|_| scene.political.post(SESSIONS, &body));
    let answers = futures_util::future::join_all(tries).await;
    let with = |status: u16| answers.iter().filter(|one| one.status == status).count();
    assert_eq!((with(201), with(409)), (1, 31));
    let list = format!("{SESSIONS}?cadreId={}", scene.cadre_id);
    let all = scene.officer.get(&list).await.expect(200).json;
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}
