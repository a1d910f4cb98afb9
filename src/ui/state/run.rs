//! The run as the UI shows it: one signal per node, counts for the whole, logs and loading runtimes.
//!
//! Thousands of events may come in one burst. Each touches the signal of its node and a few counts, and nothing walks the graph;
//! what shows all nodes at once (timeline, logs) follows `tick`, which beats ten times a second while a run goes on.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use leptos::prelude::*;

use crate::kernel::dag::{
    JobError, LogEntry, LogStream, NodeResult, NodeStatus, OutputSummary, RunEvent, RunResult, RunStatus, RuntimeState,
};
use crate::kernel::skill::Runtime;
use crate::ui::parts::clock::now_ms;

/// How many pieces of logs are kept for the drawer.
const LOG_LIMIT: usize = 4000;

/// Where a node is in the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeState {
    /// It has not run.
    #[default]
    Idle,
    /// It waits for what feeds it, or for a worker.
    Queued,
    /// A worker has it.
    Running,
    /// It ended.
    Ended(NodeStatus),
}

impl NodeState {
    /// A name for style sheets and tests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Ended(NodeStatus::Completed) => "completed",
            Self::Ended(NodeStatus::Failed) => "failed",
            Self::Ended(NodeStatus::Skipped) => "skipped",
            Self::Ended(NodeStatus::Cancelled) => "cancelled",
        }
    }

    /// A word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Idle => "Not run",
            Self::Queued => "Waiting",
            Self::Running => "Running",
            Self::Ended(NodeStatus::Completed) => "Done",
            Self::Ended(NodeStatus::Failed) => "Failed",
            Self::Ended(NodeStatus::Skipped) => "Skipped",
            Self::Ended(NodeStatus::Cancelled) => "Stopped",
        }
    }
}

/// All that is known of a node's last run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeRun {
    /// Where it is.
    pub state: NodeState,
    /// Whether its code, inputs or wires have changed since.
    pub outdated: bool,
    /// Whether the results of an earlier run served.
    pub cached: bool,
    /// How long its code ran.
    pub duration_ms: f64,
    /// When it began, counted from the start of the run.
    pub started_ms: f64,
    /// Its place in the order of dependencies.
    pub level: u32,
    /// The name under which the store keeps its outputs.
    pub step: Option<String>,
    /// Its outputs.
    pub outputs: Arc<Vec<OutputSummary>>,
    /// What it said.
    pub logs: Vec<LogEntry>,
    /// Why it did not complete.
    pub error: Option<Arc<JobError>>,
}

impl NodeRun {
    /// A name for style sheets and tests: that of the state, or `outdated` where the result is of what is no longer there.
    pub fn state_name(&self) -> &'static str {
        if self.outdated { "outdated" } else { self.state.name() }
    }

    /// The summary of an output, where there is one.
    pub fn output(&self, name: &str) -> Option<&OutputSummary> {
        self.outputs.iter().find(|summary| summary.name == name)
    }
}

/// Where the run is as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has run.
    #[default]
    Idle,
    /// It goes on.
    Running,
    /// It ended.
    Ended(RunStatus),
}

/// The run in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Where it is.
    pub phase: Phase,
    /// Nodes that take part.
    pub total: usize,
    /// Nodes that workers have now.
    pub running: usize,
    /// Nodes that completed.
    pub completed: usize,
    /// Of those, nodes that an earlier run served.
    pub cached: usize,
    /// Nodes that failed.
    pub failed: usize,
    /// Nodes that were skipped or stopped.
    pub left_out: usize,
    /// When it began, on the page's clock.
    pub started_ms: f64,
    /// How long it took, once it has ended.
    pub duration_ms: f64,
    /// Whether Stop was pressed.
    pub stopping: bool,
}

impl Progress {
    /// Nodes that have ended.
    pub fn ended(&self) -> usize {
        self.completed + self.failed + self.left_out
    }

    /// The run in a sentence, for those who hear it.
    pub fn sentence(&self) -> String {
        match self.phase {
            Phase::Idle => "Nothing has run".into(),
            Phase::Running => format!("{} of {} nodes done", self.ended(), self.total),
            Phase::Ended(RunStatus::Completed) => format!("Run completed, {} nodes", self.total),
            Phase::Ended(RunStatus::Failed) => {
                format!("Run failed: {} of {} nodes went wrong", self.failed, self.total)
            }
            Phase::Ended(RunStatus::Cancelled) => {
                format!("Run stopped after {} of {} nodes", self.completed, self.total)
            }
        }
    }
}

/// A runtime on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct RuntimeProgress {
    /// The step in words.
    pub stage: String,
    /// Bytes here and bytes in all, where bytes are what it waits for.
    pub bytes: Option<(u64, u64)>,
    /// Whether it could not start.
    pub failed: bool,
}

/// A piece of a log, with the node that said it.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// Counts from the start of the run.
    pub number: u32,
    /// Who.
    pub node_id: String,
    /// On which stream.
    pub stream: LogStream,
    /// What.
    pub text: String,
}

