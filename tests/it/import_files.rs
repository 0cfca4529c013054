//! Files as offices send them: their characters, their blank rows, the places they name.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::schema::{search_keys, service_state};

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

#[actix_web::test]
async fn one_name_written_with_other_dots_or_width_is_one_person_in_files_and_in_search() {
    let app = TestApp::start().await;
    let columns = "name,birthDate,organizationCode,reportedOn";
    let file = |name: &str| format!("{columns}\n{name},1998-03-15,BZ-511903-YX,2022-08-26\n");
    let first = sent(&app, "", "text/csv", file("古丽·买买提")).await;
    assert_eq!(first.expect(200).json["created"], 1);
    let spellings = [
        "古丽•买买提",
        "古丽.买买提",
        "古丽‧买买提",
        "古丽・买买提",
        "古丽．买买提",
    ];
    for name in spellings {
        let again = sent(&app, "", "text/csv", file(name)).await.expect(200);
        let finding = &again.json["rows"][0]["errors"][0];
        assert_eq!(finding["code"], "possible-duplicate", "{}", again.text());
        let query = format!(
            "/v1/cadres?q={}&count=exact",
            name.replace('．', "%EF%BC%8E")
        );
        let found = app.manager().get(&query).await.expect(200);
        assert_eq!(found.json["total"], 1, "{name}");
    }
}

#[actix_web::test]
async fn characters_that_show_nothing_are_dropped_at_the_edges_of_cells() {
    let app = TestApp::start().await;
    for (place, mark) in [
        "\u{200B}", "\u{202E}", "\u{200F}", "\u{2066}", "\u{FEFF}", "\u{00AD}", "\u{2060}",
    ]
    .into_iter()
    .enumerate()
    {
        let name = ["甲", "乙", "丙", "丁", "戊", "己", "庚"][place];
        let file = format!(
            "{mark}name{mark},school,organizationCode,reportedOn\n{mark}李{name}{mark},{mark}四川大学{mark},{mark}BZ-511903-YX,2022-08-26{mark}\n"
        );
        let made = sent(&app, "", "text/csv", file).await.expect(200);
        assert_eq!(made.json["created"], 1, "{mark:?} {}", made.text());
        let found = app.manager().get(&format!("/v1/cadres?q=李{name}")).await;
        assert_eq!(found.expect(200).json["items"][0]["school"], "四川大学");
    }
}

#[actix_web::test]
async fn people_are_found_by_each_reading_of_their_surname() {
    let app = TestApp::start().await;
    let names = ["尉迟明", "澹台明", "覃小明", "乐小明", "长孙明", "区小明"];
    let rows: String = names
        .iter()
        .map(|name| format!("{name},BZ-511903-YX,2022-08-26\n"))
        .collect();
    let file = format!("name,organizationCode,reportedOn\n{rows}");
    assert_eq!(
        sent(&app, "", "text/csv", file).await.expect(200).json["created"],
        6
    );
    for (typed, name) in [
        ("ycm", "尉迟明"),
        ("ttm", "澹台明"),
        ("qxm", "覃小明"),
        ("txm", "覃小明"),
        ("yxm", "乐小明"),
        ("lxm", "乐小明"),
        ("zsm", "长孙明"),
        ("oxm", "区小明"),
    ] {
        let found = app.manager().get(&format!("/v1/cadres?q={typed}")).await;
        assert_eq!(found.expect(200).json["items"][0]["name"], name, "{typed}");
    }
}

#[actix_web::test]
async fn search_keys_that_an_older_version_made_are_made_anew_once() {
    let app = TestApp::start().await;
    let file = "name,organizationCode,reportedOn\n古丽·买买提,BZ-511903-YX,2022-08-26\n";
    sent(&app, "", "text/csv", file).await.expect(200);
    let mut conn = app.db();
    diesel::delete(search_keys::table)
        .execute(&mut conn)
        .unwrap();
    let mark = service_state::table.find("search-keys-form");
    diesel::delete(mark).execute(&mut conn).unwrap();
    let count = |answer: Answer| answer.expect(200).json["items"].as_array().unwrap().len();
    assert_eq!(count(app.manager().get("/v1/cadres?q=glmmt").await), 0);
    let renewed = xinmiao::search::renew(&mut conn, xinmiao::app::named).unwrap();
    assert!(renewed > 1, "{renewed}");
    assert_eq!(count(app.manager().get("/v1/cadres?q=glmmt").await), 1);
    assert_eq!(count(app.manager().get("/v1/cadres?q=古丽买").await), 1);
    let again = xinmiao::search::renew(&mut conn, xinmiao::app::named).unwrap();
    assert_eq!(again, 0);
}
