//! Endpoints of sessions.

use actix_web::{delete, get, patch, post};

use super::activation::{self, Checked};
use super::model::{
    ActivateUser, ChangePassword, CreateSession, RefreshSession, SessionResponse, SessionTokens,
    sign_in_name,
};
use super::rules::Lifetimes;
use super::service::{self, Compared, SignInOutcome};
use super::tokens::{self, Opened, SessionIssuer};
use crate::access::Permission::OwnAccount;
use crate::access::{ACCESS_LIFE, Actor, markers};
use crate::error::{Error, Result, TokenFault, Unavailable};
use crate::http::openapi::PageOf;
use crate::http::{
    Authorized, Endpoints, JsonBody, NoFilters, Operation, PathId, Reply, State, Visitor,
    VisitorBody,
};
use crate::listing::{ListQuery, Paging};
use crate::passwords::Verdict;
use crate::throttling::SignIn;

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(create_session)
            .service(refresh_session)
            .service(activate_user)
            .service(list_sessions)
            .service(delete_current_session)
            .service(delete_session)
            .service(update_my_password);
    },
    operations: &[
        Operation::open("create_session", 15),
        Operation::open("refresh_session", 9),
        Operation::open("activate_user", 18),
        Operation::guarded("list_sessions", OwnAccount, 2),
        Operation::guarded("delete_current_session", OwnAccount, 6).is_unversioned(),
        Operation::guarded("delete_session", OwnAccount, 6).is_unversioned(),
        Operation::guarded("update_my_password", OwnAccount, 11).is_unversioned(),
    ],
};

/// Sign in
///
/// A wrong password, an unknown name, an account that is closed and one that is not activated are answered alike. After five
/// failures at an account from one network, that network waits a second for it, then twice as long with each further one, a
/// minute at most; after a hundred in a row from networks the account never signed in from, all of those wait. A network that
/// fails thirty times a minute is slowed down, and after sixty refused for a minute, but for accounts that have signed in from
/// it before. What succeeds never counts. A user has twenty sessions at most; with one more the longest unused ends.
#[utoipa::path(
    tag = "sessions",
    request_body = CreateSession,
    responses((status = 201, description = "Signed in.", body = SessionTokens)),
    security(()),
)]
#[post("/sessions")]
pub async fn create_session(
    visitor: Visitor,
    state: State,
    body: VisitorBody<CreateSession>,
) -> Result<Reply> {
    let CreateSession { username, password } = body.value;
    let username = sign_in_name(&username);
    let network = visitor.network;
    let context = state.context_of_visitor(&visitor, Actor::system());
    let (asking, name) = (context.clone(), username.clone());
    let known = state
        .db
        .read(move |conn| service::look_up(conn, &asking, &name, network))
        .await?;
    let is_known = known.is_known_network;
    if !is_known {
        known.attempts.check(context.now)?;
    }
    let who = SignIn {
        username: username.clone(),
        network,
        is_known,
    };
    let entered = state.gate.enter(who, &state.deps.clock).await?;
    let compared = Compared {
        username,
        hash: known.password_hash,
        verdict: Verdict::default(),
        is_known_network: is_known,
    };
    match compare(&state, &visitor, compared, password.reveal()).await {
        Ok(SignInOutcome::Opened(opened)) => {
            entered.succeeded();
            give(&state, *opened, 201)
        }
        Ok(SignInOutcome::Waiting(wait)) => Err(wait),
        Ok(_) => Err(refuse(&visitor)),
        Err(error) => {
            entered.undo();
            Err(error)
        }
    }
}

/// Compares the password typed and ends the attempt. A second round only where the password was changed between looking it up and
/// comparing.
async fn compare(
    state: &State,
    visitor: &Visitor,
    mut compared: Compared,
    typed: &str,
) -> Result<SignInOutcome> {
    let context = state.context_of_visitor(visitor, Actor::system());
    for _ in 0..2 {
        let kept = compared.hash.clone();
        compared.verdict = state.passwords.verify(typed.to_owned(), kept).await?;
        let (issuer, asked) = (issuer(state, visitor), compared.clone());
        let outcome = state
            .write_as(context.clone(), move |tx, context| {
                service::sign_in(tx, context, &issuer, &asked)
            })
            .await?;
        match outcome {
            SignInOutcome::Changed(present) => compared.hash = present,
            outcome => return Ok(outcome),
        }
    }
    Err(Error::Unavailable(Unavailable::PasswordChanged))
}

