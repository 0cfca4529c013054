//! Links to what proves an entry.

use std::fmt;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::Serialize;
use utoipa::{PartialSchema, ToSchema};

use crate::error::{Error, Fault, FieldErrors, Result};
use crate::values::{Text, string_value};

/// Most links of an entry.
pub const MAX_EVIDENCE: usize = 10;
/// Longest address.
const MAX_LINK: usize = 2048;

/// An `https` address, percent-encoded, without user name and password.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HttpsLink(String);

impl HttpsLink {
    /// Reads an absolute `https` address.
    ///
    /// # Errors
    /// `too-long`, or `type` for anything else.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.len() > MAX_LINK {
            return Err(Fault::with("too-long", &[&MAX_LINK]));
        }
        let invalid = || Fault::with("type", &[&"https://…"]);
        let rest = text.strip_prefix("https://").ok_or_else(invalid)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
        let host_fits = host.bytes().any(|b| b.is_ascii_alphanumeric())
            && host.split('.').all(|label| !label.is_empty())
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        let port_fits = port.parse::<u16>().is_ok_and(|port| port > 0);
        // What would end an attribute or a line wherever the link is shown must stand percent-encoded.
        let plain = |b: u8| b.is_ascii_graphic() && !br#""'<>\^`{|}"#.contains(&b);
        if host_fits && port_fits && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(invalid())
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HttpsLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(
    HttpsLink,
    min = 9,
    max = 2048,
    pattern = Some("^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!#-&(-;=?-\\[\\]_a-z~]*)?$"),
    example = "https://files.example.org/2023/minutes.pdf",
    "An https address, percent-encoded, without user name and password."
);

/// A link to something that proves an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
pub struct Evidence {
    /// What stands there.
    pub label: Text<200>,
    /// Where it stands.
    pub href: HttpsLink,
}

/// Up to ten links.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EvidenceList(pub Vec<Evidence>);

impl EvidenceList {
    /// The form in which it is stored.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// The list as it was stored.
    ///
    /// # Errors
    /// When what is stored is no such list.
    pub fn from_json(text: &str) -> Result<Self> {
        // Most entries have none.
        if text == "[]" {
            return Ok(Self::default());
        }
        let json: serde_json::Value = serde_json::from_str(text).map_err(Error::internal)?;
        deserr::deserialize::<Self, _, FieldErrors>(json)
            .map_err(|faults| Error::internal(format!("stored evidence: {faults:?}")))
    }
}

impl Deserr<FieldErrors> for EvidenceList {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let links = Vec::<Evidence>::deserialize_from_value(value, location)?;
        if links.len() > MAX_EVIDENCE {
            let fault = Fault::with("out-of-range", &[&0, &MAX_EVIDENCE]);
            return Err(FieldErrors::one(crate::error::pointer(location), fault));
        }
        Ok(Self(links))
    }
}

impl PartialSchema for EvidenceList {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ArrayBuilder::new()
            .items(utoipa::openapi::Ref::from_schema_name("Evidence"))
            .max_items(Some(MAX_EVIDENCE))
            .description(Some("Links to what proves the entry."))
            .into()
    }
}

impl ToSchema for EvidenceList {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        schemas.push((Evidence::name().into(), Evidence::schema()));
        Evidence::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_without_credentials_are_links() {
        for good in [
            "https://files.example.org/2023/minutes.pdf",
            "https://example.org",
            "https://example.org:8443/a?b=c&d=%E5%B7%B4#e",
        ] {
            assert_eq!(HttpsLink::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "http://example.org/",
            "HTTPS://example.org/",
            "https://",
            "https:///a",
            "https://user:secret@example.org/",
            "https://example.org:0/",
            "https://example.org:99999/",
            "https://example..org/",
            "https://巴中.example/",
            "https://example.org/a b",
            "https://example.org/\"onmouseover=",
            "https://example.org/<b>",
            "https://example.org\\@evil.example/",
            "javascript:alert(1)",
            "https://example.org/\n",
        ] {
            assert_eq!(HttpsLink::parse(bad).unwrap_err().code, "type", "{bad}");
        }
        let long = format!("https://example.org/{}", "x".repeat(2048));
        assert_eq!(HttpsLink::parse(&long).unwrap_err().code, "too-long");
    }

    #[test]
    fn a_list_is_stored_and_read_again() {
        let link = |label, href| Evidence {
            label: Text::parse(label).unwrap(),
            href: HttpsLink::parse(href).unwrap(),
        };
        let list = EvidenceList(vec![
            link("会议纪要", "https://example.org/1"),
            link("照片", "https://example.org/2"),
        ]);
        assert_eq!(
            EvidenceList::from_json(&list.to_json().unwrap()).unwrap(),
            list
        );
        assert!(EvidenceList::from_json("{}").is_err());
    }
}
