//! No date that a caller sends dodges a rule or makes no sense.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::schema::mentors;
use xinmiao::values::Date;

use crate::openapi::resolved;
use crate::support::{Answer, MentorSeed, TODAY, TestApp, Who};

/// The members of a request body that are days.
fn days<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a str> {
    let schema = resolved(document, schema);
    let members = schema["properties"].as_object().into_iter().flatten();
    let is_day = |member: &(&'a String, &'a Value)| {
        let options = member.1["oneOf"].as_array().into_iter().flatten();
        options
            .chain([member.1])
            .any(|option| resolved(document, option)["format"] == "date")
    };
    members
        .filter(|member| is_day(member))
        // Where a list is cut may be any day.
        .filter(|(name, _)| !name.ends_with("Gte") && !name.ends_with("Lte"))
        .map(|(name, _)| name.as_str())
        .collect()
}

#[actix_web::test]
async fn no_operation_takes_a_day_before_the_state_or_after_this_century() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/v1/openapi.json").await.json;
    let unit = &app.city.root;
    let callers = [
        app.manager(),
        app.administrator(),
        app.client(Who::mentor(unit, app.id())),
        app.client(Who::cadre(unit, app.id())),
    ];
    let mut tried = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let contents = operation["requestBody"]["content"].as_object();
            for (media_type, content) in contents.into_iter().flatten() {
                if !media_type.ends_with("json") {
                    continue;
                }
                let place = path
                    .replace("{id}", &app.id().to_string())
                    .replace("{proposalId}", &app.id().to_string())
                    .replace("{goalId}", &app.id().to_string())
                    .replace("{source}", "portal")
                    .replace("{externalId}", "P-1");
                for member in days(&document, &content["schema"]) {
                    for day in ["1900-01-01", "1949-09-30", "2100-01-01", "2199-12-31"] {
                        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                        let body = serde_json::to_vec(&json!({ member: day })).unwrap();
                        let mut refused = None;
                        for caller in &callers {
                            let request = caller.request(method.clone(), &place).if_match("*");
                            let answer = request.body(media_type, body.clone()).send().await;
                            if answer.status != 403 {
                                refused = Some(answer);
                                break;
                            }
                        }
                        let refused = refused.unwrap_or_else(|| panic!("{path}: all forbidden"));
                        let refused = refused.expect_problem(422, "invalid");
                        let pointer = format!("/{member}");
                        assert!(
                            refused
                                .errors()
                                .contains(&(pointer.as_str(), "date-invalid")),
                            "{path} {member} {day}: {}",
                            refused.text()
                        );
                    }
                    tried.push(format!("{path} {member}"));
                }
            }
        }
    }
    assert!(tried.len() > 20, "{tried:?}");
}

fn reasons(answer: &Answer) -> Vec<&str> {
    let violations = answer.json["violations"].as_array();
    violations
        .into_iter()
        .flatten()
        .filter_map(|violation| violation["reason"].as_str())
        .collect()
}

#[actix_web::test]
async fn a_pair_begins_between_reporting_and_a_year_ahead_and_takes_effect_when_it_begins() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre = app.insert_cadre(&app.city.yuxi);
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let pair = |starts_on: &str, activate: bool| json!({ "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": starts_on, "activate": activate });
    for (starts_on, activate, code) in [
        ("2022-08-25", false, "out-of-range"),
        ("2022-08-25", true, "out-of-range"),
        ("2024-07-25", false, "out-of-range"),
        ("2023-07-25", true, "date-in-future"),
    ] {
        let refused = manager
            .post("/v1/assignments", &pair(starts_on, activate))
            .await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [("/startsOn", code)], "{starts_on}");
    }
    let mut planned = pair("2023-07-25", false);
    planned["plannedEndsOn"] = json!("2099-01-01");
    let refused = manager.post("/v1/assignments", &planned).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/plannedEndsOn", "out-of-range")]);
    let proposed = manager
        .post("/v1/assignments", &pair("2023-07-25", false))
        .await
        .expect(201);
    let activate = format!("{}/_activate", proposed.header("location"));
    let refused = manager.post(&activate, &json!({})).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(reasons(&refused), ["STARTS_LATER"]);
    let items = json!({ "items": [{ "id": proposed.json["id"], "version": 1 }] });
    let refused = manager.post("/v1/assignments/_activate", &items).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/items/0", "STARTS_LATER")]);
    app.advance(86_400);
    app.manager().post(&activate, &json!({})).await.expect(200);
}