/// A node's time in the run, for the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Who.
    pub node_id: String,
    /// From the start of the run.
    pub started_ms: f64,
    /// Until then, or none if it goes on.
    pub ended_ms: Option<f64>,
    /// How it is.
    pub state: NodeState,
    /// Whether an earlier run served.
    pub cached: bool,
}

/// The run that goes on, or the last one.
#[derive(Clone, Copy)]
pub struct RunView {
    /// In numbers.
    pub progress: RwSignal<Progress>,
    /// Runtimes that load.
    pub runtimes: RwSignal<Vec<(Runtime, RuntimeProgress)>>,
    /// Beats while a run goes on and once when it ends.
    pub tick: RwSignal<u32>,
    nodes: StoredValue<HashMap<String, ArcRwSignal<NodeRun>>>,
    order: StoredValue<Vec<String>>,
    logs: StoredValue<VecDeque<LogLine>>,
    log_count: StoredValue<u32>,
    target: StoredValue<Option<String>>,
}

impl RunView {
    pub(super) fn new() -> Self {
        Self {
            progress: RwSignal::default(),
            runtimes: RwSignal::default(),
            tick: RwSignal::new(0),
            nodes: StoredValue::new(HashMap::new()),
            order: StoredValue::new(Vec::new()),
            logs: StoredValue::new(VecDeque::new()),
            log_count: StoredValue::new(0),
            target: StoredValue::new(None),
        }
    }

    /// What is known of a node; there is always a signal to follow.
    pub fn node(&self, node_id: &str) -> ArcRwSignal<NodeRun> {
        if let Some(node) = self.nodes.with_value(|nodes| nodes.get(node_id).cloned()) {
            return node;
        }
        let node = ArcRwSignal::new(NodeRun::default());
        self.nodes.update_value(|nodes| {
            nodes.insert(node_id.to_owned(), node.clone());
        });
        node
    }

    /// Whether a run goes on. Tracks.
    pub fn is_running(&self) -> bool {
        self.progress.with(|progress| progress.phase == Phase::Running)
    }

    /// Whether a run goes on, without tracking.
    pub fn is_running_untracked(&self) -> bool {
        self.progress.with_untracked(|progress| progress.phase == Phase::Running)
    }

    /// Notes the node that the next run is for.
    pub fn aim(&self, target: Option<String>) {
        self.target.set_value(target);
    }

    pub(super) fn take_target(&self) -> Option<String> {
        self.target.try_update_value(Option::take).flatten()
    }

    /// The logs so far, oldest first. Tracks `tick`.
    pub fn logs(&self) -> Vec<LogLine> {
        self.tick.track();
        self.logs.with_value(|logs| logs.iter().cloned().collect())
    }

    /// When each node of the run ran, in the order in which they began. Tracks `tick`.
    pub fn spans(&self) -> Vec<Span> {
        self.tick.track();
        self.order.with_value(|order| order.clone()).into_iter().map(|node_id| self.span(node_id)).collect()
    }

    fn span(&self, node_id: String) -> Span {
        self.node(&node_id).with_untracked(|run| {
            let ended_ms = matches!(run.state, NodeState::Ended(_)).then_some(run.started_ms + run.duration_ms);
            Span { node_id, started_ms: run.started_ms, ended_ms, state: run.state, cached: run.cached }
        })
    }

    pub(super) fn clear(&self) {
        self.nodes.set_value(HashMap::new());
        self.order.set_value(Vec::new());
        self.forget_logs();
        self.progress.set(Progress::default());
        self.beat();
    }

    pub(super) fn start(&self, node_ids: &[String]) {
        self.order.set_value(Vec::new());
        self.forget_logs();
        for node_id in node_ids {
            self.node(node_id).update(|run| {
                // What an earlier run left stays in sight until there is something newer.
                *run = NodeRun {
                    state: NodeState::Queued,
                    step: run.step.take(),
                    outputs: run.outputs.clone(),
                    ..NodeRun::default()
                };
            });
        }
        let total = node_ids.len();
        self.progress.set(Progress { phase: Phase::Running, total, started_ms: now_ms(), ..Progress::default() });
        self.beat();
    }

    pub(super) fn apply(&self, event: &RunEvent, result: Option<&NodeResult>) {
        match event {
            RunEvent::Runtime { runtime, state, stage, loaded, total } => {
                self.load_runtime(*runtime, *state, stage.as_deref(), loaded.zip(*total));
            }
            RunEvent::Started { node_id } => {
                let started_ms = self.elapsed_ms();
                self.order.update_value(|order| order.push(node_id.clone()));
                self.node(node_id).update(|run| {
                    run.state = NodeState::Running;
                    run.started_ms = started_ms;
                });
                self.progress.update(|progress| progress.running += 1);
            }
            RunEvent::Log { node_id, stream, text } => self.log(node_id, *stream, text),
            RunEvent::Finished { node_id, status, cached, duration_ms } => {
                let now = self.elapsed_ms();
                let was_running = self.node(node_id).with_untracked(|run| run.state == NodeState::Running);
                if !was_running && *status == NodeStatus::Completed {
                    self.order.update_value(|order| order.push(node_id.clone()));
                }
                self.node(node_id).update(|run| {
                    run.started_ms = if was_running { run.started_ms } else { now };
                    end(run, *status, *cached, *duration_ms, result);
                });
                self.progress.update(|progress| count(progress, *status, *cached, was_running));
            }
        }
    }

