//! Growth files: what stands in one, for whom, and in which form.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::db::Id;
use xinmiao::db::schema::cadres;
use xinmiao::evaluations::EvaluationKind::{Annual, Ordinary};
use xinmiao::evaluations::EvaluatorRelation::{PoliticalMentor, ProfessionalMentor};

use crate::support::mentoring;
use crate::support::{Answer, Client, TestApp, Who};

/// A cadre who reported on 26 August 2022, with two mentors, a former one, three evaluations and two entries.
struct Scene {
    app: TestApp,
    cadre_id: Id,
    political: Id,
    professional: Id,
    former: Id,
}

impl Scene {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let yuxi = app.city.yuxi.clone();
        let cadre_id = mentoring::cadre(&app, &yuxi, "李雨瑶", "2022-08-26").await;
        let political = mentoring::mentor(&app, &yuxi, "彭永兵").await;
        let professional = mentoring::mentor(&app, &yuxi, "沈淑梅").await;
        let former = mentoring::mentor(&app, &yuxi, "何明").await;
        mentoring::pair(
            &app,
            (cadre_id, former),
            "POLITICAL",
            "2022-08-26",
            Some("2022-12-31"),
        );
        mentoring::pair(&app, (cadre_id, political), "POLITICAL", "2023-01-01", None);
        mentoring::pair(
            &app,
            (cadre_id, professional),
            "PROFESSIONAL",
            "2022-09-01",
            None,
        );
        let scene = Self {
            app,
            cadre_id,
            political,
            professional,
            former,
        };
        scene.evaluated(Ordinary, ("2022-08-26", "2022-09-30"), 80);
        scene.evaluated(Annual, ("2022-08-26", "2022-12-31"), 82);
        scene.evaluated(Ordinary, ("2023-01-01", "2023-03-31"), 90);
        scene.entry("2022-09-15", "入职培训").await;
        scene.entry("2023-05-04", "信访接待").await;
        scene
    }

    fn evaluated(
        &self,
        kind: xinmiao::evaluations::EvaluationKind,
        period: (&str, &str),
        score: i32,
    ) -> Id {
        mentoring::confirmed(&self.app, self.cadre_id, kind, period, None, [score; 4])
    }

    async fn entry(&self, day: &str, title: &str) -> Value {
        let body =
            json!({ "cadreId": self.cadre_id, "occurredOn": day, "kind": "TASK", "title": title });
        self.app
            .officer()
            .post("/v1/growth-entries", &body)
            .await
            .expect(201)
            .json
    }

    fn path(&self) -> String {
        format!("/v1/cadres/{}/growth-file", self.cadre_id)
    }

    fn mentor(&self, id: Id) -> Client {
        self.app.client(Who::mentor(&self.app.city.yuxi, id))
    }

    async fn open(&self, client: &Client) -> Answer {
        client.get(&self.path()).await.expect(200)
    }
}

fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

fn column<'a>(rows: &'a Value, member: &str) -> Vec<&'a str> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[member].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn one_call_gives_the_whole_file() {
    let scene = Scene::start().await;
    let file = scene.open(&scene.app.officer()).await.json;
    assert_eq!(file["person"]["name"], "李雨瑶");
    assert_eq!(
        file["phase"],
        json!({ "current": "SEEDLING", "endsOn": "2023-08-26" })
    );
    assert_eq!(file["plan"], Value::Null);
    assert_eq!(
        column(&file["mentors"]["now"], "mentorName"),
        ["彭永兵", "沈淑梅"]
    );
    assert_eq!(column(&file["mentors"]["before"], "mentorName"), ["何明"]);
    assert_eq!(
        file["mentors"]["before"][0]["endReason"],
        "MENTOR_TRANSFERRED"
    );
    assert_eq!(column(&file["entries"], "title"), ["信访接待", "入职培训"]);
    assert_eq!(
        column(&file["evaluations"], "periodTo"),
        ["2023-03-31", "2022-12-31", "2022-09-30"]
    );
    assert_eq!(
        column(&file["series"], "dimension"),
        [
            "STATE_OF_MIND",
            "WORK_PERFORMANCE",
            "POST_FIT",
            "COMPETENCE"
        ]
    );
    assert_eq!(
        column(&file["series"][0]["points"], "periodTo"),
        ["2022-09-30", "2022-12-31", "2023-03-31"]
    );
    assert_eq!(file["series"][3]["points"][2]["score"], 90);
    for later in ["sessions", "training", "postings", "decisions"] {
        assert_eq!(file[later], json!([]), "{later}");
    }
    // Two mentors; evaluations of two of four quarters; one annual appraisal of one; entries in two of four quarters.
    assert_eq!(
        file["completeness"],
        json!({ "present": 7, "expected": 11, "percent": 63 })
    );
    assert!(file["generatedAt"].is_string() && file["journalPosition"].is_i64());
}

