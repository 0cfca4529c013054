//! Opening an account with an activation code.
//!
//! Whoever hands the code over has seen it. So the person also shows something of their own: the phone number on file or,
//! where none is, the end of their identity number. Both are masked in what others see of them.

use super::model::ActivateUser;
use super::service::{SignInOutcome, invalid, note_success};
use super::tokens::{SessionIssuer, on_behalf, open, record};
use crate::accounts::users::{self, MAX_ACTIVATION_FAILURES, User};
use crate::cadres;
use crate::context::Context;
use crate::db::{DbConn, UtcTimestamp};
use crate::error::{Error, Fault, Result};
use crate::passwords::check_choice;
use crate::vault::{self, Vault};

/// What an attempt to activate came to. Every outcome is committed: what failed counts.
pub enum Checked {
    /// The code is good, the person is who they say, and the password may be chosen.
    Good,
    /// No such account or code; which of them is not told.
    Refused,
    /// The code is good, and the proof is not.
    Unproved(Error),
}

/// Whether an activation code may be used to choose this password. The hash is made between this and [`activate`].
///
/// # Errors
/// `Invalid` for a password that may not be chosen, or without the proof that is asked for.
pub fn check(
    tx: &mut DbConn,
    context: &Context,
    username: &str,
    input: &ActivateUser,
) -> Result<Checked> {
    let user = users::store::lock_by_username(tx, username)?;
    let Some(mut user) = user.filter(|user| may_activate(user, context.now, input.code.as_str()))
    else {
        return Ok(Checked::Refused);
    };
    check_choice(&input.password, &users::names(&user))
        .map_err(|fault| invalid("/password", fault))?;
    let fault = match Proof::new(tx, &context.deps.vault, &user)?.judge(input) {
        Judgement::Right => return Ok(Checked::Good),
        Judgement::Missing(pointer) => return Err(invalid(pointer, Fault::new("required"))),
        Judgement::Wrong(pointer) => invalid(pointer, Fault::new("not-on-file")),
    };
    user.activation_failures += 1;
    users::store::set_credentials(tx, &user)?;
    let context = on_behalf(context, user.id);
    let action = "user.activation-refused";
    record(tx, &context, action, "user", user.id, user.version)?;
    Ok(Checked::Unproved(fault))
}

/// Uses an activation code up: the password is set and a session begins.
///
/// # Errors
/// When the database refuses.
pub fn activate(
    tx: &mut DbConn,
    context: &Context,
    issuer: &SessionIssuer,
    username: &str,
    code: &str,
    password_hash: &str,
) -> Result<SignInOutcome> {
    let user = users::store::lock_by_username(tx, username)?;
    let Some(mut user) = user.filter(|user| may_activate(user, context.now, code)) else {
        return Ok(SignInOutcome::Refused);
    };
    user.password_hash = Some(password_hash.to_owned());
    user.activation_digest = None;
    user.activation_expires_at = None;
    user.activation_failures = 0;
    user.activated_at = user.activated_at.or(Some(context.now));
    note_success(tx, &mut user, true)?;
    let context = on_behalf(context, user.id);
    record(
        tx,
        &context,
        "user.activated",
        "user",
        user.id,
        user.version,
    )?;
    open(tx, &context, issuer, &user).map(|opened| SignInOutcome::Opened(Box::new(opened)))
}

fn may_activate(user: &User, now: UtcTimestamp, code: &str) -> bool {
    let typed = users::activation_digest(code);
    let kept = user.activation_digest.as_deref().unwrap_or_default();
    vault::equal(kept, &typed)
        && user.activation_expires_at.is_some_and(|until| now < until)
        && user.activation_failures < MAX_ACTIVATION_FAILURES
        && !user.disabled
}

/// What a person shows of their own.
enum Proof {
    /// One of the phone numbers on file.
    Phone(Vec<String>),
    /// The last four characters of the identity number on file.
    IdentityNumberLastFour(String),
    /// Nothing is on file.
    Nothing,
}

impl Proof {
    /// The phone number comes first: it has four digits that nobody is shown, the end of an identity number only two.
    fn new(conn: &mut DbConn, vault: &Vault, user: &User) -> Result<Self> {
        let phones = users::store::phones_on_file(conn, vault, user)?;
        if !phones.is_empty() {
            return Ok(Self::Phone(phones));
        }
        let Some(cadre) = user.cadre_id else {
            return Ok(Self::Nothing);
        };
        let number = cadres::store::present_identity(conn, cadre)?;
        let place = cadres::sealed_store::identity_number(&cadre);
        let number = number
            .map(|number| vault.open_text(place, &number))
            .transpose()?;
        let end = number.and_then(|number| number.get(14..).map(str::to_uppercase));
        Ok(end.map_or(Self::Nothing, Self::IdentityNumberLastFour))
    }

    fn judge(&self, input: &ActivateUser) -> Judgement {
        let (pointer, is_right) = match self {
            Self::Nothing => return Judgement::Right,
            Self::Phone(phones) => {
                let shown = input.phone.as_ref().map(|shown| shown.as_str());
                let is_one = |shown: &str| phones.iter().any(|phone| same(phone, shown));
                ("/phone", shown.map(is_one))
            }
            Self::IdentityNumberLastFour(end) => {
                let shown = input.identity_number_last_four.as_ref();
                let is_it = shown.map(|shown| same(end, &shown.as_str().to_uppercase()));
                ("/identityNumberLastFour", is_it)
            }
        };
        match is_right {
            Some(true) => Judgement::Right,
            Some(false) => Judgement::Wrong(pointer),
            None => Judgement::Missing(pointer),
        }
    }
}

/// What comes of the proof that was shown, with the place of what is missing or wrong.
enum Judgement {
    Right,
    Missing(&'static str),
    Wrong(&'static str),
}

fn same(kept: &str, shown: &str) -> bool {
    vault::equal(kept.as_bytes(), shown.as_bytes())
}
