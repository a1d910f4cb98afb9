//! The hue of a runtime and the shape of a port, as classes that the style sheets know.

use crate::kernel::skill::{ExecutableSkill, Language, PortType, SkillType};

/// The class that gives an element the hue of what runs the skill; without a skill that runs, that of context.
pub fn of_skill(skill: Option<&ExecutableSkill>) -> &'static str {
    match skill.map(|skill| skill.kind) {
        Some(SkillType::PythonWasm) => "hue-python",
        Some(SkillType::Qiskit) => "hue-quantum",
        Some(SkillType::JavaScript) => "hue-javascript",
        Some(SkillType::ThreeJs) => "hue-three",
        Some(SkillType::Spice) => "hue-spice",
        Some(SkillType::Workflow) => "hue-context",
        None => "hue-context",
    }
}

/// What runs a skill, in a word.
pub fn name_of(skill: Option<&ExecutableSkill>) -> &'static str {
    match skill.map(|skill| (skill.kind, skill.language)) {
        Some((SkillType::PythonWasm, _)) => "Python",
        Some((SkillType::Qiskit, _)) => "Quantum",
        Some((SkillType::JavaScript, _)) => "JavaScript",
        Some((SkillType::ThreeJs, _)) => "Three.js",
        Some((SkillType::Spice, Language::Python)) => "SPICE in Python",
        Some((SkillType::Spice, _)) => "SPICE",
        Some((SkillType::Workflow, _)) => "Workflow",
        None => "Context",
    }
}

/// The class that gives a port its hue.
pub fn of_port(kind: PortType) -> &'static str {
    match kind {
        PortType::Number => "port-number",
        PortType::Integer => "port-integer",
        PortType::String => "port-string",
        PortType::Boolean => "port-boolean",
        PortType::Array => "port-array",
        PortType::Object => "port-object",
        PortType::Image => "port-image",
        PortType::Table => "port-table",
        PortType::Plot => "port-plot",
        PortType::Scene => "port-scene",
        PortType::Circuit => "port-circuit",
        PortType::Html => "port-html",
        PortType::Markdown => "port-markdown",
        PortType::Any => "port-any",
    }
}

/// The outline of a port in a box of 12 by 12: circles carry single values, squares carry many, diamonds carry text,
/// hexagons carry what is looked at.
pub fn port_shape(kind: PortType) -> &'static str {
    match kind {
        PortType::Number | PortType::Integer | PortType::Any => "M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z",
        PortType::Boolean => "M6 1L11 6L6 11L1 6z",
        PortType::String | PortType::Markdown | PortType::Html => "M2 2H7L10.5 6L7 10H2z",
        PortType::Array | PortType::Table | PortType::Object => {
            "M2.6 2H9.4Q10 2 10 2.6V9.4Q10 10 9.4 10H2.6Q2 10 2 9.4V2.6Q2 2 2.6 2z"
        }
        PortType::Image | PortType::Plot | PortType::Scene | PortType::Circuit => {
            "M6 .8L10.6 3.4V8.6L6 11.2L1.4 8.6V3.4z"
        }
    }
}

/// An icon for a value of this type.
pub fn port_icon(kind: PortType) -> &'static str {
    match kind {
        PortType::Plot => "chart-line",
        PortType::Image => "image",
        PortType::Table => "table-2",
        PortType::Scene => "box",
        PortType::Circuit => "circuit-board",
        PortType::Html | PortType::Markdown | PortType::String => "file-text",
        _ => "braces",
    }
}
