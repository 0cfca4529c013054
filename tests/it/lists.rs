//! What every list keeps to: pages (A19), walks (A21), links (A22), totals (A23), sorts and fields (A25).

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::Value;
use xinmiao::db::DbConn;

use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::plans::LISTS;
use crate::support::{Client, TestApp, copy_rows};

#[actix_web::test]
async fn a19_limits_are_coerced_or_refused() {
    let app = TestApp::start().await;
    app.manager()
        .get("/v1/organizations?limit=5000")
        .await
        .expect(200);
    for bad in ["0", "-1", "x", "1.5", ""] {
        let refused = app
            .manager()
            .get(&format!("/v1/organizations?limit={bad}"))
            .await;
        assert_eq!(
            refused.expect_problem(400, "malformed-request").errors(),
            [("limit", "out-of-range")]
        );
    }
}

/// Walks a list to its end; the ids in the order they came.
async fn walk(client: &Client, list: &str) -> Vec<String> {
    let mut next = Some(list.to_owned());
    let mut seen = Vec::new();
    while let Some(address) = next {
        let page = client.get(&address).await.expect(200);
        let items = page.json["items"].as_array().unwrap().iter();
        seen.extend(items.map(|item| item["id"].as_str().unwrap().to_owned()));
        next = page.json["nextCursor"]
            .as_str()
            .map(|cursor| format!("{list}&cursor={cursor}"));
    }
    seen
}

/// Ten thousand rows come and go beside those that stay, by a connection of its own, in small transactions; how many did.
fn come_and_go(mut conn: DbConn) -> usize {
    let mut changes = 0;
    while changes < 10_000 {
        conn.batch_execute("BEGIN").unwrap();
        // New ids and names fall before, between and after those that stay.
        copy_rows(
            &mut conn,
            "cadres",
            "(SELECT id FROM organizations LIMIT 1) AS times WHERE cadres.version = 1",
            &[
                ("version", "2"),
                (
                    "name",
                    "substr('一丁七万丈三上下', cast(abs(cadres.updated_at) % 8 as integer) + 1, 1) || cadres.name",
                ),
            ],
        );
        conn.batch_execute("COMMIT").unwrap();
        std::thread::sleep(Duration::from_millis(5));
        conn.batch_execute("BEGIN").unwrap();
        let gone = diesel::sql_query("DELETE FROM cadres WHERE version = 2");
        changes += 2 * gone.execute(&mut conn).unwrap();
        conn.batch_execute("COMMIT").unwrap();
        std::thread::sleep(Duration::from_millis(5));
    }
    changes
}

#[actix_web::test]
async fn a21_a_walk_returns_every_row_that_stayed_exactly_once_while_ten_thousand_come_and_go() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let stayed: BTreeSet<String> = (0..40)
        .map(|_| app.insert_cadre(&app.city.yuxi).to_string())
        .collect();
    let conn = app.db();
    let churn = std::thread::spawn(move || come_and_go(conn));
    let (mut walks, mut others) = (0, 0);
    while walks < 4 || !churn.is_finished() {
        let sort = ["id", "name", "-reportedOn", "-id"][walks % 4];
        let seen = walk(&officer, &format!("/v1/cadres?limit=3&sort={sort}")).await;
        let unique: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(unique.len(), seen.len(), "one came twice, sorted by {sort}");
        assert!(
            unique.is_superset(&stayed),
            "one was left out, sorted by {sort}"
        );
        others += unique.len() - stayed.len();
        walks += 1;
    }
    assert!(churn.join().unwrap() >= 10_000);
    assert!(others > 0, "nobody came while {walks} walks were under way");
}

#[actix_web::test]
async fn a22_links_match_the_body_and_a23_totals_come_only_when_asked_for() {
    let app = TestApp::start().await;
    let first = app
        .manager()
        .get("/v1/organizations?limit=2&kind=COUNTY,TOWNSHIP")
        .await
        .expect(200);
    assert_eq!(first.json.get("total"), None);
    let link = first.header("link").to_owned();
    let next = link
        .split(", ")
        .find(|part| part.ends_with("rel=\"next\""))
        .unwrap();
    let target = next.trim_start_matches('<').split('>').next().unwrap();
    assert!(target.contains(first.json["nextCursor"].as_str().unwrap()));
    let second = app.manager().get(target).await.expect(200);
    assert_ne!(second.json["items"], first.json["items"]);
    let counted = app
        .manager()
        .get("/v1/organizations?limit=2&kind=COUNTY,TOWNSHIP&count=exact")
        .await
        .expect(200);
    assert!(counted.json["total"].as_i64().unwrap() >= 3);
}

#[actix_web::test]
async fn a25_sorts_and_fields_come_from_a_list_of_allowed_names() {
    let app = TestApp::start().await;
    let thin = app
        .manager()
        .get("/v1/organizations?fields=name,code&limit=1")
        .await
        .expect(200);
    let mut members: Vec<&String> = thin.json["items"][0].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["code", "id", "name"]);
    for (query, parameter, code) in [
        ("fields=name,secret", "fields", "parameter-invalid"),
        ("sort=name", "sort", "parameter-invalid"),
        ("colour=red", "colour", "parameter-unknown"),
        ("kind=COUNTY&kind=CITY", "kind", "parameter-repeated"),
        ("kind=VILLAGE", "kind", "code-unknown"),
        ("count=estimated", "count", "parameter-invalid"),
    ] {
        let refused = app
            .manager()
            .get(&format!("/v1/organizations?{query}"))
            .await
            .expect_problem(400, "malformed-request");
        assert_eq!(refused.errors(), [(parameter, code)], "{query}");
    }
}

/// A member as what it is compared by.
fn key(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{:020}", number.as_i64().unwrap()),
        Value::String(text) => text.clone(),
        other => panic!("sorted by {other}"),
    }
}

#[actix_web::test]
async fn a25_every_list_comes_in_the_order_that_is_asked_for() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let mut sorted = 0;
    for (path, _, sorts, _) in LISTS {
        for sort in *sorts {
            for (sign, descending) in [("", false), ("-", true)] {
                let address = format!("{path}?limit=200&sort={sign}{sort}");
                let page = manager.get(&address).await.expect(200);
                let items = page.json["items"].as_array().unwrap();
                let tie = if *sort == "position" {
                    "position"
                } else {
                    "id"
                };
                let mut keys: Vec<(String, String)> = items
                    .iter()
                    .map(|item| (key(&item[*sort]), key(&item[tie])))
                    .collect();
                if descending {
                    keys.reverse();
                }
                assert!(keys.is_sorted(), "{address}");
                keys.dedup();
                assert_eq!(keys.len(), items.len(), "{address}");
                sorted += usize::from(items.len() > 100);
            }
        }
    }
    assert!(sorted > 30, "only {sorted} lists had something to sort");
}

#[test]
fn the_first_order_of_every_list_is_one_that_no_two_rows_share() {
    const UNIQUE: [&str; 4] = ["id", "position", "cadreId", "organizationId"];
    let mut orders = 0;
    for source in crate::architecture::sources() {
        let (_, after) = source.code.split_once("impl Sort for ").unwrap_or_default();
        let Some((_, members)) = after.split_once("const ALL") else {
            continue;
        };
        let first = members.split('"').nth(1).unwrap();
        assert!(
            UNIQUE.contains(&first),
            "{}: {first}",
            source.path.display()
        );
        orders += 1;
    }
    assert!(orders > 12, "{orders}");
}
