//! Endpoints of imports.

use std::sync::Arc;

use actix_web::{HttpRequest, post};
use utoipa::PartialSchema;

use super::cadre_intake::CadreIntake;
use super::intake::{self, Effect, Intake, Opened};
use super::mentor_intake::MentorIntake;
use super::organization_intake::OrganizationIntake;
use super::parts::{self, ROWS_PER_PART};
use super::report::ImportReport;
use super::request::ImportTerms;
use crate::access::Permission::{CadresWrite, MentorsWrite, OrganizationsWrite};
use crate::access::markers;
use crate::cadres;
use crate::cadres::guesses::{self, Guess};
use crate::context::Context;
use crate::db::DbConn;
use crate::error::{Error, Result};
use crate::http::{
    AppState, Authorized, Caller, CsvBody, Endpoints, Language, Operation, QueryOf, Reply, State,
};
use crate::tabular::Charset;

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(import_cadres)
            .service(import_mentors)
            .service(import_organizations);
    },
    operations: &[
        Operation::guarded("import_cadres", CadresWrite, 9),
        Operation::guarded("import_mentors", MentorsWrite, 9),
        Operation::guarded("import_organizations", OrganizationsWrite, 5),
    ],
};

/// What is asked for when the declared encoding is not known.
const CHARSETS: &str = "text/csv with a charset such as utf-8, gb18030 or utf-16";

/// A file as comma-separated values with a line of headings: at most 10 MiB and 100,000 rows that hold anything.
pub struct CsvFile;

impl PartialSchema for CsvFile {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(10 * 1024 * 1024))
            .description(Some(
                "Comma-separated values under a line of headings, in the `charset` of the media type; where none is declared, \
                 in UTF-8, UTF-16 with a byte order mark, or GB18030.",
            ))
            .into()
    }
}

impl utoipa::ToSchema for CsvFile {}

/// Import cadres
///
/// Headings are the members' names, `externalId` and `organizationCode`, or those of personnel offices in Chinese, with names
/// instead of codes. A row is matched by `externalId` under `source`, else by identity number, present or former. Empty cells
/// and coarser dates never overwrite; another unit is a transfer as of today. Taking the same file in again changes nothing.
///
/// Callers who may not reveal personal values are not told which person has a number: a row matched by it alone has no `id`,
/// and a row with a number or phone that changes nothing is `UPDATED`. Numbers that led to no change are counted for 30 days,
/// each once: of more than five with the same first 14 digits, or 2,500 in all, nothing is told (429).
#[utoipa::path(
    tag = "cadres",
    params(ImportTerms),
    request_body(content = CsvFile, content_type = "text/csv", example = json!("name,sex,birthDate,organizationCode,reportedOn\n李雨瑶,2,1998-03,BZ,2023-07-24\n")),
    responses((status = 200, description = "What the rows came to.", body = ImportReport)),
)]
#[post("/cadres/_import")]
pub async fn import_cadres(
    guard: Authorized<markers::CadresWrite>,
    state: State,
    request: HttpRequest,
    query: QueryOf<ImportTerms>,
    body: CsvBody,
) -> Result<Reply> {
    import::<CadreIntake>(
        &guard,
        &state,
        Language::from_headers(request.headers()),
        query.0,
        body,
    )
    .await
}

/// Import mentors
///
/// As for cadres; lists are separated by `;`. A row is matched by `externalId` under `source`, else by name and unit. New mentors
/// are APPOINTED when a programme manager of their unit brings them in, else NOMINATED.
#[utoipa::path(
    tag = "mentors",
    params(ImportTerms),
    request_body(content = CsvFile, content_type = "text/csv", example = json!("name,organizationCode,roles,maxMentees,politicalStatus\n王建国,BZ,POLITICAL;PROFESSIONAL,3,01\n")),
    responses((status = 200, description = "What the rows came to.", body = ImportReport)),
)]
#[post("/mentors/_import")]
pub async fn import_mentors(
    guard: Authorized<markers::MentorsWrite>,
    state: State,
    request: HttpRequest,
    query: QueryOf<ImportTerms>,
    body: CsvBody,
) -> Result<Reply> {
    let language = Language::from_headers(request.headers());
    import::<MentorIntake>(&guard, &state, language, query.0, body).await
}

