//! Skills of type `workflow`: a part of a workflow as one node. Their code is JSON, and nothing runs it: before a run is planned, each
//! such node is replaced by the nodes inside it, so that engine, workers and names of steps know nothing of them.
//!
//! ```json
//! {"nodes": [{"nodeId": "solve", "skillId": "vqe", "inputValues": {"layers": 2}}, …], "edges": […],
//!  "inputs": {"iterations": [{"node": "solve", "port": "iterations"}]}, "outputs": {"plot": {"node": "draw", "port": "figure"}}}
//! ```

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Edge, Node, Workflow};
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::skill::{ExecutableSkill, SkillType};

/// Compounds may hold compounds, so deep at most.
const DEEPEST: usize = 8;
/// A few compounds inside one another could otherwise stand for more nodes than any machine holds.
const MOST_NODES: usize = 10_000;

/// What a skill of type `workflow` holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Compound {
    /// The nodes inside.
    pub nodes: Vec<Node>,
    /// The wires between them.
    #[serde(default)]
    pub edges: Vec<Edge>,
    /// Where each input of the skill goes.
    #[serde(default)]
    pub inputs: BTreeMap<String, Vec<Socket>>,
    /// Where each output of the skill comes from.
    #[serde(default)]
    pub outputs: BTreeMap<String, Socket>,
}

/// A port of a node inside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Socket {
    /// The node.
    pub node: String,
    /// Its input, or its output.
    pub port: String,
}

/// A workflow without compounds, and where its nodes come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Expansion {
    /// The workflow.
    pub workflow: Workflow,
    /// For each node that came out of a compound, the node of the workflow as it was drawn.
    pub owners: BTreeMap<String, String>,
    /// For each output of a drawn compound (node, output), the node and output that give its value.
    pub outputs: BTreeMap<(String, String), (String, String)>,
}

impl ExecutableSkill {
    /// Whether it stands for nodes.
    #[must_use]
    pub fn is_compound(&self) -> bool {
        self.kind == SkillType::Workflow
    }
}

impl Compound {
    /// Reads the code of a skill of type `workflow`.
    pub fn read(skill: &ExecutableSkill) -> Result<Self, Diagnostic> {
        let compound: Self = serde_json::from_str(&skill.code).map_err(|error| {
            let message = format!("The workflow inside the skill '{}' cannot be read: {error}", skill.skill_id);
            Diagnostic::error("broken_compound", message)
                .hint("Its code is JSON with 'nodes', 'edges', 'inputs' and 'outputs'")
        })?;
        let nodes: BTreeSet<&str> = compound.nodes.iter().map(|node| node.node_id.as_str()).collect();
        let sockets = compound.inputs.values().flatten().chain(compound.outputs.values());
        let ends = compound.edges.iter().flat_map(|edge| [&edge.source, &edge.target]);
        let unknown =
            sockets.map(|socket| &socket.node).chain(ends).find(|node| !nodes.contains(node.as_str())).cloned();
        match unknown {
            Some(node) => {
                let message =
                    format!("The workflow inside the skill '{}' has no node '{node}', but uses it", skill.skill_id);
                Err(Diagnostic::error("broken_compound", message))
            }
            None => Ok(compound),
        }
    }
}

/// The skills that a workflow needs, with those inside its compounds.
pub fn needed_skills<S: Borrow<ExecutableSkill> + Clone>(
    workflow: &Workflow,
    all: &BTreeMap<String, S>,
) -> BTreeMap<String, S> {
    let mut needed: BTreeMap<String, S> = BTreeMap::new();
    let mut waiting: Vec<String> = workflow.nodes.iter().map(|node| node.skill_id.clone()).collect();
    while let Some(skill_id) = waiting.pop() {
        let Some(skill) = all.get(&skill_id).filter(|_| !needed.contains_key(&skill_id)) else { continue };
        waiting.extend(skills_inside(skill.borrow()));
        needed.insert(skill_id, skill.clone());
    }
    needed
}

