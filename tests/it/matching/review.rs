//! Decisions by hand on single seats.

use serde_json::{Value, json};

use super::{path, proposed, run, seat, terms};
use crate::support::{Answer, Client, MentorSeed, TestApp};

async fn decide(manager: &Client, made: &Answer, row: &Value, body: &Value) -> Answer {
    let address = format!("{}/proposals/{}", path(made), row["id"].as_str().unwrap());
    let read = manager.get(&address).await.expect(200);
    manager.patch(&address, read.etag(), body).await
}

async fn again(manager: &Client, made: &Answer) -> Answer {
    let address = format!("{}/_resolve", path(made));
    manager.post(&address, &json!({})).await
}

#[actix_web::test]
async fn what_was_taken_away_or_pinned_by_hand_stays_when_the_run_is_solved_again() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let first = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let second = app.insert_mentor(&app.city.liulin, MentorSeed::default());
    let third = app.insert_mentor(&app.city.enyang, MentorSeed::default());
    let manager = app.manager();
    let mut asked = terms(&app, "COUNTY");
    asked["roles"] = json!(["POLITICAL"]);
    let made = run(&manager, &asked).await;
    let row = seat(&manager, &made, cadre, "POLITICAL").await;
    assert_eq!(row["mentorId"], first.to_string());
    let banned = decide(&manager, &made, &row, &json!({ "banned": true }))
        .await
        .expect(200);
    assert_eq!(
        (&banned.json["matched"], &banned.json["gap"]["reason"]),
        (&json!(false), &json!("TAKEN_AWAY"))
    );
    let seen = manager.get(&path(&made)).await.expect(200);
    assert_eq!(
        (&seen.json["matched"], &seen.json["optimal"]),
        (&json!(0), &json!(false))
    );
    let solved = again(&manager, &made).await.expect(200);
    assert_eq!(
        (&solved.json["matched"], &solved.json["optimal"]),
        (&json!(1), &json!(true))
    );
    let row = seat(&manager, &made, cadre, "POLITICAL").await;
    assert_eq!(row["mentorId"], third.to_string());
    assert_eq!(row["bannedMentorIds"], json!([first]));
    let given = decide(&manager, &made, &row, &json!({ "mentorId": second }))
        .await
        .expect(200);
    assert_eq!(given.json["decision"], "PINNED");
    again(&manager, &made).await.expect(200);
    assert_eq!(
        proposed(&manager, &made, cadre, "POLITICAL").await,
        second.to_string()
    );
    let row = seat(&manager, &made, cadre, "POLITICAL").await;
    decide(
        &manager,
        &made,
        &row,
        &json!({ "pinned": false, "banned": false }),
    )
    .await
    .expect(200);
    again(&manager, &made).await.expect(200);
    assert_eq!(
        proposed(&manager, &made, cadre, "POLITICAL").await,
        first.to_string()
    );
}

#[actix_web::test]
async fn two_seats_exchange_their_mentors_and_a_full_mentor_is_refused() {
    let app = TestApp::start().await;
    let seed = MentorSeed {
        max_mentees: 1,
        professional: false,
        ..MentorSeed::default()
    };
    let (a, b) = (
        app.insert_cadre(&app.city.yuxi),
        app.insert_cadre(&app.city.liulin),
    );
    let (m, n) = (
        app.insert_mentor(&app.city.yuxi, seed),
        app.insert_mentor(&app.city.liulin, seed),
    );
    let far = app.insert_mentor(&app.city.qingjiang, seed);
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "COUNTY")).await;
    let (row, other) = (
        seat(&manager, &made, a, "POLITICAL").await,
        seat(&manager, &made, b, "POLITICAL").await,
    );
    assert_eq!(
        (&row["mentorId"], &other["mentorId"]),
        (&json!(m), &json!(n))
    );
    let refused = decide(&manager, &made, &row, &json!({ "mentorId": n })).await;
    assert_eq!(
        refused.expect(422).errors(),
        [("/mentorId", "capacity-exceeded")]
    );
    let refused = decide(&manager, &made, &row, &json!({ "mentorId": far })).await;
    assert_eq!(refused.expect(422).errors(), [("/mentorId", "OUT_OF_UNIT")]);
    let body = json!({ "mentorId": n, "swapWith": other["id"] });
    decide(&manager, &made, &row, &body).await.expect(200);
    assert_eq!(proposed(&manager, &made, a, "POLITICAL").await, json!(n));
    assert_eq!(proposed(&manager, &made, b, "POLITICAL").await, json!(m));
    let address = format!("{}/proposals/{}", path(&made), row["id"].as_str().unwrap());
    manager
        .patch(&address, "\"1.0\"", &json!({ "pinned": true }))
        .await
        .expect_problem(412, "stale-version");
    let empty = decide(&manager, &made, &row, &json!({})).await;
    empty.expect_problem(422, "invalid");
}

#[actix_web::test]
async fn a_discarded_run_stays_readable_and_changes_no_more() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "NONE")).await;
    let address = format!("{}/_discard", path(&made));
    let gone = manager.post(&address, &json!({})).await.expect(200);
    assert_eq!(
        (&gone.json["status"], &gone.json["allowedActions"]),
        (&json!("DISCARDED"), &json!([]))
    );
    manager.post(&address, &json!({})).await.expect(200);
    let row = seat(&manager, &made, cadre, "POLITICAL").await;
    let refused = decide(&manager, &made, &row, &json!({ "pinned": true })).await;
    refused.expect_problem(409, "illegal-transition");
    again(&manager, &made)
        .await
        .expect_problem(409, "illegal-transition");
    let apply = format!("{}/_apply", path(&made));
    manager
        .post(&apply, &json!({}))
        .await
        .expect_problem(409, "illegal-transition");
    let listed = manager
        .get("/v1/matching-runs?status=DISCARDED")
        .await
        .expect(200);
    assert_eq!(listed.json["items"][0]["id"], made.json["id"]);
}
