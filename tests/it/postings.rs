//! Postings: planned, begun by the day, ended by people; one at a time; R05 on probation; what home and host see of them.

use serde_json::{Value, json};
use xinmiao::calendar;
use xinmiao::db::Id;

use crate::posting_scene::{planned, posting, result, running};
use crate::support::mentoring::{cadre, mentor, pair};
use crate::support::{Client, TestApp, Who};

const AUTUMN: (&str, &str) = ("2023-09-01", "2024-02-29");

/// The member that a refused create is at fault in.
async fn refused(caller: &Client, body: &Value) -> String {
    let problem = caller
        .post("/v1/postings", body)
        .await
        .expect_problem(422, "invalid");
    problem.json["errors"][0]["pointer"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Lets days pass and be made up.
async fn pass(app: &TestApp, days: i64) {
    let service = app.service();
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    app.advance(days * 86_400);
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
}

#[actix_web::test]
async fn a_posting_is_planned_begins_by_itself_and_ends_with_a_result_and_an_entry_to_complete() {
    let app = TestApp::start().await;
    let unit = &app.city.yuxi;
    let cadre_id = cadre(&app, unit, "李雨瑶", "2022-07-01").await;
    let lead = mentor(&app, unit, "钱大树").await;
    let more =
        json!({ "hostName": null, "hostOrganizationId": app.city.reform.id, "leadMentorId": lead });
    let path = posting(&app, cadre_id, AUTUMN, &more).await;
    let read = app.manager().get(&path).await.expect(200).json;
    assert_eq!(read["status"], "PLANNED");
    assert_eq!(read["cadreName"], "李雨瑶");
    assert_eq!(read["leadMentorName"], "钱大树");
    assert_eq!(read["hostOrganizationName"], app.city.reform.name);
    assert_eq!(
        (&read["startsOn"], &read["hostName"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&read["phase"], &read["overdue"]),
        (&json!("NURTURING"), &json!(false))
    );
    pass(&app, 39).await;
    let manager = app.manager();
    let running = manager.get(&path).await.expect(200).json;
    assert_eq!(
        (&running["status"], &running["startsOn"]),
        (&json!("ACTIVE"), &json!("2023-09-01"))
    );
    let finished = manager.post(&format!("{path}/_finish"), &result()).await;
    let finished = finished.expect(200).json;
    assert_eq!(
        (&finished["status"], &finished["endsOn"]),
        (&json!("FINISHED"), &json!("2023-09-01"))
    );
    assert_eq!(finished["allowedActions"], json!([]));
    let entry = finished["result"]["growthEntryId"].as_str().unwrap();
    let entry = format!("/v1/growth-entries/{entry}");
    let draft = manager.get(&entry).await.expect(200).json;
    assert_eq!(
        (&draft["status"], &draft["kind"]),
        (&json!("DRAFT"), &json!("POSTING"))
    );
    assert_eq!(draft["participation"], "负责项目征地拆迁协调");
    assert_eq!(
        draft["support"],
        format!("{} / 钱大树", app.city.reform.name)
    );
    assert_eq!(draft["outcome"], "完成 37 户征地协议签订");
    assert_eq!(draft["allowedActions"], json!(["complete_growth_entry"]));
    // Nobody verifies, disputes or corrects what is not complete; it counts for nothing.
    let verify = manager.post(&format!("{entry}/_verify"), &json!({})).await;
    verify.expect_problem(409, "illegal-transition");
    pass(&app, 31).await;
    let manager = app.manager();
    let file = format!("/v1/cadres/{cadre_id}/growth-file");
    let present = async |caller: &Client| {
        let file = caller.get(&file).await.expect(200).json;
        file["completeness"]["present"].clone()
    };
    assert_eq!(present(&manager).await, 0);
    let own = app.client(Who::cadre(unit, cadre_id));
    let words = json!({ "outcome": "独立完成 37 户征地协议签订" });
    let completed = own
        .post(&format!("{entry}/_complete"), &words)
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&completed["status"], &completed["source"]),
        (&json!("RECORDED"), &json!("SELF"))
    );
    assert_eq!(present(&manager).await, 1);
    let file = manager.get(&file).await.expect(200).json;
    assert_eq!(file["postings"][0]["id"], finished["id"]);
}

#[actix_web::test]
async fn what_is_no_posting_is_refused_member_by_member() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre_id = cadre(&app, &app.city.yuxi, "李雨瑶", "2022-07-01").await;
    let with = |more: Value| planned(cadre_id, AUTUMN, &more);
    for (more, pointer) in [
        (
            json!({ "plannedStartsOn": "2022-06-30" }),
            "/plannedStartsOn",
        ),
        (
            json!({ "plannedStartsOn": "2024-07-25", "plannedEndsOn": "2024-08-31" }),
            "/plannedStartsOn",
        ),
        (json!({ "plannedEndsOn": "2023-08-31" }), "/plannedEndsOn"),
        (json!({ "plannedEndsOn": "2026-09-01" }), "/plannedEndsOn"),
        (json!({ "startsOn": "2023-09-01" }), "/startsOn"),
        (json!({ "plannedEndsOn": null }), "/plannedEndsOn"),
        (json!({ "hostName": null }), "/hostOrganizationId"),
        (
            json!({ "hostOrganizationId": app.city.reform.id }),
            "/hostName",
        ),
        (
            json!({ "hostName": null, "hostOrganizationCode": "NOWHERE" }),
            "/hostOrganizationCode",
        ),
        (json!({ "leadMentorId": cadre_id }), "/leadMentorId"),
        (json!({ "front": "HOME" }), "/front"),
        (json!({ "status": "ACTIVE" }), "/status"),
    ] {
        assert_eq!(
            refused(&manager, &with(more.clone())).await,
            pointer,
            "{more}"
        );
    }
    // The days have a second pair of names, and the host may be named by its code.
    let mut body = with(json!({ "hostName": null, "hostOrganizationCode": app.city.reform.code }));
    let members = body.as_object_mut().unwrap();
    members.remove("plannedStartsOn");
    members.remove("plannedEndsOn");
    members.insert("startsOn".to_owned(), json!("2023-09-01"));
    members.insert("endsOn".to_owned(), json!("2026-08-31"));
    let made = manager.post("/v1/postings", &body).await.expect(201).json;
    assert_eq!(made["plannedEndsOn"], "2026-08-31");
    assert_eq!(made["hostOrganizationId"], json!(app.city.reform.id));
    // Nobody sends whom they do not reach, and learns nothing of them.
    let officer = app.client(Who::officer(&app.city.liulin));
    assert_eq!(refused(&officer, &with(json!({}))).await, "/cadreId");
}

