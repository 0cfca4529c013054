//! Use cases of users.

use super::model::{CADRE_KEY, MENTOR_KEY, PlacedGrant, USERNAME_KEY, User, UserGrant, Username};
use super::request::{CreateUser, GrantInput, PatchUser, UserFilters};
use super::response::{Activation, UserResponse};
use super::store::UserSort;
use super::{activation, rules, store};
use crate::access::Role;
use crate::accounts::{clients, revocations, sessions};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Current, Error, Fault, FieldErrors, Result};
use crate::external_ids::{self, ExternalRef, Kind};
use crate::http::Patch;
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::organizations;
use crate::values::Text;

/// A page of users.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    filters: &UserFilters,
    list: &List<UserSort>,
) -> Result<Page<UserResponse>> {
    let rows = store::page(conn, filters, list)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut grants = store::grants_of(conn, &ids)?;
    let total = || store::total(conn, filters);
    list.page(rows, total, |row| {
        let own = grants.extract_if(.., |placed| placed.grant.user_id == row.id);
        let own = own.collect();
        Ok(UserResponse::from_row(row, own))
    })
}

/// One user.
///
/// # Errors
/// `NotFound`.
pub fn read(conn: &mut DbConn, id: Id) -> Result<UserResponse> {
    let row = store::find(conn, id)?.ok_or(Error::NotFound)?;
    let grants = store::grants_of(conn, &[id])?;
    Ok(UserResponse::from_row(row, grants))
}

/// Makes a user; `true` when they are new, and then with their activation code.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateUser,
) -> Result<(UserResponse, bool)> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    let blank = User::new(context, id, String::new(), String::new());
    let (mut row, grants) = draft(tx, context, &blank, Vec::new(), &PatchUser::from(new))?;
    if let Some(known) = store::find(tx, id)? {
        let held = grants_only(store::grants_of(tx, &[id])?);
        let same = held == grants && content(&known) == content(&row);
        if same && journal::created_by_caller(context, known.created_by) {
            return Ok((read(tx, id)?, false));
        }
        return Err(Error::Duplicate(DuplicateKey::ID, current(tx, id)?));
    }
    // Journal, keys of repetition and ended tokens name an account by its id alone.
    if clients::store::find(tx, id)?.is_some() {
        return Err(Error::field("/id", "not-unique"));
    }
    check_unique(tx, &row)?;
    let activation = invite(&mut row, context);
    store::insert(tx, std::slice::from_ref(&row))?;
    store::insert_grants(tx, &grants)?;
    let members = [
        "username",
        "displayName",
        "grants",
        "mentorId",
        "cadreId",
        "disabled",
    ];
    record(tx, context, "user.created", &row, &grants, &members)?;
    Ok((read(tx, id)?.with(activation), true))
}

/// Changes a user by merge patch. Other grants, another person or a closed account end the user's access tokens; a closed
/// account ends their sessions too.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `Duplicate`; `Forbidden` for one's own grants.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &PatchUser,
) -> Result<UserResponse> {
    let former = store::lock(tx, id)?.ok_or(Error::NotFound)?;
    let seen = current(tx, id)?;
    context.require_match(former.version, || Ok(seen))?;
    let held = grants_only(store::grants_of(tx, &[id])?);
    let (mut row, grants) = draft(tx, context, &former, held.clone(), input)?;
    let changed: Vec<&str> = [
        ("username", row.username != former.username),
        ("displayName", row.display_name != former.display_name),
        ("grants", grants != held),
        ("mentorId", row.mentor_id != former.mentor_id),
        ("cadreId", row.cadre_id != former.cadre_id),
        ("disabled", row.disabled != former.disabled),
    ]
    .into_iter()
    .filter_map(|(member, differs)| differs.then_some(member))
    .collect();
    if changed.is_empty() {
        return read(tx, id);
    }
    let bears_on_access = |member: &&str| !matches!(*member, "username" | "displayName");
    if changed.iter().any(bears_on_access) {
        rules::check_not_self(context, id)?;
        revocations::end_tokens(tx, context, &[id])?;
    }
    check_unique(tx, &row)?;
    row.version += 1;
    row.updated_at = context.now;
    store::update(tx, &row, former.version)?;
    if changed.contains(&"grants") {
        store::replace_grants(tx, id, &grants)?;
    }
    if row.disabled {
        sessions::end_all(tx, context, id, None)?;
    }
    record(tx, context, "user.updated", &row, &grants, &changed)?;
    read(tx, id)
}

