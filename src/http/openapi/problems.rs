//! Refusals: one schema, and one shared answer for each status.

use serde_json::{Map, Value, json};

use crate::http::language::Language;
use crate::http::messages::MESSAGES;
use crate::http::problem::CODES;

/// The name of the shared answer of a status.
pub(super) fn component(status: u16) -> Option<&'static str> {
    COMPONENTS
        .iter()
        .find(|(known, _, _)| *known == status)
        .map(|(_, name, _)| *name)
}

/// A reference to the shared answer of a status.
pub(super) fn answer(status: u16) -> Option<Value> {
    component(status).map(|name| json!({ "$ref": format!("#/components/responses/{name}") }))
}

/// Statuses of refusals with the name of their shared answer and what it means.
const COMPONENTS: &[(u16, &str, &str)] = &[
    (
        400,
        "MalformedRequest",
        "The request cannot be read: a parameter, a cursor or the body's syntax is at fault.",
    ),
    (401, "Unauthenticated", "No valid access token."),
    (403, "Forbidden", "The caller lacks the permission."),
    (
        404,
        "NotFound",
        "There is nothing here that the caller can see.",
    ),
    (
        405,
        "MethodNotAllowed",
        "The path does not take this method.",
    ),
    (
        406,
        "NotAcceptable",
        "No representation that the caller accepts exists.",
    ),
    (
        408,
        "RequestTimeout",
        "The request took too long to arrive.",
    ),
    (409, "Conflict", "The present state does not allow it."),
    (
        410,
        "Gone",
        "It was here and is gone, or was merged into another.",
    ),
    (
        412,
        "StaleVersion",
        "The version named by `If-Match` is not the present one.",
    ),
    (
        413,
        "PayloadTooLarge",
        "The body is larger than this operation accepts.",
    ),
    (
        415,
        "UnsupportedMediaType",
        "The body's media type is not accepted.",
    ),
    (
        422,
        "Invalid",
        "Members of the body are at fault; all of them are listed.",
    ),
    (428, "PreconditionRequired", "`If-Match` is required."),
    (429, "TooManyRequests", "The caller must wait."),
    (
        500,
        "Internal",
        "The service failed; the request id leads its operators to the cause.",
    ),
    (503, "Unavailable", "The service cannot answer right now."),
    (507, "InsufficientStorage", "The service has no room left."),
];

/// The name of the answer for whatever no status of an operation names.
pub(super) const ANY: &str = "Problem";

/// Every shared answer.
pub(super) fn responses() -> Value {
    let mut all: Map<String, Value> = COMPONENTS
        .iter()
        .map(|(status, name, description)| ((*name).to_owned(), response(*status, description)))
        .collect();
    let any = json!({
        "description": "Any other refusal.",
        "headers": headers(0),
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": example("uri-too-long", 414),
        } },
    });
    all.insert(ANY.to_owned(), any);
    Value::Object(all)
}

fn response(status: u16, description: &str) -> Value {
    let codes: Vec<&str> = CODES
        .iter()
        .filter(|(_, known)| *known == status)
        .map(|(code, _)| *code)
        .collect();
    let listed: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    json!({
        "description": format!("{description} Codes: {}.", listed.join(", ")),
        "headers": headers(status),
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "examples": codes.iter().map(|code| ((*code).to_owned(), json!({ "value": example(code, status) }))).collect::<Map<_, _>>(),
        } },
    })
}

fn headers(status: u16) -> Value {
    let mut headers = json!({
        "API-Version": { "$ref": "#/components/headers/ApiVersion" },
        "X-Request-Id": { "$ref": "#/components/headers/RequestId" },
    });
    let more = match status {
        401 | 403 => Some(("WWW-Authenticate", "WwwAuthenticate")),
        405 => Some(("Allow", "Allow")),
        429 | 503 => Some(("Retry-After", "RetryAfter")),
        _ => None,
    };
    if let Some((name, component)) = more {
        headers[name] = json!({ "$ref": format!("#/components/headers/{component}") });
    }
    headers
}

