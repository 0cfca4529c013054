//! Settings: `xinmiao.toml` < environment < flags. Each is documented once, here.

mod secret;

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono_tz::Tz;
use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};
use serde::{Deserialize, Serialize};

use crate::db::DatabaseUrl;
use crate::values::Date;

pub use secret::{SecretKey, parse as parse_secret_key};

/// Settings as files, environment and flags give them; the names in the file are these in lowerCamelCase.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RawConfig {
    /// `XINMIAO_LISTEN`: the address to listen on.
    pub listen: String,
    /// `DATABASE_URL`: `sqlite://PATH` or `postgres://USER@HOST/NAME`.
    pub database_url: String,
    /// `XINMIAO_REPLICA_URL`: a PostgreSQL replica to read from.
    pub replica_url: Option<String>,
    /// `XINMIAO_PUBLIC_URL`: how callers reach the service; issuer of its tokens. Default: http:// and the listen address.
    pub public_url: Option<String>,
    /// `XINMIAO_TIMEZONE`: the time zone of days and quarters.
    pub timezone: String,
    /// `XINMIAO_TODAY`: the programme's standing day; only with `--demo`.
    pub today: Option<String>,
    /// `XINMIAO_SECRET_KEY`: 32 bytes in hexadecimal or base64; encrypts identity numbers, phones and signing keys.
    #[serde(skip_serializing)]
    pub secret_key: Option<String>,
    /// `XINMIAO_SECRET_KEY_FILE`: a file with that key. Default on SQLite: made at first start beside the database file.
    pub secret_key_file: Option<PathBuf>,
    /// `XINMIAO_DEMO_PASSWORD`: the one password of the demo's accounts, 8–128 characters.
    #[serde(skip_serializing)]
    pub demo_password: Option<String>,
    /// `XINMIAO_LOG`: what is logged, such as `info` or `xinmiao=debug,info`.
    pub log: String,
    /// `XINMIAO_READERS`: threads that read from the database.
    pub readers: usize,
    /// `XINMIAO_WRITERS`: threads that write to PostgreSQL.
    pub writers: usize,
    /// `XINMIAO_QUEUE`: requests that may wait for the database, at least 1,024.
    pub queue: usize,
    /// `XINMIAO_DEADLINE_SECONDS`: how long a request may wait for the database.
    pub deadline_seconds: u64,
    /// `XINMIAO_SHUTDOWN_SECONDS`: how long requests in flight may take to finish after SIGTERM.
    pub shutdown_seconds: u64,
    /// `XINMIAO_IDLE_HOURS`: idle life of sessions of people with any role but MENTOR and CADRE.
    pub idle_hours: i64,
    /// `XINMIAO_ABSOLUTE_HOURS`: absolute life of those sessions.
    pub absolute_hours: i64,
    /// `XINMIAO_MEMBER_IDLE_HOURS`: idle life of sessions of people with only MENTOR or CADRE.
    pub member_idle_hours: i64,
    /// `XINMIAO_MEMBER_ABSOLUTE_HOURS`: absolute life of those sessions.
    pub member_absolute_hours: i64,
}

impl Default for RawConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            database_url: "sqlite://var/xinmiao.db".to_owned(),
            replica_url: None,
            public_url: None,
            timezone: "Asia/Shanghai".to_owned(),
            today: None,
            secret_key: None,
            secret_key_file: None,
            demo_password: None,
            log: "info".to_owned(),
            readers: 2,
            writers: 8,
            queue: 4096,
            deadline_seconds: 10,
            shutdown_seconds: 30,
            idle_hours: 12,
            absolute_hours: 7 * 24,
            member_idle_hours: 30 * 24,
            member_absolute_hours: 180 * 24,
        }
    }
}

/// Settings that were read and make sense.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The database.
    pub database: DatabaseUrl,
    /// A PostgreSQL replica to read from.
    pub replica: Option<DatabaseUrl>,
    /// How callers reach the service, without a slash at the end.
    pub public_url: String,
    /// The time zone of days and quarters.
    pub timezone: Tz,
    /// The programme's standing day.
    pub today: Option<Date>,
    /// The installation's secret key.
    pub secret_key: SecretKey,
    /// The rest, as it was read.
    pub raw: RawConfig,
}

/// A setting at fault: which, where it came from, and the mend.
#[derive(Debug, thiserror::Error)]
#[error("{setting} ({origin}) {mend}")]
pub struct ConfigError {
    /// The setting's name in the environment.
    pub setting: String,
    /// Where its value came from.
    pub origin: String,
    /// What to do.
    pub mend: String,
}

/// Settings whose name in the environment is not `XINMIAO_` and the upper-cased name.
const DATABASE_URL: &str = "DATABASE_URL";
/// Named like a setting, but read by the test suite alone.
const TESTS_ONLY: &str = "XINMIAO_TEST_DATABASE_URL";

