//! Edits of a workflow: each takes the workflow and changes it whole, or says why it will not and changes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::geometry::{self, ROW_HEIGHT};
use super::hit::{PortRef, Side};
use super::scene::Scene;
use crate::kernel::dag::{Edge, Node, Position, Workflow};
use crate::kernel::order::set_of;
use crate::kernel::skill::PortType;

/// Adds a node of this skill and answers its id, which is made from the skill's.
pub fn add_node(workflow: &mut Workflow, skill_id: &str, position: Position) -> String {
    let taken: HashSet<&str> = workflow.nodes.iter().map(|node| node.node_id.as_str()).collect();
    let node_id = free_name(skill_id, &taken);
    workflow.nodes.push(Node {
        node_id: node_id.clone(),
        skill_id: skill_id.to_owned(),
        position: Some(geometry::snap(position)),
        input_values: BTreeMap::new(),
    });
    node_id
}

/// The wire between two ports that were picked in either order, or the reason why there can be none.
pub fn wire_between(scene: &Scene, one: &PortRef, other: &PortRef) -> Result<Edge, String> {
    let (output, input) = match (one.side, other.side) {
        (Side::Output, Side::Input) => (one, other),
        (Side::Input, Side::Output) => (other, one),
        (Side::Output, Side::Output) => {
            return Err("Two outputs cannot be joined: end at an input, on a node's left".into());
        }
        (Side::Input, Side::Input) => {
            return Err("Two inputs cannot be joined: start at an output, on a node's right".into());
        }
    };
    if output.node_id == input.node_id {
        return Err("A node cannot feed itself".into());
    }
    let kind_of = |port: &PortRef| {
        let node = scene.node(&port.node_id)?;
        let ports = if port.side == Side::Input { &node.inputs } else { &node.outputs };
        ports.iter().find(|candidate| candidate.name == port.name).map(|port| port.kind)
    };
    let (Some(gives), Some(takes)) = (kind_of(output), kind_of(input)) else {
        return Err("This port is no longer there".into());
    };
    if !takes.accepts(gives) {
        return Err(format!("{} is {}, and {} takes {}", output.name, noun(gives), input.name, noun(takes)));
    }
    let edge = Edge {
        edge_id: None,
        source: output.node_id.clone(),
        source_output: output.name.clone(),
        target: input.node_id.clone(),
        target_input: input.name.clone(),
    };
    if reaches(scene, &edge.target, &edge.source) {
        return Err("This would make a circle: the node already feeds what comes before it".into());
    }
    Ok(edge)
}

/// Adds a wire; one that fed the same input before gives way.
pub fn connect(workflow: &mut Workflow, edge: Edge) {
    workflow.edges.retain(|other| other.target != edge.target || other.target_input != edge.target_input);
    workflow.edges.push(edge);
}

/// Takes a wire away.
pub fn disconnect(workflow: &mut Workflow, edge: &Edge) {
    workflow.edges.retain(|other| other != edge);
}

/// Takes these nodes away, with every wire that ends at one of them.
pub fn delete_nodes(workflow: &mut Workflow, node_ids: &BTreeSet<String>) {
    workflow.nodes.retain(|node| !node_ids.contains(&node.node_id));
    workflow.edges.retain(|edge| !node_ids.contains(&edge.source) && !node_ids.contains(&edge.target));
}

/// Puts nodes where they are said to be.
pub fn place_nodes(workflow: &mut Workflow, places: &HashMap<String, Position>) {
    for node in &mut workflow.nodes {
        if let Some(place) = places.get(&node.node_id) {
            node.position = Some(*place);
        }
    }
}

/// Gives an input a value by hand, or with none goes back to the skill's default.
pub fn set_input(workflow: &mut Workflow, node_id: &str, input: &str, value: Option<Value>) {
    if let Some(node) = workflow.nodes.iter_mut().find(|node| node.node_id == node_id) {
        match value {
            Some(value) => node.input_values.insert(input.to_owned(), value),
            None => node.input_values.remove(input),
        };
    }
}

