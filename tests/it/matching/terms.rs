//! What a run is asked, and what comes of it.

use serde_json::{Value, json};
use uuid::Uuid;
use xinmiao::db::Id;

use super::{path, proposals, proposed, run, seat, terms};
use crate::support::{MentorSeed, TestApp, Who};

const POLITICAL_ONLY: MentorSeed = MentorSeed {
    political: true,
    professional: false,
    political_status: "01",
    max_mentees: 1,
    status: "APPOINTED",
};

#[actix_web::test]
async fn the_mentor_of_the_own_unit_comes_first_with_factors_and_a_runner_up() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let near = app.insert_mentor(&app.city.yuxi, POLITICAL_ONLY);
    let far = app.insert_mentor(&app.city.liulin, POLITICAL_ONLY);
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "COUNTY")).await;
    assert_eq!(made.json["status"], "DRAFT");
    assert_eq!(
        (&made.json["seats"], &made.json["matched"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(made.json["optimal"], true);
    assert!(made.json["certificate"]["checkedPairs"].as_i64().unwrap() >= 2);
    let row = seat(&manager, &made, cadre, "POLITICAL").await;
    assert_eq!(row["mentorId"], near.to_string());
    assert_eq!(row["runnerUp"]["mentorId"], far.to_string());
    let factors = row["factors"].as_array().unwrap();
    let same_unit = json!({ "factor": "SAME_UNIT", "value": 100, "weight": 40, "points": 4000 });
    assert!(factors.contains(&same_unit), "{factors:?}");
    let sum: i64 = factors
        .iter()
        .map(|factor| factor["points"].as_i64().unwrap())
        .sum();
    assert_eq!(row["score"], sum);
    assert_eq!(made.json["totalScore"], sum);
    // 40 points for the unit at 100, and half of 20 for the distance.
    assert_eq!(row["runnerUp"]["loss"], 4000 + 1000);
    let gap = &seat(&manager, &made, cadre, "PROFESSIONAL").await["gap"];
    assert_eq!(gap["reason"], "NO_QUALIFIED_MENTOR_IN_SCOPE");
    let county = json!({ "organizationId": app.city.enyang.id, "role": "POLITICAL", "seats": 1, "matched": 1 });
    assert!(made.json["coverage"].as_array().unwrap().contains(&county));
}

#[actix_web::test]
async fn coverage_comes_before_points_and_seats_are_shared_by_both_roles() {
    let app = TestApp::start().await;
    // The only mentor of both townships has one seat; the county's has one for conduct.
    let both = app.insert_mentor(
        &app.city.yuxi,
        MentorSeed {
            max_mentees: 1,
            ..MentorSeed::default()
        },
    );
    let conduct = app.insert_mentor(&app.city.enyang, POLITICAL_ONLY);
    let cadre = app.insert_cadre(&app.city.yuxi);
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "COUNTY")).await;
    assert_eq!(made.json["matched"], 2);
    assert_eq!(
        proposed(&manager, &made, cadre, "POLITICAL").await,
        conduct.to_string()
    );
    assert_eq!(
        proposed(&manager, &made, cadre, "PROFESSIONAL").await,
        both.to_string()
    );
    let second = app.insert_cadre(&app.city.liulin);
    let made = run(&manager, &terms(&app, "COUNTY")).await;
    assert_eq!(
        (&made.json["seats"], &made.json["matched"]),
        (&json!(4), &json!(2))
    );
    let row = seat(&manager, &made, second, "PROFESSIONAL").await;
    let row = if row["matched"] == true {
        seat(&manager, &made, cadre, "PROFESSIONAL").await
    } else {
        row
    };
    assert_eq!(row["gap"]["reason"], "CAPACITY_EXHAUSTED");
    assert!(
        row["gap"]["relief"]
            .as_array()
            .unwrap()
            .contains(&json!(both))
    );
}

#[actix_web::test]
async fn one_person_never_takes_both_roles_and_kin_are_kept_apart() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let mentor = app.insert_mentor(
        &app.city.yuxi,
        MentorSeed {
            max_mentees: 5,
            ..MentorSeed::default()
        },
    );
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "NONE")).await;
    assert_eq!(made.json["matched"], 1);
    let kinship = json!({
        "personA": { "type": "CADRE", "id": cadre }, "personB": { "type": "MENTOR", "id": mentor }, "relation": "01",
    });
    manager.post("/v1/kinships", &kinship).await.expect(201);
    let made = run(&manager, &terms(&app, "NONE")).await;
    assert_eq!(made.json["matched"], 0);
    for row in proposals(&manager, &made).await {
        assert_eq!(row["gap"]["reason"], "NO_QUALIFIED_MENTOR_IN_SCOPE");
    }
}

