//! What postings are to other rooms: evidence of goals, a part of the growth file, lines of the journal.

use reqwest::Method;
use serde_json::json;

use crate::plan_scene::Scene;
use crate::posting_scene::{posting, result, running};
use crate::support::mentoring::cadre;
use crate::support::{TestApp, Who};
use crate::training_scene::id_in;

const SUMMER: (&str, &str) = ("2023-07-01", "2023-12-31");

#[actix_web::test]
async fn a_posting_is_evidence_of_a_goal_once_it_is_finished() {
    let scene = Scene::start("2022-08-26").await;
    let app = &scene.app;
    let other = cadre(app, &app.city.yuxi, "周小苗", "2022-08-26").await;
    let finish = async |path: &str| {
        let finish = format!("{path}/_finish");
        app.manager().post(&finish, &result()).await.expect(200);
    };
    let of_other = running(app, other, SUMMER, &json!({})).await;
    finish(&of_other).await;
    let own = running(app, scene.cadre_id, SUMMER, &json!({})).await;
    let goals = scene.goals(&scene.officer).await;
    let goal = goals[0]["id"].as_str().unwrap().to_owned();
    let by = |path: &str| json!({ "evidence": [{ "type": "POSTING", "id": id_in(path) }] });
    for path in [&own, &of_other] {
        let refused = scene.verb(&scene.officer, &goal, "done", &by(path)).await;
        assert_eq!(
            refused.expect_problem(422, "invalid").errors(),
            [("/evidence/0/id", "reference-unknown")]
        );
    }
    finish(&own).await;
    let done = scene.verb(&scene.officer, &goal, "done", &by(&own)).await;
    done.expect(200);
}

#[actix_web::test]
async fn postings_stand_in_the_growth_file_and_on_its_page_as_text() {
    let app = TestApp::start().await;
    let yuxi = app.city.yuxi.clone();
    let id = cadre(&app, &yuxi, "李雨瑶", "2022-07-01").await;
    let words = json!({ "hostName": "<b>指挥部</b>", "task": "<script>alert(1)</script>" });
    let path = running(&app, id, SUMMER, &words).await;
    let later = posting(&app, id, ("2024-01-01", "2024-03-31"), &json!({})).await;
    let own = app.client(Who::cadre(&yuxi, id));
    let address = format!("/v1/cadres/{id}/growth-file");
    let file = own.get(&address).await.expect(200).json;
    let read = async |path: &str| own.get(path).await.expect(200).json;
    assert_eq!(
        file["postings"],
        json!([read(&later).await, read(&path).await])
    );
    let since = own
        .get(&format!("{address}?since=2024-01-15"))
        .await
        .expect(200);
    assert_eq!(since.json["postings"], json!([read(&later).await]));
    let without = own
        .get(&format!("{address}?sections=person"))
        .await
        .expect(200);
    assert!(without.json.get("postings").is_none());
    let page = own.request(Method::GET, &address);
    let page = page.header("accept", "text/html").send().await.expect(200);
    let page = page.text().to_owned();
    assert!(page.contains("&lt;b&gt;指挥部&lt;/b&gt;"), "{page}");
    assert!(!page.contains("<script"), "{page}");
    // Who reads cadres alone, reads no postings.
    let client = app.client(Who::system(&app.city.root, "cadres:read"));
    let file = client.get(&address).await.expect(200).json;
    assert!(file.get("postings").is_none());
}
