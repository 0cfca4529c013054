//! What is stored of an exchange.

use diesel::prelude::*;

use crate::context::Context;
use crate::db::schema::exchanges;
use crate::db::{Id, UtcTimestamp};
use crate::postings::model::{PostingRecord, PostingStatus};
use crate::values::{Date, text_enum};

text_enum! {
    /// Where an exchange stands, as follows from its legs.
    pub enum ExchangeStatus {
        /// A leg has not begun.
        Planned = "PLANNED",
        /// A leg runs.
        Active = "ACTIVE",
        /// Over; a leg has a result.
        Finished = "FINISHED",
        /// Over; every leg was broken off.
        Recalled = "RECALLED",
        /// It never began.
        Cancelled = "CANCELLED",
    }
}

impl ExchangeStatus {
    /// What follows from the statuses of its legs.
    pub fn from_legs(legs: &[PostingStatus]) -> Self {
        let any = |status| legs.contains(&status);
        if any(PostingStatus::Planned) {
            Self::Planned
        } else if any(PostingStatus::Active) {
            Self::Active
        } else if any(PostingStatus::Finished) {
            Self::Finished
        } else if any(PostingStatus::Recalled) {
            Self::Recalled
        } else {
            Self::Cancelled
        }
    }
}

/// An exchange as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = exchanges, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Exchange {
    /// Id.
    pub id: Id,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTimestamp,
    /// When it last changed.
    pub updated_at: UtcTimestamp,
    /// Who made it.
    pub created_by: Option<Id>,
    /// Title.
    pub title: String,
    /// The first day as planned.
    pub planned_starts_on: Date,
    /// The last day as planned.
    pub planned_ends_on: Date,
    /// Status.
    pub status: ExchangeStatus,
    /// Why it never began.
    pub end_reason: Option<String>,
    /// The lowest unit above all that take part.
    pub organization_id: Id,
}

impl Exchange {
    /// A planned exchange between units that lie under this one.
    pub fn planned(
        context: &Context,
        id: Id,
        title: &str,
        (planned_starts_on, planned_ends_on): (Date, Date),
        organization_id: Id,
    ) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            title: title.to_owned(),
            planned_starts_on,
            planned_ends_on,
            status: ExchangeStatus::Planned,
            end_reason: None,
            organization_id,
        }
    }
}

/// An exchange with what a reply and its reader's rights need of other tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRecord {
    /// The exchange.
    pub exchange: Exchange,
    /// The name of the lowest unit above all that take part.
    pub organization_name: String,
    /// Its legs, in the order in which they were given.
    pub legs: Vec<PostingRecord>,
}
