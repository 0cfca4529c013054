//! Merging a unit into another.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::db::Id;
use xinmiao::db::schema::{clients, token_cutoffs, user_grants};
use xinmiao::evaluations::EvaluationKind;

use super::{actions, codes, create, new_township, officer_of, path};
use crate::support::{TestApp, Who, mentoring};

/// Merges the township Liulin into Yuxi.
async fn merge(app: &TestApp, extra: Value) -> crate::support::Answer {
    let mut body = json!({ "intoId": app.city.yuxi.id, "effectiveOn": "2023-07-01" });
    body.as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    let at = format!("{}/_merge", path(app.city.liulin.id));
    app.manager().post(&at, &body).await
}

#[actix_web::test]
async fn a_merged_unit_is_dissolved_and_names_its_successor() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let liulin = path(app.city.liulin.id);
    let ids = json!({ "externalIds": { "hr-portal": "U-1", "census": "9" } });
    manager.patch(&liulin, "*", &ids).await.expect(200);
    let ids = json!({ "externalIds": { "hr-portal": "U-2" } });
    manager
        .patch(&path(app.city.yuxi.id), "*", &ids)
        .await
        .expect(200);
    let merged = merge(&app, json!({})).await.expect(200);
    assert_eq!(merged.json["status"], "DISSOLVED");
    assert_eq!(merged.json["successorId"], json!(app.city.yuxi.id));
    assert_eq!(merged.json["validTo"], "2023-06-30");
    assert_eq!(merged.json["moved"]["externalIds"], 2);
    assert_eq!(merged.json["allowedActions"], json!([]));
    // It stays readable and findable; its ids lead to the successor.
    let read = manager.get(&liulin).await.expect(200);
    assert_eq!(read.json["status"], "DISSOLVED");
    assert_eq!(codes(&manager, "status=DISSOLVED").await, ["BZ-511903-LL"]);
    for id in ["hr-portal/U-1", "hr-portal/U-2", "census/9"] {
        let by_id = format!("/v1/organizations/by-external-id/{id}");
        let found = manager.get(&by_id).await.expect(200);
        assert_eq!(found.json["id"], json!(app.city.yuxi.id));
        assert_eq!(
            found.json["externalIds"],
            json!({ "census": "9", "hr-portal": "U-2" })
        );
    }
    // Ids that were taken over go on naming the successor when its own change.
    let changed = json!({ "externalIds": { "hr-portal": "U-3" } });
    manager
        .patch(&path(app.city.yuxi.id), "*", &changed)
        .await
        .expect(200);
    let old = "/v1/organizations/by-external-id/hr-portal/";
    manager.get(&format!("{old}U-1")).await.expect(200);
    manager.get(&format!("{old}U-2")).await.expect(404);
    let id = json!(app.city.liulin.id);
    assert_eq!(
        actions(&app, &id).await,
        ["organization.updated", "organization.merged"]
    );
}

#[actix_web::test]
async fn nothing_is_written_to_a_merged_unit_and_nothing_refers_to_it() {
    let app = TestApp::start().await;
    merge(&app, json!({})).await.expect(200);
    let manager = app.manager();
    let liulin = path(app.city.liulin.id);
    let rename = json!({ "name": "甲镇", "effectiveOn": "2023-07-24" });
    let to = json!({ "parentId": app.city.bazhou.id, "effectiveOn": "2023-07-24" });
    let elsewhere = json!({ "intoId": app.city.qingjiang.id, "effectiveOn": "2023-07-01" });
    let refused = [
        manager
            .patch(&liulin, "*", &json!({ "remote": true }))
            .await,
        manager.delete(&liulin, "*").await,
        manager.post(&format!("{liulin}/_rename"), &rename).await,
        manager.post(&format!("{liulin}/_move"), &to).await,
        manager.post(&format!("{liulin}/_merge"), &elsewhere).await,
    ];
    for refused in refused {
        let refused = refused.expect_problem(410, "merged");
        assert_eq!(refused.json["successorId"], json!(app.city.yuxi.id));
    }
    let cadre = json!({ "name": "李雨瑶", "organizationId": app.city.liulin.id, "reportedOn": "2022-08-26" });
    let refused = manager.post("/v1/cadres", &cadre).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/organizationId", "reference-unknown")]);
    let into = json!({ "intoId": app.city.liulin.id, "effectiveOn": "2023-07-01" });
    let at = format!("{}/_merge", path(app.city.qingjiang.id));
    let refused = manager
        .post(&at, &into)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/intoId", "reference-unknown")]);
}

