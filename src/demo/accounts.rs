//! The accounts of the demo, one for each way to look at it.

use super::records::source;
use crate::access::Role;
use crate::accounts::seed::{self, SeedClient, SeedUser};
use crate::context::Context;
use crate::db::{DbConn, Id};
use crate::error::{Error, Result};
use crate::external_ids::{self, ExternalId, Kind};
use crate::organizations;

/// The accounts of people.
const USERS: &[&str] = &[
    "admin", "manager", "enyang", "officer", "mentor", "cadre", "auditor", "analyst",
];
/// The account of another system.
const CLIENT: &str = "hr-portal";
/// What that system may do.
const SCOPES: &str = "cadres:read cadres:write mentors:read mentors:write organizations:read";
/// The city.
const CITY: &str = "BZ";
/// Enyang district.
const ENYANG: &str = "BZ-511903";
/// Yuxi township.
const YUXI: &str = "BZ-511903-T102";
/// The recruit who is `cadre`.
pub const RECRUIT: &str = "C-000371";
/// One of that recruit's mentors, who is `mentor`.
const GUIDE: &str = "M-000382";

/// Makes the accounts.
pub fn make(tx: &mut DbConn, context: &Context, password: &str, hash: &str) -> Result<()> {
    let city = unit(tx, CITY)?;
    let yuxi = unit(tx, YUXI)?;
    let enyang = unit(tx, ENYANG)?;
    let mentor_id = person(tx, Kind::Mentor, GUIDE)?;
    let cadre_id = person(tx, Kind::Cadre, RECRUIT)?;
    let grants = [
        [(Role::Administrator, None)],
        [(Role::ProgrammeManager, Some(city))],
        [(Role::ProgrammeManager, Some(enyang))],
        [(Role::UnitOfficer, Some(yuxi))],
        [(Role::Mentor, Some(yuxi))],
        [(Role::Cadre, Some(yuxi))],
        [(Role::Auditor, None)],
        [(Role::Analyst, Some(city))],
    ];
    let names = [
        "Administrator",
        "市级项目管理员",
        "恩阳区项目管理员",
        "渔溪镇组织员",
        "何红萍",
        "寇佳倩",
        "Auditor",
        "Analyst",
    ];
    let users: Vec<SeedUser<'_>> = USERS
        .iter()
        .zip(&grants)
        .zip(names)
        .map(|((username, grants), display_name)| SeedUser {
            username,
            display_name,
            grants,
            mentor_id: (*username == "mentor").then_some(mentor_id),
            cadre_id: (*username == "cadre").then_some(cadre_id),
        })
        .collect();
    seed::insert_users(tx, context, &users, hash)?;
    let client = SeedClient {
        name: CLIENT,
        scopes: SCOPES,
        organization_id: city,
        source: Some(CLIENT),
    };
    seed::insert_clients(tx, context, &[client], password)
}

/// Gives all of them another password.
pub fn replace_password(
    tx: &mut DbConn,
    context: &Context,
    password: &str,
    hash: &str,
) -> Result<()> {
    seed::replace_password(tx, context, USERS, &[CLIENT], password, hash)
}

/// A password that nobody chose.
pub fn random_password() -> String {
    crate::vault::random_token().chars().take(16).collect()
}

fn unit(tx: &mut DbConn, code: &str) -> Result<Id> {
    let found = organizations::store::id_of_code(tx, code)?;
    found.ok_or_else(|| Error::internal("the demo has no such unit"))
}

fn person(tx: &mut DbConn, kind: Kind, external_id: &str) -> Result<Id> {
    let id = ExternalId::parse(external_id)
        .map_err(|_| Error::internal("the demo has no such person"))?;
    let found = external_ids::find(tx, kind, &source()?, &id)?;
    found.ok_or_else(|| Error::internal("the demo has no such person"))
}
