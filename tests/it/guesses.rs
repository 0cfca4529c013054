//! The guess budget: nobody learns by trying whose an identity number is.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::schema::guesses;

use crate::support::{Answer, Client, TestApp, Who};

const PATH: &str = "/v1/cadres/_import";
/// Region and day of birth of everyone here; what the attacker knows.
pub const PREFIX: &str = "99000119980315";

/// A number whose check character is right.
pub fn number(prefix: &str, sequence: usize) -> String {
    let digits = format!("{prefix}{sequence:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .chars()
        .zip(weights)
        .map(|(digit, weight)| digit.to_digit(10).unwrap() * weight)
        .sum();
    let check = "10X98765432".as_bytes()[usize::try_from(sum % 11).unwrap()];
    format!("{digits}{}", char::from(check))
}

/// A system that brings rosters and may not reveal personal values.
fn portal(app: &TestApp) -> Client {
    let scopes = "cadres:read cadres:write mentors:write imports:write";
    app.client(Who::system(&app.city.root, scopes))
}

async fn import(client: &Client, query: &str, file: String) -> Answer {
    let request = client.request(Method::POST, &format!("{PATH}?{query}"));
    request.body("text/csv", file).send().await
}

fn roster(numbers: &[String]) -> String {
    let mut file = String::from("name,identityNumber,organizationCode,reportedOn\n");
    for (n, number) in numbers.iter().enumerate() {
        let name = char::from_u32(0x4e00 + u32::try_from(n).unwrap()).unwrap();
        file.push_str(&format!("王{name},{number},BZ-511903-YX,2022-08-26\n"));
    }
    file
}

/// A cadre with the number the attacker is after.
async fn target(app: &TestApp) -> Value {
    let body = json!({
        "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26",
        "identityNumber": number(PREFIX, 321), "phone": "10015499830",
        "externalIds": { "hr": "1" },
    });
    app.manager()
        .post("/v1/cadres", &body)
        .await
        .expect(201)
        .json
}

async fn exceeded(app: &TestApp) -> usize {
    app.sealed().await;
    let path = "/v1/journal?action=cadre.guess-budget-exceeded";
    let journal = app.auditor().get(path).await.expect(200);
    journal.json["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn a_thousand_candidates_are_not_answered() {
    let app = TestApp::start().await;
    let cadre = target(&app).await;
    let portal = portal(&app);
    let candidates: Vec<String> = (0..1000).map(|n| number(PREFIX, n)).collect();
    for _ in 0..2 {
        let refused = import(&portal, "dryRun=true", roster(&candidates)).await;
        let refused = refused.expect_problem(429, "too-many-requests");
        assert!(
            refused.json["detail"]
                .as_str()
                .unwrap()
                .contains("identity numbers")
        );
        assert!(refused.header("retry-after").parse::<u64>().unwrap() > 24 * 3600);
    }
    // A few at a time: as many as the budget has, and no more.
    let mut answered = 0;
    for candidates in candidates[..40].chunks(2) {
        let answer = import(&portal, "dryRun=true", roster(candidates)).await;
        answered += if answer.status == 200 { 2 } else { 0 };
    }
    assert_eq!(answered, 4);
    // By every other way too, one number being left.
    let mut heard = 0;
    let path = format!("/v1/cadres/{}", cadre["id"].as_str().unwrap());
    for candidate in &candidates[100..104] {
        let body = json!({ "identityNumber": candidate });
        let patched = portal.patch(&path, "*", &body).await;
        heard += usize::from(patched.status == 422);
        let by_id = portal.request(Method::PUT, "/v1/cadres/by-external-id/hr/1");
        let put = by_id.json(&body).send().await;
        assert_eq!(put.status, if patched.status == 422 { 422 } else { 429 });
        let rows = format!("externalId,identityNumber\n1,{candidate}\n");
        let row = import(&portal, "dryRun=true&source=hr", rows).await;
        assert_eq!(row.status, if patched.status == 422 { 200 } else { 429 });
    }
    assert_eq!(heard, 1);
    // Not even by making the person whose number it would be.
    let new = json!({
        "name": "王五", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26",
        "identityNumber": candidates[200],
    });
    portal.post("/v1/cadres", &new).await.expect(429);
    import(&portal, "", roster(&candidates[200..201]))
        .await
        .expect(429);
    assert_eq!(exceeded(&app).await, 1, "once a day is enough");
    // Writes without numbers go on, and so do those of others.
    let change = json!({ "postTitle": "二级主任科员" });
    portal.patch(&path, "*", &change).await.expect(200);
    let same = json!({ "identityNumber": number(PREFIX, 321) });
    portal.patch(&path, "*", &same).await.expect(200);
    let officer = app.officer();
    let others = import(&officer, "dryRun=true", roster(&candidates[..5]));
    others.await.expect(200);
}

#[actix_web::test]
async fn candidates_sent_at_once_are_as_few() {
    let app = TestApp::start().await;
    target(&app).await;
    let portal = portal(&app);
    let sent = (0..64).map(|n| import(&portal, "dryRun=true", roster(&[number(PREFIX, n)])));
    let answers = futures_util::future::join_all(sent).await;
    let heard = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(heard, 5);
    let kept: i64 = guesses::table
        .filter(guesses::number.ne(Vec::new()))
        .count()
        .get_result(&mut app.db())
        .unwrap();
    assert_eq!(
        kept, 5,
        "what was not told is not counted, and what was stays counted"
    );
}

#[actix_web::test]
async fn a_number_that_led_to_a_change_counts_no_more() {
    let app = TestApp::start().await;
    let portal = portal(&app);
    // Eight people of one county and day: five at a time in dry runs, each written before the next.
    let numbers: Vec<String> = (0..8).map(|n| number(PREFIX, n)).collect();
    for numbers in [&numbers[..5], &numbers[5..]] {
        import(&portal, "dryRun=true", roster(numbers))
            .await
            .expect(200);
        let made = import(&portal, "", roster(numbers)).await.expect(200);
        assert_eq!(made.json["created"], numbers.len());
    }
    let kept: i64 = guesses::table.count().get_result(&mut app.db()).unwrap();
    assert_eq!(kept, 0);
}

#[actix_web::test]
async fn people_made_and_deleted_again_count() {
    let app = TestApp::start().await;
    target(&app).await;
    let portal = portal(&app);
    let mut made = 0;
    for n in 0..20 {
        let new = json!({
            "name": "王五", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26",
            "identityNumber": number(PREFIX, n),
        });
        let created = portal.post("/v1/cadres", &new).await;
        if created.status == 201 {
            made += 1;
            portal
                .delete(created.header("location"), "*")
                .await
                .expect(204);
        }
    }
    assert_eq!(made, 5);
}

#[actix_web::test]
async fn other_faults_come_before_whose_number_it_is() {
    let app = TestApp::start().await;
    target(&app).await;
    let body = json!({
        "name": "王五", "organizationId": app.city.yuxi.id, "reportedOn": "2099-08-26",
        "identityNumber": number(PREFIX, 321),
    });
    let answer = app.manager().post("/v1/cadres", &body).await.expect(422);
    assert_eq!(answer.errors(), [("/reportedOn", "date-in-future")]);
    let stranger = app.client(Who::officer(&app.city.qingjiang));
    let file = format!(
        "name,sex,identityNumber,organizationCode,reportedOn\n王五,9x,{},BZ-511902-QJ,2022-08-26\n",
        number(PREFIX, 321)
    );
    let row = import(&stranger, "dryRun=true", file).await.expect(200);
    let errors = row.json["rows"][0]["errors"].as_array().unwrap();
    let is_error = |finding: &&Value| finding["severity"] == "error";
    let columns: Vec<&Value> = errors
        .iter()
        .filter(is_error)
        .map(|e| &e["column"])
        .collect();
    assert_eq!(columns, ["sex"]);
}

#[actix_web::test]
async fn without_the_permission_to_reveal_equal_and_different_look_alike() {
    let app = TestApp::start().await;
    let cadre = target(&app).await;
    let row = |phone: &str| {
        format!(
            "externalId,name,phone,organizationCode,reportedOn\n1,李雨瑶,{phone},BZ-511903-YX,2022-08-26\n"
        )
    };
    let query = "dryRun=true&source=hr";
    let portal = portal(&app);
    let equal = import(&portal, query, row("10015499830")).await.expect(200);
    let other = import(&portal, query, row("10015499831")).await.expect(200);
    assert_eq!(equal.json, other.json);
    assert_eq!(equal.json["rows"][0]["status"], "UPDATED");
    let by_number = roster(&[number(PREFIX, 321)]).replace("王一", "李雨瑶");
    let veiled = import(&portal, "dryRun=true", by_number.clone()).await;
    let veiled = veiled.expect(200).json;
    assert_eq!(veiled["rows"][0]["status"], "UPDATED");
    assert!(veiled["rows"][0]["id"].is_null());
    // Who may reveal is told.
    let officer = app.officer();
    let equal = import(&officer, query, row("10015499830"))
        .await
        .expect(200);
    assert_eq!(equal.json["unchanged"], 1);
    let renamed = by_number.replace("李雨瑶", "李雨谣");
    let told = import(&officer, "dryRun=true", renamed).await.expect(200);
    assert_eq!(told.json["rows"][0]["id"], cadre["id"]);
}

#[actix_web::test]
async fn an_ordinary_roster_is_sent_every_day() {
    let app = TestApp::start().await;
    let people: Vec<String> = (0..1139)
        .map(|n| {
            number(
                &format!("990001{}{:02}{:02}", 1990 + n % 11, 1 + n % 12, 1 + n % 28),
                n % 1000,
            )
        })
        .collect();
    let file = roster(&people);
    // First tried, then written, then sent again on the days that follow, with and without a dry run before.
    for day in 0..3 {
        let portal = self::portal(&app);
        let tried = import(&portal, "dryRun=true", file.clone())
            .await
            .expect(200);
        assert_eq!(tried.json["failed"], 0, "{day}");
        import(&portal, "", file.clone()).await.expect(200);
        app.advance(24 * 3600);
    }
    let kept: i64 = guesses::table.count().get_result(&mut app.db()).unwrap();
    assert!(kept <= 1139, "{kept} of 2,500");
    assert_eq!(exceeded(&app).await, 0);
}