#[actix_web::test]
async fn a_repeated_merge_has_no_second_effect() {
    let app = TestApp::start().await;
    let first = merge(&app, json!({})).await.expect(200);
    let second = merge(&app, json!({})).await.expect(200);
    assert_eq!(second.json["version"], first.json["version"]);
    let at = format!("{}/_merge", path(app.city.liulin.id));
    let body = json!({ "intoId": app.city.yuxi.id, "effectiveOn": "2023-07-01" });
    app.administrator()
        .post(&at, &body)
        .await
        .expect_problem(410, "merged");
}

#[actix_web::test]
async fn a_dry_run_answers_what_would_happen_and_changes_nothing() {
    let app = TestApp::start().await;
    let before = app.manager().get(&path(app.city.liulin.id)).await;
    let rehearsed = merge(&app, json!({ "dryRun": true })).await.expect(200);
    assert_eq!(rehearsed.json["status"], "DISSOLVED");
    let after = app.manager().get(&path(app.city.liulin.id)).await;
    assert_eq!(after.body, before.body);
    let id = json!(app.city.liulin.id);
    assert!(actions(&app, &id).await.is_empty());
    merge(&app, json!({})).await.expect(200);
}

#[actix_web::test]
async fn what_lay_below_goes_over_with_its_subtree() {
    let app = TestApp::start().await;
    let at = format!("{}/_merge", path(app.city.enyang.id));
    let into = json!({ "intoCode": "BZ-511902", "effectiveOn": "2023-07-01" });
    let merged = app.manager().post(&at, &into).await.expect(200);
    assert_eq!(merged.json["moved"]["children"], 3);
    let below = format!("parentId={}&sort=code", app.city.bazhou.id);
    assert_eq!(
        codes(&app.manager(), &below).await,
        [
            "BZ-511902-CZ",
            "BZ-511902-QJ",
            "BZ-511903-CZ",
            "BZ-511903-LL",
            "BZ-511903-YX"
        ]
    );
    let id = json!(app.city.yuxi.id);
    assert_eq!(actions(&app, &id).await, ["organization.moved"]);
}

#[actix_web::test]
async fn a_unit_does_not_end_in_itself_below_itself_or_where_its_units_do_not_fit() {
    let app = TestApp::start().await;
    create(&app, &new_township(&app)).await;
    let at = format!("{}/_merge", path(app.city.enyang.id));
    for into in ["BZ-511903", "BZ-511903-YX", "BZ-511902-QJ"] {
        let body = json!({ "intoCode": into, "effectiveOn": "2023-07-01" });
        let refused = app.manager().post(&at, &body).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/intoCode", "successor-unfit")]);
    }
    let body = json!({ "intoCode": "BZ-511902", "effectiveOn": "2023-07-25" });
    let refused = app.manager().post(&at, &body).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/effectiveOn", "date-in-future")]);
}

