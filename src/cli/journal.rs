//! `xinmiao journal verify`.

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use xinmiao::error::Error;
use xinmiao::{journal, start};

use super::{Failure, Settings, print, start_logging};

#[derive(clap::Subcommand)]
pub(super) enum Journal {
    /// Recomputes every hash and the chain; ends with 1 when a row was changed, removed or added behind the service
    Verify,
}

impl Journal {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        match self {
            Self::Verify => verify(settings),
        }
    }
}

fn verify(settings: &Settings) -> Result<ExitCode, Failure> {
    let config = settings.load(&[])?;
    start_logging(&config)?;
    if let Some(file) = config.database.file().filter(|file| !file.exists()) {
        let mend = format!("names {}, which does not exist", file.display());
        return Err(config.fault("databaseUrl", mend).into());
    }
    let db = start::open(&config)?;
    // One snapshot: what is sealed meanwhile belongs to the next verification.
    let reading = db.read(|conn| {
        let last = journal::position(conn)?;
        let bar = progress_bar(last);
        let found = journal::verify(conn, |position| {
            bar.set_position(u64::try_from(position).unwrap_or_default());
        });
        bar.finish_and_clear();
        found
    });
    let found = actix_web::rt::System::new()
        .block_on(reading)
        .map_err(|error| Failure::Other(unreadable(&error)))?;
    let journal::Verification {
        sealed,
        waiting,
        broken_at,
        head,
        erased,
    } = found;
    if let Some(position) = broken_at {
        print(&format!(
            "The journal is broken at position {position}; {sealed} rows before it agree.\n"
        ))?;
        return Ok(ExitCode::FAILURE);
    }
    print(&format!(
        "The journal is whole: {sealed} rows sealed, {waiting} waiting for their seal, reasons of {erased} erased.\nhead {head}\n"
    ))
}

/// Draws on standard error, and only when that is a terminal.
fn progress_bar(total: i64) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(total).unwrap_or_default());
    let style =
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {eta} to go");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn unreadable(error: &Error) -> String {
    format!(
        "the journal cannot be read ({error}); was the database ever migrated? see xinmiao migrate"
    )
}
