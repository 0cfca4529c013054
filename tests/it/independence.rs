//! Raters write independently: whoever could still write a form that would be accepted reads no other one of the same cadre,
//! kind and period, and whoever reads another writes none.

use diesel::prelude::*;
use serde_json::json;
use xinmiao::access::Role;
use xinmiao::db::Id;
use xinmiao::db::schema::{assignments, cadres};
use xinmiao::values::Date;

use crate::evaluation_scene::{QUARTER, Scene, act, confirm, path_of};
use crate::support::{Answer, Client, Who};

const DAY: i64 = 86_400;
const LAST_QUARTER: (&str, &str) = ("2023-01-01", "2023-03-31");

fn reasons(answer: &Answer) -> Vec<&str> {
    let violations = answer.json["violations"].as_array().unwrap();
    violations
        .iter()
        .filter_map(|violation| violation["reason"].as_str())
        .collect()
}

/// A rater, with fresh tokens: the clock may have moved.
fn rater(scene: &Scene, relation: &str) -> Client {
    let unit = &scene.app.city.yuxi;
    scene.app.client(match relation {
        "UNIT" => Who::officer(unit),
        "SELF" => Who::cadre(unit, scene.cadre_id),
        "POLITICAL_MENTOR" => Who::mentor(unit, scene.political_id),
        _ => Who::mentor(unit, scene.professional_id),
    })
}

async fn sees(caller: &Client, answer: &Answer) -> bool {
    let path = path_of(answer, "");
    let read = caller.get(&path).await;
    assert!(matches!(read.status, 200 | 404), "{}", read.text());
    let listed = caller
        .get("/v1/evaluations?kind=ORDINARY&limit=1000")
        .await
        .expect(200);
    let items = listed.json["items"].as_array().unwrap();
    let is_listed = items.iter().any(|item| item["id"] == answer.json["id"]);
    assert_eq!(is_listed, read.status == 200);
    is_listed
}

/// What the writer of one relation meets: the state of their form, the days after the period, whether it was reopened; and
/// whether they see another's confirmed form, and whether a form of theirs is accepted.
#[actix_web::test]
async fn every_rater_sees_others_only_when_no_form_of_theirs_would_be_accepted() {
    // Today is 24 days after the quarter's end; a form is accepted for 30.
    let inside = 0;
    let last_day = 6;
    let after = 7;
    for relation in ["POLITICAL_MENTOR", "UNIT", "SELF"] {
        for (state, days, reopened, sees_other, accepted) in [
            ("NONE", inside, false, false, true),
            ("NONE", last_day, false, false, true),
            ("NONE", after, false, true, false),
            ("NONE", after, true, false, true),
            ("DRAFT", inside, false, false, true),
            ("DRAFT", last_day, false, false, true),
            ("DRAFT", after, false, true, false),
            ("DRAFT", after, true, false, true),
            ("SUBMITTED", inside, false, true, false),
            ("SUBMITTED", after, false, true, false),
        ] {
            let place = format!("{relation} {state} {days} {reopened}");
            let scene = Scene::start().await;
            let other = scene.confirmed("ORDINARY", "PROFESSIONAL_MENTOR").await;
            let own = match state {
                "DRAFT" => Some(scene.draft("ORDINARY", relation).await),
                "SUBMITTED" => Some(scene.submitted("ORDINARY", relation).await),
                _ => None,
            };
            scene.app.advance(days * DAY);
            if reopened {
                let manager = scene.app.client(Who::manager(&scene.app.city.root));
                let body = json!({
                    "cadreId": scene.cadre_id, "kind": "ORDINARY", "periodFrom": QUARTER.0, "periodTo": QUARTER.1,
                    "evaluatorRelation": relation, "reason": "迟交",
                });
                manager
                    .post("/v1/evaluations/_reopen", &body)
                    .await
                    .expect(200);
            }
            let caller = rater(&scene, relation);
            assert_eq!(sees(&caller, &other).await, sees_other, "{place}");
            let answer = match (&own, state) {
                (Some(draft), "DRAFT") => act(&caller, draft, "/_submit", &json!({})).await,
                (Some(_), _) => continue,
                (None, _) => {
                    caller
                        .post("/v1/evaluations", &scene.form("ORDINARY", relation))
                        .await
                }
            };
            assert_eq!(answer.status < 300, accepted, "{place} {}", answer.text());
            if !accepted {
                let late = reasons(&answer);
                assert!(late.contains(&"LATE"), "{place} {late:?}");
            }
        }
    }
}