/// The ids of the skills right inside a compound; none for a skill that is none.
pub fn skills_inside(skill: &ExecutableSkill) -> Vec<String> {
    if !skill.is_compound() {
        return Vec::new();
    }
    Compound::read(skill).unwrap_or_default().nodes.into_iter().map(|node| node.skill_id).collect()
}

/// Replaces every compound by what is inside it. A workflow without any comes back as it was.
pub fn expand<S: Borrow<ExecutableSkill>>(
    workflow: &Workflow,
    skills: &BTreeMap<String, S>,
) -> Result<Expansion, Vec<Diagnostic>> {
    let mut expansion = Expansion { workflow: workflow.clone(), owners: BTreeMap::new(), outputs: BTreeMap::new() };
    for _ in 0..DEEPEST {
        let compounds: BTreeMap<String, Compound> = compounds_of(&expansion.workflow, skills)?;
        if compounds.is_empty() {
            return Ok(expansion);
        }
        open(&mut expansion, &compounds, skills);
        if expansion.workflow.nodes.len() > MOST_NODES {
            let message = format!("The compounds of this workflow stand for more than {MOST_NODES} nodes");
            return Err(vec![Diagnostic::error("compound_too_large", message)]);
        }
    }
    let rest = compounds_of(&expansion.workflow, skills)?;
    let Some((node, _)) = rest.iter().next() else { return Ok(expansion) };
    let drawn = expansion.owners.get(node).unwrap_or(node);
    let message = format!("The node '{drawn}' holds compounds more than {DEEPEST} deep; one may hold itself");
    Err(vec![Diagnostic::error("compound_too_deep", message).at_node(drawn)])
}

/// The nodes that are compounds, read.
fn compounds_of<S: Borrow<ExecutableSkill>>(
    workflow: &Workflow,
    skills: &BTreeMap<String, S>,
) -> Result<BTreeMap<String, Compound>, Vec<Diagnostic>> {
    let mut compounds = BTreeMap::new();
    let mut broken = Vec::new();
    for node in &workflow.nodes {
        let Some(skill) = skills.get(&node.skill_id).map(Borrow::borrow).filter(|skill| skill.is_compound()) else {
            continue;
        };
        match Compound::read(skill) {
            Ok(compound) => drop(compounds.insert(node.node_id.clone(), compound)),
            Err(finding) => broken.push(finding.at_node(&node.node_id)),
        }
    }
    if broken.is_empty() { Ok(compounds) } else { Err(broken) }
}

fn inner_id(outer: &str, inner: &str) -> String {
    format!("{outer}/{inner}")
}

