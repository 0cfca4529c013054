//! Users: making, changing, inviting and resetting them.

use serde_json::{Value, json};
use xinmiao::access::Role;

use super::{PASSWORD, actions, attempt, linked_user, sign_in, user};
use crate::support::{Answer, Client, MentorSeed, TestApp, Who};

pub async fn activate(app: &TestApp, username: &str, code: &Value, password: &str) -> Answer {
    let body = json!({ "username": username, "code": code, "password": password });
    app.anonymous().post("/v1/sessions/_activate", &body).await
}

#[actix_web::test]
async fn a_user_is_made_and_chooses_a_password_once() {
    let app = TestApp::start().await;
    let grants = json!([{ "role": "PROGRAMME_MANAGER", "organizationCode": app.city.enyang.code }]);
    let body = json!({ "username": "Enyang", "displayName": "恩阳区管理员", "grants": grants });
    let made = app
        .administrator()
        .post("/v1/users", &body)
        .await
        .expect(201);
    assert_eq!(made.header("cache-control"), "no-store");
    assert_eq!(made.json["username"], "enyang");
    assert_eq!(made.json["activated"], false);
    assert_eq!(made.json["grants"][0]["organizationName"], "恩阳区");
    let code = &made.json["activation"]["code"];
    let location = made.header("location").to_owned();
    let seen = app.administrator().get(&location).await.expect(200);
    assert!(seen.json.get("activation").is_none());
    activate(&app, "enyang", &json!("0000-0000"), "feng yu tong zhou")
        .await
        .expect_problem(401, "unauthenticated");
    let weak = activate(&app, "enyang", code, "enyang12").await.expect(422);
    assert_eq!(weak.errors(), [("/password", "password-guessable")]);
    let typed = json!(code.as_str().unwrap().to_lowercase().replace('-', " "));
    let session = activate(&app, "enyang", &typed, "feng yu tong zhou")
        .await
        .expect(201);
    let token = session.json["accessToken"].as_str().unwrap();
    app.bearer(token).get("/v1/cadres").await.expect(200);
    activate(&app, "enyang", code, "another password")
        .await
        .expect_problem(401, "unauthenticated");
    attempt(&app, "enyang", "feng yu tong zhou")
        .await
        .expect(201);
    let id = made.json["id"].as_str().unwrap();
    assert_eq!(actions(&app, id).await, ["user.created", "user.activated"]);
}

#[actix_web::test]
async fn an_activation_code_is_good_for_seven_days() {
    let app = TestApp::start().await;
    let body = json!({ "username": "late", "displayName": "Late" });
    let made = app
        .administrator()
        .post("/v1/users", &body)
        .await
        .expect(201);
    app.advance(7 * 24 * 3600);
    activate(
        &app,
        "late",
        &made.json["activation"]["code"],
        "feng yu tong zhou",
    )
    .await
    .expect(401);
}

#[actix_web::test]
async fn a_repeated_create_shows_no_code_again_and_another_is_a_duplicate() {
    let app = TestApp::start().await;
    let administrator = app.administrator();
    let id = app.id().to_string();
    let body = json!({ "id": id, "username": "one", "displayName": "One" });
    administrator.post("/v1/users", &body).await.expect(201);
    let again = administrator.post("/v1/users", &body).await.expect(200);
    assert!(again.json.get("activation").is_none());
    let other = json!({ "id": id, "username": "two", "displayName": "Two" });
    administrator
        .post("/v1/users", &other)
        .await
        .expect_problem(409, "duplicate");
    let named = json!({ "username": "ONE", "displayName": "Another" });
    let taken = administrator
        .post("/v1/users", &named)
        .await
        .expect_problem(409, "duplicate");
    assert_eq!(taken.json["current"]["id"], id);
}

