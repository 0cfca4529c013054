//! A cadre of Yuxi with two mentors, and all who have a say about them.

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::db::Id;
use xinmiao::db::schema::{assignments, cadres, mentors};
use xinmiao::values::Date;

use crate::support::{Answer, Client, TestApp, Who};

/// A quarter that ended 24 days before the tests' day.
pub const QUARTER: (&str, &str) = ("2023-04-01", "2023-06-30");

/// The cadre with two mentors, and callers.
pub struct Scene {
    pub app: TestApp,
    pub cadre_id: Id,
    pub political_id: Id,
    pub professional_id: Id,
    /// The officer of the cadre's unit.
    pub officer: Client,
    /// The manager of the city.
    pub manager: Client,
    /// Another manager of the city.
    pub other_manager: Client,
    pub political: Client,
    pub professional: Client,
    pub cadre: Client,
}

impl Scene {
    /// A cadre who reported on 2021-08-26 and has had both mentors since 2021-09-01.
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let officer = app.officer();
        let manager = app.manager();
        let cadre_id = new_cadre(&app, "李雨瑶", "2021-08-26").await;
        let political_id = new_mentor(&app, "王建国").await;
        let professional_id = new_mentor(&app, "陈思远").await;
        pair(
            &app,
            cadre_id,
            political_id,
            "POLITICAL",
            ("2021-09-01", None),
        );
        let since = ("2021-09-01", None);
        pair(&app, cadre_id, professional_id, "PROFESSIONAL", since);
        let unit = &app.city.yuxi;
        Self {
            cadre_id,
            political_id,
            professional_id,
            officer,
            manager,
            other_manager: app.client(Who::manager(&app.city.root).named("another manager")),
            political: app.client(Who::mentor(unit, political_id)),
            professional: app.client(Who::mentor(unit, professional_id)),
            cadre: app.client(Who::cadre(unit, cadre_id)),
            app,
        }
    }

    /// A form of this kind and rater for the quarter, complete.
    pub fn form(&self, kind: &str, relation: &str) -> Value {
        let mut form = json!({
            "cadreId": self.cadre_id, "kind": kind, "periodFrom": QUARTER.0, "periodTo": QUARTER.1,
            "evaluatorRelation": relation, "scores": four(88), "summary": "工作踏实",
        });
        let grade = match (kind, relation) {
            (_, "SELF") => None,
            ("ORDINARY", _) => Some("FAIRLY_GOOD"),
            ("ANNUAL", "UNIT") => Some("COMPETENT"),
            ("PROBATION", "UNIT") => Some("QUALIFIED"),
            _ => None,
        };
        if let Some(grade) = grade {
            form["grade"] = grade.into();
        }
        form
    }

    /// The one who writes under this relation.
    pub fn writer(&self, relation: &str) -> &Client {
        match relation {
            "UNIT" => &self.officer,
            "SELF" => &self.cadre,
            "POLITICAL_MENTOR" => &self.political,
            _ => &self.professional,
        }
    }

    /// A draft.
    pub async fn draft(&self, kind: &str, relation: &str) -> Answer {
        let form = self.form(kind, relation);
        self.writer(relation)
            .post("/v1/evaluations", &form)
            .await
            .expect(201)
    }

    /// A form handed in at once.
    pub async fn submitted(&self, kind: &str, relation: &str) -> Answer {
        let mut form = self.form(kind, relation);
        form["submit"] = true.into();
        self.writer(relation)
            .post("/v1/evaluations", &form)
            .await
            .expect(201)
    }

    /// A form confirmed by the manager.
    pub async fn confirmed(&self, kind: &str, relation: &str) -> Answer {
        let submitted = self.submitted(kind, relation).await;
        confirm(&self.manager, &submitted).await.expect(200)
    }

    /// Has the manager accept a late form of this rater.
    pub async fn reopen(&self, kind: &str, relation: &str, period: (&str, &str)) -> Answer {
        let body = json!({
            "cadreId": self.cadre_id, "kind": kind, "periodFrom": period.0, "periodTo": period.1,
            "evaluatorRelation": relation, "reason": "迟交，已说明",
        });
        self.manager.post("/v1/evaluations/_reopen", &body).await
    }

    /// What a caller finds about the cadre: ids in the list, in order.
    pub async fn listed(&self, caller: &Client) -> Vec<String> {
        let list = caller
            .get(&format!(
                "/v1/evaluations?cadreId={}&count=exact",
                self.cadre_id
            ))
            .await
            .expect(200);
        let items = list.json["items"].as_array().unwrap();
        assert_eq!(list.json["total"], items.len());
        items.iter().map(|item| id_of(item).to_owned()).collect()
    }

    /// The manager who is one of the mentors too.
    pub fn mentor_and_manager(&self, mentor_id: Id) -> Client {
        let city = &self.app.city;
        let who = Who::mentor(&city.yuxi, mentor_id).and(Role::ProgrammeManager, &city.root);
        self.app.client(who)
    }
}

