//! Use cases of sessions.

use super::model::SessionResponse;
use super::rules::{self, FREE_FAILURES};
use super::store::SessionSort;
use super::tokens::{Opened, SessionIssuer, on_behalf, open, record};
use super::{networks_store, store};
use crate::access::Account;
use crate::accounts::revocations;
use crate::accounts::users::{self, User};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Fault, Result};
use crate::listing::{List, Page};
use crate::network::Network;
use crate::passwords::{Password, Verdict, check_choice};
use crate::throttling::Attempts;

/// How an attempt ended. Every outcome is committed: what failed counts.
pub enum SignInOutcome {
    /// A session.
    Opened(Box<Opened>),
    /// Not the right words, or not an account that may sign in.
    Refused,
    /// The password was changed since it was looked up; this is the hash to compare with.
    Changed(Option<String>),
    /// The account waits.
    Waiting(Error),
    /// What was asked for, and no session.
    Done,
}

/// What is known under a username before the password is compared.
pub struct Known {
    /// The hash; none for accounts that are not activated and names nobody has.
    pub password_hash: Option<String>,
    /// Failures so far from networks the account does not know.
    pub attempts: Attempts,
    /// Whether the account has signed in from the network before.
    pub is_known_network: bool,
}

/// An attempt to sign in whose password was compared.
#[derive(Clone)]
pub struct Compared {
    /// The name.
    pub username: String,
    /// The hash it was compared with.
    pub hash: Option<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// Whether the account has signed in from the network before: then what fails counts there alone.
    pub is_known_network: bool,
}

/// Looks a username up; takes as long for one that nobody has.
///
/// # Errors
/// When the database refuses.
pub fn look_up(
    conn: &mut DbConn,
    context: &Context,
    username: &str,
    network: Network,
) -> Result<Known> {
    let vault = &context.deps.vault;
    let user = users::store::find_by_username(conn, username)?;
    let unknown = store::attempts_of_unknown(conn, vault, username)?;
    let tag = rules::network_tag(vault, network);
    Ok(Known {
        is_known_network: networks_store::is_known(conn, username, &tag, context.now)?,
        attempts: user.as_ref().map_or(unknown, attempts_of),
        password_hash: user.and_then(|user| user.password_hash),
    })
}

/// Ends an attempt to sign in.
///
/// # Errors
/// When the database refuses.
pub fn sign_in(
    tx: &mut DbConn,
    context: &Context,
    issuer: &SessionIssuer,
    compared: &Compared,
) -> Result<SignInOutcome> {
    let Compared {
        username,
        hash,
        verdict,
        is_known_network,
    } = compared;
    let Some(mut user) = users::store::lock_by_username(tx, username)? else {
        return refuse_unknown(tx, context, username);
    };
    // Of attempts made at once only those are heard that come before the account has to wait.
    if !is_known_network && let Err(wait) = attempts_of(&user).check(context.now) {
        return Ok(SignInOutcome::Waiting(wait));
    }
    if user.password_hash != *hash {
        return Ok(SignInOutcome::Changed(user.password_hash));
    }
    if !verdict.right || user.disabled {
        tracing::info!(request_id = %context.request_id, account = %user.id, "wrong password or closed account");
        if !is_known_network {
            note_failure(tx, context, &mut user)?;
        }
        return Ok(SignInOutcome::Refused);
    }
    if let Some(renewed) = &verdict.renewed {
        user.password_hash = Some(renewed.clone());
    }
    note_success(tx, &mut user, verdict.renewed.is_some())?;
    let context = on_behalf(context, user.id);
    open(tx, &context, issuer, &user).map(|opened| SignInOutcome::Opened(Box::new(opened)))
}

/// Counts an attempt under a name that nobody has.
fn refuse_unknown(tx: &mut DbConn, context: &Context, username: &str) -> Result<SignInOutcome> {
    let vault = &context.deps.vault;
    let attempts = store::lock_attempts_of_unknown(tx, vault, username)?;
    if let Err(wait) = attempts.check(context.now) {
        return Ok(SignInOutcome::Waiting(wait));
    }
    let attempts = attempts.after_failure(FREE_FAILURES, context.now);
    store::keep_attempts_of_unknown(tx, vault, username, attempts)?;
    Ok(SignInOutcome::Refused)
}

