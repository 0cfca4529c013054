//! Files of several parts: a dry run says what the import will say, and keeps nobody waiting.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use reqwest::Method;
use serde_json::Value;
use xinmiao::db::DbConn;
use xinmiao::db::schema::mentors;
use xinmiao::values::Date;

use crate::support::{Answer, TestApp, mentoring};

/// More rows than a part has.
pub const ROWS: usize = 620;

pub async fn import(app: &TestApp, path: &str, file: &str) -> Answer {
    let request = app.manager().request(Method::POST, path);
    request
        .body("text/csv", file.to_owned())
        .send()
        .await
        .expect(200)
}

/// That a dry run told the same of every row as the import did.
pub fn assert_alike(looked: &Answer, taken: &Answer) {
    for (looked, taken) in outcomes(looked).iter().zip(outcomes(taken)) {
        assert_eq!(*looked, taken);
    }
    for count in ["created", "updated", "unchanged", "failed"] {
        assert_eq!(looked.json[count], taken.json[count], "{count}");
    }
}

/// What each row came to, with the faults of those that failed.
pub fn outcomes(report: &Answer) -> Vec<String> {
    let rows = report.json["rows"].as_array().unwrap();
    let told = |row: &Value| {
        let errors = row["errors"].as_array().into_iter().flatten();
        let errors: Vec<String> = errors
            .map(|error| format!("{} {}", error["column"], error["code"]))
            .collect();
        format!("{} {} {}", row["row"], row["status"], errors.join(", "))
    };
    rows.iter().map(told).collect()
}

fn name(row: usize) -> String {
    let digits = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let digit = |at: usize| digits[at % 10];
    format!("王{}{}{}", digit(row / 100), digit(row / 10), digit(row))
}

/// Mentors of Yuxi: among the last rows some who repeat rows of the first part, by external id and by name.
fn mentor_rows() -> String {
    let mut file = "externalId,name,organizationCode,roles,maxMentees\n".to_owned();
    for row in 0..ROWS {
        let (id, name) = match row {
            600 => ("M-3".to_owned(), name(row)),
            601 => ("M-601".to_owned(), name(4)),
            602 => ("M-10".to_owned(), name(10)),
            610 => ("M-609".to_owned(), name(row)),
            611 => ("M-611".to_owned(), name(608)),
            _ => (format!("M-{row}"), name(row)),
        };
        let seats = if row == 7 { "0" } else { "3" };
        file += &format!("{id},{name},BZ-511903-YX,POLITICAL,{seats}\n");
    }
    file
}

#[actix_web::test]
async fn a_dry_run_of_mentors_says_what_the_import_says() {
    let app = TestApp::start().await;
    let path = "/v1/mentors/_import?source=hr";
    let looked = import(&app, &format!("{path}&dryRun=true"), &mentor_rows()).await;
    let stored = app
        .manager()
        .get("/v1/mentors?count=exact")
        .await
        .expect(200);
    assert_eq!(stored.json["total"], 0);
    let taken = import(&app, path, &mentor_rows()).await;
    let failed: Vec<String> = outcomes(&taken)
        .into_iter()
        .filter(|told| told.contains("FAILED"))
        .collect();
    assert_eq!(failed.len(), 6, "{failed:?}");
    assert_alike(&looked, &taken);
    // Once more: everyone is known.
    let looked = import(&app, &format!("{path}&dryRun=true"), &mentor_rows()).await;
    let taken = import(&app, path, &mentor_rows()).await;
    assert_eq!(
        taken.json["unchanged"],
        ROWS - 6,
        "{}",
        taken.json["errors"]
    );
    assert_alike(&looked, &taken);
}

/// Cadres of Yuxi: among the last rows some who repeat rows of the first part, by name and date of birth.
fn cadres() -> String {
    let mut file = "externalId,name,birthDate,organizationCode,reportedOn\n".to_owned();
    for row in 0..ROWS {
        let name = name(if row % 200 == 199 { row - 190 } else { row });
        file += &format!("C-{row},{name},1998-03-02,BZ-511903-YX,2022-08-26\n");
    }
    file
}

#[actix_web::test]
async fn a_dry_run_of_cadres_says_what_the_import_says() {
    let app = TestApp::start().await;
    let path = "/v1/cadres/_import?source=hr";
    for failed in [3, 3] {
        let looked = import(&app, &format!("{path}&dryRun=true"), &cadres()).await;
        let taken = import(&app, path, &cadres()).await;
        assert_eq!(taken.json["failed"], failed, "{}", taken.json["errors"]);
        assert_alike(&looked, &taken);
    }
}

#[actix_web::test]
async fn dry_runs_do_not_wait_for_the_writer() {
    let app = TestApp::start().await;
    let mut other = app.db();
    let begin = match &other {
        DbConn::Sqlite(_) => "BEGIN IMMEDIATE",
        DbConn::Postgres(_) => "BEGIN; LOCK TABLE mentors, cadres, organizations IN EXCLUSIVE MODE",
    };
    other.batch_execute(begin).unwrap();
    let mentors = import(
        &app,
        "/v1/mentors/_import?source=hr&dryRun=true",
        &mentor_rows(),
    )
    .await;
    assert_eq!(mentors.json["created"], ROWS - 6);
    let cadres = import(&app, "/v1/cadres/_import?source=hr&dryRun=true", &cadres()).await;
    assert_eq!(cadres.json["created"], ROWS - 3);
    let units = "code,name,kind,parentCode\nBZ-N,新区,COUNTY,BZ\nBZ-N-1,新镇,TOWNSHIP,BZ-N\n";
    let units = import(&app, "/v1/organizations/_import?dryRun=true", units).await;
    assert_eq!(units.json["created"], 2, "{}", units.text());
    other.batch_execute("ROLLBACK").unwrap();
}

#[actix_web::test]
async fn nothing_is_written_of_a_row_with_a_fault_and_a_good_one_is_one_change() {
    let app = TestApp::start().await;
    let mentor = mentoring::mentor(&app, &app.city.yuxi, "彭永兵").await;
    diesel::update(mentors::table.find(mentor))
        .set((
            mentors::appointed_on.eq(None::<Date>),
            mentors::active_mentees.eq(2),
            mentors::version.eq(1_i64),
        ))
        .execute(&mut app.db())
        .unwrap();
    let address = format!("/v1/mentors/{mentor}");
    let file = |seats: i32| {
        format!(
            "name,organizationCode,maxMentees,appointedOn\n彭永兵,BZ-511903-YX,{seats},2021-03-01\n"
        )
    };
    let path = "/v1/mentors/_import";
    for (seats, outcome, version) in [(1, "failed", 1), (4, "updated", 2), (4, "unchanged", 2)] {
        let looked = import(&app, &format!("{path}?dryRun=true"), &file(seats)).await;
        let taken = import(&app, path, &file(seats)).await;
        assert_eq!(taken.json[outcome], 1, "{}", taken.text());
        assert_alike(&looked, &taken);
        let read = app.manager().get(&address).await.expect(200);
        assert_eq!(read.json["version"], version);
        assert_eq!(read.json["appointedOn"].is_null(), version == 1);
    }
}