/// Removes a user who never did anything.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `InUse`; `Forbidden` for oneself.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let row = store::lock(tx, id)?.ok_or(Error::NotFound)?;
    let seen = current(tx, id)?;
    context.require_match(row.version, || Ok(seen))?;
    rules::check_not_self(context, id)?;
    if row.password_hash.is_some() || journal::has_acted(tx, id)? {
        return Err(Error::InUse);
    }
    (context.deps.hooks.user_deleted)(tx, context, id)?;
    let grants = grants_only(store::grants_of(tx, &[id])?);
    revocations::end_tokens(tx, context, &[id])?;
    sessions::forget_all(tx, id)?;
    store::delete(tx, id)?;
    let gone = User {
        version: row.version + 1,
        ..row
    };
    record(tx, context, "user.deleted", &gone, &grants, &[])
}

/// Takes the password away and gives a new activation code: who resets neither chooses nor sees a password.
///
/// # Errors
/// `StaleVersion`; `Forbidden` for oneself.
pub fn reset(tx: &mut DbConn, context: &Context, id: Id) -> Result<UserResponse> {
    let mut row = store::lock(tx, id)?.ok_or(Error::NotFound)?;
    let seen = current(tx, id)?;
    rules::check_not_self(context, id)?;
    context.check_match(row.version, || Ok(seen))?;
    let version = row.version;
    row.password_hash = None;
    row.failed_logins = 0;
    row.locked_until = None;
    row.activation_failures = 0;
    row.reset_at = Some(context.now);
    row.reset_by = context.actor.id();
    row.version += 1;
    row.updated_at = context.now;
    let activation = assign_code(&mut row, context);
    store::update(tx, &row, version)?;
    revocations::end_tokens(tx, context, &[id])?;
    sessions::start_over(tx, context, id)?;
    let grants = grants_only(store::grants_of(tx, &[id])?);
    record(tx, context, "user.reset", &row, &grants, &["activated"])?;
    Ok(read(tx, id)?.with(activation))
}

/// Gives a user a code to open the account with; the one before is void.
pub fn invite(row: &mut User, context: &Context) -> Activation {
    row.invited_at = Some(context.now);
    row.invited_by = context.actor.id();
    assign_code(row, context)
}

fn assign_code(row: &mut User, context: &Context) -> Activation {
    let (activation, digest) = activation::issue(context.now);
    row.activation_digest = Some(digest);
    row.activation_expires_at = Some(activation.expires_at);
    activation
}

/// The journal's row of a change; managers of the first grant's organization see it.
///
/// # Errors
/// When the database refuses.
pub fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &User,
    grants: &[UserGrant],
    changed: &[&str],
) -> Result<()> {
    journal::record(tx, context, &change(action, row, grants, changed))
}

/// The line of a change; it stands with the first organization of the grants.
pub fn change<'a>(
    action: &'static str,
    row: &User,
    grants: &[UserGrant],
    changed: &'a [&'a str],
) -> Change<'a> {
    Change {
        changed_fields: changed,
        organization_id: grants.iter().find_map(|grant| grant.organization_id),
        ..Change::new(action, "user", row.id, row.version)
    }
}

