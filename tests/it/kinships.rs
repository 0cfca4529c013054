//! Kinships: who declares, who reads, whom a declaration keeps apart.

use serde_json::{Value, json};
use xinmiao::db::Id;
use xinmiao::kinships::{Person, blocks, same_person};
use xinmiao::values::Date;

use crate::support::{MentorSeed, TestApp, Who};

fn kinship(cadre: Id, mentor: Id, relation: &str) -> Value {
    json!({
        "personA": { "type": "CADRE", "id": cadre },
        "personB": { "type": "MENTOR", "id": mentor },
        "relation": relation,
    })
}

fn blocked(app: &TestApp, a: Person, b: Person, on: &str) -> bool {
    blocks(&mut app.db(), a, b, Date::parse(on).unwrap()).unwrap()
}

#[actix_web::test]
async fn an_officer_declares_reads_lists_and_takes_back() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let officer = app.officer();
    let declared = officer
        .post("/v1/kinships", &kinship(cadre, mentor, "74"))
        .await
        .expect(201);
    let path = declared.header("location").to_owned();
    assert_eq!(declared.json["personB"]["type"], "MENTOR");
    assert_eq!(declared.json["personB"]["name"], "钱大树");
    assert_eq!(declared.json["relation"], "74");
    let read = officer.get(&path).await.expect(200);
    assert_eq!(read.json, declared.json);
    let listed = app
        .manager()
        .get(&format!(
            "/v1/kinships?personId={mentor}&relation=74&count=exact"
        ))
        .await
        .expect(200);
    assert_eq!(listed.json["items"], json!([declared.json]));
    assert_eq!(listed.json["total"], 1);
    let others = app
        .manager()
        .get("/v1/kinships?relation=01")
        .await
        .expect(200);
    assert_eq!(others.json["items"], json!([]));
    officer
        .request(reqwest::Method::DELETE, &path)
        .send()
        .await
        .expect_problem(428, "precondition-required");
    officer.delete(&path, declared.etag()).await.expect(204);
    officer.get(&path).await.expect_problem(404, "not-found");
    app.sealed().await;
    let journal = app
        .auditor()
        .get("/v1/journal?resourceType=kinship")
        .await
        .expect(200);
    let actions: Vec<&Value> = journal.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["action"])
        .collect();
    assert_eq!(actions, ["kinship.declared", "kinship.deleted"]);
    assert_eq!(
        journal.json["items"][0]["organizationId"],
        json!(app.city.yuxi.id)
    );
}

#[actix_web::test]
async fn a_mentor_and_a_cadre_declare_for_themselves_alone() {
    let app = TestApp::start().await;
    let (yuxi, qingjiang) = (&app.city.yuxi, &app.city.qingjiang);
    let cadre = app.insert_cadre(yuxi);
    let mentor = app.insert_mentor(qingjiang, MentorSeed::default());
    let other = app.insert_mentor(qingjiang, MentorSeed::default());
    let as_mentor = app.client(Who::mentor(qingjiang, mentor));
    let declared = as_mentor
        .post("/v1/kinships", &kinship(cadre, mentor, "03"))
        .await
        .expect(201);
    // The name of a person out of reach is not told, only that the record exists.
    assert_eq!(declared.json["personA"].get("name"), None);
    assert_eq!(declared.json["personB"]["name"], "钱大树");
    let refused = as_mentor
        .post("/v1/kinships", &kinship(cadre, other, "03"))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [
            ("/personA/id", "reference-unknown"),
            ("/personB/id", "reference-unknown")
        ]
    );
    let path = declared.header("location").to_owned();
    let as_cadre = app.client(Who::cadre(yuxi, cadre));
    as_cadre.get(&path).await.expect_problem(404, "not-found");
    let listed = as_cadre.get("/v1/kinships").await.expect(200);
    assert_eq!(listed.json["items"], json!([]));
    let own = as_mentor.get("/v1/kinships").await.expect(200);
    assert_eq!(own.json["items"][0], declared.json);
    as_cadre
        .post("/v1/kinships", &kinship(cadre, other, "81"))
        .await
        .expect(201);
    app.officer().get(&path).await.expect(200);
    as_mentor.delete(&path, declared.etag()).await.expect(204);
}

