//! Enrolments: seats, who waits for one, many in one call, who reads of them.

use serde_json::{Value, json};

use crate::support::{TestApp, Who, copy_rows};
use crate::training_scene::{enrol, id_in, open_event};

#[actix_web::test]
async fn who_comes_later_waits_and_moves_up_when_a_seat_is_free() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = open_event(&app, "2023-09-04", &json!({ "seats": 2 })).await;
    let mut enrolments = Vec::new();
    for _ in 0..4 {
        let cadre = app.insert_cadre(&app.city.yuxi);
        enrolments.push(enrol(&app, &path, cadre).await);
    }
    let statuses = || async {
        let mut all = Vec::new();
        for enrolment in &enrolments {
            let read = manager.get(enrolment).await.expect(200).json;
            all.push(read["status"].as_str().unwrap().to_owned());
        }
        all
    };
    assert_eq!(
        statuses().await,
        ["ENROLLED", "ENROLLED", "WAITLISTED", "WAITLISTED"]
    );
    let excuse = json!({ "reason": "下乡驻村" });
    manager
        .post(&format!("{}/_excuse", enrolments[0]), &excuse)
        .await
        .expect(200);
    assert_eq!(
        statuses().await,
        ["EXCUSED", "ENROLLED", "ENROLLED", "WAITLISTED"]
    );
    // Whoever is taken back waits behind the others.
    let readmit = format!("{}/_readmit", enrolments[0]);
    let back = manager.post(&readmit, &json!({})).await.expect(200);
    assert_eq!(back.json["number"], 5);
    manager
        .patch(&path, "*", &json!({ "seats": 3 }))
        .await
        .expect(200);
    assert_eq!(
        statuses().await,
        ["WAITLISTED", "ENROLLED", "ENROLLED", "ENROLLED"]
    );
    let read = manager.get(&path).await.expect(200).json;
    assert_eq!(
        (
            &read["enrolled"],
            &read["waitlisted"],
            &read["availableSeats"]
        ),
        (&json!(3), &json!(1), &json!(0))
    );
    let fewer = manager.patch(&path, "*", &json!({ "seats": 2 })).await;
    fewer.expect_problem(422, "invalid");
    let unbounded = manager.patch(&path, "*", &json!({ "seats": null })).await;
    assert_eq!(unbounded.expect(200).json["waitlisted"], 0);
}

#[actix_web::test]
async fn sixty_four_callers_for_the_last_seat_get_one_and_wait_in_order() {
    let app = TestApp::start().await;
    let path = open_event(&app, "2023-09-04", &json!({ "seats": 1 })).await;
    let cadres: Vec<_> = (0..64).map(|_| app.insert_cadre(&app.city.yuxi)).collect();
    let manager = app.manager();
    let calls = cadres.iter().map(|cadre| {
        let body = json!({ "eventId": id_in(&path), "cadreId": cadre });
        let manager = manager.clone();
        async move { manager.post("/v1/enrolments", &body).await.expect(201).json }
    });
    let made = futures_util::future::join_all(calls).await;
    let seated = made.iter().filter(|one| one["status"] == "ENROLLED");
    assert_eq!(seated.count(), 1);
    let waiting = made.iter().filter(|one| one["status"] == "WAITLISTED");
    assert_eq!(waiting.count(), 63);
    let mut numbers: Vec<i64> = made
        .iter()
        .map(|one| one["number"].as_i64().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=64).collect::<Vec<i64>>());
    let read = manager.get(&path).await.expect(200).json;
    assert_eq!(
        (&read["enrolled"], &read["waitlisted"]),
        (&json!(1), &json!(63))
    );
}

