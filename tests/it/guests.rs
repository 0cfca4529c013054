//! Whom a host and the mentor who leads see, from when on, until when, and by which ways alone.

use serde_json::{Value, json};
use xinmiao::db::Id;
use xinmiao::values::Date;

use crate::evaluation_scene::{Scene, act, confirm, path_of};
use crate::posting_scene::{posting, result, running};
use crate::support::mentoring::{cadre, mentor};
use crate::support::{Client, TestApp, Who};

const DAY: i64 = 86_400;

/// A posting to an organ of the city, led by one of its mentors.
async fn hosted(app: &TestApp, arrangement: &str) -> (Id, Id, Value) {
    let cadre_id = cadre(app, &app.city.yuxi, "李雨瑶", "2022-07-01").await;
    let lead = mentor(app, &app.city.reform, "孙大江").await;
    let more = json!({
        "hostName": null, "hostOrganizationId": app.city.reform.id, "leadMentorId": lead, "arrangement": arrangement,
    });
    (cadre_id, lead, more)
}

/// Whether host and leading mentor see the posting, in single and in the list, and the person: they always see the same.
async fn seen(app: &TestApp, lead: Id, posting: &str) -> (bool, bool) {
    let host = app.client(Who::officer(&app.city.reform));
    let leading = app.client(Who::mentor(&app.city.reform, lead));
    let whole = app.manager().get(posting).await.expect(200).json;
    let cadre = format!("/v1/cadres/{}", whole["cadreId"].as_str().unwrap());
    let of_host = format!(
        "/v1/postings?count=exact&hostOrganizationId={}",
        app.city.reform.id
    );
    let mut all = Vec::new();
    for (caller, list) in [
        (&host, of_host.as_str()),
        (&leading, "/v1/postings?count=exact"),
    ] {
        let sees = async |path: &str| match caller.get(path).await.status {
            200 => true,
            404 => false,
            other => panic!("{other} {path}"),
        };
        let reads = sees(posting).await;
        let list = caller.get(list).await.expect(200).json;
        assert_eq!(list["total"], json!(i32::from(reads)), "{list}");
        assert_eq!(list["items"].as_array().unwrap().len(), usize::from(reads));
        all.push((reads, sees(&cadre).await));
    }
    assert_eq!(all[0], all[1], "host and leading mentor");
    all[0]
}

#[actix_web::test]
async fn a_guest_is_seen_from_the_first_day_until_some_days_after_the_last() {
    let app = TestApp::start().await;
    let (cadre_id, lead, more) = hosted(&app, "ATTACHMENT").await;
    let path = posting(&app, cadre_id, ("2023-07-24", "2023-12-31"), &more).await;
    assert_eq!(seen(&app, lead, &path).await, (true, false), "planned");
    let start = format!("{path}/_start");
    app.manager().post(&start, &json!({})).await.expect(200);
    assert_eq!(seen(&app, lead, &path).await, (true, true), "running");
    let host = app.client(Who::officer(&app.city.reform));
    let finish = format!("{path}/_finish");
    let finished = host.post(&finish, &result()).await.expect(200);
    assert_eq!(finished.json["status"], "FINISHED");
    assert_eq!(seen(&app, lead, &path).await, (true, true), "over");
    app.advance(30 * DAY);
    assert_eq!(seen(&app, lead, &path).await, (true, true), "the last day");
    app.advance(DAY);
    assert_eq!(seen(&app, lead, &path).await, (false, false), "afterwards");
    // What is over is shown by no verb either.
    let host = app.client(Who::officer(&app.city.reform));
    for body in [result(), json!({ "result": { "rating": "POOR" } })] {
        host.post(&finish, &body)
            .await
            .expect_problem(404, "not-found");
    }
    app.manager().get(&path).await.expect(200);
}

#[actix_web::test]
async fn a_posting_that_never_begins_and_one_that_is_recalled_have_guests_like_others() {
    let app = TestApp::start().await;
    let (cadre_id, lead, more) = hosted(&app, "TASK_FORCE").await;
    let first = posting(&app, cadre_id, ("2023-09-01", "2023-12-31"), &more).await;
    let why = json!({ "reason": "项目停工" });
    let cancel = app.manager().post(&format!("{first}/_cancel"), &why).await;
    cancel.expect(200);
    assert_eq!(seen(&app, lead, &first).await, (false, false), "cancelled");
    let second = running(&app, cadre_id, ("2023-06-01", "2023-12-31"), &more).await;
    let recall = app.manager().post(&format!("{second}/_recall"), &why).await;
    recall.expect(200);
    assert_eq!(seen(&app, lead, &second).await, (true, true), "recalled");
    app.advance(31 * DAY);
    assert_eq!(seen(&app, lead, &second).await, (false, false));
}

