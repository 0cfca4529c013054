//! Code sets: public, cacheable, and the same words as the rooms use.

use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::absences::AbsenceKind;
use xinmiao::access::Role;
use xinmiao::cadres::{CadreStatus, Mentoring, Phase, PostCategory};
use xinmiao::codes::table;
use xinmiao::evaluation_forms::{EvaluationFormStatus, QuestionType};
use xinmiao::evaluation_rounds::{RoundStatus, ScheduleStatus};
use xinmiao::evaluations::issued::{MissedReason, RaterFormStatus};
use xinmiao::evaluations::{EvaluationKind, EvaluationStatus, EvaluatorRelation};
use xinmiao::growth_entries::{EntryKind, EntrySource, EntryStatus};
use xinmiao::kinships::PersonType;
use xinmiao::mentoring_sessions::{PairMember, RevealStatus, SessionKind};
use xinmiao::mentors::{MentorRole, MentorStatus, PositionLevel};
use xinmiao::organizations::{OrganizationKind, OrganizationStatus};
use xinmiao::phase_templates::PhaseTemplateStatus;
use xinmiao::plans::{
    DecisionStatus, EvidenceType, GateOutcome, GateRequirement, GoalSource, GoalStatus, PlanStatus,
    ShiftCause,
};
use xinmiao::postings::{
    ExchangeDirection, ExchangeStatus, PostingArrangement, PostingFront, PostingRating,
    PostingStatus,
};
use xinmiao::training::{EnrolmentResult, EnrolmentStatus, TrainingEventStatus, TrainingKind};

use crate::support::TestApp;

#[actix_web::test]
async fn code_sets_are_public_and_cacheable() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let sets = anyone.get("/v1/code-sets").await.expect(200);
    let items = sets.json["items"].as_array().unwrap();
    let wanted = [
        "sex",
        "ethnicity",
        "political-status",
        "education-level",
        "degree",
        "rank",
        "region",
        "township",
        "kinship",
        "recruitment-channel",
        "post-category",
        "annual-grade",
        "ordinary-grade",
        "probation-result",
        "dimension",
    ];
    for name in wanted {
        assert!(items.iter().any(|item| item["name"] == name), "{name}");
    }
    let sex = anyone.get("/v1/code-sets/sex").await.expect(200);
    assert_eq!(sex.json["items"].as_array().unwrap().len(), 4);
    assert_eq!(
        sex.json["items"][2],
        json!({ "code": "2", "nameZh": "女", "nameEn": "Female" })
    );
    assert!(sex.header("cache-control").starts_with("public"));
    let again = anyone.request(Method::GET, "/v1/code-sets/sex");
    let again = again.header("if-none-match", sex.etag()).send().await;
    assert!(again.expect(304).body.is_empty());
    anyone
        .get("/v1/code-sets/no-such-set")
        .await
        .expect_problem(404, "not-found");
}

#[actix_web::test]
async fn further_columns_are_members() {
    let app = TestApp::start().await;
    let set = app.anonymous().get("/v1/code-sets/political-status").await;
    assert_eq!(set.json["items"][0]["shortZh"], "中共党员");
    let kinship = app.anonymous().get("/v1/code-sets/kinship").await;
    assert_eq!(kinship.json["items"][0]["avoidanceClass"], "LINEAL");
}

#[actix_web::test]
async fn regions_come_in_pages() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let first = anyone.get("/v1/code-sets/region").await.expect(200);
    assert_eq!(first.json["items"].as_array().unwrap().len(), 50);
    let mut codes = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = anyone
            .get(&format!("/v1/code-sets/region?limit=5000{cursor}"))
            .await
            .expect(200);
        let items = page.json["items"].as_array().unwrap();
        assert!(items.len() <= 1000);
        codes.extend(items.iter().map(|item| item["code"].clone()));
        match page.json["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let known: Vec<Value> = table("region")
        .unwrap()
        .items
        .iter()
        .map(|item| item.code.as_str().into())
        .collect();
    assert_eq!(codes, known);
    let next = first.json["nextCursor"].as_str().unwrap();
    for cursor in ["AAAA", next] {
        anyone
            .get(&format!("/v1/code-sets/township?cursor={cursor}"))
            .await
            .expect_problem(400, "invalid-cursor");
    }
    for query in ["limit=0", "limit=x", "sort=code"] {
        anyone
            .get(&format!("/v1/code-sets/region?{query}"))
            .await
            .expect_problem(400, "malformed-request");
    }
}

#[test]
fn the_sets_of_the_rooms_have_the_rooms_words() {
    let sets: &[(&str, &[&str])] = &[
        ("absence-kind", AbsenceKind::WORDS),
        ("cadre-status", CadreStatus::WORDS),
        ("evaluation-kind", EvaluationKind::WORDS),
        ("evaluation-status", EvaluationStatus::WORDS),
        ("evaluator-relation", EvaluatorRelation::WORDS),
        ("growth-entry-kind", EntryKind::WORDS),
        ("growth-entry-source", EntrySource::WORDS),
        ("growth-entry-status", EntryStatus::WORDS),
        ("mentor-role", MentorRole::WORDS),
        ("mentor-status", MentorStatus::WORDS),
        ("mentoring", Mentoring::WORDS),
        ("evaluation-form-status", EvaluationFormStatus::WORDS),
        ("evaluation-schedule-status", ScheduleStatus::WORDS),
        ("rater-form-status", RaterFormStatus::WORDS),
        ("missed-reason", MissedReason::WORDS),
        ("evaluation-round-status", RoundStatus::WORDS),
        ("question-type", QuestionType::WORDS),
        ("phase-template-status", PhaseTemplateStatus::WORDS),
        ("plan-status", PlanStatus::WORDS),
        ("plan-goal-status", GoalStatus::WORDS),
        ("plan-goal-source", GoalSource::WORDS),
        ("plan-evidence-type", EvidenceType::WORDS),
        ("gate-outcome", GateOutcome::WORDS),
        ("gate-requirement", GateRequirement::WORDS),
        ("plan-decision-status", DecisionStatus::WORDS),
        ("plan-shift-cause", ShiftCause::WORDS),
        ("training-kind", TrainingKind::WORDS),
        ("training-event-status", TrainingEventStatus::WORDS),
        ("enrolment-status", EnrolmentStatus::WORDS),
        ("enrolment-result", EnrolmentResult::WORDS),
        ("posting-front", PostingFront::WORDS),
        ("posting-arrangement", PostingArrangement::WORDS),
        ("posting-status", PostingStatus::WORDS),
        ("posting-rating", PostingRating::WORDS),
        ("session-kind", SessionKind::WORDS),
        ("pair-member", PairMember::WORDS),
        ("session-reveal-status", RevealStatus::WORDS),
        ("exchange-status", ExchangeStatus::WORDS),
        ("exchange-direction", ExchangeDirection::WORDS),
        ("organization-kind", OrganizationKind::WORDS),
        ("organization-status", OrganizationStatus::WORDS),
        ("person-type", PersonType::WORDS),
        ("phase", Phase::WORDS),
        ("position-level", PositionLevel::WORDS),
        ("post-category", PostCategory::WORDS),
        ("role", Role::WORDS),
    ];
    for (name, words) in sets {
        let codes: Vec<&str> = table(name)
            .unwrap()
            .items
            .iter()
            .map(|item| item.code.as_str())
            .collect();
        assert_eq!(codes, *words, "{name}");
    }
}