#[actix_web::test]
async fn a_whole_unit_is_enrolled_in_one_call_and_a_dry_run_changes_nothing() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let more = json!({ "seats": 3, "openToPhases": ["SEEDLING", "NURTURING"] });
    let path = open_event(&app, "2023-09-04", &more).await;
    for reported_on in ["2023-03-01", "2022-08-26", "2021-08-26", "2020-08-26"] {
        for unit in [&app.city.yuxi, &app.city.liulin] {
            crate::support::mentoring::cadre(&app, unit, "周小苗", reported_on).await;
        }
    }
    let enrol = format!("{path}/_enrol");
    let ask = |dry_run: bool| {
        let unit = app.city.enyang.id;
        json!({ "organizationId": unit, "phases": ["SEEDLING"], "dryRun": dry_run })
    };
    let tried = manager.post(&enrol, &ask(true)).await.expect(200).json;
    assert_eq!(tried["dryRun"], true);
    assert_eq!(manager.get(&path).await.json["enrolled"], 0);
    let done = manager.post(&enrol, &ask(false)).await.expect(200).json;
    let came = |of: &Value| (of["enrolled"].clone(), of["waitlisted"].clone());
    assert_eq!(came(&done), (json!(3), json!(1)));
    assert_eq!(came(&tried), came(&done));
    let again = manager.post(&enrol, &ask(false)).await.expect(200).json;
    assert_eq!(came(&again), (json!(0), json!(0)));
    assert_eq!(again["alreadyEnrolled"], 4);
    // The rest of those to whom it is open: STRENGTHENING is not among them.
    let all = json!({ "organizationId": app.city.root.id });
    let rest = manager.post(&enrol, &all).await.expect(200).json;
    let listed = manager
        .get(&format!(
            "/v1/enrolments?eventId={}&count=exact",
            id_in(&path)
        ))
        .await
        .expect(200);
    assert_eq!(listed.json["total"], 6);
    assert_eq!(came(&rest), (json!(0), json!(2)));
    app.sealed().await;
    let lines = manager
        .get("/v1/journal?resourceType=enrolment&count=exact")
        .await
        .expect(200);
    assert_eq!(lines.json["total"], listed.json["total"]);
}

#[actix_web::test]
async fn who_is_named_must_fit() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let more =
        json!({ "openToPhases": ["STRENGTHENING"], "openToOrganizationId": app.city.enyang.id });
    let path = open_event(&app, "2023-09-04", &more).await;
    let fits = crate::support::mentoring::cadre(&app, &app.city.yuxi, "李雨瑶", "2021-03-01").await;
    let young =
        crate::support::mentoring::cadre(&app, &app.city.yuxi, "周小苗", "2023-03-01").await;
    let away = crate::support::mentoring::cadre(&app, &app.city.bazhou, "王新", "2021-03-01").await;
    let left = crate::support::mentoring::cadre(&app, &app.city.yuxi, "赵新", "2021-03-01").await;
    manager
        .post(
            &format!("/v1/cadres/{left}/_leave"),
            &json!({ "on": "2023-07-01", "reason": "RESIGNED" }),
        )
        .await
        .expect(200);
    let nobody = crate::permissions::NOBODY;
    let body = json!({ "cadreIds": [fits, young, away, left, nobody, fits] });
    let refused = manager.post(&format!("{path}/_enrol"), &body).await;
    let problem = refused.expect_problem(422, "invalid");
    let faults: Vec<(&str, &str)> = problem.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            (
                fault["pointer"].as_str().unwrap(),
                fault["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        faults,
        [
            ("/cadreIds/1", "not-open-to-cadre"),
            ("/cadreIds/2", "not-open-to-cadre"),
            ("/cadreIds/3", "cadre-not-active"),
            ("/cadreIds/4", "reference-unknown"),
            ("/cadreIds/5", "same-person"),
        ]
    );
    // An officer of another county sees neither the event nor whom they name.
    let stranger = app.client(Who::officer(&app.city.bazhou));
    stranger
        .post(&format!("{path}/_enrol"), &json!({ "cadreIds": [away] }))
        .await
        .expect_problem(404, "not-found");
    let officer = app.client(Who::officer(&app.city.liulin));
    let refused = officer
        .post(&format!("{path}/_enrol"), &json!({ "cadreIds": [fits] }))
        .await;
    let problem = refused.expect_problem(422, "invalid");
    assert_eq!(problem.json["errors"][0]["code"], "reference-unknown");
}

