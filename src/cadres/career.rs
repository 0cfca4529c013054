//! What became of a cadre within the programme.

use super::career_request::CareerResponse;
use super::career_store;
use super::service::visible;
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};

/// Units, posts and turns.
///
/// # Errors
/// `NotFound` out of reach.
pub fn career(conn: &mut DbConn, context: &Context, id: Id) -> Result<CareerResponse> {
    visible(conn, context, id)?.ok_or(Error::NotFound)?;
    Ok(CareerResponse {
        cadre_id: id,
        posts: career_store::posts(conn, id)?,
        events: career_store::events(conn, id)?,
    })
}
