//! The port to what surrounds a run of evolution: turns for everybody else, listeners, the person's wish to stop, and the page, which alone
//! can run things. It decides nothing about skills.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::manager::MemoryStorage;

/// What a run is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Another tab is at it.
    Waiting,
    /// Traces are read and counted.
    Reading,
    /// Patterns become drafts.
    Drafting,
    /// A draft runs what its source runs ran.
    Replaying,
    /// It is over, however it ended.
    Over,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// What it is at.
    pub stage: Stage,
    /// How many of them are done.
    pub done: usize,
    /// How many there are.
    pub total: usize,
    /// What is in hand, in the person's words.
    pub about: String,
}

impl Progress {
    /// So many of so many.
    #[must_use]
    pub fn of(stage: Stage, done: usize, total: usize, about: &str) -> Self {
        Self { stage, done, total, about: about.to_owned() }
    }
}

/// An output as the page tells it after a replay.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ToldOutput {
    /// In a few words, as the trace of a run has it.
    pub text: String,
    /// As JSON, where that can tell it.
    pub value: Value,
}

/// What a run of evolution needs of the world. By default: nobody listens, nobody stops it, and there is no page.
#[allow(async_fn_in_trait, reason = "everything lives on one thread: futures need not be Send")]
pub trait Workshop {
    /// Lets everything else have its turn.
    async fn breathe(&self) {}

    /// Tells whoever looks how far it is.
    fn tell(&self, _progress: &Progress) {}

    /// A run begins: what was said to earlier ones is forgotten.
    fn begin(&self) {}

    /// The person wants it to stop.
    fn ask_to_stop(&self) {}

    /// Whether they do.
    fn is_stopped(&self) -> bool {
        false
    }

    /// Has the page run a payload (`workflow` and `skills` as JSON) in its sandbox; gives the outputs of its node of this name.
    async fn replay(&self, _payload: &Value, _node_id: &str) -> Result<BTreeMap<String, ToldOutput>, String> {
        Err("there is no page to run it".to_owned())
    }
}

/// In memory there is no page.
impl Workshop for MemoryStorage {}
