//! What every operation has without saying so: security, shared parameters, refusals, headers.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schemas::for_each_operation;
use super::{problems, reference};
use crate::http::{Operation, Room};

/// Finishes every operation.
pub(super) fn finish(root: &mut Value, rooms: &[Room]) {
    let known: BTreeMap<_, _> = rooms
        .iter()
        .flat_map(Room::operations)
        .map(|operation| (operation.id, *operation))
        .collect();
    let schemas = root
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    if let Some(all) = root
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        all.extend(problems::schemas());
    }
    root["components"]["responses"] = problems::responses();
    for_each_operation(root, &mut |path, method, operation| {
        bound_text_bodies(operation);
        if operation.get("description").is_none() {
            operation["description"] =
                format!("{}.", operation["summary"].as_str().unwrap_or_default()).into();
        }
        // One that no room names is open; a test finds it.
        let id = operation["operationId"].as_str().unwrap_or_default();
        let known = known.get(id).copied().unwrap_or(Operation::open("", 0));
        let traits = Traits::new(path, method, operation, known, &schemas);
        set_security(operation, &traits);
        set_parameters(operation, &traits);
        set_body(operation, method);
        set_refusals(operation, &traits);
        set_headers(operation, &traits);
    });
}

/// Bodies that are text as a whole.
fn bound_text_bodies(operation: &mut Value) {
    const LONGEST: u32 = 16 * 1024 * 1024;
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    for (_, answer) in responses.into_iter().flatten() {
        let content = answer.get_mut("content").and_then(Value::as_object_mut);
        for (_, media) in content.into_iter().flatten() {
            let Some(schema) = media.get_mut("schema") else {
                continue;
            };
            if schema["type"] == "string" && schema.get("maxLength").is_none() {
                schema["maxLength"] = LONGEST.into();
            }
        }
    }
}

/// What decides which of the shared parts an operation has.
struct Traits {
    known: Operation,
    method: String,
    is_api: bool,
    is_oauth: bool,
    is_of_document: bool,
    has_body: bool,
    is_verb: bool,
    is_list: bool,
    by_external_id: bool,
    versioned: bool,
}

impl Traits {
    fn new(path: &str, method: &str, operation: &Value, known: Operation, schemas: &Value) -> Self {
        let shown = ["200", "201"].iter().find_map(|status| {
            let content = operation.pointer(&format!("/responses/{status}/content"))?;
            content.get("application/json")?.get("schema")
        });
        let has = |member: &str| shown.is_some_and(|schema| has_member(schema, member, schemas));
        Self {
            known,
            method: method.to_owned(),
            is_api: path.starts_with("/v1/"),
            is_oauth: path.starts_with("/oauth2/"),
            is_of_document: path.starts_with("/v1/openapi."),
            has_body: operation.get("requestBody").is_some(),
            is_verb: path.contains("}/_"),
            is_list: has("items") && has("journalPosition"),
            by_external_id: path.contains("/by-external-id/"),
            versioned: has("version") && has("updatedAt"),
        }
    }

    fn reads(&self) -> bool {
        self.method == "get"
    }

    /// Reads of one resource, and composed reads, carry an `ETag`.
    fn has_etag(&self) -> bool {
        self.is_api && !self.is_list && (self.reads() || self.versioned)
    }

    fn is_keyed(&self) -> bool {
        let writes = self.method == "post" && self.is_api && self.is_guarded();
        writes && !self.known.shows_secret && !self.known.only_reads
    }

    fn is_guarded(&self) -> bool {
        self.known.permission.is_some()
    }

    fn if_match(&self) -> Option<&'static str> {
        match self.method.as_str() {
            "patch" | "delete" if self.is_guarded() && !self.known.is_unversioned => {
                Some("IfMatch")
            }
            "put" if self.by_external_id => Some("IfMatchOptional"),
            "post" if self.known.requires_match => Some("IfMatch"),
            "post" if self.is_verb && self.versioned => Some("IfMatchOptional"),
            _ => None,
        }
    }
}

/// Whether objects of a schema have this member, of their own or of a schema that they extend.
fn has_member(schema: &Value, member: &str, schemas: &Value) -> bool {
    let schema = reference(schema).map_or(schema, |name| &schemas[name]);
    let extended = schema.get("allOf").and_then(Value::as_array);
    schema.pointer(&format!("/properties/{member}")).is_some()
        || extended
            .into_iter()
            .flatten()
            .any(|part| has_member(part, member, schemas))
}

