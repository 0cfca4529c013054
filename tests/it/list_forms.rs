//! The forms a list can take: several members to sort by (A25), members asked for alone, and what is read for them.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::demo::{PASSWORD, demo_app, signed_in};
use crate::plans::LISTS;
use crate::support::{Client, forget_statements, on_postgres, statements_on, watch_statements};

/// The first items of a list, read in four short pages.
async fn in_pages(client: &Client, address: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    for _ in 0..4 {
        let page = client
            .get(&format!("{address}&limit=61{cursor}"))
            .await
            .expect(200);
        items.extend(page.json["items"].as_array().unwrap().iter().cloned());
        match page.json["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    items
}

/// The first items of a list, read as one page.
async fn at_once(client: &Client, address: &str) -> Vec<Value> {
    let page = client
        .get(&format!("{address}&limit=244"))
        .await
        .expect(200);
    page.json["items"].as_array().unwrap().clone()
}

/// The order of two items by members with their directions.
fn compare(a: &Value, b: &Value, order: &[(&str, bool)]) -> Ordering {
    let by = |(member, descending): &(&str, bool)| {
        let order = match (&a[*member], &b[*member]) {
            (Value::Number(a), Value::Number(b)) => a.as_i64().cmp(&b.as_i64()),
            (Value::String(a), Value::String(b)) => a.cmp(b),
            other => panic!("sorted by {other:?}"),
        };
        if *descending { order.reverse() } else { order }
    };
    order
        .iter()
        .map(by)
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[actix_web::test]
async fn a25_several_members_sort_a_list_each_in_its_own_direction() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let mut ties = 0;
    for (path, _, sorts, _) in LISTS {
        for first in *sorts {
            for second in sorts.iter().filter(|second| *second != first) {
                for (sign, descending) in [("", false), ("-", true)] {
                    let mut order = vec![(*first, descending), (*second, !descending)];
                    let other = if descending { "" } else { "-" };
                    if !order.iter().any(|(member, _)| *member == "id") {
                        order.push(("id", !descending));
                    }
                    let address = format!("{path}?sort={sign}{first},{other}{second}");
                    let items = in_pages(&manager, &address).await;
                    assert!(items == at_once(&manager, &address).await, "{address}");
                    let is_right = |pair: &[Value]| compare(&pair[0], &pair[1], &order).is_lt();
                    assert!(items.windows(2).all(is_right), "{address}");
                    let is_tied = |pair: &&[Value]| pair[0][*first] == pair[1][*first];
                    ties += items.windows(2).filter(is_tied).count();
                }
            }
        }
    }
    assert!(ties > 100, "the second member decided {ties} times");
}

#[actix_web::test]
async fn a_sort_names_each_member_once_and_goes_on_after_the_row_of_its_cursor() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    for sort in [
        "name,name",
        "name,-name",
        "name,",
        "name,phone",
        "-",
        "--name",
    ] {
        let refused = manager.get(&format!("/v1/cadres?sort={sort}")).await;
        assert_eq!(
            refused.expect_problem(400, "malformed-request").errors(),
            [("sort", "parameter-invalid")],
            "{sort}"
        );
    }
    let first = manager
        .get("/v1/cadres?limit=3&sort=reportedOn,-name")
        .await;
    let cursor = first.expect(200).json["nextCursor"].clone();
    let elsewhere = format!(
        "/v1/cadres?limit=3&sort=reportedOn&cursor={}",
        cursor.as_str().unwrap()
    );
    manager
        .get(&elsewhere)
        .await
        .expect_problem(400, "invalid-cursor");
}

/// What of an item is sent when only one of its members is asked for.
fn alone(item: &Value, member: &str) -> Value {
    let members = item.as_object().unwrap().iter();
    let kept = members.filter(|(name, _)| *name == "id" || *name == member);
    Value::Object(
        kept.map(|(n, v)| (n.clone(), v.clone()))
            .collect::<Map<_, _>>(),
    )
}

#[actix_web::test]
async fn a25_a_member_asked_for_alone_is_what_it_is_in_the_whole() {
    let app = demo_app().await;
    let (admin, manager) = (
        signed_in(&app, "admin", PASSWORD).await,
        signed_in(&app, "manager", PASSWORD).await,
    );
    let officer = signed_in(&app, "officer", PASSWORD).await;
    let mentor = signed_in(&app, "mentor", PASSWORD).await;
    let lists = LISTS.iter().map(|(path, ..)| (*path, &manager));
    let others = [
        ("/v1/cadres", &officer),
        ("/v1/mentors", &officer),
        ("/v1/assignments", &officer),
        ("/v1/cadres", &mentor),
        ("/v1/me/mentees", &mentor),
        ("/v1/users", &admin),
        ("/v1/clients", &admin),
        ("/v1/sessions", &admin),
    ];
    let mut compared = 0;
    for (path, client) in lists.chain(others) {
        let whole = client
            .get(&format!("{path}?limit=40"))
            .await
            .expect(200)
            .json;
        let whole = whole["items"].as_array().unwrap();
        let Some(Value::Object(members)) = whole.first() else {
            continue;
        };
        for member in members.keys() {
            let address = format!("{path}?limit=40&fields={member}");
            let thin = client.get(&address).await.expect(200).json;
            let expected: Vec<Value> = whole.iter().map(|item| alone(item, member)).collect();
            assert_eq!(thin["items"], Value::Array(expected), "{address}");
            compared += whole.len();
        }
    }
    assert!(compared > 3000, "{compared} members were compared");
}

#[actix_web::test]
async fn a_walk_goes_on_though_the_member_it_is_sorted_by_is_not_asked_for() {
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    for (path, _, sorts, _) in LISTS {
        for sort in *sorts {
            let whole = at_once(&manager, &format!("{path}?sort=-{sort}")).await;
            let other = if *path == "/v1/journal" {
                "version"
            } else {
                "id"
            };
            let thin = in_pages(&manager, &format!("{path}?sort=-{sort}&fields={other}")).await;
            let expected: Vec<Value> = whole.iter().map(|item| alone(item, other)).collect();
            assert!(thin == expected, "{path} by {sort}");
        }
    }
}

/// The statement that reads the items of a page.
fn of_page<'a>(statements: impl IntoIterator<Item = &'a String>, table: &str) -> &'a str {
    let mark = if on_postgres() { '"' } else { '`' };
    let from = format!("{mark}{table}{mark}.{mark}id{mark}");
    let reads = |sql: &&String| sql.starts_with(&format!("SELECT {from}")) && sql.contains("LIMIT");
    let mut found = statements.into_iter().filter(reads);
    let page = found.next().unwrap();
    assert_eq!(found.next(), None, "a page is one statement");
    page
}

