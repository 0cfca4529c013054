//! Use cases of clients.

use super::model::{
    Client, ClientFilters, ClientResponse, CreateClient, NAME_KEY, PatchClient, Scope, normalize,
};
use super::store;
use super::store::ClientSort;
use crate::access::{ACCESS_LIFE, Claims, ClaimsSubtree, Tokens};
use crate::accounts::{revocations, users};
use crate::context::Context;
use crate::db::{DbConn, DuplicateKey, Id};
use crate::error::{Current, Error, FieldErrors, Result, TokenRefusal};
use crate::http::Patch;
use crate::journal::{self, Change};
use crate::listing::{List, Page};
use crate::organizations;
use crate::values::Text;
use crate::vault;

/// What scanners for leaked secrets know ours by.
const PREFIX: &str = "xms_";

/// The digest under which a secret is kept.
pub fn digest(secret: &str) -> Vec<u8> {
    vault::sha256(&[secret.as_bytes()]).to_vec()
}

/// A page of clients.
///
/// # Errors
/// As the store.
pub fn list(
    conn: &mut DbConn,
    filters: &ClientFilters,
    list: &List<ClientSort>,
) -> Result<Page<ClientResponse>> {
    let rows = store::page(conn, filters, list)?;
    let total = || store::total(conn, filters);
    list.page(rows, total, |(row, name, _)| {
        Ok(ClientResponse::from_row(row, name))
    })
}

/// One client.
///
/// # Errors
/// `NotFound`.
pub fn read(conn: &mut DbConn, id: Id) -> Result<ClientResponse> {
    let (row, name, _) = store::find(conn, id)?.ok_or(Error::NotFound)?;
    Ok(ClientResponse::from_row(row, name))
}

/// Makes a client; `true` when it is new, and then with its secret.
///
/// # Errors
/// `Invalid`, `Duplicate`.
pub fn create(
    tx: &mut DbConn,
    context: &Context,
    new: &CreateClient,
) -> Result<(ClientResponse, bool)> {
    let id = new.id.unwrap_or_else(|| context.new_id());
    let blank = Client {
        id,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        created_by: context.actor.id(),
        name: String::new(),
        scopes: String::new(),
        organization_id: id,
        source: None,
        secret_digest: None,
        disabled: false,
    };
    let mut row = draft(tx, context, &blank, &PatchClient::from(new), true)?;
    if let Some((known, name, _)) = store::find(tx, id)? {
        let same = content(&known) == content(&row) && !known.disabled;
        if same && journal::created_by_caller(context, known.created_by) {
            return Ok((ClientResponse::from_row(known, name), false));
        }
        return Err(Error::Duplicate(DuplicateKey::ID, current(known, name)));
    }
    // Journal, keys of repetition and ended tokens name an account by its id alone.
    if users::store::find(tx, id)?.is_some() {
        return Err(Error::field("/id", "not-unique"));
    }
    check_name(tx, &row)?;
    let secret = issue_secret(&mut row);
    store::insert(tx, &row)?;
    let members = ["name", "scopes", "organizationId", "source"];
    record(tx, context, "client.created", &row, &members)?;
    Ok((read(tx, id)?.with(secret), true))
}

/// Changes a client by merge patch; its tokens end.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `Invalid`, `Duplicate`.
pub fn patch(
    tx: &mut DbConn,
    context: &Context,
    id: Id,
    input: &PatchClient,
) -> Result<ClientResponse> {
    let (former, name, _) = store::lock(tx, id)?.ok_or(Error::NotFound)?;
    context.require_match(former.version, || Ok(current(former.clone(), name.clone())))?;
    let mut row = draft(tx, context, &former, input, false)?;
    let changed: Vec<&str> = [
        ("name", row.name != former.name),
        ("scopes", row.scopes != former.scopes),
        (
            "organizationId",
            row.organization_id != former.organization_id,
        ),
        ("source", row.source != former.source),
        ("disabled", row.disabled != former.disabled),
    ]
    .into_iter()
    .filter_map(|(member, differs)| differs.then_some(member))
    .collect();
    if changed.is_empty() {
        return Ok(ClientResponse::from_row(former, name));
    }
    check_name(tx, &row)?;
    row.version += 1;
    row.updated_at = context.now;
    store::update(tx, &row, former.version)?;
    revocations::end_tokens(tx, context, &[id])?;
    record(tx, context, "client.updated", &row, &changed)?;
    read(tx, id)
}

/// Removes a client that never did anything.
///
/// # Errors
/// `PreconditionRequired`, `StaleVersion`, `InUse`.
pub fn delete(tx: &mut DbConn, context: &Context, id: Id) -> Result<()> {
    let (mut row, name, _) = store::lock(tx, id)?.ok_or(Error::NotFound)?;
    context.require_match(row.version, || Ok(current(row.clone(), name)))?;
    if journal::has_acted(tx, id)? {
        return Err(Error::InUse);
    }
    store::delete(tx, id)?;
    revocations::end_tokens(tx, context, &[id])?;
    row.version += 1;
    record(tx, context, "client.deleted", &row, &[])
}

/// Gives a client another secret; the one before is void, and its tokens end.
///
/// # Errors
/// `NotFound`, `StaleVersion`.
pub fn rotate_secret(tx: &mut DbConn, context: &Context, id: Id) -> Result<ClientResponse> {
    let (mut row, name, _) = store::lock(tx, id)?.ok_or(Error::NotFound)?;
    context.check_match(row.version, || Ok(current(row.clone(), name)))?;
    let version = row.version;
    let secret = issue_secret(&mut row);
    row.version += 1;
    row.updated_at = context.now;
    store::update(tx, &row, version)?;
    revocations::end_tokens(tx, context, &[id])?;
    record(tx, context, "client.secret-rotated", &row, &["secret"])?;
    Ok(read(tx, id)?.with(secret))
}

