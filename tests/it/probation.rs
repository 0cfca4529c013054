//! Probation (R01, R02) and the leave that extends it.

use serde_json::{Value, json};
use xinmiao::calendar;

use crate::support::{Answer, Client, TestApp};

/// A cadre who reported on 2022-08-26; the path.
async fn recruit(app: &TestApp) -> String {
    let body =
        json!({ "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
    let made = app.officer().post("/v1/cadres", &body).await.expect(201);
    made.header("location").to_owned()
}

async fn absent(
    app: &TestApp,
    path: &str,
    kind: &str,
    days: (&str, Option<&str>),
    working: Option<i32>,
) -> Answer {
    let id = path.rsplit('/').next().unwrap();
    let body = json!({
        "cadreId": id, "kind": kind, "startsOn": days.0, "endsOn": days.1, "workingDays": working,
    });
    app.officer().post("/v1/absences", &body).await.expect(201)
}

async fn shortfall(client: &Client, path: &str) -> Value {
    client.get(path).await.expect(200).json["probationShortfallDays"].clone()
}

fn reason(answer: &Answer) -> &str {
    answer.json["violations"][0]["reason"].as_str().unwrap()
}

#[actix_web::test]
async fn r02_leave_beyond_forty_working_days_is_shown_and_extends_by_exactly_the_shortfall() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let path = recruit(&app).await;
    let extend = format!("{path}/_extend");
    let leave = json!({ "reason": "LEAVE" });
    let refused = officer.post(&extend, &leave).await;
    assert_eq!(
        reason(&refused.expect_problem(409, "rule-violation")),
        "LEAVE_NOT_ON_FILE"
    );
    absent(
        &app,
        &path,
        "SICK",
        ("2022-10-01", Some("2022-11-11")),
        Some(28),
    )
    .await;
    assert_eq!(shortfall(&officer, &path).await, Value::Null);
    // Ten days from Monday to Friday twice over, of other kinds and before reporting nothing.
    let personal = absent(
        &app,
        &path,
        "PERSONAL",
        ("2023-03-06", Some("2023-03-24")),
        None,
    )
    .await;
    absent(
        &app,
        &path,
        "STUDY",
        ("2023-04-03", Some("2023-04-28")),
        None,
    )
    .await;
    absent(
        &app,
        &path,
        "MATERNITY",
        ("2023-05-01", Some("2023-06-30")),
        None,
    )
    .await;
    absent(
        &app,
        &path,
        "SICK",
        ("2022-08-01", Some("2022-08-25")),
        Some(19),
    )
    .await;
    assert_eq!(shortfall(&officer, &path).await, 3);
    let longer = json!({ "reason": "LEAVE", "until": "2023-10-01" });
    let refused = officer.post(&extend, &longer).await;
    assert_eq!(
        reason(&refused.expect_problem(409, "rule-violation")),
        "LEAVE_NOT_ON_FILE"
    );
    // The regular end is Saturday 26 August; Monday to Wednesday are made up.
    let proposed = json!({ "reason": "LEAVE", "dryRun": true });
    let proposed = officer.post(&extend, &proposed).await.expect(200);
    assert_eq!(proposed.json["probationEndsOn"], "2023-08-31");
    let unchanged = officer.get(&path).await.expect(200);
    assert_eq!(unchanged.json["probationEndsOn"], "2023-08-26");
    let extended = officer.post(&extend, &leave).await.expect(200);
    assert_eq!(extended.json["probationEndsOn"], "2023-08-31");
    app.sealed().await;
    let id = path.rsplit('/').next().unwrap();
    let lines = app
        .manager()
        .get(&format!(
            "/v1/journal?cadreId={id}&action=cadre.derived-changed"
        ))
        .await
        .expect(200);
    assert_eq!(
        lines.json["items"][0]["changedFields"],
        json!(["probationShortfallDays"])
    );
    // Taken back, the leave counts no more.
    let location = personal.header("location");
    officer.delete(location, "*").await.expect(204);
    assert_eq!(shortfall(&officer, &path).await, Value::Null);
}

#[actix_web::test]
async fn r02_reasons_that_the_rule_exempts_have_no_cap_and_an_ended_probation_is_not_extended() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let path = recruit(&app).await;
    let extend = format!("{path}/_extend");
    absent(
        &app,
        &path,
        "SICK",
        ("2022-09-01", Some("2023-08-20")),
        Some(252),
    )
    .await;
    let late = json!({ "reason": "LEAVE", "until": "2024-02-27" });
    let refused = officer.post(&extend, &late).await;
    assert_eq!(
        reason(&refused.expect_problem(409, "rule-violation")),
        "EXTENSION_TOO_LONG"
    );
    let missing = officer
        .post(&extend, &json!({ "reason": "SANCTION" }))
        .await;
    let missing = missing.expect_problem(422, "invalid");
    assert_eq!(missing.errors(), [("/until", "required")]);
    let shorter = json!({ "reason": "SANCTION", "until": "2023-08-01" });
    officer
        .post(&extend, &shorter)
        .await
        .expect_problem(422, "invalid");
    for (until, reason) in [
        ("2024-02-26", "LEAVE"),
        ("2024-06-01", "MATERNITY"),
        ("2024-09-01", "SANCTION"),
        ("2025-01-01", "OPEN_CASE"),
    ] {
        let body = json!({ "reason": reason, "until": until });
        let extended = officer.post(&extend, &body).await.expect(200);
        assert_eq!(extended.json["probationEndsOn"], until);
    }
    let ended = recruit(&app).await;
    app.advance(33 * 86_400);
    let body = json!({ "reason": "MATERNITY", "until": "2024-06-01" });
    let refused = app.officer().post(&format!("{ended}/_extend"), &body).await;
    assert_eq!(
        reason(&refused.expect_problem(409, "rule-violation")),
        "PROBATION_ENDED"
    );
}

