//! Cadres and mentors through all their verbs, and what is recorded of them.

use reqwest::Method;
use serde_json::{Value, json};

use super::meter::Meter;
use crate::demo::{PASSWORD, signed_in};
use crate::support::{Answer, Client, TestApp};

/// The day of the demo.
pub const TODAY: &str = "2023-07-24";

/// The address of what was made or found.
pub fn path(collection: &str, found: &Answer) -> String {
    format!("/v1/{collection}/{}", found.json["id"].as_str().unwrap())
}

/// The id of one unit of a kind.
pub async fn unit(manager: &Client, kind: &str, n: usize) -> String {
    let page = manager
        .get(&format!("/v1/organizations?kind={kind}"))
        .await
        .expect(200);
    page.json["items"][n]["id"].as_str().unwrap().to_owned()
}

pub async fn run(app: &TestApp, meter: &Meter) {
    let manager = signed_in(app, "manager", PASSWORD).await;
    cadres(app, &manager, meter).await;
    mentors(&manager, meter).await;
    records(app, &manager, meter).await;
}

async fn cadres(app: &TestApp, manager: &Client, meter: &Meter) {
    let (here, there) = (
        unit(manager, "CITY_ORGAN", 0).await,
        unit(manager, "CITY_ORGAN", 1).await,
    );
    let body = json!({
        "name": "李雨瑶", "organizationId": here, "reportedOn": "2023-02-01", "identityNumber": "990001199803150026",
        "phone": "10015499830", "externalIds": { "hr-portal": "P-1" },
    });
    let made = meter
        .count("create_cadre", manager.post("/v1/cadres", &body))
        .await;
    let cadre = path("cadres", &made);
    // What follows a cadre's turns includes the plan of their year.
    let service = app.service();
    xinmiao::calendar::plan(&service.db, &service.deps, None)
        .await
        .unwrap();
    let revealed = format!("{cadre}?reveal=identityNumber,phone");
    meter.count("get_cadre", manager.get(&cadre)).await;
    meter.costs("get_cadre", 4, manager.get(&revealed)).await;
    let changed = json!({ "phone": "10015499831", "postTitle": "科员", "externalIds": { "hr-portal": "P-2" } });
    meter
        .count("update_cadre", manager.patch(&cadre, "*", &changed))
        .await;
    let address = "/v1/cadres/by-external-id/hr-portal/P-3";
    let body = json!({ "name": "张小雨", "organizationId": here, "reportedOn": "2023-07-01", "identityNumber": "990001199803150034" });
    let put = "put_cadre_by_external_id";
    let other = meter.count(put, manager.put(address, &body)).await;
    meter
        .count(
            put,
            manager.put(
                address,
                &json!({ "name": "张小雪", "phone": "10015499832" }),
            ),
        )
        .await;
    meter
        .count(put, manager.put(address, &json!({ "name": "张小雪" })))
        .await;
    let there = json!({ "organizationId": there, "effectiveOn": TODAY, "postTitle": "科员" });
    for (id, verb, body) in [
        ("transfer_cadre", "_transfer", there),
        (
            "suspend_cadre",
            "_suspend",
            json!({ "from": "2023-07-03", "reason": "借调" }),
        ),
        ("resume_cadre", "_resume", json!({})),
        (
            "extend_cadre",
            "_extend",
            json!({ "until": "2024-09-01", "reason": "MATERNITY" }),
        ),
        (
            "leave_cadre",
            "_leave",
            json!({ "on": TODAY, "reason": "RESIGNED" }),
        ),
        ("reinstate_cadre", "_reinstate", json!({ "on": TODAY })),
    ] {
        meter
            .count(id, manager.post(&format!("{cadre}/{verb}"), &body))
            .await;
    }
    with_pairs(manager, meter).await;
    meter
        .count("delete_cadre", manager.delete(&path("cadres", &other), "*"))
        .await;
    let file = "name,sex,birthDate,organizationCode,reportedOn\n周文,1,1998-03,BZ,2023-07-24\n周武,1,1998-03,BZ,2023-07-24\n";
    meter
        .count("import_cadres", import(manager, "cadres", file))
        .await;
}

