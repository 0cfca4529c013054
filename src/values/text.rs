//! Free text with a bound.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::error::{Fault, FieldErrors};

/// Text of 1 to `MAX` code points, in NFC, without control characters other than line breaks and tabs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Reads text as people write it: outer blanks are dropped.
    ///
    /// # Errors
    /// `required` when nothing is left, `too-long` over the bound, `text-invalid` with control or direction-changing characters.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        // As it was sent, which is what the document bounds, and as it is kept.
        let is_long = |text: &str| text.chars().count() > MAX;
        let as_sent = text;
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return Err(Fault::new("required"));
        }
        if is_long(as_sent) || is_long(&text) {
            return Err(Fault::with("too-long", &[&MAX]));
        }
        if text.chars().any(is_unprintable) {
            return Err(Fault::new("text-invalid"));
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// What [`Text`] takes, for the document: something beside blanks, and nothing unprintable.
const PATTERN: &str = concat!(
    r"^[ \t\r\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*",
    r"[^ \t\r\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    r"\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]",
    r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]*$",
);

/// Control characters (NUL among them, which PostgreSQL refuses) and characters that change the reading direction.
fn is_unprintable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}')
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> deserr::Deserr<FieldErrors> for Text<MAX> {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: deserr::Value<V>,
        location: deserr::ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let text =
            <String as deserr::Deserr<FieldErrors>>::deserialize_from_value(value, location)?;
        Self::parse(&text).map_err(|fault| FieldErrors::one(crate::error::pointer(location), fault))
    }
}

impl<const MAX: usize> serde::Serialize for Text<MAX> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<const MAX: usize> utoipa::PartialSchema for Text<MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .pattern(Some(PATTERN))
            .into()
    }
}

impl<const MAX: usize> utoipa::ToSchema for Text<MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Text{MAX}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_composed_and_bounded() {
        assert_eq!(Text::<6>::parse("  e\u{301}a ").unwrap().as_str(), "éa");
        // The document bounds what is sent, blanks and all.
        assert_eq!(Text::<5>::parse("12345 ").unwrap_err().code, "too-long");
        assert_eq!(Text::<2>::parse("三个字").unwrap_err().code, "too-long");
        assert_eq!(Text::<5>::parse("a\0b").unwrap_err().code, "text-invalid");
        assert_eq!(
            Text::<5>::parse("a\u{202E}b").unwrap_err().code,
            "text-invalid"
        );
        assert_eq!(Text::<5>::parse("   ").unwrap_err().code, "required");
    }
}
