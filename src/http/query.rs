//! Query strings: an allow-list of names, each at most once, all faults together.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde_json::{Map, Value as Json};
use utoipa::IntoParams;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::error::{Error, Fault, FieldErrors, ParameterError, Result};
use crate::values::{PerType, Word};

/// A query string as decoded pairs; a name that stands twice is noted.
pub struct RawQuery {
    members: Map<String, Json>,
    errors: Vec<ParameterError>,
}

/// More conditions than this are refused.
const MAX_CONDITIONS: usize = 20;

impl RawQuery {
    /// Decodes a query string.
    pub fn parse(query: &str) -> Self {
        let mut members = Map::new();
        let mut errors = Vec::new();
        for (name, value) in form_pairs(query) {
            let Some((name, value)) = name.zip(value) else {
                errors.push(ParameterError::new(
                    "query",
                    "parameter-invalid",
                    &["UTF-8, percent-encoded"],
                ));
                continue;
            };
            if value.contains('\0') {
                errors.push(ParameterError::new(name.clone(), "text-invalid", &[]));
            }
            if members.insert(name.clone(), Json::String(value)).is_some() {
                errors.push(ParameterError::new(name, "parameter-repeated", &[]));
            }
        }
        if members.len() > MAX_CONDITIONS {
            errors.push(ParameterError::new("query", "out-of-range", &["0", "20"]));
        }
        Self { members, errors }
    }

    /// Takes one parameter out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        match self.members.remove(name) {
            Some(Json::String(value)) => Some(value),
            _ => None,
        }
    }

    /// Whether anything was unreadable or stood twice so far.
    pub fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The parameters in one order, percent-encoded: equal queries have equal fingerprints, and it can stand in a link.
    pub fn fingerprint(&self) -> String {
        let pairs = self
            .members
            .iter()
            .filter(|(name, _)| name.as_str() != "limit");
        let encode = |(name, value): (&String, &Json)| {
            format!(
                "{}={}",
                escape(name),
                escape(value.as_str().unwrap_or_default())
            )
        };
        pairs.map(encode).collect::<Vec<_>>().join("&")
    }

    /// Notes a parameter at fault.
    pub fn fault(&mut self, error: ParameterError) {
        self.errors.push(error);
    }

    /// Reads what is left as filters; unknown names are refused with the allowed ones.
    ///
    /// # Errors
    /// `Malformed` with all faults.
    pub fn finish<F: Filters>(mut self, also_allowed: &[&str]) -> Result<F> {
        let allowed = allowed::<F>();
        let names = allowed.names.iter().map(String::as_str);
        let known: Vec<&str> = names.chain(also_allowed.iter().copied()).collect();
        let unknown: Vec<String> = self
            .members
            .keys()
            .filter(|name| !allowed.names.contains(name))
            .cloned()
            .collect();
        for name in unknown {
            self.members.remove(&name);
            self.errors
                .push(ParameterError::new(name, "parameter-unknown", &known));
        }
        for flag in &allowed.flags {
            if let Some(value) = self.members.get_mut(flag) {
                match value.as_str() {
                    Some("true") => *value = Json::Bool(true),
                    Some("false") => *value = Json::Bool(false),
                    _ => {}
                }
            }
        }
        let read = deserr::deserialize::<F, _, FieldErrors>(Json::Object(self.members));
        match read {
            Ok(filters) if self.errors.is_empty() => Ok(filters),
            Ok(_) => Err(Error::Malformed(self.errors)),
            Err(faults) => {
                self.errors
                    .extend(faults.into_iter().map(|error| ParameterError {
                        parameter: error.pointer.trim_start_matches('/').to_owned(),
                        code: error.fault.code,
                        allowed: error.fault.arguments,
                    }));
                Err(Error::Malformed(self.errors))
            }
        }
    }
}

fn form_pairs(query: &str) -> impl Iterator<Item = (Option<String>, Option<String>)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
}

fn escape(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut out, byte| {
            if byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'_' | b'.' | b'~' | b',' | b':')
            {
                out.push(char::from(byte));
            } else {
                out.push('%');
                out.push_str(&crate::vault::hex(&[byte]).to_uppercase());
            }
            out
        })
}

/// Percent-decodes; `+` is a blank, as forms write it.
pub fn decode(text: &str) -> Option<String> {
    percent_decode(&text.replace('+', " "))
}

/// Percent-decodes once; what is no encoded UTF-8 is nothing.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

