//! Phase templates: what a programme begins with, who writes which, and that what is published is followed and never edited.

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::support::{Client, TestApp, Unit, Who};

const LIST: &str = "/v1/phase-templates";

fn goal(title: &str) -> Value {
    json!({ "title": title, "measure": "所在单位确认", "dueAfterMonths": 6, "required": true })
}

/// A draft of the city.
fn of_city(valid_from: &str) -> Value {
    json!({
        "phase": "SEEDLING", "theme": "立德铸魂", "targets": ["跟着干"], "goals": [goal("完成初任培训")], "validFrom": valid_from,
    })
}

/// A draft of a county.
fn of_county(id: Id, valid_from: &str) -> Value {
    json!({ "organizationId": id, "phase": "SEEDLING", "goals": [goal("熟悉县情")], "validFrom": valid_from })
}

async fn drafted(caller: &Client, body: &Value) -> String {
    let made = caller.post(LIST, body).await.expect(201);
    made.header("location").to_owned()
}

async fn publish(caller: &Client, path: &str) {
    let verb = format!("{path}/_publish");
    caller.post(&verb, &json!({})).await.expect(200);
}

#[actix_web::test]
async fn a_programme_begins_with_three_in_its_language_and_makes_them_once() {
    let app = TestApp::start().await;
    let cadre = app.client(Who::cadre(&app.city.yuxi, app.id()));
    let listed = cadre.get(LIST).await.expect(200);
    let items = listed.json["items"].as_array().unwrap();
    let phases: Vec<&Value> = items.iter().map(|item| &item["phase"]).collect();
    assert_eq!(phases, ["SEEDLING", "NURTURING", "STRENGTHENING"]);
    for item in items {
        assert_eq!(item["status"], "PUBLISHED");
        // Drafted and published: two changes, as the journal has them.
        assert_eq!(item["version"], 2);
        assert_eq!(item["organizationId"], Value::Null);
        assert_eq!(item["allowedActions"], json!([]));
        assert!(item["goals"].as_array().unwrap().len() > 2);
    }
    assert_eq!(items[0]["theme"], "立德铸魂、适应岗位、职业规划");
    let service = app.service();
    let context = xinmiao::context::Context::system(&service.deps, "again");
    let language = xinmiao::config::ProgrammeLanguage::English;
    let again = service
        .db
        .write(move |tx| xinmiao::phase_templates::seed(tx, &context, language))
        .await;
    assert!(!again.unwrap());
    let in_english = TestApp::start_with(|raw| raw.language = "en".to_owned()).await;
    let first = in_english.manager().get(LIST).await.expect(200).json["items"][0].clone();
    assert_eq!(
        first["theme"],
        "Shape character, settle in, plan the career"
    );
}

