//! `GET /v1/openapi.json` and `/v1/openapi.yaml`.

use actix_web::{HttpRequest, get};

use super::Document;
use crate::error::{Error, Result};
use crate::http::reply::{Reply, etag};
use crate::http::{Endpoints, Operation};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(get_openapi_json).service(get_openapi_yaml);
    },
    operations: &[
        Operation::open("get_openapi_json", 0),
        Operation::open("get_openapi_yaml", 0),
    ],
};

/// Get the document as JSON
///
/// This document: OpenAPI 3.1, the same bytes as long as the version is the same. Pages of any origin may read it.
#[utoipa::path(tag = "service", responses((
    status = 200, description = "The document.", content_type = "application/json", body = Object,
)))]
#[get("/openapi.json")]
pub async fn get_openapi_json(request: HttpRequest) -> Result<Reply> {
    let document = published(&request)?;
    Ok(reply("application/json", &document.json))
}

/// Get the document as YAML
///
/// This document as YAML 1.2. Pages of any origin may read it.
#[utoipa::path(tag = "service", responses((
    status = 200, description = "The document.", content_type = "application/yaml", body = Object,
)))]
#[get("/openapi.yaml")]
pub async fn get_openapi_yaml(request: HttpRequest) -> Result<Reply> {
    let document = published(&request)?;
    Ok(reply("application/yaml", &document.yaml))
}

fn published(request: &HttpRequest) -> Result<&'static Document> {
    let document = request.app_data::<&'static Document>();
    document
        .copied()
        .ok_or_else(|| Error::internal("the document is not mounted"))
}

fn reply(media_type: &str, text: &str) -> Reply {
    Reply::new(media_type, text)
        .with_header("etag", etag(0, text.as_bytes()))
        .with_header("access-control-allow-origin", "*")
        .with_header("cache-control", "public, no-cache")
}
