//! An exchange as a caller may see it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::direction::ExchangeDirection;
use super::model::{Exchange, ExchangeRecord, ExchangeStatus};
use crate::access::Permission::PostingsWrite;
use crate::access::Reach;
use crate::context::Context;
use crate::db::{Id, UtcTimestamp};
use crate::http::versioned;
use crate::organizations::OrganizationKind;
use crate::postings::model::{PostingRecord, PostingStatus};
use crate::postings::rules;
use crate::transitions;
use crate::values::Date;

/// One leg of an exchange; the whole of it is the posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeLeg {
    /// The posting.
    pub posting_id: Id,
    /// The cadre.
    pub cadre_id: Id,
    /// The cadre's name.
    #[schema(max_length = 60)]
    pub cadre_name: String,
    /// The unit that sends.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// The unit that receives.
    pub host_organization_id: Option<Id>,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub host_organization_name: Option<String>,
    /// From which level of units to which.
    pub direction: ExchangeDirection,
    /// Where the posting stands.
    pub status: PostingStatus,
    /// Its first day; null until it has begun.
    pub starts_on: Option<Date>,
    /// The day it ended; null until then.
    pub ends_on: Option<Date>,
}

/// What a unit gives and gets in an exchange; legs that were cancelled do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeBalance {
    /// The unit.
    pub organization_id: Id,
    /// Its name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// How many it sends to higher units.
    #[schema(minimum = 0, maximum = 6)]
    pub upward: usize,
    /// How many it sends to lower units.
    #[schema(minimum = 0, maximum = 6)]
    pub downward: usize,
    /// How many it sends to units of its own level.
    #[schema(minimum = 0, maximum = 6)]
    pub lateral: usize,
    /// How many it receives.
    #[schema(minimum = 0, maximum = 6)]
    pub received: usize,
}

/// Postings of several people that begin and end together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Exchange)]
pub struct ExchangeResponse {
    /// The exchange's id.
    pub id: Id,
    /// Grows by one with each change; the part of the ETag before the point.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: UtcTimestamp,
    /// When the record last changed.
    pub updated_at: UtcTimestamp,
    /// Title.
    #[schema(max_length = 200)]
    pub title: String,
    /// The first day as planned.
    pub planned_starts_on: Date,
    /// The last day as planned.
    pub planned_ends_on: Date,
    /// Where it stands, as follows from its legs.
    pub status: ExchangeStatus,
    /// Why it never began.
    #[schema(max_length = 500)]
    pub end_reason: Option<String>,
    /// The lowest unit above all that take part.
    pub organization_id: Id,
    /// That unit's name.
    #[schema(max_length = 200)]
    pub organization_name: String,
    /// How many legs it has.
    #[schema(minimum = 2, maximum = 6)]
    pub leg_count: usize,
    /// The legs that the caller sees.
    #[schema(max_items = 6)]
    pub legs: Vec<ExchangeLeg>,
    /// What each unit gives and gets, of the legs that the caller sees.
    #[schema(max_items = 12)]
    pub balance: Vec<ExchangeBalance>,
    /// What this caller may do now, by operationId.
    #[schema(schema_with = crate::transitions::allowed_actions::<Exchange>)]
    pub allowed_actions: Vec<&'static str>,
}

versioned!(ExchangeResponse, "exchange");

/// The kinds of units, by id.
pub type Kinds = HashMap<Id, OrganizationKind>;

impl ExchangeResponse {
    /// The exchange as a caller sees it who reads this far.
    pub fn from_record(
        record: ExchangeRecord,
        reach: &Reach,
        kinds: &Kinds,
        context: &Context,
    ) -> Self {
        let writes = context.reach_of(PostingsWrite);
        let keeps = record.legs.iter().all(|leg| rules::keeps(leg, &writes));
        let exchange = record.exchange;
        let allowed_actions = transitions::allowed::<Exchange>(exchange.status, |_| keeps);
        let leg_count = record.legs.len();
        let seen = record
            .legs
            .into_iter()
            .filter(|leg| rules::sees(leg, reach, context.today));
        let legs: Vec<ExchangeLeg> = seen.map(|leg| shown(leg, kinds)).collect();
        Self {
            id: exchange.id,
            version: exchange.version,
            created_at: exchange.created_at,
            updated_at: exchange.updated_at,
            title: exchange.title,
            planned_starts_on: exchange.planned_starts_on,
            planned_ends_on: exchange.planned_ends_on,
            status: exchange.status,
            end_reason: exchange.end_reason,
            organization_id: exchange.organization_id,
            organization_name: record.organization_name,
            leg_count,
            balance: balance(&legs),
            legs,
            allowed_actions,
        }
    }
}

fn shown(leg: PostingRecord, kinds: &Kinds) -> ExchangeLeg {
    let posting = leg.posting;
    let kind = |id: Id| kinds.get(&id).copied().unwrap_or(OrganizationKind::County);
    let home = kind(posting.organization_id);
    let host = posting.host_organization_id.map_or(home, kind);
    ExchangeLeg {
        posting_id: posting.id,
        cadre_id: posting.cadre_id,
        cadre_name: leg.cadre_name,
        organization_id: posting.organization_id,
        organization_name: leg.organization.0,
        host_organization_id: posting.host_organization_id,
        host_organization_name: leg.host.map(|(name, _)| name),
        direction: ExchangeDirection::between(home, host),
        status: posting.status,
        starts_on: posting.starts_on,
        ends_on: posting.ends_on,
    }
}

/// What each unit gives and gets, in the order of the units' ids.
fn balance(legs: &[ExchangeLeg]) -> Vec<ExchangeBalance> {
    let mut units: BTreeMap<Id, ExchangeBalance> = BTreeMap::new();
    let counted = legs
        .iter()
        .filter(|leg| leg.status != PostingStatus::Cancelled);
    for leg in counted {
        let sends = of_unit(&mut units, leg.organization_id, &leg.organization_name);
        match leg.direction {
            ExchangeDirection::Upward => sends.upward += 1,
            ExchangeDirection::Downward => sends.downward += 1,
            ExchangeDirection::Lateral => sends.lateral += 1,
        }
        if let (Some(id), Some(name)) = (leg.host_organization_id, &leg.host_organization_name) {
            of_unit(&mut units, id, name).received += 1;
        }
    }
    units.into_values().collect()
}

fn of_unit<'a>(
    units: &'a mut BTreeMap<Id, ExchangeBalance>,
    id: Id,
    name: &str,
) -> &'a mut ExchangeBalance {
    units.entry(id).or_insert_with(|| ExchangeBalance {
        organization_id: id,
        organization_name: name.to_owned(),
        upward: 0,
        downward: 0,
        lateral: 0,
        received: 0,
    })
}
