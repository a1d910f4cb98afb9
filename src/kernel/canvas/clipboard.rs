//! Copied nodes as text, that another tab and another machine can paste.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::edit::{free_name, stem};
use super::geometry::snap;
use crate::kernel::dag::{Edge, Node, Position, Workflow};
use crate::kernel::order::set_of;

/// Tells our text from any other.
const MARK: &str = "llmos-lite-nodes";
/// No canvas is made for more.
const MOST_NODES: usize = 5_000;

#[derive(Serialize, Deserialize)]
struct Copied {
    kind: String,
    nodes: Vec<Node>,
    #[serde(default)]
    edges: Vec<Edge>,
}

/// These nodes and the wires among them, as text.
pub fn copy(workflow: &Workflow, node_ids: &BTreeSet<String>) -> String {
    let is_among = |edge: &&Edge| node_ids.contains(&edge.source) && node_ids.contains(&edge.target);
    let copied = Copied {
        kind: MARK.to_owned(),
        nodes: workflow.nodes.iter().filter(|node| node_ids.contains(&node.node_id)).cloned().collect(),
        edges: workflow.edges.iter().filter(is_among).cloned().collect(),
    };
    serde_json::to_string(&copied).expect("nodes serialise")
}

/// Adds copied nodes, or a whole workflow, with its upper left corner at this place; answers the new nodes' ids.
pub fn paste(workflow: &mut Workflow, text: &str, at: Position) -> Result<BTreeSet<String>, String> {
    let copied: Copied = serde_json::from_str(text)
        .ok()
        .filter(|copied: &Copied| copied.kind == MARK)
        .or_else(|| {
            let Workflow { nodes, edges, .. } = serde_json::from_str(text).ok()?;
            Some(Copied { kind: MARK.to_owned(), nodes, edges })
        })
        .ok_or("What was copied is no part of a workflow")?;
    if copied.nodes.len() + workflow.nodes.len() > MOST_NODES {
        return Err(format!("A workflow holds at most {MOST_NODES} nodes"));
    }
    let places = || copied.nodes.iter().map(|node| node.position.unwrap_or_default());
    let left = places().map(|place| place.x).fold(f64::INFINITY, f64::min);
    let top = places().map(|place| place.y).fold(f64::INFINITY, f64::min);
    let mut taken: HashSet<String> = workflow.nodes.iter().map(|node| node.node_id.clone()).collect();
    let mut names: HashMap<String, String> = HashMap::new();
    for node in &copied.nodes {
        let names_taken: HashSet<&str> = taken.iter().map(String::as_str).collect();
        let wanted = if names_taken.contains(node.node_id.as_str()) { stem(&node.node_id) } else { &node.node_id };
        let name = free_name(wanted, &names_taken);
        taken.insert(name.clone());
        if names.insert(node.node_id.clone(), name.clone()).is_some() {
            return Err(format!("What was copied has two nodes '{}'", node.node_id));
        }
    }
    for node in copied.nodes {
        let Position { x, y } = node.position.unwrap_or_default();
        let position = Some(snap(Position { x: at.x + x - left, y: at.y + y - top }));
        workflow.nodes.push(Node { node_id: names[&node.node_id].clone(), position, ..node });
    }
    let mut fed = HashSet::new();
    for edge in copied.edges {
        let (Some(source), Some(target)) = (names.get(&edge.source), names.get(&edge.target)) else { continue };
        if fed.insert((target.clone(), edge.target_input.clone())) {
            workflow.edges.push(Edge { edge_id: None, source: source.clone(), target: target.clone(), ..edge });
        }
    }
    Ok(set_of(names.into_values()))
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::{edge, pair};
    use super::*;

    #[test]
    fn copies_land_where_they_are_put_with_their_wires_and_free_names() {
        let mut workflow = pair();
        let all = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
        let text = copy(&workflow, &all);
        let pasted = paste(&mut workflow, &text, Position { x: 80.0, y: 160.0 }).unwrap();
        assert_eq!(pasted, BTreeSet::from(["a-2".to_owned(), "b-2".to_owned()]));
        assert_eq!(workflow.edges[1], edge("a-2", "value", "b-2", "value"));
        assert_eq!(workflow.nodes[3].position, Some(Position { x: 480.0, y: 160.0 }));
        let mut elsewhere = Workflow::default();
        let only = copy(&workflow, &BTreeSet::from(["b".to_owned()]));
        assert_eq!(paste(&mut elsewhere, &only, Position::default()).unwrap(), BTreeSet::from(["b".to_owned()]));
        assert!(elsewhere.edges.is_empty(), "a wire from what was not copied stays behind");
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "hello", "{}", "[1]", r#"{"kind":"other","nodes":3}"#] {
            assert!(paste(&mut pair(), text, Position::default()).is_err(), "{text}");
        }
        let whole = serde_json::to_string(&pair()).unwrap();
        assert_eq!(paste(&mut Workflow::default(), &whole, Position::default()).unwrap().len(), 2);
    }
}
