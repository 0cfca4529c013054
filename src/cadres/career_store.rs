//! Queries of careers.

use std::collections::HashMap;

use diesel::prelude::*;

use super::career_request::{CareerEvent, CareerPost};
use super::model::Cadre;
use crate::context::Context;
use crate::db::schema::{cadre_events, cadre_posts, organizations};
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::journal;
use crate::transitions::Said;
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

    /// What the caller says with it.
    pub fn said(&self) -> Said<'_> {
        Said {
            reason: self.reason.as_deref(),
            ..Said::default()
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

/// A unit a cadre belonged to.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct FormerOrganization {
    /// The unit.
    pub id: Id,
    /// Its name now.
    pub name: String,
    /// Where it lies now.
    pub path: String,
}

/// The unit a cadre belonged to on a day; a day before reporting counts to the first unit.
///
/// # Errors
/// When the database refuses.
pub fn organization_on(
    conn: &mut DbConn,
    cadre_id: Id,
    day: Date,
) -> Result<Option<FormerOrganization>> {
    Ok(organizations_on(conn, &[cadre_id], day)?.remove(&cadre_id))
}

/// The units that some cadres belonged to on a day, by cadre; as [`organization_on`].
///
/// # Errors
/// When the database refuses.
pub fn organizations_on(
    conn: &mut DbConn,
    cadre_ids: &[Id],
    day: Date,
) -> Result<HashMap<Id, FormerOrganization>> {
    let posts = cadre_posts::table
        .inner_join(organizations::table.on(organizations::id.eq(cadre_posts::organization_id)))
        .filter(cadre_posts::cadre_id.eq_any(cadre_ids.to_vec()))
        .order((cadre_posts::cadre_id, cadre_posts::starts_on))
        .select((
            cadre_posts::cadre_id,
            cadre_posts::starts_on,
            (organizations::id, organizations::name, organizations::path),
        ));
    let mut held = HashMap::new();
    for (cadre_id, from, organization) in posts.load::<(Id, Date, FormerOrganization)>(conn)? {
        if from <= day || !held.contains_key(&cadre_id) {
            held.insert(cadre_id, organization);
        }
    }
    Ok(held)
}

/// The last day in the programme of someone who left or graduated.
///
/// # Errors
/// When the database refuses.
pub fn last_day(conn: &mut DbConn, cadre_id: Id) -> Result<Option<Date>> {
    let turns = cadre_events::table
        .filter(cadre_events::cadre_id.eq(cadre_id))
        .filter(cadre_events::kind.eq_any(["LEFT", "GRADUATED"]));
    Ok(turns
        .order((cadre_events::recorded_at.desc(), cadre_events::id.desc()))
        .select(cadre_events::occurred_on)
        .first(conn)
        .optional()?)
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

/// A time for which a cadre was suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// The first day of it.
    pub from: Date,
    /// The first day after it; none while it lasts.
    pub resumed_on: Option<Date>,
}

/// The times for which a cadre was suspended, in the order in which they were recorded.
///
/// # Errors
/// When the database refuses.
pub fn suspensions(conn: &mut DbConn, cadre_id: Id) -> Result<Vec<Suspension>> {
    let mut found = suspensions_of(conn, &[cadre_id])?;
    Ok(found.remove(&cadre_id).unwrap_or_default())
}

/// The times for which some cadres were suspended; of who never was there is nothing.
///
/// # Errors
/// When the database refuses.
pub fn suspensions_of(conn: &mut DbConn, cadre_ids: &[Id]) -> Result<HashMap<Id, Vec<Suspension>>> {
    let turns: Vec<(Id, String, Date)> = cadre_events::table
        .filter(cadre_events::cadre_id.eq_any(cadre_ids.to_vec()))
        .filter(cadre_events::kind.ne("PROBATION_EXTENDED"))
        .order((cadre_events::recorded_at, cadre_events::id))
        .select((
            cadre_events::cadre_id,
            cadre_events::kind,
            cadre_events::occurred_on,
        ))
        .load(conn)?;
    let mut found: HashMap<Id, Vec<Suspension>> = HashMap::new();
    for (cadre_id, kind, on) in turns {
        let of_cadre = found.entry(cadre_id).or_default();
        let lasting = of_cadre.last_mut().filter(|last| last.resumed_on.is_none());
        match (kind.as_str(), lasting) {
            ("SUSPENDED", _) => of_cadre.push(Suspension {
                from: on,
                resumed_on: None,
            }),
            (_, Some(lasting)) => lasting.resumed_on = Some(on),
            (_, None) => {}
        }
    }
    Ok(found)
}