/// Changes the caller's own password after it was compared with `compared`; their other sessions end. Without a new hash the
/// present password was wrong, and that counts.
///
/// # Errors
/// `NotFound` for a caller without an account.
pub fn change_password(
    tx: &mut DbConn,
    context: &Context,
    current_session: Option<Id>,
    compared: Option<&str>,
    new_hash: Option<&str>,
) -> Result<SignInOutcome> {
    let mut user = own(tx, context)?;
    if let Err(wait) = attempts_of(&user).check(context.now) {
        return Ok(SignInOutcome::Waiting(wait));
    }
    if user.password_hash.as_deref() != compared {
        return Ok(SignInOutcome::Changed(user.password_hash));
    }
    let Some(new_hash) = new_hash else {
        note_failure(tx, context, &mut user)?;
        return Ok(SignInOutcome::Refused);
    };
    user.password_hash = Some(new_hash.to_owned());
    note_success(tx, &mut user, true)?;
    end_all(tx, context, user.id, current_session)?;
    record(
        tx,
        context,
        "user.password-changed",
        "user",
        user.id,
        user.version,
    )?;
    Ok(SignInOutcome::Done)
}

/// The caller's own account.
///
/// # Errors
/// `NotFound` for a caller without one.
pub fn own(tx: &mut DbConn, context: &Context) -> Result<User> {
    let Account::User(id) = context.actor.account else {
        return Err(Error::NotFound);
    };
    users::store::lock(tx, id)?.ok_or(Error::NotFound)
}

/// A page of the caller's sessions.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    context: &Context,
    current: Option<Id>,
    list: &List<SessionSort>,
) -> Result<Page<SessionResponse>> {
    let user_id = context.actor.id().ok_or(Error::NotFound)?;
    let rows = store::page(conn, user_id, context.now, list)?;
    let total = || store::total(conn, user_id, context.now);
    list.page(rows, total, |row| {
        Ok(SessionResponse::from_row(row, current))
    })
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// `NotFound` for a session of someone else, or one that has ended.
pub fn end_own(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let session = store::lock(tx, id)?.ok_or(Error::NotFound)?;
    let is_own = context.actor.id() == Some(session.user_id);
    if !is_own || session.ended_at.is_some() {
        return Err(Error::NotFound);
    }
    end(tx, context, id, "session.ended")
}

/// Ends every session of a user but one.
///
/// # Errors
/// When the database refuses.
pub fn end_all(tx: &mut DbConn, context: &Context, user_id: Id, except: Option<Id>) -> Result<()> {
    for id in store::open_of(tx, user_id, except)? {
        end(tx, context, id, "session.ended")?;
    }
    Ok(())
}

/// Ends every session of a user, and the trust in the networks they signed in from.
///
/// # Errors
/// When the database refuses.
pub fn start_over(tx: &mut DbConn, context: &Context, user_id: Id) -> Result<()> {
    networks_store::forget(tx, user_id)?;
    end_all(tx, context, user_id, None)
}

/// Removes every trace of a user's sessions.
///
/// # Errors
/// When the database refuses.
pub fn forget_all(tx: &mut DbConn, user_id: Id) -> Result<()> {
    networks_store::forget(tx, user_id)?;
    store::forget(tx, user_id, UtcTimestamp(i64::MAX))
}

/// Ends a session with its access tokens.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &mut DbConn, context: &Context, id: Id, action: &'static str) -> Result<()> {
    if store::end(tx, id, context.now)? {
        revocations::end_tokens(tx, context, &[id])?;
        record(tx, context, action, "session", id, 2)?;
    }
    Ok(())
}

fn attempts_of(user: &User) -> Attempts {
    Attempts {
        failed: user.failed_logins,
        wait_until: user.locked_until,
    }
}

fn note_failure(tx: &mut DbConn, context: &Context, user: &mut User) -> Result<()> {
    let attempts = attempts_of(user).after_failure(FREE_FAILURES, context.now);
    user.failed_logins = attempts.failed;
    user.locked_until = attempts.wait_until;
    users::store::set_credentials(tx, user)
}

pub(super) fn note_success(tx: &mut DbConn, user: &mut User, changed: bool) -> Result<()> {
    if !changed && user.failed_logins == 0 {
        return Ok(());
    }
    user.failed_logins = 0;
    user.locked_until = None;
    users::store::set_credentials(tx, user)
}

pub(super) fn invalid(pointer: &str, fault: Fault) -> Error {
    Error::Invalid(crate::error::FieldErrors::one(pointer, fault))
}

/// Whether the caller may choose this password; with their username and the present hash.
///
/// # Errors
/// `Invalid` at `/newPassword`; `NotFound` for a caller without an account.
pub fn check_new_password(
    conn: &mut DbConn,
    context: &Context,
    password: &Password,
) -> Result<(String, Option<String>)> {
    let id = context.actor.id().ok_or(Error::NotFound)?;
    let user = users::store::find(conn, id)?.ok_or(Error::NotFound)?;
    attempts_of(&user).check(context.now)?;
    check_choice(password, &users::names(&user)).map_err(|fault| invalid("/newPassword", fault))?;
    Ok((user.username, user.password_hash))
}