#[actix_web::test]
async fn what_was_corrected_cancelled_or_superseded_is_left_out() {
    use xinmiao::db::schema::{assignments, evaluations};
    let scene = Scene::start().await;
    let wrong = scene.entry("2023-06-01", "记错了").await;
    let body = json!({
        "cadreId": scene.cadre_id, "occurredOn": "2023-06-01", "kind": "TASK", "title": "更正", "supersedesId": wrong["id"],
    });
    scene
        .app
        .officer()
        .post("/v1/growth-entries", &body)
        .await
        .expect(201);
    let old = scene.evaluated(Ordinary, ("2023-04-01", "2023-06-30"), 10);
    let mut conn = scene.app.db();
    diesel::update(evaluations::table.find(old))
        .set(evaluations::superseded_by_id.eq(old))
        .execute(&mut conn)
        .unwrap();
    diesel::update(assignments::table.filter(assignments::mentor_id.eq(scene.former)))
        .set(assignments::status.eq("CANCELLED"))
        .execute(&mut conn)
        .unwrap();
    let file = scene.open(&scene.app.officer()).await.json;
    assert_eq!(
        column(&file["entries"], "title"),
        ["更正", "信访接待", "入职培训"]
    );
    assert_eq!(file["evaluations"].as_array().unwrap().len(), 3);
    assert_eq!(file["mentors"]["before"], json!([]));
}

#[actix_web::test]
async fn parts_a_day_and_a_number_narrow_the_file() {
    let scene = Scene::start().await;
    let officer = scene.app.officer();
    let get = async |query: &str| officer.get(&format!("{}?{query}", scene.path())).await;
    let core = get("sections=person,mentors,evaluations&limit=1")
        .await
        .expect(200)
        .json;
    assert_eq!(
        members(&core),
        [
            "cadreId",
            "evaluations",
            "generatedAt",
            "journalPosition",
            "mentors",
            "person",
            "series"
        ]
    );
    assert_eq!(column(&core["evaluations"], "periodTo"), ["2023-03-31"]);
    assert_eq!(core["series"][0]["points"].as_array().unwrap().len(), 1);
    let whole = scene.open(&officer).await.json;
    let recent = get("since=2023-01-01").await.expect(200).json;
    assert_eq!(column(&recent["entries"], "title"), ["信访接待"]);
    assert_eq!(column(&recent["evaluations"], "periodTo"), ["2023-03-31"]);
    assert_eq!(recent["mentors"]["before"], json!([]));
    assert_eq!(recent["completeness"], whole["completeness"]);
    for (query, parameter, code) in [
        ("sections=person,secrets", "sections", "code-unknown"),
        ("since=2023-02-30", "since", "date-invalid"),
        ("limit=0", "limit", "out-of-range"),
        ("page=2", "page", "parameter-unknown"),
    ] {
        let refused = get(query).await.expect_problem(400, "malformed-request");
        assert_eq!(refused.errors(), [(parameter, code)], "{query}");
    }
}

