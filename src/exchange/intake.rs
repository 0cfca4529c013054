//! The way of every file: bytes become rows, all rows are decided upon, and then written.
//!
//! A dry run writes nothing. `mode=atomic` writes in one transaction;
//! `mode=partial` in several, so that other writers are not kept waiting by a long file.

use std::sync::Arc;

use super::report::{DecidedRow, ImportReport, RowStatus};
use super::request::ImportTerms;
use crate::cadres::guesses::{self, Guess};
use crate::context::Context;
use crate::db::{Db, DbConn, statistics};
use crate::error::{Error, ParameterError, Result};
use crate::external_ids::Source;
use crate::http::Language;
use crate::tabular::{Charset, Columns, Sheet, TabularFault};

/// Most rows of a file.
pub const MAX_ROWS: usize = 100_000;
/// How often rows are decided upon anew when another writer changed what the decision rests on.
pub const ATTEMPTS: usize = 3;

/// What may be done with what rows come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing is written.
    Look,
    /// The rows without errors are written.
    WriteGood,
    /// All rows are written if none has an error.
    WriteAll,
}

impl Effect {
    /// Whether to write what rows came to.
    pub fn writes(self, mut statuses: impl Iterator<Item = RowStatus>) -> bool {
        match self {
            Self::Look => false,
            Self::WriteGood => true,
            Self::WriteAll => statuses.all(|status| status != RowStatus::Failed),
        }
    }
}

/// A kind of records that files bring in.
pub trait Intake: Sized + Send + Sync + 'static {
    /// A row as typed cells with their findings.
    type Row: Send + Sync + 'static;

    /// What rows must know of those before them in the file.
    type Memory: Memory;

    /// Reads a file's rows, in the order in which they are to be written.
    ///
    /// # Errors
    /// When the database refuses.
    fn read(
        conn: &mut DbConn,
        context: &Context,
        sheet: &Sheet,
        source: Option<Source>,
    ) -> Result<(Self, Vec<Self::Row>)>;

    /// The file's columns.
    fn columns(&self) -> &Columns;

    /// Decides what rows come to, and then writes as far as `effect` lets it. `before` is what the rows before these left to know; what
    /// these leave is given back.
    ///
    /// # Errors
    /// When the database refuses, or when another writer came in between.
    fn decide(
        &self,
        tx: &mut DbConn,
        context: &Context,
        rows: &[Self::Row],
        effect: Effect,
        before: &Self::Memory,
    ) -> Result<(Vec<DecidedRow>, Self::Memory)>;
}

/// What a part of a file leaves for the parts after it to know.
pub trait Memory: Default + Send + Sync + 'static {
    /// Adds what a later part left.
    fn extend(&mut self, later: Self);
}

/// A file that was read.
pub struct Opened<I: Intake> {
    pub(super) intake: I,
    pub(super) rows: Vec<I::Row>,
    pub(super) language: Language,
}

impl<I: Intake> Opened<I> {
    /// Reads a file in the encoding that its sender declares, or that its bytes tell.
    ///
    /// # Errors
    /// `Malformed` for what is no table of this kind, `PayloadTooLarge` with too many rows.
    pub fn open(
        conn: &mut DbConn,
        context: &Context,
        (bytes, charset): (&[u8], Option<Charset>),
        terms: &ImportTerms,
        language: Language,
    ) -> Result<Self> {
        let sheet = Sheet::read_as(bytes, charset, MAX_ROWS).map_err(unreadable)?;
        let source = match (&terms.source, &context.actor.client_source) {
            (Some(source), _) => Some(source.clone()),
            (None, Some(source)) => Source::parse(source).ok(),
            (None, None) => None,
        };
        let (intake, rows) = I::read(conn, context, &sheet, source.clone())?;
        let columns = intake.columns();
        if columns.is_empty() {
            return Err(unreadable(TabularFault::Empty));
        }
        if columns.get("externalId").is_some() {
            let source = source.as_ref();
            let source = source.ok_or_else(|| Error::parameter("source", "required", &[]))?;
            if !context.id_writer().barred(conn, &[source])?.is_empty() {
                return Err(Error::parameter("source", "source-owned", &[]));
            }
        }
        Ok(Self {
            intake,
            rows,
            language,
        })
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Decides upon all rows, and writes as far as `effect` lets it.
    ///
    /// # Errors
    /// As [`Intake::decide`].
    pub fn take(&self, tx: &mut DbConn, context: &Context, effect: Effect) -> Result<Taken> {
        let before = I::Memory::default();
        let (decided, _) = self
            .intake
            .decide(tx, context, &self.rows, effect, &before)?;
        let applied = effect.writes(decided.iter().map(|row| row.status));
        let mut taken = self.nothing_yet();
        taken.add(decided, self.language);
        Ok(taken.end(applied))
    }

    /// The same, and counts the identity numbers that led to no change.
    ///
    /// # Errors
    /// As [`Opened::take`]; `GuessBudget` where too many did.
    pub fn take_counted(
        &self,
        tx: &mut DbConn,
        context: &Context,
        effect: Effect,
    ) -> Result<Taken> {
        let taken = self.take(tx, context, effect)?;
        guesses::charge(tx, context, &taken.guesses)?;
        Ok(taken)
    }

    /// What is taken before the first row.
    pub fn nothing_yet(&self) -> Taken {
        let columns = self.intake.columns();
        let ignored = columns.unknown.iter().chain(&columns.repeated);
        Taken {
            report: ImportReport::new(ignored.cloned().collect()),
            guesses: Vec::new(),
        }
    }
}

/// What was taken of a file.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The report.
    pub report: ImportReport,
    /// The identity numbers that rows tried.
    pub guesses: Vec<Guess>,
}

