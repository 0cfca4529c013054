//! Lists in bodies, within a bound that the document repeats.

use deserr::{Deserr, IntoValue, Sequence, Value, ValuePointerRef};

use crate::error::{Fault, FieldErrors};

/// A list of at most `MAX` items: a longer one is refused before any of its items is read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Limited<T, const MAX: usize>(pub Vec<T>);

impl<T, const MAX: usize> Default for Limited<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Deserr<FieldErrors>, const MAX: usize> Deserr<FieldErrors> for Limited<T, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        if let Value::Sequence(items) = &value
            && items.len() > MAX
        {
            let fault = Fault::with("out-of-range", &[&0, &MAX]);
            return Err(FieldErrors::one(crate::error::pointer(location), fault));
        }
        Vec::deserialize_from_value(value, location).map(Self)
    }
}
