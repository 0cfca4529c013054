//! Endpoints of users.

use actix_web::{delete, get, patch, post};

use super::request::{CreateUser, InviteUsers, PatchUser, UserFilters};
use super::response::UserResponse;
use super::{invitations, service};
use crate::access::Permission::{UsersInvite, UsersManage};
use crate::access::markers;
use crate::error::Result;
use crate::http::openapi::PageOf;
use crate::http::{Authorized, Endpoints, JsonBody, Operation, PathId, Reply, State};
use crate::listing::{ListQuery, Paging};

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config
            .service(list_users)
            .service(create_user)
            .service(invite_users)
            .service(get_user)
            .service(update_user)
            .service(delete_user)
            .service(reset_user);
    },
    operations: &[
        Operation::guarded("list_users", UsersManage, 3),
        Operation::guarded("create_user", UsersManage, 10).shows_secret(),
        Operation::guarded("invite_users", UsersInvite, 9).shows_secret(),
        Operation::guarded("get_user", UsersManage, 2),
        Operation::guarded("update_user", UsersManage, 14),
        Operation::guarded("delete_user", UsersManage, 15),
        Operation::guarded("reset_user", UsersManage, 12).shows_secret(),
    ],
};

/// List users
#[utoipa::path(
    tag = "users",
    params(UserFilters, Paging),
    responses((status = 200, description = "A page of users.", body = PageOf<UserResponse>)),
)]
#[get("/users")]
pub async fn list_users(
    guard: Authorized<markers::UsersManage>,
    state: State,
    query: ListQuery<UserFilters>,
) -> Result<Reply> {
    let work = |conn: &mut _, _: &_, filters: &_, list: &_| service::list(conn, filters, list);
    state.list(&guard, query, work).await
}

/// Create a user
///
/// The answer bears the activation code, once: hand it to the person, who chooses a password with it at
/// `POST /v1/sessions/_activate` within seven days.
#[utoipa::path(
    tag = "users",
    request_body = CreateUser,
    responses(
        (status = 201, description = "Created, with the activation code.", body = UserResponse),
        (status = 200, description = "They existed already, made by the same caller with the same content; the code is not shown again.", body = UserResponse),
    ),
)]
#[post("/users")]
pub async fn create_user(
    guard: Authorized<markers::UsersManage>,
    state: State,
    body: JsonBody<CreateUser>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            let (user, is_new) = service::create(tx, context, &body.value)?;
            if is_new {
                let location = format!("/v1/users/{}", user.id);
                Ok(Reply::created(&location, &user)?.no_store())
            } else {
                Reply::resource(200, &user)
            }
        })
        .await
}

/// Invite the people of a subtree
///
/// Makes an account for each cadre in the programme, or each appointed mentor, who has none, and answers their usernames and
/// activation codes, once. At most 1,000 at a time: ask again until no rows come. Who was invited and let the code expire is
/// invited again. Officers invite people of their own subtree.
#[utoipa::path(
    tag = "users",
    request_body = InviteUsers,
    responses((status = 200, description = "One row for each person: userId, username, displayName, organizationName, cadreId or mentorId, code, expiresAt.", content_type = "text/csv", body = String)),
)]
#[post("/users/_invite")]
pub async fn invite_users(
    guard: Authorized<markers::UsersInvite>,
    state: State,
    body: JsonBody<InviteUsers>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            invitations::invite(tx, context, &body.value)
        })
        .await
}

/// Get a user
#[utoipa::path(
    tag = "users",
    params(("id" = crate::db::Id, Path, description = "The user's id.")),
    responses((status = 200, description = "The user.", body = UserResponse)),
)]
#[get("/users/{id}")]
pub async fn get_user(
    guard: Authorized<markers::UsersManage>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    let user = state
        .read(&guard, move |conn, _| service::read(conn, path.0))
        .await?;
    Reply::resource(200, &user)
}

/// Update a user
///
/// Other grants, another person or a closed account end the user's access tokens within seconds; a closed account ends their
/// sessions too. Nobody changes their own grants.
#[utoipa::path(
    tag = "users",
    params(("id" = crate::db::Id, Path, description = "The user's id.")),
    request_body(content = PatchUser, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The user.", body = UserResponse)),
)]
#[patch("/users/{id}")]
pub async fn update_user(
    guard: Authorized<markers::UsersManage>,
    state: State,
    path: PathId,
    body: JsonBody<PatchUser>,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            Reply::resource(200, &service::patch(tx, context, path.0, &body.value)?)
        })
        .await
}

/// Delete a user
///
/// Only one who was never activated and whom nothing refers to; close the account of any other.
#[utoipa::path(
    tag = "users",
    params(("id" = crate::db::Id, Path, description = "The user's id.")),
    responses((status = 204, description = "Deleted.")),
)]
#[delete("/users/{id}")]
pub async fn delete_user(
    guard: Authorized<markers::UsersManage>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            service::delete(tx, context, path.0)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Reset a user's password
///
/// The password is void, sessions and tokens end, and the answer bears a new activation code, once.
#[utoipa::path(
    tag = "users",
    params(("id" = crate::db::Id, Path, description = "The user's id.")),
    responses((status = 200, description = "The user, with the activation code.", body = UserResponse)),
)]
#[post("/users/{id}/_reset")]
pub async fn reset_user(
    guard: Authorized<markers::UsersManage>,
    state: State,
    path: PathId,
) -> Result<Reply> {
    state
        .write(&guard, move |tx, context| {
            let user = service::reset(tx, context, path.0)?;
            Ok(Reply::resource(200, &user)?.no_store())
        })
        .await
}
