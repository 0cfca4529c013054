//! How far a caller sees among mentors, and as whom they look at each.
//!
//! Beyond the reach of the permission, a cadre sees their own mentors, and an officer the appointed mentors of their county
//! and of the city's organs. Lists, counts and single reads ask the same scope.

use super::model::{MentorRecord, MentorStatus};
use crate::access::visibility::{MentorViewer, NEIGHBOUR};
use crate::access::{Reach, Subtree};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::Result;
use crate::organizations::{self, OrganizationKind};

/// What of the register of mentors a caller sees.
#[derive(Debug, Clone, Default)]
pub struct MentorScope {
    /// Mentors of these subtrees, and oneself.
    pub reach: Reach,
    /// The caller's own mentors, when they are a cadre.
    pub own_mentors: Vec<Id>,
    /// Counties whose appointed mentors the caller sees as a neighbour.
    pub counties: Vec<Subtree>,
    /// Cities of whose organs the caller sees the appointed mentors as a neighbour.
    pub cities: Vec<Subtree>,
}

/// The kinds of units that are organs of the city itself.
pub const OF_CITY: [OrganizationKind; 2] = [OrganizationKind::City, OrganizationKind::CityOrgan];

impl MentorScope {
    /// The scope of a caller.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn from_context(conn: &mut DbConn, context: &Context) -> Result<Self> {
        let reach = context.reach.clone();
        let own_mentors = match reach.cadre_id {
            Some(cadre_id) => (context.deps.hooks.mentors_of)(conn, cadre_id)?,
            None => Vec::new(),
        };
        let mut scope = Self {
            reach,
            own_mentors,
            ..Self::default()
        };
        let grants = context.actor.grants.iter();
        let paths = grants
            .filter(|grant| grant.role == NEIGHBOUR)
            .filter_map(|grant| grant.subtree.as_ref())
            .flat_map(|subtree| ancestry(&subtree.path));
        let mut paths: Vec<String> = paths.collect();
        paths.sort();
        paths.dedup();
        for (subtree, kind) in organizations::store::at(conn, &paths)? {
            match kind {
                OrganizationKind::County => scope.counties.push(subtree),
                OrganizationKind::City => scope.cities.push(subtree),
                _ => {}
            }
        }
        Ok(scope)
    }

    /// As whom the caller looks at a mentor; `None` when the row is not visible to them.
    pub fn viewer(&self, record: &MentorRecord) -> Option<MentorViewer> {
        let MentorRecord {
            mentor,
            organization,
        } = record;
        if self.reach.mentor_id == Some(mentor.id) {
            return Some(MentorViewer::Subject);
        }
        if self.reach.covers(&organization.path) {
            return Some(MentorViewer::Staff);
        }
        if self.own_mentors.contains(&mentor.id) {
            return Some(MentorViewer::OwnMentee);
        }
        let within = |subtrees: &[Subtree]| subtrees.iter().any(|s| s.contains(&organization.path));
        let is_near = within(&self.counties)
            || (OF_CITY.contains(&organization.kind) && within(&self.cities));
        (mentor.status == MentorStatus::Appointed && is_near).then_some(MentorViewer::Neighbour)
    }
}

/// The paths of a unit's ancestors and its own.
fn ancestry(path: &str) -> impl Iterator<Item = String> {
    path.match_indices('/')
        .map(|(end, _)| path[..=end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestry_goes_from_the_root_to_the_organization() {
        let paths: Vec<String> = ancestry("a/b/c/").collect();
        assert_eq!(paths, ["a/", "a/b/", "a/b/c/"]);
    }
}
