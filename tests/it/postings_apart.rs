//! No two postings of one person: by their planned days while they are to come, by the days spent once they have begun.

use futures_util::future::join_all;
use serde_json::{Value, json};
use xinmiao::calendar;

use crate::posting_scene::{planned, posting, running};
use crate::support::TestApp;

const AUTUMN: (&str, &str) = ("2023-09-01", "2024-02-29");

#[actix_web::test]
async fn two_postings_of_one_person_share_no_day() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre_id = app.insert_cadre(&app.city.yuxi);
    let first = posting(&app, cadre_id, AUTUMN, &json!({})).await;
    let first = manager.get(&first).await.expect(200).json;
    for days in [
        ("2024-02-29", "2024-06-30"),
        ("2023-08-01", "2023-09-01"),
        AUTUMN,
        ("2023-10-01", "2023-10-31"),
    ] {
        let body = planned(cadre_id, days, &json!({}));
        let problem = manager
            .post("/v1/postings", &body)
            .await
            .expect_problem(409, "duplicate");
        assert_eq!(problem.json["current"]["id"], first["id"], "{days:?}");
    }
    let next = posting(&app, cadre_id, ("2024-03-01", "2024-06-30"), &json!({})).await;
    posting(&app, cadre_id, ("2023-08-01", "2023-08-31"), &json!({})).await;
    // A change of days meets the same.
    let earlier = json!({ "plannedStartsOn": "2024-02-29" });
    let problem = manager
        .patch(&next, "*", &earlier)
        .await
        .expect_problem(409, "duplicate");
    assert_eq!(problem.json["current"]["id"], first["id"]);
    // What never began is in nobody's way.
    let cancel = format!("/v1/postings/{}/_cancel", first["id"].as_str().unwrap());
    manager
        .post(&cancel, &json!({ "reason": "项目停工" }))
        .await
        .expect(200);
    posting(&app, cadre_id, AUTUMN, &json!({})).await;
}

#[actix_web::test]
async fn whoever_is_back_may_begin_the_next_posting_on_the_same_day_and_nobody_is_in_two() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre_id = app.insert_cadre(&app.city.yuxi);
    let path = running(&app, cadre_id, ("2023-05-01", "2023-07-10"), &json!({})).await;
    assert_eq!(manager.get(&path).await.expect(200).json["overdue"], true);
    // It is overdue and still runs: the next one is planned, and does not begin.
    let next = posting(&app, cadre_id, ("2023-07-20", "2023-12-31"), &json!({})).await;
    let start = format!("{next}/_start");
    let problem = manager
        .post(&start, &json!({}))
        .await
        .expect_problem(409, "duplicate");
    assert_eq!(problem.json["current"]["status"], "ACTIVE");
    let service = app.service();
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    app.advance(86_400);
    calendar::catch_up(&service.db, &service.deps)
        .await
        .unwrap();
    let manager = app.manager();
    assert_eq!(
        manager.get(&next).await.expect(200).json["status"],
        "PLANNED"
    );
    let why = json!({ "reason": "单位另有安排" });
    let recalled = manager
        .post(&format!("{path}/_recall"), &why)
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&recalled["endsOn"], &recalled["endReason"]),
        (&json!("2023-07-25"), &json!("单位另有安排"))
    );
    let started = manager.post(&start, &json!({})).await.expect(200).json;
    assert_eq!(started["startsOn"], "2023-07-25");
}

#[actix_web::test]
async fn of_32_callers_who_post_one_person_one_has_it() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre_id = app.insert_cadre(&app.city.yuxi);
    let bodies: Vec<Value> = (0..32)
        .map(|n| {
            let last = format!("2023-12-{:02}", n % 28 + 1);
            planned(cadre_id, ("2023-09-01", &last), &json!({}))
        })
        .collect();
    let requests = bodies.iter().map(|body| manager.post("/v1/postings", body));
    let answers = join_all(requests).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(
            (answer.status, &answer.json["code"]),
            (409, &json!("duplicate"))
        );
    }
    let listed = manager
        .get(&format!("/v1/postings?cadreId={cadre_id}&count=exact"))
        .await;
    assert_eq!(listed.expect(200).json["total"], 1);
}

#[actix_web::test]
async fn the_database_itself_refuses_a_second_posting_in_the_same_days() {
    use diesel::prelude::*;
    use xinmiao::db::schema::postings;
    use xinmiao::error::Error;
    use xinmiao::postings::{PLANNED_APART, Posting, PostingStatus, SPENT_APART};
    use xinmiao::values::Date;

    let app = TestApp::start().await;
    let cadre_id = app.insert_cadre(&app.city.yuxi);
    posting(&app, cadre_id, AUTUMN, &json!({})).await;
    let mut conn = app.db();
    let row: Posting = postings::table
        .filter(postings::cadre_id.eq(cadre_id))
        .select(Posting::as_select())
        .first(&mut conn)
        .unwrap();
    let twin = Posting {
        id: app.id(),
        planned_starts_on: row.planned_ends_on,
        ..row.clone()
    };
    let broken = diesel::insert_into(postings::table)
        .values(&twin)
        .execute(&mut conn);
    let Err(Error::Duplicate(key, None)) = broken.map_err(Error::from) else {
        panic!("a person is in two postings");
    };
    assert!(key.is(PLANNED_APART), "{key}");
    let after = row.planned_ends_on.plus_days(1);
    let next = Posting {
        planned_starts_on: after,
        planned_ends_on: after,
        ..twin
    };
    diesel::insert_into(postings::table)
        .values(&next)
        .execute(&mut conn)
        .unwrap();
    let moved = diesel::update(postings::table.find(next.id))
        .set(postings::planned_starts_on.eq(row.planned_ends_on))
        .execute(&mut conn);
    assert!(matches!(
        moved.map_err(Error::from),
        Err(Error::Duplicate(..))
    ));
    // What is over counts by the days spent; the day on which one ended may be the first of the next.
    let spent = |first: Date, last: Option<Date>| Posting {
        id: app.id(),
        status: last.map_or(PostingStatus::Active, |_| PostingStatus::Finished),
        starts_on: Some(first),
        ends_on: last,
        planned_starts_on: first,
        planned_ends_on: first,
        ..row.clone()
    };
    let day = |text: &str| Date::parse(text).unwrap();
    let mut put = |one: Posting| {
        let put = diesel::insert_into(postings::table)
            .values(&one)
            .execute(&mut conn);
        match put.map_err(Error::from) {
            Ok(_) => None,
            Err(Error::Duplicate(key, None)) => Some(key.is(SPENT_APART)),
            Err(other) => panic!("{other}"),
        }
    };
    let (march, may, july) = (day("2023-03-01"), day("2023-05-01"), day("2023-07-01"));
    assert_eq!(put(spent(march, Some(may))), None);
    assert_eq!(put(spent(may, Some(july))), None);
    assert_eq!(put(spent(may, Some(may))), None);
    assert_eq!(put(spent(day("2023-06-30"), None)), Some(true));
    assert_eq!(put(spent(july, None)), None);
    assert_eq!(put(spent(day("2023-07-20"), None)), Some(true));
}
