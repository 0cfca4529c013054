//! Settings: `xinmiao.toml` < environment < flags. Each is documented once, in [`SETTINGS`].

mod environment;
mod fault;
mod secret;
mod settings;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use crate::db::{Backend, DatabaseUrl};
use crate::network::TrustedProxies;
use crate::values::Date;

pub use environment::env_name;
pub use fault::ConfigError;
pub use secret::{SecretKey, parse as parse_secret_key};
pub use settings::{SETTINGS, Setting, describe_settings};

use environment::Environment;
use fault::{origin, unreadable};

/// The language of the texts that a new programme begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgrammeLanguage {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl ProgrammeLanguage {
    fn parse(tag: &str) -> Option<Self> {
        match tag {
            "zh-CN" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// Settings as files, environment and flags give them; the names in the file are these in lowerCamelCase.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each is documented once, in `SETTINGS`")]
pub struct RawConfig {
    pub listen: String,
    pub database_url: String,
    pub replica_url: Option<String>,
    pub public_url: Option<String>,
    pub timezone: String,
    pub language: String,
    pub today: Option<String>,
    #[serde(skip_serializing)]
    pub secret_key: Option<String>,
    pub secret_key_file: Option<PathBuf>,
    #[serde(skip_serializing)]
    pub demo_password: Option<String>,
    pub trusted_proxies: Option<String>,
    pub connections_per_network: usize,
    pub log: String,
    pub readers: usize,
    pub writers: usize,
    pub queue: usize,
    pub deadline_seconds: u64,
    pub drain_seconds: u64,
    pub shutdown_seconds: u64,
    pub idle_hours: i64,
    pub absolute_hours: i64,
    pub member_idle_hours: i64,
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
            language: "zh-CN".to_owned(),
            today: None,
            secret_key: None,
            secret_key_file: None,
            demo_password: None,
            trusted_proxies: None,
            connections_per_network: 4096,
            log: "info".to_owned(),
            readers: 2,
            writers: 8,
            queue: 4096,
            deadline_seconds: 10,
            drain_seconds: 0,
            shutdown_seconds: 30,
            idle_hours: 12,
            absolute_hours: 7 * 24,
            member_idle_hours: 30 * 24,
            member_absolute_hours: 180 * 24,
        }
    }
}

/// Settings that were read and make sense.
#[derive(Clone)]
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
    /// The language of the texts that a new programme begins with.
    pub language: ProgrammeLanguage,
    /// The programme's standing day.
    pub today: Option<Date>,
    /// The installation's secret key.
    pub secret_key: SecretKey,
    /// The proxies whose word is taken for where a request came from.
    pub trusted_proxies: TrustedProxies,
    /// The rest, as it was read.
    pub raw: RawConfig,
    /// Where settings came from, for faults that show only later.
    origins: Figment,
}

/// The settings file that is read where none is named.
const FILE: &str = "xinmiao.toml";