impl Taken {
    /// Adds what rows came to.
    pub fn add(&mut self, rows: Vec<DecidedRow>, language: Language) {
        let guesses = rows.iter().filter_map(|row| row.guess.clone());
        self.guesses.extend(guesses);
        self.report.add(rows, language);
    }

    /// The end: whether anything was written.
    pub fn end(self, applied: bool) -> Self {
        let report = self.report.in_order();
        if applied {
            let report = ImportReport { applied, ..report };
            return Self { report, ..self };
        }
        Self {
            report: report.unapplied(),
            guesses: self
                .guesses
                .into_iter()
                .map(Guess::without_effect)
                .collect(),
        }
    }
}

/// Takes a whole file in, inside a transaction of the caller's; it must have no errors.
///
/// # Errors
/// As opening and settling an intake; `Internal` when a row has an error.
pub fn take_flawless<I: Intake>(
    tx: &mut DbConn,
    context: &Context,
    bytes: &[u8],
    source: &Source,
) -> Result<()> {
    let terms = ImportTerms {
        source: Some(source.clone()),
        ..ImportTerms::default()
    };
    let file = Opened::<I>::open(tx, context, (bytes, None), &terms, Language::English)?;
    let taken = file.take(tx, context, Effect::WriteAll)?;
    if taken.report.applied {
        Ok(())
    } else {
        Err(Error::internal(
            "a file that should have no errors has some",
        ))
    }
}

/// Takes a file in with one transaction.
///
/// # Errors
/// As [`Intake::decide`].
pub async fn take_at_once<I: Intake>(
    db: &Db,
    context: &Context,
    file: Arc<Opened<I>>,
    effect: Effect,
) -> Result<Taken> {
    let mut attempt = 1;
    loop {
        let (taking, asking) = (Arc::clone(&file), context.clone());
        let taken = db
            .write_alone(move |tx| taking.take_counted(tx, &asking, effect))
            .await;
        if attempt == ATTEMPTS || !is_overtaken(&taken) {
            if taken.is_ok() {
                learn(db, file.count()).await;
            }
            return taken;
        }
        attempt += 1;
    }
}

/// Rows of a file after which the database should know its tables anew.
const MANY: usize = 200;

/// Lets the database learn how its rows are distributed now that a file of so many was taken in. Nothing depends on it but speed.
pub async fn learn(db: &Db, rows: usize) {
    if rows < MANY {
        return;
    }
    if let Err(error) = db.write(statistics::gather).await {
        tracing::warn!(error = %error, "statistics could not be gathered");
    }
}

/// Whether another writer changed what a decision rests on; a new decision will see it.
pub fn is_overtaken<T>(result: &Result<T>) -> bool {
    matches!(
        result,
        Err(Error::Duplicate(..) | Error::StaleVersion(_) | Error::InUse)
    )
}

/// A file that is no table is answered like a body that is no JSON.
fn unreadable(fault: TabularFault) -> Error {
    let (code, figures) = match fault {
        TabularFault::TooManyRows { .. } => return Error::PayloadTooLarge,
        TabularFault::Encoding { line } => ("csv-encoding", vec![line.to_string()]),
        TabularFault::Quote { line } => ("csv-quote", vec![line.to_string()]),
        TabularFault::Empty => ("csv-headings", Vec::new()),
        TabularFault::Cells { line, .. } => ("csv-cells", vec![line.to_string()]),
    };
    Error::Malformed(vec![ParameterError {
        parameter: "body".to_owned(),
        code,
        allowed: figures,
    }])
}
