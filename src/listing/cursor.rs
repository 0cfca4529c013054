//! Cursors: the keys of the last row of a page, signed together with the query and the caller they are good for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::paging::Paging;
use crate::context::Context;
use crate::error::{Error, Result};

/// A cursor older than this is expired, in seconds.
const LIFE: i64 = 24 * 3600;
/// Bytes of the signature.
const TAG: usize = 16;

/// What a cursor carries.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    /// When it was given, in seconds since 1970.
    #[serde(rename = "t")]
    at: i64,
    /// The keys of the last row, in the order of the list.
    #[serde(rename = "k")]
    keys: Vec<Value>,
}

/// The keys of the row to go on after.
///
/// # Errors
/// `InvalidCursor` for a cursor of another list, query or caller; `ExpiredCursor` for one too old.
pub(super) fn read(paging: &Paging, context: &Context) -> Result<Option<Vec<Value>>> {
    let Some(text) = paging.cursor.as_deref() else {
        return Ok(None);
    };
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Error::InvalidCursor)?;
    let (sent, content) = bytes.split_at_checked(TAG).ok_or(Error::InvalidCursor)?;
    if !crate::vault::equal(sent, &tag(paging, context, content)) {
        return Err(Error::InvalidCursor);
    }
    let content: Content = serde_json::from_slice(content).map_err(|_| Error::InvalidCursor)?;
    if content.at + LIFE < context.now.seconds() {
        return Err(Error::ExpiredCursor);
    }
    Ok(Some(content.keys))
}

/// A cursor to go on after the row with these keys.
///
/// # Errors
/// When the keys cannot be written as JSON.
pub(super) fn write(paging: &Paging, context: &Context, keys: Vec<Value>) -> Result<String> {
    let content = Content {
        at: context.now.seconds(),
        keys,
    };
    let content = serde_json::to_vec(&content).map_err(Error::internal)?;
    let mut bytes = tag(paging, context, &content).to_vec();
    bytes.extend_from_slice(&content);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn tag(paging: &Paging, context: &Context, content: &[u8]) -> [u8; TAG] {
    let caller = context.actor.id();
    let caller = caller.map(|id| id.to_string()).unwrap_or_default();
    context.deps.vault.sign_cursor(
        &[
            paging.bound_to.as_bytes(),
            b"\0",
            paging.body.as_ref().map_or(&[], |digest| digest.as_slice()),
            b"\0",
            caller.as_bytes(),
            b"\0",
            content,
        ]
        .concat(),
    )
}
