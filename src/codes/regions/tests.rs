use proptest::prelude::*;

use super::NameMatch::{None as Nowhere, One, Several};
use super::*;

#[test]
fn places_are_found_with_and_without_the_words_for_their_kind() {
    for (text, code) in [
        ("四川省巴中市巴州区", "511902"),
        ("四川巴州", "511902"),
        ("四川省巴州区", "511902"),
        ("四川 巴中 巴州", "511902"),
        ("巴中市巴州区", "511902"),
        ("通江县", "511921"),
        ("四川巴中", "511900"),
        ("四川省", "510000"),
        ("甘肃宕昌", "621223"),
        ("甘肃省陇南市宕昌县", "621223"),
        ("重庆江北", "500105"),
        ("重庆市渝中区", "500103"),
        ("重庆石柱土家族自治县", "500240"),
        ("重庆石柱", "500240"),
        ("四川北川", "510726"),
        ("四川理县", "513222"),
        ("四川凉山", "513400"),
        ("湖北省潜江市", "429005"),
        ("湖北神农架", "429021"),
        ("吉林省吉林市", "220200"),
        ("吉林市", "220200"),
        ("吉林", "220000"),
        ("内蒙古鄂温克", "150724"),
        ("甘肃东乡", "622926"),
        ("新疆巴音郭楞", "652800"),
        ("上海浦东", "310115"),
        ("河南新乡县", "410721"),
    ] {
        assert_eq!(find_by_name(text), One(code), "{text}");
    }
}

#[test]
fn a_name_of_several_places_is_not_guessed() {
    assert_eq!(find_by_name("河南新乡"), Several(vec!["410700", "410721"]));
    assert!(matches!(find_by_name("城关区"), Several(_)));
    for text in [
        "",
        "　",
        "四川亚特兰蒂斯",
        "火星",
        "省",
        "四川省巴州区巴中市",
    ] {
        assert_eq!(find_by_name(text), Nowhere, "{text}");
    }
}

#[test]
fn retired_places_are_what_took_over_from_them() {
    for (text, code) in [
        ("四川省达县地区通江县", "511921"),
        ("北京市崇文区", "110101"),
        // Its code 511421 is another county's today, in another province tree.
        ("四川省涪陵市垫江县", "500231"),
        ("四川垫江", "500231"),
        ("四川省涪陵地区垫江县", "500231"),
        // Nothing took over, and the code was not used again.
        ("四川省涪陵地区", "512300"),
    ] {
        assert_eq!(find_by_name(text), One(code), "{text}");
    }
}

#[test]
fn a_retired_place_that_was_divided_is_not_guessed() {
    for (text, candidates) in [
        ("河北省邯郸市邯郸县", ["130402", "130403"]),
        ("四川达县", ["511702", "511703"]),
        // A county-level city of Hefei, and the former prefecture of that name.
        ("安徽省巢湖市", ["340181", "341400"]),
    ] {
        assert_eq!(find_by_name(text), Several(candidates.to_vec()), "{text}");
    }
}

/// Whether `code` is, or is reached from, one of the uses of a code in the table, read afresh from the file.
fn is_reached(rows: &[csv::StringRecord], from: &csv::StringRecord, code: &str) -> bool {
    let mut open = vec![from];
    let mut met = std::collections::HashSet::new();
    while let Some(row) = open.pop() {
        if &row[0] == code && (row[8].is_empty() || std::ptr::eq(row, from)) {
            return true;
        }
        if !met.insert(row.as_slice()) {
            continue;
        }
        for entry in row[9].split(';').filter(|entry| entry.len() >= 6) {
            let year: u16 = match entry.get(7..11) {
                Some(year) => year.parse().unwrap(),
                None => row[8].parse().unwrap(),
            };
            let ends = |row: &csv::StringRecord| row[8].parse::<u16>().unwrap_or(u16::MAX);
            let next = rows
                .iter()
                .filter(|next| next[0] == entry[..6] && ends(next) > year);
            open.extend(next);
        }
    }
    false
}

#[test]
fn every_name_of_every_edition_is_that_place_or_its_successor_or_a_finding() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/data/codes/region-history.csv");
    let rows: Vec<_> = csv::Reader::from_path(file)
        .unwrap()
        .records()
        .map(Result::unwrap)
        .collect();
    let (mut found, mut wrong) = (0, Vec::new());
    for row in &rows {
        let county = if &row[3] == "县级" { &row[1] } else { "" };
        let prefecture = if &row[3] == "省级" || &row[5] == "直辖" {
            ""
        } else {
            &row[5]
        };
        let name = format!("{}{prefecture}{county}", &row[4]);
        let One(code) = find_by_name(&name) else {
            continue;
        };
        found += 1;
        let names_itself = full_name(code).is_some_and(|full| full == name);
        if !names_itself && !is_reached(&rows, row, code) {
            wrong.push(format!(
                "{name} {} -> {code} {:?}",
                &row[0],
                full_name(code)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    assert!(found > 6_000, "{found}");
}

#[test]
fn retired_codes_lead_to_the_place_of_today() {
    for (retired, today) in [
        ("513025", "511921"),
        ("513027", "511902"),
        ("513701", "511902"),
        ("513721", "511921"),
        ("511721", "511703"),
        ("513021", "511703"),
        ("513700", "511900"),
        ("513000", "511700"),
        ("110103", "110101"),
        ("511902", "511902"),
    ] {
        assert_eq!(resolved(known(retired).unwrap()), today, "{retired}");
    }
    assert_eq!(known("990001"), None);
}

#[test]
fn every_retired_code_leads_to_a_code_in_force() {
    let lost: Vec<_> = RETIRED
        .by_code
        .keys()
        .filter(|code| IN_FORCE.get(resolved(code)).is_none())
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn every_place_in_force_is_found_by_its_full_name() {
    for region in &IN_FORCE.all {
        let full = full_name(region.code).unwrap();
        assert_eq!(find_by_name(&full), One(region.code), "{full}");
    }
}

#[test]
fn the_places_of_the_demo_roster_are_those_of_the_demo_cadres() {
    let read = |file: &str| {
        csv::Reader::from_path(format!("{}/data/demo/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let (mut roster, mut cadres) = (read("roster.csv"), read("cadres.csv"));
    for (row, cadre) in roster.records().zip(cadres.records()) {
        let (row, cadre) = (row.unwrap(), cadre.unwrap());
        for (name, code) in [(5, 8), (6, 9)] {
            assert_eq!(
                find_by_name(&row[name]),
                One(&cadre[code]),
                "{}",
                &row[name]
            );
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,12}", places in "[四川省巴中市州区县自治族藏]{0,8}") {
        for text in [&text, &places] {
            find_by_name(text);
            short_name(text);
        }
    }
}