/// The filters of a list: a struct whose members are the parameters.
pub trait Filters: Deserr<FieldErrors> + IntoParams + 'static {}

impl<F: Deserr<FieldErrors> + IntoParams + 'static> Filters for F {}

/// What a query may hold, as the document says it.
struct Allowed {
    names: Vec<String>,
    /// Those that are a [`Flag`]: what stands in a body as a boolean stands in a query as a word.
    flags: Vec<String>,
}

/// The names of the parameters that a type of filters has.
pub fn parameters<F: Filters>() -> &'static [String] {
    &allowed::<F>().names
}

fn allowed<F: Filters>() -> &'static Allowed {
    static ALLOWED: PerType<Allowed> = PerType::new();
    ALLOWED.get::<F>(|| {
        let parameters = F::into_params(|| None);
        let flags = parameters.iter().filter(|parameter| {
            let schema = parameter.schema.as_ref();
            schema.is_some_and(is_boolean)
        });
        Allowed {
            flags: flags.map(|parameter| parameter.name.clone()).collect(),
            names: parameters.into_iter().map(|p| p.name).collect(),
        }
    })
}

fn is_boolean(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => match &object.schema_type {
            SchemaType::Type(kind) => *kind == Type::Boolean,
            SchemaType::Array(kinds) => kinds.contains(&Type::Boolean),
            SchemaType::AnyValue => false,
        },
        RefOr::T(Schema::OneOf(choices)) => choices.items.iter().any(is_boolean),
        _ => false,
    }
}

/// A list whose filters stand elsewhere.
#[derive(Debug, Clone, Copy, Deserr, IntoParams)]
#[deserr(error = FieldErrors)]
pub struct NoFilters {}

/// Query parameters of an operation that is no list.
pub struct QueryOf<F>(pub F);

impl<F: Filters> FromRequest for QueryOf<F> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            RawQuery::parse(request.query_string())
                .finish::<F>(&[])
                .map(Self),
        )
    }
}

/// `true` or `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Deserr<FieldErrors> for Flag {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        match value {
            Value::Boolean(flag) => Ok(Self(flag)),
            _ => Err(FieldErrors::one(
                crate::error::pointer(location),
                Fault::with("code-unknown", &[&"true", &"false"]),
            )),
        }
    }
}

impl utoipa::PartialSchema for Flag {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Boolean)
            .into()
    }
}

impl utoipa::ToSchema for Flag {}

/// One or several words, separated by commas: any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOf<T>(pub Vec<T>);

impl<T: Word> Deserr<FieldErrors> for OneOf<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let text = String::deserialize_from_value(value, location)?;
        let words: std::result::Result<Vec<T>, Fault> = text.split(',').map(T::read).collect();
        words
            .map(Self)
            .map_err(|fault| FieldErrors::one(crate::error::pointer(location), fault))
    }
}

impl<T: Word> utoipa::__dev::ComposeSchema for OneOf<T> {
    fn compose(
        _: Vec<utoipa::openapi::RefOr<utoipa::openapi::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let any = T::words().join("|");
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(format!("^({any})(,({any}))*$")))
            .examples(
                T::words()
                    .iter()
                    .take(1)
                    .copied()
                    .map(serde_json::Value::from),
            )
            .max_length(Some(400))
            .description(Some(format!(
                "One of {}, or several separated by commas.",
                T::words().join(", ")
            )))
            .into()
    }
}

impl<T: Word> utoipa::ToSchema for OneOf<T> {}

/// A whole number from `MIN` to `MAX` in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole<const MIN: i32, const MAX: i32>(pub i32);

impl<const MIN: i32, const MAX: i32> Deserr<FieldErrors> for Whole<MIN, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let text = String::deserialize_from_value(value, location)?;
        let number = text.parse().ok().filter(|n| (MIN..=MAX).contains(n));
        number.map(Self).ok_or_else(|| {
            FieldErrors::one(
                crate::error::pointer(location),
                Fault::with("out-of-range", &[&MIN, &MAX]),
            )
        })
    }
}

impl<const MIN: i32, const MAX: i32> utoipa::PartialSchema for Whole<MIN, MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::Int32,
            )))
            .minimum(Some(MIN))
            .maximum(Some(MAX))
            .into()
    }
}

impl<const MIN: i32, const MAX: i32> utoipa::ToSchema for Whole<MIN, MAX> {}
