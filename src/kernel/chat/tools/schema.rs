//! A skill that runs, as a function with a JSON Schema made from its ports.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Tool, ToolKind};
use crate::kernel::skill::{ExecutableSkill, Port, PortType};

/// What every provider takes as the name of a tool.
const LONGEST_NAME: usize = 64;
const PREFIX: &str = "run_";
/// How much of a description a model is told.
const LONGEST_DESCRIPTION_LETTERS: usize = 600;

/// The name under which a model calls a skill: letters, digits, `_` and `-`, 64 at most, and unlike that of any other skill.
#[must_use]
pub fn skill_tool_name(skill_id: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if skill_id.chars().all(is_plain) && skill_id.len() + PREFIX.len() <= LONGEST_NAME {
        return format!("{PREFIX}{skill_id}");
    }
    // What had to be changed could be another skill's id: its hash tells them apart.
    let hash: String = Sha256::digest(skill_id).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let room = LONGEST_NAME - PREFIX.len() - hash.len() - 1;
    let plain: String = skill_id.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).take(room).collect();
    format!("{PREFIX}{plain}-{hash}")
}

/// The function that runs a skill.
#[must_use]
pub fn of_skill(skill: &ExecutableSkill) -> Tool {
    let properties: Map<String, Value> = skill.inputs.iter().map(|port| (port.name.clone(), of_port(port))).collect();
    let required: Vec<&str> =
        skill.inputs.iter().filter(|port| is_required(port)).map(|port| port.name.as_str()).collect();
    let outputs: Vec<String> = skill.outputs.iter().map(in_words).collect();
    let description: String = skill.description.chars().take(LONGEST_DESCRIPTION_LETTERS).collect();
    let gives = if outputs.is_empty() { String::new() } else { format!(" Gives {}.", outputs.join(", ")) };
    Tool {
        name: skill_tool_name(&skill.skill_id),
        title: skill.name.clone(),
        description: format!("{}{gives}", sentence(&description)),
        kind: ToolKind::Run,
        parameters: json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        }),
        skill_id: Some(skill.skill_id.clone()),
    }
}

/// A port without a default is needed unless it says otherwise.
fn is_required(port: &Port) -> bool {
    port.required.unwrap_or(port.default.is_none())
}

fn of_port(port: &Port) -> Value {
    let mut schema = Map::new();
    let kind = match port.kind {
        PortType::Number => Some("number"),
        PortType::Integer => Some("integer"),
        PortType::String | PortType::Html | PortType::Markdown => Some("string"),
        PortType::Boolean => Some("boolean"),
        PortType::Array => Some("array"),
        PortType::Object | PortType::Table | PortType::Image | PortType::Plot | PortType::Scene | PortType::Circuit => {
            Some("object")
        }
        PortType::Any => None,
    };
    if let Some(kind) = kind {
        schema.insert("type".to_owned(), json!(kind));
    }
    let unit = port.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default();
    let description = format!("{}{unit}", port.description);
    if !description.is_empty() {
        schema.insert("description".to_owned(), json!(description));
    }
    if let Some(default) = &port.default {
        schema.insert("default".to_owned(), default.clone());
    }
    Value::Object(schema)
}

fn in_words(port: &Port) -> String {
    let unit = port.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default();
    format!("{} ({}{unit})", port.name, json!(port.kind).as_str().unwrap_or_default())
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_every_provider_takes_and_tell_skills_apart() {
        assert_eq!(skill_tool_name("rc-lowpass"), "run_rc-lowpass");
        let ids = ["filters/rc lowpass", "filters_rc_lowpass", "filtres/été", &"long-".repeat(20), &"long-".repeat(21)];
        let names: Vec<String> = ids.iter().map(|id| skill_tool_name(id)).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(name.len() <= LONGEST_NAME, "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)), "{name}");
            assert!(!names[..at].contains(name), "{name} twice");
        }
    }

    #[test]
    fn ports_become_a_schema() {
        let text = "---\nskill_id: gain\nname: Gain\ndescription: How much is left\ntype: javascript\ninputs:\n  - {name: f, type: number, unit: Hz, description: The frequency}\n  - {name: n, type: integer, default: 2}\n  - {name: x, type: any, required: false}\noutputs:\n  - {name: y, type: number, unit: dB}\n---\n## Code\n```javascript\nfunction execute({f}) { return {y: f}; }\n```\n";
        let (skill, findings) = crate::kernel::skill::parse("skills/gain.md", text);
        let skill = skill.and_then(|skill| skill.executable).unwrap_or_else(|| panic!("{findings:?}"));
        let tool = of_skill(&skill);
        assert_eq!(tool.name, "run_gain");
        assert_eq!(tool.description, "How much is left. Gives y (number in dB).");
        assert_eq!(
            tool.parameters,
            json!({
                "type": "object",
                "properties": {
                    "f": { "type": "number", "description": "The frequency in Hz" },
                    "n": { "type": "integer", "default": 2 },
                    "x": {},
                },
                "required": ["f"],
                "additionalProperties": false,
            })
        );
    }
}
