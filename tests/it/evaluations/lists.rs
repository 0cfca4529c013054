//! Lists of evaluations.

use super::post;
use crate::evaluation_scene::{Scene, id_of};

#[actix_web::test]
async fn lists_are_filtered_and_sorted() {
    let scene = Scene::start().await;
    let ordinary = scene.confirmed("ORDINARY", "UNIT").await;
    let period = ("2022-01-01", "2022-03-31");
    scene.reopen("PHASE", "UNIT", period).await.expect(200);
    let mut early = scene.form("PHASE", "UNIT");
    early["periodFrom"] = "2022-01-01".into();
    early["periodTo"] = "2022-03-31".into();
    let early = post(&scene.officer, &early).await.expect(201);
    let unit = &scene.app.city.yuxi.id;
    for (query, expected) in [
        ("sort=periodTo".to_owned(), vec![&early, &ordinary]),
        ("sort=-periodTo".to_owned(), vec![&ordinary, &early]),
        ("sort=-updatedAt".to_owned(), vec![&early, &ordinary]),
        ("kind=PHASE,ANNUAL".to_owned(), vec![&early]),
        ("status=CONFIRMED".to_owned(), vec![&ordinary]),
        ("evaluatorRelation=SELF".to_owned(), vec![]),
        ("periodFromGte=2023-04-01".to_owned(), vec![&ordinary]),
        ("periodToLte=2022-03-31".to_owned(), vec![&early]),
        (
            format!("organizationId={unit}&current=true&subtree=false"),
            vec![&ordinary, &early],
        ),
        ("current=false".to_owned(), vec![]),
    ] {
        let list = scene
            .officer
            .get(&format!("/v1/evaluations?{query}"))
            .await
            .expect(200);
        let found: Vec<&str> = list.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(id_of)
            .collect();
        let expected: Vec<&str> = expected
            .into_iter()
            .map(|answer| id_of(&answer.json))
            .collect();
        assert_eq!(found, expected, "{query}");
    }
    let first = scene
        .officer
        .get("/v1/evaluations?sort=-periodTo&limit=1")
        .await
        .expect(200);
    let cursor = first.json["nextCursor"].as_str().unwrap();
    let next = format!("/v1/evaluations?sort=-periodTo&limit=1&cursor={cursor}");
    let next = scene.officer.get(&next).await.expect(200);
    assert_eq!(next.json["items"][0]["id"], early.json["id"]);
    assert_eq!(next.json.get("nextCursor"), None);
    let refused = scene
        .officer
        .get("/v1/evaluations?sort=grade&mentor=1")
        .await;
    refused.expect_problem(400, "malformed-request");
}
