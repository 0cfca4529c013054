//! The shape of a value that travels as a JSON string.

/// Lets a type with `fn parse(&str) -> Result<Self, Fault>` and `Display` be read from requests and written into replies.
macro_rules! travels_as_string {
    ($type:ty) => {
        impl deserr::Deserr<crate::error::FieldErrors> for $type {
            fn deserialize_from_value<V: deserr::IntoValue>(
                value: deserr::Value<V>,
                location: deserr::ValuePointerRef,
            ) -> Result<Self, crate::error::FieldErrors> {
                let text =
                    <String as deserr::Deserr<crate::error::FieldErrors>>::deserialize_from_value(
                        value, location,
                    )?;
                Self::parse(&text).map_err(|fault| {
                    crate::error::FieldErrors::one(crate::error::pointer(location), fault)
                })
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

/// Gives a type with `fn parse(&str) -> Result<Self, Fault>` and `Display` what requests, replies and the document need.
///
/// `string_value!(PartialDate, max = 10, pattern = "^…$", example = "1998-07", "description");`
macro_rules! string_value {
    ($type:ty, min = $min:expr, max = $max:expr, pattern = $pattern:expr, example = $example:expr, $description:expr) => {
        crate::values::travels_as_string!($type);

        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let pattern: Option<&str> = $pattern;
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .pattern(pattern)
                    .description(Some($description))
                    .examples([serde_json::Value::from($example)])
                    .into()
            }
        }

        impl utoipa::ToSchema for $type {}
    };
}

pub(crate) use {string_value, travels_as_string};
