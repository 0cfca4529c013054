//! Who may do what: every operation of the published document × every role. What a role reaches is asked in `subtrees`.
//!
//! The tables here are reviewed by people and say again, in other words, what `access::TABLE` decides. An operation that
//! requires a permission which stands in no row fails with instructions.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::db::Id;

use crate::support::{Answer, TestApp, Who};

/// Permission, the roles that have it (A administrator, M manager, O officer, R care, T mentor, C cadre, N analyst, U
/// auditor), and the scope of a client that has it.
const MATRIX: &[(&str, &str, &str)] = &[
    ("OwnAccount", "AMORTCNU", ""),
    ("OrganizationsRead", "AMORTCNU", "organizations:read"),
    ("OrganizationsSummary", "MON", ""),
    ("OrganizationsWrite", "AM", "organizations:write"),
    ("CadresRead", "MOTC", "cadres:read"),
    ("CadresWrite", "MO", "cadres:write"),
    ("CadresReveal", "MOC", "identity:reveal"),
    ("GrowthFileRead", "MOTC", "cadres:read"),
    ("MentorsRead", "MOTC", "mentors:read"),
    ("MentorsWrite", "MO", "mentors:write"),
    ("MentorsAppoint", "M", ""),
    ("MenteesRead", "T", ""),
    ("AssignmentsRead", "MOTC", "assignments:read"),
    ("AssignmentsPropose", "MO", "assignments:write"),
    ("AssignmentsActivate", "M", ""),
    ("AssignmentsCancel", "MO", ""),
    ("MatchingRun", "M", ""),
    ("EvaluationsRead", "MOTC", "evaluations:read"),
    ("EvaluationsWrite", "MOTC", "evaluations:write"),
    ("EvaluationsConfirm", "M", ""),
    ("EvaluationsAcknowledge", "C", ""),
    ("EvaluationFormsRead", "MORTCN", "evaluations:read"),
    ("EvaluationFormsWrite", "M", ""),
    ("EvaluationRoundsRead", "MO", "evaluations:read"),
    ("EvaluationRoundsWrite", "M", ""),
    ("RaterFormsRead", "MOTC", "evaluations:read"),
    ("PhaseTemplatesRead", "MORTCN", "plans:read"),
    ("PhaseTemplatesWrite", "M", ""),
    ("PlansRead", "MOTC", "plans:read"),
    ("PlansWrite", "MOTC", ""),
    ("PlansGate", "M", ""),
    ("PlansObject", "C", ""),
    ("PlansActivate", "MO", ""),
    ("TrainingRead", "MOTC", "training:read"),
    ("TrainingWrite", "MO", "training:write"),
    ("TrainingEnrol", "MO", "training:write"),
    ("TrainingFeedback", "C", ""),
    ("SessionsRead", "MOTC", "mentoring-sessions:read"),
    ("SessionsWrite", "TC", ""),
    ("SessionsReveal", "MO", ""),
    ("PostingsRead", "MOTC", "postings:read"),
    ("PostingsWrite", "MO", "postings:write"),
    ("PostingsFinish", "MO", "postings:write"),
    ("GrowthRead", "MOTC", "growth:read"),
    ("GrowthWrite", "MOTC", "growth:write"),
    ("GrowthVerify", "MOT", ""),
    ("GrowthDispute", "C", ""),
    ("KinshipsDeclare", "MOTC", ""),
    ("JournalRead", "MU", ""),
    ("UsersManage", "A", ""),
    ("UsersInvite", "AMO", ""),
    ("ClientsManage", "A", ""),
];

/// Operations that ask for no permission, as reviewed: what is served before anyone can sign in, and signing in itself.
const PUBLIC: &[&str] = &[
    "activate_user",
    "create_session",
    "create_token",
    "get_authorization_server",
    "get_code_set",
    "get_jwks",
    "get_liveness",
    "get_metrics",
    "get_openapi_json",
    "get_openapi_yaml",
    "get_problem",
    "get_protected_resource",
    "get_readiness",
    "get_reference",
    "get_reference_file",
    "get_service",
    "get_setup_page",
    "list_code_sets",
    "refresh_session",
    "set_up",
];

/// Every scope a client may have.
pub const SCOPES: &[&str] = &[
    "organizations:read",
    "organizations:write",
    "cadres:read",
    "cadres:write",
    "mentors:read",
    "mentors:write",
    "assignments:read",
    "assignments:write",
    "evaluations:read",
    "evaluations:write",
    "plans:read",
    "training:read",
    "training:write",
    "postings:read",
    "postings:write",
    "mentoring-sessions:read",
    "growth:read",
    "growth:write",
    "identity:reveal",
];

/// The letter of a role in the matrix.
fn letter(role: Role) -> char {
    match role {
        Role::Administrator => 'A',
        Role::ProgrammeManager => 'M',
        Role::UnitOfficer => 'O',
        Role::CareOfficer => 'R',
        Role::Mentor => 'T',
        Role::Cadre => 'C',
        Role::Analyst => 'N',
        Role::Auditor => 'U',
    }
}

/// An operation of the published document.
pub struct Operation {
    pub id: String,
    pub method: Method,
    pub path: String,
    pub permission: Option<String>,
    pub body: Option<(String, Value)>,
}

pub fn operations() -> Vec<Operation> {
    let document = crate::openapi::document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = operation["requestBody"]["content"].as_object();
            let body =
                content
                    .and_then(|content| content.iter().next())
                    .map(|(media_type, media)| {
                        let example = media.get("example").or_else(|| {
                            media["examples"].as_object()?.values().next()?.get("value")
                        });
                        (
                            media_type.clone(),
                            example.cloned().unwrap_or_else(|| json!({})),
                        )
                    });
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                permission: operation["x-permission"].as_str().map(str::to_owned),
                body,
            });
        }
    }
    all
}

