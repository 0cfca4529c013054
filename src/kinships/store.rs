//! Queries of kinships.

use diesel::dsl;
use diesel::prelude::*;

use super::model::{Kinship, KinshipFilters, Person};
use super::person;
use super::records::Records;
use crate::access::Subtree;
use crate::codes::KinshipCode;
use crate::context::Context;
use crate::db::schema::{cadres, kinships, mentors, organizations, user_grants};
use crate::db::{self, DbConn, Id, MultiBackend, any_of, inside};
use crate::error::{Error, Result};
use crate::listing::{List, Sort, SortColumn};

/// What lists of kinships are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KinshipSort {
    /// The id.
    Id,
}

impl Sort for KinshipSort {
    type Row = Kinship;
    type Source = kinships::table;
    const ALL: &'static [(&'static str, Self)] = &[("id", Self::Id)];

    fn column(self) -> SortColumn<Self::Source, Self::Row> {
        match self {
            Self::Id => SortColumn::new(kinships::id, |row| row.id),
        }
    }
}

/// The row.
///
/// # Errors
/// When the database refuses.
pub fn find(conn: &mut DbConn, id: Id) -> Result<Option<Kinship>> {
    let found = kinships::table.find(id).select(Kinship::as_select());
    Ok(found.first(conn).optional()?)
}

/// Every row.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &mut DbConn) -> Result<Vec<Kinship>> {
    let rows = kinships::table
        .order(kinships::id)
        .select(Kinship::as_select());
    Ok(rows.load(conn)?)
}

/// Writes a new row.
///
/// # Errors
/// `Duplicate` when the same two persons stand in a row already.
pub fn insert(tx: &mut DbConn, row: &Kinship) -> Result<()> {
    diesel::insert_into(kinships::table)
        .values(row)
        .execute(tx)?;
    Ok(())
}

/// Removes a row.
///
/// # Errors
/// `StaleVersion` when another change came first.
pub fn delete(tx: &mut DbConn, row: &Kinship) -> Result<()> {
    let present = kinships::table
        .find(row.id)
        .filter(kinships::version.eq(row.version));
    match diesel::delete(present).execute(tx)? {
        0 => Err(Error::StaleVersion(None)),
        _ => Ok(()),
    }
}

/// Who is declared kin of a person with these records, in either direction, and how.
///
/// # Errors
/// When the database refuses.
pub fn kin_of(conn: &mut DbConn, records: &Records) -> Result<Vec<(Person, KinshipCode)>> {
    let ids = records.ids();
    let declared: Vec<Kinship> = kinships::table
        .filter(
            kinships::person_a_id
                .eq_any(ids.clone())
                .or(kinships::person_b_id.eq_any(ids)),
        )
        .select(Kinship::as_select())
        .load(conn)?;
    let mut kin = Vec::new();
    for kinship in declared {
        let [a, b] = kinship.persons();
        if records.contains(a) {
            kin.push((b, kinship.relation));
        }
        if records.contains(b) {
            kin.push((a, kinship.relation));
        }
    }
    Ok(kin)
}

/// Lets a record be removed that no kinship names.
///
/// # Errors
/// `InUse`.
pub fn require_none(conn: &mut DbConn, person: Person) -> Result<()> {
    let named = kinships::table
        .filter(names_one_of(&Records::new([Some(person)])))
        .select(kinships::id)
        .into_boxed::<MultiBackend>();
    match named.first::<Id>(conn).optional()? {
        Some(_) => Err(Error::InUse),
        None => Ok(()),
    }
}

