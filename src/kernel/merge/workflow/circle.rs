//! Wires that are fine on each side and together lead in a circle: some of one side give way.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::sound::has_circle;
use super::{Decisions, Place, Sides, Take, shown};
use crate::kernel::dag::Edge;

/// The wires without those that would close a circle, in their order.
pub(super) fn open(sides: &Sides, edges: Vec<Edge>, decisions: &mut Decisions) -> Vec<Edge> {
    if !has_circle(&edges) {
        return edges;
    }
    let only = |here: bool, there: bool| -> Vec<&Edge> {
        edges.iter().filter(|edge| sides.ours.has_wire(edge) == here && sides.theirs.has_wire(edge) == there).collect()
    };
    let (both, ours, theirs, neither) = (only(true, true), only(true, false), only(false, true), only(false, false));
    let first = [both, ours.clone(), theirs.clone(), neither.clone()].concat();
    let values = [Value::Null, shown(&ours), shown(&theirs)];
    let kept = match decisions.take(Place::Circle, values) {
        Take::Ours | Take::Both => without_circles(&first),
        Take::Theirs => without_circles(&[only(true, true), theirs, ours, neither].concat()),
    };
    let kept: HashSet<(&str, &str)> = kept.iter().map(|edge| super::feeds(edge)).collect();
    edges.iter().filter(|edge| kept.contains(&super::feeds(edge))).cloned().collect()
}

/// Takes one wire after another, and leaves out each that would close a circle.
fn without_circles<'a>(edges: &[&'a Edge]) -> Vec<&'a Edge> {
    let mut feeding: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut kept = Vec::new();
    for edge in edges {
        if !reaches(&feeding, &edge.target, &edge.source) {
            feeding.entry(&edge.source).or_default().push(&edge.target);
            kept.push(*edge);
        }
    }
    kept
}

fn reaches(feeding: &HashMap<&str, Vec<&str>>, from: &str, to: &str) -> bool {
    let mut seen = HashSet::from([from]);
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        if node == to {
            return true;
        }
        open.extend(feeding.get(node).into_iter().flatten().copied().filter(|next| seen.insert(*next)));
    }
    false
}