/// Moves every client at one organization to another.
///
/// # Errors
/// When the database refuses.
pub fn move_all(tx: &mut DbConn, context: &Context, from: Id, into: Id) -> Result<Vec<Id>> {
    let ids: Vec<Id> = store::placed_at(tx, &[from])?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    for id in &ids {
        let Some((mut row, ..)) = store::lock(tx, *id)? else {
            continue;
        };
        let version = row.version;
        row.organization_id = into;
        row.version += 1;
        row.updated_at = context.now;
        store::update(tx, &row, version)?;
        record(tx, context, "client.updated", &row, &["organizationId"])?;
    }
    Ok(ids)
}

/// The claims of a client that shows its secret; `scope` names some of its scopes, or all when nothing is said.
///
/// # Errors
/// `TokenRequest` with `invalid_client` or `invalid_scope`.
pub fn authenticate(
    conn: &mut DbConn,
    context: &Context,
    tokens: &Tokens,
    (id, secret): (Id, &str),
    scope: Option<&str>,
) -> Result<Claims> {
    let epoch = revocations::epoch(conn, id)?;
    let found = store::find(conn, id)?;
    let sent = digest(secret);
    let nobody = vec![0; sent.len()];
    let kept = found
        .as_ref()
        .and_then(|(row, ..)| row.secret_digest.as_ref());
    let is_right = vault::equal(kept.unwrap_or(&nobody), &sent);
    let (row, _, path) = found
        .filter(|(row, ..)| is_right && !row.disabled)
        .ok_or(Error::TokenRequest(TokenRefusal::InvalidClient))?;
    let granted = grant(&row, scope).ok_or(Error::TokenRequest(TokenRefusal::InvalidScope))?;
    let now = context.now.seconds();
    Ok(Claims {
        iss: tokens.issuer().to_owned(),
        aud: tokens.audience().to_owned(),
        sub: row.id,
        client_id: row.id.to_string(),
        iat: now,
        exp: now + ACCESS_LIFE,
        nbf: None,
        jti: context.new_id(),
        epoch: epoch.0,
        sid: None,
        scope: Some(granted),
        source: row.source,
        grants: Vec::new(),
        subtree: Some(ClaimsSubtree {
            organization_id: row.organization_id,
            path,
        }),
        mentor: None,
        mentor_until: None,
        cadre: None,
    })
}

fn grant(row: &Client, asked: Option<&str>) -> Option<String> {
    let held = row.scopes();
    let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else {
        return Some(row.scopes.clone());
    };
    let asked: Option<Vec<Scope>> = asked
        .split_ascii_whitespace()
        .map(|word| Scope::parse(word).filter(|scope| held.contains(scope)))
        .collect();
    normalize(&asked?).ok()
}

fn draft(
    tx: &mut DbConn,
    context: &Context,
    former: &Client,
    input: &PatchClient,
    is_new: bool,
) -> Result<Client> {
    let mut errors = FieldErrors::default();
    let mut row = former.clone();
    let name = input.name.clone().map(Text::into_string);
    row.name = name.require(row.name, "/name", &mut errors);
    match &input.scopes {
        Patch::Absent => {}
        Patch::Null => errors.push("/scopes", crate::error::Fault::new("required")),
        Patch::Value(scopes) => match normalize(scopes) {
            Ok(scopes) => row.scopes = scopes,
            Err(Error::Invalid(faults)) => errors.extend(faults),
            Err(error) => return Err(error),
        },
    }
    let naming = input.naming();
    if is_new || !naming.is_absent() {
        let reach = &context.reach;
        let found = organizations::resolve(tx, naming, "organization", reach, &mut errors)?;
        row.organization_id = found.map_or(row.organization_id, |unit| unit.id);
    }
    let source = input.source.clone().map(|source| source.to_string());
    row.source = source.apply(row.source);
    let disabled = input.disabled.clone();
    row.disabled = disabled.require(row.disabled, "/disabled", &mut errors);
    errors.into_result()?;
    Ok(row)
}

fn check_name(tx: &mut DbConn, row: &Client) -> Result<()> {
    let holder = store::find_by_name(tx, &row.name)?;
    match holder.filter(|holder| *holder != row.id) {
        Some(other) => {
            let seen = read(tx, other)?;
            let current = serde_json::to_value(&seen).ok().map(Box::new);
            Err(NAME_KEY.duplicate(current))
        }
        None => Ok(()),
    }
}

fn issue_secret(row: &mut Client) -> String {
    let secret = format!("{PREFIX}{}", vault::random_token());
    row.secret_digest = Some(digest(&secret));
    secret
}

/// What a repeated create must equal.
fn content(row: &Client) -> (&str, &str, Id, Option<&str>) {
    let source = row.source.as_deref();
    (&row.name, &row.scopes, row.organization_id, source)
}

fn current(row: Client, name: String) -> Current {
    let seen = ClientResponse::from_row(row, name);
    serde_json::to_value(&seen).ok().map(Box::new)
}

/// The journal's row of a change.
///
/// # Errors
/// When the database refuses.
pub fn record(
    tx: &mut DbConn,
    context: &Context,
    action: &'static str,
    row: &Client,
    changed: &[&str],
) -> Result<()> {
    let change = Change {
        changed_fields: changed,
        organization_id: Some(row.organization_id),
        ..Change::new(action, "client", row.id, row.version)
    };
    journal::record(tx, context, &change)
}