#[actix_web::test]
async fn scope_is_the_unit_the_county_or_the_city_and_city_organs_are_one_county() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.reform);
    let organ = app.insert_mentor(&app.city.finance, POLITICAL_ONLY);
    let manager = app.manager();
    let matched = async |scope: &str| {
        let made = run(&manager, &terms(&app, scope)).await;
        proposed(&manager, &made, cadre, "POLITICAL").await
    };
    assert_eq!(matched("NONE").await, Value::Null);
    assert_eq!(matched("COUNTY").await, organ.to_string());
    assert_eq!(matched("CITY").await, organ.to_string());
    let township = app.insert_cadre(&app.city.qingjiang);
    let made = run(&manager, &terms(&app, "COUNTY")).await;
    assert_eq!(
        proposed(&manager, &made, township, "POLITICAL").await,
        Value::Null
    );
}

#[actix_web::test]
async fn only_appointed_members_of_the_party_guide_conduct_and_only_active_cadres_take_part() {
    let app = TestApp::start().await;
    app.insert_cadre(&app.city.yuxi);
    app.insert_mentor(
        &app.city.yuxi,
        MentorSeed {
            status: "NOMINATED",
            ..POLITICAL_ONLY
        },
    );
    app.insert_mentor(
        &app.city.yuxi,
        MentorSeed {
            political_status: "13",
            ..POLITICAL_ONLY
        },
    );
    let manager = app.manager();
    let made = run(&manager, &terms(&app, "CITY")).await;
    assert_eq!(
        (&made.json["seats"], &made.json["matched"]),
        (&json!(2), &json!(0))
    );
}

#[actix_web::test]
async fn an_empty_cohort_gives_a_run_without_proposals() {
    let app = TestApp::start().await;
    app.insert_cadre(&app.city.yuxi);
    let manager = app.manager();
    let mut asked = terms(&app, "COUNTY");
    asked["cohort"] = json!({ "reportedOnGte": "2150-01-01" });
    let made = run(&manager, &asked).await;
    assert_eq!(
        (&made.json["seats"], &made.json["optimal"]),
        (&json!(0), &json!(true))
    );
    assert!(proposals(&manager, &made).await.is_empty());
    manager
        .post(&format!("{}/_apply", path(&made)), &json!({}))
        .await
        .expect(200);
}

#[actix_web::test]
async fn present_pairs_stay_unless_the_run_plans_as_if_there_were_none() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let far = app.insert_mentor(&app.city.liulin, POLITICAL_ONLY);
    let near = app.insert_mentor(&app.city.yuxi, POLITICAL_ONLY);
    let manager = app.manager();
    let pair = json!({ "cadreId": cadre, "mentorId": far, "role": "POLITICAL", "startsOn": "2023-07-01", "activate": true });
    manager.post("/v1/assignments", &pair).await.expect(201);
    let kept = run(&manager, &terms(&app, "COUNTY")).await;
    assert_eq!(kept.json["seats"], 1);
    let mut asked = terms(&app, "COUNTY");
    asked["keepExisting"] = json!(false);
    let fresh = run(&manager, &asked).await;
    assert_eq!(fresh.json["seats"], 2);
    assert_eq!(
        proposed(&manager, &fresh, cadre, "POLITICAL").await,
        near.to_string()
    );
}

#[actix_web::test]
async fn contradictory_locks_are_told_with_a_pointer_each() {
    let app = TestApp::start().await;
    let [a, b, c] = [(); 3].map(|()| app.insert_cadre(&app.city.yuxi));
    let one = app.insert_mentor(
        &app.city.yuxi,
        MentorSeed {
            max_mentees: 1,
            ..MentorSeed::default()
        },
    );
    let wide = app.insert_mentor(
        &app.city.yuxi,
        MentorSeed {
            max_mentees: 9,
            ..MentorSeed::default()
        },
    );
    let far = app.insert_mentor(&app.city.qingjiang, MentorSeed::default());
    let conduct = app.insert_mentor(&app.city.yuxi, POLITICAL_ONLY);
    let manager = app.manager();
    let kinship = json!({
        "personA": { "type": "MENTOR", "id": conduct }, "personB": { "type": "CADRE", "id": c }, "relation": "01",
    });
    manager.post("/v1/kinships", &kinship).await.expect(201);
    let lock = |cadre: Id, mentor: Id, role: &str| json!({ "cadreId": cadre, "mentorId": mentor, "role": role });
    let mut asked = terms(&app, "COUNTY");
    asked["locked"] = json!([
        lock(a, one, "POLITICAL"),
        lock(b, one, "POLITICAL"),
        lock(a, wide, "POLITICAL"),
        lock(b, far, "PROFESSIONAL"),
        lock(c, conduct, "POLITICAL"),
        lock(a, conduct, "PROFESSIONAL"),
        lock(one, a, "POLITICAL"),
        lock(c, wide, "PROFESSIONAL"),
    ]);
    asked["forbidden"] = json!([{ "cadreId": c, "mentorId": wide }]);
    let refused = manager.post("/v1/matching-runs", &asked).await;
    let refused = refused.expect_problem(422, "invalid");
    let mut errors = refused.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("/locked/1", "capacity-exceeded"),
            ("/locked/2", "not-unique"),
            ("/locked/3", "OUT_OF_UNIT"),
            ("/locked/4", "KINSHIP"),
            ("/locked/5", "ROLE_NOT_QUALIFIED"),
            ("/locked/6/cadreId", "not-of-this-run"),
            ("/locked/6/mentorId", "reference-unknown"),
            ("/locked/7", "also-forbidden"),
        ]
    );
    asked["locked"] = json!([lock(a, wide, "POLITICAL")]);
    asked["forbidden"] = json!([{ "cadreId": b, "mentorId": wide, "role": "POLITICAL" }]);
    let made = run(&manager, &asked).await;
    assert_eq!(
        proposed(&manager, &made, a, "POLITICAL").await,
        wide.to_string()
    );
    assert_ne!(
        proposed(&manager, &made, b, "POLITICAL").await,
        wide.to_string()
    );
    asked["weights"] = json!({ "sameUnit": 1001 });
    let refused = manager.post("/v1/matching-runs", &asked).await;
    assert_eq!(refused.errors(), [("/weights/sameUnit", "out-of-range")]);
}

