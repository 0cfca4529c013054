//! What ran on the database of a test. Other tests run beside it in the same process, each on its own database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use diesel::RunQueryDsl;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use xinmiao::db::{DbConn, WantedOnly};

/// The statements of each database in their order, by its address.
type Log = BTreeMap<String, Vec<String>>;

static LOG: Mutex<Log> = Mutex::new(Log::new());

/// The log, whatever became of a test that held it: one that fails makes no other fail.
fn log() -> MutexGuard<'static, Log> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes from now on what every new connection of this process runs.
pub fn watch_statements() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        set_default_instrumentation(|| Some(Box::new(Watch::default()))).unwrap();
    });
}

/// What ran on the database of a connection since it was watched or forgotten, each statement once.
pub fn statements_on(conn: &mut DbConn) -> BTreeSet<String> {
    run_on(conn).into_iter().collect()
}

/// What ran on the database of a connection since it was watched or forgotten, in its order.
pub fn run_on(conn: &mut DbConn) -> Vec<String> {
    let address = address_of(conn);
    log().get(&address).cloned().unwrap_or_default()
}

/// Forgets what ran on the database of a connection.
pub fn forget_statements(conn: &mut DbConn) {
    let address = address_of(conn);
    log().remove(&address);
}

/// A connection does not tell its address; the log tells where a statement that nobody else runs was run.
fn address_of(conn: &mut DbConn) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let mark = format!("SELECT {} AS mark", NEXT.fetch_add(1, Ordering::Relaxed));
    diesel::sql_query(&mark).execute(conn).unwrap();
    let mut log = log();
    let marked = log.iter_mut().find_map(|(address, statements)| {
        let at = statements.iter().position(|sql| *sql == mark)?;
        statements.remove(at);
        Some(address.clone())
    });
    drop(log);
    // None where the connection was opened before statements were watched.
    marked.unwrap()
}

/// Watches one connection.
#[derive(Default)]
struct Watch {
    address: String,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match &event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                (*url).clone_into(&mut self.address);
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                let sql = text.split("-- binds:").next().unwrap_or_default().trim();
                log()
                    .entry(self.address.clone())
                    .or_default()
                    .push(sql.to_owned());
            }
            _ => {}
        }
        // As every other connection of the process.
        WantedOnly.on_connection_event(event);
    }
}
