//! Renaming and moving units.

use diesel::prelude::*;
use serde_json::json;
use xinmiao::db::schema::{organizations, token_cutoffs};

use super::{actions, codes, create, new_township, officer_of, path};
use crate::support::{TestApp, Who};

#[actix_web::test]
async fn former_names_and_codes_stay_findable() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let unit = path(app.city.yuxi.id);
    let rename = json!({ "name": "渔溪街道", "shortName": "渔溪", "code": "BZ-511903-YXJD", "effectiveOn": "2023-07-01" });
    let renamed = manager
        .post(&format!("{unit}/_rename"), &rename)
        .await
        .expect(200);
    assert_eq!(renamed.json["name"], "渔溪街道");
    assert_eq!(renamed.json["version"], 2);
    let again = json!({ "name": "渔溪新街道", "effectiveOn": "2023-07-01" });
    let renamed = manager
        .post(&format!("{unit}/_rename"), &again)
        .await
        .expect(200);
    assert_eq!(renamed.json["shortName"], "渔溪");
    for query in [
        "code=BZ-511903-YX",
        "code=BZ-511903-YXJD",
        "q=渔溪镇",
        "q=渔溪街",
        "q=渔溪新",
        "q=yxz",
        "q=yxxjd",
    ] {
        assert_eq!(codes(&manager, query).await, ["BZ-511903-YXJD"], "{query}");
    }
    let id = json!(app.city.yuxi.id);
    assert_eq!(
        actions(&app, &id).await,
        ["organization.renamed", "organization.renamed"]
    );
    // The code may be given to another unit, which then is found by it too.
    let mut heir = new_township(&app);
    heir["code"] = "BZ-511903-YX".into();
    create(&app, &heir).await;
    assert_eq!(codes(&manager, "code=BZ-511903-YX").await.len(), 2);
}

#[actix_web::test]
async fn a_renaming_that_changes_nothing_has_no_second_effect() {
    let app = TestApp::start().await;
    let at = format!("{}/_rename", path(app.city.yuxi.id));
    let rename = json!({ "name": "渔溪街道", "effectiveOn": "2023-07-01" });
    let first = app.manager().post(&at, &rename).await.expect(200);
    let second = app.manager().post(&at, &rename).await.expect(200);
    assert_eq!(second.body, first.body);
}

#[actix_web::test]
async fn a_renaming_holds_from_a_day_that_is_not_in_the_future_nor_before_the_last() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let at = format!("{}/_rename", path(app.city.yuxi.id));
    let on = |name: &str, day: &str| json!({ "name": name, "effectiveOn": day });
    for (day, code) in [
        ("2023-07-25", "date-in-future"),
        ("2019-12-31", "out-of-range"),
    ] {
        let refused = manager.post(&at, &on("甲镇", day)).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/effectiveOn", code)]);
    }
    manager
        .post(&at, &on("甲镇", "2023-07-01"))
        .await
        .expect(200);
    let earlier = manager.post(&at, &on("乙镇", "2023-06-30")).await;
    let earlier = earlier.expect_problem(422, "invalid");
    assert_eq!(earlier.errors(), [("/effectiveOn", "out-of-range")]);
    let missing = manager.post(&at, &json!({ "name": "丙镇" })).await;
    let missing = missing.expect_problem(422, "invalid");
    assert_eq!(missing.errors(), [("/effectiveOn", "required")]);
    let taken = json!({ "name": "丙镇", "code": "BZ-511903-LL", "effectiveOn": "2023-07-24" });
    let taken = manager.post(&at, &taken).await;
    let taken = taken.expect_problem(409, "duplicate");
    assert_eq!(taken.json["current"]["id"], json!(app.city.liulin.id));
}

#[actix_web::test]
async fn a_verb_takes_if_match_when_it_is_sent() {
    let app = TestApp::start().await;
    let at = format!("{}/_rename", path(app.city.yuxi.id));
    let request = app.manager().request(reqwest::Method::POST, &at);
    let rename = json!({ "name": "甲镇", "effectiveOn": "2023-07-01" });
    request
        .if_match("\"7.x\"")
        .json(&rename)
        .send()
        .await
        .expect_problem(412, "stale-version");
}

