//! A selection as one compound node, and a compound node as what is inside it.
//!
//! What is inside has the form that skills of type `workflow` hold as their code; before a run such nodes are opened again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use super::edit::{free_name, stem};
use super::geometry::snap;
use super::scene::Scene;
use crate::kernel::dag::{Compound, Edge, Node, Position, Socket, Workflow};
use crate::kernel::order::set_of;
use crate::kernel::skill::{Port, PortType};

/// A collapsed selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Collapsed {
    /// The workflow with one node in the place of the selection.
    pub workflow: Workflow,
    /// The id of that node.
    pub node_id: String,
    /// The file of the skill that the node runs.
    pub source: String,
}

/// Makes one node of these, which runs a new skill of this id and name; or says why that cannot be.
pub fn collapse(
    workflow: &Workflow,
    scene: &Scene,
    node_ids: &BTreeSet<String>,
    skill_id: &str,
    name: &str,
) -> Result<Collapsed, String> {
    let chosen = |node_id: &str| node_ids.contains(node_id);
    let (inside, outside): (Vec<Node>, Vec<Node>) =
        workflow.nodes.iter().cloned().partition(|node| chosen(&node.node_id));
    if inside.is_empty() {
        return Err("Nothing is selected".to_owned());
    }
    if leads_out_and_in(workflow, node_ids) {
        return Err("A wire leaves the selection and comes back by another node: select that node too".to_owned());
    }
    let mut part = Compound { nodes: inside, ..Compound::default() };
    let mut taken: HashSet<String> = outside.iter().map(|node| node.node_id.clone()).collect();
    let names: HashSet<&str> = taken.iter().map(String::as_str).collect();
    let node_id = free_name(skill_id, &names);
    taken.insert(node_id.clone());
    let mut edges = Vec::new();
    // One output from outside that feeds several inputs inside is one input of the whole.
    let mut input_of: HashMap<(String, String), String> = HashMap::new();
    let mut output_of: HashMap<(String, String), String> = HashMap::new();
    for edge in &workflow.edges {
        match (chosen(&edge.source), chosen(&edge.target)) {
            (true, true) => part.edges.push(edge.clone()),
            (false, false) => edges.push(edge.clone()),
            (false, true) => {
                let socket = Socket { node: edge.target.clone(), port: edge.target_input.clone() };
                let from = (edge.source.clone(), edge.source_output.clone());
                if let Some(input) = input_of.get(&from) {
                    part.inputs.entry(input.clone()).or_default().push(socket);
                    continue;
                }
                let input = free_port(&edge.target_input, &edge.target, part.inputs.keys());
                input_of.insert(from, input.clone());
                part.inputs.insert(input.clone(), vec![socket]);
                edges.push(Edge { target: node_id.clone(), target_input: input, ..edge.clone() });
            }
            (true, false) => {
                let from = (edge.source.clone(), edge.source_output.clone());
                let output = output_of
                    .get(&from)
                    .cloned()
                    .unwrap_or_else(|| free_port(&edge.source_output, &edge.source, part.outputs.keys()));
                output_of.insert(from, output.clone());
                part.outputs
                    .insert(output.clone(), Socket { node: edge.source.clone(), port: edge.source_output.clone() });
                edges.push(Edge { source: node_id.clone(), source_output: output, ..edge.clone() });
            }
        }
    }
    // What nothing inside uses is a result of the whole.
    for node in &part.nodes {
        if part.edges.iter().any(|edge| edge.source == node.node_id) {
            continue;
        }
        for port in scene.node(&node.node_id).into_iter().flat_map(|node| &node.outputs) {
            let from = (node.node_id.clone(), port.name.clone());
            if !output_of.contains_key(&from) {
                let output = free_port(&port.name, &node.node_id, part.outputs.keys());
                part.outputs.insert(output, Socket { node: from.0, port: from.1 });
            }
        }
    }
    let corner = corner(&part.nodes);
    let source = source(&part, scene, skill_id, name);
    let node = Node {
        node_id: node_id.clone(),
        skill_id: skill_id.to_owned(),
        position: Some(corner),
        input_values: BTreeMap::new(),
    };
    let place = workflow.nodes.iter().position(|node| chosen(&node.node_id)).unwrap_or_default();
    let mut nodes = outside;
    nodes.insert(place.min(nodes.len()), node);
    Ok(Collapsed { workflow: Workflow { nodes, edges, ..workflow.clone() }, node_id, source })
}