/// The environment, with every value kept as the text it is unless the setting is a number.
struct Environment;

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        let defaults = Value::serialize(RawConfig::default())?;
        let read = |(name, text): (std::ffi::OsString, std::ffi::OsString)| {
            let (name, text) = (name.into_string().ok()?, text.into_string().ok()?);
            // What is set to nothing, as compose files do, is not set.
            if name == TESTS_ONLY || text.is_empty() {
                return None;
            }
            let name = if name == DATABASE_URL {
                "databaseUrl".to_owned()
            } else {
                lower_camel(name.strip_prefix("XINMIAO_")?)
            };
            let is_number = defaults
                .find_ref(&name)
                .is_some_and(|default| matches!(default, Value::Num(..)));
            let number = text.parse::<u64>().ok().filter(|_| is_number);
            Some((name, number.map_or_else(|| Value::from(text), Value::from)))
        };
        Ok(Map::from([(
            Profile::Default,
            std::env::vars_os().filter_map(read).collect(),
        )]))
    }
}

impl Config {
    /// Reads all sources.
    ///
    /// # Errors
    /// The first setting at fault.
    pub fn load(flags: &[(&str, String)]) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(RawConfig::default()))
            .merge(Toml::file("xinmiao.toml"))
            .merge(Environment);
        for (name, value) in flags {
            figment = figment.merge(Serialized::default(name, value));
        }
        let raw: RawConfig = figment.extract().map_err(|error| unreadable(&error))?;
        Self::check(raw, &figment)
    }

    fn check(raw: RawConfig, figment: &Figment) -> Result<Self, ConfigError> {
        let fault = |name: &str, mend: String| ConfigError {
            setting: env_name(name),
            origin: origin(figment, name),
            mend,
        };
        let listen = raw.listen.parse().map_err(|_| {
            fault(
                "listen",
                "is no address; write for example 127.0.0.1:8080".to_owned(),
            )
        })?;
        let database =
            DatabaseUrl::parse(&raw.database_url).map_err(|mend| fault("databaseUrl", mend))?;
        let replica = raw
            .replica_url
            .as_deref()
            .map(DatabaseUrl::parse)
            .transpose()
            .map_err(|mend| fault("replicaUrl", mend))?;
        let timezone = raw.timezone.parse().map_err(|_| {
            fault(
                "timezone",
                "is no IANA time zone; write for example Asia/Shanghai".to_owned(),
            )
        })?;
        let today = raw.today.as_deref().map(Date::parse).transpose();
        let today = today.map_err(|_| {
            fault(
                "today",
                "is no day; write for example 2023-07-24".to_owned(),
            )
        })?;
        let public_url = raw
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{listen}"));
        let is_url = public_url.starts_with("http://") || public_url.starts_with("https://");
        if !is_url || public_url.contains(['?', '#', ' ', '"', '\\']) || public_url.ends_with('/') {
            return Err(fault(
                "publicUrl",
                "must be http:// or https://, without a slash at the end".to_owned(),
            ));
        }
        if raw.queue < 1024 {
            return Err(fault(
                "queue",
                "is less than 1024; callers would be turned away".to_owned(),
            ));
        }
        if raw.readers == 0 || raw.readers > 256 {
            return Err(fault("readers", "must be from 1 to 256".to_owned()));
        }
        if raw.writers == 0 || raw.writers > 256 {
            return Err(fault("writers", "must be from 1 to 256".to_owned()));
        }
        if raw
            .demo_password
            .as_deref()
            .is_some_and(|p| !(8..=128).contains(&p.chars().count()))
        {
            return Err(fault(
                "demoPassword",
                "must have 8 to 128 characters".to_owned(),
            ));
        }
        let secret_key = SecretKey::find(&raw, database.file())
            .map_err(|(setting, mend)| fault(setting, mend))?;
        Ok(Self {
            listen,
            database,
            replica,
            public_url,
            timezone,
            today,
            secret_key,
            raw,
        })
    }
}

fn unreadable(error: &figment::Error) -> ConfigError {
    let name = error.path.join(".");
    let origin = error.metadata.as_ref().map_or_else(
        || "settings".to_owned(),
        |metadata| describe(metadata, &name),
    );
    let (setting, mend) = match &error.kind {
        figment::error::Kind::UnknownField(name, known) => {
            let near = known
                .iter()
                .min_by_key(|k| distance(k, name))
                .copied()
                .unwrap_or_default();
            (
                env_name(name),
                format!("is no setting; did you mean {}?", env_name(near)),
            )
        }
        kind => (env_name(&name), format!("cannot be read: {kind}")),
    };
    ConfigError {
        setting,
        origin,
        mend,
    }
}

fn origin(figment: &Figment, name: &str) -> String {
    figment
        .find_metadata(name)
        .map_or_else(|| "default".to_owned(), |metadata| describe(metadata, name))
}

fn describe(metadata: &figment::Metadata, name: &str) -> String {
    match &metadata.source {
        Some(source) => format!("from {source}"),
        None if metadata.name.contains("environment") => {
            format!("from the environment variable {}", env_name(name))
        }
        None if metadata.name.contains("RawConfig") => "default".to_owned(),
        None => "from the command line".to_owned(),
    }
}

/// The name of a setting in the environment.
pub fn env_name(name: &str) -> String {
    if name == "databaseUrl" {
        return DATABASE_URL.to_owned();
    }
    let snake = name.chars().fold(String::new(), |mut snake, c| {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_uppercase());
        snake
    });
    format!("XINMIAO_{snake}")
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