#[actix_web::test]
async fn r02_leave_without_an_end_grows_with_each_day() {
    let app = TestApp::start().await;
    let path = recruit(&app).await;
    let service = app.service();
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    // Monday 2023-05-29 to Monday 2023-07-24: 41 days of work.
    absent(&app, &path, "SICK", ("2023-05-29", None), None).await;
    assert_eq!(shortfall(&app.officer(), &path).await, 1);
    app.advance(2 * 86_400);
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    assert_eq!(shortfall(&app.officer(), &path).await, 3);
}

#[actix_web::test]
async fn r12_whoever_was_away_for_most_of_a_year_is_not_graded_but_by_a_managers_word() {
    let app = TestApp::start().await;
    let body =
        json!({ "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2020-08-26" });
    let made = app.officer().post("/v1/cadres", &body).await.expect(201);
    let path = made.header("location").to_owned();
    absent(
        &app,
        &path,
        "SICK",
        ("2022-02-01", Some("2022-08-31")),
        None,
    )
    .await;
    let manager = app.manager();
    let reopen = json!({
        "cadreId": made.json["id"], "kind": "ANNUAL", "periodFrom": "2022-01-01", "periodTo": "2022-12-31",
        "evaluatorRelation": "UNIT", "reason": "补考核",
    });
    manager
        .post("/v1/evaluations/_reopen", &reopen)
        .await
        .expect(200);
    let mut form = json!({
        "cadreId": made.json["id"], "kind": "ANNUAL", "periodFrom": "2022-01-01", "periodTo": "2022-12-31",
        "evaluatorRelation": "UNIT", "grade": "COMPETENT",
    });
    let refused = app.officer().post("/v1/evaluations", &form).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(reason(&refused), "LEAVE_OVER_HALF_YEAR");
    assert_eq!(refused.json["rule"], "R12");
    form["overrides"] = json!([{ "rule": "R12", "reason": "年度表现突出" }]);
    app.officer()
        .post("/v1/evaluations", &form)
        .await
        .expect_problem(409, "rule-violation");
    manager.post("/v1/evaluations", &form).await.expect(201);
}
