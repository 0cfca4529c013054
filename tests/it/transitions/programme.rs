//! The verbs of training, of postings, of evaluation forms and rounds.

use serde_json::{Value, json};
use xinmiao::evaluation_forms::{EvaluationForm, EvaluationFormStatus};
use xinmiao::evaluation_rounds::{
    EvaluationRound, EvaluationSchedule, RoundStatus, ScheduleStatus,
};
use xinmiao::postings::{Exchange, ExchangeStatus, Posting, PostingStatus};
use xinmiao::training::{EnrolmentState, TakingPart, TrainingEvent, TrainingEventStatus};

use super::{Room, carry_out, follows_its_table};
use crate::evaluation_forms;
use crate::evaluation_rounds;
use crate::evaluation_schedules;
use crate::posting_scene;
use crate::support::{TestApp, Who};
use crate::training_scene;

struct EvaluationForms;

impl Room for EvaluationForms {
    type Resource = EvaluationForm;
    const STATES: &'static [EvaluationFormStatus] = EvaluationFormStatus::ALL;

    async fn in_state(app: &TestApp, state: EvaluationFormStatus) -> String {
        let manager = app.manager();
        let list = "/v1/evaluation-forms";
        let known = manager.get(&format!("{list}?count=exact")).await;
        // Of a day there is one published form.
        let day = format!("2023-06-{:02}", known.json["total"].as_i64().unwrap());
        let draft = evaluation_forms::form("ORDINARY", &day);
        let made = manager.post(list, &draft).await.expect(201);
        let path = made.header("location").to_owned();
        let verbs: &[&str] = match state {
            EvaluationFormStatus::Draft => &[],
            EvaluationFormStatus::Published => &["publish_evaluation_form"],
            EvaluationFormStatus::Retired => &["publish_evaluation_form", "retire_evaluation_form"],
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
            "update_evaluation_form" => json!({ "minimumRaters": 3 }),
            _ => json!({}),
        }
    }
}

#[actix_web::test]
async fn the_verbs_of_an_evaluation_form_follow_their_table() {
    follows_its_table::<EvaluationForms>().await;
}

struct EvaluationRounds;

impl Room for EvaluationRounds {
    type Resource = EvaluationRound;
    const STATES: &'static [RoundStatus] = RoundStatus::ALL;

    async fn in_state(app: &TestApp, state: RoundStatus) -> String {
        let manager = app.manager();
        let list = "/v1/evaluation-rounds";
        let known = manager.get(&format!("{list}?count=exact")).await;
        // Of a unit, kind and period there is one.
        let mut round = evaluation_rounds::round(app.city.yuxi.id, "ORDINARY");
        round["periodFrom"] = json!(format!(
            "2023-05-{:02}",
            known.json["total"].as_i64().unwrap() + 1
        ));
        let made = manager.post(list, &round).await.expect(201);
        let path = made.header("location").to_owned();
        let verbs: &[&str] = match state {
            RoundStatus::Planned => &[],
            RoundStatus::Open => &["open_evaluation_round"],
            RoundStatus::Closed => &["open_evaluation_round", "close_evaluation_round"],
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
            "update_evaluation_round" => json!({ "dueOn": "2023-08-06" }),
            "extend_evaluation_round" => json!({ "closesOn": "2023-08-31", "reason": "汛期" }),
            "reopen_evaluation_round" => json!({ "closesOn": "2023-08-31", "reason": "补交" }),
            _ => json!({}),
        }
    }
}

#[actix_web::test]
async fn the_verbs_of_an_evaluation_round_follow_their_table() {
    follows_its_table::<EvaluationRounds>().await;
}

struct EvaluationSchedules;

impl Room for EvaluationSchedules {
    type Resource = EvaluationSchedule;
    const STATES: &'static [ScheduleStatus] = ScheduleStatus::ALL;

    async fn in_state(app: &TestApp, state: ScheduleStatus) -> String {
        let manager = app.manager();
        let list = "/v1/evaluation-schedules";
        // Of a unit and kind there is one in force.
        let active = manager
            .get(&format!("{list}?status=ACTIVE"))
            .await
            .expect(200);
        for schedule in active.json["items"].as_array().unwrap() {
            let end = format!("{list}/{}/_end", schedule["id"].as_str().unwrap());
            manager.post(&end, &json!({})).await.expect(200);
        }
        let schedule = evaluation_schedules::schedule(app.city.yuxi.id, "ORDINARY");
        let made = manager.post(list, &schedule).await.expect(201);
        let path = made.header("location").to_owned();
        if state == ScheduleStatus::Ended {
            carry_out(&manager, &path, "end_evaluation_schedule", &json!({}))
                .await
                .expect(200);
        }
        path
    }