#[actix_web::test]
async fn r17_r29_a_date_before_the_rules_is_judged_by_the_first_rule() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let body =
        json!({ "name": "老同志", "organizationId": app.city.yuxi.id, "reportedOn": "1998-01-05" });
    let cadre = manager.post("/v1/cadres", &body).await.expect(201);
    let seed = MentorSeed {
        political_status: "13",
        ..MentorSeed::default()
    };
    let mentor = app.insert_mentor(&app.city.yuxi, seed);
    diesel::update(mentors::table.find(mentor))
        .set(mentors::appointed_on.eq(Date::parse("1990-01-01").unwrap()))
        .execute(&mut app.db())
        .unwrap();
    let kinship = json!({
        "personA": { "type": "CADRE", "id": cadre.json["id"] }, "personB": { "type": "MENTOR", "id": mentor },
        "relation": "01",
    });
    manager.post("/v1/kinships", &kinship).await.expect(201);
    for starts_on in ["1998-02-01", "2005-12-31", TODAY] {
        let pair = json!({
            "cadreId": cadre.json["id"], "mentorId": mentor, "role": "POLITICAL", "startsOn": starts_on,
        });
        let refused = manager.post("/v1/assignments", &pair).await;
        let refused = refused.expect_problem(409, "rule-violation");
        assert_eq!(
            reasons(&refused),
            ["NOT_PARTY_MEMBER", "KINSHIP"],
            "{starts_on}"
        );
    }
}

#[actix_web::test]
async fn r29_a_pair_does_not_begin_before_its_mentor_was_appointed() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let file = "name,organizationCode,roles,politicalStatus,appointedOn\n彭永兵,BZ-511903-YX,POLITICAL,01,2023-02-01\n王建国,BZ-511903-YX,POLITICAL,01,\n未来,BZ-511903-YX,POLITICAL,01,2023-07-25\n";
    let imported = manager
        .request(Method::POST, "/v1/mentors/_import")
        .body("text/csv", file)
        .send()
        .await
        .expect(200);
    let failed = &imported.json["rows"][2]["errors"][0];
    assert_eq!(
        (&failed["column"], &failed["code"]),
        (&json!("appointedOn"), &json!("date-in-future"))
    );
    let listed = manager.get("/v1/mentors?sort=name").await.expect(200);
    let items = listed.json["items"].as_array().unwrap();
    let of = |name: &str| items.iter().find(|item| item["name"] == name).unwrap();
    assert_eq!(of("彭永兵")["appointedOn"], "2023-02-01");
    assert_eq!(of("王建国")["appointedOn"], TODAY);
    let cadre = app.insert_cadre(&app.city.yuxi);
    for (name, starts_on, status) in [
        ("彭永兵", "2023-01-31", 409),
        ("王建国", "2023-07-23", 409),
        ("彭永兵", "2023-02-01", 201),
    ] {
        let pair = json!({
            "cadreId": cadre, "mentorId": of(name)["id"], "role": "POLITICAL", "startsOn": starts_on,
        });
        let answer = manager.post("/v1/assignments", &pair).await;
        assert_eq!(
            answer.status,
            status,
            "{name} {starts_on} {}",
            answer.text()
        );
        if status == 409 {
            assert_eq!(reasons(&answer), ["MENTOR_NOT_APPOINTED"]);
        }
    }
    let body =
        json!({ "name": "新导师", "organizationId": app.city.yuxi.id, "roles": ["POLITICAL"] });
    let nominated = manager.post("/v1/mentors", &body).await.expect(201);
    let appoint = format!("{}/_appoint", nominated.header("location"));
    let refused = manager.post(&appoint, &json!({ "on": "2023-07-25" })).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/on", "date-in-future")]);
    let appointed = manager.post(&appoint, &json!({ "on": "2020-08-01" })).await;
    assert_eq!(appointed.expect(200).json["appointedOn"], "2020-08-01");
}

#[actix_web::test]
async fn absences_and_leaves_have_sensible_bounds() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre = app.insert_cadre(&app.city.yuxi);
    for (from, to, pointer) in [
        ("2024-07-25", "2024-07-26", "/startsOn"),
        ("2023-07-01", "2029-07-01", "/endsOn"),
        ("2023-07-01", "2023-06-30", "/endsOn"),
    ] {
        let body = json!({ "cadreId": cadre, "kind": "SICK", "startsOn": from, "endsOn": to });
        let refused = manager.post("/v1/absences", &body).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [(pointer, "out-of-range")]);
    }
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let suspend = format!("/v1/mentors/{mentor}/_suspend");
    for (from, to, pointer) in [
        ("2020-01-01", "2023-08-01", "/from"),
        ("2024-08-01", "2024-09-01", "/from"),
        ("2023-08-01", "2040-01-01", "/to"),
    ] {
        let body = json!({ "from": from, "to": to, "reason": "病假" });
        let refused = manager.post(&suspend, &body).await;
        let refused = refused.expect_problem(422, "invalid");
        assert_eq!(refused.errors(), [(pointer, "out-of-range")]);
    }
}
