//! How many rows PostgreSQL reads for a page of every list, filter and sort (A24). It plans each page for its own bounds, so that
//! no plan tells; the statistics that it keeps of every table and index do.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use xinmiao::db::DbConn;

use crate::demo::demo_app_with;
use crate::plans::{TABLES, addresses, fill, unit};
use crate::support::{Client, TestApp, Who, on_postgres};

/// Most of a table or of its indexes that a page may read, in percent, where a township reads or is asked for: the days of an index
/// that are combined with the index of units.
const MOST_OF_TOWNSHIPS: i64 = 40;
/// The same for counties and the city, whose lists may be walked: where on the way their rows lie is not known.
const MOST_OF_OTHERS: i64 = 80;

#[derive(QueryableByName)]
struct Reads {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

const READS: &str = "SELECT tables.relname::text AS name,
        (tables.seq_tup_read + COALESCE(SUM(indexes.idx_tup_read), 0))::bigint AS rows
    FROM pg_stat_user_tables AS tables
    LEFT JOIN pg_stat_user_indexes AS indexes ON indexes.relid = tables.relid
    GROUP BY tables.relid, tables.relname, tables.seq_tup_read";

/// Rows read of every table of people and records so far, by whatever way.
async fn reads(app: &TestApp, conn: &mut DbConn) -> BTreeMap<String, i64> {
    // The one reader tells of itself what it would tell later.
    let tell = |conn: &mut DbConn| {
        diesel::sql_query("SELECT pg_stat_force_next_flush()").execute(conn)?;
        Ok(())
    };
    app.service().db.read(tell).await.unwrap();
    let rows: Vec<Reads> = diesel::sql_query(READS).load(conn).unwrap();
    let people = rows
        .into_iter()
        .filter(|row| TABLES.contains(&row.name.as_str()));
    people.map(|row| (row.name, row.rows)).collect()
}

/// Waits until what others read before, the journal's sealer above all, has been told; it goes on looking for a row now and then.
async fn quiet(app: &TestApp, conn: &mut DbConn) {
    app.sealed().await;
    // What was sealed since the tables were filled is in no statistics yet, and a page of the journal is planned by them.
    conn.batch_execute("ANALYZE").unwrap();
    let mut last = reads(app, conn).await;
    let mut moved = Vec::new();
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let now = reads(app, conn).await;
        let since = |(table, rows): (&String, &i64)| (table.clone(), rows - last[table]);
        moved = now
            .iter()
            .map(since)
            .filter(|(_, rows)| *rows > 100)
            .collect();
        if moved.is_empty() {
            return;
        }
        last = now;
    }
    panic!("others go on reading: {moved:?}");
}

/// Rows of every table of people and records that has many, as the statistics have them: counting would read them.
fn rows(conn: &mut DbConn) -> BTreeMap<String, i64> {
    let sql =
        "SELECT relname::text AS name, reltuples::bigint AS rows FROM pg_class WHERE relkind = 'r'";
    let all: Vec<Reads> = diesel::sql_query(sql).load(conn).unwrap();
    let many = all
        .into_iter()
        .filter(|row| TABLES.contains(&row.name.as_str()) && row.rows > 5000);
    many.map(|row| (row.name, row.rows)).collect()
}

/// What two pages of a list read of a table, each in percent of its rows and only where it is most or more; the second is planned
/// for where the first ended.
async fn long_reads(
    app: &TestApp,
    rows: &BTreeMap<String, i64>,
    caller: &Client,
    address: &str,
    most: i64,
) -> Vec<String> {
    let mut conn = app.db();
    let (mut found, mut next) = (Vec::new(), address.to_owned());
    for page in 1..=2 {
        let before = reads(app, &mut conn).await;
        let answer = caller.get(&next).await;
        let after = reads(app, &mut conn).await;
        for (table, rows) in rows {
            let share = (after[table] - before[table]) * 100 / rows;
            if share >= most {
                found.push(format!("{share} % of {table} for page {page} of {address}"));
            }
        }
        match answer.json["nextCursor"].as_str() {
            Some(cursor) => next = format!("{address}&cursor={cursor}"),
            None => break,
        }
    }
    found
}

#[actix_web::test]
async fn a24_a_page_reads_no_whole_table_and_no_whole_index_whatever_its_list_filter_and_sort() {
    if !on_postgres() {
        return;
    }
    let app = demo_app_with(|settings| settings.readers = 1).await;
    let mut conn = app.db();
    fill(&mut conn);
    quiet(&app, &mut conn).await;
    let rows = rows(&mut conn);
    assert!(rows.len() > 6, "{rows:?}");
    let (root, county, township) = (
        unit(&mut conn, "BZ"),
        unit(&mut conn, "BZ-511903"),
        unit(&mut conn, "BZ-511903-T100"),
    );
    let callers = [
        (Who::manager(&root), &root),
        (Who::officer(&county), &county),
        (Who::officer(&township), &township),
    ];
    let mut faults = Vec::new();
    for (who, own) in callers {
        let caller = app.client(who);
        for asked in [&root, &county, &township] {
            let by_unit = |address: &String| address.contains("organizationId");
            let addresses = addresses(&asked.id.to_string()).into_iter();
            for address in addresses.filter(|address| by_unit(address) || asked.code == root.code) {
                let is_narrow = asked.code == township.code || own.code == township.code;
                let most = if is_narrow {
                    MOST_OF_TOWNSHIPS
                } else {
                    MOST_OF_OTHERS
                };
                let found = long_reads(&app, &rows, &caller, &address, most).await;
                faults.extend(
                    found
                        .into_iter()
                        .map(|fault| format!("{fault} in {}", own.code)),
                );
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}