impl Operation {
    fn row(&self) -> Option<&'static (&'static str, &'static str, &'static str)> {
        let permission = self.permission.as_deref()?;
        let row = MATRIX.iter().find(|(known, ..)| *known == permission);
        Some(row.unwrap_or_else(|| {
            panic!("{} requires {permission}: review who may have it and add a row to MATRIX in tests/it/permissions.rs", self.id)
        }))
    }

    /// The address with `id` in the place of every `{…}`.
    fn address(&self, id: &str) -> String {
        let mut address = String::new();
        for segment in self.path.split('/').skip(1) {
            address.push('/');
            match segment {
                "{source}" => address.push_str("demo"),
                "{externalId}" => address.push_str("NOBODY"),
                "{code}" | "{name}" => address.push_str("sex"),
                _ if segment.starts_with('{') => address.push_str(id),
                _ => address.push_str(segment),
            }
        }
        address
    }

    pub async fn call(&self, caller: &crate::support::Client, id: &str) -> Answer {
        let mut request = caller
            .request(self.method.clone(), &self.address(id))
            .header("if-match", "*");
        if let Some((media_type, body)) = &self.body {
            let bytes = match body {
                Value::String(text) => text.clone().into_bytes(),
                body => serde_json::to_vec(body).unwrap(),
            };
            request = request.body(media_type, bytes);
        }
        request.send().await
    }
}

/// An id that names nothing.
pub const NOBODY: &str = "01890000-0000-7000-8000-00000000ffff";

/// What is the whole city's, and so nobody's who holds a role in a county.
const OF_THE_CITY: &[&str] = &["create_evaluation_form"];

fn caller_with(app: &TestApp, role: Role, operation: &Operation) -> crate::support::Client {
    let nobody = Id::parse(NOBODY).unwrap();
    let unit = if OF_THE_CITY.contains(&operation.id.as_str()) {
        &app.city.root
    } else {
        &app.city.enyang
    };
    app.client(match role {
        Role::Administrator => Who::administrator(),
        Role::Auditor => Who::auditor(),
        Role::Mentor => Who::mentor(&app.city.enyang, nobody),
        Role::Cadre => Who::cadre(&app.city.enyang, nobody),
        other => Who::of(other, unit),
    })
}

#[test]
fn c28_only_the_reviewed_operations_ask_for_no_permission() {
    let open: Vec<String> = operations()
        .into_iter()
        .filter(|operation| operation.permission.is_none())
        .map(|operation| operation.id)
        .collect();
    let mut open: Vec<&str> = open.iter().map(String::as_str).collect();
    open.sort_unstable();
    assert_eq!(
        open, PUBLIC,
        "an operation whose handler takes no `Authorized` guard is open to everyone: give it one, or review it and name it in PUBLIC"
    );
}

#[actix_web::test]
async fn every_scope_of_the_matrix_can_be_given_to_a_client() {
    let app = TestApp::start().await;
    let of_matrix: BTreeSet<&str> = MATRIX
        .iter()
        .map(|(.., scope)| *scope)
        .filter(|scope| !scope.is_empty())
        .collect();
    assert_eq!(of_matrix, SCOPES.iter().copied().collect());
    let body = json!({ "name": "portal", "organizationId": app.city.root.id, "scopes": SCOPES });
    let made = app.administrator().post("/v1/clients", &body).await;
    assert_eq!(
        made.expect(201).json["scopes"].as_array().unwrap().len(),
        SCOPES.len()
    );
}

#[actix_web::test]
async fn c28_every_operation_is_open_to_the_reviewed_roles_and_to_no_other() {
    let app = TestApp::start().await;
    let mut faults = Vec::new();
    for operation in operations() {
        let Some((_, letters, _)) = operation.row() else {
            continue;
        };
        let anonymous = operation.call(&app.anonymous(), NOBODY).await;
        if anonymous.status != 401 {
            faults.push(format!(
                "{} answers a caller without a token with {}",
                operation.id, anonymous.status
            ));
        }
        for role in Role::ALL {
            let answer = operation
                .call(&caller_with(&app, *role, &operation), NOBODY)
                .await;
            let refused = answer.status == 403;
            if answer.status == 401
                || answer.status >= 500
                || refused == letters.contains(letter(*role))
            {
                faults.push(format!(
                    "{} answers {role} with {} {}",
                    operation.id,
                    answer.status,
                    answer.code()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[actix_web::test]
async fn c15_a_client_does_what_its_scopes_say_and_nothing_else() {
    let app = TestApp::start().await;
    let mut faults = Vec::new();
    for operation in operations() {
        let Some((permission, _, scope)) = operation.row() else {
            continue;
        };
        if *permission == "OwnAccount" {
            continue;
        }
        let others: Vec<&str> = SCOPES
            .iter()
            .copied()
            .filter(|other| other != scope)
            .collect();
        let without = app.client(Who::system(&app.city.root, &others.join(" ")));
        let answer = operation.call(&without, NOBODY).await;
        if answer.status != 403 {
            faults.push(format!(
                "{} answers a client without {scope:?} with {}",
                operation.id, answer.status
            ));
        }
        if scope.is_empty() {
            continue;
        }
        let answer = operation
            .call(&app.client(Who::system(&app.city.root, scope)), NOBODY)
            .await;
        if matches!(answer.status, 401 | 403) || answer.status >= 500 {
            faults.push(format!(
                "{} answers a client with {scope} with {}",
                operation.id, answer.status
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
