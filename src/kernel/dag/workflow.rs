//! The form of a workflow that files, links, payloads and people share. Nothing here is checked yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::kernel::skill::ExecutableSkill;

/// A graph of skills.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workflow {
    /// Names the workflow in its volume.
    #[serde(alias = "workflow_id", default)]
    pub workflow_id: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The steps.
    pub nodes: Vec<Node>,
    /// The wires.
    #[serde(default)]
    pub edges: Vec<Edge>,
    /// What else its maker wants kept.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

/// One step: a skill, where it stands, and the inputs given by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// Unique in its workflow.
    #[serde(alias = "node_id")]
    pub node_id: String,
    /// What it runs.
    #[serde(alias = "skill_id")]
    pub skill_id: String,
    /// Its upper left corner on the canvas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Values for inputs that no wire feeds.
    #[serde(alias = "input_values", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub input_values: BTreeMap<String, Value>,
}

/// A point of the canvas, in its own pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A wire from an output to an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// A name for it, if somebody needs one.
    #[serde(alias = "edge_id", default, skip_serializing_if = "Option::is_none")]
    pub edge_id: Option<String>,
    /// The node that gives.
    pub source: String,
    /// Its output.
    #[serde(alias = "source_output")]
    pub source_output: String,
    /// The node that takes.
    pub target: String,
    /// Its input.
    #[serde(alias = "target_input")]
    pub target_input: String,
}

/// A workflow with the skills that it needs: all that a run takes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// The graph.
    pub workflow: Workflow,
    /// The skills, by id.
    pub skills: BTreeMap<String, ExecutableSkill>,
}
