//! People that many tests need, and who guides whom.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::cadres::{self, Mentoring};
use xinmiao::db::Id;
use xinmiao::db::schema::{assignments, mentors};
use xinmiao::evaluations::{self, Evaluation, EvaluationKind, EvaluationStatus, EvaluatorRelation};
use xinmiao::values::Date;

use super::{TestApp, Unit};

/// A cadre of a unit who reported on a day.
pub async fn cadre(app: &TestApp, unit: &Unit, name: &str, reported_on: &str) -> Id {
    let body = json!({ "name": name, "organizationId": unit.id, "reportedOn": reported_on });
    let created = app.manager().post("/v1/cadres", &body).await.expect(201);
    id_of(&created.json)
}

/// An appointed mentor of a unit, qualified for both roles.
pub async fn mentor(app: &TestApp, unit: &Unit, name: &str) -> Id {
    let body = json!({
        "name": name, "organizationId": unit.id, "postTitle": "副镇长", "politicalStatus": "01",
        "positionLevel": "LEADERSHIP_TEAM_MEMBER", "roles": ["POLITICAL", "PROFESSIONAL"], "maxMentees": 3,
    });
    let created = app.manager().post("/v1/mentors", &body).await.expect(201);
    let id = id_of(&created.json);
    if created.json["status"] != "APPOINTED" {
        let verb = format!("/v1/mentors/{id}/_appoint");
        app.manager().post(&verb, &json!({})).await.expect(200);
    }
    id
}

/// The id in a reply.
pub fn id_of(reply: &Value) -> Id {
    Id::parse(reply["id"].as_str().unwrap()).unwrap()
}

/// Pairs a cadre with a mentor for a role since a day, straight in the database; with `ended` the pair is over.
pub fn pair(app: &TestApp, pair: (Id, Id), role: &str, starts_on: &str, ended: Option<&str>) -> Id {
    let mut conn = app.db();
    let id = app.id();
    let (cadre_id, mentor_id) = pair;
    let cadre = cadres::store::find(&mut conn, cadre_id).unwrap().unwrap();
    let day = |text: &str| Date::parse(text).unwrap();
    let starts_on = day(starts_on);
    let unit = cadres::career_store::organization_on(&mut conn, cadre_id, starts_on);
    diesel::insert_into(assignments::table)
        .values((
            (
                assignments::id.eq(id),
                assignments::version.eq(1_i64),
                assignments::created_at.eq(app.now()),
                assignments::updated_at.eq(app.now()),
                assignments::cadre_id.eq(cadre_id),
                assignments::mentor_id.eq(mentor_id),
                assignments::role.eq(role),
                assignments::pairing_style.eq("EXPERIENCED_LEADS_NEW"),
            ),
            (
                assignments::status.eq(if ended.is_some() {
                    "REPLACED"
                } else {
                    "ACTIVE"
                }),
                assignments::starts_on.eq(starts_on),
                assignments::ends_on.eq(ended.map(day)),
                assignments::end_reason.eq(ended.map(|_| "MENTOR_TRANSFERRED")),
                assignments::organization_id.eq(unit.unwrap().unwrap().id),
                assignments::phase.eq(cadres::phase_on(cadre.reported_on, starts_on).0),
                assignments::present_organization_id.eq(cadre.organization_id),
            ),
        ))
        .execute(&mut conn)
        .unwrap();
    if ended.is_none() {
        diesel::update(mentors::table.find(mentor_id))
            .set(mentors::active_mentees.eq(mentors::active_mentees + 1))
            .execute(&mut conn)
            .unwrap();
        let (political, professional) = match role {
            "POLITICAL" => (Some(mentor_id), cadre.professional_mentor_id),
            _ => (cadre.political_mentor_id, Some(mentor_id)),
        };
        let mentoring = match (political, professional) {
            (Some(_), Some(_)) => Mentoring::Full,
            _ => Mentoring::Partial,
        };
        cadres::store::set_mentors(&mut conn, cadre_id, political, professional, mentoring)
            .unwrap();
    }
    id
}

/// A confirmed evaluation by the unit or, with a mentor, by them; the four scores are those given.
pub fn confirmed(
    app: &TestApp,
    cadre_id: Id,
    kind: EvaluationKind,
    period: (&str, &str),
    by: Option<(Id, EvaluatorRelation)>,
    scores: [i32; 4],
) -> Id {
    let mut conn = app.db();
    let cadre = cadres::store::find(&mut conn, cadre_id).unwrap().unwrap();
    let day = |text: &str| Date::parse(text).unwrap();
    let period_to = day(period.1);
    let unit = cadres::career_store::organization_on(&mut conn, cadre_id, period_to).unwrap();
    let dimensions = [
        "STATE_OF_MIND",
        "WORK_PERFORMANCE",
        "POST_FIT",
        "COMPETENCE",
    ];
    let scores: Vec<Value> = dimensions
        .iter()
        .zip(scores)
        .map(
            |(dimension, score)| json!({ "dimension": dimension, "score": score, "comment": null }),
        )
        .collect();
    let row = Evaluation {
        id: app.id(),
        version: 1,
        created_at: app.now(),
        updated_at: app.now(),
        created_by: None,
        cadre_id,
        kind,
        period_from: day(period.0),
        period_to,
        evaluator_relation: by.map_or(EvaluatorRelation::Unit, |(_, relation)| relation),
        evaluator_user_id: None,
        mentor_id: by.map(|(mentor_id, _)| mentor_id),
        rater: by.map_or_else(|| "UNIT".to_owned(), |(mentor_id, _)| mentor_id.to_string()),
        live: true,
        scores: Value::from(scores).to_string(),
        overall_score: Some(8500),
        grade: Some(
            if kind == EvaluationKind::Annual {
                "COMPETENT"
            } else {
                "GOOD"
            }
            .to_owned(),
        ),
        summary: Some("工作积极，业务进步明显".to_owned()),
        suggestions: None,
        status: EvaluationStatus::Confirmed,
        submitted_at: Some(app.now()),
        return_reason: None,
        confirmed_at: Some(app.now()),
        decided_by: None,
        acknowledged_at: None,
        objection: None,
        supersedes_id: None,
        superseded_by_id: None,
        organization_id: unit.unwrap().id,
        phase: cadres::phase_on(cadre.reported_on, period_to).0,
        present_organization_id: cadre.organization_id,
        form_id: None,
    };
    evaluations::store::insert_many(&mut conn, std::slice::from_ref(&row)).unwrap();
    row.id
}
