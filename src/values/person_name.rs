//! The name of a person, in any script.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::cell::{half_width, is_blank};
use crate::error::Fault;

/// A name of 1 to 60 code points in NFC: letters and combining marks of any script, CJK extension planes included, with inner
/// blanks and `·` `•` `-` `'` `.` between them; a letter comes first.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct PersonName(String);

/// The longest name in code points.
const MAX: usize = 60;

impl PersonName {
    /// Reads a name; outer blanks are dropped.
    ///
    /// # Errors
    /// `required` when nothing is left, `too-long` over 60 code points, `text-invalid` for other characters or no letter first.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let name: String = text.trim().nfc().collect();
        let Some(first) = name.chars().next() else {
            return Err(Fault::new("required"));
        };
        if name.chars().count() > MAX {
            return Err(Fault::with("too-long", &[&MAX]));
        }
        if !is_letter(first) || !name.chars().all(belongs) {
            return Err(Fault::new("text-invalid"));
        }
        Ok(Self(name))
    }

    /// Reads a spreadsheet cell: the blanks that line up short Han names are dropped, dots of other keyboards become `·`
    /// and full-width characters half-width ones.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_cell(text: &str) -> Result<Self, Fault> {
        let dotted: String = text
            .chars()
            .map(|c| {
                if matches!(c, '・' | '･' | '‧' | '∙') {
                    '·'
                } else {
                    half_width(c)
                }
            })
            .collect();
        let words = dotted.split(is_blank).filter(|word| !word.is_empty());
        let spaced = dotted.chars().any(|c| is_letter(c) && !is_han(c));
        Self::parse(
            &words
                .collect::<Vec<_>>()
                .join(if spaced { " " } else { "" }),
        )
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Letters, ideographs and the ideographic zero.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_combining_mark(c)
}

fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn belongs(c: char) -> bool {
    c.is_alphabetic() || is_combining_mark(c) || matches!(c, ' ' | '·' | '•' | '-' | '\'' | '.')
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

crate::db::text_column!(PersonName);

super::string_value!(
    PersonName,
    min = 1,
    max = 60,
    pattern = Some("^[\\p{L}〇][\\p{L}\\p{M}〇 ·•\\-'.]*$"),
    example = "李雨瑶",
    "Name of a person: letters and combining marks of any script, inner blanks and `·` `•` `-` `'` `.`; a letter first."
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault(text: &str) -> &'static str {
        PersonName::parse(text).unwrap_err().code
    }

    #[test]
    fn names_of_every_script_are_read() {
        for name in [
            "李雨瑶",
            "黄思𤩽",
            "阿苦·尔洗",
            "海来•伍各",
            "赵〇",
            "Jean-Luc O'Neil Jr.",
            "ئايگۈل",
            "བཀྲ",
            "\u{2EBF0}",
            "\u{31350}",
        ] {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn names_are_composed_and_trimmed() {
        assert_eq!(
            PersonName::parse("  Ze\u{301}lie ").unwrap().as_str(),
            "Zélie"
        );
    }

    #[test]
    fn sixty_code_points_is_the_longest_name() {
        assert!(PersonName::parse(&"𤩽".repeat(60)).is_ok());
        assert_eq!(fault(&"𤩽".repeat(61)), "too-long");
    }

    #[test]
    fn formulas_digits_signs_and_names_without_a_letter_first_are_refused() {
        for text in [
            "=HYPERLINK(\"http://x\")",
            "李4",
            "李(小)",
            "·李",
            "-李",
            ".",
            "\u{301}a",
            "李\0",
            "李\u{202E}",
            "李\n雨",
            "李　雨",
            "😀",
            "*",
            "@cmd",
        ] {
            assert_eq!(fault(text), "text-invalid", "{text:?}");
        }
        assert_eq!(fault("  "), "required");
    }

    #[test]
    fn a_cell_may_line_up_short_names_with_blanks() {
        assert_eq!(PersonName::parse_cell(" 李　明 ").unwrap().as_str(), "李明");
        assert_eq!(
            PersonName::parse_cell("阿苦・尔洗").unwrap().as_str(),
            "阿苦·尔洗"
        );
        assert_eq!(
            PersonName::parse_cell("Jean　 Luc").unwrap().as_str(),
            "Jean Luc"
        );
        assert_eq!(
            PersonName::parse_cell("=1+1").unwrap_err().code,
            "text-invalid"
        );
        assert_eq!(PersonName::parse_cell("　").unwrap_err().code, "required");
    }

    proptest! {
        #[test]
        fn a_name_reads_back_as_itself(text in "\\PC{0,70}", name in "[\\p{L}][\\p{L}\\p{M} ·•'.-]{0,20}") {
            for text in [&text, &name] {
                if let Ok(name) = PersonName::parse(text) {
                    prop_assert_eq!(PersonName::parse(name.as_str()).unwrap(), name);
                }
                let _ = PersonName::parse_cell(text);
            }
        }
    }
}
