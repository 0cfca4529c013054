//! Rounds: planned, opened with a form for every rater, followed, closed with what was missed and why, opened again; by the day, too.

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::evaluation_scene::{QUARTER, Scene, act, confirm, new_cadre, path_of};
use crate::support::mentoring::id_of;
use crate::support::{Answer, Client, TestApp, Who};

const LIST: &str = "/v1/evaluation-rounds";

/// The round of the quarter of a unit, open from now on.
pub fn round(unit: Id, kind: &str) -> Value {
    json!({
        "organizationId": unit, "kind": kind, "periodFrom": QUARTER.0, "periodTo": QUARTER.1,
        "opensOn": "2023-07-25", "dueOn": "2023-08-05", "closesOn": "2023-08-15",
    })
}

/// A planned round of a unit.
pub async fn planned(manager: &Client, unit: Id) -> Answer {
    manager
        .post(LIST, &round(unit, "ORDINARY"))
        .await
        .expect(201)
}

/// An open round of a unit.
pub async fn opened(manager: &Client, unit: Id) -> Answer {
    let made = planned(manager, unit).await;
    manager
        .post(&place(&made, "/_open"), &json!({}))
        .await
        .expect(200)
}

/// The address of a round, with a verb or a part.
pub fn place(read: &Answer, part: &str) -> String {
    format!("{LIST}/{}{part}", id_of(&read.json))
}

/// Expected, draft, submitted, confirmed, missed.
pub fn figures(progress: &Value) -> [i64; 5] {
    ["expected", "draft", "submitted", "confirmed", "missed"]
        .map(|name| progress[name].as_i64().unwrap())
}

/// The same of all units that a caller reaches.
pub async fn totals(manager: &Client, round: &Answer) -> [i64; 5] {
    let listed = manager.get(&place(round, "/progress")).await.expect(200);
    let mut sums = [0; 5];
    for unit in listed.json["items"].as_array().unwrap() {
        for (sum, figure) in sums.iter_mut().zip(figures(unit)) {
            *sum += figure;
        }
    }
    sums
}

#[actix_web::test]
async fn opening_issues_a_form_to_each_rater_and_what_they_write_is_counted() {
    let scene = Scene::start().await;
    let manager = &scene.manager;
    let unit = scene.app.city.yuxi.id;
    // What is written before the round is counted by it.
    let early = scene.submitted("ORDINARY", "SELF").await;
    let made = planned(manager, unit).await;
    assert_eq!(made.json["status"], "PLANNED");
    assert_eq!(made.json["raters"].as_array().unwrap().len(), 4);
    let dry = manager
        .post(&place(&made, "/_open"), &json!({ "dryRun": true }))
        .await
        .expect(200);
    assert_eq!(figures(&dry.json["progress"]), [4, 0, 1, 0, 0]);
    let still = manager.get(&place(&made, "")).await.expect(200);
    assert_eq!(still.json, made.json);
    let opened = manager.post(&place(&made, "/_open"), &json!({})).await;
    let opened = opened.expect(200);
    assert_eq!(opened.json["status"], "OPEN");
    assert_eq!(opened.json["issuedOn"], "2023-07-24");
    assert_eq!(figures(&opened.json["progress"]), [4, 0, 1, 0, 0]);
    // Drafts, what is taken back, given back and confirmed.
    let draft = scene.draft("ORDINARY", "UNIT").await;
    assert_eq!(totals(manager, &made).await, [4, 1, 1, 0, 0]);
    let submitted = act(&scene.officer, &draft, "/_submit", &json!({}))
        .await
        .expect(200);
    assert_eq!(totals(manager, &made).await, [4, 0, 2, 0, 0]);
    let back = act(&scene.officer, &submitted, "/_withdraw", &json!({})).await;
    let back = back.expect(200);
    assert_eq!(totals(manager, &made).await, [4, 1, 1, 0, 0]);
    let gone = scene.officer.delete(&path_of(&back, ""), "*").await;
    gone.expect(204);
    assert_eq!(totals(manager, &made).await, [4, 0, 1, 0, 0]);
    confirm(manager, &early).await.expect(200);
    let political = scene.submitted("ORDINARY", "POLITICAL_MENTOR").await;
    assert_eq!(totals(manager, &made).await, [4, 0, 1, 1, 0]);
    let returned = act(
        manager,
        &political,
        "/_return",
        &json!({ "reason": "请补充" }),
    )
    .await;
    returned.expect(200);
    assert_eq!(totals(manager, &made).await, [4, 1, 0, 1, 0]);
    // Of another kind or period it is no form of the round.
    scene.submitted("PHASE", "UNIT").await;
    assert_eq!(totals(manager, &made).await, [4, 1, 0, 1, 0]);
}

