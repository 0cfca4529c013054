//! The bounds in code are those of the document: every number, every list, and a body that holds what the lists may hold.

use reqwest::Method;
use serde_json::{Value, json};

use crate::openapi::resolved;
use crate::support::{Client, TestApp, Who};

/// Largest JSON body that is read.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// A member of a request body with its schema: where it stands, `/items/0/version`.
struct Member<'a> {
    pointer: String,
    schema: &'a Value,
}

/// The schema and the ones it may be instead.
fn options<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let schema = resolved(document, schema);
    let one_of = schema["oneOf"].as_array().into_iter().flatten();
    let others = one_of.flat_map(|option| options(document, option));
    std::iter::once(schema).chain(others).collect()
}

fn members<'a>(document: &'a Value, schema: &'a Value, pointer: &str, found: &mut Vec<Member<'a>>) {
    for schema in options(document, schema) {
        found.push(Member {
            pointer: pointer.to_owned(),
            schema,
        });
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            members(document, member, &format!("{pointer}/{name}"), found);
        }
        if schema.get("items").is_some() {
            members(document, &schema["items"], &format!("{pointer}/0"), found);
        }
    }
}

/// The operation's example with another value at a pointer.
fn body_with(example: &Value, pointer: &str, value: Value) -> Value {
    let mut body = example.clone();
    let smallest = smallest_with(pointer, value);
    // What the example refers to is not there; faults of bounds are told beside those of references or before them.
    for (name, member) in smallest.as_object().into_iter().flatten() {
        body[name] = member.clone();
    }
    body
}

/// The smallest body in which a value stands at a pointer.
fn smallest_with(pointer: &str, value: Value) -> Value {
    let segments: Vec<&str> = pointer.split('/').skip(1).collect();
    segments
        .into_iter()
        .rev()
        .fold(value, |inner, segment| match segment {
            "0" => json!([inner]),
            name => json!({ name: inner }),
        })
}

/// The longest plain text that a value of a schema may have.
fn longest(document: &Value, schema: &Value) -> Value {
    let schema = resolved(document, schema);
    if let Some(options) = schema["oneOf"].as_array() {
        let longest = options.iter().map(|option| longest(document, option));
        return longest.max_by_key(|value| value.to_string().len()).unwrap();
    }
    if let Some(words) = schema["enum"].as_array() {
        let word = words.iter().max_by_key(|word| word.to_string().len());
        return word.unwrap().clone();
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        kinds => kinds
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect(),
    };
    let length = |name: &str| usize::try_from(schema[name].as_u64().unwrap_or(1)).unwrap();
    if kinds.contains(&"object") {
        let members = schema["properties"].as_object().into_iter().flatten();
        let members = members.map(|(name, member)| (name.clone(), longest(document, member)));
        Value::Object(members.collect())
    } else if kinds.contains(&"array") {
        vec![longest(document, &schema["items"]); length("maxItems")].into()
    } else if kinds.contains(&"string") {
        "x".repeat(length("maxLength")).into()
    } else {
        schema["maximum"].clone()
    }
}

/// A caller who may use an operation; bodies are refused after the permission.
async fn sent(
    callers: &[Client],
    method: &Method,
    path: &str,
    media_type: &str,
    body: &Value,
) -> crate::support::Answer {
    let bytes = serde_json::to_vec(body).unwrap();
    for caller in callers {
        let request = caller.request(method.clone(), path).if_match("*");
        let answer = request.body(media_type, bytes.clone()).send().await;
        if answer.status != 403 {
            return answer;
        }
    }
    panic!("{method} {path} is forbidden to all");
}

