//! Secrets at rest open in the row they were stored in, and nowhere else.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::accounts::signing_keys;
use xinmiao::cadres::sealed_store as of_cadres;
use xinmiao::db::Id;
use xinmiao::db::schema::{cadre_identities, cadres, mentors};
use xinmiao::mentors::sealed_store as of_mentors;

use crate::guesses::{PREFIX, number};
use crate::support::TestApp;

const PHONES: [&str; 2] = ["13900000001", "13900000002"];

fn path(cadre: &Value) -> String {
    format!("/v1/cadres/{}", cadre["id"].as_str().unwrap())
}

/// Two cadres with a number and a phone each.
async fn two_cadres(app: &TestApp) -> [Value; 2] {
    let mut made = Vec::new();
    for (at, phone) in PHONES.iter().enumerate() {
        let body = json!({
            "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26",
            "identityNumber": number(PREFIX, at), "phone": phone,
        });
        made.push(
            app.manager()
                .post("/v1/cadres", &body)
                .await
                .expect(201)
                .json,
        );
    }
    made.try_into().unwrap()
}

#[actix_web::test]
async fn a_secret_that_is_moved_to_another_row_is_not_shown_there() {
    let app = TestApp::start().await;
    let [one, other] = two_cadres(&app).await;
    let mut conn = app.db();
    let id = |cadre: &Value| Id::parse(cadre["id"].as_str().unwrap()).unwrap();
    let phone: Option<Vec<u8>> = cadres::table
        .find(id(&other))
        .select(cadres::phone_encrypted)
        .first(&mut conn)
        .unwrap();
    diesel::update(cadres::table.find(id(&one)))
        .set(cadres::phone_encrypted.eq(phone))
        .execute(&mut conn)
        .unwrap();
    let shown = app.manager().get(&path(&one)).await;
    assert_eq!(shown.status, 500, "{}", shown.text());
    app.manager().get(&path(&other)).await.expect(200);
    // A row of numbers that is given to somebody else.
    diesel::delete(cadre_identities::table.filter(cadre_identities::cadre_id.eq(id(&other))))
        .execute(&mut conn)
        .unwrap();
    diesel::update(cadre_identities::table.filter(cadre_identities::cadre_id.eq(id(&one))))
        .set(cadre_identities::cadre_id.eq(id(&other)))
        .execute(&mut conn)
        .unwrap();
    let reveal = format!("{}?reveal=identityNumber", path(&other));
    let shown = app.manager().get(&reveal).await;
    assert_eq!(shown.status, 500, "{}", shown.text());
}

#[actix_web::test]
async fn what_an_older_version_sealed_is_bound_at_the_start_and_read_as_before() {
    let app = TestApp::start().await;
    let [one, _] = two_cadres(&app).await;
    let mentor = crate::support::mentoring::mentor(&app, &app.city.yuxi, "彭永兵").await;
    let vault = &app.service().deps.vault;
    let mut conn = app.db();
    let id = Id::parse(one["id"].as_str().unwrap()).unwrap();
    let old = |text: &str| vault.seal_unbound(text.as_bytes()).unwrap();
    diesel::update(cadres::table.find(id))
        .set(cadres::phone_encrypted.eq(old("13900000009")))
        .execute(&mut conn)
        .unwrap();
    diesel::update(cadre_identities::table.filter(cadre_identities::cadre_id.eq(id)))
        .set(cadre_identities::encrypted.eq(old(&number(PREFIX, 0))))
        .execute(&mut conn)
        .unwrap();
    diesel::update(mentors::table.find(mentor))
        .set(mentors::phone_encrypted.eq(old("13900000008")))
        .execute(&mut conn)
        .unwrap();
    assert_eq!(app.manager().get(&path(&one)).await.status, 500);
    assert_eq!(of_cadres::bind_all(&mut conn, vault).unwrap(), 2);
    assert_eq!(of_mentors::bind_all(&mut conn, vault).unwrap(), 1);
    assert_eq!(signing_keys::bind_all(&mut conn, vault).unwrap(), 0);
    let reveal = format!("{}?reveal=identityNumber,phone", path(&one));
    let shown = app.manager().get(&reveal).await.expect(200);
    assert_eq!(shown.json["phone"], "13900000009");
    assert_eq!(shown.json["identityNumber"], number(PREFIX, 0));
    let mentor = format!("/v1/mentors/{mentor}");
    let mentor = app.manager().get(&mentor).await.expect(200);
    assert!(mentor.json["phone"].as_str().unwrap().starts_with("139"));
    // Once and for all.
    assert_eq!(of_cadres::bind_all(&mut conn, vault).unwrap(), 0);
}
