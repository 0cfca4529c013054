//! `Idempotency-Key` (A14–A18): a keyed POST has one effect and one reply.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::context::Context;
use xinmiao::db::schema::idempotency_keys;
use xinmiao::db::{DbConn, Id};
use xinmiao::http::{Keyed, Reply};

use crate::guesses::{PREFIX, number};
use crate::support::{Answer, TestApp, Who, on_postgres};

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

/// A keyed request that is refused, then the same key with a good one: the refusal was not kept.
async fn refused_then_done(app: &TestApp, status: u16, refused: Answer, key: &str) {
    assert_eq!(refused.status, status, "{}", refused.text());
    assert_eq!(refused.headers.get("idempotent-replayed"), None);
    let done = post(app, key, &body(app, "赵一")).await;
    assert_eq!(done.status, 201, "after {status}: {}", done.text());
    assert_eq!(
        done.headers.get("idempotent-replayed"),
        None,
        "after {status}"
    );
    let again = post(app, key, &body(app, "赵一")).await.expect(201);
    assert_eq!(again.json["id"], done.json["id"], "after {status}");
}

#[actix_web::test]
async fn a17_a_key_is_kept_only_with_its_effect_and_a18_no_refusal_is_kept() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let keyed = |key: &str| officer.request(Method::POST, "/v1/cadres").keyed(key);
    let good = body(&app, "赵一");
    let of = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body
    };
    // 400: not JSON. 413: too large. 415: another type. 422: a unit out of reach.
    let malformed = keyed("refused-400")
        .body("application/json", b"{".to_vec())
        .send()
        .await;
    refused_then_done(&app, 400, malformed, "refused-400").await;
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(5 << 20));
    let large = keyed("refused-413")
        .body("application/json", large)
        .send()
        .await;
    refused_then_done(&app, 413, large, "refused-413").await;
    let typed = keyed("refused-415")
        .body("text/plain", b"x".to_vec())
        .send()
        .await;
    refused_then_done(&app, 415, typed, "refused-415").await;
    let outside = keyed("refused-422")
        .json(&of("organizationId", json!(app.city.qingjiang.id)))
        .send()
        .await;
    refused_then_done(&app, 422, outside, "refused-422").await;
    // 401: no token. 403: no permission; of the same account, whose permission came later.
    let anonymous = app.anonymous();
    let unknown = anonymous
        .request(Method::POST, "/v1/cadres")
        .keyed("refused-401")
        .json(&good)
        .send()
        .await;
    refused_then_done(&app, 401, unknown, "refused-401").await;
    let account = Who::officer(&app.city.yuxi).account_id;
    let auditor = app.client(Who::auditor().account(account));
    let forbidden = auditor
        .request(Method::POST, "/v1/cadres")
        .keyed("refused-403")
        .json(&good)
        .send()
        .await;
    refused_then_done(&app, 403, forbidden, "refused-403").await;
    // 409: an id that someone else has.
    let taken = post(
        &app,
        "the-first-one",
        &of("id", json!("0189857f-7a00-7000-8000-00000000abcd")),
    )
    .await
    .expect(201);
    let mut other = of("id", taken.json["id"].clone());
    other["name"] = json!("钱二");
    let duplicate = keyed("refused-409").json(&other).send().await;
    refused_then_done(&app, 409, duplicate, "refused-409").await;
    // 412 and 428 of a keyed verb.
    let path = format!("/v1/cadres/{}/_suspend", taken.json["id"].as_str().unwrap());
    let suspend = json!({ "from": "2023-07-01", "reason": "借调" });
    let verb = |etag: &str| {
        officer
            .request(Method::POST, &path)
            .keyed("refused-412")
            .json(&suspend)
            .if_match(etag)
    };
    verb("\"7.x\"")
        .send()
        .await
        .expect_problem(412, "stale-version");
    verb(taken.etag()).send().await.expect(200);
}