/// Puts what is inside a compound node in its place; answers the new nodes' ids.
pub fn open(workflow: &mut Workflow, node_id: &str, inside: &Compound) -> Result<BTreeSet<String>, String> {
    let place = workflow.nodes.iter().position(|node| node.node_id == node_id).ok_or("The node is no longer there")?;
    let compound = workflow.nodes.remove(place);
    let taken: HashSet<String> = workflow.nodes.iter().map(|node| node.node_id.clone()).collect();
    let mut names: HashMap<&str, String> = HashMap::new();
    for node in &inside.nodes {
        let taken: HashSet<&str> = taken.iter().chain(names.values()).map(String::as_str).collect();
        let wanted = if taken.contains(node.node_id.as_str()) { stem(&node.node_id) } else { &node.node_id };
        names.insert(&node.node_id, free_name(wanted, &taken));
    }
    let (old, new) = (corner(&inside.nodes), compound.position.unwrap_or_default());
    let mut nodes: Vec<Node> = inside.nodes.clone();
    for node in &mut nodes {
        let Position { x, y } = node.position.unwrap_or_default();
        node.position = Some(snap(Position { x: x - old.x + new.x, y: y - old.y + new.y }));
        for (input, value) in &compound.input_values {
            let sockets = inside.inputs.get(input).into_iter().flatten();
            for socket in sockets.filter(|socket| socket.node == node.node_id) {
                node.input_values.insert(socket.port.clone(), value.clone());
            }
        }
        node.node_id.clone_from(&names[node.node_id.as_str()]);
    }
    let opened: BTreeSet<String> = set_of(names.values().cloned());
    let mut edges = Vec::new();
    for edge in std::mem::take(&mut workflow.edges) {
        if edge.target == node_id {
            for socket in inside.inputs.get(&edge.target_input).into_iter().flatten() {
                let Some(target) = names.get(socket.node.as_str()) else { continue };
                edges.push(Edge { target: target.clone(), target_input: socket.port.clone(), ..edge.clone() });
            }
        } else if edge.source == node_id {
            let Some(socket) = inside.outputs.get(&edge.source_output) else { continue };
            let Some(source) = names.get(socket.node.as_str()) else { continue };
            edges.push(Edge { source: source.clone(), source_output: socket.port.clone(), ..edge });
        } else {
            edges.push(edge);
        }
    }
    for edge in &inside.edges {
        let (Some(source), Some(target)) = (names.get(edge.source.as_str()), names.get(edge.target.as_str())) else {
            continue;
        };
        edges.push(Edge { source: source.clone(), target: target.clone(), ..edge.clone() });
    }
    drop(names);
    workflow.nodes.splice(place..place, nodes);
    workflow.edges = edges;
    Ok(opened)
}

/// Whether some way leads from the selection over nodes outside it back into it: as one node it would wait for itself.
fn leads_out_and_in(workflow: &Workflow, chosen: &BTreeSet<String>) -> bool {
    let mut next: HashMap<&str, Vec<&str>> = HashMap::new();
    for edge in &workflow.edges {
        next.entry(&edge.source).or_default().push(&edge.target);
    }
    let leaving = workflow.edges.iter().filter(|edge| chosen.contains(&edge.source) && !chosen.contains(&edge.target));
    let mut open: Vec<&str> = leaving.map(|edge| edge.target.as_str()).collect();
    let mut seen: HashSet<&str> = open.iter().copied().collect();
    while let Some(node) = open.pop() {
        for target in next.get(node).into_iter().flatten() {
            if chosen.contains(*target) {
                return true;
            }
            if seen.insert(target) {
                open.push(target);
            }
        }
    }
    false
}

fn corner(nodes: &[Node]) -> Position {
    let places = || nodes.iter().map(|node| node.position.unwrap_or_default());
    let least = |coordinate: fn(Position) -> f64| places().map(coordinate).reduce(f64::min).unwrap_or_default();
    Position { x: least(|place| place.x), y: least(|place| place.y) }
}

/// A name for a port of the whole: that of the port inside, with its node where two have the same.
fn free_port<'a>(port: &str, node_id: &str, taken: impl Iterator<Item = &'a String>) -> String {
    let taken: HashSet<&str> = taken.map(String::as_str).collect();
    if taken.contains(port) { free_name(&format!("{node_id}_{port}"), &taken) } else { port.to_owned() }
}

