//! Names of regions as people shorten them.

use std::sync::LazyLock;

use crate::codes::table;

/// The words for the kind of a region, longer ones first.
const KINDS: &[&str] = &[
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "林区",
    "特区",
    "新区",
    "省",
    "市",
    "盟",
    "县",
    "区",
    "旗",
];

/// A region's name without the word for its kind and without the peoples of an autonomous one; at least two characters stay.
pub fn short_name(name: &str) -> String {
    let enough = |text: &&str| text.chars().nth(1).is_some();
    let Some((kind, stem)) = KINDS
        .iter()
        .find_map(|kind| Some((kind, name.strip_suffix(kind).filter(enough)?)))
    else {
        return name.to_owned();
    };
    let mut stem = stem;
    if kind.starts_with("自治") {
        while let Some(rest) = PEOPLES
            .iter()
            .find_map(|people| stem.strip_suffix(people.as_str()).filter(enough))
        {
            stem = rest;
        }
        stem = stem.strip_suffix('族').filter(enough).unwrap_or(stem);
    }
    stem.to_owned()
}

/// The peoples in the names of autonomous regions, with 族 or, from two characters up, without.
static PEOPLES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut peoples = vec!["各族".to_owned()];
    for item in table("ethnicity")
        .into_iter()
        .flat_map(|table| &table.items)
    {
        if let Some(short) = item.name_zh.strip_suffix('族') {
            peoples.push(item.name_zh.clone());
            peoples.extend((short.chars().count() > 1).then(|| short.to_owned()));
        }
    }
    peoples
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_for_the_kind_and_the_peoples_are_left_out() {
        for (name, short) in [
            ("四川省", "四川"),
            ("巴州区", "巴州"),
            ("神农架林区", "神农架"),
            ("阿坝藏族羌族自治州", "阿坝"),
            ("克孜勒苏柯尔克孜自治州", "克孜勒苏"),
            ("龙胜各族自治县", "龙胜"),
            ("内蒙古自治区", "内蒙古"),
            ("西藏自治区", "西藏"),
            ("香港特别行政区", "香港"),
        ] {
            assert_eq!(short_name(name), short);
        }
    }

    #[test]
    fn two_characters_always_stay() {
        for (name, short) in [
            ("理县", "理县"),
            ("东区", "东区"),
            ("东乡族自治县", "东乡"),
            ("长白朝鲜族自治县", "长白"),
        ] {
            assert_eq!(short_name(name), short);
        }
    }
}
