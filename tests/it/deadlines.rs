//! Nobody waits longer than the deadline for the database to begin, and what was answered with 503 is never done after all.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::json;
use xinmiao::db::DbConn;
use xinmiao::db::schema::service_state;
use xinmiao::error::Result;

use crate::support::{TestApp, Who};

/// How long the only thread of a door is held; the deadline is one second.
const HELD: Duration = Duration::from_secs(4);

/// Work that holds its door.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the doors take work that may fail"
)]
fn held() -> Result<()> {
    std::thread::sleep(HELD);
    Ok(())
}

async fn app() -> TestApp {
    TestApp::start_with(|settings| {
        settings.readers = 1;
        settings.writers = 1;
        settings.deadline_seconds = 1;
    })
    .await
}

fn is_in_time(asked: Instant) {
    let taken = asked.elapsed();
    assert!(
        taken > Duration::from_millis(900) && taken < Duration::from_secs(3),
        "{taken:?}"
    );
}

#[actix_web::test]
async fn a_reader_that_is_held_keeps_nobody_longer_than_the_deadline() {
    let app = app().await;
    let db = app.service().db.clone();
    let holding = actix_web::rt::spawn(async move { db.read(|_| held()).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let asked = Instant::now();
    let refused = app
        .manager()
        .get("/v1/cadres")
        .await
        .expect_problem(503, "unavailable");
    is_in_time(asked);
    assert_eq!(refused.header("retry-after"), "1");
    // What had begun in time ends well, however long it takes.
    holding.await.unwrap().unwrap();
    app.manager().get("/v1/cadres").await.expect(200);
}

#[actix_web::test]
async fn what_waited_too_long_for_the_writer_is_not_done_later() {
    let app = app().await;
    let db = app.service().db.clone();
    let holding = actix_web::rt::spawn(async move { db.write(|_| held()).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let asked = Instant::now();
    let body =
        json!({ "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
    let refused = app.manager().post("/v1/cadres", &body).await;
    refused.expect_problem(503, "unavailable");
    is_in_time(asked);
    holding.await.unwrap().unwrap();
    // The next write goes through the same door: whatever waited before it would have been done by now.
    app.manager().post("/v1/cadres", &body).await.expect(201);
    let listed = app
        .manager()
        .get("/v1/cadres?count=exact")
        .await
        .expect(200);
    assert_eq!(listed.json["total"], 1);
}

/// Statements in a transaction inside the transaction, until somebody ends them; five seconds of them at most.
fn many_statements(conn: &mut DbConn, done: &AtomicUsize) -> Result<()> {
    conn.transaction(|conn| {
        let row = (
            service_state::name.eq("many-statements"),
            service_state::value.eq("begun"),
        );
        diesel::insert_into(service_state::table)
            .values(row)
            .execute(conn)?;
        for _ in 0..500 {
            service_state::table.count().get_result::<i64>(conn)?;
            done.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    })
}

#[actix_web::test]
async fn a_caller_who_leaves_ends_the_work_and_nothing_of_it_stays() {
    let app = app().await;
    let db = app.service().db.clone();
    let done = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&done);
    let writing = db.write(move |conn| many_statements(conn, &count));
    let left = tokio::time::timeout(Duration::from_millis(300), writing).await;
    assert!(left.is_err(), "the caller leaves");
    let asked = Instant::now();
    let body =
        json!({ "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
    // The one writer is free at once, and its connection as good as before.
    app.manager().post("/v1/cadres", &body).await.expect(201);
    assert!(
        asked.elapsed() < Duration::from_millis(900),
        "{:?}",
        asked.elapsed()
    );
    let statements = done.load(Ordering::SeqCst);
    assert!((1..60).contains(&statements), "{statements}");
    let kept: i64 = service_state::table
        .filter(service_state::name.eq("many-statements"))
        .count()
        .get_result(&mut app.db())
        .unwrap();
    assert_eq!(kept, 0);
}

#[actix_web::test]
async fn a_read_that_nobody_waits_for_ends() {
    let app = app().await;
    let db = app.service().db.clone();
    let done = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&done);
    let reading = actix_web::rt::spawn(async move {
        db.read(move |conn| {
            for _ in 0..500 {
                service_state::table.count().get_result::<i64>(conn)?;
                count.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(10));
            }
            Ok(())
        })
        .await
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    reading.abort();
    app.manager().get("/v1/cadres").await.expect(200);
    assert!(done.load(Ordering::SeqCst) < 60);
}

/// How many transactions a statement of this connection stands in.
fn depth(conn: &mut DbConn) -> Option<u32> {
    use diesel::connection::TransactionManager;
    let status = DbConn::transaction_manager_status_mut(conn);
    let depth = status.transaction_depth().unwrap();
    depth.map(std::num::NonZeroU32::get)
}

#[actix_web::test]
async fn a_write_of_many_rows_stands_in_no_savepoint_whatever_waits_beside_it() {
    let app = app().await;
    let db = app.service().db.clone();
    let holding = db.write(|_| {
        std::thread::sleep(Duration::from_millis(500));
        Ok(())
    });
    // Both wait for the writer, and share no transaction when it is free.
    let small = db.write(|conn| Ok(depth(conn)));
    let large = db.write_alone(|conn| Ok(depth(conn)));
    let failing = db.write(|_| -> Result<()> { Err(xinmiao::error::Error::Conflict) });
    let (held, small, large, failed) = tokio::join!(holding, small, large, failing);
    held.unwrap();
    assert!(small.unwrap().is_some());
    assert_eq!(large.unwrap(), Some(1));
    assert!(failed.is_err());
    let after = db.write(|conn| Ok(depth(conn))).await;
    assert_eq!(after.unwrap(), Some(1));
}

#[actix_web::test]
async fn what_a_client_asked_for_who_has_hung_up_is_not_begun() {
    let app = app().await;
    let db = app.service().db.clone();
    let holding = actix_web::rt::spawn(async move {
        db.write(|_| {
            std::thread::sleep(Duration::from_millis(800));
            Ok(())
        })
        .await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let body =
        json!({ "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
    let (body, token) = (body.to_string(), app.token(&Who::manager(&app.city.root)));
    let request = format!(
        "POST /v1/cadres HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(stream);
    holding.await.unwrap().unwrap();
    // The next write goes through the same door.
    app.service().db.write(|_| Ok(())).await.unwrap();
    let listed = app.manager().get("/v1/cadres?count=exact").await;
    assert_eq!(listed.expect(200).json["total"], 0);
}
