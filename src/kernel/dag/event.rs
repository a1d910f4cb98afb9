//! What a person or a program hears of a run: the events of interface.md, and the words they use.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::kernel::skill::Runtime;

/// How a node ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeStatus {
    /// Its outputs are there.
    Completed,
    /// Its code, its engine or its inputs went wrong.
    Failed,
    /// Something it depends on did not complete.
    Skipped,
    /// The run was stopped first.
    Cancelled,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// Every node completed.
    Completed,
    /// At least one node failed.
    Failed,
    /// It was stopped.
    Cancelled,
}

/// Why a node failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct JobError {
    /// A stable name for programs, such as `timeout` or `code_error`.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// More, such as a traceback cut to the person's own lines, or what to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The line of the skill's code, from 1, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// Which stream a line of a log came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// What the code printed.
    Stdout,
    /// What it warned of.
    Stderr,
}

/// What is known of an output without having its value: values stay where they were made until something asks for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OutputSummary {
    /// The output's name.
    pub name: String,
    /// The size of the value in memory, as near as can be told.
    #[cfg_attr(test, ts(type = "number"))]
    pub bytes: u64,
    /// The value in a few words, such as `1.592 kHz`, `[1024 numbers]` or `table 12 × 3`.
    pub text: String,
}

/// Where a runtime is on its way to being usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuntimeState {
    /// Its bytes arrive or it starts.
    Loading,
    /// It takes work.
    Ready,
    /// It could not start.
    Failed,
}

/// Something that happened in a run, in the order in which it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum RunEvent {
    /// A runtime loads, is ready, or failed to start.
    Runtime {
        /// Which.
        runtime: Runtime,
        /// How far it is.
        state: RuntimeState,
        /// The step in words, such as `Downloading Python`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
        /// Bytes that are here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loaded: Option<u64>,
        /// Bytes that will be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    /// A node was handed to a worker.
    Started {
        /// Which.
        node_id: String,
    },
    /// A node said something.
    Log {
        /// Which.
        node_id: String,
        /// Where it said it.
        stream: LogStream,
        /// What, with its line breaks.
        text: String,
    },
    /// A node ended.
    Finished {
        /// Which.
        node_id: String,
        /// How.
        status: NodeStatus,
        /// Whether the results of an earlier run served.
        cached: bool,
        /// How long its code ran.
        duration_ms: f64,
    },
}

/// A piece of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Where it was said.
    pub stream: LogStream,
    /// What, with its line breaks.
    pub text: String,
}

/// All that is known of a node that ended, but for the values of its outputs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeResult {
    /// How it ended.
    pub status: NodeStatus,
    /// Whether the results of an earlier run served.
    pub cached: bool,
    /// How long its code ran.
    pub duration_ms: f64,
    /// Its place in the order of dependencies, from 0.
    pub level: u32,
    /// The name under which the store keeps the values of its outputs.
    pub step: String,
    /// Its outputs, where it completed.
    pub outputs: Vec<OutputSummary>,
    /// What it said.
    pub logs: Vec<LogEntry>,
    /// Why it did not complete.
    pub error: Option<JobError>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunResult {
    /// As a whole.
    pub status: RunStatus,
    /// The trace that it left, where traces are kept.
    pub trace_id: Option<String>,
    /// From start to end.
    pub duration_ms: f64,
    /// Node by node.
    pub nodes: BTreeMap<String, Arc<NodeResult>>,
}
