//! What may be chosen for a password: length matters, well-known ones are refused, no mixture is asked for.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::error::{Fault, FieldErrors};

/// Fewest characters of a password that is chosen.
const MIN: usize = 8;
/// Most characters of any.
const MAX: usize = 128;
/// Fewest different characters.
const MIN_DIFFERENT: usize = 4;
/// Names shorter than this may stand in a password without weakening it.
const MIN_WORD: usize = 3;

/// Well-known passwords in lower case, sorted, one a line.
const WELL_KNOWN: &str = include_str!("../../data/passwords-blocklist.txt");

/// What anyone would try first against this service.
const CONTEXT: &[&str] = &[
    "xinmiao", "新苗", "password", "密码", "admin", "mentor", "导师", "cadre", "干部",
];

/// A password as someone typed it: up to 128 characters, in NFC, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes a password as it is; blanks count.
    ///
    /// # Errors
    /// `required`, `too-long`, or `text-invalid` with control characters.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text: String = text.nfc().collect();
        if text.is_empty() {
            return Err(Fault::new("required"));
        }
        if text.chars().count() > MAX {
            return Err(Fault::with("too-long", &[&MAX]));
        }
        if text.chars().any(char::is_control) {
            return Err(Fault::new("text-invalid"));
        }
        Ok(Self(text))
    }

    /// The password.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The password, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl deserr::Deserr<FieldErrors> for Password {
    fn deserialize_from_value<V: deserr::IntoValue>(
        value: deserr::Value<V>,
        location: deserr::ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let text =
            <String as deserr::Deserr<FieldErrors>>::deserialize_from_value(value, location)?;
        Self::parse(&text).map_err(|fault| FieldErrors::one(crate::error::pointer(location), fault))
    }
}

impl utoipa::PartialSchema for Password {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::Password,
            )))
            .min_length(Some(1))
            .max_length(Some(MAX))
            .into()
    }
}

impl utoipa::ToSchema for Password {}

/// Whether a password may be chosen by someone whom `names` name.
///
/// # Errors
/// `out-of-range` when it is too short, `password-guessable` when anyone would try it.
pub fn check_choice(password: &Password, names: &[&str]) -> Result<(), Fault> {
    let length = password.0.chars().count();
    if length < MIN {
        return Err(Fault::with("out-of-range", &[&MIN, &MAX]));
    }
    let lower: String = password.0.nfkc().collect::<String>().to_lowercase();
    let guessable = || Fault::new("password-guessable");
    if is_well_known(&lower) || is_monotonous(&lower) {
        return Err(guessable());
    }
    // A known word adds nothing: what is left without it must be long enough by itself.
    let mut rest = lower;
    for name in CONTEXT.iter().chain(names) {
        let word = name.nfkc().collect::<String>().to_lowercase();
        let is_word = word.chars().count() >= MIN_WORD || !word.is_ascii();
        if is_word {
            rest = rest.replace(&word, "");
        }
    }
    let shortened = rest.chars().count() < length;
    if shortened && (rest.chars().count() < MIN || is_well_known(&rest)) {
        return Err(guessable());
    }
    Ok(())
}

fn is_well_known(lower: &str) -> bool {
    use std::sync::LazyLock;
    static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| WELL_KNOWN.lines().collect());
    SORTED.binary_search(&lower).is_ok()
}

/// One character repeated, or few in turn, or a run up or down such as `23456789` or `hgfedcba`.
fn is_monotonous(text: &str) -> bool {
    let letters: Vec<u32> = text.chars().map(u32::from).collect();
    let mut different = letters.clone();
    different.sort_unstable();
    different.dedup();
    let is_run = |step: i64| {
        letters
            .windows(2)
            .all(|pair| i64::from(pair[1]) - i64::from(pair[0]) == step)
    };
    different.len() < MIN_DIFFERENT || is_run(1) || is_run(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str, names: &[&str]) -> Option<&'static str> {
        let password = Password::parse(text).map_err(|fault| fault.code);
        password.map_or_else(Some, |password| {
            check_choice(&password, names).err().map(|fault| fault.code)
        })
    }

    #[test]
    fn c20_length_counts_and_no_mixture_is_asked_for() {
        for good in [
            "gaoshanliushui",
            "高山流水遇知音啊",
            "correct horse battery staple",
            "        wubi8",
            "😀🐎🔋📎🌊🏔🎋🀄",
            &"长短".repeat(30).replace("长短长短", "长短远近"),
        ] {
            assert_eq!(judged(good, &[]), None, "{good}");
        }
        assert_eq!(judged("short7!", &[]), Some("out-of-range"));
        assert_eq!(judged("", &[]), Some("required"));
        assert_eq!(judged(&"ab1 ".repeat(32), &[]), None);
        assert_eq!(judged(&"ab1 ".repeat(33), &[]), Some("too-long"));
        assert_eq!(judged("with\0zero bytes", &[]), Some("text-invalid"));
    }

    #[test]
    fn c20_well_known_and_contextual_passwords_are_refused() {
        for bad in [
            "password123",
            "PASSWORD123",
            "00000000",
            "abababab",
            "23456789",
            "987654321",
            "ｐａｓｓｗｏｒｄ",
            "Xinmiao2026",
            "新苗新苗新苗新苗",
            "li.lei.2023",
            "李雷李雷1234",
            "!@#admin",
        ] {
            let judgement = judged(bad, &["li.lei", "李雷"]);
            assert_eq!(judgement, Some("password-guessable"), "{bad}");
        }
        assert_eq!(judged("li.lei rides a bicycle", &["li.lei"]), None);
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_password() {
        let composed = Password::parse("caf\u{e9} noir").unwrap();
        assert_eq!(composed, Password::parse("cafe\u{301} noir").unwrap());
        assert_eq!(format!("{composed:?}"), "Password");
    }
}