#[actix_web::test]
async fn a_draft_that_moves_to_another_period_leaves_its_form() {
    let scene = Scene::start().await;
    let opened = opened(&scene.manager, scene.app.city.yuxi.id).await;
    let draft = scene.draft("ORDINARY", "UNIT").await;
    assert_eq!(totals(&scene.manager, &opened).await, [4, 1, 0, 0, 0]);
    let later = json!({ "periodTo": "2023-06-29" });
    let moved = scene.officer.patch(&path_of(&draft, ""), "*", &later).await;
    moved.expect(200);
    assert_eq!(totals(&scene.manager, &opened).await, [4, 0, 0, 0, 0]);
    let back = json!({ "periodTo": QUARTER.1 });
    let moved = scene.officer.patch(&path_of(&draft, ""), "*", &back).await;
    moved.expect(200);
    assert_eq!(totals(&scene.manager, &opened).await, [4, 1, 0, 0, 0]);
}

#[actix_web::test]
async fn at_the_close_what_was_not_handed_in_is_missed_and_wanted_again_when_it_is_reopened() {
    let scene = Scene::start().await;
    let manager = &scene.manager;
    let opened = opened(manager, scene.app.city.yuxi.id).await;
    scene.submitted("ORDINARY", "SELF").await;
    scene.draft("ORDINARY", "UNIT").await;
    let dry = manager
        .post(&place(&opened, "/_close"), &json!({ "dryRun": true }))
        .await
        .expect(200);
    assert_eq!(figures(&dry.json["progress"]), [4, 0, 1, 0, 3]);
    assert_eq!(totals(manager, &opened).await, [4, 1, 1, 0, 0]);
    let why = json!({ "reason": "提前收齐" });
    let closed = manager
        .post(&place(&opened, "/_close"), &why)
        .await
        .expect(200);
    assert_eq!(closed.json["status"], "CLOSED");
    assert_eq!(figures(&closed.json["progress"]), [4, 0, 1, 0, 3]);
    let again = manager.post(&place(&opened, "/_close"), &why).await;
    assert_eq!(again.expect(200).json["version"], closed.json["version"]);
    let early = json!({ "closesOn": "2023-08-01", "reason": "补交" });
    let refused = manager.post(&place(&opened, "/_reopen"), &early).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/closesOn", "not-before")]);
    let until = json!({ "closesOn": "2023-08-31", "reason": "补交" });
    let reopened = manager.post(&place(&opened, "/_reopen"), &until).await;
    let reopened = reopened.expect(200);
    assert_eq!(reopened.json["status"], "OPEN");
    assert_eq!(figures(&reopened.json["progress"]), [4, 1, 1, 0, 0]);
    let more = json!({ "closesOn": "2023-09-10", "dueOn": "2023-09-05", "reason": "汛期" });
    let extended = manager.post(&place(&opened, "/_extend"), &more).await;
    assert_eq!(extended.expect(200).json["closesOn"], "2023-09-10");
}

#[actix_web::test]
async fn a_leavers_forms_are_cancelled_and_whoever_joins_gets_theirs_the_next_day() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let (db, deps) = (&app.service().db, &app.service().deps);
    let opened = opened(&scene.manager, app.city.yuxi.id).await;
    scene.submitted("ORDINARY", "UNIT").await;
    let joined = new_cadre(app, "周晓雯", "2023-06-01").await;
    let keep = || async {
        let context = xinmiao::context::Context::system(deps, "calendar");
        xinmiao::evaluation_rounds::keep(db, &context)
            .await
            .unwrap();
    };
    keep().await;
    assert_eq!(totals(&scene.manager, &opened).await, [4, 0, 1, 0, 0]);
    app.advance(24 * 3600);
    keep().await;
    let manager = app.client(Who::manager(&app.city.root));
    // They have no mentors yet: the unit and themselves.
    assert_eq!(totals(&manager, &opened).await, [6, 0, 1, 0, 0]);
    let leave = json!({ "on": "2023-07-25", "reason": "RESIGNED" });
    let left = manager
        .post(&format!("/v1/cadres/{}/_leave", scene.cadre_id), &leave)
        .await;
    left.expect(200);
    assert_eq!(totals(&manager, &opened).await, [2, 0, 0, 0, 0]);
    assert_ne!(joined, scene.cadre_id);
}

