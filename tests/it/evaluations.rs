//! Writing, handing in, confirming, receiving and objecting.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::db::schema::{kinships, users};

use crate::evaluation_scene::{
    QUARTER, Scene, act, confirm, four, id_of, new_cadre, new_mentor, pair, path_of,
};
use crate::support::{Answer, Client, MentorSeed, Who};

/// The rules that stand against a request.
fn violations(answer: &Answer) -> Vec<(&str, &str)> {
    answer.json["violations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|v| (v["rule"].as_str().unwrap(), v["reason"].as_str().unwrap()))
        .collect()
}

async fn post(caller: &Client, form: &Value) -> Answer {
    caller.post("/v1/evaluations", form).await
}

#[actix_web::test]
async fn r26_an_evaluation_goes_from_draft_to_receipt() {
    let scene = Scene::start().await;
    let draft = scene.draft("MENTOR_REVIEW", "POLITICAL_MENTOR").await;
    assert_eq!(draft.header("location"), path_of(&draft, ""));
    for (member, value) in [
        ("status", json!("DRAFT")),
        ("overallScore", json!(88.0)),
        ("mentorId", json!(scene.political_id)),
        ("mentorName", json!("王建国")),
        ("cadreName", json!("李雨瑶")),
        ("organizationName", json!("渔溪镇")),
        ("phase", json!("NURTURING")),
        ("warnings", json!([])),
        (
            "allowedActions",
            json!([
                "update_evaluation",
                "submit_evaluation",
                "delete_evaluation"
            ]),
        ),
    ] {
        assert_eq!(draft.json[member], value, "{member}");
    }
    let read = scene.political.get(&path_of(&draft, "")).await.expect(200);
    assert_eq!(read.etag(), draft.etag());
    let submitted = act(&scene.political, &draft, "/_submit", &json!({})).await;
    let submitted = submitted.expect(200);
    assert_eq!(submitted.json["status"], "SUBMITTED");
    assert_eq!(
        submitted.json["allowedActions"],
        json!(["withdraw_evaluation"])
    );
    let again = scene
        .political
        .post(&path_of(&draft, "/_submit"), &json!({}))
        .await;
    assert_eq!(again.expect(200).json["version"], 2);
    let seen = scene.manager.get(&path_of(&draft, "")).await.expect(200);
    assert_eq!(
        seen.json["allowedActions"],
        json!(["confirm_evaluation", "return_evaluation"])
    );
    let confirmed = confirm(&scene.manager, &seen).await.expect(200);
    assert_eq!(confirmed.json["status"], "CONFIRMED");
    // A repeated confirmation, as after a lost answer.
    let again = confirm(&scene.manager, &seen).await.expect(200);
    assert_eq!(again.json["version"], confirmed.json["version"]);
    let seen = scene.cadre.get(&path_of(&draft, "")).await.expect(200);
    assert_eq!(
        seen.json["allowedActions"],
        json!(["acknowledge_evaluation", "object_evaluation"])
    );
    let received = scene
        .cadre
        .post(&path_of(&draft, "/_acknowledge"), &json!({}))
        .await;
    let received = received.expect(200);
    assert_ne!(received.json["acknowledgedAt"], Value::Null);
    let again = scene
        .cadre
        .post(&path_of(&draft, "/_acknowledge"), &json!({}))
        .await;
    assert_eq!(again.expect(200).json["version"], received.json["version"]);
    scene.app.sealed().await;
    let lines = scene
        .app
        .auditor()
        .get("/v1/journal?resourceType=evaluation")
        .await;
    let lines = lines.expect(200);
    let actions: Vec<_> = lines.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        actions,
        [
            "evaluation.created",
            "evaluation.submitted",
            "evaluation.confirmed",
            "evaluation.acknowledged"
        ]
    );
}

#[actix_web::test]
async fn every_kind_has_its_raters() {
    let scene = Scene::start().await;
    let all = ["POLITICAL_MENTOR", "PROFESSIONAL_MENTOR", "UNIT", "SELF"];
    for (kind, raters) in [
        ("MENTOR_REVIEW", &all[..2]),
        ("ORDINARY", &all[..]),
        ("ANNUAL", &all[2..]),
        ("PROBATION", &all[2..]),
        ("PHASE", &all[..]),
    ] {
        for relation in all {
            let form = scene.form(kind, relation);
            let answer = post(scene.writer(relation), &form).await;
            if raters.contains(&relation) {
                answer.expect(201);
            } else {
                let answer = answer.expect_problem(422, "invalid");
                assert!(
                    answer
                        .errors()
                        .contains(&("/evaluatorRelation", "code-unknown")),
                    "{kind} {relation}: {}",
                    answer.text()
                );
            }
        }
    }
}

