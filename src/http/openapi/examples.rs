//! An example for every body and parameter, made of the examples that the schemas carry.

use serde_json::{Map, Value, json};

use super::reference;
use super::schemas::for_each_operation;

/// Gives an example to what has none.
pub(super) fn add(root: &mut Value) {
    let schemas = root
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    let sampler = Sampler { schemas: &schemas };
    for_each_operation(root, &mut |_, _, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            if parameter.get("$ref").is_none() && !OF_THE_SERVICE.contains(&name.as_str()) {
                sampler.illustrate(parameter, &name, Use::Request);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            sampler.illustrate_content(body, Use::Request);
        }
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (_, answer) in responses.into_iter().flatten() {
            sampler.illustrate_content(answer, Use::Response);
        }
    });
}

/// Parameters that have no example: a cursor is made by the service, and what a list is sorted by and sends is its own.
const OF_THE_SERVICE: &[&str] = &["cursor", "sort", "fields"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Request,
    Response,
}

/// Deep enough for every schema, and an end for those that hold themselves.
const MAX_DEPTH: usize = 8;

struct Sampler<'a> {
    schemas: &'a Value,
}

impl Sampler<'_> {
    fn illustrate_content(&self, holder: &mut Value, purpose: Use) {
        let content = holder.get_mut("content").and_then(Value::as_object_mut);
        for (_, media) in content.into_iter().flatten() {
            self.illustrate(media, "", purpose);
        }
    }

    fn illustrate(&self, holder: &mut Value, name: &str, purpose: Use) {
        if holder.get("example").is_some() || holder.get("examples").is_some() {
            return;
        }
        let Some(schema) = holder.get("schema").cloned() else {
            return;
        };
        let example = self.sample(&schema, name, purpose, 0);
        if !example.is_null() {
            holder["example"] = example;
        }
    }

    fn sample(&self, schema: &Value, name: &str, purpose: Use, depth: usize) -> Value {
        if let Some(example) = own_example(schema) {
            return example;
        }
        if depth > MAX_DEPTH {
            return Value::Null;
        }
        if let Some(component) = reference(schema) {
            return self.sample(&self.schemas[component], name, purpose, depth + 1);
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            let mut whole = Map::new();
            for part in parts {
                if let Value::Object(members) = self.sample(part, name, purpose, depth + 1) {
                    whole.extend(members);
                }
            }
            return Value::Object(whole);
        }
        let choices = ["oneOf", "anyOf"]
            .iter()
            .find_map(|word| schema.get(word)?.as_array());
        if let Some(first) = choices.and_then(|choices| choices.first()) {
            return self.sample(first, name, purpose, depth + 1);
        }
        match kind(schema) {
            "object" => self.sample_object(schema, purpose, depth),
            "array" => {
                let item = schema
                    .get("items")
                    .map(|items| self.sample(items, name, purpose, depth + 1));
                item.filter(|item| !item.is_null()).into_iter().collect()
            }
            "string" => sample_text(schema, name),
            "integer" | "number" => schema
                .get("minimum")
                .filter(|least| least.as_i64() > Some(0))
                .cloned()
                .unwrap_or(json!(0)),
            "boolean" => json!(false),
            _ => Value::Null,
        }
    }

    fn sample_object(&self, schema: &Value, purpose: Use, depth: usize) -> Value {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return json!({});
        };
        let is_alternative = |name: &str| {
            let stem = name
                .strip_suffix("Ref")
                .or_else(|| name.strip_suffix("Code"));
            purpose == Use::Request
                && stem.is_some_and(|stem| properties.contains_key(&format!("{stem}Id")))
        };
        properties
            .iter()
            .filter(|(name, _)| {
                let is_override = purpose == Use::Request && *name == "overrides";
                !is_alternative(name) && !is_override
            })
            .map(|(name, property)| {
                (
                    name.clone(),
                    self.sample(property, name, purpose, depth + 1),
                )
            })
            .collect()
    }
}

/// The example a schema carries itself.
fn own_example(schema: &Value) -> Option<Value> {
    let first = |word: &str| {
        schema
            .get(word)
            .and_then(|all| all.as_array()?.first().cloned())
    };
    let given = schema
        .get("example")
        .or_else(|| schema.get("const"))
        .or_else(|| schema.get("default"));
    given
        .cloned()
        .or_else(|| first("examples"))
        .or_else(|| first("enum"))
}

fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null")
            .unwrap_or_default(),
        _ => "",
    }
}

/// Texts by the names of their members, in the language people here write.
const TEXTS: &[(&str, &str)] = &[
    ("name", "李雨瑶"),
    ("cadreName", "李雨瑶"),
    ("mentorName", "王建国"),
    ("organizationName", "恩阳区渔溪镇"),
    ("displayName", "李雨瑶"),
    ("reason", "工作需要"),
    ("title", "参与乡村振兴项目"),
    ("count", "none"),
];

fn sample_text(schema: &Value, name: &str) -> Value {
    let format = schema
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let text = match format {
        "uuid" => "0189857f-7a00-7000-8000-000000000001",
        "date" => "2023-07-24",
        "date-time" => "2023-07-24T02:00:00.000000Z",
        "uri" => "https://xinmiao.example",
        "password" => "a passphrase of your own",
        _ => TEXTS
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("text", |(_, text)| text),
    };
    text.into()
}
