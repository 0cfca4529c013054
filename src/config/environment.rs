//! Settings from the environment, and how a setting is called there.

use std::ffi::OsString;

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

use super::RawConfig;

/// A setting whose name in the environment is not `XINMIAO_` and its upper-cased name.
const DATABASE_URL: &str = "DATABASE_URL";
/// What the names of all others begin with.
const PREFIX: &str = "XINMIAO_";
/// Named like a setting, but read by the test suite alone.
const TESTS_ONLY: &str = "XINMIAO_TEST_DATABASE_URL";

/// The environment, with every value kept as the text it is unless the setting is a number.
pub(super) struct Environment;

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        let defaults = Value::serialize(RawConfig::default())?;
        let mut settings = Dict::new();
        for (name, text) in std::env::vars_os() {
            if let Some((name, value)) = setting(name, text, &defaults)? {
                settings.insert(name, value);
            }
        }
        Ok(Map::from([(Profile::Default, settings)]))
    }
}

#[expect(
    clippy::result_large_err,
    reason = "the library's own error, at start alone"
)]
fn setting(
    name: OsString,
    text: OsString,
    defaults: &Value,
) -> figment::error::Result<Option<(String, Value)>> {
    // What is set to nothing, as compose files do, is not set.
    let Some(name) = name.into_string().ok().filter(|_| !text.is_empty()) else {
        return Ok(None);
    };
    let key = match name.strip_prefix(PREFIX) {
        _ if name == TESTS_ONLY => return Ok(None),
        _ if name == DATABASE_URL => "databaseUrl".to_owned(),
        Some(rest) => lower_camel(rest),
        None => return Ok(None),
    };
    let text = text
        .into_string()
        .map_err(|_| figment::Error::from("is not UTF-8".to_owned()).with_path(&key))?;
    let is_number = defaults
        .find_ref(&key)
        .is_some_and(|default| matches!(default, Value::Num(..)));
    let number = text.trim().parse::<u64>().ok().filter(|_| is_number);
    Ok(Some((
        key,
        number.map_or_else(|| Value::from(text), Value::from),
    )))
}

/// The name of a setting in the environment.
pub fn env_name(name: &str) -> String {
    if name == "databaseUrl" {
        return DATABASE_URL.to_owned();
    }
    let mut snake = PREFIX.to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_uppercase());
    }
    snake
}

fn lower_camel(upper_snake: &str) -> String {
    let mut words = upper_snake.split('_').map(str::to_ascii_lowercase);
    let first = words.next().unwrap_or_default();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        assert_eq!(lower_camel("SECRET_KEY_FILE"), "secretKeyFile");
        assert_eq!(env_name("secretKeyFile"), "XINMIAO_SECRET_KEY_FILE");
        assert_eq!(env_name("databaseUrl"), "DATABASE_URL");
    }
}
