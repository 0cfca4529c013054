//! One live pair per cadre and role: proposed or in effect, held by the database; a proposal to replace names the pair it ends.

use diesel::connection::SimpleConnection;
use futures_util::future::join_all;
use serde_json::{Value, json};
use xinmiao::db::Id;

use super::{active_mentees, mentoring, pair, path, persons, proposal, reasons};
use crate::support::{Answer, MentorSeed, TODAY, TestApp, on_postgres};

/// A proposal to replace a pair.
fn replacing(cadre: Id, mentor: Id, pair: &Answer) -> Value {
    let mut body = proposal(cadre, mentor, "POLITICAL");
    body["replacesId"] = pair.json["id"].clone();
    body
}

async fn read(app: &TestApp, answer: &Answer) -> Value {
    app.manager().get(&path(answer)).await.expect(200).json
}

#[actix_web::test]
async fn of_sixty_four_proposals_for_one_seat_one_stands() {
    let app = TestApp::start().await;
    let cadre = app.insert_cadre(&app.city.yuxi);
    let bodies: Vec<Value> = (0..64)
        .map(|_| app.insert_mentor(&app.city.yuxi, MentorSeed::default()))
        .map(|mentor| proposal(cadre, mentor, "POLITICAL"))
        .collect();
    let officer = app.officer();
    let answers = join_all(
        bodies
            .iter()
            .map(|body| officer.post("/v1/assignments", body)),
    )
    .await;
    let won: Vec<&Answer> = answers.iter().filter(|a| a.status == 201).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|a| a.status != 201) {
        assert_eq!((lost.status, lost.code()), (409, "duplicate"));
        assert_eq!(lost.json["current"]["id"], won[0].json["id"]);
    }
    let manager = app.manager();
    let all = manager.get("/v1/assignments?count=exact").await.expect(200);
    assert_eq!(all.json["total"], 1);
}

#[actix_web::test]
async fn a_proposal_to_replace_stands_beside_the_pair_in_effect_and_ends_it_when_activated() {
    let app = TestApp::start().await;
    let p = persons(&app);
    let present = pair(&app, p.cadre, p.mentor, "POLITICAL").await;
    let other = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let (officer, manager) = (app.officer(), app.manager());
    let plain = proposal(p.cadre, other, "POLITICAL");
    let refused = officer.post("/v1/assignments", &plain).await;
    let refused = refused.expect_problem(409, "duplicate");
    assert_eq!(refused.json["current"]["id"], present.json["id"]);
    let same = officer
        .post("/v1/assignments", &replacing(p.cadre, p.mentor, &present))
        .await
        .expect_problem(409, "rule-violation");
    assert_eq!(reasons(&same)[0].0, "SAME_MENTOR");
    let body = replacing(p.cadre, other, &present);
    let next = officer.post("/v1/assignments", &body).await.expect(201);
    assert_eq!(next.json["replacesId"], present.json["id"]);
    assert_eq!(read(&app, &present).await["status"], "ACTIVE");
    // One proposal is enough.
    let third = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    officer
        .post("/v1/assignments", &replacing(p.cadre, third, &present))
        .await
        .expect_problem(409, "duplicate");
    let verb = format!("{}/_activate", path(&next));
    let empty = json!({});
    let answers = join_all((0..8).map(|_| manager.post(&verb, &empty))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let old = read(&app, &present).await;
    assert_eq!(
        [&old["status"], &old["endReason"], &old["endsOn"]],
        ["REPLACED", "OTHER", TODAY]
    );
    assert_eq!(
        mentoring(&app, p.cadre).await,
        [json!(other), Value::Null, json!("PARTIAL")]
    );
    assert_eq!(active_mentees(&app, p.mentor).await, 0);
    assert_eq!(active_mentees(&app, other).await, 1);
}

#[actix_web::test]
async fn many_proposals_to_replace_take_effect_together() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let mut items = Vec::new();
    for _ in 0..4 {
        let p = persons(&app);
        let present = pair(&app, p.cadre, p.mentor, "POLITICAL").await;
        let other = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
        let body = replacing(p.cadre, other, &present);
        let next = manager.post("/v1/assignments", &body).await.expect(201);
        items.push(json!({ "id": next.json["id"], "version": 1 }));
    }
    let body = json!({ "items": items });
    let done = manager.post("/v1/assignments/_activate", &body).await;
    let done = done.expect(200);
    let rows = done.json["items"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["status"] == "ACTIVE"));
    let replaced = manager
        .get("/v1/assignments?status=REPLACED&count=exact")
        .await;
    assert_eq!(replaced.expect(200).json["total"], 4);
}

