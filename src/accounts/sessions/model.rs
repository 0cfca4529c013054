//! What is stored, sent and received of sessions.

use std::fmt;

use deserr::Deserr;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::users::Username;
use crate::db::schema::{refresh_tokens, sessions};
use crate::db::{Id, UtcTimestamp};
use crate::error::FieldErrors;
use crate::passwords::Password;
use crate::values::{PhoneNumber, Text};

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct Session {
    /// Id.
    pub id: Id,
    /// Whose.
    pub user_id: Id,
    /// When it began.
    pub created_at: UtcTimestamp,
    /// When its refresh token was last used.
    pub last_used_at: UtcTimestamp,
    /// When it ends unless it is used.
    pub idle_expires_at: UtcTimestamp,
    /// When it ends however much it is used.
    pub expires_at: UtcTimestamp,
    /// When it was ended.
    pub ended_at: Option<UtcTimestamp>,
    /// What the person's software called itself.
    pub user_agent: Option<String>,
}

impl Session {
    /// Whether its refresh token may still be used.
    pub fn is_alive(&self, now: UtcTimestamp) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at && now < self.expires_at
    }

    /// Seconds for which it lives on from a use.
    pub fn idle_life(&self) -> i64 {
        (self.idle_expires_at.0 - self.last_used_at.0) / 1_000_000
    }

    /// Seconds until it ends unless it is used.
    pub fn seconds_left(&self, now: UtcTimestamp) -> i64 {
        self.idle_expires_at.min(self.expires_at).seconds() - now.seconds()
    }
}

/// A refresh token as stored: its digest. A session has the last one used and its unused successor.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens, treat_none_as_default_value = false)]
pub struct RefreshToken {
    /// Digest.
    pub digest: Vec<u8>,
    /// The session.
    pub session_id: Id,
    /// When it was given out.
    pub issued_at: UtcTimestamp,
    /// When it was first used.
    pub used_at: Option<UtcTimestamp>,
    /// The digest of the token it took the place of.
    pub predecessor: Option<Vec<u8>>,
}

/// Name and password.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct CreateSession {
    /// Username; case does not matter.
    pub username: Text<64>,
    /// Password.
    pub password: Password,
}

/// A refresh token.
#[derive(Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct RefreshSession {
    /// The refresh token that was given out last.
    #[schema(max_length = 256)]
    pub refresh_token: String,
}

impl fmt::Debug for RefreshSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshSession")
    }
}

/// An activation code and the password chosen with it.
#[derive(Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ActivateUser {
    /// Username.
    pub username: Text<64>,
    /// The activation code; case and hyphens do not matter.
    pub code: Text<64>,
    /// The password chosen: 8 to 128 characters, and none that is easily guessed.
    #[schema(min_length = 8, max_length = 128)]
    pub password: Password,
    /// The person's phone number as it is on file: required where one is. Whoever handed the code over sees it masked.
    #[deserr(default)]
    pub phone: Option<PhoneNumber>,
    /// The last four characters of the person's identity number: required where it is on file and no phone number is.
    #[deserr(default)]
    #[schema(example = "001X")]
    pub identity_number_last_four: Option<Text<4>>,
}

impl fmt::Debug for ActivateUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivateUser")
    }
}

/// The password that is and the one to come.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct ChangePassword {
    /// The present password.
    pub current_password: Password,
    /// The next: 8 to 128 characters, and none that is easily guessed.
    #[schema(min_length = 8, max_length = 128)]
    pub new_password: Password,
}

/// The name as it is looked up.
pub fn sign_in_name(typed: &Text<64>) -> String {
    Username::parse(typed.as_str()).map_or_else(|_| typed.to_string(), |name| name.to_string())
}

/// The tokens of a session.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionTokens {
    /// Sent as `Authorization: Bearer` with every request.
    #[schema(max_length = 16384)]
    pub access_token: String,
    /// `Bearer`.
    #[schema(max_length = 6, example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds the access token is good for.
    #[schema(minimum = 1, maximum = 900)]
    pub expires_in: i64,
    /// Gives the next tokens at `POST /v1/sessions/_refresh`; good once.
    #[schema(max_length = 256)]
    pub refresh_token: String,
    /// Seconds until the session ends unless it is refreshed.
    #[schema(minimum = 0)]
    pub refresh_expires_in: i64,
    /// The session.
    pub session_id: Id,
}

/// A session of the caller that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SessionResponse {
    /// The session's id.
    pub id: Id,
    /// When it began.
    pub created_at: UtcTimestamp,
    /// When it was last refreshed.
    pub last_used_at: UtcTimestamp,
    /// When it ends unless it is refreshed.
    pub idle_expires_at: UtcTimestamp,
    /// When it ends in any case.
    pub expires_at: UtcTimestamp,
    /// What the person's software called itself.
    #[schema(max_length = 200)]
    pub user_agent: Option<String>,
    /// Whether this request belongs to it.
    pub current: bool,
}

impl SessionResponse {
    /// The session, told apart from the caller's present one.
    pub fn from_row(row: Session, current: Option<Id>) -> Self {
        Self {
            current: current == Some(row.id),
            id: row.id,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            idle_expires_at: row.idle_expires_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
        }
    }
}