#[actix_web::test]
async fn one_user_is_one_natural_person() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    linked_user(&app, "cadre", &[(Role::Cadre, None)], (None, Some(cadre))).await;
    let administrator = app.administrator();
    let body = json!({ "username": "again", "displayName": "Again", "cadreId": cadre });
    administrator
        .post("/v1/users", &body)
        .await
        .expect_problem(409, "duplicate");
    let unknown = json!({ "username": "none", "displayName": "None", "mentorId": app.id() });
    let answer = administrator.post("/v1/users", &unknown).await.expect(422);
    assert_eq!(answer.errors(), [("/mentorId", "reference-unknown")]);
}

#[actix_web::test]
async fn administrators_and_auditors_combine_with_nothing() {
    let app = TestApp::start().await;
    let root = app.city.root.id;
    let create = |grants: Value| {
        let body =
            json!({ "username": format!("u{}", app.id()), "displayName": "U", "grants": grants });
        let administrator = app.administrator();
        async move { administrator.post("/v1/users", &body).await }
    };
    for alone in ["ADMINISTRATOR", "AUDITOR"] {
        create(json!([{ "role": alone }])).await.expect(201);
        create(json!([{ "role": alone, "organizationId": root }]))
            .await
            .expect(201);
        let both = json!([{ "role": alone }, { "role": "UNIT_OFFICER", "organizationId": root }]);
        let answer = create(both).await.expect(422);
        assert_eq!(answer.errors(), [("/grants", "roles-exclusive")]);
    }
    let placeless = create(json!([{ "role": "UNIT_OFFICER" }]))
        .await
        .expect(422);
    assert_eq!(
        placeless.errors(),
        [("/grants/0/organizationId", "required")]
    );
    let several = json!([
        { "role": "MENTOR" },
        { "role": "UNIT_OFFICER", "organizationId": app.city.yuxi.id },
        { "role": "UNIT_OFFICER", "organizationId": app.city.liulin.id, "until": "2024-01-01" },
    ]);
    let made = create(several).await.expect(201);
    assert_eq!(made.json["grants"][2]["until"], "2024-01-01");
}