#[actix_web::test]
async fn handing_in_asks_for_scores_and_the_grade_of_the_kind() {
    let scene = Scene::start().await;
    let appraisal: Vec<Value> = ["VIRTUE", "ABILITY", "DILIGENCE", "ACHIEVEMENT", "PROBITY"]
        .map(|dimension| json!({ "dimension": dimension, "score": 70 }))
        .to_vec();
    for (kind, relation, graded) in [
        ("ORDINARY", "UNIT", true),
        ("ORDINARY", "POLITICAL_MENTOR", true),
        ("ORDINARY", "SELF", false),
        ("ANNUAL", "UNIT", true),
        ("ANNUAL", "SELF", false),
        ("PROBATION", "UNIT", true),
        ("PHASE", "UNIT", false),
        ("MENTOR_REVIEW", "PROFESSIONAL_MENTOR", false),
    ] {
        let mut form = scene.form(kind, relation);
        form["submit"] = true.into();
        form["scores"] = json!([]);
        form.as_object_mut().unwrap().remove("grade");
        let refused = post(scene.writer(relation), &form).await;
        let refused = refused.expect_problem(422, "invalid");
        let mut expected = vec![("/scores", "required")];
        if graded {
            expected.push(("/grade", "required"));
        }
        assert_eq!(refused.errors(), expected, "{kind} {relation}");
        form["scores"] = four(80);
        form["grade"] = "GOODNESS".into();
        let refused = post(scene.writer(relation), &form).await;
        let code = if graded {
            "code-unknown"
        } else {
            "unknown-member"
        };
        assert_eq!(
            refused.expect_problem(422, "invalid").errors(),
            [("/grade", code)]
        );
    }
    let mut form = scene.form("ORDINARY", "UNIT");
    form["scores"] =
        json!([{ "dimension": "VIRTUE", "score": 101 }, { "dimension": "POST_FIT", "score": 1.5 }]);
    let refused = post(&scene.officer, &form)
        .await
        .expect_problem(422, "invalid");
    let expected = [
        ("/scores/0/score", "out-of-range"),
        ("/scores/1/score", "type"),
    ];
    assert_eq!(refused.errors(), expected);
    form["scores"] = appraisal.clone().into();
    let refused = post(&scene.officer, &form)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors().len(), 5);
    let mut form = scene.form("ANNUAL", "UNIT");
    form["submit"] = true.into();
    form["scores"] = appraisal.into();
    let created = post(&scene.officer, &form).await.expect(201);
    assert_eq!(created.json["overallScore"], 70.0);
}

#[actix_web::test]
async fn a_period_lies_between_reporting_and_today() {
    let scene = Scene::start().await;
    for (from, to, expected) in [
        (
            "2023-07-01",
            "2023-07-25",
            vec![("/periodTo", "date-in-future")],
        ),
        (
            "2023-07-01",
            "2023-06-30",
            vec![("/periodTo", "out-of-range")],
        ),
        (
            "2021-08-25",
            "2021-09-30",
            vec![("/periodFrom", "out-of-range")],
        ),
    ] {
        let mut form = scene.form("ORDINARY", "UNIT");
        form["periodFrom"] = from.into();
        form["periodTo"] = to.into();
        let refused = post(&scene.officer, &form)
            .await
            .expect_problem(422, "invalid");
        assert_eq!(refused.errors(), expected);
    }
    let mut form = scene.form("ORDINARY", "UNIT");
    form["periodTo"] = "2023-07-24".into();
    form["periodFrom"] = "2021-08-26".into();
    post(&scene.officer, &form).await.expect(201);
}

#[actix_web::test]
async fn nobody_writes_about_a_cadre_out_of_reach() {
    let scene = Scene::start().await;
    let city = &scene.app.city;
    let stranger = new_mentor(&scene.app, "外人").await;
    let officer = scene.app.client(Who::officer(&city.liulin));
    let mentor = scene.app.client(Who::mentor(&city.yuxi, stranger));
    let mut before = scene.form("ORDINARY", "UNIT");
    before["periodFrom"] = "2000-01-01".into();
    for (caller, form) in [
        (&officer, scene.form("ORDINARY", "UNIT")),
        (&officer, before),
        (&mentor, scene.form("ORDINARY", "POLITICAL_MENTOR")),
        (&officer, scene.form("ORDINARY", "SELF")),
    ] {
        let refused = post(caller, &form).await.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/cadreId", "reference-unknown")]);
    }
    let mut unknown = scene.form("ORDINARY", "UNIT");
    unknown["cadreId"] = json!(scene.app.id());
    let refused = post(&scene.officer, &unknown)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/cadreId", "reference-unknown")]);
    // Someone with another say about the cadre is told which.
    let refused = post(
        &scene.political,
        &scene.form("ORDINARY", "PROFESSIONAL_MENTOR"),
    )
    .await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/evaluatorRelation", "code-unknown")]);
}

