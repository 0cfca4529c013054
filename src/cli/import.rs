//! `xinmiao import`.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};
use xinmiao::clock::Clock;
use xinmiao::config::Config;
use xinmiao::context::Context;
use xinmiao::demo::{self, Holding};
use xinmiao::error::Error;
use xinmiao::exchange::{self, ImportMode, ImportReport, ImportTerms, Resource};
use xinmiao::external_ids::Source;
use xinmiao::http::{Flag, Language, MESSAGES};
use xinmiao::ids::Ids;
use xinmiao::start;
use xinmiao::values::Date;

use super::{Failure, Settings, print, start_logging};

#[derive(clap::Args)]
pub(super) struct Import {
    /// A CSV file in UTF-8 or GB18030, with the API's member names or the Chinese headings of personnel offices
    file: PathBuf,
    /// What the rows are about
    #[arg(long, value_parser = PossibleValuesParser::new(Resource::WORDS))]
    resource: String,
    /// The system whose ids the column externalId holds
    #[arg(long)]
    source: Option<String>,
    /// Tells what would happen and changes nothing
    #[arg(long)]
    dry_run: bool,
    /// partial writes the rows without errors; atomic writes nothing when any row has one
    #[arg(long, value_parser = PossibleValuesParser::new(ImportMode::WORDS), default_value = "partial")]
    mode: String,
}

/// How many rows with findings are told; the rest is counted.
const TOLD: usize = 200;

impl Import {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode, Failure> {
        let config = settings.load(&[])?;
        start_logging(&config)?;
        let (resource, terms) = self.terms()?;
        let unreadable = |error| Failure::Other(format!("{}: {error}", self.file.display()));
        let bytes = std::fs::read(&self.file).map_err(unreadable)?;
        let taking = take(&config, resource, bytes, terms);
        let report = actix_web::rt::System::new().block_on(taking)?;
        print(&told(&report))?;
        Ok(if report.failed > 0 {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }

    fn terms(&self) -> Result<(Resource, ImportTerms), Failure> {
        let wrong = |what: &str| Failure::Other(format!("{what} cannot be read"));
        let source = self.source.as_deref().map(Source::parse).transpose();
        let source = source.map_err(|_| {
            Failure::Other(
                "--source has 1 to 32 lower-case letters, digits and hyphens, such as hr-portal"
                    .to_owned(),
            )
        })?;
        let terms = ImportTerms {
            dry_run: Some(Flag(self.dry_run)),
            mode: Some(ImportMode::parse(&self.mode).map_err(|_| wrong("--mode"))?),
            source,
        };
        let resource = Resource::parse(&self.resource).map_err(|_| wrong("--resource"))?;
        Ok((resource, terms))
    }
}

async fn take(
    config: &Config,
    resource: Resource,
    bytes: Vec<u8>,
    terms: ImportTerms,
) -> Result<ImportReport, Failure> {
    start::migrate(config)?;
    let db = start::open(config)?;
    // In a demo the programme stands still on its own day.
    let standing = match demo::holding(&db).await? {
        Holding::Demo => Date::parse(demo::TODAY).ok(),
        Holding::Nothing | Holding::Programme => None,
    };
    let clock = Clock::system(config.timezone, standing);
    let deps = start::deps(config, clock, Ids::default())?;
    let context = Context::system(&deps, "import");
    let bar = progress_bar();
    let report = exchange::import(&db, &context, resource, bytes, terms, |done, total| {
        bar.set_length(u64::try_from(total).unwrap_or_default());
        bar.set_position(u64::try_from(done).unwrap_or_default());
    });
    let report = report.await;
    bar.finish_and_clear();
    report.map_err(|error| Failure::Other(explained(&error)))
}

/// Draws on standard error, and only when that is a terminal.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style =
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} rows, {eta} to go");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Why nothing was taken in.
fn explained(error: &Error) -> String {
    match error {
        Error::Malformed(faults) => {
            let sentence = |fault: &xinmiao::error::ParameterError| {
                let figures = [fault.allowed.join(", ")];
                let text = MESSAGES.text(fault.code, Language::English, &figures);
                match fault.parameter.as_str() {
                    "body" => text,
                    parameter => format!("--{parameter}: {text}"),
                }
            };
            faults.iter().map(sentence).collect::<Vec<_>>().join(" ")
        }
        Error::PayloadTooLarge => "the file has more than 100,000 rows; part it".to_owned(),
        error => format!("the file was not taken in: {error}"),
    }
}

/// The report as people read it.
fn told(report: &ImportReport) -> String {
    let mut text = String::new();
    let found = report.rows.iter().filter(|row| !row.errors.is_empty());
    for row in found.clone().take(TOLD) {
        for finding in &row.errors {
            let severity = format!("{:?}", finding.severity).to_lowercase();
            let line = format!(
                "row {}, {}: {severity} {}: {}\n",
                row.row, finding.column, finding.code, finding.detail
            );
            text.push_str(&line);
        }
    }
    let untold = found.count().saturating_sub(TOLD);
    let ImportReport {
        created,
        updated,
        unchanged,
        failed,
        warnings,
        ..
    } = report;
    // Writing to a String cannot fail.
    let _ = (untold > 0).then(|| writeln!(text, "… and {untold} more rows with findings"));
    if !report.ignored_columns.is_empty() {
        let columns = report.ignored_columns.join(", ");
        let _ = writeln!(text, "columns not read: {columns}");
    }
    let _ = writeln!(
        text,
        "{created} created, {updated} updated, {unchanged} unchanged, {failed} failed, {warnings} warnings"
    );
    if !report.applied {
        text.push_str("Nothing was written.\n");
    }
    text
}