/// What is wrong with a setting: its name and the mend.
type Wrong = (&'static str, String);

impl Config {
    /// Reads all sources: a settings file (`xinmiao.toml` in the working folder unless another is named), the environment,
    /// and flags by the settings' names.
    ///
    /// # Errors
    /// The first setting at fault.
    pub fn load(file: Option<&Path>, flags: &[(&str, String)]) -> Result<Self, ConfigError> {
        if let Some(path) = file.filter(|path| !path.is_file()) {
            return Err(ConfigError {
                setting: "the settings file".to_owned(),
                origin: "from the flag --config".to_owned(),
                mend: format!("{} does not exist; name a file that does", path.display()),
            });
        }
        let mut figment = Figment::from(Serialized::defaults(RawConfig::default()));
        if let Some(path) = file.or(Some(Path::new(FILE)).filter(|path| path.exists())) {
            figment = figment.merge(Toml::file_exact(path));
        }
        figment = figment.merge(Environment);
        for (name, value) in flags {
            figment = figment.merge(Serialized::default(name, value));
        }
        let raw: RawConfig = figment.extract().map_err(|error| unreadable(&error))?;
        Self::check(raw, figment)
    }

    /// Settings given by a program, such as a test, instead of file, environment and flags.
    ///
    /// # Errors
    /// The first setting at fault.
    pub fn from_raw(raw: RawConfig) -> Result<Self, ConfigError> {
        Self::check(raw, Figment::new())
    }

    /// The fault of a setting that showed only in use.
    pub fn fault(&self, name: &str, mend: impl Into<String>) -> ConfigError {
        fault(&self.origins, name, mend.into())
    }

    fn check(raw: RawConfig, origins: Figment) -> Result<Self, ConfigError> {
        let wrong = |(name, mend): Wrong| fault(&origins, name, mend);
        check_numbers(&raw).map_err(wrong)?;
        check_words(&raw).map_err(wrong)?;
        let listen: SocketAddr = raw.listen.parse().map_err(|_| {
            wrong((
                "listen",
                "is no address; write for example 127.0.0.1:8080".to_owned(),
            ))
        })?;
        let database =
            DatabaseUrl::parse(&raw.database_url).map_err(|mend| wrong(("databaseUrl", mend)))?;
        let replica = replica(&raw, &database).map_err(wrong)?;
        let timezone = raw.timezone.parse().map_err(|_| {
            let mend = "is no IANA time zone; write for example Asia/Shanghai";
            wrong(("timezone", mend.to_owned()))
        })?;
        let language = ProgrammeLanguage::parse(&raw.language).ok_or_else(|| {
            wrong((
                "language",
                "is no language of the service; write zh-CN or en".to_owned(),
            ))
        })?;
        let today = raw.today.as_deref().map(Date::parse).transpose();
        let today = today.map_err(|_| {
            wrong((
                "today",
                "is no day; write for example 2023-07-24".to_owned(),
            ))
        })?;
        let public_url = public_url(&raw, listen).map_err(wrong)?;
        let proxies = raw.trusted_proxies.as_deref().unwrap_or_default();
        let trusted_proxies = TrustedProxies::parse(proxies).map_err(|word| {
            let mend = format!(
                "has {word}, which is no address or network; write for example 127.0.0.1, 10.0.0.0/8"
            );
            wrong(("trustedProxies", mend))
        })?;
        let secret_key = SecretKey::find(&raw, database.file()).map_err(wrong)?;
        Ok(Self {
            listen,
            database,
            replica,
            public_url,
            timezone,
            language,
            today,
            secret_key,
            trusted_proxies,
            raw,
            origins,
        })
    }

    /// The settings after the port was chosen by the system.
    #[must_use]
    pub fn listening_on(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        if self.raw.public_url.is_none() {
            self.public_url = format!("http://{address}");
        }
        self
    }
}

fn fault(origins: &Figment, name: &str, mend: String) -> ConfigError {
    ConfigError {
        setting: env_name(name),
        origin: origin(origins, name),
        mend,
    }
}

fn check_numbers(raw: &RawConfig) -> Result<(), Wrong> {
    let sizes = [
        ("readers", raw.readers, 1, 256),
        ("writers", raw.writers, 1, 256),
        ("queue", raw.queue, 1024, 1_000_000),
        (
            "connectionsPerNetwork",
            raw.connections_per_network,
            1,
            100_000,
        ),
    ];
    let seconds = [
        ("deadlineSeconds", raw.deadline_seconds, 1, 300),
        ("drainSeconds", raw.drain_seconds, 0, 300),
        ("shutdownSeconds", raw.shutdown_seconds, 0, 3600),
    ];
    const YEARS: i64 = 5 * 365 * 24;
    let hours = [
        ("idleHours", raw.idle_hours, 1, raw.absolute_hours),
        ("absoluteHours", raw.absolute_hours, 1, YEARS),
        (
            "memberIdleHours",
            raw.member_idle_hours,
            1,
            raw.member_absolute_hours,
        ),
        ("memberAbsoluteHours", raw.member_absolute_hours, 1, YEARS),
    ];
    // The absolute life bounds the idle one, so it is judged first.
    let [idle, absolute, member_idle, member_absolute] = hours;
    let wide = |(name, value, least, most): (&'static str, i64, i64, i64)| {
        (name, i128::from(value), i128::from(least), i128::from(most))
    };
    let all = sizes
        .into_iter()
        .map(|(name, value, least, most)| (name, value as i128, least as i128, most as i128))
        .chain(seconds.into_iter().map(|(name, value, least, most)| {
            (name, i128::from(value), i128::from(least), i128::from(most))
        }))
        .chain([absolute, idle, member_absolute, member_idle].map(wide));
    for (name, value, least, most) in all {
        if value < least || value > most {
            return Err((
                name,
                format!("is {value}; it must be from {least} to {most}"),
            ));
        }
    }
    Ok(())
}

fn check_words(raw: &RawConfig) -> Result<(), Wrong> {
    let length = raw
        .demo_password
        .as_deref()
        .map(|password| password.chars().count());
    if length.is_some_and(|length| !(8..=128).contains(&length)) {
        return Err(("demoPassword", "must have 8 to 128 characters".to_owned()));
    }
    EnvFilter::try_new(&raw.log).map(drop).map_err(|error| {
        (
            "log",
            format!("is no log filter ({error}); write for example info"),
        )
    })
}

fn replica(raw: &RawConfig, database: &DatabaseUrl) -> Result<Option<DatabaseUrl>, Wrong> {
    let Some(url) = &raw.replica_url else {
        return Ok(None);
    };
    let replica = DatabaseUrl::parse(url).map_err(|mend| ("replicaUrl", mend))?;
    if replica.backend == Backend::Postgres && database.backend == Backend::Postgres {
        Ok(Some(replica))
    } else {
        let mend = "is for PostgreSQL alone; remove it, or set DATABASE_URL to postgres://…";
        Err(("replicaUrl", mend.to_owned()))
    }
}

/// An origin and nothing behind it: every path of the API begins at the root.
fn public_url(raw: &RawConfig, listen: SocketAddr) -> Result<String, Wrong> {
    let Some(url) = &raw.public_url else {
        return Ok(format!("http://{listen}"));
    };
    let authority = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    match authority {
        Some(authority) if !authority.is_empty() && authority.chars().all(plain) => Ok(url.clone()),
        _ => {
            let mend = "must be http:// or https:// and a host, with nothing behind it; write for example https://xinmiao.example";
            Err(("publicUrl", mend.to_owned()))
        }
    }
}
