//! Writing, handing in, confirming, receiving and objecting.

mod appraisal_rules;
mod forms;
mod lists;
mod objections;
mod verbs;

use serde_json::Value;

use crate::support::{Answer, Client};

/// The rules that stand against a request.
fn violations(answer: &Answer) -> Vec<(&str, &str)> {
    answer.json["violations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|v| (v["rule"].as_str().unwrap(), v["reason"].as_str().unwrap()))
        .collect()
}

async fn post(caller: &Client, form: &Value) -> Answer {
    caller.post("/v1/evaluations", form).await
}
