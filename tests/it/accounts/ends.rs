//! Tokens that end before their time, on every instance.

use std::time::{Duration, Instant};

use actix_web::test::{TestRequest, call_service, init_service};
use serde_json::json;
use xinmiao::access::Role;
use xinmiao::accounts;
use xinmiao::app;
use xinmiao::clock::Clock;
use xinmiao::http::health::Metrics;
use xinmiao::ids::Ids;
use xinmiao::start::{self, Started};

use super::{sign_in, user};
use crate::support::TestApp;

/// Another instance on the same database, as another machine would run it.
async fn another_instance(app: &TestApp) -> Started {
    let clock: Clock = app.service().deps.clock.clone();
    let config = app.service().config.clone();
    start::begin(config, clock, Ids::default()).await.unwrap()
}

#[actix_web::test]
async fn c5_a_change_takes_effect_on_every_instance_within_five_seconds() {
    let app = TestApp::start().await;
    let other = another_instance(&app).await;
    let server = init_service(app::build(other.service.clone(), Metrics::default())).await;
    let watching = actix_web::rt::spawn(accounts::watch(other.service.clone()));
    let root = app.city.root.id;
    let administrator = app.administrator();
    let unit = &app.city.yuxi;
    for (name, path, change) in [
        (
            "regranted",
            None,
            json!({ "grants": [{ "role": "UNIT_OFFICER", "organizationId": unit.id }] }),
        ),
        ("disabled", None, json!({ "disabled": true })),
        (
            "moved",
            Some(format!("/v1/organizations/{}/_move", unit.id)),
            json!({}),
        ),
    ] {
        let place = if path.is_some() { unit.id } else { root };
        let id = user(&app, name, &[(Role::UnitOfficer, Some(place))]).await;
        let token = sign_in(&app, name).await["accessToken"]
            .as_str()
            .unwrap()
            .to_owned();
        let status_there = || {
            let bearer = ("authorization", format!("Bearer {token}"));
            let request = TestRequest::get().uri("/v1/cadres").insert_header(bearer);
            let answer = call_service(&server, request.to_request());
            async { answer.await.status().as_u16() }
        };
        assert_eq!(status_there().await, 200, "{name}");
        match path {
            None => {
                let path = format!("/v1/users/{id}");
                administrator.patch(&path, "*", &change).await.expect(200);
            }
            Some(path) => {
                let target =
                    json!({ "parentId": app.city.bazhou.id, "effectiveOn": crate::support::TODAY });
                app.manager().post(&path, &target).await.expect(200);
            }
        }
        let changed = Instant::now();
        let here = app.bearer(&token).get("/v1/cadres").await;
        assert_eq!(
            here.status, 401,
            "{name}: at once on the instance that changed it"
        );
        while status_there().await != 401 {
            assert!(changed.elapsed() < Duration::from_secs(5), "{name}");
            actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        }
    }
    watching.abort();
}

#[actix_web::test]
async fn who_signs_in_after_a_change_has_the_new_grants_at_once() {
    let app = TestApp::start().await;
    let id = user(
        &app,
        "officer",
        &[(Role::UnitOfficer, Some(app.city.yuxi.id))],
    )
    .await;
    let before = sign_in(&app, "officer").await;
    let grants = json!([{ "role": "UNIT_OFFICER", "organizationId": app.city.liulin.id }]);
    let path = format!("/v1/users/{id}");
    app.administrator()
        .patch(&path, "*", &json!({ "grants": grants }))
        .await
        .expect(200);
    let cadre = app.insert_cadre(&app.city.liulin);
    // The session goes on; its next token has the new grants.
    let after = super::refresh(&app, &before["refreshToken"])
        .await
        .expect(200)
        .json;
    for session in [after, sign_in(&app, "officer").await] {
        let client = app.bearer(session["accessToken"].as_str().unwrap());
        client.get(&format!("/v1/cadres/{cadre}")).await.expect(200);
    }
}

#[actix_web::test]
async fn a_closed_account_cannot_refresh_and_comes_back_without_its_sessions() {
    let app = TestApp::start().await;
    let id = user(
        &app,
        "officer",
        &[(Role::UnitOfficer, Some(app.city.yuxi.id))],
    )
    .await;
    let session = sign_in(&app, "officer").await;
    let path = format!("/v1/users/{id}");
    let administrator = app.administrator();
    administrator
        .patch(&path, "*", &json!({ "disabled": true }))
        .await
        .expect(200);
    super::refresh(&app, &session["refreshToken"])
        .await
        .expect(401);
    administrator
        .patch(&path, "*", &json!({ "disabled": false }))
        .await
        .expect(200);
    super::refresh(&app, &session["refreshToken"])
        .await
        .expect(401);
    sign_in(&app, "officer").await;
}

#[actix_web::test]
async fn grants_and_clients_follow_a_merged_unit() {
    let app = TestApp::start().await;
    let (from, into) = (app.city.liulin.id, app.city.yuxi.id);
    let grants = [
        (Role::UnitOfficer, Some(from)),
        (Role::UnitOfficer, Some(into)),
    ];
    let id = user(&app, "officer", &grants).await;
    let token = sign_in(&app, "officer").await["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "name": "portal", "scopes": ["cadres:read"], "organizationId": from });
    let client = app
        .administrator()
        .post("/v1/clients", &body)
        .await
        .expect(201);
    let merge = json!({ "intoId": into, "effectiveOn": crate::support::TODAY });
    let path = format!("/v1/organizations/{from}/_merge");
    let mut rehearsal = merge.clone();
    rehearsal["dryRun"] = true.into();
    app.manager().post(&path, &rehearsal).await.expect(200);
    app.bearer(&token).get("/v1/cadres").await.expect(200);
    app.administrator().post(&path, &merge).await.expect(200);
    app.bearer(&token).get("/v1/cadres").await.expect(401);
    let user = app
        .administrator()
        .get(&format!("/v1/users/{id}"))
        .await
        .expect(200);
    assert_eq!(user.json["grants"].as_array().unwrap().len(), 1);
    assert_eq!(user.json["grants"][0]["organizationId"], into.to_string());
    let client = app
        .administrator()
        .get(client.header("location"))
        .await
        .expect(200);
    assert_eq!(client.json["organizationId"], into.to_string());
}
