//! Lists: keyset pages with opaque cursors, so that any depth costs the same.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::query::RawQuery;
use super::reply::Reply;
use crate::db::{Id, UtcTimestamp};
use crate::error::{Error, ParameterError, Result};
use crate::vault::Vault;

/// Rows in a page when nothing is said.
const DEFAULT_LIMIT: i64 = 50;
/// Most rows in a page; larger wishes are lowered.
const MAX_LIMIT: i64 = 1000;
/// The greatest integer that every JSON reader holds exactly (RFC 8259 §6); the OpenAPI document bounds integers by it.
const LARGEST_EXACT: i64 = 9_007_199_254_740_991;
/// A cursor older than this is expired, in seconds.
const CURSOR_LIFE: i64 = 24 * 3600;

/// Which part of a list, in which order and form.
#[derive(Debug, Clone, Default, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Rows in a page, 1–1000; larger values are lowered to 1000.
    #[param(default = 50, minimum = 1, required = false)]
    pub limit: i64,
    /// Where to go on: `nextCursor` of the page before. Opaque, bound to the query, good for a day.
    #[param(max_length = 512, required = false)]
    pub cursor: Option<String>,
    /// A member to sort by, with `-` for descending order; the id breaks ties.
    #[param(max_length = 64, required = false)]
    pub sort: Option<String>,
    /// Members to send, separated by commas; `id` always is.
    #[param(max_length = 1000, required = false)]
    pub fields: Option<String>,
    /// `exact` adds `total`.
    #[param(required = false, pattern = "^(none|exact)$", max_length = 5)]
    pub count: Option<String>,
    /// The query without the cursor: what a cursor is bound to.
    #[param(ignore)]
    bound_to: String,
    #[param(ignore)]
    path: String,
    #[param(ignore)]
    body: Option<super::body::BodyDigest>,
}

