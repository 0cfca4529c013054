//! How often a pair talks: what the programme asks for, what is due next, what is open.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::cadence_store;
use super::follow_up_store;
use super::model::{PairMember, SessionKind};
use super::response::reading;
use super::rules;
use crate::assignments::{self, Assignment, AssignmentStatus};
use crate::cadres::{self, Phase, phase_on};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::mentors::MentorRole;
use crate::rules::{Number, table};
use crate::values::Date;

/// How often a pair talks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Cadence)]
pub struct CadenceResponse {
    /// The pair.
    pub assignment_id: Id,
    /// The cadre.
    pub cadre_id: Id,
    /// The mentor.
    pub mentor_id: Id,
    /// As what the mentor guides.
    pub role: MentorRole,
    /// The cadre's year of the programme today.
    pub phase: Phase,
    /// From one talk to the next, in months, as the rule table says for role and phase; never longer than R24 allows.
    #[schema(minimum = 1, maximum = 12)]
    pub interval_months: i32,
    /// The day of the last talk.
    pub last_session_on: Option<Date>,
    /// The day of the last talk that was HEART_TO_HEART.
    pub last_heart_to_heart_on: Option<Date>,
    /// By when the next talk is due: the earlier of the interval and of `heartToHeartDueOn`; null once the pair is over.
    pub next_due_on: Option<Date>,
    /// By when the next HEART_TO_HEART is due (R24); null once the pair is over.
    pub heart_to_heart_due_on: Option<Date>,
    /// Whether a talk was due before today.
    pub overdue: bool,
    /// How much of what was agreed, as far as the caller reads it, is not done.
    #[schema(minimum = 0)]
    pub open_items: i64,
}

/// What is due of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The interval in months.
    pub interval_months: i32,
    /// By when the next talk is due.
    pub next_on: Date,
    /// By when the next HEART_TO_HEART is due.
    pub heart_to_heart_on: Date,
}

/// The last talks of a pair, and what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// The day of the last talk.
    pub last_on: Option<Date>,
    /// The day of the last that was HEART_TO_HEART.
    pub last_heart_to_heart_on: Option<Date>,
    /// What is not done.
    pub open: i64,
}

/// What of that which was agreed counts as open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// All that is read by everyone who knows of the pair.
    Shared,
    /// All.
    All,
    /// What the mentor is to do.
    OfMentor,
}

/// The cadence of a pair that the caller knows of.
///
/// # Errors
/// `NotFound` out of reach.
pub fn read(conn: &mut DbConn, context: &Context, id: Id) -> Result<CadenceResponse> {
    let seen = assignments::read(conn, context, id)?;
    let pair = assignments::find(conn, seen.id)?.ok_or(Error::NotFound)?;
    let cadre = cadres::store::find(conn, pair.cadre_id)?.ok_or(Error::NotFound)?;
    let counted = match rules::member((pair.cadre_id, pair.mentor_id), &reading(context)) {
        Some(_) => Counted::All,
        None => Counted::Shared,
    };
    let held = held(conn, &[pair.id], counted)?;
    let held = held.get(&pair.id).copied().unwrap_or_default();
    let phase = phase_on(cadre.reported_on, context.today).0;
    let due = due(&pair, phase, &held, context.today);
    let is_active = pair.status == AssignmentStatus::Active;
    let next_due_on = is_active.then_some(due.next_on);
    Ok(CadenceResponse {
        assignment_id: pair.id,
        cadre_id: pair.cadre_id,
        mentor_id: pair.mentor_id,
        role: pair.role,
        phase,
        interval_months: due.interval_months,
        last_session_on: held.last_on,
        last_heart_to_heart_on: held.last_heart_to_heart_on,
        next_due_on,
        heart_to_heart_due_on: is_active.then_some(due.heart_to_heart_on),
        overdue: next_due_on.is_some_and(|day| day < context.today),
        open_items: held.open,
    })
}

/// The last talks of some pairs and what is open, in two statements.
///
/// # Errors
/// When the database refuses.
pub fn held(
    conn: &mut DbConn,
    assignment_ids: &[Id],
    counted: Counted,
) -> Result<HashMap<Id, Held>> {
    let mut all: HashMap<Id, Held> = HashMap::new();
    for (id, kind, day) in cadence_store::last_days(conn, assignment_ids)? {
        let held = all.entry(id).or_default();
        held.last_on = held.last_on.max(day);
        if kind == SessionKind::HeartToHeart {
            held.last_heart_to_heart_on = day;
        }
    }
    for (id, owner, is_confidential) in follow_up_store::open_of(conn, assignment_ids)? {
        let counts = match counted {
            Counted::Shared => !is_confidential,
            Counted::All => true,
            Counted::OfMentor => owner == PairMember::Mentor,
        };
        all.entry(id).or_default().open += i64::from(counts);
    }
    Ok(all)
}