/// Cadres who have both mentors: their pairs end or stay with them.
async fn with_pairs(manager: &Client, meter: &Meter) {
    let there = unit(manager, "COUNTY", 0).await;
    let page = manager
        .get("/v1/cadres?mentoring=FULL&status=ACTIVE")
        .await
        .expect(200);
    let of = |n: usize| {
        format!(
            "/v1/cadres/{}",
            page.json["items"][n]["id"].as_str().unwrap()
        )
    };
    let body = json!({ "organizationId": there, "effectiveOn": TODAY });
    meter
        .count(
            "transfer_cadre",
            manager.post(&format!("{}/_transfer", of(0)), &body),
        )
        .await;
    let body = json!({ "on": TODAY, "reason": "RESIGNED" });
    meter
        .count(
            "leave_cadre",
            manager.post(&format!("{}/_leave", of(1)), &body),
        )
        .await;
    let due = manager
        .get("/v1/cadres?status=ACTIVE&sort=reportedOn")
        .await
        .expect(200);
    let due = format!(
        "/v1/cadres/{}/_graduate",
        due.json["items"][0]["id"].as_str().unwrap()
    );
    let body = json!({ "on": TODAY });
    meter
        .count("graduate_cadre", manager.post(&due, &body))
        .await;
}

/// An import with its report.
pub fn import(manager: &Client, collection: &str, file: &str) -> impl Future<Output = Answer> {
    let request = manager.request(Method::POST, &format!("/v1/{collection}/_import"));
    request.body("text/csv", file).send()
}

async fn mentors(manager: &Client, meter: &Meter) {
    let (here, there) = (
        unit(manager, "CITY_ORGAN", 0).await,
        unit(manager, "CITY_ORGAN", 1).await,
    );
    let body = json!({
        "name": "王建国", "organizationId": here, "roles": ["POLITICAL", "PROFESSIONAL"], "maxMentees": 3,
        "politicalStatus": "01", "phone": "10015499833", "externalIds": { "hr-portal": "M-1" },
    });
    let made = meter
        .count("create_mentor", manager.post("/v1/mentors", &body))
        .await;
    let mentor = path("mentors", &made);
    let changed = json!({ "expertise": ["农业技术"], "maxMentees": 2, "externalIds": { "hr-portal": "M-2" } });
    meter
        .count("update_mentor", manager.patch(&mentor, "*", &changed))
        .await;
    let address = "/v1/mentors/by-external-id/hr-portal/M-3";
    let put = "put_mentor_by_external_id";
    let other = meter.count(put, manager.put(address, &json!({
        "name": "陈思远", "organizationId": here, "roles": ["PROFESSIONAL"], "maxMentees": 1,
    }))).await;
    meter
        .count(put, manager.put(address, &json!({ "name": "陈思源" })))
        .await;
    let there = json!({ "organizationId": there, "effectiveOn": TODAY });
    for (id, verb, body) in [
        ("appoint_mentor", "_appoint", json!({ "on": TODAY })),
        (
            "suspend_mentor",
            "_suspend",
            json!({ "from": TODAY, "reason": "借调" }),
        ),
        ("reinstate_mentor", "_reinstate", json!({})),
        ("transfer_mentor", "_transfer", there),
        ("retire_mentor", "_retire", json!({ "on": TODAY })),
    ] {
        meter
            .count(id, manager.post(&format!("{mentor}/{verb}"), &body))
            .await;
    }
    meter
        .count(
            "delete_mentor",
            manager.delete(&path("mentors", &other), "*"),
        )
        .await;
    let file = "name,organizationCode,roles,maxMentees,politicalStatus\n王建国,BZ,POLITICAL,3,01\n李建国,BZ,POLITICAL,3,01\n";
    meter
        .count("import_mentors", import(manager, "mentors", file))
        .await;
    who_guide(manager, meter).await;
}

