//! Growth entries: who writes them, who sees them, who verifies and disputes them.

use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::cadres;
use xinmiao::context::Context;
use xinmiao::db::Id;
use xinmiao::error::Error;
use xinmiao::growth_entries::{self, EntryKind, PastEntry};
use xinmiao::values::{Date, Text};

use crate::support::mentoring::{self, id_of};
use crate::support::{Client, TestApp, Who};

/// A township, its cadre with two mentors, and the people around them.
struct Scene {
    app: TestApp,
    cadre_id: Id,
    political: Id,
    professional: Id,
}

impl Scene {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let yuxi = app.city.yuxi.clone();
        let cadre_id = mentoring::cadre(&app, &yuxi, "李雨瑶", "2021-08-26").await;
        let political = mentoring::mentor(&app, &yuxi, "彭永兵").await;
        let professional = mentoring::mentor(&app, &yuxi, "沈淑梅").await;
        mentoring::pair(&app, (cadre_id, political), "POLITICAL", "2021-09-01", None);
        mentoring::pair(
            &app,
            (cadre_id, professional),
            "PROFESSIONAL",
            "2021-09-01",
            None,
        );
        Self {
            app,
            cadre_id,
            political,
            professional,
        }
    }

    fn cadre(&self) -> Client {
        self.app
            .client(Who::cadre(&self.app.city.yuxi, self.cadre_id))
    }

    fn mentor(&self) -> Client {
        self.app
            .client(Who::mentor(&self.app.city.yuxi, self.political))
    }

    fn entry(&self) -> Value {
        json!({
            "cadreId": self.cadre_id, "occurredOn": "2023-05-04", "kind": "TASK", "title": "信访接待",
            "participation": "协助化解矛盾纠纷6件", "support": "业务导师共同研判", "outcome": "沟通更加耐心",
            "evidence": [{ "label": "会议纪要", "href": "https://files.example.org/1.pdf" }],
        })
    }

    async fn written_by(&self, writer: &Client) -> Value {
        writer
            .post("/v1/growth-entries", &self.entry())
            .await
            .expect(201)
            .json
    }
}

fn path(entry: &Value) -> String {
    format!("/v1/growth-entries/{}", entry["id"].as_str().unwrap())
}

#[actix_web::test]
async fn an_entry_carries_its_source_unit_and_phase_and_is_journaled() {
    let scene = Scene::start().await;
    let created = scene
        .cadre()
        .post("/v1/growth-entries", &scene.entry())
        .await
        .expect(201);
    assert_eq!(created.header("location"), path(&created.json));
    let expected = json!({
        "source": "SELF", "status": "RECORDED", "phase": "NURTURING", "cadreName": "李雨瑶",
        "organizationId": scene.app.city.yuxi.id, "organizationName": scene.app.city.yuxi.name,
        "verifiedBy": null, "supersedesId": null, "supersededById": null, "disputeReason": null,
        "evidence": [{ "label": "会议纪要", "href": "https://files.example.org/1.pdf" }], "allowedActions": [],
    });
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(&created.json[member], value, "{member}");
    }
    assert_eq!(scene.written_by(&scene.mentor()).await["source"], "MENTOR");
    assert_eq!(
        scene.written_by(&scene.app.officer()).await["source"],
        "UNIT"
    );
    let read = scene.cadre().get(&path(&created.json)).await.expect(200);
    assert_eq!((&read.json, read.etag()), (&created.json, created.etag()));
    scene.app.sealed().await;
    let address = format!(
        "/v1/journal?resourceId={}",
        created.json["id"].as_str().unwrap()
    );
    let journal = scene.app.auditor().get(&address).await.expect(200);
    assert_eq!(journal.json["items"][0]["action"], "growth-entry.created");
    assert_eq!(journal.json["items"][0]["resourceType"], "growth-entry");
}

#[actix_web::test]
async fn the_nearest_part_decides_the_source() {
    let scene = Scene::start().await;
    let yuxi = &scene.app.city.yuxi;
    let both = Who::mentor(yuxi, scene.political).and(Role::UnitOfficer, yuxi);
    assert_eq!(
        scene.written_by(&scene.app.client(both)).await["source"],
        "MENTOR"
    );
}

