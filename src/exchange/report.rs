//! What an import came to, row by row.

use serde::Serialize;
use utoipa::ToSchema;

use super::cells::{CellFinding, Severity};
use crate::cadres::guesses::Guess;
use crate::db::Id;
use crate::http::{Language, MESSAGES};
use crate::values::text_enum;

text_enum! {
    /// What a row came to.
    pub enum RowStatus {
        /// A new record.
        Created = "CREATED",
        /// A changed record.
        Updated = "UPDATED",
        /// A record that says the same already.
        Unchanged = "UNCHANGED",
        /// Nothing, because of its errors.
        Failed = "FAILED",
    }
}

/// What a row came to, before it is put into words.
#[derive(Debug, Clone)]
pub struct DecidedRow {
    /// The row's number among the data rows, from 1.
    pub number: usize,
    /// What it came to.
    pub status: RowStatus,
    /// The record, where there is one.
    pub id: Option<Id>,
    /// What was found.
    pub findings: Vec<CellFinding>,
    /// The identity number it tried, where that was not known to be the person's.
    pub guess: Option<Guess>,
}

impl DecidedRow {
    /// What a caller who may not reveal personal values is told of a row that has some: not whether they are those on file.
    pub fn veil(&mut self) {
        if self.status == RowStatus::Unchanged {
            self.status = RowStatus::Updated;
        }
    }
}

/// What an import came to.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Rows that made a record.
    #[schema(minimum = 0, maximum = 100_000)]
    pub created: u32,
    /// Rows that changed a record.
    #[schema(minimum = 0, maximum = 100_000)]
    pub updated: u32,
    /// Rows that said nothing new.
    #[schema(minimum = 0, maximum = 100_000)]
    pub unchanged: u32,
    /// Rows with errors; nothing was written of them.
    #[schema(minimum = 0, maximum = 100_000)]
    pub failed: u32,
    /// Findings that are no errors.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub warnings: u32,
    /// Findings that are errors.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub errors: u32,
    /// Whether there are more findings than `rows` tells: it tells a thousand. Mend those and send the file again.
    pub truncated: bool,
    /// Whether the rows without errors were written: not by a dry run, nor with `mode=atomic` when any row failed.
    pub applied: bool,
    /// Headings that name no member, or one that another column names already; their columns were not read.
    #[schema(max_items = 1000)]
    pub ignored_columns: Vec<String>,
    /// The rows; unchanged ones without findings are left out.
    #[schema(max_items = 100_000)]
    pub rows: Vec<ImportRow>,
    /// Findings told so far.
    #[serde(skip)]
    pub(super) told: usize,
}

/// What one row came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportRow {
    /// The row's number among those below the headings, from 1, as a spreadsheet program counts them: empty rows and rows of
    /// commas alone count too.
    #[schema(minimum = 1, maximum = 10_485_760)]
    pub row: u32,
    /// What it came to; when nothing was applied, what it would have come to.
    pub status: RowStatus,
    /// The record, where there is one.
    pub id: Option<Id>,
    /// What was found, as far as the report tells it.
    #[schema(max_items = 100)]
    pub errors: Vec<ImportFinding>,
}

/// Findings of a report that are told.
const MOST_TOLD: usize = 1000;

/// What was found in a cell.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportFinding {
    /// The column's heading without blanks.
    #[schema(max_length = 1000)]
    pub column: String,
    /// What is wrong. More codes will come.
    #[schema(max_length = 64, example = "identity-number-checksum")]
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The same in words.
    #[schema(max_length = 1000)]
    pub detail: String,
}

impl ImportReport {
    /// A report on a file some of whose columns are not read.
    pub fn new(ignored_columns: Vec<String>) -> Self {
        Self {
            ignored_columns,
            ..Self::default()
        }
    }

    /// Adds what rows came to.
    pub fn add(&mut self, rows: Vec<DecidedRow>, language: Language) {
        for row in rows {
            let count = match row.status {
                RowStatus::Created => &mut self.created,
                RowStatus::Updated => &mut self.updated,
                RowStatus::Unchanged => &mut self.unchanged,
                RowStatus::Failed => &mut self.failed,
            };
            *count += 1;
            let found = row.findings.len();
            let errors = row.findings.iter().filter(|finding| finding.is_error());
            let errors = errors.count();
            self.errors += u32::try_from(errors).unwrap_or(u32::MAX);
            self.warnings += u32::try_from(found - errors).unwrap_or(u32::MAX);
            if row.status != RowStatus::Unchanged || !row.findings.is_empty() {
                let room = MOST_TOLD - self.told;
                self.truncated |= found > room;
                self.told += found.min(room);
                self.rows.push(ImportRow::new(row, room, language));
            }
        }
    }

    /// The report of a run that wrote nothing: there are no records yet that new rows could name.
    #[must_use]
    pub fn unapplied(mut self) -> Self {
        self.applied = false;
        for row in &mut self.rows {
            if row.status == RowStatus::Created {
                row.id = None;
            }
        }
        self
    }

    /// The report with its rows in the order of the file.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.rows.sort_by_key(|row| row.row);
        self
    }
}

impl ImportRow {
    fn new(row: DecidedRow, room: usize, language: Language) -> Self {
        let finding = |finding: CellFinding| ImportFinding {
            code: finding.fault.code,
            severity: finding.severity,
            detail: MESSAGES.text(finding.fault.code, language, &finding.fault.arguments),
            column: finding.column.as_ref().to_owned(),
        };
        Self {
            row: u32::try_from(row.number).unwrap_or(u32::MAX),
            status: row.status,
            id: row.id,
            errors: row.findings.into_iter().take(room).map(finding).collect(),
        }
    }
}
