//! `Idempotency-Key` (A14–A18): a keyed POST has one effect and one reply.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, Who};

fn body(app: &TestApp, name: &str) -> Value {
    json!({ "name": name, "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" })
}

async fn post(app: &TestApp, key: &str, body: &Value) -> Answer {
    app.officer()
        .request(Method::POST, "/v1/cadres")
        .keyed(key)
        .json(body)
        .send()
        .await
}

async fn count(app: &TestApp) -> i64 {
    app.officer()
        .get("/v1/cadres?count=exact")
        .await
        .expect(200)
        .json["total"]
        .as_i64()
        .unwrap()
}

#[actix_web::test]
async fn a14_quoted_and_bare_keys_are_equal_and_others_are_refused() {
    let app = TestApp::start().await;
    let first = post(&app, "0123456789", &body(&app, "赵一"))
        .await
        .expect(201);
    let again = post(&app, "\"0123456789\"", &body(&app, "赵一"))
        .await
        .expect(201);
    assert_eq!(first.json, again.json);
    for bad in ["short", "has a blank", &"x".repeat(256)] {
        post(&app, bad, &body(&app, "钱二"))
            .await
            .expect_problem(400, "malformed-request");
    }
    assert_eq!(count(&app).await, 1);
}

#[actix_web::test]
async fn a15_a_replay_gives_the_same_reply_and_another_request_is_a_mismatch() {
    let app = TestApp::start().await;
    let first = post(&app, "key-0123456789", &body(&app, "赵一"))
        .await
        .expect(201);
    let replay = post(&app, "key-0123456789", &body(&app, "赵一"))
        .await
        .expect(201);
    assert_eq!(replay.header("idempotent-replayed"), "true");
    assert_eq!(
        (replay.etag(), replay.header("location")),
        (first.etag(), first.header("location"))
    );
    post(&app, "key-0123456789", &body(&app, "钱二"))
        .await
        .expect_problem(422, "idempotency-mismatch");
    assert_eq!(count(&app).await, 1);
}

#[actix_web::test]
async fn a15_of_many_at_once_one_has_the_effect_and_the_others_wait_or_repeat_it() {
    let app = TestApp::start().await;
    let body = body(&app, "赵一");
    let sends = (0..16).map(|_| post(&app, "key-at-once-1", &body));
    for answer in futures_util::future::join_all(sends).await {
        match answer.status {
            201 => {}
            409 => assert_eq!(
                (answer.code(), answer.header("retry-after")),
                ("conflict", "1")
            ),
            other => panic!("{other}: {}", answer.json),
        }
    }
    post(&app, "key-at-once-1", &body).await.expect(201);
    assert_eq!(count(&app).await, 1);
}

#[actix_web::test]
async fn a16_a_key_belongs_to_its_account() {
    let app = TestApp::start().await;
    let mine = post(&app, "key-0123456789", &body(&app, "赵一"))
        .await
        .expect(201);
    let other = app.client(Who::officer(&app.city.yuxi).named("another officer"));
    let theirs = other
        .request(Method::POST, "/v1/cadres")
        .keyed("key-0123456789")
        .json(&body(&app, "钱二"))
        .send()
        .await;
    let theirs = theirs.expect(201);
    assert_ne!(mine.json["id"], theirs.json["id"]);
}

#[actix_web::test]
async fn a17_a_key_is_kept_only_with_its_effect_and_a18_refusals_are_not_kept() {
    let app = TestApp::start().await;
    let mut wrong = body(&app, "赵一");
    wrong["organizationId"] = json!(app.city.qingjiang.id);
    post(&app, "key-0123456789", &wrong)
        .await
        .expect_problem(422, "invalid");
    post(&app, "key-0123456789", &body(&app, "赵一"))
        .await
        .expect(201);
    assert_eq!(count(&app).await, 1);
}

#[actix_web::test]
async fn a18_a_key_is_forgotten_after_thirty_days() {
    let app = TestApp::start().await;
    let first = post(&app, "key-0123456789", &body(&app, "赵一"))
        .await
        .expect(201);
    app.advance(31 * 24 * 3600);
    let later = post(&app, "key-0123456789", &body(&app, "赵一"))
        .await
        .expect(201);
    assert_ne!(first.json["id"], later.json["id"]);
}
