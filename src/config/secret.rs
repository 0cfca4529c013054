//! Where the installation's secret key comes from.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::RawConfig;

/// The installation's secret key, or where it is to be kept.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretKey {
    /// Given by a setting.
    Given([u8; 32]),
    /// Kept in this file, which is made at first start.
    KeptIn(PathBuf),
    /// Not given, and there is no place of ours to keep one.
    Missing,
}

impl std::fmt::Debug for SecretKey {
    /// Never the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Given(_) => "SecretKey(given)",
            Self::KeptIn(_) => "SecretKey(kept in a file)",
            Self::Missing => "SecretKey(missing)",
        })
    }
}

impl SecretKey {
    /// Finds the key: the setting, the file named by a setting, or a file beside the SQLite database.
    ///
    /// # Errors
    /// The setting at fault and the mend.
    pub(super) fn find(
        raw: &RawConfig,
        database: Option<&Path>,
    ) -> Result<Self, (&'static str, String)> {
        if let Some(text) = &raw.secret_key {
            if raw.secret_key_file.is_some() {
                let mend = "stands beside XINMIAO_SECRET_KEY_FILE; set one of the two";
                return Err(("secretKey", mend.to_owned()));
            }
            let key = parse(text).ok_or_else(|| ("secretKey", FORM.to_owned()))?;
            return Ok(Self::Given(key));
        }
        if let Some(path) = &raw.secret_key_file {
            let text = std::fs::read_to_string(path).map_err(|error| {
                let mend = format!("names {}, which cannot be read: {error}", path.display());
                ("secretKeyFile", mend)
            })?;
            let wrong = || {
                let mend = format!("names {}, whose content {FORM}", path.display());
                ("secretKeyFile", mend)
            };
            return parse(&text).map(Self::Given).ok_or_else(wrong);
        }
        Ok(database.map_or(Self::Missing, |file| Self::KeptIn(beside(file))))
    }
}

const FORM: &str =
    "is no key of 32 bytes in hexadecimal or base64; make one with: openssl rand -base64 32";

/// The key's file beside a SQLite database file.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// Reads a key of 32 bytes; blanks around it do not count.
pub fn parse(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let bytes = if text.len() == 64 {
        (0..64)
            .step_by(2)
            .map(|n| u8::from_str_radix(text.get(n..n + 2)?, 16).ok())
            .collect::<Option<Vec<u8>>>()?
    } else {
        [STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD]
            .iter()
            .find_map(|engine| engine.decode(text).ok())?
    };
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_and_base64_are_read_with_or_without_a_line_end() {
        let key = [0xa7; 32];
        let hex = crate::vault::hex(&key);
        assert_eq!(parse(&hex), Some(key));
        assert_eq!(parse(&format!("{hex}\n")), Some(key));
        assert_eq!(parse(&STANDARD.encode(key)), Some(key));
        assert_eq!(parse(&format!("{}\r\n", STANDARD.encode(key))), Some(key));
        assert_eq!(parse("too short"), None);
        assert_eq!(parse(&"é".repeat(32)), None);
        assert_eq!(parse(&STANDARD.encode([1; 31])), None);
    }
}