#[actix_web::test]
async fn what_is_not_asked_for_is_not_read() {
    watch_statements();
    let app = demo_app().await;
    let manager = signed_in(&app, "manager", PASSWORD).await;
    let mut conn = app.db();
    for (table, hidden) in [
        (
            "cadres",
            &[
                "phone_encrypted",
                "identity_masked",
                "external_ids",
                "birth_date",
                "absences",
                "`name`",
                "\"name\"",
            ][..],
        ),
        (
            "mentors",
            &[
                "phone_encrypted",
                "external_ids",
                "expertise",
                "`name`",
                "\"name\"",
            ],
        ),
        (
            "assignments",
            &["agreement", "end_note", "`name`", "\"name\""],
        ),
    ] {
        forget_statements(&mut conn);
        manager.get(&format!("/v1/{table}")).await.expect(200);
        let whole = of_page(&statements_on(&mut conn), table).to_owned();
        forget_statements(&mut conn);
        let thin = manager
            .get(&format!("/v1/{table}?fields=version"))
            .await
            .expect(200);
        assert!(thin.json["items"].as_array().unwrap().len() > 10);
        let statements = statements_on(&mut conn);
        let thin = of_page(&statements, table);
        for column in hidden {
            let quoted = column.starts_with(if on_postgres() { '`' } else { '"' });
            assert!(quoted || whole.contains(column), "{column} in {whole}");
            let selected = thin.split(" FROM ").next().unwrap();
            assert!(!selected.contains(column), "{column} in {thin}");
        }
    }
}
