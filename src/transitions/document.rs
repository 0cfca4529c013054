//! What the document says of verbs.

use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Type};

use super::Resource;

/// The schema of `allowedActions`: operationIds, of which the table names those that there are. The list grows with the API, so it
/// is an open one; for `#[schema(schema_with = allowed_actions::<Cadre>)]`.
pub fn allowed_actions<R: Resource>() -> Array {
    let mut verbs: Vec<&str> = Vec::new();
    for transition in R::TRANSITIONS {
        if !verbs.contains(&transition.verb) {
            verbs.push(transition.verb);
        }
    }
    let most = verbs.len();
    let known = Extensions::builder().add("x-extensible-enum", verbs);
    let verb = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(64))
        .extensions(Some(known.build()));
    ArrayBuilder::new()
        .items(verb)
        .max_items(Some(most))
        .description(Some("What this caller may do now, by operationId."))
        .build()
}
