//! How a name is found: by the beginning of its letters, or by the first letters of its syllables.

mod surnames;

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

/// What the filter `q` compares with: stored beside a name and searched by prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchKeys {
    /// The name as [`search_text`] folds it.
    pub name: String,
    /// The first letters of the syllables, `lyy` for 李雨瑶, once for each reading of the surname; none where no letter is known.
    pub initials: Vec<String>,
}

impl SearchKeys {
    /// The keys of a person's name, whose first character or two are read as the surname that they are.
    pub fn of_person(name: &str) -> Self {
        let (surname, readings) = surnames::readings(name);
        let given: String = name.nfc().skip(surname).collect();
        let given = initials(&given);
        let with_given = |reading: &&str| format!("{reading}{given}");
        Self {
            name: search_text(name),
            initials: if readings.is_empty() {
                Some(initials(name))
                    .filter(|all| !all.is_empty())
                    .into_iter()
                    .collect()
            } else {
                readings.iter().map(with_given).collect()
            },
        }
    }

    /// The keys of a unit's name, whose characters are read as in words.
    pub fn of_unit(name: &str) -> Self {
        let initials = Some(initials(name)).filter(|all| !all.is_empty());
        Self {
            name: search_text(name),
            initials: initials.into_iter().collect(),
        }
    }
}

/// The first letters of the syllables and of words in other scripts.
fn initials(name: &str) -> String {
    let mut initials = String::new();
    let mut word_begins = true;
    for c in name.nfkc() {
        if let Some(syllable) = c.to_pinyin() {
            initials.push_str(syllable.first_letter());
        } else if word_begins && c.is_alphanumeric() {
            initials.extend(c.to_lowercase());
        }
        word_begins = !c.is_alphanumeric();
    }
    initials
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

/// A name as it is compared in search and with namesakes: in lower case, of one width, without the dots that part a name and
/// are typed in many ways (古丽·买买提, 古丽•买买提, 古丽.买买提).
pub fn search_text(text: &str) -> String {
    let folded: String = text.nfkc().filter(|c| !is_separator(*c)).collect();
    folded.trim().to_lowercase()
}

/// The dots that stand between the parts of a name, after NFKC.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        '·' | '•' | '‧' | '・' | '.' | '∙' | '⋅' | '●' | '\u{0387}'
    )
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

    fn person(name: &str) -> Vec<String> {
        SearchKeys::of_person(name).initials
    }

    #[test]
    fn a_han_name_is_found_by_its_initials() {
        assert_eq!(
            SearchKeys::of_person("李雨瑶"),
            SearchKeys {
                name: "李雨瑶".into(),
                initials: vec!["lyy".into()]
            }
        );
        assert_eq!(person("阿苦·尔洗"), ["akex", "ekex"]);
        assert_eq!(SearchKeys::of_unit("重庆市").initials[0].len(), 3);
    }

    #[test]
    fn dots_and_width_do_not_make_another_name() {
        for written in [
            "古丽·买买提",
            "古丽•买买提",
            "古丽‧买买提",
            "古丽・买买提",
            "古丽･买买提",
            "古丽.买买提",
            "古丽．买买提",
            "古丽买买提",
        ] {
            assert_eq!(search_text(written), "古丽买买提");
            assert_eq!(person(written), ["glmmt"], "{written}");
        }
        assert_eq!(search_text(" Ａｎｎａ "), "anna");
        assert_eq!(search_text("Ze\u{301}lie"), search_text("ZÉLIE"));
    }

    #[test]
    fn units_are_read_as_words_not_as_surnames() {
        assert_eq!(SearchKeys::of_unit("解放街道").initials, ["jfjd"]);
        assert_eq!(SearchKeys::of_unit("区委组织部").initials, ["qwzzb"]);
    }

    #[test]
    fn other_scripts_give_the_letters_of_their_words() {
        assert_eq!(
            SearchKeys::of_person("Jean-Luc O'Neil"),
            SearchKeys {
                name: "jean-luc o'neil".into(),
                initials: vec!["jlon".into()]
            }
        );
    }

    #[test]
    fn characters_without_a_known_reading_are_left_out() {
        assert!(person("黄思𤩽")[0].starts_with("hs"));
        assert_eq!(person("ئايگۈل").len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            SearchKeys::of_person(&text);
            SearchKeys::of_unit(&text);
        }
    }
}
