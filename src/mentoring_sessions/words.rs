//! What was said and agreed: sealed at rest, each for its own row.

use serde::{Deserialize, Serialize};

use crate::db::Id;
use crate::error::{Error, Result};
use crate::vault::{SecretLocation, Vault};

/// What was said in a talk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionWords {
    /// What it was about: codes or words.
    pub topics: Vec<String>,
    /// Where it was held.
    pub place: Option<String>,
    /// What was said.
    pub note: Option<String>,
}

impl SessionWords {
    /// Sealed for the row of a talk.
    ///
    /// # Errors
    /// When the cipher refuses.
    pub fn seal(&self, vault: &Vault, session_id: &Id) -> Result<Vec<u8>> {
        let words = serde_json::to_vec(self).map_err(Error::internal)?;
        vault.seal(of_session(session_id), &words)
    }

    /// Of the row of a talk; none where nothing is stored any longer.
    ///
    /// # Errors
    /// When they were sealed with another key or for another row.
    pub fn open(vault: &Vault, session_id: &Id, sealed: &[u8]) -> Result<Self> {
        if sealed.is_empty() {
            return Ok(Self::default());
        }
        let words = vault.open(of_session(session_id), sealed)?;
        serde_json::from_slice(&words).map_err(Error::internal)
    }
}

/// What is to be done, sealed for its row.
///
/// # Errors
/// When the cipher refuses.
pub fn seal_follow_up(vault: &Vault, id: &Id, text: &str) -> Result<Vec<u8>> {
    vault.seal(of_follow_up(id), text.as_bytes())
}

/// What is to be done; nothing where nothing is stored any longer.
///
/// # Errors
/// When it was sealed with another key or for another row.
pub fn open_follow_up(vault: &Vault, id: &Id, sealed: &[u8]) -> Result<String> {
    if sealed.is_empty() {
        return Ok(String::new());
    }
    vault.open_text(of_follow_up(id), sealed)
}

fn of_session(id: &Id) -> SecretLocation<'_> {
    SecretLocation::new("mentoring_sessions.words", id.0.as_bytes())
}

fn of_follow_up(id: &Id) -> SecretLocation<'_> {
    SecretLocation::new("follow_ups.words", id.0.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_open_for_their_own_row_alone() {
        let vault = Vault::new(&[7; 32]).unwrap();
        let [one, other] = [1, 2].map(|n| Id(uuid::Uuid::from_u128(n)));
        let words = SessionWords {
            topics: vec!["WORK".to_owned()],
            place: None,
            note: Some("想调回城区".to_owned()),
        };
        let sealed = words.seal(&vault, &one).unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("想调回城区"));
        assert_eq!(SessionWords::open(&vault, &one, &sealed).unwrap(), words);
        assert!(SessionWords::open(&vault, &other, &sealed).is_err());
        let text = seal_follow_up(&vault, &one, "联系党校").unwrap();
        assert_eq!(open_follow_up(&vault, &one, &text).unwrap(), "联系党校");
        assert!(open_follow_up(&vault, &other, &text).is_err());
    }
}
