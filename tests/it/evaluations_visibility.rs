//! Who reads an evaluation, and that those who still owe one find no trace of the others.

use serde_json::{Value, json};
use xinmiao::access::Role;

use crate::evaluation_scene::{Scene, act, confirm, id_of, new_mentor, pair, path_of};
use crate::support::{Client, Who};

async fn sees(caller: &Client, path: &str) -> bool {
    let answer = caller.get(path).await;
    assert!(matches!(answer.status, 200 | 404), "{}", answer.text());
    answer.status == 200
}

/// The journal's lines about evaluations that a manager finds.
async fn journaled(scene: &Scene, caller: &Client) -> Vec<Value> {
    scene.app.sealed().await;
    let lines = caller
        .get("/v1/journal?resourceType=evaluation&limit=1000&count=exact")
        .await
        .expect(200);
    let items = lines.json["items"].as_array().unwrap();
    // What is withheld is not counted either.
    assert_eq!(lines.json["total"], items.len());
    let all = caller.get("/v1/journal?limit=1000&count=exact").await;
    let all = all.expect(200).json;
    assert_eq!(all["total"], all["items"].as_array().unwrap().len());
    items.clone()
}

#[actix_web::test]
async fn a_draft_exists_for_its_author_alone() {
    let scene = Scene::start().await;
    let draft = scene.draft("PHASE", "UNIT").await;
    let path = path_of(&draft, "");
    assert!(sees(&scene.officer, &path).await);
    let colleague = Who::officer(&scene.app.city.yuxi).named("a colleague");
    let client = Who::system(&scene.app.city.root, "evaluations:read");
    for other in [
        &scene.manager,
        &scene.political,
        &scene.cadre,
        &scene.app.client(colleague),
        &scene.app.client(client),
    ] {
        assert!(!sees(other, &path).await);
        assert_eq!(scene.listed(other).await, Vec::<String>::new());
    }
}

#[actix_web::test]
async fn what_is_handed_in_or_returned_exists_for_those_who_may_confirm_it() {
    let scene = Scene::start().await;
    let submitted = scene.submitted("ANNUAL", "UNIT").await;
    let path = path_of(&submitted, "");
    let elsewhere = scene.app.client(Who::manager(&scene.app.city.bazhou));
    for returned in [false, true] {
        if returned {
            let reason = json!({ "reason": "请补充事例" });
            let answer = act(&scene.manager, &submitted, "/_return", &reason).await;
            assert_eq!(answer.expect(200).json["status"], "RETURNED");
        }
        for (caller, visible) in [
            (&scene.officer, true),
            (&scene.manager, true),
            (&elsewhere, false),
            (&scene.political, false),
            (&scene.cadre, false),
        ] {
            assert_eq!(sees(caller, &path).await, visible);
        }
    }
}

