//! Plans of the three years: made when a phase begins, once, from the templates of that day; who reads and writes them.

use serde_json::{Value, json};
use xinmiao::calendar;
use xinmiao::db::Id;
use xinmiao::values::Date;

use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::support::mentoring;
use crate::support::{Client, TestApp, Who};

const DAY: i64 = 86_400;

/// Makes what is missing today, and tells the plans of a cadre.
async fn planned(app: &TestApp, cadre: Id) -> Vec<Value> {
    let service = app.service();
    calendar::plan(&service.db, &service.deps, None)
        .await
        .unwrap();
    plans_of(&app.manager(), cadre).await
}

async fn plans_of(caller: &Client, cadre: Id) -> Vec<Value> {
    let listed = caller.get(&format!("/v1/plans?cadreId={cadre}")).await;
    listed.expect(200).json["items"].as_array().unwrap().clone()
}

fn path(plan: &Value) -> String {
    format!("/v1/plans/{}", plan["id"].as_str().unwrap())
}

#[actix_web::test]
async fn a_plan_has_theme_and_goals_of_its_day_and_the_countys_after_the_citys() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let goals = json!([
        { "title": "熟悉县情", "dueAfterMonths": 3, "required": true },
        { "title": "完成初任培训", "dueAfterMonths": 1 },
    ]);
    for (from, goals) in [
        ("2022-01-01", &goals),
        (
            "2099-01-01",
            &json!([{ "title": "尚未生效", "dueAfterMonths": 3 }]),
        ),
    ] {
        let body = json!({ "organizationId": app.city.enyang.id, "phase": "SEEDLING", "validFrom": from, "goals": goals });
        let made = manager.post("/v1/phase-templates", &body).await.expect(201);
        let publish = format!("{}/_publish", made.header("location"));
        manager.post(&publish, &json!({})).await.expect(200);
    }
    let here = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-31").await;
    let elsewhere = mentoring::cadre(&app, &app.city.reform, "周小苗", "2022-08-31").await;
    let plan = planned(&app, here).await.remove(0);
    assert_eq!(plan["phase"], "SEEDLING");
    assert_eq!(plan["status"], "DRAFT");
    assert_eq!(plan["theme"], "立德铸魂、适应岗位、职业规划");
    assert_eq!(
        [&plan["startsOn"], &plan["endsOn"]],
        ["2022-08-31", "2023-08-30"]
    );
    let goals = plan["goals"].as_array().unwrap();
    let titles: Vec<&str> = goals
        .iter()
        .map(|goal| goal["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles.last(), Some(&"熟悉县情"));
    assert_eq!(
        titles
            .iter()
            .filter(|title| **title == "完成初任培训")
            .count(),
        1
    );
    // Three months end with November, which has no 31st.
    assert_eq!(goals.last().unwrap()["dueOn"], "2022-11-29");
    let other = planned(&app, elsewhere).await.remove(0);
    assert_eq!(other["goals"].as_array().unwrap().len(), titles.len() - 1);
    assert_eq!(other["theme"], plan["theme"]);
}

#[actix_web::test]
async fn each_phase_has_one_plan_also_after_missed_days_and_with_two_jobs_at_once() {
    let app = TestApp::start().await;
    let service = app.service();
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    // Their second year begins on 25 July, their fourth on 26 July, and the third is not in the programme any more.
    let second = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2022-07-25").await;
    let over = mentoring::cadre(&app, &app.city.yuxi, "周小苗", "2020-07-26").await;
    let gone = mentoring::cadre(&app, &app.city.yuxi, "王小苗", "2022-07-25").await;
    let left = json!({ "on": "2023-07-24", "reason": "RESIGNED" });
    let leave = format!("/v1/cadres/{gone}/_leave");
    app.manager().post(&leave, &left).await.expect(200);
    let phases = |plans: &[Value]| -> Vec<String> {
        let phases = plans
            .iter()
            .map(|plan| plan["phase"].as_str().unwrap().to_owned());
        phases.collect()
    };
    assert_eq!(phases(&planned(&app, second).await), ["SEEDLING"]);
    app.advance(3 * DAY);
    let jobs = (0..2).map(|_| async {
        calendar::catch_up(&service.db, &service.deps)
            .await
            .unwrap();
        calendar::plan(&service.db, &service.deps, None)
            .await
            .unwrap();
    });
    futures_util::future::join_all(jobs).await;
    let manager = app.manager();
    let of_second = plans_of(&manager, second).await;
    assert_eq!(phases(&of_second), ["SEEDLING", "NURTURING"]);
    assert_eq!(of_second[1]["startsOn"], "2023-07-25");
    assert_eq!(phases(&plans_of(&manager, over).await), ["STRENGTHENING"]);
    assert!(plans_of(&manager, gone).await.is_empty());
    app.sealed().await;
    let lines = app
        .auditor()
        .get(&format!("/v1/journal?cadreId={second}&action=plan.created"))
        .await
        .expect(200);
    assert_eq!(lines.json["items"].as_array().unwrap().len(), 2);
    assert_eq!(lines.json["items"][0]["actor"]["type"], "SYSTEM");
}

#[actix_web::test]
async fn who_reported_on_29_february_has_their_day_on_the_28th_of_other_years() {
    let app = TestApp::start().await;
    let service = app.service();
    let leap = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2020-02-29").await;
    for (day, phase) in [("2021-02-28", "NURTURING"), ("2022-02-28", "STRENGTHENING")] {
        for (day, count) in [
            (Date::parse(day).unwrap().plus_days(-1), 0),
            (Date::parse(day).unwrap(), 1),
        ] {
            let context = xinmiao::context::Context::system(&service.deps, "test");
            let made = service
                .db
                .write(move |tx| xinmiao::plans::make_beginning(tx, &context, day))
                .await;
            assert_eq!(made.unwrap(), count, "{phase} on {day}");
        }
        let plans = plans_of(&app.manager(), leap).await;
        let last = plans.last().unwrap();
        assert_eq!([&last["phase"], &last["startsOn"]], [phase, day]);
    }
}

#[actix_web::test]
async fn who_came_since_the_job_looked_is_planned_for_without_looking_at_others() {
    let app = TestApp::start().await;
    let service = app.service();
    let before = app.insert_cadre(&app.city.yuxi);
    app.advance(DAY / 24);
    let since = calendar::plan(&service.db, &service.deps, None)
        .await
        .unwrap();
    assert_eq!(plans_of(&app.manager(), before).await.len(), 1);
    app.advance(DAY / 24);
    let after = app.insert_cadre(&app.city.yuxi);
    calendar::plan(&service.db, &service.deps, Some(since))
        .await
        .unwrap();
    assert_eq!(plans_of(&app.manager(), after).await.len(), 1);
}

#[actix_web::test]
async fn the_cadre_writes_the_career_plan_and_the_others_the_rest() {
    let app = TestApp::start().await;
    let yuxi = &app.city.yuxi;
    let cadre_id = mentoring::cadre(&app, yuxi, "李雨瑶", "2022-08-26").await;
    let mentor_id = mentoring::mentor(&app, yuxi, "彭永兵").await;
    mentoring::pair(&app, (cadre_id, mentor_id), "POLITICAL", "2022-09-01", None);
    let plan = path(&planned(&app, cadre_id).await[0]);
    let cadre = app.client(Who::cadre(yuxi, cadre_id));
    let mentor = app.client(Who::mentor(yuxi, mentor_id));
    let own_words = json!({ "careerPlan": "三年内能独立办理农业项目" });
    let theme = json!({ "theme": "适应岗位" });
    let (of_others, of_cadre) = (
        ("/theme", "mentors-and-unit-write"),
        ("/careerPlan", "cadre-writes"),
    );
    for (caller, own, others, fault) in [
        (&cadre, &own_words, &theme, of_others),
        (&mentor, &theme, &own_words, of_cadre),
        (&app.officer(), &theme, &own_words, of_cadre),
    ] {
        let etag = caller.get(&plan).await.expect(200).etag().to_owned();
        caller.patch(&plan, &etag, own).await.expect(200);
        let refused = caller.patch(&plan, "*", others).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [fault]);
    }
    let refused = mentor
        .patch(&plan, "*", &json!({ "theme": null, "status": "ACTIVE" }))
        .await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/status", "read-only")]
    );
    let refused = mentor.patch(&plan, "*", &json!({ "theme": null })).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/theme", "required")]
    );
    let actions = |answer: &Value| answer["allowedActions"].clone();
    assert_eq!(
        actions(&cadre.get(&plan).await.json),
        json!(["update_plan"])
    );
    assert_eq!(
        actions(&app.officer().get(&plan).await.json),
        json!(["update_plan", "activate_plan"])
    );
    for (caller, status) in [(&cadre, 403), (&mentor, 403), (&app.officer(), 200)] {
        let verb = caller.post(&format!("{plan}/_activate"), &json!({})).await;
        assert_eq!(verb.status, status);
    }
    let read = cadre.get(&plan).await.expect(200);
    assert_eq!(read.json["status"], "ACTIVE");
    assert_eq!(read.json["careerPlan"], own_words["careerPlan"]);
}

