//! Files of units: rows build on what rows before them make of the tree, in a dry run as in the import.

use serde_json::json;
use xinmiao::db::Id;

use crate::import_parts::{ROWS, assert_alike, import, outcomes};
use crate::organizations::officer_of;
use crate::support::{Answer, TestApp, Unit};

const PATH: &str = "/v1/organizations/_import?source=hr";

/// Organs of the city with ids of the system `hr`: B lies under A and C under B, E under D, Q under P.
const ORGANS: &str = "externalId,code,name,kind,parentCode
a,BZ-A,甲局,CITY_ORGAN,BZ
b,BZ-B,乙处,CITY_ORGAN,BZ-A
c,BZ-C,丙科,CITY_ORGAN,BZ-B
d,BZ-D,丁局,CITY_ORGAN,BZ
e,BZ-E,戊科,CITY_ORGAN,BZ-D
g,BZ-G,己局,CITY_ORGAN,BZ
p,BZ-P,庚局,CITY_ORGAN,BZ
q,BZ-Q,辛科,CITY_ORGAN,BZ-P
s,BZ-S,壬局,CITY_ORGAN,BZ
u,BZ-U,癸局,CITY_ORGAN,BZ
v,BZ-V,子局,CITY_ORGAN,BZ
fg,BZ-FG,,,
";

const HEADINGS: &str = "externalId,code,name,kind,parentCode\n";

/// Rows that stand before many others, each with what it comes to.
const BEFORE: &[(&str, &str)] = &[
    ("n,BZ-N,新区,COUNTY,BZ", "CREATED"),
    ("b,,,,BZ-FG", "UPDATED"),
    ("e,,,,BZ-FG", "UPDATED"),
    (",BZ-G-1,己科,CITY_ORGAN,BZ-G", "CREATED"),
    ("q,,,,BZ-FG", "UPDATED"),
    ("s,BZ-S-2,,,", "UPDATED"),
];

/// Rows that stand behind them.
const BEHIND: &[(&str, &str)] = &[
    // B left A, so C lies no longer below A.
    ("a,,,,BZ-C", "UPDATED"),
    ("fg,,,,BZ-A", "FAILED parentCode parent-unfit"),
    (",BZ-C-1,丙一科,CITY_ORGAN,BZ-C", "CREATED"),
    // E left D; an organ came under G.
    ("d,,,COUNTY,BZ", "UPDATED"),
    ("g,,,COUNTY,BZ", "FAILED kind parent-unfit"),
    // Q left P, whose officer would gain U, and would have gained V.
    ("v,,,,BZ-Q", "UPDATED"),
    ("u,,,,BZ-P", "FAILED parentCode grants-widened"),
    // The code that S gave up.
    ("s2,BZ-S,壬二局,CITY_ORGAN,BZ-Q", "CREATED"),
    (
        "t,BZ-T,某科,CITY_ORGAN,BZ-T-0",
        "FAILED parentCode organization-unknown",
    ),
    // A unit that a row before was about; the id that a row before has by its code.
    (",BZ-E,戊二科,,BZ", "FAILED code not-unique"),
    (
        "BZ-G-1,BZ-G-2,己二科,CITY_ORGAN,BZ-G",
        "FAILED externalId not-unique",
    ),
];

fn file() -> String {
    let mut file = HEADINGS.to_owned();
    for (row, _) in BEFORE {
        file += &format!("{row}\n");
    }
    for row in 0..ROWS {
        // Those under the new county are decided upon last, as it comes before them.
        let parent = if row % 2 == 0 { "BZ-N" } else { "BZ-511902" };
        file += &format!("f{row},BZ-F-{row},{row}镇,TOWNSHIP,{parent}\n");
    }
    for (row, _) in BEHIND {
        file += &format!("{row}\n");
    }
    file
}

/// The outcomes of the rows that are not fillers, in the order of the file.
fn of_note(report: &Answer) -> Vec<String> {
    let rows = outcomes(report).into_iter().enumerate();
    let told = |(at, row): (usize, String)| {
        let is_filler = (BEFORE.len()..BEFORE.len() + ROWS).contains(&at);
        let (_, outcome) = row.split_once(' ')?;
        (!is_filler).then(|| outcome.trim().replace('"', ""))
    };
    rows.filter_map(told).collect()
}

