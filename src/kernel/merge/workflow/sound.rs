//! Whether a workflow is well-formed: all that can be said of it without knowing its skills.
//!
//! Never recursive, so a long chain is no deeper than a short one.

use std::collections::{HashMap, HashSet};

use super::{feeds, gives};
use crate::kernel::dag::{Edge, Workflow};

/// Why a workflow cannot be merged by its structure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{side} is no well-formed workflow: {problem}")]
pub struct NotWellFormed {
    /// Which version.
    pub side: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

impl NotWellFormed {
    pub(super) fn of(self, side: &'static str) -> Self {
        Self { side, ..self }
    }
}

/// Finds the first thing that is wrong.
pub fn check_workflow(workflow: &Workflow) -> Result<(), NotWellFormed> {
    let wrong = |problem: String| Err(NotWellFormed { side: "this", problem });
    let mut nodes = HashSet::new();
    for node in &workflow.nodes {
        if !nodes.insert(node.node_id.as_str()) {
            return wrong(format!("two nodes are named '{}'", node.node_id));
        }
    }
    let mut fed = HashSet::new();
    for edge in &workflow.edges {
        if let Some(missing) = [&edge.source, &edge.target].into_iter().find(|node| !nodes.contains(node.as_str())) {
            return wrong(format!("a wire leads to a node '{missing}' that does not exist"));
        }
        if !fed.insert(feeds(edge)) {
            return wrong(format!("two wires lead to the input '{}' of '{}'", edge.target_input, edge.target));
        }
    }
    if has_circle(&workflow.edges) { wrong("its wires lead in a circle".to_owned()) } else { Ok(()) }
}

/// Whether some node waits for itself.
pub(super) fn has_circle(edges: &[Edge]) -> bool {
    let mut waiting: HashMap<&str, usize> = HashMap::new();
    let mut feeding: HashMap<&str, Vec<&str>> = HashMap::new();
    for edge in edges {
        waiting.entry(gives(edge).0).or_default();
        *waiting.entry(feeds(edge).0).or_default() += 1;
        feeding.entry(gives(edge).0).or_default().push(feeds(edge).0);
    }
    let mut ready: Vec<&str> = waiting.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    let mut done = 0;
    while let Some(node) = ready.pop() {
        done += 1;
        for next in feeding.get(node).into_iter().flatten() {
            let count = waiting.get_mut(next).expect("every node of a wire is counted");
            *count -= 1;
            if *count == 0 {
                ready.push(next);
            }
        }
    }
    done < waiting.len()
}