/// Refresh a session
///
/// Gives the next access and refresh token. The refresh token sent is used up; should the answer be lost, it may be sent
/// again until the new one was used: within ten seconds it is answered with the same refresh token, later with another one in
/// its place. A refresh token whose successor was used, or in whose place another was given, ends the session: somebody has
/// a copy. Software that shares a session between windows shares its latest refresh token too.
#[utoipa::path(
    tag = "sessions",
    request_body = RefreshSession,
    responses((status = 200, description = "The next tokens.", body = SessionTokens)),
    security(()),
)]
#[post("/sessions/_refresh")]
pub async fn refresh_session(
    visitor: Visitor,
    state: State,
    body: VisitorBody<RefreshSession>,
) -> Result<Reply> {
    let issuer = issuer(&state, &visitor);
    let context = state.context_of_visitor(&visitor, Actor::system());
    let outcome = state
        .write_as(context, move |tx, context| {
            tokens::refresh(tx, context, &issuer, &body.value.refresh_token)
        })
        .await?;
    match outcome {
        SignInOutcome::Opened(opened) => give(&state, *opened, 200),
        _ => Err(Error::Unauthenticated(TokenFault::InvalidRefresh)),
    }
}

/// Activate an account
///
/// Chooses a password with the activation code of an invitation or a reset, and signs in. The code is good once. Whoever handed
/// it over has seen it: where a phone number of the person is on file, `phone` must be that one, and otherwise, where their
/// identity number is, `identityNumberLastFour` its end. After three wrong ones the account waits for an administrator to
/// reset it.
#[utoipa::path(
    tag = "sessions",
    request_body = ActivateUser,
    responses((status = 201, description = "Activated and signed in.", body = SessionTokens)),
    security(()),
)]
#[post("/sessions/_activate")]
pub async fn activate_user(
    visitor: Visitor,
    state: State,
    body: VisitorBody<ActivateUser>,
) -> Result<Reply> {
    let input = body.value;
    let username = sign_in_name(&input.username);
    let context = state.context_of_visitor(&visitor, Actor::system());
    state.gate.count(visitor.network, context.now)?;
    let (name, typed) = (username.clone(), input.clone());
    let checked = state
        .write_as(context.clone(), move |tx, context| {
            activation::check(tx, context, &name, &typed)
        })
        .await;
    if !matches!(checked, Ok(Checked::Refused | Checked::Unproved(_))) {
        state.gate.take_back(visitor.network, context.now);
    }
    match checked? {
        Checked::Good => (),
        Checked::Refused => return Err(refuse(&visitor)),
        Checked::Unproved(error) => {
            refuse(&visitor);
            return Err(error);
        }
    }
    let hash = state.passwords.hash(input.password.into_string()).await?;
    let issuer = issuer(&state, &visitor);
    let outcome = state
        .write_as(context, move |tx, context| {
            activation::activate(tx, context, &issuer, &username, input.code.as_str(), &hash)
        })
        .await?;
    match outcome {
        SignInOutcome::Opened(opened) => give(&state, *opened, 201),
        _ => Err(refuse(&visitor)),
    }
}

/// List my sessions
#[utoipa::path(
    tag = "sessions",
    params(Paging),
    responses((status = 200, description = "A page of the caller's sessions.", body = PageOf<SessionResponse>)),
)]
#[get("/sessions")]
pub async fn list_sessions(
    guard: Authorized<markers::OwnAccount>,
    state: State,
    query: ListQuery<NoFilters>,
) -> Result<Reply> {
    let current = guard.session_id;
    state
        .list(&guard, query, move |conn, context, _, list| {
            service::list(conn, context, current, list)
        })
        .await
}

/// Sign out
///
/// Ends the session this request belongs to, and its access tokens.
#[utoipa::path(
    tag = "sessions",
    responses((status = 204, description = "Signed out.")),
)]
#[delete("/sessions/current")]
pub async fn delete_current_session(
    guard: Authorized<markers::OwnAccount>,
    state: State,
) -> Result<Reply> {
    let id = guard.session_id.ok_or(Error::NotFound)?;
    end(&state, &guard, id).await
}

