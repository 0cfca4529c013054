//! The life of an evaluation: every verb from the right state, by the right caller, under the version that was read.

use serde_json::{Value, json};

use super::{post, violations};
use crate::evaluation_scene::{QUARTER, Scene, act, confirm, id_of, path_of};
use crate::support::Answer;

#[actix_web::test]
async fn r26_an_evaluation_goes_from_draft_to_receipt() {
    let scene = Scene::start().await;
    let draft = scene.draft("MENTOR_REVIEW", "POLITICAL_MENTOR").await;
    assert_eq!(draft.header("location"), path_of(&draft, ""));
    for (member, value) in [
        ("status", json!("DRAFT")),
        ("overallScore", json!(88.0)),
        ("mentorId", json!(scene.political_id)),
        ("mentorName", json!("王建国")),
        ("cadreName", json!("李雨瑶")),
        ("organizationName", json!("渔溪镇")),
        ("phase", json!("NURTURING")),
        ("warnings", json!([])),
        (
            "allowedActions",
            json!([
                "update_evaluation",
                "submit_evaluation",
                "delete_evaluation"
            ]),
        ),
    ] {
        assert_eq!(draft.json[member], value, "{member}");
    }
    let read = scene.political.get(&path_of(&draft, "")).await.expect(200);
    assert_eq!(read.etag(), draft.etag());
    let submitted = act(&scene.political, &draft, "/_submit", &json!({})).await;
    let submitted = submitted.expect(200);
    assert_eq!(submitted.json["status"], "SUBMITTED");
    assert_eq!(
        submitted.json["allowedActions"],
        json!(["withdraw_evaluation"])
    );
    let again = scene
        .political
        .post(&path_of(&draft, "/_submit"), &json!({}))
        .await;
    assert_eq!(again.expect(200).json["version"], 2);
    let seen = scene.manager.get(&path_of(&draft, "")).await.expect(200);
    assert_eq!(
        seen.json["allowedActions"],
        json!(["confirm_evaluation", "return_evaluation"])
    );
    let confirmed = confirm(&scene.manager, &seen).await.expect(200);
    assert_eq!(confirmed.json["status"], "CONFIRMED");
    // A repeated confirmation, as after a lost answer.
    let again = confirm(&scene.manager, &seen).await.expect(200);
    assert_eq!(again.json["version"], confirmed.json["version"]);
    let seen = scene.cadre.get(&path_of(&draft, "")).await.expect(200);
    assert_eq!(
        seen.json["allowedActions"],
        json!(["acknowledge_evaluation", "object_evaluation"])
    );
    let received = scene
        .cadre
        .post(&path_of(&draft, "/_acknowledge"), &json!({}))
        .await;
    let received = received.expect(200);
    assert_ne!(received.json["acknowledgedAt"], Value::Null);
    let again = scene
        .cadre
        .post(&path_of(&draft, "/_acknowledge"), &json!({}))
        .await;
    assert_eq!(again.expect(200).json["version"], received.json["version"]);
    scene.app.sealed().await;
    let lines = scene
        .app
        .auditor()
        .get("/v1/journal?resourceType=evaluation")
        .await;
    let lines = lines.expect(200);
    let actions: Vec<_> = lines.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        actions,
        [
            "evaluation.created",
            "evaluation.submitted",
            "evaluation.confirmed",
            "evaluation.acknowledged"
        ]
    );
}

