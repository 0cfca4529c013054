//! Every verb in every state, as the table of its room has it: what is in the table works, and leads where the table says;
//! what is not is an illegal transition; `allowedActions` tells the same.

mod programme;

use diesel::prelude::*;
use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::assignments::{Assignment, AssignmentState};
use xinmiao::cadres::{Cadre, CadreStatus};
use xinmiao::db::Id;
use xinmiao::db::schema::assignments;
use xinmiao::mentors::{Mentor, MentorState};
use xinmiao::phase_templates::{PhaseTemplate, PhaseTemplateStatus};
use xinmiao::plans::{Plan, PlanState};
use xinmiao::transitions::{Resource, Transition};

use crate::support::mentoring::{self, id_of};
use crate::support::{Answer, Client, MentorSeed, TODAY, TestApp, Who};

/// How a test brings a resource of a room into each state, and what it sends with each verb.
trait Room {
    type Resource: Resource;
    const STATES: &'static [<Self::Resource as Resource>::State];

    /// The address of a new resource in a state.
    async fn in_state(app: &TestApp, state: <Self::Resource as Resource>::State) -> String;
    /// A body with which the verb works where it is legal.
    fn body(app: &TestApp, verb: &str) -> Value;
    /// The same, where it depends on the resource as it is.
    fn body_for(app: &TestApp, verb: &str, _resource: &Value) -> Value {
        Self::body(app, verb)
    }
    /// Whether a verb changes the resource itself, not what it counts.
    fn raises_version(_verb: &str) -> bool {
        true
    }
}

type State<R> = <<R as Room>::Resource as Resource>::State;

/// The verbs of a state that a manager is permitted, as the table has them.
fn verbs_of<R: Room>(state: State<R>) -> Vec<&'static str> {
    let of_state = table::<R>().filter(|transition| transition.from.contains(&state));
    of_state.map(|transition| transition.verb).collect()
}

/// The table without what a manager is not permitted; the room's own tests ask for that.
fn table<R: Room>() -> impl Iterator<Item = &'static Transition<State<R>>> {
    let managed = |transition: &&Transition<State<R>>| {
        let roles = transition.permission.rule().roles;
        roles
            .iter()
            .any(|(role, _)| *role == Role::ProgrammeManager)
    };
    R::Resource::TRANSITIONS.iter().filter(managed)
}

async fn carry_out(caller: &Client, path: &str, verb: &str, body: &Value) -> Answer {
    if verb == "record_attendance" {
        return caller.post(&format!("{path}/attendance"), body).await;
    }
    let (verb, _) = verb.split_once('_').unwrap();
    if verb == "update" {
        let etag = caller.get(path).await.expect(200).etag().to_owned();
        return caller.patch(path, &etag, body).await;
    }
    caller.post(&format!("{path}/_{verb}"), body).await
}

async fn follows_its_table<R: Room>() {
    let app = TestApp::start().await;
    // Another caller than the one who brought it there, so that no verb is a repetition.
    let other = app.client(Who::manager(&app.city.root).named("another manager"));
    let mut verbs: Vec<&str> = table::<R>().map(|transition| transition.verb).collect();
    verbs.sort_unstable();
    verbs.dedup();
    for state in R::STATES {
        for verb in &verbs {
            let at = format!("{verb} from {state:?}");
            let path = R::in_state(&app, *state).await;
            let before = other.get(&path).await.expect(200).json;
            assert_eq!(
                before["allowedActions"],
                json!(verbs_of::<R>(*state)),
                "{state:?}"
            );
            let body = R::body_for(&app, verb, &before);
            let answer = carry_out(&other, &path, verb, &body).await;
            let transition = table::<R>()
                .find(|transition| transition.verb == *verb && transition.from.contains(state));
            let Some(transition) = transition else {
                let refused = answer.expect_problem(409, "illegal-transition");
                assert_eq!(refused.json["current"], before, "{at}");
                assert_eq!(other.get(&path).await.json, before, "{at}");
                continue;
            };
            assert!(
                matches!(answer.status, 200 | 201),
                "{at}: {}",
                answer.text()
            );
            let after = other.get(&path).await.expect(200).json;
            let raises = R::raises_version(verb);
            assert_eq!(after["version"] != before["version"], raises, "{at}");
            let to = if transition.to.is_empty() {
                &[*state]
            } else {
                transition.to
            };
            let leads_to =
                |state: &State<R>| after["allowedActions"] == json!(verbs_of::<R>(*state));
            assert!(to.iter().any(leads_to), "{at} led to {after}");
        }
    }
}

struct Cadres;

