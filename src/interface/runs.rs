//! What a run of a workflow leaves behind: a report that the page makes when it is over, and the trace that it becomes.
//!
//! Values never leave the page: a report tells outputs in a few words each.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ApiError, Call, ErrorCode};
use crate::kernel::access::Action;
use crate::kernel::dag::{NodeResult, NodeStatus, RunResult, RunStatus, Workflow};
use crate::kernel::manager::Storage;
use crate::kernel::trace::Trace;
use crate::kernel::volume::{Durability, NewTrace};

/// How many nodes a trace tells of, those that went wrong first.
const MOST_NODES: usize = 40;
/// How much of a workflow's JSON a trace holds.
const LONGEST_WORKFLOW_BYTES: usize = 40_000;
const LONGEST_TEXT_LETTERS: usize = 200;

/// A run that is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// The name that its trace is to have.
    pub trace_id: String,
    /// In whole seconds since 1970.
    pub started_at: i64,
    /// From start to end.
    pub duration_ms: f64,
    /// As a whole.
    pub status: RunStatus,
    /// What ran, with the inputs that were given by hand.
    pub workflow: Workflow,
    /// The hash of each skill's code, by the skill's id.
    pub codes: BTreeMap<String, String>,
    /// Node by node, as many as are told of.
    nodes: Vec<NodeReport>,
    /// How many there were.
    total: usize,
}

/// What became of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct NodeReport {
    node_id: String,
    status: NodeStatus,
    cached: bool,
    duration_ms: f64,
    /// Each output in a few words, by its name.
    outputs: Vec<(String, String)>,
    error: Option<String>,
}

impl RunReport {
    /// The report of a run; `None` for one that was stopped before anything came of it.
    pub fn new(
        trace_id: String,
        started_at: i64,
        workflow: Workflow,
        codes: BTreeMap<String, String>,
        result: &RunResult,
    ) -> Option<Self> {
        let ran = |node: &NodeResult| matches!(node.status, NodeStatus::Completed | NodeStatus::Failed);
        if !result.nodes.values().any(|node| ran(node)) {
            return None;
        }
        let failed_first =
            |failed: bool| result.nodes.iter().filter(move |(_, node)| (node.status == NodeStatus::Failed) == failed);
        let told = failed_first(true).chain(failed_first(false)).take(MOST_NODES).map(|(node_id, node)| NodeReport {
            node_id: node_id.clone(),
            status: node.status,
            cached: node.cached,
            duration_ms: node.duration_ms,
            outputs: node.outputs.iter().map(|output| (output.name.clone(), short(&output.text))).collect(),
            error: node.error.as_ref().map(|error| short(&error.message)),
        });
        Some(Self {
            trace_id,
            started_at,
            duration_ms: result.duration_ms,
            status: result.status,
            workflow,
            codes,
            nodes: told.collect(),
            total: result.nodes.len(),
        })
    }

    fn trace(&self) -> Trace {
        let name = Some(self.workflow.name.trim()).filter(|name| !name.is_empty());
        let goal = name.unwrap_or("Run a workflow").to_owned();
        let mut skills: Vec<String> = self.workflow.nodes.iter().map(|node| node.skill_id.clone()).collect();
        skills.sort_unstable();
        skills.dedup();
        Trace {
            trace_id: self.trace_id.clone(),
            kind: "workflow".to_owned(),
            started_at: self.started_at,
            duration_ms: self.duration_ms,
            skills_used: skills,
            workflow_id: Some(self.workflow.workflow_id.clone()).filter(|id| !id.is_empty()),
            content: self.content(&goal),
            goal,
            ..Trace::default()
        }
    }

    fn content(&self, goal: &str) -> String {
        let mut text = format!("# Execution Trace: {goal}\n\nThe run {}.\n", word(&self.status));
        let workflow = serde_json::to_string_pretty(&self.workflow).unwrap_or_default();
        if workflow.len() <= LONGEST_WORKFLOW_BYTES {
            let _ = write!(text, "\n## Workflow\n\n````json\n{}\n````\n", workflow.replace("````", "` ` ` `"));
        } else {
            let (nodes, edges) = (self.workflow.nodes.len(), self.workflow.edges.len());
            let _ = write!(text, "\n## Workflow\n\n{nodes} nodes and {edges} wires, too many to write down.\n");
        }
        text.push_str("\n## Code\n\n");
        for (skill_id, hash) in &self.codes {
            let _ = writeln!(text, "- `{skill_id}`: {hash}");
        }
        text.push_str("\n## Results\n\n");
        for node in &self.nodes {
            let cached = if node.cached { ", from an earlier run" } else { "" };
            let _ = writeln!(text, "- `{}` {} in {:.0} ms{cached}", node.node_id, word(&node.status), node.duration_ms);
            for (name, value) in &node.outputs {
                let _ = writeln!(text, "  - {name}: {value}");
            }
            if let Some(error) = &node.error {
                let _ = writeln!(text, "  - {error}");
            }
        }
        if self.total > self.nodes.len() {
            let _ = writeln!(text, "- and {} more nodes", self.total - self.nodes.len());
        }
        text
    }
}

