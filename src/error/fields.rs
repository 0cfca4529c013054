//! The members of a body that are at fault.

use std::ops::ControlFlow;

use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, ValueKind, ValuePointerRef};

use super::{Error, Fault, Result};

/// A member of the body at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// RFC 6901 pointer into the body.
    pub pointer: String,
    /// What is wrong there.
    pub fault: Fault,
}

/// Most faults of one reply that are listed; more are counted.
pub const MOST_LISTED: usize = 100;
/// Longest pointer, in bytes; of a longer one the beginning is told.
const LONGEST_POINTER: usize = 500;

/// The members of a body that are at fault, in the order they were met: the first hundred, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors {
    listed: Vec<FieldError>,
    count: usize,
}

impl FieldErrors {
    /// A single fault.
    pub fn one(pointer: impl Into<String>, fault: Fault) -> Self {
        let mut errors = Self::default();
        errors.push(pointer, fault);
        errors
    }

    /// Adds a fault.
    pub fn push(&mut self, pointer: impl Into<String>, fault: Fault) {
        self.count += 1;
        if self.listed.len() < MOST_LISTED {
            let mut pointer = pointer.into();
            if pointer.len() > LONGEST_POINTER {
                pointer.truncate(pointer.floor_char_boundary(LONGEST_POINTER));
                pointer.push('…');
            }
            self.listed.push(FieldError { pointer, fault });
        }
    }

    /// Adds the faults of another part.
    pub fn extend(&mut self, others: Self) {
        self.count += others.count;
        let room = MOST_LISTED - self.listed.len();
        self.listed.extend(others.listed.into_iter().take(room));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Those that are listed.
    pub fn listed(&self) -> &[FieldError] {
        &self.listed
    }

    /// Notes the fault of a value at `pointer` and goes on without it.
    pub fn collect<T>(
        &mut self,
        pointer: &str,
        parsed: std::result::Result<T, Fault>,
    ) -> Option<T> {
        parsed.map_err(|fault| self.push(pointer, fault)).ok()
    }

    /// Notes what is at fault with a member and goes on without it.
    ///
    /// # Errors
    /// What is no fault of a member.
    pub fn absorb<T>(&mut self, found: Result<T>) -> Result<Option<T>> {
        match found {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(faults)) => {
                self.extend(faults);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// Fails with all faults, if there are any.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self))
        }
    }
}

impl IntoIterator for FieldErrors {
    type Item = FieldError;
    type IntoIter = std::vec::IntoIter<FieldError>;

    fn into_iter(self) -> Self::IntoIter {
        self.listed.into_iter()
    }
}

/// The RFC 6901 pointer of a place in a body.
pub fn pointer(location: ValuePointerRef) -> String {
    match location {
        ValuePointerRef::Origin => String::new(),
        ValuePointerRef::Key { key, prev } => format!(
            "{}/{}",
            pointer(*prev),
            key.replace('~', "~0").replace('/', "~1")
        ),
        ValuePointerRef::Index { index, prev } => format!("{}/{index}", pointer(*prev)),
    }
}

impl MergeWithError<FieldErrors> for FieldErrors {
    fn merge(
        self_: Option<Self>,
        other: FieldErrors,
        _: ValuePointerRef,
    ) -> ControlFlow<Self, Self> {
        let mut all = self_.unwrap_or_default();
        all.extend(other);
        ControlFlow::Continue(all)
    }
}

impl DeserializeError for FieldErrors {
    fn error<V: IntoValue>(
        self_: Option<Self>,
        error: ErrorKind<V>,
        location: ValuePointerRef,
    ) -> ControlFlow<Self, Self> {
        let mut all = self_.unwrap_or_default();
        match error {
            ErrorKind::IncorrectValueKind { accepted, .. } => {
                let accepted: Vec<_> = accepted.iter().map(ValueKind::to_string).collect();
                all.push(
                    pointer(location),
                    Fault::with("type", &[&accepted.join(", ")]),
                );
            }
            ErrorKind::MissingField { field } => {
                all.push(pointer(location.push_key(field)), Fault::new("required"))
            }
            ErrorKind::UnknownKey { key, .. } => {
                all.push(
                    pointer(location.push_key(key)),
                    Fault::new("unknown-member"),
                );
            }
            ErrorKind::UnknownValue { accepted, .. } => {
                all.push(
                    pointer(location),
                    Fault::with("code-unknown", &[&accepted.join(", ")]),
                );
            }
            ErrorKind::BadSequenceLen { expected, .. } => {
                all.push(
                    pointer(location),
                    Fault::with("out-of-range", &[&expected, &expected]),
                );
            }
            // What the reader says of it may repeat the value.
            ErrorKind::Unexpected { .. } => {
                all.push(pointer(location), Fault::with("type", &[&"Integer"]));
            }
        }
        ControlFlow::Continue(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_faults_are_listed_and_all_are_counted() {
        let mut errors = FieldErrors::default();
        for n in 0..150 {
            errors.push(format!("/{n}"), Fault::new("required"));
        }
        let mut all = FieldErrors::one("/first", Fault::new("required"));
        all.extend(errors.clone());
        assert_eq!((errors.listed().len(), errors.count()), (100, 150));
        assert_eq!((all.listed().len(), all.count()), (100, 151));
        assert_eq!(all.listed()[0].pointer, "/first");
    }

    #[test]
    fn a_long_pointer_is_cut() {
        let errors = FieldErrors::one("字".repeat(1000), Fault::new("unknown-member"));
        let pointer = &errors.listed()[0].pointer;
        assert!(pointer.len() <= LONGEST_POINTER + 3 && pointer.ends_with('…'));
    }
}
