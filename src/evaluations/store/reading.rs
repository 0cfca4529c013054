//! Who reads an evaluation, as ONE condition on rows: lists, counts, series and single reads all pass through [`readable`].
//!
//! A draft is read by its author; what is submitted or returned by its author and those who may confirm it; what is confirmed
//! by the staff of the unit of its own date and of the present unit, by the present mentors and by the cadre. To the cadre, in
//! whatever other role they come, nothing exists before it is confirmed but what they wrote about themselves.
//!
//! Whoever still owes an evaluation of a cadre, kind and period reads no other of it. A caller owes
//! - while a form of their own for that cadre, kind and period is a draft or returned; and
//! - as the mentor paired with the cadre on the last day of the period, where mentors write in evaluations of that kind and
//!   there is no form of theirs, until the days in which a form is accepted have passed since that day.

use diesel::dsl;
use diesel::prelude::*;
use diesel::query_source::{Alias, AliasedField};
use diesel::sql_types::Bool;

use super::super::model::{
    Evaluation, EvaluationKind, EvaluationStatus, EvaluatorRelation, Sighting,
};
use super::super::request::EvaluationFilters;
use super::super::rules;
use crate::access::{Account, Actor, Context, Permission, Reach, Subtree};
use crate::db::schema::{assignments, cadres, evaluations, mentors, organizations};
use crate::db::{DbConn, Id, MultiBackend, UtcTimestamp, within};
use crate::error::{Error, Result};
use crate::http::{After, Paging, keyset};
use crate::values::Date;

diesel::alias!(
    evaluations as own_forms: OwnForm,
    organizations as units_then: UnitThen,
    organizations as units_now: UnitNow
);

type WithCadre = dsl::InnerJoinQuerySource<
    evaluations::table,
    cadres::table,
    dsl::Eq<cadres::id, evaluations::cadre_id>,
>;
type WithUnitThen = dsl::InnerJoinQuerySource<
    WithCadre,
    Alias<UnitThen>,
    dsl::Eq<AliasedField<UnitThen, organizations::id>, evaluations::organization_id>,
>;
type WithUnitNow = dsl::InnerJoinQuerySource<
    WithUnitThen,
    Alias<UnitNow>,
    dsl::Eq<AliasedField<UnitNow, organizations::id>, evaluations::present_organization_id>,
>;
type Joined = dsl::LeftJoinQuerySource<
    WithUnitNow,
    mentors::table,
    dsl::Eq<dsl::Nullable<mentors::id>, evaluations::mentor_id>,
>;
type Condition = Box<dyn BoxableExpression<Joined, MultiBackend, SqlType = Bool>>;

/// Evaluations with everything a reply shows; a macro because the joined query has no type one could write down.
macro_rules! sightings {
    () => {
        evaluations::table
            .inner_join(cadres::table.on(cadres::id.eq(evaluations::cadre_id)))
            .inner_join(
                units_then.on(units_then
                    .field(organizations::id)
                    .eq(evaluations::organization_id)),
            )
            .inner_join(
                units_now.on(units_now
                    .field(organizations::id)
                    .eq(evaluations::present_organization_id)),
            )
            .left_join(mentors::table.on(mentors::id.nullable().eq(evaluations::mentor_id)))
            .select((
                Evaluation::as_select(),
                cadres::name,
                (
                    units_then.field(organizations::name),
                    units_then.field(organizations::path),
                ),
                units_now.field(organizations::path),
                mentors::name.nullable(),
            ))
            .into_boxed::<MultiBackend>()
    };
}

/// The ids by which a caller's own forms are known; the nil id, which no row has, where there is none.
#[derive(Debug, Clone, Copy)]
struct Own {
    mentor: Id,
    cadre: Id,
    user: Id,
    client: Id,
}

impl Own {
    fn of(actor: &Actor) -> Self {
        let nil = Id(uuid::Uuid::nil());
        let (user, client) = match actor.account {
            Account::User(id) => (id, nil),
            Account::Client(id) => (nil, id),
            Account::System => (nil, nil),
        };
        Self {
            mentor: actor.mentor_id.unwrap_or(nil),
            cadre: actor.cadre_id.unwrap_or(nil),
            user,
            client,
        }
    }
}

