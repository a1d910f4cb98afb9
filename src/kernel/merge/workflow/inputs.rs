//! What each input of a merged workflow is fed with: a value by hand, a wire, or nothing.
//!
//! A wire that went only because its node was removed says nothing about what a person wanted of that input.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Decisions, Place, Side, Sides, Take, feeds, gives, merged, shown};
use crate::kernel::dag::{Edge, Node};

/// How an input is fed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Feed {
    /// By hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    /// By a node and its output; it goes before a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    wire: Option<(String, String)>,
}

/// Puts values into the nodes, and answers the wires: in the order of ours, then those that only theirs has.
pub(super) fn merge(sides: &Sides, nodes: &mut [Node], decisions: &mut Decisions) -> Vec<Edge> {
    let inputs = inputs_by_node(sides);
    let there: BTreeSet<String> = nodes.iter().map(|node| node.node_id.clone()).collect();
    let mut wires: BTreeMap<(String, String), Edge> = BTreeMap::new();
    for node in nodes {
        node.input_values.clear();
        for input in inputs.get(node.node_id.as_str()).into_iter().flatten() {
            let Feed { value, wire } = merge_feed(sides, &node.node_id, input, decisions);
            node.input_values.extend(value.map(|value| ((*input).to_owned(), value)));
            if let Some((source, source_output)) = wire.filter(|(source, _)| there.contains(source)) {
                let (target, target_input) = (node.node_id.clone(), (*input).to_owned());
                let key = (target.clone(), target_input.clone());
                wires.insert(key, Edge { edge_id: None, source, source_output, target, target_input });
            }
        }
    }
    in_order(sides, wires)
}

/// Every input that any side feeds.
fn inputs_by_node<'a>(sides: &Sides<'a>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut inputs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for side in [&sides.base, &sides.ours, &sides.theirs] {
        for node in &side.workflow.nodes {
            inputs.entry(&node.node_id).or_default().extend(node.input_values.keys().map(String::as_str));
        }
        for (node, input) in side.workflow.edges.iter().map(feeds) {
            inputs.entry(node).or_default().insert(input);
        }
    }
    inputs
}

fn merge_feed(sides: &Sides, node: &str, input: &str, decisions: &mut Decisions) -> Feed {
    let base = feed(&sides.base, node, input).unwrap_or_default();
    let meant = |side: &Side| {
        let mut meant = feed(side, node, input)?;
        let source_went = |(source, _): &(String, String)| !side.nodes.contains_key(source.as_str());
        if meant.wire.is_none() && base.wire.as_ref().is_some_and(source_went) {
            meant.wire.clone_from(&base.wire);
        }
        Some(meant)
    };
    // Who has not the node has no opinion on its inputs.
    let (ours, theirs) = match (meant(&sides.ours), meant(&sides.theirs)) {
        (Some(ours), Some(theirs)) => (ours, theirs),
        (ours, theirs) => return ours.or(theirs).unwrap_or(base),
    };
    if let Some(feed) = merged(&base, &ours, &theirs) {
        return feed;
    }
    let value = merged(&base.value, &ours.value, &theirs.value);
    let wire = merged(&base.wire, &ours.wire, &theirs.wire);
    if let (Some(value), Some(wire)) = (value, wire) {
        let both = Feed { value, wire };
        let hides = |feed: &Feed| feed.value.is_some() && feed.wire.is_some();
        // A new wire would hide a new value.
        if !hides(&both) || hides(&ours) || hides(&theirs) {
            return both;
        }
    }
    let place = Place::Input { node: node.to_owned(), input: input.to_owned() };
    match decisions.take(place, [&base, &ours, &theirs].map(shown)) {
        Take::Theirs => theirs,
        Take::Ours | Take::Both => ours,
    }
}

/// How a side feeds an input; none if it has not the node.
fn feed(side: &Side, node: &str, input: &str) -> Option<Feed> {
    let value = side.nodes.get(node)?.input_values.get(input).cloned();
    let wire = side.wires.get(&(node, input)).map(|edge| (edge.source.clone(), edge.source_output.clone()));
    Some(Feed { value, wire })
}

/// The wires with the names that they had, in the order of ours, then of theirs.
fn in_order(sides: &Sides, mut wires: BTreeMap<(String, String), Edge>) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut names = BTreeSet::new();
    for side in [&sides.ours, &sides.theirs, &sides.base] {
        for edge in &side.workflow.edges {
            let key = (edge.target.clone(), edge.target_input.clone());
            let Some(wire) = wires.get(&key).filter(|wire| gives(wire) == gives(edge)) else { continue };
            // A name that another wire has already is none.
            let edge_id = edge.edge_id.clone().filter(|name| names.insert(name.clone()));
            edges.push(Edge { edge_id, ..wire.clone() });
            wires.remove(&key);
        }
    }
    edges
}