/// The row and its grants after a change, or everything that is wrong with it.
fn draft(
    tx: &mut DbConn,
    context: &Context,
    former: &User,
    held: Vec<UserGrant>,
    input: &PatchUser,
) -> Result<(User, Vec<UserGrant>)> {
    let mut errors = FieldErrors::default();
    let mut row = former.clone();
    let username = input.username.clone().map(|name| name.to_string());
    row.username = username.require(row.username, "/username", &mut errors);
    let name = input.display_name.clone().map(Text::into_string);
    row.display_name = name.require(row.display_name, "/displayName", &mut errors);
    let disabled = input.disabled.clone();
    row.disabled = disabled.require(row.disabled, "/disabled", &mut errors);
    let mentor = (&input.mentor_id, input.mentor_ref.as_ref());
    row.mentor_id = person(tx, Kind::Mentor, mentor, row.mentor_id, &mut errors)?;
    let cadre = (&input.cadre_id, input.cadre_ref.as_ref());
    row.cadre_id = person(tx, Kind::Cadre, cadre, row.cadre_id, &mut errors)?;
    let grants = match &input.grants {
        Patch::Absent => held,
        Patch::Null => Vec::new(),
        Patch::Value(grants) => place(tx, context, row.id, grants, &mut errors)?,
    };
    errors.into_result()?;
    Ok((row, grants))
}

/// The grants with their organizations found.
fn place(
    tx: &mut DbConn,
    context: &Context,
    user_id: Id,
    inputs: &[GrantInput],
    errors: &mut FieldErrors,
) -> Result<Vec<UserGrant>> {
    if inputs.len() > rules::MAX_GRANTS {
        errors.push(
            "/grants",
            Fault::with("out-of-range", &[&0, &rules::MAX_GRANTS]),
        );
        return Ok(Vec::new());
    }
    let mut grants = Vec::with_capacity(inputs.len());
    for (position, input) in (0..).zip(inputs) {
        let naming = input.naming();
        let member = format!("grants/{position}/organization");
        let found = if naming.is_absent() && !rules::needs_place(input.role) {
            None
        } else {
            organizations::resolve(tx, naming, &member, &context.reach, errors)?
        };
        if found.as_ref().is_some_and(|unit| unit.parent_id.is_some())
            && rules::is_exclusive(input.role)
        {
            // These roles have no bounds: a place below the root would promise one.
            errors.push(naming.pointer(&member), Fault::new("reference-unknown"));
        }
        grants.push(UserGrant {
            user_id,
            position,
            role: input.role,
            organization_id: found.map(|unit| unit.id),
            valid_until: input.until,
        });
    }
    rules::check_together(&grants, errors);
    Ok(grants)
}

/// The mentor or cadre a user is after a change.
fn person(
    tx: &mut DbConn,
    kind: Kind,
    (id, external): (&Patch<Id>, Option<&ExternalRef>),
    present: Option<Id>,
    errors: &mut FieldErrors,
) -> Result<Option<Id>> {
    let member = kind.as_str();
    let (named, pointer) = match external {
        Some(_) if id.is_present() => {
            errors.push(format!("/{member}Ref"), Fault::new("unknown-member"));
            return Ok(present);
        }
        Some(named) => {
            let found = external_ids::find(tx, kind, &named.source, &named.external_id)?;
            (found, format!("/{member}Ref"))
        }
        None => match id {
            Patch::Absent => return Ok(present),
            Patch::Null => return Ok(None),
            Patch::Value(id) => (Some(*id), format!("/{member}Id")),
        },
    };
    let exists = match (named, kind) {
        (Some(id), Kind::Mentor) => store::mentor_name(tx, id)?.is_some(),
        (Some(id), _) => store::cadre_name(tx, id)?.is_some(),
        (None, _) => false,
    };
    if !exists {
        errors.push(pointer, Fault::new("reference-unknown"));
        return Ok(present);
    }
    Ok(named)
}

/// A name is one user's, and so is a person.
fn check_unique(tx: &mut DbConn, row: &User) -> Result<()> {
    let named = store::find_by_username(tx, &row.username)?.map(|user| user.id);
    let mentor = row
        .mentor_id
        .map(|id| store::of_mentor(tx, id))
        .transpose()?;
    let cadre = row.cadre_id.map(|id| store::of_cadre(tx, id)).transpose()?;
    let holders = [
        (named, USERNAME_KEY),
        (mentor.flatten(), MENTOR_KEY),
        (cadre.flatten(), CADRE_KEY),
    ];
    for (holder, key) in holders {
        if let Some(other) = holder.filter(|holder| *holder != row.id) {
            return Err(key.duplicate(current(tx, other)?));
        }
    }
    Ok(())
}

