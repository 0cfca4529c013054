//! The one joined query from which evaluations are shown.

use diesel::dsl;
use diesel::query_source::{Alias, AliasedField};

use crate::db;
use crate::db::schema::{cadres, evaluation_answers, evaluations, mentors, organizations};

diesel::alias!(
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
type WithMentor = dsl::LeftJoinQuerySource<
    WithUnitNow,
    mentors::table,
    dsl::Eq<dsl::Nullable<mentors::id>, evaluations::mentor_id>,
>;
/// What a reply shows of evaluations is read from here.
pub type Joined = dsl::LeftJoinQuerySource<
    WithMentor,
    evaluation_answers::table,
    dsl::Eq<evaluation_answers::evaluation_id, evaluations::id>,
>;
/// A condition on evaluations.
pub type Condition = db::Condition<Joined>;

/// Evaluations with everything a reply shows; a macro because the joined query has no type one could write down.
macro_rules! records {
    () => {{
        use crate::db::schema::{cadres, evaluation_answers, evaluations, mentors, organizations};
        use crate::evaluations::store::record::{units_now, units_then};
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
            .left_join(
                evaluation_answers::table.on(evaluation_answers::evaluation_id.eq(evaluations::id)),
            )
            .select((
                crate::evaluations::model::Evaluation::as_select(),
                cadres::name,
                (
                    units_then.field(organizations::name),
                    units_then.field(organizations::path),
                ),
                units_now.field(organizations::path),
                mentors::name.nullable(),
                evaluation_answers::answers.nullable(),
            ))
            .into_boxed::<crate::db::MultiBackend>()
    }};
}

pub(super) use records;