#[actix_web::test]
async fn a_draft_is_for_those_who_write_it_and_what_is_published_for_all() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = drafted(&manager, &of_city("2023-08-01")).await;
    let others = [
        app.officer(),
        app.client(Who::manager(&app.city.enyang)),
        app.client(Who::system(&app.city.root, "plans:read")),
    ];
    for other in &others {
        other.get(&path).await.expect_problem(404, "not-found");
        let listed = other.get(&format!("{LIST}?status=DRAFT&count=exact")).await;
        assert_eq!(listed.expect(200).json["total"], 0);
    }
    let corrected =
        json!({ "goals": [goal("完成初任培训"), goal("写出职业规划")], "targets": null });
    let draft = manager.get(&path).await.expect(200);
    let corrected = manager
        .patch(&path, draft.etag(), &corrected)
        .await
        .expect(200);
    assert_eq!(corrected.json["goals"][1]["title"], "写出职业规划");
    assert_eq!(corrected.json["targets"], json!([]));
    publish(&manager, &path).await;
    for other in &others {
        let read = other.get(&path).await.expect(200);
        assert_eq!(read.json["status"], "PUBLISHED");
        assert_eq!(read.json["allowedActions"], json!([]));
    }
    others[1]
        .post(&format!("{path}/_retire"), &json!({}))
        .await
        .expect_problem(403, "forbidden");
    manager
        .patch(&path, "*", &json!({ "theme": "其他" }))
        .await
        .expect_problem(409, "illegal-transition");
    manager
        .delete(&path, "*")
        .await
        .expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn a_county_adds_goals_and_neither_theme_nor_targets() {
    let app = TestApp::start().await;
    let enyang = app.client(Who::manager(&app.city.enyang));
    let mut body = of_county(app.city.enyang.id, "2023-08-01");
    body["theme"] = json!("另一主题");
    body["targets"] = json!(["另一要求"]);
    let refused = enyang
        .post(LIST, &body)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [
            ("/theme", "county-adds-goals"),
            ("/targets", "county-adds-goals")
        ]
    );
    let path = drafted(&enyang, &of_county(app.city.enyang.id, "2023-08-01")).await;
    publish(&enyang, &path).await;
    let read = app.officer().get(&path).await.expect(200);
    assert_eq!(read.json["organizationName"], app.city.enyang.name);
    for (unit, code) in [
        (app.city.yuxi.id, "not-a-county"),
        (app.city.qingjiang.id, "reference-unknown"),
        (app.id(), "reference-unknown"),
    ] {
        let refused = enyang.post(LIST, &of_county(unit, "2023-08-01")).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/organizationId", code)]);
    }
    enyang
        .post(LIST, &of_city("2023-08-01"))
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn all_that_is_wrong_with_a_template_is_said_at_once() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let mut body = of_city("2023-08-01");
    body["phase"] = json!("GRADUATED");
    body["theme"] = Value::Null;
    body["status"] = json!("PUBLISHED");
    let refused = manager
        .post(LIST, &body)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/status", "read-only")]);
    body.as_object_mut().unwrap().remove("status");
    let refused = manager
        .post(LIST, &body)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [("/phase", "code-unknown"), ("/theme", "required")]
    );
    body["goals"] = json!([goal("一"), goal("一"), { "title": "二", "dueAfterMonths": 13 }]);
    let refused = manager
        .post(LIST, &body)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [("/goals/2/dueAfterMonths", "out-of-range")]
    );
    body["goals"] = json!([goal("一"), goal("一")]);
    let refused = manager
        .post(LIST, &body)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/goals/1/title", "not-unique")]);
}

#[actix_web::test]
async fn of_a_day_one_is_published_however_many_publish_at_once() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let mut paths = Vec::new();
    for _ in 0..8 {
        paths.push(drafted(&manager, &of_city("2023-08-01")).await);
    }
    let published = paths.iter().map(|path| {
        let verb = format!("{path}/_publish");
        let manager = &manager;
        async move { manager.post(&verb, &json!({})).await }
    });
    let answers = futures_util::future::join_all(published).await;
    let won: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((lost.status, lost.code()), (409, "duplicate"));
    }
    let again = manager
        .post(&format!("{}/_publish", paths[0]), &json!({}))
        .await;
    let known = [200, 409];
    assert!(known.contains(&again.status), "{}", again.text());
}

#[actix_web::test]
async fn the_last_template_of_the_city_stays_however_many_retire_at_once() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let later = drafted(&manager, &of_city("2023-07-01")).await;
    publish(&manager, &later).await;
    let all = manager
        .get(&format!("{LIST}?phase=SEEDLING&status=PUBLISHED"))
        .await
        .expect(200);
    let ids: Vec<String> = all.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    let retired = ids.iter().map(|id| {
        let verb = format!("{LIST}/{id}/_retire");
        let manager = &manager;
        async move {
            manager
                .post(&verb, &json!({ "reason": "换版" }))
                .await
                .status
        }
    });
    let mut statuses = futures_util::future::join_all(retired).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    // A county's may go: the city's stays.
    let path = drafted(&manager, &of_county(app.city.enyang.id, "2023-07-01")).await;
    publish(&manager, &path).await;
    let verb = format!("{path}/_retire");
    manager.post(&verb, &json!({})).await.expect(200);
}