/// Replaces these nodes, once.
fn open<S: Borrow<ExecutableSkill>>(
    expansion: &mut Expansion,
    compounds: &BTreeMap<String, Compound>,
    skills: &BTreeMap<String, S>,
) {
    let Expansion { workflow, owners, outputs } = expansion;
    let mut nodes = Vec::with_capacity(workflow.nodes.len());
    let mut edges = Vec::with_capacity(workflow.edges.len());
    for node in std::mem::take(&mut workflow.nodes) {
        let Some(compound) = compounds.get(&node.node_id) else {
            nodes.push(node);
            continue;
        };
        let drawn = owners.remove(&node.node_id).unwrap_or_else(|| node.node_id.clone());
        let wired: BTreeSet<&str> = workflow
            .edges
            .iter()
            .filter(|edge| edge.target == node.node_id)
            .map(|edge| edge.target_input.as_str())
            .collect();
        let skill = skills.get(&node.skill_id).map(Borrow::borrow);
        let mut inside: Vec<Node> = compound.nodes.clone();
        for (input, sockets) in &compound.inputs {
            if wired.contains(input.as_str()) {
                continue;
            }
            let default = || skill?.inputs.iter().find(|port| port.name == *input)?.default.clone();
            let Some(value) = node.input_values.get(input).cloned().or_else(default) else { continue };
            for socket in sockets {
                let taker = inside.iter_mut().find(|node| node.node_id == socket.node);
                if let Some(taker) = taker {
                    taker.input_values.insert(socket.port.clone(), value.clone());
                }
            }
        }
        for inner in inside {
            let node_id = inner_id(&node.node_id, &inner.node_id);
            owners.insert(node_id.clone(), drawn.clone());
            nodes.push(Node { node_id, position: node.position, ..inner });
        }
        for edge in &compound.edges {
            let (source, target) = (inner_id(&node.node_id, &edge.source), inner_id(&node.node_id, &edge.target));
            edges.push(Edge { edge_id: None, source, target, ..edge.clone() });
        }
        if drawn == node.node_id {
            for (output, socket) in &compound.outputs {
                outputs.insert(
                    (drawn.clone(), output.clone()),
                    (inner_id(&node.node_id, &socket.node), socket.port.clone()),
                );
            }
        } else {
            for (inner, port) in outputs.values_mut().filter(|(inner, _)| *inner == node.node_id) {
                if let Some(socket) = compound.outputs.get(port) {
                    *inner = inner_id(&node.node_id, &socket.node);
                    port.clone_from(&socket.port);
                }
            }
        }
    }
    for edge in std::mem::take(&mut workflow.edges) {
        // A wire to or from a port that the compound has not leads to the compound still, and is reported as what it is.
        let from = compounds.get(&edge.source).and_then(|compound| compound.outputs.get(&edge.source_output));
        let (source, source_output) = match from {
            Some(socket) => (inner_id(&edge.source, &socket.node), socket.port.clone()),
            None => (edge.source.clone(), edge.source_output.clone()),
        };
        match compounds.get(&edge.target).and_then(|compound| compound.inputs.get(&edge.target_input)) {
            Some(sockets) => edges.extend(sockets.iter().map(|socket| Edge {
                edge_id: None,
                source: source.clone(),
                source_output: source_output.clone(),
                target: inner_id(&edge.target, &socket.node),
                target_input: socket.port.clone(),
            })),
            None => edges.push(Edge { source, source_output, ..edge }),
        }
    }
    workflow.nodes = nodes;
    workflow.edges = edges;
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kernel::dag::{Graph, Payload, Plan};

    fn skill(id: &str, kind: &str, inputs: Value, outputs: Value, code: &str) -> (String, ExecutableSkill) {
        let skill = json!({ "skillId": id, "type": kind, "language": "javascript", "code": code, "inputs": inputs, "outputs": outputs });
        (id.to_owned(), serde_json::from_value(skill).unwrap())
    }

    fn port(name: &str) -> Value {
        json!({ "name": name, "type": "number" })
    }

    fn library() -> BTreeMap<String, ExecutableSkill> {
        let inner = json!({
            "nodes": [{ "nodeId": "one", "skillId": "add", "inputValues": { "b": 1 } }, { "nodeId": "two", "skillId": "add" }],
            "edges": [{ "source": "one", "sourceOutput": "sum", "target": "two", "targetInput": "a" }],
            "inputs": { "x": [{ "node": "one", "port": "a" }], "y": [{ "node": "two", "port": "b" }] },
            "outputs": { "total": { "node": "two", "port": "sum" } },
        });
        let outer = json!({
            "nodes": [{ "nodeId": "in", "skillId": "pair", "inputValues": { "x": 5 } }],
            "inputs": { "y": [{ "node": "in", "port": "y" }] },
            "outputs": { "result": { "node": "in", "port": "total" } },
        });
        let itself = json!({ "nodes": [{ "nodeId": "me", "skillId": "itself" }] });
        let with_default = json!([port("x"), { "name": "y", "type": "number", "default": 9 }]);
        BTreeMap::from([
            skill(
                "add",
                "javascript",
                json!([port("a"), port("b")]),
                json!([port("sum")]),
                "function execute({a, b}) { return {sum: a + b}; }",
            ),
            skill("pair", "workflow", with_default, json!([port("total")]), &inner.to_string()),
            skill("outer", "workflow", json!([port("y")]), json!([port("result")]), &outer.to_string()),
            skill("itself", "workflow", json!([]), json!([]), &itself.to_string()),
            skill("broken", "workflow", json!([]), json!([]), "{"),
        ])
    }

    fn workflow(value: Value) -> Workflow {
        serde_json::from_value(value).unwrap()
    }

    fn steps(workflow: &Workflow) -> Vec<String> {
        let graph = Graph::build(workflow, &library()).unwrap();
        let plan = Plan::new(&graph, "v", "n");
        graph.order().iter().map(|node| plan.step(*node).to_owned()).collect()
    }

    #[test]
    fn a_compound_runs_the_very_steps_of_the_workflow_that_it_stands_for() {
        let drawn = workflow(json!({
            "nodes": [{ "nodeId": "p", "skillId": "pair", "inputValues": { "x": 2 } }, { "nodeId": "end", "skillId": "add", "inputValues": { "b": 0 } }],
            "edges": [{ "source": "p", "sourceOutput": "total", "target": "end", "targetInput": "a" }],
        }));
        let by_hand = workflow(json!({
            "nodes": [
                { "nodeId": "p/one", "skillId": "add", "inputValues": { "a": 2, "b": 1 } },
                { "nodeId": "p/two", "skillId": "add", "inputValues": { "b": 9 } },
                { "nodeId": "end", "skillId": "add", "inputValues": { "b": 0 } },
            ],
            "edges": [
                { "source": "p/one", "sourceOutput": "sum", "target": "p/two", "targetInput": "a" },
                { "source": "p/two", "sourceOutput": "sum", "target": "end", "targetInput": "a" },
            ],
        }));
        let expansion = expand(&drawn, &library()).unwrap();
        assert_eq!(steps(&expansion.workflow), steps(&by_hand));
        assert_eq!(expansion.owners["p/one"], "p");
        assert_eq!(expansion.outputs[&("p".into(), "total".into())], ("p/two".into(), "sum".into()));
        let graph = Payload { workflow: drawn, skills: library() }.graph().unwrap();
        assert_eq!(graph.len(), 3);
    }

    #[test]
    fn compounds_hold_compounds_and_wires_lead_through() {
        let drawn = workflow(json!({
            "nodes": [{ "nodeId": "a", "skillId": "add", "inputValues": { "a": 1, "b": 1 } }, { "nodeId": "o", "skillId": "outer" }],
            "edges": [{ "source": "a", "sourceOutput": "sum", "target": "o", "targetInput": "y" }],
        }));
        let expansion = expand(&drawn, &library()).unwrap();
        let ids: Vec<&str> = expansion.workflow.nodes.iter().map(|node| node.node_id.as_str()).collect();
        assert_eq!(ids, ["a", "o/in/one", "o/in/two"]);
        assert!(
            expansion
                .workflow
                .edges
                .iter()
                .any(|edge| edge.source == "a" && edge.target == "o/in/two" && edge.target_input == "b")
        );
        assert_eq!(expansion.owners["o/in/two"], "o");
        assert_eq!(expansion.outputs[&("o".into(), "result".into())], ("o/in/two".into(), "sum".into()));
        let needed: Vec<String> = needed_skills(&drawn, &library()).into_keys().collect();
        assert_eq!(needed, ["add", "outer", "pair"]);
    }

    #[test]
    fn what_cannot_be_opened_is_told() {
        let code = |skill: &str| {
            let drawn = workflow(json!({ "nodes": [{ "nodeId": "n", "skillId": skill }] }));
            expand(&drawn, &library()).unwrap_err()[0].code.to_string()
        };
        assert_eq!(code("itself"), "compound_too_deep");
        assert_eq!(code("broken"), "broken_compound");
        let plain = workflow(json!({ "nodes": [{ "nodeId": "n", "skillId": "add" }] }));
        assert_eq!(expand(&plain, &library()).unwrap().workflow, plain);
    }
}
