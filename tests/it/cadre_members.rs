//! Which members of a cadre each caller sees, one by one, in every reply that shows a cadre.

use serde_json::{Value, json};
use xinmiao::access::Role;
use xinmiao::access::visibility::{CADRE_MEMBERS, CadreMember, CadreViewer, Visibility};

use crate::mentors::{appointed, id_of, named};
use crate::posting_scene::running;
use crate::support::{Answer, Client, MentorSeed, TestApp, Who};

/// An invented number in the code range that belongs to no place.
const NUMBER: &str = "990000199912011010";
const BY_EXTERNAL_ID: &str = "/v1/cadres/by-external-id/portal/P-1";
const PHONE: &str = "10025967117";

/// A cadre with every member filled, who came to Yuxi from Liulin and has one mentor; the path.
async fn recruit(app: &TestApp, mentor: &str) -> String {
    let body = json!({
        "name": "李雨瑶", "organizationId": app.city.liulin.id, "reportedOn": "2022-08-26", "sex": "1",
        "birthDate": "1999-12-01", "ethnicity": "01", "politicalStatus": "01", "identityNumber": NUMBER, "phone": PHONE,
        "nativePlace": "511902", "householdRegistration": "511902", "educationLevel": "21", "school": "四川农业大学",
        "major": "农学", "postTitle": "一级科员", "postCategory": "GRASSROOTS", "externalIds": { "portal": "P-1" },
    });
    let manager = app.manager();
    let made = manager.post("/v1/cadres", &body).await.expect(201);
    let path = made.header("location").to_owned();
    let moved = json!({ "organizationId": app.city.yuxi.id, "effectiveOn": "2023-07-20" });
    manager
        .post(&format!("{path}/_transfer"), &moved)
        .await
        .expect(200);
    let pair = json!({
        "cadreId": made.json["id"], "mentorId": mentor, "role": "POLITICAL", "startsOn": "2023-07-24", "activate": true,
    });
    manager.post("/v1/assignments", &pair).await.expect(201);
    path
}

fn named_in_document(member: CadreMember) -> &'static [&'static str] {
    match member {
        CadreMember::Identity => &[
            "id",
            "version",
            "createdAt",
            "updatedAt",
            "name",
            "status",
            "allowedActions",
        ],
        CadreMember::Placement => &[
            "postTitle",
            "phase",
            "politicalMentorName",
            "professionalMentorName",
        ],
        CadreMember::Programme => &[
            "externalIds",
            "school",
            "major",
            "organizationId",
            "organizationName",
            "postCategory",
            "rank",
            "recruitmentChannel",
            "reportedOn",
            "phaseEndsOn",
            "probationEndsOn",
            "onProbation",
            "probationShortfallDays",
            "nonLocal",
            "remote",
            "mentoring",
            "onLeave",
            "politicalMentorId",
            "professionalMentorId",
        ],
        CadreMember::Phone => &["phone"],
        CadreMember::Personal => &[
            "sex",
            "birthDate",
            "politicalStatus",
            "educationLevel",
            "degree",
        ],
        CadreMember::Origin => &["ethnicity", "nativePlace", "householdRegistration"],
        CadreMember::IdentityNumber => &["identityNumber"],
    }
}

/// What a viewer must see of each member, as the contract's table has it.
fn expected(viewer: CadreViewer) -> Vec<(&'static str, Option<Value>)> {
    let of = |member: &'static str, sight: Visibility| match (member, sight) {
        (_, Visibility::Absent) => None,
        ("phone", Visibility::Shown) => Some((member, Some(json!(PHONE)))),
        ("phone", Visibility::Masked) => Some((member, Some(json!("100****7117")))),
        ("identityNumber", Visibility::Masked) => Some((member, Some(json!("9900************10")))),
        _ => Some((member, None)),
    };
    let mut rows: Vec<_> = CADRE_MEMBERS
        .iter()
        .flat_map(|(member, sights)| {
            let sight = sights[viewer as usize];
            named_in_document(*member)
                .iter()
                .filter_map(move |name| of(name, sight))
        })
        .collect();
    rows.sort_unstable_by_key(|(name, _)| *name);
    rows
}

fn check(cadre: &Value, viewer: CadreViewer, place: &str) {
    let mut members: Vec<&str> = cadre
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    let expected = expected(viewer);
    let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    assert_eq!(members, names, "{viewer:?} {place}");
    for (name, value) in expected {
        if let Some(value) = value {
            assert_eq!(cadre[name], value, "{viewer:?} {place} {name}");
        }
    }
}

