//! A recurring part of workflows as one node: its inputs are the values that varied, their defaults those of the runs that went well.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};

use super::draft::{Draft, DraftKind, SkillHead, id_for, several, shortened};
use super::shape::{Shape, shapes};
use super::{Pattern, RunRecord};
use crate::kernel::dag::{Compound, Edge, Node, Socket, Workflow};
use crate::kernel::skill::{ExecutableSkill, Port};

/// A run that a draft is drawn from.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRun {
    /// Its trace.
    pub trace_id: String,
    /// How well it went.
    pub score: f64,
    /// The run.
    pub run: RunRecord,
}

impl Draft {
    /// Draws a skill that runs from a pattern of workflows, its runs and the skills inside; none where one of those is gone.
    #[must_use]
    pub fn compound(
        pattern: &Pattern,
        runs: &[SourceRun],
        skills: &BTreeMap<String, ExecutableSkill>,
        created_at: &str,
        is_free: &dyn Fn(&str) -> bool,
    ) -> Option<Self> {
        let drawn = Drawn::of(pattern, runs, skills)?;
        let title =
            |node: &Node| skills.get(&node.skill_id).map(|skill| skill.name.clone()).filter(|name| !name.is_empty());
        let mut titles: Vec<String> = Vec::new();
        for node in drawn.in_order() {
            let title = title(node).unwrap_or_else(|| node.skill_id.clone());
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        let name = shortened(&titles.join(" then "), 60);
        let skill_id = id_for(&name, is_free);
        let keywords: BTreeSet<String> = drawn
            .part
            .nodes
            .iter()
            .filter_map(|node| skills.get(&node.skill_id))
            .flat_map(|skill| skill.tags.iter().cloned())
            .collect();
        let head = SkillHead {
            category: "workflows".to_owned(),
            description: format!(
                "{} as one step: run {} on {}",
                titles.join(", then "),
                several(pattern.count, "time"),
                several(pattern.days, "day")
            ),
            keywords: keywords.into_iter().take(8).collect(),
            name: name.clone(),
        };
        let more = [("type", json!("workflow")), ("inputs", json!(drawn.inputs)), ("outputs", json!(drawn.outputs))];
        let mut source = head.front_matter(&skill_id, &more, pattern, "llmos-lite heuristics", created_at);
        source.push_str(&drawn.body(pattern, &name));
        Some(Self { kind: DraftKind::Compound, skill_id, name, source })
    }
}

/// The compound, and what its node shows.
struct Drawn {
    part: Workflow,
    compound: Compound,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

impl Drawn {
    fn of(pattern: &Pattern, runs: &[SourceRun], skills: &BTreeMap<String, ExecutableSkill>) -> Option<Self> {
        let mut parts = Vec::new();
        for source in runs {
            if let Some(shape) = shape_of(pattern, &source.run) {
                parts.push((source.score, shape.part));
            }
        }
        // The best, and of equals the newest: its values stand where nothing varied.
        let (_, best) = parts.iter().rev().max_by(|one, other| one.0.total_cmp(&other.0))?;
        let mut compound = Compound { nodes: named(best), edges: renamed(best), ..Compound::default() };
        let mut inputs: Vec<Port> = Vec::new();
        for (place, node) in best.nodes.iter().enumerate() {
            let skill = skills.get(&node.skill_id)?;
            for port in &skill.inputs {
                let values = values_at(&parts, place, &port.name);
                let varied =
                    values.iter().map(|(_, value)| value.map(Value::to_string)).collect::<BTreeSet<_>>().len() > 1;
                if !varied {
                    continue;
                }
                let name = free_name(&port.name, &compound.nodes[place].node_id, |name| {
                    inputs.iter().all(|port| port.name != name)
                });
                let usual = usual(&values).cloned().or_else(|| port.default.clone());
                inputs.push(Port { name: name.clone(), default: usual, from: None, required: None, ..port.clone() });
                let socket = Socket { node: compound.nodes[place].node_id.clone(), port: port.name.clone() };
                compound.inputs.insert(name, vec![socket]);
                compound.nodes[place].input_values.remove(&port.name);
            }
        }
        let mut outputs: Vec<Port> = Vec::new();
        for (place, node) in best.nodes.iter().enumerate() {
            if best.edges.iter().any(|edge| edge.source == node.node_id) {
                continue;
            }
            for port in &skills.get(&node.skill_id)?.outputs {
                let name = free_name(&port.name, &compound.nodes[place].node_id, |name| {
                    outputs.iter().all(|port| port.name != name)
                });
                compound.outputs.insert(
                    name.clone(),
                    Socket { node: compound.nodes[place].node_id.clone(), port: port.name.clone() },
                );
                outputs.push(Port { name, from: None, default: None, required: None, ..port.clone() });
            }
        }
        Some(Self { part: best.clone(), compound, inputs, outputs })
    }

