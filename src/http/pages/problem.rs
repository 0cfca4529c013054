//! `GET /problems/{code}`: what the `type` of a problem leads to.

use actix_web::{HttpRequest, get};

use super::escape;
use crate::error::{Error, Result};
use crate::http::language::Language;
use crate::http::problem::CODES;
use crate::http::text_segment;
use crate::http::{Endpoints, MESSAGES, Operation, Reply};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(get_problem);
    },
    operations: &[Operation::open("get_problem", 0)],
};

/// Explain a problem
///
/// What the `type` of a problem leads to: a small page in both languages.
#[utoipa::path(
    tag = "service",
    params(("code" = String, Path, description = "The problem's code.", pattern = "^[a-z-]+$", max_length = 64, example = "stale-version")),
    responses(
        (status = 200, description = "The page.", content_type = "text/html", body = String),
        (status = 404, description = ""),
    ),
    security(()),
)]
#[get("/problems/{code}")]
pub async fn get_problem(request: HttpRequest) -> Result<Reply> {
    let code = text_segment(&request, "code")?;
    let (code, status) = CODES
        .iter()
        .find(|(known, _)| *known == code)
        .ok_or(Error::NotFound)?;
    let page = page(code, *status);
    Ok(Reply::new("text/html; charset=utf-8", page)
        .with_header("cache-control", "public, max-age=3600"))
}

fn page(code: &str, status: u16) -> String {
    // The one figure in these sentences is a media type.
    let figures = ["application/json".to_owned()];
    let text = |key: &str, language: Language| {
        escape(&MESSAGES.text(&format!("{key}.{code}"), language, &figures))
    };
    let section = |language: Language| {
        let (tag, title, detail) = (
            language.tag(),
            text("title", language),
            text("detail", language),
        );
        format!("<section lang=\"{tag}\">\n<h2>{title}</h2>\n<p>{detail}</p>\n</section>\n")
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{code} · Xinmiao 新苗</title>\n</head>\n<body>\n\
         <h1><code>{code}</code> · HTTP {status}</h1>\n{}{}\
         <p><a href=\"/docs\">Xinmiao 新苗</a></p>\n</body>\n</html>\n",
        section(Language::English),
        section(Language::Chinese),
    )
}
