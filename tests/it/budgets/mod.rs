//! What operations cost: the statements that each runs at most, in a city with a thousand cadres.

mod accounts;
mod decisions;
mod gates;
mod meter;
mod pairs;
mod people;
mod postings;
mod reads;
mod rounds;
mod sessions;
mod templates;
mod training;
mod units;
mod unseen;

use std::collections::BTreeMap;

use xinmiao::app;
use xinmiao::http::Room;

use crate::demo::demo_app;
use crate::support::{TestApp, on_postgres, watch_statements};
use meter::Meter;

#[actix_web::test]
async fn every_operation_runs_as_many_statements_as_its_room_says() {
    watch_statements();
    let app = demo_app().await;
    let meter = Meter::new(&app);
    reads::run(&app, &meter).await;
    people::run(&app, &meter).await;
    pairs::run(&app, &meter).await;
    units::run(&app, &meter).await;
    templates::run(&app, &meter).await;
    rounds::run(&app, &meter).await;
    training::run(&app, &meter).await;
    postings::run(&app, &meter).await;
    sessions::run(&app, &meter).await;
    accounts::run(&app, &meter).await;
    let mut run = meter.run();
    run.extend(decisions::run().await);
    run.extend(gates::run().await);
    run.extend(accounts::first_start().await);
    let said: BTreeMap<&str, usize> = app::ROOMS
        .iter()
        .flat_map(Room::operations)
        .map(|operation| (operation.id, operation.statements))
        .collect();
    let mut faults = Vec::new();
    for (id, statements) in &said {
        match run.get(*id) {
            Some(run) if run.len() == *statements => {}
            Some(run) => faults.push(format!(
                "{id} runs {} statements, and its room says {statements}:\n  {}",
                run.len(),
                run.join("\n  ")
            )),
            None => faults.push(format!("{id} is never called: call it in tests/it/budgets")),
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
