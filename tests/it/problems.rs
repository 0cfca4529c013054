//! Refusals, wherever they come from: one form (A1), an address that explains (A2), two languages (A4), the headers that lead
//! on (A5), nothing of the inside (A6), nothing dropped in silence (A12).

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Client, TestApp};

const NOBODY: &str = "01890000-0000-7000-8000-00000000ffff";

struct Provoked {
    name: &'static str,
    status: u16,
    answer: Answer,
}

async fn send(
    client: &Client,
    method: &str,
    path: &str,
    body: Option<(&str, &[u8])>,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = client.request(method.parse::<Method>().unwrap(), path);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    if let Some((media_type, bytes)) = body {
        request = request.body(media_type, bytes.to_vec());
    }
    request.send().await
}

/// Name, status, method, path, body, headers; as the manager.
type Case = (
    &'static str,
    u16,
    &'static str,
    String,
    Option<(&'static str, Vec<u8>)>,
    Vec<(&'static str, &'static str)>,
);

fn cases(app: &TestApp, cadre: &str) -> Vec<Case> {
    const JSON: &str = "application/json";
    let one = format!("/v1/cadres/{cadre}");
    let body = |text: &str| Some((JSON, text.as_bytes().to_vec()));
    let get = |name, status, path: &str| (name, status, "GET", path.to_owned(), None, vec![]);
    let post = |name, status, text: &str| {
        (
            name,
            status,
            "POST",
            "/v1/cadres".to_owned(),
            body(text),
            vec![],
        )
    };
    let twice = format!(
        r#"{{"name":"周小苗","name":"周小苗","organizationId":"{}"}}"#,
        app.city.yuxi.id
    );
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let long = format!("/v1/cadres?q={}", "x".repeat(12_000));
    vec![
        get("a route that is none", 404, "/v1/nothing"),
        get("a route below none", 404, "/nothing/at/all"),
        get("an id that is none", 404, "/v1/cadres/1"),
        get("an id of nobody", 404, &format!("/v1/cadres/{NOBODY}")),
        get("an id that is no UTF-8", 400, "/v1/cadres/%ff%fe"),
        get("a slash at the end", 404, "/v1/cadres/"),
        get(
            "an unknown external id",
            404,
            "/v1/cadres/by-external-id/hr/9",
        ),
        get("an unknown problem", 404, "/problems/nothing"),
        get("an unknown page of the reference", 404, "/docs/passwd"),
        get("an unknown code set", 404, "/v1/code-sets/nothing"),
        get("an unknown filter", 400, "/v1/cadres?nothing=1"),
        get("an unknown sort", 400, "/v1/cadres?sort=idNumber"),
        get("an unknown field", 400, "/v1/cadres?fields=nothing"),
        get("a limit of zero", 400, "/v1/cadres?limit=0"),
        get("a limit that is no number", 400, "/v1/cadres?limit=many"),
        get(
            "a filter twice",
            400,
            "/v1/cadres?phase=SEEDLING&phase=GROWTH",
        ),
        get("a query that is no UTF-8", 400, "/v1/cadres?q=%ff"),
        get("a zero byte in a query", 400, "/v1/cadres?q=%00"),
        get("a cursor that was made up", 400, "/v1/cadres?cursor=AAAA"),
        get(
            "a query where none is read",
            400,
            &format!("{one}?dryRun=true"),
        ),
        ("a very long address", 414, "GET", long, None, vec![]),
        (
            "a method of no route",
            405,
            "DELETE",
            "/v1/cadres".to_owned(),
            None,
            vec![],
        ),
        (
            "a method nobody knows",
            405,
            "BREW",
            one.clone(),
            None,
            vec![],
        ),
        ("TRACE", 405, "TRACE", "/v1/cadres".to_owned(), None, vec![]),
        (
            "a form instead of JSON",
            415,
            "POST",
            "/v1/cadres".to_owned(),
            Some(("application/x-www-form-urlencoded", b"a=1".to_vec())),
            vec![],
        ),
        (
            "no media type",
            415,
            "POST",
            "/v1/cadres".to_owned(),
            None,
            vec![],
        ),
        (
            "JSON where a merge patch belongs",
            415,
            "PATCH",
            one.clone(),
            body("{}"),
            vec![("if-match", "*")],
        ),
        post("no JSON", 400, "{"),
        post("nothing", 400, ""),
        post("bad UTF-8", 400, "\u{0}"),
        post("a member twice", 400, &twice),
        post("too deep", 400, &deep),
        post("an array", 422, "[]"),
        post("an empty object", 422, "{}"),
        post("an unknown member", 422, r#"{"nothing":1}"#),
        post("a number for a name", 422, r#"{"name":1}"#),
        post("a number beyond all bounds", 400, r#"{"name":1e400}"#),
        (
            "too much",
            413,
            "POST",
            "/v1/cadres".to_owned(),
            Some((JSON, vec![b' '; 11 << 20])),
            vec![],
        ),
        (
            "a key that is too short",
            400,
            "POST",
            "/v1/cadres".to_owned(),
            body("{}"),
            vec![("idempotency-key", "1")],
        ),
        (
            "no precondition",
            428,
            "PATCH",
            one.clone(),
            Some(("application/merge-patch+json", b"{}".to_vec())),
            vec![],
        ),
        (
            "a stale precondition",
            412,
            "PATCH",
            one.clone(),
            Some(("application/merge-patch+json", b"{}".to_vec())),
            vec![("if-match", "\"77.x\"")],
        ),
        (
            "a precondition that is none",
            400,
            "PATCH",
            one,
            Some(("application/merge-patch+json", b"{}".to_vec())),
            vec![("if-match", "77")],
        ),
        (
            "a verb that is none",
            404,
            "POST",
            format!("/v1/cadres/{cadre}/_promote"),
            body("{}"),
            vec![],
        ),
        (
            "what only an administrator does",
            403,
            "GET",
            "/v1/users".to_owned(),
            None,
            vec![],
        ),
    ]
}

async fn provoke(app: &TestApp) -> Vec<Provoked> {
    let new =
        json!({ "name": "周小苗", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
    let manager = app.manager();
    let made = manager.post("/v1/cadres", &new).await.expect(201);
    let cadre = made.json["id"].as_str().unwrap();
    let mut all = Vec::new();
    for (name, status, method, path, body, headers) in cases(app, cadre) {
        let body = body
            .as_ref()
            .map(|(media_type, bytes)| (*media_type, bytes.as_slice()));
        let answer = send(&manager, method, &path, body, &headers).await;
        all.push(Provoked {
            name,
            status,
            answer,
        });
    }
    let anonymous = app.anonymous().get("/v1/cadres").await;
    all.push(Provoked {
        name: "nobody",
        status: 401,
        answer: anonymous,
    });
    let forged = app.bearer("a.b.c").get("/v1/cadres").await;
    all.push(Provoked {
        name: "a forged token",
        status: 401,
        answer: forged,
    });
    all
}

#[actix_web::test]
async fn a1_a5_a6_every_refusal_has_one_form_and_tells_nothing_of_the_inside() {
    let app = TestApp::start().await;
    let inside = [
        "panicked",
        "SELECT ",
        "INSERT ",
        "sqlite",
        "postgres",
        "diesel",
        "actix",
        "serde",
        "deserr",
        "src/",
        ".rs",
        "/home",
        "stack backtrace",
    ];
    let mut faults = Vec::new();
    for Provoked {
        name,
        status,
        answer,
    } in provoke(&app).await
    {
        let text = answer.text();
        if answer.status != status {
            faults.push(format!(
                "{name}: {} instead of {status}: {text}",
                answer.status
            ));
            continue;
        }
        let problem = &answer.json;
        let whole = ["type", "title", "detail", "instance", "code", "requestId"]
            .iter()
            .all(|member| {
                problem[member]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
            });
        let same =
            problem["status"] == status && problem["requestId"] == answer.header("x-request-id");
        if !whole || !same || answer.header("content-type") != "application/problem+json" {
            faults.push(format!("{name}: not a whole problem: {text}"));
        }
        let leading = match status {
            401 => Some("www-authenticate"),
            405 => Some("allow"),
            412 => Some("etag"),
            429 | 503 => Some("retry-after"),
            _ => None,
        };
        if leading.is_some_and(|header| answer.header(header).is_empty()) {
            faults.push(format!("{name}: {} without {leading:?}", answer.status));
        }
        let accepts = [answer.header("accept"), answer.header("accept-patch")].concat();
        if status == 415 && accepts.is_empty() {
            faults.push(format!("{name}: 415 does not say what is accepted"));
        }
        for word in inside {
            if text.contains(word) {
                faults.push(format!("{name}: tells {word:?}: {text}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[actix_web::test]
async fn a2_every_type_leads_to_a_page_in_both_languages() {
    let app = TestApp::start().await;
    for (code, status) in xinmiao::http::problem::CODES {
        let page = app
            .anonymous()
            .get(&format!("/problems/{code}"))
            .await
            .expect(200);
        assert!(page.header("content-type").starts_with("text/html"));
        let text = page.text();
        assert!(
            text.contains(&format!("HTTP {status}")) && text.contains(code),
            "{text}"
        );
        assert!(
            text.contains("lang=\"en\"") && text.contains("lang=\"zh-CN\""),
            "{text}"
        );
        assert!(
            !text.contains('{') && !text.contains('}'),
            "a figure is missing: {text}"
        );
    }
    let refused = app.anonymous().get("/v1/cadres").await.expect(401);
    let (_, path) = refused.json["type"]
        .as_str()
        .unwrap()
        .split_at(app.url.len());
    app.anonymous().get(path).await.expect(200);
}

#[actix_web::test]
async fn a4_the_language_changes_words_and_nothing_else() {
    let app = TestApp::start().await;
    let refused = async |language: &str| {
        let request = app.manager().request(Method::GET, "/v1/cadres?limit=0");
        request
            .header("accept-language", language)
            .send()
            .await
            .expect(400)
    };
    let (english, chinese) = (refused("en").await, refused("zh-CN,en;q=0.5").await);
    assert_eq!(english.header("content-language"), "en");
    assert_eq!(chinese.header("content-language"), "zh-CN");
    for member in ["type", "code", "status", "instance"] {
        assert_eq!(english.json[member], chinese.json[member], "{member}");
    }
    assert_eq!(english.errors(), chinese.errors());
    for member in ["title", "detail"] {
        let (en, zh) = (
            english.json[member].as_str().unwrap(),
            chinese.json[member].as_str().unwrap(),
        );
        assert!(en.is_ascii() && !zh.is_ascii(), "{en} / {zh}");
    }
}

#[actix_web::test]
async fn a12_unknown_members_are_refused_with_their_place() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "周小苗", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26", "salary": 1, "Name": "x",
    });
    let refused = app
        .manager()
        .post("/v1/cadres", &body)
        .await
        .expect_problem(422, "invalid");
    let places: Vec<&str> = refused.errors().iter().map(|(place, _)| *place).collect();
    assert!(
        places.contains(&"/salary") && places.contains(&"/Name"),
        "{places:?}"
    );
    assert_eq!(
        app.manager().get("/v1/cadres").await.expect(200).json["items"],
        json!([])
    );
}
