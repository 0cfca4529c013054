//! Figures of a unit and all below it.

use serde_json::{Value, json};
use xinmiao::access::Role;

use crate::support::mentoring;
use crate::support::{TestApp, Who};

fn path(unit: &crate::support::Unit) -> String {
    format!("/v1/organizations/{}/summary", unit.id)
}

#[actix_web::test]
async fn a_summary_counts_cadres_mentors_and_seats_of_the_subtree_today() {
    let app = TestApp::start().await;
    let (yuxi, liulin) = (app.city.yuxi.clone(), app.city.liulin.clone());
    let mentor = mentoring::mentor(&app, &yuxi, "彭永兵").await;
    let other = mentoring::mentor(&app, &liulin, "沈淑梅").await;
    let mut cadres = Vec::new();
    // On the first day of the second year, on the last of the first, long past the third.
    for (unit, day) in [
        (&yuxi, "2022-07-24"),
        (&yuxi, "2022-07-25"),
        (&liulin, "2019-09-01"),
        (&liulin, "2020-07-25"),
    ] {
        cadres.push(mentoring::cadre(&app, unit, "李雨瑶", day).await);
    }
    mentoring::pair(&app, (cadres[0], mentor), "POLITICAL", "2022-09-01", None);
    mentoring::pair(&app, (cadres[0], other), "PROFESSIONAL", "2022-09-01", None);
    mentoring::pair(&app, (cadres[1], mentor), "POLITICAL", "2022-09-01", None);
    let gone = mentoring::cadre(&app, &yuxi, "何明", "2022-09-01").await;
    let leave = json!({ "on": "2023-07-01", "reason": "RESIGNED" });
    app.manager()
        .post(&format!("/v1/cadres/{gone}/_leave"), &leave)
        .await
        .expect(200);
    let whole = app.manager().get(&path(&app.city.enyang)).await.expect(200);
    let expected = json!({
        "organizationId": app.city.enyang.id, "organizationName": "恩阳区", "asOf": "2023-07-24", "cadres": 4,
        "phases": { "SEEDLING": 1, "NURTURING": 1, "STRENGTHENING": 1, "GRADUATED": 1 },
        "coverage": { "full": 1, "partial": 1, "none": 2 },
        "mentors": { "total": 2, "appointed": 2, "political": 2, "professional": 2, "withoutMentee": 0 },
        "seats": { "total": 6, "taken": 3, "available": 3, "political": 6, "professional": 6 },
    });
    assert_eq!(whole.json, expected);
    let part = app.officer().get(&path(&yuxi)).await.expect(200);
    assert_eq!(part.json["cadres"], 2);
    assert_eq!(part.json["seats"]["available"], 1);
    let again = app
        .manager()
        .request(reqwest::Method::GET, &path(&app.city.enyang));
    again
        .header("if-none-match", whole.etag())
        .send()
        .await
        .expect(304);
}

#[actix_web::test]
async fn a_summary_is_for_manager_officer_and_analyst_in_their_subtree() {
    let app = TestApp::start().await;
    let city = &app.city;
    app.officer()
        .get(&path(&city.enyang))
        .await
        .expect_problem(404, "not-found");
    app.officer()
        .get(&path(&city.liulin))
        .await
        .expect_problem(404, "not-found");
    app.client(Who::officer(&city.enyang))
        .get(&path(&city.yuxi))
        .await
        .expect(200);
    app.client(Who::analyst(&city.enyang))
        .get(&path(&city.yuxi))
        .await
        .expect(200);
    app.client(Who::analyst(&city.enyang))
        .get(&path(&city.bazhou))
        .await
        .expect_problem(404, "not-found");
    app.administrator()
        .get(&path(&city.root))
        .await
        .expect_problem(403, "forbidden");
    app.auditor()
        .get(&path(&city.root))
        .await
        .expect_problem(403, "forbidden");
    let client = app.client(Who::system(&city.root, "cadres:read organizations:read"));
    client
        .get(&path(&city.root))
        .await
        .expect_problem(403, "forbidden");
    app.anonymous()
        .get(&path(&city.root))
        .await
        .expect_problem(401, "unauthenticated");
    app.manager()
        .get("/v1/organizations/x/summary")
        .await
        .expect_problem(404, "not-found");
}

#[actix_web::test]
async fn an_analyst_sees_no_cell_below_five_and_none_that_tells_one() {
    let app = TestApp::start().await;
    let yuxi = app.city.yuxi.clone();
    for n in 0..9 {
        let day = if n < 6 { "2022-09-01" } else { "2021-09-01" };
        mentoring::cadre(&app, &yuxi, "李雨瑶", day).await;
    }
    let analyst = app
        .client(Who::analyst(&yuxi))
        .get(&path(&yuxi))
        .await
        .expect(200);
    assert_eq!(analyst.json["cadres"], 9);
    // Three in the second year could be reckoned from nine less six.
    for phase in ["SEEDLING", "NURTURING", "STRENGTHENING", "GRADUATED"] {
        assert_eq!(analyst.json["phases"][phase], Value::Null, "{phase}");
    }
    // Nine of nine without a mentor would tell that nobody has one.
    assert_eq!(
        analyst.json["coverage"],
        json!({ "full": null, "partial": null, "none": null })
    );
    assert_eq!(analyst.json["mentors"]["total"], Value::Null);
    let both = Who::analyst(&yuxi).and(Role::UnitOfficer, &yuxi);
    let both = app.client(both).get(&path(&yuxi)).await.expect(200);
    assert_eq!(both.json["phases"]["NURTURING"], 3);
}

#[actix_web::test]
async fn an_analyst_cannot_reckon_free_seats_or_nominated_mentors() {
    let app = TestApp::start().await;
    let yuxi = app.city.yuxi.clone();
    let mut mentors = Vec::new();
    for name in ["彭永兵", "沈淑梅", "李雨瑶", "何明", "王建国", "赵小兰"] {
        mentors.push(mentoring::mentor(&app, &yuxi, name).await);
    }
    for mentor in &mentors {
        for _ in 0..3 {
            let cadre = mentoring::cadre(&app, &yuxi, "李雨瑶", "2022-09-01").await;
            if mentor != &mentors[0] {
                mentoring::pair(&app, (cadre, *mentor), "POLITICAL", "2022-09-01", None);
            }
        }
    }
    let suspended = json!({ "from": "2023-07-24", "reason": "借调" });
    app.manager()
        .post(&format!("/v1/mentors/{}/_suspend", mentors[1]), &suspended)
        .await
        .expect(200);
    let whole = app.manager().get(&path(&yuxi)).await.expect(200);
    assert_eq!(whole.json["mentors"]["total"], 6);
    assert_eq!(whole.json["mentors"]["appointed"], 5);
    assert_eq!(
        whole.json["seats"],
        json!({ "total": 15, "taken": 12, "available": 3, "political": 15, "professional": 15 })
    );
    let analyst = app
        .client(Who::analyst(&yuxi))
        .get(&path(&yuxi))
        .await
        .expect(200);
    assert_eq!(analyst.json["mentors"]["total"], 6);
    for role in ["appointed", "political", "professional", "withoutMentee"] {
        assert_eq!(analyst.json["mentors"][role], Value::Null, "{role}");
    }
    assert_eq!(analyst.json["seats"]["total"], 15);
    assert_eq!(analyst.json["seats"]["taken"], Value::Null);
    assert_eq!(analyst.json["seats"]["available"], Value::Null);
}
