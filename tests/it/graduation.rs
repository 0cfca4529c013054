//! The end of the programme: the phase comes by the date alone, the status by the verb, which ends what is open.

use serde_json::{Value, json};

use crate::support::{Answer, MentorSeed, TestApp, Who};

/// A cadre with two mentors, a proposal to replace one of them, and a form under way; the path.
async fn recruit(app: &TestApp) -> (String, Vec<Answer>) {
    let cadre = app.insert_cadre(&app.city.yuxi);
    let manager = app.manager();
    let mut pairs = Vec::new();
    for role in ["POLITICAL", "PROFESSIONAL"] {
        let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
        let body = json!({ "cadreId": cadre, "mentorId": mentor, "role": role, "startsOn": "2023-07-01", "activate": true });
        pairs.push(manager.post("/v1/assignments", &body).await.expect(201));
    }
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let body = json!({
        "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-24", "replacesId": pairs[0].json["id"],
    });
    pairs.push(manager.post("/v1/assignments", &body).await.expect(201));
    let form = json!({
        "cadreId": cadre, "kind": "ORDINARY", "periodFrom": "2023-04-01", "periodTo": "2023-06-30", "evaluatorRelation": "UNIT",
    });
    app.officer()
        .post("/v1/evaluations", &form)
        .await
        .expect(201);
    (format!("/v1/cadres/{cadre}"), pairs)
}

#[actix_web::test]
async fn graduating_ends_pairs_frees_seats_cancels_open_forms_and_can_be_taken_back() {
    let app = TestApp::start().await;
    let (path, pairs) = recruit(&app).await;
    let officer = app.officer();
    let verb = format!("{path}/_graduate");
    let rehearsed = officer
        .post(&verb, &json!({ "dryRun": true }))
        .await
        .expect(200);
    assert_eq!(rehearsed.json["status"], "GRADUATED");
    let read = officer.get(&path).await.expect(200);
    assert_eq!(
        [&read.json["status"], &read.json["mentoring"]],
        ["ACTIVE", "FULL"]
    );
    let done = officer
        .post(&verb, &json!({ "on": "2023-07-20" }))
        .await
        .expect(200);
    assert_eq!(
        [&done.json["status"], &done.json["mentoring"]],
        ["GRADUATED", "NONE"]
    );
    // The date makes the phase.
    assert_eq!(done.json["phase"], "SEEDLING");
    let again = officer
        .post(&verb, &json!({ "on": "2023-07-20" }))
        .await
        .expect(200);
    assert_eq!(again.json["version"], done.json["version"]);
    let told = [
        ("COMPLETED", json!("2023-07-20")),
        ("COMPLETED", json!("2023-07-20")),
        ("CANCELLED", Value::Null),
    ];
    for (pair, (status, ends_on)) in pairs.iter().zip(told) {
        let now = app.manager().get(pair.header("location")).await.expect(200);
        assert_eq!(
            (&now.json["status"], &now.json["endsOn"]),
            (&json!(status), &ends_on)
        );
        assert_eq!(now.json["endReason"], "TERM_ENDED");
        let mentor = app
            .manager()
            .get(&format!(
                "/v1/mentors/{}",
                pair.json["mentorId"].as_str().unwrap()
            ))
            .await;
        assert_eq!(mentor.expect(200).json["activeMentees"], 0);
    }
    let forms = officer.get("/v1/evaluations?count=exact").await.expect(200);
    assert_eq!(forms.json["total"], 0);
    let back = officer
        .post(&format!("{path}/_reinstate"), &json!({}))
        .await
        .expect(200);
    assert_eq!(
        [&back.json["status"], &back.json["mentoring"]],
        ["ACTIVE", "NONE"]
    );
    app.sealed().await;
    let id = path.rsplit('/').next().unwrap();
    let rows = app
        .manager()
        .get(&format!(
            "/v1/journal?resourceId={id}&action=cadre.graduated"
        ))
        .await;
    assert_eq!(rows.expect(200).json["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn only_an_active_cadre_graduates_on_a_day_since_reporting_by_the_own_staff() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let verb = format!("/v1/cadres/{cadre}/_graduate");
    let officer = app.officer();
    for (day, code) in [
        ("2023-07-25", "date-in-future"),
        ("2022-08-25", "out-of-range"),
    ] {
        let refused = officer.post(&verb, &json!({ "on": day })).await;
        assert_eq!(refused.expect(422).errors(), [("/on", code)]);
    }
    app.client(Who::officer(&app.city.qingjiang))
        .post(&verb, &json!({}))
        .await
        .expect_problem(404, "not-found");
    app.client(Who::cadre(&app.city.yuxi, cadre))
        .post(&verb, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let stale = officer
        .request(reqwest::Method::POST, &verb)
        .if_match("\"7.x\"")
        .send()
        .await;
    stale.expect_problem(412, "stale-version");
    let suspend = json!({ "from": "2023-07-01", "reason": "借出学习" });
    officer
        .post(&format!("/v1/cadres/{cadre}/_suspend"), &suspend)
        .await
        .expect(200);
    officer
        .post(&verb, &json!({}))
        .await
        .expect_problem(409, "illegal-transition");
}