#[actix_web::test]
async fn a_plan_goes_with_its_cadre_and_is_shown_to_the_units_of_then_and_now_alone() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre_id = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-26").await;
    let plan = path(&planned(&app, cadre_id).await[0]);
    let then = app.client(Who::officer(&app.city.yuxi));
    let now = app.client(Who::officer(&app.city.liulin));
    let other = app.client(Who::cadre(&app.city.yuxi, app.id()));
    now.get(&plan).await.expect_problem(404, "not-found");
    other.get(&plan).await.expect_problem(404, "not-found");
    assert!(plans_of(&other, cadre_id).await.is_empty());
    let transfer = json!({ "organizationId": app.city.liulin.id, "effectiveOn": "2023-07-20" });
    let verb = format!("/v1/cadres/{cadre_id}/_transfer");
    manager.post(&verb, &transfer).await.expect(200);
    for caller in [&then, &now] {
        let read = caller.get(&plan).await.expect(200);
        assert_eq!(read.json["organizationId"], json!(app.city.yuxi.id));
        assert_eq!(plans_of(caller, cadre_id).await.len(), 1);
    }
    let theme = json!({ "theme": "适应岗位" });
    now.patch(&plan, "*", &theme).await.expect(200);
    then.patch(&plan, "*", &theme)
        .await
        .expect_problem(403, "forbidden");
    let merge = json!({ "intoId": app.city.yuxi.id, "effectiveOn": "2023-07-24" });
    let verb = format!("/v1/organizations/{}/_merge", app.city.liulin.id);
    manager.post(&verb, &merge).await.expect(200);
    then.patch(&plan, "*", &json!({ "theme": "立德铸魂" }))
        .await
        .expect(200);
}

