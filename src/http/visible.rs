//! Members that some callers may not see: absent, not null.

use serde::{Serialize, Serializer};

/// A member that is sent, or is absent because the caller may not see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Visible<T> {
    /// Not sent; `#[serde(skip_serializing_if = "Visible::is_hidden")]` leaves the member out.
    #[default]
    Hidden,
    /// Sent.
    Shown(T),
}

impl<T> Visible<T> {
    /// Shown only to those who may see it.
    pub fn when(visible: bool, value: impl FnOnce() -> T) -> Self {
        if visible {
            Self::Shown(value())
        } else {
            Self::Hidden
        }
    }

    /// Whether the member is left out.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }
}

impl<T: Serialize> Serialize for Visible<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Hidden => serializer.serialize_none(),
            Self::Shown(value) => value.serialize(serializer),
        }
    }
}
