//! Who no longer serves as a mentor reads no mentees and writes nothing as one; what they wrote they may still read.

use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::db::Id;

use crate::accounts::{linked_user, sign_in};
use crate::evaluation_scene::{Scene, id_of};
use crate::support::{Answer, Client};

const DAY: i64 = 86_400;

/// The political mentor of the scene with an account of their own.
async fn account(scene: &Scene, grants: &[(Role, Option<Id>)]) -> Id {
    let mut all = vec![(Role::Mentor, Some(scene.app.city.yuxi.id))];
    all.extend(grants);
    turn(scene, "_appoint", json!({})).await;
    linked_user(&scene.app, "wang", &all, (Some(scene.political_id), None)).await
}

/// The caller that the mentor is after signing in anew.
async fn signed_in(scene: &Scene) -> Client {
    let session = sign_in(&scene.app, "wang").await;
    scene.app.bearer(session["accessToken"].as_str().unwrap())
}

async fn turn(scene: &Scene, verb: &str, body: Value) -> Answer {
    let address = format!("/v1/mentors/{}/{verb}", scene.political_id);
    scene.app.manager().post(&address, &body).await.expect(200)
}

async fn mentees(caller: &Client) -> usize {
    let list = caller.get("/v1/me/mentees").await.expect(200);
    list.json["items"].as_array().unwrap().len()
}

fn entry(scene: &Scene) -> Value {
    json!({
        "cadreId": scene.cadre_id, "kind": "WORK_PERFORMANCE", "occurredOn": "2023-06-01", "title": "防汛值守",
    })
}

/// What a mentor who does not serve is refused, and what stays theirs to read.
async fn assert_out_of_service(scene: &Scene, caller: &Client, written: &Answer) {
    assert_eq!(mentees(caller).await, 0);
    let list = caller.get("/v1/cadres?count=exact").await.expect(200);
    assert_eq!(list.json["total"], 0);
    let cadre = format!("/v1/cadres/{}", scene.cadre_id);
    for address in [
        cadre.clone(),
        format!("{cadre}/growth-file"),
        format!("{cadre}/career"),
    ] {
        caller.get(&address).await.expect_problem(404, "not-found");
    }
    let pairs = caller.get("/v1/assignments?count=exact").await.expect(200);
    assert_eq!(pairs.json["total"], 0);
    let form = format!("/v1/evaluations/{}", id_of(&written.json));
    let read = caller.get(&form).await.expect(200);
    assert_eq!(read.json["allowedActions"], json!([]));
    let own = format!("/v1/mentors/{}", scene.political_id);
    caller.get(&own).await.expect(200);
    let changed = json!({ "summary": "改写" });
    let post = |address: String, body: Value| async move { caller.post(&address, &body).await };
    for refused in [
        caller.patch(&form, "*", &changed).await,
        post(format!("{form}/_submit"), json!({})).await,
        caller.delete(&form, "*").await,
        post(
            "/v1/evaluations".to_owned(),
            scene.form("ANNUAL", "POLITICAL_MENTOR"),
        )
        .await,
        post("/v1/growth-entries".to_owned(), entry(scene)).await,
    ] {
        refused.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_retired_mentor_reads_no_mentees_and_writes_nothing() {
    let scene = Scene::start().await;
    account(&scene, &[]).await;
    let caller = signed_in(&scene).await;
    assert_eq!(mentees(&caller).await, 1);
    let form = scene.form("ORDINARY", "POLITICAL_MENTOR");
    let written = caller.post("/v1/evaluations", &form).await.expect(201);
    turn(&scene, "_retire", json!({})).await;
    // The token that was good for mentees ends at once.
    caller
        .get("/v1/me/mentees")
        .await
        .expect_problem(401, "unauthenticated");
    let caller = signed_in(&scene).await;
    assert_out_of_service(&scene, &caller, &written).await;
    turn(&scene, "_reinstate", json!({})).await;
    caller
        .get("/v1/me/mentees")
        .await
        .expect_problem(401, "unauthenticated");
    let caller = signed_in(&scene).await;
    assert_eq!(mentees(&caller).await, 1);
    let address = format!("/v1/evaluations/{}", id_of(&written.json));
    caller
        .patch(&address, "*", &json!({ "summary": "改写" }))
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_suspension_without_end_ends_service_on_its_day_and_a_leave_does_not() {
    let scene = Scene::start().await;
    account(&scene, &[]).await;
    let form = scene.form("ORDINARY", "POLITICAL_MENTOR");
    let leave = json!({ "from": "2023-07-24", "to": "2023-08-20", "reason": "休假" });
    turn(&scene, "_suspend", leave).await;
    let caller = signed_in(&scene).await;
    assert_eq!(mentees(&caller).await, 1);
    let written = caller.post("/v1/evaluations", &form).await.expect(201);
    turn(&scene, "_reinstate", json!({})).await;
    let planned = json!({ "from": "2023-07-25", "reason": "借调" });
    turn(&scene, "_suspend", planned).await;
    // Ten in the evening, in a session that goes on past midnight.
    scene.app.advance(DAY / 2);
    let caller = signed_in(&scene).await;
    assert_eq!(mentees(&caller).await, 1);
    scene.app.advance(2 * 3_600 - 600);
    let caller_before_midnight = signed_in(&scene).await;
    scene.app.advance(601);
    // The same token, after the day has begun.
    assert_out_of_service(&scene, &caller_before_midnight, &written).await;
}

#[actix_web::test]
async fn an_officer_who_was_a_mentor_writes_no_form_as_one_and_is_still_that_person() {
    let scene = Scene::start().await;
    let city = &scene.app.city;
    account(&scene, &[(Role::UnitOfficer, Some(city.yuxi.id))]).await;
    let caller = signed_in(&scene).await;
    let written = scene.draft("ORDINARY", "POLITICAL_MENTOR").await;
    let kin = json!({
        "personA": { "type": "MENTOR", "id": scene.political_id },
        "personB": { "type": "CADRE", "id": scene.cadre_id }, "relation": "74",
    });
    let form = format!("/v1/evaluations/{}", id_of(&written.json));
    let shorter = json!({ "summary": "改写" });
    caller.patch(&form, "*", &shorter).await.expect(200);
    turn(&scene, "_retire", json!({})).await;
    let caller = signed_in(&scene).await;
    caller.get(&form).await.expect(200);
    caller
        .patch(&form, "*", &shorter)
        .await
        .expect_problem(403, "forbidden");
    // Kin of the mentor's record are kin of the officer.
    scene.manager.post("/v1/kinships", &kin).await.expect(201);
    let of_unit = scene.form("ANNUAL", "UNIT");
    let refused = caller.post("/v1/evaluations", &of_unit).await;
    let refused = refused.expect_problem(409, "rule-violation");
    let violations = refused.json["violations"].as_array().unwrap();
    assert!(
        violations
            .iter()
            .any(|v| v["rule"] == "R18" && v["reason"] == "KINSHIP")
    );
}
