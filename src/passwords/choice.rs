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

/// What Chinese passwords are made of that the library's own lists do not know: phrases in letters, numbers that sound like one.
const PHRASES: &[&str] = &[
    "woaini",
    "wo",
    "ai",
    "ni",
    "aini",
    "nihao",
    "1314",
    "520",
    "5201314",
    "521",
    "mima",
    "wode",
    "wodemima",
    "zhongguo",
    "woaizhongguo",
    "baobei",
    "baobao",
    "laopo",
    "laogong",
    "mama",
    "baba",
    "woaimama",
    "jiayou",
    "haohao",
    "kuaile",
    "xingfu",
    "pingan",
    "facai",
    "gongxi",
    "shengri",
    "xuexi",
    "tiantian",
    "gongchandang",
    "renmin",
    "beijing",
    "shanghai",
    "sichuan",
    "bazhong",
    "chengdu",
    "dangyuan",
    "ganbu",
    "daoshi",
    "xinmiaojihua",
    "888",
    "666",
    "168",
    "518",
    "886",
    "123",
    "321",
    "123456",
    "654321",
    "abc",
    "qwe",
    "asd",
    "zxc",
    "110",
    "119",
    "1949",
    "1921",
];
/// Fewest guesses that a password must take, as a power of ten; eight characters at random take about 8.
const LEAST_GUESSES: f64 = 7.0;

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
    if is_well_known(&lower) || is_monotonous(&lower) || is_soon_guessed(&lower, names) {
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

/// Whether few guesses are enough, with the blanks and signs between words or without them.
fn is_soon_guessed(lower: &str, names: &[&str]) -> bool {
    let bare: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let known: Vec<&str> = PHRASES
        .iter()
        .chain(CONTEXT)
        .chain(names)
        .copied()
        .collect();
    let takes_few = |text: &str| zxcvbn::zxcvbn(text, &known).guesses_log10() < LEAST_GUESSES;
    takes_few(lower) || (bare.chars().count() >= MIN && takes_few(&bare))
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

    /// So many different characters.
    fn long(length: u32) -> String {
        let character = |n| char::from_u32(0x4e00 + 7 * n + n % 3).unwrap();
        (0..length).map(character).collect()
    }

    #[test]
    fn c20_length_counts_and_no_mixture_is_asked_for() {
        for good in [
            "gaoshanliushui",
            "高山流水遇知音啊",
            "correct horse battery staple",
            "        wubi8",
            "😀🐎🔋📎🌊🏔🎋🀄",
            &long(60),
        ] {
            assert_eq!(judged(good, &[]), None, "{good}");
        }
        assert_eq!(judged("short7!", &[]), Some("out-of-range"));
        assert_eq!(judged("", &[]), Some("required"));
        assert_eq!(judged(&long(128), &[]), None);
        assert_eq!(judged(&long(129), &[]), Some("too-long"));
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
            "wo ai ni 1314",
            "woaini-5201314",
            "Wo Ai Zhong Guo",
            "ma ma wo ai ni",
            "wo de mi ma 888",
            "qwertyuiop12",
            "1qaz@WSX",
            "P@ssw0rd2023",
            "1990-01-01",
            &"长短远近".repeat(30),
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
