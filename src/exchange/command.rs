//! Imports without HTTP: what the command line does.

use std::sync::Arc;

use super::cadre_intake::CadreIntake;
use super::intake::{self, Effect, Intake, Opened};
use super::mentor_intake::MentorIntake;
use super::organization_intake::OrganizationIntake;
use super::parts;
use super::report::ImportReport;
use super::request::ImportTerms;
use crate::context::Context;
use crate::db::Db;
use crate::error::Result;
use crate::http::Language;
use crate::values::text_enum;

text_enum! {
    /// What the rows of a file are about.
    pub enum Resource {
        /// Units.
        Organizations = "organizations",
        /// Cadres.
        Cadres = "cadres",
        /// Mentors.
        Mentors = "mentors",
    }
}

/// Takes a file in as the service itself; `progress` hears how many rows of how many are done.
///
/// # Errors
/// `Malformed` and `PayloadTooLarge` for a file that cannot be read, or when the database refuses.
pub async fn import(
    db: &Db,
    context: &Context,
    resource: Resource,
    bytes: Vec<u8>,
    terms: ImportTerms,
    progress: impl FnMut(usize, usize),
) -> Result<ImportReport> {
    match resource {
        Resource::Organizations => {
            run::<OrganizationIntake>(db, context, bytes, terms, progress).await
        }
        Resource::Cadres => run::<CadreIntake>(db, context, bytes, terms, progress).await,
        Resource::Mentors => run::<MentorIntake>(db, context, bytes, terms, progress).await,
    }
}

async fn run<I: Intake>(
    db: &Db,
    context: &Context,
    bytes: Vec<u8>,
    terms: ImportTerms,
    mut progress: impl FnMut(usize, usize),
) -> Result<ImportReport> {
    let (reading, asked) = (context.clone(), terms.clone());
    let file = db
        .read(move |conn| {
            Opened::<I>::open(conn, &reading, (&bytes, None), &asked, Language::English)
        })
        .await?;
    let file = Arc::new(file);
    let total = file.count();
    progress(0, total);
    let taken = if terms.is_dry() {
        parts::dry_run(db, context, file).await?
    } else if terms.is_atomic() {
        intake::take_at_once(db, context, file, Effect::WriteAll).await?
    } else {
        parts::take_in_parts(db, context, file, |done| progress(done, total)).await?
    };
    progress(total, total);
    Ok(taken.report)
}