impl Paging {
    /// The parameters' names.
    pub const NAMES: &'static [&'static str] = &["limit", "cursor", "sort", "fields", "count"];

    /// Takes the paging parameters out of a query.
    pub fn take(raw: &mut RawQuery, path: &str) -> Self {
        let limit = raw.take("limit").map_or(DEFAULT_LIMIT, |text| {
            let parsed = text.parse::<i64>().ok();
            let parsed = parsed.filter(|limit| (1..=LARGEST_EXACT).contains(limit));
            parsed.unwrap_or_else(|| {
                raw.fault(ParameterError::new("limit", "out-of-range", &["1", "1000"]));
                DEFAULT_LIMIT
            })
        });
        let cursor = raw.take("cursor");
        let bound_to = format!("{path}?{}", raw.fingerprint());
        let sort = raw.take("sort");
        let fields = raw.take("fields");
        let count = raw.take("count");
        if count
            .as_deref()
            .is_some_and(|count| !matches!(count, "none" | "exact"))
        {
            raw.fault(ParameterError::new(
                "count",
                "parameter-invalid",
                &["none", "exact"],
            ));
        }
        Self {
            limit: limit.min(MAX_LIMIT),
            cursor,
            sort,
            fields,
            count,
            bound_to,
            path: path.to_owned(),
            body: None,
        }
    }

    /// Binds cursors to filters that stand in a body too.
    #[must_use]
    pub fn bound_to(mut self, digest: &super::body::BodyDigest) -> Self {
        self.body = Some(*digest);
        self
    }

    /// Whether `total` is wanted.
    pub fn wants_total(&self) -> bool {
        self.count.as_deref() == Some("exact")
    }

    /// Rows to ask the database for: one more than the page, to know whether there is a next.
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// The order, of the allowed ones; the first is the default.
    ///
    /// # Errors
    /// `Malformed` with the allowed names.
    pub fn sort(&self, allowed: &[&'static str]) -> Result<Sort> {
        let Some(wanted) = self.sort.as_deref() else {
            return Ok(Sort {
                member: allowed.first().copied().unwrap_or("id"),
                descending: false,
                sorted: false,
            });
        };
        let name = wanted.strip_prefix('-').unwrap_or(wanted);
        let name = name.strip_suffix(",id").unwrap_or(name);
        let member = allowed.iter().find(|member| **member == name);
        let member =
            member.ok_or_else(|| Error::parameter("sort", "parameter-invalid", allowed))?;
        Ok(Sort {
            member,
            descending: wanted.starts_with('-'),
            sorted: false,
        })
    }

    /// The place to go on from.
    ///
    /// # Errors
    /// `InvalidCursor` for a cursor of another list, query or caller; `ExpiredCursor` for one too old.
    pub fn after(
        &self,
        vault: &Vault,
        caller: Option<Id>,
        now: UtcTimestamp,
    ) -> Result<Option<After>> {
        let Some(text) = self.cursor.as_deref() else {
            return Ok(None);
        };
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| Error::InvalidCursor)?;
        let (tag, content) = bytes.split_at_checked(16).ok_or(Error::InvalidCursor)?;
        if !crate::vault::equal(tag, &self.tag(vault, caller, content)) {
            return Err(Error::InvalidCursor);
        }
        let cursor: Cursor = serde_json::from_slice(content).map_err(|_| Error::InvalidCursor)?;
        if cursor.at + CURSOR_LIFE < now.seconds() {
            return Err(Error::ExpiredCursor);
        }
        Ok(Some(After {
            key: cursor.key,
            id: cursor.id,
        }))
    }

    fn cursor(
        &self,
        vault: &Vault,
        caller: Option<Id>,
        now: UtcTimestamp,
        after: After,
    ) -> Result<String> {
        let cursor = Cursor {
            at: now.seconds(),
            key: after.key,
            id: after.id,
        };
        let content = serde_json::to_vec(&cursor).map_err(Error::internal)?;
        let mut bytes = self.tag(vault, caller, &content).to_vec();
        bytes.extend_from_slice(&content);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn tag(&self, vault: &Vault, caller: Option<Id>, content: &[u8]) -> [u8; 16] {
        let caller = caller.map(|id| id.to_string()).unwrap_or_default();
        vault.sign_cursor(
            &[
                self.bound_to.as_bytes(),
                b"\0",
                self.body.as_ref().map_or(&[], |digest| digest.as_slice()),
                b"\0",
                caller.as_bytes(),
                b"\0",
                content,
            ]
            .concat(),
        )
    }
}

/// An order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The member.
    pub member: &'static str,
    /// Largest first.
    pub descending: bool,
    /// Whether few rows are expected, so that no index may be walked in the order of the list: they are found first, and sorted.
    pub sorted: bool,
}

impl Sort {
    /// The same order for few rows, or for many.
    #[must_use]
    pub const fn of_few(self, sorted: bool) -> Self {
        Self { sorted, ..self }
    }
}

/// The last row of the page before: its sort key and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The sort key as text; empty when sorted by id.
    pub key: String,
    /// The row's id.
    pub id: Id,
}

/// What a cursor carries.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    #[serde(rename = "t")]
    at: i64,
    #[serde(rename = "k")]
    key: String,
    #[serde(rename = "i")]
    id: Id,
}

/// A page of rows as the caller may see them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows, one more than asked for when there is a next page.
    pub items: Vec<T>,
    /// The last sealed journal position when the page was read.
    pub journal_position: i64,
    /// How many rows there are in all, when asked for.
    pub total: Option<i64>,
}

/// Renders a page: cuts it to the limit, adds cursor and links, leaves out members not asked for.
///
/// `known` names every member an item may have, `key` gives an item's sort key and id.
///
/// # Errors
/// `Malformed` for unknown `fields`.
pub fn page_reply<T: Serialize>(
    page: Page<T>,
    paging: &Paging,
    context: &crate::access::Context,
    known: &[&str],
    key: impl Fn(&T) -> After,
) -> Result<Reply> {
    let Page {
        mut items,
        journal_position,
        total,
    } = page;
    let limit = usize::try_from(paging.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = match items.last().filter(|_| more) {
        Some(last) => Some(paging.cursor(
            &context.scene.vault,
            context.actor.id(),
            context.now,
            key(last),
        )?),
        None => None,
    };
    let body = Body {
        items: match paging.fields.as_deref() {
            None => Items::Whole(items),
            Some(fields) => {
                let items = serde_json::to_value(&items).map_err(Error::internal)?;
                Items::Chosen(select(items, fields, known)?)
            }
        },
        next_cursor: next.as_deref(),
        total,
        journal_position,
    };
    Ok(Reply::json(200, &body)?.with_header("link", links(paging, next.as_deref())))
}

/// A page as it is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a, T> {
    items: Items<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
    journal_position: i64,
}

