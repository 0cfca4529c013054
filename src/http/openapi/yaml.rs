//! The document as YAML 1.2: blocks for objects and lists, JSON's own quoting for text.

use serde_json::Value;

/// Writes a value as a YAML document.
pub(super) fn write(value: &Value) -> String {
    let mut text = String::new();
    block(&mut text, value, 0);
    text
}

fn block(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (name, member) in map {
                indent(text, depth);
                text.push_str(&key(name));
                text.push(':');
                after(text, member, depth);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                indent(text, depth);
                text.push('-');
                after(text, item, depth);
            }
        }
        scalar => {
            indent(text, depth);
            line(text, scalar);
        }
    }
}

/// What follows a key or a dash: a scalar on the same line, anything else on the lines below.
fn after(text: &mut String, value: &Value, depth: usize) {
    let nested = match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if nested {
        text.push('\n');
        block(text, value, depth + 1);
    } else {
        text.push(' ');
        line(text, value);
    }
}

fn line(text: &mut String, scalar: &Value) {
    // JSON's scalars, `{}` and `[]` are YAML's too.
    text.push_str(&scalar.to_string());
    text.push('\n');
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// A key that reads as nothing but text stands bare.
fn key(name: &str) -> String {
    const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && !WORDS.contains(&name.to_ascii_lowercase().as_str());
    if plain {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_and_lists_become_blocks_and_text_keeps_its_quotes() {
        let value = serde_json::json!({ "a": { "on": "x: y\n", "b": [1, { "c": null }], "e": [] }, "200": true });
        let text = "\"200\": true\na:\n  b:\n    - 1\n    -\n      c: null\n  e: []\n  \"on\": \"x: y\\n\"\n";
        assert_eq!(write(&value), text);
    }
}
