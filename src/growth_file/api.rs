//! The endpoint of growth files.

use actix_web::http::header::{ACCEPT, HeaderMap};
use actix_web::{HttpRequest, get};

use super::model::GrowthFileResponse;
use super::negotiation::Form;
use super::request::GrowthFileQuery;
use super::{page, service};
use crate::access::Permission::GrowthFileRead;
use crate::access::markers;
use crate::error::{Error, Result};
use crate::http::{
    Authorized, Endpoints, Language, Operation, PathId, QueryOf, Reply, State, etag,
};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(get_growth_file);
    },
    operations: &[Operation::guarded("get_growth_file", GrowthFileRead, 14)],
};

/// Get a growth file
///
/// Everything the programme knows of a cadre, as far as the caller may see it: as JSON, or with `Accept: text/html` as a page
/// for printing on A4, in Chinese or English by `Accept-Language`. The core of a file is
/// `sections=person,mentors,evaluations&limit=5`.
#[utoipa::path(
    tag = "growth-file",
    params(("id" = crate::db::Id, Path, description = "The cadre's id."), GrowthFileQuery),
    responses((status = 200, description = "The growth file.", content(
        (GrowthFileResponse = "application/json"),
        (String = "text/html"),
    ))),
)]
#[get("/cadres/{id}/growth-file")]
pub async fn get_growth_file(
    guard: Authorized<markers::GrowthFileRead>,
    state: State,
    path: PathId,
    query: QueryOf<GrowthFileQuery>,
    request: HttpRequest,
) -> Result<Reply> {
    let accept = request.headers().get(ACCEPT).map(|value| value.to_str());
    let accept = accept.transpose().map_err(|_| Error::NotAcceptable)?;
    let form = Form::accepted(accept).ok_or(Error::NotAcceptable)?;
    let file = state
        .read(&guard, move |conn, context| {
            service::open(conn, context, path.0, &query.0)
        })
        .await?;
    // The moment of reading stands in the reply but not in its tag: an unchanged file is not modified.
    let content = serde_json::to_vec(&file.file).map_err(Error::internal)?;
    match form {
        Form::Json => Ok(Reply::json(200, &file)?
            .with_header("etag", etag(0, &content))
            .no_store()),
        Form::Page => Ok(printable(&file, &content, page_language(request.headers())).no_store()),
    }
}

/// The page is Chinese unless the caller asks for another language.
fn page_language(headers: &HeaderMap) -> Language {
    if headers.contains_key("accept-language") {
        Language::from_headers(headers)
    } else {
        Language::Chinese
    }
}

fn printable(file: &GrowthFileResponse, content: &[u8], language: Language) -> Reply {
    let form = format!("html {} {}", language.tag(), env!("CARGO_PKG_VERSION"));
    let tag = etag(0, &[content, form.as_bytes()].concat());
    let page = page::render(file, language);
    Reply::new("text/html; charset=utf-8", page)
        .with_header("content-language", language.tag())
        .with_header("content-security-policy", page::content_security_policy())
        .with_header("etag", tag)
}
