//! What the database knows of its rows after many came in: without it a list may take seconds.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use xinmiao::calendar;
use xinmiao::db::DbConn;

use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::support::{TestApp, on_postgres};

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// How many rows the database thinks that a table has; none where it was never told.
fn known(conn: &mut DbConn, table: &str) -> i64 {
    let sql = if on_postgres() {
        "SELECT CASE WHEN last_analyze IS NULL THEN 0 ELSE reltuples END::bigint AS rows
         FROM pg_class JOIN pg_stat_user_tables ON pg_stat_user_tables.relid = pg_class.oid WHERE pg_class.relname = "
    } else {
        "SELECT CAST(stat AS INTEGER) AS rows FROM sqlite_stat1 WHERE tbl = "
    };
    let known: Vec<Known> = diesel::sql_query(format!("{sql}'{table}' LIMIT 1"))
        .load(conn)
        .unwrap_or_default();
    known.first().map_or(0, |known| known.rows)
}

/// The version of SQLite's schema.
fn schema_version(conn: &mut DbConn) -> i64 {
    if on_postgres() {
        return 0;
    }
    let version = "SELECT schema_version AS rows FROM pragma_schema_version";
    let version: Known = diesel::sql_query(version).get_result(conn).unwrap();
    version.rows
}

/// People of a township, as an office's file has them.
fn roster(code: &str, rows: usize) -> String {
    let letter = |n: usize| char::from_u32(0x4E00 + u32::try_from(n).unwrap()).unwrap();
    let lines = (0..rows).map(|n| format!("王{},{code},2022-08-26\n", letter(n)));
    format!(
        "name,organizationCode,reportedOn\n{}",
        lines.collect::<String>()
    )
}

#[actix_web::test]
async fn a_fresh_demo_knows_its_rows_and_answers_a_mentor_soon() {
    let app = demo_app().await;
    let mut conn = app.db();
    assert!(known(&mut conn, "evaluations") > 1000);
    assert!(known(&mut conn, "cadres") > 1000);
    // The readers were there before the rows were.
    let mentor = signed_in(&app, "mentor", PASSWORD).await;
    let asked = Instant::now();
    for _ in 0..4 {
        mentor.get("/v1/evaluations?limit=20").await.expect(200);
    }
    let taken = asked.elapsed();
    assert!(taken < Duration::from_secs(4), "four pages took {taken:?}");
}

#[actix_web::test]
async fn after_a_large_file_and_after_a_day_the_database_knows_its_rows() {
    let app = TestApp::start().await;
    let mut conn = app.db();
    assert_eq!(known(&mut conn, "cadres"), 0);
    let send = |rows: usize, terms: &str| {
        let path = format!("/v1/cadres/_import{terms}");
        let request = app.officer().request(reqwest::Method::POST, &path);
        request
            .body("text/csv", roster(app.city.yuxi.code, rows))
            .send()
    };
    send(250, "?dryRun=true").await.expect(200);
    assert_eq!(known(&mut conn, "cadres"), 0);
    let taken = send(250, "").await.expect(200);
    assert_eq!(taken.json["created"], 250);
    assert_eq!(known(&mut conn, "cadres"), 250);
    let (db, scene) = (&app.service().db, &app.service().deps);
    calendar::catch_up(db, scene).await.unwrap();
    app.insert_cadre(&app.city.yuxi);
    let before = schema_version(&mut conn);
    app.advance(24 * 3600);
    assert_eq!(calendar::catch_up(db, scene).await.unwrap(), 1);
    assert_eq!(known(&mut conn, "cadres"), 251);
    // SQLite's other connections read statistics with the schema, when its version is another.
    assert!(on_postgres() || schema_version(&mut conn) > before);
}
