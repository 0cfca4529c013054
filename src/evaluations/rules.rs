//! What the programme and the law say of evaluations: who rates what, how it is graded, when it counts.

use super::model::{Dimension, EvaluationKind, EvaluatorRelation, Score};
use crate::codes;
use crate::error::{Fault, FieldErrors, Violation};
use crate::rules::{Flag, Number, Words, table};
use crate::values::Date;

/// The kinds in which such a rater has a say.
pub fn kinds_of(relation: EvaluatorRelation) -> Vec<EvaluationKind> {
    let has_say = |kind: &EvaluationKind| kind.raters().contains(&relation);
    EvaluationKind::ALL
        .iter()
        .copied()
        .filter(has_say)
        .collect()
}

/// The table of the grade that such an evaluation carries; none where it carries no grade.
pub const fn grade_table(
    kind: EvaluationKind,
    relation: EvaluatorRelation,
) -> Option<&'static str> {
    match (kind, relation) {
        (_, EvaluatorRelation::Self_) => None,
        (EvaluationKind::Ordinary, _) => Some("ordinary-grade"),
        (EvaluationKind::Annual, EvaluatorRelation::Unit | EvaluatorRelation::HostUnit) => {
            Some("annual-grade")
        }
        (EvaluationKind::Probation, EvaluatorRelation::Unit | EvaluatorRelation::HostUnit) => {
            Some("probation-result")
        }
        _ => None,
    }
}

/// Notes a rater who has no say in this kind.
pub fn check_rater(kind: EvaluationKind, relation: EvaluatorRelation, errors: &mut FieldErrors) {
    let allowed = kind.raters();
    if !allowed.contains(&relation) {
        let words: Vec<&str> = allowed.iter().map(|relation| relation.as_str()).collect();
        errors.push(
            "/evaluatorRelation",
            Fault::with("code-unknown", &[&words.join(", ")]),
        );
    }
}

/// Notes scores and a grade that an evaluation of this kind by this rater cannot carry, at any time.
pub fn check_content(
    kind: EvaluationKind,
    relation: EvaluatorRelation,
    scores: &[Score],
    grade: Option<&str>,
    errors: &mut FieldErrors,
) {
    for (index, score) in scores.iter().enumerate() {
        let pointer = || format!("/scores/{index}/dimension");
        if !kind.scores(score.dimension) {
            let allowed: Vec<&str> = Dimension::ALL
                .iter()
                .filter(|dimension| kind.scores(**dimension))
                .map(|dimension| dimension.as_str())
                .collect();
            errors.push(
                pointer(),
                Fault::with("code-unknown", &[&allowed.join(", ")]),
            );
        }
        if scores[..index]
            .iter()
            .any(|before| before.dimension == score.dimension)
        {
            errors.push(pointer(), Fault::new("not-unique"));
        }
    }
    match (grade, grade_table(kind, relation)) {
        (None, _) => {}
        (Some(_), None) => errors.push("/grade", Fault::new("unknown-member")),
        (Some(grade), Some(name)) => {
            let known = codes::table(name).is_some_and(|table| table.get(grade).is_some());
            if !known {
                errors.push("/grade", codes::unknown(name));
            }
        }
    }
}

/// Notes what is missing before an evaluation can be handed in.
pub fn check_complete(
    kind: EvaluationKind,
    relation: EvaluatorRelation,
    scores: &[Score],
    grade: Option<&str>,
    errors: &mut FieldErrors,
) {
    let count = |observation: bool| {
        let of_set = |score: &&Score| score.dimension.is_observation() == observation;
        scores.iter().filter(of_set).count()
    };
    let complete = match (count(true), count(false)) {
        (4, 0) => true,
        (0 | 4, 5) => kind.has_appraisal(),
        _ => false,
    };
    if !complete {
        errors.push("/scores", Fault::new("required"));
    }
    if grade.is_none() && grade_table(kind, relation).is_some() {
        errors.push("/grade", Fault::new("required"));
    }
}

/// The mean of the scores in hundredths of a point, half up; none without scores.
pub fn overall_score(scores: &[Score]) -> Option<i32> {
    let count = i32::try_from(scores.len()).ok().filter(|n| *n > 0)?;
    let sum: i32 = scores.iter().map(|score| score.score).sum();
    Some((sum * 200 + count) / (2 * count))
}