/// The one cadre of a page.
fn only(page: &Answer) -> Value {
    let items = page.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{}", page.text());
    items[0].clone()
}

/// Looks at the cadre in every reply that shows one.
async fn check_everywhere(client: &Client, viewer: CadreViewer, path: &str, writes: bool) {
    check(&client.get(path).await.expect(200).json, viewer, "by id");
    check(
        &only(&client.get("/v1/cadres").await.expect(200)),
        viewer,
        "in the list",
    );
    let found = client
        .post("/v1/cadres/_search", &json!({ "status": "ACTIVE" }))
        .await
        .expect(200);
    check(&only(&found), viewer, "in the search");
    let addressed = client.get(BY_EXTERNAL_ID).await;
    if writes {
        check(&addressed.expect(200).json, viewer, "by external id");
    } else {
        addressed.expect_problem(403, "forbidden");
    }
    let narrowed = client
        .get("/v1/cadres?fields=phone,ethnicity,identityNumber,name")
        .await;
    let narrowed = only(&narrowed.expect(200));
    for (member, kind) in [
        ("phone", CadreMember::Phone),
        ("ethnicity", CadreMember::Origin),
        ("identityNumber", CadreMember::IdentityNumber),
    ] {
        let shown = CADRE_MEMBERS
            .iter()
            .any(|(row, sights)| *row == kind && sights[viewer as usize] != Visibility::Absent);
        assert_eq!(narrowed.get(member).is_some(), shown, "{viewer:?} {member}");
    }
    let text = client.get(path).await.text();
    assert!(!text.contains(NUMBER), "{viewer:?}");
    assert_eq!(
        text.contains(PHONE),
        viewer != CadreViewer::Staff,
        "{viewer:?}"
    );
}

#[actix_web::test]
async fn members_of_a_cadre_are_shown_as_the_table_says_wherever_a_cadre_is_shown() {
    let app = TestApp::start().await;
    let city = &app.city;
    let mentor = appointed(&app, &named(&city.yuxi, "钱大树")).await;
    let mentor = mentor.rsplit('/').next().unwrap();
    let path = recruit(&app, mentor).await;
    let id = id_of(&path);
    let own_mentor = Who::mentor(&city.yuxi, id_of(mentor));
    let subject = Who::cadre(&city.yuxi, id);
    // As whom, who, and whether they write cadres: the address of another system is for those.
    let viewers = [
        (CadreViewer::Staff, Who::manager(&city.root), true),
        (CadreViewer::Staff, Who::officer(&city.yuxi), true),
        (
            CadreViewer::Staff,
            Who::system(&city.enyang, "cadres:read"),
            false,
        ),
        (
            CadreViewer::Staff,
            Who::system(&city.enyang, "cadres:read cadres:write"),
            true,
        ),
        (CadreViewer::OwnMentor, own_mentor.clone(), false),
        (CadreViewer::Subject, subject.clone(), false),
        // One person is seen by all they are.
        (
            CadreViewer::Subject,
            subject.and(Role::UnitOfficer, &city.yuxi),
            true,
        ),
        (
            CadreViewer::Staff,
            own_mentor.and(Role::UnitOfficer, &city.yuxi),
            true,
        ),
    ];
    for (viewer, who, writes) in viewers {
        check_everywhere(&app.client(who), viewer, &path, writes).await;
    }
    // The unit that the cadre left keeps name and status, and the host of a posting sees a guest: at that record alone.
    let lead = MentorSeed::default();
    let lead = app.insert_mentor(&city.bazhou_finance, lead);
    let more = json!({
        "hostName": null, "hostOrganizationId": city.qingjiang.id, "leadMentorId": lead, "arrangement": "ATTACHMENT",
    });
    running(&app, id, ("2023-07-21", "2023-12-31"), &more).await;
    for (viewer, who) in [
        (CadreViewer::FormerOrganization, Who::officer(&city.liulin)),
        (CadreViewer::Guest, Who::officer(&city.qingjiang)),
        (CadreViewer::Guest, Who::manager(&city.bazhou)),
        (CadreViewer::Guest, Who::mentor(&city.bazhou_finance, lead)),
        (
            CadreViewer::Guest,
            Who::system(&city.qingjiang, "cadres:read postings:read"),
        ),
        // Whoever was their unit and hosts them sees what both see.
        (
            CadreViewer::Guest,
            Who::officer(&city.liulin).and(Role::UnitOfficer, &city.qingjiang),
        ),
    ] {
        let client = app.client(who);
        let one = client.get(&path).await.expect(200);
        check(&one.json, viewer, "by id");
        let revealed = client.get(&format!("{path}?reveal=phone")).await;
        revealed.expect_problem(404, "not-found");
        for address in ["/v1/cadres", "/v1/cadres?q=李雨瑶"] {
            let list = client.get(address).await.expect(200);
            assert_eq!(list.json["items"], json!([]), "{viewer:?}");
        }
    }
}

