//! Mentors: the register and the turns of a mentor's life.

use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::Id;
use xinmiao::mentors;

use crate::support::{Answer, Client, TestApp, Unit, Who};

/// Someone of a unit who could guide cadres.
pub fn new_mentor(unit: &Unit) -> Value {
    json!({
        "name": "彭永兵", "sex": "1", "politicalStatus": "01", "phone": "10025967117", "organizationId": unit.id,
        "postTitle": "副书记", "positionLevel": "LEADERSHIP_TEAM_MEMBER", "roles": ["POLITICAL"],
        "expertise": ["纪检监察", "党建"], "maxMentees": 3, "externalIds": { "hr-portal": "M-1" },
    })
}

/// The same without an id elsewhere, under another name.
pub fn named(unit: &Unit, name: &str) -> Value {
    let mut body = new_mentor(unit);
    body["name"] = json!(name);
    body["externalIds"] = json!({});
    body
}

/// Makes a mentor and answers their path.
pub async fn made(client: &Client, body: &Value) -> String {
    let created = client.post("/v1/mentors", body).await.expect(201);
    created.header("location").to_owned()
}

/// Makes an appointed mentor and answers their path.
pub async fn appointed(app: &TestApp, body: &Value) -> String {
    let path = made(&app.manager(), body).await;
    verb(&app.manager(), &path, "_appoint", json!({}))
        .await
        .expect(200);
    path
}

pub async fn verb(client: &Client, path: &str, verb: &str, body: Value) -> Answer {
    client.post(&format!("{path}/{verb}"), &body).await
}

pub fn id_of(path: &str) -> Id {
    Id::parse(path.rsplit('/').next().unwrap()).unwrap()
}

pub fn names(answer: &Answer) -> Vec<&str> {
    let items = answer.json["items"].as_array().unwrap();
    let mut names: Vec<&str> = items.iter().map(|m| m["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

#[actix_web::test]
async fn a_mentor_is_nominated_read_listed_journaled_and_deleted() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let body = new_mentor(&app.city.yuxi);
    let created = officer.post("/v1/mentors", &body).await.expect(201);
    for (member, value) in body.as_object().unwrap() {
        assert_eq!(&created.json[member], value, "{member}");
    }
    assert_eq!(created.json["status"], "NOMINATED");
    assert_eq!(created.json["appointedOn"], Value::Null);
    assert_eq!(created.json["activeMentees"], 0);
    assert_eq!(created.json["availableSeats"], 3);
    assert_eq!(created.json["organizationName"], app.city.yuxi.name);
    assert_eq!(
        created.json["allowedActions"],
        json!(["update_mentor", "transfer_mentor"])
    );
    let path = created.header("location").to_owned();
    assert_eq!(officer.get(&path).await.expect(200).json, created.json);
    let listed = app.manager().get("/v1/mentors?q=pyb&count=exact").await;
    assert_eq!(names(&listed), ["彭永兵"]);
    assert_eq!(listed.json["total"], 1);
    let deleted = officer.delete(&path, created.etag()).await;
    deleted.expect(204);
    officer.get(&path).await.expect_problem(404, "not-found");
    app.sealed().await;
    let journal = app
        .auditor()
        .get(&format!("/v1/journal?resourceId={}", id_of(&path)))
        .await
        .expect(200);
    let actions: Vec<&Value> = journal.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["action"])
        .collect();
    assert_eq!(actions, ["mentor.created", "mentor.deleted"]);
}

#[actix_web::test]
async fn all_faults_of_a_mentor_come_at_once() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "1", "roles": ["POLITICAL", "POLITICAL"], "expertise": ["x".repeat(51)], "phone": "100****7117",
        "positionLevel": "CHIEF", "status": "APPOINTED", "activeMentees": 0, "seats": 2,
    });
    let refused = app.officer().post("/v1/mentors", &body).await;
    let refused = refused.expect_problem(422, "invalid");
    let mut errors = refused.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("/activeMentees", "read-only"),
            ("/expertise/0", "too-long"),
            ("/name", "text-invalid"),
            ("/phone", "masked-value"),
            ("/positionLevel", "code-unknown"),
            ("/roles", "not-unique"),
            ("/seats", "unknown-member"),
            ("/status", "read-only"),
        ]
    );
    let mut body = named(&app.city.qingjiang, "彭永兵");
    body["maxMentees"] = json!(11);
    let refused = app.officer().post("/v1/mentors", &body).await;
    let refused = refused.expect_problem(422, "invalid");
    let mut errors = refused.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("/maxMentees", "out-of-range"),
            ("/organizationId", "reference-unknown"),
        ]
    );
    let none = json!({ "name": "彭永兵", "organizationId": app.city.yuxi.id, "roles": [] });
    let refused = app.officer().post("/v1/mentors", &none).await;
    assert_eq!(refused.errors(), [("/roles", "out-of-range")]);
    let many = json!({
        "name": "彭永兵", "organizationId": app.city.yuxi.id, "roles": ["PROFESSIONAL"],
        "expertise": vec!["党建"; 21],
    });
    let refused = app.officer().post("/v1/mentors", &many).await;
    assert_eq!(refused.errors(), [("/expertise", "out-of-range")]);
}

