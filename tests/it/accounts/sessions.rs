//! Sessions: signing in, refreshing, being signed out.

use serde_json::{Value, json};
use xinmiao::access::Role;

use super::{PASSWORD, actions, attempt, linked_user, refresh, sign_in, user};
use crate::support::{Client, TestApp};

fn bearer(app: &TestApp, session: &Value) -> Client {
    app.bearer(session["accessToken"].as_str().unwrap())
}

async fn with_officer() -> TestApp {
    let app = TestApp::start().await;
    let grants = [(Role::UnitOfficer, Some(app.city.yuxi.id))];
    user(&app, "officer", &grants).await;
    app
}

#[actix_web::test]
async fn c8_signing_in_gives_an_access_and_a_refresh_token() {
    let app = with_officer().await;
    let answer = attempt(&app, " Officer ", PASSWORD).await.expect(201);
    assert_eq!(answer.header("cache-control"), "no-store");
    let id = answer.json["sessionId"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("/v1/sessions/{id}"));
    assert_eq!(answer.json["tokenType"], "Bearer");
    assert_eq!(answer.json["expiresIn"], 900);
    assert_eq!(answer.json["refreshExpiresIn"], 12 * 3600);
    let me = bearer(&app, &answer.json).get("/v1/me").await.expect(200);
    assert_eq!(me.json["username"], "officer");
    assert_eq!(me.json["sessionId"], id);
    assert_eq!(me.json["grants"][0]["organizationName"], "渔溪镇");
    let permissions = me.json["permissions"].as_array().unwrap();
    assert!(
        permissions.contains(&json!("CADRES_WRITE"))
            && !permissions.contains(&json!("USERS_MANAGE"))
    );
    assert_eq!(actions(&app, id).await, ["session.started"]);
}

