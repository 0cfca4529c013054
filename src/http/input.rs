//! What inputs share: members that the service sets are refused as read-only, and PATCH takes of an input what it can change.

use std::borrow::Cow;

use deserr::{Deserr, IntoValue, Map, Value, ValuePointerRef};
use serde_json::Value as Json;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::error::{Fault, FieldErrors, pointer};
use crate::values::PerType;

/// The names of a type's members, as its schema has them.
pub fn members<Item: ToSchema + 'static>() -> &'static [String] {
    static MEMBERS: PerType<Vec<String>> = PerType::new();
    MEMBERS.get::<Item>(|| members_of(Item::schema()))
}

fn members_of(schema: RefOr<Schema>) -> Vec<String> {
    match schema {
        RefOr::T(Schema::Object(object)) => object.properties.into_keys().collect(),
        RefOr::T(Schema::AllOf(parts)) => parts.items.into_iter().flat_map(members_of).collect(),
        _ => Vec::new(),
    }
}

/// Refuses a member that an input does not have: as `read-only` where replies show it and no caller ever sets it, not even in a new
/// resource, and as unknown otherwise. For `#[deserr(deny_unknown_fields = read_only::<CadreResponse, CreateCadre>)]`.
pub fn read_only<Response: ToSchema + 'static, Create: ToSchema + 'static>(
    key: &str,
    _accepted: &[&str],
    location: ValuePointerRef,
) -> FieldErrors {
    let has = |members: &[String]| members.iter().any(|member| member == key);
    let is_set_by_service = has(members::<Response>()) && !has(members::<Create>());
    let code = if is_set_by_service {
        "read-only"
    } else {
        "unknown-member"
    };
    FieldErrors::one(pointer(location.push_key(key)), Fault::new(code))
}

/// An input, named `PutX` in the document, that PATCH takes too.
pub trait Patchable {
    /// The members that PATCH refuses as `read-only`: PUT or a verb changes them.
    const NOT_PATCHED: &'static [&'static str];
}

/// A merge patch of an input: it has the members that PATCH changes, and is `PatchX` in the document.
#[derive(Debug, Clone)]
pub struct PatchOf<T>(pub T);

impl<T: Patchable + Deserr<FieldErrors>> Deserr<FieldErrors> for PatchOf<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let Value::Map(mut map) = value else {
            return T::deserialize_from_value(value, location).map(Self);
        };
        let mut errors = FieldErrors::default();
        for key in T::NOT_PATCHED {
            if map.remove(key).is_some() {
                errors.push(pointer(location.push_key(key)), Fault::new("read-only"));
            }
        }
        match T::deserialize_from_value(Value::<V>::Map(map), location) {
            Ok(input) if errors.is_empty() => Ok(Self(input)),
            Ok(_) => Err(errors),
            Err(others) => {
                errors.extend(others);
                Err(errors)
            }
        }
    }
}

impl<T: Patchable + ToSchema> PartialSchema for PatchOf<T> {
    fn schema() -> RefOr<Schema> {
        let mut schema = T::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            for member in T::NOT_PATCHED {
                object.properties.remove(*member);
            }
            if let Some(Json::Object(example)) = &mut object.example {
                example.retain(|member, _| !T::NOT_PATCHED.contains(&member.as_str()));
            }
        }
        schema
    }
}

impl<T: Patchable + ToSchema> ToSchema for PatchOf<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(T::name().replacen("Put", "Patch", 1))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
