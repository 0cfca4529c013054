//! What the parser refuses before there is a request: broken heads, heads that are too large or too slow.
//!
//! The framework answers those by itself with a bare status. Callers get a problem like any other, with an id to ask about.

use serde_json::Value;

use super::envelope::new_request_id;
use super::language::Language;
use super::problem::{self, ProblemContext};
use crate::error::{Error, ParameterError};

/// Longest reply of the framework's own, in bytes.
const LONGEST: usize = 512;

/// What is written with the problem in place of a reply that the framework made by itself, the last one; none where it is a reply
/// of ours, which all bear the request's id.
pub fn instead_of(bytes: &[u8], public_url: &str) -> Option<Vec<u8>> {
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let (before, head) = last_head(bytes)?;
    let status: u16 = head.get(9..12)?.parse().ok()?;
    let is_own = head.to_ascii_lowercase().contains("\r\nx-request-id:");
    if is_own || !matches!(status, 400 | 408 | 431) {
        return None;
    }
    let code = problem::code_of(status);
    let request_id = new_request_id();
    let setting = ProblemContext {
        public_url,
        language: Language::English,
        request_id: &request_id,
        path: "/",
    };
    let body = match status {
        400 => {
            let head = ParameterError::new("head", "head-malformed", &[]);
            problem::document_of(&Error::Malformed(vec![head]), &setting)
        }
        _ => problem::plain(code, &setting),
    };
    let body = Value::Object(body).to_string();
    tracing::info!(request_id = %request_id, status, "request not parsed");
    let reason = head.lines().next()?;
    let mut written = before.to_vec();
    written.extend(
        format!(
            "{reason}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nconnection: close\r\n\
             cache-control: no-store\r\nx-request-id: {request_id}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes(),
    );
    Some(written)
}

/// The last head of what is written, of a refusal without a body, and what is written before it.
fn last_head(bytes: &[u8]) -> Option<(&[u8], &str)> {
    const BEGIN: &[u8] = b"HTTP/1.1 4";
    let end = bytes.get(bytes.len().saturating_sub(LONGEST)..)?;
    let at = end
        .windows(BEGIN.len())
        .rposition(|window| window == BEGIN)?;
    let (before, head) = bytes.split_at(bytes.len() - end.len() + at);
    let head = std::str::from_utf8(head).ok()?;
    (head.find("\r\n\r\n")? + 4 == head.len()).then_some((before, head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_replies_that_are_not_ours_are_replaced() {
        let bare = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
        let problem = instead_of(bare, "http://x").unwrap();
        let problem = String::from_utf8(problem).unwrap();
        assert!(problem.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
        assert!(problem.contains("\"code\":\"headers-too-large\""));
        let after = [b"HTTP/1.1 200 OK\r\n\r\n{}".as_slice(), bare].concat();
        let both = String::from_utf8(instead_of(&after, "http://x").unwrap()).unwrap();
        assert!(both.starts_with("HTTP/1.1 200 OK\r\n\r\n{}HTTP/1.1 431 "));
        assert!(both.contains("\"code\":\"headers-too-large\""));
        let behind = [bare.as_slice(), b"HTTP/1.1 204 No Content\r\n\r\n"].concat();
        assert_eq!(instead_of(&behind, "http://x"), None);
        let ours = b"HTTP/1.1 400 Bad Request\r\nx-request-id: 1\r\n\r\n";
        assert_eq!(instead_of(ours, "http://x"), None);
        assert_eq!(instead_of(b"HTTP/1.1 200 OK\r\n\r\n", "http://x"), None);
        assert_eq!(instead_of(b"{\"a\":\"HTTP/1.1 400\"}", "http://x"), None);
    }
}
