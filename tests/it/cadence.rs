//! How often pairs talk: a month unless the rule table says otherwise, and heart to heart once a year (R24).

use serde_json::{Value, json};

use crate::evaluation_scene::Scene;
use crate::session_scene::{recorded, secret_talk, talk};
use crate::support::Client;

async fn cadence(by: &Client, pair: &Value) -> Value {
    let path = format!("/v1/assignments/{}/cadence", pair.as_str().unwrap());
    by.get(&path).await.expect(200).json
}

async fn pair_of(by: &Client) -> Value {
    let mentees = by.get("/v1/me/mentees").await.expect(200).json;
    mentees["items"][0]["assignmentId"].clone()
}

#[actix_web::test]
async fn r24_a_talk_is_due_a_month_after_the_last_and_heart_to_heart_after_a_year() {
    let scene = Scene::start().await;
    let pair = pair_of(&scene.political).await;
    // Since the pair began on 2021-09-01 none was held.
    let before = cadence(&scene.officer, &pair).await;
    assert_eq!(before["intervalMonths"], 1);
    assert_eq!(before["lastSessionOn"], Value::Null);
    assert_eq!(before["nextDueOn"], "2021-10-01");
    assert_eq!(before["heartToHeartDueOn"], "2022-09-01");
    assert_eq!(before["overdue"], true);
    let guidance = talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &json!({}));
    recorded(&scene.political, &guidance).await;
    // A talk about the work is no talk heart to heart.
    let after = cadence(&scene.officer, &pair).await;
    assert_eq!(after["lastSessionOn"], "2023-07-20");
    assert_eq!(after["nextDueOn"], "2022-09-01");
    let heart = talk(scene.cadre_id, "HEART_TO_HEART", "2022-07-24", &json!({}));
    recorded(&scene.political, &heart).await;
    let at_the_edge = cadence(&scene.officer, &pair).await;
    assert_eq!(at_the_edge["lastHeartToHeartOn"], "2022-07-24");
    assert_eq!(at_the_edge["nextDueOn"], "2023-07-24");
    assert_eq!(at_the_edge["overdue"], false);
    let heart = talk(scene.cadre_id, "HEART_TO_HEART", "2023-07-10", &json!({}));
    recorded(&scene.political, &heart).await;
    let kept = cadence(&scene.officer, &pair).await;
    assert_eq!(kept["lastSessionOn"], "2023-07-20");
    assert_eq!(kept["nextDueOn"], "2023-08-20");
    assert_eq!(kept["heartToHeartDueOn"], "2024-07-10");
    // The other mentor's pair is another.
    let other = cadence(&scene.officer, &pair_of(&scene.professional).await).await;
    assert_eq!(other["lastSessionOn"], Value::Null);
}

#[actix_web::test]
async fn a_mentor_finds_what_is_due_and_open_beside_each_mentee() {
    let scene = Scene::start().await;
    let own = async || {
        let mentees = scene.political.get("/v1/me/mentees").await.expect(200).json;
        let mentee = mentees["items"][0].clone();
        ["lastSessionOn", "nextDueOn", "openItems"].map(|member| mentee[member].clone())
    };
    assert_eq!(own().await, [Value::Null, json!("2021-10-01"), json!(0)]);
    let made = recorded(&scene.political, &secret_talk(scene.cadre_id, "2023-07-20")).await;
    assert_eq!(
        own().await,
        [json!("2023-07-20"), json!("2023-08-20"), json!(1)]
    );
    let done = made["followUps"][0]["id"].as_str().unwrap();
    let done = format!("/v1/follow-ups/{done}/_done");
    scene.political.post(&done, &json!({})).await.expect(200);
    assert_eq!(own().await[2], json!(0));
}

#[actix_web::test]
async fn what_is_open_in_confidence_is_counted_for_the_pair_alone() {
    let scene = Scene::start().await;
    let made = recorded(&scene.political, &secret_talk(scene.cadre_id, "2023-07-20")).await;
    let shared =
        json!({ "followUps": [{ "text": "读书" }, { "text": "走访", "doneOn": "2023-07-21" }] });
    let shared = talk(scene.cadre_id, "GUIDANCE", "2023-07-20", &shared);
    recorded(&scene.political, &shared).await;
    let open = async |by: &Client| cadence(by, &made["assignmentId"]).await["openItems"].clone();
    for (by, count) in [
        (&scene.political, 2),
        (&scene.cadre, 2),
        (&scene.officer, 1),
        (&scene.professional, 1),
        (&scene.manager, 1),
    ] {
        assert_eq!(open(by).await, json!(count));
    }
}

#[actix_web::test]
async fn a_pair_that_is_over_owes_no_talk() {
    let scene = Scene::start().await;
    let pair = pair_of(&scene.political).await;
    let complete = format!("/v1/assignments/{}/_complete", pair.as_str().unwrap());
    let manager = &scene.manager;
    manager
        .post(&complete, &json!({ "on": "2023-07-24" }))
        .await
        .expect(200);
    let over = cadence(manager, &pair).await;
    assert_eq!(over["nextDueOn"], Value::Null);
    assert_eq!(over["heartToHeartDueOn"], Value::Null);
    assert_eq!(over["overdue"], false);
}
