//! Ids of other systems: merged, never wiped, whatever resource has them and however they are written in an address.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, Who};

/// A resource with external ids, and what a portal sends to make one.
struct Room {
    path: &'static str,
    body: Value,
}

fn rooms(app: &TestApp) -> [Room; 3] {
    [
        Room {
            path: "/v1/cadres",
            body: json!({ "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" }),
        },
        Room {
            path: "/v1/mentors",
            body: json!({ "name": "彭永兵", "organizationId": app.city.yuxi.id, "roles": ["POLITICAL"] }),
        },
        Room {
            path: "/v1/organizations",
            body: json!({ "code": "BZ-511903-X", "name": "新镇", "kind": "TOWNSHIP", "parentId": app.city.enyang.id }),
        },
    ]
}

/// The body with these ids.
fn with(body: &Value, ids: Value) -> Value {
    let mut body = body.clone();
    body["externalIds"] = ids;
    body
}

/// Every byte of a text, percent-encoded.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// How many records the room has of the name in `body`.
async fn count(client: &Client, room: &Room) -> usize {
    let name = encoded(room.body["name"].as_str().unwrap());
    let listed = client
        .get(&format!("{}?q={name}", room.path))
        .await
        .expect(200);
    listed.json["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn a_put_sent_again_and_again_merges_external_ids_and_keeps_that_of_its_address() {
    let app = TestApp::start().await;
    let manager = app.manager();
    for room in rooms(&app) {
        let address = format!("{}/by-external-id/portal/P-77", room.path);
        let body = with(&room.body, json!({ "oa": "OA-77" }));
        let first = manager.put(&address, &body).await.expect(201);
        let both = json!({ "oa": "OA-77", "portal": "P-77" });
        assert_eq!(first.json["externalIds"], both, "{}", room.path);
        for _ in 0..3 {
            let again = manager.put(&address, &body).await.expect(200);
            assert_eq!(again.json, first.json, "an equal PUT writes nothing");
        }
        let by_other = format!("{}/by-external-id/oa/OA-77", room.path);
        let found = manager.put(&by_other, &room.body).await.expect(200);
        assert_eq!(found.json["id"], first.json["id"]);
        assert_eq!(count(&manager, &room).await, 1, "{}", room.path);
    }
}

#[actix_web::test]
async fn null_removes_external_ids_but_not_the_one_of_the_address() {
    let app = TestApp::start().await;
    let manager = app.manager();
    for room in rooms(&app) {
        let address = format!("{}/by-external-id/portal/P-77", room.path);
        let ids = json!({ "oa": "OA-77", "hr": "H-1", "portal": "P-77" });
        manager
            .put(&address, &with(&room.body, ids))
            .await
            .expect(201);
        let steps = [
            (
                json!({ "oa": null, "portal": null }),
                json!({ "hr": "H-1", "portal": "P-77" }),
            ),
            (Value::Null, json!({ "portal": "P-77" })),
            (
                json!({ "hr": "H-2" }),
                json!({ "hr": "H-2", "portal": "P-77" }),
            ),
        ];
        for (sent, expected) in steps {
            let body = json!({ "externalIds": sent });
            let changed = manager.put(&address, &body).await.expect(200);
            assert_eq!(changed.json["externalIds"], expected, "{}", room.path);
        }
        let removed = format!("{}/by-external-id/oa/OA-77", room.path);
        manager.get(&removed).await.expect_problem(404, "not-found");
        let contradiction = json!({ "externalIds": { "portal": "P-78" } });
        let refused = manager
            .put(&address, &contradiction)
            .await
            .expect_problem(422, "invalid");
        assert_eq!(
            refused.errors(),
            [("/externalIds/portal", "read-only")],
            "{}",
            room.path
        );
        manager.get(&address).await.expect(200);
    }
}

#[actix_web::test]
async fn a_patch_merges_external_ids_as_rfc_7396_says() {
    let app = TestApp::start().await;
    let manager = app.manager();
    for room in rooms(&app) {
        let body = with(&room.body, json!({ "a2": "X", "b2": "Y" }));
        let made = manager.post(room.path, &body).await.expect(201);
        let path = made.header("location").to_owned();
        let steps = [
            (
                json!({ "c2": "Z2" }),
                json!({ "a2": "X", "b2": "Y", "c2": "Z2" }),
            ),
            (
                json!({ "a2": null, "b2": "Y3" }),
                json!({ "b2": "Y3", "c2": "Z2" }),
            ),
            (json!({ "no": null }), json!({ "b2": "Y3", "c2": "Z2" })),
            (Value::Null, json!({})),
        ];
        for (sent, expected) in steps {
            let body = json!({ "externalIds": sent });
            let patched = manager.patch(&path, "*", &body).await.expect(200);
            assert_eq!(patched.json["externalIds"], expected, "{}", room.path);
        }
        let gone = format!("{}/by-external-id/b2/Y3", room.path);
        manager.get(&gone).await.expect_problem(404, "not-found");
    }
}

#[actix_web::test]
async fn text_in_a_path_is_decoded_exactly_once() {
    let app = TestApp::start().await;
    let manager = app.manager();
    for (number, id) in [
        "A+B/7", "100%", "%41", "a?b", "a#b", "中文", "%2F+%25", "_x",
    ]
    .into_iter()
    .enumerate()
    {
        for room in rooms(&app) {
            let mut body = room.body.clone();
            body["name"] = json!(format!(
                "新{}",
                ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"][number]
            ));
            if body.get("code").is_some() {
                body["code"] = json!(format!("BZ-511903-X{number}"));
            }
            let address = format!("{}/by-external-id/portal/{}", room.path, encoded(id));
            let made = manager.put(&address, &body).await.expect(201);
            assert_eq!(made.json["externalIds"], json!({ "portal": id }));
            let read = manager.get(&address).await.expect(200);
            assert_eq!(read.json["id"], made.json["id"]);
            let filter = format!("{}?externalId=portal:{}", room.path, encoded(id));
            let listed = manager.get(&filter).await.expect(200);
            assert_eq!(listed.json["items"][0]["id"], made.json["id"], "{id}");
        }
    }
    // `+` may stand in a path as it is; it is no blank there.
    let plain = manager
        .get("/v1/cadres/by-external-id/portal/A+B%2F7")
        .await
        .expect(200);
    assert_eq!(plain.json["externalIds"], json!({ "portal": "A+B/7" }));
    let anonymous = app.anonymous();
    anonymous.get("/v1/code-sets/%73ex").await.expect(200);
    for unknown in ["%2573ex", "se%2Fx", "sex%2B", "%E4%B8%AD", "a%23"] {
        anonymous
            .get(&format!("/v1/code-sets/{unknown}"))
            .await
            .expect_problem(404, "not-found");
    }
    anonymous.get("/problems/not%2Dfound").await.expect(200);
    for unreadable in ["%ZZ", "%FF", "%", "%0A"] {
        manager
            .get(&format!("/v1/cadres/by-external-id/portal/{unreadable}"))
            .await
            .expect_problem(400, "malformed-request");
    }
}

/// A client that owns the source `hr`, and its token.
async fn owner(app: &TestApp) -> Client {
    let body = json!({
        "name": "HR", "source": "hr", "organizationId": app.city.root.id,
        "scopes": ["cadres:write", "mentors:write", "organizations:write"],
    });
    let made = app
        .administrator()
        .post("/v1/clients", &body)
        .await
        .expect(201);
    let part = |member: &str| made.json[member].as_str().unwrap().to_owned();
    let basic = STANDARD.encode(format!("{}:{}", part("id"), part("secret")));
    let ask = app.anonymous().request(Method::POST, "/oauth2/token");
    let token = ask
        .header("authorization", &format!("Basic {basic}"))
        .body(
            "application/x-www-form-urlencoded",
            "grant_type=client_credentials",
        )
        .send()
        .await
        .expect(200);
    app.bearer(token.json["access_token"].as_str().unwrap())
}

#[actix_web::test]
async fn a_client_owns_its_source() {
    let app = TestApp::start().await;
    let hr = owner(&app).await;
    let other = app.client(Who::system(&app.city.root, "cadres:write mentors:write"));
    let officer = app.officer();
    let new = |id: &str| {
        json!({
            "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26",
            "externalIds": { "hr": id },
        })
    };
    // Nobody registers an id there in advance, by whatever way.
    for stranger in [&officer, &other] {
        let refused = stranger.post("/v1/cadres", &new("1")).await.expect(422);
        assert_eq!(refused.errors(), [("/externalIds/hr", "source-owned")]);
        let put = stranger.request(Method::PUT, "/v1/cadres/by-external-id/hr/1");
        let mut body = new("1");
        body.as_object_mut().unwrap().remove("externalIds");
        let refused = put.json(&body).send().await.expect(422);
        assert_eq!(refused.errors(), [("/externalIds/hr", "source-owned")]);
        let file =
            "name,externalId,organizationCode,reportedOn\n李雨瑶,1,BZ-511903-YX,2022-08-26\n";
        let import = stranger.request(Method::POST, "/v1/cadres/_import?source=hr");
        let refused = import.body("text/csv", file).send().await.expect(400);
        assert_eq!(refused.json["errors"][0]["code"], "source-owned");
    }
    let made = hr.post("/v1/cadres", &new("1")).await.expect(201);
    let path = format!("/v1/cadres/{}", made.json["id"].as_str().unwrap());
    // Nor changes or removes one; other ids and other members are theirs to write.
    for ids in [json!({ "hr": "2" }), json!({ "hr": null })] {
        let change = json!({ "externalIds": ids });
        let refused = officer.patch(&path, "*", &change).await.expect(422);
        assert_eq!(refused.errors(), [("/externalIds/hr", "source-owned")]);
    }
    let change = json!({ "postTitle": "科员", "externalIds": { "hr": "1", "own": "7" } });
    officer.patch(&path, "*", &change).await.expect(200);
    // A manager does, and the journal has it.
    let change = json!({ "externalIds": { "hr": "3" } });
    app.manager().patch(&path, "*", &change).await.expect(200);
    let mentor = json!({
        "name": "王五", "organizationId": app.city.yuxi.id, "roles": ["PROFESSIONAL"],
        "externalIds": { "hr": "m1" },
    });
    officer.post("/v1/mentors", &mentor).await.expect(422);
    hr.post("/v1/mentors", &mentor).await.expect(201);
    // Of a client that is closed nobody is kept away.
    let clients = app.administrator().get("/v1/clients").await.expect(200);
    let client = format!(
        "/v1/clients/{}",
        clients.json["items"][0]["id"].as_str().unwrap()
    );
    let closed = json!({ "disabled": true });
    app.administrator()
        .patch(&client, "*", &closed)
        .await
        .expect(200);
    officer.post("/v1/cadres", &new("9")).await.expect(201);
}

#[actix_web::test]
async fn a_put_that_makes_a_new_record_needs_what_a_new_record_needs() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let put = |room: &'static str| {
        let path = format!("/v1/{room}/by-external-id/hr/new");
        manager
            .request(Method::PUT, &path)
            .json(&json!({ "sex": "1", "organizationId": app.city.yuxi.id }))
            .send()
    };
    let refused = put("cadres").await.expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [("/name", "required"), ("/reportedOn", "required")]
    );
    let refused = put("mentors").await.expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [("/name", "required"), ("/roles", "required")]
    );
}
