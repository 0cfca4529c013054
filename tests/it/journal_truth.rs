//! The journal says what happened: an altered reason is found, derived changes stand where they happen, verbs list what changed.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use xinmiao::journal;

use crate::support::{Client, MentorSeed, TestApp, on_postgres};

/// The lines about a resource: action and changed members.
async fn lines(app: &TestApp, query: &str) -> Vec<(String, Value)> {
    app.sealed().await;
    let found = app
        .manager()
        .get(&format!("/v1/journal?{query}&limit=1000"))
        .await
        .expect(200);
    let items = found.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|line| {
            let action = line["action"].as_str().unwrap().to_owned();
            (action, line["changedFields"].clone())
        })
        .collect()
}

async fn recruit(client: &Client, unit: xinmiao::db::Id) -> String {
    let body = json!({
        "name": "李雨瑶", "organizationId": unit, "reportedOn": "2022-08-26", "householdRegistration": "511903",
    });
    let made = client.post("/v1/cadres", &body).await.expect(201);
    made.header("location").to_owned()
}

#[actix_web::test]
async fn verify_finds_an_altered_reason_and_counts_an_erased_one() {
    let app = TestApp::start().await;
    let officer = app.officer();
    let path = recruit(&officer, app.city.yuxi.id).await;
    let body = json!({ "from": "2023-07-01", "reason": "病假" });
    officer
        .post(&format!("{path}/_suspend"), &body)
        .await
        .expect(200);
    app.sealed().await;
    let mut conn = app.db();
    let whole = journal::verify(&mut conn, |_| {}).unwrap();
    assert_eq!((whole.broken_at, whole.erased), (None, 0));
    let guards = if on_postgres() {
        "ALTER TABLE journal_payloads DISABLE TRIGGER ALL"
    } else {
        "DROP TRIGGER IF EXISTS journal_payloads_no_update; DROP TRIGGER IF EXISTS journal_payloads_no_delete"
    };
    conn.batch_execute(guards).unwrap();
    conn.batch_execute("UPDATE journal_payloads SET payload = replace(payload, '病假', '事假')")
        .unwrap();
    let altered = journal::verify(&mut conn, |_| {}).unwrap();
    // After the ten lines of every start, and that of the cadre.
    assert_eq!(altered.broken_at, Some(12));
    conn.batch_execute("DELETE FROM journal_payloads").unwrap();
    let erased = journal::verify(&mut conn, |_| {}).unwrap();
    assert_eq!((erased.broken_at, erased.erased), (None, 1));
}

#[actix_web::test]
async fn a_unit_that_becomes_remote_changes_its_cadres_in_the_journal() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = recruit(&app.officer(), app.city.yuxi.id).await;
    let id = path.rsplit('/').next().unwrap();
    let other = app.insert_cadre(&app.city.liulin);
    let unit = format!("/v1/organizations/{}", app.city.yuxi.id);
    let remote = json!({ "remote": true });
    manager.patch(&unit, "*", &remote).await.expect(200);
    manager.patch(&unit, "*", &remote).await.expect(200);
    let derived = lines(&app, &format!("cadreId={id}&action=cadre.derived-changed")).await;
    assert_eq!(
        derived,
        [("cadre.derived-changed".to_owned(), json!(["remote"]))]
    );
    assert_eq!(lines(&app, &format!("cadreId={other}")).await, []);
}

#[actix_web::test]
async fn verbs_and_corrections_list_what_changed_and_nothing_else() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = recruit(&manager, app.city.yuxi.id).await;
    let id = path.rsplit('/').next().unwrap();
    let transfer = json!({ "organizationId": app.city.liulin.id, "effectiveOn": "2023-07-01" });
    manager
        .post(&format!("{path}/_transfer"), &transfer)
        .await
        .expect(200);
    let correction = json!({ "reportedOn": "2022-07-01", "householdRegistration": "511921" });
    manager.patch(&path, "*", &correction).await.expect(200);
    manager
        .post(
            &format!("{path}/_suspend"),
            &json!({ "from": "2023-07-10", "reason": "x" }),
        )
        .await
        .expect(200);
    let body = json!({ "on": "2023-07-20", "reason": "RESIGNED" });
    manager
        .post(&format!("{path}/_leave"), &body)
        .await
        .expect(200);
    let expected = [
        ("cadre.transferred", json!(["organizationId"])),
        (
            "cadre.updated",
            json!([
                "householdRegistration",
                "nonLocal",
                "reportedOn",
                "phase",
                "phaseEndsOn",
                "probationEndsOn",
                "onProbation"
            ]),
        ),
        ("cadre.suspended", json!(["status"])),
        ("cadre.left", json!(["status"])),
    ];
    let found = lines(&app, &format!("resourceId={id}")).await;
    assert_eq!(
        found[1..],
        expected.map(|(action, fields)| (action.to_owned(), fields))
    );
    let mentor = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let verbs = [
        (
            "_suspend",
            json!({ "from": "2023-07-20", "reason": "x" }),
            json!(["status", "suspendedFrom"]),
        ),
        ("_reinstate", json!({}), json!(["status", "suspendedFrom"])),
        ("_retire", json!({}), json!(["status", "retiredOn"])),
    ];
    for (verb, body, changed) in verbs {
        let path = format!("/v1/mentors/{mentor}/{verb}");
        manager.post(&path, &body).await.expect(200);
        let found = lines(&app, &format!("resourceId={mentor}")).await;
        assert_eq!(found.last().unwrap().1, changed, "{verb}");
    }
    let cadre = app.insert_cadre(&app.city.yuxi);
    let other = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let pair = json!({ "cadreId": cadre, "mentorId": other, "role": "POLITICAL", "startsOn": "2023-07-01" });
    let proposed = manager.post("/v1/assignments", &pair).await.expect(201);
    let cancel = format!("{}/_cancel", proposed.header("location"));
    let reason = json!({ "reason": "另行安排" });
    manager.post(&cancel, &reason).await.expect(200);
    let id = proposed.json["id"].as_str().unwrap();
    let found = lines(&app, &format!("resourceId={id}")).await;
    assert_eq!(found.last().unwrap().1, json!(["status", "endNote"]));
}
