//! What stands at the head of the document: what it is, where, how one signs in, and the rooms.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::access::TABLE;
use crate::http::Room;

const DESCRIPTION: &str = "\
Runs a city's three-year programme for newly recruited cadres: each gets two mentors, is evaluated, and has a growth file.

Dates are days of the programme's time zone; a date of which only the month is known is `YYYY-MM`. Timestamps are RFC 3339 in \
UTC. Ids are UUIDs of version 7; a client may choose the `id` of what it creates, so that an application without a connection \
can go on working. Every refusal is `application/problem+json` (RFC 9457) whose `type` is a page of this service.

A member that the caller may not see is absent; `null` means that there is no value. Lists are read page by page with `cursor`; \
unknown query parameters and unknown members of a body are refused. `PATCH`, `PUT`, `DELETE` and verbs take `If-Match` with the \
`ETag` that was read. A verb that is sent again has no second effect and is answered 200, with the former `ETag` too. A `POST` with `Idempotency-Key` has one effect however often it is sent within 30 days.";

/// Lays the head of the document over what the registration gave.
pub(super) fn lay(root: &mut Value, rooms: &[Room]) {
    let tags: BTreeMap<_, _> = rooms.iter().flat_map(|room| room.tags).copied().collect();
    let tags = tags
        .iter()
        .map(|(name, description)| json!({ "name": name, "description": description }));
    root["tags"] = tags.collect();
    root["openapi"] = "3.1.0".into();
    root["info"] = json!({
        "title": "Xinmiao",
        "summary": "A city's three-year programme for newly recruited cadres.",
        "description": DESCRIPTION,
        "version": env!("CARGO_PKG_VERSION"),
        "contact": {
            "name": "Xinmiao maintainers",
            "email": "maintainers@xinmiao.example",
            "url": "https://xinmiao.example",
        },
        "license": { "name": "Apache License 2.0", "identifier": "Apache-2.0" },
    });
    root["servers"] = json!([{
        "url": "/",
        "description": "This service itself: production, staging or local, wherever the document was fetched.",
        "x-internal": false,
    }]);
    root["security"] = json!([{ "accessToken": [] }]);
    root["components"]["securitySchemes"] = security_schemes();
    root["components"]["headers"] = headers();
    root["components"]["parameters"] = parameters();
}

fn security_schemes() -> Value {
    let scopes: serde_json::Map<String, Value> = TABLE
        .iter()
        .filter_map(|rule| {
            Some((
                rule.scope?.to_owned(),
                format!("Gives the permission {}.", rule.permission.name()).into(),
            ))
        })
        .collect();
    json!({
        "accessToken": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of POST /v1/sessions, at most 15 minutes old: a JWT of type at+jwt (RFC 9068), signed and verified by the rules of RFC8725.",
        },
        "oauth2": {
            "type": "oauth2",
            "description": "Access tokens for other systems: JWTs by the rules of RFC8725, 15 minutes at most, by client credentials (RFC 6749).",
            "flows": { "clientCredentials": { "tokenUrl": "/oauth2/token", "scopes": scopes } },
        },
        "clientSecretBasic": {
            "type": "http",
            "scheme": "basic",
            "description": "The id and the secret of a client, for the token endpoint alone (RFC 6749 section 2.3.1).",
        },
    })
}

/// Headers of replies, by name of component.
fn headers() -> Value {
    let text = |description: &str, pattern: &str, length: u32, example: &str| {
        json!({
            "description": description,
            "schema": { "type": "string", "pattern": pattern, "maxLength": length },
            "example": example,
        })
    };
    json!({
        "ApiVersion": text("The version of the API that answered.", "^[0-9]+\\.[0-9]+\\.[0-9]+", 32, env!("CARGO_PKG_VERSION")),
        "RequestId": text("The request's id, as logs and journal bear it.", "^[A-Za-z0-9._-]+$", 64, "57bfbe9535f99f1e5d6f34189248d274"),
        "ETag": text("The version of the resource, a point, and a digest of what this caller sees of it.", "^\"[0-9]+\\.[0-9a-f]+\"$", 64, "\"3.5f2b9c41d07e8a6f10\""),
        "LastModified": text("When the resource last changed.", "^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$", 29, "Mon, 24 Jul 2023 02:00:00 GMT"),
        "Location": text("The address of what was made.", "^/v1/[^\\s]+$", 512, "/v1/cadres/0189857f-7a00-7000-8000-000000000001"),
        "Link": text("Where the list begins (`first`), this page (`self`) and the next one (`next`), RFC 8288.", "^<[^\\s]+>", 8192, "</v1/cadres?limit=50>; rel=\"first\""),
        "RetryAfter": {
            "description": "Seconds to wait before trying again.",
            "schema": { "type": "integer", "format": "int32", "minimum": 0, "maximum": 86400 },
            "example": 1,
        },
        "IdempotentReplayed": text("`true` when the reply is that of an earlier request with the same key.", "^true$", 4, "true"),
        "WwwAuthenticate": text("How to sign in, or which scope is missing (RFC 6750, RFC 9728).", "^(Bearer|Basic) ", 1024, "Bearer realm=\"xinmiao\", error=\"invalid_token\""),
        "Allow": text("The methods this path takes.", "^[A-Z, ]+$", 64, "GET, HEAD, POST"),
        "AnyOrigin": text("Any origin may read this document.", "^\\*$", 1, "*"),
    })
}

/// Parameters that operations share, by name of component.
fn parameters() -> Value {
    let header = |name: &str,
                  required: bool,
                  description: &str,
                  pattern: &str,
                  length: u32,
                  example: Option<&str>| {
        let mut header = json!({
            "name": name,
            "in": "header",
            "required": required,
            "description": description,
            "schema": { "type": "string", "pattern": pattern, "maxLength": length },
        });
        // Where there is none, the reference leaves the field empty: a made-up key or ETag would refuse whoever tries it out.
        if let Some(example) = example {
            header["example"] = example.into();
        }
        header
    };
    let etag = "^(\\*|(W/)?\"[!#-~]*\")$";
    json!({
        "AcceptLanguage": header("Accept-Language", false, "The language of titles and details: `zh-CN` or `en` (the default).", r"^[\t -~]*$", 256, Some("zh-CN")),
        "IfMatch": header("If-Match", true, "The `ETag` that was read, or `*`; only the part before the point is compared, and a weak one never matches.", etag, 128, Some("\"3.5f2b9c41d07e8a6f10\"")),
        "IfMatchOptional": header("If-Match", false, "The `ETag` that was read, or `*`; the operation then fails with 412 when the resource has changed. A verb of which the caller's own effect stands already is answered 200 all the same.", etag, 128, None),
        "IfNoneMatch": header("If-None-Match", false, "An `ETag` that the caller holds; the answer is 304 while it is still good.", r"^[\t -~]*$", 1024, None),
        "IfNoneMatchAny": header("If-None-Match", false, "`*`: only create, never replace.", "^\\*$", 1, None),
        "IdempotencyKey": header("Idempotency-Key", false, "8 to 255 visible ASCII characters, bare or quoted. Within 30 days the same request with the same key has no second effect and gets the same answer.", "^(\"[!#-\\[\\]-~]{8,255}\"|[!#-\\[\\]-~]{8,255})$", 257, None),
    })
}
