//! The register of cadres: the room the others are modelled on.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, Who};

/// A person who could be on a roster.
fn new_cadre(app: &TestApp) -> Value {
    json!({
        "name": "李雨瑶", "sex": "2", "birthDate": "1998-03", "ethnicity": "01", "politicalStatus": "03",
        "identityNumber": "990001199803150026", "phone": "10015499830", "nativePlace": "511902",
        "householdRegistration": "511921", "educationLevel": "21", "degree": "402", "school": "四川师范大学",
        "major": "金融学", "organizationId": app.city.yuxi.id, "postTitle": "一级科员", "postCategory": "GRASSROOTS",
        "recruitmentChannel": "OPEN_EXAM", "reportedOn": "2022-08-26", "externalIds": { "hr-portal": "C-1" },
    })
}

#[actix_web::test]
async fn a_cadre_is_created_read_listed_and_journaled() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let created = officer
        .post("/v1/cadres", &new_cadre(&app))
        .await
        .expect(201);
    let id = created.json["id"].as_str().unwrap().to_owned();
    assert_eq!(created.header("location"), format!("/v1/cadres/{id}"));
    assert_eq!(created.json["phase"], "SEEDLING");
    assert_eq!(created.json["phaseEndsOn"], "2023-08-26");
    assert_eq!(created.json["onProbation"], true);
    assert_eq!(created.json["birthDate"], "1998-03");
    assert_eq!(created.json["mentoring"], "NONE");
    assert_eq!(created.json["organizationName"], app.city.yuxi.name);
    assert_eq!(
        created.json["nonLocal"],
        json!({ "prefecture": false, "county": true })
    );
    assert_eq!(created.json["politicalMentorId"], Value::Null);
    let read = officer.get(&format!("/v1/cadres/{id}")).await.expect(200);
    assert_eq!(read.json, created.json);
    let listed = app
        .manager()
        .get("/v1/cadres?q=lyy&phase=SEEDLING&count=exact")
        .await
        .expect(200);
    assert_eq!(listed.json["items"][0]["id"], id);
    assert_eq!(listed.json["total"], 1);
    app.sealed().await;
    let journal = app
        .auditor()
        .get(&format!("/v1/journal?resourceId={id}"))
        .await
        .expect(200);
    assert_eq!(journal.json["items"][0]["action"], "cadre.created");
    // After the three phase templates and two evaluation forms of every programme, drafted and published.
    assert_eq!(journal.json["items"][0]["position"], 11);
}