/// Import organizations
///
/// Headings are the members' names, `externalId` (the code, where it is left out) and `parentCode`; a parent may stand in the
/// same file. A row is matched by `externalId` under `source`, else by code. Another name is a renaming and another parent a
/// move, as of today.
#[utoipa::path(
    tag = "organizations",
    params(ImportTerms),
    request_body(content = CsvFile, content_type = "text/csv", example = json!("code,name,kind,parentCode,divisionCode,remote\nBZ-DSJ,巴中市大数据管理局,CITY_ORGAN,BZ,511900,false\n")),
    responses((status = 200, description = "What the rows came to.", body = ImportReport)),
)]
#[post("/organizations/_import")]
pub async fn import_organizations(
    guard: Authorized<markers::OrganizationsWrite>,
    state: State,
    request: HttpRequest,
    query: QueryOf<ImportTerms>,
    body: CsvBody,
) -> Result<Reply> {
    let language = Language::from_headers(request.headers());
    import::<OrganizationIntake>(&guard, &state, language, query.0, body).await
}

async fn import<I: Intake>(
    caller: &Caller,
    state: &State,
    language: Language,
    terms: ImportTerms,
    body: CsvBody,
) -> Result<Reply> {
    let CsvBody {
        bytes,
        charset,
        digest,
    } = body;
    let charset = charset
        .map(|label| Charset::for_label(&label).ok_or(Error::UnsupportedMediaType(CHARSETS)))
        .transpose()?;
    let (asked, context) = (terms.clone(), state.context(caller));
    let file = state
        .read(caller, move |conn, context| {
            Opened::<I>::open(conn, context, (&bytes, charset), &asked, language)
        })
        .await?;
    let file = Arc::new(file);
    if terms.is_dry() {
        let taken = parts::dry_run(&state.db, &context, file).await?;
        count(state, caller, taken.guesses).await?;
        return Reply::json(200, &taken.report);
    }
    let effect = if terms.is_atomic() {
        Effect::WriteAll
    } else {
        Effect::WriteGood
    };
    if effect == Effect::WriteAll || file.count() <= ROWS_PER_PART {
        let reply = at_once(caller, state, &digest, &file, effect).await;
        let reply = guesses::told(state, caller, reply).await?;
        intake::learn(&state.db, file.count()).await;
        return Ok(reply);
    }
    let (db, service) = (state.db.clone(), State::clone(state));
    let work = async move {
        let taken = parts::take_in_parts(&db, &context, file, |_| {}).await;
        context
            .pending_revocations
            .take_effect(&service.deps.revocations);
        Reply::json(200, &taken?.report)
    };
    let written = AppState::post_in_parts(state, caller, digest, work).await;
    guesses::told(state, caller, written).await
}

/// Takes a file in with one transaction, which also keeps the reply under the request's idempotency key.
async fn at_once<I: Intake>(
    caller: &Caller,
    state: &State,
    digest: &crate::http::BodyDigest,
    file: &Arc<Opened<I>>,
    effect: Effect,
) -> Result<Reply> {
    let mut attempt = 1;
    loop {
        let file = Arc::clone(file);
        let work = move |tx: &mut DbConn, context: &Context| {
            let taken = file.take_counted(tx, context, effect)?;
            Reply::json(200, &taken.report)
        };
        let written = state.post_many(caller, *digest, work).await;
        if attempt == intake::ATTEMPTS || !intake::is_overtaken(&written) {
            return written;
        }
        attempt += 1;
    }
}

/// Counts the identity numbers of a dry run, before it tells anything of them.
async fn count(state: &State, caller: &Caller, guesses: Vec<Guess>) -> Result<()> {
    if guesses.is_empty() {
        return Ok(());
    }
    let counted = state
        .write(caller, move |tx, context| {
            guesses::charge(tx, context, &guesses)?;
            if guesses.iter().any(Guess::has_collided) {
                cadres::note_collision(tx, context)?;
            }
            Ok(Reply::no_content())
        })
        .await;
    guesses::told(state, caller, counted).await.map(drop)
}
