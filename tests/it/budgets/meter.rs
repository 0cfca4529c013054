//! Counts the statements of single requests.

use std::cell::RefCell;
use std::collections::BTreeMap;

use xinmiao::db::DbConn;

use crate::support::{Answer, TestApp, forget_statements, run_on};

/// The statements of each operation, by operationId; of one that was called several times, the most.
pub type Run = BTreeMap<String, Vec<String>>;

/// Counts on the database of one application.
pub struct Meter {
    conn: RefCell<DbConn>,
    run: RefCell<Run>,
}

impl Meter {
    pub fn new(app: &TestApp) -> Self {
        Self {
            conn: RefCell::new(app.db()),
            run: RefCell::default(),
        }
    }

    /// What was counted.
    pub fn run(self) -> Run {
        self.run.into_inner()
    }

    /// Sends a request, which must be answered with success, and counts what it runs.
    pub async fn count(&self, id: &str, request: impl Future<Output = Answer>) -> Answer {
        let (answer, statements) = self.watch(id, request).await;
        let mut run = self.run.borrow_mut();
        let most = run.entry(id.to_owned()).or_default();
        if most.len() <= statements.len() {
            *most = statements;
        }
        answer
    }

    /// Sends a request for more than what is usual, and holds it to a budget of its own.
    pub async fn costs(
        &self,
        id: &str,
        budget: usize,
        request: impl Future<Output = Answer>,
    ) -> Answer {
        let (answer, statements) = self.watch(id, request).await;
        let run = statements.join("\n  ");
        assert_eq!(statements.len(), budget, "{id} runs:\n  {run}");
        answer
    }

    async fn watch(
        &self,
        id: &str,
        request: impl Future<Output = Answer>,
    ) -> (Answer, Vec<String>) {
        let (answer, statements) = self.statements(request).await;
        let (status, text) = (answer.status, answer.text());
        assert!(status < 300, "{id}: {status} {text}");
        (answer, statements)
    }

    /// Sends a request and tells what it runs, whatever is answered.
    pub async fn statements(&self, request: impl Future<Output = Answer>) -> (Answer, Vec<String>) {
        forget_statements(&mut self.conn.borrow_mut());
        let answer = request.await;
        let mut statements = run_on(&mut self.conn.borrow_mut());
        statements.retain(|sql| is_of_request(sql));
        (answer, statements)
    }
}

/// Not what begins and ends a transaction, only locks a row (SQLite has one writer), or is the sealer's.
fn is_of_request(sql: &str) -> bool {
    let around = ["BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET "];
    let touches = |table: &str| sql.contains(table);
    let seals = touches("journal_pending") && !sql.starts_with("INSERT");
    let chains = touches("chain_hash") && !touches("journal_entries");
    let waits = touches("advisory");
    // A lock of `service_state` reads its value too, as SQLite does without locking.
    // Ids alone are read of rows that are only locked.
    let reads_ids = !sql.split(" FROM ").next().unwrap_or(sql).contains(',');
    let only_locks = (sql.ends_with("FOR UPDATE") || sql.ends_with("FOR SHARE"))
        && !touches("service_state")
        || sql.ends_with("FOR NO KEY UPDATE") && reads_ids;
    let begins = around.iter().any(|start| sql.starts_with(start));
    !(begins || seals || chains || waits || only_locks)
}
