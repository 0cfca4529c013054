//! Who is calling.

use serde::{Deserialize, Serialize};

use super::permissions::{Over, Permission};
use crate::db::Id;
use crate::values::{Date, text_enum};

text_enum! {
    /// What a grant lets a person be within an organization subtree.
    pub enum Role {
        /// Accounts, clients and settings; no personal data.
        Administrator = "ADMINISTRATOR",
        /// Everything of the programme in their subtree.
        ProgrammeManager = "PROGRAMME_MANAGER",
        /// Cadres and mentors of their subtree.
        UnitOfficer = "UNIT_OFFICER",
        /// The care list and care actions of their subtree.
        CareOfficer = "CARE_OFFICER",
        /// Their own mentees.
        Mentor = "MENTOR",
        /// Their own file.
        Cadre = "CADRE",
        /// Pseudonymised rows and aggregates of their subtree.
        Analyst = "ANALYST",
        /// The journal and access records.
        Auditor = "AUDITOR",
    }
}

/// A subtree of organizations: all whose path begins with this one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subtree {
    /// The organization at its root.
    pub organization_id: Id,
    /// Its path; every segment ends in `/`.
    pub path: String,
}

impl Subtree {
    /// Whether an organization with this path lies in the subtree.
    pub fn contains(&self, path: &str) -> bool {
        path.starts_with(&self.path)
    }

    /// The half-open range of paths: `/` is followed by `0` in ASCII.
    pub fn range(&self) -> (String, String) {
        let mut end = self.path.clone();
        end.pop();
        end.push('0');
        (self.path.clone(), end)
    }

    /// Whether it is a whole city, so that most rows of a table are of it.
    pub fn is_broad(&self) -> bool {
        self.depth() == 0
    }

    /// How many ancestors it has; 0 for a root such as the city.
    pub fn depth(&self) -> usize {
        self.path.matches('/').count().saturating_sub(1)
    }
}

/// A role over a subtree, until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Where; none for roles that have no place (administrator, auditor).
    pub subtree: Option<Subtree>,
    /// The last day of the grant, if it ends.
    pub until: Option<Date>,
}

/// The account behind a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// A person.
    User(Id),
    /// Another system.
    Client(Id),
    /// The service itself: demo data, the day's job, the command line.
    System,
}

/// A caller with all they are: the union of their grants, or a client's scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: Account,
    /// Grants of a person; those that have ended are left out.
    pub grants: Vec<Grant>,
    /// Scopes of a client, such as `cadres:read`.
    pub scopes: Vec<String>,
    /// The subtree of a client.
    pub client_subtree: Option<Subtree>,
    /// The source under which a client's external ids are read, where it has one.
    pub client_source: Option<String>,
    /// The mentor this person is.
    pub mentor_id: Option<Id>,
    /// Whether they serve as that mentor today: neither retired nor suspended without end.
    pub is_serving: bool,
    /// The cadre this person is.
    pub cadre_id: Option<Id>,
}

impl Actor {
    /// The service itself.
    pub fn system() -> Self {
        Self {
            account: Account::System,
            grants: Vec::new(),
            scopes: Vec::new(),
            client_subtree: None,
            client_source: None,
            mentor_id: None,
            is_serving: false,
            cadre_id: None,
        }
    }

    /// The account's id; the service itself has none.
    pub fn id(&self) -> Option<Id> {
        match self.account {
            Account::User(id) | Account::Client(id) => Some(id),
            Account::System => None,
        }
    }

