//! Phones that were offline: what they send is lost, sent twice and out of order, and ends where it would have ended in order (A43).

use std::collections::VecDeque;

use serde_json::{Value, json};
use xinmiao::db::Id;

use crate::evaluation_scene::Scene;
use crate::session_scene::talk;
use crate::support::{Answer, Client};

/// A request that waits on a phone, under a key of its own.
#[derive(Debug, Clone)]
struct Queued {
    key: String,
    path: String,
    body: Value,
}

/// A network that loses three messages of ten on the way there or back, doubles one of five and lets others overtake; the same for the same seed.
struct Network {
    state: u64,
    lost: usize,
    doubled: usize,
}

impl Network {
    fn new(seed: u64) -> Self {
        Self {
            state: seed,
            lost: 0,
            doubled: 0,
        }
    }

    /// A number below a hundred (xorshift64).
    fn draw(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % 100
    }

    /// What the phone hears; nothing when the request or its answer was lost.
    async fn send(&mut self, by: &Client, queued: &Queued) -> Option<Answer> {
        let post = || {
            by.request(reqwest::Method::POST, &queued.path)
                .keyed(&queued.key)
                .json(&queued.body)
                .send()
        };
        if self.draw() < 17 {
            self.lost += 1;
            return None;
        }
        let answer = post().await;
        if self.draw() < 20 {
            self.doubled += 1;
            post().await;
        }
        if self.draw() < 17 {
            self.lost += 1;
            return None;
        }
        Some(answer)
    }
}

/// What a mentor and a cadre did in a week without a network. What the second tells of a talk that the first recorded is confirmed.
fn week(scene: &Scene, ids: impl Fn() -> Id) -> Vec<(bool, Queued)> {
    let mut queue = Vec::new();
    let mut push = |is_mentor: bool, path: String, body: Value| {
        let key = format!("offline-{}-{}", ids(), queue.len());
        queue.push((is_mentor, Queued { key, path, body }));
    };
    for day in 10..22 {
        let (session, agreed) = (ids(), ids());
        let kind = ["HEART_TO_HEART", "GUIDANCE", "VISIT"][day % 3];
        let more = json!({ "id": session, "note": format!("第 {day} 日"), "followUps": [{ "id": agreed, "text": "读书" }] });
        let body = talk(scene.cadre_id, kind, &format!("2023-07-{day}"), &more);
        push(true, "/v1/mentoring-sessions".to_owned(), body);
        push(
            false,
            format!("/v1/mentoring-sessions/{session}/_confirm"),
            json!({}),
        );
        if day % 2 == 0 {
            let done = json!({ "doneOn": "2023-07-23" });
            push(true, format!("/v1/follow-ups/{agreed}/_done"), done);
        }
    }
    queue
}

/// Sends until everything was answered; what refers to something that has not arrived yet (404) is sent again later.
async fn deliver(scene: &Scene, queue: Vec<(bool, Queued)>, network: &mut Network) {
    let mut waiting: VecDeque<_> = queue.into();
    for _ in 0..2000 {
        let Some((is_mentor, queued)) = waiting.pop_front() else {
            return;
        };
        // One in four lets the next go first.
        if network.draw() < 25 && !waiting.is_empty() {
            waiting.insert(1, (is_mentor, queued));
            continue;
        }
        let by = if is_mentor {
            &scene.political
        } else {
            &scene.cadre
        };
        match network.send(by, &queued).await {
            Some(answer) if answer.status / 100 == 2 => {}
            Some(answer) => {
                assert_eq!(answer.status, 404, "{}", answer.text());
                waiting.push_back((is_mentor, queued));
            }
            None => waiting.push_back((is_mentor, queued)),
        }
    }
    panic!("{} were never answered", waiting.len());
}

/// What there is in the end, without what is another each time.
async fn state(scene: &Scene) -> Vec<Value> {
    let list = "/v1/mentoring-sessions?sort=occurredOn&limit=100";
    let list = scene.political.get(list).await.expect(200).json;
    let talks = list["items"].as_array().unwrap().iter().map(|talk| {
        let agreed = talk["followUps"].as_array().unwrap();
        json!([
            talk["occurredAt"],
            talk["kind"],
            talk["note"],
            talk["version"],
            talk["confirmedAt"].is_string(),
            agreed.len(),
            agreed[0]["text"],
            agreed[0]["doneOn"],
        ])
    });
    talks.collect()
}

#[actix_web::test]
async fn a43_a_phone_that_loses_doubles_and_reorders_ends_where_one_in_order_does() {
    let calm = Scene::start().await;
    let queue = week(&calm, || calm.app.id());
    for (is_mentor, queued) in queue {
        let by = if is_mentor {
            &calm.political
        } else {
            &calm.cadre
        };
        let answer = by.post(&queued.path, &queued.body).await;
        assert_eq!(answer.status / 100, 2, "{}", answer.text());
    }
    let expected = state(&calm).await;
    assert_eq!(expected.len(), 12);
    for seed in [0x9e37_79b9_7f4a_7c15, 0x2545_f491_4f6c_dd1d] {
        let rough = Scene::start().await;
        let mut network = Network::new(seed);
        deliver(&rough, week(&rough, || rough.app.id()), &mut network).await;
        assert!(
            network.lost > 8 && network.doubled > 1,
            "{} {}",
            network.lost,
            network.doubled
        );
        assert_eq!(state(&rough).await, expected);
        // Each change was made once, however often it was sent.
        rough.app.sealed().await;
        let journal = "/v1/journal?count=exact&limit=1";
        let counts = async |kind: &str| {
            let path = format!("{journal}&resourceType={kind}");
            rough.manager.get(&path).await.expect(200).json["total"].clone()
        };
        assert_eq!(counts("mentoring-session").await, json!(24));
        assert_eq!(counts("follow-up").await, json!(6));
    }
}
