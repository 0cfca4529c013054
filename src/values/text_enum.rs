//! Closed sets of words: one declaration gives the wire form, the column form and the schema.

/// Declares an enum whose members travel and are stored as UPPER_SNAKE words.
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        $vis enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl $name {
            /// Every member, in the order of declaration.
            $vis const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// Every word, in the order of declaration.
            $vis const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The member's word.
            $vis const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads a word; anything else is `code-unknown`.
            $vis fn parse(word: &str) -> Result<Self, crate::error::Fault> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(crate::error::Fault::with("code-unknown", &[&Self::WORDS.join(", ")])),
                }
            }
        }

        impl crate::values::Filled for $name {
            fn is_filled(&self) -> bool {
                true
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&word).map_err(|_| serde::de::Error::unknown_variant(&word, Self::WORDS))
            }
        }

        impl deserr::Deserr<crate::error::FieldErrors> for $name {
            fn deserialize_from_value<V: deserr::IntoValue>(
                value: deserr::Value<V>,
                location: deserr::ValuePointerRef,
            ) -> Result<Self, crate::error::FieldErrors> {
                let word = <String as deserr::Deserr<crate::error::FieldErrors>>::deserialize_from_value(value, location)?;
                Self::parse(&word)
                    .map_err(|fault| crate::error::FieldErrors::one(crate::error::pointer(location), fault))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(Self::WORDS.iter().copied()))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl crate::values::Word for $name {
            fn read(word: &str) -> Result<Self, crate::error::Fault> {
                Self::parse(word)
            }

            fn words() -> &'static [&'static str] {
                Self::WORDS
            }
        }

        crate::db::text_column!($name);
    };
}

pub(crate) use text_enum;

/// A closed set of words, as query parameters read it.
pub trait Word: Sized {
    /// Reads a word.
    ///
    /// # Errors
    /// `code-unknown`.
    fn read(word: &str) -> Result<Self, crate::error::Fault>;
    /// Every word, for the document.
    fn words() -> &'static [&'static str];
}
