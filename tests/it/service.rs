//! What keeps the service running: liveness, readiness, the shared ways of every endpoint.

use crate::support::{TODAY, TestApp};

#[actix_web::test]
async fn a_fresh_application_is_ready_on_the_day_of_the_tests() {
    let app = TestApp::start().await;
    app.anonymous().get("/livez").await.expect(200);
    app.anonymous().get("/readyz").await.expect(200);
    assert_eq!(app.service().deps.clock.today().to_string(), TODAY);
}

#[actix_web::test]
async fn the_auditor_reads_the_journal_and_an_officer_does_not() {
    let app = TestApp::start().await;
    let journal = app.auditor().get("/v1/journal").await.expect(200);
    let items = journal.json["items"].as_array().unwrap();
    // Three templates and two forms, drafted and published.
    let of_start = |kind: &str| {
        let of_kind = |item: &&serde_json::Value| {
            item["requestId"] == "start" && item["resourceType"] == kind
        };
        items.iter().filter(of_kind).count()
    };
    assert_eq!(items.len(), 10);
    assert_eq!(of_start("phase-template"), 6);
    assert_eq!(of_start("evaluation-form"), 4);
    app.officer()
        .get("/v1/journal")
        .await
        .expect_problem(403, "forbidden");
    app.anonymous()
        .get("/v1/journal")
        .await
        .expect_problem(401, "unauthenticated");
}