#[actix_web::test]
async fn r05_on_probation_nobody_is_lent_or_seconded_to_another_unit_but_with_a_managers_reason() {
    let app = TestApp::start().await;
    let (manager, officer) = (app.manager(), app.client(Who::officer(&app.city.yuxi)));
    let body = |cadre: Id, first: &str, more: Value| planned(cadre, (first, "2023-12-31"), &more);
    let new = || cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-26");
    // Probation lasts to 2023-08-25.
    for arrangement in ["LOAN", "SECONDMENT"] {
        let lent = json!({ "arrangement": arrangement });
        let cadre_id = new().await;
        let last = body(cadre_id, "2023-08-25", lent.clone());
        let problem = officer
            .post("/v1/postings", &last)
            .await
            .expect_problem(409, "rule-violation");
        assert_eq!(
            (&problem.json["rule"], &problem.json["override"]),
            (&json!("R05"), &json!(true))
        );
        assert_eq!(problem.json["violations"][0]["reason"], "LOAN_IN_PROBATION");
        let off = body(cadre_id, "2023-08-26", lent);
        officer.post("/v1/postings", &off).await.expect(201);
    }
    for arrangement in ["ATTACHMENT", "TASK_FORCE", "VILLAGE_RESIDENCE"] {
        let other = body(
            new().await,
            "2023-08-25",
            json!({ "arrangement": arrangement }),
        );
        officer.post("/v1/postings", &other).await.expect(201);
    }
    // Their own unit is no other one.
    let home =
        json!({ "arrangement": "LOAN", "hostName": null, "hostOrganizationId": app.city.yuxi.id });
    let home = body(new().await, "2023-08-01", home);
    officer.post("/v1/postings", &home).await.expect(201);
    let reason = json!([{ "rule": "R05", "reason": "市委专题会议同意" }]);
    let lent = json!({ "arrangement": "LOAN", "overrides": reason });
    let lent = body(new().await, "2023-08-01", lent);
    officer
        .post("/v1/postings", &lent)
        .await
        .expect_problem(409, "rule-violation");
    let made = manager.post("/v1/postings", &lent).await.expect(201);
    assert_eq!(made.json["overrides"], reason);
    app.sealed().await;
    let journal = format!(
        "/v1/journal?resourceId={}",
        made.json["id"].as_str().unwrap()
    );
    let journal = app.auditor().get(&journal).await.expect(200).json;
    assert_eq!(journal["items"][0]["overrides"], reason);
    // What was overridden once does not stand in the way of its first day.
    let start = json!({ "on": "2023-07-24" });
    let start = manager
        .post(&format!("{}/_start", made.header("location")), &start)
        .await;
    start.expect(200);
}

