//! Evaluation forms: what a programme begins with, who writes them, that what is published is followed and never edited, and what an
//! evaluation keeps of the form it is written on.

use serde_json::{Value, json};

use crate::evaluation_scene::{Scene, act};
use crate::support::{Client, TestApp, Who};

const LIST: &str = "/v1/evaluation-forms";

/// A draft that is whole.
pub fn form(kind: &str, valid_from: &str) -> Value {
    let raters = if kind == "ANNUAL" {
        json!([{ "relation": "UNIT", "weight": 90 }, { "relation": "SELF", "weight": 10 }])
    } else {
        json!([
            { "relation": "POLITICAL_MENTOR", "weight": 20 }, { "relation": "PROFESSIONAL_MENTOR", "weight": 30 },
            { "relation": "UNIT", "weight": 50 }, { "relation": "SELF", "weight": 0 },
        ])
    };
    json!({
        "kind": kind, "validFrom": valid_from, "raters": raters,
        "dimensions": [
            { "code": "STATE_OF_MIND", "weight": 10 },
            { "code": "WORK_PERFORMANCE", "weight": 40, "anchors": [{ "from": 90, "to": 100, "text": "提前完成" }] },
            { "code": "POST_FIT", "weight": 20 },
            { "code": "COMPETENCE", "weight": 30 },
        ],
    })
}

/// The same with a question of each type.
fn asking(valid_from: &str) -> Value {
    let mut form = form("ORDINARY", valid_from);
    form["questions"] = json!([
        { "id": "support", "text": "最需要哪方面的支持？", "type": "TEXT", "required": true },
        { "id": "pace", "text": "成长快慢如何？", "type": "SCALE" },
        { "id": "next", "text": "下一步去哪里？", "type": "CHOICE", "choices": ["乡镇", "县直部门"] },
    ]);
    form
}

async fn drafted(caller: &Client, body: &Value) -> String {
    let made = caller.post(LIST, body).await.expect(201);
    made.header("location").to_owned()
}

async fn published(caller: &Client, body: &Value) -> String {
    let path = drafted(caller, body).await;
    let verb = format!("{path}/_publish");
    caller.post(&verb, &json!({})).await.expect(200);
    path
}

#[actix_web::test]
async fn a_programme_begins_with_two_in_its_language_and_makes_them_once() {
    let app = TestApp::start().await;
    let cadre = app.client(Who::cadre(&app.city.yuxi, app.id()));
    let listed = cadre.get(LIST).await.expect(200);
    let items = listed.json["items"].as_array().unwrap();
    let kinds: Vec<&Value> = items.iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["ORDINARY", "ANNUAL"]);
    for item in items {
        assert_eq!(item["status"], "PUBLISHED");
        assert_eq!(item["version"], 2);
        assert_eq!(item["allowedActions"], json!([]));
    }
    let anchor = &items[0]["dimensions"][0]["anchors"][0];
    assert_eq!(anchor["text"], "主动担当，遇难题不回避，能带动他人");
    let service = app.service();
    let context = xinmiao::context::Context::system(&service.deps, "again");
    let language = xinmiao::config::ProgrammeLanguage::English;
    let again = service
        .db
        .write(move |tx| xinmiao::evaluation_forms::seed(tx, &context, language))
        .await;
    assert!(!again.unwrap());
    let in_english = TestApp::start_with(|raw| raw.language = "en".to_owned()).await;
    let first = in_english.manager().get(LIST).await.expect(200).json["items"][0].clone();
    let anchor = first["dimensions"][1]["anchors"][1]["text"].clone();
    assert_eq!(anchor, "Done in time and well");
}