    fn body(_: &TestApp, verb: &str) -> Value {
        match verb {
            "update_evaluation_schedule" => json!({ "dueAfterDays": 20 }),
            _ => json!({}),
        }
    }
}

#[actix_web::test]
async fn the_verbs_of_an_evaluation_schedule_follow_their_table() {
    follows_its_table::<EvaluationSchedules>().await;
}

struct TrainingEvents;

impl Room for TrainingEvents {
    type Resource = TrainingEvent;
    const STATES: &'static [TrainingEventStatus] = TrainingEventStatus::ALL;

    async fn in_state(app: &TestApp, state: TrainingEventStatus) -> String {
        let starts_on = match state {
            TrainingEventStatus::Running | TrainingEventStatus::Finished => "2023-07-20",
            _ => "2023-09-04",
        };
        let path = training_scene::event(app, starts_on, &json!({})).await;
        let verbs: &[&str] = match state {
            TrainingEventStatus::Planned => &[],
            TrainingEventStatus::Open | TrainingEventStatus::Running => &["open_training_event"],
            TrainingEventStatus::Finished => &["open_training_event", "finish_training_event"],
            TrainingEventStatus::Cancelled => &["cancel_training_event"],
        };
        for verb in verbs {
            carry_out(&app.manager(), &path, verb, &Self::body(app, verb))
                .await
                .expect(200);
        }
        path
    }

    fn body(app: &TestApp, verb: &str) -> Value {
        match verb {
            "update_training_event" => json!({ "place": "市委党校" }),
            "cancel_training_event" => json!({ "reason": "另行安排" }),
            "enrol_training_event" => json!({ "cadreIds": [app.insert_cadre(&app.city.yuxi)] }),
            "record_attendance" => json!({ "items": [] }),
            _ => json!({}),
        }
    }

    fn raises_version(verb: &str) -> bool {
        !matches!(verb, "enrol_training_event" | "record_attendance")
    }
}

struct Postings;

impl Room for Postings {
    type Resource = Posting;
    const STATES: &'static [PostingStatus] = PostingStatus::ALL;

    async fn in_state(app: &TestApp, state: PostingStatus) -> String {
        let cadre = app.insert_cadre(&app.city.yuxi);
        let days = ("2023-07-01", "2023-12-31");
        let verbs: &[&str] = match state {
            PostingStatus::Planned => &[],
            PostingStatus::Active => &["start_posting"],
            PostingStatus::Finished => &["start_posting", "finish_posting"],
            PostingStatus::Recalled => &["start_posting", "recall_posting"],
            PostingStatus::Cancelled => &["cancel_posting"],
        };
        let path = posting_scene::posting(app, cadre, days, &json!({})).await;
        for verb in verbs {
            carry_out(&app.manager(), &path, verb, &Self::body(app, verb))
                .await
                .expect(200);
        }
        path
    }

    fn body(_: &TestApp, verb: &str) -> Value {
        match verb {
            "update_posting" => json!({ "task": "负责项目进度调度" }),
            "extend_posting" => json!({ "plannedEndsOn": "2024-03-31", "reason": "工期顺延" }),
            "finish_posting" => posting_scene::result(),
            "recall_posting" | "cancel_posting" => json!({ "reason": "单位另有安排" }),
            _ => json!({}),
        }
    }
}

struct Exchanges;

impl Room for Exchanges {
    type Resource = Exchange;
    const STATES: &'static [ExchangeStatus] = ExchangeStatus::ALL;

