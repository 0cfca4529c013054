//! Kinship and the duty to keep out of each other's affairs.

use super::table;

/// The kind of kinship for which the rules of avoidance name their consequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AvoidanceClass {
    /// Husband or wife.
    Spouse,
    /// Kin in direct line, by birth, adoption or remarriage.
    Lineal,
    /// Collateral kin within three generations.
    Collateral,
    /// Near kin by marriage.
    Affinity,
}

impl AvoidanceClass {
    /// The word of the kinship table and of the rule table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spouse => "SPOUSE",
            Self::Lineal => "LINEAL",
            Self::Collateral => "COLLATERAL",
            Self::Affinity => "AFFINITY",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Spouse, Self::Lineal, Self::Collateral, Self::Affinity]
            .into_iter()
            .find(|class| class.as_str() == word)
    }
}

/// The avoidance class of a code of the table `kinship`; `None` for unknown codes and kin so distant that no rule names them.
pub fn avoidance_class(code: &str) -> Option<AvoidanceClass> {
    let table = table("kinship")?;
    AvoidanceClass::parse(table.extra(table.get(code)?, "avoidance_class")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kin_have_the_class_of_the_table() {
        assert_eq!(avoidance_class("03"), Some(AvoidanceClass::Spouse));
        assert_eq!(avoidance_class("01"), Some(AvoidanceClass::Lineal));
        assert_eq!(avoidance_class("81"), Some(AvoidanceClass::Collateral));
        assert_eq!(avoidance_class("45"), Some(AvoidanceClass::Affinity));
        assert_eq!(avoidance_class("00"), None);
    }

    #[test]
    fn every_class_of_the_table_is_known() {
        let table = table("kinship").unwrap();
        for item in &table.items {
            assert_eq!(
                avoidance_class(&item.code).map(AvoidanceClass::as_str),
                table.extra(item, "avoidance_class")
            );
        }
    }
}
