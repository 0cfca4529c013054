//! Users, clients and sessions, and the first administrator.

use serde_json::{Value, json};
use xinmiao::accounts::setup;
use xinmiao::context::Context;

use super::meter::{Meter, Run};
use super::people::{path, unit};
use crate::accounts::clients::ask;
use crate::demo::{PASSWORD, signed_in};
use crate::support::{Client, TestApp};

const CHOSEN: &str = "a passphrase nobody else has chosen";

pub async fn run(app: &TestApp, meter: &Meter) {
    let administrator = signed_in(app, "admin", PASSWORD).await;
    let manager = signed_in(app, "manager", PASSWORD).await;
    let county = unit(&manager, "COUNTY", 0).await;
    users(app, &administrator, &county, meter).await;
    clients(app, &administrator, &county, meter).await;
    let invited = json!({ "for": "CADRES", "organizationId": county });
    meter
        .count("invite_users", manager.post("/v1/users/_invite", &invited))
        .await;
}

async fn users(app: &TestApp, administrator: &Client, county: &str, meter: &Meter) {
    let body = json!({
        "username": "new.officer", "displayName": "新干事", "grants": [{ "role": "UNIT_OFFICER", "organizationId": county }],
    });
    let made = meter
        .count("create_user", administrator.post("/v1/users", &body))
        .await;
    let user = path("users", &made);
    meter.count("get_user", administrator.get(&user)).await;
    meter
        .count("list_users", administrator.get("/v1/users"))
        .await;
    let changed = json!({ "displayName": "老干事", "grants": [{ "role": "PROGRAMME_MANAGER", "organizationId": county }] });
    meter
        .count("update_user", administrator.patch(&user, "*", &changed))
        .await;
    let (reset, nothing) = (format!("{user}/_reset"), json!({}));
    let reset = administrator.post(&reset, &nothing);
    let reset = meter.count("reset_user", reset).await;
    let body = json!({ "username": "new.officer", "code": reset.json["activation"]["code"], "password": CHOSEN });
    let visitor = app.anonymous();
    meter
        .count(
            "activate_user",
            visitor.post("/v1/sessions/_activate", &body),
        )
        .await;
    let body = json!({ "username": "new.officer", "password": CHOSEN });
    visitor.post("/v1/sessions", &body).await.expect(201);
    let session = meter
        .count("create_session", visitor.post("/v1/sessions", &body))
        .await;
    let body = json!({ "refreshToken": session.json["refreshToken"] });
    let session = meter
        .count(
            "refresh_session",
            visitor.post("/v1/sessions/_refresh", &body),
        )
        .await;
    sessions(app, &session.json, meter).await;
    let unused = json!({ "username": "never.came", "displayName": "未到", "grants": [] });
    let unused = administrator.post("/v1/users", &unused).await.expect(201);
    let unused = path("users", &unused);
    meter
        .count("delete_user", administrator.delete(&unused, "*"))
        .await;
}

async fn sessions(app: &TestApp, session: &Value, meter: &Meter) {
    let officer = app.bearer(session["accessToken"].as_str().unwrap());
    let page = meter
        .count("list_sessions", officer.get("/v1/sessions"))
        .await;
    let sessions = page.json["items"].as_array().unwrap();
    let other = sessions
        .iter()
        .find(|session| session["current"] == false)
        .unwrap();
    let other = format!("/v1/sessions/{}", other["id"].as_str().unwrap());
    meter
        .count("delete_session", officer.delete(&other, "*"))
        .await;
    let body = json!({ "currentPassword": CHOSEN, "newPassword": "another passphrase of nobody" });
    meter
        .count(
            "update_my_password",
            officer.patch("/v1/me/password", "*", &body),
        )
        .await;
    meter
        .count(
            "delete_current_session",
            officer.delete("/v1/sessions/current", "*"),
        )
        .await;
}

async fn clients(app: &TestApp, administrator: &Client, county: &str, meter: &Meter) {
    let body = json!({ "name": "hr-portal-2", "organizationId": county, "scopes": ["cadres:read"], "source": "hr-2" });
    let made = meter
        .count("create_client", administrator.post("/v1/clients", &body))
        .await;
    let client = path("clients", &made);
    meter.count("get_client", administrator.get(&client)).await;
    meter
        .count("list_clients", administrator.get("/v1/clients"))
        .await;
    let changed = json!({ "scopes": ["cadres:read", "mentors:read"] });
    meter
        .count("update_client", administrator.patch(&client, "*", &changed))
        .await;
    let (rotate, nothing) = (format!("{client}/_rotate"), json!({}));
    let rotate = administrator.post(&rotate, &nothing);
    let rotated = meter.count("rotate_client", rotate).await;
    let (id, secret) = (&made.json["id"], &rotated.json["secret"]);
    let credentials = format!("{}:{}", id.as_str().unwrap(), secret.as_str().unwrap());
    let grant = ask(app, Some(&credentials), "grant_type=client_credentials");
    meter.count("create_token", grant).await;
    meter
        .count("delete_client", administrator.delete(&client, "*"))
        .await;
}

/// What is there only before the first user.
pub async fn first_start() -> Run {
    let app = TestApp::start().await;
    let meter = Meter::new(&app);
    let context = Context::system(&app.service().deps, "test");
    let begun = app.service().db.write(move |tx| setup::begin(tx, &context));
    let token = begun.await.unwrap();
    meter
        .count("get_setup_page", app.anonymous().get("/setup"))
        .await;
    let body = json!({ "token": token, "username": "first", "password": CHOSEN });
    meter
        .count("set_up", app.anonymous().post("/v1/setup", &body))
        .await;
    meter.run()
}