#[actix_web::test]
async fn people_grants_and_clients_follow_in_one_transaction() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre = |name: &str, day: &str| json!({ "name": name, "organizationId": app.city.liulin.id, "reportedOn": day });
    let early = manager
        .post("/v1/cadres", &cadre("李雨瑶", "2022-08-26"))
        .await
        .expect(201);
    let late = manager
        .post("/v1/cadres", &cadre("王小雨", "2023-07-10"))
        .await
        .expect(201);
    let mentor = json!({
        "name": "张建国", "organizationId": app.city.liulin.id, "politicalStatus": "01",
        "roles": ["POLITICAL"], "maxMentees": 2,
    });
    let mentor = manager.post("/v1/mentors", &mentor).await.expect(201);
    let officer = officer_of(&app, &app.city.liulin);
    let client = app.id();
    diesel::insert_into(clients::table)
        .values((
            clients::id.eq(client),
            clients::version.eq(1_i64),
            clients::created_at.eq(app.now()),
            clients::updated_at.eq(app.now()),
            clients::name.eq("portal"),
            clients::scopes.eq("[]"),
            clients::organization_id.eq(app.city.liulin.id),
            clients::disabled.eq(false),
        ))
        .execute(&mut app.db())
        .unwrap();

    let body = json!({ "intoId": app.city.yuxi.id, "effectiveOn": "2023-07-01" });
    let address = format!("{}/_merge", path(app.city.liulin.id));
    let merged = app.administrator().post(&address, &body).await.expect(200);
    assert_eq!(merged.json["widenedGrants"]["count"], 2);
    assert_eq!(
        merged.json["moved"],
        json!({ "children": 0, "externalIds": 0, "cadres": 2, "mentors": 1, "grants": 1, "clients": 1 })
    );
    let yuxi = json!(app.city.yuxi.id);
    let at = |kind: &str, json: &Value| format!("/v1/{kind}/{}", json["id"].as_str().unwrap());
    let after = manager.get(&at("mentors", &mentor.json)).await.expect(200);
    assert_eq!(after.json["organizationId"], yuxi);
    for (person, first_day) in [(&early, "2023-07-01"), (&late, "2023-07-10")] {
        let address = at("cadres", &person.json);
        let after = manager.get(&address).await.expect(200);
        assert_eq!(after.json["organizationId"], yuxi);
        let career = manager.get(&format!("{address}/career")).await.expect(200);
        let posts = career.json["posts"].as_array().unwrap();
        let last = posts
            .iter()
            .find(|post| post["organizationId"] == yuxi)
            .unwrap();
        assert_eq!(last["startsOn"], first_day);
    }
    app.officer()
        .get(&at("cadres", &early.json))
        .await
        .expect(200);
    let mut conn = app.db();
    let granted: Option<Id> = user_grants::table
        .select(user_grants::organization_id)
        .first(&mut conn)
        .unwrap();
    assert_eq!(granted, Some(app.city.yuxi.id));
    let mut ended: Vec<Id> = token_cutoffs::table
        .select(token_cutoffs::subject_id)
        .load(&mut conn)
        .unwrap();
    ended.sort_unstable();
    assert_eq!(ended, [officer, client]);
    assert_eq!(
        actions(&app, &early.json["id"]).await,
        ["cadre.created", "cadre.transferred"]
    );
    let qingjiang = app.client(Who::officer(&app.city.qingjiang));
    qingjiang
        .get(&at("cadres", &early.json))
        .await
        .expect_problem(404, "not-found");
}

#[actix_web::test]
async fn the_unit_that_took_over_reads_the_records_of_those_it_took() {
    let app = TestApp::start().await;
    let liulin = app.city.liulin.clone();
    let cadre = mentoring::cadre(&app, &liulin, "李雨瑶", "2022-08-26").await;
    let mentor = mentoring::mentor(&app, &liulin, "彭永兵").await;
    mentoring::pair(&app, (cadre, mentor), "POLITICAL", "2022-09-01", None);
    let (kind, period) = (EvaluationKind::Phase, ("2022-09-01", "2023-03-31"));
    mentoring::confirmed(&app, cadre, kind, period, None, [80; 4]);
    let entry = json!({
        "cadreId": cadre, "occurredOn": "2023-05-04", "kind": "TASK", "title": "信访接待",
        "participation": "协助化解矛盾纠纷6件",
    });
    app.manager()
        .post("/v1/growth-entries", &entry)
        .await
        .expect(201);
    let mut records = Vec::new();
    for list in ["assignments", "evaluations", "growth-entries"] {
        records.push(format!("/v1/{list}?cadreId={cadre}&count=exact"));
    }
    let yuxi = app.client(Who::officer(&app.city.yuxi));
    for list in &records {
        let before = yuxi.get(list).await.expect(200);
        assert_eq!(before.json["total"], 0, "{list}");
    }
    merge(&app, json!({})).await.expect(200);
    for list in &records {
        let after = yuxi.get(list).await.expect(200);
        assert_eq!(after.json["total"], 1, "{list}");
    }
}
