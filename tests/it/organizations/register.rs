//! Making, reading, correcting and removing units.

use reqwest::Method;
use serde_json::{Value, json};
use xinmiao::access::Role;

use super::{actions, codes, create, new_township, path};
use crate::support::{TestApp, Who};

#[actix_web::test]
async fn a_unit_is_created_read_and_journaled() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let created = manager
        .post("/v1/organizations", &new_township(&app))
        .await
        .expect(201);
    let id = created.json["id"].as_str().unwrap();
    assert_eq!(created.header("location"), path(id));
    assert_eq!(created.json["status"], "ACTIVE");
    assert_eq!(created.json["version"], 1);
    assert_eq!(created.json["validTo"], Value::Null);
    assert_eq!(created.json["externalIds"], json!({ "hr-portal": "U-17" }));
    let read = manager.get(&path(id)).await.expect(200);
    assert_eq!(read.body, created.body);
    assert_eq!(
        actions(&app, &created.json["id"]).await,
        ["organization.created"]
    );
}

#[actix_web::test]
async fn every_signed_in_caller_reads_the_whole_tree() {
    let app = TestApp::start().await;
    let readers = [
        app.auditor(),
        app.officer(),
        app.client(Who::analyst(&app.city.bazhou)),
        app.client(Who::mentor(&app.city.yuxi, app.id())),
        app.client(Who::cadre(&app.city.yuxi, app.id())),
        app.client(Who::of(Role::CareOfficer, &app.city.yuxi)),
        app.client(Who::system(&app.city.yuxi, "organizations:read")),
    ];
    for reader in readers {
        assert_eq!(codes(&reader, "").await.len(), 10);
        let unit = reader.get(&path(app.city.reform.id)).await.expect(200);
        assert_eq!(unit.json["allowedActions"], json!([]));
    }
    let stranger = app.client(Who::system(&app.city.root, "cadres:read"));
    stranger
        .get("/v1/organizations")
        .await
        .expect_problem(403, "forbidden");
    app.anonymous()
        .get("/v1/organizations")
        .await
        .expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn administrators_write_everywhere_and_managers_below_their_own_root() {
    let app = TestApp::start().await;
    let enyang = app.client(Who::manager(&app.city.enyang));
    let below = enyang
        .post("/v1/organizations", &new_township(&app))
        .await
        .expect(201);
    let below = path(below.json["id"].as_str().unwrap());
    let change = json!({ "remote": true });
    enyang.patch(&below, "*", &change).await.expect(200);
    // The root of one's own reach belongs to those above.
    enyang
        .patch(&path(app.city.enyang.id), "*", &change)
        .await
        .expect_problem(403, "forbidden");
    for outside in [app.city.qingjiang.id, app.city.root.id] {
        enyang
            .patch(&path(outside), "*", &change)
            .await
            .expect_problem(404, "not-found");
    }
    let mut elsewhere = new_township(&app);
    elsewhere["code"] = "X-1".into();
    elsewhere["parentId"] = json!(app.city.bazhou.id);
    elsewhere["externalIds"] = json!({});
    let refused = enyang.post("/v1/organizations", &elsewhere).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/parentId", "reference-unknown")]);
    let root = json!({ "code": "DZ", "name": "达州市", "kind": "CITY" });
    app.manager()
        .post("/v1/organizations", &root)
        .await
        .expect_problem(403, "forbidden");
    create(&app, &root).await;
    let portal = app.client(Who::system(&app.city.enyang, "organizations:write"));
    portal
        .patch(&path(app.city.enyang.id), "*", &change)
        .await
        .expect(200);
    for reader in [app.officer(), app.auditor()] {
        reader
            .patch(&below, "*", &change)
            .await
            .expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_caller_sees_what_they_may_do_with_a_unit() {
    let app = TestApp::start().await;
    let enyang = app.client(Who::manager(&app.city.enyang));
    let below = enyang.get(&path(app.city.yuxi.id)).await.expect(200);
    assert_eq!(
        below.json["allowedActions"],
        json!([
            "update_organization",
            "rename_organization",
            "move_organization",
            "merge_organization",
            "delete_organization"
        ])
    );
    let own = enyang.get(&path(app.city.enyang.id)).await.expect(200);
    assert_eq!(own.json["allowedActions"], json!([]));
}

#[actix_web::test]
async fn a_repeated_create_of_the_same_caller_is_no_second_unit() {
    let app = TestApp::start().await;
    let mut body = new_township(&app);
    body["id"] = json!(app.id());
    let manager = app.manager();
    let first = manager.post("/v1/organizations", &body).await.expect(201);
    let again = manager.post("/v1/organizations", &body).await.expect(200);
    assert_eq!(again.body, first.body);
    let other = app
        .administrator()
        .post("/v1/organizations", &body)
        .await
        .expect_problem(409, "duplicate");
    assert_eq!(other.json["current"]["id"], body["id"]);
    body["remote"] = false.into();
    manager
        .post("/v1/organizations", &body)
        .await
        .expect_problem(409, "duplicate");
}

#[actix_web::test]
async fn a3_all_faults_of_a_unit_come_at_once() {
    let app = TestApp::start().await;
    let body = json!({
        "code": "a b", "name": "", "kind": "VILLAGE", "divisionCode": "999999", "remote": "no", "status": "ACTIVE",
        "validFrom": "2023-02-30", "externalIds": { "hr-portal": "990001199803150026" }, "nickname": "x",
    });
    let refused = app
        .administrator()
        .post("/v1/organizations", &body)
        .await
        .expect_problem(422, "invalid");
    let mut errors = refused.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("/code", "text-invalid"),
            ("/divisionCode", "code-unknown"),
            ("/externalIds/hr-portal", "text-invalid"),
            ("/kind", "code-unknown"),
            ("/name", "required"),
            ("/nickname", "unknown-member"),
            ("/remote", "type"),
            ("/status", "read-only"),
            ("/validFrom", "date-invalid"),
        ]
    );
    let body = json!({
        "code": "X", "name": "某镇", "kind": "TOWNSHIP", "parentId": app.city.yuxi.id, "validFrom": "2023-07-25",
    });
    let refused = app
        .administrator()
        .post("/v1/organizations", &body)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [
            ("/validFrom", "date-in-future"),
            ("/parentId", "parent-unfit")
        ]
    );
}

