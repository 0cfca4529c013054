//! The turns of a career: what a change of unit or status does beyond the cadre's own row.

use super::model::Cadre;
use super::store;
use crate::access::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::values::Date;

/// Closes the present post and opens the one that the row now names, from `on`; then higher rooms react.
///
/// # Errors
/// When the database refuses.
pub fn move_post(tx: &mut DbConn, context: &Context, cadre: &Cadre, on: Date) -> Result<()> {
    store::open_post(tx, cadre, on)?;
    (context.scene.reactions.cadre_moved)(tx, context, cadre.id)
}
