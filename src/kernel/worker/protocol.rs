//! The messages between the kernel, the page's host of runtimes and the sandbox's workers.
//!
//! This file is their only definition: `assets/bridge/protocol.d.ts` is generated from it and a test holds the two together
//! (`UPDATE_EXPECT=1 cargo test` rewrites it). Values of ports never pass through Rust: they stay in the page's store under the
//! step and output that made them, and messages name them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::dag::{JobError, LogStream, OutputSummary};
use crate::kernel::skill::{Language, Port, Runtime};

/// Changes whenever a message does; a worker that says another number is refused.
pub const PROTOCOL_VERSION: u32 = 4;

/// One worker of the pool: a family and a number from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Slot {
    /// Which family.
    pub runtime: Runtime,
    /// Which of its workers.
    pub index: u32,
}

/// A piece of code that workers run, sent to each worker once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Code {
    /// The hash of all that stands here.
    pub code_id: String,
    /// The skill it is from, for messages.
    pub skill_id: String,
    /// The language it is written in.
    pub language: Language,
    /// The text.
    pub text: String,
    /// The inputs it takes.
    pub inputs: Vec<Port>,
    /// The outputs it promises.
    pub outputs: Vec<Port>,
    /// Python packages it needs beside those it imports.
    pub packages: Vec<String>,
    /// Top-level modules it imports (Python).
    pub imports: Vec<String>,
}

/// One execution of one node: to the host as the kernel orders it, to a worker with the values in place that the host has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Unique in the page's life, over all runs.
    pub job: u32,
    /// The hash of code, inputs and runtime: the name under which outputs are kept.
    pub step: String,
    /// The code to run.
    pub code_id: String,
    /// The values given by hand or by default, by input; to a worker also those from before its batch.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub values: BTreeMap<String, Value>,
    /// Inputs that are outputs of steps that ran before, or that stand earlier in the same batch; to a worker only the latter.
    pub links: Vec<Link>,
}

/// An input, the step that fills it, and which of its outputs does.
pub type Link = (String, String, String);

/// What the kernel asks of the page's host of runtimes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ToHost {
    /// Run these jobs one after the other on this worker; it is started if it is not there, and without jobs only that.
    Dispatch {
        /// The worker.
        slot: Slot,
        /// Code that these jobs need and that this call brings along; the host remembers it by id.
        codes: Vec<Code>,
        /// The jobs, in order.
        jobs: Vec<Job>,
    },
    /// End this worker at once, whatever it does; nothing it says afterwards counts.
    Terminate {
        /// The worker.
        slot: Slot,
    },
}

/// How one job ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct JobReport {
    /// Which.
    pub job: u32,
    /// How long its code ran.
    pub duration_ms: f64,
    /// Its outputs, where it completed.
    pub outputs: Vec<OutputSummary>,
    /// Why it did not complete, otherwise.
    #[serde(default)]
    pub error: Option<JobError>,
}

/// What the page's host of runtimes tells the kernel (read by `reading`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum FromHost {
    /// A worker is on its way: bytes arrive, an engine starts.
    Loading {
        /// The worker.
        slot: Slot,
        /// The step in words.
        stage: String,
        /// Bytes that are here, where bytes are what it waits for.
        #[cfg_attr(test, ts(type = "number | null"))]
        loaded: Option<u64>,
        /// Bytes that will be.
        #[cfg_attr(test, ts(type = "number | null"))]
        total: Option<u64>,
    },
    /// A worker takes jobs (and has begun those it was given).
    Ready {
        /// The worker.
        slot: Slot,
    },
    /// A worker could not start, or died; the jobs it had are not done.
    Lost {
        /// The worker.
        slot: Slot,
        /// Why.
        error: JobError,
    },
    /// A job said something.
    Log {
        /// Which job.
        job: u32,
        /// Where it said it.
        stream: LogStream,
        /// What.
        text: String,
    },
    /// Jobs ended, in the order of their batch. Their outputs are in the page's store.
    Reported {
        /// The worker.
        slot: Slot,
        /// The jobs.
        reports: Vec<JobReport>,
    },
}

/// What the page tells a worker. First comes whatever the family needs to begin, file by file, then `start`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ToWorker {
    /// A file that the start needs, sent as soon as it is there: what can be made of it is made while others are on their way.
    File {
        /// Such as the name of an engine, a standard library, a snapshot.
        name: String,
        /// Its bytes, or what they were compiled to.
        #[cfg_attr(test, ts(type = "ArrayBuffer | WebAssembly.Module"))]
        file: Value,
    },
    /// Begin, with the files that came; answered by `ready` or `failed`.
    Start {
        /// The version that the page speaks.
        version: u32,
        /// What the family wants to know besides.
        #[cfg_attr(test, ts(type = "unknown"))]
        options: Value,
    },
    /// Packages to install before the next batch.
    Install {
        /// Wheels by file name.
        #[cfg_attr(test, ts(type = "{ name: string; bytes: ArrayBuffer }[]"))]
        wheels: Value,
    },
    /// Jobs to run one after the other.
    Batch {
        /// Code not sent to this worker before.
        codes: Vec<Code>,
        /// The jobs, their inputs resolved. Where all values are plain JSON they come as its text, which crosses sooner than objects do.
        #[cfg_attr(test, ts(type = "Job[] | string"))]
        jobs: Vec<Job>,
    },
}

/// What a worker tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum FromWorker {
    /// It takes batches.
    Ready {
        /// The version that it speaks.
        version: u32,
    },
    /// It could not start, or can go on no longer.
    Failed {
        /// Why.
        error: JobError,
    },
    /// It is doing something that takes a while, before `ready`.
    Stage {
        /// In words.
        stage: String,
    },
    /// A job said something.
    Log {
        /// Which job.
        job: u32,
        /// Where.
        stream: LogStream,
        /// What.
        text: String,
    },
    /// Jobs ended, in order.
    Report {
        /// How. Where all values are plain JSON they come as its text, as the jobs of a batch do.
        #[cfg_attr(test, ts(type = "WorkerResult[] | string"))]
        results: Vec<WorkerResult>,
    },
    /// Bytes that the next start would be quicker with, such as a snapshot of its memory.
    Keep {
        /// The name they have among the files of the next start.
        name: String,
        /// The bytes.
        #[cfg_attr(test, ts(type = "ArrayBuffer"))]
        bytes: Value,
    },
}

/// How one job ended, with its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WorkerResult {
    /// The ending without the values.
    #[serde(flatten)]
    pub report: JobReport,
    /// Values by output; empty where it failed.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub values: Value,
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;
    use ts_rs::{Config, TS};

    use super::*;
    use crate::kernel::skill::PortType;

    #[test]
    fn the_typescript_twin_is_current() {
        // Sizes cross as JSON numbers.
        let config = Config::default().with_large_int("number");
        let mut text = String::from(
            "// Generated from src/kernel/worker/protocol.rs by its test. Do not edit: UPDATE_EXPECT=1 cargo test rewrites it.\n\n",
        );
        text += &format!("export declare const PROTOCOL_VERSION: {PROTOCOL_VERSION};\n");
        macro_rules! declare {
            ($($name:ty),*) => { $( text += &format!("\nexport {}\n", <$name>::decl(&config)); )* };
        }
        declare!(
            Runtime,
            Language,
            PortType,
            Port,
            LogStream,
            JobError,
            OutputSummary,
            Slot,
            Code,
            Job,
            ToHost,
            JobReport,
            FromHost,
            ToWorker,
            WorkerResult,
            FromWorker
        );
        expect_file!["../../../assets/bridge/protocol.d.ts"].assert_eq(&text);
    }
}
