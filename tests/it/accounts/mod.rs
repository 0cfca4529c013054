//! Accounts: tokens, sessions, users, clients, keys, the first start.

pub mod clients;
mod command_line;
mod ends;
mod forged_tokens;
mod invitations;
mod keys;
mod sessions;
mod setup;
mod throttling;
mod users;

use std::sync::LazyLock;

use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::accounts::seed::{self, SeedUser};
use xinmiao::context::Context;
use xinmiao::db::Id;
use xinmiao::passwords;

use crate::support::{Answer, TestApp};

/// The password of every user a test makes.
pub const PASSWORD: &str = "gaoshan liushui";

static HASH: LazyLock<String> = LazyLock::new(|| passwords::hash(PASSWORD).unwrap());

/// Makes a user who has chosen the password already.
pub async fn user(app: &TestApp, username: &str, grants: &[(Role, Option<Id>)]) -> Id {
    linked_user(app, username, grants, (None, None)).await
}

/// Makes such a user who is a mentor or a cadre.
pub async fn linked_user(
    app: &TestApp,
    username: &str,
    grants: &[(Role, Option<Id>)],
    (mentor_id, cadre_id): (Option<Id>, Option<Id>),
) -> Id {
    let context = Context::system(&app.service().deps, "test");
    let (name, grants) = (username.to_owned(), grants.to_vec());
    let db = &app.service().db;
    db.write(move |tx| {
        let seeds = [SeedUser {
            username: &name,
            display_name: &name,
            grants: &grants,
            mentor_id,
            cadre_id,
        }];
        seed::insert_users(tx, &context, &seeds, &HASH)
    })
    .await
    .unwrap();
    let path = format!("/v1/users?username={username}");
    let found = app.administrator().get(&path).await.expect(200);
    Id::parse(found.json["items"][0]["id"].as_str().unwrap()).unwrap()
}

/// Signs in with the password every user has.
pub async fn sign_in(app: &TestApp, username: &str) -> Value {
    attempt(app, username, PASSWORD).await.expect(201).json
}

/// Tries to sign in.
pub async fn attempt(app: &TestApp, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password });
    app.anonymous().post("/v1/sessions", &body).await
}

/// Tries to sign in from a network; the application must trust its peer as a proxy.
pub async fn attempt_from(app: &TestApp, network: &str, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password });
    let request = app
        .anonymous()
        .request(reqwest::Method::POST, "/v1/sessions")
        .header("x-forwarded-for", network);
    request.json(&body).send().await
}

/// An application that takes the tests' word for where a request comes from.
pub async fn behind_a_proxy() -> TestApp {
    TestApp::start_with(|settings| settings.trusted_proxies = Some("127.0.0.1".to_owned())).await
}

/// Sends a refresh token.
pub async fn refresh(app: &TestApp, token: &Value) -> Answer {
    let body = json!({ "refreshToken": token });
    app.anonymous().post("/v1/sessions/_refresh", &body).await
}

/// The actions of the journal about one resource, in order.
pub async fn actions(app: &TestApp, resource_id: &str) -> Vec<String> {
    app.sealed().await;
    let path = format!("/v1/journal?resourceId={resource_id}");
    let page = app.auditor().get(&path).await.expect(200);
    let items = page.json["items"].as_array().unwrap();
    let action = |entry: &Value| entry["action"].as_str().unwrap().to_owned();
    items.iter().map(action).collect()
}