    async fn in_state(app: &TestApp, state: ExchangeStatus) -> String {
        let path = posting_scene::exchange(app, ("2023-07-01", "2023-12-31")).await;
        let manager = app.manager();
        let verb = match state {
            ExchangeStatus::Planned => return path,
            ExchangeStatus::Cancelled => "cancel_exchange",
            _ => "start_exchange",
        };
        let body = Self::body(app, verb);
        carry_out(&manager, &path, verb, &body).await.expect(200);
        if state == ExchangeStatus::Finished {
            let exchange = manager.get(&path).await.expect(200).json;
            let results = posting_scene::results(&exchange);
            let finish = carry_out(&manager, &path, "finish_exchange", &results);
            finish.await.expect(200);
        }
        if state == ExchangeStatus::Recalled {
            let read = manager.get(&path).await.expect(200).json;
            let leg = read["legs"][0]["postingId"].as_str().unwrap();
            let recall = json!({ "reason": "单位另有安排", "others": "RECALL" });
            let address = format!("/v1/postings/{leg}/_recall");
            manager.post(&address, &recall).await.expect(200);
        }
        path
    }

    fn body(_: &TestApp, verb: &str) -> Value {
        match verb {
            "extend_exchange" => json!({ "plannedEndsOn": "2024-03-31", "reason": "工期顺延" }),
            "cancel_exchange" => json!({ "reason": "单位另有安排" }),
            _ => json!({}),
        }
    }

    fn body_for(app: &TestApp, verb: &str, exchange: &Value) -> Value {
        match verb {
            "finish_exchange" => posting_scene::results(exchange),
            verb => Self::body(app, verb),
        }
    }
}

struct Enrolments;

impl Room for Enrolments {
    type Resource = TakingPart;
    const STATES: &'static [EnrolmentState] = &[
        EnrolmentState::Enrolled,
        EnrolmentState::Waitlisted,
        EnrolmentState::Excused,
        EnrolmentState::ExcusedForGood,
        EnrolmentState::TookPart,
        EnrolmentState::Rated,
        EnrolmentState::Absent,
    ];

    async fn in_state(app: &TestApp, state: EnrolmentState) -> String {
        let starts_on = match state {
            EnrolmentState::Enrolled | EnrolmentState::Waitlisted | EnrolmentState::Excused => {
                "2023-09-04"
            }
            _ => "2023-07-20",
        };
        let manager = app.manager();
        let event = training_scene::event(app, starts_on, &json!({ "seats": 1 })).await;
        carry_out(&manager, &event, "open_training_event", &json!({}))
            .await
            .expect(200);
        if state == EnrolmentState::Waitlisted {
            let first = app.insert_cadre(&app.city.yuxi);
            training_scene::enrol(app, &event, first).await;
        }
        let cadre = app.insert_cadre(&app.city.yuxi);
        let path = training_scene::enrol(app, &event, cadre).await;
        let attendance = match state {
            EnrolmentState::Enrolled | EnrolmentState::Waitlisted => return path,
            EnrolmentState::Excused => {
                carry_out(
                    &manager,
                    &path,
                    "excuse_enrolment",
                    &Self::body(app, "excuse_enrolment"),
                )
                .await
                .expect(200);
                return path;
            }
            EnrolmentState::ExcusedForGood => "EXCUSED",
            EnrolmentState::TookPart | EnrolmentState::Rated => "ATTENDED",
            EnrolmentState::Absent => "ABSENT",
        };
        let items = json!({ "items": [{ "cadreId": cadre, "status": attendance }] });
        carry_out(&manager, &event, "record_attendance", &items)
            .await
            .expect(200);
        if state == EnrolmentState::Rated {
            let cadre = app.client(Who::cadre(&app.city.yuxi, cadre));
            let rating = json!({ "rating": 4 });
            carry_out(&cadre, &path, "rate_enrolment", &rating)
                .await
                .expect(200);
        }
        if state == EnrolmentState::ExcusedForGood {
            carry_out(&manager, &event, "finish_training_event", &json!({}))
                .await
                .expect(200);
        }
        path
    }

    fn body(_: &TestApp, verb: &str) -> Value {
        match verb {
            "excuse_enrolment" => json!({ "reason": "下乡驻村" }),
            _ => json!({}),
        }
    }
}

#[actix_web::test]
async fn the_verbs_of_an_exchange_follow_their_table() {
    follows_its_table::<Exchanges>().await;
}

#[actix_web::test]
async fn the_verbs_of_a_posting_follow_their_table() {
    follows_its_table::<Postings>().await;
}

#[actix_web::test]
async fn the_verbs_of_a_training_event_follow_their_table() {
    follows_its_table::<TrainingEvents>().await;
}

#[actix_web::test]
async fn the_verbs_of_an_enrolment_follow_their_table() {
    follows_its_table::<Enrolments>().await;
}