#[actix_web::test]
async fn c8_a_refresh_token_is_good_once() {
    let app = with_officer().await;
    let first = sign_in(&app, "officer").await;
    let second = refresh(&app, &first["refreshToken"]).await.expect(200).json;
    assert_ne!(first["refreshToken"], second["refreshToken"]);
    assert_eq!(first["sessionId"], second["sessionId"]);
    bearer(&app, &second).get("/v1/me").await.expect(200);
    let third = refresh(&app, &second["refreshToken"])
        .await
        .expect(200)
        .json;
    // The first comes back after its successor was used: a theft, and the session is over for everyone.
    refresh(&app, &first["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
    refresh(&app, &third["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
    bearer(&app, &third)
        .get("/v1/me")
        .await
        .expect_problem(401, "unauthenticated");
    let id = first["sessionId"].as_str().unwrap();
    assert_eq!(
        actions(&app, id).await,
        ["session.started", "session.revoked"]
    );
}

#[actix_web::test]
async fn c8_the_replay_of_a_token_used_long_ago_is_known_too() {
    let app = with_officer().await;
    let first = sign_in(&app, "officer").await;
    let mut latest = first.clone();
    for _ in 0..5 {
        latest = refresh(&app, &latest["refreshToken"])
            .await
            .expect(200)
            .json;
    }
    refresh(&app, &first["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
    refresh(&app, &latest["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn c9_a_lost_answer_is_repeated_until_the_successor_is_used() {
    let app = with_officer().await;
    let first = sign_in(&app, "officer").await;
    let lost = refresh(&app, &first["refreshToken"]).await.expect(200).json;
    app.advance(9);
    let again = refresh(&app, &first["refreshToken"]).await.expect(200).json;
    assert_eq!(lost["refreshToken"], again["refreshToken"]);
    // Much later it is another one, and good for as long as the one before it would have been.
    app.advance(3600);
    let later = refresh(&app, &first["refreshToken"]).await.expect(200).json;
    assert_ne!(lost["refreshToken"], later["refreshToken"]);
    let next = refresh(&app, &later["refreshToken"]).await.expect(200).json;
    refresh(&app, &next["refreshToken"]).await.expect(200);
    // Now the successor was used: the other side of the border.
    refresh(&app, &first["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn c8_a_thief_who_repeats_the_last_token_gains_nothing() {
    let app = with_officer().await;
    let first = sign_in(&app, "officer").await;
    let owner = refresh(&app, &first["refreshToken"]).await.expect(200).json;
    app.advance(10);
    let thief = refresh(&app, &first["refreshToken"]).await.expect(200).json;
    assert_ne!(owner["refreshToken"], thief["refreshToken"]);
    // The owner's token lost its place: one of the two is a thief, and the session is over for both.
    refresh(&app, &owner["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
    refresh(&app, &thief["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
    for tokens in [&owner, &thief] {
        let me = bearer(&app, tokens).get("/v1/me").await;
        me.expect_problem(401, "unauthenticated");
    }
    let id = first["sessionId"].as_str().unwrap();
    assert_eq!(
        actions(&app, id).await,
        ["session.started", "session.revoked"]
    );
}

#[actix_web::test]
async fn a_token_repeated_two_thousand_times_leaves_two_rows() {
    use diesel::prelude::*;
    use xinmiao::db::schema::refresh_tokens;
    let app = with_officer().await;
    let first = sign_in(&app, "officer").await;
    for n in 0..2000 {
        // Some within the grace, some after it.
        app.advance(n % 12);
        refresh(&app, &first["refreshToken"]).await.expect(200);
    }
    let rows: i64 = refresh_tokens::table
        .count()
        .get_result(&mut app.db())
        .unwrap();
    assert_eq!(rows, 2);
}

#[actix_web::test]
async fn c9_refreshes_at_once_are_given_the_same_successor() {
    let app = with_officer().await;
    let first = sign_in(&app, "officer").await;
    let all =
        futures_util::future::join_all((0..8).map(|_| refresh(&app, &first["refreshToken"]))).await;
    let given = all.into_iter().map(|answer| answer.expect(200).json);
    let given: Vec<Value> = given.map(|json| json["refreshToken"].clone()).collect();
    assert!(given.iter().all(|token| *token == given[0]));
    refresh(&app, &given[0]).await.expect(200);
}

#[actix_web::test]
async fn what_is_no_refresh_token_is_refused() {
    let app = with_officer().await;
    for token in [
        "",
        "x",
        "xmr_",
        "xmr_AAAA",
        &format!("xmr_{}", "A".repeat(86)),
    ] {
        refresh(&app, &json!(token))
            .await
            .expect_problem(401, "unauthenticated");
    }
    let body = json!({ "refreshToken": 1, "more": true });
    let answer = app
        .anonymous()
        .post("/v1/sessions/_refresh", &body)
        .await
        .expect(422);
    assert_eq!(
        answer.errors(),
        [("/more", "unknown-member"), ("/refreshToken", "type")]
    );
}

#[actix_web::test]
async fn c10_sessions_end_when_idle_and_in_any_case() {
    let app = with_officer().await;
    let session = sign_in(&app, "officer").await;
    app.advance(12 * 3600 - 1);
    let mut session = refresh(&app, &session["refreshToken"])
        .await
        .expect(200)
        .json;
    // Used every ten hours it lives for seven days and no longer.
    let mut hours = 12;
    while hours + 10 < 7 * 24 {
        app.advance(10 * 3600);
        hours += 10;
        session = refresh(&app, &session["refreshToken"])
            .await
            .expect(200)
            .json;
    }
    assert!(session["refreshExpiresIn"].as_i64().unwrap() < 12 * 3600);
    app.advance(10 * 3600);
    refresh(&app, &session["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
    let idle = sign_in(&app, "officer").await;
    app.advance(12 * 3600);
    refresh(&app, &idle["refreshToken"])
        .await
        .expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn c10_mentors_and_cadres_stay_signed_in_for_a_month() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    linked_user(&app, "cadre", &[(Role::Cadre, None)], (None, Some(cadre))).await;
    let session = sign_in(&app, "cadre").await;
    assert_eq!(session["refreshExpiresIn"], 30 * 24 * 3600);
    app.advance(30 * 24 * 3600 - 1);
    let session = refresh(&app, &session["refreshToken"])
        .await
        .expect(200)
        .json;
    let me = bearer(&app, &session).get("/v1/me").await.expect(200);
    assert_eq!(me.json["cadreId"], cadre.to_string());
    assert!(me.json["cadreName"].is_string());
    let known = bearer(&app, &session).request(reqwest::Method::GET, "/v1/me");
    known
        .header("if-none-match", me.etag())
        .send()
        .await
        .expect(304);
}

#[actix_web::test]
async fn c10_fewer_grants_never_lengthen_a_session() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let grants = [
        (Role::Cadre, None),
        (Role::UnitOfficer, Some(app.city.yuxi.id)),
    ];
    let id = linked_user(&app, "both", &grants, (None, Some(cadre))).await;
    let mut session = sign_in(&app, "both").await;
    assert_eq!(session["refreshExpiresIn"], 12 * 3600);
    let path = format!("/v1/users/{id}");
    for left in [json!([{ "role": "CADRE" }]), json!([])] {
        let change = json!({ "grants": left });
        let administrator = app.administrator();
        administrator.patch(&path, "*", &change).await.expect(200);
        app.advance(3600);
        session = refresh(&app, &session["refreshToken"])
            .await
            .expect(200)
            .json;
        assert_eq!(session["refreshExpiresIn"], 12 * 3600);
    }
    let fresh = sign_in(&app, "both").await;
    assert_eq!(fresh["refreshExpiresIn"], 12 * 3600);
}

#[actix_web::test]
async fn c10_one_lists_and_ends_ones_own_sessions_alone() {
    let app = with_officer().await;
    user(&app, "other", &[(Role::Auditor, None)]).await;
    let (one, two) = (
        sign_in(&app, "officer").await,
        sign_in(&app, "officer").await,
    );
    let other = sign_in(&app, "other").await;
    let mine = bearer(&app, &one)
        .get("/v1/sessions?count=exact")
        .await
        .expect(200);
    assert_eq!(mine.json["total"], 2);
    let current: Vec<bool> = mine.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["current"].as_bool().unwrap())
        .collect();
    assert_eq!(current, [true, false]);
    let client = bearer(&app, &one);
    let end = |session: &Value| format!("/v1/sessions/{}", session["sessionId"].as_str().unwrap());
    let delete = |path: String| client.request(reqwest::Method::DELETE, &path).send();
    delete(end(&other)).await.expect_problem(404, "not-found");
    delete(end(&two)).await.expect(204);
    bearer(&app, &two)
        .get("/v1/me")
        .await
        .expect_problem(401, "unauthenticated");
    refresh(&app, &two["refreshToken"]).await.expect(401);
    delete(end(&two)).await.expect_problem(404, "not-found");
    delete("/v1/sessions/current".into()).await.expect(204);
    client
        .get("/v1/me")
        .await
        .expect_problem(401, "unauthenticated");
    bearer(&app, &other).get("/v1/me").await.expect(200);
    let id = one["sessionId"].as_str().unwrap();
    assert_eq!(
        actions(&app, id).await,
        ["session.started", "session.ended"]
    );
}

#[actix_web::test]
async fn c10_another_password_ends_all_other_sessions() {
    let app = with_officer().await;
    let (here, there) = (
        sign_in(&app, "officer").await,
        sign_in(&app, "officer").await,
    );
    let client = bearer(&app, &here);
    let change = |current: &str, next: &str| {
        let body = json!({ "currentPassword": current, "newPassword": next });
        client
            .request(reqwest::Method::PATCH, "/v1/me/password")
            .merge_patch(&body)
            .send()
    };
    let wrong = change("not this one", "a better password")
        .await
        .expect_problem(422, "invalid");
    assert_eq!(wrong.errors(), [("/currentPassword", "password-wrong")]);
    let weak = change(PASSWORD, "officer1").await.expect(422);
    assert_eq!(weak.errors(), [("/newPassword", "password-guessable")]);
    change(PASSWORD, "a better password").await.expect(204);
    client.get("/v1/me").await.expect(200);
    refresh(&app, &here["refreshToken"]).await.expect(200);
    bearer(&app, &there).get("/v1/me").await.expect(401);
    refresh(&app, &there["refreshToken"]).await.expect(401);
    attempt(&app, "officer", PASSWORD).await.expect(401);
    attempt(&app, "officer", "a better password")
        .await
        .expect(201);
}

#[actix_web::test]
async fn clients_and_people_of_other_systems_have_no_sessions() {
    let app = TestApp::start().await;
    let client = app.client(crate::support::Who::system(&app.city.root, "cadres:read"));
    for path in ["/v1/sessions", "/v1/me"] {
        client.get(path).await.expect_problem(403, "forbidden");
    }
}