    pub(super) fn finish(&self, result: &RunResult) {
        for (node_id, ended) in &result.nodes {
            let node = self.node(node_id);
            let open = node.with_untracked(|run| !matches!(run.state, NodeState::Ended(_)));
            if open {
                let was_running = node.with_untracked(|run| run.state == NodeState::Running);
                node.update(|run| end(run, ended.status, ended.cached, ended.duration_ms, Some(ended)));
                self.progress.update(|progress| count(progress, ended.status, ended.cached, was_running));
            }
        }
        self.progress.update(|progress| {
            progress.phase = Phase::Ended(result.status);
            progress.duration_ms = result.duration_ms;
            progress.running = 0;
            progress.stopping = false;
        });
        self.runtimes.update(|runtimes| runtimes.retain(|(_, runtime)| runtime.failed));
        self.beat();
    }

    /// A run that could not begin leaves no node waiting.
    pub fn abort(&self) {
        if !self.is_running_untracked() {
            return;
        }
        let nodes: Vec<_> = self.nodes.with_value(|nodes| nodes.values().cloned().collect());
        for node in nodes {
            if node.with_untracked(|run| matches!(run.state, NodeState::Queued | NodeState::Running)) {
                node.update(|run| run.state = NodeState::Idle);
            }
        }
        self.progress.set(Progress::default());
        self.beat();
    }

    pub(super) fn outdate(&self, node_id: &str) {
        let node = self.node(node_id);
        if node.with_untracked(|run| matches!(run.state, NodeState::Ended(_)) && !run.outdated) {
            node.update(|run| run.outdated = true);
        }
    }

    /// Milliseconds since the run began.
    pub fn elapsed_ms(&self) -> f64 {
        let (phase, started, duration) =
            self.progress.with_untracked(|progress| (progress.phase, progress.started_ms, progress.duration_ms));
        if phase == Phase::Running { (now_ms() - started).max(0.0) } else { duration }
    }

    /// Lets what follows `tick` look again.
    pub fn beat(&self) {
        self.tick.update(|tick| *tick = tick.wrapping_add(1));
    }

    fn log(&self, node_id: &str, stream: LogStream, text: &str) {
        let number = self
            .log_count
            .try_update_value(|count| {
                *count += 1;
                *count
            })
            .unwrap_or_default();
        self.logs.update_value(|logs| {
            logs.push_back(LogLine { number, node_id: node_id.to_owned(), stream, text: text.to_owned() });
            if logs.len() > LOG_LIMIT {
                logs.pop_front();
            }
        });
        self.node(node_id).update(|run| run.logs.push(LogEntry { stream, text: text.to_owned() }));
    }

    fn load_runtime(&self, runtime: Runtime, state: RuntimeState, stage: Option<&str>, bytes: Option<(u64, u64)>) {
        self.runtimes.update(|runtimes| {
            runtimes.retain(|(other, _)| *other != runtime);
            if state != RuntimeState::Ready {
                let stage = stage.unwrap_or("Starting").to_owned();
                runtimes.push((runtime, RuntimeProgress { stage, bytes, failed: state == RuntimeState::Failed }));
            }
        });
    }

    fn forget_logs(&self) {
        self.logs.set_value(VecDeque::new());
        self.log_count.set_value(0);
    }
}

fn end(run: &mut NodeRun, status: NodeStatus, cached: bool, duration_ms: f64, result: Option<&NodeResult>) {
    run.state = NodeState::Ended(status);
    run.cached = cached;
    run.duration_ms = duration_ms;
    run.outdated = false;
    if let Some(result) = result {
        run.level = result.level;
        run.error = result.error.clone().map(Arc::new);
        run.logs.clone_from(&result.logs);
        if status == NodeStatus::Completed {
            run.step = Some(result.step.clone());
            run.outputs = Arc::new(result.outputs.clone());
        }
    }
    if status != NodeStatus::Completed {
        run.step = None;
        run.outputs = Arc::default();
    }
}

fn count(progress: &mut Progress, status: NodeStatus, cached: bool, was_running: bool) {
    if was_running {
        progress.running = progress.running.saturating_sub(1);
    }
    match status {
        NodeStatus::Completed => progress.completed += 1,
        NodeStatus::Failed => progress.failed += 1,
        NodeStatus::Skipped | NodeStatus::Cancelled => progress.left_out += 1,
    }
    progress.cached += usize::from(cached && status == NodeStatus::Completed);
}
