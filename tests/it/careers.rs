//! Careers: units and posts from–to stay true whoever corrects a record, and go with it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, MentorSeed, TestApp};

/// A cadre of Yuxi known to the portal as `P-1`; the path.
async fn recruit(app: &TestApp) -> String {
    let body = json!({
        "name": "李雨瑶", "organizationId": app.city.yuxi.id, "postTitle": "一级科员", "postCategory": "GRASSROOTS",
        "reportedOn": "2022-08-26", "externalIds": { "portal": "P-1" },
    });
    let made = app.officer().post("/v1/cadres", &body).await.expect(201);
    made.header("location").to_owned()
}

/// First day, last day, title and category of each stay.
async fn stays(client: &Client, path: &str) -> Vec<(Value, Value, Value, Value)> {
    let career = client.get(&format!("{path}/career")).await.expect(200);
    let posts = career.json["posts"].as_array().unwrap();
    posts
        .iter()
        .map(|post| {
            let member = |name: &str| post[name].clone();
            (
                member("startsOn"),
                member("endsOn"),
                member("postTitle"),
                member("postCategory"),
            )
        })
        .collect()
}

fn stay(from: &str, to: Option<&str>, title: &str, category: &str) -> (Value, Value, Value, Value) {
    (json!(from), json!(to), json!(title), json!(category))
}

#[actix_web::test]
async fn a_correction_by_patch_put_or_import_rewrites_the_present_stay() {
    let app = TestApp::start().await;
    let path = recruit(&app).await;
    let officer = app.officer();
    let correction = json!({ "postTitle": "四级主任科员", "reportedOn": "2022-08-01" });
    officer.patch(&path, "*", &correction).await.expect(200);
    let patched = stay("2022-08-01", None, "四级主任科员", "GRASSROOTS");
    assert_eq!(stays(&officer, &path).await, [patched]);
    let by_portal = "/v1/cadres/by-external-id/portal/P-1";
    let correction = json!({ "postCategory": "TECHNICAL" });
    officer.put(by_portal, &correction).await.expect(200);
    let put = stay("2022-08-01", None, "四级主任科员", "TECHNICAL");
    assert_eq!(stays(&officer, &path).await, [put]);
    let file = "externalId,postTitle,reportedOn\nP-1,三级主任科员,2022-08-15\n";
    let imported = officer
        .request(Method::POST, "/v1/cadres/_import?source=portal")
        .body("text/csv", file)
        .send()
        .await
        .expect(200);
    assert_eq!(imported.json["updated"], 1, "{}", imported.text());
    let imported = stay("2022-08-15", None, "三级主任科员", "TECHNICAL");
    assert_eq!(stays(&officer, &path).await, [imported]);
}

#[actix_web::test]
async fn a_change_with_a_date_makes_a_new_stay_even_in_the_same_unit() {
    let app = TestApp::start().await;
    let path = recruit(&app).await;
    let officer = app.officer();
    let promoted = json!({
        "organizationId": app.city.yuxi.id, "effectiveOn": "2023-03-01", "postTitle": "四级主任科员",
    });
    let transfer = format!("{path}/_transfer");
    officer.post(&transfer, &promoted).await.expect(200);
    let expected = [
        stay("2022-08-26", Some("2023-02-28"), "一级科员", "GRASSROOTS"),
        stay("2023-03-01", None, "四级主任科员", "GRASSROOTS"),
    ];
    assert_eq!(stays(&officer, &path).await, expected);
    // The same again changes nothing; another title of the same day corrects it.
    officer.post(&transfer, &promoted).await.expect(200);
    assert_eq!(stays(&officer, &path).await, expected);
    let mut corrected = promoted.clone();
    corrected["postTitle"] = json!("三级主任科员");
    officer.post(&transfer, &corrected).await.expect(200);
    assert_eq!(
        stays(&officer, &path).await[1],
        stay("2023-03-01", None, "三级主任科员", "GRASSROOTS")
    );
    // A correction of the present post leaves the former stay alone, and the day of reporting moves the first.
    let correction = json!({ "postTitle": "二级主任科员", "reportedOn": "2022-07-01" });
    officer.patch(&path, "*", &correction).await.expect(200);
    let expected = [
        stay("2022-07-01", Some("2023-02-28"), "一级科员", "GRASSROOTS"),
        stay("2023-03-01", None, "二级主任科员", "GRASSROOTS"),
    ];
    assert_eq!(stays(&officer, &path).await, expected);
    let too_late = json!({ "reportedOn": "2023-03-01" });
    let refused = officer.patch(&path, "*", &too_late).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/reportedOn", "out-of-range")]);
    // A transfer before the present stay would erase it.
    let before = json!({ "organizationId": app.city.liulin.id, "effectiveOn": "2023-01-01" });
    let refused = app.manager().post(&transfer, &before).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/effectiveOn", "out-of-range")]);
}