#[actix_web::test]
async fn the_days_of_a_plan_follow_a_corrected_day_of_reporting() {
    let app = TestApp::start().await;
    let cadre_id = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-26").await;
    let before = planned(&app, cadre_id).await.remove(0);
    let body = json!({ "reportedOn": "2022-08-19" });
    let cadre = format!("/v1/cadres/{cadre_id}");
    app.officer().patch(&cadre, "*", &body).await.expect(200);
    let after = plans_of(&app.manager(), cadre_id).await.remove(0);
    assert_eq!(
        [&after["startsOn"], &after["endsOn"]],
        ["2022-08-19", "2023-08-18"]
    );
    assert_eq!(after["version"], 2);
    let due = |plan: &Value| Date::parse(plan["goals"][0]["dueOn"].as_str().unwrap()).unwrap();
    assert_eq!(due(&after), due(&before).plus_days(-7));
}

#[actix_web::test]
async fn a_cadre_entered_by_mistake_goes_with_their_draft_and_stays_with_their_own_words() {
    let app = TestApp::start().await;
    let officer = app.officer();
    for own_words in [false, true] {
        let cadre_id = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-26").await;
        let plan = path(&planned(&app, cadre_id).await[0]);
        if own_words {
            let cadre = app.client(Who::cadre(&app.city.yuxi, cadre_id));
            let body = json!({ "careerPlan": "独立办理农业项目" });
            cadre.patch(&plan, "*", &body).await.expect(200);
        }
        let removed = officer.delete(&format!("/v1/cadres/{cadre_id}"), "*").await;
        let left = officer.get(&plan).await.status;
        let expected = if own_words { (409, 200) } else { (204, 404) };
        assert_eq!((removed.status, left), expected, "{}", removed.text());
    }
}

#[actix_web::test]
async fn the_demo_has_a_plan_for_everyone_in_the_programme() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let mut total = 0;
    for (phase, count) in [
        ("SEEDLING", 545),
        ("NURTURING", 356),
        ("STRENGTHENING", 238),
    ] {
        let address = format!("/v1/plans?phase={phase}&count=exact&limit=1&fields=startsOn,endsOn");
        let page = manager.get(&address).await.expect(200).json;
        assert_eq!(page["total"], count, "{phase}");
        total += count;
        let day = |member: &str| Date::parse(page["items"][0][member].as_str().unwrap()).unwrap();
        let today = Date::parse("2023-07-24").unwrap();
        assert!(day("startsOn") <= today && today <= day("endsOn"));
    }
    assert_eq!(total, 1139);
}

/// What moved the last day of a plan: days, causes, and the day.
fn shifted(plan: &Value) -> (i64, String, String) {
    let causes = plan["shifts"].as_array().unwrap().iter();
    let causes: Vec<String> = causes
        .map(|shift| format!("{} {}", shift["cause"].as_str().unwrap(), shift["days"]))
        .collect();
    let last = plan["endsOn"].as_str().unwrap().to_owned();
    (
        plan["shiftedDays"].as_i64().unwrap(),
        causes.join(", "),
        last,
    )
}