/// Copies these nodes and the wires among them, a little lower and to the right; answers the copies' ids.
///
/// Wires that come from outside are kept, so that a copy runs as its original did.
pub fn duplicate(workflow: &mut Workflow, node_ids: &BTreeSet<String>) -> BTreeSet<String> {
    let mut copies: HashMap<String, String> = HashMap::new();
    for place in 0..workflow.nodes.len() {
        let original = &workflow.nodes[place];
        if !node_ids.contains(&original.node_id) {
            continue;
        }
        let mut copy = original.clone();
        let taken: HashSet<&str> = workflow.nodes.iter().map(|node| node.node_id.as_str()).collect();
        copy.node_id = free_name(stem(&original.node_id), &taken);
        let Position { x, y } = original.position.unwrap_or_default();
        copy.position = Some(geometry::snap(Position { x: x + 2.0 * ROW_HEIGHT, y: y + 2.0 * ROW_HEIGHT }));
        copies.insert(original.node_id.clone(), copy.node_id.clone());
        workflow.nodes.push(copy);
    }
    let wires: Vec<Edge> = workflow
        .edges
        .iter()
        .filter_map(|edge| {
            let target = copies.get(&edge.target)?.clone();
            let source = copies.get(&edge.source).unwrap_or(&edge.source).clone();
            Some(Edge { edge_id: None, source, target, ..edge.clone() })
        })
        .collect();
    workflow.edges.extend(wires);
    set_of(copies.into_values())
}

/// The part of a workflow that decides this node's result: the node and all that feeds it.
pub fn upstream(workflow: &Workflow, node_id: &str) -> BTreeSet<String> {
    closure(workflow, node_id, |edge| (&edge.target, &edge.source))
}

/// The nodes whose results this node decides: the node and all that it feeds.
pub fn downstream(workflow: &Workflow, node_id: &str) -> BTreeSet<String> {
    closure(workflow, node_id, |edge| (&edge.source, &edge.target))
}

/// A type in a sentence, such as `a number`.
pub fn noun(kind: PortType) -> &'static str {
    match kind {
        PortType::Number => "a number",
        PortType::Integer => "a whole number",
        PortType::String => "text",
        PortType::Boolean => "true or false",
        PortType::Array => "a list",
        PortType::Object => "an object",
        PortType::Image => "an image",
        PortType::Table => "a table",
        PortType::Plot => "a plot",
        PortType::Scene => "a 3D scene",
        PortType::Circuit => "a circuit",
        PortType::Html => "HTML",
        PortType::Markdown => "Markdown",
        PortType::Any => "anything",
    }
}

fn closure(workflow: &Workflow, start: &str, ends: impl Fn(&Edge) -> (&String, &String)) -> BTreeSet<String> {
    let mut next: HashMap<&str, Vec<&str>> = HashMap::new();
    for edge in &workflow.edges {
        let (from, to) = ends(edge);
        next.entry(from).or_default().push(to);
    }
    let mut found = set_of([start.to_owned()]);
    let mut open = vec![start];
    while let Some(node_id) = open.pop() {
        for neighbour in next.get(node_id).into_iter().flatten() {
            if found.insert((*neighbour).to_owned()) {
                open.push(neighbour);
            }
        }
    }
    found
}

/// Whether wires lead from one node to the other.
fn reaches(scene: &Scene, from: &str, to: &str) -> bool {
    let mut seen = set_of([from]);
    let mut open = vec![from];
    while let Some(node_id) = open.pop() {
        if node_id == to {
            return true;
        }
        for wire in scene.wires.iter().filter(|wire| wire.edge.source == node_id) {
            if seen.insert(&wire.edge.target) {
                open.push(&wire.edge.target);
            }
        }
    }
    false
}

/// A name without the number that told it from others.
pub(super) fn stem(name: &str) -> &str {
    name.rsplit_once('-').filter(|(_, number)| number.parse::<u32>().is_ok()).map_or(name, |(stem, _)| stem)
}

