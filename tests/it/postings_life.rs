//! What becomes of postings on the way: sent again, changed while they run, a host that merges, a programme that ends.

use serde_json::{Value, json};

use crate::posting_scene::{exchange, planned, posting, result, results, running};
use crate::support::mentoring::cadre;
use crate::support::{Client, TestApp};

const SUMMER: (&str, &str) = ("2023-07-01", "2023-12-31");

async fn read(caller: &Client, path: &str) -> Value {
    caller.get(path).await.expect(200).json
}

#[actix_web::test]
async fn a_posting_sent_again_under_its_own_id_is_there_once() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre_id = app.insert_cadre(&app.city.yuxi);
    let mut body = planned(cadre_id, SUMMER, &json!({ "id": app.id() }));
    let made = manager.post("/v1/postings", &body).await.expect(201).json;
    let again = manager.post("/v1/postings", &body).await.expect(200).json;
    assert_eq!(again, made);
    body["task"] = json!("参与项目进度调度");
    let other = manager.post("/v1/postings", &body).await;
    let other = other.expect_problem(409, "duplicate");
    assert_eq!(other.json["current"]["id"], made["id"]);
}

#[actix_web::test]
async fn once_it_runs_only_front_task_and_lead_mentor_change() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = running(&app, app.insert_cadre(&app.city.yuxi), SUMMER, &json!({})).await;
    let before = read(&manager, &path).await;
    for (member, value) in [
        ("arrangement", json!("ATTACHMENT")),
        ("hostName", json!("另一指挥部")),
        ("hostOrganizationId", json!(app.city.reform.id)),
        ("plannedStartsOn", json!("2023-07-02")),
        ("plannedEndsOn", json!("2024-01-31")),
    ] {
        let mut change = json!({});
        change[member] = value;
        let refused = manager.patch(&path, "*", &change).await;
        let refused = refused.expect_problem(422, "invalid");
        let pointer = format!("/{member}");
        assert_eq!(refused.errors(), [(pointer.as_str(), "posting-has-begun")]);
    }
    assert_eq!(read(&manager, &path).await, before);
    let change = json!({ "front": "TOUGH_TASK", "task": "参与调处" });
    let changed = manager.patch(&path, "*", &change).await.expect(200).json;
    assert_eq!(
        (&changed["front"], &changed["version"]),
        (&json!("TOUGH_TASK"), &json!(3))
    );
}

#[actix_web::test]
async fn a_host_that_is_merged_is_the_unit_that_took_over() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let (from, into) = (&app.city.liulin, &app.city.yuxi);
    let host = json!({ "hostName": null, "hostOrganizationId": from.id });
    let path = running(&app, app.insert_cadre(&app.city.qingjiang), SUMMER, &host).await;
    let merge = json!({ "intoId": into.id, "effectiveOn": "2023-07-24" });
    let address = format!("/v1/organizations/{}/_merge", from.id);
    manager.post(&address, &merge).await.expect(200);
    assert_eq!(
        read(&manager, &path).await["hostOrganizationId"],
        json!(into.id)
    );
}

#[actix_web::test]
async fn at_the_end_of_the_programme_what_runs_is_still_finished_and_what_is_planned_is_not_begun()
{
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre_id = cadre(&app, &app.city.yuxi, "李雨瑶", "2020-07-01").await;
    let runs = running(&app, cadre_id, SUMMER, &json!({})).await;
    let later = posting(&app, cadre_id, ("2024-01-01", "2024-03-31"), &json!({})).await;
    let graduate = format!("/v1/cadres/{cadre_id}/_graduate");
    let graduated = manager
        .post(&graduate, &json!({ "on": "2023-07-24" }))
        .await;
    assert_eq!(graduated.status, 200, "{}", graduated.json);
    assert_eq!(read(&manager, &later).await["status"], "CANCELLED");
    assert_eq!(read(&manager, &runs).await["status"], "ACTIVE");
    let finish = format!("{runs}/_finish");
    let finished = manager.post(&finish, &result()).await.expect(200).json;
    assert_eq!(finished["status"], "FINISHED");
}

#[actix_web::test]
async fn a_leg_that_runs_leaves_its_end_to_the_exchange_and_a_recall_to_itself() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = exchange(&app, SUMMER).await;
    manager
        .post(&format!("{path}/_start"), &json!({}))
        .await
        .expect(200);
    let whole = read(&manager, &path).await;
    let leg = format!(
        "/v1/postings/{}",
        whole["legs"][0]["postingId"].as_str().unwrap()
    );
    let actions = read(&manager, &leg).await["allowedActions"].clone();
    assert_eq!(actions, json!(["update_posting", "recall_posting"]));
    let later = json!({ "plannedEndsOn": "2024-03-31", "reason": "工期顺延" });
    for (verb, body) in [("_extend", later), ("_finish", result())] {
        let refused = manager.post(&format!("{leg}/{verb}"), &body).await;
        let refused = refused.expect_problem(409, "rule-violation");
        assert_eq!(refused.json["violations"][0]["reason"], "LEGS_TOGETHER");
    }
    manager
        .post(&format!("{path}/_finish"), &results(&whole))
        .await
        .expect(200);
}