#[actix_web::test]
async fn a_mentor_writes_for_days_of_the_pair_until_thirty_days_after_its_end() {
    let scene = Scene::start().await;
    let former = new_mentor(&scene.app, "旧导师").await;
    let cadre = new_cadre(&scene.app, "周晓梅", "2021-08-26").await;
    pair(
        &scene.app,
        cadre,
        former,
        "POLITICAL",
        ("2022-01-01", Some("2023-06-30")),
    );
    let caller = || scene.app.client(Who::mentor(&scene.app.city.yuxi, former));
    let form = |from: &str, to: &str| {
        let mut form = scene.form("ORDINARY", "POLITICAL_MENTOR");
        form["cadreId"] = json!(cadre);
        form["periodFrom"] = from.into();
        form["periodTo"] = to.into();
        form
    };
    let late = form("2023-04-01", "2023-07-01");
    let refused = post(&caller(), &late).await.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/periodTo", "out-of-range")]);
    let quarter = form(QUARTER.0, QUARTER.1);
    let draft = post(&caller(), &quarter).await.expect(201);
    scene.app.advance(6 * 86_400);
    post(&caller(), &form("2023-04-15", "2023-06-30"))
        .await
        .expect(201);
    let refused = post(&caller(), &form("2023-01-01", "2023-03-31")).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("EVALUATION", "LATE")]);
    scene.app.advance(86_400);
    let refused = post(&caller(), &form("2022-10-01", "2022-12-31")).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/cadreId", "reference-unknown")]);
    let refused = caller()
        .post(&path_of(&draft, "/_submit"), &json!({}))
        .await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("EVALUATION", "LATE")]);
}

#[actix_web::test]
async fn r10_on_probation_the_annual_appraisal_has_no_grade_and_later_it_has() {
    let scene = Scene::start().await;
    for (from, to) in [("2021-08-26", "2021-12-31"), ("2022-01-01", "2022-12-31")] {
        scene.reopen("ANNUAL", "UNIT", (from, to)).await.expect(200);
    }
    let annual = |year: &str, from: &str, grade: &str| {
        let mut form = scene.form("ANNUAL", "UNIT");
        form["periodFrom"] = from.into();
        form["periodTo"] = format!("{year}-12-31").into();
        form["grade"] = grade.into();
        form
    };
    for (form, reason) in [
        (
            annual("2021", "2021-08-26", "COMPETENT"),
            "UNGRADED_IN_PROBATION",
        ),
        (
            annual("2021", "2021-08-26", "NOT_APPRAISED_LEAVE"),
            "UNGRADED_IN_PROBATION",
        ),
        (
            annual("2022", "2022-01-01", "UNGRADED_PROBATION"),
            "GRADED_AFTER_PROBATION",
        ),
    ] {
        let refused = post(&scene.officer, &form)
            .await
            .expect_problem(409, "rule-violation");
        assert_eq!(violations(&refused), [("R10", reason)]);
    }
    post(
        &scene.officer,
        &annual("2021", "2021-08-26", "UNGRADED_PROBATION"),
    )
    .await
    .expect(201);
    let graded = annual("2022", "2022-01-01", "COMPETENT");
    let draft = post(&scene.officer, &graded).await.expect(201);
    let submitted = act(&scene.officer, &draft, "/_submit", &json!({}))
        .await
        .expect(200);
    // The day of reporting is corrected while the appraisal waits: probation lasted longer.
    let correction = json!({ "reportedOn": "2022-01-05" });
    let path = format!("/v1/cadres/{}", scene.cadre_id);
    scene
        .manager
        .patch(&path, "*", &correction)
        .await
        .expect(200);
    let refused = confirm(&scene.manager, &submitted).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R10", "UNGRADED_IN_PROBATION")]);
}

#[actix_web::test]
async fn r17_r18_kin_neither_evaluate_nor_confirm() {
    let scene = Scene::start().await;
    let submitted = scene.submitted("ORDINARY", "PROFESSIONAL_MENTOR").await;
    let draft = scene.draft("ORDINARY", "POLITICAL_MENTOR").await;
    let declare = |mentor: xinmiao::db::Id, relation: &str| {
        diesel::insert_into(kinships::table)
            .values((
                kinships::id.eq(scene.app.id()),
                kinships::version.eq(1),
                kinships::created_at.eq(scene.app.now()),
                kinships::updated_at.eq(scene.app.now()),
                kinships::person_a_type.eq("MENTOR"),
                kinships::person_a_id.eq(mentor),
                kinships::person_b_type.eq("CADRE"),
                kinships::person_b_id.eq(scene.cadre_id),
                kinships::relation.eq(relation),
            ))
            .execute(&mut scene.app.db())
            .unwrap();
    };
    let mut quarter = scene.form("PHASE", "POLITICAL_MENTOR");
    post(&scene.political, &quarter).await.expect(201);
    declare(scene.professional_id, "81");
    quarter["evaluatorRelation"] = "PROFESSIONAL_MENTOR".into();
    let refused = post(&scene.professional, &quarter).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R18", "KINSHIP")]);
    // What was handed in before the declaration cannot move on.
    let refused = confirm(&scene.manager, &submitted).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R18", "KINSHIP")]);
    // The manager is kin through their account, which links them to the mentor.
    let done = act(&scene.political, &draft, "/_submit", &json!({}))
        .await
        .expect(200);
    let both = scene.mentor_and_manager(scene.professional_id);
    let seen = scene.manager.get(&path_of(&done, "")).await.expect(200);
    let refused = act(&both, &seen, "/_return", &json!({ "reason": "x" })).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R18", "KINSHIP")]);
}

