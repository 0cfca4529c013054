//! Seats, held where the database decides, and what else the rooms above ask of mentors.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use xinmiao::context::Context;
use xinmiao::db::Id;
use xinmiao::db::schema::{kinships, mentors as mentor_rows};
use xinmiao::error::Error;
use xinmiao::mentors::{self, MentorStatus};

use crate::mentors::{appointed, id_of, made, named};
use crate::support::{TestApp, Who};

fn taken(app: &TestApp, id: Id) -> i32 {
    mentor_rows::table
        .find(id)
        .select(mentor_rows::active_mentees)
        .first(&mut app.db())
        .unwrap()
}

async fn take(app: &TestApp, id: Id) -> Result<(), Error> {
    let context = Context::system(&app.service().deps, "seats");
    let take = move |tx: &mut xinmiao::db::DbConn| mentors::take_seat(tx, &context, id);
    app.service().db.write(take).await
}

async fn free(app: &TestApp, id: Id) -> Result<(), Error> {
    let context = Context::system(&app.service().deps, "seats");
    let free = move |tx: &mut xinmiao::db::DbConn| mentors::free_seat(tx, &context, id);
    app.service().db.write(free).await
}

#[actix_web::test]
async fn of_64_that_want_the_last_seat_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let path = appointed(&app, &named(&app.city.yuxi, "彭永兵")).await;
    let id = id_of(&path);
    take(&app, id).await.unwrap();
    take(&app, id).await.unwrap();
    let outcomes = futures_util::future::join_all((0..64).map(|_| take(&app, id))).await;
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let full = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(Error::CapacityExceeded)));
    assert_eq!((won, full.count()), (1, 63));
    assert_eq!(taken(&app, id), 3);
    let gone = futures_util::future::join_all((0..3).map(|_| free(&app, id))).await;
    assert!(gone.iter().all(Result::is_ok));
    assert!(matches!(free(&app, id).await, Err(Error::Internal(_))));
    assert!(matches!(take(&app, app.id()).await, Err(Error::NotFound)));
    assert_eq!(taken(&app, id), 0);
}

#[actix_web::test]
async fn seats_change_the_etag_and_the_journal_and_not_the_version() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = appointed(&app, &named(&app.city.yuxi, "彭永兵")).await;
    let before = manager.get(&path).await.expect(200);
    take(&app, id_of(&path)).await.unwrap();
    take(&app, id_of(&path)).await.unwrap();
    let after = manager.get(&path).await.expect(200);
    assert_eq!(after.json["activeMentees"], 2);
    assert_eq!(after.json["availableSeats"], 1);
    assert_eq!(after.json["version"], before.json["version"]);
    assert_ne!(after.etag(), before.etag());
    app.sealed().await;
    let action = "/v1/journal?action=mentor.derived-changed";
    let journal = app.auditor().get(action).await.expect(200);
    let rows = journal.json["items"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        rows[0]["changedFields"],
        json!(["activeMentees", "availableSeats"])
    );
    let fewer = json!({ "maxMentees": 1 });
    let refused = manager.patch(&path, before.etag(), &fewer).await;
    refused.expect_problem(409, "capacity-exceeded");
    let just = json!({ "maxMentees": 2 });
    let patched = manager.patch(&path, before.etag(), &just).await.expect(200);
    assert_eq!(patched.json["availableSeats"], 0);
    let none = manager.get("/v1/mentors?availableSeatsGte=1").await;
    assert_eq!(none.expect(200).json["items"], json!([]));
}

