//! Queries of enrolments.

use diesel::prelude::*;

use super::model::{Enrolment, EnrolmentRecord, EnrolmentStatus};
use super::request::EnrolmentFilters;
use crate::cadres::ways_to_file;
use crate::context::Context;
use crate::db::schema::{cadres, enrolments, organizations, training_events, training_feedback};
use crate::db::{DbConn, Id, MultiBackend, any_of, one_of};
use crate::error::{Error, Result};
use crate::listing::{EveryMember, List, Sort, SortColumn};
use crate::organizations::{ListedOrganizations, within_organizations};

diesel::alias!(
    organizations as present: PresentOrganization,
    organizations as host: HostOrganization
);

/// What a reply shows, in one statement: of the members that are asked for, what they need, and always what decides who sees the
/// row. A macro because the joined query has no type one could write down.
macro_rules! records {
    ($fields:expr) => {{
        let fields = $fields;
        enrolments::table
            .inner_join(cadres::table.on(cadres::id.eq(enrolments::cadre_id)))
            .inner_join(organizations::table.on(organizations::id.eq(enrolments::organization_id)))
            .inner_join(
                present.on(present
                    .field(organizations::id)
                    .eq(enrolments::present_organization_id)),
            )
            .inner_join(
                host.on(host
                    .field(organizations::id)
                    .eq(enrolments::host_organization_id)),
            )
            .inner_join(training_events::table.on(training_events::id.eq(enrolments::event_id)))
            .left_join(
                training_feedback::table.on(training_feedback::enrolment_id.eq(enrolments::id)),
            )
            .select((
                crate::training::enrolments::model::columns!(fields),
                fields.column(&["cadreName"], cadres::name),
                (cadres::political_mentor_id, cadres::professional_mentor_id),
                (
                    fields.column(&["organizationName"], organizations::name),
                    organizations::path,
                ),
                present.field(organizations::path),
                host.field(organizations::path),
                (
                    fields.column(&["eventTitle"], training_events::title),
                    training_events::kind,
                    training_events::starts_on,
                    training_events::ends_on,
                    training_events::status,
                ),
                (training_feedback::rating, training_feedback::text).nullable(),
            ))
    }};
}

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Enrolment>> {
    let found = enrolments::table.find(id).select(Enrolment::as_select());
    Ok(found.first(conn).optional()?)
}

/// The row with what a reply shows.
///
/// # Errors
/// When the database refuses.
pub fn find_record(conn: &mut DbConn, id: Id) -> Result<Option<EnrolmentRecord>> {
    let found = records!(EveryMember).filter(enrolments::id.eq(id));
    Ok(found.first::<EnrolmentRecord>(conn).optional()?)
}

/// The row with what a reply shows, locked against other writers until the transaction ends; SQLite has one writer anyway. Its event
/// is under lock already.
///
/// # Errors
/// When the database refuses.
pub fn lock_record(tx: &mut DbConn, id: Id) -> Result<Option<EnrolmentRecord>> {
    if let DbConn::Postgres(conn) = tx {
        let row = enrolments::table.find(id).select(enrolments::id);
        row.for_update().first::<Id>(conn).optional()?;
    }
    find_record(tx, id)
}

/// The event of an enrolment.
///
/// # Errors
/// When the database refuses.
pub fn event_of(conn: &mut DbConn, id: Id) -> Result<Option<Id>> {
    let found = enrolments::table.find(id).select(enrolments::event_id);
    Ok(found.first(conn).optional()?)
}

/// The enrolments of a cadre with what a reply shows, the latest event first.
///
/// # Errors
/// When the database refuses.
pub fn latest_of(conn: &mut DbConn, cadre_id: Id, most: i64) -> Result<Vec<EnrolmentRecord>> {
    let rows = records!(EveryMember)
        .filter(enrolments::cadre_id.eq(cadre_id))
        .order((training_events::starts_on.desc(), enrolments::id.desc()))
        .limit(most);
    Ok(rows.load(conn)?)
}

/// Writes a changed row over version `version`.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn update(tx: &mut DbConn, row: &Enrolment, version: i64) -> Result<()> {
    let former = enrolments::table
        .find(row.id)
        .filter(enrolments::version.eq(version));
    match diesel::update(former).set(row).execute(tx)? {
        1 => Ok(()),
        _ => Err(Error::StaleVersion(None)),
    }
}

/// What lists of enrolments are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrolmentSort {
    /// The id.
    Id,
}

impl Sort for EnrolmentSort {
    type Row = EnrolmentRecord;
    type Source = enrolments::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(enrolments::id, |row| row.enrolment.id),
        }
    }
}

/// The rows of a page: their ids are found first, so that the walk over an index stays narrow.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &EnrolmentFilters,
    organizations: &ListedOrganizations,
    list: &List<EnrolmentSort>,
) -> Result<Vec<EnrolmentRecord>> {
    let are_few = organizations.is_narrow() || filters.event_id.is_some();
    let ids = matching(context, filters, organizations).select(enrolments::id);
    let ids = list.window(ids, are_few)?;
    let rows = records!(&list.fields).into_boxed::<MultiBackend>();
    Ok(list.rows_of(rows, enrolments::id, ids).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(
    conn: &mut DbConn,
    context: &Context,
    filters: &EnrolmentFilters,
    organizations: &ListedOrganizations,
) -> Result<i64> {
    let matching = matching(context, filters, organizations);
    Ok(matching.count().get_result(conn)?)
}

type Query<'a> = enrolments::BoxedQuery<'a, MultiBackend>;

fn matching<'a>(
    context: &Context,
    filters: &EnrolmentFilters,
    organizations: &ListedOrganizations,
) -> Query<'a> {
    let mut query = in_reach(context, organizations, filters.event_id);
    if let Some(id) = filters.event_id {
        query = query.filter(enrolments::event_id.eq(id));
    }
    if let Some(id) = filters.cadre_id {
        query = query.filter(enrolments::cadre_id.eq(id));
    }
    if let Some(organization) = &organizations.asked {
        query = query.filter(within_organizations!(
            enrolments::table,
            organization,
            enrolments::organization_id
        ));
    }
    if let Some(statuses) = &filters.status {
        query = query.filter(one_of!(
            enrolments::table, enrolments::status, &statuses.0,
            common: [EnrolmentStatus::Enrolled, EnrolmentStatus::Attended]
        ));
    }
    query
}

/// What the caller reaches, as `rules::sees` has it: subtrees, own mentees, oneself. What others' people are enrolled in is a host's to
/// read event by event: a city's events have most of the rows there are, and would have the list of every unit read them all.
fn in_reach<'a>(
    context: &Context,
    organizations: &ListedOrganizations,
    event_id: Option<Id>,
) -> Query<'a> {
    let reach = &context.reach;
    let query = enrolments::table.into_boxed::<MultiBackend>();
    if reach.everything {
        return query;
    }
    let mut ways = ways_to_file!(
        enrolments::table,
        reach,
        &organizations.reached,
        enrolments::cadre_id,
        enrolments::organization_id,
        enrolments::present_organization_id,
    );
    if event_id.is_some() && !organizations.reached.is_empty() {
        ways.push(within_organizations!(
            enrolments::table,
            &organizations.reached,
            enrolments::host_organization_id
        ));
    }
    query.filter(any_of(ways))
}
