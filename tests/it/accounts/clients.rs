//! Clients: other systems with scopes and secrets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::actions;
use crate::support::{Answer, TestApp};

const SCOPES: [&str; 2] = ["cadres:read", "mentors:read"];

async fn portal(app: &TestApp) -> Answer {
    let body = json!({
        "name": "hr-portal", "scopes": SCOPES, "organizationCode": app.city.enyang.code, "source": "hr",
    });
    app.administrator()
        .post("/v1/clients", &body)
        .await
        .expect(201)
}

async fn token(app: &TestApp, client: &Value, form: &str) -> Answer {
    let id = client["id"].as_str().unwrap();
    let secret = client["secret"].as_str().unwrap_or("xms_none");
    ask(app, Some(&format!("{id}:{secret}")), form).await
}

pub async fn ask(app: &TestApp, credentials: Option<&str>, form: &str) -> Answer {
    let mut request = app
        .anonymous()
        .request(reqwest::Method::POST, "/oauth2/token");
    if let Some(credentials) = credentials {
        let basic = format!("Basic {}", STANDARD.encode(credentials));
        request = request.header("authorization", &basic);
    }
    request
        .body("application/x-www-form-urlencoded", form)
        .send()
        .await
}

const GRANT: &str = "grant_type=client_credentials";

#[actix_web::test]
async fn c14_a_client_is_shown_its_secret_once() {
    let app = TestApp::start().await;
    let made = portal(&app).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let secret = made.json["secret"].as_str().unwrap();
    assert!(
        secret.starts_with("xms_") && secret.len() == 47,
        "{}",
        secret.len()
    );
    let seen = app
        .administrator()
        .get(made.header("location"))
        .await
        .expect(200);
    assert!(seen.json.get("secret").is_none());
    assert_eq!(seen.json["organizationName"], "恩阳区");
    assert_eq!(seen.json["scopes"], json!(SCOPES));
    let listed = app.administrator().get("/v1/clients").await.expect(200);
    assert!(!listed.text().contains("secret"));
}

#[actix_web::test]
async fn c15_a_token_gives_what_the_client_was_registered_with() {
    let app = TestApp::start().await;
    let made = portal(&app).await.json;
    let here = app.insert_cadre(&app.city.yuxi);
    let elsewhere = app.insert_cadre(&app.city.qingjiang);
    let answer = token(&app, &made, GRANT).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.json["token_type"], "Bearer");
    assert_eq!(answer.json["expires_in"], 900);
    assert_eq!(answer.json["scope"], "cadres:read mentors:read");
    let client = app.bearer(answer.json["access_token"].as_str().unwrap());
    client.get(&format!("/v1/cadres/{here}")).await.expect(200);
    client
        .get(&format!("/v1/cadres/{elsewhere}"))
        .await
        .expect_problem(404, "not-found");
    let denied = client
        .get("/v1/organizations")
        .await
        .expect_problem(403, "forbidden");
    assert!(
        denied
            .header("www-authenticate")
            .contains("scope=\"organizations:read\"")
    );
    let narrow = token(&app, &made, &format!("{GRANT}&scope=mentors%3Aread"))
        .await
        .expect(200);
    assert_eq!(narrow.json["scope"], "mentors:read");
    let narrow = app.bearer(narrow.json["access_token"].as_str().unwrap());
    narrow
        .get("/v1/cadres")
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn token_requests_are_refused_in_the_words_of_rfc_6749() {
    let app = TestApp::start().await;
    let made = portal(&app).await.json;
    let id = made["id"].as_str().unwrap();
    for credentials in [
        None,
        Some(format!("{id}:xms_wrong")),
        Some(format!("{id}:")),
        Some(format!("{}:{}", app.id(), made["secret"].as_str().unwrap())),
        Some("no colon".to_owned()),
    ] {
        let answer = ask(&app, credentials.as_deref(), GRANT)
            .await
            .expect_problem(401, "unauthenticated");
        assert_eq!(answer.json["error"], "invalid_client");
        assert!(answer.header("www-authenticate").starts_with("Basic "));
    }
    for (form, error) in [
        ("", "invalid_request"),
        (
            "grant_type=client_credentials&grant_type=client_credentials",
            "invalid_request",
        ),
        (
            "grant_type=password&username=a&password=b",
            "unsupported_grant_type",
        ),
        (
            "grant_type=client_credentials&scope=cadres%3Awrite",
            "invalid_scope",
        ),
        (
            "grant_type=client_credentials&scope=everything",
            "invalid_scope",
        ),
        (
            "grant_type=client_credentials&client_secret=x",
            "invalid_request",
        ),
    ] {
        let answer = token(&app, &made, form)
            .await
            .expect_problem(400, "malformed-request");
        assert_eq!(answer.json["error"], error, "{form}");
    }
    token(&app, &made, &format!("{GRANT}&unknown=ignored"))
        .await
        .expect(200);
    let json = app
        .anonymous()
        .request(reqwest::Method::POST, "/oauth2/token");
    let json = json
        .json(&json!({ "grant_type": "client_credentials" }))
        .send()
        .await;
    json.expect_problem(415, "unsupported-media-type");
}

