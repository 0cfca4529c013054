//! The published document: what all operations share is added here, in one place, so that handlers say only their own.

mod api;
mod base;
mod examples;
mod operations;
mod problems;
mod schemas;
mod yaml;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::room::Room;
use super::routes::Routes;

pub use api::ENDPOINTS;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageOf<T> {
    /// The rows.
    #[schema(max_items = 1000)]
    pub items: Vec<T>,
    /// Where to go on; absent at the end.
    #[schema(max_length = 512, required = false, pattern = "^[A-Za-z0-9_-]+$")]
    pub next_cursor: Option<String>,
    /// How many rows there are in all; only with `count=exact`.
    #[schema(minimum = 0, required = false)]
    pub total: Option<i64>,
    /// The last sealed journal position when the page was read.
    #[schema(minimum = 0)]
    pub journal_position: i64,
}

/// The published document.
pub struct Document {
    /// As JSON, with sorted members.
    pub json: String,
    /// As YAML.
    pub yaml: String,
    /// The paths and their methods.
    pub routes: Routes,
}

impl Document {
    /// Finishes what the registration of all operations gave by what the rooms say of them.
    pub fn new(registered: utoipa::openapi::OpenApi, rooms: &[Room]) -> Self {
        let mut root = serde_json::to_value(registered).unwrap_or_default();
        schemas::tidy(&mut root);
        base::lay(&mut root, rooms);
        operations::finish(&mut root, rooms);
        schemas::close_requests(&mut root);
        examples::add(&mut root);
        schemas::drop_unused(&mut root);
        let mut json = serde_json::to_string_pretty(&root).unwrap_or_default();
        json.push('\n');
        Self {
            json,
            yaml: yaml::write(&root),
            routes: Routes::from_document(&root),
        }
    }
}

/// The members of a JSON object; none when it is something else.
fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value
        .as_object_mut()
        .into_iter()
        .flat_map(|map| map.iter_mut())
}

/// Visits a value and all it holds, the inner ones first.
fn visit(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Object(map) => map.values_mut().for_each(|inner| visit(inner, change)),
        Value::Array(items) => items.iter_mut().for_each(|inner| visit(inner, change)),
        _ => {}
    }
    change(value);
}

const SCHEMAS: &str = "#/components/schemas/";

/// The name of the schema that a reference names.
fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}