/// The file of the skill. JSON in one line is YAML too.
fn source(part: &Compound, scene: &Scene, skill_id: &str, name: &str) -> String {
    let port_of = |socket: &Socket, of_inputs: bool| {
        let node = scene.node(&socket.node)?;
        let ports = if of_inputs { &node.inputs } else { &node.outputs };
        ports.iter().find(|port| port.name == socket.port).cloned()
    };
    let row = |name: &String, port: Option<Port>| {
        let kind = port.as_ref().map_or(PortType::Any, |port| port.kind);
        let mut row = json!({ "name": name, "type": kind });
        if let Some(port) = port {
            if !port.description.is_empty() {
                row["description"] = Value::from(port.description);
            }
            if let Some(unit) = port.unit {
                row["unit"] = Value::from(unit);
            }
        }
        format!("  - {row}\n")
    };
    let inputs: String = part
        .inputs
        .iter()
        .map(|(name, sockets)| row(name, sockets.first().and_then(|socket| port_of(socket, true))))
        .collect();
    let outputs: String = part.outputs.iter().map(|(name, socket)| row(name, port_of(socket, false))).collect();
    let list = |title: &str, rows: String| if rows.is_empty() { String::new() } else { format!("{title}:\n{rows}") };
    let code = serde_json::to_string_pretty(part).expect("nodes serialise");
    let count = part.nodes.len();
    format!(
        "---\nskill_id: {}\nname: {}\ndescription: {}\ntype: workflow\n{}{}---\n\n# {}\n\n{count} nodes as one.\n\n## Code\n\n\
         ```json\n{code}\n```\n",
        json!(skill_id),
        json!(name),
        json!(format!("{count} nodes of a workflow as one")),
        list("inputs", inputs),
        list("outputs", outputs),
        name.replace(['\n', '\r'], " "),
    )
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::{edge, node, pair, skills};
    use super::*;

    /// `a` feeds `b` twice and `c`, `b` feeds `d`.
    fn four() -> Workflow {
        let mut workflow = pair();
        workflow.nodes.push(node("c", "sink", 400.0, 200.0));
        workflow.nodes.push(node("d", "sink", 800.0, 80.0));
        workflow.edges.push(edge("a", "value", "c", "value"));
        workflow.edges.push(edge("b", "sum", "d", "value"));
        workflow
    }

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn inside(source: &str) -> Compound {
        let code = source.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
        serde_json::from_str(code).unwrap()
    }

    fn sorted_edges(workflow: &Workflow) -> Vec<String> {
        let mut edges: Vec<String> = workflow.edges.iter().map(|edge| format!("{edge:?}")).collect();
        edges.sort();
        edges
    }

    #[test]
    fn a_selection_becomes_one_node_and_comes_back() {
        let workflow = four();
        let scene = Scene::new(&workflow, &skills());
        let collapsed = collapse(&workflow, &scene, &set(&["b", "c"]), "both", "Both").unwrap();
        assert_eq!(collapsed.node_id, "both");
        let ids: Vec<&str> = collapsed.workflow.nodes.iter().map(|node| node.node_id.as_str()).collect();
        assert_eq!(ids, ["a", "both", "d"]);
        assert_eq!(
            collapsed.workflow.edges,
            [edge("a", "value", "both", "value"), edge("both", "sum", "d", "value")],
            "one output from outside is one input"
        );
        let part = inside(&collapsed.source);
        assert_eq!(part.inputs["value"].len(), 2);
        assert_eq!(part.outputs.keys().collect::<Vec<_>>(), ["c_sum", "sum"], "what nothing uses is a result too");
        assert!(collapsed.source.contains("  - {\"name\":\"value\",\"type\":\"number\"}"), "{}", collapsed.source);

        let mut again = collapsed.workflow;
        let opened = open(&mut again, "both", &part).unwrap();
        assert_eq!(opened, set(&["b", "c"]));
        assert_eq!(again.nodes, workflow.nodes);
        assert_eq!(sorted_edges(&again), sorted_edges(&workflow));
    }

    #[test]
    fn a_selection_that_would_wait_for_itself_is_refused() {
        let workflow = four();
        let scene = Scene::new(&workflow, &skills());
        let refused = collapse(&workflow, &scene, &set(&["a", "d"]), "both", "Both").unwrap_err();
        assert!(refused.contains("comes back"), "{refused}");
        assert!(collapse(&workflow, &scene, &set(&[]), "both", "Both").is_err());
    }

    #[test]
    fn values_of_the_whole_go_inside_and_names_stay_free() {
        let workflow = four();
        let scene = Scene::new(&workflow, &skills());
        let collapsed = collapse(&workflow, &scene, &set(&["b", "c"]), "both", "Both").unwrap();
        let mut other =
            Workflow { nodes: vec![node("b", "sink", 0.0, 0.0), node("n", "both", 80.0, 8.0)], ..Workflow::default() };
        other.nodes[1].input_values.insert("value".into(), 7.into());
        let opened = open(&mut other, "n", &inside(&collapsed.source)).unwrap();
        assert_eq!(opened, set(&["b-2", "c"]));
        assert_eq!(other.nodes[1].position, Some(Position { x: 80.0, y: 8.0 }));
        assert!(other.nodes[1..].iter().all(|node| node.input_values["value"] == 7));
    }
}