#[actix_web::test]
async fn a_create_that_is_sent_again_makes_one_mentor() {
    let app = TestApp::start().await;
    let mut body = new_mentor(&app.city.yuxi);
    body["id"] = json!(app.id());
    let first = app.officer().post("/v1/mentors", &body).await.expect(201);
    let again = app.officer().post("/v1/mentors", &body).await.expect(200);
    assert_eq!(again.json, first.json);
    body["postTitle"] = json!("镇长");
    let other = app.officer().post("/v1/mentors", &body).await;
    let other = other.expect_problem(409, "duplicate");
    assert_eq!(other.json["current"]["id"], first.json["id"]);
}

#[actix_web::test]
async fn a7_a8_a_change_of_a_mentor_needs_the_etag_that_was_read() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let path = made(&officer, &new_mentor(&app.city.yuxi)).await;
    let read = officer.get(&path).await.expect(200);
    assert!(!read.header("last-modified").is_empty());
    officer
        .request(Method::GET, &path)
        .header("if-none-match", read.etag())
        .send()
        .await
        .expect(304);
    let patch = json!({ "maxMentees": 4 });
    for method in [Method::PATCH, Method::DELETE] {
        let request = officer.request(method.clone(), &path);
        let request = match method {
            Method::PATCH => request.merge_patch(&patch),
            _ => request,
        };
        let refused = request.send().await;
        refused.expect_problem(428, "precondition-required");
    }
    let changed = officer.patch(&path, read.etag(), &patch).await.expect(200);
    assert_eq!(changed.json["version"], 2);
    assert_eq!(changed.json["availableSeats"], 4);
    let stale = officer.patch(&path, read.etag(), &patch).await;
    let stale = stale.expect_problem(412, "stale-version");
    assert_eq!(stale.json["current"]["version"], 2);
    let unchanged = officer.patch(&path, "*", &patch).await.expect(200);
    assert_eq!(unchanged.json["version"], 2);
    let one = json!({ "postTitle": "镇长" });
    let two = json!({ "postTitle": "书记" });
    let etag = changed.etag();
    let (a, b) = futures_util::future::join(
        officer.patch(&path, etag, &one),
        officer.patch(&path, etag, &two),
    )
    .await;
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[actix_web::test]
async fn a10_a11_a_merge_patch_tells_absent_from_null() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let path = made(&officer, &new_mentor(&app.city.yuxi)).await;
    let before = officer.get(&path).await.expect(200).json;
    let nullable = [
        ("sex", Value::Null),
        ("politicalStatus", Value::Null),
        ("phone", Value::Null),
        ("postTitle", Value::Null),
        ("positionLevel", Value::Null),
        ("expertise", json!([])),
        ("externalIds", json!({})),
    ];
    let mut expected = before.clone();
    for (n, (member, cleared)) in nullable.into_iter().enumerate() {
        let body = json!({ member: null });
        let changed = officer.patch(&path, "*", &body).await.expect(200).json;
        expected[member] = cleared;
        expected["version"] = json!(n + 2);
        expected["updatedAt"] = changed["updatedAt"].clone();
        assert_eq!(changed, expected, "{member}");
    }
    for member in ["name", "roles", "maxMentees"] {
        let refused = officer.patch(&path, "*", &json!({ member: null })).await;
        assert_eq!(
            refused.expect_problem(422, "invalid").errors(),
            [(format!("/{member}").as_str(), "required")]
        );
    }
    for member in ["organizationId", "organizationCode"] {
        let value = match member {
            "organizationId" => json!(app.city.yuxi.id),
            _ => json!(app.city.yuxi.code),
        };
        let refused = officer.patch(&path, "*", &json!({ member: value })).await;
        assert_eq!(
            refused.expect_problem(422, "invalid").errors(),
            [(format!("/{member}").as_str(), "read-only")]
        );
    }
    let json_patch = officer
        .request(Method::PATCH, &path)
        .if_match("*")
        .body("application/json-patch+json", "[]")
        .send()
        .await;
    json_patch.expect_problem(415, "unsupported-media-type");
    let sources = json!({ "externalIds": { "a": "1", "b": "2" } });
    officer.patch(&path, "*", &sources).await.expect(200);
    let one_less = json!({ "externalIds": { "a": null } });
    let changed = officer.patch(&path, "*", &one_less).await.expect(200);
    assert_eq!(changed.json["externalIds"], json!({ "b": "2" }));
}

