//! What must be unique: each constraint of the database is some room's, under its name and columns.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use xinmiao::app;
use xinmiao::db::DbConn;

use crate::support::{TestApp, on_postgres};

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Bool)]
    is_primary: bool,
}

/// Unique constraints and indexes, each with `table.column, table.column`.
fn indexes(conn: &mut DbConn) -> Vec<Index> {
    // SQLite gives a constraint within a table a name of its own, and reports its columns alone.
    let sql = if on_postgres() {
        "SELECT i.relname::text AS name, string_agg(t.relname || '.' || a.attname, ', ' ORDER BY array_position(x.indkey::int[], a.attnum::int)) AS columns, x.indisprimary AS is_primary \
         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey) \
         JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' \
         WHERE x.indisunique AND t.relname NOT LIKE '\\_\\_diesel%' GROUP BY i.relname, x.indisprimary"
    } else {
        "SELECT l.name AS name, (SELECT group_concat(m.name || '.' || c.name, ', ') FROM pragma_index_info(l.name) c) AS columns, l.origin = 'pk' AS is_primary \
         FROM sqlite_master m, pragma_index_list(m.name) l \
         WHERE m.type = 'table' AND l.\"unique\" AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'"
    };
    diesel::sql_query(sql).load(conn).unwrap()
}

#[actix_web::test]
async fn every_unique_constraint_of_the_database_is_named_by_the_room_that_it_belongs_to() {
    let app = TestApp::start().await;
    let claimed = app::ROOMS.iter().flat_map(|room| room.unique);
    let claimed: BTreeMap<&str, &str> = claimed.map(|key| (key.name, key.columns)).collect();
    let found = indexes(&mut app.db());
    for index in found.iter().filter(|index| !index.is_primary) {
        let by_name = claimed.get(index.name.as_str());
        let by_columns = claimed.values().find(|columns| **columns == index.columns);
        let known = if index.name.starts_with("sqlite_autoindex") {
            by_columns
        } else {
            by_name
        };
        assert_eq!(
            known.copied(),
            Some(index.columns.as_str()),
            "{}: write a UniqueKey into `unique` of the room's ROOM",
            index.name
        );
    }
    for (name, columns) in claimed {
        let is_there = |index: &Index| index.name == name || index.columns == columns;
        assert!(found.iter().any(is_there), "{name} is not there");
    }
}

#[actix_web::test]
async fn what_the_database_reports_is_known_by_the_key_of_its_room() {
    use xinmiao::accounts::USERNAME_KEY;
    use xinmiao::db::schema::organizations;
    use xinmiao::error::Error;
    use xinmiao::organizations::CODE_KEY;

    let app = TestApp::start().await;
    let mut conn = app.db();
    let broken = diesel::update(organizations::table.find(app.city.yuxi.id))
        .set(organizations::code.eq(app.city.liulin.code))
        .execute(&mut conn);
    let Err(Error::Duplicate(key, None)) = broken.map_err(Error::from) else {
        panic!("a code stands twice");
    };
    assert!(key.is(CODE_KEY), "{key}");
    assert!(!key.is(USERNAME_KEY), "{key}");
}