#[actix_web::test]
async fn every_bound_of_the_document_is_the_bound_of_the_code() {
    let app = TestApp::start().await;
    let unit = &app.city.root;
    let unit_id = unit.id;
    let callers = [
        app.manager(),
        app.administrator(),
        app.client(Who::mentor(unit, app.id())),
        app.client(Who::cadre(unit, app.id())),
    ];
    let document = app.anonymous().get("/v1/openapi.json").await.json;
    let (mut numbers, mut lists) = (0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let contents = operation["requestBody"]["content"].as_object();
            for (media_type, content) in contents.into_iter().flatten() {
                if !media_type.ends_with("json") {
                    continue;
                }
                let most = longest(&document, &content["schema"]).to_string().len();
                assert!(most <= MAX_BODY, "{method} {path}: {most} bytes");
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let place = path
                    .replace("{id}", &app.id().to_string())
                    .replace("{goalId}", &app.id().to_string())
                    .replace("{proposalId}", &app.id().to_string())
                    .replace("{source}", "portal")
                    .replace("{externalId}", "P-1");
                let examples = content["examples"].as_object().into_iter().flatten();
                let example = examples.map(|(_, example)| &example["value"]).next();
                let example = example.unwrap_or(&content["example"]).clone();
                let mut example = if example.is_object() {
                    example
                } else {
                    json!({})
                };
                for unit in ["organizationId", "parentId"] {
                    if example.get(unit).is_some() {
                        example[unit] = json!(unit_id);
                    }
                }
                let mut found = Vec::new();
                members(&document, &content["schema"], "", &mut found);
                for Member { pointer, schema } in found {
                    let mut outside = Vec::new();
                    if let Some(maximum) = schema["maximum"].as_i64() {
                        outside.push(json!(maximum + 1));
                        numbers += 1;
                    }
                    if let Some(minimum) = schema["minimum"].as_i64() {
                        outside.push(json!(minimum - 1));
                    }
                    if let Some(most) = schema["maxItems"].as_u64() {
                        let item = longest(&document, &schema["items"]);
                        let count = usize::try_from(most).unwrap() + 1;
                        if item.to_string().len() * count < MAX_BODY {
                            outside.push(vec![item; count].into());
                        }
                        lists += 1;
                    }
                    for value in outside {
                        let what = value.to_string().chars().take(40).collect::<String>();
                        let body = body_with(&example, &pointer, value);
                        let refused = sent(&callers, &method, &place, media_type, &body).await;
                        // Some bounds are told only of a record that is there.
                        let errors = refused.errors();
                        let refers_to_nothing = !errors.is_empty()
                            && errors.iter().all(|(_, code)| *code == "reference-unknown");
                        if refused.status == 404 && path.contains("{id}") || refers_to_nothing {
                            continue;
                        }
                        assert_eq!(refused.status, 422, "{path} {pointer} {what}");
                        let is_told = refused
                            .errors()
                            .iter()
                            .any(|(at, _)| at.starts_with(&pointer));
                        assert!(is_told, "{path} {pointer} {what}: {}", refused.text());
                    }
                }
            }
        }
    }
    assert!(numbers >= 10 && lists >= 10, "{numbers} {lists}");
}

#[actix_web::test]
async fn the_longest_lists_of_a_matching_run_are_read() {
    let app = TestApp::start().await;
    let ban = json!({ "cadreId": app.id(), "mentorId": app.id(), "role": "PROFESSIONAL" });
    let body = json!({
        "organizationId": app.city.root.id, "locked": vec![ban.clone(); 10_000], "forbidden": vec![ban; 10_000],
    });
    let answer = app.manager().post("/v1/matching-runs", &body).await;
    assert_ne!(answer.status, 413);
}

#[actix_web::test]
async fn a_reply_lists_a_hundred_faults_and_counts_them_all() {
    let app = TestApp::start().await;
    let members = (0..50_000).map(|n| (format!("member{n}"), json!(n)));
    let body = Value::Object(members.collect());
    let answer = app.officer().post("/v1/cadres", &body).await.expect(422);
    assert_eq!(answer.errors().len(), 100);
    assert_eq!(answer.json["truncated"], true);
    assert!(answer.json["errorCount"].as_i64().unwrap() >= 50_000);
    assert!(answer.body.len() < 30_000, "{}", answer.body.len());
    let long = json!({ "x".repeat(1_000_000): 1 });
    let answer = app.officer().post("/v1/cadres", &long).await.expect(422);
    assert!(answer.body.len() < 3_000, "{}", answer.body.len());
    let query: Vec<String> = (0..1_000).map(|n| format!("p{n}=1")).collect();
    let path = format!("/v1/cadres?{}", query.join("&"));
    let answer = app.officer().get(&path).await.expect(400);
    assert_eq!(answer.json["errors"].as_array().unwrap().len(), 100);
    assert!(answer.json["errorCount"].as_i64().unwrap() >= 1_000);
}

#[actix_web::test]
async fn who_has_no_token_sends_sixteen_kibibytes_at_most() {
    let app = TestApp::start().await;
    let document = crate::openapi::document();
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let is_open = operation["security"] == json!([]) || path == "/oauth2/token";
            let Some(content) = operation["requestBody"]["content"].as_object() else {
                continue;
            };
            if !is_open {
                continue;
            }
            let media_type = content.keys().next().unwrap();
            let large = format!("{{\"member\":\"{}\"}}", "x".repeat(16 * 1024));
            let method: Method = method.to_uppercase().parse().unwrap();
            let request = app.anonymous().request(method, path);
            let answer = request.body(media_type, large).send().await;
            answer.expect_problem(413, "payload-too-large");
            tried += 1;
        }
    }
    assert!(tried >= 5, "{tried}");
}
