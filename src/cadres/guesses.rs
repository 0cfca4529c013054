//! The guess budget: how many identity numbers an account may submit that lead to no change.
//!
//! Whoever asks whether a number is somebody's learns it from any reply that depends on who holds it: a dry run, a refusal, a
//! reply that says nothing changed. Of the 18 characters an officer can work out the first 14 (region and birth) of anyone whose
//! record they see, and some 900 endings remain. So the numbers that led to no change are counted, each once however often it
//! is sent, over 30 days; a reply that would go beyond the budget is not given. What leads to a change is journaled, and counts
//! no more. The same roster may be sent every day: its numbers were counted before.

use std::collections::{HashMap, HashSet};

use super::guesses_store::{self as store, Counted};
use super::sealed_store;
use crate::access::Permission;
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::http::{Caller, Reply, State};
use crate::journal::{self, Change};
use crate::values::IdentityNumber;
use crate::vault::Vault;

/// How long a number is counted, in seconds.
const WINDOW: i64 = 30 * 24 * 3600;
/// Numbers of one prefix. Few people of one county are born on one day.
const MOST_OF_PREFIX: usize = 5;
/// All numbers of an account that may not reveal them anyway.
const MOST: usize = 2_500;
/// Numbers of people out of reach, in a day.
const MOST_COLLISIONS: usize = 20;
/// That day, in seconds.
const COLLISION_WINDOW: i64 = 24 * 3600;
/// Characters of a number that tell region and day of birth.
const PREFIX: usize = 14;
/// How often it is journaled that an account goes beyond its budget, in seconds.
const JOURNALED_EVERY: i64 = 24 * 3600;

/// An identity number that an account submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    number: Vec<u8>,
    prefix: Vec<u8>,
    outcome: GuessOutcome,
}

/// What submitting a number came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuessOutcome {
    /// A change, which the journal tells of.
    Changed,
    /// No change.
    Unchanged,
    /// No change, because somebody out of the caller's reach has the number.
    Collided,
}

impl Guess {
    /// A number and what it came to.
    pub fn new(vault: &Vault, number: &IdentityNumber, outcome: GuessOutcome) -> Self {
        let number = number.as_str().to_uppercase();
        let tag = |text: &str| {
            vault
                .tag("guessed identity number", text.as_bytes())
                .to_vec()
        };
        Self {
            prefix: tag(number.get(..PREFIX).unwrap_or_default()),
            number: tag(&number),
            outcome,
        }
    }

    /// The same when it led to no change after all.
    #[must_use]
    pub fn without_effect(self) -> Self {
        let outcome = match self.outcome {
            GuessOutcome::Changed => GuessOutcome::Unchanged,
            other => other,
        };
        Self { outcome, ..self }
    }

    /// Whether somebody out of the caller's reach has the number.
    pub fn has_collided(&self) -> bool {
        self.outcome == GuessOutcome::Collided
    }

    fn counted(&self, account_id: Id, now: UtcTimestamp) -> Counted {
        Counted {
            account_id,
            number: self.number.clone(),
            prefix: self.prefix.clone(),
            submitted_at: now,
            collided: self.has_collided(),
        }
    }

    fn has_changed(&self) -> bool {
        self.outcome == GuessOutcome::Changed
    }
}

/// Counts numbers against the caller's budget; the reply that depends on them must be given only when this succeeds.
///
/// # Errors
/// `GuessBudget` beyond the budget: then nothing of the transaction may be told or stay.
pub fn charge(tx: &mut DbConn, context: &Context, guesses: &[Guess]) -> Result<()> {
    let Some(account_id) = context.actor.id().filter(|_| !guesses.is_empty()) else {
        return Ok(());
    };
    let counts = guesses.iter().any(|guess| !guess.has_changed());
    if counts {
        store::lock(tx, account_id)?;
    }
    let since = context.now.plus_seconds(-WINDOW);
    let prefixes: HashSet<&Vec<u8>> = guesses.iter().map(|guess| &guess.prefix).collect();
    let held = store::of_prefixes(tx, account_id, &prefixes, since)?;
    let mut budget = Budget::new(&held, context.now);
    let new: Vec<&Guess> = guesses
        .iter()
        .filter(|guess| budget.is_new(guess))
        .collect();
    for guess in &new {
        budget.take(guess)?;
    }
    let added: Vec<Counted> = budget.added(account_id, context.now);
    let collided = added.iter().filter(|row| row.collided).count();
    if collided > 0 {
        let since = context.now.plus_seconds(-COLLISION_WINDOW);
        let (held, oldest) = store::total(tx, account_id, since, true)?;
        if held + collided > MOST_COLLISIONS {
            return Err(Error::GuessBudget(wait(
                oldest,
                COLLISION_WINDOW,
                context.now,
            )));
        }
    }
    if !added.is_empty() && !context.actor.may(Permission::CadresReveal) {
        let (total, oldest) = store::total(tx, account_id, since, false)?;
        if total + added.len() > MOST {
            return Err(Error::GuessBudget(wait(oldest, WINDOW, context.now)));
        }
    }
    store::insert(tx, account_id, &added, since)?;
    let settled: Vec<&Vec<u8>> = guesses
        .iter()
        .filter(|guess| guess.has_changed() && !budget.is_new(guess))
        .map(|guess| &guess.number)
        .collect();
    store::forget(tx, account_id, &settled)
}