/// Rows with all their members, written as they are, or with those that were asked for.
#[derive(Serialize)]
#[serde(untagged)]
enum Items<T> {
    Whole(Vec<T>),
    Chosen(Value),
}

fn select(items: Value, fields: &str, known: &[&str]) -> Result<Value> {
    let wanted: Vec<&str> = fields.split(',').map(str::trim).collect();
    if wanted.iter().any(|field| !known.contains(field)) {
        return Err(Error::parameter("fields", "parameter-invalid", known));
    }
    let Value::Array(items) = items else {
        return Ok(items);
    };
    let keep = |item: Value| match item {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(name, _)| name == "id" || wanted.contains(&name.as_str()))
                .collect(),
        ),
        other => other,
    };
    Ok(Value::Array(items.into_iter().map(keep).collect()))
}

fn links(paging: &Paging, next: Option<&str>) -> String {
    let base = if paging.bound_to.ends_with('?') {
        paging.path.clone()
    } else {
        paging.bound_to.clone()
    };
    let first = with_parameter(&base, "limit", &paging.limit.to_string());
    let here = paging.cursor.as_deref().map_or_else(
        || first.clone(),
        |cursor| with_parameter(&first, "cursor", cursor),
    );
    let mut links = format!("<{here}>; rel=\"self\", <{first}>; rel=\"first\"");
    if let Some(next) = next {
        let next = with_parameter(&first, "cursor", next);
        links.push_str(&format!(", <{next}>; rel=\"next\""));
    }
    links
}

fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{name}={value}")
}

/// Orders a boxed query by a column with the id as tiebreak, and begins it after a row.
///
/// The condition is written so that both databases seek: `column >= k AND (column > k OR id > i)`.
macro_rules! keyset {
    ($query:expr, $column:expr, $id:expr, $sort:expr, $after:expr) => {{
        use crate::db::unindexed;
        let after: Option<(_, crate::db::Id)> = $after;
        let (query, sort): (_, crate::http::Sort) = ($query, $sort);
        let query = match (after, sort.descending) {
            (None, _) => query,
            (Some((key, id)), false) => query
                .filter($column.ge(key.clone()))
                .filter($column.gt(key).or($id.gt(id))),
            (Some((key, id)), true) => query
                .filter($column.le(key.clone()))
                .filter($column.lt(key).or($id.lt(id))),
        };
        match (sort.descending, sort.sorted) {
            (false, false) => query.order(($column.asc(), $id.asc())),
            (true, false) => query.order(($column.desc(), $id.desc())),
            (false, true) => query.order((unindexed($column, $column).asc(), $id.asc())),
            (true, true) => query.order((unindexed($column, $column).desc(), $id.desc())),
        }
    }};
    ($query:expr, $id:expr, $sort:expr, $after:expr) => {{
        use crate::db::unindexed;
        let after: Option<crate::db::Id> = $after;
        let (query, sort): (_, crate::http::Sort) = ($query, $sort);
        let query = match (after, sort.descending) {
            (None, _) => query,
            (Some(id), false) => query.filter($id.gt(id)),
            (Some(id), true) => query.filter($id.lt(id)),
        };
        match (sort.descending, sort.sorted) {
            (false, false) => query.order($id.asc()),
            (true, false) => query.order($id.desc()),
            (false, true) => query.order(unindexed($id, $id).asc()),
            (true, true) => query.order(unindexed($id, $id).desc()),
        }
    }};
}

pub(crate) use keyset;