    /// `USER`, `CLIENT` or `SYSTEM`, as the journal names actors.
    pub fn kind(&self) -> &'static str {
        match self.account {
            Account::User(_) => "USER",
            Account::Client(_) => "CLIENT",
            Account::System => "SYSTEM",
        }
    }

    /// What of the programme this actor reaches under a permission; `None` when the permission is missing.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        if self.account == Account::System {
            return Some(Reach {
                everything: true,
                ..Reach::default()
            });
        }
        if permission == Permission::OwnAccount {
            // A person whose grants have all ended may still sign out.
            let is_person = matches!(self.account, Account::User(_));
            return is_person.then(Reach::default);
        }
        let rule = permission.rule();
        let mut reach = Reach::default();
        let mut granted = false;
        if let Account::Client(_) = self.account {
            let scope = rule.scope?;
            if !self.scopes.iter().any(|held| held == scope) {
                return None;
            }
            if rule.client_everywhere {
                reach.everything = true;
            }
            reach.subtrees.extend(self.client_subtree.clone());
            return Some(reach);
        }
        for grant in &self.grants {
            let Some((_, over)) = rule.roles.iter().find(|(role, _)| *role == grant.role) else {
                continue;
            };
            match over {
                Over::MenteesInService if !self.is_serving => continue,
                Over::Everything => reach.everything = true,
                Over::Subtree => reach.subtrees.extend(grant.subtree.clone()),
                Over::Mentees | Over::MenteesInService => {
                    reach.mentor_id = self.mentor_id;
                    reach.mentees_of = self.mentor_id.filter(|_| self.is_serving);
                }
                Over::OwnRecord => reach.cadre_id = self.cadre_id,
                Over::Account => {}
            }
            granted = true;
        }
        granted.then_some(reach)
    }

    /// Whether the actor holds a permission anywhere.
    pub fn may(&self, permission: Permission) -> bool {
        self.reach(permission).is_some()
    }

    /// Whether the actor holds a role over an organization with this path.
    pub fn holds(&self, role: Role, path: &str) -> bool {
        self.grants.iter().any(|grant| {
            grant.role == role && grant.subtree.as_ref().is_some_and(|s| s.contains(path))
        })
    }

    /// Everything that lets the actor read, a line each: grants with their units, scopes, service as a mentor.
    pub fn authority(&self) -> Vec<String> {
        let unit = |subtree: &Option<Subtree>| {
            let id = subtree.as_ref().map(|subtree| subtree.organization_id);
            id.map_or_else(|| "*".to_owned(), |id| id.to_string())
        };
        let of_grant = |grant: &Grant| format!("{}@{}", grant.role.as_str(), unit(&grant.subtree));
        let mut lines: Vec<String> = self.grants.iter().map(of_grant).collect();
        let scope = |scope: &String| format!("{scope}@{}", unit(&self.client_subtree));
        lines.extend(self.scopes.iter().map(scope));
        if self.is_serving {
            lines.push("mentor in service".to_owned());
        }
        lines
    }

    /// Whether the actor holds a role at all.
    pub fn is(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }
}

/// What a caller reaches under one permission: the union of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// All of it.
    pub everything: bool,
    /// Organization subtrees.
    pub subtrees: Vec<Subtree>,
    /// The mentor that the caller is: their own record, and what they wrote.
    pub mentor_id: Option<Id>,
    /// The mentor whose mentees are reached: the same, while they serve.
    pub mentees_of: Option<Id>,
    /// This cadre.
    pub cadre_id: Option<Id>,
}

impl Reach {
    /// Whether an organization with this path is reached as a subtree.
    pub fn covers(&self, path: &str) -> bool {
        self.everything || self.subtrees.iter().any(|subtree| subtree.contains(path))
    }

    /// Whether the caller is one of these: the present mentors of a cadre.
    pub fn guides(&self, mentors: [Option<Id>; 2]) -> bool {
        self.mentees_of.is_some() && mentors.contains(&self.mentees_of)
    }

    /// Whether few people are reached: no subtree of a city or of a county.
    pub fn is_narrow(&self) -> bool {
        !self.everything && self.subtrees.iter().all(|subtree| subtree.depth() > 1)
    }

    /// Whether nothing at all is reached.
    pub fn is_empty(&self) -> bool {
        !self.everything
            && self.subtrees.is_empty()
            && self.mentor_id.is_none()
            && self.cadre_id.is_none()
    }
}
