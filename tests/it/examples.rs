//! The examples of the document: whoever tries them out in the reference gets what they say.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::external_ids::encoded;
use crate::openapi::{document, resolved};
use crate::permissions::{Operation, operations};
use crate::support::{Answer, Client};

/// The id that stands in the document for every id.
const MADE_UP: &str = "0189857f-7a00-7000-8000-000000000001";

/// A body with the ids of the demo where the document has made-up ones, by the names of members.
fn with_real_ids(body: &Value, real: &BTreeMap<&str, String>) -> Value {
    match body {
        Value::Object(members) => {
            // A person is named by kind and id.
            let person = match members.get("type").and_then(Value::as_str) {
                Some("CADRE") => real.get("cadreId"),
                Some("MENTOR") => real.get("mentorId"),
                _ => None,
            };
            let member = |(name, value): (&String, &Value)| {
                let known = real.get(name.as_str()).or(person.filter(|_| name == "id"));
                let known = known.filter(|_| value == MADE_UP);
                let value =
                    known.map_or_else(|| with_real_ids(value, real), |id| id.as_str().into());
                (name.clone(), value)
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(items) => items.iter().map(|item| with_real_ids(item, real)).collect(),
        other => other.clone(),
    }
}

/// One object of each kind that the demo has, by the segment of its path and by the members that name one.
async fn real(manager: &Client) -> BTreeMap<&'static str, String> {
    let mut real = BTreeMap::new();
    for (list, members) in [
        (
            "organizations?kind=CITY",
            &["organizationId", "parentId"][..],
        ),
        (
            "organizations?kind=CITY_ORGAN&sort=code",
            &["organizations"],
        ),
        ("organizations?kind=CITY_ORGAN&sort=-code", &["intoId"]),
        (
            "cadres?mentoring=NONE&status=ACTIVE",
            &["cadres", "cadreId"],
        ),
        (
            "mentors?status=APPOINTED&availableSeatsGte=1&role=POLITICAL",
            &["mentors", "mentorId"],
        ),
        ("assignments?status=ACTIVE", &["assignments"]),
        ("evaluations?status=CONFIRMED", &["evaluations"]),
        ("growth-entries", &["growth-entries"]),
    ] {
        let separator = if list.contains('?') { '&' } else { '?' };
        let page = manager
            .get(&format!("/v1/{list}{separator}limit=1"))
            .await
            .expect(200);
        let id = page.json["items"][0]["id"].as_str();
        for member in members {
            real.extend(id.map(|id| (*member, id.to_owned())));
        }
    }
    real
}

fn text(example: &Value) -> String {
    match example {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A request with every example of its parameters together.
async fn tried(
    document: &Value,
    operation: &Operation,
    caller: &Client,
    real: &BTreeMap<&str, String>,
) -> Answer {
    let method = operation.method.as_str().to_lowercase();
    let described = &document["paths"][&operation.path][&method];
    let mut address = operation.path.clone();
    let (mut query, mut headers) = (Vec::new(), Vec::new());
    for parameter in described["parameters"].as_array().into_iter().flatten() {
        let parameter = resolved(document, parameter);
        let Some(example) = parameter
            .get("example")
            .or_else(|| parameter["schema"].get("example"))
        else {
            continue;
        };
        let (name, example) = (parameter["name"].as_str().unwrap(), text(example));
        match parameter["in"].as_str().unwrap() {
            "path" => address = address.replace(&format!("{{{name}}}"), &encoded(&example)),
            "query" => query.push(format!("{name}={}", encoded(&example))),
            // What stands in the example was made up; any version will do, so that the body is looked at.
            _ if name == "If-Match" => headers.push((name.to_owned(), "*".to_owned())),
            _ => headers.push((name.to_owned(), example)),
        }
    }
    if let Some(id) = real.get(address.split('/').nth(2).unwrap_or_default()) {
        address = address.replace(MADE_UP, id);
    }
    assert!(
        !address.contains('{'),
        "{address}: a place in the path has no example"
    );
    if !query.is_empty() {
        address = format!("{address}?{}", query.join("&"));
    }
    let mut request = caller.request(operation.method.clone(), &address);
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    if let Some((media_type, body)) = &operation.body {
        let body = match body {
            Value::String(text) => text.clone(),
            Value::Object(members) if media_type == "application/x-www-form-urlencoded" => {
                let pairs = members
                    .iter()
                    .map(|(name, value)| format!("{name}={}", encoded(&text(value))));
                pairs.collect::<Vec<_>>().join("&")
            }
            body => with_real_ids(body, real).to_string(),
        };
        request = request.body(media_type, body);
    }
    request.send().await
}

#[actix_web::test]
async fn all_examples_of_a_lists_parameters_together_are_answered_with_a_page() {
    let app = demo_app().await;
    let document = document();
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let administrator = signed_in(&app, "admin", PASSWORD).await;
    let mentor = signed_in(&app, "mentor", PASSWORD).await;
    let (mut faults, mut lists) = (Vec::new(), 0);
    for operation in operations() {
        if operation.method != "GET" || operation.path.contains('{') {
            continue;
        }
        let caller = match operation.permission.as_deref() {
            Some("UsersManage" | "ClientsManage") => &administrator,
            Some("MenteesRead") => &mentor,
            _ => &manager,
        };
        let answer = tried(&document, &operation, caller, &BTreeMap::new()).await;
        lists += usize::from(answer.json["items"].is_array());
        if answer.status != 200 && operation.id != "get_setup_page" {
            faults.push(format!(
                "{}: {} {}",
                operation.id,
                answer.status,
                answer.text()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(lists > 14, "only {lists} lists were read");
}

#[actix_web::test]
async fn every_example_of_a_request_is_accepted_or_refused_for_a_reason_that_is_reviewed() {
    let app = demo_app().await;
    let document = document();
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let administrator = signed_in(&app, "admin", PASSWORD).await;
    let cadre = signed_in(&app, "cadre", PASSWORD).await;
    let mentor = signed_in(&app, "mentor", PASSWORD).await;
    let real = real(&manager).await;
    let (mut faults, mut accepted) = (Vec::new(), 0);
    for operation in operations() {
        if operation.body.is_none() {
            continue;
        }
        let caller = match operation.permission.as_deref() {
            Some("UsersManage" | "ClientsManage") => &administrator,
            Some("OrganizationsWrite") => &administrator,
            Some(
                "EvaluationsAcknowledge" | "GrowthDispute" | "PlansObject" | "TrainingFeedback",
            ) => &cadre,
            Some("SessionsWrite") => &mentor,
            _ => &manager,
        };
        let answer = tried(&document, &operation, caller, &real).await;
        let is_right = answer.status / 100 == 2 || is_refused_rightly(&operation, &answer);
        accepted += usize::from(answer.status / 100 == 2);
        if !is_right {
            faults.push(format!("{} {}", operation.id, answer.text()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(accepted > 15, "only {accepted} were accepted");
}

/// Whether a refusal is one of what the document cannot know: made-up credentials and objects, the state that an object of the demo
/// happens to be in. Whatever is at fault in the example itself is not.
fn is_refused_rightly(operation: &Operation, answer: &Answer) -> bool {
    const SIGN_IN: &[&str] = &[
        "create_token",
        "create_session",
        "activate_user",
        "refresh_session",
    ];
    match (answer.status, answer.code()) {
        (401, "unauthenticated") => SIGN_IN.contains(&operation.id.as_str()),
        (410, "gone") => operation.id == "set_up",
        // What was merged by an example before.
        (410, "merged") => operation.path.starts_with("/v1/organizations/"),
        (403, "forbidden") => operation.id == "update_evaluation",
        (404, "not-found")
        | (409, "illegal-transition" | "rule-violation" | "duplicate" | "in-use") => {
            // Pairs and the city's schedules are there in the demo.
            let are_there = ["create_assignment", "create_evaluation_schedule"];
            operation.path.contains('{') || are_there.contains(&operation.id.as_str())
        }
        // The city stands in for every made-up unit.
        (422, "invalid") => answer.errors().iter().all(|(_, code)| {
            matches!(
                *code,
                "reference-unknown" | "password-wrong" | "not-a-county"
            )
        }),
        _ => false,
    }
}
