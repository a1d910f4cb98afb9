//! From a workflow as people draw it to a [`Graph`], or to all that stands in the way.
//!
//! Never recursive, so a chain of 100,000 nodes is no deeper than one of three.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex as PetIndex};
use serde_json::Value;

use super::graph::{Feed, Graph, NodeIndex, Step};
use super::{Edge, Node, Workflow};
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::order::sorted;
use crate::kernel::skill::{ExecutableSkill, Port, did_you_mean, in_words};

/// A skill that the workflow uses, with its ports by name.
struct Used {
    skill: Arc<ExecutableSkill>,
    inputs: HashMap<String, u32>,
    outputs: HashMap<String, u32>,
}

impl Used {
    fn new(skill: &ExecutableSkill) -> Self {
        let by_name = |ports: &[Port]| {
            let mut names = HashMap::new();
            for (index, port) in (0..).zip(ports) {
                names.entry(port.name.clone()).or_insert(index);
            }
            names
        };
        Self { inputs: by_name(&skill.inputs), outputs: by_name(&skill.outputs), skill: Arc::new(skill.clone()) }
    }
}

/// What is known of a node while the workflow is being checked.
struct Draft {
    skill: Option<u32>,
    feeds: Vec<Feed>,
    /// Inputs that have a wire, sound or not: whose absence is not to be reported.
    wired: Vec<bool>,
}

struct Checker<'w, S> {
    workflow: &'w Workflow,
    skills: &'w BTreeMap<String, S>,
    used: Vec<Used>,
    names: HashMap<&'w str, u32>,
    drafts: Vec<Draft>,
    wires: Vec<(u32, u32)>,
    found: Vec<Diagnostic>,
}

pub(super) fn validate<S: Borrow<ExecutableSkill>>(
    workflow: &Workflow,
    skills: &BTreeMap<String, S>,
) -> Result<Graph, Vec<Diagnostic>> {
    let mut checker = Checker {
        workflow,
        skills,
        used: Vec::new(),
        names: HashMap::new(),
        drafts: Vec::new(),
        wires: Vec::new(),
        found: Vec::new(),
    };
    checker.nodes();
    checker.edges();
    checker.missing_inputs();
    checker.finish()
}