#[actix_web::test]
async fn a_moved_subtree_keeps_its_ids_and_changes_who_reaches_it() {
    let app = TestApp::start().await;
    let manager = app.manager();
    // A zone of Enyang with a township below goes over to Bazhou.
    let zone = json!({
        "code": "BZ-511903-KF", "name": "恩阳开发区管委会", "kind": "COUNTY_ORGAN", "parentId": app.city.enyang.id,
    });
    let zone = create(&app, &zone).await.json["id"].clone();
    let mut township = new_township(&app);
    township["parentId"] = zone.clone();
    let township = create(&app, &township).await.json["id"].clone();
    let cadre = json!({ "name": "李雨瑶", "organizationId": township, "reportedOn": "2022-08-26" });
    let cadre = manager.post("/v1/cadres", &cadre).await.expect(201);
    let cadre = format!("/v1/cadres/{}", cadre.json["id"].as_str().unwrap());
    let enyang = app.client(Who::manager(&app.city.enyang));
    let bazhou = app.client(Who::manager(&app.city.bazhou));
    enyang.get(&cadre).await.expect(200);
    bazhou.get(&cadre).await.expect_problem(404, "not-found");

    let at = format!("{}/_move", path(zone.as_str().unwrap()));
    let to_bazhou = json!({ "parentId": app.city.bazhou.id, "effectiveOn": "2023-07-01" });
    let moved = manager.post(&at, &to_bazhou).await.expect(200);
    assert_eq!(moved.json["id"], zone);
    assert_eq!(moved.json["parentId"], json!(app.city.bazhou.id));
    assert_eq!(moved.json["version"], 2);
    let again = manager.post(&at, &to_bazhou).await.expect(200);
    assert_eq!(again.json["version"], 2);

    let below = manager
        .get(&path(township.as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(below.json["parentId"], zone);
    assert_eq!(below.json["version"], 1);
    bazhou.get(&cadre).await.expect(200);
    enyang.get(&cadre).await.expect_problem(404, "not-found");
    let paths: Vec<String> = organizations::table
        .filter(organizations::code.eq_any(["BZ-511903-KF", "BZ-511903-ZZ"]))
        .order(organizations::path.asc())
        .select(organizations::path)
        .load(&mut app.db())
        .unwrap();
    assert!(paths[0].starts_with(&app.city.bazhou.path), "{paths:?}");
    assert!(paths[1].starts_with(&paths[0]), "{paths:?}");
    assert_eq!(
        actions(&app, &zone).await,
        ["organization.created", "organization.moved"]
    );
}

#[actix_web::test]
async fn a_move_ends_the_tokens_that_know_the_old_place() {
    let app = TestApp::start().await;
    let inside = officer_of(&app, &app.city.yuxi);
    officer_of(&app, &app.city.liulin);
    let at = format!("{}/_move", path(app.city.yuxi.id));
    let to_bazhou = json!({ "parentCode": "BZ-511902", "effectiveOn": "2023-07-01" });
    app.manager().post(&at, &to_bazhou).await.expect(200);
    let ended: Vec<xinmiao::db::Id> = token_cutoffs::table
        .select(token_cutoffs::subject_id)
        .load(&mut app.db())
        .unwrap();
    assert_eq!(ended, [inside]);
}

#[actix_web::test]
async fn a_unit_never_lies_below_itself_nor_where_its_kind_does_not_fit() {
    let app = TestApp::start().await;
    let organ = |code: &str, parent: &str| json!({ "code": code, "name": code, "kind": "CITY_ORGAN", "parentCode": parent });
    let upper = create(&app, &organ("O-1", "BZ")).await.json["id"].clone();
    create(&app, &organ("O-2", "O-1")).await;
    let move_to = |id: String, parent: &'static str| {
        let at = format!("{}/_move", path(id));
        let body = json!({ "parentCode": parent, "effectiveOn": "2023-07-01" });
        let administrator = app.administrator();
        async move { administrator.post(&at, &body).await }
    };
    let upper = upper.as_str().unwrap().to_owned();
    for (id, parent) in [
        (upper.clone(), "O-2"),
        (upper, "O-1"),
        (app.city.yuxi.id.to_string(), "BZ-511903-LL"),
        (app.city.enyang.id.to_string(), "BZ-511902"),
    ] {
        let refused = move_to(id, parent).await.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/parentCode", "parent-unfit")]);
    }
    let unknown = move_to(app.city.yuxi.id.to_string(), "NOWHERE").await;
    let unknown = unknown.expect_problem(422, "invalid");
    assert_eq!(unknown.errors(), [("/parentCode", "reference-unknown")]);
}

#[actix_web::test]
async fn managers_move_within_their_own_reach_and_administrators_make_roots() {
    let app = TestApp::start().await;
    let enyang = app.client(Who::manager(&app.city.enyang));
    let at = format!("{}/_move", path(app.city.yuxi.id));
    let out = json!({ "parentId": app.city.bazhou.id, "effectiveOn": "2023-07-01" });
    let refused = enyang.post(&at, &out).await.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/parentId", "reference-unknown")]);
    let root = json!({ "parentId": null, "effectiveOn": "2023-07-01" });
    let at = format!("{}/_move", path(app.city.enyang.id));
    app.manager()
        .post(&at, &root)
        .await
        .expect_problem(403, "forbidden");
    let moved = app.administrator().post(&at, &root).await.expect(200);
    assert_eq!(moved.json["parentId"], json!(null));
    let missing = json!({ "effectiveOn": "2023-07-01" });
    let refused = app.administrator().post(&at, &missing).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/parentId", "required")]);
}

#[actix_web::test]
async fn another_division_changes_who_is_not_local_without_a_new_version() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre = json!({
        "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26", "householdRegistration": "511903",
    });
    let cadre = manager.post("/v1/cadres", &cadre).await.expect(201);
    assert_eq!(cadre.json["nonLocal"]["county"], false);
    let change = json!({ "divisionCode": "511902" });
    manager
        .patch(&path(app.city.yuxi.id), "*", &change)
        .await
        .expect(200);
    let at = format!("/v1/cadres/{}", cadre.json["id"].as_str().unwrap());
    let after = manager.get(&at).await.expect(200);
    assert_eq!(after.json["nonLocal"]["county"], true);
    assert_eq!(after.json["version"], 1);
    assert_eq!(
        actions(&app, &cadre.json["id"]).await,
        ["cadre.created", "cadre.derived-changed"]
    );
}