#[actix_web::test]
async fn staff_of_neither_side_a_client_and_an_analyst_find_nothing() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let body = kinship(cadre, mentor, "74");
    let declared = app.officer().post("/v1/kinships", &body).await.expect(201);
    let path = declared.header("location").to_owned();
    let sibling = app.client(Who::officer(&app.city.liulin));
    sibling.get(&path).await.expect_problem(404, "not-found");
    sibling
        .delete(&path, declared.etag())
        .await
        .expect_problem(404, "not-found");
    let refused = sibling
        .post("/v1/kinships", &body)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors().len(), 2);
    assert_eq!(
        sibling.get("/v1/kinships").await.expect(200).json["items"],
        json!([])
    );
    let portal = app.client(Who::system(
        &app.city.root,
        "cadres:read mentors:read assignments:write",
    ));
    for caller in [
        portal,
        app.client(Who::analyst(&app.city.root)),
        app.auditor(),
    ] {
        caller.get(&path).await.expect_problem(403, "forbidden");
        caller
            .post("/v1/kinships", &body)
            .await
            .expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn an_officer_names_a_mentor_around_as_kin_of_someone_of_the_unit() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let stranger = app.insert_cadre(&app.city.liulin);
    let mentor = app.insert_mentor(&app.city.liulin, MentorSeed::default());
    let far = app.insert_mentor(&app.city.qingjiang, MentorSeed::default());
    let officer = app.officer();
    officer
        .post("/v1/kinships", &kinship(cadre, mentor, "74"))
        .await
        .expect(201);
    for (cadre, mentor, pointers) in [
        (cadre, far, vec!["/personB/id"]),
        (stranger, mentor, vec!["/personA/id", "/personB/id"]),
    ] {
        let refused = officer
            .post("/v1/kinships", &kinship(cadre, mentor, "74"))
            .await
            .expect_problem(422, "invalid");
        let found: Vec<&str> = refused.errors().iter().map(|(p, _)| *p).collect();
        assert_eq!(found, pointers);
    }
}

#[actix_web::test]
async fn the_same_declaration_again_is_no_second_one() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let mut body = kinship(cadre, mentor, "74");
    body["id"] = json!(app.id());
    let officer = app.officer();
    let first = officer.post("/v1/kinships", &body).await.expect(201);
    let again = officer.post("/v1/kinships", &body).await.expect(200);
    assert_eq!(again.json, first.json);
    let as_cadre = app.client(Who::cadre(&app.city.yuxi, cadre));
    let refused = as_cadre
        .post("/v1/kinships", &body)
        .await
        .expect_problem(409, "duplicate");
    assert_eq!(refused.json.get("current"), None);
    body["id"] = json!(app.id());
    body["relation"] = json!("75");
    officer
        .post("/v1/kinships", &body)
        .await
        .expect_problem(409, "duplicate");
}

#[actix_web::test]
async fn nobody_is_their_own_kin_and_every_fault_is_told() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    app.insert_user(Some(mentor), Some(cadre));
    let refused = app
        .officer()
        .post("/v1/kinships", &kinship(cadre, mentor, "01"))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/personB/id", "same-person")]);
    let body = json!({
        "personA": { "type": "DOG", "id": "x" }, "personB": { "type": "USER" }, "relation": "11", "avoidanceClass": "SPOUSE",
    });
    let refused = app
        .officer()
        .post("/v1/kinships", &body)
        .await
        .expect_problem(422, "invalid");
    let mut errors = refused.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("/avoidanceClass", "unknown-member"),
            ("/personA/id", "type"),
            ("/personA/type", "code-unknown"),
            ("/personB/id", "required"),
            ("/relation", "code-unknown"),
        ]
    );
}