fn example(code: &str, status: u16) -> Value {
    let text = |key: &str| {
        MESSAGES.text(
            &format!("{key}.{code}"),
            Language::English,
            &["application/json".to_owned()],
        )
    };
    let mut example = json!({
        "type": format!("https://xinmiao.example/problems/{code}"),
        "title": text("title"),
        "status": status,
        "detail": text("detail"),
        "instance": "/v1/cadres",
        "code": code,
        "requestId": "57bfbe9535f99f1e5d6f34189248d274",
    });
    let sentence =
        |code: &str| MESSAGES.text(code, Language::English, &["limit, cursor".to_owned()]);
    match code {
        "malformed-request" => {
            example["errors"] = json!([{ "parameter": "colour", "code": "parameter-unknown", "detail": sentence("parameter-unknown") }]);
        }
        "invalid" => {
            example["errors"] = json!([{ "pointer": "/birthDate", "code": "date-invalid", "detail": sentence("date-invalid") }]);
        }
        "masked-value" => {
            example["errors"] = json!([{ "pointer": "/phone", "code": "masked-value", "detail": sentence("masked-value") }]);
        }
        "rule-violation" => {
            example["rule"] = "R29".into();
            example["override"] = false.into();
            example["violations"] = json!([{ "rule": "R29", "reason": "KINSHIP", "override": false, "detail": sentence("KINSHIP") }]);
        }
        _ => {}
    }
    example
}

/// The one schema of refusals (RFC 9457). Its codes, and so the types, are all there are.
pub(super) fn schemas() -> Map<String, Value> {
    let codes: Vec<&str> = CODES.iter().map(|(code, _)| *code).collect();
    let string = |description: &str, length: u32| json!({ "type": "string", "maxLength": length, "pattern": "^[^\\u0000]*$", "description": description });
    // What callers sent may hold any character.
    let sent = |description: &str, length: u32| json!({ "type": "string", "maxLength": length, "pattern": "^[\\s\\S]*$", "description": description });
    let problem = json!({
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance", "code", "requestId"],
        "properties": {
            "type": {
                "type": "string", "format": "uri", "maxLength": 512,
                "pattern": format!("/problems/({})$", codes.join("|")),
                "description": "A page of this service that explains the problem; never changes.",
            },
            "title": string("What kind of problem it is, in the caller's language.", 200),
            "status": { "type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "description": "The HTTP status." },
            "detail": string("What went wrong, in the caller's language.", 1000),
            "instance": string("The path that was asked for.", 8192),
            "code": { "type": "string", "enum": codes, "description": "The problem's code, the last segment of its type." },
            "requestId": { "type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9._-]*$", "description": "The request's id." },
            "errors": {
                "type": "array", "maxItems": 100, "items": { "$ref": "#/components/schemas/ProblemError" },
                "description": "The parameters or members at fault, a hundred at most.",
            },
            "truncated": { "type": "boolean", "description": "True where more are at fault than `errors` lists." },
            "errorCount": { "type": "integer", "format": "int32", "minimum": 101, "maximum": 10000000, "description": "How many are at fault, where `errors` does not list them all." },
            "violations": {
                "type": "array", "maxItems": 64, "items": { "$ref": "#/components/schemas/RuleViolation" },
                "description": "Every broken rule of the programme.",
            },
            "rule": { "type": "string", "maxLength": 8, "pattern": "^R[0-9]{2}$", "description": "The first broken rule." },
            "override": { "type": "boolean", "description": "Whether a programme manager may override the first broken rule." },
            "current": {
                "type": ["object", "null"], "description": "The resource as it is now and as the caller may see it.",
            },
            "scope": { "type": "string", "maxLength": 64, "pattern": "^[a-z]+:[a-z]+$", "description": "The scope that would do." },
            "successorId": { "type": "string", "format": "uuid", "maxLength": 36, "description": "What it was merged into." },
        },
    });
    let error = json!({
        "type": "object",
        "description": "A parameter or member at fault: one of `pointer` and `parameter` names it.",
        "required": ["code", "detail"],
        "properties": {
            "pointer": sent("RFC 6901 pointer into the body.", 1024),
            "parameter": sent("The name of the query parameter or header.", 256),
            "code": { "type": "string", "maxLength": 64, "pattern": "^[a-z0-9-]+$", "description": "What is wrong. More codes will come." },
            "detail": string("What is wrong, in the caller's language.", 1000),
        },
    });
    let violation = json!({
        "type": "object",
        "description": "A broken rule of the programme.",
        "required": ["rule", "reason", "override", "detail"],
        "properties": {
            "rule": { "type": "string", "maxLength": 8, "pattern": "^R[0-9]{2}$", "description": "The rule." },
            "reason": { "type": "string", "maxLength": 64, "pattern": "^[A-Z_]+$", "description": "Why it is broken. More reasons will come." },
            "override": { "type": "boolean", "description": "Whether a programme manager may override it." },
            "detail": string("Why it is broken, in the caller's language.", 1000),
        },
    });
    Map::from_iter([
        ("Problem".to_owned(), problem),
        ("ProblemError".to_owned(), error),
        ("RuleViolation".to_owned(), violation),
    ])
}