impl<S: Borrow<ExecutableSkill>> Checker<'_, S> {
    fn nodes(&mut self) {
        let workflow = self.workflow;
        let mut known: HashMap<&str, Result<u32, Diagnostic>> = HashMap::new();
        for (index, node) in (0..).zip(&workflow.nodes) {
            if let Some(first) = self.names.get(node.node_id.as_str()) {
                let message =
                    format!("Two nodes are named '{}': number {} and number {}", node.node_id, first + 1, index + 1);
                let finding = Diagnostic::error("duplicate_node", message).at_node(&node.node_id);
                self.found.push(finding.hint("Give one of them another id"));
            } else {
                self.names.insert(&node.node_id, index);
            }
            let skill = known.entry(&node.skill_id).or_insert_with(|| match self.skills.get(&node.skill_id) {
                Some(skill) => {
                    self.used.push(Used::new(skill.borrow()));
                    Ok(self.used.len() as u32 - 1)
                }
                None => Err(self.unknown_skill(&node.skill_id)),
            });
            let draft = match skill {
                Ok(skill) => {
                    let feeds = self.feeds(node, *skill);
                    Draft { skill: Some(*skill), wired: vec![false; feeds.len()], feeds }
                }
                Err(finding) => {
                    self.found.push(finding.clone().at_node(&node.node_id));
                    Draft { skill: None, feeds: Vec::new(), wired: Vec::new() }
                }
            };
            self.drafts.push(draft);
        }
    }

    fn unknown_skill(&self, skill_id: &str) -> Diagnostic {
        let finding = Diagnostic::error("unknown_skill", format!("There is no executable skill '{skill_id}'"));
        with_hint(finding, did_you_mean(skill_id, self.skills.keys().map(String::as_str)))
    }

    /// Where the inputs of a node get their values, before any wire.
    fn feeds(&mut self, node: &Node, skill: u32) -> Vec<Feed> {
        let Used { skill, inputs, .. } = &self.used[skill as usize];
        let at_rest = |port: &Port| if port.default.is_some() { Feed::Default } else { Feed::Absent };
        let mut feeds: Vec<Feed> = skill.inputs.iter().map(at_rest).collect();
        for (name, value) in &node.input_values {
            let at = |finding: Diagnostic| finding.at_node(&node.node_id).at_port(name);
            let Some(index) = inputs.get(name) else {
                let message = format!("'{}' has no input '{name}', but a value is given for it", skill.skill_id);
                let hint = did_you_mean(name, skill.inputs.iter().map(|port| port.name.as_str()));
                self.found.push(with_hint(at(Diagnostic::error("unknown_input", message)), hint));
                continue;
            };
            let port = &skill.inputs[*index as usize];
            if *value == Value::Null {
                // Cleared by hand: as if nothing were given.
            } else if port.kind.fits(value) {
                feeds[*index as usize] = Feed::Given(value.clone());
            } else {
                let message =
                    format!("Input '{name}' should be of type {}, but it is {}", port.kind.name(), in_words(value));
                self.found.push(at(Diagnostic::error("bad_value", message)));
            }
        }
        for (feed, port) in feeds.iter().zip(&skill.inputs) {
            let (Feed::Default, Some(value)) = (feed, &port.default) else { continue };
            if !port.kind.fits(value) {
                let message = format!(
                    "The default of input '{}' should be of type {}, but it is {}",
                    port.name,
                    port.kind.name(),
                    in_words(value)
                );
                let finding = Diagnostic::error("bad_value", message).at_node(&node.node_id).at_port(&port.name);
                self.found.push(finding.hint(format!("Give a value, or mend the skill '{}'", skill.skill_id)));
            }
        }
        feeds
    }

    fn edges(&mut self) {
        let workflow = self.workflow;
        for edge in &workflow.edges {
            if let Err(findings) = self.edge(edge) {
                self.found.extend(findings);
            }
        }
    }

    fn edge(&mut self, edge: &Edge) -> Result<(), Vec<Diagnostic>> {
        let wire = || {
            let Edge { source, source_output, target, target_input, .. } = edge;
            format!("{source}.{source_output} → {target}.{target_input}")
        };
        let (source, target) =
            (self.names.get(edge.source.as_str()).copied(), self.names.get(edge.target.as_str()).copied());
        let mut found = Vec::new();
        for (node, known) in [(&edge.source, source), (&edge.target, target)] {
            if known.is_none() {
                let finding = Diagnostic::error(
                    "unknown_node",
                    format!("The wire {} leads to a node '{node}' that does not exist", wire()),
                );
                // Each hint looks at every node; beyond a screenful of findings nobody reads them.
                let hint = if self.found.len() < 50 { did_you_mean(node, self.names_in_order()) } else { None };
                found.push(with_hint(finding.at_node(node), hint));
            }
        }
        let source_skill =
            source.and_then(|node| self.drafts[node as usize].skill).map(|skill| &self.used[skill as usize]);
        let target_skill =
            target.and_then(|node| self.drafts[node as usize].skill).map(|skill| &self.used[skill as usize]);
        let output = source_skill.and_then(|used| {
            let output = used.outputs.get(&edge.source_output).copied();
            if output.is_none() {
                let message = format!("'{}' has no output '{}'", used.skill.skill_id, edge.source_output);
                let finding =
                    Diagnostic::error("unknown_output", message).at_node(&edge.source).at_port(&edge.source_output);
                let names = used.skill.outputs.iter().map(|port| port.name.as_str());
                found.push(with_hint(finding, did_you_mean(&edge.source_output, names)));
            }
            output.map(|output| (output, used.skill.outputs[output as usize].kind))
        });
        let input = target_skill.and_then(|used| {
            let input = used.inputs.get(&edge.target_input).copied();
            if input.is_none() {
                let message = format!("'{}' has no input '{}'", used.skill.skill_id, edge.target_input);
                let finding =
                    Diagnostic::error("unknown_input", message).at_node(&edge.target).at_port(&edge.target_input);
                let names = used.skill.inputs.iter().map(|port| port.name.as_str());
                found.push(with_hint(finding, did_you_mean(&edge.target_input, names)));
            }
            input.map(|input| (input, used.skill.inputs[input as usize].kind))
        });
        if let (Some(target), Some((input, _))) = (target, input) {
            let taken = std::mem::replace(&mut self.drafts[target as usize].wired[input as usize], true);
            if taken {
                let message = format!("Two wires lead to input '{}'", edge.target_input);
                let finding =
                    Diagnostic::error("input_taken", message).at_node(&edge.target).at_port(&edge.target_input);
                found.push(finding.hint(format!("Remove one of them, such as {}", wire())));
            }
        }
        if let (Some((_, from)), Some((_, to))) = (output, input)
            && !to.accepts(from)
        {
            let message = format!("The wire {} cannot fit: {} does not fit {}", wire(), from.name(), to.name());
            let finding = Diagnostic::error("type_mismatch", message).at_node(&edge.target).at_port(&edge.target_input);
            found.push(finding.hint("Put a node between them that converts the value"));
        }
        if !found.is_empty() {
            return Err(found);
        }
        if let (Some(source), Some(target), Some((output, _)), Some((input, _))) = (source, target, output, input) {
            self.drafts[target as usize].feeds[input as usize] = Feed::Wire { source: NodeIndex(source), output };
            self.wires.push((source, target));
        }
        Ok(())
    }

    fn names_in_order(&self) -> impl Iterator<Item = &str> + Clone {
        self.workflow.nodes.iter().map(|node| node.node_id.as_str())
    }

    fn missing_inputs(&mut self) {
        for (node, draft) in self.workflow.nodes.iter().zip(&self.drafts) {
            let Some(skill) = draft.skill else { continue };
            let ports = &self.used[skill as usize].skill.inputs;
            for ((port, feed), wired) in ports.iter().zip(&draft.feeds).zip(&draft.wired) {
                // A value that does not fit has been reported as such.
                let given = node.input_values.get(&port.name).is_some_and(|value| *value != Value::Null);
                if *feed == Feed::Absent && !wired && !given && port.required != Some(false) {
                    let message = format!("Input '{}' needs a value", port.name);
                    let finding =
                        Diagnostic::error("missing_input", message).at_node(&node.node_id).at_port(&port.name);
                    let what = if port.description.is_empty() { port.kind.name() } else { &port.description };
                    self.found.push(finding.hint(format!("Wire an output to it, or give it a value ({what})")));
                }
            }
        }
    }

    fn finish(mut self) -> Result<Graph, Vec<Diagnostic>> {
        let mut wiring: DiGraph<Step, (), u32> = DiGraph::with_capacity(self.drafts.len(), self.wires.len());
        for (node, draft) in self.workflow.nodes.iter().zip(self.drafts) {
            wiring.add_node(Step {
                node_id: node.node_id.clone(),
                skill: draft.skill.unwrap_or_default(),
                feeds: draft.feeds,
            });
        }
        // A node lists its wires last in, first out; this way round they come in the order of the workflow.
        for (source, target) in self.wires.iter().rev() {
            wiring.add_edge(PetIndex::new(*source as usize), PetIndex::new(*target as usize), ());
        }
        let (order, levels) = sort(&wiring);
        if order.len() < wiring.node_count() {
            self.found.extend(cycles(&wiring));
        }
        if !self.found.is_empty() {
            return Err(self.found);
        }
        let by_name: Vec<NodeIndex> = self.names.into_values().map(NodeIndex).collect();
        let node_id = |node: &NodeIndex| &self.workflow.nodes[node.index()].node_id;
        let by_name = sorted(by_name, |one, other| node_id(one).cmp(node_id(other)));
        let skills = self.used.into_iter().map(|used| used.skill).collect();
        Ok(Graph { wiring, skills, by_name, order, levels })
    }
}

