//! What callers reach by operations that name no object in their address: creating, importing, searching, verbs on many at once.
//! Each is tried with what stands in the own, a child, a sibling and another subtree; outside it answers as about nothing, and
//! writes nothing.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::schema::journal_entries;

use crate::permissions::{NOBODY, Operation, operations};
use crate::subtrees::{callers_in_enyang, places};
use crate::support::{Answer, Client, TestApp, Unit, Who};

/// What a unit has, by id; for nothing, ids that name nothing.
#[derive(Clone)]
struct Stand {
    place: &'static str,
    is_within: bool,
    unit: String,
    unit_code: String,
    /// A cadre with a political mentor and a submitted form of the unit.
    cadre: String,
    /// A cadre for whom a mentor is proposed.
    proposed_for: String,
    mentor: String,
    proposal: String,
    form: String,
    /// The external id of the first cadre, mentor and unit under `demo`.
    external_id: String,
}

impl Stand {
    fn nothing() -> Self {
        let nobody = || NOBODY.to_owned();
        Self {
            place: "no",
            is_within: false,
            unit: nobody(),
            unit_code: "BZ-NOWHERE".to_owned(),
            cadre: nobody(),
            proposed_for: nobody(),
            mentor: nobody(),
            proposal: nobody(),
            form: nobody(),
            external_id: "NOBODY".to_owned(),
        }
    }

