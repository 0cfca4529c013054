//! A database per test: a copy of one that was migrated once for the process.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Text};
use xinmiao::db::{DatabaseUrl, DbConn, migrations};

/// Names the PostgreSQL server of the suite; without it the suite runs on SQLite.
const SERVER: &str = "XINMIAO_TEST_DATABASE_URL";
/// First half of the advisory locks that mark living test processes.
const LIVING: i32 = 9_466_428;
const PREFIX: &str = "xinmiao_test_";

/// Whether the suite runs on PostgreSQL.
pub fn on_postgres() -> bool {
    std::env::var(SERVER).is_ok_and(|url| !url.is_empty())
}

/// A migrated, empty database that is gone when this is dropped.
pub struct TestDatabase {
    /// Its address.
    pub address: String,
    place: Place,
}

enum Place {
    Folder(#[expect(dead_code, reason = "dropping it removes the folder")] tempfile::TempDir),
    Server(String),
}

impl TestDatabase {
    /// A new database.
    pub fn create() -> Self {
        if on_postgres() {
            return Self::on_server();
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("xinmiao.db");
        std::fs::write(&file, &*SQLITE_TEMPLATE).unwrap();
        // One that others of the machine may read is refused.
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        Self {
            address: format!("sqlite://{}", file.display()),
            place: Place::Folder(folder),
        }
    }

    fn on_server() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let mut server = server();
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("{PREFIX}{}_{number}", server.process);
        let template = server.template();
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        server.conn.batch_execute(&sql).unwrap();
        Self {
            address: address_of(&name),
            place: Place::Server(name),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Place::Server(name) = &self.place else {
            return;
        };
        let mut server = server();
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        if let Err(error) = server.conn.batch_execute(&sql) {
            eprintln!("{name} stays behind until the next run: {error}");
        }
    }
}

/// The bytes of a migrated SQLite file.
static SQLITE_TEMPLATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.db");
    let url = DatabaseUrl::parse(&format!("sqlite://{}", file.display())).unwrap();
    let mut conn = url.connect().unwrap();
    migrations::run(&mut conn).unwrap();
    // Closing the last connection writes the log back into the file.
    drop(conn);
    std::fs::read(&file).unwrap()
});

/// The server of the tests, whatever became of a test that held it.
fn server() -> MutexGuard<'static, Server> {
    static SERVER: LazyLock<Mutex<Server>> = LazyLock::new(|| Mutex::new(Server::prepare()));
    SERVER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The PostgreSQL server with this process's migrated template.
struct Server {
    conn: PgConnection,
    process: String,
}

/// The SQL of no bytes.
pub fn no_bytes() -> &'static str {
    if on_postgres() { "''::bytea" } else { "x''" }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Free {
    #[diesel(sql_type = Bool)]
    free: bool,
}

impl Server {
    fn prepare() -> Self {
        let mut conn = PgConnection::establish(&std::env::var(SERVER).unwrap()).unwrap();
        conn.batch_execute("SET client_min_messages = warning")
            .unwrap();
        let mut bytes = [0; 4];
        xinmiao::vault::random(&mut bytes);
        let mut server = Self {
            conn,
            process: xinmiao::vault::hex(&bytes),
        };
        assert!(server.take_lock(&server.process.clone()));
        server.sweep();
        let template = server.template();
        let sql = format!("CREATE DATABASE {template}");
        server.conn.batch_execute(&sql).unwrap();
        let url = DatabaseUrl::parse(&address_of(&template)).unwrap();
        migrations::run(&mut url.connect().unwrap()).unwrap();
        server
    }

    fn template(&self) -> String {
        format!("{PREFIX}{}_template", self.process)
    }

    /// Every test process holds a lock named like its databases for as long as it lives.
    fn take_lock(&mut self, process: &str) -> bool {
        let number = u32::from_str_radix(process, 16).unwrap().cast_signed();
        diesel::sql_query("SELECT pg_try_advisory_lock($1, $2) AS free")
            .bind::<Integer, _>(LIVING)
            .bind::<Integer, _>(number)
            .get_result::<Free>(&mut self.conn)
            .unwrap()
            .free
    }

    /// Drops what processes that have ended left behind.
    fn sweep(&mut self) {
        let names = diesel::sql_query("SELECT datname::text AS name FROM pg_database")
            .load::<Name>(&mut self.conn)
            .unwrap();
        for Name { name } in names {
            let rest = name
                .strip_prefix(PREFIX)
                .and_then(|rest| rest.split_once('_'));
            let Some((process, _)) = rest.filter(|(process, _)| process.len() == 8) else {
                continue;
            };
            if *process != self.process && self.take_lock(process) {
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                // Another process may be sweeping too.
                drop(self.conn.batch_execute(&sql));
            }
        }
    }
}

/// The address of a database on the suite's server.
fn address_of(name: &str) -> String {
    let server = std::env::var(SERVER).unwrap();
    let (address, options) = server
        .split_once('?')
        .map_or((server.as_str(), None), |(address, options)| {
            (address, Some(options))
        });
    let (host, _) = address.rsplit_once('/').unwrap();
    let options = options
        .map(|options| format!("?{options}"))
        .unwrap_or_default();
    format!("{host}/{name}{options}")
}

/// Columns with the SQL of what copies of a row have there.
pub type ChangedColumns = &'static [(&'static str, &'static str)];

/// The SQL of a new id.
pub fn new_id() -> &'static str {
    if on_postgres() {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    }
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Copies the rows of a table under new ids, once for each row of `times`.
pub fn copy_rows(conn: &mut DbConn, table: &str, times: &str, changed: ChangedColumns) {
    let sql = if on_postgres() {
        format!(
            "SELECT column_name::text AS name FROM information_schema.columns WHERE table_name = '{table}'"
        )
    } else {
        format!("SELECT name FROM pragma_table_info('{table}')")
    };
    let columns: Vec<Column> = diesel::sql_query(sql).load(conn).unwrap();
    let value = |column: &Column| match changed.iter().find(|(name, _)| *name == column.name) {
        _ if column.name == "id" => new_id().to_owned(),
        // A secret opens in its own row alone.
        _ if column.name == "phone_encrypted" => "NULL".to_owned(),
        Some((_, value)) => (*value).to_owned(),
        None => format!("{table}.{}", column.name),
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let (names, values) = (names.join(", "), values.join(", "));
    conn.batch_execute(&format!(
        "INSERT INTO {table} ({names}) SELECT {values} FROM {table}, {times}"
    ))
    .unwrap();
}
