//! What a caller must not know of costs them what an id costs that nobody has: no clock tells the two apart.

use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::support::{Answer, watch_statements};

use super::meter::Meter;

/// Lists of which the manager of the city sees rows that an officer of one unit does not.
const LISTS: [&str; 11] = [
    "cadres",
    "mentors",
    "assignments",
    "plans",
    "evaluations",
    "growth-entries",
    "mentoring-sessions",
    "postings",
    "enrolments",
    "absences",
    "matching-runs",
];

/// Parts of a cadre's file.
const PARTS: [&str; 4] = [
    "growth-file",
    "assignments",
    "career",
    "training-hours?year=2023",
];

#[actix_web::test]
async fn an_id_out_of_reach_runs_the_same_statements_as_one_that_nobody_has() {
    watch_statements();
    let app = demo_app().await;
    let meter = Meter::new(&app);
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let mut compared = 0;
    for name in ["officer", "mentor", "cadre"] {
        let caller = signed_in(&app, name, PASSWORD).await;
        let run = async |path: &str| -> (Answer, Vec<String>) {
            meter.statements(caller.get(path)).await
        };
        let mut paths = Vec::new();
        for list in LISTS {
            let page = manager.get(&format!("/v1/{list}?limit=200")).await;
            let page = page.expect(200).json;
            for item in page["items"].as_array().unwrap() {
                let id = item["id"].as_str().unwrap().to_owned();
                if caller.get(&format!("/v1/{list}/{id}")).await.status == 404 {
                    paths.push((format!("/v1/{list}/"), id.clone(), String::new()));
                    if list == "cadres" {
                        let part = |part: &&str| {
                            ("/v1/cadres/".to_owned(), id.clone(), format!("/{part}"))
                        };
                        paths.extend(PARTS.iter().map(part));
                    }
                    break;
                }
            }
        }
        for (before, id, after) in paths {
            let (unseen, of_unseen) = run(&format!("{before}{id}{after}")).await;
            let (unknown, of_unknown) = run(&format!("{before}{}{after}", app.id())).await;
            assert_eq!(unseen.status, unknown.status, "{name} {before}{after}");
            assert_eq!(of_unseen, of_unknown, "{name} {before}{after}");
            compared += 1;
        }
    }
    assert!(compared > 25, "{compared}");
}