#[actix_web::test]
async fn a13_put_by_external_id_creates_then_updates_and_writes_nothing_when_equal() {
    let app = TestApp::start().await;
    let portal = app.client(Who::system(&app.city.root, "mentors:read mentors:write"));
    let path = "/v1/mentors/by-external-id/hr-portal/M-9";
    let mut body = named(&app.city.yuxi, "彭永兵");
    body.as_object_mut().unwrap().remove("externalIds");
    let created = portal.put(path, &body).await.expect(201);
    assert_eq!(created.json["externalIds"], json!({ "hr-portal": "M-9" }));
    assert_eq!(created.json["status"], "NOMINATED");
    assert_eq!(portal.put(path, &body).await.expect(200).json, created.json);
    assert_eq!(portal.get(path).await.expect(200).json, created.json);
    let mut unnamed = body.clone();
    unnamed.as_object_mut().unwrap().remove("phone");
    unnamed["postTitle"] = Value::Null;
    let changed = portal.put(path, &unnamed).await.expect(200);
    assert_eq!(changed.json["phone"], "10025967117");
    assert_eq!(changed.json["postTitle"], Value::Null);
    let create_only = portal
        .request(Method::PUT, path)
        .header("if-none-match", "*")
        .json(&body)
        .send()
        .await;
    create_only.expect_problem(412, "stale-version");
    let stale = portal
        .request(Method::PUT, path)
        .if_match(created.etag())
        .json(&body)
        .send()
        .await;
    stale.expect_problem(412, "stale-version");
    let moved = json!({ "organizationCode": app.city.qingjiang.code });
    let moved = portal.put(path, &moved).await.expect(200);
    assert_eq!(moved.json["organizationId"], json!(app.city.qingjiang.id));
    let officer = app.officer();
    officer
        .put(path, &body)
        .await
        .expect_problem(404, "not-found");
    let taken = json!({
        "name": "沈淑梅", "organizationId": app.city.yuxi.id, "roles": ["POLITICAL"],
        "externalIds": { "hr-portal": "M-9" },
    });
    let refused = officer.post("/v1/mentors", &taken).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/externalIds/hr-portal", "not-unique")]
    );
    let found = app
        .manager()
        .get("/v1/mentors?externalId=hr-portal:M-9")
        .await;
    assert_eq!(names(&found), ["彭永兵"]);
}