#[actix_web::test]
async fn the_table_itself_refuses_fewer_seats_than_are_taken() {
    let app = TestApp::start().await;
    let path = appointed(&app, &named(&app.city.yuxi, "彭永兵")).await;
    let id = id_of(&path);
    let mut conn = app.db();
    let mut row = mentors::store::find(&mut conn, id).unwrap().unwrap();
    take(&app, id).await.unwrap();
    take(&app, id).await.unwrap();
    // The row was read before the seats were taken: its own counter is out of date and must not be written back.
    row.version += 1;
    row.max_mentees = 2;
    mentors::store::update(&mut conn, &row, row.version - 1).unwrap();
    assert_eq!(taken(&app, id), 2);
    row.version += 1;
    row.max_mentees = 1;
    let refused = mentors::store::update(&mut conn, &row, row.version - 1);
    assert!(matches!(refused, Err(Error::CapacityExceeded)));
    let refused = mentors::store::set_active_mentees(&mut conn, id, 3);
    assert!(matches!(refused, Err(Error::CapacityExceeded)));
}

#[actix_web::test]
async fn a_mentor_that_something_refers_to_stays() {
    let app = TestApp::start().await;
    let path = made(&app.manager(), &named(&app.city.yuxi, "彭永兵")).await;
    diesel::insert_into(kinships::table)
        .values((
            kinships::id.eq(app.id()),
            kinships::version.eq(1_i64),
            kinships::created_at.eq(app.now()),
            kinships::updated_at.eq(app.now()),
            kinships::person_a_type.eq("CADRE"),
            kinships::person_a_id.eq(app.id()),
            kinships::person_b_type.eq("MENTOR"),
            kinships::person_b_id.eq(id_of(&path)),
            kinships::relation.eq("01"),
        ))
        .execute(&mut app.db())
        .unwrap();
    let refused = app.manager().delete(&path, "*").await;
    refused.expect_problem(409, "in-use");
}

#[actix_web::test]
async fn an_imported_mentor_is_appointed_when_a_manager_brings_the_list() {
    let app = TestApp::start().await;
    let manager = app.client(Who::manager(&app.city.enyang));
    let officer = app.client(Who::officer(&app.city.enyang));
    let steps = [
        (&manager, "彭永兵", "副书记", "CREATED", "APPOINTED", 1),
        (&officer, "何丽", "副书记", "CREATED", "NOMINATED", 1),
        (&manager, "何丽", "副书记", "UNCHANGED", "NOMINATED", 1),
        (&officer, "彭永兵", "镇长", "UPDATED", "APPOINTED", 2),
    ];
    for (caller, name, title, outcome, status, version) in steps {
        let file = format!(
            "name,organizationCode,roles,postTitle\n{name},BZ-511903-YX,POLITICAL,{title}\n"
        );
        let request = caller.request(Method::POST, "/v1/mentors/_import");
        let report = request.body("text/csv", file).send().await.expect(200).json;
        let count = outcome.to_lowercase();
        assert_eq!(report[&count], 1, "{report}");
        let listed = app.manager().get(&format!("/v1/mentors?q={name}")).await;
        let mentor = listed.expect(200).json["items"][0].clone();
        assert_eq!(
            (&mentor["status"], &mentor["version"]),
            (&json!(status), &json!(version))
        );
    }
}

#[actix_web::test]
async fn many_mentors_are_loaded_with_what_they_are_found_by() {
    let app = TestApp::start().await;
    let context = Context::system(&app.service().deps, "demo");
    let rows: Vec<_> = (0..1_200)
        .map(|n| mentors::Mentor {
            name: "彭永兵".to_owned(),
            political: true,
            status: MentorStatus::Appointed,
            external_ids: format!(r#"{{"demo":"M-{n:06}"}}"#),
            ..mentors::Mentor::blank(&context, context.new_id(), app.city.yuxi.id)
        })
        .collect();
    let load = move |tx: &mut xinmiao::db::DbConn| mentors::load(tx, &context, &rows);
    app.service().db.write(load).await.unwrap();
    let manager = app.manager();
    let found = manager.get("/v1/mentors?externalId=demo:M-000382").await;
    assert_eq!(found.expect(200).json["items"][0]["name"], "彭永兵");
    let counted = manager.get("/v1/mentors?q=pyb&count=exact&limit=1").await;
    assert_eq!(counted.expect(200).json["total"], 1_200);
}
