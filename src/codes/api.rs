//! `GET /v1/code-sets` and `GET /v1/code-sets/{name}`: public, the same for everyone.

use actix_web::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deserr::Deserr;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::table::{CodeItem, CodeTable, names, table};
use crate::error::{Error, FieldErrors, Result};
use crate::http::{Endpoints, Operation, PathName, QueryOf, Reply, Whole};
use crate::values::Text;

/// The endpoints: what each asks for, and the statements it may run.
pub const ENDPOINTS: Endpoints = Endpoints {
    mount: |config| {
        config.service(list_code_sets).service(get_code_set);
    },
    operations: &[
        Operation::open("list_code_sets", 0),
        Operation::open("get_code_set", 0),
    ],
};

/// Codes in a page of a large set when nothing is said; small sets are sent whole.
const DEFAULT_LIMIT: usize = 50;
/// Most codes in a page; larger wishes are lowered.
const MAX_LIMIT: usize = 1000;
/// How long caches may keep a set without asking, in seconds.
const CACHE_LIFE: &str = "public, max-age=3600";

/// A code set and its size.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSetSummary {
    /// The set's name.
    #[schema(min_length = 1, max_length = 64, example = "ethnicity")]
    name: &'static str,
    /// How many codes it has.
    #[schema(minimum = 1, maximum = 100_000)]
    count: usize,
}

/// Every code set.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSets {
    /// The sets.
    #[schema(max_items = 200)]
    items: Vec<CodeSetSummary>,
}

/// A code with its names; some sets have further members.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Code {
    /// The code, as other operations take it.
    #[schema(min_length = 1, max_length = 64, example = "01")]
    code: &'static str,
    /// Its Chinese name.
    #[schema(max_length = 200, example = "汉族")]
    name_zh: &'static str,
    /// Its English name; null where there is none.
    #[schema(max_length = 200, example = "Han")]
    name_en: Option<&'static str>,
    /// Further columns of the set, each a text or null.
    #[serde(flatten)]
    #[schema(additional_properties)]
    extra: Map<String, Value>,
}

/// The codes of a set.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CodeSet)]
pub struct CodeSetPage {
    /// The codes, in the set's own order.
    #[schema(max_items = 1000)]
    items: Vec<Code>,
    /// Where to go on; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 512, required = false)]
    next_cursor: Option<String>,
}

/// Which part of a code set.
#[derive(Debug, Default, Deserr, IntoParams)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct CodeSetQuery {
    /// Codes in a page; larger values are lowered to 1000. The regions come 50 at a time unless said otherwise, other sets
    /// whole.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Option<Whole<1, { i32::MAX }>>,
    /// Where to go on: `nextCursor` of the page before.
    #[deserr(default)]
    #[param(required = false, inline)]
    cursor: Option<Text<512>>,
}

/// List code sets
///
/// The names of all code sets, the national ones and the programme's own. Needs no sign-in.
#[utoipa::path(
    tag = "code-sets",
    responses((status = 200, description = "Every code set.", body = CodeSets)),
)]
#[get("/code-sets")]
pub async fn list_code_sets() -> Result<Reply> {
    let summary = |table: &CodeTable| CodeSetSummary {
        name: table.name,
        count: table.items.len(),
    };
    let items = names().iter().filter_map(|name| table(name));
    public(&CodeSets {
        items: items.map(summary).collect(),
    })
}

/// Get a code set
///
/// Its codes with their names. The sets of regions come in pages. Needs no sign-in.
#[utoipa::path(
    tag = "code-sets",
    params(
        ("name" = String, Path, description = "The set's name.", min_length = 1, max_length = 64, pattern = "^[a-z0-9-]+$", example = "kinship"),
        CodeSetQuery,
    ),
    responses((status = 200, description = "The set, or a page of it.", body = CodeSetPage)),
)]
#[get("/code-sets/{name}")]
pub async fn get_code_set(name: PathName, query: QueryOf<CodeSetQuery>) -> Result<Reply> {
    let set = table(&name.0).ok_or(Error::NotFound)?;
    let QueryOf(CodeSetQuery { limit, cursor }) = query;
    let default = if set.items.len() > MAX_LIMIT {
        DEFAULT_LIMIT
    } else {
        MAX_LIMIT
    };
    let limit = limit.and_then(|limit| usize::try_from(limit.0).ok());
    let limit = limit.unwrap_or(default).min(MAX_LIMIT);
    let start = cursor
        .map(|cursor| place_of(set, cursor.as_str()).ok_or(Error::InvalidCursor))
        .transpose()?
        .unwrap_or_default();
    let rest = set.items.get(start..).unwrap_or_default();
    let next = start + limit;
    public(&CodeSetPage {
        items: rest
            .iter()
            .take(limit)
            .map(|item| code(set, item))
            .collect(),
        next_cursor: (rest.len() > limit).then(|| cursor_at(set, next)),
    })
}

fn public<T: Serialize>(value: &T) -> Result<Reply> {
    Ok(Reply::composed(value)?
        .with_header("cache-control", CACHE_LIFE)
        .with_header("access-control-allow-origin", "*"))
}

fn code(set: &'static CodeTable, item: &'static CodeItem) -> Code {
    let extra = set.columns.iter().zip(&item.extra).map(|(column, value)| {
        let value = match value.as_str() {
            "" => Value::Null,
            text => text.into(),
        };
        (lower_camel(column), value)
    });
    Code {
        code: &item.code,
        name_zh: &item.name_zh,
        name_en: Some(item.name_en.as_str()).filter(|name| !name.is_empty()),
        extra: extra.collect(),
    }
}

fn lower_camel(column: &str) -> String {
    let mut parts = column.split('_');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (first, rest) = part.split_at_checked(1).unwrap_or((part, ""));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

/// Sets are the same for everyone and change only with the program, so a cursor needs no secret: set and place.
fn cursor_at(set: &CodeTable, place: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{place}", set.name))
}

fn place_of(set: &CodeTable, cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (name, place) = text.split_once(':')?;
    let place = place.parse().ok()?;
    (name == set.name && place < set.items.len()).then_some(place)
}
