//! Queries of careers.

use diesel::prelude::*;

use super::career_request::{CareerEvent, CareerPost};
use crate::access::Context;
use crate::db::schema::{cadre_events, cadre_posts, organizations};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal;
use crate::values::Date;

/// A turn of a career, before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: &'static str,
    /// When.
    pub occurred_on: Date,
    /// Why.
    pub reason: Option<String>,
    /// Until when.
    pub until: Option<Date>,
}

impl Event {
    /// A turn on a day.
    pub fn new(kind: &'static str, occurred_on: Date) -> Self {
        Self {
            kind,
            occurred_on,
            reason: None,
            until: None,
        }
    }

    /// The turn with its reason.
    pub fn with_reason(self, reason: &str) -> Self {
        Self {
            reason: Some(reason.to_owned()),
            ..self
        }
    }
}

/// Writes a turn.
///
/// # Errors
/// When the database refuses.
pub fn insert_event(tx: &mut DbConn, context: &Context, cadre_id: Id, event: &Event) -> Result<()> {
    diesel::insert_into(cadre_events::table)
        .values((
            cadre_events::id.eq(context.new_id()),
            cadre_events::cadre_id.eq(cadre_id),
            cadre_events::occurred_on.eq(event.occurred_on),
            cadre_events::kind.eq(event.kind),
            cadre_events::reason.eq(&event.reason),
            cadre_events::until.eq(event.until),
            cadre_events::recorded_at.eq(context.now),
        ))
        .execute(tx)?;
    Ok(())
}

/// Whether the latest turn is this very one, made by this very caller.
///
/// # Errors
/// When the database refuses.
pub fn is_repeated(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    event: &Event,
    action: &str,
) -> Result<bool> {
    let latest = cadre_events::table
        .filter(cadre_events::cadre_id.eq(cadre_id))
        .order((cadre_events::recorded_at.desc(), cadre_events::id.desc()))
        .select((
            cadre_events::kind,
            cadre_events::occurred_on,
            cadre_events::reason,
            cadre_events::until,
        ))
        .first::<(String, Date, Option<String>, Option<Date>)>(conn)
        .optional()?;
    let same = latest.is_some_and(|(kind, on, reason, until)| {
        kind == event.kind
            && on == event.occurred_on
            && reason == event.reason
            && until == event.until
    });
    Ok(same && journal::last_actor(conn, cadre_id, action)? == Some(context.actor.id()))
}

/// The first day of the present post.
///
/// # Errors
/// When the database refuses.
pub fn present_since(conn: &mut DbConn, cadre_id: Id) -> Result<Option<Date>> {
    let present = cadre_posts::table
        .filter(cadre_posts::cadre_id.eq(cadre_id))
        .filter(cadre_posts::ends_on.is_null());
    Ok(present
        .select(cadre_posts::starts_on)
        .first(conn)
        .optional()?)
}

/// Units and posts, the first one first.
///
/// # Errors
/// When the database refuses.
pub fn posts(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<CareerPost>> {
    type Row = (
        Id,
        String,
        Option<String>,
        Option<String>,
        Date,
        Option<Date>,
    );
    let rows: Vec<Row> = cadre_posts::table
        .inner_join(organizations::table.on(organizations::id.eq(cadre_posts::organization_id)))
        .filter(cadre_posts::cadre_id.eq(cadre_id))
        .order(cadre_posts::starts_on)
        .select((
            cadre_posts::organization_id,
            organizations::name,
            cadre_posts::post_title,
            cadre_posts::post_category,
            cadre_posts::starts_on,
            cadre_posts::ends_on,
        ))
        .load(conn)?;
    let post = |(
        organization_id,
        organization_name,
        post_title,
        post_category,
        starts_on,
        ends_on,
    ): Row| CareerPost {
        organization_id,
        organization_name,
        post_title,
        post_category,
        starts_on,
        ends_on,
    };
    Ok(rows.into_iter().map(post).collect())
}

/// Turns, the first one first.
///
/// # Errors
/// When the database refuses.
pub fn events(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<CareerEvent>> {
    let rows: Vec<(String, Date, Option<String>, Option<Date>)> = cadre_events::table
        .filter(cadre_events::cadre_id.eq(cadre_id))
        .order((cadre_events::occurred_on, cadre_events::id))
        .select((
            cadre_events::kind,
            cadre_events::occurred_on,
            cadre_events::reason,
            cadre_events::until,
        ))
        .load(conn)?;
    let event = |(kind, occurred_on, reason, until)| CareerEvent {
        kind,
        occurred_on,
        reason,
        until,
    };
    Ok(rows.into_iter().map(event).collect())
}