#[actix_web::test]
async fn what_was_to_replace_a_pair_is_withdrawn_when_the_pair_ends_otherwise() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let third = app.insert_mentor(
        &app.city.yuxi,
        MentorSeed {
            max_mentees: 10,
            ..MentorSeed::default()
        },
    );
    let ends = [
        ("_complete", json!({}), "TERM_ENDED"),
        (
            "_cancel",
            json!({ "reason": "录入有误" }),
            "ENTERED_IN_ERROR",
        ),
        (
            "_replace",
            json!({ "mentorId": third, "startsOn": TODAY, "endReason": "MENTOR_WORKLOAD" }),
            "MENTOR_WORKLOAD",
        ),
    ];
    for (verb, body, reason) in ends {
        let p = persons(&app);
        let present = pair(&app, p.cadre, p.mentor, "POLITICAL").await;
        let other = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
        let next = manager
            .post("/v1/assignments", &replacing(p.cadre, other, &present))
            .await
            .expect(201);
        let done = manager
            .post(&format!("{}/{verb}", path(&present)), &body)
            .await;
        assert_eq!(done.status / 100, 2, "{}", done.text());
        let withdrawn = read(&app, &next).await;
        assert_eq!(
            [&withdrawn["status"], &withdrawn["endReason"]],
            ["CANCELLED", reason]
        );
        assert_eq!(withdrawn["version"], 2);
        app.sealed().await;
        let rows = manager
            .get(&format!(
                "/v1/journal?resourceId={}",
                next.json["id"].as_str().unwrap()
            ))
            .await
            .expect(200);
        assert_eq!(rows.json["items"].as_array().unwrap().len(), 2, "{verb}");
    }
}

#[actix_web::test]
async fn a_replacement_may_take_effect_at_once_and_names_a_pair_of_the_same_cadre_and_role() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let (p, q) = (persons(&app), persons(&app));
    let present = pair(&app, p.cadre, p.mentor, "POLITICAL").await;
    let elsewhere = pair(&app, q.cadre, q.mentor, "POLITICAL").await;
    let other = app.insert_mentor(&app.city.yuxi, MentorSeed::default());
    let refused = manager
        .post("/v1/assignments", &replacing(p.cadre, other, &elsewhere))
        .await;
    assert_eq!(
        refused.expect(422).errors(),
        [("/replacesId", "reference-unknown")]
    );
    let mut body = replacing(p.cadre, other, &present);
    body["role"] = json!("PROFESSIONAL");
    let refused = manager.post("/v1/assignments", &body).await;
    assert_eq!(
        refused.expect(422).errors(),
        [("/replacesId", "reference-unknown")]
    );
    let mut body = replacing(p.cadre, other, &present);
    body["startsOn"] = json!("2023-07-20");
    let refused = manager.post("/v1/assignments", &body).await;
    assert_eq!(
        refused.expect(422).errors(),
        [("/startsOn", "out-of-range")]
    );
    body["startsOn"] = json!(TODAY);
    body["activate"] = json!(true);
    app.officer()
        .post("/v1/assignments", &body)
        .await
        .expect_problem(403, "forbidden");
    let made = manager.post("/v1/assignments", &body).await.expect(201);
    assert_eq!(made.json["status"], "ACTIVE");
    assert_eq!(read(&app, &present).await["status"], "REPLACED");
}

#[actix_web::test]
async fn proposals_of_an_older_version_that_stood_in_each_others_way_are_settled_by_the_migration()
{
    let app = TestApp::start().await;
    let folder = if on_postgres() { "postgres" } else { "sqlite" };
    let sql = |name: &str| {
        let root = env!("CARGO_MANIFEST_DIR");
        std::fs::read_to_string(format!(
            "{root}/migrations/{folder}/0009_assignment_one_live/{name}.sql"
        ))
        .unwrap()
    };
    let manager = app.manager();
    let mut made = Vec::new();
    // Two proposals for one seat, and one beside a pair in effect: made for three cadres, then given to one.
    for _ in 0..4 {
        let p = persons(&app);
        made.push(
            manager
                .post("/v1/assignments", &proposal(p.cadre, p.mentor, "POLITICAL"))
                .await
                .expect(201),
        );
    }
    let p = persons(&app);
    let present = pair(&app, p.cadre, p.mentor, "POLITICAL").await;
    let id = |answer: &Answer, member: &str| {
        let id = answer.json[member].as_str().unwrap().replace('-', "");
        if on_postgres() {
            format!("'{id}'")
        } else {
            format!("x'{id}'")
        }
    };
    let mut conn = app.db();
    conn.batch_execute(&sql("down")).unwrap();
    for (row, cadre) in [(1, &made[0]), (2, &made[0]), (3, &present)] {
        let statement = format!(
            "UPDATE assignments SET cadre_id = {} WHERE id = {}",
            id(cadre, "cadreId"),
            id(&made[row], "id")
        );
        conn.batch_execute(&statement).unwrap();
    }
    conn.batch_execute(&sql("up")).unwrap();
    drop(conn);
    let mut told = Vec::new();
    for row in &made {
        let now = read(&app, row).await;
        told.push((now["status"].clone(), now["replacesId"].clone()));
    }
    let cancelled = (json!("CANCELLED"), Value::Null);
    assert_eq!(
        told,
        [
            cancelled.clone(),
            cancelled,
            (json!("PROPOSED"), Value::Null),
            (json!("PROPOSED"), present.json["id"].clone()),
        ]
    );
    // What was proposed to replace can still take effect.
    manager
        .post(&format!("{}/_activate", path(&made[3])), &json!({}))
        .await
        .expect(200);
    app.sealed().await;
    for (row, action) in [
        (0, "assignment.cancelled"),
        (1, "assignment.cancelled"),
        (3, "assignment.updated"),
    ] {
        let address = format!(
            "/v1/journal?resourceId={}&action={action}",
            made[row].json["id"].as_str().unwrap()
        );
        let rows = manager.get(&address).await.expect(200);
        assert_eq!(rows.json["items"].as_array().unwrap().len(), 1, "{row}");
        assert_eq!(rows.json["items"][0]["actor"]["type"], "SYSTEM");
    }
}
