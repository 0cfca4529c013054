//! How a name is found: by the beginning of its letters, or by the first letters of its syllables.

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

/// What the filter `q` compares with: both are stored beside a name and searched by prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchKeys {
    /// The name in lower case.
    pub name: String,
    /// The first letter of each syllable, `lyy` for 李雨瑶; empty where no letter is known.
    pub initials: String,
}

/// Surnames that are read otherwise than the same character in words.
const SURNAMES: &[(char, char)] = &[
    ('仇', 'q'),
    ('单', 's'),
    ('召', 's'),
    ('曾', 'z'),
    ('查', 'z'),
    ('缪', 'm'),
    ('翟', 'z'),
    ('盖', 'g'),
    ('解', 'x'),
    ('逄', 'p'),
    ('区', 'o'),
    ('朴', 'p'),
    ('繁', 'p'),
    ('种', 'c'),
    ('秘', 'b'),
    ('覃', 'q'),
    ('折', 's'),
    ('黑', 'h'),
    ('乜', 'n'),
    ('员', 'y'),
];

/// The search keys of a name of a person or a unit.
pub fn search_keys(name: &str) -> SearchKeys {
    let mut initials = String::new();
    let mut word_begins = true;
    for (place, c) in name.nfc().enumerate() {
        let surname = SURNAMES
            .iter()
            .find(|(surname, _)| place == 0 && *surname == c);
        if let Some((_, letter)) = surname {
            initials.push(*letter);
        } else if let Some(syllable) = c.to_pinyin() {
            initials.push_str(syllable.first_letter());
        } else if word_begins && c.is_alphanumeric() {
            initials.extend(c.to_lowercase());
        }
        word_begins = !c.is_alphanumeric();
    }
    SearchKeys {
        name: search_text(name),
        initials,
    }
}

/// The name in the letters of its syllables, without tones: `liyuyao` for 李雨瑶; empty where no letter is known.
pub fn letters(name: &str) -> String {
    let mut letters = String::new();
    for c in name.nfc() {
        match c.to_pinyin() {
            Some(syllable) => letters.extend(syllable.plain().chars().map(plain_letter)),
            None if c.is_ascii_alphanumeric() => letters.push(c.to_ascii_lowercase()),
            None => {}
        }
    }
    letters
}

/// ü is written v where only ASCII will do.
fn plain_letter(c: char) -> char {
    if c == 'ü' { 'v' } else { c }
}

/// What a caller looks for, in the form of the keys.
pub fn search_text(text: &str) -> String {
    text.trim().nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_written_in_letters() {
        assert_eq!(letters("李雨瑶"), "liyuyao");
        assert_eq!(letters("吕·Anna 2"), "lvanna2");
        assert_eq!(letters("·"), "");
    }

    #[test]
    fn a_han_name_is_found_by_its_initials() {
        assert_eq!(
            search_keys("李雨瑶"),
            SearchKeys {
                name: "李雨瑶".into(),
                initials: "lyy".into()
            }
        );
        assert_eq!(search_keys("阿苦·尔洗").initials, "akex");
        assert_eq!(search_keys("重庆市").initials.len(), 3);
    }

    #[test]
    fn surnames_have_their_own_reading() {
        assert_eq!(search_keys("单晓").initials, "sx");
        assert_eq!(search_keys("简单").initials, "jd");
        assert_eq!(search_keys("曾曾").initials, "zc");
    }

    #[test]
    fn other_scripts_give_the_letters_of_their_words() {
        assert_eq!(
            search_keys("Jean-Luc O'Neil"),
            SearchKeys {
                name: "jean-luc o'neil".into(),
                initials: "jlon".into()
            }
        );
    }

    #[test]
    fn characters_without_a_known_reading_are_left_out() {
        assert_eq!(
            search_keys("黄思𤩽")
                .initials
                .chars()
                .take(2)
                .collect::<String>(),
            "hs"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            search_keys(&text);
        }
    }
}