#[actix_web::test]
async fn a_cancelled_event_excuses_everyone_and_a_leaver_gives_their_seat_to_the_next() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = open_event(&app, "2023-09-04", &json!({ "seats": 1 })).await;
    let (leaver, next) = (
        app.insert_cadre(&app.city.yuxi),
        app.insert_cadre(&app.city.yuxi),
    );
    let first = enrol(&app, &path, leaver).await;
    let second = enrol(&app, &path, next).await;
    let left = json!({ "on": "2023-07-20", "reason": "RESIGNED" });
    manager
        .post(&format!("/v1/cadres/{leaver}/_leave"), &left)
        .await
        .expect(200);
    assert_eq!(manager.get(&first).await.json["status"], "EXCUSED");
    assert_eq!(manager.get(&second).await.json["status"], "ENROLLED");
    let cancel = json!({ "reason": "另行安排" });
    let cancelled = manager.post(&format!("{path}/_cancel"), &cancel).await;
    let cancelled = cancelled.expect(200).json;
    assert_eq!(
        (&cancelled["status"], &cancelled["enrolled"]),
        (&json!("CANCELLED"), &json!(0))
    );
    assert_eq!(manager.get(&second).await.json["status"], "EXCUSED");
    let late = json!({ "eventId": id_in(&path), "cadreId": app.insert_cadre(&app.city.yuxi) });
    let refused = manager.post("/v1/enrolments", &late).await;
    let problem = refused.expect_problem(422, "invalid");
    assert_eq!(problem.json["errors"][0]["code"], "event-not-open");
}

#[actix_web::test]
async fn a_cadre_is_enrolled_in_an_event_once() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = open_event(&app, "2023-09-04", &json!({})).await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let body = json!({ "id": "0189857f-7a00-7000-8000-00000000abcd", "eventId": id_in(&path), "cadreId": cadre });
    let made = manager.post("/v1/enrolments", &body).await.expect(201);
    let again = manager.post("/v1/enrolments", &body).await.expect(200);
    assert_eq!(made.json, again.json);
    let other = json!({ "eventId": id_in(&path), "cadreId": cadre });
    let refused = manager.post("/v1/enrolments", &other).await;
    let refused = refused.expect_problem(409, "duplicate");
    assert_eq!(refused.json["current"]["id"], made.json["id"]);
}

#[actix_web::test]
async fn a_host_reads_event_by_event_who_comes_from_elsewhere() {
    let app = TestApp::start().await;
    let host =
        json!({ "organizationId": app.city.enyang.id, "openToOrganizationId": app.city.root.id });
    let path = open_event(&app, "2023-09-04", &host).await;
    let away = app.insert_cadre(&app.city.qingjiang);
    let enrolment = enrol(&app, &path, away).await;
    let officer = app.client(Who::officer(&app.city.enyang));
    officer.get(&enrolment).await.expect(200);
    let total = async |query: &str| {
        let address = format!("/v1/enrolments?count=exact&{query}");
        officer.get(&address).await.expect(200).json["total"].clone()
    };
    let of_event = format!("eventId={}", id_in(&path));
    assert_eq!([total(&of_event).await, total("").await], [1, 0]);
    let stranger = app.client(Who::officer(&app.city.yuxi));
    stranger
        .get(&enrolment)
        .await
        .expect_problem(404, "not-found");
    let listed = stranger.get(&format!("/v1/enrolments?{of_event}")).await;
    assert_eq!(listed.expect(200).json["items"], json!([]));
}

#[actix_web::test]
async fn five_thousand_are_enrolled_in_one_call_and_no_more() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = open_event(&app, "2023-09-04", &json!({})).await;
    app.insert_cadre(&app.city.yuxi);
    let times = "(SELECT 1 FROM organizations AS a, organizations AS b, organizations AS c, organizations AS d LIMIT 4999) AS times";
    copy_rows(&mut app.db(), "cadres", times, &[]);
    let enrol = format!("{path}/_enrol");
    let all = json!({ "organizationId": app.city.root.id });
    let done = manager.post(&enrol, &all).await.expect(200).json;
    assert_eq!(done["enrolled"], 5000);
    app.insert_cadre(&app.city.yuxi);
    let refused = manager.post(&enrol, &all).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/organizationId", "too-many")]
    );
}
