//! `POST /oauth2/token` (RFC 6749 §4.4): access tokens for clients that show their secret.

use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::{HttpRequest, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::model::TokenResponse;
use super::service;
use crate::access::{ACCESS_LIFE, Actor};
use crate::db::Id;
use crate::error::{Error, Result, TokenRefusal};
use crate::http::{Endpoints, FormBody, Operation, RawQuery, Reply, State, Visitor, decode};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(create_token);
    },
    operations: &[Operation::open("create_token", 2)],
};

const FORM: &str = "application/x-www-form-urlencoded";

/// What a token is asked for with.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = TokenRequest)]
#[expect(dead_code, reason = "describes the form in the document")]
struct TokenForm {
    /// `client_credentials`.
    #[schema(max_length = 64, example = "client_credentials")]
    grant_type: String,
    /// Some of the client's scopes, separated by blanks; all of them when nothing is said.
    #[schema(max_length = 1000, required = false)]
    scope: Option<String>,
}

/// Get a token for a client
///
/// The client authenticates by HTTP Basic with its id and secret. Errors bear `error` as RFC 6749 §5.2 names them.
#[utoipa::path(
    tag = "clients",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "An access token.", body = TokenResponse)),
    security(("client" = [])),
)]
#[post("/oauth2/token")]
pub async fn create_token(
    visitor: Visitor,
    state: State,
    request: HttpRequest,
    body: FormBody,
) -> Result<Reply> {
    let context = state.context_of_visitor(&visitor, Actor::system());
    let scope = read_form(&request, &body.0)?;
    let refused = || {
        tracing::info!(request_id = %visitor.request_id, network = %visitor.network, "client refused");
        Error::TokenRequest(TokenRefusal::InvalidClient)
    };
    let (id, secret) = credentials(&request).ok_or_else(refused)?;
    state.gate.count_client(id, visitor.network, context.now)?;
    let (asking, tokens) = (context.clone(), std::sync::Arc::clone(&state.tokens));
    let work = state.db.read(move |conn| {
        let shown = (id, secret.as_str());
        service::authenticate(conn, &asking, &tokens, shown, scope.as_deref())
    });
    let issued = work.await;
    if let Err(Error::TokenRequest(TokenRefusal::InvalidClient)) = issued {
        return Err(refused());
    }
    state
        .gate
        .take_back_client(id, visitor.network, context.now);
    let claims = issued?;
    let access_token = state.tokens.sign(&claims)?;
    tracing::info!(request_id = %visitor.request_id, client_id = %claims.sub, "access token issued");
    let reply = TokenResponse {
        access_token,
        token_type: "Bearer",
        expires_in: ACCESS_LIFE,
        scope: claims.scope.unwrap_or_default(),
    };
    Ok(Reply::json(200, &reply)?
        .no_store()
        .with_header("pragma", "no-cache"))
}

/// The scope asked for, of a request that is one for client credentials. Parameters we do not know are ignored, as RFC 6749
/// §3.2 has it.
fn read_form(request: &HttpRequest, body: &[u8]) -> Result<Option<String>> {
    let sent = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(FORM) {
        return Err(Error::UnsupportedMediaType(FORM));
    }
    let invalid = || Error::TokenRequest(TokenRefusal::InvalidRequest);
    let text = std::str::from_utf8(body).map_err(|_| invalid())?;
    let mut form = RawQuery::parse(text);
    if form.is_faulty() || form.take("client_secret").is_some() {
        return Err(invalid());
    }
    match form.take("grant_type").as_deref() {
        Some("client_credentials") => Ok(form.take("scope")),
        Some(_) => Err(Error::TokenRequest(TokenRefusal::UnsupportedGrantType)),
        None => Err(invalid()),
    }
}

/// Id and secret of HTTP Basic, each form-encoded as RFC 6749 §2.3.1 has it.
fn credentials(request: &HttpRequest) -> Option<(Id, String)> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((Id::parse(&decode(id)?).ok()?, decode(secret)?))
}