/// R10: on probation the annual appraisal has no grade, afterwards it has one; judged on the last day of the period.
pub fn probation_violation(
    kind: EvaluationKind,
    grade: Option<&str>,
    period_to: Date,
    probation_ends_on: Date,
) -> Option<Violation> {
    let grade = grade.filter(|_| kind == EvaluationKind::Annual)?;
    let ungraded = table().words_in_force(Words::ProbationGrade, period_to)?;
    let carries = ungraded.iter().any(|word| word == grade);
    let reason = match (period_to < probation_ends_on, carries) {
        (true, false) => "UNGRADED_IN_PROBATION",
        (false, true) => "GRADED_AFTER_PROBATION",
        _ => return None,
    };
    Some(Violation {
        rule: "R10",
        reason,
        can_override: false,
    })
}

/// R12: whoever was on sick and personal leave for more than the share of the year that the rules give has no annual grade.
pub fn leave_violation(
    kind: EvaluationKind,
    grade: Option<&str>,
    (period_from, period_to): (Date, Date),
    leave_days: i64,
) -> Option<Violation> {
    let grade = grade.filter(|_| kind == EvaluationKind::Annual)?;
    let percent = table().number_in_force(Number::LeaveYearPercent, period_to)?;
    let days = period_from.working_days_until(period_to.plus_days(1));
    let is_away = leave_days * 100 > percent * days;
    (is_away && grade != NOT_APPRAISED).then_some(Violation {
        rule: "R12",
        reason: "LEAVE_OVER_HALF_YEAR",
        can_override: true,
    })
}

/// The annual result of whoever is not appraised because of leave.
const NOT_APPRAISED: &str = "NOT_APPRAISED_LEAVE";

/// Whether the one who confirms must be another than the one who evaluated (R18).
pub fn confirmer_differs(on: Date) -> bool {
    table().flag(Flag::ConfirmerDiffersFromEvaluator, on)
}

/// A share of best grades that a unit should not exceed (R11, R14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareLimit {
    /// The rule.
    pub rule: &'static str,
    /// Why a warning is given.
    pub reason: &'static str,
    /// The grade that is counted.
    pub best: &'static str,
    /// Highest share, percent.
    pub percent: i64,
    /// Graded evaluations from which the share is judged.
    pub minimum: i64,
}

/// The limit on the share of best grades among a unit's evaluations of this kind, as of a day.
pub fn share_limit(kind: EvaluationKind, on: Date) -> Option<ShareLimit> {
    let number = |key| table().number_in_force(key, on);
    match kind {
        EvaluationKind::Annual => Some(ShareLimit {
            rule: "R11",
            reason: "EXCELLENT_SHARE",
            best: "EXCELLENT",
            percent: number(Number::ExcellentSharePercent)?,
            minimum: number(Number::ExcellentShareMinimumGraded)?,
        }),
        EvaluationKind::Ordinary => Some(ShareLimit {
            rule: "R14",
            reason: "GOOD_SHARE",
            best: "GOOD",
            percent: number(Number::GoodSharePercent)?,
            minimum: number(Number::GoodShareMinimumGraded)?,
        }),
        _ => None,
    }
}

/// Whether a grade counts among those of which the share is taken: annual results without a grade do not (R09).
pub fn is_graded(kind: EvaluationKind, grade: &str, on: Date) -> bool {
    match kind {
        EvaluationKind::Annual => table()
            .words(Words::AnnualGrades, on)
            .iter()
            .any(|word| word == grade),
        _ => true,
    }
}

/// The first last-day-of-a-period for which a form is still accepted today, unless a manager reopens it.
pub fn accepted_since(today: Date) -> Date {
    today.plus_days(-accepted_days(today))
}

/// The last day on which a form is accepted that is reopened today.
pub fn reopened_until(today: Date) -> Date {
    today.plus_days(accepted_days(today))
}

/// Whether a mentor whose pair ended may still hand in a form dated within it.
pub fn is_accepted_after(pair_ended_on: Option<Date>, today: Date) -> bool {
    pair_ended_on.is_none_or(|end| today <= end.plus_days(accepted_days(end)))
}

fn accepted_days(on: Date) -> i64 {
    table().number(Number::FormAcceptedDaysAfterAssignmentEnd, on)
}