#[actix_web::test]
async fn identity_number_and_phone_are_masked_and_revealed_with_a_trace() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let created = officer
        .post("/v1/cadres", &new_cadre(&app))
        .await
        .expect(201);
    let path = format!("/v1/cadres/{}", created.json["id"].as_str().unwrap());
    assert_eq!(created.json["identityNumber"], "9900************26");
    assert_eq!(created.json["phone"], "100****9830");
    let revealed = officer
        .get(&format!("{path}?reveal=identityNumber,phone"))
        .await
        .expect(200);
    assert_eq!(revealed.json["identityNumber"], "990001199803150026");
    assert_eq!(revealed.json["phone"], "10015499830");
    assert_eq!(revealed.header("cache-control"), "no-store");
    app.sealed().await;
    let journal = app
        .auditor()
        .get("/v1/journal?action=cadre.revealed")
        .await
        .expect(200);
    assert_eq!(
        journal.json["items"][0]["changedFields"],
        json!(["identityNumber", "phone"])
    );
    let stranger = app.client(Who::officer(&app.city.qingjiang));
    stranger
        .get(&format!("{path}?reveal=phone"))
        .await
        .expect_problem(404, "not-found");
    let portal = app.client(Who::system(&app.city.root, "cadres:read"));
    portal
        .get(&format!("{path}?reveal=phone"))
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a3_all_faults_of_a_body_come_at_once() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "1", "sex": "7", "birthDate": "1998-13", "identityNumber": "9900************26", "status": "LEFT",
        "nickname": "x", "reportedOn": "2022-02-30",
    });
    let refused = app
        .officer()
        .post("/v1/cadres", &body)
        .await
        .expect_problem(422, "invalid");
    let mut found: Vec<(String, String)> = refused.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            (
                e["pointer"].as_str().unwrap().to_owned(),
                e["code"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    found.sort();
    let expected = [
        ("/birthDate", "date-invalid"),
        ("/identityNumber", "masked-value"),
        ("/name", "text-invalid"),
        ("/nickname", "unknown-member"),
        ("/reportedOn", "date-invalid"),
        ("/sex", "code-unknown"),
        ("/status", "read-only"),
    ];
    assert_eq!(found, expected.map(|(p, c)| (p.to_owned(), c.to_owned())));
}

#[actix_web::test]
async fn an_identity_number_belongs_to_one_person_and_tells_strangers_nothing() {
    let app = TestApp::start().await;
    let first = app
        .officer()
        .post("/v1/cadres", &new_cadre(&app))
        .await
        .expect(201);
    let mut twin = new_cadre(&app);
    twin["externalIds"] = json!({});
    let known = app
        .officer()
        .post("/v1/cadres", &twin)
        .await
        .expect_problem(409, "duplicate");
    assert_eq!(known.json["current"]["id"], first.json["id"]);
    twin["organizationId"] = json!(app.city.qingjiang.id);
    let stranger = app.client(Who::officer(&app.city.qingjiang));
    let unknown = stranger
        .post("/v1/cadres", &twin)
        .await
        .expect_problem(409, "duplicate");
    assert_eq!(unknown.json.get("current"), None);
    app.sealed().await;
    let journal = app
        .auditor()
        .get("/v1/journal?action=cadre.identity-number-collided")
        .await
        .expect(200);
    assert_eq!(journal.json["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a7_a8_a_change_needs_the_etag_that_was_read() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let created = officer
        .post("/v1/cadres", &new_cadre(&app))
        .await
        .expect(201);
    let path = format!("/v1/cadres/{}", created.json["id"].as_str().unwrap());
    let etag = created.etag().to_owned();
    officer
        .request(Method::GET, &path)
        .header("if-none-match", &etag)
        .send()
        .await
        .expect(304);
    officer
        .request(Method::PATCH, &path)
        .merge_patch(&json!({ "rank": null }))
        .send()
        .await
        .expect_problem(428, "precondition-required");
    let changed = officer
        .patch(&path, &etag, &json!({ "school": null, "major": "会计学" }))
        .await
        .expect(200);
    assert_eq!(changed.json["school"], Value::Null);
    assert_eq!(changed.json["degree"], "402");
    assert_eq!(changed.json["version"], 2);
    let stale = officer
        .patch(&path, &etag, &json!({ "school": "x" }))
        .await
        .expect_problem(412, "stale-version");
    assert_eq!(stale.json["current"]["version"], 2);
    officer
        .patch(&path, "*", &json!({ "school": "四川大学" }))
        .await
        .expect(200);
}

#[actix_web::test]
async fn a13_put_by_external_id_creates_then_updates_and_writes_nothing_when_equal() {
    let app = TestApp::start().await;
    let portal = app.client(Who::system(&app.city.root, "cadres:read cadres:write"));
    let path = "/v1/cadres/by-external-id/hr-portal/C-9";
    let mut body = new_cadre(&app);
    body.as_object_mut().unwrap().remove("externalIds");
    let created = portal.put(path, &body).await.expect(201);
    assert_eq!(created.json["externalIds"], json!({ "hr-portal": "C-9" }));
    let same = portal.put(path, &body).await.expect(200);
    assert_eq!(same.json, created.json);
    let changed = portal
        .put(path, &json!({ "school": null }))
        .await
        .expect(200);
    assert_eq!(
        (&changed.json["school"], &changed.json["major"]),
        (&Value::Null, &json!("金融学"))
    );
    let refused = portal
        .request(Method::PUT, path)
        .header("if-none-match", "*")
        .json(&body)
        .send()
        .await;
    refused.expect_problem(412, "stale-version");
    let moved = portal
        .put(
            path,
            &json!({ "organizationCode": app.city.qingjiang.code }),
        )
        .await
        .expect(200);
    assert_eq!(moved.json["organizationId"], json!(app.city.qingjiang.id));
}

#[actix_web::test]
async fn after_a_transfer_the_old_unit_keeps_name_and_status_only() {
    let app = TestApp::start().await;
    let created = app
        .officer()
        .post("/v1/cadres", &new_cadre(&app))
        .await
        .expect(201);
    let path = format!("/v1/cadres/{}", created.json["id"].as_str().unwrap());
    let body = json!({ "organizationId": app.city.qingjiang.id, "effectiveOn": "2023-07-01", "dryRun": true });
    let rehearsed = app
        .manager()
        .post(&format!("{path}/_transfer"), &body)
        .await
        .expect(200);
    assert_eq!(
        rehearsed.json["organizationId"],
        json!(app.city.qingjiang.id)
    );
    assert_eq!(
        app.officer().get(&path).await.expect(200).json,
        created.json
    );
    let body = json!({ "organizationId": app.city.qingjiang.id, "effectiveOn": "2023-07-01" });
    let moved = app
        .manager()
        .post(&format!("{path}/_transfer"), &body)
        .await
        .expect(200);
    assert_eq!(moved.json["version"], 2);
    let again = app
        .manager()
        .post(&format!("{path}/_transfer"), &body)
        .await
        .expect(200);
    assert_eq!(again.json["version"], 2);
    let left = app.officer().get(&path).await.expect(200);
    let mut members: Vec<&str> = left
        .json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "allowedActions",
            "createdAt",
            "id",
            "name",
            "status",
            "updatedAt",
            "version"
        ]
    );
    assert_eq!(
        app.officer().get("/v1/cadres").await.expect(200).json["items"],
        json!([])
    );
    let new_unit = app.client(Who::officer(&app.city.qingjiang));
    assert_eq!(
        new_unit.get(&path).await.expect(200).json["school"],
        "四川师范大学"
    );
    let career = new_unit.get(&format!("{path}/career")).await.expect(200);
    assert_eq!(career.json["posts"][0]["endsOn"], "2023-06-30");
    assert_eq!(career.json["posts"][1]["startsOn"], "2023-07-01");
}

#[actix_web::test]
async fn status_changes_by_verbs_alone_and_each_once() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let created = officer
        .post("/v1/cadres", &new_cadre(&app))
        .await
        .expect(201);
    let path = format!("/v1/cadres/{}", created.json["id"].as_str().unwrap());
    let suspend = json!({ "from": "2023-07-01", "reason": "借出学习" });
    assert_eq!(
        officer
            .post(&format!("{path}/_suspend"), &suspend)
            .await
            .expect(200)
            .json["status"],
        "SUSPENDED"
    );
    assert_eq!(
        officer
            .post(&format!("{path}/_suspend"), &suspend)
            .await
            .expect(200)
            .json["version"],
        2
    );
    let other = json!({ "from": "2023-07-02", "reason": "借出学习" });
    officer
        .post(&format!("{path}/_suspend"), &other)
        .await
        .expect_problem(409, "illegal-transition");
    officer
        .post(&format!("{path}/_resume"), &json!({}))
        .await
        .expect(200);
    let leave = json!({ "on": "2023-07-20", "reason": "RESIGNED" });
    assert_eq!(
        officer
            .post(&format!("{path}/_leave"), &leave)
            .await
            .expect(200)
            .json["status"],
        "LEFT"
    );
    officer
        .post(&format!("{path}/_graduate"), &json!({}))
        .await
        .expect_problem(409, "illegal-transition");
    assert_eq!(
        officer
            .post(&format!("{path}/_reinstate"), &json!({}))
            .await
            .expect(200)
            .json["status"],
        "ACTIVE"
    );
}

