//! What a session gives out: access tokens with the grants of the moment, and the chain of refresh tokens.

use std::sync::Arc;

use super::model::{RefreshToken, Session};
use super::rules::{self, Lifetimes};
use super::service::SignInOutcome;
use super::{networks_store, service, store};
use crate::access::{ACCESS_LIFE, Account, Actor, Claims, ClaimsGrant, FIRST_PARTY, Role, Tokens};
use crate::accounts::revocations;
use crate::accounts::users::{self, PlacedGrant, User};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::Result;
use crate::journal::{self, Change};
use crate::mentors;
use crate::network::Network;
use crate::values::Date;

/// How long an ended session is kept, in seconds: as long as the longest access token could still name it.
const KEPT: i64 = 3600;

/// What opening a session needs to know of the service.
#[derive(Clone)]
pub struct SessionIssuer {
    /// Makes the claims' issuer and audience.
    pub tokens: Arc<Tokens>,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// What the person's software calls itself.
    pub user_agent: Option<String>,
    /// Where the person is.
    pub network: Network,
}

/// A session that was opened or refreshed: what its tokens say.
pub struct Opened {
    /// The session.
    pub session_id: Id,
    /// The claims of the access token.
    pub claims: Claims,
    /// The refresh token.
    pub refresh_token: String,
    /// Seconds it is good for.
    pub refresh_expires_in: i64,
}

/// Gives the next tokens for a refresh token. A token that was used stays good until its successor is used: repeated at once it
/// gives the same successor, later another one in its place. Any other token the session ever had is a stolen one or the loser
/// of a theft, whoever shows it, and the session ends.
///
/// # Errors
/// When the database refuses.
pub fn refresh(
    tx: &mut DbConn,
    context: &Context,
    issuer: &SessionIssuer,
    token: &str,
) -> Result<SignInOutcome> {
    let Some(session_id) = rules::session_of_refresh_token(&context.deps.vault, token) else {
        return Ok(SignInOutcome::Refused);
    };
    let session = store::lock(tx, session_id)?;
    let Some(mut session) = session.filter(|session| session.is_alive(context.now)) else {
        return Ok(SignInOutcome::Refused);
    };
    let context = on_behalf(context, session.user_id);
    let digest = rules::digest(token);
    let Some(shown) = store::find_token(tx, &digest)? else {
        tracing::warn!(request_id = %context.request_id, session_id = %session.id, "refresh token replayed, session ended");
        service::end(tx, &context, session.id, "session.revoked")?;
        return Ok(SignInOutcome::Refused);
    };
    let epoch = revocations::epoch(tx, session.user_id)?;
    let user = users::store::find(tx, session.user_id)?;
    let Some(user) = user.filter(|user| !user.disabled) else {
        return Ok(SignInOutcome::Refused);
    };
    let grants = grants_today(tx, &context, user.id)?;
    let lifetime = issuer.lifetimes.for_roles(roles(&grants));
    let latest = session.created_at.plus_seconds(lifetime.absolute);
    // Fewer roles never lengthen a session that began with more.
    let idle = lifetime.idle.min(session.idle_life());
    session.expires_at = session.expires_at.min(latest);
    session.last_used_at = context.now;
    session.idle_expires_at = context.now.plus_seconds(idle).min(session.expires_at);
    store::touch(tx, &session)?;
    let refresh_token = give_successor(tx, &context, token, &shown)?;
    let until = mentor_until(tx, &context, &user)?;
    let claims = claims(&context, issuer, &user, grants, until, session.id, epoch);
    Ok(SignInOutcome::Opened(Box::new(Opened {
        session_id,
        claims,
        refresh_token,
        refresh_expires_in: session.seconds_left(context.now),
    })))
}

/// Begins a session of someone who has shown who they are.
///
/// # Errors
/// When the database refuses.
pub fn open(
    tx: &mut DbConn,
    context: &Context,
    issuer: &SessionIssuer,
    user: &User,
) -> Result<Opened> {
    let epoch = revocations::epoch(tx, user.id)?;
    let grants = grants_today(tx, context, user.id)?;
    let lifetime = issuer.lifetimes.for_roles(roles(&grants));
    let expires_at = context.now.plus_seconds(lifetime.absolute);
    let session = Session {
        id: context.new_id(),
        user_id: user.id,
        created_at: context.now,
        last_used_at: context.now,
        idle_expires_at: context.now.plus_seconds(lifetime.idle).min(expires_at),
        expires_at,
        ended_at: None,
        user_agent: issuer.user_agent.clone(),
    };
    store::forget(tx, user.id, context.now.plus_seconds(-KEPT))?;
    store::insert(tx, &session)?;
    for surplus in store::alive_beyond(tx, user.id, context.now, rules::MOST_SESSIONS)? {
        service::end(tx, context, surplus, "session.ended")?;
    }
    let tag = rules::network_tag(&context.deps.vault, issuer.network);
    networks_store::note(tx, user.id, &tag, context.now)?;
    let refresh_token = give_first(tx, context, session.id)?;
    record(tx, context, "session.started", "session", session.id, 1)?;
    let until = mentor_until(tx, context, user)?;
    Ok(Opened {
        session_id: session.id,
        claims: claims(context, issuer, user, grants, until, session.id, epoch),
        refresh_token,
        refresh_expires_in: session.seconds_left(context.now),
    })
}

