//! Accounts for all the people of a subtree at once.

use std::collections::BTreeSet;

use super::invitations_store::{self, Person};
use super::model::{User, UserGrant};
use super::request::{InviteUsers, Invited};
use super::response::Activation;
use super::{rules, service, store};
use crate::access::Role;
use crate::context::Context;
use crate::db::DbConn;
use crate::error::{Error, FieldErrors, Result};
use crate::http::Reply;
use crate::journal;
use crate::organizations;
use crate::values::pinyin;

/// People invited at once.
const MOST: i64 = 1000;
/// Longest name that usernames are made of; what follows tells people of one name apart.
const LONGEST_NAME: usize = 40;

/// Invites the people of a subtree who have no account or let their code expire, and answers their codes.
///
/// # Errors
/// `Invalid` for an organization out of reach, or when the database refuses.
pub fn invite(tx: &mut DbConn, context: &Context, input: &InviteUsers) -> Result<Reply> {
    let mut errors = FieldErrors::default();
    let unit = organizations::resolve(
        tx,
        input.naming(),
        "organization",
        &context.reach,
        &mut errors,
    )?;
    errors.into_result()?;
    let unit = unit.ok_or(Error::NotFound)?;
    let subtree = unit.subtree();
    let people = invitations_store::without_account(tx, input.invited, &subtree, MOST)?;
    let left = MOST - i64::try_from(people.len()).unwrap_or(MOST);
    let expired_by = (!input.renew).then_some(context.now);
    let again = invitations_store::not_activated(tx, input.invited, &subtree, expired_by, left)?;
    let usernames = usernames(tx, &people)?;
    let invited: Vec<_> = people
        .into_iter()
        .zip(usernames)
        .map(|(person, username)| welcome(context, input.invited, person, username))
        .collect();
    let (rows, grants): (Vec<User>, Vec<UserGrant>) = invited
        .iter()
        .map(|(row, grant, ..)| (row.clone(), grant.clone()))
        .unzip();
    store::insert(tx, &rows)?;
    store::insert_grants(tx, &grants)?;
    let at = [UserGrant {
        organization_id: Some(unit.id),
        ..blank_grant(context, Role::Cadre)
    }];
    let members = ["username", "displayName", "grants"];
    let changes: Vec<_> = rows
        .iter()
        .map(|row| service::change("user.created", row, &at, &members))
        .collect();
    journal::record_many(tx, context, &changes)?;
    let mut lines: Vec<Line> = invited
        .into_iter()
        .map(|(row, _, person, activation)| (row, person, activation))
        .collect();
    for (row, person) in again {
        let Some(mut row) = store::lock(tx, row.id)?.filter(rules::is_invited_again) else {
            continue;
        };
        let activation = service::invite(&mut row, context);
        store::set_credentials(tx, &row)?;
        service::record(tx, context, "user.invited-again", &row, &at, &[])?;
        lines.push((row, person, activation));
    }
    csv(input.invited, &lines)
}

type Line = (User, Person, Activation);

fn welcome(
    context: &Context,
    invited: Invited,
    person: Person,
    username: String,
) -> (User, UserGrant, Person, Activation) {
    let role = match invited {
        Invited::Cadres => Role::Cadre,
        Invited::Mentors => Role::Mentor,
    };
    let grant = blank_grant(context, role);
    let mut row = User {
        mentor_id: (role == Role::Mentor).then_some(person.0),
        cadre_id: (role == Role::Cadre).then_some(person.0),
        ..User::new(context, grant.user_id, username, person.1.clone())
    };
    let activation = service::invite(&mut row, context);
    (row, grant, person, activation)
}

/// A grant of a new user; it has no place, because it follows the person.
fn blank_grant(context: &Context, role: Role) -> UserGrant {
    UserGrant {
        user_id: context.new_id(),
        position: 0,
        role,
        organization_id: None,
        valid_until: None,
    }
}

/// Usernames made of the letters of people's names, with a number for those of one name.
fn usernames(conn: &mut DbConn, people: &[Person]) -> Result<Vec<String>> {
    let letters: Vec<String> = people.iter().map(|(_, name, _)| letters(name)).collect();
    let distinct: BTreeSet<&str> = letters.iter().map(String::as_str).collect();
    let distinct: Vec<&str> = distinct.into_iter().collect();
    let mut taken = invitations_store::usernames_like(conn, &distinct)?;
    let mut free = |letters: &String| {
        let username = (1..)
            .map(|n: u32| match n {
                1 => letters.clone(),
                n => format!("{letters}{n}"),
            })
            .find(|username| !taken.contains(username))
            .unwrap_or_default();
        taken.insert(username.clone());
        username
    };
    Ok(letters.iter().map(&mut free).collect())
}

fn letters(name: &str) -> String {
    let mut letters = pinyin::letters(name);
    letters.truncate(LONGEST_NAME);
    if letters.len() < 2 {
        letters.push_str("user");
    }
    letters
}

fn csv(invited: Invited, lines: &[Line]) -> Result<Reply> {
    let person = match invited {
        Invited::Cadres => "cadreId",
        Invited::Mentors => "mentorId",
    };
    let mut table = csv::Writer::from_writer(Vec::new());
    let headings = [
        "userId",
        "username",
        "displayName",
        "organizationName",
        person,
        "code",
        "expiresAt",
    ];
    table.write_record(headings).map_err(Error::internal)?;
    for (row, (id, name, unit), activation) in lines {
        let cells = [
            row.id.to_string(),
            row.username.clone(),
            plain(name),
            plain(unit),
            id.to_string(),
            activation.code.clone(),
            activation.expires_at.to_string(),
        ];
        table.write_record(cells).map_err(Error::internal)?;
    }
    let table = table.into_inner().map_err(Error::internal)?;
    Ok(Reply::new("text/csv; charset=utf-8", table)
        .with_header(
            "content-disposition",
            "attachment; filename=\"activation-codes.csv\"",
        )
        .no_store())
}

/// A cell that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
