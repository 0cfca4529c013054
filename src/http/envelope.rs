//! What surrounds every request: its id, its log line, its metrics, its headers, and problems for whatever failed inside.

use std::cell::OnceCell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Once;
use std::task::Poll;
use std::time::Instant;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse};
use serde_json::Value;

use super::language::Language;
use super::openapi::Document;
use super::problem::{self, ProblemContext};
use super::routes::refusal;
use super::state::State;
use crate::db::Id;
use crate::error::{Error, panic_message};
use crate::network::Network;

/// The id of a request: the caller's `X-Request-Id` when it is well formed, else a new one.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Longest address that is answered.
const MAX_URI: usize = 8 * 1024;
/// Most bytes of headers that are answered.
const MAX_HEADERS: usize = 16 * 1024;
/// The API's version, on every reply.
const API_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The outermost middleware.
///
/// # Errors
/// Never: what fails inside becomes a problem.
pub async fn envelope(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let facts = Facts::from_request(&request);
    if facts.method == Method::HEAD {
        // The connection remembers that it was HEAD and sends no body.
        request.head_mut().method = Method::GET;
    }
    request
        .extensions_mut()
        .insert(RequestId(facts.request_id.clone()));
    request.extensions_mut().insert(facts.account.clone());
    request.extensions_mut().insert(facts.network);
    let outcome = match refuse_early(&request) {
        Some(response) => Ok(request.into_response(response)),
        None => survive(next.call(request)).await,
    };
    match outcome {
        Ok(response) => {
            let (request, response) = response.map_into_boxed_body().into_parts();
            let route = request.match_pattern();
            let response = finish(response, &facts);
            record(&response, route, &facts, started);
            Ok(ServiceResponse::new(request, response))
        }
        // Without the request there is no way back through the layers above; the error carries the whole reply.
        Err(error) => {
            let response = finish(HttpResponse::from_error(error), &facts);
            record(&response, None, &facts, started);
            Err(InternalError::from_response("refused", response).into())
        }
    }
}

/// A panic of a handler ends its request, not the connection or the process.
async fn survive<T>(
    future: impl Future<Output = Result<T, actix_web::Error>>,
) -> Result<T, actix_web::Error> {
    let mut future = pin!(future);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))).unwrap_or_else(|panic| {
            let message = panic_message(panic.as_ref());
            Poll::Ready(Err(Error::internal(message).into()))
        })
    })
    .await
}

fn refuse(code: &'static str) -> HttpResponse {
    let status = StatusCode::from_u16(problem::status_of(code)).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = HttpResponse::new(status);
    response.extensions_mut().insert(Refusal(code));
    response
}

fn finish(response: HttpResponse, facts: &Facts) -> HttpResponse {
    dress(conditional(render(response, facts), facts), facts)
}

/// A problem code that was decided on without an error of a handler.
pub(super) struct Refusal(pub(super) &'static str);

/// Errors are logged once, here, with their cause; the caller sees a fixed text.
fn log(error: &Error) {
    match error {
        Error::Internal(cause) => tracing::error!(cause = %cause, "request failed"),
        Error::Unavailable(reason) => tracing::warn!(cause = %reason, "request not carried out"),
        _ => {}
    }
}

struct Facts {
    request_id: String,
    language: Language,
    method: Method,
    path: String,
    public_url: String,
    if_none_match: Option<String>,
    network: Network,
    account: CallingAccount,
}

/// Who calls, once the guard knows it: denials are logged with the account, and where the request is no more.
#[derive(Debug, Clone, Default)]
pub(super) struct CallingAccount(pub(super) Rc<OnceCell<Id>>);

impl Facts {
    fn from_request(request: &ServiceRequest) -> Self {
        let headers = request.headers();
        let sent = headers
            .get("x-request-id")
            .and_then(|value| value.to_str().ok());
        let well_formed = sent.filter(|id| {
            (8..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        });
        let state = request.app_data::<State>();
        Self {
            request_id: well_formed.map_or_else(new_request_id, str::to_owned),
            language: Language::from_headers(headers),
            method: request.method().clone(),
            path: request.path().to_owned(),
            public_url: state
                .map(|state| state.config.public_url.clone())
                .unwrap_or_default(),
            network: network(request),
            account: CallingAccount::default(),
            if_none_match: headers
                .get(header::IF_NONE_MATCH)
                .and_then(|v| v.to_str().ok())
                .map(str::to_owned),
        }
    }
}

/// The network a request came from.
fn network(request: &ServiceRequest) -> Network {
    let state = request.app_data::<State>();
    let Some((state, peer)) = state.zip(request.peer_addr()) else {
        return Network::UNKNOWN;
    };
    let (proxies, headers) = (&state.config.trusted_proxies, request.headers());
    if proxies.is_overlooked(peer.ip(), headers) {
        warn_of_proxy();
    }
    proxies.network(peer.ip(), headers)
}

/// Said once: who sends these headers is a proxy nobody told us of, or a caller who tries.
fn warn_of_proxy() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            "requests bear Forwarded or X-Forwarded-For, and their sender is no trusted proxy: if it is yours, name it in XINMIAO_TRUSTED_PROXIES"
        );
    });
}

pub(super) fn new_request_id() -> String {
    let mut bytes = [0; 16];
    crate::vault::random(&mut bytes);
    crate::vault::hex(&bytes)
}