/// That the caller wrote a form: as the mentor, as the cadre, or for the unit. `$column` turns a column into an expression.
macro_rules! written_by {
    ($own:expr, $column:ident) => {{
        let own: Own = $own;
        let for_unit = $column!(evaluations::evaluator_user_id)
            .eq(own.user)
            .or($column!(evaluations::evaluator_user_id)
                .is_null()
                .and($column!(evaluations::created_by).eq(own.client)));
        $column!(evaluations::mentor_id)
            .eq(own.mentor)
            .or($column!(evaluations::evaluator_relation)
                .eq(EvaluatorRelation::Self_)
                .and($column!(evaluations::cadre_id).eq(own.cadre)))
            .or($column!(evaluations::evaluator_relation)
                .eq(EvaluatorRelation::Unit)
                .and(for_unit))
            .assume_not_null()
    }};
}

macro_rules! plain {
    ($column:expr) => {
        $column
    };
}

macro_rules! of_own_form {
    ($column:expr) => {
        own_forms.field($column)
    };
}

/// That an evaluation exists for the caller.
fn readable(context: &Context) -> Condition {
    let actor = context.actor.as_ref();
    if actor.account == Account::System {
        return Box::new(dsl::sql::<Bool>("1 = 1"));
    }
    let own = Own::of(actor);
    let reach = context.reach_of(Permission::EvaluationsRead);
    let others = || evaluations::cadre_id.ne(own.cadre);
    let confirmed = || evaluations::status.eq(EvaluationStatus::Confirmed);
    let mut condition: Condition = Box::new(dsl::sql::<Bool>("1 = 0"));
    if !reach.subtrees.is_empty() {
        let staff = in_units(&reach).and(stage_for_staff(context, &reach, own));
        condition = Box::new(condition.or(others().and(staff)));
    }
    if let Some(mentor) = reach.mentor_id {
        let mentee = cadres::political_mentor_id
            .eq(mentor)
            .or(cadres::professional_mentor_id.eq(mentor));
        let as_mentor = evaluations::mentor_id
            .eq(mentor)
            .assume_not_null()
            .or(confirmed().and(mentee.assume_not_null()));
        condition = Box::new(condition.or(others().and(as_mentor)));
    }
    if actor.cadre_id.is_some() {
        let of_self = confirmed().or(evaluations::evaluator_relation.eq(EvaluatorRelation::Self_));
        let about_self = evaluations::cadre_id.eq(own.cadre).and(of_self);
        condition = if reach.cadre_id.is_some() {
            Box::new(condition.or(about_self))
        } else {
            Box::new(condition.or(about_self.and(in_units(&reach))))
        };
    }
    let others_too = written_by!(own, plain).or(dsl::not(owed(context, own)));
    Box::new(condition.and(others_too))
}

/// How far an evaluation must have come for staff: confirmed; handed in, for those who may confirm it; anything of their own.
fn stage_for_staff(context: &Context, reach: &Reach, own: Own) -> Condition {
    let confirming = context.reach_of(Permission::EvaluationsConfirm);
    let handed_in = evaluations::status.ne(EvaluationStatus::Draft);
    let own_form = written_by!(own, plain);
    if confirming.subtrees == reach.subtrees {
        return Box::new(handed_in.or(own_form));
    }
    let confirmed = evaluations::status.eq(EvaluationStatus::Confirmed);
    Box::new(
        confirmed
            .or(own_form)
            .or(handed_in.and(in_units(&confirming))),
    )
}

/// That the unit of an evaluation's own date, or the cadre's present unit, is reached.
fn in_units(reach: &Reach) -> Condition {
    if reach.subtrees.is_empty() {
        return Box::new(dsl::sql::<Bool>("1 = 0"));
    }
    let then = within!(Joined, evaluations::organization_id, reach);
    let now = within!(Joined, evaluations::present_organization_id, reach);
    Box::new(then.or(now))
}