#[actix_web::test]
async fn r18_a_mentor_whose_id_is_that_of_a_managers_account_is_another_person() {
    let scene = Scene::start().await;
    let city = scene.app.city.clone();
    let manager = Who::manager(&city.root);
    let namesake =
        scene
            .app
            .insert_mentor_as(manager.account_id, &city.yuxi, MentorSeed::default());
    let cadre_id = new_cadre(&scene.app, "周小满", "2021-08-26").await;
    pair(
        &scene.app,
        cadre_id,
        namesake,
        "POLITICAL",
        ("2021-09-01", None),
    );
    let mut form = scene.form("ORDINARY", "POLITICAL_MENTOR");
    form["cadreId"] = json!(cadre_id);
    form["submit"] = true.into();
    let mentor = scene.app.client(Who::mentor(&city.yuxi, namesake));
    let submitted = mentor.post("/v1/evaluations", &form).await.expect(201);
    let confirmed = confirm(&scene.app.client(manager), &submitted)
        .await
        .expect(200);
    assert_eq!(confirmed.json["status"], "CONFIRMED");
}

#[actix_web::test]
async fn r18_nobody_evaluates_themselves_or_confirms_what_they_wrote() {
    let scene = Scene::start().await;
    let city = &scene.app.city;
    use xinmiao::access::Role;
    let who = Who::cadre(&city.yuxi, scene.cadre_id).and(Role::ProgrammeManager, &city.root);
    let own = scene.app.client(who);
    let refused = post(&own, &scene.form("ORDINARY", "UNIT")).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R18", "SELF_EVALUATION")]);
    let mut form = scene.form("ORDINARY", "SELF");
    form["submit"] = true.into();
    let submitted = post(&own, &form).await.expect(201);
    let refused = confirm(&own, &submitted)
        .await
        .expect_problem(409, "rule-violation");
    let expected = [
        ("R18", "SELF_EVALUATION"),
        ("R18", "CONFIRMER_IS_EVALUATOR"),
    ];
    assert_eq!(violations(&refused), expected);
    let mut form = scene.form("PHASE", "UNIT");
    form["submit"] = true.into();
    let submitted = post(&scene.manager, &form).await.expect(201);
    let refused = confirm(&scene.manager, &submitted).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R18", "CONFIRMER_IS_EVALUATOR")]);
    confirm(&scene.other_manager, &submitted).await.expect(200);
    // Persons are compared: the manager's account is linked to the mentor whose form another account handed in.
    let submitted = scene.submitted("PHASE", "POLITICAL_MENTOR").await;
    let both = scene.mentor_and_manager(scene.political_id);
    let refused = confirm(&both, &submitted)
        .await
        .expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R18", "CONFIRMER_IS_EVALUATOR")]);
}

