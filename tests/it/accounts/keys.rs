//! Signing keys: published before they sign, and for as long as what they signed lives.

use serde_json::Value;
use xinmiao::accounts::{self, signing_keys};
use xinmiao::context::Context;
use xinmiao::db::UtcTimestamp;

use crate::support::{TestApp, Who};

async fn kids(app: &TestApp) -> Vec<String> {
    let answer = app
        .anonymous()
        .get("/.well-known/jwks.json")
        .await
        .expect(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=600");
    let keys = answer.json["keys"].as_array().unwrap();
    for key in keys {
        assert!(key.get("d").is_none(), "{key}");
        assert_eq!(
            (&key["kty"], &key["alg"]),
            (&Value::from("OKP"), &Value::from("EdDSA"))
        );
    }
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    keys.iter().map(kid).collect()
}

async fn reload(app: &TestApp) {
    accounts::reload(app.service(), UtcTimestamp(0))
        .await
        .unwrap();
}

fn signing(app: &TestApp) -> String {
    app.service().tokens.keys().signing().unwrap().0.to_owned()
}

#[actix_web::test]
async fn c4_a_rotation_fails_no_request() {
    let app = TestApp::start().await;
    let first = signing(&app);
    let context = Context::system(&app.service().deps, "test");
    let rotate = app
        .service()
        .db
        .write(move |tx| signing_keys::rotate(tx, &context));
    let second = rotate.await.unwrap().kid;
    let old = app.token(&Who::manager(&app.city.root));
    reload(&app).await;
    assert_eq!(kids(&app).await.len(), 2);
    assert_eq!(signing(&app), first);
    app.bearer(&old).get("/v1/cadres").await.expect(200);
    app.advance(600);
    let last_of_old = app.token(&Who::manager(&app.city.root));
    reload(&app).await;
    assert_eq!(signing(&app), second);
    app.manager().get("/v1/cadres").await.expect(200);
    app.advance(899);
    reload(&app).await;
    app.bearer(&last_of_old).get("/v1/cadres").await.expect(200);
    app.advance(62);
    reload(&app).await;
    assert_eq!(kids(&app).await, [second]);
    app.manager().get("/v1/cadres").await.expect(200);
}

#[actix_web::test]
async fn c4_private_keys_are_kept_sealed() {
    use diesel::prelude::*;
    use xinmiao::db::schema::signing_keys as table;
    let app = TestApp::start().await;
    let mut conn = app.db();
    let sealed: Vec<Vec<u8>> = table::table
        .select(table::private_key_encrypted)
        .load(&mut conn)
        .unwrap();
    let scene = app.service().deps.clone();
    let open = signing_keys::load(&mut conn, &scene).unwrap();
    let contains = |hay: &[u8], needle: &[u8]| hay.windows(needle.len()).any(|part| part == needle);
    let seed = &open[0].private_key[16..48];
    assert!(!contains(&sealed[0], seed));
}

#[actix_web::test]
async fn c16_the_metadata_lead_to_living_endpoints() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let server = caller
        .get("/.well-known/oauth-authorization-server")
        .await
        .expect(200)
        .json;
    assert_eq!(server["issuer"], app.url);
    let resource = caller
        .get("/.well-known/oauth-protected-resource")
        .await
        .expect(200)
        .json;
    assert_eq!(resource["authorization_servers"][0], server["issuer"]);
    assert_eq!(resource["resource"], format!("{}/v1", app.url));
    let path = |url: &Value| {
        url.as_str()
            .unwrap()
            .strip_prefix(&app.url)
            .unwrap()
            .to_owned()
    };
    caller.get(&path(&server["jwks_uri"])).await.expect(200);
    let token = caller.request(reqwest::Method::POST, &path(&server["token_endpoint"]));
    token
        .body("application/x-www-form-urlencoded", "")
        .send()
        .await
        .expect(400);
}
