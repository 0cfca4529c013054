//! Values that hold a code of a table.

use std::fmt;

use super::table;
use crate::error::Fault;

/// Declares a type whose value is a code of one table: a string in JSON and in the database, documented with the table's name.
macro_rules! code_value {
    ($(#[$meta:meta])* $name:ident = $table:literal, length = $min:literal..=$max:literal, pattern = $pattern:literal, $example:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(&'static str);

        impl $name {
            /// The name of the code's table.
            pub const TABLE: &'static str = $table;
            const PATTERN: &'static str = $pattern;

            /// Reads a code of the table.
            ///
            /// # Errors
            /// `code-unknown` for everything else.
            pub fn parse(code: &str) -> Result<Self, Fault> {
                Self::find(code).ok_or_else(|| super::unknown(Self::TABLE))
            }

            /// The code.
            pub const fn as_str(&self) -> &'static str {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0)
            }
        }

        impl deserr::Deserr<crate::error::FieldErrors> for $name {
            fn deserialize_from_value<V: deserr::IntoValue>(
                value: deserr::Value<V>,
                location: deserr::ValuePointerRef,
            ) -> Result<Self, crate::error::FieldErrors> {
                let code = <String as deserr::Deserr<crate::error::FieldErrors>>::deserialize_from_value(value, location)?;
                Self::parse(&code)
                    .map_err(|fault| crate::error::FieldErrors::one(crate::error::pointer(location), fault))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let code_set = utoipa::openapi::extensions::Extensions::builder().add("x-code-set", $table).build();
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .pattern(Some(Self::PATTERN))
                    .description(Some(concat!("A code of the code set `", $table, "`.")))
                    .examples([serde_json::Value::from($example)])
                    .extensions(Some(code_set))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        crate::db::text_column!($name);
    };
}

/// For the types whose codes are those of their table.
macro_rules! found_in_table {
    ($($name:ident)+) => {
        $(impl $name {
            fn find(code: &str) -> Option<Self> {
                Some(Self(table(Self::TABLE)?.get(code)?.code.as_str()))
            }

            /// The code's name in Chinese and English.
            pub fn names(&self) -> Option<(&'static str, &'static str)> {
                let item = table(Self::TABLE)?.get(self.0)?;
                Some((item.name_zh.as_str(), item.name_en.as_str()))
            }
        })+
    };
}

found_in_table!(SexCode EthnicityCode PoliticalStatusCode EducationLevelCode DegreeCode RankCode RecruitmentChannelCode KinshipCode);

code_value! {
    /// Sex, GB/T 2261.1-2003.
    SexCode = "sex", length = 1..=1, pattern = "^[0129]$", "2"
}

code_value! {
    /// Ethnic group, GB/T 3304-1991, and 97 and 98 as on identity cards.
    EthnicityCode = "ethnicity", length = 2..=2, pattern = "^(0[1-9]|[1-4][0-9]|5[0-6]|97|98)$", "01"
}

code_value! {
    /// Political status, GB/T 4762-1984.
    PoliticalStatusCode = "political-status", length = 2..=2, pattern = "^(0[1-9]|1[0-3])$", "03"
}

code_value! {
    /// Education, GB/T 4658-2006.
    EducationLevelCode = "education-level", length = 2..=2,
    pattern = "^(1[0-9]|2[0-38]|3[0-3]|4[0-9]|6[0-3]|7[013]|8[013]|90)$", "21"
}

code_value! {
    /// Degree, GB/T 6864-2003.
    DegreeCode = "degree", length = 1..=3,
    pattern = "^([1-4]|2(0[1-9]|1[0-2]|45|48|50)|3(0[1-9]|1[0-2]|4[1-9]|5[0-2])|4(0[1-9]|1[0-2]|44))$", "408"
}

code_value! {
    /// Rank of general administration, Civil Servant Law §19.
    RankCode = "rank", length = 2..=2, pattern = "^1[1-9A-C]$", "1B"
}

code_value! {
    /// How a cadre was recruited.
    RecruitmentChannelCode = "recruitment-channel", length = 1..=32,
    pattern = "^(OPEN_EXAM|SELECTED_GRADUATE|SERVICE_PROJECT|TRANSFER_IN|OPEN_SELECTION|MILITARY)$", "OPEN_EXAM"
}

code_value! {
    /// Kinship, as the national cadre system codes it: what one person is to another.
    KinshipCode = "kinship", length = 2..=2,
    pattern = "^(0[1-9]|1[04-8]|2[0124-9]|3[0-24-7]|4[3-689]|5[125-8]|6[015-8]|7[0-9]|8[1-46-9]|9[0-3])$", "01"
}

code_value! {
    /// A region, GB/T 2260: a code in force or one that was.
    RegionCode = "region", length = 6..=6, pattern = "^[1-9][0-9]{5}$", "511902"
}

impl EthnicityCode {
    /// Reads a code as it stands in files: 57 and 58 are what some systems write for 97 and 98.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_imported(code: &str) -> Result<Self, Fault> {
        Self::parse(match code {
            "57" => "97",
            "58" => "98",
            _ => code,
        })
    }
}

impl RegionCode {
    fn find(code: &str) -> Option<Self> {
        super::regions::known(code).map(Self)
    }

    /// The code in force that took the place of a retired one; itself where it is in force.
    pub fn resolved(&self) -> Self {
        Self(super::regions::resolved(self.0))
    }

    /// The four digits of the prefecture it lies in now.
    pub fn prefecture(&self) -> &'static str {
        &self.resolved().0[..4]
    }

    /// The six digits of the county that it is now.
    pub fn county(&self) -> &'static str {
        self.resolved().0
    }

    /// The name with those of province and prefecture, `四川省巴中市巴州区`.
    pub fn full_name(&self) -> String {
        super::regions::full_name(self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;

    /// Codes drawn from a pattern, many times as many as the largest of these tables has.
    fn drawn(pattern: &str) -> std::collections::BTreeSet<String> {
        let strategy = proptest::string::string_regex(pattern.trim_matches(['^', '$'])).unwrap();
        let mut runner = TestRunner::deterministic();
        (0..5_000)
            .map(|_| strategy.new_tree(&mut runner).unwrap().current())
            .collect()
    }

    macro_rules! pattern_is_table {
        ($($name:ident)+) => {
            $({
                let table: std::collections::BTreeSet<String> =
                    table($name::TABLE).unwrap().items.iter().map(|item| item.code.clone()).collect();
                assert_eq!(drawn($name::PATTERN), table, "{}", $name::TABLE);
                for code in &table {
                    assert_eq!($name::parse(code).unwrap().as_str(), code);
                }
            })+
        };
    }

    #[test]
    fn the_documented_patterns_are_exactly_the_tables() {
        pattern_is_table!(SexCode EthnicityCode PoliticalStatusCode EducationLevelCode DegreeCode RankCode RecruitmentChannelCode KinshipCode);
    }

    #[test]
    fn an_unknown_code_names_its_table() {
        let fault = EthnicityCode::parse("57").unwrap_err();
        assert_eq!(
            (fault.code, fault.arguments),
            ("code-unknown", vec!["/v1/code-sets/ethnicity".to_owned()])
        );
        assert_eq!(EthnicityCode::parse_imported("57").unwrap().as_str(), "97");
        assert_eq!(
            EthnicityCode::parse_imported("58").unwrap(),
            EthnicityCode::parse("98").unwrap()
        );
        assert_eq!(
            EthnicityCode::parse("15").unwrap().names().unwrap().0,
            "土家族"
        );
        assert!(EthnicityCode::parse_imported("59").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,8}", digits in "[0-9]{0,7}") {
            for text in [&text, &digits] {
                if let Ok(region) = RegionCode::parse(text) {
                    let _ = (region.prefecture(), region.county(), region.full_name());
                }
                let _ = (SexCode::parse(text), DegreeCode::parse(text), EthnicityCode::parse_imported(text));
            }
        }
    }
}