#[actix_web::test]
async fn r17_an_avoidance_class_blocks_in_both_directions_and_through_every_record_of_a_person() {
    let app = TestApp::start().await;
    let yuxi = &app.city.yuxi;
    let (cadre, other) = (app.insert_cadre(yuxi), app.insert_cadre(yuxi));
    let mentor = app.insert_mentor(yuxi, MentorSeed::default());
    let user = app.insert_user(Some(mentor), None);
    let (c, m, u) = (
        Person::cadre(cadre),
        Person::mentor(mentor),
        Person::user(user),
    );
    assert!(!blocked(&app, c, m, "2023-07-24"));
    let body = json!({
        "personA": { "type": "USER", "id": user }, "personB": { "type": "CADRE", "id": cadre }, "relation": "05",
    });
    let as_user = app.client(Who::mentor(yuxi, mentor).account(user));
    as_user.post("/v1/kinships", &body).await.expect(201);
    for (a, b) in [(c, m), (m, c), (c, u), (u, c)] {
        assert!(blocked(&app, a, b, "2023-07-24"), "{a:?} {b:?}");
    }
    assert!(!blocked(&app, Person::cadre(other), m, "2023-07-24"));
    // Before the Civil Servant Law there was no such rule.
    // No day lies before the rules.
    assert!(blocked(&app, c, m, "2005-12-31"));
    assert!(same_person(&mut app.db(), m, u).unwrap());
    assert!(!same_person(&mut app.db(), m, c).unwrap());
    // The filter finds a person by whichever record is named.
    let listed = app
        .manager()
        .get(&format!("/v1/kinships?personId={mentor}"))
        .await
        .expect(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn an_id_that_a_mentor_shares_with_somebodys_account_bars_nobody() {
    let app = TestApp::start().await;
    let yuxi = &app.city.yuxi;
    let cadre = app.insert_cadre(yuxi);
    let user = app.insert_user(None, None);
    let namesake = app.insert_mentor_as(user, yuxi, MentorSeed::default());
    let body = json!({
        "personA": { "type": "USER", "id": user }, "personB": { "type": "CADRE", "id": cadre }, "relation": "05",
    });
    let as_user = app.client(Who::officer(yuxi).account(user));
    let declared = as_user.post("/v1/kinships", &body).await.expect(201);
    let (c, m) = (Person::cadre(cadre), Person::mentor(namesake));
    let day = "2023-07-24";
    assert!(blocked(&app, c, Person::user(user), day));
    assert!(!blocked(&app, c, m, day) && !blocked(&app, m, c, day));
    assert!(!same_person(&mut app.db(), Person::user(user), m).unwrap());
    let terms = json!({ "organizationId": app.city.root.id, "crossUnit": "COUNTY", "roles": ["POLITICAL"] });
    let run = app
        .manager()
        .post("/v1/matching-runs", &terms)
        .await
        .expect(201);
    assert_eq!(run.json["matched"], 1);
    let apply = format!("{}/_apply", run.header("location"));
    app.manager()
        .post(&apply, &json!({ "activate": true }))
        .await
        .expect(200);
    let pair = json!({
        "cadreId": cadre, "mentorId": namesake, "role": "PROFESSIONAL", "startsOn": "2023-07-24", "activate": true,
    });
    // The rule against one mentor in both roles is asked, that against kin is not.
    let refused = app
        .manager()
        .post("/v1/assignments", &pair)
        .await
        .expect(409);
    let reasons: Vec<_> = refused.json["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["reason"].clone())
        .collect();
    assert_eq!(reasons, ["SAME_MENTOR"]);
    let listed = app
        .manager()
        .get(&format!("/v1/kinships?personId={user}"))
        .await
        .expect(200);
    assert_eq!(listed.json["items"][0]["id"], declared.json["id"]);
}