fn grants_only(placed: Vec<PlacedGrant>) -> Vec<UserGrant> {
    placed.into_iter().map(|placed| placed.grant).collect()
}

/// What a repeated create must equal.
fn content(row: &User) -> (&str, &str, Option<Id>, Option<Id>, bool) {
    (
        &row.username,
        &row.display_name,
        row.mentor_id,
        row.cadre_id,
        row.disabled,
    )
}

fn current(conn: &mut DbConn, id: Id) -> Result<Current> {
    let seen = read(conn, id)?;
    Ok(serde_json::to_value(&seen).ok().map(Box::new))
}

/// Names of a user that their password must not lean on.
pub fn names(row: &User) -> [&str; 2] {
    [&row.username, &row.display_name]
}

/// A user made by the service itself: at setup, or by the command line.
///
/// # Errors
/// `Duplicate`, or when the database refuses.
pub fn make(
    tx: &mut DbConn,
    context: &Context,
    username: &Username,
    grants: &[(Role, Option<Id>)],
    link: (Option<Id>, Option<Id>),
    password_hash: String,
) -> Result<User> {
    let name = username.to_string();
    let row = User {
        mentor_id: link.0,
        cadre_id: link.1,
        password_hash: Some(password_hash),
        activated_at: Some(context.now),
        ..User::new(context, context.new_id(), name.clone(), name)
    };
    let grants: Vec<UserGrant> = (0..)
        .zip(grants)
        .map(|(position, (role, organization_id))| UserGrant {
            user_id: row.id,
            position,
            role: *role,
            organization_id: *organization_id,
            valid_until: None,
        })
        .collect();
    check_unique(tx, &row)?;
    store::insert(tx, std::slice::from_ref(&row))?;
    store::insert_grants(tx, &grants)?;
    record(
        tx,
        context,
        "user.created",
        &row,
        &grants,
        &["username", "grants"],
    )?;
    Ok(row)
}

/// Moves every grant at one organization to another; how many, and whose they are.
///
/// # Errors
/// When the database refuses.
pub fn move_grants(
    tx: &mut DbConn,
    context: &Context,
    from: Id,
    into: Id,
) -> Result<(u64, Vec<Id>)> {
    let holders = store::granted_at(tx, from)?;
    let mut moved = 0;
    for id in &holders {
        let Some(mut row) = store::lock(tx, *id)? else {
            continue;
        };
        let held = grants_only(store::grants_of(tx, &[*id])?);
        let mut grants: Vec<UserGrant> = Vec::with_capacity(held.len());
        for grant in held {
            let is_there = grant.organization_id == Some(from);
            moved += u64::from(is_there);
            let organization_id = if is_there {
                Some(into)
            } else {
                grant.organization_id
            };
            // Of one role at both units the grant that lasts longer remains.
            let same = grants
                .iter_mut()
                .find(|other| other.role == grant.role && other.organization_id == organization_id);
            match same {
                Some(other) => {
                    let ends = [other.valid_until, grant.valid_until];
                    other.valid_until = ends
                        .into_iter()
                        .collect::<Option<Vec<_>>>()
                        .and_then(|ends| ends.into_iter().max());
                }
                None => grants.push(UserGrant {
                    position: i32::try_from(grants.len()).unwrap_or(i32::MAX),
                    organization_id,
                    ..grant
                }),
            }
        }
        let version = row.version;
        row.version += 1;
        row.updated_at = context.now;
        store::update(tx, &row, version)?;
        store::replace_grants(tx, *id, &grants)?;
        record(tx, context, "user.updated", &row, &grants, &["grants"])?;
    }
    Ok((moved, holders))
}