/// What a verb does in each state: the state after it, or a refusal.
#[actix_web::test]
async fn each_verb_works_in_its_states_alone() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let other = app.client(Who::manager(&app.city.root).named("another manager"));
    let suspend = json!({ "from": "2023-07-20", "reason": "借调" });
    let ways: [(&str, &[(&str, Value)]); 4] = [
        ("NOMINATED", &[]),
        ("APPOINTED", &[("_appoint", json!({}))]),
        (
            "SUSPENDED",
            &[("_appoint", json!({})), ("_suspend", suspend.clone())],
        ),
        (
            "RETIRED",
            &[("_appoint", json!({})), ("_retire", json!({}))],
        ),
    ];
    let elsewhere = json!({ "organizationId": app.city.liulin.id, "effectiveOn": "2023-07-24" });
    let verbs = [
        ("_appoint", json!({}), ["APPOINTED", "", "", ""]),
        ("_suspend", suspend.clone(), ["", "SUSPENDED", "", ""]),
        ("_reinstate", json!({}), ["", "", "APPOINTED", "APPOINTED"]),
        ("_retire", json!({}), ["", "RETIRED", "RETIRED", ""]),
        (
            "_transfer",
            elsewhere,
            ["NOMINATED", "APPOINTED", "SUSPENDED", ""],
        ),
    ];
    for (name, body, outcomes) in &verbs {
        for ((state, way), outcome) in ways.iter().zip(outcomes) {
            let path = made(&manager, &named(&app.city.yuxi, "彭永兵")).await;
            for (step, body) in *way {
                let stepped = verb(&manager, &path, step, body.clone()).await;
                stepped.expect(200);
            }
            let before = manager.get(&path).await.expect(200);
            assert_eq!(before.json["status"], *state);
            // Someone else, so that a state reached already is no repetition.
            let answer = verb(&other, &path, name, body.clone()).await;
            if outcome.is_empty() {
                let refused = answer.expect_problem(409, "illegal-transition");
                assert_eq!(refused.json["current"]["status"], *state, "{name}");
                let after = manager.get(&path).await.expect(200);
                assert_eq!(after.json, before.json, "{name} in {state}");
                continue;
            }
            let done = answer.expect(200);
            assert_eq!(done.json["status"], *outcome, "{name} in {state}");
            let again = verb(&other, &path, name, body.clone()).await.expect(200);
            assert_eq!(again.json, done.json, "{name} again");
            let by_another = verb(&manager, &path, name, body.clone()).await;
            by_another.expect_problem(409, "illegal-transition");
        }
    }
}

#[actix_web::test]
async fn a_verb_with_other_members_is_no_repetition_and_if_match_is_optional() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = appointed(&app, &new_mentor(&app.city.yuxi)).await;
    let stale = manager
        .request(Method::POST, &format!("{path}/_suspend"))
        .if_match("\"1.x\"")
        .json(&json!({ "from": "2023-07-20", "reason": "借调" }))
        .send()
        .await;
    let stale = stale.expect_problem(412, "stale-version");
    assert_eq!(stale.json["current"]["version"], 2);
    let leave =
        |to: &str, reason: &str| json!({ "from": "2023-07-20", "to": to, "reason": reason });
    let done = verb(&manager, &path, "_suspend", leave("2023-08-20", "产假")).await;
    let done = done.expect(200);
    assert_eq!(done.json["suspendedFrom"], "2023-07-20");
    assert_eq!(done.json["suspendedTo"], "2023-08-20");
    for other in [leave("2023-08-21", "产假"), leave("2023-08-20", "病假")] {
        let refused = verb(&manager, &path, "_suspend", other).await;
        refused.expect_problem(409, "illegal-transition");
    }
    let retired = verb(&manager, &path, "_retire", json!({ "on": "2023-07-25" })).await;
    assert_eq!(retired.errors(), [("/on", "date-in-future")]);
    let path = appointed(&app, &named(&app.city.yuxi, "沈淑梅")).await;
    for (body, pointer) in [
        (leave("2023-07-19", "产假"), "/to"),
        (leave("2023-07-23", "产假"), "/to"),
    ] {
        let refused = verb(&manager, &path, "_suspend", body).await;
        assert_eq!(refused.errors(), [(pointer, "out-of-range")]);
    }
}

