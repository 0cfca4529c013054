//! Who sees which pairs.

use serde_json::{Value, json};

use super::{pair, path, persons, proposal};
use crate::support::{Client, MentorSeed, TODAY, TestApp, Who};

async fn count(client: &Client, path: &str) -> usize {
    let listed = client.get(path).await.expect(200);
    listed.json["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn a_mentor_sees_the_pairs_of_present_mentees_and_loses_them_when_the_pair_ends() {
    let app = TestApp::start().await;
    let yuxi = &app.city.yuxi;
    let p = persons(&app);
    let other = app.insert_mentor(yuxi, MentorSeed::default());
    let mentor = app.client(Who::mentor(yuxi, p.mentor));
    let proposed = proposal(p.cadre, p.mentor, "POLITICAL");
    let proposed = app
        .manager()
        .post("/v1/assignments", &proposed)
        .await
        .expect(201);
    mentor
        .get(&path(&proposed))
        .await
        .expect_problem(404, "not-found");
    let verb = format!("{}/_activate", path(&proposed));
    app.manager().post(&verb, &json!({})).await.expect(200);
    pair(&app, p.cadre, other, "PROFESSIONAL").await;
    assert_eq!(count(&mentor, "/v1/assignments").await, 2);
    let own = format!("/v1/mentors/{}/assignments", p.mentor);
    assert_eq!(count(&mentor, &own).await, 1);
    let read = mentor.get(&path(&proposed)).await.expect(200);
    assert_eq!(read.json["allowedActions"], json!([]));
    mentor
        .post(&format!("{}/_complete", path(&proposed)), &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let verb = format!("{}/_complete", path(&proposed));
    app.manager().post(&verb, &json!({})).await.expect(200);
    mentor
        .get(&path(&proposed))
        .await
        .expect_problem(404, "not-found");
    assert_eq!(count(&mentor, "/v1/assignments").await, 0);
    let cadre = app.client(Who::cadre(yuxi, p.cadre));
    assert_eq!(count(&cadre, "/v1/assignments").await, 2);
    let own = format!("/v1/cadres/{}/assignments?status=ACTIVE", p.cadre);
    assert_eq!(count(&cadre, &own).await, 1);
    let stranger = app.client(Who::cadre(yuxi, app.insert_cadre(yuxi)));
    assert_eq!(count(&stranger, "/v1/assignments").await, 0);
    stranger
        .get(&path(&proposed))
        .await
        .expect_problem(404, "not-found");
}

#[actix_web::test]
async fn the_old_unit_keeps_the_pairs_of_its_time_and_the_new_unit_has_them_all() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let made = path(&pair(&app, p.cadre, p.mentor, "POLITICAL").await);
    let body = json!({ "organizationId": app.city.liulin.id, "effectiveOn": TODAY });
    app.manager()
        .post(&format!("/v1/cadres/{}/_transfer", p.cadre), &body)
        .await
        .expect(200);
    let (old, new) = (app.officer(), app.client(Who::officer(&app.city.liulin)));
    let sibling = app.client(Who::officer(&app.city.qingjiang));
    for caller in [&old, &new] {
        caller.get(&made).await.expect(200);
        assert_eq!(count(caller, "/v1/assignments").await, 1);
        let own = format!("/v1/cadres/{}/assignments", p.cadre);
        assert_eq!(count(caller, &own).await, 1);
    }
    sibling.get(&made).await.expect_problem(404, "not-found");
    assert_eq!(count(&sibling, "/v1/assignments").await, 0);
    sibling
        .get(&format!("/v1/cadres/{}/assignments", p.cadre))
        .await
        .expect_problem(404, "not-found");
    let old_manager = app.client(Who::manager(&app.city.yuxi));
    old_manager
        .post(&format!("{made}/_complete"), &json!({}))
        .await
        .expect_problem(403, "forbidden");
    app.client(Who::manager(&app.city.qingjiang))
        .post(&format!("{made}/_complete"), &json!({}))
        .await
        .expect_problem(404, "not-found");
}

#[actix_web::test]
async fn a_mentors_list_leaves_out_cadres_out_of_reach_and_the_count_does_not() {
    let app = TestApp::start().await;
    let mentor = app.insert_mentor(&app.city.enyang, MentorSeed::default());
    for unit in [&app.city.yuxi, &app.city.liulin] {
        let cadre = app.insert_cadre(unit);
        pair(&app, cadre, mentor, "POLITICAL").await;
    }
    let list = format!("/v1/mentors/{mentor}/assignments");
    assert_eq!(count(&app.officer(), &list).await, 1);
    assert_eq!(count(&app.manager(), &list).await, 2);
    let read = app
        .officer()
        .get(&format!("/v1/mentors/{mentor}"))
        .await
        .expect(200);
    assert_eq!(read.json["activeMentees"], 2);
    let far = app.client(Who::officer(&app.city.qingjiang));
    far.get(&list).await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn lists_are_filtered_sorted_and_kept_from_those_without_the_permission() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let p = persons(&app);
    pair(&app, p.cadre, p.mentor, "POLITICAL").await;
    let second = persons(&app);
    let mut body = proposal(second.cadre, second.mentor, "PROFESSIONAL");
    body["startsOn"] = json!("2023-01-01");
    manager.post("/v1/assignments", &body).await.expect(201);
    for (query, expected) in [
        (format!("cadreId={}", p.cadre), 1),
        (format!("mentorId={}", second.mentor), 1),
        (format!("organizationId={}", app.city.enyang.id), 2),
        (
            format!("organizationId={}&subtree=false", app.city.enyang.id),
            0,
        ),
        (format!("organizationId={}", app.city.bazhou.id), 0),
        ("role=POLITICAL".to_owned(), 1),
        ("status=ACTIVE,PROPOSED".to_owned(), 2),
        ("status=PROPOSED".to_owned(), 1),
        ("needsReplacement=false".to_owned(), 2),
        ("startsOnGte=2023-02-01".to_owned(), 1),
        ("startsOnLte=2023-02-01".to_owned(), 1),
    ] {
        let found = count(&manager, &format!("/v1/assignments?{query}")).await;
        assert_eq!(found, expected, "{query}");
    }
    for sort in [
        "id",
        "-id",
        "startsOn",
        "-startsOn",
        "updatedAt",
        "-updatedAt",
    ] {
        let first = manager
            .get(&format!("/v1/assignments?limit=1&sort={sort}"))
            .await
            .expect(200);
        let cursor = first.json["nextCursor"].as_str().unwrap();
        let rest = manager
            .get(&format!(
                "/v1/assignments?limit=1&sort={sort}&cursor={cursor}"
            ))
            .await
            .expect(200);
        assert_ne!(first.json["items"][0]["id"], rest.json["items"][0]["id"]);
        assert_eq!(rest.json.get("nextCursor"), None, "{sort}");
    }
    let reader = app.client(Who::system(&app.city.root, "assignments:read"));
    assert_eq!(count(&reader, "/v1/assignments").await, 2);
    reader
        .post("/v1/assignments", &body)
        .await
        .expect_problem(403, "forbidden");
    for caller in [
        app.auditor(),
        app.administrator(),
        app.client(Who::analyst(&app.city.root)),
        app.client(Who::system(&app.city.root, "cadres:read")),
    ] {
        caller
            .get("/v1/assignments")
            .await
            .expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_mentor_finds_own_mentees_at_hand() {
    let app = TestApp::start().await;
    let yuxi = &app.city.yuxi;
    let p = persons(&app);
    let other = app.insert_mentor(yuxi, MentorSeed::default());
    let made = pair(&app, p.cadre, p.mentor, "POLITICAL").await;
    pair(&app, p.cadre, other, "PROFESSIONAL").await;
    let mentor = app.client(Who::mentor(yuxi, p.mentor));
    let mentees = mentor.get("/v1/me/mentees").await.expect(200);
    assert_eq!(
        mentees.json["items"],
        json!([{
            "cadre": {
                "id": p.cadre, "name": "赵小苗", "phase": "SEEDLING", "organizationName": yuxi.name,
                "postTitle": "一级科员", "phone": Value::Null, "onLeave": false,
            },
            "assignmentId": made.json["id"], "role": "POLITICAL", "otherMentorName": "钱大树",
            "lastSessionOn": null, "nextDueOn": "2023-08-24", "openItems": 0,
        }])
    );
    app.officer()
        .get("/v1/me/mentees")
        .await
        .expect_problem(403, "forbidden");
}