fn refuse_early(request: &ServiceRequest) -> Option<HttpResponse> {
    let uri = request.uri();
    if uri.path().len() + uri.query().map_or(0, str::len) > MAX_URI {
        return Some(refuse("uri-too-long"));
    }
    let size = |headers: &HeaderMap| {
        headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum::<usize>()
    };
    if size(request.headers()) > MAX_HEADERS {
        return Some(refuse("headers-too-large"));
    }
    for (name, most) in [("accept-language", 256), ("if-none-match", 1024)] {
        let is_readable = |value: &HeaderValue| value.len() <= most && value.to_str().is_ok();
        if !request.headers().get_all(name).all(is_readable) {
            let allowed = ["at most 1024 visible characters; Accept-Language 256"];
            let error = Error::parameter(name, "parameter-invalid", &allowed);
            return Some(HttpResponse::from_error(error));
        }
    }
    if uri.path().contains('%') && !is_text(uri.path()) {
        let error = Error::parameter("path", "parameter-invalid", &["UTF-8, percent-encoded"]);
        return Some(HttpResponse::from_error(error));
    }
    if uri.path().contains("/_") {
        return misdirected_verb(request);
    }
    None
}

/// Whether a path's percent-encoding gives text without control characters.
fn is_text(path: &str) -> bool {
    super::query::percent_decode(path).is_some_and(|text| !text.contains(char::is_control))
}

/// A custom verb is no id: asked for with another method it must not reach the routes of `{id}`.
fn misdirected_verb(request: &ServiceRequest) -> Option<HttpResponse> {
    let document = request.app_data::<&'static Document>()?;
    let allow = document.routes.allow(request.path());
    let method = request.method().as_str();
    let taken = allow.is_some_and(|allow| allow.split(", ").any(|known| known == method));
    (!taken).then(|| refusal(allow))
}

/// Writes the problem of a failed request: from our own error, from a refusal, or from the framework's bare status.
fn render(mut response: HttpResponse, facts: &Facts) -> HttpResponse {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    if response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes() == PROBLEM_JSON.as_bytes())
    {
        return response;
    }
    let setting = ProblemContext {
        public_url: &facts.public_url,
        language: facts.language,
        request_id: &facts.request_id,
        path: &facts.path,
    };
    let refusal = response.extensions_mut().remove::<Refusal>();
    let cause = response.error().and_then(|error| error.as_error::<Error>());
    let (document, headers) = match (cause, refusal) {
        (Some(cause), _) => {
            log(cause);
            (
                problem::document_of(cause, &setting),
                problem::headers_of(cause, &facts.public_url),
            )
        }
        (None, Some(Refusal(code))) => (problem::plain(code, &setting), Vec::new()),
        (None, None) => (
            problem::plain(problem::code_of(status.as_u16()), &setting),
            Vec::new(),
        ),
    };
    let status = document
        .get("status")
        .and_then(Value::as_u64)
        .and_then(|n| u16::try_from(n).ok());
    if let Some(status) = status.and_then(|n| StatusCode::from_u16(n).ok()) {
        *response.status_mut() = status;
    }
    let map = response.headers_mut();
    for (name, value) in headers {
        insert(map, name, &value);
    }
    insert(map, "content-type", PROBLEM_JSON);
    insert(map, "content-language", facts.language.tag());
    insert(map, "cache-control", "no-store");
    let body = serde_json::to_vec(&document).unwrap_or_default();
    response.set_body(BoxBody::new(body))
}

const PROBLEM_JSON: &str = "application/problem+json";

/// Answers 304 when the caller holds the representation already.
fn conditional(response: HttpResponse, facts: &Facts) -> HttpResponse {
    let readable =
        matches!(facts.method, Method::GET | Method::HEAD) && response.status() == StatusCode::OK;
    let Some(sent) = facts.if_none_match.as_deref().filter(|_| readable) else {
        return response;
    };
    let tag = response
        .headers()
        .get(header::ETAG)
        .and_then(|value| value.to_str().ok());
    let held = tag.is_some_and(|tag| {
        sent.split(',')
            .map(str::trim)
            .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
    });
    if !held {
        return response;
    }
    let mut response = response.set_body(BoxBody::new(()));
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().remove(header::CONTENT_TYPE);
    response
}

/// The headers that every reply has.
fn dress(mut response: HttpResponse, facts: &Facts) -> HttpResponse {
    let map = response.headers_mut();
    insert(map, "x-request-id", &facts.request_id);
    insert(map, "api-version", API_VERSION);
    insert(map, "x-content-type-options", "nosniff");
    insert(map, "referrer-policy", "no-referrer");
    insert(map, "vary", "Accept, Accept-Language, Authorization");
    if !map.contains_key(header::CONTENT_SECURITY_POLICY) {
        insert(
            map,
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        );
    }
    if !map.contains_key(header::CACHE_CONTROL) {
        insert(map, "cache-control", "private, no-cache");
    }
    response
}

fn insert(map: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        map.insert(HeaderName::from_static(name), value);
    }
}

/// One log line and one measurement; the route's template only, never the path, which may hold an external id.
fn record(response: &HttpResponse, route: Option<String>, facts: &Facts, started: Instant) {
    let route = route.unwrap_or_else(|| "unmatched".to_owned());
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    metrics::histogram!("http_server_request_duration_seconds",
        "method" => method_label(&facts.method), "route" => route.clone(), "status" => status.to_string())
    .record(elapsed.as_secs_f64());
    tracing::info!(
        request_id = %facts.request_id, method = %method_label(&facts.method), route = %route, status,
        elapsed_ms = elapsed.as_secs_f64() * 1000.0, "request"
    );
    if matches!(status, 401 | 403 | 429) {
        let account = facts.account.0.get().map(Id::to_string);
        tracing::warn!(
            request_id = %facts.request_id, method = %method_label(&facts.method), route = %route, status,
            network = %facts.network, account, "request denied"
        );
    }
}

/// Methods anyone could invent do not become labels.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
