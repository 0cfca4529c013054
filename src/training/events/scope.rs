//! Who sees which events: the host's side, those whose subtree it reaches into, and those to whom it is open.

use super::model::TrainingEventRecord;
use super::store;
use crate::access::Permission::{TrainingEnrol, TrainingWrite};
use crate::access::{Permission, Reach};
use crate::context::Context;
use crate::db::DbConn;
use crate::error::Result;
use crate::organizations;
use crate::training::reach::reading;

/// What a caller sees and does.
#[derive(Debug, Clone)]
pub struct EventScope {
    /// The units they read.
    pub reach: Reach,
    /// The paths of their own units, or of their mentees', and of all above them.
    pub lineage: Vec<String>,
    writes: Reach,
    enrols: Reach,
}

impl EventScope {
    /// That of the caller of a request; one statement for cadres and mentors.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn from_context(conn: &mut DbConn, context: &Context) -> Result<Self> {
        let reach = reading(context);
        let mut places: Vec<String> = Vec::new();
        if reach.cadre_id.is_some() || reach.mentees_of.is_some() {
            places = store::units_of(conn, reach.cadre_id, reach.mentees_of)?;
        }
        places.extend(reach.subtrees.iter().map(|subtree| subtree.path.clone()));
        Ok(Self {
            reach,
            lineage: organizations::lineage(places.iter().map(String::as_str)),
            writes: context.reach_in(TrainingWrite),
            enrols: context.reach_in(TrainingEnrol),
        })
    }

    /// Whether the caller sees an event.
    pub fn sees(&self, record: &TrainingEventRecord) -> bool {
        self.reach.covers(&record.organization.path)
            || self.reach.covers(&record.open_to.path)
            || self.lineage.contains(&record.open_to.path)
    }

    /// Whether the caller does with an event that they see what a permission lets do: the host keeps the event, whoever has people to
    /// send enrols them.
    pub fn may(&self, permission: Permission, record: &TrainingEventRecord) -> bool {
        match permission {
            TrainingEnrol => self.enrols.everything || !self.enrols.subtrees.is_empty(),
            _ => self.writes.covers(&record.organization.path),
        }
    }

    /// Whether the caller offers events to a unit with this path.
    pub fn writes(&self, path: &str) -> bool {
        self.writes.covers(path)
    }
}