/// Ends the present post on the day before `on` and opens the one that the row now names; a post that began on `on` is
/// rewritten.
///
/// # Errors
/// When the database refuses.
pub fn open_post(tx: &mut DbConn, cadre: &Cadre, on: Date) -> Result<()> {
    let later = cadre_posts::table
        .filter(cadre_posts::cadre_id.eq(cadre.id))
        .filter(cadre_posts::starts_on.ge(on));
    diesel::delete(later).execute(tx)?;
    let present = cadre_posts::table
        .filter(cadre_posts::cadre_id.eq(cadre.id))
        .filter(cadre_posts::ends_on.is_null());
    diesel::update(present)
        .set(cadre_posts::ends_on.eq(on.plus_days(-1)))
        .execute(tx)?;
    insert_post(tx, cadre, on)
}

/// Opens a post on a day.
///
/// # Errors
/// When the database refuses.
pub fn insert_post(tx: &mut DbConn, cadre: &Cadre, on: Date) -> Result<()> {
    diesel::insert_into(cadre_posts::table)
        .values((
            cadre_posts::cadre_id.eq(cadre.id),
            cadre_posts::starts_on.eq(on),
            cadre_posts::organization_id.eq(cadre.organization_id),
            cadre_posts::post_title.eq(&cadre.post_title),
            cadre_posts::post_category.eq(cadre.post_category.map(|category| category.as_str())),
        ))
        .execute(tx)?;
    Ok(())
}

/// What a corrected day of reporting must not pass: the last day of the first post where it has one, and the first event.
///
/// # Errors
/// When the database refuses.
pub fn latest_reporting(conn: &mut DbConn, cadre_id: Id) -> Result<Option<Date>> {
    let first_end = cadre_posts::table
        .filter(cadre_posts::cadre_id.eq(cadre_id))
        .order(cadre_posts::starts_on)
        .select(cadre_posts::ends_on)
        .first::<Option<Date>>(conn)
        .optional()?
        .flatten();
    let first_event = cadre_events::table
        .filter(cadre_events::cadre_id.eq(cadre_id))
        .filter(cadre_events::kind.ne("PROBATION_EXTENDED"))
        .order((cadre_events::occurred_on, cadre_events::id))
        .select(cadre_events::occurred_on)
        .first::<Date>(conn)
        .optional()?;
    Ok(first_end.into_iter().chain(first_event).min())
}

/// Corrects what the posts say after a correction of the row: the first begins on the day of reporting, the present one has
/// the row's post.
///
/// # Errors
/// When the database refuses.
pub fn correct_posts(tx: &mut DbConn, cadre: &Cadre, former: &Cadre) -> Result<()> {
    let posts = || cadre_posts::table.filter(cadre_posts::cadre_id.eq(cadre.id));
    if cadre.reported_on != former.reported_on {
        let first = posts()
            .order(cadre_posts::starts_on)
            .select(cadre_posts::starts_on)
            .first::<Date>(tx)
            .optional()?;
        if let Some(first) = first {
            diesel::update(posts().filter(cadre_posts::starts_on.eq(first)))
                .set(cadre_posts::starts_on.eq(cadre.reported_on))
                .execute(tx)?;
        }
    }
    let is_same =
        cadre.post_title == former.post_title && cadre.post_category == former.post_category;
    if !is_same && cadre.organization_id == former.organization_id {
        diesel::update(posts().filter(cadre_posts::ends_on.is_null()))
            .set((
                cadre_posts::post_title.eq(&cadre.post_title),
                cadre_posts::post_category
                    .eq(cadre.post_category.map(|category| category.as_str())),
            ))
            .execute(tx)?;
    }
    Ok(())
}
