//! A mobile phone number of mainland China.

use std::fmt;

use crate::error::Fault;

/// A phone number of 11 digits.
///
/// What it shows of itself, to `Debug`, `Display` and JSON alike, is its mask; [`as_str`](Self::as_str) is the one way to the number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads 11 digits; a leading `+86` and single blanks or hyphens between digits are dropped.
    ///
    /// # Errors
    /// `masked-value` with an asterisk, `text-invalid` for anything else that is no such number.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.contains('*') {
            return Err(Fault::new("masked-value"));
        }
        let invalid = || Fault::new("text-invalid");
        let mut digits = String::with_capacity(11);
        let mut gap = true;
        let national = match text.strip_prefix("+86") {
            Some(rest) => rest.strip_prefix([' ', '-']).unwrap_or(rest),
            None => text,
        };
        for c in national.chars() {
            match c {
                '0'..='9' => {
                    digits.push(c);
                    gap = false;
                }
                ' ' | '-' if !gap => gap = true,
                _ => return Err(invalid()),
            }
        }
        if gap || digits.len() != 11 {
            Err(invalid())
        } else {
            Ok(Self(digits))
        }
    }

    /// Reads a spreadsheet cell: full-width characters count as their half-width ones, all blanks and hyphens are dropped.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_cell(text: &str) -> Result<Self, Fault> {
        let mut digits = super::cell::compact(text);
        digits.retain(|c| !matches!(c, '-' | '\u{2010}'..='\u{2015}'));
        Self::parse(&digits)
    }

    /// The whole number, for sealing and a permitted reveal.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What others see: the first three and the last four digits.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

super::string_value!(
    PhoneNumber,
    min = 11,
    max = 25,
    pattern = Some("^(\\+86[ -]?)?[0-9]([ -]?[0-9]){10}$"),
    example = "10015499830",
    "Mobile phone number of 11 digits; `+86`, single blanks and hyphens are dropped."
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_grouped() {
        for text in [
            "10015499830",
            "100 1549 9830",
            "100-1549-9830",
            "+8610015499830",
            "+86 100-1549-9830",
        ] {
            assert_eq!(
                PhoneNumber::parse(text).unwrap().as_str(),
                "10015499830",
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "1001549983",
            "100154998300",
            "1001549983x",
            "100--15499830",
            "10015499830-",
            " 10015499830",
            "1００15499830",
        ] {
            assert_eq!(
                PhoneNumber::parse(text).unwrap_err().code,
                "text-invalid",
                "{text}"
            );
        }
    }

    #[test]
    fn a_cell_may_hold_blanks_hyphens_and_full_width_digits() {
        for text in ["　１００１５４９９８３０ ", "+86 - 100 — 1549  9830"] {
            assert_eq!(
                PhoneNumber::parse_cell(text).unwrap().as_str(),
                "10015499830",
                "{text}"
            );
        }
    }

    #[test]
    fn a_mask_is_not_taken_for_a_number() {
        let phone = PhoneNumber::parse("10015499830").unwrap();
        assert_eq!(phone.masked(), "100****9830");
        assert_eq!(
            PhoneNumber::parse(&phone.masked()).unwrap_err().code,
            "masked-value"
        );
    }

    #[test]
    fn nothing_but_as_str_shows_the_number() {
        let phone = PhoneNumber::parse("10015499830").unwrap();
        assert!(!format!("{phone:?}").contains("1549"));
        assert_eq!(serde_json::to_value(&phone).unwrap(), "100****9830");
    }

    proptest! {
        #[test]
        fn what_the_pattern_allows_is_read(text in "(\\+86[ -]?)?[0-9]([ -]?[0-9]){10}") {
            prop_assert!(PhoneNumber::parse(&text).is_ok());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}") {
            let _ = (PhoneNumber::parse(&text), PhoneNumber::parse_cell(&text));
        }
    }
}