#[actix_web::test]
async fn who_has_handed_in_and_read_the_others_cannot_take_it_back() {
    for relation in ["POLITICAL_MENTOR", "UNIT", "SELF"] {
        let scene = Scene::start().await;
        let submitted = scene.submitted("ORDINARY", relation).await;
        let writer = rater(&scene, relation);
        let withdrawn = act(&writer, &submitted, "/_withdraw", &json!({})).await;
        let withdrawn = withdrawn.expect(200);
        let again = act(&writer, &withdrawn, "/_submit", &json!({})).await;
        let again = again.expect(200);
        let other = scene.confirmed("ORDINARY", "PROFESSIONAL_MENTOR").await;
        assert!(sees(&writer, &other).await, "{relation}");
        let refused = act(&writer, &again, "/_withdraw", &json!({})).await;
        let refused = refused.expect_problem(409, "rule-violation");
        assert_eq!(reasons(&refused), ["NOT_INDEPENDENT"], "{relation}");
    }
}

#[actix_web::test]
async fn what_was_readable_once_keeps_a_form_from_being_taken_back_and_a_manager_returns_it() {
    let scene = Scene::start().await;
    let submitted = scene.submitted("ORDINARY", "POLITICAL_MENTOR").await;
    scene.confirmed("ORDINARY", "PROFESSIONAL_MENTOR").await;
    // The pair ends, so that the other form is out of sight.
    let pair =
        diesel::update(assignments::table.filter(assignments::mentor_id.eq(scene.political_id)));
    pair.set((
        assignments::status.eq("COMPLETED"),
        assignments::ends_on.eq(Date::parse("2023-07-20").ok()),
    ))
    .execute(&mut scene.app.db())
    .unwrap();
    diesel::update(cadres::table.find(scene.cadre_id))
        .set(cadres::political_mentor_id.eq(None::<Id>))
        .execute(&mut scene.app.db())
        .unwrap();
    assert_eq!(scene.listed(&scene.political).await.len(), 1);
    let refused = act(&scene.political, &submitted, "/_withdraw", &json!({})).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(reasons(&refused), ["NOT_INDEPENDENT"]);
    let why = json!({ "reason": "请补充事例" });
    let returned = act(&scene.manager, &submitted, "/_return", &why).await;
    assert_eq!(returned.expect(200).json["status"], "RETURNED");
}

#[actix_web::test]
async fn a_manager_who_read_a_form_that_was_taken_back_cannot_take_back_their_own() {
    let scene = Scene::start().await;
    let manager = scene.mentor_and_manager(scene.political_id);
    let mut form = scene.form("ORDINARY", "POLITICAL_MENTOR");
    form["submit"] = true.into();
    let own = manager.post("/v1/evaluations", &form).await.expect(201);
    let other = scene.submitted("ORDINARY", "PROFESSIONAL_MENTOR").await;
    assert!(sees(&manager, &other).await);
    let other = act(&scene.professional, &other, "/_withdraw", &json!({})).await;
    assert!(!sees(&manager, &other.expect(200)).await);
    let refused = act(&manager, &own, "/_withdraw", &json!({})).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(reasons(&refused), ["NOT_INDEPENDENT"]);
}

#[actix_web::test]
async fn a_form_cannot_be_moved_to_a_period_whose_other_forms_its_writer_reads() {
    let scene = Scene::start().await;
    let reopened = scene.reopen("ORDINARY", "PROFESSIONAL_MENTOR", LAST_QUARTER);
    reopened.await.expect(200);
    let mut form = scene.form("ORDINARY", "PROFESSIONAL_MENTOR");
    (form["periodFrom"], form["periodTo"]) = (LAST_QUARTER.0.into(), LAST_QUARTER.1.into());
    form["submit"] = true.into();
    let other = scene.professional.post("/v1/evaluations", &form).await;
    let other = confirm(&scene.manager, &other.expect(201)).await;
    assert!(sees(&scene.officer, &other.expect(200)).await);
    let draft = scene.draft("ORDINARY", "UNIT").await;
    let moved = json!({ "periodFrom": LAST_QUARTER.0, "periodTo": LAST_QUARTER.1 });
    let refused = scene
        .officer
        .patch(&path_of(&draft, ""), "*", &moved)
        .await
        .expect_problem(409, "rule-violation");
    let mut found = reasons(&refused);
    found.sort_unstable();
    assert_eq!(found, ["LATE", "NOT_INDEPENDENT"]);
}

#[actix_web::test]
async fn who_confirms_reads_by_office_and_rates_only_with_a_reason() {
    let scene = Scene::start().await;
    // Nothing to read yet: a manager may write for the unit like an officer.
    let draft = scene
        .manager
        .post("/v1/evaluations", &scene.form("PHASE", "UNIT"))
        .await;
    draft.expect(201);
    let other = scene.submitted("ORDINARY", "POLITICAL_MENTOR").await;
    assert!(sees(&scene.manager, &other).await);
    let mut form = scene.form("ORDINARY", "UNIT");
    let refused = scene.manager.post("/v1/evaluations", &form).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(reasons(&refused), ["NOT_INDEPENDENT"]);
    assert_eq!(refused.json["override"], true);
    form["overrides"] = json!([{ "rule": "EVALUATION", "reason": "单位无其他人员" }]);
    let created = scene.manager.post("/v1/evaluations", &form).await;
    let created = created.expect(201);
    scene.app.sealed().await;
    let id = created.json["id"].as_str().unwrap();
    let lines = scene
        .other_manager
        .get(&format!("/v1/journal?resourceId={id}"))
        .await
        .expect(200);
    assert_eq!(
        lines.json["items"][0]["overrides"],
        json!([{ "rule": "EVALUATION", "reason": "单位无其他人员" }])
    );
}