fn with_hint(finding: Diagnostic, hint: Option<String>) -> Diagnostic {
    match hint {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// All nodes level by level, and the level of each. Nodes on a cycle or behind one are left out.
fn sort(wiring: &DiGraph<Step, (), u32>) -> (Vec<NodeIndex>, Vec<u32>) {
    let mut waits_for = vec![0_u32; wiring.node_count()];
    for edge in wiring.edge_indices() {
        let (_, target) = wiring.edge_endpoints(edge).expect("edge_indices gives edges of the graph");
        waits_for[target.index()] += 1;
    }
    let mut levels = vec![0; wiring.node_count()];
    let mut order: Vec<NodeIndex> =
        (0..).zip(&waits_for).filter(|(_, count)| **count == 0).map(|(node, _)| NodeIndex(node)).collect();
    let mut done = 0;
    while done < order.len() {
        let node = order[done];
        done += 1;
        for next in wiring.neighbors(PetIndex::new(node.index())) {
            waits_for[next.index()] -= 1;
            if waits_for[next.index()] == 0 {
                levels[next.index()] = levels[node.index()] + 1;
                order.push(NodeIndex(next.index() as u32));
            }
        }
    }
    (order, levels)
}

/// One finding for each group of nodes that wait for one another: a shortest circle through its first node.
fn cycles(wiring: &DiGraph<Step, (), u32>) -> Vec<Diagnostic> {
    let groups = kosaraju_scc(wiring).into_iter().map(|group| sorted(group, Ord::cmp)).collect();
    let groups: Vec<Vec<PetIndex>> = sorted(groups, Ord::cmp);
    let mut came_from: HashMap<PetIndex, PetIndex> = HashMap::new();
    let mut found = Vec::new();
    for group in groups {
        let start = group[0];
        came_from.clear();
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for next in wiring.neighbors(node).filter(|next| group.binary_search(next).is_ok()) {
                if let std::collections::hash_map::Entry::Vacant(entry) = came_from.entry(next) {
                    entry.insert(node);
                    queue.push_back(next);
                }
            }
            if came_from.contains_key(&start) {
                break;
            }
        }
        let Some(mut node) = came_from.get(&start).copied() else { continue };
        let mut circle = vec![start];
        while node != start {
            circle.push(node);
            node = came_from[&node];
        }
        circle.push(start);
        circle.reverse();
        found.push(cycle_diagnostic(wiring, &circle));
    }
    found
}

fn cycle_diagnostic(wiring: &DiGraph<Step, (), u32>, circle: &[PetIndex]) -> Diagnostic {
    /// More names than this say no more.
    const SHOWN: usize = 20;
    let name = |node: &PetIndex| wiring[*node].node_id.as_str();
    let mut names: Vec<&str> = circle.iter().take(SHOWN).map(name).collect();
    if circle.len() > SHOWN {
        names.extend(["…", name(&circle[0])]);
    }
    let message = format!("These nodes wait for one another: {}", names.join(" → "));
    Diagnostic::error("cycle", message).at_node(name(&circle[0])).hint("Remove one of the wires of the circle")
}
