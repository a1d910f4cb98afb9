//! The ports of a skill as its front matter lists them.

use serde_json::Value;

use super::closest::did_you_mean;
use super::fit::in_words;
use super::front_matter::{FrontMatter, flag};
use super::yaml::Yaml;
use super::{Port, PortType};
use crate::kernel::diagnostic::Diagnostic;

/// Reads `inputs` or `outputs`: a list of ports, or ports by name. What is wrong is reported at the port's line.
pub(super) fn read(matter: &FrontMatter<'_>, field: &str) -> Vec<Port> {
    let Some((value, line)) = matter.get(field) else { return Vec::new() };
    let mut ports: Vec<Port> = Vec::new();
    let mut keep = |port: Option<Port>, line: u32| {
        let Some(port) = port else { return };
        if ports.iter().any(|other| other.name == port.name) {
            let message = format!("There are two {field} named '{}'; the first counts", port.name);
            matter.report(Diagnostic::warning("duplicate_port", message).at_line(line).at_port(&port.name));
        } else {
            ports.push(port);
        }
    };
    match value {
        Yaml::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let line = matter.line_of_item(field, index);
                keep(item_port(matter, field, item, line), line);
            }
        }
        Yaml::Fields(entries) => {
            for (name, item) in entries {
                keep(named_port(matter, field, name, item, line), line);
            }
        }
        other => {
            let message = format!("The field '{field}' should be a list of ports, but it is {}", other.kind());
            let hint = "Write '- {name: resistance, type: number}' for each port";
            matter.report(Diagnostic::error("bad_ports", message).at_line(line).at_port(field).hint(hint));
        }
    }
    ports
}

fn item_port(matter: &FrontMatter<'_>, field: &str, item: &Yaml, line: u32) -> Option<Port> {
    match item {
        Yaml::Fields(entries) => port(matter, field, None, entries, line),
        // `- resistance` alone.
        other => match other.to_text().filter(|name| !name.is_empty()) {
            Some(name) => Some(empty(name)),
            None => {
                let message = format!("One of the {field} should be a port, but it is {}", other.in_words());
                let hint = "Write '- {name: resistance, type: number}'";
                matter.report(Diagnostic::error("bad_ports", message).at_line(line).at_port(field).hint(hint));
                None
            }
        },
    }
}

fn named_port(matter: &FrontMatter<'_>, field: &str, name: &str, item: &Yaml, line: u32) -> Option<Port> {
    match item {
        Yaml::Fields(entries) => port(matter, field, Some(name), entries, line),
        Yaml::Null => Some(empty(name.to_owned())),
        // `resistance: number`
        other => port(matter, field, Some(name), &[("type".to_owned(), other.clone())], line),
    }
}

fn empty(name: String) -> Port {
    Port {
        name,
        kind: PortType::Any,
        description: String::new(),
        default: None,
        required: None,
        from: None,
        unit: None,
    }
}

fn port(
    matter: &FrontMatter<'_>,
    field: &str,
    name: Option<&str>,
    entries: &[(String, Yaml)],
    line: u32,
) -> Option<Port> {
    let get = |key: &str| {
        let entry = entries.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(key));
        entry.map(|(_, value)| value).filter(|value| **value != Yaml::Null)
    };
    let text = |key: &str| get(key).and_then(Yaml::to_text).filter(|text| !text.is_empty());
    let Some(name) = name.map(str::to_owned).or_else(|| text("name")) else {
        let message = format!("One of the {field} has no name");
        matter.report(
            Diagnostic::error("unnamed_port", message).at_line(line).at_port(field).hint("Give it a 'name: …'"),
        );
        return None;
    };
    let report = |finding: Diagnostic| matter.report(finding.at_line(line).at_port(&name));
    for (index, (key, _)) in entries.iter().enumerate() {
        if entries[..index].iter().any(|(other, _)| other == key) {
            report(Diagnostic::warning(
                "duplicate_field",
                format!("The field '{key}' of '{name}' stands twice; the first counts"),
            ));
        }
    }
    let kind = match text("type") {
        None => PortType::Any,
        Some(written) => PortType::from_name(&written).unwrap_or_else(|| {
            let message = format!("The port '{name}' has the unknown type '{written}' and is taken as 'any'");
            let hint = did_you_mean(&written, PortType::ALL.map(PortType::name));
            let finding = Diagnostic::warning("unknown_port_type", message);
            report(match hint {
                Some(hint) => finding.hint(hint),
                None => finding,
            });
            PortType::Any
        }),
    };
    let default = get("default").map(Yaml::to_json);
    if let Some(value) = default.as_ref().filter(|value| !kind.fits(value)) {
        let message = match value {
            Value::Null => format!("The default of '{name}' is a number that JSON does not have"),
            _ => format!("The default of '{name}' should be of type {}, but it is {}", kind.name(), in_words(value)),
        };
        report(Diagnostic::warning("bad_default", message));
    }
    let required = get("required").and_then(|value| {
        let required = flag(value);
        if required.is_none() {
            let message = format!("'required' of '{name}' should be true or false, but it is {}", value.kind());
            report(Diagnostic::warning("bad_field", message));
        }
        required
    });
    let description = text("description").unwrap_or_default();
    Some(Port { name, kind, description, default, required, from: text("from"), unit: text("unit") })
}
