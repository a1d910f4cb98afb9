//! A workflow as a Python program that runs the same steps with CPython, where every node is Python.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::kernel::dag::{Feed, Graph, NodeIndex, Workflow};
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::skill::{ExecutableSkill, Language};

/// Why a workflow is no Python program.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotPython {
    /// It would not run here either.
    #[error("The workflow cannot run as it is")]
    NotSound(Vec<Diagnostic>),
    /// Nodes in other languages, each with its language.
    #[error("Not every node is Python: {}", .0.iter().map(|(node, language)| format!("'{node}' is {language}")).collect::<Vec<_>>().join(", "))]
    OtherLanguages(Vec<(String, &'static str)>),
}

const HEAD: &str = "import asyncio
import inspect
import json
import sys


def load(skill_id, code):
    \"\"\"The function `execute` of a skill's code, in a namespace of its own.\"\"\"
    namespace = {\"__name__\": \"__skill__\", \"__file__\": f\"<{skill_id}>\"}
    exec(compile(code, f\"<{skill_id}>\", \"exec\"), namespace)
    return namespace[\"execute\"]


SKILLS = {}
";

const TAIL: &str = "

def run():
    \"\"\"Runs every step after those it depends on; the outputs of all, by node.\"\"\"
    execute = {skill_id: load(skill_id, code) for skill_id, code in SKILLS.items()}
    results = {}
    for node_id, skill_id, given, wires in STEPS:
        inputs = dict(given)
        for name, (source, output) in wires.items():
            inputs[name] = results[source].get(output)
        print(f\"{node_id}: {skill_id}\", file=sys.stderr)
        returned = execute[skill_id](inputs)
        if inspect.isawaitable(returned):
            returned = asyncio.run(_finish(returned))
        results[node_id] = dict(returned or {})
    return results


async def _finish(awaitable):
    return await awaitable


def _plain(value):
    \"\"\"What JSON does not know: arrays as lists, the rest as text.\"\"\"
    return value.tolist() if hasattr(value, \"tolist\") else str(value)


if __name__ == \"__main__\":
    json.dump(run(), sys.stdout, default=_plain, indent=2)
    print()
";

/// The program.
pub fn python_script<S: Borrow<ExecutableSkill>>(
    workflow: &Workflow,
    skills: &BTreeMap<String, S>,
) -> Result<String, NotPython> {
    let graph = Graph::build(workflow, skills).map_err(NotPython::NotSound)?;
    let languages = graph.by_name().iter().map(|node| (graph.node_id(*node).to_owned(), graph.skill(*node).language));
    let others = languages.filter(|(_, language)| *language != Language::Python);
    let others: Vec<(String, &str)> = others.map(|(node, language)| (node, language.title())).collect();
    if !others.is_empty() {
        return Err(NotPython::OtherLanguages(others));
    }
    let packages: BTreeSet<&String> = graph.skills().iter().flat_map(|skill| &skill.packages).collect();
    let mut about = if workflow.name.is_empty() { workflow.workflow_id.clone() } else { workflow.name.clone() };
    about.push_str(" — the steps of a workflow, made into a program by LLMos-Lite.");
    if !packages.is_empty() {
        let names: Vec<&str> = packages.iter().map(|name| name.as_str()).collect();
        about.push_str(&format!(" Needs: {}.", names.join(", ")));
    }
    let mut text = format!("{}\n\n{HEAD}", literal_text(&about));
    for skill in graph.skills() {
        text.push_str(&format!("\nSKILLS[{}] = {}\n", literal_text(&skill.skill_id), code_text(&skill.code)));
    }
    text.push_str("\n# Node, skill, values, and for each wired input the node and output that feed it.\nSTEPS = [\n");
    for node in graph.order() {
        text.push_str(&step(&graph, *node));
    }
    text.push_str("]\n");
    text.push_str(TAIL);
    Ok(text)
}

fn step(graph: &Graph, node: NodeIndex) -> String {
    let (mut given, mut wires) = (Vec::new(), Vec::new());
    for (port, feed) in graph.inputs(node) {
        let name = literal_text(&port.name);
        let value = match feed {
            Feed::Absent => continue,
            Feed::Default => port.default.as_ref(),
            Feed::Given(value) => Some(value),
            Feed::Wire { source, output } => {
                let port = &graph.skill(*source).outputs[*output as usize].name;
                let source = literal_text(graph.node_id(*source));
                wires.push(format!("{name}: ({source}, {})", literal_text(port)));
                continue;
            }
        };
        given.extend(value.map(|value| format!("{name}: {}", literal(value))));
    }
    format!(
        "    ({}, {}, {{{}}}, {{{}}}),\n",
        literal_text(graph.node_id(node)),
        literal_text(&graph.skill(node).skill_id),
        given.join(", "),
        wires.join(", ")
    )
}

/// Code as it was written, where quotes allow it.
fn code_text(code: &str) -> String {
    let fits = !code.contains("'''") && !code.contains('\r') && !code.contains('\0') && code.ends_with('\n');
    // A raw text may not begin with what would go on an open quote.
    if fits && !code.starts_with('\'') { format!("r'''{code}'''") } else { literal_text(code) }
}

/// A text as Python reads it: JSON's escapes are Python's.
fn literal_text(text: &str) -> String {
    serde_json::to_string(text).expect("text serialises")
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => literal_text(text),
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{}: {}", literal_text(name), literal(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}
