//! An upheld objection always has a way on, whoever wrote the evaluation.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::db::Id;
use xinmiao::db::schema::{mentors, users};

use crate::accounts::{linked_user, user};
use crate::evaluation_scene::{Scene, confirm, four, id_of, path_of};
use crate::support::{Answer, Client, Who};

/// A confirmed evaluation that the cadre objects to.
async fn objected(scene: &Scene, relation: &str) -> Answer {
    let confirmed = scene.confirmed("ORDINARY", relation).await;
    scene.submitted("ORDINARY", "SELF").await;
    let reason = json!({ "reason": "成绩有误" });
    scene
        .cadre
        .post(&path_of(&confirmed, "/_object"), &reason)
        .await
        .expect(200)
}

/// The other manager upholds.
async fn upheld(scene: &Scene, objected: &Answer, rewriter: Option<Id>) -> Answer {
    let mut body = json!({ "outcome": "UPHELD", "answer": "同意复核" });
    if let Some(id) = rewriter {
        body["rewriterUserId"] = json!(id);
    }
    scene
        .other_manager
        .post(&path_of(objected, "/_answer"), &body)
        .await
}

/// The drafts that a caller finds.
async fn drafts(caller: &Client) -> Vec<Value> {
    let listed = caller.get("/v1/evaluations?status=DRAFT").await.expect(200);
    listed.json["items"].as_array().unwrap().clone()
}

fn staff(scene: &Scene, id: Id, role: Role) -> Client {
    let who = Who::of(role, &scene.app.city.yuxi).account(id);
    scene.app.client(who)
}

#[actix_web::test]
async fn the_form_of_a_retired_mentor_is_written_again_by_the_units_lead() {
    let scene = Scene::start().await;
    let city = scene.app.city.clone();
    let objected = objected(&scene, "POLITICAL_MENTOR").await;
    let far = user(
        &scene.app,
        "far",
        &[(Role::UnitOfficer, Some(city.liulin.id))],
    )
    .await;
    let county = [(Role::UnitOfficer, Some(city.enyang.id))];
    user(&scene.app, "county", &county).await;
    let lead = user(
        &scene.app,
        "lead",
        &[(Role::UnitOfficer, Some(city.yuxi.id))],
    )
    .await;
    diesel::update(mentors::table.find(scene.political_id))
        .set(mentors::status.eq("RETIRED"))
        .execute(&mut scene.app.db())
        .unwrap();
    upheld(&scene, &objected, None).await.expect(200);
    assert_eq!(drafts(&scene.political).await, Vec::<Value>::new());
    assert_eq!(
        drafts(&staff(&scene, far, Role::UnitOfficer)).await.len(),
        0
    );
    let lead = staff(&scene, lead, Role::UnitOfficer);
    let draft = drafts(&lead).await.remove(0);
    assert_eq!(draft["evaluatorRelation"], "POLITICAL_MENTOR");
    assert_eq!(draft["mentorName"], "王建国");
    let path = format!("/v1/evaluations/{}", id_of(&draft));
    let rewritten = json!({ "scores": four(95), "submit": true });
    let submitted = lead.patch(&path, "*", &rewritten).await.expect(200);
    let confirmed = confirm(&scene.manager, &submitted).await.expect(200);
    assert_eq!(confirmed.json["supersedesId"], objected.json["id"]);
    let first = scene.cadre.get(&path_of(&objected, "")).await.expect(200);
    assert_eq!(first.json["supersededById"], confirmed.json["id"]);
}

#[actix_web::test]
async fn a_disabled_author_gives_way_and_without_any_staff_the_manager_writes() {
    let scene = Scene::start().await;
    let yuxi = Some(scene.app.city.yuxi.id);
    let author = user(&scene.app, "author", &[(Role::UnitOfficer, yuxi)]).await;
    let mut form = scene.form("ORDINARY", "UNIT");
    form["submit"] = true.into();
    let submitted = staff(&scene, author, Role::UnitOfficer)
        .post("/v1/evaluations", &form)
        .await
        .expect(201);
    let confirmed = confirm(&scene.manager, &submitted).await.expect(200);
    scene.submitted("ORDINARY", "SELF").await;
    let reason = json!({ "reason": "成绩有误" });
    let object = path_of(&confirmed, "/_object");
    scene.cadre.post(&object, &reason).await.expect(200);
    diesel::update(users::table.find(author))
        .set(users::disabled.eq(true))
        .execute(&mut scene.app.db())
        .unwrap();
    upheld(&scene, &confirmed, None).await.expect(200);
    let draft = drafts(&scene.other_manager).await.remove(0);
    assert_eq!(draft["supersedesId"], confirmed.json["id"]);
}

