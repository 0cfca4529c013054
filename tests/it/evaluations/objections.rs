//! What comes of an objection.

use serde_json::json;

use super::violations;
use crate::evaluation_scene::{Scene, confirm, four, id_of, path_of};
use crate::support::Who;

#[actix_web::test]
async fn an_upheld_objection_leads_to_an_evaluation_that_supersedes() {
    let scene = Scene::start().await;
    let confirmed = scene.confirmed("ORDINARY", "UNIT").await;
    scene.submitted("ORDINARY", "SELF").await;
    let reason = json!({ "reason": "成绩有误" });
    let objected = scene
        .cadre
        .post(&path_of(&confirmed, "/_object"), &reason)
        .await
        .expect(200);
    assert_eq!(objected.json["objection"]["status"], "OPEN");
    let taken_back = scene
        .cadre
        .post(&path_of(&confirmed, "/_withdraw"), &json!({}))
        .await;
    assert_eq!(
        taken_back.expect(200).json["objection"]["status"],
        "WITHDRAWN"
    );
    scene
        .cadre
        .post(&path_of(&confirmed, "/_object"), &reason)
        .await
        .expect(200);
    let upheld = json!({ "outcome": "UPHELD", "answer": "同意复核" });
    let refused = scene
        .manager
        .post(&path_of(&confirmed, "/_answer"), &upheld)
        .await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("R18", "ANSWERER_IS_INVOLVED")]);
    let answered = scene
        .other_manager
        .post(&path_of(&confirmed, "/_answer"), &upheld)
        .await;
    let answered = answered.expect(200);
    assert_eq!(answered.json["objection"]["status"], "UPHELD");
    assert_eq!(answered.json["scores"], confirmed.json["scores"]);
    let again = scene
        .other_manager
        .post(&path_of(&confirmed, "/_answer"), &upheld)
        .await;
    assert_eq!(again.expect(200).json["version"], answered.json["version"]);
    let refused = scene
        .cadre
        .post(
            &path_of(&confirmed, "/_object"),
            &json!({ "reason": "再议" }),
        )
        .await;
    refused.expect_problem(409, "illegal-transition");

    let drafts = scene
        .officer
        .get("/v1/evaluations?status=DRAFT")
        .await
        .expect(200);
    let draft = &drafts.json["items"][0];
    assert_eq!(draft["supersedesId"], confirmed.json["id"]);
    assert_eq!(draft["summary"], confirmed.json["summary"]);
    let path = format!("/v1/evaluations/{}", id_of(draft));
    scene
        .officer
        .delete(&path, "*")
        .await
        .expect_problem(409, "illegal-transition");
    let moved = scene
        .officer
        .patch(&path, "*", &json!({ "periodTo": "2023-06-29" }))
        .await;
    assert_eq!(
        moved.expect_problem(422, "invalid").errors(),
        [("/periodTo", "read-only")]
    );
    // Until the new one is confirmed the first stands.
    let current = format!(
        "/v1/evaluations?cadreId={}&status=CONFIRMED&current=true",
        scene.cadre_id
    );
    let stands = scene.cadre.get(&current).await.expect(200);
    assert_eq!(stands.json["items"][0]["id"], confirmed.json["id"]);
    let patch = json!({ "scores": four(95), "submit": true });
    let submitted = scene.officer.patch(&path, "*", &patch).await.expect(200);
    confirm(&scene.manager, &submitted).await.expect(200);
    let stands = scene.cadre.get(&current).await.expect(200);
    assert_eq!(stands.json["items"][0]["id"], submitted.json["id"]);
    assert_eq!(stands.json["items"].as_array().unwrap().len(), 1);
    let first = scene.cadre.get(&path_of(&confirmed, "")).await.expect(200);
    assert_eq!(first.json["supersededById"], submitted.json["id"]);
    assert_eq!(first.json["scores"], confirmed.json["scores"]);
}

#[actix_web::test]
async fn an_objection_is_raised_within_thirty_days() {
    let scene = Scene::start().await;
    let confirmed = scene.confirmed("ORDINARY", "UNIT").await;
    let own = scene.confirmed("ORDINARY", "SELF").await;
    let reason = json!({ "reason": "成绩有误" });
    let refused = scene.cadre.post(&path_of(&own, "/_object"), &reason).await;
    refused.expect_problem(409, "illegal-transition");
    let cadre = || {
        scene
            .app
            .client(Who::cadre(&scene.app.city.yuxi, scene.cadre_id))
    };
    scene.app.advance(31 * 86_400);
    let refused = cadre()
        .post(&path_of(&confirmed, "/_object"), &reason)
        .await;
    refused.expect_problem(409, "illegal-transition");
}