#[actix_web::test]
async fn what_is_confirmed_exists_for_staff_present_mentors_and_the_cadre() {
    let scene = Scene::start().await;
    let confirmed = scene.confirmed("ANNUAL", "UNIT").await;
    scene.submitted("ANNUAL", "SELF").await;
    let path = path_of(&confirmed, "");
    let city = &scene.app.city;
    let portal = Who::system(&city.root, "evaluations:read");
    for caller in [
        &scene.officer,
        &scene.manager,
        &scene.political,
        &scene.professional,
        &scene.cadre,
        &scene.app.client(portal),
    ] {
        assert!(sees(caller, &path).await);
    }
    let former = new_mentor(&scene.app, "旧导师").await;
    pair(
        &scene.app,
        scene.cadre_id,
        former,
        "POLITICAL",
        ("2021-08-27", Some("2021-08-31")),
    );
    for stranger in [
        Who::officer(&city.liulin),
        Who::manager(&city.bazhou),
        Who::mentor(&city.yuxi, former),
        Who::system(&city.bazhou, "evaluations:read"),
    ] {
        assert!(!sees(&scene.app.client(stranger), &path).await);
    }
    for forbidden in [
        Who::auditor(),
        Who::administrator(),
        Who::analyst(&city.root),
    ] {
        let answer = scene.app.client(forbidden).get(&path).await;
        answer.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn the_cadre_sees_the_whole_evaluation_and_not_who_wrote_it() {
    let scene = Scene::start().await;
    let confirmed = scene.confirmed("MENTOR_REVIEW", "POLITICAL_MENTOR").await;
    let read = scene.cadre.get(&path_of(&confirmed, "")).await.expect(200);
    for member in ["evaluatorUserId", "mentorId", "mentorName"] {
        assert_eq!(read.json.get(member), None, "{member}");
    }
    assert_eq!(read.json["evaluatorRelation"], "POLITICAL_MENTOR");
    for member in ["scores", "overallScore", "grade", "summary", "confirmedAt"] {
        assert_eq!(read.json[member], confirmed.json[member], "{member}");
    }
    let staff = scene
        .officer
        .get(&path_of(&confirmed, ""))
        .await
        .expect(200);
    assert_eq!(staff.json["mentorName"], "王建国");
    assert_eq!(staff.json["mentorId"], json!(scene.political_id));
    let asked = format!(
        "/v1/evaluations?evaluatorUserId={}",
        staff.json["evaluatorUserId"].as_str().unwrap()
    );
    assert_eq!(
        scene.manager.get(&asked).await.expect(200).json["items"][0]["id"],
        confirmed.json["id"]
    );
    let refused = scene.cadre.get(&asked).await;
    let refused = refused.expect_problem(400, "malformed-request");
    assert_eq!(refused.errors(), [("evaluatorUserId", "parameter-unknown")]);
}

#[actix_web::test]
async fn a_cadre_who_is_a_manager_too_is_still_the_cadre() {
    let scene = Scene::start().await;
    let city = &scene.app.city;
    let who = Who::cadre(&city.yuxi, scene.cadre_id).and(Role::ProgrammeManager, &city.root);
    let both = scene.app.client(who.clone());
    let submitted = scene.submitted("ORDINARY", "UNIT").await;
    assert!(!sees(&both, &path_of(&submitted, "")).await);
    assert_eq!(scene.listed(&both).await, Vec::<String>::new());
    assert_eq!(journaled(&scene, &both).await, Vec::<Value>::new());
    confirm(&both, &submitted)
        .await
        .expect_problem(404, "not-found");
    let confirmed = confirm(&scene.manager, &submitted).await.expect(200);
    // The days in which they could write their own have passed.
    scene.app.advance(7 * 86_400);
    let both = scene.app.client(who);
    let read = both.get(&path_of(&confirmed, "")).await.expect(200);
    assert_eq!(read.json.get("evaluatorUserId"), None);
    assert_eq!(journaled(&scene, &both).await, Vec::<Value>::new());
    let writer = confirmed.json["evaluatorUserId"].as_str().unwrap();
    let asked = both
        .get(&format!("/v1/evaluations?evaluatorUserId={writer}"))
        .await;
    assert_eq!(asked.expect(200).json["items"], json!([]));
}

#[actix_web::test]
async fn a_mentor_who_owes_a_form_finds_no_trace_of_the_others() {
    let scene = Scene::start().await;
    let others = [
        scene.confirmed("ORDINARY", "UNIT").await,
        scene.confirmed("ORDINARY", "PROFESSIONAL_MENTOR").await,
        scene.confirmed("ORDINARY", "SELF").await,
    ];
    let free = scene.confirmed("ANNUAL", "UNIT").await;
    let owing = scene.mentor_and_manager(scene.political_id);
    for caller in [&scene.political, &owing] {
        assert_eq!(scene.listed(caller).await, [id_of(&free.json)]);
        for other in &others {
            assert!(!sees(caller, &path_of(other, "")).await);
        }
    }
    let about = |lines: &[Value], other: &crate::support::Answer| {
        lines
            .iter()
            .any(|line| line["resourceId"] == other.json["id"])
    };
    let lines = journaled(&scene, &owing).await;
    assert!(others.iter().all(|other| !about(&lines, other)));
    assert!(about(&lines, &free));
    let all = journaled(&scene, &scene.manager).await;
    assert!(others.iter().all(|other| about(&all, other)));
    let audited = journaled(&scene, &scene.app.auditor()).await;
    assert_eq!(audited, all_without_reasons(&all));

    // A draft is not enough; handing in is.
    let draft = scene.draft("ORDINARY", "POLITICAL_MENTOR").await;
    assert_eq!(scene.listed(&scene.political).await.len(), 2);
    let answer = act(&scene.political, &draft, "/_submit", &json!({})).await;
    answer.expect(200);
    assert_eq!(scene.listed(&scene.political).await.len(), 5);
    let lines = journaled(&scene, &owing).await;
    assert!(others.iter().all(|other| about(&lines, other)));
    // Having read the others, the mentor cannot take the form back to write it again.
    let answer = scene
        .political
        .post(&path_of(&draft, "/_withdraw"), &json!({}))
        .await;
    let refused = answer.expect_problem(409, "rule-violation");
    assert_eq!(refused.json["violations"][0]["reason"], "NOT_INDEPENDENT");
    assert_eq!(scene.listed(&scene.political).await.len(), 5);
}

fn all_without_reasons(lines: &[Value]) -> Vec<Value> {
    let mut lines = lines.to_vec();
    for line in &mut lines {
        line.as_object_mut().unwrap().remove("reason");
    }
    lines
}

#[actix_web::test]
async fn after_thirty_days_a_mentor_who_wrote_nothing_owes_nothing() {
    let scene = Scene::start().await;
    let other = scene.confirmed("ORDINARY", "UNIT").await;
    // Today is 24 days after the quarter's end; six more days are the last.
    scene.app.advance(6 * 86_400);
    let mentor = || {
        scene
            .app
            .client(Who::mentor(&scene.app.city.yuxi, scene.political_id))
    };
    assert!(!sees(&mentor(), &path_of(&other, "")).await);
    scene.app.advance(86_400);
    assert!(sees(&mentor(), &path_of(&other, "")).await);
}

#[actix_web::test]
async fn the_officers_of_a_unit_see_no_other_form_until_theirs_is_handed_in() {
    let scene = Scene::start().await;
    let other = scene.confirmed("ORDINARY", "POLITICAL_MENTOR").await;
    let path = path_of(&other, "");
    let colleague = Who::officer(&scene.app.city.yuxi).named("a colleague");
    let colleague = scene.app.client(colleague);
    let is_seen = async || {
        (
            sees(&scene.officer, &path).await,
            sees(&colleague, &path).await,
        )
    };
    assert_eq!(is_seen().await, (false, false));
    let draft = scene.draft("ORDINARY", "UNIT").await;
    assert_eq!(is_seen().await, (false, false));
    let submitted = act(&scene.officer, &draft, "/_submit", &json!({}))
        .await
        .expect(200);
    assert_eq!(is_seen().await, (true, true));
    let reason = json!({ "reason": "请补充事例" });
    act(&scene.manager, &submitted, "/_return", &reason)
        .await
        .expect(200);
    assert_eq!(is_seen().await, (false, false));
}

#[actix_web::test]
async fn a_duplicate_shows_no_form_that_the_caller_may_not_see() {
    let scene = Scene::start().await;
    let draft = scene.draft("ORDINARY", "UNIT").await;
    let form = scene.form("ORDINARY", "UNIT");
    let again = scene.officer.post("/v1/evaluations", &form).await;
    let again = again.expect_problem(409, "duplicate");
    assert_eq!(again.json["current"]["id"], draft.json["id"]);
    let colleague = Who::officer(&scene.app.city.yuxi).named("a colleague");
    let refused = scene
        .app
        .client(colleague)
        .post("/v1/evaluations", &form)
        .await;
    assert_eq!(
        refused.expect_problem(409, "duplicate").json.get("current"),
        None
    );
}

#[actix_web::test]
async fn after_a_transfer_the_new_unit_reads_all_and_the_old_one_what_is_of_its_time() {
    let scene = Scene::start().await;
    let before = scene.confirmed("ANNUAL", "UNIT").await;
    let city = &scene.app.city;
    let body = json!({ "organizationId": city.liulin.id, "effectiveOn": "2023-07-10" });
    let transfer = format!("/v1/cadres/{}/_transfer", scene.cadre_id);
    scene.manager.post(&transfer, &body).await.expect(200);
    let new_officer = scene.app.client(Who::officer(&city.liulin));
    let mut form = scene.form("PHASE", "UNIT");
    form["periodTo"] = "2023-07-20".into();
    form["submit"] = true.into();
    let after = new_officer.post("/v1/evaluations", &form).await.expect(201);
    assert_eq!(after.json["organizationId"], json!(city.liulin.id));
    let after = confirm(&scene.manager, &after).await.expect(200);
    assert_eq!(before.json["organizationId"], json!(city.yuxi.id));
    let listed = scene.listed(&new_officer).await;
    assert_eq!(listed, [id_of(&before.json), id_of(&after.json)]);
    assert_eq!(scene.listed(&scene.officer).await, [id_of(&before.json)]);
}