fn word(status: &impl Serialize) -> String {
    serde_json::to_value(status).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

pub fn short(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_TEXT_LETTERS).collect()
}

/// `POST /traces/run`: the trace of a run that is over.
pub async fn keep<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let report: RunReport = call.request.json()?;
    let is_plain = |letter: u8| letter.is_ascii_hexdigit() || letter == b'-';
    let moment = Trace::moment_of(&report.trace_id).filter(|_| report.trace_id.bytes().all(is_plain));
    let timestamp_s = moment.ok_or_else(|| {
        ApiError::new(ErrorCode::Unprocessable, format!("'{}' cannot be the name of a trace", report.trace_id))
    })?;
    let trace = report.trace();
    let volume = call.manager.own_volume();
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let mut note = call.manager.note(&volume, format!("Trace: {}", short(&trace.goal)), call.now);
    // Traces come often; what a person did waits for the disk, these do not.
    note.durability = Durability::Relaxed;
    let kept = NewTrace { id: trace.trace_id.clone(), timestamp_s, content: trace.encode() };
    let commit = opened.write_trace(&kept, &note).await?;
    Ok(json!({ "trace_id": trace.trace_id, "commit": commit.to_string() }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::interface::{Request, answer};
    use crate::kernel::dag::{JobError, Node, OutputSummary};
    use crate::kernel::manager::{MemoryStorage, Now, VolumeManager};

    #[test]
    fn a_run_leaves_a_trace_with_its_workflow_codes_and_outputs_in_short() {
        let node = |id: &str| Node {
            node_id: id.to_owned(),
            skill_id: "double".to_owned(),
            position: None,
            input_values: [("x".to_owned(), json!(2))].into(),
        };
        let workflow = Workflow { name: "Twice".to_owned(), nodes: vec![node("a"), node("b")], ..Workflow::default() };
        let result = |status, outputs, error| {
            let cached = false;
            Arc::new(NodeResult {
                status,
                cached,
                duration_ms: 1.0,
                level: 0,
                step: String::new(),
                outputs,
                logs: vec![],
                error,
            })
        };
        let output = OutputSummary { name: "y".to_owned(), bytes: 8, text: "4".to_owned() };
        let error = JobError {
            code: "code_error".to_owned(),
            message: "It broke\n`here`".to_owned(),
            detail: None,
            line: None,
        };
        let run = |first: NodeStatus| RunResult {
            status: RunStatus::Failed,
            trace_id: None,
            duration_ms: 5.0,
            nodes: [
                ("a".to_owned(), result(first, vec![output.clone()], None)),
                (
                    "b".to_owned(),
                    result(
                        if first == NodeStatus::Completed { NodeStatus::Failed } else { first },
                        vec![],
                        Some(error.clone()),
                    ),
                ),
            ]
            .into(),
        };
        let codes: BTreeMap<String, String> = [("double".to_owned(), "abc".to_owned())].into();
        let id = "1790000000-0123456789".to_owned();
        let report =
            RunReport::new(id.clone(), 1_790_000_000, workflow.clone(), codes.clone(), &run(NodeStatus::Completed));
        let report = report.expect("something ran");
        assert_eq!(RunReport::new(id.clone(), 0, workflow, codes, &run(NodeStatus::Cancelled)), None);
        let manager = pollster::block_on(VolumeManager::open(MemoryStorage::default())).expect("memory opens");
        let call = |method: &str, path: &str, body: Option<Value>| {
            let request = Request::new(method, path, body.map(|body| body.to_string()));
            pollster::block_on(answer(&request, &manager, Now { timestamp_s: 1_790_000_100, offset_min: 0 }))
        };
        let kept = call("POST", "/traces/run", Some(json!(report)));
        assert_eq!((kept.status, kept.body["trace_id"].as_str()), (201, Some(id.as_str())), "{}", kept.body);
        let trace = call("GET", &format!("/traces/{id}"), None).body;
        assert_eq!((trace["kind"].as_str(), trace["goal"].as_str()), (Some("workflow"), Some("Twice")));
        let content = trace["content"].as_str().unwrap_or_default();
        for part in
            ["# Execution Trace: Twice", "\"x\": 2", "- `double`: abc", "- `b` failed", "It broke `here`", "  - y: 4"]
        {
            assert!(content.contains(part), "{part} in\n{content}");
        }
        let stray = RunReport { trace_id: "1790000000-../../x".to_owned(), ..report };
        assert_eq!(call("POST", "/traces/run", Some(json!(stray))).status, 422);
    }
}