#[actix_web::test]
async fn an_entry_is_about_a_day_from_reporting_to_today_and_about_someone_in_reach() {
    let scene = Scene::start().await;
    let refusals = [
        (
            "occurredOn",
            json!("2023-07-25"),
            "/occurredOn",
            "date-in-future",
        ),
        (
            "occurredOn",
            json!("2021-08-25"),
            "/occurredOn",
            "out-of-range",
        ),
        (
            "cadreId",
            json!(scene.political),
            "/cadreId",
            "reference-unknown",
        ),
        ("kind", json!("PARTY"), "/kind", "code-unknown"),
        ("title", json!(" "), "/title", "required"),
        ("title", json!("x".repeat(201)), "/title", "too-long"),
        ("outcome", json!("x".repeat(2001)), "/outcome", "too-long"),
        ("source", json!("UNIT"), "/source", "read-only"),
        (
            "evidence",
            json!([{ "label": "x", "href": "http://example.org/" }]),
            "/evidence/0/href",
            "type",
        ),
        (
            "supersedesId",
            json!(scene.political),
            "/supersedesId",
            "reference-unknown",
        ),
    ];
    for (member, value, pointer, code) in refusals {
        let mut body = scene.entry();
        body[member] = value;
        let refused = scene.app.officer().post("/v1/growth-entries", &body).await;
        assert_eq!(
            refused.expect_problem(422, "invalid").errors(),
            [(pointer, code)]
        );
    }
    let mut body = scene.entry();
    body["evidence"] = Value::from(vec![
        json!({ "label": "x", "href": "https://example.org/" });
        11
    ]);
    let refused = scene.app.officer().post("/v1/growth-entries", &body).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/evidence", "out-of-range")]
    );
    for day in ["2023-07-24", "2021-08-26"] {
        let mut body = scene.entry();
        body["occurredOn"] = json!(day);
        scene
            .app
            .officer()
            .post("/v1/growth-entries", &body)
            .await
            .expect(201);
    }
    let stranger = scene.app.client(Who::officer(&scene.app.city.qingjiang));
    let refused = stranger.post("/v1/growth-entries", &scene.entry()).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/cadreId", "reference-unknown")]
    );
    scene
        .app
        .auditor()
        .post("/v1/growth-entries", &scene.entry())
        .await
        .expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn an_entry_with_an_id_of_the_callers_own_is_made_once() {
    let scene = Scene::start().await;
    let mut body = scene.entry();
    body["id"] = json!(scene.app.id());
    let created = scene
        .mentor()
        .post("/v1/growth-entries", &body)
        .await
        .expect(201);
    let again = scene
        .mentor()
        .post("/v1/growth-entries", &body)
        .await
        .expect(200);
    assert_eq!(again.json, created.json);
    body["title"] = json!("另一件事");
    let other = scene.mentor().post("/v1/growth-entries", &body).await;
    assert_eq!(
        other.expect_problem(409, "duplicate").json["current"]["id"],
        created.json["id"]
    );
    scene
        .app
        .officer()
        .post("/v1/growth-entries", &body)
        .await
        .expect_problem(409, "duplicate");
}