/// That the caller still owes an evaluation of the row's cadre, kind and period.
fn owed(context: &Context, own: Own) -> Condition {
    let open = own_forms
        .filter(
            own_forms
                .field(evaluations::cadre_id)
                .eq(evaluations::cadre_id),
        )
        .filter(
            own_forms
                .field(evaluations::period_to)
                .eq(evaluations::period_to),
        )
        .filter(
            own_forms
                .field(evaluations::period_from)
                .eq(evaluations::period_from),
        )
        .filter(own_forms.field(evaluations::kind).eq(evaluations::kind))
        .filter(
            own_forms
                .field(evaluations::status)
                .eq_any([EvaluationStatus::Draft, EvaluationStatus::Returned]),
        )
        .filter(written_by!(own, of_own_form))
        .select(own_forms.field(evaluations::id));
    if context.actor.mentor_id.is_none() {
        return Box::new(dsl::exists(open));
    }
    let paired = assignments::table
        .filter(assignments::cadre_id.eq(evaluations::cadre_id))
        .filter(assignments::mentor_id.eq(own.mentor))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .filter(assignments::starts_on.le(evaluations::period_to))
        .filter(
            assignments::ends_on.is_null().or(assignments::ends_on
                .assume_not_null()
                .ge(evaluations::period_to)),
        )
        .select(assignments::id);
    let form = own_forms
        .filter(
            own_forms
                .field(evaluations::cadre_id)
                .eq(evaluations::cadre_id),
        )
        .filter(own_forms.field(evaluations::kind).eq(evaluations::kind))
        .filter(
            own_forms
                .field(evaluations::period_from)
                .eq(evaluations::period_from),
        )
        .filter(
            own_forms
                .field(evaluations::period_to)
                .eq(evaluations::period_to),
        )
        .filter(
            own_forms
                .field(evaluations::mentor_id)
                .eq(own.mentor)
                .assume_not_null(),
        )
        .select(own_forms.field(evaluations::id));
    let owes_first = evaluations::kind
        .eq_any(rules::MENTORS_KINDS.to_vec())
        .and(evaluations::period_to.ge(rules::owed_since(context.today)))
        .and(dsl::exists(paired))
        .and(dsl::not(dsl::exists(form)));
    Box::new(dsl::exists(open).or(owes_first))
}

/// The evaluation, if it exists for the caller.
///
/// # Errors
/// When the database refuses.
pub fn see(conn: &mut DbConn, context: &Context, id: Id) -> Result<Option<Sighting>> {
    Ok(see_all(conn, context, &[id])?.pop())
}

/// Those of these evaluations that exist for the caller.
///
/// # Errors
/// When the database refuses.
pub fn see_all(conn: &mut DbConn, context: &Context, ids: &[Id]) -> Result<Vec<Sighting>> {
    let chosen = sightings!().filter(readable(context));
    Ok(chosen
        .filter(evaluations::id.eq_any(ids.to_vec()))
        .load(conn)?)
}

/// Confirmed evaluations of a cadre that nothing superseded, as far as they exist for the caller, the latest period first.
///
/// # Errors
/// When the database refuses.
pub fn confirmed_of(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
    since: Option<Date>,
    limit: i64,
) -> Result<Vec<Sighting>> {
    let mut chosen = sightings!()
        .filter(readable(context))
        .filter(evaluations::cadre_id.eq(cadre_id))
        .filter(evaluations::status.eq(EvaluationStatus::Confirmed))
        .filter(evaluations::superseded_by_id.is_null());
    if let Some(day) = since {
        chosen = chosen.filter(evaluations::period_to.ge(day));
    }
    Ok(chosen
        .order((evaluations::period_to.desc(), evaluations::id.desc()))
        .limit(limit)
        .load(conn)?)
}

