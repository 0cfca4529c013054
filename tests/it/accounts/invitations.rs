//! Invitations and resets: who gets an activation code, and what else opens an account.

use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::db::Id;

use super::users::activate;
use super::{PASSWORD, actions, linked_user};
use crate::support::{Answer, MentorSeed, TestApp};

fn rows(answer: &Answer) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(&answer.body[..])
        .records()
        .map(Result::unwrap)
        .collect()
}

#[actix_web::test]
async fn officers_invite_the_people_of_their_subtree_once() {
    let app = TestApp::start().await;
    let here = [
        app.insert_cadre(&app.city.yuxi),
        app.insert_cadre(&app.city.yuxi),
    ];
    app.insert_cadre(&app.city.liulin);
    let invite = json!({ "organizationId": app.city.yuxi.id, "for": "CADRES" });
    let officer = app.officer();
    let answer = officer.post("/v1/users/_invite", &invite).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let invited = rows(&answer);
    let people: Vec<&str> = invited.iter().map(|row| &row[4]).collect();
    assert_eq!(people, here.map(|id| id.to_string()));
    assert_ne!(invited[0][1], invited[1][1]);
    // A second call invites nobody twice; only when asked does it make new codes.
    assert!(rows(&officer.post("/v1/users/_invite", &invite).await.expect(200)).is_empty());
    let mut renew = invite.clone();
    renew["renew"] = true.into();
    let renewed = rows(&officer.post("/v1/users/_invite", &renew).await.expect(200));
    assert_eq!(renewed.len(), 2);
    activate(
        &app,
        &invited[0][1],
        &json!(&invited[0][5]),
        "feng yu tong zhou",
    )
    .await
    .expect(401);
    let session = activate(
        &app,
        &renewed[0][1],
        &json!(&renewed[0][5]),
        "feng yu tong zhou",
    )
    .await;
    let token = session.expect(201).json["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let me = app.bearer(&token).get("/v1/me").await.expect(200);
    assert_eq!(me.json["cadreId"], &renewed[0][4]);
    assert_eq!(me.json["grants"][0]["role"], "CADRE");
    let mine = app
        .bearer(&token)
        .get(&format!("/v1/cadres/{}", &renewed[0][4]))
        .await;
    mine.expect(200);
    app.advance(7 * 24 * 3600);
    let expired = rows(
        &app.officer()
            .post("/v1/users/_invite", &invite)
            .await
            .expect(200),
    );
    assert_eq!(expired.len(), 1);
}

#[actix_web::test]
async fn nobody_invites_beyond_their_subtree() {
    let app = TestApp::start().await;
    for unit in [&app.city.liulin, &app.city.enyang, &app.city.root] {
        let invite = json!({ "organizationId": unit.id, "for": "MENTORS" });
        let answer = app
            .officer()
            .post("/v1/users/_invite", &invite)
            .await
            .expect(422);
        assert_eq!(answer.errors(), [("/organizationId", "reference-unknown")]);
    }
    let invite = json!({ "organizationId": app.city.root.id, "for": "MENTORS" });
    app.manager()
        .post("/v1/users/_invite", &invite)
        .await
        .expect(200);
    app.auditor()
        .post("/v1/users/_invite", &invite)
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn no_officer_gets_the_code_of_someone_with_more_to_say() {
    let app = TestApp::start().await;
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let grants = json!([{ "role": "MENTOR" }, { "role": "PROGRAMME_MANAGER", "organizationId": app.city.root.id }]);
    let body =
        json!({ "username": "boss", "displayName": "Boss", "mentorId": mentor, "grants": grants });
    app.administrator()
        .post("/v1/users", &body)
        .await
        .expect(201);
    let invite = json!({ "organizationId": app.city.yuxi.id, "for": "MENTORS", "renew": true });
    assert!(
        rows(
            &app.officer()
                .post("/v1/users/_invite", &invite)
                .await
                .expect(200)
        )
        .is_empty()
    );
}

#[actix_web::test]
async fn a_thousand_people_are_invited_at_once() {
    let app = TestApp::start().await;
    for _ in 0..1010 {
        app.insert_cadre(&app.city.yuxi);
    }
    let invite = json!({ "organizationId": app.city.root.id, "for": "CADRES" });
    let mut counts = Vec::new();
    for _ in 0..3 {
        counts.push(
            rows(
                &app.manager()
                    .post("/v1/users/_invite", &invite)
                    .await
                    .expect(200),
            )
            .len(),
        );
    }
    assert_eq!(counts, [1000, 10, 0]);
}

const PHONE: &str = "10015499830";
const NUMBER: &str = "990001199803150018";
const CHOSEN: &str = "feng yu tong zhou";

/// A cadre of the officer's unit with these members.
async fn cadre(app: &TestApp, members: &Value) -> Id {
    let id = app.insert_cadre(&app.city.yuxi);
    let path = format!("/v1/cadres/{id}");
    app.manager().patch(&path, "*", members).await.expect(200);
    id
}

/// The row of the one person whom the officer invites.
async fn invited(app: &TestApp, renew: bool) -> Vec<csv::StringRecord> {
    let body = json!({ "organizationId": app.city.yuxi.id, "for": "CADRES", "renew": renew });
    rows(
        &app.officer()
            .post("/v1/users/_invite", &body)
            .await
            .expect(200),
    )
}

async fn activate_with(app: &TestApp, row: &csv::StringRecord, proof: &Value) -> Answer {
    let mut body = json!({ "username": &row[1], "code": &row[5], "password": CHOSEN });
    for (member, value) in proof.as_object().unwrap() {
        body[member] = value.clone();
    }
    app.anonymous().post("/v1/sessions/_activate", &body).await
}

#[actix_web::test]
async fn a_code_alone_opens_no_account_of_someone_whose_phone_is_on_file() {
    let app = TestApp::start().await;
    cadre(&app, &json!({ "phone": PHONE, "identityNumber": NUMBER })).await;
    let row = invited(&app, false).await.remove(0);
    for proof in [json!({}), json!({ "identityNumberLastFour": "0018" })] {
        let answer = activate_with(&app, &row, &proof).await.expect(422);
        assert_eq!(answer.errors(), [("/phone", "required")]);
    }
    let wrong = json!({ "phone": "10015499831" });
    let answer = activate_with(&app, &row, &wrong).await.expect(422);
    assert_eq!(answer.errors(), [("/phone", "not-on-file")]);
    let right = json!({ "phone": "+86 100-1549-9830" });
    let session = activate_with(&app, &row, &right).await.expect(201);
    let token = session.json["accessToken"].as_str().unwrap();
    let me = app.bearer(token).get("/v1/me").await.expect(200);
    assert_eq!(me.json["invited"]["at"], app.now().to_string());
    assert!(me.json["invited"]["by"].is_string() && me.json["reset"].is_null());
    app.sealed().await;
    assert_eq!(
        actions(&app, &row[0]).await,
        ["user.created", "user.activation-refused", "user.activated"]
    );
}

#[actix_web::test]
async fn without_a_phone_the_end_of_the_identity_number_is_asked_for() {
    let app = TestApp::start().await;
    cadre(&app, &json!({ "identityNumber": "99000119980315019X" })).await;
    let row = invited(&app, false).await.remove(0);
    let answer = activate_with(&app, &row, &json!({})).await.expect(422);
    assert_eq!(answer.errors(), [("/identityNumberLastFour", "required")]);
    let right = json!({ "identityNumberLastFour": "019x" });
    activate_with(&app, &row, &right).await.expect(201);
}

#[actix_web::test]
async fn after_three_wrong_proofs_only_an_administrator_opens_the_account() {
    let app = TestApp::start().await;
    cadre(&app, &json!({ "phone": PHONE })).await;
    let row = invited(&app, false).await.remove(0);
    // At once, and with a new code in between: each counts.
    let wrong = |n: u64| json!({ "phone": (10_000_000_000 + n).to_string() });
    let proofs: Vec<Value> = (0..40).map(wrong).collect();
    let attempts = proofs.iter().map(|proof| activate_with(&app, &row, proof));
    let answers = futures_util::future::join_all(attempts).await;
    let heard = answers.iter().filter(|answer| answer.status == 422).count();
    assert_eq!(heard, 3);
    let right = json!({ "phone": PHONE });
    activate_with(&app, &row, &right).await.expect(401);
    assert!(invited(&app, true).await.is_empty());
    let path = format!("/v1/users/{}/_reset", &row[0]);
    let reset = app
        .administrator()
        .post(&path, &json!({}))
        .await
        .expect(200);
    let code = reset.json["activation"]["code"].as_str().unwrap();
    let fields = ["", &row[1], "", "", "", code];
    let again = csv::StringRecord::from(fields.to_vec());
    activate_with(&app, &again, &right).await.expect(201);
}

#[actix_web::test]
async fn no_officer_gets_the_code_of_someone_who_was_reset() {
    let app = TestApp::start().await;
    let id = cadre(&app, &json!({})).await;
    let roles = [(Role::Cadre, None)];
    let user = linked_user(&app, "lost", &roles, (None, Some(id))).await;
    let path = format!("/v1/users/{user}/_reset");
    let reset = app
        .administrator()
        .post(&path, &json!({}))
        .await
        .expect(200);
    assert!(invited(&app, true).await.is_empty());
    app.advance(7 * 24 * 3600);
    assert!(invited(&app, false).await.is_empty());
    let late = &reset.json["activation"]["code"];
    activate(&app, "lost", late, CHOSEN).await.expect(401);
    let reset = app
        .administrator()
        .post(&path, &json!({}))
        .await
        .expect(200);
    let code = &reset.json["activation"]["code"];
    let session = activate(&app, "lost", code, CHOSEN).await.expect(201);
    super::attempt(&app, "lost", PASSWORD).await.expect(401);
    let token = session.json["accessToken"].as_str().unwrap();
    let me = app.bearer(token).get("/v1/me").await.expect(200);
    assert_eq!(me.json["reset"]["at"], app.now().to_string());
    assert!(me.json["reset"]["by"].is_string() && me.json["invited"].is_null());
}