#[actix_web::test]
async fn the_day_begins_nothing_that_a_rule_stands_against_and_makes_up_missed_days() {
    let app = TestApp::start().await;
    let unit = &app.city.yuxi;
    let cadre_id = cadre(&app, unit, "李雨瑶", "2022-08-26").await;
    let lent = json!({ "arrangement": "LOAN" });
    let lent = posting(&app, cadre_id, ("2023-08-26", "2024-02-29"), &lent).await;
    let other = app.insert_cadre(unit);
    let plain = posting(&app, other, ("2023-08-01", "2023-08-30"), &json!({})).await;
    let extend = json!({ "until": "2023-09-10", "reason": "OPEN_CASE" });
    let extend = app
        .manager()
        .post(&format!("/v1/cadres/{cadre_id}/_extend"), &extend)
        .await;
    assert_eq!(extend.status, 200, "{}", extend.json);
    pass(&app, 38).await;
    let read = async |path: &str| app.manager().get(path).await.expect(200).json;
    let barred = read(&lent).await;
    assert_eq!(
        (&barred["status"], &barred["overdue"]),
        (&json!("PLANNED"), &json!(true))
    );
    let begun = read(&plain).await;
    assert_eq!(
        (&begun["status"], &begun["startsOn"]),
        (&json!("ACTIVE"), &json!("2023-08-01"))
    );
    assert_eq!(begun["overdue"], true);
    pass(&app, 12).await;
    let begun = read(&lent).await;
    assert_eq!(
        (&begun["status"], &begun["startsOn"]),
        (&json!("ACTIVE"), &json!("2023-09-10"))
    );
    app.sealed().await;
    let id = plain.rsplit('/').next().unwrap();
    let journal = app
        .auditor()
        .get(&format!("/v1/journal?resourceId={id}"))
        .await
        .expect(200);
    let actions: Vec<&str> = journal.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "posting.created",
            "posting.started",
            "posting.ending",
            "posting.overdue"
        ]
    );
}