#[actix_web::test]
async fn verbs_pass_from_the_right_state_by_the_right_caller_only() {
    let scene = Scene::start().await;
    let reason = json!({ "reason": "请补充事例" });
    let none = json!({});
    let answer = json!({ "outcome": "REJECTED", "answer": "维持" });
    // By the state of an officer's form: what the author, the manager and the cadre meet.
    for (state, expected) in [
        ("DRAFT", [200, 200, 404, 404, 404, 404, 404]),
        ("SUBMITTED", [200, 200, 200, 200, 409, 404, 404]),
        ("RETURNED", [200, 409, 409, 200, 409, 404, 404]),
        ("CONFIRMED", [409, 409, 200, 409, 409, 200, 200]),
    ] {
        let verbs = [
            "_submit",
            "_withdraw",
            "_confirm",
            "_return",
            "_answer",
            "_acknowledge",
            "_object",
        ];
        for (verb, status) in verbs.into_iter().zip(expected) {
            let scene = Scene::start().await;
            // Who has handed in their own form may read those of others.
            scene.submitted("PHASE", "SELF").await;
            let mut at = scene.draft("PHASE", "UNIT").await;
            if state != "DRAFT" {
                at = act(&scene.officer, &at, "/_submit", &none)
                    .await
                    .expect(200);
            }
            if state == "RETURNED" {
                at = act(&scene.manager, &at, "/_return", &reason)
                    .await
                    .expect(200);
            }
            if state == "CONFIRMED" {
                at = confirm(&scene.manager, &at).await.expect(200);
            }
            let (caller, body) = match verb {
                "_submit" | "_withdraw" => (&scene.officer, &none),
                "_confirm" => (&scene.manager, &none),
                "_return" => (&scene.manager, &reason),
                "_answer" => (&scene.manager, &answer),
                "_acknowledge" => (&scene.cadre, &none),
                _ => (&scene.cadre, &reason),
            };
            let met = act(caller, &at, &format!("/{verb}"), body).await;
            assert_eq!(met.status, status, "{state} {verb}: {}", met.text());
            if status == 409 {
                assert_eq!(met.code(), "illegal-transition");
                assert_eq!(met.json["current"]["status"], state);
            }
        }
    }
    // Another rater who sees it is not its author.
    let confirmed = scene.confirmed("PHASE", "UNIT").await;
    let refused = scene
        .political
        .post(&path_of(&confirmed, "/_submit"), &none)
        .await;
    // The mentor still owes a form of that kind and period.
    refused.expect_problem(404, "not-found");
    let refused = scene
        .manager
        .post(&path_of(&confirmed, "/_submit"), &none)
        .await;
    refused.expect_problem(403, "forbidden");
    let refused = scene
        .officer
        .post(&path_of(&confirmed, "/_confirm"), &none)
        .await;
    refused.expect_problem(403, "forbidden");
    let refused = scene
        .officer
        .post(&path_of(&confirmed, "/_acknowledge"), &none)
        .await;
    refused.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a8_changes_need_the_version_that_was_read() {
    let scene = Scene::start().await;
    let draft = scene.draft("PHASE", "UNIT").await;
    let path = path_of(&draft, "");
    let patch = json!({ "summary": "新的小结" });
    let officer = &scene.officer;
    let bare = officer
        .request(reqwest::Method::PATCH, &path)
        .merge_patch(&patch);
    bare.send()
        .await
        .expect_problem(428, "precondition-required");
    let stale = officer.patch(&path, "\"7.x\"", &patch).await;
    assert_eq!(
        stale.expect_problem(412, "stale-version").json["current"]["version"],
        1
    );
    let changed = officer.patch(&path, draft.etag(), &patch).await.expect(200);
    assert_eq!(
        (&changed.json["version"], &changed.json["summary"]),
        (&json!(2), &json!("新的小结"))
    );
    let same = officer
        .patch(&path, changed.etag(), &patch)
        .await
        .expect(200);
    assert_eq!(same.json["version"], 2);
    let cleared = json!({ "summary": null, "scores": null });
    let cleared = officer.patch(&path, "*", &cleared).await.expect(200);
    assert_eq!(cleared.json["summary"], Value::Null);
    assert_eq!(cleared.json["overallScore"], Value::Null);
    let refused = officer.delete(&path, draft.etag()).await;
    refused.expect_problem(412, "stale-version");
    let read_only = json!({ "status": "CONFIRMED", "overallScore": 1, "cadreId": scene.cadre_id });
    let refused = officer
        .patch(&path, "*", &read_only)
        .await
        .expect_problem(422, "invalid");
    let mut errors = refused.errors();
    errors.sort_unstable();
    let expected = [
        ("/cadreId", "unknown-member"),
        ("/overallScore", "read-only"),
        ("/status", "read-only"),
    ];
    assert_eq!(errors, expected);
    officer.delete(&path, cleared.etag()).await.expect(204);
    officer.get(&path).await.expect_problem(404, "not-found");
    let submitted = scene.submitted("PHASE", "UNIT").await;
    for verb in ["/_confirm", "/_return"] {
        let body = if verb == "/_return" {
            json!({ "reason": "x" })
        } else {
            json!({})
        };
        let refused = scene.manager.post(&path_of(&submitted, verb), &body).await;
        refused.expect_problem(428, "precondition-required");
        let path = path_of(&submitted, verb);
        let request = scene
            .manager
            .request(reqwest::Method::POST, &path)
            .if_match("\"9.x\"");
        let refused = request.json(&body).send().await;
        refused.expect_problem(412, "stale-version");
    }
    let refused = officer.delete(&path_of(&submitted, ""), "*").await;
    refused.expect_problem(409, "illegal-transition");
    let refused = officer.patch(&path_of(&submitted, ""), "*", &patch).await;
    refused.expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn a_returned_form_is_mended_and_moved_to_its_right_period() {
    let scene = Scene::start().await;
    let submitted = scene.submitted("ORDINARY", "UNIT").await;
    let reason = json!({ "reason": "期间有误" });
    let returned = act(&scene.manager, &submitted, "/_return", &reason)
        .await
        .expect(200);
    assert_eq!(returned.json["returnReason"], "期间有误");
    let again = act(&scene.manager, &submitted, "/_return", &reason)
        .await
        .expect(200);
    assert_eq!(again.json["version"], returned.json["version"]);
    let right = ("2022-01-01", "2022-03-31");
    let patch = json!({ "periodFrom": right.0, "periodTo": right.1, "submit": true });
    let path = path_of(&returned, "");
    let late = scene.officer.patch(&path, returned.etag(), &patch).await;
    let late = late.expect_problem(409, "rule-violation");
    assert_eq!(violations(&late), [("EVALUATION", "LATE")]);
    scene.reopen("ORDINARY", "UNIT", right).await.expect(200);
    let moved = scene
        .officer
        .patch(&path, returned.etag(), &patch)
        .await
        .expect(200);
    for (member, value) in [
        ("status", json!("SUBMITTED")),
        ("phase", json!("SEEDLING")),
        ("periodTo", json!("2022-03-31")),
        ("returnReason", Value::Null),
    ] {
        assert_eq!(moved.json[member], value, "{member}");
    }
    scene.draft("ORDINARY", "UNIT").await;
    let reason = json!({ "reason": "再看一遍" });
    let returned = act(&scene.manager, &moved, "/_return", &reason)
        .await
        .expect(200);
    let back = json!({ "periodFrom": QUARTER.0, "periodTo": QUARTER.1 });
    let refused = scene.officer.patch(&path, returned.etag(), &back).await;
    refused.expect_problem(409, "duplicate");
}

#[actix_web::test]
async fn sixty_four_creates_at_once_make_one_form() {
    let scene = Scene::start().await;
    let form = scene.form("ORDINARY", "UNIT");
    let requests = (0..64).map(|_| post(&scene.officer, &form));
    let answers = futures_util::future::join_all(requests).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((answer.status, answer.code()), (409, "duplicate"));
        assert_eq!(answer.json["current"]["status"], "DRAFT");
    }
    assert_eq!(scene.listed(&scene.officer).await.len(), 1);
}

#[actix_web::test]
async fn a_repeated_create_with_its_own_id_is_no_conflict() {
    let scene = Scene::start().await;
    let mut form = scene.form("ORDINARY", "UNIT");
    form["id"] = json!(scene.app.id());
    let created = post(&scene.officer, &form).await.expect(201);
    let again = post(&scene.officer, &form).await.expect(200);
    assert_eq!((again.etag(), &again.json), (created.etag(), &created.json));
    form["summary"] = "别的".into();
    let refused = post(&scene.officer, &form)
        .await
        .expect_problem(409, "duplicate");
    assert_eq!(refused.json["current"]["id"], created.json["id"]);
    let refused = post(
        &scene.political,
        &scene.form("ORDINARY", "POLITICAL_MENTOR"),
    )
    .await;
    refused.expect(201);
}

#[actix_web::test]
async fn an_upheld_objection_leads_to_an_evaluation_that_supersedes() {
    let scene = Scene::start().await;
    let confirmed = scene.confirmed("ORDINARY", "UNIT").await;
    scene.submitted("ORDINARY", "SELF").await;
    let reason = json!({ "reason": "成绩有误" });
    let objected = scene
        .cadre
        .post(&path_of(&confirmed, "/_object"), &reason)
        .await
        .expect(200);
    assert_eq!(objected.json["objection"]["status"], "OPEN");
    let taken_back = scene
        .cadre
        .post(&path_of(&confirmed, "/_withdraw"), &json!({}))
        .await;
    assert_eq!(
        taken_back.expect(200).json["objection"]["status"],
        "WITHDRAWN"
    );
    scene
        .cadre
        .post(&path_of(&confirmed, "/_object"), &reason)
        .await
        .expect(200);
    let upheld = json!({ "outcome": "UPHELD", "answer": "同意复核" });
    let refused = scene
        .manager
        .post(&path_of(&confirmed, "/_answer"), &upheld)
        .await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R18", "ANSWERER_IS_INVOLVED")]);
    let answered = scene
        .other_manager
        .post(&path_of(&confirmed, "/_answer"), &upheld)
        .await;
    let answered = answered.expect(200);
    assert_eq!(answered.json["objection"]["status"], "UPHELD");
    assert_eq!(answered.json["scores"], confirmed.json["scores"]);
    let again = scene
        .other_manager
        .post(&path_of(&confirmed, "/_answer"), &upheld)
        .await;
    assert_eq!(again.expect(200).json["version"], answered.json["version"]);
    let refused = scene
        .cadre
        .post(
            &path_of(&confirmed, "/_object"),
            &json!({ "reason": "再议" }),
        )
        .await;
    refused.expect_problem(409, "illegal-transition");

    let drafts = scene
        .officer
        .get("/v1/evaluations?status=DRAFT")
        .await
        .expect(200);
    let draft = &drafts.json["items"][0];
    assert_eq!(draft["supersedesId"], confirmed.json["id"]);
    assert_eq!(draft["summary"], confirmed.json["summary"]);
    let path = format!("/v1/evaluations/{}", id_of(draft));
    scene
        .officer
        .delete(&path, "*")
        .await
        .expect_problem(409, "illegal-transition");
    let moved = scene
        .officer
        .patch(&path, "*", &json!({ "periodTo": "2023-06-29" }))
        .await;
    assert_eq!(
        moved.expect_problem(422, "invalid").errors(),
        [("/periodTo", "read-only")]
    );
    // Until the new one is confirmed the first stands.
    let current = format!(
        "/v1/evaluations?cadreId={}&status=CONFIRMED&current=true",
        scene.cadre_id
    );
    let stands = scene.cadre.get(&current).await.expect(200);
    assert_eq!(stands.json["items"][0]["id"], confirmed.json["id"]);
    let patch = json!({ "scores": four(95), "submit": true });
    let submitted = scene.officer.patch(&path, "*", &patch).await.expect(200);
    confirm(&scene.manager, &submitted).await.expect(200);
    let stands = scene.cadre.get(&current).await.expect(200);
    assert_eq!(stands.json["items"][0]["id"], submitted.json["id"]);
    assert_eq!(stands.json["items"].as_array().unwrap().len(), 1);
    let first = scene.cadre.get(&path_of(&confirmed, "")).await.expect(200);
    assert_eq!(first.json["supersededById"], submitted.json["id"]);
    assert_eq!(first.json["scores"], confirmed.json["scores"]);
}

#[actix_web::test]
async fn an_objection_is_raised_within_thirty_days() {
    let scene = Scene::start().await;
    let confirmed = scene.confirmed("ORDINARY", "UNIT").await;
    let own = scene.confirmed("ORDINARY", "SELF").await;
    let reason = json!({ "reason": "成绩有误" });
    let refused = scene.cadre.post(&path_of(&own, "/_object"), &reason).await;
    refused.expect_problem(409, "illegal-transition");
    let cadre = || {
        scene
            .app
            .client(Who::cadre(&scene.app.city.yuxi, scene.cadre_id))
    };
    scene.app.advance(31 * 86_400);
    let refused = cadre()
        .post(&path_of(&confirmed, "/_object"), &reason)
        .await;
    refused.expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn many_are_confirmed_at_once_and_rehearsed_without_a_trace() {
    let scene = Scene::start().await;
    let good = scene.submitted("ORDINARY", "UNIT").await;
    let stale = scene.submitted("ORDINARY", "POLITICAL_MENTOR").await;
    let draft = scene.draft("PHASE", "UNIT").await;
    let mut own = scene.form("ANNUAL", "UNIT");
    own["submit"] = true.into();
    let own = post(&scene.manager, &own).await.expect(201);
    let item =
        |answer: &Answer, version: i64| json!({ "id": answer.json["id"], "version": version });
    let items = json!([
        item(&good, 1),
        item(&stale, 9),
        item(&draft, 1),
        item(&own, 1)
    ]);
    scene.app.sealed().await;
    let position = || async {
        let list = scene.manager.get("/v1/evaluations").await.expect(200);
        list.json["journalPosition"].clone()
    };
    let before = position().await;
    let rehearsal = json!({ "items": items, "dryRun": true });
    let rehearsed = scene
        .manager
        .post("/v1/evaluations/_confirm", &rehearsal)
        .await
        .expect(200);
    scene.app.sealed().await;
    assert_eq!(position().await, before);
    let read = scene.manager.get(&path_of(&good, "")).await.expect(200);
    assert_eq!(read.json["status"], "SUBMITTED");
    let done = scene
        .manager
        .post("/v1/evaluations/_confirm", &json!({ "items": items }))
        .await;
    let done = done.expect(200);
    assert_eq!(rehearsed.json["applied"], false);
    assert_eq!(done.json["applied"], true);
    for confirmation in [&rehearsed, &done] {
        let outcomes: Vec<_> = confirmation.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["outcome"].as_str().unwrap(), item["code"].as_str()))
            .collect();
        let expected = [
            ("CONFIRMED", None),
            ("FAILED", Some("stale-version")),
            ("FAILED", Some("not-found")),
            ("FAILED", Some("rule-violation")),
        ];
        assert_eq!(outcomes, expected);
        assert_eq!(confirmation.json["confirmed"], 1);
        assert_eq!(confirmation.json["failed"], 3);
    }
    let twice = json!({ "items": [item(&good, 1), item(&good, 1)] });
    let refused = scene.manager.post("/v1/evaluations/_confirm", &twice).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/items/1/id", "not-unique")]
    );
    let refused = scene
        .manager
        .post("/v1/evaluations/_confirm", &json!({ "items": [] }))
        .await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/items", "out-of-range")]
    );
}

