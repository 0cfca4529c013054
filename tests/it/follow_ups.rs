//! What was agreed in talks: listed by the day it is due, done once.

use serde_json::{Value, json};

use crate::evaluation_scene::Scene;
use crate::session_scene::{recorded, talk};
use crate::support::Client;

async fn texts(by: &Client, query: &str) -> Vec<String> {
    let list = by
        .get(&format!("/v1/follow-ups{query}"))
        .await
        .expect(200)
        .json;
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|one| one["text"].as_str().unwrap().to_owned())
        .collect()
}

async fn agreed(scene: &Scene) -> Value {
    let agreed = json!([
        { "text": "读书", "dueOn": "2023-09-01" },
        { "text": "走访", "dueOn": "2023-07-22", "ownerId": scene.cadre_id },
        { "text": "写稿", "dueOn": "2023-07-21", "doneOn": "2023-07-21" },
    ]);
    let body = talk(
        scene.cadre_id,
        "GUIDANCE",
        "2023-07-20",
        &json!({ "followUps": agreed }),
    );
    recorded(&scene.political, &body).await
}

#[actix_web::test]
async fn what_is_due_by_a_day_is_found_the_earliest_first() {
    let scene = Scene::start().await;
    agreed(&scene).await;
    for by in [
        &scene.political,
        &scene.cadre,
        &scene.officer,
        &scene.professional,
    ] {
        assert_eq!(texts(by, "?sort=dueOn").await, ["写稿", "走访", "读书"]);
        assert_eq!(texts(by, "?due=2023-07-24").await, ["走访"]);
        assert_eq!(texts(by, "?due=2023-07-21").await, [""; 0]);
        assert_eq!(texts(by, "?done=true").await, ["写稿"]);
        assert_eq!(texts(by, "?done=false&sort=-dueOn").await, ["读书", "走访"]);
    }
    let list = scene
        .cadre
        .get("/v1/follow-ups?due=2023-07-24")
        .await
        .expect(200)
        .json;
    let one = &list["items"][0];
    assert_eq!(
        (&one["owner"], &one["overdue"]),
        (&json!("CADRE"), &json!(true))
    );
    assert_eq!(one["ownerId"], json!(scene.cadre_id));
    assert_eq!(one["allowedActions"], json!(["done_follow_up"]));
}

#[actix_web::test]
async fn either_of_the_pair_says_that_it_is_done_once() {
    let scene = Scene::start().await;
    let made = agreed(&scene).await;
    let done = format!(
        "/v1/follow-ups/{}/_done",
        made["followUps"][1]["id"].as_str().unwrap()
    );
    for (day, code) in [
        ("2023-07-19", "out-of-range"),
        ("2023-07-25", "out-of-range"),
    ] {
        let refused = scene.cadre.post(&done, &json!({ "doneOn": day })).await;
        assert_eq!(
            refused.expect_problem(422, "invalid").errors(),
            [("/doneOn", code)]
        );
    }
    scene
        .officer
        .post(&done, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    scene
        .professional
        .post(&done, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let finished = scene
        .cadre
        .post(&done, &json!({ "doneOn": "2023-07-23" }))
        .await
        .expect(200);
    assert_eq!(finished.json["doneOn"], "2023-07-23");
    assert_eq!(finished.json["overdue"], false);
    for body in [json!({}), json!({ "doneOn": "2023-07-23" })] {
        let again = scene.political.post(&done, &body).await.expect(200);
        assert_eq!(again.json["version"], 2);
    }
    let other = scene
        .political
        .post(&done, &json!({ "doneOn": "2023-07-24" }))
        .await;
    other.expect_problem(409, "illegal-transition");
    let session = scene
        .cadre
        .get(&crate::session_scene::address(&made))
        .await
        .expect(200)
        .json;
    assert_eq!(session["followUps"][1]["doneOn"], "2023-07-23");
}