impl Room for Cadres {
    type Resource = Cadre;
    const STATES: &'static [CadreStatus] = &[
        CadreStatus::Active,
        CadreStatus::Suspended,
        CadreStatus::Left,
        CadreStatus::Graduated,
    ];

    async fn in_state(app: &TestApp, state: CadreStatus) -> String {
        let id = app.insert_cadre(&app.city.yuxi);
        let path = format!("/v1/cadres/{id}");
        let verb = match state {
            CadreStatus::Active => return path,
            CadreStatus::Suspended => "suspend_cadre",
            CadreStatus::Left => "leave_cadre",
            CadreStatus::Graduated => "graduate_cadre",
        };
        let body = Self::body(app, verb);
        carry_out(&app.manager(), &path, verb, &body)
            .await
            .expect(200);
        path
    }

    fn body(app: &TestApp, verb: &str) -> Value {
        match verb {
            "update_cadre" => json!({ "postTitle": "农业技术员" }),
            "transfer_cadre" => {
                json!({ "organizationId": app.city.liulin.id, "effectiveOn": TODAY })
            }
            "suspend_cadre" => json!({ "from": TODAY, "reason": "借调" }),
            "extend_cadre" => json!({ "reason": "MATERNITY", "until": "2024-06-01" }),
            "leave_cadre" => json!({ "on": TODAY, "reason": "RESIGNED" }),
            _ => json!({}),
        }
    }
}

struct Mentors;

impl Room for Mentors {
    type Resource = Mentor;
    const STATES: &'static [MentorState] = &[
        MentorState::Nominated,
        MentorState::Appointed,
        MentorState::LeavePlanned,
        MentorState::Suspended,
        MentorState::Retired,
    ];

    async fn in_state(app: &TestApp, state: MentorState) -> String {
        let officer = app.client(Who::officer(&app.city.yuxi));
        let body = json!({
            "name": "沈知行", "organizationId": app.city.yuxi.id, "roles": ["POLITICAL"], "maxMentees": 2,
        });
        let made = officer.post("/v1/mentors", &body).await.expect(201);
        let path = format!("/v1/mentors/{}", id_of(&made.json));
        let steps: &[(&str, Value)] = match state {
            MentorState::Nominated => &[],
            MentorState::Appointed => &[("appoint_mentor", json!({}))],
            MentorState::LeavePlanned => &[
                ("appoint_mentor", json!({})),
                (
                    "suspend_mentor",
                    json!({ "from": "2023-09-01", "reason": "产假" }),
                ),
            ],
            MentorState::Suspended => &[
                ("appoint_mentor", json!({})),
                (
                    "suspend_mentor",
                    json!({ "from": "2023-07-01", "reason": "借调" }),
                ),
            ],
            MentorState::Retired => &[("appoint_mentor", json!({})), ("retire_mentor", json!({}))],
        };
        for (verb, body) in steps {
            carry_out(&app.manager(), &path, verb, body)
                .await
                .expect(200);
        }
        path
    }

    fn body(app: &TestApp, verb: &str) -> Value {
        match verb {
            "update_mentor" => json!({ "postTitle": "农业技术员" }),
            "transfer_mentor" => {
                json!({ "organizationId": app.city.liulin.id, "effectiveOn": TODAY })
            }
            "suspend_mentor" => json!({ "from": TODAY, "reason": "挂职" }),
            _ => json!({}),
        }
    }
}

struct Assignments;

impl Room for Assignments {
    type Resource = Assignment;
    const STATES: &'static [AssignmentState] = &[
        AssignmentState::Proposed,
        AssignmentState::New,
        AssignmentState::Active,
        AssignmentState::Completed,
        AssignmentState::Replaced,
        AssignmentState::Cancelled,
    ];

    async fn in_state(app: &TestApp, state: AssignmentState) -> String {
        let cadre = app.insert_cadre(&app.city.yuxi);
        let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
        let is_active = state != AssignmentState::Proposed;
        let body = json!({
            "cadreId": cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-03-01", "activate": is_active,
        });
        let manager = app.manager();
        let made = manager.post("/v1/assignments", &body).await.expect(201);
        let id = id_of(&made.json);
        let path = format!("/v1/assignments/{id}");
        let verb = match state {
            AssignmentState::Proposed | AssignmentState::New => return path,
            AssignmentState::Active => {
                entered_long_ago(app, id);
                return path;
            }
            AssignmentState::Completed => "complete_assignment",
            AssignmentState::Replaced => "replace_assignment",
            AssignmentState::Cancelled => "cancel_assignment",
        };
        let answer = carry_out(&manager, &path, verb, &Self::body(app, verb)).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
        path
    }

    fn body(app: &TestApp, verb: &str) -> Value {
        match verb {
            "update_assignment" => json!({ "agreement": "每月谈话一次" }),
            "cancel_assignment" => json!({ "reason": "误登记" }),
            "replace_assignment" => {
                let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
                json!({ "mentorId": mentor, "startsOn": TODAY, "endReason": "OTHER" })
            }
            _ => json!({}),
        }
    }
}

