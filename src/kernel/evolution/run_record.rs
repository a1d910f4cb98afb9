//! A run of a workflow as its trace keeps it: the graph with the values that a person gave, and what each node came to.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::kernel::dag::Workflow;

/// Larger outputs are kept as their hash, which is enough to compare them.
const LARGEST_OUTPUT_BYTES: usize = 2_000;
const WORKFLOW_HEADING: &str = "## Workflow";
const RESULTS_HEADING: &str = "## Results";

/// A run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The graph that ran.
    pub workflow: Workflow,
    /// `completed`, `failed` or `cancelled`.
    #[serde(default)]
    pub status: String,
    /// What the nodes came to.
    #[serde(default)]
    pub nodes: BTreeMap<String, NodeRecord>,
}

/// What a node came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NodeRecord {
    /// `completed`, `failed`, `skipped` or `cancelled`.
    pub status: String,
    /// What it gave; large values as `{"$hash": …}`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Value>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Results {
    status: String,
    nodes: BTreeMap<String, NodeRecord>,
}

impl RunRecord {
    /// The body of its trace.
    #[must_use]
    pub fn to_markdown(&self, goal: &str) -> String {
        let mut text = format!("# Execution Trace: {}\n", goal.lines().next().unwrap_or_default());
        let nodes = self.nodes.iter().map(|(node_id, node)| {
            let outputs = node.outputs.iter().map(|(port, value)| (port.clone(), kept_value(value))).collect();
            (node_id.clone(), NodeRecord { outputs, ..node.clone() })
        });
        let results = Results { status: self.status.clone(), nodes: nodes.collect() };
        section(&mut text, WORKFLOW_HEADING, &json!(self.workflow));
        section(&mut text, RESULTS_HEADING, &json!(results));
        text
    }

    /// Reads it back; none where the body tells of no workflow.
    #[must_use]
    pub fn read(body: &str) -> Option<Self> {
        let workflow: Workflow = serde_json::from_str(block_under(body, WORKFLOW_HEADING)?).ok()?;
        let results = block_under(body, RESULTS_HEADING).and_then(|text| serde_json::from_str(text).ok());
        let Results { status, nodes } = results.unwrap_or_else(|| in_words(body));
        Some(Self { workflow, status, nodes })
    }
}

/// The results as the page's own report tells them: a line for each node and below it one for each output, in words.
fn in_words(body: &str) -> Results {
    let status = body.lines().find_map(|line| line.strip_prefix("The run ")?.strip_suffix('.'));
    let mut nodes: BTreeMap<String, NodeRecord> = BTreeMap::new();
    let mut current: Option<String> = None;
    let results = body.rsplit_once(&format!("\n{RESULTS_HEADING}\n")).map(|(_, results)| results);
    for line in results.unwrap_or_default().lines() {
        if let Some((node_id, rest)) = line.strip_prefix("- `").and_then(|rest| rest.rsplit_once("` ")) {
            let status = rest.split(' ').next().unwrap_or_default().to_owned();
            nodes.insert(node_id.to_owned(), NodeRecord { status, ..NodeRecord::default() });
            current = Some(node_id.to_owned());
        } else if let Some(told) = line.strip_prefix("  - ") {
            let node = current.as_ref().and_then(|node_id| nodes.get_mut(node_id));
            match (node, told.split_once(": ")) {
                (Some(node), Some((name, text))) if node.status == "completed" => {
                    node.outputs.insert(name.to_owned(), json!({ "$text": text }));
                }
                (Some(node), _) => node.error = Some(told.to_owned()),
                (None, _) => {}
            }
        }
    }
    Results { status: status.unwrap_or_default().to_owned(), nodes }
}

/// A value as a trace keeps it: itself, or its hash.
pub(super) fn kept_value(value: &Value) -> Value {
    let text = value.to_string();
    if text.len() <= LARGEST_OUTPUT_BYTES {
        return value.clone();
    }
    let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "$hash": hash, "$bytes": text.len() })
}

fn section(text: &mut String, heading: &str, value: &Value) {
    let inner = serde_json::to_string_pretty(value).unwrap_or_default();
    let longest = inner.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = write!(text, "\n{heading}\n\n{fence}json\n{inner}\n{fence}\n");
}

/// The fenced block that follows a heading.
fn block_under<'a>(body: &'a str, heading: &str) -> Option<&'a str> {
    let at = body.find(&format!("{heading}\n"))?;
    let rest = body[at + heading.len()..].trim_start();
    let (opening, inner) = rest.split_once('\n')?;
    let fence: String = opening.chars().take_while(|letter| *letter == '`').collect();
    if fence.len() < 3 {
        return None;
    }
    inner.split_once(&format!("\n{fence}")).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_of_the_page_is_read_too() {
        let workflow = r#"{"nodes": [{"nodeId": "a", "skillId": "double", "inputValues": {"x": "`"}}]}"#;
        let body = format!(
            "# Execution Trace: Twice\n\nThe run failed.\n\n## Workflow\n\n````json\n{workflow}\n````\n\n## Code\n\n- `double`: abc\n\n## Results\n\n- `a` completed in 1 ms, from an earlier run\n  - y: 4 kHz\n- `b` failed in 2 ms\n  - It broke: `here`\n"
        );
        let run = RunRecord::read(&body).expect("it tells of a workflow");
        assert_eq!((run.status.as_str(), run.workflow.nodes.len()), ("failed", 1));
        assert_eq!(run.nodes["a"].outputs["y"], json!({ "$text": "4 kHz" }));
        assert_eq!(
            (run.nodes["b"].status.as_str(), run.nodes["b"].error.as_deref()),
            ("failed", Some("It broke: `here`"))
        );
        assert_eq!(RunRecord::read("## Workflow\n\n12 nodes and 3 wires, too many to write down."), None);
    }
}
