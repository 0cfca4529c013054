//! Files part by part, so that others come in between: dry runs off the writer, partial imports in short transactions.

use std::sync::{Arc, PoisonError, RwLock};

use super::intake::{ATTEMPTS, Effect, Intake, Memory, Opened, Taken, is_overtaken, learn};
use super::report::DecidedRow;
use crate::cadres::guesses::{self, Guess};
use crate::context::Context;
use crate::db::{Db, DbConn};
use crate::error::Result;

/// Rows decided upon in one snapshot, or written in one transaction.
pub const ROWS_PER_PART: usize = 500;

/// What a file would come to; changes nothing.
///
/// # Errors
/// As [`Intake::decide`].
pub async fn dry_run<I: Intake>(db: &Db, context: &Context, file: Arc<Opened<I>>) -> Result<Taken> {
    let mut parts = Parts::new(file);
    while let Some(part) = parts.next() {
        let context = context.clone();
        let looked = db
            .read(move |conn| part.decide(conn, &context, Effect::Look))
            .await?;
        parts.add(looked);
    }
    Ok(parts.taken.end(false))
}

/// Takes the good rows of a file in, part by part; `progress` hears how many rows are done.
///
/// # Errors
/// As [`Intake::decide`]; parts that were written stay.
pub async fn take_in_parts<I: Intake>(
    db: &Db,
    context: &Context,
    file: Arc<Opened<I>>,
    mut progress: impl FnMut(usize),
) -> Result<Taken> {
    let mut parts = Parts::new(file);
    while let Some(part) = parts.next() {
        let decided = take_part(db, context, part).await?;
        parts.add(decided);
        progress(parts.done);
    }
    learn(db, parts.done).await;
    Ok(parts.taken.end(true))
}

/// A file that is taken part by part, so that others come in between.
struct Parts<I: Intake> {
    file: Arc<Opened<I>>,
    before: Arc<RwLock<I::Memory>>,
    done: usize,
    taken: Taken,
}

/// One part, with what the parts before it left to know.
struct Part<I: Intake> {
    file: Arc<Opened<I>>,
    before: Arc<RwLock<I::Memory>>,
    rows: std::ops::Range<usize>,
}

impl<I: Intake> Clone for Part<I> {
    fn clone(&self) -> Self {
        Self {
            file: Arc::clone(&self.file),
            before: Arc::clone(&self.before),
            rows: self.rows.clone(),
        }
    }
}

impl<I: Intake> Part<I> {
    fn decide(
        &self,
        conn: &mut DbConn,
        context: &Context,
        effect: Effect,
    ) -> Result<(Vec<DecidedRow>, I::Memory)> {
        let rows = self.file.rows.get(self.rows.clone()).unwrap_or_default();
        let intake = &self.file.intake;
        let before = self.before.read().unwrap_or_else(PoisonError::into_inner);
        intake.decide(conn, context, rows, effect, &before)
    }
}

impl<I: Intake> Parts<I> {
    fn new(file: Arc<Opened<I>>) -> Self {
        Self {
            taken: file.nothing_yet(),
            before: Arc::default(),
            done: 0,
            file,
        }
    }

    fn next(&self) -> Option<Part<I>> {
        let end = (self.done + ROWS_PER_PART).min(self.file.count());
        (self.done < end).then(|| Part {
            file: Arc::clone(&self.file),
            before: Arc::clone(&self.before),
            rows: self.done..end,
        })
    }

    /// Adds what the part came to that [`Parts::next`] gave last.
    fn add(&mut self, (rows, left): (Vec<DecidedRow>, I::Memory)) {
        self.done += rows.len();
        self.taken.add(rows, self.file.language);
        let before = self.before.write();
        before.unwrap_or_else(PoisonError::into_inner).extend(left);
    }
}

async fn take_part<I: Intake>(
    db: &Db,
    context: &Context,
    part: Part<I>,
) -> Result<(Vec<DecidedRow>, I::Memory)> {
    let mut attempt = 1;
    loop {
        let (part, context) = (part.clone(), context.clone());
        let decided = db
            .write(move |tx| {
                let (rows, left) = part.decide(tx, &context, Effect::WriteGood)?;
                let guesses: Vec<Guess> = rows.iter().filter_map(|row| row.guess.clone()).collect();
                guesses::charge(tx, &context, &guesses)?;
                Ok((rows, left))
            })
            .await;
        if attempt == ATTEMPTS || !is_overtaken(&decided) {
            return decided;
        }
        attempt += 1;
    }
}
