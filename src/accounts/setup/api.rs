//! Endpoints of the first start.

use std::fmt;

use actix_web::{get, post};
use deserr::Deserr;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::accounts::users::{self, UserResponse, Username};
use crate::error::{Error, FieldErrors, Result};
use crate::http::{Endpoints, Operation, Reply, State, Visitor, VisitorBody};
use crate::passwords::{Password, check_choice};
use crate::values::Text;

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(set_up);
    },
    operations: &[Operation::open("set_up", 12)],
};

/// The page of the first start.
pub const PAGE_ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(get_setup_page);
    },
    operations: &[Operation::open("get_setup_page", 0)],
};

/// The one-time token, and who becomes the administrator.
#[derive(Clone, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
pub struct SetUp {
    /// The token that the service printed at its start.
    pub token: Text<64>,
    /// The administrator's username.
    pub username: Username,
    /// The administrator's password: 8 to 128 characters, and none that is easily guessed.
    #[schema(min_length = 8, max_length = 128)]
    pub password: Password,
}

impl fmt::Debug for SetUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetUp")
    }
}

/// Make the first administrator
///
/// Once, within half an hour of the start that printed the token.
#[utoipa::path(
    tag = "setup",
    request_body = SetUp,
    responses((status = 201, description = "The administrator.", body = UserResponse)),
    security(()),
)]
#[post("/setup")]
pub async fn set_up(visitor: Visitor, state: State, body: VisitorBody<SetUp>) -> Result<Reply> {
    let input = body.value;
    let context = state.context_of_visitor(&visitor, Actor::system());
    state.gate.count(visitor.network, context.now)?;
    let (now, token) = (context.now, input.token.clone());
    let checked = state
        .db
        .write(move |tx| super::check_kept(tx, now, token.as_str()))
        .await;
    if !matches!(checked, Err(Error::WrongCredentials)) {
        state.gate.take_back(visitor.network, now);
    }
    checked?;
    check_choice(&input.password, &[input.username.as_str()])
        .map_err(|fault| Error::Invalid(FieldErrors::one("/password", fault)))?;
    let hash = state.passwords.hash(input.password.into_string()).await?;
    state
        .write_as(context, move |tx, context| {
            let token = input.token.as_str();
            let user = super::finish(tx, context, token, &input.username, &hash)?;
            let user = users::service::read(tx, user.id)?;
            let location = format!("/v1/users/{}", user.id);
            Ok(Reply::created(&location, &user)?.no_store())
        })
        .await
}

/// Show how to make the first administrator
///
/// A page with the call. The token stands behind the `#` of its address and never reaches the service with the page.
#[utoipa::path(
    tag = "setup",
    responses((status = 200, description = "The page.", content_type = "text/html", body = String)),
    security(()),
)]
#[get("/setup")]
pub async fn get_setup_page(state: State) -> Reply {
    let body = PAGE.replace("{publicUrl}", &escape(&state.config.public_url));
    Reply::new("text/html; charset=utf-8", body).no_store()
}

const PAGE: &str = include_str!("page.html");

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