#[actix_web::test]
async fn verbs_pass_from_the_right_state_by_the_right_caller_only() {
    let scene = Scene::start().await;
    let reason = json!({ "reason": "请补充事例" });
    let none = json!({});
    let answer = json!({ "outcome": "REJECTED", "answer": "维持" });
    // By the state of an officer's form: what the author, the manager and the cadre meet.
    for (state, expected) in [
        ("DRAFT", [200, 200, 404, 404, 404, 404, 404]),
        ("SUBMITTED", [200, 200, 200, 200, 409, 404, 404]),
        ("RETURNED", [200, 409, 409, 200, 409, 404, 404]),
        ("CONFIRMED", [409, 409, 200, 409, 409, 200, 200]),
    ] {
        let verbs = [
            "_submit",
            "_withdraw",
            "_confirm",
            "_return",
            "_answer",
            "_acknowledge",
            "_object",
        ];
        for (verb, status) in verbs.into_iter().zip(expected) {
            let scene = Scene::start().await;
            // Who has handed in their own form may read those of others.
            scene.submitted("PHASE", "SELF").await;
            let mut at = scene.draft("PHASE", "UNIT").await;
            if state != "DRAFT" {
                at = act(&scene.officer, &at, "/_submit", &none)
                    .await
                    .expect(200);
            }
            if state == "RETURNED" {
                at = act(&scene.manager, &at, "/_return", &reason)
                    .await
                    .expect(200);
            }
            if state == "CONFIRMED" {
                at = confirm(&scene.manager, &at).await.expect(200);
            }
            let (caller, body) = match verb {
                "_submit" | "_withdraw" => (&scene.officer, &none),
                "_confirm" => (&scene.manager, &none),
                "_return" => (&scene.manager, &reason),
                "_answer" => (&scene.manager, &answer),
                "_acknowledge" => (&scene.cadre, &none),
                _ => (&scene.cadre, &reason),
            };
            let met = act(caller, &at, &format!("/{verb}"), body).await;
            assert_eq!(met.status, status, "{state} {verb}: {}", met.text());
            if status == 409 {
                assert_eq!(met.code(), "illegal-transition");
                assert_eq!(met.json["current"]["status"], state);
            }
        }
    }
    // Another rater who sees it is not its author.
    let confirmed = scene.confirmed("PHASE", "UNIT").await;
    let refused = scene
        .political
        .post(&path_of(&confirmed, "/_submit"), &none)
        .await;
    // The mentor still owes a form of that kind and period.
    refused.expect_problem(404, "not-found");
    let refused = scene
        .manager
        .post(&path_of(&confirmed, "/_submit"), &none)
        .await;
    refused.expect_problem(403, "forbidden");
    let refused = scene
        .officer
        .post(&path_of(&confirmed, "/_confirm"), &none)
        .await;
    refused.expect_problem(403, "forbidden");
    let refused = scene
        .officer
        .post(&path_of(&confirmed, "/_acknowledge"), &none)
        .await;
    refused.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a8_changes_need_the_version_that_was_read() {
    let scene = Scene::start().await;
    let draft = scene.draft("PHASE", "UNIT").await;
    let path = path_of(&draft, "");
    let patch = json!({ "summary": "新的小结" });
    let officer = &scene.officer;
    let bare = officer
        .request(reqwest::Method::PATCH, &path)
        .merge_patch(&patch);
    bare.send()
        .await
        .expect_problem(428, "precondition-required");
    let stale = officer.patch(&path, "\"7.x\"", &patch).await;
    assert_eq!(
        stale.expect_problem(412, "stale-version").json["current"]["version"],
        1
    );
    let changed = officer.patch(&path, draft.etag(), &patch).await.expect(200);
    assert_eq!(
        (&changed.json["version"], &changed.json["summary"]),
        (&json!(2), &json!("新的小结"))
    );
    let same = officer
        .patch(&path, changed.etag(), &patch)
        .await
        .expect(200);
    assert_eq!(same.json["version"], 2);
    let cleared = json!({ "summary": null, "scores": null });
    let cleared = officer.patch(&path, "*", &cleared).await.expect(200);
    assert_eq!(cleared.json["summary"], Value::Null);
    assert_eq!(cleared.json["overallScore"], Value::Null);
    let refused = officer.delete(&path, draft.etag()).await;
    refused.expect_problem(412, "stale-version");
    let read_only = json!({ "status": "CONFIRMED", "overallScore": 1, "cadreId": scene.cadre_id });
    let refused = officer
        .patch(&path, "*", &read_only)
        .await
        .expect_problem(422, "invalid");
    let mut errors = refused.errors();
    errors.sort_unstable();
    let expected = [
        ("/cadreId", "unknown-member"),
        ("/overallScore", "read-only"),
        ("/status", "read-only"),
    ];
    assert_eq!(errors, expected);
    officer.delete(&path, cleared.etag()).await.expect(204);
    officer.get(&path).await.expect_problem(404, "not-found");
    let submitted = scene.submitted("PHASE", "UNIT").await;
    for verb in ["/_confirm", "/_return"] {
        let body = if verb == "/_return" {
            json!({ "reason": "x" })
        } else {
            json!({})
        };
        let refused = scene.manager.post(&path_of(&submitted, verb), &body).await;
        refused.expect_problem(428, "precondition-required");
        let path = path_of(&submitted, verb);
        let request = scene
            .manager
            .request(reqwest::Method::POST, &path)
            .if_match("\"9.x\"");
        let refused = request.json(&body).send().await;
        refused.expect_problem(412, "stale-version");
    }
    let refused = officer.delete(&path_of(&submitted, ""), "*").await;
    refused.expect_problem(409, "illegal-transition");
    let refused = officer.patch(&path_of(&submitted, ""), "*", &patch).await;
    refused.expect_problem(409, "illegal-transition");
}

#[actix_web::test]
async fn a_returned_form_is_mended_and_moved_to_its_right_period() {
    let scene = Scene::start().await;
    let submitted = scene.submitted("ORDINARY", "UNIT").await;
    let reason = json!({ "reason": "期间有误" });
    let returned = act(&scene.manager, &submitted, "/_return", &reason)
        .await
        .expect(200);
    assert_eq!(returned.json["returnReason"], "期间有误");
    let again = act(&scene.manager, &submitted, "/_return", &reason)
        .await
        .expect(200);
    assert_eq!(again.json["version"], returned.json["version"]);
    let right = ("2022-01-01", "2022-03-31");
    let patch = json!({ "periodFrom": right.0, "periodTo": right.1, "submit": true });
    let path = path_of(&returned, "");
    let late = scene.officer.patch(&path, returned.etag(), &patch).await;
    let late = late.expect_problem(409, "rule-violation");
    assert_eq!(violations(&late), [("EVALUATION", "LATE")]);
    scene.reopen("ORDINARY", "UNIT", right).await.expect(200);
    let moved = scene
        .officer
        .patch(&path, returned.etag(), &patch)
        .await
        .expect(200);
    for (member, value) in [
        ("status", json!("SUBMITTED")),
        ("phase", json!("SEEDLING")),
        ("periodTo", json!("2022-03-31")),
        ("returnReason", Value::Null),
    ] {
        assert_eq!(moved.json[member], value, "{member}");
    }
    scene.draft("ORDINARY", "UNIT").await;
    let reason = json!({ "reason": "再看一遍" });
    let returned = act(&scene.manager, &moved, "/_return", &reason)
        .await
        .expect(200);
    let back = json!({ "periodFrom": QUARTER.0, "periodTo": QUARTER.1 });
    let refused = scene.officer.patch(&path, returned.etag(), &back).await;
    refused.expect_problem(409, "duplicate");
}

#[actix_web::test]
async fn many_are_confirmed_at_once_and_rehearsed_without_a_trace() {
    let scene = Scene::start().await;
    let good = scene.submitted("ORDINARY", "UNIT").await;
    let stale = scene.submitted("ORDINARY", "POLITICAL_MENTOR").await;
    let draft = scene.draft("PHASE", "UNIT").await;
    let mut own = scene.form("ANNUAL", "UNIT");
    own["submit"] = true.into();
    let own = post(&scene.manager, &own).await.expect(201);
    let item =
        |answer: &Answer, version: i64| json!({ "id": answer.json["id"], "version": version });
    let items = json!([
        item(&good, 1),
        item(&stale, 9),
        item(&draft, 1),
        item(&own, 1)
    ]);
    scene.app.sealed().await;
    let position = || async {
        let list = scene.manager.get("/v1/evaluations").await.expect(200);
        list.json["journalPosition"].clone()
    };
    let before = position().await;
    let rehearsal = json!({ "items": items, "dryRun": true });
    let rehearsed = scene
        .manager
        .post("/v1/evaluations/_confirm", &rehearsal)
        .await
        .expect(200);
    scene.app.sealed().await;
    assert_eq!(position().await, before);
    let read = scene.manager.get(&path_of(&good, "")).await.expect(200);
    assert_eq!(read.json["status"], "SUBMITTED");
    let done = scene
        .manager
        .post("/v1/evaluations/_confirm", &json!({ "items": items }))
        .await;
    let done = done.expect(200);
    assert_eq!(rehearsed.json["applied"], false);
    assert_eq!(done.json["applied"], true);
    for confirmation in [&rehearsed, &done] {
        let outcomes: Vec<_> = confirmation.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["outcome"].as_str().unwrap(), item["code"].as_str()))
            .collect();
        let expected = [
            ("CONFIRMED", None),
            ("FAILED", Some("stale-version")),
            ("FAILED", Some("not-found")),
            ("FAILED", Some("rule-violation")),
        ];
        assert_eq!(outcomes, expected);
        assert_eq!(confirmation.json["confirmed"], 1);
        assert_eq!(confirmation.json["failed"], 3);
    }
    let twice = json!({ "items": [item(&good, 1), item(&good, 1)] });
    let refused = scene.manager.post("/v1/evaluations/_confirm", &twice).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/items/1/id", "not-unique")]
    );
    let refused = scene
        .manager
        .post("/v1/evaluations/_confirm", &json!({ "items": [] }))
        .await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/items", "out-of-range")]
    );
}

#[actix_web::test]
async fn the_forms_of_a_cadre_who_leaves_are_cancelled() {
    let scene = Scene::start().await;
    let confirmed = scene.confirmed("ORDINARY", "UNIT").await;
    scene.draft("PHASE", "UNIT").await;
    scene.submitted("PHASE", "POLITICAL_MENTOR").await;
    let leave = format!("/v1/cadres/{}/_leave", scene.cadre_id);
    let body = json!({ "on": "2023-07-20", "reason": "RESIGNED" });
    scene.manager.post(&leave, &body).await.expect(200);
    assert_eq!(scene.listed(&scene.manager).await, [id_of(&confirmed.json)]);
    let refused = post(&scene.officer, &scene.form("PHASE", "UNIT")).await;
    let refused = refused.expect_problem(409, "rule-violation");
    assert_eq!(violations(&refused), [("EVALUATION", "CADRE_NOT_ACTIVE")]);
}
