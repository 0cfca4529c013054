//! What only reads, as the manager of a whole city.

use serde_json::json;

use super::meter::Meter;
use crate::demo::{PASSWORD, signed_in};
use crate::support::TestApp;

/// Lists and what reads one of their rows, by path.
const LISTS: &[(&str, &str, &str)] = &[
    (
        "list_organizations",
        "get_organization",
        "/v1/organizations",
    ),
    ("list_cadres", "get_cadre", "/v1/cadres"),
    ("list_mentors", "get_mentor", "/v1/mentors"),
    ("list_assignments", "get_assignment", "/v1/assignments"),
    ("list_plans", "get_plan", "/v1/plans"),
    ("list_evaluations", "get_evaluation", "/v1/evaluations"),
    (
        "list_growth_entries",
        "get_growth_entry",
        "/v1/growth-entries",
    ),
];

/// What everyone may read.
const OPEN: &[(&str, &str)] = &[
    ("get_service", "/"),
    ("get_jwks", "/.well-known/jwks.json"),
    (
        "get_authorization_server",
        "/.well-known/oauth-authorization-server",
    ),
    (
        "get_protected_resource",
        "/.well-known/oauth-protected-resource",
    ),
    ("get_reference", "/docs"),
    ("get_reference_file", "/docs/swagger-ui.css"),
    ("get_liveness", "/livez"),
    ("get_metrics", "/metrics"),
    ("get_problem", "/problems/not-found"),
    ("get_readiness", "/readyz"),
    ("get_openapi_json", "/v1/openapi.json"),
    ("get_openapi_yaml", "/v1/openapi.yaml"),
    ("list_code_sets", "/v1/code-sets"),
    ("get_code_set", "/v1/code-sets/sex"),
];

pub async fn run(app: &TestApp, meter: &Meter) {
    for (id, path) in OPEN {
        meter.count(id, app.anonymous().get(path)).await;
    }
    let manager = signed_in(app, "manager", PASSWORD).await;
    for (list, get, path) in LISTS {
        let total = format!("{path}?count=exact&limit=200");
        meter.count(list, manager.get(path)).await;
        let page = meter.costs(list, 3, manager.get(&total)).await;
        let id = page.json["items"][0]["id"].as_str().unwrap();
        meter.count(get, manager.get(&format!("{path}/{id}"))).await;
    }
    let active = json!({ "status": "ACTIVE" });
    let found = manager.post("/v1/cadres/_search", &active);
    let found = meter.count("search_cadres", found).await;
    let cadre = found.json["items"][0].clone();
    let of_cadre = format!("/v1/cadres/{}", cadre["id"].as_str().unwrap());
    for (id, part) in [
        ("list_cadre_assignments", "assignments"),
        ("get_cadre_career", "career"),
        ("get_growth_file", "growth-file"),
    ] {
        meter
            .count(id, manager.get(&format!("{of_cadre}/{part}")))
            .await;
    }
    let unit = cadre["organizationId"].as_str().unwrap();
    let summary = format!("/v1/organizations/{unit}/summary");
    meter
        .count("get_organization_summary", manager.get(&summary))
        .await;
    let mentors = manager
        .get("/v1/mentors?status=APPOINTED")
        .await
        .expect(200);
    let mentor = mentors.json["items"][0]["id"].as_str().unwrap();
    let of_mentor = format!("/v1/mentors/{mentor}/assignments");
    meter
        .count("list_mentor_assignments", manager.get(&of_mentor))
        .await;
    for (id, path) in [
        (
            "get_cadre_by_external_id",
            "/v1/cadres/by-external-id/demo/C-000001",
        ),
        (
            "get_mentor_by_external_id",
            "/v1/mentors/by-external-id/demo/M-000001",
        ),
    ] {
        meter.count(id, manager.get(path)).await;
    }
    let journal = manager.get("/v1/journal");
    meter.count("list_journal", journal).await;
    meter.count("get_me", manager.get("/v1/me")).await;
    let mentor = signed_in(app, "mentor", PASSWORD).await;
    meter
        .count("list_mentees", mentor.get("/v1/me/mentees"))
        .await;
}