#[actix_web::test]
async fn a_parent_may_be_named_by_code_or_by_its_id_in_another_system() {
    let app = TestApp::start().await;
    let mut body = new_township(&app);
    body.as_object_mut().unwrap().remove("parentId");
    body["parentCode"] = "BZ-511903".into();
    let township = create(&app, &body).await;
    assert_eq!(township.json["parentId"], json!(app.city.enyang.id));
    let organ = json!({
        "code": "BZ-C1", "name": "巴中经济开发区管委会", "kind": "CITY_ORGAN", "parentCode": "BZ",
        "externalIds": { "hr-portal": "U-20" },
    });
    create(&app, &organ).await;
    let below = json!({
        "code": "BZ-C1-1", "name": "兴文街道", "kind": "SUBDISTRICT",
        "parentRef": { "source": "hr-portal", "externalId": "U-20" },
    });
    create(&app, &below).await;
    let both = json!({
        "code": "X", "name": "某镇", "kind": "TOWNSHIP", "parentCode": "BZ-511903", "parentId": app.city.enyang.id,
    });
    let refused = app
        .administrator()
        .post("/v1/organizations", &both)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/parentCode", "unknown-member")]);
}

#[actix_web::test]
async fn a_taken_code_or_external_id_is_refused() {
    let app = TestApp::start().await;
    create(&app, &new_township(&app)).await;
    let mut body = new_township(&app);
    let refused = app.administrator().post("/v1/organizations", &body).await;
    let refused = refused.expect_problem(422, "invalid");
    assert_eq!(refused.errors(), [("/externalIds/hr-portal", "not-unique")]);
    body["externalIds"] = json!({});
    let refused = app.administrator().post("/v1/organizations", &body).await;
    let refused = refused.expect_problem(409, "duplicate");
    assert_eq!(refused.json["current"]["name"], "正直镇");
}

