//! The guard in a handler's signature: who calls, and that they may.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, EntityTag, IF_MATCH, USER_AGENT};
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::body::BodyDigest;
use super::envelope::{CallingAccount, RequestId};
use super::idempotency::{Keyed, parse_key};
use super::openapi::Document;
use super::query::{NoFilters, RawQuery};
use super::state::State;
use crate::access::markers::Requires;
use crate::access::{Actor, Permission, Reach};
use crate::context::IfMatch;
use crate::db::Id;
use crate::error::{Error, Result, TokenFault};
use crate::network::Network;

/// A caller who holds the permission of the operation.
pub struct Caller {
    /// Who.
    pub actor: Arc<Actor>,
    /// What they reach under the operation's permission.
    pub reach: Reach,
    /// The session, for people.
    pub session_id: Option<Id>,
    /// The request's id.
    pub request_id: String,
    /// The network it came from.
    pub network: Network,
    /// The precondition.
    pub if_match: IfMatch,
    method_and_path: String,
    idempotency_key: Option<String>,
}

impl Caller {
    /// The request under its idempotency key, if it sent one.
    pub(super) fn keyed(&self, digest: BodyDigest) -> Result<Option<Keyed>> {
        let Some((key, account_id)) = self.idempotency_key.as_deref().zip(self.actor.id()) else {
            return Ok(None);
        };
        let fingerprint = crate::vault::sha256(&[self.method_and_path.as_bytes(), b"\0", &digest]);
        Ok(Some(Keyed {
            account_id,
            key: parse_key(key)?,
            fingerprint,
        }))
    }

    fn from(request: &HttpRequest, permission: Permission) -> Result<Self> {
        let state = request
            .app_data::<State>()
            .ok_or_else(|| Error::internal("the service state is not mounted"))?;
        let clock = &state.deps.clock;
        let token = bearer(request)?;
        let (actor, session_id) = state.tokens.verify(token, clock.now(), clock.today())?;
        if let Some((account, id)) = request.extensions().get::<CallingAccount>().zip(actor.id()) {
            // Set once: the guard asks once.
            let _ = account.0.set(id);
        }
        let reach = actor
            .reach(permission)
            .ok_or(Error::Forbidden(permission.rule().scope))?;
        refuse_stray_query(request)?;
        let idempotency_key = header(request, "idempotency-key")?;
        if let Some(key) = &idempotency_key {
            parse_key(key)?;
        }
        Ok(Self {
            actor,
            reach,
            session_id,
            request_id: request_id(request),
            network: network(request),
            if_match: if_match(request)?,
            method_and_path: format!(
                "{} {}?{}",
                request.method(),
                request.path(),
                request.query_string()
            ),
            idempotency_key,
        })
    }
}

/// An operation without query parameters takes none: a `dryRun` in the wrong place must not be a real run.
fn refuse_stray_query(request: &HttpRequest) -> Result<()> {
    if request.query_string().is_empty() {
        return Ok(());
    }
    let document = request.app_data::<&'static Document>();
    let reads = document
        .zip(request.match_pattern())
        .is_some_and(|(document, path)| {
            document
                .routes
                .reads_query(request.method().as_str(), &path)
        });
    if !reads {
        RawQuery::parse(request.query_string()).finish::<NoFilters>(&[])?;
    }
    Ok(())
}

fn request_id(request: &HttpRequest) -> String {
    let extensions = request.extensions();
    extensions
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

fn header(request: &HttpRequest, name: &'static str) -> Result<Option<String>> {
    let malformed = || Error::parameter(name, "parameter-invalid", &["visible ASCII characters"]);
    let value = request
        .headers()
        .get(name)
        .map(|value| value.to_str().map(str::to_owned));
    value.transpose().map_err(|_| malformed())
}

/// The token of `Authorization: Bearer`; tokens anywhere else are not looked for.
fn bearer(request: &HttpRequest) -> Result<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let value = values
        .next()
        .ok_or(Error::Unauthenticated(TokenFault::Missing))?;
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match (token, values.next()) {
        (Some(token), None) => Ok(token),
        _ => Err(Error::Unauthenticated(TokenFault::Invalid)),
    }
}

/// Longest `If-Match`, in bytes.
const LONGEST_IF_MATCH: usize = 128;

fn if_match(request: &HttpRequest) -> Result<IfMatch> {
    let malformed = || Error::parameter("If-Match", "parameter-invalid", &["one ETag", "*"]);
    let mut values = request.headers().get_all(IF_MATCH);
    let Some(value) = values.next() else {
        return Ok(IfMatch::Absent);
    };
    if values.next().is_some() {
        return Err(malformed());
    }
    let text = value.to_str().map_err(|_| malformed())?.trim();
    if text == "*" {
        return Ok(IfMatch::Any);
    }
    if text.len() > LONGEST_IF_MATCH {
        return Err(malformed());
    }
    let tag: EntityTag = text.parse().map_err(|_| malformed())?;
    let (version, _) = tag.tag().split_once('.').unwrap_or((tag.tag(), ""));
    let version = version.parse().ok().filter(|_| !tag.weak);
    Ok(version.map_or(IfMatch::Other, IfMatch::Version))
}

/// The permission `P` in a signature: the handler runs only for callers who hold it.
pub struct Authorized<P> {
    caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Deref for Authorized<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<P: Requires> FromRequest for Authorized<P> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Caller::from(request, P::PERMISSION).map(|caller| Self {
            caller,
            permission: PhantomData,
        }))
    }
}

/// A caller of an operation that needs no token: nothing is known of them but where the request came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The request's id.
    pub request_id: String,
    /// The network it came from.
    pub network: Network,
    /// What the caller's software calls itself.
    pub user_agent: Option<String>,
}

/// Longest name of a caller's software that is kept.
const MAX_USER_AGENT: usize = 200;

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user_agent = request.headers().get(USER_AGENT);
        ready(Ok(Self {
            request_id: request_id(request),
            network: network(request),
            user_agent: user_agent
                .and_then(|value| value.to_str().ok())
                .map(|text| text.chars().take(MAX_USER_AGENT).collect()),
        }))
    }
}

/// The network a request came from, as the envelope found it.
fn network(request: &HttpRequest) -> Network {
    let found = request.extensions().get::<Network>().copied();
    found.unwrap_or(Network::UNKNOWN)
}
