//! Values that many rows share, in another order than that of the ids: the rows of a page come by the order, and are not all read and
//! sorted. PostgreSQL decides that by the values; SQLite would always look such a value up.

use crate::demo::demo_app;
use crate::plans::{fill, page_of, plan, unit};
use crate::support::{Who, forget_statements, on_postgres, statements_on, watch_statements};

/// Filters by a value that much of the table has, and the orders of the list.
const COMMON: &[(&str, &[&str], &[&str])] = &[
    (
        "cadres",
        &[
            "status=ACTIVE",
            "postCategory=GRASSROOTS",
            "mentoring=FULL",
            "nonLocal=COUNTY",
            "nonLocal=PREFECTURE",
        ],
        &["name", "reportedOn", "updatedAt"],
    ),
    ("mentors", &["status=APPOINTED"], &["name", "updatedAt"]),
    (
        "assignments",
        &[
            "role=POLITICAL",
            "status=ACTIVE",
            "status=PROPOSED,COMPLETED",
        ],
        &["startsOn", "updatedAt"],
    ),
    (
        "evaluations",
        &[
            "kind=ORDINARY",
            "evaluatorRelation=UNIT",
            "status=CONFIRMED",
        ],
        &["periodTo", "updatedAt"],
    ),
    (
        "growth-entries",
        &["kind=TASK", "status=VERIFIED"],
        &["occurredOn"],
    ),
    ("plans", &["phase=SEEDLING", "status=DRAFT"], &["endsOn"]),
    ("absences", &["kind=SICK"], &["startsOn"]),
    (
        "postings",
        &[
            "front=PROJECT",
            "arrangement=TASK_FORCE",
            "status=ACTIVE",
            "status=ACTIVE,FINISHED",
        ],
        &["plannedStartsOn", "plannedEndsOn"],
    ),
    (
        "mentoring-sessions",
        &["kind=HEART_TO_HEART"],
        &["occurredOn"],
    ),
    (
        "follow-ups",
        &["done=true", "done=false", "due=2023-07-24"],
        &["dueOn", "id"],
    ),
];

#[actix_web::test]
async fn a_page_of_what_many_have_is_walked_in_its_order_and_never_sorted_whole() {
    if on_postgres() {
        return;
    }
    watch_statements();
    let app = demo_app().await;
    let mut conn = app.db();
    fill(&mut conn);
    let root = unit(&mut conn, "BZ");
    let manager = app.client(Who::manager(&root));
    let mut faults = Vec::new();
    for (list, filters, sorts) in COMMON {
        for filter in *filters {
            for sort in *sorts {
                for sign in ["", "-"] {
                    let address = format!("/v1/{list}?{filter}&sort={sign}{sort}&limit=2");
                    forget_statements(&mut conn);
                    manager.get(&address).await.expect(200);
                    let statements = statements_on(&mut conn);
                    let is_page = |sql: &&String| {
                        sql.starts_with("SELECT")
                            && sql.contains("LIMIT")
                            && !sql.contains("journal_seals")
                    };
                    let page = statements.iter().find(is_page);
                    let page = page.unwrap_or_else(|| panic!("{address} reads no page"));
                    let plan = plan(&mut conn, page);
                    let sorts = |line: &String| line.contains("TEMP B-TREE");
                    if page_of(&plan).iter().any(sorts) {
                        faults.push(format!("{address}\n  {}", plan.join("\n  ")));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
