//! Files as offices send them: their characters, their blank rows, the places they name.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// Sends a file of cadres.
async fn sent(app: &TestApp, terms: &str, media_type: &str, file: impl Into<Vec<u8>>) -> Answer {
    let path = format!("/v1/cadres/_import?{terms}");
    let request = app.manager().request(Method::POST, &path);
    request.body(media_type, file).send().await
}

fn in_gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[actix_web::test]
async fn a_declared_charset_is_believed_and_an_undeclared_one_sniffed() {
    let app = TestApp::start().await;
    let columns = "name,organizationCode,reportedOn";
    // The name's bytes in GB18030 are UTF-8 for Cyrillic letters.
    let file = in_gb18030(&format!("{columns}\n谢小雪,BZ-511903-YX,2022-08-26\n"));
    assert!(std::str::from_utf8(&file).is_ok());
    let made = sent(&app, "", "text/csv; charset=gb18030", file.clone()).await;
    assert_eq!(made.expect(200).json["created"], 1);
    let found = app
        .manager()
        .get("/v1/cadres?q=%E8%B0%A2%E5%B0%8F")
        .await
        .expect(200);
    assert_eq!(found.json["items"][0]["name"], "谢小雪");
    for (media_type, number) in [
        ("text/csv; charset=\"GBK\"", 0),
        ("text/csv; header=present; charset=GB2312", 0),
        ("text/csv", 1),
    ] {
        let dry = sent(&app, "dryRun=true", media_type, file.clone()).await;
        // Read as declared, the same person stands there already; sniffed, the bytes are another name.
        assert_eq!(dry.expect(200).json["created"], number, "{media_type}");
    }
    let wrong = in_gb18030(&format!("{columns}\n李明,BZ-511903-YX,2022-08-26\n"));
    let refused = sent(&app, "dryRun=true", "text/csv; charset=utf-8", wrong).await;
    let refused = refused.expect_problem(400, "malformed-request");
    assert_eq!(refused.errors(), [("body", "csv-encoding")]);
    assert!(refused.text().contains("Line 2"), "{}", refused.text());
    sent(&app, "", "text/csv; charset=klingon", file)
        .await
        .expect_problem(415, "unsupported-media-type");
}

#[actix_web::test]
async fn rows_are_numbered_as_the_file_has_them_whatever_its_blank_rows_hold() {
    let app = TestApp::start().await;
    for blank in ["", ",", ",,,", " , ", "\u{3000}"] {
        let file = format!(
            "name,organizationCode,reportedOn\n{blank}\n1,BZ-511903-YX,2022-08-26\n{blank}\n{blank}\n2,BZ-511903-YX,2022-08-26\n"
        );
        let answer = sent(&app, "dryRun=true", "text/csv", file)
            .await
            .expect(200);
        let rows: Vec<&Value> = answer.json["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["row"])
            .collect();
        assert_eq!(rows, [2, 5], "{blank:?}");
    }
}

#[actix_web::test]
async fn a_place_of_a_former_edition_is_its_successor_and_a_divided_one_a_finding() {
    let app = TestApp::start().await;
    let file = "姓名,单位,报到时间,籍贯\n李雨瑶,渔溪镇,2022-08-26,四川省涪陵市垫江县\n王安,渔溪镇,2022-08-26,河北省邯郸市邯郸县\n";
    let answer = sent(&app, "", "text/csv", file).await.expect(200);
    assert_eq!(answer.json["created"], 1, "{}", answer.text());
    let finding = &answer.json["rows"][1]["errors"][0];
    assert_eq!(finding["code"], "code-unknown");
    for candidate in ["130402", "130403"] {
        let detail = finding["detail"].as_str().unwrap();
        assert!(detail.contains(candidate), "{detail}");
    }
    let listed = app.manager().get("/v1/cadres?q=lyy").await.expect(200);
    assert_eq!(listed.json["items"][0]["nativePlace"], json!("500231"));
}
