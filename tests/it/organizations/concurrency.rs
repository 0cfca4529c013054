//! Requests at the same time.

use futures_util::future::join_all;
use serde_json::json;

use super::{codes, create, path};
use crate::support::TestApp;

#[actix_web::test]
async fn a8_of_two_changes_with_the_same_etag_exactly_one_succeeds() {
    let app = TestApp::start().await;
    let unit = path(app.city.yuxi.id);
    let (manager, administrator) = (app.manager(), app.administrator());
    for round in 0..10 {
        let etag = manager.get(&unit).await.expect(200).etag().to_owned();
        let one = json!({ "shortName": format!("甲{round}") });
        let other = json!({ "shortName": format!("乙{round}") });
        let answers = tokio::join!(
            manager.patch(&unit, &etag, &one),
            administrator.patch(&unit, &etag, &other)
        );
        let mut statuses = [answers.0.status, answers.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    }
}

#[actix_web::test]
async fn of_64_creates_with_one_code_exactly_one_succeeds() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let body = json!({
        "code": "BZ-511903-64", "name": "正直镇", "kind": "TOWNSHIP", "parentId": app.city.enyang.id,
    });
    let answers = join_all((0..64).map(|_| manager.post("/v1/organizations", &body))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    for answer in answers {
        if answer.status != 201 {
            answer.expect_problem(409, "duplicate");
        }
    }
}

#[actix_web::test]
async fn of_two_opposite_moves_at_the_same_time_none_makes_a_circle() {
    let app = TestApp::start().await;
    let organ = |code: &str| json!({ "code": code, "name": code, "kind": "CITY_ORGAN", "parentCode": "BZ" });
    for round in 0..10 {
        let codes_of_round = [format!("A-{round}"), format!("B-{round}")];
        let mut ids = Vec::new();
        for code in &codes_of_round {
            let made = create(&app, &organ(code)).await;
            ids.push(made.json["id"].as_str().unwrap().to_owned());
        }
        let client = app.administrator();
        let under = |parent: &str| json!({ "parentId": parent, "effectiveOn": "2023-07-01" });
        let addresses = [
            format!("{}/_move", path(&ids[0])),
            format!("{}/_move", path(&ids[1])),
        ];
        let bodies = [under(&ids[1]), under(&ids[0])];
        let answers = tokio::join!(
            client.post(&addresses[0], &bodies[0]),
            client.post(&addresses[1], &bodies[1])
        );
        let mut statuses = [answers.0.status, answers.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422]);
    }
}

#[actix_web::test]
async fn a_unit_made_under_a_parent_that_is_moved_lies_in_the_new_place() {
    let app = TestApp::start().await;
    let client = app.administrator();
    for round in 0..10 {
        let zone = json!({
            "code": format!("Z-{round}"), "name": "管委会", "kind": "CITY_ORGAN", "parentCode": "BZ",
        });
        let zone = create(&app, &zone).await.json["id"].clone();
        let office = json!({ "code": format!("O-{round}"), "name": "办公室", "kind": "CITY_ORGAN", "parentId": zone });
        let at = format!("{}/_move", path(zone.as_str().unwrap()));
        let to = json!({ "parentId": app.city.reform.id, "effectiveOn": "2023-07-01" });
        let (made, moved) = tokio::join!(
            client.post("/v1/organizations", &office),
            client.post(&at, &to)
        );
        let made = made.expect(201);
        moved.expect(200);
        assert_eq!(made.json["parentId"], zone);
    }
    for (path, parent) in stored_paths(&app) {
        assert!(path.starts_with(&parent), "{path} under {parent}");
    }
    assert_eq!(codes(&client, "q=O-").await.len(), 10);
}

/// Every unit's path with its parent's.
fn stored_paths(app: &TestApp) -> Vec<(String, String)> {
    use diesel::prelude::*;
    use xinmiao::db::schema::organizations;
    let rows: Vec<(xinmiao::db::Id, Option<xinmiao::db::Id>, String)> = organizations::table
        .select((
            organizations::id,
            organizations::parent_id,
            organizations::path,
        ))
        .load(&mut app.db())
        .unwrap();
    let path_of = |id| {
        rows.iter()
            .find(|row| row.0 == id)
            .map(|row| row.2.clone())
            .unwrap()
    };
    rows.iter()
        .filter_map(|row| Some((row.2.clone(), path_of(row.1?))))
        .collect()
}