/// The four dimensions with the same score.
pub fn four(score: i32) -> Value {
    [
        "STATE_OF_MIND",
        "WORK_PERFORMANCE",
        "POST_FIT",
        "COMPETENCE",
    ]
    .map(|dimension| json!({ "dimension": dimension, "score": score }))
    .into_iter()
    .collect()
}

/// The id of a resource.
pub fn id_of(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

/// The path of an evaluation or one of its verbs.
pub fn path_of(answer: &Answer, verb: &str) -> String {
    format!("/v1/evaluations/{}{verb}", id_of(&answer.json))
}

/// Confirms what was read.
pub async fn confirm(manager: &Client, read: &Answer) -> Answer {
    act(manager, read, "/_confirm", &json!({})).await
}

/// A verb under the version that was read.
pub async fn act(caller: &Client, read: &Answer, verb: &str, body: &Value) -> Answer {
    caller
        .request(reqwest::Method::POST, &path_of(read, verb))
        .if_match(read.etag())
        .json(body)
        .send()
        .await
}

/// A cadre of Yuxi.
pub async fn new_cadre(app: &TestApp, name: &str, reported_on: &str) -> Id {
    let body =
        json!({ "name": name, "organizationId": app.city.yuxi.id, "reportedOn": reported_on });
    let created = app.officer().post("/v1/cadres", &body).await.expect(201);
    Id::parse(id_of(&created.json)).unwrap()
}

/// A mentor of Yuxi.
pub async fn new_mentor(app: &TestApp, name: &str) -> Id {
    let body = json!({
        "name": name, "organizationId": app.city.yuxi.id, "roles": ["POLITICAL", "PROFESSIONAL"], "maxMentees": 5,
        "politicalStatus": "01",
    });
    let created = app.manager().post("/v1/mentors", &body).await.expect(201);
    Id::parse(id_of(&created.json)).unwrap()
}

/// A pair, as the programme would have recorded it.
pub fn pair(
    app: &TestApp,
    cadre_id: Id,
    mentor_id: Id,
    role: &str,
    (starts_on, ends_on): (&str, Option<&str>),
) {
    let mut conn = app.db();
    let day = |text: &str| Date::parse(text).unwrap();
    diesel::insert_into(assignments::table)
        .values((
            assignments::id.eq(app.id()),
            assignments::version.eq(1),
            assignments::created_at.eq(app.now()),
            assignments::updated_at.eq(app.now()),
            assignments::cadre_id.eq(cadre_id),
            assignments::mentor_id.eq(mentor_id),
            assignments::role.eq(role),
            assignments::status.eq(if ends_on.is_some() {
                "COMPLETED"
            } else {
                "ACTIVE"
            }),
            assignments::starts_on.eq(day(starts_on)),
            assignments::ends_on.eq(ends_on.map(day)),
            assignments::organization_id.eq(app.city.yuxi.id),
            assignments::phase.eq("SEEDLING"),
            assignments::present_organization_id.eq(app.city.yuxi.id),
        ))
        .execute(&mut conn)
        .unwrap();
    if ends_on.is_none() {
        diesel::update(mentors::table.find(mentor_id))
            .set(mentors::active_mentees.eq(mentors::active_mentees + 1))
            .execute(&mut conn)
            .unwrap();
        let cadre = cadres::table.find(cadre_id);
        if role == "POLITICAL" {
            diesel::update(cadre)
                .set(cadres::political_mentor_id.eq(mentor_id))
                .execute(&mut conn)
                .unwrap();
        } else {
            diesel::update(cadre)
                .set(cadres::professional_mentor_id.eq(mentor_id))
                .execute(&mut conn)
                .unwrap();
        }
    }
}
