//! Reading bodies: every fault at once, duplicate members noticed, unknown members refused.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use deserr::Deserr;
use futures_util::StreamExt;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::{Error, FieldErrors, Result};

/// Largest JSON body: what the largest one that the document allows takes (`tests/it/bounds.rs`).
const MAX_BODY: usize = 4 * 1024 * 1024;
/// Deepest nesting.
const MAX_DEPTH: usize = 64;

/// SHA-256 of a body in canonical form: what an idempotency key is bound to.
pub type BodyDigest = [u8; 32];

/// Largest body of an operation that needs no token: anybody may send one.
pub const MAX_VISITOR_BODY: usize = 16 * 1024;

/// A JSON body that was read in full.
pub struct JsonBody<T, const MAX: usize = MAX_BODY> {
    /// The value.
    pub value: T,
    /// The body's digest, whatever the order of its members.
    pub digest: BodyDigest,
}

/// A JSON body of an operation that needs no token.
pub type VisitorBody<T> = JsonBody<T, MAX_VISITOR_BODY>;

/// A file of comma-separated values, as it was sent.
pub struct CsvBody {
    /// The bytes.
    pub bytes: Bytes,
    /// The encoding that the media type declares.
    pub charset: Option<String>,
    /// The body's digest.
    pub digest: BodyDigest,
}

/// Largest file.
const MAX_FILE: usize = 10 * 1024 * 1024;
/// How much of a file that is too large is read before the refusal: a caller who is still sending could not read it.
const MAX_UNWANTED: usize = 32 * 1024 * 1024;

/// A body that may be missing, as verbs take it; missing is the same as `{}`.
pub struct OptionalBody<T> {
    /// The value.
    pub value: T,
    /// The body's digest.
    pub digest: BodyDigest,
}

impl<T: Deserr<FieldErrors> + 'static, const MAX: usize> FromRequest for JsonBody<T, MAX> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let accepted = check_media_type(request);
        let payload = payload.take();
        Box::pin(async move {
            accepted?;
            let bytes = collect(payload, MAX).await?;
            let (value, digest) = read(&bytes)?;
            Ok(Self { value, digest })
        })
    }
}

impl<T: Deserr<FieldErrors> + 'static> FromRequest for OptionalBody<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let accepted = check_media_type(request);
        let payload = payload.take();
        Box::pin(async move {
            let bytes = collect(payload, MAX_BODY).await?;
            if bytes.is_empty() {
                let (value, digest) = read(b"{}")?;
                return Ok(Self { value, digest });
            }
            accepted?;
            let (value, digest) = read(&bytes)?;
            Ok(Self { value, digest })
        })
    }
}

impl FromRequest for CsvBody {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (essence, charset) = media_type(request);
        let is_csv = essence.eq_ignore_ascii_case("text/csv");
        let announced = request
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        let payload = payload.take();
        Box::pin(async move {
            if !is_csv {
                return Err(Error::UnsupportedMediaType("text/csv"));
            }
            if announced.is_some_and(|length| length > MAX_UNWANTED) {
                return Err(Error::PayloadTooLarge);
            }
            let bytes = collect_file(payload).await?;
            // Other characters are another file.
            let label = charset.as_deref().unwrap_or_default();
            let digest = crate::vault::sha256(&[&bytes, label.as_bytes()]);
            Ok(Self {
                bytes,
                charset,
                digest,
            })
        })
    }
}

/// A form of an operation that needs no token, as it was sent.
pub struct FormBody(pub BytesMut);

impl FromRequest for FormBody {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = payload.take();
        Box::pin(async move { collect(payload, MAX_VISITOR_BODY).await.map(Self) })
    }
}