pub(super) fn free_name(wanted: &str, taken: &HashSet<&str>) -> String {
    if !taken.contains(wanted) {
        return wanted.to_owned();
    }
    (2_u32..)
        .map(|number| format!("{wanted}-{number}"))
        .find(|name| !taken.contains(name.as_str()))
        .expect("numbers do not run out")
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::{edge, pair, skills};
    use super::*;

    fn input(node_id: &str, name: &str) -> PortRef {
        PortRef { node_id: node_id.into(), side: Side::Input, name: name.into() }
    }

    fn output(node_id: &str, name: &str) -> PortRef {
        PortRef { node_id: node_id.into(), side: Side::Output, name: name.into() }
    }

    #[test]
    fn names_of_new_nodes_are_free() {
        let mut workflow = pair();
        assert_eq!(add_node(&mut workflow, "sink", Position { x: 3.0, y: 5.0 }), "sink");
        assert_eq!(add_node(&mut workflow, "sink", Position::default()), "sink-2");
        assert_eq!(workflow.nodes[2].position, Some(Position { x: 0.0, y: 8.0 }));
    }

    #[test]
    fn a_wire_is_refused_with_the_reason() {
        let scene = Scene::new(&pair(), &skills());
        let refusal = |one: &PortRef, other: &PortRef| wire_between(&scene, one, other).unwrap_err();
        assert_eq!(refusal(&output("a", "chart"), &input("b", "text")), "chart is a plot, and text takes text");
        assert_eq!(refusal(&output("b", "sum"), &input("b", "value")), "A node cannot feed itself");
        assert!(refusal(&output("a", "chart"), &output("b", "sum")).starts_with("Two outputs"));
    }

    #[test]
    fn a_wire_that_closes_a_circle_is_refused() {
        let mut workflow = pair();
        let third = add_node(&mut workflow, "sink", Position::default());
        connect(&mut workflow, edge("b", "sum", &third, "value"));
        connect(&mut workflow, edge("a", "value", "b", "value"));
        let scene = Scene::new(&workflow, &skills());
        let refusal = wire_between(&scene, &output(&third, "sum"), &input("b", "value")).unwrap_err();
        assert!(refusal.contains("circle"), "{refusal}");
    }

    #[test]
    fn the_ends_of_a_wire_may_be_picked_in_either_order_and_a_new_wire_replaces_the_old() {
        let mut workflow = pair();
        let second = add_node(&mut workflow, "source", Position::default());
        let scene = Scene::new(&workflow, &skills());
        let wire = wire_between(&scene, &input("b", "value"), &output(&second, "value")).unwrap();
        connect(&mut workflow, wire);
        assert_eq!(workflow.edges, [edge(&second, "value", "b", "value")]);
    }

    #[test]
    fn deleting_a_node_takes_its_wires_along() {
        let mut workflow = pair();
        delete_nodes(&mut workflow, &BTreeSet::from(["a".to_owned()]));
        assert_eq!(workflow.nodes.len(), 1);
        assert!(workflow.edges.is_empty());
    }

    #[test]
    fn copies_keep_the_wires_that_feed_them() {
        let mut workflow = pair();
        let copies = duplicate(&mut workflow, &BTreeSet::from(["b".to_owned()]));
        assert_eq!(copies, BTreeSet::from(["b-2".to_owned()]));
        assert!(workflow.edges.contains(&edge("a", "value", "b-2", "value")));
        let both = duplicate(&mut workflow, &BTreeSet::from(["a".to_owned(), "b-2".to_owned()]));
        assert_eq!(both, BTreeSet::from(["a-2".to_owned(), "b-3".to_owned()]));
        assert!(workflow.edges.contains(&edge("a-2", "value", "b-3", "value")));
    }

    #[test]
    fn upstream_and_downstream_hold_the_node_itself() {
        let workflow = pair();
        assert_eq!(upstream(&workflow, "b").len(), 2);
        assert_eq!(upstream(&workflow, "a").len(), 1);
        assert_eq!(downstream(&workflow, "a").len(), 2);
    }
}
