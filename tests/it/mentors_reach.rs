//! Who sees which mentors, and which members of them.

use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::access::visibility::{MENTOR_MEMBERS, MentorMember, MentorViewer, Visibility};
use xinmiao::cadres::{self, Mentoring};

use crate::mentors::{appointed, id_of, made, named, names, verb};
use crate::support::{Answer, Client, TestApp, Who};

/// Mentors all over the city, by the paths of their records.
struct Register {
    own: String,
    county: String,
    county_organ: String,
    city_organ: String,
    far: String,
}

impl Register {
    async fn fill(app: &TestApp) -> Self {
        let city = &app.city;
        let manager = app.manager();
        made(&manager, &named(&city.liulin, "同县提名")).await;
        made(&manager, &named(&city.reform, "市直提名")).await;
        made(&manager, &named(&city.yuxi, "本镇提名")).await;
        let away = appointed(app, &named(&city.liulin, "同县停职")).await;
        let suspend = json!({ "from": "2023-07-20", "reason": "借调" });
        verb(&manager, &away, "_suspend", suspend).await.expect(200);
        appointed(app, &named(&city.root, "市级领导")).await;
        appointed(app, &named(&city.bazhou_finance, "外县机关")).await;
        Self {
            own: appointed(app, &named(&city.yuxi, "本镇聘任")).await,
            county: appointed(app, &named(&city.liulin, "同县聘任")).await,
            county_organ: appointed(app, &named(&city.enyang_finance, "县直聘任")).await,
            city_organ: appointed(app, &named(&city.reform, "市直聘任")).await,
            far: appointed(app, &named(&city.qingjiang, "外县聘任")).await,
        }
    }
}

async fn all(client: &Client) -> Answer {
    client.get("/v1/mentors?count=exact").await.expect(200)
}

fn members(mentor: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = mentor
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    members
}

#[actix_web::test]
async fn an_officer_also_sees_the_appointed_mentors_around_and_nobody_else() {
    let app = TestApp::start().await;
    let register = Register::fill(&app).await;
    let officer = app.officer();
    let seen = [
        "县直聘任",
        "同县聘任",
        "市直聘任",
        "市级领导",
        "本镇提名",
        "本镇聘任",
    ];
    let mut seen: Vec<&str> = seen.to_vec();
    seen.sort_unstable();
    let list = all(&officer).await;
    assert_eq!(names(&list), seen);
    assert_eq!(list.json["total"], 6);
    for (path, status) in [
        (&register.own, 200),
        (&register.county, 200),
        (&register.county_organ, 200),
        (&register.city_organ, 200),
        (&register.far, 404),
    ] {
        officer.get(path).await.expect(status);
    }
    for item in list.json["items"].as_array().unwrap() {
        let path = format!("/v1/mentors/{}", item["id"].as_str().unwrap());
        assert_eq!(&officer.get(&path).await.expect(200).json, item);
    }
    for (filter, expected) in [
        ("status=NOMINATED", vec!["本镇提名"]),
        ("status=SUSPENDED", vec![]),
        ("q=外县", vec![]),
        ("q=市直", vec!["市直聘任"]),
    ] {
        let page = officer.get(&format!("/v1/mentors?{filter}")).await;
        assert_eq!(names(&page.expect(200)), expected, "{filter}");
    }
    let unit = |id| format!("/v1/mentors?count=exact&organizationId={id}");
    let far = officer.get(&unit(app.city.qingjiang.id)).await.expect(200);
    assert_eq!((names(&far), &far.json["total"]), (vec![], &json!(0)));
    let city = officer.get(&unit(app.city.root.id)).await.expect(200);
    assert_eq!(names(&city), seen);
    for sort in ["id", "-id", "name", "-name", "updatedAt", "-updatedAt"] {
        let mut walked = Vec::new();
        let mut next = format!("/v1/mentors?limit=2&sort={sort}");
        loop {
            let page = officer.get(&next).await.expect(200);
            walked.extend(names(&page).into_iter().map(str::to_owned));
            let Some(cursor) = page.json["nextCursor"].as_str() else {
                break;
            };
            next = format!("/v1/mentors?limit=2&sort={sort}&cursor={cursor}");
        }
        walked.sort_unstable();
        assert_eq!(walked, seen, "{sort}");
    }
}

