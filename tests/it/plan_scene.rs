//! A cadre with a mentor and the plan of their year, as tests of plans need them.

use reqwest::Method;
use serde_json::Value;
use xinmiao::calendar;
use xinmiao::db::Id;

use crate::support::mentoring::{self, id_of};
use crate::support::{Answer, Client, TestApp, Who};

/// A cadre of Yuxi with a mentor, and the plan of their year.
pub struct Scene {
    pub app: TestApp,
    pub cadre_id: Id,
    pub plan: String,
    pub cadre: Client,
    pub mentor: Client,
    pub mentor_id: Id,
    pub officer: Client,
}

impl Scene {
    pub async fn start(reported_on: &str) -> Self {
        let app = TestApp::start().await;
        let yuxi = app.city.yuxi.clone();
        let cadre_id = mentoring::cadre(&app, &yuxi, "李雨瑶", reported_on).await;
        let mentor_id = mentoring::mentor(&app, &yuxi, "彭永兵").await;
        mentoring::pair(&app, (cadre_id, mentor_id), "POLITICAL", "2022-09-01", None);
        let (cadre, mentor) = (Who::cadre(&yuxi, cadre_id), Who::mentor(&yuxi, mentor_id));
        let mut scene = Self {
            cadre: app.client(cadre),
            mentor: app.client(mentor),
            officer: app.officer(),
            plan: String::new(),
            mentor_id,
            cadre_id,
            app,
        };
        let last = scene.plans().await.pop().unwrap();
        scene.plan = format!("/v1/plans/{}", id_of(&last));
        scene
    }

    /// The plans of the cadre, once the missing ones were made.
    pub async fn plans(&self) -> Vec<Value> {
        let service = self.app.service();
        calendar::plan(&service.db, &service.deps, None)
            .await
            .unwrap();
        let address = format!("/v1/plans?cadreId={}&sort=endsOn", self.cadre_id);
        let listed = self.app.manager().get(&address).await.expect(200);
        listed.json["items"].as_array().unwrap().clone()
    }

    pub async fn goals(&self, caller: &Client) -> Vec<Value> {
        let read = caller.get(&self.plan).await.expect(200);
        read.json["goals"].as_array().unwrap().clone()
    }

    pub async fn put(&self, caller: &Client, goal: Id, etag: Option<&str>, body: &Value) -> Answer {
        let address = format!("{}/goals/{goal}", self.plan);
        let request = caller.request(Method::PUT, &address).json(body);
        match etag {
            Some(etag) => request.if_match(etag).send().await,
            None => request.send().await,
        }
    }

    pub async fn verb(&self, caller: &Client, goal: &str, verb: &str, body: &Value) -> Answer {
        let address = format!("{}/goals/{goal}/_{verb}", self.plan);
        caller.post(&address, body).await
    }
}
