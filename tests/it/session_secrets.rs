//! What was said in confidence: read by its pair, opened by two, and shown to nobody else in any way.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::db::schema::{follow_ups, idempotency_keys, mentoring_sessions};

use crate::evaluation_scene::Scene;
use crate::session_scene::{SECRET, address, recorded, secret_talk, talk};
use crate::support::mentoring::{cadre, mentor};
use crate::support::{Client, Who};

/// Everything that could tell of a talk.
fn places(scene: &Scene, made: &Value) -> Vec<String> {
    let cadre_id = scene.cadre_id;
    let pair = made["assignmentId"].as_str().unwrap();
    let follow_up = made["followUps"][0]["id"].as_str().unwrap();
    vec![
        address(made),
        format!("/v1/follow-ups/{follow_up}"),
        "/v1/mentoring-sessions?count=exact&sort=-occurredOn".to_owned(),
        format!("/v1/mentoring-sessions?cadreId={cadre_id}"),
        "/v1/follow-ups?count=exact".to_owned(),
        "/v1/follow-ups?due=2024-07-01".to_owned(),
        format!("/v1/assignments/{pair}/cadence"),
        format!("/v1/cadres/{cadre_id}/growth-file"),
        format!("/v1/cadres/{cadre_id}"),
        "/v1/journal".to_owned(),
        "/v1/me/mentees".to_owned(),
        format!("/v1/cadres?q={SECRET}"),
    ]
}

/// What a caller gets from a place, as text, with its tag.
async fn told(by: &Client, place: &str) -> String {
    let answer = by.get(place).await;
    format!(
        "{} {} {}",
        answer.status,
        answer.text(),
        answer.header("etag")
    )
}

async fn strangers(scene: &Scene) -> Vec<(&'static str, Client)> {
    let app = &scene.app;
    let (root, yuxi) = (&app.city.root, &app.city.yuxi);
    let other = cadre(app, yuxi, "周小苗", "2022-08-26").await;
    let stranger = mentor(app, yuxi, "周大山").await;
    let scopes = "mentoring-sessions:read growth:read assignments:read cadres:read mentors:read";
    vec![
        ("manager", app.manager()),
        ("officer", app.officer()),
        ("other mentor", scene.professional.clone()),
        ("stranger", app.client(Who::mentor(yuxi, stranger))),
        ("other cadre", app.client(Who::cadre(yuxi, other))),
        ("auditor", app.auditor()),
        ("administrator", app.administrator()),
        ("analyst", app.client(Who::analyst(root))),
        ("client", app.client(Who::system(root, scopes))),
    ]
}

#[actix_web::test]
async fn no_word_of_a_confidential_talk_reaches_anyone_but_its_pair() {
    let scene = Scene::start().await;
    let body = secret_talk(scene.cadre_id, "2023-07-20");
    let send = || {
        let request = scene
            .political
            .request(Method::POST, "/v1/mentoring-sessions");
        request.keyed("a-phone-that-asks-twice").json(&body).send()
    };
    let made = send().await.expect(201).json;
    assert_eq!(send().await.expect(201).json, made);
    scene.app.sealed().await;
    let strangers = strangers(&scene).await;
    for place in places(&scene, &made) {
        for (name, by) in &strangers {
            let told = told(by, &place).await;
            for secret in [SECRET, "想调回城区", "联系家属", "16:30", "08:30", ":47"] {
                assert!(!told.contains(secret), "{name} at {place}: {told}");
            }
        }
    }
    let page = format!("/v1/cadres/{}/growth-file", scene.cadre_id);
    for by in [&scene.officer, &scene.cadre] {
        let page = by.request(Method::GET, &page).header("accept", "text/html");
        let page = page.send().await.expect(200);
        let text = page.text();
        assert!(text.contains("谈心谈话") && text.contains("（保密）"));
        assert!(!text.contains(SECRET));
    }
    for by in [&scene.political, &scene.cadre] {
        let read = by.get(&address(&made)).await.expect(200).json;
        assert_eq!(read["note"], made["note"]);
        assert_eq!(read["followUps"], made["followUps"]);
    }
    // At rest there is no word of it either.
    let mut conn = scene.app.db();
    let words = mentoring_sessions::table.select(mentoring_sessions::words);
    let mut stored: Vec<Vec<u8>> = words.load(&mut conn).unwrap();
    let agreed = follow_ups::table.select(follow_ups::words);
    stored.extend(agreed.load::<Vec<u8>>(&mut conn).unwrap());
    let kept = idempotency_keys::table.select(idempotency_keys::body);
    stored.extend(kept.load::<Vec<u8>>(&mut conn).unwrap());
    assert_eq!(stored.len(), 3);
    for bytes in stored {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET));
    }
}