async fn collect_file(mut payload: Payload) -> Result<Bytes> {
    let (mut bytes, mut pace) = (BytesMut::new(), Pace::begin());
    let mut unwanted = 0;
    while let Some(chunk) = pace.next(&mut payload).await? {
        if unwanted > 0 || bytes.len() + chunk.len() > MAX_FILE {
            unwanted += bytes.len() + chunk.len();
            bytes.clear();
            if unwanted > MAX_UNWANTED {
                break;
            }
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    if unwanted > 0 {
        Err(Error::PayloadTooLarge)
    } else {
        Ok(bytes.freeze())
    }
}

/// How long the first part of a body, and each that follows, may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes a second that a body must have after that.
const LEAST_RATE: u64 = 2 * 1024;

/// How fast a body comes: one that trickles keeps a connection and what was read of it.
struct Pace {
    began: Instant,
    taken: u64,
}

impl Pace {
    fn begin() -> Self {
        Self {
            began: Instant::now(),
            taken: 0,
        }
    }

    /// The next part, unless it comes too late.
    async fn next(&mut self, payload: &mut Payload) -> Result<Option<Bytes>> {
        let due = PATIENCE + Duration::from_secs(self.taken / LEAST_RATE);
        let left = due.saturating_sub(self.began.elapsed()).min(PATIENCE);
        let part = timeout(left, payload.next()).await;
        let part = part.map_err(|_| Error::RequestTimeout)?;
        let part = part.transpose().map_err(|_| incomplete())?;
        self.taken += part.as_ref().map_or(0, |part| part.len() as u64);
        Ok(part)
    }
}

fn incomplete() -> Error {
    Error::parameter("body", "parameter-invalid", &["a complete body"])
}

/// The media type without its parameters, and its charset.
fn media_type(request: &HttpRequest) -> (&str, Option<String>) {
    let sent = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    let charset = sent.split(';').skip(1).map(str::trim).find_map(|p| {
        p.to_ascii_lowercase()
            .strip_prefix("charset=")
            .map(|label| label.trim_matches('"').to_owned())
    });
    (essence, charset)
}

fn check_media_type(request: &HttpRequest) -> Result<()> {
    let expected = if request.method() == actix_web::http::Method::PATCH {
        "application/merge-patch+json"
    } else {
        "application/json"
    };
    let (essence, charset) = media_type(request);
    let utf8 = charset.is_none_or(|name| name == "utf-8");
    if essence.eq_ignore_ascii_case(expected) && utf8 {
        Ok(())
    } else {
        Err(Error::UnsupportedMediaType(expected))
    }
}

/// Reads a body of at most `most` bytes.
async fn collect(mut payload: Payload, most: usize) -> Result<BytesMut> {
    let (mut bytes, mut pace) = (BytesMut::new(), Pace::begin());
    while let Some(chunk) = pace.next(&mut payload).await? {
        if bytes.len() + chunk.len() > most {
            return Err(Error::PayloadTooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn read<T: Deserr<FieldErrors>>(bytes: &[u8]) -> Result<(T, BodyDigest)> {
    let json = parse_json(bytes)?;
    let digest = crate::vault::sha256(&[canonical(&json).as_bytes()]);
    let value = deserr::deserialize::<T, _, FieldErrors>(json).map_err(Error::Invalid)?;
    Ok((value, digest))
}

/// One form for equal values: `serde_json` keeps members sorted.
pub fn canonical(json: &Value) -> String {
    json.to_string()
}

/// Parses JSON and refuses what `serde_json::Value` would silently repair: duplicate members and deep nesting.
///
/// # Errors
/// `Malformed`.
pub fn parse_json(bytes: &[u8]) -> Result<Value> {
    let malformed = |_| {
        Error::parameter(
            "body",
            "parameter-invalid",
            &["JSON (RFC 8259) in UTF-8 without duplicate members"],
        )
    };
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }
        .deserialize(&mut deserializer)
        .map_err(malformed)?;
    deserializer.end().map_err(malformed)?;
    Ok(value)
}

struct Strict {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let depth = deeper(self.depth)?;
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Strict { depth })? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let depth = deeper(self.depth)?;
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(Strict { depth })?;
            if map.insert(key, value).is_some() {
                return Err(de::Error::custom("duplicate member"));
            }
        }
        Ok(Value::Object(map))
    }
}

fn deeper<E: de::Error>(depth: usize) -> Result<usize, E> {
    if depth < MAX_DEPTH {
        Ok(depth + 1)
    } else {
        Err(E::custom("nested too deeply"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicate_members_and_deep_nesting_are_refused() {
        assert!(parse_json(br#"{"a":1,"b":{"a":2}}"#).is_ok());
        assert!(parse_json(br#"{"a":1,"a":2}"#).is_err());
        assert!(parse_json(format!("{}{}", "[".repeat(65), "]".repeat(65)).as_bytes()).is_err());
        assert!(parse_json(b"{} x").is_err());
        assert!(parse_json(b"{\"a\":\"\xff\"}").is_err());
    }
}
