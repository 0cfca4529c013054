//! `GET /`.

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Result;
use crate::http::{Endpoints, Operation, Reply, State};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(get_service);
    },
    operations: &[Operation::open("get_service", 0)],
};

/// What the service is, and where its parts are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceRoot)]
pub struct RootResponse {
    /// The name.
    #[schema(max_length = 64, example = "Xinmiao")]
    name: &'static str,
    /// The version, as `API-Version` says it.
    #[schema(max_length = 32, example = "0.1.0")]
    version: &'static str,
    /// Where to look next.
    links: Links,
}

/// Addresses of the service's parts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServiceLinks)]
pub struct Links {
    /// The API's document as JSON.
    #[schema(format = "uri", max_length = 512)]
    openapi: String,
    /// The API's reference for people.
    #[schema(format = "uri", max_length = 512)]
    docs: String,
    /// Whether the service is ready.
    #[schema(format = "uri", max_length = 512)]
    readiness: String,
    /// The keys that verify access tokens.
    #[schema(format = "uri", max_length = 512)]
    jwks: String,
    /// Where tokens of other systems come from.
    #[schema(format = "uri", max_length = 512)]
    authorization_server: String,
}

/// What `Link` says of the service (RFC 8631).
const LINK: &str = "</v1/openapi.json>; rel=\"service-desc\"; type=\"application/json\", \
     </docs>; rel=\"service-doc\"; type=\"text/html\", </readyz>; rel=\"status\"";

/// Get what the service is
///
/// Name, version, and the addresses of document, reference and keys.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "What the service is.", body = RootResponse)),
    security(()),
)]
#[get("/")]
pub async fn get_service(state: State) -> Result<Reply> {
    let url = &state.config.public_url;
    let service = RootResponse {
        name: "Xinmiao",
        version: env!("CARGO_PKG_VERSION"),
        links: Links {
            openapi: format!("{url}/v1/openapi.json"),
            docs: format!("{url}/docs"),
            readiness: format!("{url}/readyz"),
            jwks: format!("{url}/.well-known/jwks.json"),
            authorization_server: format!("{url}/.well-known/oauth-authorization-server"),
        },
    };
    Ok(Reply::composed(&service)?.with_header("link", LINK))
}
