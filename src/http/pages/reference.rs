//! `GET /docs`: the reference, which needs nothing from other hosts.

use std::sync::{Arc, LazyLock};

use actix_web::{HttpRequest, get};
use utoipa_swagger_ui::Config;

use crate::error::{Error, Result};
use crate::http::reply::etag;
use crate::http::{Endpoints, Operation, Reply, text_segment};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(get_reference).service(get_reference_file);
    },
    operations: &[
        Operation::open("get_reference", 0),
        Operation::open("get_reference_file", 0),
    ],
};

const PAGE: &str = include_str!("reference.html");
/// What starts the reference; a file of its own, because the policy lets no script stand in a page.
const START: &str = include_str!("reference.js");

/// Scripts, styles and pictures come from this service alone, and nothing is sent elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The parts of the reference that are served, with their media types.
const FILES: &[(&str, &str)] = &[
    ("favicon-32x32.png", "image/png"),
    ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    ("swagger-ui.css", "text/css; charset=utf-8"),
];

/// Show the reference
///
/// Every operation with its schemas and examples, to read and to try out. Works without a network.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "The page.", content_type = "text/html", body = String)),
    security(()),
)]
#[get("/docs")]
pub async fn get_reference() -> Reply {
    reply(PAGE.as_bytes().to_vec(), "text/html; charset=utf-8")
}

/// Get a part of the reference
///
/// Scripts, styles and pictures of the page.
#[utoipa::path(
    tag = "service",
    params(("file" = String, Path, description = "The file.", pattern = "^[a-z0-9.-]+$", max_length = 64, example = "swagger-ui.css")),
    responses(
        (status = 200, description = "The file.", content(
            (String = "text/css"),
            (String = "text/javascript"),
            (String = "image/png"),
        )),
        (status = 404, description = ""),
    ),
    security(()),
)]
#[get("/docs/{file}")]
pub async fn get_reference_file(request: HttpRequest) -> Result<Reply> {
    let name = text_segment(&request, "file")?;
    if name == "start.js" {
        let script = START.as_bytes().to_vec();
        return Ok(reply(script, "text/javascript; charset=utf-8"));
    }
    let (name, media_type) = FILES
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or(Error::NotFound)?;
    static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(Arc::default);
    let file = utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG))
        .map_err(|error| Error::internal(error.to_string()))?;
    let file = file.ok_or(Error::NotFound)?;
    Ok(reply(file.bytes.into_owned(), media_type))
}

fn reply(body: Vec<u8>, media_type: &str) -> Reply {
    let tag = etag(0, &body);
    Reply::new(media_type, body)
        .with_header("etag", tag)
        .with_header("cache-control", "public, no-cache")
        .with_header("content-security-policy", POLICY)
}