#[actix_web::test]
async fn whoever_leaves_comes_back_and_whoever_is_transferred_takes_the_posting_along() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let leaver = cadre(&app, &app.city.yuxi, "李雨瑶", "2022-07-01").await;
    let mover = cadre(&app, &app.city.yuxi, "王小苗", "2022-07-01").await;
    let runs = running(&app, leaver, ("2023-07-01", "2023-10-31"), &json!({})).await;
    let later = posting(&app, leaver, ("2023-11-01", "2023-12-31"), &json!({})).await;
    let moved = running(&app, mover, ("2023-07-01", "2023-10-31"), &json!({})).await;
    let leave = json!({ "on": "2023-07-24", "reason": "RESIGNED" });
    let leave = manager
        .post(&format!("/v1/cadres/{leaver}/_leave"), &leave)
        .await;
    assert_eq!(leave.status, 200, "{}", leave.json);
    let transfer = json!({ "organizationId": app.city.liulin.id, "effectiveOn": "2023-07-24" });
    let transfer = manager
        .post(&format!("/v1/cadres/{mover}/_transfer"), &transfer)
        .await;
    assert_eq!(transfer.status, 200, "{}", transfer.json);
    let read = async |path: &str| manager.get(path).await.expect(200).json;
    assert_eq!(read(&runs).await["status"], "RECALLED");
    assert_eq!(read(&later).await["status"], "CANCELLED");
    let moved_row = read(&moved).await;
    assert_eq!(
        (&moved_row["status"], &moved_row["organizationId"]),
        (&json!("ACTIVE"), &json!(app.city.yuxi.id))
    );
    // The old unit keeps reading what it sent, the new one keeps it.
    let why = json!({ "reason": "新单位需要" });
    let recall = format!("{moved}/_recall");
    let old = app.client(Who::officer(&app.city.yuxi));
    old.get(&moved).await.expect(200);
    old.post(&recall, &why)
        .await
        .expect_problem(403, "forbidden");
    app.client(Who::officer(&app.city.liulin))
        .post(&recall, &why)
        .await
        .expect(200);
}

#[actix_web::test]
async fn home_and_host_and_the_mentors_see_a_posting_and_nobody_else_does() {
    let app = TestApp::start().await;
    let unit = &app.city.yuxi;
    let cadre_id = cadre(&app, unit, "李雨瑶", "2022-07-01").await;
    let guide = mentor(&app, unit, "钱大树").await;
    let lead = mentor(&app, &app.city.reform, "孙大江").await;
    pair(&app, (cadre_id, guide), "POLITICAL", "2022-07-01", None);
    let host = &app.city.qingjiang;
    let more = json!({ "hostName": null, "hostOrganizationId": host.id, "leadMentorId": lead });
    let path = running(&app, cadre_id, ("2023-07-01", "2023-12-31"), &more).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let listed = async |caller: &Client, query: &str| {
        let list = caller
            .get(&format!("/v1/postings?{query}"))
            .await
            .expect(200)
            .json;
        let items = list["items"].as_array().unwrap().clone();
        items.iter().any(|item| item["id"] == json!(id))
    };
    let of_host = format!("hostOrganizationId={}", host.id);
    let officer = app.client(Who::officer(unit));
    let hosts = app.client(Who::officer(host));
    let leads = app.client(Who::mentor(&app.city.reform, lead));
    let own = app.client(Who::cadre(unit, cadre_id));
    for (caller, query, is_home) in [
        (&officer, "", true),
        (&own, "", true),
        (&leads, "", false),
        (&hosts, of_host.as_str(), false),
    ] {
        let read = caller.get(&path).await.expect(200).json;
        assert_eq!(read.get("overrides").is_some(), is_home);
        assert!(listed(caller, query).await, "{query}");
    }
    assert!(!listed(&hosts, "").await);
    let may =
        async |caller: &Client| caller.get(&path).await.expect(200).json["allowedActions"].clone();
    assert_eq!(may(&hosts).await, json!(["finish_posting"]));
    assert_eq!(may(&leads).await, json!([]));
    let all = json!([
        "update_posting",
        "extend_posting",
        "finish_posting",
        "recall_posting"
    ]);
    assert_eq!(may(&officer).await, all);
    for caller in [
        app.client(Who::officer(&app.city.liulin)),
        app.client(Who::cadre(unit, app.insert_cadre(unit))),
        app.client(Who::mentor(unit, mentor(&app, unit, "周老师").await)),
    ] {
        caller.get(&path).await.expect_problem(404, "not-found");
        assert!(!listed(&caller, &of_host).await);
        assert!(!listed(&caller, "").await);
    }
    let why = json!({ "reason": "单位另有安排" });
    let recall = format!("{path}/_recall");
    hosts
        .post(&recall, &why)
        .await
        .expect_problem(403, "forbidden");
    hosts
        .post(&format!("{path}/_finish"), &result())
        .await
        .expect(200);
}
