//! Schemas in the form generators of clients like: values in place, things by name, every bound said.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{SCHEMAS, members, reference, visit};

/// Puts values in place of their names, says nullable the short way, names pages, and adds the bounds of plain types.
pub(super) fn tidy(root: &mut Value) {
    let mut components = take_components(root);
    name_items(&mut components);
    let mut values: Map<String, Value> = components
        .iter()
        .filter(|(_, schema)| is_value(schema))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    // A list of values names them in turn.
    let plain = values.clone();
    for value in values.values_mut() {
        visit(value, &mut |schema| inline(schema, &plain));
    }
    components.retain(|name, _| !values.contains_key(name));
    root["components"] = json!({ "schemas": components });
    visit(root, &mut |schema| inline(schema, &values));
    visit(root, &mut shorten_nullable);
    visit(root, &mut bound);
    rename_pages(root);
    for_each_operation(root, &mut |_, _, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            never_null(parameter);
        }
    });
}

fn take_components(root: &mut Value) -> Map<String, Value> {
    match root.pointer_mut("/components/schemas").map(Value::take) {
        Some(Value::Object(components)) => components,
        _ => Map::new(),
    }
}

/// A value has no members of its own; a closed set keeps its name.
fn is_value(schema: &Value) -> bool {
    let has = |member: &str| schema.get(member).is_some();
    !(has("properties") || has("allOf") || has("enum") || has("additionalProperties"))
}

/// The items of a page are the component of that shape.
fn name_items(components: &mut Map<String, Value>) {
    let shapes: Vec<(String, Value)> = components
        .iter()
        .filter(|(name, _)| !name.starts_with("PageOf_"))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let pages = components
        .iter_mut()
        .filter(|(name, _)| name.starts_with("PageOf_"));
    for (_, page) in pages {
        let Some(items) = page.pointer_mut("/properties/items/items") else {
            continue;
        };
        if let Some((name, _)) = shapes.iter().find(|(_, shape)| shape == items) {
            *items = json!({ "$ref": format!("{SCHEMAS}{name}") });
        }
    }
}

fn rename_pages(root: &mut Value) {
    let better = |name: &str| {
        name.strip_prefix("PageOf_")
            .map(|item| format!("{item}Page"))
    };
    let components = take_components(root);
    let renamed: Map<String, Value> = components
        .into_iter()
        .map(|(name, schema)| (better(&name).unwrap_or(name), schema))
        .collect();
    root["components"]["schemas"] = Value::Object(renamed);
    visit(root, &mut |value| {
        if let Some(name) = reference(value).and_then(better) {
            value["$ref"] = format!("{SCHEMAS}{name}").into();
        }
    });
}

/// A reference to a value becomes the value; the place's own description and example stay.
fn inline(schema: &mut Value, values: &Map<String, Value>) {
    while let Some(value) = reference(schema).and_then(|name| values.get(name)) {
        let mut whole = value.clone();
        if let (Some(whole), Some(place)) = (whole.as_object_mut(), schema.as_object()) {
            for (name, member) in place.iter().filter(|(name, _)| *name != "$ref") {
                whole.insert(name.clone(), member.clone());
            }
        }
        *schema = whole;
    }
}

/// `oneOf` of a type and null becomes a type that may be null; the description stands outside.
fn shorten_nullable(schema: &mut Value) {
    let Some(choices) = schema.get("oneOf").and_then(Value::as_array) else {
        return;
    };
    let is_null = |choice: &&Value| choice.get("type").is_some_and(|kind| kind == "null");
    let real: Vec<&Value> = choices.iter().filter(|choice| !is_null(choice)).collect();
    let [real] = real.as_slice() else {
        return;
    };
    if choices.len() != 2 {
        return;
    }
    let mut whole = (*real).clone();
    if let Some(kind) = whole.get("type").cloned() {
        whole["type"] = match kind {
            Value::String(kind) => json!([kind, "null"]),
            kind => kind,
        };
        if let Some(words) = whole.get_mut("enum").and_then(Value::as_array_mut) {
            words.push(Value::Null);
        }
    } else {
        let description = whole
            .as_object_mut()
            .and_then(|whole| whole.remove("description"));
        whole = json!({ "oneOf": [whole, { "type": "null" }] });
        if let Some(description) = description {
            whole["description"] = description;
        }
    }
    for (name, member) in members(schema).filter(|(name, _)| *name != "oneOf") {
        whole[name.as_str()] = member.take();
    }
    *schema = whole;
}