fn give_first(tx: &mut DbConn, context: &Context, session_id: Id) -> Result<String> {
    let token = rules::new_refresh_token(&context.deps.vault, session_id);
    keep(tx, context, session_id, &token, None)?;
    Ok(token)
}

/// The successor of a token that is shown: the one it has already where that was given out a moment ago.
fn give_successor(
    tx: &mut DbConn,
    context: &Context,
    token: &str,
    shown: &RefreshToken,
) -> Result<String> {
    let session_id = shown.session_id;
    let made_at = |moment| rules::successor(&context.deps.vault, session_id, token, moment);
    if shown.used_at.is_none() {
        store::use_token(tx, shown, context.now)?;
    } else if let Some(held) = store::successor(tx, shown)? {
        let again = made_at(held.issued_at);
        let is_same = rules::digest(&again) == held.digest;
        if is_same && rules::is_given_again(held.issued_at, context.now) {
            return Ok(again);
        }
        store::forget_token(tx, &held.digest)?;
    }
    let next = made_at(context.now);
    keep(tx, context, session_id, &next, Some(shown.digest.clone()))?;
    Ok(next)
}

fn keep(
    tx: &mut DbConn,
    context: &Context,
    session_id: Id,
    token: &str,
    predecessor: Option<Vec<u8>>,
) -> Result<()> {
    let row = RefreshToken {
        digest: rules::digest(token),
        session_id,
        issued_at: context.now,
        used_at: None,
        predecessor,
    };
    store::insert_token(tx, &row)
}

/// The last day on which a user serves as the mentor they are, where one is known.
fn mentor_until(conn: &mut DbConn, context: &Context, user: &User) -> Result<Option<Date>> {
    let Some(id) = user.mentor_id else {
        return Ok(None);
    };
    let mentor = mentors::store::find(conn, id)?;
    Ok(mentor.and_then(|mentor| mentor.serves_until(context.today)))
}

/// The epoch must have been read before the grants: see `revocations`.
fn claims(
    context: &Context,
    issuer: &SessionIssuer,
    user: &User,
    grants: Vec<PlacedGrant>,
    mentor_until: Option<Date>,
    session_id: Id,
    epoch: UtcTimestamp,
) -> Claims {
    let grants = grants.into_iter().map(|placed| ClaimsGrant {
        role: placed.grant.role,
        organization_id: placed.grant.organization_id,
        path: placed.place.map(|(_, path)| path),
        until: placed.grant.valid_until,
    });
    let now = context.now.seconds();
    Claims {
        iss: issuer.tokens.issuer().to_owned(),
        aud: issuer.tokens.audience().to_owned(),
        sub: user.id,
        client_id: FIRST_PARTY.to_owned(),
        iat: now,
        exp: now + ACCESS_LIFE,
        nbf: None,
        jti: context.new_id(),
        epoch: epoch.0,
        sid: Some(session_id),
        scope: None,
        source: None,
        grants: grants.collect(),
        subtree: None,
        mentor: user.mentor_id,
        mentor_until,
        cadre: user.cadre_id,
    }
}

fn grants_today(conn: &mut DbConn, context: &Context, user_id: Id) -> Result<Vec<PlacedGrant>> {
    let mut grants = users::store::grants_of(conn, &[user_id])?;
    grants.retain(|placed| placed.holds_on(context.today));
    Ok(grants)
}

fn roles(grants: &[PlacedGrant]) -> impl Iterator<Item = Role> {
    grants.iter().map(|placed| placed.grant.role)
}

/// The request as the one of a person who has just shown who they are.
pub fn on_behalf(context: &Context, user_id: Id) -> Context {
    Context {
        actor: Arc::new(Actor {
            account: Account::User(user_id),
            ..Actor::system()
        }),
        ..context.clone()
    }
}

/// The journal's row of what happened to a session or an account.
///
/// # Errors
/// When the database refuses.
pub fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    resource_type: &'static str,
    id: Id,
    version: i64,
) -> Result<()> {
    journal::record(
        tx,
        context,
        &Change::new(action, resource_type, id, version),
    )
}
