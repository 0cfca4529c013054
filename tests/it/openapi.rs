//! The published document: fresh, complete, and of one shape.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use xinmiao::access::Permission;
use xinmiao::app;
use xinmiao::http::Room;

use crate::support::TestApp;

/// The published document.
pub fn document() -> Value {
    serde_json::from_str(&app::document().json).unwrap()
}

/// A part of the document, or what its `$ref` stands for.
pub fn resolved<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    match part["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => part,
    }
}

/// Path, method and operation of every operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((path.clone(), method.clone(), operation.clone()));
        }
    }
    all
}

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                into.push((path, text));
            }
        }
    }
    let mut all = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all
}

/// A handler in the source: its name, method, path and the permission of its guard.
struct Handler {
    name: String,
    method: String,
    path: String,
    permission: Option<String>,
}

/// Every handler, found by its routing attribute.
fn handlers() -> Vec<Handler> {
    let mut all = Vec::new();
    for (_, text) in sources() {
        for method in ["get", "post", "put", "patch", "delete"] {
            for (at, attribute) in text.match_indices(&format!("\n#[{method}(\"")) {
                let rest = &text[at + attribute.len()..];
                let path = rest.split('"').next().unwrap();
                let signature = rest.split("async fn ").nth(1).unwrap();
                let signature = signature.split("{\n").next().unwrap();
                let guard = signature.split("markers::").nth(1);
                let permission = guard.and_then(|guard| guard.split('>').next());
                all.push(Handler {
                    name: signature.split('(').next().unwrap().to_owned(),
                    method: method.to_owned(),
                    path: path.to_owned(),
                    permission: permission.map(str::to_owned),
                });
            }
        }
    }
    all
}

#[test]
fn a45_the_committed_document_is_the_published_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        committed == app::document().json,
        "openapi/openapi.json is not what the service publishes; mend: cargo run -- openapi > openapi/openapi.json"
    );
}

#[test]
fn every_handler_stands_in_the_document_under_its_own_name() {
    let document = document();
    let published: BTreeMap<String, (String, String)> = operations(&document)
        .into_iter()
        .map(|(path, method, operation)| {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            (id, (method, path))
        })
        .collect();
    let mut missing = Vec::new();
    for handler in handlers() {
        match published.get(&handler.name) {
            Some((method, path)) => {
                assert_eq!(*method, handler.method, "{}", handler.name);
                assert!(path.ends_with(&handler.path), "{}: {path}", handler.name);
            }
            None => missing.push(handler.name),
        }
    }
    assert!(
        missing.is_empty(),
        "handlers that are mounted nowhere, or without #[utoipa::path]: {missing:?}"
    );
    let known: BTreeSet<String> = handlers().into_iter().map(|handler| handler.name).collect();
    let hidden: Vec<&String> = published.keys().filter(|id| !known.contains(*id)).collect();
    assert!(
        hidden.is_empty(),
        "operations without a handler of that name: {hidden:?}"
    );
}

#[test]
fn every_operation_publishes_the_permission_of_its_guard() {
    let said = app::ROOMS.iter().flat_map(Room::operations);
    let said: BTreeMap<&str, Option<&str>> = said
        .map(|operation| (operation.id, operation.permission.map(Permission::name)))
        .collect();
    let known: BTreeMap<String, Option<String>> = handlers()
        .into_iter()
        .map(|handler| (handler.name, handler.permission))
        .collect();
    for (id, permission) in &known {
        let row = match permission {
            Some(permission) => format!("Operation::guarded(\"{id}\", {permission})"),
            None => format!("Operation::open(\"{id}\")"),
        };
        assert_eq!(
            said.get(id.as_str()),
            Some(&permission.as_deref()),
            "write into ENDPOINTS beside the handler: {row}"
        );
    }
    let strangers: Vec<_> = said.keys().filter(|id| !known.contains_key(**id)).collect();
    assert!(strangers.is_empty(), "no handlers: {strangers:?}");
    let document = document();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let published = operation["x-permission"].as_str().map(str::to_owned);
        assert_eq!(known.get(id), Some(&published), "{method} {path}");
        let open = operation["security"] == serde_json::json!([]);
        assert_eq!(
            open,
            published.is_none() && !path.starts_with("/oauth2/"),
            "{method} {path}"
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, document: &Value, lost: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(place) = map.get("$ref").and_then(Value::as_str)
                    && document.pointer(&place[1..]).is_none()
                {
                    lost.insert(place.to_owned());
                }
                map.values().for_each(|inner| walk(inner, document, lost));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, document, lost)),
            _ => {}
        }
    }
    let document = document();
    let mut lost = BTreeSet::new();
    walk(&document, &document, &mut lost);
    assert!(
        lost.is_empty(),
        "write #[param(required = false, inline)] on the query members of these types: {lost:?}"
    );
}