#[actix_web::test]
async fn r14_a_unit_with_too_many_good_grades_is_warned() {
    let scene = Scene::start().await;
    let mut last = Value::Null;
    for n in 0..5 {
        let cadre = new_cadre(&scene.app, "周晓梅", "2021-08-26").await;
        let mut form = scene.form("ORDINARY", "UNIT");
        form["cadreId"] = json!(cadre);
        form["grade"] = if n < 2 { "FAIRLY_GOOD" } else { "GOOD" }.into();
        form["submit"] = true.into();
        let created = post(&scene.officer, &form).await.expect(201);
        assert!(n == 4 || created.json["warnings"] == json!([]), "{n}");
        last = created.json;
    }
    let expected = json!([{
        "rule": "R14", "reason": "GOOD_SHARE", "organizationId": scene.app.city.yuxi.id, "organizationName": "渔溪镇",
        "kind": "ORDINARY", "periodTo": QUARTER.1, "graded": 5, "best": 3, "limitPercent": 40,
    }]);
    assert_eq!(last["warnings"], expected);
}

#[actix_web::test]
async fn the_forms_of_a_cadre_who_leaves_are_cancelled() {
    let scene = Scene::start().await;
    let confirmed = scene.confirmed("ORDINARY", "UNIT").await;
    scene.draft("PHASE", "UNIT").await;
    scene.submitted("PHASE", "POLITICAL_MENTOR").await;
    let leave = format!("/v1/cadres/{}/_leave", scene.cadre_id);
    let body = json!({ "on": "2023-07-20", "reason": "RESIGNED" });
    scene.manager.post(&leave, &body).await.expect(200);
    assert_eq!(scene.listed(&scene.manager).await, [id_of(&confirmed.json)]);
    let refused = post(&scene.officer, &scene.form("PHASE", "UNIT")).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("EVALUATION", "CADRE_NOT_ACTIVE")]);
}

