//! How lines of a request's head end: with CR LF.
//!
//! The parser takes a bare LF for the end of a line, as RFC 9112 (2.2) allows. A proxy in front that takes it for something else
//! would see another request than the service does, so such a head is not let through to the parser. What follows heads is
//! skipped as RFC 9112 (6.3) measures it; where that is in doubt the connection is not looked at any further, and the parser
//! decides alone.

/// Bytes of a line that are kept; the lines that measure a body are shorter.
const KEPT: usize = 128;

/// Follows what a caller sends from one head to the next.
#[derive(Default)]
pub struct Heads {
    position: Position,
    line: Line,
    body: Body,
}

/// Where in what is sent the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Position {
    /// In a head, before its first line was read.
    #[default]
    Start,
    /// In a head, after its first line.
    Fields,
    /// In a body of which so many bytes are to come.
    Sized(u64),
    /// In the line before a chunk.
    ChunkSize,
    /// In a chunk, or in the line's end after it, of which so many bytes are to come.
    Chunk(u64),
    /// In the fields after the last chunk.
    Trailer,
    /// Nobody knows.
    Lost,
}

/// The line in progress.
#[derive(Default)]
struct Line {
    kept: Vec<u8>,
    length: usize,
    last: u8,
}

/// What the fields of a head say of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Body {
    #[default]
    None,
    Sized(u64),
    Chunked,
    Doubtful,
}

impl Heads {
    /// The place of the first line feed that stands alone in a head, among bytes that came after those before.
    pub fn bare_line_feed(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(coming) = bytes.get(at..).filter(|coming| !coming.is_empty()) {
            match self.position {
                Position::Lost => return None,
                Position::Sized(rest) | Position::Chunk(rest) => {
                    let here = rest.min(u64::try_from(coming.len()).unwrap_or(u64::MAX));
                    at += usize::try_from(here).unwrap_or(usize::MAX);
                    self.skip(rest - here);
                }
                _ => {
                    let end = coming.iter().position(|byte| *byte == b'\n');
                    let part = coming.get(..end.unwrap_or(coming.len()));
                    self.line.extend(part.unwrap_or_default());
                    let end = end?;
                    if self.line.last != b'\r' {
                        return Some(at + end);
                    }
                    self.end_line();
                    at += end + 1;
                }
            }
        }
        None
    }

    fn skip(&mut self, rest: u64) {
        self.position = match (self.position, rest) {
            (Position::Chunk(_), 0) => Position::ChunkSize,
            (Position::Chunk(_), rest) => Position::Chunk(rest),
            (_, 0) => Position::Start,
            (_, rest) => Position::Sized(rest),
        };
    }

    fn end_line(&mut self) {
        let line = &self.line;
        let is_empty = line.length == 1;
        self.position = match self.position {
            Position::Start if is_empty => Position::Start,
            Position::Start => Position::Fields,
            Position::Fields if is_empty => match std::mem::take(&mut self.body) {
                Body::None | Body::Sized(0) => Position::Start,
                Body::Sized(length) => Position::Sized(length),
                Body::Chunked => Position::ChunkSize,
                Body::Doubtful => Position::Lost,
            },
            Position::Fields => {
                self.body = self.body.and(line.field());
                Position::Fields
            }
            Position::ChunkSize => line.chunk_size(),
            Position::Trailer if is_empty => Position::Start,
            other => other,
        };
        self.line.clear();
    }
}

impl Line {
    fn extend(&mut self, part: &[u8]) {
        let room = (KEPT - self.kept.len()).min(part.len());
        self.kept
            .extend_from_slice(part.get(..room).unwrap_or_default());
        self.length += part.len();
        self.last = part.last().copied().unwrap_or(self.last);
    }

    /// Begins the next line; its room is kept.
    fn clear(&mut self) {
        self.kept.clear();
        (self.length, self.last) = (0, 0);
    }

    /// The line without its CR; none where it is longer than what was kept.
    fn text(&self) -> Option<&str> {
        let whole = self.length <= self.kept.len();
        let text = std::str::from_utf8(self.kept.split_last()?.1).ok()?;
        whole.then_some(text)
    }

