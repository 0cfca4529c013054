//! What is said of a setting at fault.

use figment::Figment;
use figment::error::Kind;
use figment::value::Value;

use super::environment::env_name;

/// A setting at fault: which, where it came from, and the mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} ({origin}) {mend}")]
pub struct ConfigError {
    /// The setting's name in the environment.
    pub setting: String,
    /// Where its value came from.
    pub origin: String,
    /// What to do.
    pub mend: String,
}

/// The fault of settings that could not be read at all.
pub(super) fn unreadable(error: &figment::Error) -> ConfigError {
    let name = error.path.join(".");
    let origin = error.metadata.as_ref().map_or_else(
        || "settings".to_owned(),
        |metadata| describe(metadata, &name),
    );
    let (setting, mend) = match &error.kind {
        Kind::UnknownField(name, known) => {
            let near = known.iter().min_by_key(|known| distance(known, name));
            let near = env_name(near.copied().unwrap_or_default());
            (
                env_name(name),
                format!("is no setting; did you mean {near}?"),
            )
        }
        kind => {
            // One fault, one line, whatever the reader of the file draws beneath it.
            let what: Vec<String> = kind.to_string().lines().map(str::to_owned).collect();
            (
                named(&name),
                format!("cannot be read: {}", what.join(" ").trim()),
            )
        }
    };
    ConfigError {
        setting,
        origin,
        mend,
    }
}

/// A file that is no TOML is at fault as a whole.
fn named(name: &str) -> String {
    if name.is_empty() {
        "the settings file".to_owned()
    } else {
        env_name(name)
    }
}

/// Where a setting's value came from.
pub(super) fn origin(figment: &Figment, name: &str) -> String {
    let is_set = figment
        .find_value(name)
        .is_ok_and(|value| !matches!(value, Value::Empty(..)));
    figment
        .find_metadata(name)
        .filter(|_| is_set)
        .map_or_else(|| "not set".to_owned(), |metadata| describe(metadata, name))
}

fn describe(metadata: &figment::Metadata, name: &str) -> String {
    match &metadata.source {
        Some(figment::Source::File(path)) => format!("from {}", path.display()),
        _ if metadata.name.contains("environment") => "from the environment".to_owned(),
        _ if metadata.name.contains("RawConfig") => "the default".to_owned(),
        _ => {
            let flag = env_name(name).to_ascii_lowercase().replace('_', "-");
            let flag = flag.strip_prefix("xinmiao-").unwrap_or(&flag);
            format!("from the flag --{flag}")
        }
    }
}

/// Edits between two names; small enough inputs that the plain table will do.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let best = (diagonal + usize::from(x != *y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = best;
        }
    }
    row[b.len()]
}
