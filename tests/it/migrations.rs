//! The pairs of migrations: the same names, tables as `schema.rs` says, and nothing left after going down.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use xinmiao::db::{DatabaseUrl, DbConn, migrations};

use crate::support::{TestDatabase, on_postgres};

/// Table → column → type and whether it may be null.
type Tables = BTreeMap<String, BTreeMap<String, (String, bool)>>;

// An `INTEGER PRIMARY KEY` is SQLite's own 64-bit row number.
const SQLITE: &str = "SELECT t.name AS table_name, c.name AS column_name, \
     CASE WHEN c.type = 'INTEGER' AND c.pk = 1 THEN 'bigint' ELSE c.type END AS kind, \
     c.\"notnull\" = 0 AND c.pk = 0 AS nullable \
     FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
// A text that is not compared code point by code point shows its collation instead of its type.
const POSTGRES: &str = "SELECT c.table_name::text, c.column_name::text, \
     CASE WHEN c.data_type = 'text' AND c.collation_name IS DISTINCT FROM 'C' THEN 'text, collated otherwise' ELSE c.data_type::text END AS kind, \
     c.is_nullable = 'YES' AS nullable \
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'";

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

fn tables(conn: &mut DbConn) -> Tables {
    let sql = if on_postgres() { POSTGRES } else { SQLITE };
    let columns: Vec<Column> = diesel::sql_query(sql).load(conn).unwrap();
    let mut tables = Tables::new();
    for column in columns
        .into_iter()
        .filter(|column| column.table_name != "__diesel_schema_migrations")
    {
        let table = tables.entry(column.table_name).or_default();
        table.insert(
            column.column_name,
            (column.kind.to_lowercase(), column.nullable),
        );
    }
    tables
}

/// What `schema.rs` says, in the words of the database.
fn declared() -> Tables {
    let text = include_str!("../../src/db/schema.rs");
    let mut tables = Tables::new();
    for block in text.split("diesel::table! {").skip(1) {
        let block = &block[..block.find("\n}").unwrap()];
        let mut lines = block
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("use "));
        let name = lines.next().unwrap().split(' ').next().unwrap().to_owned();
        let columns = lines.filter_map(|line| line.trim_end_matches(',').split_once(" -> "));
        let column = |(column, kind): (&str, &str)| {
            let inner = kind
                .strip_prefix("Nullable<")
                .and_then(|kind| kind.strip_suffix('>'));
            (
                column.to_owned(),
                (kind_of(inner.unwrap_or(kind)).to_owned(), inner.is_some()),
            )
        };
        tables.insert(name, columns.map(column).collect());
    }
    tables
}

fn kind_of(kind: &str) -> &'static str {
    let (sqlite, postgres) = match kind {
        "Id" => ("blob", "uuid"),
        "Binary" => ("blob", "bytea"),
        "Text" => ("text", "text"),
        "Date" => ("text", "date"),
        "BigInt" => ("bigint", "bigint"),
        "Integer" => ("integer", "integer"),
        "Bool" => ("boolean", "boolean"),
        other => panic!("{other}: say in tests/it/migrations.rs what it is in both databases"),
    };
    if on_postgres() { postgres } else { sqlite }
}

#[test]
fn every_migration_is_a_pair_with_the_same_name() {
    let names = |backend: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(backend);
        let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                assert!(
                    entry.path().join("up.sql").is_file()
                        && entry.path().join("down.sql").is_file()
                );
                entry.file_name().into_string().unwrap()
            })
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

#[test]
fn what_the_migrations_make_is_what_the_schema_says() {
    let database = TestDatabase::create();
    let mut conn = DatabaseUrl::parse(&database.address)
        .unwrap()
        .connect()
        .unwrap();
    let made = tables(&mut conn);
    for (table, columns) in &declared() {
        assert_eq!(made.get(table), Some(columns), "{table}");
    }
    let unknown: Vec<&String> = made
        .keys()
        .filter(|table| !declared().contains_key(*table))
        .collect();
    assert!(unknown.is_empty(), "in no schema: {unknown:?}");
}

#[test]
fn all_goes_down_and_up_again() {
    let database = TestDatabase::create();
    let mut conn = DatabaseUrl::parse(&database.address)
        .unwrap()
        .connect()
        .unwrap();
    let before = tables(&mut conn);
    migrations::revert_all(&mut conn).unwrap();
    assert_eq!(tables(&mut conn), Tables::new());
    assert!(migrations::run(&mut conn).unwrap() > 0);
    assert_eq!(tables(&mut conn), before);
}