#[actix_web::test]
async fn of_a_guest_nothing_else_is_seen() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let lead = mentor(app, &app.city.reform, "孙大江").await;
    let more = json!({
        "hostName": null, "hostOrganizationId": app.city.reform.id, "leadMentorId": lead, "arrangement": "SECONDMENT",
    });
    let evaluation = scene.confirmed("ORDINARY", "POLITICAL_MENTOR").await;
    running(app, scene.cadre_id, ("2023-07-01", "2023-12-31"), &more).await;
    let id = scene.cadre_id;
    let cadre = format!("/v1/cadres/{id}");
    for (who, role) in [
        (Who::officer(&app.city.reform), "officer"),
        (Who::manager(&app.city.reform), "manager"),
        (Who::mentor(&app.city.reform, lead), "mentor"),
    ] {
        let caller = app.client(who);
        let read = caller.get(&cadre).await.expect(200).json;
        assert_eq!(read["allowedActions"], json!([]), "{role}");
        assert_eq!(read["politicalMentorName"], "王建国", "{role}");
        for path in [
            format!("{cadre}/growth-file"),
            format!("{cadre}/history"),
            format!("{cadre}/evaluation-series"),
            format!("{cadre}/training-hours"),
            path_of(&evaluation, ""),
        ] {
            let status = caller.get(&path).await.status;
            assert!([403, 404].contains(&status), "{role} {path} {status}");
        }
        for list in [
            "assignments",
            "evaluations",
            "growth-entries",
            "mentoring-sessions",
            "follow-ups",
            "plans",
            "enrolments",
            "absences",
        ] {
            let answer = caller.get(&format!("/v1/{list}?cadreId={id}")).await;
            let is_empty = answer.json["items"] == json!([]);
            let is_refused = [403, 404, 422].contains(&answer.status);
            assert!(is_empty || is_refused, "{role} {list} {}", answer.text());
        }
        let patch = json!({ "postTitle": "主任" });
        let status = caller.patch(&cadre, "*", &patch).await.status;
        assert!([403, 404].contains(&status), "{role} {status}");
    }
}

#[actix_web::test]
async fn who_is_no_host_or_reads_no_postings_or_serves_no_more_sees_no_guest() {
    let app = TestApp::start().await;
    let (cadre_id, lead, more) = hosted(&app, "VILLAGE_RESIDENCE").await;
    let path = running(&app, cadre_id, ("2023-07-01", "2023-12-31"), &more).await;
    let reform = &app.city.reform;
    let other = mentor(&app, reform, "周老师").await;
    let cadre = format!("/v1/cadres/{cadre_id}");
    for who in [
        Who::officer(&app.city.liulin),
        Who::system(reform, "cadres:read"),
        Who::mentor(reform, other),
        Who::cadre(reform, app.insert_cadre(reform)),
    ] {
        let stranger = app.client(who);
        stranger.get(&cadre).await.expect_problem(404, "not-found");
    }
    app.client(Who::system(reform, "cadres:read postings:read"))
        .get(&cadre)
        .await
        .expect(200);
    let yesterday = Date::parse("2023-07-23").unwrap();
    let leading = app.client(Who::former_mentor(reform, lead, yesterday));
    let list = leading.get("/v1/postings?count=exact").await.expect(200);
    assert_eq!(list.json["total"], 0);
    for path in [&path, &cadre] {
        let read = leading.get(path).await.status;
        assert_eq!(read, 404, "{path}");
    }
}

/// A secondment of a whole year, of which the host appraises every period, that ended today.
async fn finished_secondment(scene: &Scene) -> (Client, String) {
    let app = &scene.app;
    let more = json!({
        "arrangement": "SECONDMENT", "hostName": null, "hostOrganizationId": app.city.reform.id,
    });
    let posting = running(app, scene.cadre_id, ("2022-09-01", "2023-08-31"), &more).await;
    let host = app.client(Who::officer(&app.city.reform));
    let finish = host.post(&format!("{posting}/_finish"), &result()).await;
    finish.expect(200);
    (host, posting)
}

async fn sees(host: &Client, scene: &Scene, posting: &str) -> [u16; 2] {
    let cadre = format!("/v1/cadres/{}", scene.cadre_id);
    [
        host.get(posting).await.status,
        host.get(&cadre).await.status,
    ]
}

#[actix_web::test]
async fn r13_the_host_that_appraises_sees_the_guest_until_that_is_confirmed() {
    let scene = Scene::start().await;
    let (host, posting) = finished_secondment(&scene).await;
    let mut form = scene.form("ORDINARY", "HOST_UNIT");
    form["submit"] = true.into();
    let quarter = host.post("/v1/evaluations", &form).await.expect(201);
    // A form of the unit before it, and one of a mentor, are not the host's.
    scene.confirmed("ORDINARY", "POLITICAL_MENTOR").await;
    let mut half = form.clone();
    half["periodFrom"] = "2023-01-01".into();
    half["submit"] = false.into();
    let half = host.post("/v1/evaluations", &half).await.expect(201);
    confirm(&scene.manager, &quarter).await.expect(200);
    assert_eq!(
        sees(&host, &scene, &posting).await,
        [200, 200],
        "one is open"
    );
    let half = act(&host, &half, "/_submit", &json!({})).await.expect(200);
    confirm(&scene.manager, &half).await.expect(200);
    assert_eq!(sees(&host, &scene, &posting).await, [404, 404]);
    // What it wrote it reads for ever.
    host.get(&path_of(&half, "")).await.expect(200);
}

#[actix_web::test]
async fn r13_the_host_that_does_not_appraise_sees_the_guest_for_213_days() {
    let scene = Scene::start().await;
    let (_, posting) = finished_secondment(&scene).await;
    scene.app.advance(213 * DAY);
    let host = || scene.app.client(Who::officer(&scene.app.city.reform));
    assert_eq!(sees(&host(), &scene, &posting).await, [200, 200]);
    scene.app.advance(DAY);
    assert_eq!(sees(&host(), &scene, &posting).await, [404, 404]);
}

#[actix_web::test]
async fn what_is_confirmed_while_a_posting_runs_ends_nothing() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let more = json!({
        "arrangement": "SECONDMENT", "hostName": null, "hostOrganizationId": app.city.reform.id,
    });
    let posting = running(app, scene.cadre_id, ("2023-01-01", "2023-12-31"), &more).await;
    let host = app.client(Who::officer(&app.city.reform));
    let mut form = scene.form("ORDINARY", "HOST_UNIT");
    form["submit"] = true.into();
    let quarter = host.post("/v1/evaluations", &form).await.expect(201);
    confirm(&scene.manager, &quarter).await.expect(200);
    assert_eq!(sees(&host, &scene, &posting).await, [200, 200]);
}
