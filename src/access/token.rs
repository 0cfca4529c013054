//! Access tokens: JWT `at+jwt` (RFC 9068), signed with EdDSA, verified without I/O.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jsonwebtoken::{Algorithm, Header, Validation};
use lru::LruCache;
use serde::{Deserialize, Serialize};

use super::actor::{Account, Actor, Grant, Role, Subtree};
use super::keys::Keys;
use super::revocations::Revocations;
use crate::db::{Id, UtcTimestamp};
use crate::error::{Error, Result, TokenFault, Unavailable};
use crate::values::Date;

/// A grant as a token carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimsGrant {
    /// The role.
    pub role: Role,
    /// The organization at the root of the grant's subtree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Id>,
    /// That organization's path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The grant's last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// The subtree of a client as a token carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimsSubtree {
    /// The organization at its root.
    pub organization_id: Id,
    /// That organization's path.
    pub path: String,
}

/// `client_id` in the tokens of people, who sign in here and not through a client of their own.
pub const FIRST_PARTY: &str = "first-party";

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer: the service's public URL.
    pub iss: String,
    /// Audience: the service's public URL with `/v1`.
    pub aud: String,
    /// The account.
    pub sub: Id,
    /// The client that holds the token: the account itself for clients, [`FIRST_PARTY`] for people.
    pub client_id: String,
    /// Issued at, seconds.
    pub iat: i64,
    /// Expires at, seconds.
    pub exp: i64,
    /// Not good before, seconds; none of ours bears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The token's id.
    pub jti: Id,
    /// The account's epoch when the token was made, microseconds; a later one voids the token.
    #[serde(default)]
    pub epoch: i64,
    /// The session, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Id>,
    /// Scopes, for clients; separated by blanks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The source of a client's external ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Grants of a person, with the paths of their subtrees.
    #[serde(default)]
    pub grants: Vec<ClaimsGrant>,
    /// The subtree of a client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtree: Option<ClaimsSubtree>,
    /// The mentor this person is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentor: Option<Id>,
    /// The last day on which they serve as that mentor, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentor_until: Option<Date>,
    /// The cadre this person is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cadre: Option<Id>,
}

impl Claims {
    fn to_actor(&self, today: Date) -> Actor {
        let is_client = self.client_id == self.sub.to_string();
        let subtree = |grant: &ClaimsGrant| {
            let organization_id = grant.organization_id?;
            Some(Subtree {
                organization_id,
                path: grant.path.clone()?,
            })
        };
        let grants: Vec<Grant> = self
            .grants
            .iter()
            .filter(|grant| grant.until.is_none_or(|until| until >= today))
            .map(|grant| Grant {
                role: grant.role,
                subtree: subtree(grant),
                until: grant.until,
            })
            .collect();
        Actor {
            account: if is_client {
                Account::Client(self.sub)
            } else {
                Account::User(self.sub)
            },
            client_subtree: self
                .subtree
                .as_ref()
                .filter(|_| is_client)
                .map(|placed| Subtree {
                    organization_id: placed.organization_id,
                    path: placed.path.clone(),
                }),
            client_source: self.source.clone(),
            grants: if is_client { Vec::new() } else { grants },
            scopes: self
                .scope
                .as_deref()
                .unwrap_or_default()
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
            mentor_id: self.mentor,
            is_serving: self.mentor.is_some() && self.mentor_until.is_none_or(|last| today <= last),
            cadre_id: self.cadre,
        }
    }
}

/// A token that was verified once.
struct Verified {
    actor: Arc<Actor>,
    claims: Claims,
    day: Date,
}

/// Signs and verifies. Verified tokens are remembered until they expire, because a signature costs tens of microseconds.
pub struct Tokens {
    issuer: String,
    audience: String,
    keys: RwLock<Arc<Keys>>,
    seen: Mutex<LruCache<[u8; 32], Arc<Verified>>>,
    revocations: Arc<Revocations>,
}

/// How long an access token lives, in seconds.
pub const ACCESS_LIFE: i64 = 900;
/// How far clocks may differ, in seconds.
pub const SKEW: i64 = 60;
/// Larger tokens are refused unread.
const MAX_TOKEN: usize = 16 * 1024;
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