#[actix_web::test]
async fn an_entry_is_verified_by_someone_who_neither_wrote_nor_lived_it() {
    let scene = Scene::start().await;
    let entry = scene.written_by(&scene.mentor()).await;
    let verb = format!("{}/_verify", path(&entry));
    scene
        .mentor()
        .post(&verb, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    scene
        .cadre()
        .post(&verb, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let yuxi = &scene.app.city.yuxi;
    let subject = Who::cadre(yuxi, scene.cadre_id).and(Role::UnitOfficer, yuxi);
    scene
        .app
        .client(subject)
        .post(&verb, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let stranger = scene.app.client(Who::officer(&scene.app.city.liulin));
    stranger
        .post(&verb, &json!({}))
        .await
        .expect_problem(404, "not-found");
    let other = scene.app.client(Who::mentor(yuxi, scene.professional));
    let seen = other.get(&path(&entry)).await.expect(200);
    assert_eq!(seen.json["allowedActions"], json!(["verify_growth_entry"]));
    let stale = other
        .request(reqwest::Method::POST, &verb)
        .if_match("\"9.x\"")
        .send()
        .await;
    assert_eq!(
        stale.expect_problem(412, "stale-version").json["current"]["version"],
        1
    );
    let verified = other.post(&verb, &json!({})).await.expect(200);
    assert_eq!(
        (&verified.json["status"], &verified.json["version"]),
        (&json!("VERIFIED"), &json!(2))
    );
    assert_ne!(verified.json["verifiedBy"], Value::Null);
    let again = other.post(&verb, &json!({})).await.expect(200);
    assert_eq!(again.json, verified.json);
    let late = scene.app.officer().post(&verb, &json!({})).await;
    assert_eq!(
        late.expect_problem(409, "illegal-transition").json["current"]["status"],
        "VERIFIED"
    );
}

#[actix_web::test]
async fn the_cadre_disputes_what_others_wrote_and_only_a_new_entry_answers_it() {
    let scene = Scene::start().await;
    let own = scene.written_by(&scene.cadre()).await;
    let reason = json!({ "reason": "不是我经办的" });
    let verb = |entry: &Value| format!("{}/_dispute", path(entry));
    scene
        .cadre()
        .post(&verb(&own), &reason)
        .await
        .expect_problem(403, "forbidden");
    let entry = scene.written_by(&scene.app.officer()).await;
    scene
        .mentor()
        .post(&verb(&entry), &reason)
        .await
        .expect_problem(403, "forbidden");
    let disputed = scene.cadre().post(&verb(&entry), &reason).await.expect(200);
    assert_eq!(disputed.json["status"], "DISPUTED");
    assert_eq!(disputed.json["disputeReason"], "不是我经办的");
    let again = scene.cadre().post(&verb(&entry), &reason).await.expect(200);
    assert_eq!(again.json["version"], 2);
    let verify = format!("{}/_verify", path(&entry));
    scene
        .mentor()
        .post(&verify, &json!({}))
        .await
        .expect_problem(409, "illegal-transition");
    let mut correction = scene.entry();
    correction["title"] = json!("信访接待（更正）");
    correction["supersedesId"] = entry["id"].clone();
    scene
        .mentor()
        .post("/v1/growth-entries", &correction)
        .await
        .expect_problem(403, "forbidden");
    scene
        .cadre()
        .post("/v1/growth-entries", &correction)
        .await
        .expect_problem(403, "forbidden");
    let successor = scene
        .app
        .officer()
        .post("/v1/growth-entries", &correction)
        .await
        .expect(201);
    assert_eq!(successor.json["supersedesId"], entry["id"]);
    let former = scene.cadre().get(&path(&entry)).await.expect(200);
    assert_eq!(former.json["supersededById"], successor.json["id"]);
    assert_eq!(former.json["allowedActions"], json!([]));
    let second = scene
        .app
        .officer()
        .post("/v1/growth-entries", &correction)
        .await;
    assert_eq!(
        second.expect_problem(409, "duplicate").json["current"]["id"],
        successor.json["id"]
    );
}

#[actix_web::test]
async fn nothing_is_rewritten_or_removed() {
    let scene = Scene::start().await;
    let entry = scene.written_by(&scene.app.officer()).await;
    let manager = scene.app.manager();
    manager
        .patch(&path(&entry), "*", &json!({ "title": "x" }))
        .await
        .expect_problem(405, "method-not-allowed");
    manager
        .delete(&path(&entry), "*")
        .await
        .expect_problem(405, "method-not-allowed");
}

#[actix_web::test]
async fn after_a_transfer_the_new_unit_sees_all_and_the_old_one_the_entries_of_its_time() {
    let scene = Scene::start().await;
    let city = &scene.app.city;
    let before = scene.written_by(&scene.app.officer()).await;
    let verb = format!("/v1/cadres/{}/_transfer", scene.cadre_id);
    let body = json!({ "organizationId": city.qingjiang.id, "effectiveOn": "2023-06-01" });
    scene.app.manager().post(&verb, &body).await.expect(200);
    let new_unit = scene.app.client(Who::officer(&city.qingjiang));
    let mut later = scene.entry();
    later["occurredOn"] = json!("2023-06-02");
    let after = new_unit
        .post("/v1/growth-entries", &later)
        .await
        .expect(201)
        .json;
    assert_eq!(after["organizationId"], json!(city.qingjiang.id));
    later["occurredOn"] = json!("2023-05-31");
    let late = new_unit
        .post("/v1/growth-entries", &later)
        .await
        .expect(201)
        .json;
    assert_eq!(late["organizationId"], json!(city.yuxi.id));
    new_unit.get(&path(&before)).await.expect(200);
    let kept = scene.app.officer().get(&path(&before)).await.expect(200);
    assert_eq!(kept.json["organizationId"], json!(city.yuxi.id));
    scene
        .app
        .officer()
        .get(&path(&after))
        .await
        .expect_problem(404, "not-found");
    let count = async |client: &Client, query: &str| {
        let page = client
            .get(&format!("/v1/growth-entries?count=exact{query}"))
            .await
            .expect(200);
        page.json["total"].as_i64().unwrap()
    };
    assert_eq!(count(&scene.app.officer(), "").await, 2);
    assert_eq!(count(&new_unit, "").await, 3);
    // Figures by unit use the unit of the entry's own day.
    assert_eq!(
        count(&new_unit, &format!("&organizationId={}", city.qingjiang.id)).await,
        1
    );
    assert_eq!(
        count(
            &scene.app.manager(),
            &format!("&organizationId={}", city.enyang.id)
        )
        .await,
        2
    );
}

#[actix_web::test]
async fn a_former_mentor_keeps_only_what_they_wrote() {
    let scene = Scene::start().await;
    let yuxi = &scene.app.city.yuxi;
    let former = mentoring::mentor(&scene.app, yuxi, "何明").await;
    mentoring::pair(
        &scene.app,
        (scene.cadre_id, former),
        "POLITICAL",
        "2021-08-26",
        Some("2021-08-31"),
    );
    let who = Who::mentor(yuxi, former);
    let own = scene.written_by(&scene.app.officer()).await;
    let client = scene.app.client(who.clone());
    client
        .get(&path(&own))
        .await
        .expect_problem(404, "not-found");
    let mut conn = scene.app.db();
    use diesel::prelude::*;
    use xinmiao::db::schema::growth_entries;
    diesel::update(growth_entries::table.find(id_of(&own)))
        .set(growth_entries::created_by.eq(who.account_id))
        .execute(&mut conn)
        .unwrap();
    scene.written_by(&scene.mentor()).await;
    client.get(&path(&own)).await.expect(200);
    let listed = client.get("/v1/growth-entries").await.expect(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1);
    let present = scene
        .mentor()
        .get("/v1/growth-entries?count=exact")
        .await
        .expect(200);
    assert_eq!(present.json["total"], 2);
}

#[actix_web::test]
async fn entries_are_listed_by_filter_and_sort() {
    let scene = Scene::start().await;
    for (day, kind) in [
        ("2022-03-01", "TASK"),
        ("2023-01-15", "AWARD"),
        ("2021-12-31", "TASK"),
    ] {
        let mut body = scene.entry();
        body["occurredOn"] = json!(day);
        body["kind"] = json!(kind);
        scene
            .app
            .officer()
            .post("/v1/growth-entries", &body)
            .await
            .expect(201);
    }
    let days = async |query: &str| -> Vec<String> {
        let page = scene
            .cadre()
            .get(&format!("/v1/growth-entries?{query}"))
            .await
            .expect(200);
        let items = page.json["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item["occurredOn"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        days("sort=-occurredOn").await,
        ["2023-01-15", "2022-03-01", "2021-12-31"]
    );
    assert_eq!(
        days("sort=occurredOn&kind=TASK").await,
        ["2021-12-31", "2022-03-01"]
    );
    assert_eq!(
        days("occurredOnGte=2022-01-01&occurredOnLte=2022-12-31").await,
        ["2022-03-01"]
    );
    assert_eq!(days("status=VERIFIED,DISPUTED").await, [] as [&str; 0]);
    assert_eq!(
        days(&format!("cadreId={}", scene.political)).await,
        [] as [&str; 0]
    );
    let first = scene
        .cadre()
        .get("/v1/growth-entries?sort=-occurredOn&limit=2")
        .await
        .expect(200);
    let cursor = first.json["nextCursor"].as_str().unwrap();
    assert_eq!(
        days(&format!("sort=-occurredOn&limit=2&cursor={cursor}")).await,
        ["2021-12-31"]
    );
}

#[actix_web::test]
async fn files_kept_elsewhere_are_taken_over_verified() {
    let scene = Scene::start().await;
    let (service, cadre_id) = (scene.app.service(), scene.cadre_id);
    let context = Context::system(&service.deps, "load");
    let loading = service.db.write(move |tx| {
        let cadre = cadres::store::find(tx, cadre_id)?.ok_or(Error::NotFound)?;
        let past: Vec<PastEntry<'_>> = (0..1200)
            .map(|n| PastEntry {
                cadre: &cadre,
                occurred_on: Date::parse("2021-09-01").unwrap().plus_days(n % 600),
                kind: EntryKind::Study,
                title: Text::parse("学习").unwrap(),
                participation: None,
                support: None,
                outcome: None,
            })
            .collect();
        growth_entries::load(tx, &context, &past)
    });
    assert_eq!(loading.await.unwrap(), 1200);
    let page = scene
        .cadre()
        .get("/v1/growth-entries?count=exact&status=VERIFIED&limit=1")
        .await
        .expect(200);
    assert_eq!(page.json["total"], 1200);
    assert_eq!(page.json["items"][0]["source"], "UNIT");
    assert_eq!(page.json["items"][0]["phase"], "SEEDLING");
}
