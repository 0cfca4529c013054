//! What the database knows of how its rows are distributed, by which it chooses between indexes.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::DbConn;
use crate::error::Result;

/// SQLite looks at so many entries of each index at most, so that the only writer is held for some milliseconds however many rows
/// there are. The table that is made and dropped changes the version of the schema: other connections read the statistics when they
/// read the schema, and only then.
const SQLITE: &str = "PRAGMA analysis_limit = 2000; ANALYZE; \
     CREATE TABLE statistics_gathered (id INTEGER); DROP TABLE statistics_gathered;";

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Gathers statistics of every table: after many rows came in at once, and daily.
///
/// # Errors
/// When the database refuses.
pub fn gather(tx: &mut DbConn) -> Result<()> {
    match tx {
        DbConn::Sqlite(tx) => Ok(tx.batch_execute(SQLITE)?),
        DbConn::Postgres(tx) => {
            // Named one by one: of the system's tables PostgreSQL would say that they are not ours.
            let own = "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename";
            let tables: Vec<Table> = diesel::sql_query(own).load(tx)?;
            let names: Vec<String> = tables.into_iter().map(|table| table.name).collect();
            Ok(tx.batch_execute(&format!("ANALYZE {}", names.join(", ")))?)
        }
    }
}