#[actix_web::test]
async fn others_learn_that_it_was_held_the_kind_the_day_and_by_whom() {
    let scene = Scene::start().await;
    let made = recorded(&scene.political, &secret_talk(scene.cadre_id, "2023-07-20")).await;
    for by in [&scene.officer, &scene.manager, &scene.professional] {
        let seen = by.get(&address(&made)).await.expect(200).json;
        let members: Vec<&String> = seen.as_object().unwrap().keys().collect();
        let withheld = [
            "occurredAt",
            "minutes",
            "place",
            "topics",
            "note",
            "participantIds",
            "followUps",
        ];
        for member in withheld {
            assert!(!members.iter().any(|one| *one == member), "{member}");
        }
        for (member, value) in [
            ("kind", json!("HEART_TO_HEART")),
            ("occurredOn", json!("2023-07-20")),
            ("mentorName", json!("王建国")),
            ("confidential", json!(true)),
        ] {
            assert_eq!(seen[member], value);
        }
    }
    let other = scene.app.client(Who::officer(&scene.app.city.liulin));
    let unknown = other.get(&address(&made)).await;
    unknown.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn what_the_pair_does_about_it_changes_nothing_that_others_see() {
    let scene = Scene::start().await;
    let made = recorded(&scene.political, &secret_talk(scene.cadre_id, "2023-07-20")).await;
    let before = told(&scene.officer, &address(&made)).await;
    let done = made["followUps"][0]["id"].as_str().unwrap();
    let done = format!("/v1/follow-ups/{done}/_done");
    for by in [&scene.officer, &scene.professional] {
        let refused = by.post(&done, &json!({})).await;
        assert!([403, 404].contains(&refused.status));
        assert!(!refused.text().contains(SECRET));
    }
    scene.cadre.post(&done, &json!({})).await.expect(200);
    assert_eq!(told(&scene.officer, &address(&made)).await, before);
}

#[actix_web::test]
async fn a_successor_does_not_read_what_the_predecessor_heard() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let made = recorded(&scene.political, &secret_talk(scene.cadre_id, "2023-07-20")).await;
    let open = talk(
        scene.cadre_id,
        "GUIDANCE",
        "2023-07-20",
        &json!({ "note": "谈了工作" }),
    );
    let open = recorded(&scene.political, &open).await;
    let successor_id = mentor(app, &app.city.yuxi, "周大山").await;
    let replace = format!(
        "/v1/assignments/{}/_replace",
        made["assignmentId"].as_str().unwrap()
    );
    let replace_with = json!({ "mentorId": successor_id, "startsOn": "2023-07-24", "endReason": "MENTOR_WORKLOAD" });
    app.manager()
        .post(&replace, &replace_with)
        .await
        .expect(201);
    let successor = app.client(Who::mentor(&app.city.yuxi, successor_id));
    let seen = successor.get(&address(&made)).await.expect(200).json;
    assert_eq!(seen.get("note"), None);
    let seen = successor.get(&address(&open)).await.expect(200).json;
    assert_eq!(seen["note"], "谈了工作");
    let own = scene.political.get(&address(&made)).await.expect(200).json;
    assert_eq!(own["note"], made["note"]);
    let agreed = successor.get("/v1/follow-ups").await.expect(200).json;
    assert_eq!(agreed["items"], json!([]));
    let agreed = scene.political.get("/v1/follow-ups").await.expect(200).json;
    assert_eq!(agreed["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn two_open_it_together_and_one_alone_sees_nothing() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let made = recorded(&scene.political, &secret_talk(scene.cadre_id, "2023-07-20")).await;
    let path = format!("{}/_reveal", address(&made));
    let why = json!({ "reason": "核查信访反映的问题" });
    // An officer agrees, but does not begin.
    scene
        .officer
        .post(&path, &why)
        .await
        .expect_problem(403, "forbidden");
    for _ in 0..2 {
        let waiting = scene.manager.post(&path, &why).await.expect(200);
        assert_eq!(waiting.json["status"], "WAITING");
        assert!(!waiting.text().contains(SECRET));
    }
    for by in [&scene.political, &scene.cadre, &scene.professional] {
        by.post(&path, &why).await.expect_problem(403, "forbidden");
    }
    let opened = scene.officer.post(&path, &why).await.expect(200);
    assert_eq!(opened.json["status"], "OPEN");
    assert_eq!(opened.json["session"]["note"], made["note"]);
    assert_eq!(opened.header("cache-control"), "no-store");
    let opened = scene.manager.post(&path, &why).await.expect(200);
    assert_eq!(opened.json["session"]["followUps"], made["followUps"]);
    // A third sees nothing, nor do the two elsewhere.
    let third = scene.other_manager.post(&path, &why).await.expect(200);
    assert_eq!(third.json["status"], "WAITING");
    assert!(!third.text().contains(SECRET));
    assert_eq!(
        scene
            .manager
            .get(&address(&made))
            .await
            .expect(200)
            .json
            .get("note"),
        None
    );
    app.sealed().await;
    let journal = app
        .manager()
        .get("/v1/journal?resourceType=mentoring-session")
        .await;
    let journal = journal.expect(200).json;
    let actions: Vec<&str> = journal["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "mentoring-session.created",
            "mentoring-session.reveal-asked",
            "mentoring-session.revealed",
            "mentoring-session.revealed",
            "mentoring-session.reveal-asked",
        ]
    );
    assert_eq!(journal["items"][1]["reason"], why["reason"]);
    let auditors = app
        .auditor()
        .get("/v1/journal?resourceType=mentoring-session")
        .await;
    assert!(!auditors.text().contains("核查信访"));
    // After a day it is closed, and must be asked for anew.
    app.advance(24 * 3600);
    let closed = app.manager().post(&path, &why).await.expect(200);
    assert_eq!(closed.json["status"], "WAITING");
}

#[actix_web::test]
async fn what_is_not_confidential_or_out_of_reach_is_not_opened() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let why = json!({ "reason": "核查" });
    let open = recorded(
        &scene.political,
        &talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &json!({})),
    )
    .await;
    let path = format!("{}/_reveal", address(&open));
    scene
        .manager
        .post(&path, &why)
        .await
        .expect_problem(403, "forbidden");
    let made = recorded(&scene.political, &secret_talk(scene.cadre_id, "2023-07-20")).await;
    let path = format!("{}/_reveal", address(&made));
    let other = app.client(Who::manager(&app.city.liulin));
    other
        .post(&path, &why)
        .await
        .expect_problem(404, "not-found");
    // Who is of the pair does not open it as a manager either, and a manager who has asked does not agree under another role.
    let both =
        Who::mentor(&app.city.yuxi, scene.political_id).and(Role::ProgrammeManager, &app.city.root);
    app.client(both)
        .post(&path, &why)
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn one_person_under_two_accounts_is_not_two() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let made = recorded(&scene.political, &secret_talk(scene.cadre_id, "2023-07-20")).await;
    let path = format!("{}/_reveal", address(&made));
    let why = json!({ "reason": "核查" });
    let (root, yuxi) = (&app.city.root, &app.city.yuxi);
    let mentor_id = mentor(app, yuxi, "周大山").await;
    let account = app.insert_user(Some(mentor_id), None);
    let first = app.client(Who::manager(root).account(account));
    let same = Who::mentor(yuxi, mentor_id).named("elsewhere");
    let same = app.client(same.and(Role::ProgrammeManager, root));
    for by in [&first, &same, &first] {
        let waiting = by.post(&path, &why).await.expect(200);
        assert_eq!(waiting.json["status"], "WAITING");
    }
    let second = scene.other_manager.post(&path, &why).await.expect(200);
    assert_eq!(second.json["status"], "OPEN");
}