/// Mentors who guide two: their pairs need another.
async fn who_guide(manager: &Client, meter: &Meter) {
    let page = manager
        .get("/v1/mentors?status=APPOINTED&sort=name")
        .await
        .expect(200);
    let busy = page.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|mentor| mentor["activeMentees"] == 2);
    let busy: Vec<String> = busy
        .map(|mentor| format!("/v1/mentors/{}", mentor["id"].as_str().unwrap()))
        .collect();
    let county =
        json!({ "organizationId": unit(manager, "COUNTY", 0).await, "effectiveOn": TODAY });
    meter
        .count(
            "transfer_mentor",
            manager.post(&format!("{}/_transfer", busy[0]), &county),
        )
        .await;
    let from = json!({ "from": TODAY, "reason": "借调" });
    meter
        .count(
            "suspend_mentor",
            manager.post(&format!("{}/_suspend", busy[1]), &from),
        )
        .await;
    meter
        .count(
            "retire_mentor",
            manager.post(&format!("{}/_retire", busy[2]), &json!({ "on": TODAY })),
        )
        .await;
}

/// Leave, kinship and growth entries.
async fn records(app: &TestApp, manager: &Client, meter: &Meter) {
    let cadre = signed_in(app, "cadre", PASSWORD).await;
    let own = cadre.get("/v1/cadres").await.expect(200);
    let cadre_id = own.json["items"][0]["id"].clone();
    let leave = json!({ "cadreId": cadre_id, "kind": "SICK", "startsOn": "2023-07-01", "endsOn": "2023-07-10" });
    let made = meter
        .count("create_absence", manager.post("/v1/absences", &leave))
        .await;
    let absence = path("absences", &made);
    meter.count("get_absence", manager.get(&absence)).await;
    meter
        .count("list_absences", manager.get("/v1/absences"))
        .await;
    let shorter = json!({ "endsOn": "2023-07-08" });
    meter
        .count("update_absence", manager.patch(&absence, "*", &shorter))
        .await;
    meter
        .count("delete_absence", manager.delete(&absence, "*"))
        .await;
    growth(&cadre, manager, &cadre_id, meter).await;
    let mentors = manager
        .get("/v1/mentors?status=APPOINTED&limit=2")
        .await
        .expect(200);
    let kinship = json!({
        "personA": { "type": "CADRE", "id": cadre_id },
        "personB": { "type": "MENTOR", "id": mentors.json["items"][0]["id"] }, "relation": "74",
    });
    let made = meter
        .count("create_kinship", manager.post("/v1/kinships", &kinship))
        .await;
    let kinship = path("kinships", &made);
    meter.count("get_kinship", manager.get(&kinship)).await;
    meter
        .count("list_kinships", manager.get("/v1/kinships"))
        .await;
    meter
        .count("delete_kinship", manager.delete(&kinship, "*"))
        .await;
}

async fn growth(cadre: &Client, manager: &Client, cadre_id: &Value, meter: &Meter) {
    let entry = json!({
        "cadreId": cadre_id, "kind": "TASK", "title": "人口普查", "occurredOn": "2023-07-20", "participation": "入户登记",
        "support": "导师指导", "outcome": "完成",
    });
    let made = meter
        .count(
            "create_growth_entry",
            manager.post("/v1/growth-entries", &entry),
        )
        .await;
    let disputed = format!("{}/_dispute", path("growth-entries", &made));
    let reason = json!({ "reason": "时间不对" });
    meter
        .count("dispute_growth_entry", cadre.post(&disputed, &reason))
        .await;
    let own = cadre.post("/v1/growth-entries", &entry);
    let own = path(
        "growth-entries",
        &meter.count("create_growth_entry", own).await,
    );
    let verify = format!("{own}/_verify");
    meter
        .count("verify_growth_entry", manager.post(&verify, &json!({})))
        .await;
}
