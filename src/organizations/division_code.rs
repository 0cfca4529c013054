//! Where a unit lies, as a national code.

use std::fmt;

use crate::codes::{regions, table};
use crate::error::Fault;
use crate::values::string_value;

/// A division: six digits of GB/T 2260 (in force or retired), or nine of GB/T 10114 for a township or subdistrict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode(String);

/// The last three digits of GB/T 10114: subdistricts, towns, townships and combined units.
const TOWNSHIPS: std::ops::RangeInclusive<u16> = 1..=599;

impl DivisionCode {
    /// Reads a code.
    ///
    /// # Errors
    /// `code-unknown` for everything that is no code of the two standards.
    pub fn parse(code: &str) -> Result<Self, Fault> {
        let known = code.is_ascii()
            && match code.len() {
                6 => regions::known(code).is_some(),
                9 => is_township(code),
                _ => false,
            };
        if known {
            Ok(Self(code.to_owned()))
        } else {
            Err(Fault::with("code-unknown", &[&"GB/T 2260, GB/T 10114"]))
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a nine-digit code is one: by the table where it holds the county, else by the standard's structure.
fn is_township(code: &str) -> bool {
    let (county, number) = code.split_at(6);
    let Some(townships) = table("township") else {
        return false;
    };
    let listed = townships
        .items
        .iter()
        .any(|item| item.code.starts_with(county));
    if listed {
        return townships.get(code).is_some();
    }
    let number = number.parse().ok().filter(|n| TOWNSHIPS.contains(n));
    regions::known(county).is_some() && number.is_some()
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(
    DivisionCode,
    min = 6,
    max = 9,
    pattern = Some("^[1-9][0-9]{5}([0-5][0-9]{2})?$"),
    example = "511903102",
    "A code of GB/T 2260 (code set `region`) or GB/T 10114 (code set `township`)."
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counties_and_townships_are_known() {
        for good in [
            "511900",
            "511903",
            "511903102",
            "513701",
            "110101001",
            "110101599",
        ] {
            assert_eq!(DivisionCode::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn codes_of_neither_standard_are_unknown() {
        for bad in [
            "",
            "999999",
            "511903999",
            "110101000",
            "110101600",
            "51190310",
            "511903+02",
            "巴中市",
        ] {
            assert_eq!(
                DivisionCode::parse(bad).unwrap_err().code,
                "code-unknown",
                "{bad}"
            );
        }
    }
}