/// What is due of a pair in effect: a talk each interval, one of them HEART_TO_HEART as often as R24 asks.
pub fn due(pair: &Assignment, phase: Phase, held: &Held, today: Date) -> Due {
    due_of(pair.role, pair.starts_on, phase, held, today)
}

fn due_of(role: MentorRole, starts_on: Date, phase: Phase, held: &Held, today: Date) -> Due {
    let number = |key| i32::try_from(table().number(key, today)).unwrap_or(1);
    let longest = (12 / number(Number::HeartToHeartPerYear).max(1)).max(1);
    let interval_months = number(interval(role, phase)).clamp(1, longest);
    let from = |last: Option<Date>| last.unwrap_or(starts_on);
    let heart_to_heart_on = from(held.last_heart_to_heart_on).plus_months(longest);
    let by_interval = from(held.last_on).plus_months(interval_months);
    Due {
        interval_months,
        next_on: by_interval.min(heart_to_heart_on),
        heart_to_heart_on,
    }
}

/// The row of the rule table for role and phase; whoever stays beyond the third year goes on as in it.
const fn interval(role: MentorRole, phase: Phase) -> Number {
    use MentorRole::{Political, Professional};
    match (role, phase) {
        (Political, Phase::Seedling) => Number::PoliticalSeedlingInterval,
        (Political, Phase::Nurturing) => Number::PoliticalNurturingInterval,
        (Political, _) => Number::PoliticalStrengtheningInterval,
        (Professional, Phase::Seedling) => Number::ProfessionalSeedlingInterval,
        (Professional, Phase::Nurturing) => Number::ProfessionalNurturingInterval,
        (Professional, _) => Number::ProfessionalStrengtheningInterval,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn interval_of(role: MentorRole, phase: Phase) -> i32 {
        let start = day("2023-01-31");
        due_of(role, start, phase, &Held::default(), start).interval_months
    }

    #[test]
    fn each_role_and_year_has_an_interval_of_its_own() {
        use MentorRole::{Political, Professional};
        let [first, second, third] = Phase::YEARS;
        let all = || {
            let of_role = |role| Phase::YEARS.map(|phase| interval_of(role, phase));
            [Political, Professional]
                .map(of_role)
                .concat()
                .into_iter()
                .sum::<i32>()
        };
        for (row, role, phase) in [
            (("SESSION", "political_seedling_months"), Political, first),
            (("SESSION", "political_nurturing_months"), Political, second),
            (
                ("SESSION", "political_strengthening_months"),
                Political,
                third,
            ),
            (
                ("SESSION", "professional_seedling_months"),
                Professional,
                first,
            ),
            (
                ("SESSION", "professional_nurturing_months"),
                Professional,
                second,
            ),
            (
                ("SESSION", "professional_strengthening_months"),
                Professional,
                third,
            ),
        ] {
            assert_eq!((interval_of(role, phase), all()), (1, 6));
            assert_eq!(with(row, "3", || (interval_of(role, phase), all())), (3, 8));
        }
        let row = ("SESSION", "political_strengthening_months");
        let graduated = || interval_of(MentorRole::Political, Phase::Graduated);
        assert_eq!(with(row, "2", graduated), 2);
    }

    #[test]
    fn r24_bounds_the_interval_and_has_a_day_of_its_own() {
        let start = day("2023-01-31");
        let held = Held {
            last_on: Some(day("2023-12-20")),
            ..Held::default()
        };
        let due = || due_of(MentorRole::Political, start, Phase::Seedling, &held, start);
        // Of the last day of a short month.
        let first = due_of(
            MentorRole::Political,
            start,
            Phase::Seedling,
            &Held::default(),
            start,
        );
        assert_eq!(first.next_on, day("2023-02-28"));
        // One a year: the day of the year after, before the next talk by the interval.
        assert_eq!(due().heart_to_heart_on, day("2024-01-31"));
        assert_eq!(due().next_on, day("2024-01-20"));
        let row = ("R24", "heart_to_heart_per_year");
        let often = with(row, "4", due);
        assert_eq!(often.heart_to_heart_on, day("2023-04-30"));
        assert_eq!(often.next_on, day("2023-04-30"));
        let slow = ("SESSION", "political_seedling_months");
        assert_eq!(with(slow, "24", due).interval_months, 12);
    }
}
