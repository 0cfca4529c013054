//! Organizations with all who are in them.

use serde_json::json;

use super::meter::Meter;
use super::people::{TODAY, import, path, unit};
use crate::demo::{PASSWORD, signed_in};
use crate::support::TestApp;

pub async fn run(app: &TestApp, meter: &Meter) {
    let administrator = signed_in(app, "admin", PASSWORD).await;
    let manager = signed_in(app, "manager", PASSWORD).await;
    let city = unit(&manager, "CITY", 0).await;
    let body = json!({
        "code": "BZ-DSJ", "name": "巴中市大数据管理局", "kind": "CITY_ORGAN", "parentId": city, "divisionCode": "511900",
        "externalIds": { "hr-portal": "U-1" },
    });
    let made = meter
        .count(
            "create_organization",
            administrator.post("/v1/organizations", &body),
        )
        .await;
    let organ = path("organizations", &made);
    let address = "/v1/organizations/by-external-id/hr-portal/U-1";
    meter
        .count("get_organization_by_external_id", manager.get(address))
        .await;
    let put = "put_organization_by_external_id";
    meter
        .count(
            put,
            administrator.put(address, &json!({ "shortName": "市大数据局" })),
        )
        .await;
    let new = "/v1/organizations/by-external-id/hr-portal/U-2";
    let body = json!({ "code": "BZ-SJJ", "name": "巴中市数据局", "kind": "CITY_ORGAN", "parentId": city, "divisionCode": "511900" });
    meter.count(put, administrator.put(new, &body)).await;
    let changed = json!({ "shortName": "大数据局" });
    meter
        .count(
            "update_organization",
            administrator.patch(&organ, "*", &changed),
        )
        .await;
    meter
        .count("delete_organization", administrator.delete(&organ, "*"))
        .await;
    let file = "code,name,kind,parentCode,divisionCode,remote\nBZ-X1,巴中市甲局,CITY_ORGAN,BZ,511900,false\nBZ-X2,巴中市乙局,CITY_ORGAN,BZ,511900,false\n";
    meter
        .count(
            "import_organizations",
            import(&administrator, "organizations", file),
        )
        .await;
    let township = unit(&manager, "TOWNSHIP", 0).await;
    let named = json!({ "name": "新名镇", "effectiveOn": TODAY });
    let rename = format!("/v1/organizations/{township}/_rename");
    meter
        .count("rename_organization", administrator.post(&rename, &named))
        .await;
    let under = json!({ "parentId": unit(&manager, "COUNTY", 1).await, "effectiveOn": TODAY });
    let move_to = format!("/v1/organizations/{township}/_move");
    meter
        .count("move_organization", administrator.post(&move_to, &under))
        .await;
    let into = json!({ "intoId": unit(&manager, "TOWNSHIP", 2).await, "effectiveOn": TODAY });
    let merge = format!(
        "/v1/organizations/{}/_merge",
        unit(&manager, "TOWNSHIP", 1).await
    );
    meter
        .count("merge_organization", administrator.post(&merge, &into))
        .await;
}
