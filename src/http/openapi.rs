//! The base of the OpenAPI document, and what is added to every operation in one place.

use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageOf<T> {
    /// The rows.
    #[schema(max_items = 1000)]
    pub items: Vec<T>,
    /// Where to go on; absent at the end.
    #[schema(max_length = 512, required = false)]
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
}

impl Document {
    /// Finishes what the registration of all operations gave.
    pub fn of(registered: utoipa::openapi::OpenApi) -> Self {
        let value = serde_json::to_value(registered).unwrap_or_default();
        let mut json = serde_json::to_string_pretty(&value).unwrap_or_default();
        json.push('\n');
        Self { json }
    }
}
