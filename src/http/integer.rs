//! Whole numbers in bodies, within bounds that the document repeats.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use crate::error::{Fault, FieldErrors};

/// A version: 1 or more, and no more than every JSON reader holds exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowVersion(pub i64);

/// 2^53 − 1 (RFC 8259 §6).
const MAX: i64 = 9_007_199_254_740_991;

impl Deserr<FieldErrors> for RowVersion {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let fault = match value {
            Value::Integer(version) => match i64::try_from(version) {
                Ok(version) if (1..=MAX).contains(&version) => return Ok(Self(version)),
                _ => Fault::with("out-of-range", &[&1, &MAX]),
            },
            Value::NegativeInteger(_) => Fault::with("out-of-range", &[&1, &MAX]),
            _ => Fault::with("type", &[&"Integer"]),
        };
        Err(FieldErrors::one(crate::error::pointer(location), fault))
    }
}

/// A whole number between bounds, which are part of what it is: it is refused where it is read, with every other fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Integer<const MIN: i32, const MAX: i32>(pub i32);

impl<const MIN: i32, const MAX: i32> From<Integer<MIN, MAX>> for i32 {
    fn from(number: Integer<MIN, MAX>) -> Self {
        number.0
    }
}

impl<const MIN: i32, const MAX: i32> Deserr<FieldErrors> for Integer<MIN, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        let number = match value {
            Value::Integer(number) => i32::try_from(number).ok(),
            Value::NegativeInteger(number) => i32::try_from(number).ok(),
            _ => {
                let fault = Fault::with("type", &[&"Integer"]);
                return Err(FieldErrors::one(crate::error::pointer(location), fault));
            }
        };
        let within = number.filter(|number| (MIN..=MAX).contains(number));
        within.map(Self).ok_or_else(|| {
            let fault = Fault::with("out-of-range", &[&MIN, &MAX]);
            FieldErrors::one(crate::error::pointer(location), fault)
        })
    }
}