    async fn fill(app: &TestApp, place: &'static str, unit: &Unit, is_within: bool) -> Self {
        let manager = app.manager();
        let id = |answer: Answer| answer.expect(201).json["id"].as_str().unwrap().to_owned();
        let external_id = format!("X-{place}");
        let known = json!({ "demo": external_id });
        let person = json!({ "name": "周小苗", "organizationId": unit.id, "reportedOn": "2022-08-26", "externalIds": known });
        let cadre = id(manager.post("/v1/cadres", &person).await);
        let proposed_for = app.insert_cadre(unit).to_string();
        let mentor = json!({
            "name": "吴老师", "organizationId": unit.id, "politicalStatus": "01", "roles": ["POLITICAL", "PROFESSIONAL"],
            "maxMentees": 9, "externalIds": known,
        });
        let mentor = id(manager.post("/v1/mentors", &mentor).await);
        let appointed = json!({ "on": "2020-08-01" });
        manager
            .post(&format!("/v1/mentors/{mentor}/_appoint"), &appointed)
            .await
            .expect(200);
        let pair = json!({ "cadreId": proposed_for, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-01" });
        let proposal = id(manager.post("/v1/assignments", &pair).await);
        let mut form = evaluation(&cadre, "2023-04-01", "2023-06-30");
        form["submit"] = json!(true);
        let form = id(manager.post("/v1/evaluations", &form).await);
        let known = json!({ "externalIds": known });
        let address = format!("/v1/organizations/{}", unit.id);
        let administrator = app.administrator();
        let patch = administrator
            .request(Method::PATCH, &address)
            .if_match("*")
            .merge_patch(&known);
        patch.send().await.expect(200);
        open_city_event(app).await;
        Self {
            place,
            is_within,
            unit: unit.id.to_string(),
            unit_code: unit.code.to_owned(),
            cadre,
            proposed_for,
            mentor,
            proposal,
            form,
            external_id,
        }
    }
}

/// A training event that is open to the whole city.
const CITY_EVENT: &str = "0189857f-7a00-7000-8000-00000000e4e4";

async fn open_city_event(app: &TestApp) {
    let manager = app.manager();
    let mut event = planned_event(&app.city.root.id.to_string());
    event["id"] = json!(CITY_EVENT);
    let made = manager.post("/v1/training-events", &event).await;
    if made.status == 201 {
        let open = format!("/v1/training-events/{CITY_EVENT}/_open");
        manager.post(&open, &json!({})).await.expect(200);
    }
}

fn planned_event(unit: &str) -> Value {
    json!({
        "organizationId": unit, "title": "任职培训", "kind": "SPECIAL", "startsOn": "2023-09-04", "endsOn": "2023-09-05", "hours": 10,
    })
}

fn evaluation(cadre: &str, from: &str, to: &str) -> Value {
    let scores = [
        "STATE_OF_MIND",
        "WORK_PERFORMANCE",
        "POST_FIT",
        "COMPETENCE",
    ]
    .map(|dimension| json!({ "dimension": dimension, "score": 90 }));
    json!({
        "cadreId": cadre, "kind": "ORDINARY", "periodFrom": from, "periodTo": to, "evaluatorRelation": "UNIT", "grade": "GOOD",
        "scores": scores,
    })
}

/// What an operation is sent about a stand.
enum Sent {
    Json(Value),
    Csv(String),
}

/// How an operation answers about what is outside.
#[derive(PartialEq)]
enum Outside {
    /// Exactly as about nothing.
    AsNothing,
    /// Refused, and an id of another system that is taken says so: whoever has that id knows that it exists.
    Refused,
}

/// Operations that are not of a subtree, or name no object of one.
const EXEMPT: &[(&str, &str)] = &[
    (
        "create_evaluation_form",
        "whoever reaches the whole city, which has no unit outside",
    ),
    (
        "create_client",
        "administrators, whose subtree is everything",
    ),
    ("create_user", "administrators, whose subtree is everything"),
    (
        "create_mentoring_session",
        "mentors and cadres, of their own pairs",
    ),
    ("delete_current_session", "the caller's own"),
    ("update_my_password", "the caller's own"),
];

/// What no manager may do in a place for another reason than reach: a township has no units below it and no templates, and the root of one's own
/// subtree is the administrator's.
const UNFIT: &[(&str, &str)] = &[
    ("create_organization", "child"),
    ("create_phase_template", "child"),
    ("import_organizations", "child"),
    ("put_organization_by_external_id", "own"),
];

/// What to send to an operation; `None` for one that nobody reviewed.
fn sent(operation: &str, at: &Stand) -> Option<(Sent, Outside)> {
    let items = |id: &str| json!({ "items": [{ "id": id, "version": 1 }] });
    let body = match operation {
        "create_absence" => {
            json!({ "cadreId": at.cadre, "kind": "SICK", "startsOn": "2023-05-01", "endsOn": "2023-05-03" })
        }
        // Whom a city's organ has appointed may be asked for by every unit of the city.
        "create_assignment" => {
            let mentor = if at.place == "other" {
                NOBODY
            } else {
                &at.mentor
            };
            json!({ "cadreId": at.cadre, "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-01" })
        }
        "activate_assignments" => items(&at.proposal),
        "create_cadre" => {
            json!({ "name": "李雨瑶", "organizationId": at.unit, "reportedOn": "2022-08-26" })
        }
        "search_cadres" => json!({ "organizationId": at.unit }),
        "create_evaluation" => evaluation(&at.proposed_for, "2023-04-01", "2023-06-30"),
        "confirm_evaluations" => items(&at.form),
        "reopen_evaluation" => json!({
            "cadreId": at.cadre, "kind": "ORDINARY", "periodFrom": "2022-10-01", "periodTo": "2022-12-31",
            "evaluatorRelation": "UNIT", "reason": "补录",
        }),
        "create_growth_entry" => {
            json!({ "cadreId": at.cadre, "occurredOn": "2023-06-01", "kind": "TASK", "title": "驻村走访" })
        }
        "create_kinship" => json!({
            "personA": { "type": "CADRE", "id": at.cadre }, "personB": { "type": "MENTOR", "id": at.mentor }, "relation": "01",
        }),
        "create_enrolment" => json!({ "eventId": CITY_EVENT, "cadreId": at.proposed_for }),
        "create_exchange" => {
            let leg = |cadre: &str| {
                json!({
                    "cadreId": cadre, "hostOrganizationId": at.unit, "front": "TOUGH_TASK", "arrangement": "ATTACHMENT", "task": "参与调处",
                })
            };
            json!({
                "title": "双向互派", "plannedStartsOn": "2024-03-01", "plannedEndsOn": "2024-05-31",
                "legs": [leg(&at.cadre), leg(&at.proposed_for)],
            })
        }
        "create_posting" => json!({
            "cadreId": at.proposed_for, "front": "PROJECT", "arrangement": "TASK_FORCE", "hostName": "建设指挥部", "task": "征地拆迁",
            "plannedStartsOn": "2023-09-01", "plannedEndsOn": "2024-02-29",
        }),
        "create_training_event" => planned_event(&at.unit),
        "create_matching_run" => json!({ "organizationId": at.unit, "crossUnit": "NONE" }),
        "create_mentor" => {
            json!({ "name": "郑老师", "organizationId": at.unit, "roles": ["POLITICAL"], "maxMentees": 2 })
        }
        "create_organization" => {
            json!({ "code": format!("NEW-{}", at.place), "name": "新设办公室", "kind": "COUNTY_ORGAN", "parentId": at.unit })
        }
        "create_evaluation_round" => json!({
            "organizationId": at.unit, "kind": "ORDINARY", "periodFrom": "2023-04-01", "periodTo": "2023-06-30",
            "opensOn": "2023-07-25", "dueOn": "2023-08-05", "closesOn": "2023-08-15",
        }),
        "create_evaluation_schedule" => json!({ "organizationId": at.unit, "kind": "ORDINARY" }),
        "create_phase_template" => {
            json!({ "organizationId": at.unit, "phase": "SEEDLING", "validFrom": "2023-08-01" })
        }
        "invite_users" => json!({ "organizationId": at.unit, "for": "CADRES" }),
        _ => return addressed_or_file(operation, at),
    };
    Some((Sent::Json(body), Outside::AsNothing))
}

/// The same for what is addressed by an id of another system, and for files.
fn addressed_or_file(operation: &str, at: &Stand) -> Option<(Sent, Outside)> {
    match operation {
        "put_cadre_by_external_id" => {
            let body =
                json!({ "name": "周小苗", "organizationId": at.unit, "reportedOn": "2022-08-26" });
            Some((Sent::Json(body), Outside::Refused))
        }
        "put_mentor_by_external_id" => {
            let body = json!({ "name": "吴老师", "organizationId": at.unit, "roles": ["POLITICAL"], "maxMentees": 9 });
            Some((Sent::Json(body), Outside::Refused))
        }
        "put_organization_by_external_id" => {
            let body = json!({ "code": at.unit_code, "name": "改名的单位", "kind": "TOWNSHIP" });
            Some((Sent::Json(body), Outside::Refused))
        }
        "import_cadres" => {
            let rows = format!(
                "name,organizationCode,reportedOn\n王小苗,{},2022-08-26\n",
                at.unit_code
            );
            Some((Sent::Csv(rows), Outside::AsNothing))
        }
        "import_mentors" => {
            let rows = format!(
                "name,organizationCode,roles,maxMentees\n冯老师,{},POLITICAL,2\n",
                at.unit_code
            );
            Some((Sent::Csv(rows), Outside::AsNothing))
        }
        "import_organizations" => {
            let rows = format!(
                "code,name,kind,parentCode\nNEW2-{},新设中心,COUNTY_ORGAN,{}\n",
                at.place, at.unit_code
            );
            Some((Sent::Csv(rows), Outside::AsNothing))
        }
        _ => None,
    }
}

async fn call(operation: &Operation, caller: &Client, at: &Stand) -> Option<(Answer, Outside)> {
    let (sent, outside) = sent(&operation.id, at)?;
    let path = operation
        .path
        .replace("{source}", "demo")
        .replace("{externalId}", &at.external_id);
    let request = caller.request(operation.method.clone(), &path);
    let request = match &sent {
        Sent::Json(body) => request.json(body),
        Sent::Csv(rows) => request.body("text/csv", rows.as_bytes()),
    };
    Some((request.send().await, outside))
}

/// What an answer says of what was asked, without the names of what was asked about.
fn told(answer: &Answer, at: &Stand) -> String {
    let mut told = answer.json.clone();
    for member in ["requestId", "instance", "journalPosition", "current"] {
        if let Some(object) = told.as_object_mut() {
            object.remove(member);
        }
    }
    format!("{} {}", answer.status, told)
        .replace(&at.form, "FORM")
        .replace(&at.unit_code, "CODE")
        .replace(&format!("-{}", at.place), "-PLACE")
}

fn journal_rows(app: &TestApp) -> i64 {
    journal_entries::table
        .count()
        .get_result(&mut app.db())
        .unwrap()
}

/// Operations without an object in their address that write or search.
fn on_many() -> Vec<Operation> {
    let mut all = operations();
    all.retain(|operation| {
        operation.method != Method::GET
            && operation.permission.is_some()
            && !operation.path.contains("{id}")
            && !EXEMPT.iter().any(|(exempt, _)| *exempt == operation.id)
    });
    all
}

#[actix_web::test]
async fn c30_what_names_no_object_in_its_address_writes_in_the_own_subtree_alone() {
    let app = TestApp::start().await;
    let mut stands = Vec::new();
    for (place, unit, is_within) in places(&app) {
        stands.push(Stand::fill(&app, place, unit, is_within).await);
    }
    let nothing = Stand::nothing();
    let (mut faults, mut outside_answers, mut inside_answers) = (Vec::new(), 0, 0);
    for operation in on_many() {
        for (name, caller) in &callers_in_enyang(&app) {
            for at in stands.iter().filter(|at| !at.is_within) {
                let Some((about_nothing, _)) = call(&operation, caller, &nothing).await else {
                    panic!(
                        "{} is in no row of `sent`: say what it is sent and what it answers outside",
                        operation.id
                    );
                };
                if about_nothing.status == 403 {
                    break;
                }
                let before = journal_rows(&app);
                let (answer, outside) = call(&operation, caller, at).await.unwrap();
                outside_answers += 1;
                let wrote = journal_rows(&app) != before;
                let is_right = match outside {
                    Outside::AsNothing => told(&answer, at) == told(&about_nothing, &nothing),
                    Outside::Refused => {
                        answer.status / 100 == 4 && answer.json.get("current").is_none()
                    }
                };
                if wrote || !is_right {
                    faults.push(format!(
                        "{} answers the {name} about the {} unit {} (wrote: {wrote}), about nothing {}",
                        operation.id, at.place, told(&answer, at), told(&about_nothing, &nothing),
                    ));
                }
            }
        }
        // The same is done where the caller may: a refusal above is not one of the body.
        let manager = app.client(Who::manager(&app.city.enyang));
        for at in stands.iter().filter(|at| at.is_within) {
            let (answer, _) = call(&operation, &manager, at).await.unwrap();
            inside_answers += 1;
            let failed = answer.json["failed"].as_u64().unwrap_or(0);
            let is_unfit = UNFIT.contains(&(operation.id.as_str(), at.place));
            if !is_unfit && (answer.status / 100 != 2 || failed > 0) {
                faults.push(format!(
                    "{} refuses its manager in the {} unit: {}",
                    operation.id,
                    at.place,
                    answer.text()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(
        outside_answers > 80 && inside_answers > 30,
        "{outside_answers} {inside_answers}"
    );
}

#[actix_web::test]
async fn c30_of_many_items_those_outside_are_told_like_unknown_ones_and_stay_as_they_are() {
    let app = TestApp::start().await;
    let inside = Stand::fill(&app, "own", &app.city.yuxi, true).await;
    let outside = Stand::fill(&app, "sibling", &app.city.qingjiang, false).await;
    let manager = app.client(Who::manager(&app.city.enyang));
    let items = |own: &str, theirs: &str| -> Value {
        let items = [own, theirs, NOBODY].map(|id| json!({ "id": id, "version": 1 }));
        json!({ "items": items })
    };
    // Activation is whole or not at all.
    let body = items(&inside.proposal, &outside.proposal);
    let refused = manager
        .post("/v1/assignments/_activate", &body)
        .await
        .expect(422);
    let unknown = [
        ("/items/1/id", "reference-unknown"),
        ("/items/2/id", "reference-unknown"),
    ];
    assert_eq!(refused.errors(), unknown);
    // Confirmation tells of each form by itself.
    let body = items(&inside.form, &outside.form);
    let told = manager
        .post("/v1/evaluations/_confirm", &body)
        .await
        .expect(200);
    let outcomes: Vec<&Value> = told.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["code"])
        .collect();
    assert_eq!(
        outcomes,
        [&Value::Null, &json!("not-found"), &json!("not-found")]
    );
    let root = app.manager();
    let theirs = root.get(&format!("/v1/evaluations/{}", outside.form)).await;
    assert_eq!(theirs.expect(200).json["status"], "SUBMITTED");
    let own = manager
        .get(&format!("/v1/assignments/{}", inside.proposal))
        .await
        .expect(200);
    assert_eq!(own.json["status"], "PROPOSED");
}

#[test]
fn what_is_exempt_is_there() {
    for (exempt, why) in EXEMPT {
        assert!(
            operations().iter().any(|operation| operation.id == *exempt),
            "{exempt}: {why}"
        );
    }
}
