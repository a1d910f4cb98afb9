//! Whether what a model gave a tool fits the tool's schema, told so that the model can do better.
//!
//! Knows the words that this workbench's own schemas use: type, properties, required, additionalProperties, items, enum. Others are let
//! pass: the tool itself has the last word.

use serde_json::Value;

/// Everything that does not fit, one finding a line; empty where all does.
#[must_use]
pub fn check(schema: &Value, arguments: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    visit(schema, arguments, "the arguments", &mut findings);
    findings
}

fn visit(schema: &Value, value: &Value, place: &str, findings: &mut Vec<String>) {
    if let Some(wanted) = schema["type"].as_str()
        && !is_of_type(wanted, value)
    {
        findings.push(format!("{place} should be {}, not {}", article(wanted), article(type_of(value))));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        let words: Vec<String> = allowed.iter().map(ToString::to_string).collect();
        findings.push(format!("{place} should be one of {}", words.join(", ")));
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (at, item) in list.iter().enumerate() {
            visit(items, item, &format!("{place}[{at}]"), findings);
        }
    }
    let Some(fields) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            findings.push(format!("'{name}' is missing in {place}"));
        }
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    for (name, field) in fields {
        match properties.get(name) {
            Some(schema) => visit(schema, field, &format!("'{name}'"), findings),
            None if schema["additionalProperties"] == Value::Bool(false) => {
                let known: Vec<&str> = properties.keys().map(String::as_str).collect();
                let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
                findings.push(format!("there is no '{name}' in {place}: it takes {known}"));
            }
            None => {}
        }
    }
}

fn is_of_type(wanted: &str, value: &Value) -> bool {
    match wanted {
        // Models write whole numbers as 5.0, too.
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn article(name: &str) -> String {
    match name {
        "null" => "nothing".to_owned(),
        "integer" | "array" | "object" => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kernel::chat::tools::own_tools;

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let tools = own_tools();
        let schema = |name: &str| &tools.iter().find(|tool| tool.name == name).expect("a tool").parameters;
        let numbers = json!({
            "type": "object",
            "properties": { "n": { "type": "integer" }, "mode": { "type": "string", "enum": ["a", "b"] }, "any": {} },
            "required": ["n"],
            "additionalProperties": false,
        });
        for (schema, arguments, findings) in [
            (schema("read_file"), json!({ "path": "a.md" }), vec![]),
            (schema("read_file"), json!({}), vec!["'path' is missing in the arguments"]),
            (schema("read_file"), json!({ "path": 3 }), vec!["'path' should be a string, not a number"]),
            (schema("read_file"), json!([]), vec!["the arguments should be an object, not an array"]),
            (
                schema("read_file"),
                json!({ "path": "a", "file": "b" }),
                vec!["there is no 'file' in the arguments: it takes path, volume"],
            ),
            (
                schema("create_workflow"),
                json!({ "name": "w", "nodes": [{ "node_id": "a" }], "edges": [] }),
                vec!["'skill_id' is missing in 'nodes'[0]"],
            ),
            (&numbers, json!({ "n": 5.0, "mode": "a", "any": [null] }), vec![]),
            (&numbers, json!({ "n": 5.5 }), vec!["'n' should be an integer, not a number"]),
            (&numbers, json!({ "n": 1, "mode": "c" }), vec!["'mode' should be one of \"a\", \"b\""]),
            (&numbers, json!({ "n": null }), vec!["'n' should be an integer, not nothing"]),
        ] {
            assert_eq!(check(schema, &arguments), findings, "{arguments}");
        }
    }
}