#[actix_web::test]
async fn managers_alone_appoint_suspend_reinstate_and_retire() {
    let app = TestApp::start().await;
    let path = made(&app.officer(), &new_mentor(&app.city.yuxi)).await;
    let portal = app.client(Who::system(&app.city.root, "mentors:write"));
    let elsewhere = app.client(Who::manager(&app.city.bazhou));
    let suspend = json!({ "from": "2023-07-20", "reason": "借调" });
    for (name, body) in [
        ("_appoint", json!({})),
        ("_suspend", suspend),
        ("_reinstate", json!({})),
        ("_retire", json!({})),
    ] {
        for client in [app.officer(), portal.clone()] {
            let refused = verb(&client, &path, name, body.clone()).await;
            refused.expect_problem(403, "forbidden");
        }
        let refused = verb(&elsewhere, &path, name, body.clone()).await;
        refused.expect_problem(404, "not-found");
    }
    let enyang = app.client(Who::manager(&app.city.enyang));
    let done = verb(&enyang, &path, "_appoint", json!({}))
        .await
        .expect(200);
    assert_eq!(done.json["appointedOn"], "2023-07-24");
    assert_eq!(
        done.json["allowedActions"],
        json!([
            "update_mentor",
            "transfer_mentor",
            "suspend_mentor",
            "retire_mentor"
        ])
    );
}

#[actix_web::test]
async fn a_planned_leave_begins_and_ends_with_its_days() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let service = app.service();
    let catch_up = || xinmiao::calendar::catch_up(&service.db, &service.deps);
    catch_up().await.unwrap();
    let path = appointed(&app, &new_mentor(&app.city.yuxi)).await;
    let leave = json!({ "from": "2023-07-25", "to": "2023-07-26", "reason": "年休假" });
    let planned = verb(&manager, &path, "_suspend", leave).await.expect(200);
    assert_eq!(planned.json["status"], "APPOINTED");
    assert_eq!(planned.json["suspendedFrom"], "2023-07-25");
    let row = || {
        mentors::store::find(&mut app.db(), id_of(&path))
            .unwrap()
            .unwrap()
    };
    let day = |text: &str| xinmiao::values::Date::parse(text).unwrap();
    let away: Vec<bool> = ["2023-07-24", "2023-07-25", "2023-07-26", "2023-07-27"]
        .map(|text| !row().is_appointed_on(day(text)))
        .to_vec();
    assert_eq!(away, [false, true, true, false]);
    app.advance(24 * 3600);
    catch_up().await.unwrap();
    let manager = app.manager();
    let begun = manager.get(&path).await.expect(200);
    assert_eq!(begun.json["status"], "SUSPENDED");
    assert!(!row().is_lost_on(day("2023-07-25")));
    app.advance(2 * 24 * 3600);
    catch_up().await.unwrap();
    let ended = app.manager().get(&path).await.expect(200);
    assert_eq!(ended.json["status"], "APPOINTED");
    assert_eq!(ended.json["suspendedFrom"], Value::Null);
    assert_eq!(ended.json["suspendedTo"], Value::Null);
}
