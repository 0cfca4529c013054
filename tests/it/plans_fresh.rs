//! How SQLite answers where it has no statistics: a table that is young, or that grows within one transaction.

use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::demo::demo_app;
use crate::plans::{plan, unit};
use crate::support::{Who, forget_statements, on_postgres, statements_on, watch_statements};

/// Columns with few values: an index of one leads to a good part of its table.
const COARSE: [&str; 9] = [
    "status",
    "role",
    "kind",
    "mentoring",
    "post_category",
    "non_local",
    "source",
    "phase",
    "resource_type",
];

/// What a plan looks up by a coarse column alone.
fn coarse(plan: &[String]) -> Vec<String> {
    let is_coarse = |line: &String| {
        line.contains("SEARCH")
            && COARSE.iter().any(|column| {
                line.ends_with(&format!("({column}=?)"))
                    || line.contains(&format!("({column}=? AND id"))
            })
    };
    plan.iter()
        .filter(|line| is_coarse(line))
        .cloned()
        .collect()
}

#[actix_web::test]
async fn records_of_one_person_are_looked_up_by_that_person_without_statistics() {
    if on_postgres() {
        return;
    }
    watch_statements();
    let app = demo_app().await;
    let mut conn = app.db();
    let root = unit(&mut conn, "BZ");
    let manager = app.client(Who::manager(&root));
    forget_statements(&mut conn);
    let asked = json!({ "organizationId": root.id, "crossUnit": "COUNTY", "keepExisting": false });
    let run = manager.post("/v1/matching-runs", &asked).await.expect(201);
    let run = run.json["id"].as_str().unwrap().to_owned();
    let apply = format!("/v1/matching-runs/{run}/_apply");
    manager
        .post(&apply, &json!({ "activate": true }))
        .await
        .expect(200);
    let cadre = manager
        .get("/v1/cadres?limit=1&mentoring=FULL")
        .await
        .expect(200)
        .json;
    let cadre = &cadre["items"][0];
    let of_cadre = format!("/v1/cadres/{}", cadre["id"].as_str().unwrap());
    let of_mentor = format!(
        "/v1/mentors/{}",
        cadre["politicalMentorId"].as_str().unwrap()
    );
    for path in ["", "/growth-file", "/career", "/evaluation-series"] {
        manager.get(&format!("{of_cadre}{path}")).await;
    }
    let mentor = Who::mentor(
        &root,
        xinmiao::db::Id::parse(cadre["politicalMentorId"].as_str().unwrap()).unwrap(),
    );
    app.client(mentor).get("/v1/me/mentees").await.expect(200);
    manager
        .post(&format!("{of_mentor}/_retire"), &json!({}))
        .await
        .expect(200);
    let leave = json!({ "on": "2023-07-24", "reason": "RESIGNED" });
    manager
        .post(&format!("{of_cadre}/_leave"), &leave)
        .await
        .expect(200);
    let statements = statements_on(&mut conn);
    conn.batch_execute("DELETE FROM sqlite_stat1").unwrap();
    // A connection reads the statistics when it is opened.
    let mut fresh = app.db();
    let of_one: Vec<&String> = statements
        .iter()
        .filter(|sql| sql.contains("cadre_id` = ?") || sql.contains("mentor_id` = ?"))
        .collect();
    assert!(of_one.len() > 10, "{}", of_one.len());
    let mut faults = Vec::new();
    for sql in of_one {
        let plan = plan(&mut fresh, sql);
        faults.extend(
            coarse(&plan)
                .into_iter()
                .map(|line| format!("{line}\n  in {sql}")),
        );
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}
