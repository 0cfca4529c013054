//! The reference: served whole by the service itself, with a policy that lets nothing else in.

use reqwest::Method;

use crate::support::{Answer, TestApp};

/// What the page and its start script ask for, by their `href`, `src` and `url`.
fn asked_for(text: &str) -> Vec<&str> {
    let marks = ["href=\"", "src=\"", "url: \""];
    let mut found: Vec<&str> = marks
        .iter()
        .flat_map(|mark| text.split(mark).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn policy(answer: &Answer) -> Vec<&str> {
    let policy = answer.header("content-security-policy");
    policy.split(';').map(str::trim).collect()
}

#[actix_web::test]
async fn the_reference_is_whole_and_asks_nobody_else() {
    let app = TestApp::start().await;
    let visitor = app.anonymous();
    let page = visitor.get("/docs").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let script = visitor.get("/docs/start.js").await.expect(200);
    let (page_text, script_text) = (page.text(), script.text());
    let mut addresses = asked_for(&page_text);
    addresses.extend(asked_for(&script_text));
    assert!(addresses.len() > 4, "{addresses:?}");
    for address in addresses {
        assert!(
            address.starts_with('/') && !address.starts_with("//"),
            "{address}"
        );
        let part = visitor.get(address).await.expect(200);
        let expected = match address.rsplit('.').next().unwrap() {
            "js" => "text/javascript",
            "css" => "text/css",
            "png" => "image/png",
            _ => "application/",
        };
        let told = part.header("content-type");
        assert!(told.starts_with(expected), "{address}: {told}");
        assert_eq!(
            part.header("x-content-type-options"),
            "nosniff",
            "{address}"
        );
        assert!(!part.body.is_empty(), "{address}");
    }
    let policy = policy(&page);
    assert!(policy.contains(&"default-src 'none'") && policy.contains(&"script-src 'self'"));
    // The policy lets no script stand in the page.
    assert!(!page_text.contains("<script>") && !page_text.contains("onload="));
}

#[actix_web::test]
async fn the_reference_is_sent_once_and_has_no_other_files() {
    let app = TestApp::start().await;
    let visitor = app.anonymous();
    for address in ["/docs", "/docs/swagger-ui.css", "/docs/start.js"] {
        let first = visitor.get(address).await.expect(200);
        let again = visitor
            .request(Method::GET, address)
            .header("if-none-match", first.etag())
            .send()
            .await
            .expect(304);
        assert!(again.body.is_empty(), "{address}");
    }
    for address in [
        "/docs/index.html",
        "/docs/..%2F..%2FCargo.toml",
        "/docs/swagger-ui.css.map",
    ] {
        visitor.get(address).await.expect_problem(404, "not-found");
    }
    visitor
        .get("/docs/start.js%00")
        .await
        .expect_problem(400, "malformed-request");
    visitor
        .post("/docs", &serde_json::json!({}))
        .await
        .expect_problem(405, "method-not-allowed");
}
