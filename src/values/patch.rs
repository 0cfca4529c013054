//! A member of a merge patch (RFC 7396): absent, null or a value.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use crate::error::FieldErrors;

/// What a patch says of a member; absent is not null.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not mentioned: stays as it is.
    #[default]
    Absent,
    /// Cleared.
    Null,
    /// Set.
    Value(T),
}

impl<T> Patch<T> {
    /// What sets a member where there is a value, and leaves it as it is otherwise.
    pub fn given(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }

    /// What was sent, where it is a value.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The member after the patch, for members that may be empty.
    pub fn apply(self, present: Option<T>) -> Option<T> {
        match self {
            Self::Absent => present,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The member after the patch, for members that may not: null is noted as `required`.
    pub fn require(self, present: T, pointer: &str, errors: &mut FieldErrors) -> T {
        match self {
            Self::Absent => present,
            Self::Value(value) => value,
            Self::Null => {
                errors.push(pointer, crate::error::Fault::new("required"));
                present
            }
        }
    }

    /// Notes as `required` a member that may not be empty and is cleared, or is not mentioned of a new resource.
    pub fn check_required(&self, is_new: bool, pointer: &str, errors: &mut FieldErrors) {
        if matches!(self, Self::Null) || (is_new && matches!(self, Self::Absent)) {
            errors.push(pointer, crate::error::Fault::new("required"));
        }
    }

    /// Whether the patch mentions the member.
    pub fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The patch of a member in another form.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(change(value)),
        }
    }
}

impl<T: Deserr<FieldErrors>> Deserr<FieldErrors> for Patch<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef,
    ) -> Result<Self, FieldErrors> {
        match value {
            Value::Null => Ok(Self::Null),
            value => T::deserialize_from_value(value, location).map(Self::Value),
        }
    }
}
