//! Changes to ids of other systems, as a merge patch (RFC 7396) writes them.

use std::collections::BTreeMap;

use deserr::{Deserr, IntoValue, Map, Value, ValuePointerRef};

use super::{ExternalId, ExternalIds, MAX_SOURCES, Source};
use crate::error::{Fault, FieldErrors};

/// Ids by source: those sent are set, null ones are cleared, others stay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalIdChanges(BTreeMap<Source, Option<ExternalId>>);

impl ExternalIdChanges {
    /// Sets one more id.
    #[must_use]
    pub fn with(mut self, source: Source, id: ExternalId) -> Self {
        self.0.insert(source, Some(id));
        self
    }

    /// The ids after the changes; more than a resource may have are noted at `pointer`.
    pub fn apply(
        &self,
        present: &ExternalIds,
        pointer: &str,
        errors: &mut FieldErrors,
    ) -> ExternalIds {
        let mut ids = present.clone();
        for (source, id) in &self.0 {
            match id {
                Some(id) => ids.0.insert(source.clone(), id.clone()),
                None => ids.0.remove(source),
            };
        }
        if ids.0.len() > MAX_SOURCES {
            errors.push(pointer, Fault::with("out-of-range", &[&0, &MAX_SOURCES]));
        }
        ids
    }
}

impl From<ExternalIds> for ExternalIdChanges {
    fn from(ids: ExternalIds) -> Self {
        Self(
            ids.0
                .into_iter()
                .map(|(source, id)| (source, Some(id)))
                .collect(),
        )
    }
}

impl Deserr<FieldErrors> for ExternalIdChanges {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let pointer = crate::error::pointer(location);
        let Value::Map(members) = value else {
            return Err(FieldErrors::one(pointer, Fault::with("type", &[&"object"])));
        };
        let mut errors = FieldErrors::default();
        let mut changes = BTreeMap::new();
        if members.len() > 2 * MAX_SOURCES {
            errors.push(
                pointer,
                Fault::with("out-of-range", &[&0, &(2 * MAX_SOURCES)]),
            );
        }
        for (source, id) in members.into_iter() {
            let place = location.push_key(&source);
            let source = errors.collect(&crate::error::pointer(place), Source::parse(&source));
            match Option::<ExternalId>::deserialize_from_value(id.into_value(), place) {
                Ok(id) => changes.extend(source.map(|source| (source, id))),
                Err(FieldErrors(faults)) => errors.0.extend(faults),
            }
        }
        if errors.0.is_empty() {
            Ok(Self(changes))
        } else {
            Err(errors)
        }
    }
}

impl utoipa::PartialSchema for ExternalIdChanges {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let id = utoipa::openapi::schema::OneOfBuilder::new()
            .item(
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::Null),
            )
            .item(ExternalId::schema());
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Object)
            .property_names(Some(Source::schema()))
            .additional_properties(Some(utoipa::openapi::RefOr::T(
                utoipa::openapi::Schema::OneOf(id.build()),
            )))
            .max_properties(Some(2 * MAX_SOURCES))
            .description(Some(
                "Ids in other systems, by source: those sent are set, null ones cleared, others stay.",
            ))
            .examples([serde_json::json!({ "hr-portal": "C-000371", "former-system": null })])
            .into()
    }
}

impl utoipa::ToSchema for ExternalIdChanges {}
