//! The shape of a workflow: which skills are wired how, whatever its nodes are called and wherever they stand.
//!
//! Each node gets a colour from its skill, then again and again from the colours at the other ends of its wires (Weisfeiler and Leman's
//! refinement, with ports), until a hash of all colours is the same for two graphs that differ in names only. Beside the whole, every node
//! with all that leads to it has a shape: that is how a part that recurs in different workflows is found.

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use crate::kernel::dag::{Edge, Node, Workflow};

/// Beyond this, only the whole is looked at.
const MOST_NODES_FOR_PARTS: usize = 64;
const MOST_NODES: usize = 2_000;
const MOST_ROUNDS: usize = 16;

/// A connected part of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// Equal for parts that differ in names and values only.
    pub key: String,
    /// The part, its nodes in an order that is the same for all of this shape.
    pub part: Workflow,
}

/// The shapes of a workflow: its connected parts of two nodes or more, and in each what leads to a node. None for one that makes no sense.
pub(super) fn shapes(workflow: &Workflow) -> Vec<Shape> {
    if workflow.nodes.len() > MOST_NODES {
        return Vec::new();
    }
    let Some(wires) = wires(workflow) else { return Vec::new() };
    let count = workflow.nodes.len();
    let mut found: Vec<BTreeSet<usize>> = Vec::new();
    let both: Vec<Vec<usize>> = neighbours(count, wires.iter().flat_map(|wire| [(wire.0, wire.1), (wire.1, wire.0)]));
    let back: Vec<Vec<usize>> = neighbours(count, wires.iter().map(|wire| (wire.1, wire.0)));
    let mut seen = vec![false; count];
    for node in 0..count {
        if !seen[node] {
            let whole = reach(node, &both);
            whole.iter().for_each(|node| seen[*node] = true);
            found.push(whole);
        }
    }
    if count <= MOST_NODES_FOR_PARTS {
        found.extend((0..count).map(|node| reach(node, &back)));
    }
    let mut known = BTreeSet::new();
    found.retain(|part| part.len() >= 2 && known.insert(part.clone()));
    found.iter().map(|part| shape(workflow, part, &wires)).collect()
}

type Wire<'a> = (usize, usize, &'a Edge);

/// The wires by the places of their nodes; none if one leads nowhere or two nodes have one name.
fn wires(workflow: &Workflow) -> Option<Vec<Wire<'_>>> {
    let mut places = HashMap::new();
    for (place, node) in workflow.nodes.iter().enumerate() {
        if places.insert(node.node_id.as_str(), place).is_some() {
            return None;
        }
    }
    let wire = |edge| -> Option<Wire<'_>> {
        let edge: &Edge = edge;
        Some((*places.get(edge.source.as_str())?, *places.get(edge.target.as_str())?, edge))
    };
    workflow.edges.iter().map(wire).collect()
}

fn neighbours(count: usize, wires: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); count];
    for (from, to) in wires {
        neighbours[from].push(to);
    }
    neighbours
}

fn reach(from: usize, neighbours: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::from([from]);
    let mut waiting = vec![from];
    while let Some(node) = waiting.pop() {
        for next in &neighbours[node] {
            if reached.insert(*next) {
                waiting.push(*next);
            }
        }
    }
    reached
}

