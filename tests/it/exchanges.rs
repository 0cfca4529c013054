//! Exchanges: legs that begin and end together, what becomes of the others when one is recalled, who sees which leg.

use serde_json::{Value, json};
use xinmiao::calendar;
use xinmiao::db::Id;

use crate::posting_scene::{exchange, posting, results, swap};
use crate::support::{Client, TestApp, Who};

const AUTUMN: (&str, &str) = ("2023-09-01", "2024-02-29");

async fn read(caller: &Client, path: &str) -> Value {
    caller.get(path).await.expect(200).json
}

fn leg_path(exchange: &Value, n: usize) -> String {
    format!(
        "/v1/postings/{}",
        exchange["legs"][n]["postingId"].as_str().unwrap()
    )
}

#[actix_web::test]
async fn the_legs_begin_together_by_themselves_and_end_together() {
    let app = TestApp::start().await;
    let path = exchange(&app, AUTUMN).await;
    let planned = read(&app.manager(), &path).await;
    assert_eq!(
        (&planned["status"], &planned["legCount"]),
        (&json!("PLANNED"), &json!(2))
    );
    assert_eq!(planned["organizationId"], json!(app.city.root.id));
    let directions: Vec<&Value> = (0..2).map(|n| &planned["legs"][n]["direction"]).collect();
    assert_eq!(directions, ["UPWARD", "DOWNWARD"]);
    let given = |unit: Id| {
        let of_unit = |one: &&Value| one["organizationId"] == json!(unit);
        let found = planned["balance"].as_array().unwrap().iter().find(of_unit);
        let found = found.unwrap();
        ["upward", "downward", "lateral", "received"].map(|member| found[member].as_i64().unwrap())
    };
    assert_eq!(given(app.city.yuxi.id), [1, 0, 0, 1]);
    assert_eq!(given(app.city.reform.id), [0, 1, 0, 1]);
    // A leg leaves its days to the exchange.
    let leg = leg_path(&planned, 0);
    let manager = app.manager();
    assert_eq!(
        read(&manager, &leg).await["allowedActions"],
        json!(["update_posting"])
    );
    for (verb, body) in [
        ("_start", json!({})),
        ("_cancel", json!({ "reason": "单位另有安排" })),
    ] {
        let problem = manager.post(&format!("{leg}/{verb}"), &body).await;
        let problem = problem.expect_problem(409, "rule-violation");
        assert_eq!(problem.json["violations"][0]["reason"], "LEGS_TOGETHER");
    }
    let days = json!({ "plannedEndsOn": "2024-03-31" });
    let refused = manager
        .patch(&leg, "*", &days)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/plannedEndsOn", "leg-of-exchange")]);
    let service = app.service();
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    app.advance(40 * 86_400);
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    let manager = app.manager();
    let running = read(&manager, &path).await;
    assert_eq!(running["status"], "ACTIVE");
    assert_eq!(
        running["allowedActions"],
        json!(["extend_exchange", "finish_exchange"])
    );
    for n in 0..2 {
        assert_eq!(running["legs"][n]["startsOn"], "2023-09-01");
    }
    let later = json!({ "plannedEndsOn": "2024-06-30", "reason": "工期顺延" });
    let extended = manager
        .post(&format!("{path}/_extend"), &later)
        .await
        .expect(200)
        .json;
    assert_eq!(extended["plannedEndsOn"], "2024-06-30");
    assert_eq!(read(&manager, &leg).await["plannedEndsOn"], "2024-06-30");
    // Every leg needs its result, and no other posting.
    let finish = format!("{path}/_finish");
    let all = results(&extended);
    let mut some = all.clone();
    some["results"].as_array_mut().unwrap().pop();
    let refused = manager
        .post(&finish, &some)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/results", "required")]);
    some["results"]
        .as_array_mut()
        .unwrap()
        .push(all["results"][0].clone());
    let refused = manager
        .post(&finish, &some)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors()[0], ("/results/1/postingId", "not-unique"));
    let finished = manager.post(&finish, &all).await.expect(200).json;
    assert_eq!(finished["status"], "FINISHED");
    let entry = read(&manager, &leg).await["result"]["growthEntryId"].clone();
    assert!(entry.is_string());
}

#[actix_web::test]
async fn a_recall_says_what_becomes_of_the_others() {
    let app = TestApp::start().await;
    let manager = app.manager();
    for (others, of_other, of_all) in [
        ("CONTINUE", "ACTIVE", "ACTIVE"),
        ("RECALL", "RECALLED", "RECALLED"),
    ] {
        let path = exchange(&app, ("2023-07-01", "2023-12-31")).await;
        manager
            .post(&format!("{path}/_start"), &json!({}))
            .await
            .expect(200);
        let running = read(&manager, &path).await;
        let recall = format!("{}/_recall", leg_path(&running, 0));
        let silent = manager
            .post(&recall, &json!({ "reason": "单位另有安排" }))
            .await;
        assert_eq!(
            silent.expect_problem(422, "invalid").errors(),
            [("/others", "required")]
        );
        let body = json!({ "reason": "单位另有安排", "others": others });
        manager.post(&recall, &body).await.expect(200);
        let after = read(&manager, &path).await;
        assert_eq!(after["legs"][0]["status"], "RECALLED");
        assert_eq!(
            (&after["legs"][1]["status"], &after["status"]),
            (&json!(of_other), &json!(of_all))
        );
    }
    // A posting of its own has no others.
    let cadre = app.insert_cadre(&app.city.yuxi);
    let alone = posting(&app, cadre, ("2023-07-01", "2023-12-31"), &json!({})).await;
    manager
        .post(&format!("{alone}/_start"), &json!({}))
        .await
        .expect(200);
    let body = json!({ "reason": "单位另有安排", "others": "RECALL" });
    let refused = manager.post(&format!("{alone}/_recall"), &body).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/others", "unknown-member")]
    );
}

