//! What operations cost: the statements that each runs, however many rows there are.

use serde_json::{Value, json};

use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::support::{
    Answer, Client, TestApp, forget_statements, on_postgres, run_on, watch_statements,
};

/// The statements that a request ran, but for those that begin and end its transaction, those that only lock a row (SQLite has one
/// writer), and those of the sealer.
async fn statements(app: &TestApp, request: impl AsyncFnOnce() -> Answer) -> Vec<String> {
    let mut conn = app.db();
    forget_statements(&mut conn);
    let answer = request().await;
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
    let around = ["BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET "];
    let of_sealer = |sql: &String| {
        let touches = |table: &str| sql.contains(table);
        let seals = touches("journal_pending") && !sql.starts_with("INSERT");
        let chains = touches("journal_seals") && !sql.contains("LIMIT") || touches("chain_hash");
        let waits =
            sql.contains("advisory") || touches("payload_digest") && sql.starts_with("SELECT");
        seals || chains || waits
    };
    let only_locks = |sql: &String| sql.ends_with("FOR UPDATE") || sql.ends_with("FOR SHARE");
    run_on(&mut conn)
        .into_iter()
        .filter(|sql| {
            !around.iter().any(|start| sql.starts_with(start))
                && !of_sealer(sql)
                && !only_locks(sql)
        })
        .collect()
}

/// A request, and how many statements it may run.
struct Budget {
    name: &'static str,
    path: String,
    body: Option<Value>,
    statements: usize,
}

fn read(name: &'static str, path: String, statements: usize) -> Budget {
    Budget {
        name,
        path,
        body: None,
        statements,
    }
}

fn act(name: &'static str, path: String, body: Value, statements: usize) -> Budget {
    Budget {
        name,
        path,
        body: Some(body),
        statements,
    }
}

async fn send(client: &Client, budget: &Budget) -> Answer {
    match &budget.body {
        Some(body) => client.post(&budget.path, body).await,
        None => client.get(&budget.path).await,
    }
}

async fn first(client: &Client, list: &str) -> Value {
    let page = client.get(list).await.expect(200);
    page.json["items"][0].clone()
}

#[actix_web::test]
async fn operations_of_cadres_mentors_and_assignments_keep_their_budgets() {
    watch_statements();
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let cadre = first(&manager, "/v1/cadres?mentoring=FULL&status=ACTIVE").await;
    let mentor = first(&manager, "/v1/mentors?status=APPOINTED").await;
    let pair = first(&manager, "/v1/assignments?status=ACTIVE&sort=-startsOn").await;
    // A unit of the same county, so that the cadre's pairs stay as they are.
    let near = manager
        .get("/v1/cadres?status=ACTIVE")
        .await
        .expect(200)
        .json;
    let near = near["items"][7]["organizationId"].clone();
    let unit = first(&manager, "/v1/organizations?kind=COUNTY").await;
    let of = |collection: &str, resource: &Value| {
        format!("/v1/{collection}/{}", resource["id"].as_str().unwrap())
    };
    let (cadre, mentor, pair) = (
        of("cadres", &cadre),
        of("mentors", &mentor),
        of("assignments", &pair),
    );
    let today = "2023-07-24";
    let move_to = json!({ "organizationId": unit["id"], "effectiveOn": today });
    // A page and the position of the journal beside it; a total is one more. The position is in no other reply.
    let budgets = [
        read("get_cadre", cadre.clone(), 1),
        read("list_cadres", "/v1/cadres".to_owned(), 2),
        read(
            "list_cadres",
            "/v1/cadres?count=exact&sort=name".to_owned(),
            3,
        ),
        read("get_mentor", mentor.clone(), 1),
        read("list_mentors", "/v1/mentors".to_owned(), 2),
        read("get_assignment", pair.clone(), 1),
        read("list_assignments", "/v1/assignments".to_owned(), 2),
        act(
            "transfer_cadre",
            format!("{cadre}/_transfer"),
            json!({ "organizationId": near, "effectiveOn": today }),
            22,
        ),
        act(
            "suspend_cadre",
            format!("{cadre}/_suspend"),
            json!({ "from": today, "reason": "借调" }),
            7,
        ),
        act(
            "transfer_mentor",
            format!("{mentor}/_transfer"),
            move_to,
            46,
        ),
        act(
            "complete_assignment",
            format!("{pair}/_complete"),
            json!({}),
            20,
        ),
    ];
    let mut faults = Vec::new();
    for budget in &budgets {
        let run = statements(&app, async || send(&manager, budget).await).await;
        if run.len() != budget.statements {
            faults.push(format!(
                "{} ran {} statements, not {}:\n  {}",
                budget.name,
                run.len(),
                budget.statements,
                run.join("\n  ")
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[actix_web::test]
async fn a_connection_that_keeps_too_many_statements_gives_way_to_another() {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use xinmiao::db::schema::organizations;
    use xinmiao::error::Result;

    if on_postgres() {
        // There writes have several connections, and none can be told from the others.
        return;
    }
    let app = TestApp::start().await;
    let service = app.service().clone();
    // A table that is there for the writer's connection alone.
    let mark = service.db.write(|tx| {
        tx.batch_execute("CREATE TEMP TABLE mark (id INTEGER)")?;
        Ok(())
    });
    mark.await.unwrap();
    let is_there = async || {
        let found = service
            .db
            .write(|tx| -> Result<bool> { Ok(tx.batch_execute("SELECT id FROM mark").is_ok()) });
        found.await.unwrap()
    };
    // Each of eleven conditions is one of two, so that each number is a statement of its own.
    let select = async |n: u32| {
        let found = service.db.write(move |tx| {
            let all = organizations::table
                .select(organizations::id)
                .into_boxed::<xinmiao::db::MultiBackend>();
            let chosen = (0..11).fold(all, |query, bit| {
                if n >> bit & 1 == 0 {
                    query.filter(organizations::name.ge(""))
                } else {
                    query.filter(organizations::code.ge(""))
                }
            });
            Ok(chosen.limit(1).load::<xinmiao::db::Id>(tx)?.len())
        });
        assert_eq!(found.await.unwrap(), 1);
    };
    for n in 0..900 {
        select(n).await;
    }
    assert!(is_there().await);
    for n in 900..1_100 {
        select(n).await;
    }
    assert!(
        !is_there().await,
        "the connection keeps what it is sent for ever"
    );
}