#[actix_web::test]
async fn an_officer_of_a_city_organ_has_the_other_organs_for_neighbours() {
    let app = TestApp::start().await;
    Register::fill(&app).await;
    let officer = app.client(Who::officer(&app.city.finance));
    let mut seen = ["市直聘任", "市级领导"];
    seen.sort_unstable();
    assert_eq!(names(&all(&officer).await), seen);
}

#[actix_web::test]
async fn others_see_their_subtree_themselves_or_their_own_mentors() {
    let app = TestApp::start().await;
    let register = Register::fill(&app).await;
    let city = &app.city;
    assert_eq!(all(&app.manager()).await.json["total"], 11);
    let county = [
        "县直聘任",
        "同县停职",
        "同县提名",
        "同县聘任",
        "本镇提名",
        "本镇聘任",
    ];
    let mut county: Vec<&str> = county.to_vec();
    county.sort_unstable();
    for who in [
        Who::manager(&city.enyang),
        Who::system(&city.enyang, "mentors:read"),
    ] {
        let client = app.client(who);
        assert_eq!(names(&all(&client).await), county);
        client.get(&register.city_organ).await.expect(404);
    }
    let mentor = app.client(Who::mentor(&city.yuxi, id_of(&register.own)));
    assert_eq!(names(&all(&mentor).await), ["本镇聘任"]);
    mentor.get(&register.county).await.expect(404);
    let body =
        json!({ "name": "李雨瑶", "organizationId": city.yuxi.id, "reportedOn": "2022-08-26" });
    let recruit = app.officer().post("/v1/cadres", &body).await.expect(201);
    let recruit = id_of(recruit.header("location"));
    let cadre = app.client(Who::cadre(&city.yuxi, recruit));
    assert_eq!(names(&all(&cadre).await), Vec::<&str>::new());
    cadres::store::set_mentors(
        &mut app.db(),
        recruit,
        Some(id_of(&register.own)),
        Some(id_of(&register.far)),
        Mentoring::Full,
    )
    .unwrap();
    assert_eq!(all(&cadre).await.json["total"], 2);
    cadre.get(&register.far).await.expect(200);
    cadre.get(&register.county).await.expect(404);
    for who in [
        Who::administrator(),
        Who::auditor(),
        Who::analyst(&city.root),
        Who::system(&city.root, "cadres:read"),
    ] {
        let refused = app.client(who).get("/v1/mentors").await;
        refused.expect_problem(403, "forbidden");
    }
    let refused = app.anonymous().get("/v1/mentors").await;
    refused.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn members_are_shown_as_the_table_says() {
    let app = TestApp::start().await;
    let register = Register::fill(&app).await;
    let city = &app.city;
    let body =
        json!({ "name": "李雨瑶", "organizationId": city.yuxi.id, "reportedOn": "2022-08-26" });
    let recruit = app.officer().post("/v1/cadres", &body).await.expect(201);
    let recruit = id_of(recruit.header("location"));
    let county = Some(id_of(&register.county));
    cadres::store::set_mentors(&mut app.db(), recruit, county, None, Mentoring::Partial).unwrap();
    let viewers = [
        (MentorViewer::Neighbour, Who::officer(&city.yuxi)),
        (MentorViewer::OwnMentee, Who::cadre(&city.yuxi, recruit)),
        (MentorViewer::Staff, Who::officer(&city.liulin)),
        (MentorViewer::Staff, Who::manager(&city.root)),
        (MentorViewer::Staff, Who::system(&city.root, "mentors:read")),
        (
            MentorViewer::Subject,
            Who::mentor(&city.liulin, id_of(&register.county)),
        ),
        // One person is seen by all they are: the officer next door is the mentor's mentee too.
        (
            MentorViewer::OwnMentee,
            Who::cadre(&city.yuxi, recruit).and(Role::UnitOfficer, &city.yuxi),
        ),
    ];
    let of = |member: MentorMember| match member {
        MentorMember::Programme => vec![
            "activeMentees",
            "allowedActions",
            "appointedOn",
            "availableSeats",
            "createdAt",
            "expertise",
            "externalIds",
            "id",
            "maxMentees",
            "name",
            "organizationId",
            "organizationName",
            "positionLevel",
            "postTitle",
            "retiredOn",
            "roles",
            "status",
            "suspendedFrom",
            "suspendedTo",
            "updatedAt",
            "version",
        ],
        MentorMember::Personal => vec!["sex", "politicalStatus"],
        MentorMember::Phone => vec!["phone"],
    };
    for (viewer, who) in viewers {
        let shown = MENTOR_MEMBERS
            .iter()
            .filter(|(_, sights)| sights[viewer as usize] != Visibility::Absent);
        let mut expected: Vec<&str> = shown.flat_map(|(member, _)| of(*member)).collect();
        expected.sort_unstable();
        let client = app.client(who.clone());
        let read = client.get(&register.county).await.expect(200);
        assert_eq!(members(&read.json), expected, "{viewer:?} {who:?}");
        let has_phone = viewer != MentorViewer::Neighbour;
        assert_eq!(read.json.get("phone").is_some(), has_phone, "{viewer:?}");
        assert!(has_phone || !read.text().contains("10025967117"));
        let fields = client
            .get("/v1/mentors?fields=name,phone")
            .await
            .expect(200);
        let id = json!(id_of(&register.county));
        let items = fields.json["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["id"] == id).unwrap();
        assert_eq!(item.get("phone").is_some(), has_phone, "{viewer:?}");
    }
}

#[actix_web::test]
async fn a_neighbour_reads_and_does_not_write() {
    let app = TestApp::start().await;
    let register = Register::fill(&app).await;
    let officer = app.officer();
    let read = officer.get(&register.county).await.expect(200);
    assert_eq!(read.json["allowedActions"], json!([]));
    let patch = json!({ "postTitle": "镇长" });
    let refused = officer.patch(&register.county, "*", &patch).await;
    refused.expect_problem(404, "not-found");
    let refused = officer.delete(&register.county, "*").await;
    refused.expect_problem(404, "not-found");
    let transfer = json!({ "organizationId": app.city.yuxi.id, "effectiveOn": "2023-07-24" });
    let refused = verb(&officer, &register.county, "_transfer", transfer).await;
    refused.expect_problem(404, "not-found");
    let away = json!({ "organizationId": app.city.liulin.id, "effectiveOn": "2023-07-24" });
    let refused = verb(&officer, &register.own, "_transfer", away.clone()).await;
    assert_eq!(
        refused.expect_problem(422, "invalid").errors(),
        [("/organizationId", "reference-unknown")]
    );
    let moved = verb(&app.manager(), &register.own, "_transfer", away).await;
    assert_eq!(
        moved.expect(200).json["organizationName"],
        app.city.liulin.name
    );
    let after = officer.get(&register.own).await.expect(200);
    assert_eq!(after.json.get("phone"), None);
}

#[actix_web::test]
async fn filters_find_roles_seats_and_units() {
    let app = TestApp::start().await;
    let manager = app.manager();
    for (name, unit, roles, seats) in [
        ("甲", &app.city.yuxi, json!(["POLITICAL"]), 1),
        ("乙", &app.city.yuxi, json!(["PROFESSIONAL"]), 2),
        (
            "丙",
            &app.city.enyang,
            json!(["PROFESSIONAL", "POLITICAL"]),
            3,
        ),
    ] {
        let mut body = named(unit, name);
        body["roles"] = roles;
        body["maxMentees"] = json!(seats);
        made(&manager, &body).await;
    }
    let enyang = format!("organizationId={}", app.city.enyang.id);
    for (filter, expected) in [
        ("role=POLITICAL", vec!["丙", "甲"]),
        ("role=PROFESSIONAL", vec!["丙", "乙"]),
        ("role=POLITICAL,PROFESSIONAL", vec!["丙", "乙", "甲"]),
        ("availableSeatsGte=2", vec!["丙", "乙"]),
        ("status=APPOINTED", vec![]),
        ("status=APPOINTED,NOMINATED&q=甲", vec!["甲"]),
        ("updatedAtGte=2023-07-24T02:00:01Z", vec![]),
        (&enyang, vec!["丙", "乙", "甲"]),
        (&format!("{enyang}&subtree=false"), vec!["丙"]),
    ] {
        let page = manager.get(&format!("/v1/mentors?{filter}")).await;
        let page = page.expect(200);
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(names(&page), expected, "{filter}");
    }
    for filter in [
        "role=LEADER",
        "availableSeatsGte=11",
        "phone=1",
        "sort=phone",
        "fields=seats",
    ] {
        let refused = manager.get(&format!("/v1/mentors?{filter}")).await;
        refused.expect_problem(400, "malformed-request");
    }
}