#[actix_web::test]
async fn a_draft_is_for_those_who_write_it_and_what_is_published_for_all() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = drafted(&manager, &form("ANNUAL", "2023-08-01")).await;
    let others = [
        app.officer(),
        app.client(Who::manager(&app.city.enyang)),
        app.client(Who::system(&app.city.root, "evaluations:read")),
    ];
    for other in &others {
        other.get(&path).await.expect_problem(404, "not-found");
        let listed = other.get(&format!("{LIST}?count=exact")).await.expect(200);
        assert_eq!(listed.json["total"], 2);
    }
    let own = manager
        .get(&format!("{LIST}?status=DRAFT"))
        .await
        .expect(200);
    assert_eq!(own.json["items"].as_array().unwrap().len(), 1);
    // A county's manager writes none: neither a new one, nor what they cannot even see.
    let county = &others[1];
    let refused = county.post(LIST, &form("ANNUAL", "2023-08-02")).await;
    refused.expect_problem(403, "forbidden");
    let refused = county.post(&format!("{path}/_publish"), &json!({})).await;
    refused.expect_problem(404, "not-found");
    manager
        .post(&format!("{path}/_publish"), &json!({}))
        .await
        .expect(200);
    for other in &others {
        other.get(&path).await.expect(200);
    }
    let refused = county.post(&format!("{path}/_retire"), &json!({})).await;
    refused.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn what_is_published_is_not_edited_and_of_a_day_and_kind_there_is_one() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let path = drafted(&manager, &form("ORDINARY", "2023-08-01")).await;
    let dry = manager
        .post(&format!("{path}/_publish"), &json!({ "dryRun": true }))
        .await;
    assert_eq!(dry.expect(200).json["status"], "PUBLISHED");
    let still = manager.get(&path).await.expect(200);
    assert_eq!(
        (&still.json["status"], &still.json["version"]),
        (&json!("DRAFT"), &json!(1))
    );
    manager
        .post(&format!("{path}/_publish"), &json!({}))
        .await
        .expect(200);
    let change = json!({ "minimumRaters": 3 });
    manager
        .patch(&path, "*", &change)
        .await
        .expect_problem(409, "illegal-transition");
    manager
        .delete(&path, "*")
        .await
        .expect_problem(409, "illegal-transition");
    let other = drafted(&manager, &form("ORDINARY", "2023-08-01")).await;
    let twin = manager.post(&format!("{other}/_publish"), &json!({})).await;
    let twin = twin.expect_problem(409, "duplicate");
    assert_eq!(
        format!("{LIST}/{}", twin.json["current"]["id"].as_str().unwrap()),
        path
    );
    // Of another kind that day is free, and once the first has ended.
    published(&manager, &form("ANNUAL", "2023-08-01")).await;
    let end = json!({ "reason": "另有新表" });
    manager
        .post(&format!("{path}/_retire"), &end)
        .await
        .expect(200);
    manager
        .post(&format!("{other}/_publish"), &json!({}))
        .await
        .expect(200);
}

#[actix_web::test]
async fn of_32_who_publish_for_one_day_one_does() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let mut drafts = Vec::new();
    for _ in 0..32 {
        drafts.push(drafted(&manager, &form("ORDINARY", "2023-09-01")).await);
    }
    let verbs: Vec<String> = drafts
        .iter()
        .map(|path| format!("{path}/_publish"))
        .collect();
    let body = json!({});
    let calls = verbs.iter().map(|verb| manager.post(verb, &body));
    let answers = futures_util::future::join_all(calls).await;
    let count = |status| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((count(200), count(409)), (1, 31));
}

/// A change of a whole draft, and the places that are faulty then.
type Fault = (fn(&mut Value), &'static [(&'static str, &'static str)]);

#[actix_web::test]
async fn a_form_that_contradicts_itself_is_told_where() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let faults: &[Fault] = &[
        (
            |form| form["dimensions"][0]["weight"] = json!(11),
            &[("/dimensions", "weights-sum")],
        ),
        (
            |form| form["raters"][2]["weight"] = json!(40),
            &[("/raters", "weights-sum")],
        ),
        (
            |form| form["dimensions"][3]["code"] = json!("VIRTUE"),
            &[
                ("/dimensions/3/code", "code-unknown"),
                ("/dimensions", "dimensions-lacking"),
            ],
        ),
        (
            |form| form["dimensions"][3]["code"] = json!("POST_FIT"),
            &[("/dimensions/3/code", "not-unique")],
        ),
        (
            |form| form["raters"][0]["relation"] = json!("HOST_UNIT"),
            &[("/raters/0/relation", "code-unknown")],
        ),
        // Of four who rate three count.
        (
            |form| form["minimumRaters"] = json!(4),
            &[("/minimumRaters", "out-of-range")],
        ),
        (
            |form| {
                form["dimensions"][0]["anchors"] = json!([{ "from": 60, "to": 59, "text": "x" }])
            },
            &[("/dimensions/0/anchors/0/to", "out-of-range")],
        ),
        (
            |form| {
                form["dimensions"][0]["anchors"] = json!([{ "from": 0, "to": 60, "text": "x" }, { "from": 60, "to": 100, "text": "y" }]);
            },
            &[("/dimensions/0/anchors/1/to", "anchors-overlap")],
        ),
        (
            |form| {
                form["questions"] =
                    json!([{ "id": "a", "text": "x", "type": "CHOICE", "choices": ["y"] }])
            },
            &[("/questions/0/choices", "out-of-range")],
        ),
        (
            |form| {
                form["questions"] =
                    json!([{ "id": "a", "text": "x", "type": "SCALE", "choices": ["y", "z"] }])
            },
            &[("/questions/0/choices", "unknown-member")],
        ),
        (
            |form| form["raters"] = json!([]),
            &[("/raters", "out-of-range")],
        ),
    ];
    for (spoil, expected) in faults {
        let mut body = form("ORDINARY", "2023-08-01");
        spoil(&mut body);
        let answer = manager.post(LIST, &body).await;
        let answer = answer.expect_problem(422, "invalid");
        assert_eq!(answer.errors(), *expected, "{body}");
    }
}

