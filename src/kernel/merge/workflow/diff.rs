//! What changed between two versions of a workflow, by node, input and wire, for a page to draw.
//!
//! Never looks at the order of nodes and wires, which means nothing.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::{Side, feeds};
use crate::kernel::dag::{Edge, Node, Position, Workflow};

/// What changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowDiff {
    /// Name, description and metadata.
    pub about: Vec<AboutChange>,
    /// Nodes that are new, in their order.
    pub nodes_added: Vec<Node>,
    /// Nodes that are gone, in their order.
    pub nodes_removed: Vec<Node>,
    /// Nodes that are others, by id.
    pub nodes_changed: Vec<NodeChange>,
    /// Wires that are new, in their order.
    pub wires_added: Vec<Edge>,
    /// Wires that are gone, in their order.
    pub wires_removed: Vec<Edge>,
}

impl WorkflowDiff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A change of what a workflow says about itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AboutChange {
    /// `workflowId`, `name`, `description` or `metadata.<key>`.
    pub field: String,
    /// What it was; `null` if there was nothing.
    pub before: Value,
    /// What it is; `null` if there is nothing.
    pub after: Value,
}

/// A change of one node.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeChange {
    /// Which.
    pub node_id: String,
    /// What it ran and runs, if that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skill: Option<(String, String)>,
    /// Where it stood and stands, if it was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<(Option<Position>, Option<Position>)>,
    /// The values given by hand that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputState>,
}

/// A value given by hand, before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputState {
    /// Which input.
    pub input: String,
    /// What it was; none if nothing was given.
    pub before: Option<Value>,
    /// What it is; none if nothing is given.
    pub after: Option<Value>,
}

/// What changed from one version to the other.
pub fn diff_workflows(before: &Workflow, after: &Workflow) -> WorkflowDiff {
    let (older, newer) = (Side::new(before), Side::new(after));
    let lacks = |side: &Side, node: &Node| !side.nodes.contains_key(node.node_id.as_str());
    let nodes = |from: &Workflow, other: &Side| from.nodes.iter().filter(|node| lacks(other, node)).cloned().collect();
    let wires = |from: &Workflow, other: &Side| {
        let mut wires: Vec<Edge> = from.edges.iter().filter(|edge| !other.has_wire(edge)).cloned().collect();
        wires.sort_by(|one, other| feeds(one).cmp(&feeds(other)));
        wires
    };
    WorkflowDiff {
        about: about(before, after),
        nodes_added: nodes(after, &older),
        nodes_removed: nodes(before, &newer),
        nodes_changed: older.nodes.iter().filter_map(|(id, node)| changed(node, newer.nodes.get(id)?)).collect(),
        wires_added: wires(after, &older),
        wires_removed: wires(before, &newer),
    }
}

fn about(before: &Workflow, after: &Workflow) -> Vec<AboutChange> {
    let text = |text: &str| Value::from(text);
    let optional = |text: &Option<String>| text.clone().map_or(Value::Null, Value::from);
    let mut fields = vec![
        ("workflowId".to_owned(), text(&before.workflow_id), text(&after.workflow_id)),
        ("name".to_owned(), text(&before.name), text(&after.name)),
        ("description".to_owned(), optional(&before.description), optional(&after.description)),
    ];
    let keys: BTreeSet<&String> = before.metadata.keys().chain(after.metadata.keys()).collect();
    for key in keys {
        let value = |side: &Workflow| side.metadata.get(key).cloned().unwrap_or_default();
        fields.push((format!("metadata.{key}"), value(before), value(after)));
    }
    let changed = fields.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(field, before, after)| AboutChange { field, before, after }).collect()
}

fn changed(before: &Node, after: &Node) -> Option<NodeChange> {
    if before == after {
        return None;
    }
    let inputs: BTreeSet<&String> = before.input_values.keys().chain(after.input_values.keys()).collect();
    let value = |node: &Node, input: &str| node.input_values.get(input).cloned();
    let state =
        |input: &String| InputState { input: input.clone(), before: value(before, input), after: value(after, input) };
    Some(NodeChange {
        node_id: before.node_id.clone(),
        skill: (before.skill_id != after.skill_id).then(|| (before.skill_id.clone(), after.skill_id.clone())),
        position: (before.position != after.position).then_some((before.position, after.position)),
        inputs: inputs.into_iter().map(state).filter(|state| state.before != state.after).collect(),
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    fn workflow(value: Value) -> Workflow {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn changes_are_told_by_node_input_and_wire() {
        let before = workflow(json!({
            "name": "Filter",
            "nodes": [
                {"nodeId": "rc", "skillId": "rc", "position": {"x": 0.0, "y": 0.0}, "inputValues": {"r": 1, "c": 2}},
                {"nodeId": "old", "skillId": "text"},
                {"nodeId": "plot", "skillId": "plot"}
            ],
            "edges": [{"edgeId": "e1", "source": "rc", "sourceOutput": "gain", "target": "plot", "targetInput": "y"}]
        }));
        let after = workflow(json!({
            "name": "Low-pass",
            "nodes": [
                {"nodeId": "plot", "skillId": "chart"},
                {"nodeId": "new", "skillId": "text"},
                {"nodeId": "rc", "skillId": "rc", "position": {"x": 5.0, "y": 0.0}, "inputValues": {"r": 3, "l": 4}}
            ],
            "edges": [
                {"edgeId": "another", "source": "rc", "sourceOutput": "gain", "target": "plot", "targetInput": "y"},
                {"source": "rc", "sourceOutput": "frequency", "target": "plot", "targetInput": "x"}
            ],
            "metadata": {"zoom": 2}
        }));
        assert!(diff_workflows(&before, &before).is_empty());
        let told = serde_json::to_string_pretty(&diff_workflows(&before, &after)).unwrap();
        expect![[r#"
            {
              "about": [
                {
                  "field": "name",
                  "before": "Filter",
                  "after": "Low-pass"
                },
                {
                  "field": "metadata.zoom",
                  "before": null,
                  "after": 2
                }
              ],
              "nodesAdded": [
                {
                  "nodeId": "new",
                  "skillId": "text"
                }
              ],
              "nodesRemoved": [
                {
                  "nodeId": "old",
                  "skillId": "text"
                }
              ],
              "nodesChanged": [
                {
                  "nodeId": "plot",
                  "skill": [
                    "plot",
                    "chart"
                  ]
                },
                {
                  "nodeId": "rc",
                  "position": [
                    {
                      "x": 0.0,
                      "y": 0.0
                    },
                    {
                      "x": 5.0,
                      "y": 0.0
                    }
                  ],
                  "inputs": [
                    {
                      "input": "c",
                      "before": 2,
                      "after": null
                    },
                    {
                      "input": "l",
                      "before": null,
                      "after": 4
                    },
                    {
                      "input": "r",
                      "before": 1,
                      "after": 3
                    }
                  ]
                }
              ],
              "wiresAdded": [
                {
                  "source": "rc",
                  "sourceOutput": "frequency",
                  "target": "plot",
                  "targetInput": "x"
                }
              ],
              "wiresRemoved": []
            }"#]]
        .assert_eq(&told);
    }
}
