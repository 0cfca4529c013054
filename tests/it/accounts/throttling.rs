//! Guessing: what it costs, and what it tells.

use std::time::{Duration, Instant};

use xinmiao::access::Role;

use super::{PASSWORD, attempt, attempt_from, behind_a_proxy, user};
use crate::support::{Answer, TestApp};

async fn with_officer() -> TestApp {
    let app = TestApp::start().await;
    let grants = [(Role::UnitOfficer, Some(app.city.yuxi.id))];
    user(&app, "officer", &grants).await;
    app
}

/// An answer without what differs from request to request.
fn plain(answer: &Answer) -> String {
    let mut json = answer.json.clone();
    json.as_object_mut().unwrap().remove("requestId");
    json.to_string()
}

#[actix_web::test]
async fn c22_all_that_is_wrong_is_answered_alike() {
    let app = with_officer().await;
    let closed = user(&app, "closed", &[(Role::Auditor, None)]).await;
    let administrator = app.administrator();
    let path = format!("/v1/users/{closed}");
    let change = serde_json::json!({ "disabled": true });
    administrator.patch(&path, "*", &change).await.expect(200);
    let waiting = serde_json::json!({ "username": "waiting", "displayName": "Not activated" });
    administrator.post("/v1/users", &waiting).await.expect(201);
    let mut answers = Vec::new();
    for (username, password) in [
        ("officer", "the wrong one"),
        ("nobody", PASSWORD),
        ("closed", PASSWORD),
        ("waiting", PASSWORD),
        ("no such name!", PASSWORD),
    ] {
        answers.push(attempt(&app, username, password).await.expect(401));
    }
    for answer in &answers[1..] {
        assert_eq!(plain(answer), plain(&answers[0]));
        let names = |answer: &Answer| {
            let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(names(answer), names(&answers[0]));
        assert_eq!(
            answer.header("www-authenticate"),
            answers[0].header("www-authenticate")
        );
    }
    assert_eq!(answers[0].code(), "unauthenticated");
}

#[actix_web::test]
async fn c22_all_that_is_wrong_takes_as_long() {
    let app = with_officer().await;
    let closed = user(&app, "closed", &[(Role::Auditor, None)]).await;
    let change = serde_json::json!({ "disabled": true });
    let path = format!("/v1/users/{closed}");
    app.administrator()
        .patch(&path, "*", &change)
        .await
        .expect(200);
    let names = ["officer", "nobody", "closed"];
    let mut times: [Vec<Duration>; 3] = Default::default();
    for round in 0..60 {
        for (name, times) in names.iter().zip(&mut times) {
            let began = Instant::now();
            attempt(&app, name, "the wrong one").await.expect(401);
            if round > 2 {
                times.push(began.elapsed());
            }
        }
        // Past every wait, and into another minute.
        app.advance(61);
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    // Five milliseconds of 2,000 tries; what the machine does besides is allowed for with a part of the whole.
    let allowed = Duration::from_millis(5) + *least / 4;
    assert!(*most - *least < allowed, "{medians:?}");
}

#[actix_web::test]
async fn c23_after_five_failures_an_account_waits_and_longer_each_time() {
    let app = with_officer().await;
    for name in ["officer", "nobody"] {
        app.advance(60);
        for _ in 0..5 {
            attempt(&app, name, "the wrong one")
                .await
                .expect_problem(401, "unauthenticated");
        }
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            let throttled = attempt(&app, name, PASSWORD)
                .await
                .expect_problem(429, "too-many-requests");
            assert_eq!(throttled.header("retry-after"), wait.to_string(), "{name}");
            app.advance(wait);
            attempt(&app, name, "the wrong one").await.expect(401);
        }
        app.advance(60);
    }
    attempt(&app, "officer", PASSWORD).await.expect(201);
    attempt(&app, "officer", "the wrong one").await.expect(401);
}

#[actix_web::test]
async fn c23_guesses_made_at_once_are_not_heard_beyond_the_fifth() {
    let app = with_officer().await;
    let mut guesses: Vec<String> = (0..40).map(|n| format!("guess number {n}")).collect();
    guesses.push(PASSWORD.to_owned());
    let sent = guesses.iter().map(|guess| attempt(&app, "officer", guess));
    let answers = futures_util::future::join_all(sent).await;
    let heard = answers.iter().filter(|answer| answer.status != 429).count();
    assert!(heard <= 6, "{heard} guesses were heard");
}

#[actix_web::test]
async fn c23_ten_thousand_guesses_come_down_to_a_few() {
    let app = with_officer().await;
    let mut heard = 0;
    // A guess every second for a quarter of an hour, as patient as the waits allow.
    for _ in 0..900 {
        let answer = attempt(&app, "officer", "the wrong one").await;
        heard += u32::from(answer.status == 401);
        app.advance(1);
    }
    assert!(heard <= 5 + 6 + 15, "{heard} guesses were heard");
}

#[actix_web::test]
async fn c23_a_network_fails_sixty_times_a_minute_and_successes_never_count() {
    let app = with_officer().await;
    user(&app, "newcomer", &[(Role::Auditor, None)]).await;
    for _ in 0..70 {
        attempt(&app, "officer", PASSWORD).await.expect(201);
    }
    for n in 0..60 {
        attempt(&app, &format!("somebody{n}"), PASSWORD)
            .await
            .expect(401);
    }
    let throttled = attempt(&app, "newcomer", PASSWORD)
        .await
        .expect_problem(429, "too-many-requests");
    assert_eq!(throttled.header("retry-after"), "60");
    // Who has signed in from here before is let in all the while, and a guesser at their account is not.
    attempt(&app, "officer", PASSWORD).await.expect(201);
    app.advance(60);
    attempt(&app, "newcomer", PASSWORD).await.expect(201);
}

#[actix_web::test]
async fn callers_behind_one_proxy_do_not_refuse_each_other() {
    let app = behind_a_proxy().await;
    user(&app, "newcomer", &[(Role::Auditor, None)]).await;
    for n in 0..60 {
        attempt_from(&app, "198.51.100.1", &format!("name{n}"), PASSWORD)
            .await
            .expect(401);
    }
    attempt_from(&app, "198.51.100.1", "newcomer", PASSWORD)
        .await
        .expect(429);
    attempt_from(&app, "6.6.6.6, 198.51.100.1", "newcomer", PASSWORD)
        .await
        .expect(429);
    attempt_from(&app, "198.51.100.2", "newcomer", PASSWORD)
        .await
        .expect(201);
}

#[actix_web::test]
async fn nobody_locks_an_account_out_of_where_its_owner_is() {
    let app = behind_a_proxy().await;
    user(&app, "officer", &[(Role::Auditor, None)]).await;
    let home = "203.0.113.5";
    let owner = attempt_from(&app, home, "officer", PASSWORD);
    owner.await.expect(201);
    // One network, as patient as its waits allow, and then a hundred others.
    for n in 0..120 {
        let network = format!("198.51.100.{}", if n < 20 { 1 } else { n });
        attempt_from(&app, &network, "officer", "the wrong one").await;
    }
    let elsewhere = attempt_from(&app, "192.0.2.9", "officer", PASSWORD).await;
    elsewhere.expect_problem(429, "too-many-requests");
    let owner = attempt_from(&app, home, "officer", PASSWORD);
    owner.await.expect(201);
    // A minute without guesses is enough for a network the account does not know.
    app.advance(60);
    let elsewhere = attempt_from(&app, "192.0.2.9", "officer", PASSWORD).await;
    elsewhere.expect(201);
}

#[actix_web::test]
async fn a_reset_ends_the_trust_in_known_networks() {
    use diesel::prelude::*;
    use xinmiao::db::schema::known_networks;
    let app = behind_a_proxy().await;
    let id = user(&app, "officer", &[(Role::Auditor, None)]).await;
    for n in 0..30 {
        let network = format!("198.51.100.{n}");
        let signed_in = attempt_from(&app, &network, "officer", PASSWORD).await;
        signed_in.expect(201);
        app.advance(1);
    }
    let known = || -> Vec<Vec<u8>> {
        let tags = known_networks::table.select(known_networks::network);
        tags.load(&mut app.db()).unwrap()
    };
    assert_eq!(known().len(), 20);
    assert!(known().iter().all(|tag| tag.len() == 16));
    let path = format!("/v1/users/{id}/_reset");
    app.administrator()
        .post(&path, &serde_json::json!({}))
        .await
        .expect(200);
    assert!(known().is_empty());
}

#[actix_web::test]
async fn c10_a_user_has_twenty_sessions_and_the_longest_unused_ends() {
    let app = with_officer().await;
    let mut sessions = Vec::new();
    for _ in 0..20 {
        sessions.push(super::sign_in(&app, "officer").await);
        app.advance(1);
    }
    // The first is used again, so that the second is the longest unused.
    let first = super::refresh(&app, &sessions[0]["refreshToken"]).await;
    let first = first.expect(200).json;
    super::sign_in(&app, "officer").await;
    let of = |session: &serde_json::Value| app.bearer(session["accessToken"].as_str().unwrap());
    of(&sessions[1]).get("/v1/me").await.expect(401);
    let listed = of(&first).get("/v1/sessions?count=exact").await.expect(200);
    assert_eq!(listed.json["total"], 20);
}

#[actix_web::test]
async fn three_hundred_sign_ins_of_one_account_keep_no_other_waiting() {
    let app = with_officer().await;
    user(&app, "other", &[(Role::Auditor, None)]).await;
    super::sign_in(&app, "other").await;
    let over = std::cell::Cell::new(false);
    let flood = async {
        let all = (0..300).map(|_| attempt(&app, "officer", PASSWORD));
        let answers = futures_util::future::join_all(all).await;
        over.set(true);
        answers
    };
    let other = async {
        let mut waits = Vec::new();
        while !over.get() {
            let began = Instant::now();
            attempt(&app, "other", PASSWORD).await.expect(201);
            waits.push(began.elapsed());
        }
        waits.sort_unstable();
        waits
    };
    let (answers, waits) = futures_util::future::join(flood, other).await;
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((answer.status, answer.code()), (429, "too-many-requests"));
    }
    assert!(waits.len() > 3, "{waits:?}");
    let median = waits[waits.len() / 2];
    assert!(median < Duration::from_millis(700), "{waits:?}");
}