/// Whether the cadre may still object to an evaluation confirmed on a day.
pub fn may_object(confirmed_on: Date, today: Date) -> bool {
    today <= confirmed_on.plus_days(table().number(Number::ObjectionDays, confirmed_on))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::with;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn scored(points: &[(Dimension, i32)]) -> Vec<Score> {
        let score = |(dimension, score): &(Dimension, i32)| Score {
            dimension: *dimension,
            score: *score,
            comment: None,
        };
        points.iter().map(score).collect()
    }

    fn faults(
        check: fn(EvaluationKind, EvaluatorRelation, &[Score], Option<&str>, &mut FieldErrors),
        (kind, relation): (EvaluationKind, EvaluatorRelation),
        scores: &[Score],
        grade: Option<&str>,
    ) -> Vec<(String, &'static str)> {
        let mut errors = FieldErrors::default();
        check(kind, relation, scores, grade, &mut errors);
        errors
            .into_iter()
            .map(|error| (error.pointer, error.fault.code))
            .collect()
    }

    fn all(of: impl Fn(&Dimension) -> bool) -> Vec<Score> {
        let chosen: Vec<_> = Dimension::ALL
            .iter()
            .filter(|d| of(d))
            .map(|d| (*d, 80))
            .collect();
        scored(&chosen)
    }

    #[test]
    fn the_mean_has_two_decimals_half_up() {
        let mean = |points: &[i32]| {
            let points: Vec<_> = points.iter().map(|p| (Dimension::PostFit, *p)).collect();
            overall_score(&scored(&points))
        };
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[99, 96, 99, 99]), Some(9825));
        assert_eq!(mean(&[0, 0, 0, 1]), Some(25));
        assert_eq!(mean(&[1, 0, 0, 0, 0, 0, 0, 0, 0]), Some(11));
        assert_eq!(mean(&[1, 1, 0, 0, 0, 0]), Some(33));
        assert_eq!(mean(&[1, 1, 1, 1, 0, 0]), Some(67));
        assert_eq!(mean(&[1, 0, 0, 0, 0, 0, 0, 0]), Some(13));
        assert_eq!(mean(&[100; 9]), Some(10000));
    }

    #[test]
    fn an_evaluation_carries_the_grade_of_its_kind_and_rater_alone() {
        use EvaluationKind::*;
        use EvaluatorRelation::{PoliticalMentor, Self_, Unit};
        let grade = |kind, relation, grade| {
            faults(check_content, (kind, relation), &[], Some(grade))
                .first()
                .map(|(_, code)| *code)
        };
        assert_eq!(grade(Ordinary, Unit, "GOOD"), None);
        assert_eq!(grade(Ordinary, PoliticalMentor, "POOR"), None);
        assert_eq!(grade(Ordinary, Unit, "EXCELLENT"), Some("code-unknown"));
        assert_eq!(grade(Annual, Unit, "NOT_APPRAISED_LEAVE"), None);
        assert_eq!(grade(Annual, Unit, "QUALIFIED"), Some("code-unknown"));
        assert_eq!(grade(Probation, Unit, "UNQUALIFIED"), None);
        for kind in EvaluationKind::ALL {
            assert_eq!(grade(*kind, Self_, "GOOD"), Some("unknown-member"));
        }
        assert_eq!(grade(Phase, Unit, "GOOD"), Some("unknown-member"));
        assert_eq!(
            grade(MentorReview, PoliticalMentor, "GOOD"),
            Some("unknown-member")
        );
    }

    #[test]
    fn appraisals_take_the_four_the_five_or_all_nine() {
        use EvaluationKind::{Annual, Ordinary, Probation};
        let unit = EvaluatorRelation::Unit;
        let complete =
            |kind, scores: &[Score]| faults(check_complete, (kind, unit), scores, Some("x"));
        let (four, five, nine) = (
            all(|d| d.is_observation()),
            all(|d| !d.is_observation()),
            all(|_| true),
        );
        for kind in [Annual, Probation] {
            for scores in [&four, &five, &nine] {
                assert_eq!(complete(kind, scores), []);
            }
            assert_eq!(
                complete(kind, &nine[..8]),
                [("/scores".to_owned(), "required")]
            );
        }
        assert_eq!(complete(Ordinary, &four), []);
        assert_eq!(
            complete(Ordinary, &four[..3]),
            [("/scores".to_owned(), "required")]
        );
        assert_eq!(
            faults(check_content, (Ordinary, unit), &five[..1], None),
            [("/scores/0/dimension".to_owned(), "code-unknown")]
        );
        let twice = [four[0].clone(), four[0].clone()];
        assert_eq!(
            faults(check_content, (Ordinary, unit), &twice, None),
            [("/scores/1/dimension".to_owned(), "not-unique")]
        );
    }

    #[test]
    fn r10_probation_is_judged_on_the_last_day_of_the_period() {
        let ends = day("2022-08-26");
        let reason = |grade, period_to| {
            probation_violation(EvaluationKind::Annual, Some(grade), day(period_to), ends)
                .map(|violation| violation.reason)
        };
        assert_eq!(
            reason("EXCELLENT", "2022-08-25"),
            Some("UNGRADED_IN_PROBATION")
        );
        assert_eq!(
            reason("NOT_APPRAISED_LEAVE", "2022-08-25"),
            Some("UNGRADED_IN_PROBATION")
        );
        assert_eq!(reason("UNGRADED_PROBATION", "2022-08-25"), None);
        assert_eq!(reason("EXCELLENT", "2022-08-26"), None);
        assert_eq!(
            reason("UNGRADED_PROBATION", "2022-08-26"),
            Some("GRADED_AFTER_PROBATION")
        );
        assert_eq!(
            probation_violation(
                EvaluationKind::Ordinary,
                Some("GOOD"),
                day("2022-01-01"),
                ends
            ),
            None
        );
    }

    #[test]
    fn a_mentor_hands_in_until_thirty_days_after_the_pair_ended() {
        let end = Some(day("2023-06-24"));
        assert!(is_accepted_after(end, day("2023-07-24")));
        assert!(!is_accepted_after(end, day("2023-07-25")));
        assert!(is_accepted_after(None, day("2023-07-25")));
        assert_eq!(accepted_since(day("2023-07-24")), day("2023-06-24"));
        assert_eq!(reopened_until(day("2023-07-24")), day("2023-08-23"));
    }

    #[test]
    fn r12_most_of_a_year_on_leave_is_not_appraised() {
        let year = (day("2022-01-01"), day("2022-12-31"));
        let reason = |grade, days| {
            leave_violation(EvaluationKind::Annual, Some(grade), year, days)
                .map(|violation| (violation.reason, violation.can_override))
        };
        // 260 days from Monday to Friday.
        assert_eq!(reason("COMPETENT", 130), None);
        let broken = Some(("LEAVE_OVER_HALF_YEAR", true));
        assert_eq!(reason("COMPETENT", 131), broken);
        assert_eq!(reason("NOT_APPRAISED_LEAVE", 131), None);
        let ordinary = leave_violation(EvaluationKind::Ordinary, Some("GOOD"), year, 200);
        assert_eq!(ordinary, None);
    }

    #[test]
    fn every_key_of_the_rule_table_that_is_used_here_changes_what_happens() {
        let on = day("2023-07-24");
        let annual = || is_graded(EvaluationKind::Annual, "EXCELLENT", on);
        assert!(annual() && !with(("R09", "annual_grades"), "COMPETENT", annual));
        let probation = || {
            let grade = Some("UNGRADED_PROBATION");
            probation_violation(EvaluationKind::Annual, grade, on, on.plus_days(1)).is_some()
        };
        assert!(!probation() && with(("R10", "probation_grade"), "INCOMPETENT", probation));
        for (kind, share, minimum_graded) in [
            (
                EvaluationKind::Annual,
                ("R11", "excellent_share_percent"),
                ("R11", "minimum_graded"),
            ),
            (
                EvaluationKind::Ordinary,
                ("R14", "good_share_percent"),
                ("R14", "minimum_graded"),
            ),
        ] {
            let limit = || share_limit(kind, on).map(|limit| (limit.percent, limit.minimum));
            let (percent, minimum) = limit().unwrap();
            assert_eq!(with(share, "7", limit), Some((7, minimum)));
            assert_eq!(with(minimum_graded, "9", limit), Some((percent, 9)));
        }
        let leave = || {
            let year = (day("2022-01-01"), day("2022-12-31"));
            leave_violation(EvaluationKind::Annual, Some("COMPETENT"), year, 130).is_some()
        };
        assert!(!leave() && with(("R12", "leave_year_percent"), "49", leave));
        let differs = || confirmer_differs(on);
        let key = ("R18", "confirmer_differs_from_evaluator");
        assert!(differs() && !with(key, "false", differs));
        let key = ("EVALUATION", "form_accepted_days_after_assignment_end");
        let accepted = || {
            (
                accepted_since(on),
                reopened_until(on),
                is_accepted_after(Some(on), on.plus_days(9)),
            )
        };
        assert_eq!(accepted(), (day("2023-06-24"), day("2023-08-23"), true));
        let changed = with(key, "8", accepted);
        assert_eq!(changed, (day("2023-07-16"), day("2023-08-01"), false));
        let objection = || super::may_object(on, on.plus_days(10));
        assert!(objection() && !with(("EVALUATION", "objection_days"), "9", objection));
    }

    #[test]
    fn r09_results_without_a_grade_are_not_counted_in_shares() {
        let on = day("2022-12-31");
        assert!(is_graded(EvaluationKind::Annual, "EXCELLENT", on));
        assert!(!is_graded(EvaluationKind::Annual, "UNGRADED_PROBATION", on));
        assert!(is_graded(EvaluationKind::Ordinary, "POOR", on));
    }
}