#[actix_web::test]
async fn whoever_has_nothing_to_do_with_a_cadre_finds_nothing_by_any_way() {
    let app = TestApp::start().await;
    let city = &app.city;
    let mentor = appointed(&app, &named(&city.yuxi, "钱大树")).await;
    let path = recruit(&app, mentor.rsplit('/').next().unwrap()).await;
    let stranger = app.insert_mentor(&city.yuxi, crate::support::MentorSeed::default());
    let other = app.insert_cadre(&city.yuxi);
    let body = json!({ "q": "李雨瑶" });
    for (who, writes) in [
        (Who::officer(&city.qingjiang), true),
        (Who::manager(&city.bazhou_finance), true),
        (
            Who::system(&city.qingjiang, "cadres:read cadres:write"),
            true,
        ),
        (Who::mentor(&city.yuxi, stranger), false),
        (Who::cadre(&city.yuxi, other), false),
    ] {
        let client = app.client(who.clone());
        client.get(&path).await.expect_problem(404, "not-found");
        let addressed = client.get(BY_EXTERNAL_ID).await;
        assert_eq!(addressed.status, if writes { 404 } else { 403 }, "{who:?}");
        let found = client
            .post("/v1/cadres/_search?count=exact", &body)
            .await
            .expect(200);
        assert_eq!(
            (&found.json["items"], &found.json["total"]),
            (&json!([]), &json!(0)),
            "{who:?}"
        );
    }
    for who in [
        Who::administrator(),
        Who::auditor(),
        Who::analyst(&city.root),
    ] {
        let client = app.client(who);
        client.get(&path).await.expect_problem(403, "forbidden");
        client
            .post("/v1/cadres/_search", &body)
            .await
            .expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_search_is_the_list_with_its_filters_in_the_body() {
    let app = TestApp::start().await;
    for (unit, times) in [(&app.city.yuxi, 3), (&app.city.liulin, 2)] {
        for _ in 0..times {
            app.insert_cadre(unit);
        }
    }
    let manager = app.manager();
    let unit = app.city.yuxi.id;
    let body = json!({ "organizationId": unit, "status": "ACTIVE,LEFT" });
    let mut walked = Vec::new();
    let mut next = "/v1/cadres/_search?limit=2&sort=-id&count=exact".to_owned();
    loop {
        let page = manager.post(&next, &body).await.expect(200);
        assert_eq!(page.json["total"], 3);
        walked.extend(page.json["items"].as_array().unwrap().clone());
        let Some(cursor) = page.json["nextCursor"].as_str() else {
            break;
        };
        next = format!("/v1/cadres/_search?limit=2&sort=-id&count=exact&cursor={cursor}");
    }
    let listed = manager
        .get(&format!(
            "/v1/cadres?organizationId={unit}&status=ACTIVE,LEFT&sort=-id"
        ))
        .await;
    assert_eq!(json!(walked), listed.expect(200).json["items"]);
    // A cursor belongs to the filters it was made for.
    let other = manager
        .post(
            &next.replace("limit=2", "limit=3"),
            &json!({ "status": "LEFT" }),
        )
        .await;
    other.expect_problem(400, "invalid-cursor");
    // A flag is a boolean in a body and a word in a query.
    for (flag, expected) in [(true, 5), (false, 0)] {
        let body =
            json!({ "organizationId": app.city.enyang.id, "subtree": flag, "remote": false });
        let found = manager
            .post("/v1/cadres/_search?count=exact", &body)
            .await
            .expect(200);
        assert_eq!(found.json["total"], expected);
        let address = format!(
            "/v1/cadres?count=exact&organizationId={}&subtree={flag}&remote=false",
            app.city.enyang.id
        );
        assert_eq!(
            manager.get(&address).await.expect(200).json["total"],
            expected
        );
    }
    let word = manager
        .post("/v1/cadres/_search", &json!({ "subtree": "true" }))
        .await;
    assert_eq!(word.expect(422).errors(), [("/subtree", "code-unknown")]);
    let wrong = manager
        .post("/v1/cadres/_search", &json!({ "surname": "李" }))
        .await;
    assert_eq!(wrong.expect(422).errors(), [("/surname", "unknown-member")]);
}
