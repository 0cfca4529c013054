//! Who writes which templates: those of a county who reach it, the city's those who reach all there is.

use super::model::{PhaseTemplateRecord, PhaseTemplateStatus};
use crate::access::{Permission, Reach};
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::organizations;

/// What a caller writes.
#[derive(Debug, Clone)]
pub struct TemplateScope {
    /// The units whose templates they write.
    pub reach: Reach,
    /// Whether they write the city's.
    pub of_city: bool,
}

impl TemplateScope {
    /// What the caller of a request writes; one statement for those who may write at all.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn from_context(conn: &mut DbConn, context: &Context) -> Result<Self> {
        let reach = context.reach_in(Permission::PhaseTemplatesWrite);
        let of_city = organizations::is_whole_city(conn, &reach)?;
        Ok(Self { reach, of_city })
    }

    /// Whether the caller writes a template of a unit with this path, or of the city.
    pub fn covers(&self, path: Option<&str>) -> bool {
        path.map_or(self.of_city, |path| self.reach.covers(path))
    }

    /// Whether the caller writes this template.
    pub fn writes(&self, record: &PhaseTemplateRecord) -> bool {
        let path = record.organization.as_ref();
        self.covers(path.map(|organization| organization.path.as_str()))
    }

    /// Whether the caller sees this template: drafts are for those who write them.
    pub fn sees(&self, record: &PhaseTemplateRecord) -> bool {
        record.template.status != PhaseTemplateStatus::Draft || self.writes(record)
    }
}