/// The kinds and periods of a cadre's confirmed evaluations that nothing superseded, as far as they exist for the caller.
///
/// # Errors
/// When the database refuses.
pub fn confirmed_periods(
    conn: &mut DbConn,
    context: &Context,
    cadre_id: Id,
) -> Result<Vec<(EvaluationKind, Date, Date)>> {
    let chosen = sightings!()
        .filter(readable(context))
        .filter(evaluations::cadre_id.eq(cadre_id))
        .filter(evaluations::status.eq(EvaluationStatus::Confirmed))
        .filter(evaluations::superseded_by_id.is_null());
    Ok(chosen
        .select((
            evaluations::kind,
            evaluations::period_from,
            evaluations::period_to,
        ))
        .order((evaluations::period_to.asc(), evaluations::id.asc()))
        .load(conn)?)
}

/// Of these evaluations and their cadres, the evaluations whose lines in the journal are kept from a caller who reads it: of a
/// cadre and period for which they still owe one; about themselves, but for what they wrote. Of a form that is gone nobody
/// knows the period any more, so it is kept from all who owe something about its cadre.
///
/// # Errors
/// When the database refuses.
pub fn withheld(
    conn: &mut DbConn,
    context: &Context,
    mentioned: &[(Id, Option<Id>)],
) -> Result<Vec<Id>> {
    let own = Own::of(&context.actor);
    let mut ids: Vec<Id> = mentioned.iter().map(|(id, _)| *id).collect();
    ids.sort();
    ids.dedup();
    let there: Vec<Id> = evaluations::table
        .filter(evaluations::id.eq_any(&ids))
        .select(evaluations::id)
        .load(conn)?;
    let written: Vec<Id> = evaluations::table
        .filter(evaluations::id.eq_any(&ids))
        .filter(written_by!(own, plain))
        .select(evaluations::id)
        .load(conn)?;
    let unknown = owed(context, own).or(evaluations::cadre_id.eq(own.cadre));
    let kept_back = sightings!()
        .filter(evaluations::id.eq_any(ids))
        .filter(unknown);
    let mut withheld: Vec<Id> = kept_back.select(evaluations::id).load(conn)?;
    withheld.retain(|id| !written.contains(id));
    let gone: Vec<(Id, Id)> = mentioned
        .iter()
        .filter(|(id, _)| !there.contains(id))
        .filter_map(|(id, cadre)| cadre.map(|cadre| (*id, cadre)))
        .collect();
    if !gone.is_empty() {
        let cadres: Vec<Id> = gone.iter().map(|(_, cadre)| *cadre).collect();
        let owing = owing_about(conn, context, own, &cadres)?;
        let kept_back = |cadre: &Id| *cadre == own.cadre || owing.contains(cadre);
        withheld.extend(gone.iter().filter(|(_, c)| kept_back(c)).map(|(id, _)| *id));
    }
    Ok(withheld)
}

/// Of these cadres, those about whom the caller may owe an evaluation of some period.
fn owing_about(conn: &mut DbConn, context: &Context, own: Own, cadres: &[Id]) -> Result<Vec<Id>> {
    let open = evaluations::table
        .filter(evaluations::cadre_id.eq_any(cadres))
        .filter(evaluations::status.eq_any([EvaluationStatus::Draft, EvaluationStatus::Returned]))
        .filter(written_by!(own, plain))
        .select(evaluations::cadre_id);
    let mut owing: Vec<Id> = open.load(conn)?;
    let since = rules::owed_since(context.today);
    let paired = assignments::table
        .filter(assignments::cadre_id.eq_any(cadres))
        .filter(assignments::mentor_id.eq(own.mentor))
        .filter(assignments::status.eq_any(["ACTIVE", "COMPLETED", "REPLACED"]))
        .filter(
            assignments::ends_on
                .is_null()
                .or(assignments::ends_on.assume_not_null().ge(since)),
        )
        .select(assignments::cadre_id);
    owing.extend(paired.load::<Id>(conn)?);
    Ok(owing)
}

/// Members that lists of evaluations are sorted by.
pub const SORTS: &[&str] = &["id", "periodTo", "updatedAt"];