impl Tokens {
    /// Tokens issued under `issuer`, the service's public URL; `revocations` says which were ended.
    pub fn new(issuer: &str, keys: Keys, revocations: Arc<Revocations>) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audience: format!("{issuer}/v1"),
            keys: RwLock::new(Arc::new(keys)),
            seen: Mutex::new(LruCache::new(REMEMBERED)),
            revocations,
        }
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The audience.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The keys in use.
    pub fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a new set of keys; tokens of keys that are gone are forgotten.
    pub fn replace_keys(&self, keys: Keys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Signs claims.
    ///
    /// # Errors
    /// `Unavailable` while there is no active key.
    pub fn sign(&self, claims: &Claims) -> Result<String> {
        let keys = self.keys();
        let (kid, key) = keys
            .signing()
            .ok_or(Error::Unavailable(Unavailable::NoSigningKey))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, claims, key).map_err(Error::internal)
    }

    /// The actor behind a token.
    ///
    /// # Errors
    /// `Unauthenticated` for anything but a token that this service signed for itself and that is still good.
    pub fn verify(
        &self,
        token: &str,
        now: UtcTimestamp,
        today: Date,
    ) -> Result<(Arc<Actor>, Option<Id>)> {
        let digest = crate::vault::sha256(&[token.as_bytes()]);
        let known = self
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&digest)
            .map(Arc::clone);
        let verified = match known.filter(|verified| verified.day == today) {
            Some(verified) => verified,
            None => {
                let claims = self.decode(token)?;
                let verified = Arc::new(Verified {
                    actor: Arc::new(claims.to_actor(today)),
                    claims,
                    day: today,
                });
                self.seen
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .put(digest, Arc::clone(&verified));
                verified
            }
        };
        self.check_times(&verified.claims, now)?;
        Ok((Arc::clone(&verified.actor), verified.claims.sid))
    }

    fn check_times(&self, claims: &Claims, now: UtcTimestamp) -> Result<()> {
        if claims.exp <= now.seconds() {
            return Err(Error::Unauthenticated(TokenFault::Expired));
        }
        let soon = now.seconds() + SKEW;
        let life = claims.exp.saturating_sub(claims.iat);
        if claims.iat > soon
            || claims.nbf.is_some_and(|nbf| nbf > soon)
            || !(1..=ACCESS_LIFE).contains(&life)
        {
            return Err(Error::Unauthenticated(TokenFault::ForeignTimes));
        }
        let epoch = UtcTimestamp(claims.epoch);
        let session_ended = claims
            .sid
            .is_some_and(|session| self.revocations.voids(session, UtcTimestamp(0)));
        if session_ended || self.revocations.voids(claims.sub, epoch) {
            return Err(Error::Unauthenticated(TokenFault::Ended));
        }
        Ok(())
    }

    fn decode(&self, token: &str) -> Result<Claims> {
        let invalid = || Error::Unauthenticated(TokenFault::Invalid);
        if token.len() > MAX_TOKEN
            || !token
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        {
            return Err(invalid());
        }
        let kid = key_named_by(token).ok_or_else(invalid)?;
        let keys = self.keys();
        let key = keys.verifying(&kid).ok_or_else(invalid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Expiry is checked against the service's own clock, on every use.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let decoded =
            jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(|_| invalid())?;
        Ok(decoded.claims)
    }
}

/// The name of the key, from a header that is exactly ours: nothing in it may bring a key along, name a URL, a critical
/// extension or another type. Read before the signature is checked, it decides nothing but which key checks it.
fn key_named_by(token: &str) -> Option<String> {
    use base64::Engine;
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct OurHeader {
        typ: String,
        alg: String,
        kid: String,
    }
    let (head, rest) = token.split_once('.')?;
    let (_, signature) = rest.split_once('.')?;
    if signature.contains('.') {
        return None;
    }
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(head)
        .ok()?;
    let header: OurHeader = serde_json::from_slice(&bytes).ok()?;
    (header.typ == "at+jwt" && header.alg == "EdDSA").then_some(header.kid)
}
