//! Many callers at once.

use futures_util::future::join_all;
use serde_json::json;

use super::{active, active_mentees, pair, path, proposal};
use crate::support::{Answer, MentorSeed, TestApp};

/// How many of the answers have each status and code.
fn tally(answers: &[Answer]) -> (usize, Vec<(u16, String)>) {
    let won = answers.iter().filter(|a| a.status / 100 == 2).count();
    let mut lost: Vec<_> = answers
        .iter()
        .filter(|a| a.status / 100 != 2)
        .map(|a| (a.status, a.code().to_owned()))
        .collect();
    lost.sort();
    lost.dedup();
    (won, lost)
}

#[actix_web::test]
async fn sixty_four_requests_for_the_last_free_seat_seat_one() {
    let app = TestApp::start().await;
    let seed = MentorSeed {
        max_mentees: 1,
        ..MentorSeed::default()
    };
    let mentor = app.insert_mentor(&app.city.yuxi, seed);
    let manager = app.manager();
    let bodies: Vec<_> = (0..64)
        .map(|_| active(app.insert_cadre(&app.city.yuxi), mentor, "POLITICAL"))
        .collect();
    let answers = join_all(bodies.iter().map(|b| manager.post("/v1/assignments", b))).await;
    let (won, lost) = tally(&answers);
    assert_eq!(won, 1);
    assert_eq!(lost, [(409, "capacity-exceeded".to_owned())]);
    assert_eq!(active_mentees(&app, mentor).await, 1);
}

#[actix_web::test]
async fn sixty_four_activations_of_proposals_for_the_last_free_seat_seat_one() {
    let app = TestApp::start().await;
    let seed = MentorSeed {
        max_mentees: 1,
        ..MentorSeed::default()
    };
    let mentor = app.insert_mentor(&app.city.yuxi, seed);
    let manager = app.manager();
    let mut paths = Vec::new();
    for _ in 0..64 {
        let body = proposal(app.insert_cadre(&app.city.yuxi), mentor, "PROFESSIONAL");
        let made = manager.post("/v1/assignments", &body).await.expect(201);
        paths.push(format!("{}/_activate", path(&made)));
    }
    let empty = json!({});
    let answers = join_all(paths.iter().map(|p| manager.post(p, &empty))).await;
    let (won, lost) = tally(&answers);
    assert_eq!(won, 1);
    assert_eq!(lost, [(409, "capacity-exceeded".to_owned())]);
}

#[actix_web::test]
async fn sixty_four_requests_for_a_cadres_one_political_mentor_leave_one() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let manager = app.manager();
    let bodies: Vec<_> = (0..64)
        .map(|_| {
            let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
            active(cadre, mentor, "POLITICAL")
        })
        .collect();
    let answers = join_all(bodies.iter().map(|b| manager.post("/v1/assignments", b))).await;
    let (won, lost) = tally(&answers);
    assert_eq!(won, 1);
    assert_eq!(lost, [(409, "duplicate".to_owned())]);
    let refused = answers.iter().find(|a| a.status == 409).unwrap();
    let winner = answers.iter().find(|a| a.status == 201).unwrap();
    assert_eq!(refused.json["current"]["id"], winner.json["id"]);
}

#[actix_web::test]
async fn one_mentor_asked_for_both_roles_at_once_gets_one() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let seed = MentorSeed {
        max_mentees: 10,
        ..MentorSeed::default()
    };
    let mentor = app.insert_mentor(&app.city.yuxi, seed);
    let manager = app.manager();
    let bodies = ["POLITICAL", "PROFESSIONAL"].map(|role| active(cadre, mentor, role));
    let requests = (0..64).map(|n| manager.post("/v1/assignments", &bodies[n % 2]));
    let (won, lost) = tally(&join_all(requests).await);
    assert_eq!(won, 1);
    assert!(
        lost.iter().all(|(status, code)| *status == 409
            && ["duplicate", "rule-violation"].contains(&code.as_str()))
    );
    assert_eq!(active_mentees(&app, mentor).await, 1);
}

#[actix_web::test]
async fn replacements_in_opposite_directions_never_wait_in_a_circle() {
    let app = TestApp::start().await;
    let seed = MentorSeed {
        max_mentees: 10,
        ..MentorSeed::default()
    };
    let (a, b) = (
        app.insert_mentor(&app.city.yuxi, seed),
        app.insert_mentor(&app.city.yuxi, seed),
    );
    let manager = app.manager();
    let mut requests = Vec::new();
    for n in 0..16 {
        let cadre = app.insert_cadre(&app.city.yuxi);
        let (from, to) = if n % 2 == 0 { (a, b) } else { (b, a) };
        let made = pair(&app, cadre, from, "POLITICAL").await;
        let body =
            json!({ "mentorId": to, "startsOn": "2023-07-24", "endReason": "MENTOR_WORKLOAD" });
        requests.push((format!("{}/_replace", path(&made)), body));
    }
    let answers = join_all(requests.iter().map(|(p, body)| manager.post(p, body))).await;
    assert!(
        answers.iter().all(|answer| answer.status == 201
            || (answer.status, answer.code()) == (409, "capacity-exceeded")),
        "{:?}",
        tally(&answers)
    );
    let seated = |n: serde_json::Value| n.as_i64().unwrap();
    let total = seated(active_mentees(&app, a).await) + seated(active_mentees(&app, b).await);
    assert_eq!(total, 16);
}