struct PhaseTemplates;

impl Room for PhaseTemplates {
    type Resource = PhaseTemplate;
    const STATES: &'static [PhaseTemplateStatus] = PhaseTemplateStatus::ALL;

    async fn in_state(app: &TestApp, state: PhaseTemplateStatus) -> String {
        let manager = app.manager();
        let known = manager.get("/v1/phase-templates?count=exact").await;
        // Of a day there is one published template.
        let day = format!("2023-06-{:02}", known.json["total"].as_i64().unwrap());
        let draft = json!({ "phase": "SEEDLING", "theme": "立德铸魂", "validFrom": day });
        let made = manager
            .post("/v1/phase-templates", &draft)
            .await
            .expect(201);
        let path = made.header("location").to_owned();
        let verbs: &[&str] = match state {
            PhaseTemplateStatus::Draft => &[],
            PhaseTemplateStatus::Published => &["publish_phase_template"],
            PhaseTemplateStatus::Retired => &["publish_phase_template", "retire_phase_template"],
        };
        for verb in verbs {
            carry_out(&manager, &path, verb, &json!({}))
                .await
                .expect(200);
        }
        path
    }

    fn body(_: &TestApp, verb: &str) -> Value {
        match verb {
            "update_phase_template" => json!({ "theme": "独立担当" }),
            _ => json!({}),
        }
    }
}

struct Plans;

impl Room for Plans {
    type Resource = Plan;
    const STATES: &'static [PlanState] = &[
        PlanState::Draft,
        PlanState::Active,
        PlanState::AtGate,
        PlanState::ExitProposed,
        PlanState::Over,
    ];

    async fn in_state(app: &TestApp, state: PlanState) -> String {
        // The gate is open for the last 60 days of the year.
        let reported_on = match state {
            PlanState::Draft | PlanState::Active => "2022-02-01",
            _ => "2021-08-26",
        };
        let cadre = mentoring::cadre(app, &app.city.yuxi, "李雨瑶", reported_on).await;
        let service = app.service();
        xinmiao::calendar::plan(&service.db, &service.deps, None)
            .await
            .unwrap();
        let manager = app.manager();
        let listed = manager.get(&format!("/v1/plans?cadreId={cadre}")).await;
        let path = format!("/v1/plans/{}", id_of(&listed.expect(200).json["items"][0]));
        let decision = |outcome| json!({ "outcome": outcome, "reason": "述职评议" });
        let steps: &[(&str, Value)] = match state {
            PlanState::Draft => &[],
            PlanState::Active | PlanState::AtGate => &[("activate_plan", json!({}))],
            PlanState::ExitProposed => &[
                ("activate_plan", json!({})),
                ("gate_plan", decision("EXIT")),
            ],
            PlanState::Over => &[
                ("activate_plan", json!({})),
                ("gate_plan", decision("PASS")),
            ],
        };
        for (verb, body) in steps {
            carry_out(&manager, &path, verb, body).await.expect(200);
        }
        path
    }

    fn body(_: &TestApp, verb: &str) -> Value {
        match verb {
            "update_plan" => json!({ "theme": "独立担当" }),
            "gate_plan" => json!({ "outcome": "PASS", "reason": "全面达标" }),
            _ => json!({}),
        }
    }
}

/// Puts the entry of a pair so far back that it is no longer cancelled as entered in error.
fn entered_long_ago(app: &TestApp, id: Id) {
    let long_ago = app.now().plus_seconds(-90 * 86_400);
    diesel::update(assignments::table.find(id))
        .set(assignments::created_at.eq(long_ago))
        .execute(&mut app.db())
        .unwrap();
}

#[actix_web::test]
async fn the_verbs_of_a_cadre_follow_their_table() {
    follows_its_table::<Cadres>().await;
}

#[actix_web::test]
async fn the_verbs_of_a_mentor_follow_their_table() {
    follows_its_table::<Mentors>().await;
}

#[actix_web::test]
async fn the_verbs_of_an_assignment_follow_their_table() {
    follows_its_table::<Assignments>().await;
}

#[actix_web::test]
async fn the_verbs_of_a_phase_template_follow_their_table() {
    follows_its_table::<PhaseTemplates>().await;
}

#[actix_web::test]
async fn the_verbs_of_a_plan_follow_their_table() {
    follows_its_table::<Plans>().await;
}