#[actix_web::test]
async fn r02_suspension_and_an_extended_probation_move_the_last_day() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre_id = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-26").await;
    let plan = planned(&app, cadre_id).await.remove(0);
    assert_eq!(shifted(&plan), (0, String::new(), "2023-08-25".to_owned()));
    let verb = async |verb: &str, body: Value| {
        let path = format!("/v1/cadres/{cadre_id}/_{verb}");
        manager.post(&path, &body).await.expect(200);
        plans_of(&manager, cadre_id).await.remove(0)
    };
    let suspend = json!({ "from": "2023-05-01", "reason": "产假" });
    let suspended = verb("suspend", suspend).await;
    assert_eq!(shifted(&suspended).0, 0);
    let resumed = verb("resume", json!({ "on": "2023-06-01" })).await;
    let by_suspension = (31, "SUSPENDED 31".to_owned(), "2023-09-25".to_owned());
    assert_eq!(shifted(&resumed), by_suspension);
    let extend = json!({ "reason": "MATERNITY", "until": "2023-11-26" });
    let extended = verb("extend", extend).await;
    let causes = "SUSPENDED 31, PROBATION_EXTENDED 92".to_owned();
    assert_eq!(shifted(&extended), (92, causes, "2023-11-25".to_owned()));
    assert_eq!(extended["plannedEndsOn"], "2023-11-25");
    // A plan that is made after the extension has it from the start.
    let cadre_id = mentoring::cadre(&app, &app.city.yuxi, "周小苗", "2022-08-26").await;
    let extend = json!({ "reason": "MATERNITY", "until": "2023-09-26" });
    let path = format!("/v1/cadres/{cadre_id}/_extend");
    manager.post(&path, &extend).await.expect(200);
    let plan = planned(&app, cadre_id).await.remove(0);
    assert_eq!(shifted(&plan).2, "2023-09-25");
}

#[actix_web::test]
async fn plans_of_a_leaver_are_over_and_go_on_where_they_stood_when_they_are_taken_back() {
    let app = TestApp::start().await;
    let manager = app.manager();
    for status in ["DRAFT", "ACTIVE"] {
        let cadre_id = mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2022-08-26").await;
        let plan = path(&planned(&app, cadre_id).await[0]);
        if status == "ACTIVE" {
            let verb = format!("{plan}/_activate");
            manager.post(&verb, &json!({})).await.expect(200);
        }
        let is = async |status: &str| {
            let read = manager.get(&plan).await.expect(200);
            assert_eq!(read.json["status"], status);
        };
        let left = json!({ "on": "2023-07-24", "reason": "RESIGNED" });
        let leave = format!("/v1/cadres/{cadre_id}/_leave");
        manager.post(&leave, &left).await.expect(200);
        is("EXITED").await;
        let refused = manager
            .patch(&plan, "*", &json!({ "theme": "适应岗位" }))
            .await;
        refused.expect_problem(409, "illegal-transition");
        let back = format!("/v1/cadres/{cadre_id}/_reinstate");
        manager.post(&back, &json!({})).await.expect(200);
        is(status).await;
    }
}

#[actix_web::test]
async fn the_demos_plans_are_as_uneven_as_a_citys_and_the_same_every_time() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let mut counts = [0; 4];
    let mut next = Some("/v1/plans?limit=1000".to_owned());
    while let Some(address) = next {
        let page = manager.get(&address).await.expect(200).json.clone();
        for plan in page["items"].as_array().unwrap() {
            let goals = plan["goals"].as_array().unwrap().iter();
            let done = goals.clone().filter(|goal| goal["status"] == "DONE");
            counts[0] += usize::from(plan["status"] == "ACTIVE");
            counts[1] += usize::from(plan["careerPlan"].is_string());
            counts[2] += done.count();
            counts[3] += goals.count();
        }
        let cursor = page["nextCursor"].as_str();
        next = cursor.map(|cursor| format!("/v1/plans?limit=1000&cursor={cursor}"));
    }
    assert_eq!(counts, [1092, 1012, 1505, 3962]);
    let recruit = "/v1/cadres/by-external-id/demo/C-000371";
    let recruit = mentoring::id_of(&manager.get(recruit).await.expect(200).json);
    let plan = plans_of(&manager, recruit).await.remove(0);
    assert_eq!(
        [&plan["status"], &plan["version"]],
        [&json!("DRAFT"), &json!(1)]
    );
}