/// End one of my sessions
#[utoipa::path(
    tag = "sessions",
    params(("id" = crate::db::Id, Path, description = "The session's id.")),
    responses((status = 204, description = "Ended, with its access tokens.")),
)]
#[delete("/sessions/{id}")]
pub async fn delete_session(
    guard: Authorized<markers::OwnAccount>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    end(&state, &guard, path.0).await
}

async fn end(
    state: &State,
    guard: &Authorized<markers::OwnAccount>,
    id: crate::db::Id,
) -> Result<Reply> {
    state
        .write(guard, move |tx, context| {
            service::end_own(tx, context, id)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Change my password
///
/// Takes the present password and the next; every other session of the caller ends. A wrong present password counts like a
/// failed attempt to sign in.
#[utoipa::path(
    tag = "sessions",
    request_body(content = ChangePassword, content_type = "application/merge-patch+json"),
    responses((status = 204, description = "Changed.")),
)]
#[patch("/me/password")]
pub async fn update_my_password(
    guard: Authorized<markers::OwnAccount>,
    state: State,
    body: JsonBody<ChangePassword>,
) -> Result<Reply> {
    let input = body.value;
    let context = state.context(&guard);
    let (asking, next) = (context.clone(), input.new_password.clone());
    let (username, hash) = state
        .db
        .read(move |conn| service::check_new_password(conn, &asking, &next))
        .await?;
    // Who holds a session is known wherever they are.
    let who = SignIn {
        username,
        network: guard.network,
        is_known: true,
    };
    let entered = state.gate.enter(who, &state.deps.clock).await?;
    match replace(&state, &guard, input, hash).await {
        Ok(SignInOutcome::Done) => {
            entered.succeeded();
            Ok(Reply::no_content())
        }
        Ok(SignInOutcome::Waiting(wait)) => Err(wait),
        Ok(_) => Err(Error::field("/currentPassword", "password-wrong")),
        Err(error) => {
            entered.undo();
            Err(error)
        }
    }
}

/// Compares the present password and sets the next, again where it was changed between the two.
async fn replace(
    state: &State,
    guard: &Authorized<markers::OwnAccount>,
    input: ChangePassword,
    mut hash: Option<String>,
) -> Result<SignInOutcome> {
    for _ in 0..2 {
        let typed = input.current_password.reveal().to_owned();
        let right = state.passwords.verify(typed, hash.clone()).await?.right;
        let new_hash = if right {
            let chosen = input.new_password.reveal().to_owned();
            Some(state.passwords.hash(chosen).await?)
        } else {
            None
        };
        let (compared, session) = (hash.clone(), guard.session_id);
        let outcome = state
            .write_as(state.context(guard), move |tx, context| {
                let compared = compared.as_deref();
                service::change_password(tx, context, session, compared, new_hash.as_deref())
            })
            .await?;
        match outcome {
            SignInOutcome::Changed(present) => hash = present,
            outcome => return Ok(outcome),
        }
    }
    Err(Error::Unavailable(Unavailable::PasswordChanged))
}

fn issuer(state: &State, visitor: &Visitor) -> SessionIssuer {
    SessionIssuer {
        tokens: std::sync::Arc::clone(&state.tokens),
        lifetimes: Lifetimes::from_config(&state.config),
        user_agent: visitor.user_agent.clone(),
        network: visitor.network,
    }
}

/// The one answer to all that is wrong.
fn refuse(visitor: &Visitor) -> Error {
    tracing::info!(request_id = %visitor.request_id, network = %visitor.network, "sign-in refused");
    Error::WrongCredentials
}

fn give(state: &State, opened: Opened, status: u16) -> Result<Reply> {
    let access_token = state.tokens.sign(&opened.claims)?;
    tracing::info!(user_id = %opened.claims.sub, session_id = %opened.session_id, "access token issued");
    let reply = SessionTokens {
        access_token,
        token_type: "Bearer",
        expires_in: ACCESS_LIFE,
        refresh_token: opened.refresh_token,
        refresh_expires_in: opened.refresh_expires_in,
        session_id: opened.session_id,
    };
    let location = format!("/v1/sessions/{}", reply.session_id);
    let reply = Reply::json(status, &reply)?.no_store();
    Ok(if status == 201 {
        reply.with_header("location", location)
    } else {
        reply
    })
}