/// A page of the evaluations that exist for the caller.
///
/// # Errors
/// `Malformed`, `InvalidCursor`, or when the database refuses.
pub fn page(
    conn: &mut DbConn,
    context: &Context,
    filters: &EvaluationFilters,
    paging: &Paging,
) -> Result<Vec<Sighting>> {
    let sort = paging.sort(SORTS)?;
    let after = paging.after(&context.scene.vault, context.actor.id(), context.now)?;
    let query = sightings!().filter(matching(conn, context, filters)?);
    let query = match sort.member {
        "periodTo" => {
            let after = after
                .map(|After { key, id }| Date::parse(&key).map(|key| (key, id)))
                .transpose();
            keyset!(
                query,
                evaluations::period_to,
                evaluations::id,
                sort.descending,
                after.map_err(|_| Error::InvalidCursor)?
            )
        }
        "updatedAt" => {
            let after = after
                .map(|After { key, id }| UtcTimestamp::parse(&key).map(|key| (key, id)))
                .transpose();
            keyset!(
                query,
                evaluations::updated_at,
                evaluations::id,
                sort.descending,
                after.map_err(|_| Error::InvalidCursor)?
            )
        }
        _ => keyset!(query, evaluations::id, sort.descending, after.map(|a| a.id)),
    };
    Ok(query.limit(paging.rows()).load(conn)?)
}

/// How many rows there are in all.
///
/// # Errors
/// When the database refuses.
pub fn total(conn: &mut DbConn, context: &Context, filters: &EvaluationFilters) -> Result<i64> {
    let matching = matching(conn, context, filters)?;
    Ok(sightings!().filter(matching).count().get_result(conn)?)
}

/// That an evaluation exists for the caller and passes the filters.
fn matching(
    conn: &mut DbConn,
    context: &Context,
    filters: &EvaluationFilters,
) -> Result<Condition> {
    let mut all = readable(context);
    if let Some(id) = filters.cadre_id {
        all = both(all, evaluations::cadre_id.eq(id));
    }
    if let Some(id) = filters.organization_id {
        let subtree = filters.subtree.is_none_or(|flag| flag.0);
        all = both(all, in_unit(conn, id, subtree)?);
    }
    if let Some(kinds) = &filters.kind {
        all = both(all, evaluations::kind.eq_any(kinds.0.clone()));
    }
    if let Some(relations) = &filters.evaluator_relation {
        all = both(
            all,
            evaluations::evaluator_relation.eq_any(relations.0.clone()),
        );
    }
    if let Some(user) = filters.evaluator_user_id {
        // Of evaluations about themselves nobody can ask who wrote them.
        let others = evaluations::cadre_id.ne(Own::of(&context.actor).cadre);
        let written = evaluations::evaluator_user_id.eq(user).assume_not_null();
        all = both(all, written.and(others));
    }
    if let Some(statuses) = &filters.status {
        all = both(all, evaluations::status.eq_any(statuses.0.clone()));
    }
    all = match filters.current {
        Some(current) if current.0 => both(all, evaluations::superseded_by_id.is_null()),
        Some(_) => both(all, evaluations::superseded_by_id.is_not_null()),
        None => all,
    };
    if let Some(day) = filters.period_from_gte {
        all = both(all, evaluations::period_from.ge(day));
    }
    if let Some(day) = filters.period_to_lte {
        all = both(all, evaluations::period_to.le(day));
    }
    Ok(all)
}

fn both(
    one: Condition,
    other: impl BoxableExpression<Joined, MultiBackend, SqlType = Bool> + 'static,
) -> Condition {
    let other: Condition = Box::new(other);
    Box::new(one.and(other))
}

fn in_unit(conn: &mut DbConn, id: Id, subtree: bool) -> Result<Condition> {
    let path = organizations::table
        .find(id)
        .select(organizations::path)
        .first::<String>(conn)
        .optional()?;
    let Some(path) = path.filter(|_| subtree) else {
        return Ok(Box::new(evaluations::organization_id.eq(id)));
    };
    let unit = Reach {
        subtrees: vec![Subtree {
            organization_id: id,
            path,
        }],
        ..Reach::default()
    };
    Ok(within!(Joined, evaluations::organization_id, &unit))
}