#[actix_web::test]
async fn a_put_that_names_another_unit_leaves_the_former_stay_as_it_was() {
    let app = TestApp::start().await;
    let path = recruit(&app).await;
    let manager = app.manager();
    let body = json!({ "organizationId": app.city.liulin.id, "postTitle": "四级主任科员" });
    let by_portal = "/v1/cadres/by-external-id/portal/P-1";
    manager.put(by_portal, &body).await.expect(200);
    let stays = stays(&manager, &path).await;
    assert_eq!(stays[0].2, "一级科员");
    assert_eq!(stays[1].2, "四级主任科员");
}

#[actix_web::test]
async fn deleting_a_person_leaves_nothing_that_names_them() {
    let app = TestApp::start().await;
    let path = recruit(&app).await;
    let id = path.rsplit('/').next().unwrap();
    let officer = app.officer();
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let kinship = json!({
        "personA": { "type": "CADRE", "id": id }, "personB": { "type": "MENTOR", "id": mentor }, "relation": "74",
    });
    let declared = officer.post("/v1/kinships", &kinship).await.expect(201);
    let absence =
        json!({ "cadreId": id, "kind": "SICK", "startsOn": "2023-01-02", "endsOn": "2023-01-06" });
    let absence = officer.post("/v1/absences", &absence).await.expect(201);
    let suspended = json!({ "from": "2023-02-01", "reason": "INVESTIGATION" });
    officer
        .post(&format!("{path}/_suspend"), &suspended)
        .await
        .expect(200);
    // A declaration refers to both, so neither can go before it.
    for person in [path.clone(), format!("/v1/mentors/{mentor}")] {
        let refused = app.manager().delete(&person, "*").await;
        refused.expect_problem(409, "in-use");
    }
    let kinship = declared.header("location");
    officer.delete(kinship, "*").await.expect(204);
    officer.delete(&path, "*").await.expect(204);
    officer
        .get(absence.header("location"))
        .await
        .expect_problem(404, "not-found");
    let listed = officer.get("/v1/absences").await.expect(200);
    assert_eq!(listed.json["items"], json!([]));
    app.sealed().await;
    let journal = app
        .auditor()
        .get(&format!("/v1/journal?cadreId={id}&action=absence.deleted"))
        .await
        .expect(200);
    assert_eq!(journal.json["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn of_eight_who_delete_an_absence_at_once_one_does() {
    let app = TestApp::start().await;
    let path = recruit(&app).await;
    let id = path.rsplit('/').next().unwrap();
    let officer = app.officer();
    let absence =
        json!({ "cadreId": id, "kind": "SICK", "startsOn": "2023-01-02", "endsOn": "2023-01-06" });
    let absence = officer.post("/v1/absences", &absence).await.expect(201);
    let deletes = (0..8).map(|_| officer.delete(absence.header("location"), absence.etag()));
    let answers = futures_util::future::join_all(deletes).await;
    let deleted = answers.iter().filter(|answer| answer.status == 204).count();
    assert_eq!(deleted, 1);
    for answer in answers.iter().filter(|answer| answer.status != 204) {
        assert!(matches!(answer.status, 404 | 412), "{}", answer.status);
    }
    app.sealed().await;
    let journal = app
        .auditor()
        .get(&format!("/v1/journal?cadreId={id}&action=absence.deleted"))
        .await
        .expect(200);
    assert_eq!(journal.json["items"].as_array().unwrap().len(), 1);
}