fn shape(workflow: &Workflow, part: &BTreeSet<usize>, wires: &[Wire<'_>]) -> Shape {
    let places: Vec<usize> = part.iter().copied().collect();
    let local: HashMap<usize, usize> = places.iter().enumerate().map(|(at, place)| (*place, at)).collect();
    let inner: Vec<Wire<'_>> =
        wires.iter().filter_map(|(from, to, edge)| Some((*local.get(from)?, *local.get(to)?, *edge))).collect();
    let mut colours: Vec<u64> = places.iter().map(|place| hash(&workflow.nodes[*place].skill_id)).collect();
    for _ in 0..places.len().min(MOST_ROUNDS) {
        let mut around: Vec<Vec<u64>> = vec![Vec::new(); places.len()];
        for (from, to, edge) in &inner {
            let ports = hash(&edge.source_output).rotate_left(7) ^ hash(&edge.target_input);
            around[*from].push(mix(colours[*to], ports, 1));
            around[*to].push(mix(colours[*from], ports, 2));
        }
        for (colour, mut around) in colours.iter_mut().zip(around) {
            around.sort_unstable();
            *colour = around.into_iter().fold(mix(*colour, 0, 3), |colour, next| mix(colour, next, 4));
        }
    }
    let mut order: Vec<usize> = (0..places.len()).collect();
    let values = |at: usize| format!("{:?}", workflow.nodes[places[at]].input_values);
    order.sort_by(|one, other| colours[*one].cmp(&colours[*other]).then_with(|| values(*one).cmp(&values(*other))));
    let mut sorted = colours.clone();
    sorted.sort_unstable();
    let mut ends: Vec<[u64; 3]> = inner
        .iter()
        .map(|(from, to, edge)| {
            [colours[*from], colours[*to], hash(&edge.source_output) ^ hash(&edge.target_input).rotate_left(9)]
        })
        .collect();
    ends.sort_unstable();
    let mut state = Sha256::new();
    sorted.iter().chain(ends.iter().flatten()).for_each(|number| state.update(number.to_le_bytes()));
    let key = state.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let nodes: Vec<Node> = order.iter().map(|at| workflow.nodes[places[*at]].clone()).collect();
    let edges = inner.iter().map(|(_, _, edge)| (*edge).clone()).collect();
    let part = Workflow {
        workflow_id: workflow.workflow_id.clone(),
        name: workflow.name.clone(),
        nodes,
        edges,
        ..Workflow::default()
    };
    Shape { key, part }
}

fn mix(one: u64, other: u64, sign: u64) -> u64 {
    let mut bits = one ^ other.rotate_left(23) ^ sign.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workflow(nodes: &[(&str, &str)], edges: &[(&str, &str)]) -> Workflow {
        let nodes: Vec<_> = nodes.iter().map(|(id, skill)| json!({ "nodeId": id, "skillId": skill })).collect();
        let edges: Vec<_> = edges
            .iter()
            .map(|(from, to)| json!({ "source": from, "sourceOutput": "o", "target": to, "targetInput": "i" }))
            .collect();
        serde_json::from_value(json!({ "nodes": nodes, "edges": edges })).unwrap()
    }

    fn keys(workflow: &Workflow) -> BTreeSet<String> {
        shapes(workflow).into_iter().map(|shape| shape.key).collect()
    }

    #[test]
    fn names_do_not_matter_and_wires_do() {
        let one = workflow(&[("a", "vqe"), ("b", "plot"), ("c", "note")], &[("a", "b"), ("b", "c")]);
        let renamed = workflow(&[("z", "note"), ("y", "plot"), ("x", "vqe")], &[("y", "z"), ("x", "y")]);
        assert_eq!(keys(&one), keys(&renamed));
        let turned = workflow(&[("a", "vqe"), ("b", "plot"), ("c", "note")], &[("b", "a"), ("b", "c")]);
        assert!(keys(&one).is_disjoint(&keys(&turned)));
        let order = |workflow: &Workflow| -> Vec<String> {
            shapes(workflow)[0].part.nodes.iter().map(|node| node.skill_id.clone()).collect()
        };
        assert_eq!(order(&one), order(&renamed));
    }

    #[test]
    fn a_part_is_found_in_other_workflows() {
        let pair = workflow(&[("a", "vqe"), ("b", "plot")], &[("a", "b")]);
        let larger = workflow(
            &[("n", "vqe"), ("m", "plot"), ("o", "mail"), ("p", "zip")],
            &[("n", "m"), ("m", "o"), ("o", "p")],
        );
        let shared: Vec<String> = keys(&pair).intersection(&keys(&larger)).cloned().collect();
        assert_eq!(shared.len(), 1);
    }

    #[test]
    fn what_makes_no_sense_has_no_shape() {
        assert_eq!(shapes(&workflow(&[("a", "x"), ("a", "y")], &[])), []);
        assert_eq!(shapes(&workflow(&[("a", "x")], &[("a", "nowhere")])), []);
        // A circle is a shape like another; it cannot have run, but nothing hangs.
        assert!(!shapes(&workflow(&[("a", "x"), ("b", "y")], &[("a", "b"), ("b", "a")])).is_empty());
    }
}