    /// The nodes, each after those that it depends on as far as there is no circle.
    fn in_order(&self) -> Vec<&Node> {
        let mut ordered: Vec<&Node> = Vec::new();
        while ordered.len() < self.part.nodes.len() {
            let is_done = |node_id: &str| ordered.iter().any(|done| done.node_id == node_id);
            let is_next = |node: &&Node| {
                !is_done(&node.node_id)
                    && self
                        .part
                        .edges
                        .iter()
                        .filter(|edge| edge.target == node.node_id)
                        .all(|edge| is_done(&edge.source))
            };
            match self.part.nodes.iter().find(is_next) {
                Some(next) => ordered.push(next),
                None => return self.part.nodes.iter().collect(),
            }
        }
        ordered
    }

    fn body(&self, pattern: &Pattern, name: &str) -> String {
        let mut text = format!(
            "\n# Skill: {name}\n\n## When to Use\n\nIn place of these steps, which ran together {} times:\n\n",
            pattern.count
        );
        for node in self.in_order() {
            let _ = writeln!(text, "- `{}`", node.skill_id);
        }
        text.push_str("\n## Approach\n\n");
        if self.inputs.is_empty() {
            text.push_str("It has no inputs: all runs were given the same values.\n");
        }
        for port in &self.inputs {
            let default = port.default.as_ref().map_or_else(
                || "no default".to_owned(),
                |value| format!("{value} by default, as in the runs that went well"),
            );
            let socket = self.compound.inputs.get(&port.name).and_then(|sockets| sockets.first());
            let place = socket.map(|socket| format!("`{}` of `{}`", socket.port, socket.node)).unwrap_or_default();
            let _ = writeln!(text, "- `{}` is {place}: {}", port.name, shortened(&default, 120));
        }
        let code = serde_json::to_string_pretty(&self.compound).unwrap_or_default();
        let longest = code.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        let _ = write!(text, "\n## Code\n\n{fence}json\n{code}\n{fence}\n");
        text
    }
}

/// The part of a run that is the pattern.
pub(super) fn shape_of(pattern: &Pattern, run: &RunRecord) -> Option<Shape> {
    let key = pattern.signature.strip_prefix("workflow-")?;
    shapes(&run.workflow).into_iter().find(|shape| shape.key == key)
}

/// The nodes by the names of their skills; a second of one skill gets a number.
fn named(part: &Workflow) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for node in &part.nodes {
        let same = nodes.iter().filter(|other| other.skill_id == node.skill_id).count();
        let node_id = if same == 0 { node.skill_id.clone() } else { format!("{}-{}", node.skill_id, same + 1) };
        nodes.push(Node { node_id, position: None, ..node.clone() });
    }
    nodes
}

fn renamed(part: &Workflow) -> Vec<Edge> {
    let names: BTreeMap<&str, String> =
        part.nodes.iter().zip(named(part)).map(|(before, after)| (before.node_id.as_str(), after.node_id)).collect();
    let name = |node_id: &String| names.get(node_id.as_str()).unwrap_or(node_id).clone();
    let edge =
        |edge: &Edge| Edge { edge_id: None, source: name(&edge.source), target: name(&edge.target), ..edge.clone() };
    part.edges.iter().map(edge).collect()
}

/// What each run gave an input of the node at a place, with how well the run went.
fn values_at<'a>(parts: &'a [(f64, Workflow)], place: usize, port: &str) -> Vec<(f64, Option<&'a Value>)> {
    parts
        .iter()
        .map(|(score, part)| (*score, part.nodes.get(place).and_then(|node| node.input_values.get(port))))
        .collect()
}

/// The value that most of the runs that went well were given; of equals the newest.
fn usual<'a>(values: &[(f64, Option<&'a Value>)]) -> Option<&'a Value> {
    let good: Vec<&'a Value> =
        values.iter().filter(|(score, _)| *score >= 0.5).filter_map(|(_, value)| *value).collect();
    let often = |value: &Value| good.iter().filter(|other| ***other == *value).count();
    good.iter().copied().enumerate().max_by_key(|(place, value)| (often(value), *place)).map(|(_, value)| value)
}

fn free_name(port: &str, node: &str, is_free: impl Fn(&str) -> bool) -> String {
    if is_free(port) {
        return port.to_owned();
    }
    let long = format!("{}_{port}", node.replace('-', "_"));
    if is_free(&long) {
        return long;
    }
    (2..).map(|number| format!("{long}_{number}")).find(|name| is_free(name)).unwrap_or(long)
}
