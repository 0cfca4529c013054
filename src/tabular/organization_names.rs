//! Units by what people call them.

use std::collections::HashMap;

use crate::codes::NameMatch;
use crate::values::cell::compact;

/// A unit with all it is called.
#[derive(Debug, Clone)]
pub struct OrganizationEntry<T> {
    /// What is found.
    pub id: T,
    /// The code.
    pub code: String,
    /// Codes it had.
    pub former_codes: Vec<String>,
    /// The name.
    pub name: String,
    /// The short name.
    pub short_name: Option<String>,
    /// Names it had.
    pub former_names: Vec<String>,
    /// The names of the units above it, from the root to its parent.
    pub ancestors: Vec<String>,
}

/// Finds units by name and code.
#[derive(Debug)]
pub struct OrganizationNames<T> {
    codes: HashMap<String, Vec<T>>,
    former_codes: HashMap<String, Vec<T>>,
    /// From the surest kind of name to the least sure.
    tiers: [HashMap<String, Vec<T>>; 4],
}

impl<T: Copy + PartialEq> OrganizationNames<T> {
    /// The units that may be found.
    pub fn new(entries: impl IntoIterator<Item = OrganizationEntry<T>>) -> Self {
        let mut names = Self {
            codes: HashMap::new(),
            former_codes: HashMap::new(),
            tiers: Default::default(),
        };
        for entry in entries {
            names.codes.entry(entry.code).or_default().push(entry.id);
            for code in entry.former_codes {
                names.former_codes.entry(code).or_default().push(entry.id);
            }
            let [full, short, former, bare] = &mut names.tiers;
            let own = without_ancestors(&entry.name, &entry.ancestors);
            add(full, &entry.name, entry.id);
            for start in 0..entry.ancestors.len() {
                add(
                    full,
                    &format!("{}{own}", entry.ancestors[start..].concat()),
                    entry.id,
                );
            }
            if let Some(name) = &entry.short_name {
                add(short, name, entry.id);
            }
            for name in &entry.former_names {
                add(former, name, entry.id);
                add(bare, without_ancestors(name, &entry.ancestors), entry.id);
            }
            add(bare, own, entry.id);
        }
        names
    }

    /// The unit with a name: its full name, alone or behind the names of units above it; else its short name; else a former
    /// name; else any of these without the names of the units above it.
    pub fn find(&self, name: &str) -> NameMatch<T> {
        let name = compact(name);
        let found = self.tiers.iter().find_map(|tier| tier.get(&name));
        NameMatch::from_candidates(found.into_iter().flatten().copied())
    }

    /// The unit with a code, or a former code where no unit has it now.
    pub fn find_code(&self, code: &str) -> NameMatch<T> {
        let found = self.codes.get(code).or_else(|| self.former_codes.get(code));
        NameMatch::from_candidates(found.into_iter().flatten().copied())
    }
}

fn add<T: Copy>(tier: &mut HashMap<String, Vec<T>>, name: &str, id: T) {
    tier.entry(compact(name)).or_default().push(id);
}

/// What is left of a name behind the names of units above; all of it, if nothing were.
fn without_ancestors<'a>(name: &'a str, ancestors: &[String]) -> &'a str {
    let mut own = name;
    while let Some(rest) = ancestors
        .iter()
        .filter(|ancestor| !ancestor.is_empty())
        .find_map(|ancestor| own.strip_prefix(ancestor.as_str()))
    {
        if rest.is_empty() {
            return own;
        }
        own = rest;
    }
    own
}

#[cfg(test)]
mod tests {
    use super::NameMatch::{None as Nothing, One, Several};
    use super::*;

    fn entry(id: u8, name: &str, ancestors: &[&str]) -> OrganizationEntry<u8> {
        OrganizationEntry {
            id,
            code: format!("U-{id}"),
            former_codes: vec![format!("O-{}", id / 2), format!("U-{}", id + 1)],
            name: name.to_owned(),
            short_name: None,
            former_names: Vec::new(),
            ancestors: ancestors.iter().map(ToString::to_string).collect(),
        }
    }

    fn names() -> OrganizationNames<u8> {
        OrganizationNames::new([
            entry(1, "巴中市", &[]),
            entry(2, "恩阳区", &["巴中市"]),
            entry(3, "通江县", &["巴中市"]),
            entry(4, "恩阳区兴隆镇", &["巴中市", "恩阳区"]),
            entry(5, "通江县兴隆镇", &["巴中市", "通江县"]),
            OrganizationEntry {
                short_name: Some("县委组织部".to_owned()),
                former_names: vec!["通江县组织局".to_owned(), "恩阳区兴隆镇".to_owned()],
                ..entry(6, "中共通江县委组织部", &["巴中市", "通江县"])
            },
            entry(7, "渔溪镇", &["巴中市", "恩阳区"]),
        ])
    }

    #[test]
    fn a_unit_is_found_by_its_full_name_alone_or_behind_those_above() {
        for (name, id) in [
            ("恩阳区兴隆镇", 4),
            ("巴中市恩阳区兴隆镇", 4),
            (" 通江县　兴隆镇", 5),
            ("渔溪镇", 7),
            ("恩阳区渔溪镇", 7),
            ("巴中市恩阳区", 2),
            ("巴中市", 1),
        ] {
            assert_eq!(names().find(name), One(id), "{name}");
        }
    }

    #[test]
    fn short_and_former_names_and_names_without_those_above_come_after() {
        assert_eq!(names().find("县委组织部"), One(6));
        assert_eq!(names().find("通江县组织局"), One(6));
        assert_eq!(names().find("组织局"), One(6));
    }

    #[test]
    fn a_name_of_several_units_is_not_guessed_and_an_unknown_one_stays_unknown() {
        assert!(
            matches!(names().find("兴隆镇"), Several(ids) if ids.contains(&4) && ids.contains(&5))
        );
        for name in ["", "巴中市航空航天局", "恩阳区望江楼镇", "镇"] {
            assert_eq!(names().find(name), Nothing, "{name}");
        }
    }

    #[test]
    fn codes_are_found_as_they_are() {
        assert_eq!(names().find_code("U-3"), One(3));
        assert_eq!(names().find_code("u-3"), Nothing);
        assert_eq!(names().find_code("U-8"), One(7));
        assert_eq!(names().find_code("O-3"), Several(vec![6, 7]));
    }
}