#[actix_web::test]
async fn each_reader_sees_the_person_as_the_register_shows_them() {
    let scene = Scene::start().await;
    let register = format!("/v1/cadres/{}", scene.cadre_id);
    let own = scene
        .app
        .client(Who::cadre(&scene.app.city.yuxi, scene.cadre_id));
    for client in [
        scene.app.officer(),
        scene.app.manager(),
        scene.mentor(scene.political),
        own.clone(),
    ] {
        let file = scene.open(&client).await.json;
        assert_eq!(file["person"], client.get(&register).await.expect(200).json);
    }
    // The cadre sees what the writer is to them, not who.
    let file = scene.open(&own).await.json;
    assert_eq!(file["evaluations"][0]["evaluatorRelation"], "UNIT");
    assert_eq!(file["evaluations"][0].get("evaluatorUserId"), None);
    for stranger in [
        scene.app.client(Who::officer(&scene.app.city.liulin)),
        scene.mentor(scene.former),
        scene
            .app
            .client(Who::cadre(&scene.app.city.yuxi, scene.political)),
    ] {
        stranger
            .get(&scene.path())
            .await
            .expect_problem(404, "not-found");
    }
    for role in [
        scene.app.auditor(),
        scene.app.administrator(),
        scene.app.client(Who::analyst(&scene.app.city.root)),
    ] {
        role.get(&scene.path())
            .await
            .expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn another_system_sees_the_parts_that_its_scopes_name() {
    let scene = Scene::start().await;
    let root = &scene.app.city.root;
    let thin = scene
        .open(&scene.app.client(Who::system(root, "cadres:read")))
        .await
        .json;
    for part in [
        "mentors",
        "entries",
        "evaluations",
        "series",
        "completeness",
    ] {
        assert_eq!(thin.get(part), None, "{part}");
    }
    assert_eq!(thin.get("plan"), None);
    let scopes = "cadres:read assignments:read growth:read evaluations:read plans:read";
    let full = scene
        .open(&scene.app.client(Who::system(root, scopes)))
        .await
        .json;
    assert_eq!(full["completeness"]["expected"], 11);
    assert_eq!(full["plan"], Value::Null);
}

#[actix_web::test]
async fn the_plan_of_the_year_stands_in_the_file_and_on_its_page() {
    let scene = Scene::start().await;
    let service = scene.app.service();
    xinmiao::calendar::plan(&service.db, &service.deps, None)
        .await
        .unwrap();
    let cadre = scene
        .app
        .client(Who::cadre(&scene.app.city.yuxi, scene.cadre_id));
    let listed = cadre.get("/v1/plans").await.expect(200);
    let plan = format!(
        "/v1/plans/{}",
        listed.json["items"][0]["id"].as_str().unwrap()
    );
    let attack = "<img src=x onerror=alert(1)>";
    let own_words = json!({ "careerPlan": attack });
    cadre.patch(&plan, "*", &own_words).await.expect(200);
    let file = scene.open(&cadre).await.json;
    assert_eq!(file["plan"], cadre.get(&plan).await.json);
    let page = cadre.request(Method::GET, &scene.path());
    let page = page.header("accept", "text/html").send().await;
    let text = page.expect(200).text();
    assert!(!text.contains("<img") && text.contains("&lt;img src=x onerror=alert(1)&gt;"));
    let goal = file["plan"]["goals"][0]["title"].as_str().unwrap();
    for shown in ["培养计划", "草拟", goal] {
        assert!(text.contains(shown), "{shown}");
    }
}

#[actix_web::test]
async fn a_rater_who_still_owes_an_evaluation_finds_no_trace_of_the_others() {
    let scene = Scene::start().await;
    let period = ("2023-04-01", "2023-06-30");
    let by = Some((scene.professional, ProfessionalMentor));
    mentoring::confirmed(&scene.app, scene.cadre_id, Ordinary, period, by, [55; 4]);
    let owing = scene.open(&scene.mentor(scene.political)).await.json;
    assert!(!column(&owing["evaluations"], "periodTo").contains(&period.1));
    assert!(!column(&owing["series"][0]["points"], "periodTo").contains(&period.1));
    let page = scene
        .mentor(scene.political)
        .request(Method::GET, &scene.path());
    let page = page.header("accept", "text/html").send().await.expect(200);
    assert!(!page.text().contains(period.1));
    let staff = scene.open(&scene.app.manager()).await.json;
    assert_eq!(column(&staff["evaluations"], "periodTo")[0], period.1);
    // The unit's officers could still write theirs.
    let officer = scene.open(&scene.app.officer()).await.json;
    assert_eq!(officer["evaluations"], owing["evaluations"]);
    assert_eq!(
        staff["completeness"]["present"].as_i64().unwrap(),
        owing["completeness"]["present"].as_i64().unwrap() + 1
    );
    let by = Some((scene.political, PoliticalMentor));
    mentoring::confirmed(&scene.app, scene.cadre_id, Ordinary, period, by, [60; 4]);
    let done = scene.open(&scene.mentor(scene.political)).await.json;
    assert_eq!(
        column(&done["evaluations"], "periodTo")[..2],
        [period.1, period.1]
    );
}

#[actix_web::test]
async fn after_a_transfer_the_old_unit_keeps_the_records_of_its_time() {
    let scene = Scene::start().await;
    let city = &scene.app.city;
    let body = json!({ "organizationId": city.qingjiang.id, "effectiveOn": "2023-05-01" });
    let verb = format!("/v1/cadres/{}/_transfer", scene.cadre_id);
    scene.app.manager().post(&verb, &body).await.expect(200);
    let new_unit = scene.app.client(Who::officer(&city.qingjiang));
    let body = json!({ "cadreId": scene.cadre_id, "occurredOn": "2023-06-01", "kind": "TASK", "title": "新单位" });
    new_unit.post("/v1/growth-entries", &body).await.expect(201);
    mentoring::confirmed(
        &scene.app,
        scene.cadre_id,
        Ordinary,
        ("2023-04-01", "2023-06-30"),
        None,
        [70; 4],
    );
    let whole = scene.open(&new_unit).await.json;
    assert_eq!(whole["entries"].as_array().unwrap().len(), 3);
    assert_eq!(whole["evaluations"].as_array().unwrap().len(), 4);
    let kept = scene.open(&scene.app.officer()).await.json;
    assert_eq!(
        members(&kept["person"]),
        [
            "allowedActions",
            "createdAt",
            "id",
            "name",
            "status",
            "updatedAt",
            "version"
        ]
    );
    // The entry of 4 May belongs to the old unit: it was written while the cadre was there.
    assert_eq!(column(&kept["entries"], "title"), ["信访接待", "入职培训"]);
    assert_eq!(
        column(&kept["evaluations"], "periodTo"),
        ["2023-03-31", "2022-12-31", "2022-09-30"]
    );
    assert_eq!(kept["mentors"]["before"].as_array().unwrap().len(), 1);
    for hidden in ["phase", "plan", "completeness"] {
        assert_eq!(kept.get(hidden), None, "{hidden}");
    }
}

#[actix_web::test]
async fn nothing_is_expected_after_someone_has_left() {
    let scene = Scene::start().await;
    let leave = json!({ "on": "2022-12-31", "reason": "RESIGNED" });
    scene
        .app
        .manager()
        .post(&format!("/v1/cadres/{}/_leave", scene.cadre_id), &leave)
        .await
        .expect(200);
    let file = scene.open(&scene.app.officer()).await.json;
    // Two mentor roles, two quarters twice, one year.
    assert_eq!(file["completeness"]["expected"], 7);
}

#[actix_web::test]
async fn an_unchanged_file_is_not_modified_however_late_it_is_read() {
    let scene = Scene::start().await;
    let officer = scene.app.officer();
    let first = scene.open(&officer).await;
    scene.app.advance(60);
    let body = json!({ "name": "别人", "organizationId": scene.app.city.liulin.id, "reportedOn": "2022-08-26" });
    scene
        .app
        .manager()
        .post("/v1/cadres", &body)
        .await
        .expect(201);
    scene.app.sealed().await;
    let second = scene.open(&officer).await;
    assert_eq!(second.etag(), first.etag());
    assert_ne!(second.json["generatedAt"], first.json["generatedAt"]);
    let conditional = |accept: &'static str, etag: String| {
        let request = officer
            .request(Method::GET, &scene.path())
            .header("accept", accept);
        request.header("if-none-match", &etag).send()
    };
    conditional("application/json", first.etag().to_owned())
        .await
        .expect(304);
    let page = conditional("text/html", first.etag().to_owned())
        .await
        .expect(200);
    conditional("text/html", page.etag().to_owned())
        .await
        .expect(304);
    scene.entry("2023-07-01", "新的").await;
    let changed = conditional("application/json", first.etag().to_owned())
        .await
        .expect(200);
    assert_ne!(changed.etag(), first.etag());
}

#[actix_web::test]
async fn the_page_asks_for_nothing_and_runs_nothing() {
    let scene = Scene::start().await;
    let officer = scene.app.officer();
    let get = async |accept: &str, language: &str| {
        let request = officer
            .request(Method::GET, &scene.path())
            .header("accept", accept);
        request.header("accept-language", language).send().await
    };
    let page = get("text/html", "zh-CN").await.expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("content-language"), "zh-CN");
    assert!(page.header("vary").contains("Accept"));
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains("script"),
        "{policy}"
    );
    let text = page.text();
    assert!(text.starts_with("<!doctype html>\n<html lang=\"zh-CN\">"));
    for wanted in [
        "李雨瑶",
        "导师帮带",
        "彭永兵",
        "信访接待",
        "<svg",
        "<title id=\"chart-title\">",
        "<desc id=\"chart-desc\">",
        "@page",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    for unwanted in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        " style=",
        " src=",
        "url(",
        "@import",
        "javascript:",
    ] {
        assert!(!text.contains(unwanted), "{unwanted}");
    }
    let english = get("text/html", "en").await.expect(200);
    assert!(english.text().contains("<h2>Mentors</h2>"));
    let bare = officer
        .request(Method::GET, &scene.path())
        .header("accept", "text/html")
        .send()
        .await
        .expect(200);
    assert_eq!(bare.header("content-language"), "zh-CN");
    get("application/pdf", "en")
        .await
        .expect_problem(406, "not-acceptable");
    let json = get("text/html;q=0.5, application/json", "en")
        .await
        .expect(200);
    assert_eq!(json.header("content-type"), "application/json");
}