    /// What a field says of the body; none for a field that says nothing of it.
    fn field(&self) -> Option<Body> {
        let end = self.kept.iter().position(|byte| *byte == b':')?;
        let name = self.kept.get(..end)?.to_ascii_lowercase();
        let value = self.text().and_then(|line| line.get(end + 1..));
        let value = value.map(|value| value.trim_matches([' ', '\t']));
        match name.as_slice() {
            b"content-length" => Some(value.and_then(decimal).map_or(Body::Doubtful, Body::Sized)),
            b"transfer-encoding" => Some(match value {
                Some(value) if value.eq_ignore_ascii_case("chunked") => Body::Chunked,
                _ => Body::Doubtful,
            }),
            b"upgrade" => Some(Body::Doubtful),
            _ => None,
        }
    }

    /// What follows the line before a chunk. The chunk ends with a line's end of its own.
    fn chunk_size(&self) -> Position {
        let size = self.text().and_then(|line| line.split(';').next());
        let size = size.map(|size| size.trim_matches([' ', '\t']));
        let is_hexadecimal = |size: &&str| size.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = size.filter(is_hexadecimal);
        match size.and_then(|size| u64::from_str_radix(size, 16).ok()) {
            Some(0) => Position::Trailer,
            Some(size) => size.checked_add(2).map_or(Position::Lost, Position::Chunk),
            None => Position::Lost,
        }
    }
}

impl Body {
    /// What two fields say: of the body, only one may speak.
    fn and(self, field: Option<Self>) -> Self {
        match (self, field) {
            (before, None) => before,
            (Self::None, Some(said)) => said,
            (_, Some(_)) => Self::Doubtful,
        }
    }
}

fn decimal(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a line feed stands alone in what is sent, however it is cut into two.
    fn found(sent: &str) -> Option<usize> {
        let whole = Heads::default().bare_line_feed(sent.as_bytes());
        for cut in 0..=sent.len() {
            let (first, second) = sent.as_bytes().split_at(cut);
            let mut heads = Heads::default();
            let found = heads
                .bare_line_feed(first)
                .or_else(|| Some(cut + heads.bare_line_feed(second)?));
            assert_eq!(found, whole, "cut at {cut}: {sent:?}");
        }
        whole
    }

    #[test]
    fn a_bare_line_feed_in_a_head_is_found() {
        for sent in [
            "\n",
            "GET / HTTP/1.1\n",
            "GET / HTTP/1.1\r\nhost: x\n",
            "GET / HTTP/1.1\r\nhost: x\r\n\n",
            "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\n",
            "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\na\nbGET / HTTP/1.1\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n2;a=b\r\n\n\n\r\n0\r\nx: y\r\n\r\nGET / HTTP/1.1\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\n",
        ] {
            assert_eq!(found(sent), Some(sent.len() - 1), "{sent:?}");
        }
    }

    #[test]
    fn bodies_hold_what_they_like() {
        for sent in [
            "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\ncontent-length: 0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length:  12 \r\n\r\na\nb\n\n\n\n\n\n\n\n\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nA\r\na\nb\n\n\n\n\n\n\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(found(sent), None, "{sent:?}");
        }
    }

    #[test]
    fn where_a_body_ends_in_doubt_nothing_is_found_any_more() {
        let long = format!("content-length: {}3", " ".repeat(200));
        for field in [
            "content-length: 1\r\ncontent-length: 2",
            "content-length: +1",
            "content-length: 1, 1",
            "content-length: 1\r\ntransfer-encoding: chunked",
            "transfer-encoding: gzip, chunked",
            "content-length: 99999999999999999999",
            "upgrade: websocket",
            &long,
        ] {
            let sent = format!("POST / HTTP/1.1\r\n{field}\r\n\r\nabcGET / HTTP/1.1\n");
            assert_eq!(found(&sent), None, "{field}");
        }
        let chunks = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
        for size in ["x", "", "-1", "ffffffffffffffff", "11111111111111111"] {
            let sent = format!("{chunks}{size}\r\na\nb");
            assert_eq!(found(&sent), None, "{size}");
        }
    }
}
