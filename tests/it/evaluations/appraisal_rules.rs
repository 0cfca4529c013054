//! Rules of appraisal: probation, kin, oneself, shares of good grades.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::db::schema::kinships;

use super::{post, violations};
use crate::evaluation_scene::{QUARTER, Scene, act, confirm, new_cadre, pair, path_of};
use crate::support::{MentorSeed, Who};

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