/// What tells that a caller came too often: numbers that someone out of reach holds, tried one after another.
#[actix_web::test]
async fn a18_what_was_throttled_is_not_kept() {
    let app = TestApp::start().await;
    let mut stranger = body(&app, "孙三");
    stranger["organizationId"] = json!(app.city.qingjiang.id);
    let mut probe = body(&app, "赵一");
    let mut throttled = None;
    for n in 0..20 {
        stranger["identityNumber"] = json!(number(PREFIX, n));
        app.manager()
            .post("/v1/cadres", &stranger)
            .await
            .expect(201);
        probe["identityNumber"] = stranger["identityNumber"].clone();
        let key = format!("refused-429-{n}");
        let answer = post(&app, &key, &probe).await;
        if answer.status == 429 {
            throttled = Some((answer, key));
            break;
        }
    }
    let (answer, key) = throttled.expect("twenty guesses were heard");
    assert!(!answer.header("retry-after").is_empty());
    app.advance(30 * 24 * 3600);
    refused_then_done(&app, 429, answer, &key).await;
}

#[actix_web::test]
async fn a18_a_failure_of_the_database_is_not_replayed_as_final() {
    let app = TestApp::start().await;
    let mut conn = app.db();
    let hold = if on_postgres() {
        "BEGIN; LOCK TABLE cadres IN ACCESS EXCLUSIVE MODE"
    } else {
        "BEGIN IMMEDIATE"
    };
    conn.batch_execute(hold).unwrap();
    let failed = post(&app, "failed-503", &body(&app, "赵一")).await;
    conn.batch_execute("ROLLBACK").unwrap();
    assert!(!failed.header("retry-after").is_empty());
    refused_then_done(&app, 503, failed, "failed-503").await;
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

/// A keyed request whose reply has a body nobody can compress.
async fn keep(app: &TestApp, account: Id, key: usize, bytes: usize) -> Reply {
    let keyed = Keyed {
        account_id: account,
        key: format!("large-reply-{key}"),
        fingerprint: [7; 32],
    };
    let context = Context::system(&app.service().deps, "test");
    let work = move |tx: &mut DbConn| {
        keyed.run(tx, &context, |_| {
            let mut body = vec![0; bytes];
            xinmiao::vault::random(&mut body);
            let reply = Reply::new("application/json", body);
            let reply = reply.with_header("location", "/v1/cadres/1");
            Ok(Reply {
                status: 201,
                ..reply
            })
        })
    };
    app.service().db.write(work).await.unwrap()
}

#[actix_web::test]
async fn kept_replies_have_a_quota_and_what_became_of_the_request_stays_known() {
    let app = TestApp::start().await;
    let (one, other) = (app.id(), app.id());
    keep(&app, other, 0, 1_000_000).await;
    let first = keep(&app, one, 0, 1_000_000).await;
    assert_eq!(keep(&app, one, 0, 1_000_000).await.body, first.body);
    for key in 1..50 {
        app.advance(1);
        keep(&app, one, key, 1_000_000).await;
    }
    let kept: Vec<i64> = idempotency_keys::table
        .filter(idempotency_keys::account_id.eq(one))
        .select(sql::<BigInt>("CAST(length(body) AS BIGINT)"))
        .load(&mut app.db())
        .unwrap();
    assert_eq!(kept.len(), 50);
    let total: i64 = kept.iter().sum();
    assert!((30 << 20..32 << 20).contains(&total), "{total}");
    // The oldest lost their bodies and are not carried out again; the latest and those of others have theirs.
    let again = keep(&app, one, 0, 1_000_000).await;
    let header = |name: &str| {
        let found = again.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    assert_eq!((again.status, again.body.len()), (201, 0));
    assert_eq!(header("location"), Some("/v1/cadres/1"));
    assert_eq!(header("idempotent-replayed"), Some("true"));
    assert_eq!(header("content-type"), None);
    assert_eq!(keep(&app, one, 49, 1).await.body.len(), 1_000_000);
    assert_eq!(keep(&app, other, 0, 1).await.body.len(), 1_000_000);
    // A reply that is too large by itself is not kept at all.
    keep(&app, one, 50, 3_000_000).await;
    assert!(keep(&app, one, 50, 3_000_000).await.body.is_empty());
}