#[actix_web::test]
async fn a7_an_etag_answers_not_modified_and_a_change_ends_it() {
    let app = TestApp::start().await;
    let unit = path(app.city.yuxi.id);
    let manager = app.manager();
    let read = manager.get(&unit).await.expect(200);
    assert!(read.etag().starts_with("\"1."), "{}", read.etag());
    assert!(read.header("last-modified").ends_with("GMT"));
    let again = || {
        manager
            .request(Method::GET, &unit)
            .header("if-none-match", read.etag())
            .send()
    };
    let unchanged = again().await.expect(304);
    assert!(unchanged.body.is_empty());
    manager
        .patch(&unit, read.etag(), &json!({ "remote": true }))
        .await
        .expect(200);
    again().await.expect(200);
}

#[actix_web::test]
async fn a8_a_change_needs_the_present_version() {
    let app = TestApp::start().await;
    let unit = path(app.city.yuxi.id);
    let manager = app.manager();
    let change = json!({ "remote": true });
    let without = manager.request(Method::PATCH, &unit).merge_patch(&change);
    without
        .send()
        .await
        .expect_problem(428, "precondition-required");
    manager
        .request(Method::DELETE, &unit)
        .send()
        .await
        .expect_problem(428, "precondition-required");
    let changed = manager.patch(&unit, "\"1.x\"", &change).await.expect(200);
    let stale = manager
        .patch(&unit, "\"1.x\"", &json!({ "remote": false }))
        .await
        .expect_problem(412, "stale-version");
    assert_eq!(stale.json["current"], changed.json);
    manager
        .delete(&unit, "\"1.x\"")
        .await
        .expect_problem(412, "stale-version");
}

#[actix_web::test]
async fn a10_a11_a_merge_patch_tells_absent_from_null() {
    let app = TestApp::start().await;
    let mut body = new_township(&app);
    body["externalIds"] = json!({ "hr-portal": "U-17", "census": "9" });
    let unit = create(&app, &body).await;
    let at = path(unit.json["id"].as_str().unwrap());
    let manager = app.manager();
    let change = json!({ "shortName": null, "externalIds": { "census": null, "archive": "A/3" } });
    let changed = manager.patch(&at, "*", &change).await.expect(200);
    assert_eq!(changed.json["shortName"], Value::Null);
    assert_eq!(changed.json["divisionCode"], "511903102");
    assert_eq!(
        changed.json["externalIds"],
        json!({ "archive": "A/3", "hr-portal": "U-17" })
    );
    let cleared = json!({ "divisionCode": null, "validFrom": null, "externalIds": null });
    let changed = manager.patch(&at, "*", &cleared).await.expect(200);
    for member in ["divisionCode", "validFrom"] {
        assert_eq!(changed.json[member], Value::Null);
    }
    assert_eq!(changed.json["externalIds"], json!({}));
    assert_eq!(changed.json["version"], 3);
    let refused = manager
        .patch(&at, "*", &json!({ "name": null, "kind": null }))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [("/name", "required"), ("/kind", "required")]
    );
    let plain = manager.request(Method::PATCH, &at).if_match("*");
    let plain = plain.json(&change).send().await;
    let plain = plain.expect_problem(415, "unsupported-media-type");
    assert_eq!(plain.header("accept-patch"), "application/merge-patch+json");
    let same = manager.patch(&at, "*", &json!({})).await.expect(200);
    assert_eq!(same.json["version"], 3);
}

