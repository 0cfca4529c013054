//! The message catalogue: every code's sentence in both languages, from `data/messages.csv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::language::Language;

/// The catalogue, by code.
pub static MESSAGES: LazyLock<Messages> =
    LazyLock::new(|| Messages::read(include_str!("../../data/messages.csv")));

/// Sentences by code.
pub struct Messages(HashMap<String, Message>);

struct Message {
    english: String,
    chinese: String,
}

impl Messages {
    fn read(csv: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_bytes());
        let rows = reader.records().filter_map(Result::ok).filter_map(|row| {
            let message = Message {
                english: row.get(1)?.to_owned(),
                chinese: row.get(2)?.to_owned(),
            };
            Some((row.get(0)?.to_owned(), message))
        });
        Self(rows.collect())
    }

    /// The sentence of a code with its figures in place of `{0}`, `{1}`…; an unknown code stands for itself.
    pub fn text(&self, code: &str, language: Language, arguments: &[String]) -> String {
        let Some(message) = self.0.get(code) else {
            return code.to_owned();
        };
        let mut text = match language {
            Language::English => message.english.clone(),
            Language::Chinese => message.chinese.clone(),
        };
        for (n, argument) in arguments.iter().enumerate() {
            text = text.replace(&format!("{{{n}}}"), argument);
        }
        text
    }

    /// Whether a code has a sentence.
    pub fn has(&self, code: &str) -> bool {
        self.0.contains_key(code)
    }
}