fn set_security(operation: &mut Value, traits: &Traits) {
    let Some(permission) = traits.known.permission else {
        let client = json!([{ "clientSecretBasic": [] }]);
        operation["security"] = if traits.is_oauth { client } else { json!([]) };
        return;
    };
    operation["x-permission"] = permission.name().into();
    let mut ways = vec![json!({ "accessToken": [] })];
    ways.extend(
        permission
            .rule()
            .scope
            .map(|scope| json!({ "oauth2": [scope] })),
    );
    operation["security"] = Value::Array(ways);
}

fn set_parameters(operation: &mut Value, traits: &Traits) {
    let mut shared = Vec::new();
    if traits.reads() && traits.has_etag() {
        shared.push("IfNoneMatch");
    }
    shared.extend(traits.if_match());
    if traits.by_external_id && traits.method == "put" {
        shared.push("IfNoneMatchAny");
    }
    if traits.is_keyed() {
        shared.push("IdempotencyKey");
    }
    shared.push("AcceptLanguage");
    let own = operation.get_mut("parameters").map(Value::take);
    let mut all: Vec<Value> = match own {
        Some(Value::Array(own)) => own,
        _ => Vec::new(),
    };
    all.extend(
        shared
            .into_iter()
            .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })),
    );
    operation["parameters"] = Value::Array(all);
}

/// PATCH takes a merge patch, and a body is required unless the operation is a verb with nothing to say.
fn set_body(operation: &mut Value, method: &str) {
    let Some(body) = operation.get_mut("requestBody") else {
        return;
    };
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    if let Some(content) = content.filter(|_| method == "patch")
        && let Some(patch) = content.remove("application/json")
    {
        content.insert("application/merge-patch+json".to_owned(), patch);
    }
    if body.get("required").is_none() {
        body["required"] = false.into();
    }
}

fn set_refusals(operation: &mut Value, traits: &Traits) {
    let mut statuses = vec![400, 401, 429, 500, 503];
    if traits.is_api {
        statuses.extend([403, 404]);
    }
    if traits.has_body {
        statuses.extend([408, 413, 415, 422]);
    }
    if traits.is_api && !traits.reads() {
        statuses.push(409);
    }
    if traits.known.may_be_merged {
        statuses.push(410);
    }
    match traits.if_match() {
        Some("IfMatch") => statuses.extend([412, 428]),
        Some(_) => statuses.push(412),
        None => {}
    }
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for status in statuses {
        if let Some(answer) = problems::answer(status) {
            responses.entry(status.to_string()).or_insert(answer);
        }
    }
    if traits.reads() && traits.has_etag() {
        responses.entry("304").or_insert(
            json!({ "description": "The representation that the caller holds is still good." }),
        );
    }
    let any = json!({ "$ref": format!("#/components/responses/{}", problems::ANY) });
    responses.entry("default").or_insert(any);
    // A refusal that a handler declares without a body is the shared one.
    for (status, answer) in responses.iter_mut() {
        let bare = answer.get("content").is_none() && answer.get("$ref").is_none();
        let shared = status
            .parse()
            .ok()
            .filter(|status| *status >= 400 && bare)
            .and_then(problems::answer);
        if let Some(shared) = shared {
            *answer = shared;
        }
    }
}

fn set_headers(operation: &mut Value, traits: &Traits) {
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (status, answer) in responses
        .iter_mut()
        .filter(|(_, answer)| answer.get("$ref").is_none())
    {
        let mut names = vec![("API-Version", "ApiVersion"), ("X-Request-Id", "RequestId")];
        let done = status.starts_with('2') || status == "304";
        if done && traits.has_etag() && status != "204" {
            names.push(("ETag", "ETag"));
        }
        if done && traits.versioned && status != "204" && !traits.is_list {
            names.push(("Last-Modified", "LastModified"));
        }
        if status == "201" && traits.is_api && traits.versioned {
            names.push(("Location", "Location"));
        }
        if status.starts_with('2') && traits.is_keyed() {
            names.push(("Idempotent-Replayed", "IdempotentReplayed"));
        }
        if traits.is_of_document {
            names.push(("Access-Control-Allow-Origin", "AnyOrigin"));
        }
        if status.starts_with('2') && traits.is_list {
            names.push(("Link", "Link"));
        }
        let own = answer.get_mut("headers").map(Value::take);
        let mut headers: Map<String, Value> = match own {
            Some(Value::Object(own)) => own,
            _ => Map::new(),
        };
        for (name, component) in names {
            let shared = json!({ "$ref": format!("#/components/headers/{component}") });
            headers.entry(name).or_insert(shared);
        }
        answer["headers"] = Value::Object(headers);
    }
}