#[actix_web::test]
async fn code_and_parent_change_by_verbs_only() {
    let app = TestApp::start().await;
    let change = json!({ "code": "X", "parentId": app.city.bazhou.id, "parentCode": "BZ-511902" });
    let refused = app
        .manager()
        .patch(&path(app.city.yuxi.id), "*", &change)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [
            ("/code", "read-only"),
            ("/parentId", "read-only"),
            ("/parentCode", "read-only")
        ]
    );
}

#[actix_web::test]
async fn another_kind_must_fit_its_place_and_what_lies_below() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let township = path(app.city.yuxi.id);
    manager
        .patch(&township, "*", &json!({ "kind": "SUBDISTRICT" }))
        .await
        .expect(200);
    for (unit, kind) in [(&app.city.yuxi, "CITY"), (&app.city.enyang, "CITY_ORGAN")] {
        let refused = manager
            .patch(&path(unit.id), "*", &json!({ "kind": kind }))
            .await
            .expect_problem(422, "invalid");
        assert_eq!(refused.errors()[0], ("/kind", "parent-unfit"));
    }
}

#[actix_web::test]
async fn a13_put_by_external_id_creates_then_replaces() {
    let app = TestApp::start().await;
    let portal = app.client(Who::system(
        &app.city.root,
        "organizations:write organizations:read",
    ));
    let at = "/v1/organizations/by-external-id/hr-portal/U-30";
    let body = json!({
        "code": "BZ-511903-30", "name": "石城镇", "kind": "TOWNSHIP", "parentCode": "BZ-511903", "shortName": "石城",
    });
    portal.get(at).await.expect_problem(404, "not-found");
    let created = portal.put(at, &body).await.expect(201);
    assert_eq!(created.json["externalIds"], json!({ "hr-portal": "U-30" }));
    assert_eq!(portal.get(at).await.expect(200).body, created.body);
    let same = portal.put(at, &body).await.expect(200);
    assert_eq!(same.json["version"], 1);
    let only = portal.request(Method::PUT, at).header("if-none-match", "*");
    only.json(&body)
        .send()
        .await
        .expect_problem(412, "stale-version");
    let changed = portal
        .put(at, &json!({ "shortName": null, "remote": true }))
        .await
        .expect(200);
    assert_eq!(changed.json["version"], 2);
    assert_eq!(changed.json["shortName"], Value::Null);
    assert_eq!(changed.json["code"], "BZ-511903-30");
    let stale = portal.request(Method::PUT, at).if_match("\"1.x\"");
    stale
        .json(&json!({ "remote": false }))
        .send()
        .await
        .expect_problem(412, "stale-version");
    assert_eq!(
        actions(&app, &created.json["id"]).await,
        ["organization.created", "organization.updated"]
    );
}

#[actix_web::test]
async fn a13_another_name_or_parent_in_put_is_a_renaming_or_move_as_of_today() {
    let app = TestApp::start().await;
    let portal = app.client(Who::system(
        &app.city.root,
        "organizations:write organizations:read",
    ));
    let at = "/v1/organizations/by-external-id/hr-portal/U-30";
    let body = json!({
        "code": "BZ-511903-30", "name": "石城乡", "kind": "TOWNSHIP", "parentCode": "BZ-511903",
    });
    let created = portal.put(at, &body).await.expect(201);
    let other = json!({ "code": "BZ-511902-30", "name": "石城镇", "parentCode": "BZ-511902" });
    let changed = portal.put(at, &other).await.expect(200);
    assert_eq!(changed.json["id"], created.json["id"]);
    assert_eq!(changed.json["parentId"], json!(app.city.bazhou.id));
    for query in [
        "code=BZ-511903-30",
        "code=BZ-511902-30",
        "q=石城乡",
        "q=scz",
    ] {
        assert_eq!(codes(&portal, query).await, ["BZ-511902-30"], "{query}");
    }
}

