//! The documentation of every setting, in one table: `xinmiao serve --help` prints it.

use super::environment::env_name;

/// A setting as operators read of it.
pub struct Setting {
    /// Its name in `xinmiao.toml`.
    pub name: &'static str,
    /// What it is, with its default.
    pub summary: &'static str,
}

const fn setting(name: &'static str, summary: &'static str) -> Setting {
    Setting { name, summary }
}

/// Every setting.
pub const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        "the address to listen on [127.0.0.1:8080]; put a reverse proxy that ends TLS in front",
    ),
    setting(
        "databaseUrl",
        "sqlite://PATH for one machine, postgres://USER@HOST/NAME for many instances [sqlite://var/xinmiao.db]",
    ),
    setting(
        "replicaUrl",
        "a PostgreSQL replica to read from [none: reads go to the database]",
    ),
    setting(
        "publicUrl",
        "how callers reach the service; issuer of its tokens, base of absolute links [http:// and the listen address]",
    ),
    setting(
        "trustedProxies",
        "addresses and networks of the proxies in front, such as 127.0.0.1, 10.0.0.0/8: callers are told apart by what those say in Forwarded or X-Forwarded-For [none: by the connection]",
    ),
    setting(
        "connectionsPerNetwork",
        "connections of one address, or of one /64 of IPv6, open at once; trusted proxies have as many as they like [4096]",
    ),
    setting(
        "timezone",
        "the time zone of days and quarters [Asia/Shanghai]",
    ),
    setting(
        "language",
        "the language of the texts that a new programme begins with, such as its phase templates: zh-CN or en [zh-CN]",
    ),
    setting(
        "today",
        "the programme's standing day, YYYY-MM-DD; only with --demo [2023-07-24 there]",
    ),
    setting(
        "secretKey",
        "32 bytes in hexadecimal or base64; encrypts identity numbers, phones and signing keys",
    ),
    setting(
        "secretKeyFile",
        "a file with that key; required on PostgreSQL [on SQLite made at first start beside the database file]",
    ),
    setting(
        "demoPassword",
        "the one password of the demo's accounts, 8 to 128 characters; only with --demo [random, printed once]",
    ),
    setting(
        "log",
        "what is logged, such as info or xinmiao=debug,info [info]",
    ),
    setting("readers", "threads that read from the database [2]"),
    setting("writers", "threads that write to PostgreSQL [8]"),
    setting(
        "queue",
        "requests that may wait for the database, from 1024 [4096]",
    ),
    setting(
        "deadlineSeconds",
        "how long a request may wait for the database [10]",
    ),
    setting(
        "drainSeconds",
        "how long the service goes on accepting after SIGTERM, with readiness failing already [0]",
    ),
    setting(
        "shutdownSeconds",
        "how long requests in flight may then take to finish [30]",
    ),
    setting(
        "idleHours",
        "idle life of sessions of people with any role but MENTOR and CADRE [12]",
    ),
    setting("absoluteHours", "absolute life of those sessions [168]"),
    setting(
        "memberIdleHours",
        "idle life of sessions of people with only MENTOR or CADRE [720]",
    ),
    setting(
        "memberAbsoluteHours",
        "absolute life of those sessions [4320]",
    ),
];

/// The table as text, with the names of the environment.
pub fn describe_settings() -> String {
    let mut text = String::from(
        "Settings (xinmiao.toml < environment < flags; in the file the names are in lowerCamelCase, such as publicUrl):\n",
    );
    for Setting { name, summary } in SETTINGS {
        text.push_str(&format!("\n  {}\n      {summary}", env_name(name)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RawConfig;

    #[test]
    fn every_setting_is_documented_and_nothing_else() {
        // A secret is left out of serialized settings, so the names are asked of the reader: it lists what it knows.
        let error = serde_json::from_str::<RawConfig>("{\"?\":0}")
            .err()
            .unwrap()
            .to_string();
        let listed = error.split("expected one of ").nth(1).unwrap();
        let listed = listed.split(" at line").next().unwrap();
        let mut known: Vec<&str> = listed
            .split(", ")
            .map(|name| name.trim_matches('`'))
            .collect();
        let mut documented: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        known.sort_unstable();
        documented.sort_unstable();
        assert_eq!(known, documented);
    }
}
