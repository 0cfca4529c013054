//! A move or a merger by which grants would reach further needs an administrator.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::Id;
use xinmiao::db::schema::{organization_names, user_grants};
use xinmiao::values::Date;

use super::{actions, new_township, officer_of, path};
use crate::support::{Answer, TestApp, Who};

async fn refused(app: &TestApp, address: &str, body: &Value) {
    let answer = app.manager().post(address, body).await;
    let problem = answer.expect_problem(403, "forbidden");
    let detail = problem.json["detail"].as_str().unwrap();
    assert!(detail.contains("administrator"), "{detail}");
}

/// The grants that a dry run lists, by user and unit.
async fn widened(client: crate::support::Client, address: &str, body: &Value) -> Value {
    let mut rehearsal = body.clone();
    rehearsal["dryRun"] = json!(true);
    let answer: Answer = client.post(address, &rehearsal).await.expect(200);
    answer.json["widenedGrants"].clone()
}

fn grant(user: Id, unit: Id) -> Value {
    json!({ "userId": user, "clientId": null, "role": "UNIT_OFFICER", "organizationId": unit })
}

#[actix_web::test]
async fn a_merger_that_widens_grants_needs_an_administrator() {
    let app = TestApp::start().await;
    let (yuxi, liulin) = (app.city.yuxi.clone(), app.city.liulin.clone());
    let of_yuxi = officer_of(&app, &yuxi);
    let of_liulin = officer_of(&app, &liulin);
    // Above both already, so that nothing changes for them.
    officer_of(&app, &app.city.enyang);
    let address = format!("{}/_merge", path(liulin.id));
    let body = json!({ "intoId": yuxi.id, "effectiveOn": "2023-07-01" });
    let both =
        json!({ "count": 2, "grants": [grant(of_yuxi, yuxi.id), grant(of_liulin, liulin.id)] });
    assert_eq!(widened(app.manager(), &address, &body).await, both);
    refused(&app, &address, &body).await;
    assert!(actions(&app, &json!(liulin.id)).await.is_empty());
    let merged = app.administrator().post(&address, &body).await.expect(200);
    assert_eq!(merged.json["widenedGrants"], both);
}

#[actix_web::test]
async fn a_move_that_widens_grants_needs_an_administrator_however_it_is_asked_for() {
    let app = TestApp::start().await;
    let of_bazhou = officer_of(&app, &app.city.bazhou);
    officer_of(&app, &app.city.yuxi);
    let yuxi = path(app.city.yuxi.id);
    let address = format!("{yuxi}/_move");
    let body = json!({ "parentId": app.city.bazhou.id, "effectiveOn": "2023-07-01" });
    let one = json!({ "count": 1, "grants": [grant(of_bazhou, app.city.bazhou.id)] });
    assert_eq!(widened(app.manager(), &address, &body).await, one);
    refused(&app, &address, &body).await;
    // By the id in another system, where another parent is a move.
    let ids = json!({ "externalIds": { "hr": "U-1" } });
    app.manager().patch(&yuxi, "*", &ids).await.expect(200);
    let by_id = "/v1/organizations/by-external-id/hr/U-1";
    let parent = json!({ "parentId": app.city.bazhou.id });
    let answer = app.manager().put(by_id, &parent).await;
    answer.expect_problem(403, "forbidden");
    // By a file; nothing of the row is written.
    let file = "code,name,parentCode\nBZ-511903-YX,渔溪新镇,BZ-511902\n";
    let report = app
        .manager()
        .request(Method::POST, "/v1/organizations/_import")
        .body("text/csv", file)
        .send()
        .await
        .expect(200);
    let finding = &report.json["rows"][0]["errors"][0];
    assert_eq!(finding["column"], "parentCode");
    assert_eq!(finding["code"], "grants-widened");
    let names: i64 = organization_names::table
        .count()
        .get_result(&mut app.db())
        .unwrap();
    assert_eq!(names, 0);
    // A grant that has ended reaches nobody.
    diesel::update(user_grants::table.filter(user_grants::user_id.eq(of_bazhou)))
        .set(user_grants::valid_until.eq(Date::parse("2023-07-23").ok()))
        .execute(&mut app.db())
        .unwrap();
    let none = json!({ "count": 0, "grants": [] });
    assert_eq!(widened(app.manager(), &address, &body).await, none);
    let moved = app.manager().post(&address, &body).await.expect(200);
    assert_eq!(moved.json["widenedGrants"], none);
    assert_eq!(moved.json["parentId"], json!(app.city.bazhou.id));
}

#[actix_web::test]
async fn a_dry_run_of_a_move_changes_nothing() {
    let app = TestApp::start().await;
    let township = super::create(&app, &new_township(&app)).await;
    let unit = path(township.json["id"].as_str().unwrap());
    let body =
        json!({ "parentId": app.city.bazhou.id, "effectiveOn": "2023-07-01", "dryRun": true });
    let address = format!("{unit}/_move");
    let rehearsed = app.manager().post(&address, &body).await.expect(200);
    assert_eq!(rehearsed.json["parentId"], json!(app.city.bazhou.id));
    let after = app.manager().get(&unit).await.expect(200);
    assert_eq!(after.json["parentId"], json!(app.city.enyang.id));
    // Who does not reach the unit learns nothing of its grants.
    let stranger = app.client(Who::manager(&app.city.bazhou));
    stranger
        .post(&address, &body)
        .await
        .expect_problem(404, "not-found");
}