#[actix_web::test]
async fn the_author_who_may_still_write_is_asked_first() {
    let scene = Scene::start().await;
    let yuxi = Some(scene.app.city.yuxi.id);
    user(&scene.app, "lead", &[(Role::UnitOfficer, yuxi)]).await;
    let grants = [(Role::Mentor, yuxi)];
    let links = (Some(scene.political_id), None);
    let account = linked_user(&scene.app, "wang", &grants, links).await;
    let objected = objected(&scene, "POLITICAL_MENTOR").await;
    upheld(&scene, &objected, None).await.expect(200);
    let who = Who::mentor(&scene.app.city.yuxi, scene.political_id).account(account);
    let draft = drafts(&scene.app.client(who)).await.remove(0);
    assert_eq!(draft["evaluatorUserId"], json!(account));
}

#[actix_web::test]
async fn a_successor_not_handed_in_is_reassigned_or_taken_back() {
    let scene = Scene::start().await;
    let yuxi = Some(scene.app.city.yuxi.id);
    let objected = objected(&scene, "UNIT").await;
    let first = user(&scene.app, "first", &[(Role::UnitOfficer, yuxi)]).await;
    let second = user(&scene.app, "second", &[(Role::UnitOfficer, yuxi)]).await;
    let elsewhere = Some(scene.app.city.bazhou.id);
    let stranger = user(&scene.app, "stranger", &[(Role::UnitOfficer, elsewhere)]).await;
    let links = (None, Some(scene.cadre_id));
    let subject = linked_user(&scene.app, "subject", &[(Role::UnitOfficer, yuxi)], links).await;
    for unfit in [stranger, subject, scene.cadre_id] {
        let refused = upheld(&scene, &objected, Some(unfit)).await;
        let refused = refused.expect_problem(422, "invalid");
        let expected = [("/rewriterUserId", "reference-unknown")];
        assert_eq!(refused.errors(), expected);
    }
    upheld(&scene, &objected, Some(first)).await.expect(200);
    let (first_client, second_client) = (
        staff(&scene, first, Role::UnitOfficer),
        staff(&scene, second, Role::UnitOfficer),
    );
    assert_eq!(drafts(&first_client).await.len(), 1);
    upheld(&scene, &objected, Some(second)).await.expect(200);
    assert_eq!(drafts(&first_client).await.len(), 0);
    let draft = drafts(&second_client).await.remove(0);
    let path = format!("/v1/evaluations/{}", id_of(&draft));
    first_client
        .patch(&path, "*", &json!({ "summary": "x" }))
        .await
        .expect_problem(404, "not-found");
    // Taken back: the evaluation stands, and is the unit's live form again.
    let rejected = json!({ "outcome": "REJECTED", "answer": "复核后维持" });
    let answer = path_of(&objected, "/_answer");
    let answered = scene.other_manager.post(&answer, &rejected).await;
    let answered = answered.expect(200);
    assert_eq!(answered.json["objection"]["status"], "REJECTED");
    assert_eq!(drafts(&second_client).await.len(), 0);
    let again = scene
        .officer
        .post("/v1/evaluations", &scene.form("ORDINARY", "UNIT"))
        .await;
    assert!(matches!(again.code(), "duplicate" | "rule-violation"));
    let refused = upheld(&scene, &objected, Some(first)).await;
    refused.expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn what_was_handed_in_again_is_no_longer_reassigned() {
    let scene = Scene::start().await;
    let objected = objected(&scene, "UNIT").await;
    upheld(&scene, &objected, None).await.expect(200);
    let draft = drafts(&scene.officer).await.remove(0);
    let path = format!("/v1/evaluations/{}", id_of(&draft));
    let body = json!({ "scores": four(95), "submit": true });
    scene.officer.patch(&path, "*", &body).await.expect(200);
    let yuxi = Some(scene.app.city.yuxi.id);
    let other = user(&scene.app, "other", &[(Role::UnitOfficer, yuxi)]).await;
    let refused = upheld(&scene, &objected, Some(other)).await;
    refused.expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn what_is_handed_in_while_it_is_taken_back_is_not_lost() {
    for _ in 0..4 {
        let scene = Scene::start().await;
        let objected = objected(&scene, "UNIT").await;
        upheld(&scene, &objected, None).await.expect(200);
        let draft = drafts(&scene.officer).await.remove(0);
        let path = format!("/v1/evaluations/{}", id_of(&draft));
        let handed_in = json!({ "scores": four(95), "submit": true });
        let rejected = json!({ "outcome": "REJECTED", "answer": "复核后维持" });
        let answer = path_of(&objected, "/_answer");
        let (written, answered) = tokio::join!(
            scene.officer.patch(&path, "*", &handed_in),
            scene.other_manager.post(&answer, &rejected),
        );
        // Whoever comes first is heard; the other is told so.
        let outcome = (written.status, answered.status);
        assert!(
            matches!(outcome, (200, 409 | 412) | (404, 200)),
            "{outcome:?}"
        );
        let kept = scene.officer.get(&path).await;
        assert_eq!(kept.status, if written.status == 200 { 200 } else { 404 });
    }
}
