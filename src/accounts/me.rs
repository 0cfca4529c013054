//! `GET /v1/me`: the caller's own account.

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use super::users::{self, GrantResponse, Username};
use crate::access::Permission::OwnAccount;
use crate::access::{TABLE, markers};
use crate::context::Context;
use crate::db::{DbConn, Id, UtcTimestamp};
use crate::error::{Error, Result};
use crate::http::{Authorized, Endpoints, Operation, Reply, State};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(get_me);
    },
    operations: &[Operation::guarded("get_me", OwnAccount, 3)],
};

/// The caller's account, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
pub struct MeResponse {
    /// The user's id.
    pub id: Id,
    /// Username.
    #[schema(value_type = Username)]
    pub username: String,
    /// What the person is called.
    #[schema(max_length = 60)]
    pub display_name: String,
    /// What the person may do today, and where.
    #[schema(max_items = 32)]
    pub grants: Vec<GrantResponse>,
    /// The mentor this person is.
    pub mentor_id: Option<Id>,
    /// The mentor's name.
    #[schema(max_length = 60)]
    pub mentor_name: Option<String>,
    /// The cadre this person is.
    pub cadre_id: Option<Id>,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: Option<String>,
    /// What this request's token allows somewhere. More will come.
    #[schema(max_items = 100, example = json!(["CADRES_READ"]))]
    pub permissions: Vec<String>,
    /// The session this request belongs to.
    pub session_id: Option<Id>,
    /// Who gave the person the code to open this account with, and when; null for accounts made at the service itself.
    pub invited: Option<Handover>,
    /// Who reset this account last, and when; null while nobody did.
    pub reset: Option<Handover>,
}

/// That an activation code was given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Handover {
    /// When.
    pub at: UtcTimestamp,
    /// By which account; null for the service itself.
    pub by: Option<Id>,
    /// What its person is called; null once the account is gone.
    #[schema(max_length = 60)]
    pub by_name: Option<String>,
}

/// Get my account
#[utoipa::path(
    tag = "sessions",
    responses((status = 200, description = "The caller's account.", body = MeResponse)),
)]
#[get("/me")]
pub async fn get_me(guard: Authorized<markers::OwnAccount>, state: State) -> Result<Reply> {
    let session_id = guard.session_id;
    let me = state
        .read(&guard, move |conn, context| see(conn, context, session_id))
        .await?;
    Reply::composed(&me)
}

fn see(conn: &mut DbConn, context: &Context, session_id: Option<Id>) -> Result<MeResponse> {
    let id = context.actor.id().ok_or(Error::NotFound)?;
    let user = users::store::find(conn, id)?.ok_or(Error::NotFound)?;
    let grants = users::store::grants_of(conn, &[id])?;
    let name_of_mentor = user.mentor_id.map(|id| users::store::mentor_name(conn, id));
    let mentor_name = name_of_mentor.transpose()?.flatten();
    let name_of_cadre = user.cadre_id.map(|id| users::store::cadre_name(conn, id));
    let givers: Vec<Id> = user.invited_by.into_iter().chain(user.reset_by).collect();
    let names = users::store::display_names(conn, &givers)?;
    let handover = |at: Option<UtcTimestamp>, by: Option<Id>| {
        let named = names.iter().find(|(id, _)| Some(*id) == by);
        at.map(|at| Handover {
            at,
            by,
            by_name: named.map(|(_, name)| name.clone()),
        })
    };
    let permissions = TABLE.iter().map(|rule| rule.permission);
    Ok(MeResponse {
        id,
        username: user.username,
        display_name: user.display_name,
        grants: grants
            .into_iter()
            .filter(|placed| placed.holds_on(context.today))
            .map(GrantResponse::from)
            .collect(),
        mentor_id: user.mentor_id,
        mentor_name,
        cadre_id: user.cadre_id,
        cadre_name: name_of_cadre.transpose()?.flatten(),
        permissions: permissions
            .filter(|permission| context.actor.may(*permission))
            .map(|permission| upper_snake(permission.name()))
            .collect(),
        session_id,
        invited: handover(user.invited_at, user.invited_by),
        reset: handover(user.reset_at, user.reset_by),
    })
}

/// `CADRES_READ` for `CadresRead`.
fn upper_snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut snake, c| {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_uppercase());
        snake
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn permissions_are_named_like_every_other_word() {
        assert_eq!(super::upper_snake("OwnAccount"), "OWN_ACCOUNT");
    }
}
