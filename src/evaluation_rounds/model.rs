//! What is stored of a round.

use diesel::prelude::*;

use crate::context::Context;
use crate::db::schema::evaluation_rounds;
use crate::db::{Id, UniqueKey, UtcTimestamp};
use crate::error::Result;
use crate::evaluation_forms::{EvaluationKind, EvaluatorRelation};
use crate::values::{Date, list_from_json, text_enum};

/// Of a unit, kind and period there is one round.
pub const ONCE: UniqueKey = UniqueKey::new(
    "evaluation_rounds_once",
    "evaluation_rounds.organization_id, evaluation_rounds.kind, evaluation_rounds.period_from, evaluation_rounds.period_to",
);

text_enum! {
    /// Where a round stands.
    pub enum RoundStatus {
        /// To be opened on its day.
        Planned = "PLANNED",
        /// Its forms are issued and taken.
        Open = "OPEN",
        /// Its forms are taken no longer.
        Closed = "CLOSED",
    }
}

/// A round as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = evaluation_rounds, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct EvaluationRound {
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
    /// The unit whose cadres, and those of all below it, are rated.
    pub organization_id: Id,
    /// What its forms are for.
    pub kind: EvaluationKind,
    /// First day of the period.
    pub period_from: Date,
    /// Last day of the period.
    pub period_to: Date,
    /// The form.
    pub form_id: Id,
    /// Who is asked, as a JSON array.
    pub raters: String,
    /// The day on which it opens by itself.
    pub opens_on: Date,
    /// The day by which raters are asked to hand in.
    pub due_on: Date,
    /// The last day on which forms are taken.
    pub closes_on: Date,
    /// Where it stands.
    pub status: RoundStatus,
    /// The day for which all forms were issued.
    pub issued_on: Option<Date>,
}

/// The columns of a round, each with the members that show it: a list that is asked for others leaves it out. Without members stand
/// those that decide who sees the row, or what it may come to. A macro because what is selected has no type one could write down.
macro_rules! columns {
    ($fields:ident) => {
        (
            evaluation_rounds::id,
            $fields.column(&["version"], evaluation_rounds::version),
            $fields.column(&["createdAt"], evaluation_rounds::created_at),
            $fields.column(&["updatedAt"], evaluation_rounds::updated_at),
            $fields.column(&[], evaluation_rounds::created_by),
            evaluation_rounds::organization_id,
            evaluation_rounds::kind,
            evaluation_rounds::period_from,
            evaluation_rounds::period_to,
            evaluation_rounds::form_id,
            $fields.column(&["raters"], evaluation_rounds::raters),
            evaluation_rounds::opens_on,
            evaluation_rounds::due_on,
            evaluation_rounds::closes_on,
            evaluation_rounds::status,
            evaluation_rounds::issued_on,
        )
    };
}

pub(super) use columns;

impl EvaluationRound {
    /// A planned round of which nothing is known but whose it is, on what form, and its days.
    pub fn blank(context: &Context, id: Id, organization_id: Id, form_id: Id) -> Self {
        Self {
            id,
            version: 1,
            created_at: context.now,
            updated_at: context.now,
            created_by: context.actor.id(),
            organization_id,
            kind: EvaluationKind::Ordinary,
            period_from: context.today,
            period_to: context.today,
            form_id,
            raters: "[]".to_owned(),
            opens_on: context.today,
            due_on: context.today,
            closes_on: context.today,
            status: RoundStatus::Planned,
            issued_on: None,
        }
    }

    /// Who is asked.
    ///
    /// # Errors
    /// When what is stored is no list of them.
    pub fn raters(&self) -> Result<Vec<EvaluatorRelation>> {
        list_from_json(&self.raters)
    }
}

/// The unit that a round is of.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OrganizationSide {
    /// Name.
    pub name: String,
    /// Path.
    pub path: String,
}

/// A round with what a reply shows from other tables, read in one statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct EvaluationRoundRecord {
    /// The round.
    pub round: EvaluationRound,
    /// Its unit.
    pub organization: OrganizationSide,
}