#[actix_web::test]
async fn only_a_unit_that_nothing_refers_to_is_deleted() {
    let app = TestApp::start().await;
    let manager = app.manager();
    let cadre =
        json!({ "name": "李雨瑶", "organizationId": app.city.yuxi.id, "reportedOn": "2022-08-26" });
    manager.post("/v1/cadres", &cadre).await.expect(201);
    for unit in [&app.city.enyang, &app.city.yuxi] {
        manager
            .delete(&path(unit.id), "*")
            .await
            .expect_problem(409, "in-use");
    }
    let spare = create(&app, &new_township(&app)).await;
    let at = path(spare.json["id"].as_str().unwrap());
    let gone = manager.delete(&at, spare.etag()).await.expect(204);
    assert!(gone.body.is_empty());
    manager.get(&at).await.expect_problem(404, "not-found");
    assert!(codes(&manager, "q=正直").await.is_empty());
    assert!(
        codes(&manager, "externalId=hr-portal:U-17")
            .await
            .is_empty()
    );
    assert_eq!(
        actions(&app, &spare.json["id"]).await,
        ["organization.created", "organization.deleted"]
    );
    create(&app, &new_township(&app)).await;
}

#[actix_web::test]
async fn units_are_found_by_every_filter() {
    let app = TestApp::start().await;
    create(&app, &new_township(&app)).await;
    let officer = app.officer();
    let expected: &[(&str, &[&str])] = &[
        ("code=BZ-511903-ZZ", &["BZ-511903-ZZ"]),
        (
            "kind=CITY,COUNTY&sort=-code",
            &["BZ-511903", "BZ-511902", "BZ"],
        ),
        ("divisionCode=511903102", &["BZ-511903-ZZ"]),
        ("remote=true", &["BZ-511903-ZZ"]),
        ("status=DISSOLVED", &[]),
        ("externalId=hr-portal:U-17", &["BZ-511903-ZZ"]),
        ("externalId=hr-portal:U-18", &[]),
        ("q=正直", &["BZ-511903-ZZ"]),
        ("q=zzz", &["BZ-511903-ZZ"]),
        ("q=bz-511903-z", &["BZ-511903-ZZ"]),
    ];
    for (query, found) in expected {
        assert_eq!(codes(&officer, query).await, *found, "{query}");
    }
    let below = format!("parentId={}&sort=code", app.city.enyang.id);
    assert_eq!(
        codes(&officer, &below).await,
        [
            "BZ-511903-CZ",
            "BZ-511903-LL",
            "BZ-511903-YX",
            "BZ-511903-ZZ"
        ]
    );
    let refused = officer
        .get("/v1/organizations?kind=VILLAGE&sort=name")
        .await;
    let refused = refused.expect_problem(400, "malformed-request");
    assert_eq!(refused.errors()[0], ("kind", "code-unknown"));
    officer
        .get("/v1/organizations?colour=red")
        .await
        .expect_problem(400, "malformed-request");
}

#[actix_web::test]
async fn a_walk_by_code_meets_every_unit_once_in_both_directions() {
    let app = TestApp::start().await;
    let officer = app.officer();
    for (sort, rising) in [
        ("code", true),
        ("-code", false),
        ("id", true),
        ("-id", false),
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let query =
                format!("/v1/organizations?limit=3&sort={sort}&fields=code&count=exact{cursor}");
            let page = officer.get(&query).await.expect(200);
            assert_eq!(page.json["total"], 10);
            for item in page.json["items"].as_array().unwrap() {
                assert_eq!(item.as_object().unwrap().len(), 2);
                let key = if sort.ends_with("code") { "code" } else { "id" };
                seen.push(item[key].as_str().unwrap().to_owned());
            }
            match page.json["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if !rising {
            sorted.reverse();
        }
        assert_eq!((seen.len(), &seen), (10, &sorted), "{sort}");
    }
}
