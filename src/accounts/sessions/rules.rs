//! How long sessions live, how refresh tokens look, and how long failures make an account wait.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::access::Role;
use crate::config::Config;
use crate::db::{Id, UtcTimestamp};
use crate::network::Network;
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
    pub fn from_config(config: &Config) -> Self {
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

/// Failures at one account, from networks it does not know together, before those wait: a network alone waits much sooner.
pub const FREE_FAILURES: i32 = 100;
/// Sessions of one user that live at once; of more the longest unused end.
pub const MOST_SESSIONS: i64 = 20;
/// Seconds for which a network an account signed in from stays known.
pub const KNOWN_FOR: i64 = 90 * 24 * 3600;
/// Networks of one account that stay known.
pub const MOST_NETWORKS: i64 = 20;

/// How a network is kept: as a tag, which tells nothing without the key.
pub fn network_tag(vault: &Vault, network: Network) -> Vec<u8> {
    vault.tag("known network", &network.bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

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