#[actix_web::test]
async fn wrong_secrets_are_counted_by_client_and_network() {
    let app = TestApp::start().await;
    let made = portal(&app).await.json;
    let id = made["id"].as_str().unwrap();
    let right = format!("{id}:{}", made["secret"].as_str().unwrap());
    // Neither people who fail nor another client keep it out.
    for n in 0..60 {
        let name = format!("name{n}");
        super::attempt(&app, &name, super::PASSWORD)
            .await
            .expect(401);
        let other = format!("{}:wrong", app.id());
        ask(&app, Some(&other), GRANT).await.expect(401);
    }
    for _ in 0..70 {
        ask(&app, Some(&right), GRANT).await.expect(200);
    }
    let wrong = format!("{id}:wrong");
    for _ in 0..60 {
        ask(&app, Some(&wrong), GRANT).await.expect(401);
    }
    ask(&app, Some(&wrong), GRANT)
        .await
        .expect_problem(429, "too-many-requests");
    app.advance(60);
    ask(&app, Some(&right), GRANT).await.expect(200);
}

#[actix_web::test]
async fn a_changed_closed_or_rotated_client_loses_its_tokens_at_once() {
    let app = TestApp::start().await;
    let made = portal(&app).await.json;
    let path = format!("/v1/clients/{}", made["id"].as_str().unwrap());
    let administrator = app.administrator();
    let bearer = |answer: Answer| app.bearer(answer.json["access_token"].as_str().unwrap());
    let client = bearer(token(&app, &made, GRANT).await.expect(200));
    client.get("/v1/cadres").await.expect(200);
    let fewer = json!({ "scopes": ["mentors:read"] });
    administrator.patch(&path, "*", &fewer).await.expect(200);
    client
        .get("/v1/cadres")
        .await
        .expect_problem(401, "unauthenticated");
    let client = bearer(token(&app, &made, GRANT).await.expect(200));
    client
        .get("/v1/cadres")
        .await
        .expect_problem(403, "forbidden");
    client.get("/v1/mentors").await.expect(200);
    let rotated = administrator
        .post(&format!("{path}/_rotate"), &json!({}))
        .await
        .expect(200)
        .json;
    client.get("/v1/mentors").await.expect(401);
    token(&app, &made, GRANT).await.expect(401);
    let client = bearer(token(&app, &rotated, GRANT).await.expect(200));
    administrator
        .patch(&path, "*", &json!({ "disabled": true }))
        .await
        .expect(200);
    client.get("/v1/mentors").await.expect(401);
    token(&app, &rotated, GRANT).await.expect(401);
    let id = made["id"].as_str().unwrap();
    let expected = [
        "client.created",
        "client.updated",
        "client.secret-rotated",
        "client.updated",
    ];
    assert_eq!(actions(&app, id).await, expected);
}

#[actix_web::test]
async fn scopes_are_those_of_the_list_and_names_are_unique() {
    let app = TestApp::start().await;
    portal(&app).await;
    let administrator = app.administrator();
    let body = |name: &str, scopes: Value| json!({ "name": name, "scopes": scopes, "organizationId": app.city.root.id });
    let bad = body("other", json!(["care:read", "cadres:read", "CADRES:READ"]));
    let answer = administrator.post("/v1/clients", &bad).await.expect(422);
    let expected = [("/scopes/0", "code-unknown"), ("/scopes/2", "code-unknown")];
    assert_eq!(answer.errors(), expected);
    let none = administrator
        .post("/v1/clients", &body("other", json!([])))
        .await
        .expect(422);
    assert_eq!(none.errors(), [("/scopes", "required")]);
    let taken = body("hr-portal", json!(["cadres:read"]));
    administrator
        .post("/v1/clients", &taken)
        .await
        .expect_problem(409, "duplicate");
    let placeless = json!({ "name": "other", "scopes": ["cadres:read"] });
    let answer = administrator
        .post("/v1/clients", &placeless)
        .await
        .expect(422);
    assert_eq!(answer.errors(), [("/organizationId", "required")]);
}

#[actix_web::test]
async fn a_client_that_never_did_anything_is_deleted() {
    let app = TestApp::start().await;
    let made = portal(&app).await;
    let administrator = app.administrator();
    administrator
        .delete(made.header("location"), made.etag())
        .await
        .expect(204);
    token(&app, &made.json, GRANT).await.expect(401);
}

#[actix_web::test]
async fn a_client_and_a_user_never_share_an_id() {
    let app = TestApp::start().await;
    let administrator = app.administrator();
    let client = portal(&app).await.json["id"].clone();
    let user = |id: &Value| json!({ "id": id, "username": "wang", "displayName": "王小民", "grants": [{ "role": "ADMINISTRATOR" }] });
    let refused = administrator.post("/v1/users", &user(&client)).await;
    assert_eq!(refused.expect(422).errors(), [("/id", "not-unique")]);
    let id = json!(app.id());
    administrator
        .post("/v1/users", &user(&id))
        .await
        .expect(201);
    let other =
        json!({ "id": id, "name": "other", "scopes": SCOPES, "organizationId": app.city.root.id });
    let refused = administrator.post("/v1/clients", &other).await;
    assert_eq!(refused.expect(422).errors(), [("/id", "not-unique")]);
}
