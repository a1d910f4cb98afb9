//! The port to the world around a chat: clock, chance, listeners, and the page, which alone can run things and ask the person.

use serde::Serialize;
use serde_json::Value;

use crate::kernel::chat::ChatEvent;
use crate::kernel::dag::{Payload, Workflow};

/// What the page is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PageAsk {
    /// Run this in the sandbox; gives the result of the run in short.
    Run {
        /// A graph, proven sound, and its skills.
        payload: Box<Payload>,
    },
    /// Place this on the canvas, where the person can undo it. They have accepted it.
    Place {
        /// A graph, proven sound.
        workflow: Box<Workflow>,
    },
}

/// The world around chats. Its twin in memory is in the tests.
#[allow(async_fn_in_trait, reason = "everything lives on one thread: futures need not be Send")]
pub trait Page {
    /// Milliseconds since 1970, never going back.
    fn now_ms(&self) -> f64;

    /// How many minutes the clock on the wall is ahead of UTC.
    fn offset_min(&self) -> i32;

    /// Any number.
    fn random(&self) -> u64;

    /// Lets some time go by.
    async fn sleep_ms(&self, duration_ms: f64);

    /// Tells all listeners of this tab.
    fn emit(&self, event: ChatEvent);

    /// Asks the page. `ask_id` is the caller's name for it; the error is in words for a person and a model.
    async fn ask(&self, ask_id: &str, ask: &PageAsk) -> Result<Value, String>;

    /// Nobody waits any more for what was asked under names that begin so: the page ends what it runs for it.
    fn cancel(&self, ask_prefix: &str);

    /// A name for this tab that no other has had.
    fn tab(&self) -> String;

    /// Whether the tab of this name is still there.
    async fn is_open(&self, tab: &str) -> bool;
}