#[test]
fn operation_ids_are_a_verb_and_a_resource_and_stand_once() {
    let mut seen = BTreeSet::new();
    for (path, method, operation) in operations(&document()) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(seen.insert(id.to_owned()), "{id} stands twice");
        let words: Vec<&str> = id.split('_').collect();
        let plain = |word: &&str| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        assert!(
            words.len() > 1 && words.iter().all(plain),
            "{method} {path}: {id}"
        );
        let verb = path
            .rsplit('/')
            .next()
            .and_then(|last| last.strip_prefix('_'));
        if let Some(verb) = verb {
            assert_eq!(
                words[0], verb,
                "{method} {path}: the operationId begins with the verb"
            );
        }
    }
}

#[test]
fn every_operation_says_what_it_is_and_what_it_answers() {
    let document = document();
    let tags = app::ROOMS.iter().flat_map(|room| room.tags);
    let known: BTreeSet<&str> = tags.map(|(name, _)| *name).collect();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        for text in ["summary", "description"] {
            assert!(
                operation[text]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{place}: no {text}; write it as the doc comment's first line or rest"
            );
        }
        let tags = operation["tags"].as_array().unwrap();
        assert!(
            tags.len() == 1 && known.contains(tags[0].as_str().unwrap()),
            "{place}: one tag of {known:?}, found {tags:?}"
        );
        let responses = operation["responses"].as_object().unwrap();
        for status in ["400", "401", "429", "500", "503", "default"] {
            assert!(responses.contains_key(status), "{place}: {status}");
        }
        let done = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'));
        for (status, answer) in done {
            assert!(
                answer["headers"]["API-Version"].is_object(),
                "{place} {status}"
            );
            for (media_type, content) in answer["content"].as_object().into_iter().flatten() {
                let illustrated =
                    content.get("example").is_some() || content.get("examples").is_some();
                assert!(
                    illustrated || path.starts_with("/v1/openapi"),
                    "{place} {status} {media_type}: no example"
                );
            }
        }
    }
}

#[test]
fn a44_paths_are_kebab_case_query_keys_are_camel_case_and_all_says_its_version() {
    let document = document();
    let version = document["info"]["version"].as_str().unwrap();
    assert_eq!(version.split('.').count(), 3, "{version}");
    for member in ["name", "email", "url"] {
        assert!(document["info"]["contact"][member].is_string(), "{member}");
    }
    for (path, method, operation) in operations(&document) {
        assert!(path == "/" || !path.ends_with('/'), "{path}");
        for segment in path.split('/').filter(|segment| !segment.starts_with('{')) {
            let kebab = |c: char| {
                c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_')
            };
            assert!(segment.chars().all(kebab), "{path}");
        }
        let room = path.split('/').nth(1).unwrap();
        let of_the_service = [
            "",
            "livez",
            "readyz",
            "metrics",
            "docs",
            "setup",
            "problems",
            ".well-known",
            "oauth2",
        ];
        assert!(
            room == "v1" || of_the_service.contains(&room),
            "{path} is outside /v1"
        );
        let parameters = operation["parameters"].as_array().unwrap();
        for parameter in parameters
            .iter()
            .filter(|parameter| parameter["in"] == "query")
        {
            let name = parameter["name"].as_str().unwrap();
            let camel = name.chars().all(|c| c.is_ascii_alphanumeric())
                && name.starts_with(|c: char| c.is_ascii_lowercase());
            assert!(camel, "{method} {path}: {name}");
        }
    }
}

#[test]
fn a2_the_document_lists_every_type_of_problem() {
    let document = document();
    let listed = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap();
    let listed: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
    let known: Vec<&str> = xinmiao::http::problem::CODES
        .iter()
        .map(|(code, _)| *code)
        .collect();
    assert_eq!(listed, known);
}

#[actix_web::test]
async fn a45_the_document_is_served_as_json_and_yaml_to_any_origin() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let json = caller.get("/v1/openapi.json").await.expect(200);
    assert_eq!(json.text(), app::document().json);
    assert_eq!(json.header("content-type"), "application/json");
    assert_eq!(json.header("access-control-allow-origin"), "*");
    let held = caller.request(reqwest::Method::GET, "/v1/openapi.json");
    let held = held
        .header("if-none-match", json.etag())
        .send()
        .await
        .expect(304);
    assert_eq!((held.body.len(), held.etag()), (0, json.etag()));
    let yaml = caller.get("/v1/openapi.yaml").await.expect(200);
    assert_eq!(yaml.header("content-type"), "application/yaml");
    assert!(
        yaml.text().contains("\nopenapi: \"3.1.0\"\n"),
        "{}",
        &yaml.text()[..200]
    );
}

#[actix_web::test]
async fn a44_every_answer_says_the_version_of_the_api() {
    let app = TestApp::start().await;
    for (path, status) in [
        ("/livez", 200),
        ("/v1/openapi.json", 200),
        ("/v1/none", 404),
    ] {
        let answer = app.anonymous().get(path).await.expect(status);
        assert_eq!(
            answer.header("api-version"),
            env!("CARGO_PKG_VERSION"),
            "{path}"
        );
    }
}