#[actix_web::test]
async fn nobody_but_administrators_keeps_users_and_clients() {
    let app = TestApp::start().await;
    let city = &app.city;
    let callers: Vec<Client> = [
        Who::manager(&city.root),
        Who::officer(&city.root),
        Who::auditor(),
        Who::analyst(&city.root),
        Who::system(&city.root, "cadres:write organizations:write"),
    ]
    .into_iter()
    .map(|who| app.client(who))
    .collect();
    let body = json!({ "username": "new", "displayName": "New" });
    for caller in callers {
        for path in ["/v1/users", "/v1/clients"] {
            caller.get(path).await.expect_problem(403, "forbidden");
            caller
                .post(path, &body)
                .await
                .expect_problem(403, "forbidden");
        }
    }
    for path in ["/v1/cadres", "/v1/mentors", "/v1/journal"] {
        app.administrator()
            .get(path)
            .await
            .expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn nobody_changes_their_own_grants_or_closes_their_own_account() {
    let app = TestApp::start().await;
    let id = user(&app, "admin2", &[(Role::Administrator, None)]).await;
    let own = app.client(Who::administrator().account(id));
    let path = format!("/v1/users/{id}");
    let grants = json!([{ "role": "PROGRAMME_MANAGER", "organizationId": app.city.root.id }]);
    for change in [
        json!({ "grants": grants }),
        json!({ "disabled": true }),
        json!({ "grants": null }),
    ] {
        own.patch(&path, "*", &change)
            .await
            .expect_problem(403, "forbidden");
    }
    own.patch(&path, "*", &json!({ "displayName": "Second" }))
        .await
        .expect(200);
    own.post(&format!("{path}/_reset"), &json!({}))
        .await
        .expect_problem(403, "forbidden");
    own.delete(&path, "*")
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn changes_need_the_version_that_was_read() {
    let app = TestApp::start().await;
    let id = user(
        &app,
        "officer",
        &[(Role::UnitOfficer, Some(app.city.yuxi.id))],
    )
    .await;
    let administrator = app.administrator();
    let path = format!("/v1/users/{id}");
    let change = json!({ "displayName": "Changed" });
    let bare = administrator
        .request(reqwest::Method::PATCH, &path)
        .merge_patch(&change);
    bare.send()
        .await
        .expect_problem(428, "precondition-required");
    let seen = administrator.get(&path).await.expect(200);
    administrator
        .patch(&path, seen.etag(), &change)
        .await
        .expect(200);
    let stale = administrator
        .patch(&path, seen.etag(), &json!({ "displayName": "X" }))
        .await;
    let stale = stale.expect_problem(412, "stale-version");
    assert_eq!(stale.json["current"]["displayName"], "Changed");
    let wrong = json!({ "username": "no blanks please", "activated": true, "grants": [{ "role": "KING" }] });
    let answer = administrator.patch(&path, "*", &wrong).await.expect(422);
    let pointers: Vec<&str> = answer
        .errors()
        .into_iter()
        .map(|(pointer, _)| pointer)
        .collect();
    assert_eq!(pointers, ["/activated", "/grants/0/role", "/username"]);
}

#[actix_web::test]
async fn c27_a_reset_voids_the_password_and_shows_none() {
    let app = TestApp::start().await;
    let id = user(
        &app,
        "officer",
        &[(Role::UnitOfficer, Some(app.city.yuxi.id))],
    )
    .await;
    let session = sign_in(&app, "officer").await;
    let path = format!("/v1/users/{id}/_reset");
    let reset = app
        .administrator()
        .post(&path, &json!({}))
        .await
        .expect(200);
    assert_eq!(reset.header("cache-control"), "no-store");
    assert_eq!(reset.json["activated"], false);
    attempt(&app, "officer", PASSWORD).await.expect(401);
    let token = session["accessToken"].as_str().unwrap();
    app.bearer(token).get("/v1/me").await.expect(401);
    super::refresh(&app, &session["refreshToken"])
        .await
        .expect(401);
    let code = &reset.json["activation"]["code"];
    activate(&app, "officer", code, "feng yu tong zhou")
        .await
        .expect(201);
}

#[actix_web::test]
async fn only_users_who_never_did_anything_are_deleted() {
    let app = TestApp::start().await;
    let administrator = app.administrator();
    let body = json!({ "username": "mistake", "displayName": "Mistake", "grants": [{ "role": "AUDITOR" }] });
    let made = administrator.post("/v1/users", &body).await.expect(201);
    let path = made.header("location").to_owned();
    administrator.delete(&path, made.etag()).await.expect(204);
    administrator
        .get(&path)
        .await
        .expect_problem(404, "not-found");
    let id = user(&app, "active", &[(Role::Auditor, None)]).await;
    administrator
        .delete(&format!("/v1/users/{id}"), "*")
        .await
        .expect_problem(409, "in-use");
}

#[actix_web::test]
async fn users_are_listed_by_name_and_found_by_what_they_are() {
    let app = TestApp::start().await;
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    user(&app, "anna", &[(Role::UnitOfficer, Some(app.city.yuxi.id))]).await;
    linked_user(&app, "bo", &[(Role::Mentor, None)], (Some(mentor), None)).await;
    let administrator = app.administrator();
    let names = |answer: &Answer| -> Vec<String> {
        let items = answer.json["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["username"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = administrator
        .get("/v1/users?sort=-username&count=exact")
        .await
        .expect(200);
    assert_eq!(
        (names(&all), &all.json["total"]),
        (vec!["bo".into(), "anna".into()], &json!(2))
    );
    let by_mentor = administrator
        .get(&format!("/v1/users?mentorId={mentor}"))
        .await
        .expect(200);
    assert_eq!(names(&by_mentor), ["bo"]);
    let by_unit = format!("/v1/users?organizationId={}", app.city.yuxi.id);
    assert_eq!(
        names(&administrator.get(&by_unit).await.expect(200)),
        ["anna"]
    );
    administrator
        .get("/v1/users?displayName=x")
        .await
        .expect_problem(400, "malformed-request");
}