/// A page of rows.
///
/// # Errors
/// `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &KinshipFilters,
    list: &List<KinshipSort>,
) -> Result<Vec<Kinship>> {
    let query = matching(conn, context, filters)?.select(Kinship::as_select());
    Ok(list.window(query, false)?.load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(conn: &mut DbConn, context: &Context, filters: &KinshipFilters) -> Result<i64> {
    Ok(matching(conn, context, filters)?.count().get_result(conn)?)
}

type Query<'a> = kinships::BoxedQuery<'a, MultiBackend>;
type Condition = db::Condition<kinships::table>;

fn matching<'a>(
    conn: &mut DbConn,
    context: &Context,
    filters: &KinshipFilters,
) -> Result<Query<'a>> {
    let mut query = kinships::table.into_boxed::<MultiBackend>();
    if !context.reach.everything {
        query = query.filter(readable(context));
    }
    if let Some(id) = filters.person_id {
        query = query.filter(names_one_of(&person::records_named(conn, id)?));
    }
    if let Some(relation) = filters.relation {
        query = query.filter(kinships::relation.eq(relation));
    }
    Ok(query)
}

/// The condition that one of some records is A or B.
fn names_one_of(records: &Records) -> Condition {
    any_of(records.iter().map(|record| -> Condition {
        let is_a = kinships::person_a_id
            .eq(record.id)
            .and(kinships::person_a_type.eq(record.kind));
        let is_b = kinships::person_b_id
            .eq(record.id)
            .and(kinships::person_b_type.eq(record.kind));
        Box::new(is_a.or(is_b))
    }))
}

/// The condition that the caller declared it, or that one of the persons belongs to a reached unit.
fn readable(context: &Context) -> Condition {
    let declarer = context.actor.id().unwrap_or(Id(uuid::Uuid::nil()));
    let mut condition: Condition = Box::new(
        kinships::created_by
            .assume_not_null()
            .eq(declarer)
            .and(kinships::created_by.is_not_null()),
    );
    for subtree in &context.reach.subtrees {
        let of_unit = if subtree.depth() == 0 {
            walked(subtree)
        } else {
            searched(subtree)
        };
        condition = Box::new(condition.or(of_unit));
    }
    condition
}

/// The ids of a subtree's cadres, mentors and users; a macro because the queries have no type one could write down.
macro_rules! people {
    ($subtree:expr) => {{
        let cadres = cadres::table
            .inner_join(organizations::table.on(organizations::id.eq(cadres::organization_id)))
            .filter(inside!($subtree))
            .select(cadres::id);
        let mentors = mentors::table
            .inner_join(organizations::table.on(organizations::id.eq(mentors::organization_id)))
            .filter(inside!($subtree))
            .select(mentors::id);
        let users = user_grants::table
            .inner_join(
                organizations::table
                    .on(organizations::id.eq(user_grants::organization_id.assume_not_null())),
            )
            .filter(inside!($subtree))
            .select(user_grants::user_id);
        (cadres, mentors, users)
    }};
}

/// One of the persons belongs to a broad subtree: tested row by row while the list is walked, as in `within!`.
fn walked(subtree: &Subtree) -> Condition {
    let (cadre, mentor, user) = people!(subtree);
    let cadre = cadre.filter(
        cadres::id
            .eq(kinships::person_a_id)
            .or(cadres::id.eq(kinships::person_b_id)),
    );
    let mentor = mentor.filter(
        mentors::id
            .eq(kinships::person_a_id)
            .or(mentors::id.eq(kinships::person_b_id)),
    );
    let user = user.filter(
        user_grants::user_id
            .eq(kinships::person_a_id)
            .or(user_grants::user_id.eq(kinships::person_b_id)),
    );
    Box::new(
        dsl::exists(cadre)
            .or(dsl::exists(mentor))
            .or(dsl::exists(user)),
    )
}

/// One of the persons belongs to a narrow subtree: its people first, then what names them.
fn searched(subtree: &Subtree) -> Condition {
    let (cadres, mentors, users) = people!(subtree);
    let first = kinships::person_a_id
        .eq_any(cadres)
        .or(kinships::person_a_id.eq_any(mentors))
        .or(kinships::person_a_id.eq_any(users));
    let (cadres, mentors, users) = people!(subtree);
    let second = kinships::person_b_id
        .eq_any(cadres)
        .or(kinships::person_b_id.eq_any(mentors))
        .or(kinships::person_b_id.eq_any(users));
    Box::new(first.or(second))
}
