//! How long sessions live, how refresh tokens look, and how long failures make an account wait.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::access::Role;
use crate::config::Config;
use crate::db::{Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::vault::{self, Vault};

/// Idle and absolute life of a session, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Until it ends unused.
    pub idle: i64,
    /// Until it ends in any case.
    pub absolute: i64,
}

/// The lives that settings give: to people who are only mentors or cadres, and to all others.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    members: Lifetime,
    others: Lifetime,
}

impl Lifetimes {
    /// From the settings.
    pub fn of(config: &Config) -> Self {
        let hours = |idle: i64, absolute: i64| Lifetime {
            idle: idle.saturating_mul(3600),
            absolute: absolute.saturating_mul(3600),
        };
        let raw = &config.raw;
        Self {
            members: hours(raw.member_idle_hours, raw.member_absolute_hours),
            others: hours(raw.idle_hours, raw.absolute_hours),
        }
    }

    /// For someone with these roles; with none left, the shorter one.
    pub fn for_roles(&self, roles: impl Iterator<Item = Role>) -> Lifetime {
        let mut roles = roles.peekable();
        let has_any = roles.peek().is_some();
        if has_any && roles.all(|role| matches!(role, Role::Mentor | Role::Cadre)) {
            self.members
        } else {
            self.others
        }
    }
}

const PREFIX: &str = "xmr_";
const PURPOSE: &str = "refresh token";
const SUCCESSOR: &str = "successor of a refresh token";
/// The session's id and 256 bits nobody can guess.
const CONTENT: usize = 16 + 32;

/// Seconds in which the answer to a refresh may be lost and asked for again: it is the same answer.
const GRACE: i64 = 10;

/// Whether a successor given out at `issued_at` is given again.
pub fn is_given_again(issued_at: UtcTimestamp, now: UtcTimestamp) -> bool {
    now < issued_at.plus_seconds(GRACE)
}

/// The first refresh token of a session.
pub fn new_refresh_token(vault: &Vault, session_id: Id) -> String {
    let mut secret = [0; 32];
    vault::random(&mut secret);
    refresh_token(vault, session_id, &secret)
}

/// The successor of a refresh token given out at a moment: the same each time, so that it need not be kept to be given again.
pub fn successor(vault: &Vault, session_id: Id, token: &str, issued_at: UtcTimestamp) -> String {
    let content = [token.as_bytes(), &issued_at.0.to_be_bytes()].concat();
    refresh_token(vault, session_id, &vault.derive(SUCCESSOR, &content))
}

/// A refresh token is authenticated, so that one that was used long ago is still known to be the session's though only the
/// last two are kept.
fn refresh_token(vault: &Vault, session_id: Id, secret: &[u8; 32]) -> String {
    let content = [session_id.0.as_bytes(), &secret[..]].concat();
    let tag = vault.tag(PURPOSE, &content);
    format!(
        "{PREFIX}{}",
        URL_SAFE_NO_PAD.encode([&content[..], &tag[..]].concat())
    )
}

/// The session a refresh token was made for; none for what we never made.
pub fn session_of_refresh_token(vault: &Vault, token: &str) -> Option<Id> {
    let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
    let (content, tag) = bytes.split_at_checked(CONTENT)?;
    if !vault::equal(tag, &vault.tag(PURPOSE, content)) {
        return None;
    }
    uuid::Uuid::from_slice(content.get(..16)?).ok().map(Id)
}

/// The digest under which a refresh token is kept.
pub fn digest(token: &str) -> Vec<u8> {
    vault::sha256(&[token.as_bytes()]).to_vec()
}

/// Failed attempts to sign in to one account since the last that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// How many.
    pub failed: i32,
    /// Before when no attempt is heard.
    pub wait_until: Option<UtcTimestamp>,
}

/// Failures without consequence.
const FREE_FAILURES: i32 = 5;
/// Longest wait, in seconds: an attacker cannot lock the owner out for longer.
const LONGEST_WAIT: i64 = 60;