#[actix_web::test]
async fn reopening_is_a_managers_word_for_one_rater_and_journaled() {
    let scene = Scene::start().await;
    let reopened = scene
        .reopen("ORDINARY", "POLITICAL_MENTOR", LAST_QUARTER)
        .await
        .expect(200);
    assert_eq!(reopened.json["mentorId"], json!(scene.political_id));
    assert_eq!(reopened.json["until"], "2023-08-23");
    let again = scene.reopen("ORDINARY", "POLITICAL_MENTOR", LAST_QUARTER);
    assert_eq!(again.await.expect(200).json, reopened.json);
    scene.app.sealed().await;
    let lines = scene
        .manager
        .get("/v1/journal?action=evaluation.reopened")
        .await
        .expect(200);
    let lines = lines.json["items"].as_array().unwrap().clone();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["reason"], "迟交，已说明");
    let mut form = scene.form("ORDINARY", "PROFESSIONAL_MENTOR");
    (form["periodFrom"], form["periodTo"]) = (LAST_QUARTER.0.into(), LAST_QUARTER.1.into());
    // It was not the other mentor's form that was reopened.
    let refused = scene.professional.post("/v1/evaluations", &form).await;
    assert_eq!(reasons(&refused), ["LATE"]);
    form["evaluatorRelation"] = "POLITICAL_MENTOR".into();
    scene
        .political
        .post("/v1/evaluations", &form)
        .await
        .expect(201);
    for (relation, period, mentor, pointer, code) in [
        (
            "UNIT",
            ("2023-07-01", "2023-09-30"),
            None,
            "/periodTo",
            "date-in-future",
        ),
        (
            "UNIT",
            ("2021-01-01", "2021-12-31"),
            None,
            "/periodFrom",
            "out-of-range",
        ),
        (
            "UNIT",
            LAST_QUARTER,
            Some(scene.political_id),
            "/mentorId",
            "unknown-member",
        ),
        (
            "PROFESSIONAL_MENTOR",
            LAST_QUARTER,
            Some(scene.political_id),
            "/mentorId",
            "reference-unknown",
        ),
    ] {
        let mut body = json!({
            "cadreId": scene.cadre_id, "kind": "ORDINARY", "periodFrom": period.0, "periodTo": period.1,
            "evaluatorRelation": relation, "reason": "迟交",
        });
        if let Some(mentor) = mentor {
            body["mentorId"] = json!(mentor);
        }
        let refused = scene.manager.post("/v1/evaluations/_reopen", &body).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [(pointer, code)]);
    }
    // Nobody reopens for themselves, nor what was handed in, nor out of reach.
    let both = Who::mentor(&scene.app.city.yuxi, scene.professional_id)
        .and(Role::ProgrammeManager, &scene.app.city.root);
    let body = json!({
        "cadreId": scene.cadre_id, "kind": "ORDINARY", "periodFrom": LAST_QUARTER.0, "periodTo": LAST_QUARTER.1,
        "evaluatorRelation": "PROFESSIONAL_MENTOR", "reason": "迟交",
    });
    let both = scene.app.client(both);
    let refused = both.post("/v1/evaluations/_reopen", &body);
    assert_eq!(reasons(&refused.await), ["NOT_INDEPENDENT"]);
    scene.submitted("ORDINARY", "UNIT").await;
    let refused = scene.reopen("ORDINARY", "UNIT", QUARTER).await;
    refused.expect_problem(409, "illegal-transition");
    let elsewhere = scene.app.client(Who::manager(&scene.app.city.bazhou));
    let refused = elsewhere.post("/v1/evaluations/_reopen", &body).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/cadreId", "reference-unknown")]);
    let refused = scene.officer.post("/v1/evaluations/_reopen", &body).await;
    refused.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn what_a_manager_gives_back_is_accepted_again() {
    let scene = Scene::start().await;
    let submitted = scene.submitted("ORDINARY", "UNIT").await;
    scene.app.advance(6 * DAY);
    let manager = scene.app.client(Who::manager(&scene.app.city.root));
    let reason = json!({ "reason": "请补充事例" });
    let returned = act(&manager, &submitted, "/_return", &reason).await;
    let returned = returned.expect(200);
    scene.app.advance(10 * DAY);
    let officer = rater(&scene, "UNIT");
    act(&officer, &returned, "/_submit", &json!({}))
        .await
        .expect(200);
}
