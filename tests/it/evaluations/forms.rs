//! Who writes a form, about whom, for which days, and what it must say.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::db::schema::users;

use super::{post, violations};
use crate::evaluation_scene::{
    QUARTER, Scene, act, confirm, four, new_cadre, new_mentor, pair, path_of,
};
use crate::support::Who;

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