impl Attempts {
    /// Lets an attempt be heard.
    ///
    /// # Errors
    /// `TooManyRequests` while the account waits.
    pub fn check(self, now: UtcTimestamp) -> Result<()> {
        let left = self.wait_until.map_or(0, |until| until.0 - now.0);
        match u64::try_from(left) {
            Ok(micros) if micros > 0 => Err(Error::TooManyRequests(micros.div_ceil(1_000_000))),
            _ => Ok(()),
        }
    }

    /// After one more failure: the fifth makes the account wait a second, each further one twice as long.
    #[must_use]
    pub fn after_failure(self, now: UtcTimestamp) -> Self {
        let failed = self.failed.saturating_add(1);
        let doublings = u32::try_from(failed - FREE_FAILURES).ok();
        let wait = doublings.map(|n| {
            let seconds = 1_i64.checked_shl(n).unwrap_or(LONGEST_WAIT);
            now.plus_seconds(if n >= 6 { LONGEST_WAIT } else { seconds })
        });
        Self {
            failed,
            wait_until: wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c23_waits_double_from_one_second_to_a_minute() {
        let now = UtcTimestamp(1_000_000);
        let mut attempts = Attempts::default();
        let mut waits = Vec::new();
        for _ in 0..80 {
            attempts = attempts.after_failure(now);
            let wait = attempts.wait_until.map_or(0, |until| until.seconds() - 1);
            waits.push(wait);
        }
        assert_eq!(waits[..13], [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert!(waits[12..].iter().all(|wait| *wait == 60));
        let half = UtcTimestamp(now.0 + 59_500_000);
        assert!(matches!(
            attempts.check(half),
            Err(Error::TooManyRequests(1))
        ));
        attempts.check(now.plus_seconds(60)).unwrap();
    }

    #[test]
    fn a_refresh_token_names_its_session_to_us_alone() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let session = Id(uuid::Uuid::from_u128(42));
        let token = new_refresh_token(&vault, session);
        assert!(token.len() <= 256);
        assert_eq!(session_of_refresh_token(&vault, &token), Some(session));
        let other = Vault::new(&[8; 32]).unwrap();
        assert_eq!(session_of_refresh_token(&other, &token), None);
        let mut spoiled = token.clone();
        spoiled.replace_range(10..11, if &token[10..11] == "A" { "B" } else { "A" });
        for bad in [spoiled.as_str(), "", "xmr_", "xmr_AAAA", &token[..60]] {
            assert_eq!(session_of_refresh_token(&vault, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_successor_is_the_same_for_a_token_and_a_moment() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let session = Id(uuid::Uuid::from_u128(42));
        let token = new_refresh_token(&vault, session);
        let next = |moment| successor(&vault, session, &token, UtcTimestamp(moment));
        assert_eq!(next(5), next(5));
        assert_ne!(next(5), next(6));
        assert_ne!(next(5), token);
        assert_eq!(session_of_refresh_token(&vault, &next(5)), Some(session));
        let stranger = Vault::new(&[8; 32]).unwrap();
        assert_ne!(
            next(5),
            successor(&stranger, session, &token, UtcTimestamp(5))
        );
        assert!(is_given_again(UtcTimestamp(0), UtcTimestamp(9_999_999)));
        assert!(!is_given_again(UtcTimestamp(0), UtcTimestamp(10_000_000)));
    }

    #[test]
    fn only_mentors_and_cadres_stay_signed_in_for_long() {
        let lifetimes = Lifetimes {
            members: Lifetime {
                idle: 30,
                absolute: 180,
            },
            others: Lifetime {
                idle: 1,
                absolute: 7,
            },
        };
        let both = [Role::Mentor, Role::Cadre];
        assert_eq!(lifetimes.for_roles(both.into_iter()).absolute, 180);
        let officer_too = [Role::Mentor, Role::UnitOfficer];
        assert_eq!(lifetimes.for_roles(officer_too.into_iter()).absolute, 7);
        assert_eq!(lifetimes.for_roles(std::iter::empty()).absolute, 7);
    }
}