#[actix_web::test]
async fn a_dry_run_of_units_says_what_the_import_says() {
    let app = TestApp::start().await;
    import(&app, PATH, ORGANS).await;
    let p = app.manager().get("/v1/organizations?code=BZ-P").await;
    let p = p.expect(200).json["items"][0]["id"].clone();
    let p = Unit {
        id: Id::parse(p.as_str().unwrap()).unwrap(),
        code: "BZ-P",
        ..app.city.reform.clone()
    };
    officer_of(&app, &p);
    let looked = import(&app, &format!("{PATH}&dryRun=true"), &file()).await;
    let atomic = import(&app, &format!("{PATH}&dryRun=true&mode=atomic"), &file()).await;
    let taken = import(&app, PATH, &file()).await;
    let expected: Vec<&str> = BEFORE.iter().chain(BEHIND).map(|(_, told)| *told).collect();
    assert_eq!(of_note(&taken), expected);
    assert_eq!(taken.json["created"], ROWS + 4, "{}", taken.json["errors"]);
    assert_alike(&looked, &taken);
    assert_alike(&atomic, &taken);
    let c1 = app.manager().get("/v1/organizations?code=BZ-C-1").await;
    let c1 = c1.expect(200).json["items"][0].clone();
    let line = app
        .manager()
        .get(&format!(
            "/v1/organizations/{}",
            c1["parentId"].as_str().unwrap()
        ))
        .await;
    assert_eq!(line.expect(200).json["code"], "BZ-C");
    // Once more: what was written is known.
    let looked = import(&app, &format!("{PATH}&dryRun=true"), &file()).await;
    let taken = import(&app, PATH, &file()).await;
    assert_eq!(taken.json["created"], 0);
    assert_alike(&looked, &taken);
}

#[actix_web::test]
async fn a_file_taken_in_whole_says_the_same_as_one_in_parts() {
    let (parts, whole) = (TestApp::start().await, TestApp::start().await);
    let good = |row: &&(&str, &str)| !row.1.starts_with("FAILED");
    let rows = BEFORE.iter().chain(BEHIND).filter(good);
    let file = rows.fold(HEADINGS.to_owned(), |file, (row, _)| file + row + "\n");
    let mut outcomes_of = Vec::new();
    for (app, mode) in [(&parts, "partial"), (&whole, "atomic")] {
        import(app, PATH, ORGANS).await;
        let taken = import(app, &format!("{PATH}&mode={mode}"), &file).await;
        assert_eq!(taken.json["failed"], 0, "{}", taken.text());
        outcomes_of.push(outcomes(&taken));
    }
    assert_eq!(outcomes_of[0], outcomes_of[1]);
}

#[actix_web::test]
async fn a_file_names_a_merged_unit_beside_its_successor() {
    let app = TestApp::start().await;
    let manager = app.manager();
    import(&app, PATH, ORGANS).await;
    let id_of = async |code: &str| {
        let listed = manager.get(&format!("/v1/organizations?code={code}")).await;
        let found = listed.expect(200).json["items"][0]["id"].clone();
        found.as_str().unwrap().to_owned()
    };
    let (from, into) = (id_of("BZ-U").await, id_of("BZ-V").await);
    let body = json!({ "intoId": into, "effectiveOn": "2023-07-01" });
    let address = format!("/v1/organizations/{from}/_merge");
    app.administrator().post(&address, &body).await.expect(200);
    let (merged, successor) = (
        "u,BZ-U,癸局,CITY_ORGAN,BZ\n",
        "v,BZ-V,子二局,CITY_ORGAN,BZ\n",
    );
    let told = [
        r#""UNCHANGED" "code" "organization-merged""#,
        r#""UPDATED""#,
    ];
    for (file, told) in [
        ([merged, successor].concat(), told),
        ([successor, merged].concat(), [told[1], told[0]]),
    ] {
        let file = format!("{HEADINGS}{file}");
        let looked = import(&app, &format!("{PATH}&dryRun=true"), &file).await;
        for (row, told) in outcomes(&looked).iter().zip(told) {
            assert_eq!(row.split_once(' ').unwrap().1.trim(), told);
        }
    }
    let taken = import(&app, PATH, &format!("{HEADINGS}{merged}{successor}")).await;
    assert_eq!(
        (&taken.json["updated"], &taken.json["failed"]),
        (&json!(1), &json!(0))
    );
}
