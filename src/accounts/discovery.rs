//! What other software finds by itself: the keys, and where tokens come from.

use actix_web::get;
use serde_json::{Value, json};

use super::clients::SCOPES;
use super::signing_keys::PUBLISHED_FOR;
use crate::error::Result;
use crate::http::{Endpoints, Operation, Reply, State};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(get_jwks)
            .service(get_authorization_server)
            .service(get_protected_resource);
    },
    operations: &[
        Operation::open("get_jwks", 0),
        Operation::open("get_authorization_server", 0),
        Operation::open("get_protected_resource", 0),
    ],
};

/// Get the public keys
///
/// The keys that verify access tokens, as a JWK set (RFC 7517); keep them no longer than `Cache-Control` says.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "The keys.", body = Object)),
    security(()),
)]
#[get("/.well-known/jwks.json")]
pub async fn get_jwks(state: State) -> Result<Reply> {
    published(&state.tokens.keys().to_jwks())
}

/// Get the authorization server's metadata
///
/// RFC 8414.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "The metadata.", body = Object)),
    security(()),
)]
#[get("/.well-known/oauth-authorization-server")]
pub async fn get_authorization_server(state: State) -> Result<Reply> {
    let url = &state.config.public_url;
    published(&json!({
        "issuer": url,
        "token_endpoint": format!("{url}/oauth2/token"),
        "jwks_uri": format!("{url}/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "response_types_supported": [],
        "scopes_supported": SCOPES,
        "service_documentation": format!("{url}/docs"),
    }))
}

/// Get the protected resource's metadata
///
/// RFC 9728.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "The metadata.", body = Object)),
    security(()),
)]
#[get("/.well-known/oauth-protected-resource")]
pub async fn get_protected_resource(state: State) -> Result<Reply> {
    let url = &state.config.public_url;
    published(&json!({
        "resource": state.tokens.audience(),
        "authorization_servers": [url],
        "jwks_uri": format!("{url}/.well-known/jwks.json"),
        "bearer_methods_supported": ["header"],
        "scopes_supported": SCOPES,
        "resource_documentation": format!("{url}/docs"),
    }))
}

fn published(document: &Value) -> Result<Reply> {
    let kept = format!("public, max-age={PUBLISHED_FOR}");
    Ok(Reply::composed(document)?.with_header("cache-control", kept))
}
