//! Nodes that both sides added under one id, but not alike: told apart before anything else is merged.
//!
//! Ids are made from skills (`fft`, `fft-2`), so two people who each add a node often give it the same one. A person chooses one of the two,
//! or both; with both, theirs gets a new id, and its wires follow.

use std::collections::{BTreeMap, BTreeSet};

use super::{Decisions, Place, Side, Take, feeds, shown};
use crate::kernel::dag::{Edge, Workflow};

/// Both sides, so that what both added is the same in both.
pub(super) fn tell_apart(
    base: &Workflow,
    ours: &Workflow,
    theirs: &Workflow,
    decisions: &mut Decisions,
) -> (Workflow, Workflow) {
    let (base, mine, other) = (Side::new(base), Side::new(ours), Side::new(theirs));
    let (mut without_ours, mut without_theirs) = (BTreeSet::new(), BTreeSet::new());
    let mut renamed = BTreeMap::new();
    for (id, node) in &mine.nodes {
        let Some(twin) = other.nodes.get(id).filter(|twin| twin != &node && !base.nodes.contains_key(id)) else {
            continue;
        };
        let place = Place::Node { node: (*id).to_owned() };
        match decisions.take(place, [serde_json::Value::Null, shown(node), shown(twin)]) {
            Take::Ours => without_theirs.insert((*id).to_owned()),
            Take::Theirs => without_ours.insert((*id).to_owned()),
            Take::Both => {
                let taken = |name: &str| {
                    [&base, &mine, &other].iter().any(|side| side.nodes.contains_key(name))
                        || renamed.values().any(|other| other == name)
                };
                let new = (2..).map(|number| format!("{id}-{number}")).find(|name| !taken(name));
                renamed.insert((*id).to_owned(), new.expect("there is always another number"));
                false
            }
        };
    }
    (without(&base, ours, &without_ours), rename(without(&base, theirs, &without_theirs), &renamed))
}

/// A side as if it had never added these nodes: inputs that it wired to one of them are fed as before.
fn without(base: &Side, side: &Workflow, nodes: &BTreeSet<String>) -> Workflow {
    if nodes.is_empty() {
        return side.clone();
    }
    let mut side = side.clone();
    side.nodes.retain(|node| !nodes.contains(&node.node_id));
    let there: BTreeSet<String> = side.nodes.iter().map(|node| node.node_id.clone()).collect();
    let is_there = |edge: &Edge| there.contains(&edge.source) && there.contains(&edge.target);
    let restored = |edge: Edge| {
        if is_there(&edge) {
            return Some(edge);
        }
        base.wires.get(&feeds(&edge)).filter(|before| is_there(before)).map(|before| (*before).clone())
    };
    side.edges = side.edges.into_iter().filter_map(restored).collect();
    side
}

fn rename(mut side: Workflow, renamed: &BTreeMap<String, String>) -> Workflow {
    let rename = |id: &mut String| {
        if let Some(new) = renamed.get(id) {
            id.clone_from(new);
        }
    };
    side.nodes.iter_mut().for_each(|node| rename(&mut node.node_id));
    for edge in &mut side.edges {
        rename(&mut edge.source);
        rename(&mut edge.target);
    }
    side
}