/// A template of the city's or a county's that asks for these goals.
async fn draft(app: &TestApp, county: Option<&Unit>, from: &str, titles: &[&str]) -> String {
    let goal = |title: &&str| json!({ "title": title, "dueAfterMonths": 6, "required": true });
    let goals: Vec<Value> = titles.iter().map(goal).collect();
    let theme = county.is_none().then_some("立德铸魂");
    let body = json!({
        "organizationId": county.map(|unit| unit.id), "phase": "SEEDLING", "theme": theme, "validFrom": from, "goals": goals,
    });
    let made = app.manager().post(LIST, &body).await.expect(201);
    made.header("location").to_owned()
}

#[actix_web::test]
async fn publication_tells_which_live_plans_differ_and_adds_what_they_lack_where_it_is_asked_to() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let here = app.insert_cadre(&app.city.yuxi);
    let there = app.insert_cadre(&app.city.reform);
    let service = app.service();
    xinmiao::calendar::plan(&service.db, &service.deps, None)
        .await
        .unwrap();
    let plan = async |cadre: Id| {
        let listed = manager.get(&format!("/v1/plans?cadreId={cadre}")).await;
        listed.expect(200).json["items"][0].clone()
    };
    let before = plan(here).await;
    let known = before["goals"][0]["title"].as_str().unwrap();
    let county = draft(
        &app,
        Some(&app.city.enyang),
        "2023-07-01",
        &["熟悉县情", known],
    )
    .await;
    let publish = format!("{county}/_publish");
    let tried = manager
        .post(
            &publish,
            &json!({ "dryRun": true, "applyToLivePlans": true }),
        )
        .await;
    assert_eq!(
        tried.expect(200).json["livePlans"],
        json!({ "differing": 1, "completed": 1 })
    );
    assert_eq!(manager.get(&county).await.json["status"], "DRAFT");
    assert_eq!(plan(here).await, before);
    let told = manager.post(&publish, &json!({})).await.expect(200);
    assert_eq!(
        told.json["livePlans"],
        json!({ "differing": 1, "completed": 0 })
    );
    assert_eq!(told.etag(), manager.get(&county).await.etag());
    assert_eq!(plan(here).await, before);
    // Sent again, it may add what it did not add at first; and once more it finds nothing to add.
    let apply = json!({ "applyToLivePlans": true });
    for (differing, completed) in [(1, 1), (0, 0)] {
        let applied = manager.post(&publish, &apply).await.expect(200);
        let expected = json!({ "differing": differing, "completed": completed });
        assert_eq!(applied.json["livePlans"], expected);
    }
    let after = plan(here).await;
    assert_eq!(after["version"], 2);
    let goals = after["goals"].as_array().unwrap();
    assert_eq!(goals.len(), before["goals"].as_array().unwrap().len() + 1);
    let added = goals.last().unwrap();
    assert_eq!(
        [&added["title"], &added["source"]],
        ["熟悉县情", "TEMPLATE"]
    );
    assert_eq!(
        goals[..goals.len() - 1],
        before["goals"].as_array().unwrap()[..]
    );
    assert_eq!(plan(there).await["version"], 1);
    let city = draft(&app, None, "2023-07-02", &["国情研修"]).await;
    let applied = manager.post(&format!("{city}/_publish"), &apply).await;
    assert_eq!(
        applied.expect(200).json["livePlans"],
        json!({ "differing": 2, "completed": 2 })
    );
    let later = draft(&app, None, "2023-09-01", &["专题研修"]).await;
    let refused = manager.post(&format!("{later}/_publish"), &apply).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/applyToLivePlans", "date-in-future")]);
    // Nor once it is published, by saying so again.
    let publish = format!("{later}/_publish");
    manager.post(&publish, &json!({})).await.expect(200);
    let refused = manager.post(&publish, &apply).await;
    refused.expect_problem(422, "invalid");
}
