//! The units that a caller reaches, or that a list is asked for, made ready for a statement.

use super::store;
use crate::access::{Reach, Subtree};
use crate::db::{DbConn, Id};
use crate::error::Result;

/// Units as conditions on rows name them.
///
/// PostgreSQL gets the ids of all units but a city's: it knows how many rows each has, searches two columns of a table by them
/// where they are few, and walks the list where they are many. SQLite searches by a subquery just as well, and keeps its statement.
#[derive(Debug, Clone, Default)]
pub struct ReachedOrganizations {
    /// Subtrees that the statement looks up.
    pub reach: Reach,
    /// Units that were looked up.
    pub ids: Vec<Id>,
    /// Whether rows are searched by them, not only tested.
    pub is_searched: bool,
    is_narrow: bool,
}

impl ReachedOrganizations {
    /// The units of a reach, for rows that are known by other means: each is tested.
    pub fn tested(reach: Reach) -> Self {
        Self {
            reach,
            ..Self::default()
        }
    }

    /// The units of a reach, for a list: its rows are searched by them.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn from_reach(conn: &mut DbConn, reach: &Reach) -> Result<Self> {
        let mut units = Self {
            reach: reach.clone(),
            ids: Vec::new(),
            is_searched: true,
            is_narrow: reach.is_narrow(),
        };
        if matches!(conn, DbConn::Postgres(_)) {
            let (broad, narrow) = reach.subtrees.iter().cloned().partition(Subtree::is_broad);
            units.reach.subtrees = broad;
            units.ids = store::within(conn, &narrow)?;
        }
        Ok(units)
    }

    /// Whether few people are theirs, as [`Reach::is_narrow`].
    pub const fn is_narrow(&self) -> bool {
        self.is_narrow
    }

    /// Whether it is no unit at all.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.reach.subtrees.is_empty()
    }

    /// The unit that a list is asked for, by itself or with all below it.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn asked(conn: &mut DbConn, id: Option<Id>, subtree: bool) -> Result<Option<Self>> {
        let Some(organization_id) = id else {
            return Ok(None);
        };
        let path = if subtree {
            store::path(conn, organization_id)?
        } else {
            None
        };
        let Some(path) = path else {
            return Ok(Some(Self {
                ids: vec![organization_id],
                is_searched: true,
                is_narrow: true,
                ..Self::default()
            }));
        };
        let reach = Reach {
            subtrees: vec![Subtree {
                organization_id,
                path,
            }],
            ..Reach::default()
        };
        Self::from_reach(conn, &reach).map(Some)
    }
}

/// The units of a list: those that its caller reaches, and the one they ask for.
#[derive(Debug, Clone)]
pub struct ListedOrganizations {
    /// What the caller reaches.
    pub reached: ReachedOrganizations,
    /// The unit asked for.
    pub asked: Option<ReachedOrganizations>,
}

impl ListedOrganizations {
    /// What is reached, and a unit, by itself or with all below it.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn new(conn: &mut DbConn, reach: &Reach, asked: Option<Id>, subtree: bool) -> Result<Self> {
        Ok(Self {
            reached: ReachedOrganizations::from_reach(conn, reach)?,
            asked: ReachedOrganizations::asked(conn, asked, subtree)?,
        })
    }

    /// Whether the list is sorted, not walked.
    pub fn is_narrow(&self) -> bool {
        self.reached.is_narrow
            || self
                .asked
                .as_ref()
                .is_some_and(ReachedOrganizations::is_narrow)
    }
}

/// The condition that a row's organization, in one of these columns, is among some units.
macro_rules! within_organizations {
    ($source:ty, $units:expr, $($column:expr),+) => {{
        let units: &crate::organizations::ReachedOrganizations = $units;
        let mut ways: Vec<crate::db::Condition<$source>> = Vec::new();
        $(
            if !units.ids.is_empty() {
                ways.push(Box::new($column.eq_any(units.ids.clone())));
            }
            if !units.reach.subtrees.is_empty() {
                ways.push(crate::db::within!($source, $column, &units.reach));
            }
        )+
        crate::db::any_of(ways)
    }};
}

pub(crate) use within_organizations;
