//! The records of one natural person.

use super::model::Person;
use crate::access::{Account, Actor};
use crate::db::Id;

/// The records of one natural person: an account, and the mentor and the cadre that it links. Ids are compared together with the
/// kind of their record: callers choose ids, and one of a mentor may be that of somebody's account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records(Vec<Person>);

impl Records {
    /// Those that there are of some.
    pub fn new(records: impl IntoIterator<Item = Option<Person>>) -> Self {
        let mut records: Vec<Person> = records.into_iter().flatten().collect();
        records.sort_unstable_by_key(|record| (record.kind, record.id));
        records.dedup();
        Self(records)
    }

    /// Of the person who calls; another system is no person.
    pub fn calling(actor: &Actor) -> Self {
        let user = match actor.account {
            Account::User(id) => Some(Person::user(id)),
            Account::Client(_) | Account::System => None,
        };
        Self::new([
            user,
            actor.mentor_id.map(Person::mentor),
            actor.cadre_id.map(Person::cadre),
        ])
    }

    /// The same, and one more.
    #[must_use]
    pub fn and(self, record: Option<Person>) -> Self {
        Self::new(self.0.into_iter().map(Some).chain([record]))
    }

    /// Whether a record is one of them.
    pub fn contains(&self, record: Person) -> bool {
        self.0.contains(&record)
    }

    /// Whether both are one person.
    pub fn is(&self, other: &Self) -> bool {
        self.0.iter().any(|record| other.contains(*record))
    }

    /// Whether nobody is known.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Person> + '_ {
        self.0.iter().copied()
    }

    /// Their ids, of whatever kind.
    pub fn ids(&self) -> Vec<Id> {
        self.0.iter().map(|record| record.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_of_another_kind_of_record_is_another_person() {
        let id = Id(uuid::Uuid::from_u128(7));
        let user = Records::new([Some(Person::user(id)), None]);
        let mentor = Records::new([Some(Person::mentor(id))]);
        assert!(!user.is(&mentor) && !mentor.is(&user));
        assert!(user.is(&user.clone().and(Some(Person::cadre(id)))));
        assert!(Records::default().is_empty() && !Records::default().is(&Records::default()));
        assert_eq!(user.and(Some(Person::user(id))).ids(), [id]);
    }
}
