//! The first start.

use serde_json::json;
use xinmiao::access::Role;
use xinmiao::accounts::setup;
use xinmiao::context::Context;

use super::{attempt, user};
use crate::support::{Answer, TestApp};

async fn begin(app: &TestApp) -> Option<String> {
    let context = Context::system(&app.service().deps, "test");
    let begun = app.service().db.write(move |tx| setup::begin(tx, &context));
    begun.await.unwrap()
}

async fn set_up(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "username": "first", "password": password });
    app.anonymous().post("/v1/setup", &body).await
}

#[actix_web::test]
async fn c26_the_one_time_token_makes_the_administrator_once() {
    let app = TestApp::start().await;
    set_up(&app, "no token was made", "feng yu tong zhou")
        .await
        .expect_problem(401, "unauthenticated");
    let void = begin(&app).await.unwrap();
    let token = begin(&app).await.unwrap();
    set_up(&app, &void, "feng yu tong zhou").await.expect(401);
    for bad in ["admin", "admin123456", "firstfirst"] {
        set_up(&app, &token, bad)
            .await
            .expect_problem(422, "invalid");
    }
    let made = set_up(&app, &token, "feng yu tong zhou").await.expect(201);
    assert_eq!(made.json["grants"][0]["role"], "ADMINISTRATOR");
    set_up(&app, &token, "feng yu tong zhou")
        .await
        .expect_problem(410, "gone");
    let session = attempt(&app, "first", "feng yu tong zhou")
        .await
        .expect(201);
    let token = session.json["accessToken"].as_str().unwrap();
    app.bearer(token).get("/v1/users").await.expect(200);
    assert_eq!(begin(&app).await, None);
}

#[actix_web::test]
async fn c26_the_token_is_good_for_half_an_hour() {
    let app = TestApp::start().await;
    let token = begin(&app).await.unwrap();
    app.advance(30 * 60);
    set_up(&app, &token, "feng yu tong zhou")
        .await
        .expect_problem(401, "unauthenticated");
    let token = begin(&app).await.unwrap();
    app.advance(30 * 60 - 1);
    set_up(&app, &token, "feng yu tong zhou").await.expect(201);
}

#[actix_web::test]
async fn c26_of_many_at_once_one_becomes_the_administrator() {
    let app = TestApp::start().await;
    let token = begin(&app).await.unwrap();
    let sent = (0..8).map(|_| set_up(&app, &token, "feng yu tong zhou"));
    let answers = futures_util::future::join_all(sent).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let gone = answers.iter().filter(|answer| answer.status == 410).count();
    assert_eq!((made, gone), (1, 7));
}

#[actix_web::test]
async fn c26_there_is_no_default_account() {
    let app = TestApp::start().await;
    for name in ["admin", "administrator", "root", "xinmiao"] {
        attempt(&app, name, name)
            .await
            .expect_problem(401, "unauthenticated");
    }
    user(&app, "someone", &[(Role::Auditor, None)]).await;
    assert_eq!(begin(&app).await, None);
}

#[actix_web::test]
async fn the_page_shows_the_call_and_asks_for_nothing_else() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/setup").await.expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let text = page.text();
    assert!(text.contains(&format!("{}/v1/setup", app.url)), "{text}");
    assert!(
        !text.contains("<script") && !text.contains(" src="),
        "{text}"
    );
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
}