#[actix_web::test]
async fn a_day_that_passes_changes_phase_etag_and_journal_even_after_three_days_down() {
    let app = TestApp::start().await;
    let mut body = new_cadre(&app);
    body["reportedOn"] = json!("2022-07-26");
    let created = app.officer().post("/v1/cadres", &body).await.expect(201);
    let path = format!("/v1/cadres/{}", created.json["id"].as_str().unwrap());
    let service = app.service();
    assert_eq!(
        xinmiao::calendar::catch_up(&service.db, &service.deps)
            .await
            .unwrap(),
        0
    );
    app.advance(3 * 24 * 3600);
    let passed = app.officer().get(&path).await.expect(200);
    assert_eq!(passed.json["phase"], "NURTURING");
    assert_eq!(passed.json["onProbation"], false);
    assert_eq!(passed.json["version"], 1);
    assert_ne!(passed.header("etag"), created.etag());
    assert_eq!(
        xinmiao::calendar::catch_up(&service.db, &service.deps)
            .await
            .unwrap(),
        3
    );
    assert_eq!(
        xinmiao::calendar::catch_up(&service.db, &service.deps)
            .await
            .unwrap(),
        0
    );
    app.sealed().await;
    let journal = app
        .auditor()
        .get("/v1/journal?action=cadre.derived-changed")
        .await
        .expect(200);
    let mut changed: Vec<String> = journal.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["changedFields"].to_string())
        .collect();
    changed.sort();
    assert_eq!(
        changed,
        [r#"["onProbation"]"#, r#"["phase","phaseEndsOn"]"#]
    );
}

#[actix_web::test]
async fn a20_a_cursor_is_bound_to_query_and_caller_and_a_walk_is_complete() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let names = ["赵一", "钱二", "孙三", "李四", "周五"];
    for name in names {
        let body =
            json!({ "name": name, "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
        officer.post("/v1/cadres", &body).await.expect(201);
    }
    for sort in ["id", "-id", "name", "-name", "reportedOn", "-updatedAt"] {
        let mut seen = Vec::new();
        let mut next = format!("/v1/cadres?limit=2&sort={sort}");
        loop {
            let page = officer.get(&next).await.expect(200);
            seen.extend(
                page.json["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|c| c["name"].as_str().unwrap().to_owned()),
            );
            let Some(cursor) = page.json["nextCursor"].as_str() else {
                break;
            };
            next = format!("/v1/cadres?limit=2&sort={sort}&cursor={cursor}");
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((seen.len(), sorted.len()), (5, 5), "{sort}");
    }
    let page = officer.get("/v1/cadres?limit=2").await.expect(200);
    let cursor = page.json["nextCursor"].as_str().unwrap();
    officer
        .get(&format!("/v1/cadres?limit=2&sort=name&cursor={cursor}"))
        .await
        .expect_problem(400, "invalid-cursor");
    app.manager()
        .get(&format!("/v1/cadres?limit=2&cursor={cursor}"))
        .await
        .expect_problem(400, "invalid-cursor");
    officer
        .get(&format!("/v1/cadres?limit=2&cursor={}A", cursor))
        .await
        .expect_problem(400, "invalid-cursor");
    app.advance(25 * 3600);
    app.officer()
        .get(&format!("/v1/cadres?limit=2&cursor={cursor}"))
        .await
        .expect_problem(400, "expired-cursor");
}
