//! The paths of the published document and their methods: what a path takes when a request asks for something else.

use std::collections::HashSet;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::envelope::Refusal;
use super::openapi::Document;

/// Paths and methods, literal segments before parameters.
pub struct Routes {
    paths: Vec<Route>,
    /// Method and path of the operations that read query parameters.
    querying: HashSet<(String, String)>,
}

struct Route {
    segments: Vec<Segment>,
    allow: String,
}

enum Segment {
    Literal(String),
    /// A parameter; `{id}` never takes a custom verb.
    Parameter {
        takes_verbs: bool,
    },
}

impl Segment {
    fn from_text(text: &str) -> Self {
        if text.starts_with('{') {
            Self::Parameter {
                takes_verbs: text != "{id}",
            }
        } else {
            Self::Literal(text.to_owned())
        }
    }

    fn takes(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => literal == text,
            Self::Parameter { takes_verbs } => {
                !text.is_empty() && (*takes_verbs || !text.starts_with('_'))
            }
        }
    }
}

impl Routes {
    /// The paths of a document.
    pub fn from_document(document: &Value) -> Self {
        let paths = document.get("paths").and_then(Value::as_object);
        let route = |(path, item): (&String, &Value)| Route {
            segments: path.split('/').map(Segment::from_text).collect(),
            allow: allow(item),
        };
        let querying = paths.into_iter().flatten().flat_map(querying).collect();
        let mut paths: Vec<Route> = paths.into_iter().flatten().map(route).collect();
        paths.sort_by_key(|route| {
            let is_parameter = |segment: &Segment| matches!(segment, Segment::Parameter { .. });
            route
                .segments
                .iter()
                .map(is_parameter)
                .collect::<Vec<bool>>()
        });
        Self { paths, querying }
    }

    /// The methods of a path, as the `Allow` header lists them; none when there is no such path.
    pub fn allow(&self, path: &str) -> Option<&str> {
        let segments: Vec<&str> = path.split('/').collect();
        let route = self.paths.iter().find(|route| {
            route.segments.len() == segments.len()
                && route
                    .segments
                    .iter()
                    .zip(&segments)
                    .all(|(segment, text)| segment.takes(text))
        })?;
        Some(&route.allow)
    }

    /// Whether the operation reads query parameters; what an operation does not know is refused, never dropped in silence.
    pub fn reads_query(&self, method: &str, path: &str) -> bool {
        let method = if method == "HEAD" { "GET" } else { method };
        self.querying
            .contains(&(method.to_ascii_lowercase(), path.to_owned()))
    }
}

fn querying((path, item): (&String, &Value)) -> Vec<(String, String)> {
    let reads = |operation: &Value| {
        let parameters = operation["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|parameter| parameter["in"] == "query"))
    };
    let operations = item.as_object().into_iter().flatten();
    operations
        .filter(|(_, operation)| reads(operation))
        .map(|(method, _)| (method.clone(), path.clone()))
        .collect()
}

fn allow(item: &Value) -> String {
    let mut methods: Vec<String> = item
        .as_object()
        .into_iter()
        .flat_map(|item| item.keys())
        .map(|method| method.to_ascii_uppercase())
        .collect();
    if methods.iter().any(|method| method == "GET") {
        methods.push("HEAD".to_owned());
    }
    methods.sort();
    methods.join(", ")
}

/// Answers what no operation takes: 405 on a path that exists, 404 elsewhere.
pub async fn refuse(request: HttpRequest) -> HttpResponse {
    let document = request.app_data::<&'static Document>();
    refusal(document.and_then(|document| document.routes.allow(request.path())))
}

/// 405 with the methods allowed, or 404 where none are.
pub(super) fn refusal(allow: Option<&str>) -> HttpResponse {
    let (status, code) = match allow {
        Some(_) => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"),
        None => (StatusCode::NOT_FOUND, "not-found"),
    };
    let mut response = HttpResponse::new(status);
    response.extensions_mut().insert(Refusal(code));
    if let Some(value) = allow.and_then(|allow| HeaderValue::from_str(allow).ok()) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_segments_come_first_and_ids_take_no_verbs() {
        let document = serde_json::json!({ "paths": {
            "/v1/cadres": { "get": { "parameters": [{ "name": "limit", "in": "query" }] }, "post": {} },
            "/v1/cadres/{id}": { "get": {}, "patch": {} },
            "/v1/cadres/{id}/_leave": { "post": {} },
            "/v1/cadres/_search": { "post": {} },
            "/v1/cadres/by-external-id/{source}/{externalId}": { "put": {} },
        } });
        let routes = Routes::from_document(&document);
        assert_eq!(routes.allow("/v1/cadres"), Some("GET, HEAD, POST"));
        assert_eq!(routes.allow("/v1/cadres/1"), Some("GET, HEAD, PATCH"));
        assert_eq!(routes.allow("/v1/cadres/_search"), Some("POST"));
        assert_eq!(routes.allow("/v1/cadres/_other"), None);
        assert_eq!(routes.allow("/v1/cadres/1/_leave"), Some("POST"));
        assert_eq!(routes.allow("/v1/cadres/by-external-id/hr/_1"), Some("PUT"));
        assert_eq!(routes.allow("/v1/cadres/"), None);
        assert_eq!(routes.allow("/v1/cadres/1/2/3"), None);
        assert!(routes.reads_query("HEAD", "/v1/cadres"));
        assert!(!routes.reads_query("POST", "/v1/cadres"));
    }
}