/// The digest is written down here, so both databases and every machine have to come to it.
#[actix_web::test]
async fn equal_inputs_give_equal_results_on_both_databases() {
    let app = TestApp::start().await;
    let id = |n: u128| {
        Id(Uuid::from_u128(
            0x0189_0000_0000_7000_8000_0000_0000_0000 + n,
        ))
    };
    let units = [
        &app.city.yuxi,
        &app.city.liulin,
        &app.city.enyang,
        &app.city.qingjiang,
    ];
    for n in 0..40_u128 {
        app.insert_cadre_as(id(n), units[usize::try_from(n % 4).unwrap()]);
    }
    for n in 0..24_u128 {
        let seed = MentorSeed {
            political: n % 3 != 0,
            professional: n % 3 != 1,
            max_mentees: 1 + i32::try_from(n % 4).unwrap(),
            ..MentorSeed::default()
        };
        app.insert_mentor_as(id(1000 + n), units[usize::try_from(n % 3).unwrap()], seed);
    }
    let manager = app.manager();
    let first = run(&manager, &terms(&app, "CITY")).await;
    let second = run(&manager, &terms(&app, "CITY")).await;
    for member in [
        "inputDigest",
        "resultDigest",
        "totalScore",
        "coverage",
        "certificate",
    ] {
        assert_eq!(first.json[member], second.json[member], "{member}");
    }
    let content = |rows: Vec<Value>| {
        let strip = |mut row: Value| {
            let row = row.as_object_mut().unwrap();
            row.retain(|member, _| !["id", "updatedAt"].contains(&member.as_str()));
            Value::Object(row.clone())
        };
        rows.into_iter().map(strip).collect::<Vec<_>>()
    };
    let rows = content(proposals(&manager, &first).await);
    assert_eq!(rows, content(proposals(&manager, &second).await));
    assert_eq!(rows.len(), 80);
    assert_eq!(first.json["resultDigest"], DIGEST);
}

const DIGEST: &str = "b429bdd67ca63a0e3f8a42e1e0a4461cc52f8e7bb76bbdf7e0e9a8b9a9a19f67";

#[actix_web::test]
async fn a_run_is_seen_by_managers_of_its_unit_and_above_alone() {
    let app = TestApp::start().await;
    app.insert_cadre(&app.city.yuxi);
    let manager = app.manager();
    let mut asked = terms(&app, "COUNTY");
    asked["organizationId"] = json!(app.city.enyang.id);
    let made = run(&manager, &asked).await;
    let county = app.client(Who::manager(&app.city.enyang));
    county.get(&path(&made)).await.expect(200);
    for unit in [&app.city.bazhou, &app.city.yuxi] {
        let other = app.client(Who::manager(unit));
        other
            .get(&path(&made))
            .await
            .expect_problem(404, "not-found");
        let rows = format!("{}/proposals", path(&made));
        other.get(&rows).await.expect_problem(404, "not-found");
        let apply = format!("{}/_apply", path(&made));
        other
            .post(&apply, &json!({}))
            .await
            .expect_problem(404, "not-found");
        let listed = other.get("/v1/matching-runs").await.expect(200);
        assert_eq!(listed.json["items"], json!([]));
        let refused = other.post("/v1/matching-runs", &asked).await;
        assert_eq!(refused.errors(), [("/organizationId", "reference-unknown")]);
    }
    app.officer()
        .get(&path(&made))
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn mentors_whom_the_reader_does_not_see_are_not_named_by_a_run_that_another_computed() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let near = app.insert_mentor(&app.city.yuxi, POLITICAL_ONLY);
    let far = app.insert_mentor(&app.city.qingjiang, POLITICAL_ONLY);
    let mut asked = terms(&app, "CITY");
    asked["organizationId"] = json!(app.city.enyang.id);
    asked["roles"] = json!(["POLITICAL"]);
    let manager = app.manager();
    let made = run(&manager, &asked).await;
    let row = seat(&manager, &made, cadre, "POLITICAL").await;
    assert_eq!(row["runnerUp"]["mentorId"], far.to_string());
    let county = app.client(Who::manager(&app.city.enyang));
    let row = seat(&county, &made, cadre, "POLITICAL").await;
    assert_eq!(
        (&row["mentorId"], &row["mentorName"]),
        (&json!(near), &json!("钱大树"))
    );
    assert_eq!(row["runnerUp"], Value::Null);
}