#[actix_web::test]
async fn an_evaluation_keeps_the_form_of_its_last_day_whatever_is_published_later() {
    let scene = Scene::start().await;
    let known = scene.manager.get(&format!("{LIST}?kind=ORDINARY")).await;
    let first = known.expect(200).json["items"][0]["id"].clone();
    let made = scene
        .officer
        .post("/v1/evaluations", &scene.form("ORDINARY", "UNIT"))
        .await;
    let made = made.expect(201);
    assert_eq!(made.json["formId"], first);
    let later = published(&scene.manager, &form("ORDINARY", "2023-01-01")).await;
    let submitted = act(&scene.officer, &made, "/_submit", &json!({})).await;
    assert_eq!(submitted.expect(200).json["formId"], first);
    // What another writes from now on is on the new form; of an earlier period, on the first.
    let other = scene.draft("ORDINARY", "SELF").await;
    assert!(later.ends_with(other.json["formId"].as_str().unwrap()));
    // A kind for which no form was published has none.
    let phase = scene.draft("PHASE", "SELF").await;
    assert_eq!(phase.json["formId"], Value::Null);
    assert_eq!(phase.json["answers"], json!([]));
}

#[actix_web::test]
async fn answers_fit_their_questions_and_those_that_must_be_given_are() {
    let scene = Scene::start().await;
    published(&scene.manager, &asking("2023-01-01")).await;
    let mut body = scene.form("ORDINARY", "UNIT");
    body["answers"] = json!([
        { "questionId": "pace", "scale": 6 },
    ]);
    let refused = scene.officer.post("/v1/evaluations", &body).await;
    refused.expect_problem(422, "invalid");
    body["answers"] = json!([
        { "questionId": "support", "scale": 3 },
        { "questionId": "next", "choice": "省直" },
        { "questionId": "nothing", "text": "x" },
    ]);
    body["submit"] = json!(true);
    let refused = scene.officer.post("/v1/evaluations", &body).await;
    let expected = [
        ("/answers/0/text", "required"),
        ("/answers/0/scale", "unknown-member"),
        ("/answers/1/choice", "code-unknown"),
        ("/answers/2/questionId", "reference-unknown"),
    ];
    assert_eq!(refused.errors(), expected);
    body["answers"] = json!([{ "questionId": "next", "choice": "乡镇" }]);
    let refused = scene.officer.post("/v1/evaluations", &body).await;
    assert_eq!(refused.errors(), [("/answers", "answers-lacking")]);
    // A draft may still lack them; what is handed in may not.
    body["submit"] = json!(false);
    let made = scene
        .officer
        .post("/v1/evaluations", &body)
        .await
        .expect(201);
    assert_eq!(made.json["answers"], body["answers"]);
    let path = made.header("location").to_owned();
    let refused = act(&scene.officer, &made, "/_submit", &json!({})).await;
    refused.expect_problem(422, "invalid");
    let answers = json!([{ "questionId": "support", "text": "岗位业务培训" }, { "questionId": "pace", "scale": 4 }]);
    let change = json!({ "answers": answers, "submit": true });
    let submitted = scene.officer.patch(&path, "*", &change).await.expect(200);
    assert_eq!(submitted.json["answers"], answers);
    assert_eq!(submitted.json["status"], "SUBMITTED");
    // Without a form of questions there is nothing to answer.
    let mut phase = scene.form("PHASE", "UNIT");
    phase["answers"] = answers;
    let refused = scene.officer.post("/v1/evaluations", &phase).await;
    assert_eq!(refused.errors(), [("/answers", "no-questions")]);
}
