//! What every list keeps to: pages (A19), walks (A21), links (A22), totals (A23), sorts and fields (A25).

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::TestApp;

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

#[actix_web::test]
async fn a21_a_walk_returns_every_row_that_stayed_exactly_once_while_others_come_and_go() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let body = |name: &str| json!({ "name": name, "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
    let mut stayed = BTreeSet::new();
    for _ in 0..40 {
        let created = officer.post("/v1/cadres", &body("留下")).await.expect(201);
        stayed.insert(created.json["id"].as_str().unwrap().to_owned());
    }
    let mut next = Some("/v1/cadres?limit=3&sort=name".to_owned());
    let mut seen = Vec::new();
    while let Some(address) = next {
        let page = officer.get(&address).await.expect(200);
        seen.extend(
            page.json["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        next = page.json["nextCursor"]
            .as_str()
            .map(|cursor| format!("/v1/cadres?limit=3&sort=name&cursor={cursor}"));
        for name in ["来了", "走了"] {
            let made = officer.post("/v1/cadres", &body(name)).await.expect(201);
            let path = format!("/v1/cadres/{}", made.json["id"].as_str().unwrap());
            officer.delete(&path, "*").await.expect(204);
        }
    }
    let unique: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(unique.len(), seen.len());
    assert_eq!(unique, stayed);
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
