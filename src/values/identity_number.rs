//! The citizen identity number of GB 11643-1999.

use std::fmt;

use super::{Date, PartialDate};
use crate::error::Fault;

/// A citizen identity number of 18 characters whose birth date exists and whose check character is right.
///
/// What it shows of itself, to `Debug`, `Display` and JSON alike, is its mask; [`as_str`](Self::as_str) is the one way to the number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber {
    number: String,
    born: Date,
}

/// The weights of ISO 7064 MOD 11-2 over the first 17 digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder.
const CHECKS: [u8; 11] = *b"10X98765432";

impl IdentityNumber {
    /// Reads a number; a final `x` becomes `X`.
    ///
    /// # Errors
    /// `masked-value` with an asterisk, `identity-number-format` unless it is 17 digits and a digit or X around a day that
    /// exists, `identity-number-checksum` when the check character is another.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.contains('*') {
            return Err(Fault::new("masked-value"));
        }
        let bytes = text.as_bytes();
        let well_formed = bytes.len() == 18
            && bytes[..17].iter().all(u8::is_ascii_digit)
            && matches!(bytes[17], b'0'..=b'9' | b'X' | b'x');
        if !well_formed {
            return Err(Fault::new("identity-number-format"));
        }
        let born = PartialDate::parse_cell(&text[6..14])
            .ok()
            .and_then(|date| date.as_day());
        let born = born.ok_or_else(|| Fault::new("identity-number-format"))?;
        let sum: u32 = WEIGHTS
            .iter()
            .zip(bytes)
            .map(|(weight, digit)| weight * u32::from(digit - b'0'))
            .sum();
        if bytes[17].to_ascii_uppercase() != CHECKS[sum as usize % CHECKS.len()] {
            return Err(Fault::new("identity-number-checksum"));
        }
        Ok(Self {
            number: text.to_ascii_uppercase(),
            born,
        })
    }

    /// Reads a spreadsheet cell: full-width characters count as their half-width ones, blanks are dropped.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_cell(text: &str) -> Result<Self, Fault> {
        Self::parse(&super::cell::compact(text))
    }

    /// The whole number, for sealing, digesting and a permitted reveal.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The date of birth inside the number.
    pub fn birth_date(&self) -> Date {
        self.born
    }

    /// The sex inside the number, as a code of GB/T 2261.1: `1` male, `2` female.
    pub fn sex(&self) -> &'static str {
        if self.number.as_bytes()[16] % 2 == 1 {
            "1"
        } else {
            "2"
        }
    }

    /// Whether the number and a sex can be of one person; a sex that says nothing agrees with every number.
    pub fn agrees_with_sex(&self, sex: &str) -> bool {
        !matches!(sex, "1" | "2") || sex == self.sex()
    }

    /// Whether the number and a date of birth can be of one person.
    pub fn agrees_with_birth(&self, birth: &PartialDate) -> bool {
        birth.contains(self.birth_date())
    }

    /// The six digits of the place of first issue; says nothing of where the person is from.
    pub fn region(&self) -> &str {
        &self.number[..6]
    }

    /// What others see: the first four and the last two characters.
    pub fn masked(&self) -> String {
        format!("{}************{}", &self.number[..4], &self.number[16..])
    }
}

impl fmt::Display for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityNumber(…)")
    }
}