#[actix_web::test]
async fn no_value_becomes_markup() {
    let scene = Scene::start().await;
    let attack = "<img src=x onerror=alert(1)>\"'&";
    let body = json!({
        "cadreId": scene.cadre_id, "occurredOn": "2023-06-01", "kind": "OTHER", "title": attack, "participation": attack,
        "support": attack, "outcome": attack,
        "evidence": [{ "label": attack, "href": "https://example.org/?a=1&b=2" }],
    });
    scene
        .app
        .officer()
        .post("/v1/growth-entries", &body)
        .await
        .expect(201);
    diesel::update(cadres::table.find(scene.cadre_id))
        .set((
            cadres::name.eq("</title><script>alert(1)</script>"),
            cadres::school.eq(attack),
            cadres::post_title.eq(attack),
        ))
        .execute(&mut scene.app.db())
        .unwrap();
    let page = scene.app.officer().request(Method::GET, &scene.path());
    let text = page
        .header("accept", "text/html")
        .send()
        .await
        .expect(200)
        .text();
    assert!(!text.contains("<img") && !text.contains("<script"));
    assert!(text.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;"));
    assert!(text.contains("href=\"https://example.org/?a=1&amp;b=2\""));
}

#[actix_web::test]
async fn a_file_without_records_is_a_file_too() {
    let app = TestApp::start().await;
    let id = mentoring::cadre(&app, &app.city.yuxi.clone(), "何明", "2023-07-24").await;
    let path = format!("/v1/cadres/{id}/growth-file");
    let file = app.officer().get(&path).await.expect(200).json;
    assert_eq!(
        file["completeness"],
        json!({ "present": 0, "expected": 2, "percent": 0 })
    );
    assert_eq!(
        (&file["series"], &file["mentors"]["now"]),
        (&json!([]), &json!([]))
    );
    let page = app
        .officer()
        .request(Method::GET, &path)
        .header("accept", "text/html")
        .send()
        .await;
    assert!(!page.expect(200).text().contains("<figure>"));
}