/// A query or path parameter that is not sent is absent, never null.
fn never_null(parameter: &mut Value) {
    let Some(schema) = parameter.get_mut("schema") else {
        return;
    };
    let kinds = schema.get("type").and_then(Value::as_array).cloned();
    if let Some(kind) = kinds.and_then(|kinds| kinds.into_iter().find(|kind| kind != "null")) {
        schema["type"] = kind;
    }
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.retain(|word| !word.is_null());
    }
    let choices = schema.get("oneOf").and_then(Value::as_array).cloned();
    let real = |choice: &Value| choice.get("type").is_none_or(|kind| kind != "null");
    if let Some(only) = choices.and_then(|choices| choices.into_iter().find(real)) {
        *schema = only;
    }
    // What a parameter means is said of the parameter, once.
    let said = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("description"));
    if let Some(said) = said.filter(|_| parameter.get("description").is_none()) {
        parameter["description"] = said;
    }
}

/// The bounds that follow from a plain type: whole numbers a JSON reader keeps exact, text without NUL.
fn bound(schema: &mut Value) {
    const EXACT: i64 = 9_007_199_254_740_991;
    let is = |kind: &str| match schema.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        _ => false,
    };
    let has = |member: &str| schema.get(member).is_some();
    if is("integer") {
        let (format, most) = match schema.get("format").and_then(Value::as_str) {
            Some("int32") => ("int32", i64::from(i32::MAX)),
            _ => ("int64", EXACT),
        };
        let (least, greatest) = (has("minimum"), has("maximum"));
        schema["format"] = format.into();
        if !least {
            schema["minimum"] = (-most).into();
        }
        if !greatest {
            schema["maximum"] = most.into();
        }
    } else if is("string") && !["format", "pattern", "enum", "const"].into_iter().any(has) {
        schema["pattern"] = "^[^\\u0000]*$".into();
    } else if let Some(items) = schema.get_mut("items") {
        // Words of the service's own, whose place has no room for a bound.
        let is_word = items["type"] == "string" && items.get("enum").is_none();
        if is_word && items.get("maxLength").is_none() {
            items["maxLength"] = 64.into();
        }
    }
}

/// Bodies of requests take the members they name and no others.
pub(super) fn close_requests(root: &mut Value) {
    let mut sent = BTreeSet::new();
    for_each_operation(root, &mut |_, _, operation| {
        if let Some(body) = operation.get_mut("requestBody") {
            collect_references(body, &mut sent);
        }
    });
    let mut open: Vec<String> = sent.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let mut found = BTreeSet::new();
        if let Some(schema) = root.pointer_mut(&format!("/components/schemas/{name}")) {
            visit(schema, &mut close);
            collect_references(schema, &mut found);
        }
        open.extend(found.difference(&sent).cloned());
        sent.extend(found);
    }
}

fn close(schema: &mut Value) {
    let takes_all =
        schema.get("properties").is_some() && schema.get("additionalProperties").is_none();
    let is_object = schema.get("type").is_some_and(|kind| {
        kind == "object"
            || kind
                .as_array()
                .is_some_and(|kinds| kinds.iter().any(|kind| kind == "object"))
    });
    if takes_all && is_object {
        schema["additionalProperties"] = false.into();
    }
}

fn collect_references(value: &mut Value, into: &mut BTreeSet<String>) {
    visit(value, &mut |inner| {
        if let Some(name) = reference(inner) {
            into.insert(name.to_owned());
        }
    });
}

/// Leaves out components that nothing refers to.
pub(super) fn drop_unused(root: &mut Value) {
    let mut ways = BTreeSet::new();
    for_each_operation(root, &mut |_, _, operation| {
        for way in operation["security"].as_array().into_iter().flatten() {
            ways.extend(
                way.as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name.clone()),
            );
        }
    });
    if let Some(schemes) = root["components"]["securitySchemes"].as_object_mut() {
        schemes.retain(|name, _| ways.contains(name));
    }
    loop {
        let mut used = BTreeSet::new();
        visit(root, &mut |inner| {
            if let Some(Value::String(place)) = inner.get("$ref") {
                used.insert(place.clone());
            }
        });
        let mut dropped = false;
        for kind in ["schemas", "responses", "headers", "parameters"] {
            let Some(components) = root["components"][kind].as_object_mut() else {
                continue;
            };
            let before = components.len();
            components.retain(|name, _| used.contains(&format!("#/components/{kind}/{name}")));
            dropped |= components.len() < before;
        }
        if !dropped {
            return;
        }
    }
}

/// Calls `change` with path, method and operation of each operation.
pub(super) fn for_each_operation(root: &mut Value, change: &mut dyn FnMut(&str, &str, &mut Value)) {
    let Some(paths) = root.get_mut("paths") else {
        return;
    };
    for (path, item) in members(paths) {
        for (method, operation) in members(item) {
            change(path, method, operation);
        }
    }
}