#[actix_web::test]
async fn lists_are_filtered_and_sorted() {
    let scene = Scene::start().await;
    let ordinary = scene.confirmed("ORDINARY", "UNIT").await;
    let period = ("2022-01-01", "2022-03-31");
    scene.reopen("PHASE", "UNIT", period).await.expect(200);
    let mut early = scene.form("PHASE", "UNIT");
    early["periodFrom"] = "2022-01-01".into();
    early["periodTo"] = "2022-03-31".into();
    let early = post(&scene.officer, &early).await.expect(201);
    let unit = &scene.app.city.yuxi.id;
    for (query, expected) in [
        ("sort=periodTo".to_owned(), vec![&early, &ordinary]),
        ("sort=-periodTo".to_owned(), vec![&ordinary, &early]),
        ("sort=-updatedAt".to_owned(), vec![&early, &ordinary]),
        ("kind=PHASE,ANNUAL".to_owned(), vec![&early]),
        ("status=CONFIRMED".to_owned(), vec![&ordinary]),
        ("evaluatorRelation=SELF".to_owned(), vec![]),
        ("periodFromGte=2023-04-01".to_owned(), vec![&ordinary]),
        ("periodToLte=2022-03-31".to_owned(), vec![&early]),
        (
            format!("organizationId={unit}&current=true&subtree=false"),
            vec![&ordinary, &early],
        ),
        ("current=false".to_owned(), vec![]),
    ] {
        let list = scene
            .officer
            .get(&format!("/v1/evaluations?{query}"))
            .await
            .expect(200);
        let found: Vec<&str> = list.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(id_of)
            .collect();
        let expected: Vec<&str> = expected
            .into_iter()
            .map(|answer| id_of(&answer.json))
            .collect();
        assert_eq!(found, expected, "{query}");
    }
    let first = scene
        .officer
        .get("/v1/evaluations?sort=-periodTo&limit=1")
        .await
        .expect(200);
    let cursor = first.json["nextCursor"].as_str().unwrap();
    let next = format!("/v1/evaluations?sort=-periodTo&limit=1&cursor={cursor}");
    let next = scene.officer.get(&next).await.expect(200);
    assert_eq!(next.json["items"][0]["id"], early.json["id"]);
    assert_eq!(next.json.get("nextCursor"), None);
    let refused = scene
        .officer
        .get("/v1/evaluations?sort=grade&mentor=1")
        .await;
    refused.expect_problem(400, "malformed-request");
}

#[actix_web::test]
async fn a_client_of_another_system_writes_for_the_unit() {
    let scene = Scene::start().await;
    let who = Who::system(&scene.app.city.enyang, "evaluations:read evaluations:write");
    let portal = scene.app.client(who);
    let created = post(&portal, &scene.form("ORDINARY", "UNIT"))
        .await
        .expect(201);
    assert_eq!(created.json["evaluatorUserId"], Value::Null);
    let submitted = act(&portal, &created, "/_submit", &json!({}))
        .await
        .expect(200);
    let confirmed = confirm(&scene.manager, &submitted).await.expect(200);
    portal.get(&path_of(&confirmed, "")).await.expect(200);
    let refused = post(&portal, &scene.form("ORDINARY", "SELF")).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/evaluatorRelation", "code-unknown")]);
    // No account need be linked for any of this.
    let accounts: i64 = users::table
        .count()
        .get_result(&mut scene.app.db())
        .unwrap();
    assert_eq!(accounts, 0);
}