/// Memory of this process, in bytes.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[actix_web::test]
async fn c21_e10_two_hundred_sign_ins_at_once_keep_no_other_request_waiting_and_little_memory() {
    let app = with_officer().await;
    let over = std::cell::Cell::new(false);
    // Other tests of the process hold memory too.
    let before = resident();
    let others = async {
        let (mut waits, mut most) = (Vec::new(), before);
        while !over.get() {
            let began = Instant::now();
            app.anonymous().get("/v1/code-sets/sex").await.expect(200);
            waits.push(began.elapsed());
            most = most.max(resident());
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
        waits.sort_unstable();
        (waits[waits.len() * 99 / 100], most, waits.len())
    };
    let sign_ins = async {
        let all = (0..200).map(|_| attempt(&app, "officer", PASSWORD));
        let answers = futures_util::future::join_all(all).await;
        over.set(true);
        answers
    };
    let ((slow, most, asked), answers) = futures_util::future::join(others, sign_ins).await;
    let let_in = answers.iter().filter(|answer| answer.status == 201).count();
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((answer.status, answer.code()), (429, "too-many-requests"));
        assert!(!answer.header("retry-after").is_empty());
    }
    assert!(let_in > 20, "only {let_in} of 200 were let in");
    assert!(
        asked > 20,
        "only {asked} other requests were made meanwhile"
    );
    // Requests behind hashes would wait for seconds, and 200 hashes at once would need 3.8 GB.
    assert!(
        slow < Duration::from_millis(500),
        "{slow:?} at the 99th percentile of {asked}"
    );
    let more = most - before;
    assert!(more < 1_500_000_000, "{more} bytes more than before");
}

#[actix_web::test]
async fn c21_a_weaker_hash_is_renewed_when_its_owner_signs_in() {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
    use diesel::prelude::*;
    use xinmiao::db::schema::users;
    let app = with_officer().await;
    let params = Params::new(8192, 1, 1, None).unwrap();
    let weaker = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let weaker = weaker
        .hash_password(PASSWORD.as_bytes())
        .unwrap()
        .to_string();
    let mut conn = app.db();
    let officer = users::table.filter(users::username.eq("officer"));
    diesel::update(officer)
        .set(users::password_hash.eq(&weaker))
        .execute(&mut conn)
        .unwrap();
    attempt(&app, "officer", "the wrong one").await.expect(401);
    attempt(&app, "officer", PASSWORD).await.expect(201);
    let kept: Option<String> = officer
        .select(users::password_hash)
        .first(&mut conn)
        .unwrap();
    let kept = kept.unwrap();
    assert!(
        kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{kept}"
    );
    attempt(&app, "officer", PASSWORD).await.expect(201);
}
