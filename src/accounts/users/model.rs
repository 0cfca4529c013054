//! What is stored of a user.

use std::fmt;

use diesel::prelude::*;

use crate::access::Role;
use crate::context::Context;
use crate::db::schema::{user_grants, users};
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::Fault;
use crate::values::{Date, IdentityNumber, string_value};

/// A name is one user's.
pub const USERNAME_KEY: UniqueKey = UniqueKey::new("users_username_key", "users.username");
/// A mentor has one account.
pub const MENTOR_KEY: UniqueKey = UniqueKey::new("users_mentor_id_key", "users.mentor_id");
/// A cadre has one account.
pub const CADRE_KEY: UniqueKey = UniqueKey::new("users_cadre_id_key", "users.cadre_id");

/// The name a person signs in with, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(String);

/// Longest username.
const MAX_USERNAME: usize = 64;

impl Username {
    /// Reads a username of 2 to 64 letters, digits, points, underscores, hyphens and at signs of ASCII, in any case.
    ///
    /// # Errors
    /// `required`, `out-of-range`, or `text-invalid`, also for one shaped like an identity number.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let name = text.trim().to_ascii_lowercase();
        if name.is_empty() {
            return Err(Fault::new("required"));
        }
        if !(2..=MAX_USERNAME).contains(&name.chars().count()) {
            return Err(Fault::with("out-of-range", &[&2, &MAX_USERNAME]));
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'@');
        let fits = name.bytes().all(plain)
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && IdentityNumber::parse(&name).is_err();
        if fits {
            Ok(Self(name))
        } else {
            Err(Fault::new("text-invalid"))
        }
    }

    /// The username.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(
    Username,
    min = 2,
    max = 64,
    pattern = Some("^[A-Za-z0-9][A-Za-z0-9._@-]{1,63}$"),
    example = "li.lei",
    "The name a person signs in with; letters count in lower case."
);

/// A user as stored: one natural person.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct User {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who made it.
    pub created_by: Option<Id>,
    /// Username.
    pub username: String,
    /// What the person is called.
    pub display_name: String,
    /// The mentor this person is.
    pub mentor_id: Option<Id>,
    /// The cadre this person is.
    pub cadre_id: Option<Id>,
    /// Whether the account is closed.
    pub disabled: bool,
    /// The password's hash; none until the account is activated.
    pub password_hash: Option<String>,
    /// The digest of the activation code that waits to be used.
    pub activation_digest: Option<Vec<u8>>,
    /// Until when that code is good.
    pub activation_expires_at: Option<UtcTimestamp>,
    /// Failed attempts to sign in since the last that succeeded.
    pub failed_logins: i32,
    /// Before when no attempt is heard.
    pub locked_until: Option<UtcTimestamp>,
    /// When a password was first chosen with an activation code.
    pub activated_at: Option<UtcTimestamp>,
    /// Attempts to use an activation code without the proof of who uses it, since the last reset.
    pub activation_failures: i32,
    /// When the person was given an activation code to open the account with.
    pub invited_at: Option<UtcTimestamp>,
    /// Who gave it to them.
    pub invited_by: Option<Id>,
    /// When the account was last reset.
    pub reset_at: Option<UtcTimestamp>,
    /// Who reset it.
    pub reset_by: Option<Id>,
}

impl User {
    /// A new user without a password, made by the caller.
    pub fn new(context: &Context, id: Id, username: String, display_name: String) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            username,
            display_name,
            mentor_id: None,
            cadre_id: None,
            disabled: false,
            password_hash: None,
            activation_digest: None,
            activation_expires_at: None,
            failed_logins: 0,
            locked_until: None,
            activated_at: None,
            activation_failures: 0,
            invited_at: None,
            invited_by: None,
            reset_at: None,
            reset_by: None,
        }
    }
}

impl fmt::Debug for User {
    /// The id alone: the rest is a name and secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "User({})", self.id)
    }
}

/// A grant as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = user_grants, treat_none_as_default_value = false)]
pub struct UserGrant {
    /// Whose.
    pub user_id: Id,
    /// Its place among the user's grants, from 0.
    pub position: i32,
    /// The role.
    pub role: Role,
    /// The organization at the root of its subtree.
    pub organization_id: Option<Id>,
    /// The last day.
    pub valid_until: Option<Date>,
}

/// A grant with the organization's name and path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedGrant {
    /// The grant.
    pub grant: UserGrant,
    /// Name and path of the organization.
    pub place: Option<(String, String)>,
}

impl PlacedGrant {
    /// Whether it still holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.grant.valid_until.is_none_or(|until| until >= day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_read_in_any_case_and_never_are_identity_numbers() {
        assert_eq!(Username::parse(" Li.Lei ").unwrap().as_str(), "li.lei");
        for (bad, code) in [
            ("", "required"),
            ("x", "out-of-range"),
            ("-li", "text-invalid"),
            ("li lei", "text-invalid"),
            ("李雷", "text-invalid"),
            ("11010519491231002x", "text-invalid"),
        ] {
            assert_eq!(Username::parse(bad).unwrap_err().code, code, "{bad}");
        }
    }
}