super::string_value!(
    IdentityNumber,
    min = 18,
    max = 18,
    pattern = Some("^[0-9]{17}[0-9Xx]$"),
    example = "990001199803150026",
    "Citizen identity number, GB 11643-1999: 18 characters with a right check character."
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The number with these 17 digits.
    fn complete(digits: &str) -> String {
        let sum: u32 = WEIGHTS
            .iter()
            .zip(digits.bytes())
            .map(|(weight, digit)| weight * u32::from(digit - b'0'))
            .sum();
        format!("{digits}{}", char::from(CHECKS[sum as usize % 11]))
    }

    fn fault(text: &str) -> &'static str {
        IdentityNumber::parse(text).unwrap_err().code
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        let number = IdentityNumber::parse("11010519491231002x").unwrap();
        assert_eq!(number.as_str(), "11010519491231002X");
        assert_eq!(number.birth_date().to_string(), "1949-12-31");
        assert_eq!(number.sex(), "2");
        assert_eq!(number.region(), "110105");
    }

    #[test]
    fn a_wrong_check_character_is_told_from_a_wrong_form() {
        assert_eq!(fault("990001199803150017"), "identity-number-checksum");
        assert_eq!(fault("99O001199712065870"), "identity-number-format");
        assert_eq!(fault("990001970826857"), "identity-number-format");
        assert_eq!(fault(""), "identity-number-format");
        assert_eq!(fault("９９０００１"), "identity-number-format");
    }

    #[test]
    fn an_impossible_birth_date_is_a_wrong_form() {
        assert_eq!(
            fault(&complete("99000119980230001")),
            "identity-number-format"
        );
        assert_eq!(
            fault(&complete("99000118991231001")),
            "identity-number-format"
        );
    }

    #[test]
    fn a_mask_is_not_taken_for_a_number() {
        let number = IdentityNumber::parse("990001199803150018").unwrap();
        assert_eq!(number.masked(), "9900************18");
        assert_eq!(fault(&number.masked()), "masked-value");
    }

    #[test]
    fn a_number_agrees_with_the_sex_and_birth_inside_it() {
        let number = IdentityNumber::parse("990001199803150018").unwrap();
        assert!(
            number.agrees_with_sex("1")
                && number.agrees_with_sex("9")
                && !number.agrees_with_sex("2")
        );
        let agrees = |date| number.agrees_with_birth(&PartialDate::parse(date).unwrap());
        assert!(
            agrees("1998-03")
                && agrees("1998-03-15")
                && !agrees("1998-03-14")
                && !agrees("1998-04")
        );
    }

    #[test]
    fn nothing_but_as_str_shows_the_number() {
        let number = IdentityNumber::parse("990001199803150018").unwrap();
        assert!(!format!("{number:?}").contains("1998"));
        assert_eq!(number.to_string(), "9900************18");
        assert_eq!(serde_json::to_value(&number).unwrap(), "9900************18");
    }

    #[test]
    fn a_cell_may_hold_blanks_and_full_width_digits() {
        let number = IdentityNumber::parse_cell("　９９０００１ 19980315 0018\t").unwrap();
        assert_eq!(number.as_str(), "990001199803150018");
    }

    proptest! {
        #[test]
        fn every_completed_number_comes_back_with_its_parts(
            region in 100_000..1_000_000_u32, offset in 0..100_000_u64, sequence in 0..1000_u32
        ) {
            let born = chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Days::new(offset);
            let text = complete(&format!("{region}{}{sequence:03}", born.format("%Y%m%d")));
            let number = IdentityNumber::parse(&text).unwrap();
            prop_assert_eq!(number.as_str(), &text);
            prop_assert_eq!(number.birth_date().0, born);
            prop_assert_eq!(number.region(), region.to_string());
            prop_assert_eq!(number.sex(), if sequence % 2 == 1 { "1" } else { "2" });
        }

        #[test]
        fn one_changed_digit_is_always_noticed(sequence in 0..1000_u32, place in 0..18_usize, step in 1..10_u8) {
            let mut text = complete(&format!("99000119980315{sequence:03}")).into_bytes();
            prop_assume!(text[place].is_ascii_digit());
            text[place] = b'0' + (text[place] - b'0' + step) % 10;
            prop_assert!(IdentityNumber::parse(std::str::from_utf8(&text).unwrap()).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}", digits in "[0-9Xx*]{15,19}") {
            for text in [&text, &digits] {
                if let Ok(number) = IdentityNumber::parse(text) {
                    let _ = (number.birth_date(), number.sex(), number.masked());
                }
                let _ = IdentityNumber::parse_cell(text);
            }
        }
    }
}
