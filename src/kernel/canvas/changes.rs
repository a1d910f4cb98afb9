//! Two versions of a workflow as one drawing: what is new, what is gone, what is another, what was only moved.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::kernel::dag::{Edge, Workflow};
use crate::kernel::merge::workflow::{InputState, WorkflowDiff, diff_workflows};

/// What became of a node or a wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It is as it was.
    #[default]
    Same,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It runs something else, or with other values.
    Changed,
    /// It stands elsewhere, and is else as it was.
    Moved,
}

/// Both versions, to be drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changes {
    /// The newer version with what is gone from the older.
    pub both: Workflow,
    /// What became of each node, by id.
    pub nodes: BTreeMap<String, Mark>,
    /// What became of each wire, in the order of `both`.
    pub wires: Vec<Mark>,
    /// The values that changed, by node.
    pub inputs: BTreeMap<String, Vec<InputState>>,
    /// How many of each kind there are, moved nodes not among them.
    pub counts: Counts,
    /// The same as lists.
    pub diff: WorkflowDiff,
}

/// How much changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Nodes that are new.
    pub added: usize,
    /// Nodes that are gone.
    pub removed: usize,
    /// Nodes that are others.
    pub changed: usize,
    /// Wires that are new or gone.
    pub wires: usize,
}

/// What changed from one version to the other.
pub fn changes(before: &Workflow, after: &Workflow) -> Changes {
    let diff = diff_workflows(before, after);
    let mut nodes: BTreeMap<String, Mark> = after.nodes.iter().map(|node| (node.node_id.clone(), Mark::Same)).collect();
    nodes.extend(diff.nodes_added.iter().map(|node| (node.node_id.clone(), Mark::Added)));
    nodes.extend(diff.nodes_removed.iter().map(|node| (node.node_id.clone(), Mark::Removed)));
    let mut inputs = BTreeMap::new();
    let mut changed = 0;
    for change in &diff.nodes_changed {
        let is_other = change.skill.is_some() || !change.inputs.is_empty();
        changed += usize::from(is_other);
        nodes.insert(change.node_id.clone(), if is_other { Mark::Changed } else { Mark::Moved });
        if !change.inputs.is_empty() {
            inputs.insert(change.node_id.clone(), change.inputs.clone());
        }
    }
    let mark = |edge: &Edge| if diff.wires_added.contains(edge) { Mark::Added } else { Mark::Same };
    let mut wires: Vec<Mark> = after.edges.iter().map(mark).collect();
    let mut both = after.clone();
    both.nodes.extend(diff.nodes_removed.iter().cloned());
    both.edges.extend(diff.wires_removed.iter().cloned());
    wires.resize(both.edges.len(), Mark::Removed);
    let counts = Counts {
        added: diff.nodes_added.len(),
        removed: diff.nodes_removed.len(),
        changed,
        wires: diff.wires_added.len() + diff.wires_removed.len(),
    };
    Changes { both, nodes, wires, inputs, counts, diff }
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::{edge, node, pair};
    use super::*;

    #[test]
    fn both_versions_are_one_drawing() {
        let before = pair();
        let mut after = before.clone();
        after.nodes[1].position = Some(crate::kernel::dag::Position { x: 0.0, y: 99.0 });
        after.nodes[0].input_values.insert("x".into(), 1.into());
        after.nodes.push(node("c", "sink", 800.0, 0.0));
        after.edges = vec![edge("a", "value", "c", "value")];
        let told = changes(&before, &after);
        let mark = |id: &str| told.nodes[id];
        assert_eq!((mark("a"), mark("b"), mark("c")), (Mark::Changed, Mark::Moved, Mark::Added));
        assert_eq!(told.wires, [Mark::Added, Mark::Removed]);
        assert_eq!(told.inputs["a"][0].input, "x");
        assert_eq!(told.counts, Counts { added: 1, removed: 0, changed: 1, wires: 2 });
        let back = changes(&after, &before);
        assert_eq!(back.nodes["c"], Mark::Removed);
        assert_eq!(back.both.nodes.len(), 3);
        assert_eq!(changes(&before, &before).counts, Counts::default());
    }
}
