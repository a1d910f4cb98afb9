//! Workflows by their structure: what changed between two, and how the changes of two sides come together, by node and input.
//!
//! The result of a merge is always well-formed: ids are unique, wires lead from a node to a node, an input has one wire, nothing waits for
//! itself. Where two sides do not fit together, `ours` stands until a person chose, and the conflict names the place. Whether skills
//! exist and ports fit is not looked at here: that is `dag::Graph`. What a person moved is never a reason to keep a node that the
//! other side removed.

mod added_twice;
mod circle;
mod diff;
mod inputs;
mod nodes;
mod sound;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::kernel::dag::{Edge, Node, Workflow};

pub use diff::{AboutChange, InputState, NodeChange, WorkflowDiff, diff_workflows};
pub use sound::{NotWellFormed, check_workflow};

/// A merged workflow and what is left to decide.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkflowMerge {
    /// Well-formed, with ours where nothing was chosen.
    pub workflow: Workflow,
    /// The places where somebody has to choose, in order.
    pub conflicts: Vec<WorkflowConflict>,
}

/// A place that both sides changed, each in its way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkflowConflict {
    /// Where.
    pub place: Place,
    /// What it was before both; `null` if there was nothing.
    pub base: Value,
    /// What it is here; `null` if there is nothing.
    pub ours: Value,
    /// What it is there; `null` if there is nothing.
    pub theirs: Value,
}

/// A place of a workflow that people can choose about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "a node and an input are named by their ids")]
pub enum Place {
    /// Its id.
    WorkflowId,
    /// Its name.
    Name,
    /// Its description.
    Description,
    /// A key of its metadata.
    Metadata { key: String },
    /// A whole node: both added it, or one side removed what the other changed or wired.
    Node { node: String },
    /// What a node runs.
    Skill { node: String },
    /// Where a node stands: matters to the eye only.
    Position { node: String },
    /// What an input is fed with, by hand or by wire.
    Input { node: String, input: String },
    /// Wires of both sides that together lead in a circle.
    Circle,
}

/// What a person chose for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// As it is here.
    Ours,
    /// As it is there.
    Theirs,
    /// Of a node that both added: both, theirs under a new id. Elsewhere as ours.
    Both,
}

/// What was chosen so far.
pub type Choices = BTreeMap<Place, Take>;

/// Brings two changed workflows together. Call it again with choices to settle conflicts.
///
/// Fails only if one of the three is not well-formed; then they are texts to merge, not workflows.
pub fn merge_workflows(
    base: &Workflow,
    ours: &Workflow,
    theirs: &Workflow,
    choices: &Choices,
) -> Result<WorkflowMerge, NotWellFormed> {
    for (side, workflow) in [("the common version", base), ("our version", ours), ("their version", theirs)] {
        check_workflow(workflow).map_err(|problem| problem.of(side))?;
    }
    if ours == theirs || base == theirs {
        return Ok(WorkflowMerge { workflow: ours.clone(), conflicts: Vec::new() });
    }
    if base == ours {
        return Ok(WorkflowMerge { workflow: theirs.clone(), conflicts: Vec::new() });
    }
    let mut decisions = Decisions { choices, conflicts: Vec::new() };
    let (ours, theirs) = added_twice::tell_apart(base, ours, theirs, &mut decisions);
    let sides = Sides { base: Side::new(base), ours: Side::new(&ours), theirs: Side::new(&theirs) };
    let mut workflow = Workflow { edges: Vec::new(), nodes: Vec::new(), ..about(base, &ours, &theirs, &mut decisions) };
    workflow.nodes = nodes::merge(&sides, &mut decisions);
    workflow.edges = inputs::merge(&sides, &mut workflow.nodes, &mut decisions);
    workflow.edges = circle::open(&sides, workflow.edges, &mut decisions);
    let mut conflicts = decisions.conflicts;
    conflicts.sort_by(|one, other| one.place.cmp(&other.place));
    Ok(WorkflowMerge { workflow, conflicts })
}

/// A version of the workflow, to look things up in.
struct Side<'a> {
    workflow: &'a Workflow,
    nodes: BTreeMap<&'a str, &'a Node>,
    /// Each wire by the node and the input that it feeds.
    wires: BTreeMap<(&'a str, &'a str), &'a Edge>,
}

impl<'a> Side<'a> {
    fn new(workflow: &'a Workflow) -> Self {
        let nodes = workflow.nodes.iter().map(|node| (node.node_id.as_str(), node)).collect();
        let wires = workflow.edges.iter().map(|edge| (feeds(edge), edge)).collect();
        Self { workflow, nodes, wires }
    }

    /// Whether this very wire is there, whatever it is called.
    fn has_wire(&self, edge: &Edge) -> bool {
        self.wires.get(&feeds(edge)).is_some_and(|other| gives(other) == gives(edge))
    }
}

struct Sides<'a> {
    base: Side<'a>,
    ours: Side<'a>,
    theirs: Side<'a>,
}

/// The input that a wire feeds.
fn feeds(edge: &Edge) -> (&str, &str) {
    (&edge.target, &edge.target_input)
}

/// The output that a wire comes from.
fn gives(edge: &Edge) -> (&str, &str) {
    (&edge.source, &edge.source_output)
}

/// What people chose, and what they still have to choose.
struct Decisions<'a> {
    choices: &'a Choices,
    conflicts: Vec<WorkflowConflict>,
}

impl Decisions<'_> {
    /// The choice for a place; without one it becomes a conflict, and ours stands.
    fn take(&mut self, place: Place, [base, ours, theirs]: [Value; 3]) -> Take {
        match self.choices.get(&place) {
            Some(take) => *take,
            None => {
                self.conflicts.push(WorkflowConflict { place, base, ours, theirs });
                Take::Ours
            }
        }
    }

    /// The value that changed, or the chosen one.
    fn merge<T: PartialEq + Clone + Serialize>(&mut self, place: Place, base: &T, ours: &T, theirs: &T) -> T {
        merged(base, ours, theirs).unwrap_or_else(|| match self.take(place, [base, ours, theirs].map(shown)) {
            Take::Theirs => theirs.clone(),
            Take::Ours | Take::Both => ours.clone(),
        })
    }
}

/// The value that changed on one side, or on both alike; none if each changed it in its way.
fn merged<T: PartialEq + Clone>(base: &T, ours: &T, theirs: &T) -> Option<T> {
    if ours == theirs || base == theirs {
        Some(ours.clone())
    } else if base == ours {
        Some(theirs.clone())
    } else {
        None
    }
}

fn shown<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("parts of a workflow are JSON")
}

/// Everything but nodes and wires.
fn about(base: &Workflow, ours: &Workflow, theirs: &Workflow, decisions: &mut Decisions) -> Workflow {
    let keys: BTreeSet<&String> = [base, ours, theirs].iter().flat_map(|side| side.metadata.keys()).collect();
    let mut metadata = serde_json::Map::new();
    for key in keys {
        let [base, ours, theirs] = [base, ours, theirs].map(|side| side.metadata.get(key).cloned());
        let value = decisions.merge(Place::Metadata { key: key.clone() }, &base, &ours, &theirs);
        metadata.extend(value.map(|value| (key.clone(), value)));
    }
    Workflow {
        workflow_id: decisions.merge(Place::WorkflowId, &base.workflow_id, &ours.workflow_id, &theirs.workflow_id),
        name: decisions.merge(Place::Name, &base.name, &ours.name, &theirs.name),
        description: decisions.merge(Place::Description, &base.description, &ours.description, &theirs.description),
        metadata,
        ..Workflow::default()
    }
}
