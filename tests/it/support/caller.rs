//! Callers: what a token says of the one who holds it.

use xinmiao::access::{Claims, ClaimsGrant, ClaimsSubtree, FIRST_PARTY, Role, Tokens};
use xinmiao::db::{Id, UtcTimestamp};
use xinmiao::values::Date;

use super::city::Unit;

/// Who a token is made for.
#[derive(Debug, Clone)]
pub struct Who {
    /// The account's id; equal for callers made by the same function with the same unit, unless changed.
    pub account_id: Id,
    grants: Vec<ClaimsGrant>,
    mentor_id: Option<Id>,
    mentor_until: Option<Date>,
    cadre_id: Option<Id>,
    session_id: Option<Id>,
    scopes: Option<String>,
    source: Option<String>,
}

impl Who {
    fn with(role: Role, unit: Option<&Unit>) -> Self {
        Self {
            account_id: account(&format!("{role:?} of {}", unit.map_or("all", |u| u.code))),
            grants: vec![grant(role, unit)],
            mentor_id: None,
            mentor_until: None,
            cadre_id: None,
            session_id: None,
            scopes: None,
            source: None,
        }
    }

    /// A caller with one role over a unit's subtree.
    pub fn of(role: Role, unit: &Unit) -> Self {
        Self::with(role, Some(unit))
    }

    /// A programme manager.
    pub fn manager(unit: &Unit) -> Self {
        Self::of(Role::ProgrammeManager, unit)
    }

    /// A unit officer.
    pub fn officer(unit: &Unit) -> Self {
        Self::of(Role::UnitOfficer, unit)
    }

    /// An analyst.
    pub fn analyst(unit: &Unit) -> Self {
        Self::of(Role::Analyst, unit)
    }

    /// The administrator.
    pub fn administrator() -> Self {
        Self::with(Role::Administrator, None)
    }

    /// The auditor.
    pub fn auditor() -> Self {
        Self::with(Role::Auditor, None)
    }

    /// The mentor with this id, who served until a day.
    pub fn former_mentor(unit: &Unit, mentor_id: Id, until: Date) -> Self {
        Self {
            mentor_until: Some(until),
            ..Self::mentor(unit, mentor_id)
        }
    }

    /// The mentor with this id.
    pub fn mentor(unit: &Unit, mentor_id: Id) -> Self {
        let mut who = Self::of(Role::Mentor, unit);
        who.account_id = account(&mentor_id.to_string());
        who.mentor_id = Some(mentor_id);
        who
    }

    /// The cadre with this id.
    pub fn cadre(unit: &Unit, cadre_id: Id) -> Self {
        let mut who = Self::of(Role::Cadre, unit);
        who.account_id = account(&cadre_id.to_string());
        who.cadre_id = Some(cadre_id);
        who
    }

    /// Another system with these scopes, separated by blanks.
    pub fn system(unit: &Unit, scopes: &str) -> Self {
        let mut who = Self::of(Role::Analyst, unit);
        who.account_id = account(&format!("client {scopes} {}", unit.code));
        who.scopes = Some(scopes.to_owned());
        who
    }

    /// With one more role.
    pub fn and(mut self, role: Role, unit: &Unit) -> Self {
        self.grants.push(grant(role, Some(unit)));
        self
    }

    /// Another person with the same grants.
    pub fn named(mut self, name: &str) -> Self {
        self.account_id = account(name);
        self
    }

    /// The account with this id.
    pub fn account(mut self, account_id: Id) -> Self {
        self.account_id = account_id;
        self
    }

    /// Grants that end with this day.
    pub fn until(mut self, day: &str) -> Self {
        for grant in &mut self.grants {
            grant.until = Some(Date::parse(day).unwrap());
        }
        self
    }

    fn subtree(&self) -> Option<ClaimsSubtree> {
        let grant = self.grants.first()?;
        Some(ClaimsSubtree {
            organization_id: grant.organization_id?,
            path: grant.path.clone()?,
        })
    }

    /// The claims of a token; public so that a test can spoil them before they are signed.
    pub fn claims(&self, tokens: &Tokens, now: UtcTimestamp, jti: Id) -> Claims {
        let is_client = self.scopes.is_some();
        let client_id = if is_client {
            self.account_id.to_string()
        } else {
            FIRST_PARTY.to_owned()
        };
        Claims {
            iss: tokens.issuer().to_owned(),
            aud: tokens.audience().to_owned(),
            sub: self.account_id,
            client_id,
            iat: now.seconds(),
            exp: now.seconds() + 900,
            nbf: None,
            jti,
            epoch: 0,
            sid: self.session_id,
            scope: self.scopes.clone(),
            source: self.source.clone(),
            subtree: self.subtree().filter(|_| is_client),
            grants: if is_client {
                Vec::new()
            } else {
                self.grants.clone()
            },
            mentor: self.mentor_id,
            mentor_until: self.mentor_until,
            cadre: self.cadre_id,
        }
    }
}

fn grant(role: Role, unit: Option<&Unit>) -> ClaimsGrant {
    ClaimsGrant {
        role,
        organization_id: unit.map(|unit| unit.id),
        path: unit.map(|unit| unit.path.clone()),
        until: None,
    }
}

/// An account's id from its name, so that one name is one person in a test.
fn account(name: &str) -> Id {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&xinmiao::vault::sha256(&[name.as_bytes()])[..16]);
    Id(uuid::Builder::from_bytes(bytes)
        .with_variant(uuid::Variant::RFC4122)
        .with_version(uuid::Version::SortRand)
        .into_uuid())
}