#[actix_web::test]
async fn a_round_opens_and_closes_by_itself_also_days_late_and_each_form_is_issued_once() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let made = planned(&scene.manager, app.city.root.id).await;
    app.advance(3 * 24 * 3600);
    let keep = || {
        let service = app.service();
        let (db, deps) = (service.db.clone(), service.deps.clone());
        async move {
            let context = xinmiao::context::Context::system(&deps, "calendar");
            xinmiao::evaluation_rounds::keep(&db, &context).await
        }
    };
    // Two instances at once.
    let (one, other) = futures_util::future::join(keep(), keep()).await;
    one.unwrap();
    other.unwrap();
    let manager = app.client(Who::manager(&app.city.root));
    let read = manager.get(&place(&made, "")).await.expect(200);
    assert_eq!(read.json["status"], "OPEN");
    assert_eq!(totals(&manager, &made).await, [4, 0, 0, 0, 0]);
    app.advance(30 * 24 * 3600);
    keep().await.unwrap();
    let manager = app.client(Who::manager(&app.city.root));
    let read = manager.get(&place(&made, "")).await.expect(200);
    assert_eq!(read.json["status"], "CLOSED");
    assert_eq!(totals(&manager, &made).await, [4, 0, 0, 0, 4]);
    app.sealed().await;
    let lines = manager
        .get("/v1/journal?resourceType=rater-form&limit=50")
        .await
        .expect(200);
    let issued = lines.json["items"].as_array().unwrap().iter();
    assert_eq!(
        issued
            .filter(|line| line["action"] == "rater-form.issued")
            .count(),
        4
    );
}

#[actix_web::test]
async fn who_lies_below_reads_a_round_and_who_keeps_it_above_alone_writes_it() {
    let scene = Scene::start().await;
    let app = &scene.app;
    let of_city = opened(&scene.manager, app.city.root.id).await;
    let below = app.client(Who::manager(&app.city.enyang));
    let elsewhere = app.client(Who::manager(&app.city.bazhou));
    below.get(&place(&of_city, "")).await.expect(200);
    let refused = below.post(&place(&of_city, "/_close"), &json!({})).await;
    refused.expect_problem(403, "forbidden");
    // Only the counters of the units that they reach.
    let units = elsewhere
        .get(&place(&of_city, "/progress"))
        .await
        .expect(200);
    assert_eq!(units.json["items"], json!([]));
    let of_county = planned(&below, app.city.enyang.id).await;
    elsewhere
        .get(&place(&of_county, ""))
        .await
        .expect_problem(404, "not-found");
    elsewhere
        .get(&place(&of_county, "/progress"))
        .await
        .expect_problem(404, "not-found");
    let listed = elsewhere
        .get(&format!("{LIST}?count=exact"))
        .await
        .expect(200);
    assert_eq!(listed.json["total"], 1);
    // Whoever has a form of the city's round has no second of the county's.
    let opened = below.post(&place(&of_county, "/_open"), &json!({})).await;
    assert_eq!(figures(&opened.expect(200).json["progress"]), [0; 5]);
    let twin = below
        .post(LIST, &round(app.city.enyang.id, "ORDINARY"))
        .await;
    twin.expect_problem(409, "duplicate");
}

#[actix_web::test]
async fn a_round_whose_days_are_out_of_order_is_told_where() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cases: &[(&str, Value, &str, &str)] = &[
        ("periodTo", json!("2023-03-31"), "/periodTo", "not-before"),
        ("opensOn", json!("2023-06-29"), "/opensOn", "not-before"),
        ("dueOn", json!("2023-07-24"), "/dueOn", "not-before"),
        ("closesOn", json!("2023-08-04"), "/closesOn", "not-before"),
        ("closesOn", json!("2024-07-26"), "/closesOn", "out-of-range"),
        ("kind", json!("PHASE"), "/formId", "no-form"),
        ("raters", json!([]), "/raters", "required"),
        ("raters", json!(["HOST_UNIT"]), "/raters/0", "code-unknown"),
        ("raters", json!(["SELF", "SELF"]), "/raters/1", "not-unique"),
        (
            "organizationId",
            json!(app.id()),
            "/organizationId",
            "reference-unknown",
        ),
        ("formId", json!(app.id()), "/formId", "reference-unknown"),
    ];
    for (member, value, pointer, code) in cases {
        let mut body = round(app.city.yuxi.id, "ORDINARY");
        body[*member] = value.clone();
        let refused = manager
            .post(LIST, &body)
            .await
            .expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [(*pointer, *code)], "{member} {value}");
    }
    // Nobody can rate what is not over.
    let mut body = round(app.city.yuxi.id, "ORDINARY");
    body["periodTo"] = json!("2023-07-25");
    let made = manager.post(LIST, &body).await.expect(201);
    let refused = manager.post(&place(&made, "/_open"), &json!({})).await;
    refused.expect_problem(409, "rule-violation");
}