#[actix_web::test]
async fn no_leg_begins_while_one_may_not() {
    let app = TestApp::start().await;
    let path = exchange(&app, AUTUMN).await;
    let manager = app.manager();
    let planned = read(&manager, &path).await;
    let cadre = planned["legs"][1]["cadreId"].as_str().unwrap();
    let suspend = json!({ "from": "2023-07-24", "reason": "LONG_LEAVE" });
    let suspend = manager
        .post(&format!("/v1/cadres/{cadre}/_suspend"), &suspend)
        .await;
    assert_eq!(suspend.status, 200, "{}", suspend.json);
    let service = app.service();
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    app.advance(40 * 86_400);
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    let waiting = read(&app.manager(), &path).await;
    assert_eq!(waiting["status"], "PLANNED");
    let start = app
        .manager()
        .post(&format!("{path}/_start"), &json!({}))
        .await;
    start.expect_problem(409, "rule-violation");
    let waiting = read(&app.manager(), &path).await;
    let begun = (0..2).filter(|n| waiting["legs"][*n]["status"] != "PLANNED");
    assert_eq!(begun.count(), 0);
}

#[actix_web::test]
async fn what_is_no_exchange_is_refused_leg_by_leg_and_nothing_of_it_stands() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let (low, high, other) = (&app.city.yuxi, &app.city.reform, &app.city.liulin);
    let (one, two) = (app.insert_cadre(low), app.insert_cadre(high));
    let whole = swap((one, low.id), (two, high.id), AUTUMN);
    let refused = async |body: &Value| {
        let problem = manager
            .post("/v1/exchanges", body)
            .await
            .expect_problem(422, "invalid");
        let (pointer, code) = problem.errors()[0];
        (pointer.to_owned(), code.to_owned())
    };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = whole.clone();
        change(&mut body);
        body
    };
    for (body, pointer, code) in [
        (
            with(&|body| body["legs"][1]["hostOrganizationId"] = json!(other.id)),
            "/legs",
            "exchange-one-way",
        ),
        (
            with(&|body| body["legs"] = json!([body["legs"][0]])),
            "/legs",
            "out-of-range",
        ),
        (
            with(&|body| body["legs"][1] = body["legs"][0].clone()),
            "/legs/1/cadreId",
            "not-unique",
        ),
        (
            with(&|body| body["legs"][1]["cadreId"] = json!(low.id)),
            "/legs/1/cadreId",
            "reference-unknown",
        ),
        (
            with(&|body| body["legs"][0]["hostOrganizationId"] = json!(one)),
            "/legs/0/hostOrganizationId",
            "reference-unknown",
        ),
        (
            with(&|body| body["plannedEndsOn"] = json!("2023-08-31")),
            "/plannedEndsOn",
            "out-of-range",
        ),
    ] {
        assert_eq!(
            refused(&body).await,
            (pointer.to_owned(), code.to_owned()),
            "{body}"
        );
    }
    // Who has another posting in these days is in no exchange, and neither is anyone else of it.
    posting(&app, two, ("2024-02-01", "2024-04-30"), &json!({})).await;
    manager
        .post("/v1/exchanges", &whole)
        .await
        .expect_problem(409, "duplicate");
    let listed = read(&manager, &format!("/v1/postings?cadreId={one}&count=exact")).await;
    assert_eq!(listed["total"], 0);
    assert_eq!(
        read(&manager, "/v1/exchanges?count=exact").await["total"],
        0
    );
    // Sent again under its own id it is there once.
    let mut own = swap((one, low.id), (app.insert_cadre(high), high.id), AUTUMN);
    own["id"] = json!(app.id());
    manager.post("/v1/exchanges", &own).await.expect(201);
    manager.post("/v1/exchanges", &own).await.expect(200);
    own["title"] = json!("第三批");
    manager
        .post("/v1/exchanges", &own)
        .await
        .expect_problem(409, "duplicate");
}

#[actix_web::test]
async fn each_side_sees_its_legs_and_only_who_keeps_all_of_them_moves_them() {
    let app = TestApp::start().await;
    let path = exchange(&app, ("2023-07-01", "2023-12-31")).await;
    let whole = read(&app.manager(), &path).await;
    let cadre = whole["legs"][0]["cadreId"].as_str().unwrap().to_owned();
    let start = format!("{path}/_start");
    let sees = async |caller: &Client| {
        let one = caller.get(&path).await;
        if one.status == 404 {
            return (0, false);
        }
        let list = read(caller, "/v1/exchanges").await;
        let is_listed = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["id"] == whole["id"]);
        (
            one.expect(200).json["legs"].as_array().unwrap().len(),
            is_listed,
        )
    };
    // The township sends one and receives the other.
    let officer = app.client(Who::officer(&app.city.yuxi));
    assert_eq!(sees(&officer).await, (2, true));
    officer
        .post(&start, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let own = app.client(Who::cadre(&app.city.yuxi, Id::parse(&cadre).unwrap()));
    assert_eq!(sees(&own).await, (1, true));
    let enyang = app.client(Who::manager(&app.city.enyang));
    assert_eq!(sees(&enyang).await, (2, true));
    enyang
        .post(&start, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let stranger = app.client(Who::officer(&app.city.liulin));
    assert_eq!(sees(&stranger).await, (0, false));
    stranger
        .post(&start, &json!({}))
        .await
        .expect_problem(404, "not-found");
    app.manager().post(&start, &json!({})).await.expect(200);
}