/// Counts the number of a record that is deleted, budget or not: made and deleted, it led to no change.
///
/// # Errors
/// When the database refuses, or the number cannot be read.
pub fn count_deleted(
    tx: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    encrypted: &[u8],
) -> Result<()> {
    let Some(account_id) = context.actor.id() else {
        return Ok(());
    };
    let vault = &context.deps.vault;
    let number = vault.open_text(sealed_store::identity_number(&cadre_id), encrypted)?;
    let Ok(number) = IdentityNumber::parse(&number) else {
        return Ok(());
    };
    let guess = Guess::new(vault, &number, GuessOutcome::Unchanged);
    let since = context.now.plus_seconds(-WINDOW);
    store::insert(
        tx,
        account_id,
        &[guess.counted(account_id, context.now)],
        since,
    )
}

/// What an account has used of its budget, by prefix.
struct Budget<'a> {
    numbers: HashSet<&'a Vec<u8>>,
    /// How many, and the first of them.
    prefixes: HashMap<&'a Vec<u8>, (usize, UtcTimestamp)>,
    added: Vec<&'a Guess>,
    now: UtcTimestamp,
}

impl<'a> Budget<'a> {
    fn new(held: &'a [Counted], now: UtcTimestamp) -> Self {
        let mut prefixes = HashMap::new();
        for row in held {
            let (count, first) = prefixes.entry(&row.prefix).or_insert((0, row.submitted_at));
            *count += 1;
            *first = (*first).min(row.submitted_at);
        }
        Self {
            numbers: held.iter().map(|row| &row.number).collect(),
            prefixes,
            added: Vec::new(),
            now,
        }
    }

    fn is_new(&self, guess: &Guess) -> bool {
        !self.numbers.contains(&guess.number)
    }

    /// Takes a new number; one that led to a change is refused where the prefix is used up, and costs nothing.
    fn take(&mut self, guess: &'a Guess) -> Result<()> {
        if self.numbers.contains(&guess.number) {
            return Ok(());
        }
        let now = self.now;
        let (count, first) = self.prefixes.entry(&guess.prefix).or_insert((0, now));
        if *count >= MOST_OF_PREFIX {
            return Err(Error::GuessBudget(wait(Some(*first), WINDOW, now)));
        }
        if !guess.has_changed() {
            self.numbers.insert(&guess.number);
            *count += 1;
            self.added.push(guess);
        }
        Ok(())
    }

    fn added(&self, account_id: Id, now: UtcTimestamp) -> Vec<Counted> {
        let row = |guess: &&Guess| guess.counted(account_id, now);
        self.added.iter().map(row).collect()
    }
}

/// Seconds until the first of those counted is counted no more.
fn wait(first: Option<UtcTimestamp>, window: i64, now: UtcTimestamp) -> u64 {
    let until = first.unwrap_or(now).plus_seconds(window);
    u64::try_from(until.seconds() - now.seconds()).map_or(1, |seconds| seconds.max(1))
}

/// The same result, after it was noted where the caller went beyond the budget.
///
/// # Errors
/// Those of the result.
pub async fn told<T>(state: &State, caller: &Caller, result: Result<T>) -> Result<T> {
    if let Err(Error::GuessBudget(_)) = &result {
        let account = caller.actor.id().map(|id| id.to_string());
        tracing::warn!(request_id = %caller.request_id, network = %caller.network, account, "guess budget exceeded");
        let note = |tx: &mut DbConn, context: &Context| {
            note_exceeded(tx, context).map(|()| Reply::no_content())
        };
        state.write(caller, note).await?;
    }
    result
}

/// Journals that the caller went beyond the budget, once a day.
///
/// # Errors
/// When the database refuses.
fn note_exceeded(tx: &mut DbConn, context: &Context) -> Result<()> {
    let Some(account_id) = context.actor.id() else {
        return Ok(());
    };
    let since = context.now.plus_seconds(-JOURNALED_EVERY);
    if !store::note_exceeded(tx, account_id, context.now, since)? {
        return Ok(());
    }
    let change = Change {
        changed_fields: &["identityNumber"],
        ..Change::new("cadre.guess-budget-exceeded", "account", account_id, 0)
    };
    journal::record(tx, context, &change)
}
