//! What comes back from a model while it answers.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A piece of an answer, in the order in which the model made them.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamEvent {
    /// The provider answers; its name for the request helps its support.
    Started {
        /// From a header or the first event.
        request_id: Option<String>,
    },
    /// More words.
    Text(String),
    /// More of a thought.
    Thinking(String),
    /// The thought is complete, and this proves it.
    Signature(String),
    /// A thought that the provider keeps to itself; to be sent back as it came.
    HiddenThinking(String),
    /// A whole call of a tool.
    ToolCall {
        /// What the result refers to.
        id: String,
        /// The tool, as the model wrote it: it may not exist.
        name: String,
        /// An object, or in words for the model why what it wrote is none.
        arguments: Result<Value, String>,
        /// Proof that the model made the call, where its provider wants it back.
        signature: Option<String>,
    },
    /// What was used so far, in place of what was said before.
    Usage(Usage),
    /// The answer is complete, and why. Nothing comes after it but [`Self::Usage`].
    Finished(StopReason),
}

/// Tokens of one answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// All that the model read, from a cache or not.
    pub input_tokens: u64,
    /// All that it wrote, thoughts included.
    pub output_tokens: u64,
    /// Of the input: read from the provider's cache, which is cheaper.
    pub cached_tokens: u64,
    /// Of the input: put into the provider's cache, which some charge for.
    #[serde(skip_serializing_if = "is_zero")]
    pub cache_written_tokens: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Several answers of one conversation.
impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.cached_tokens += other.cached_tokens;
        self.cache_written_tokens += other.cache_written_tokens;
    }
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The model has said what it had to say.
    Done,
    /// It waits for results of tools.
    ToolCalls,
    /// It came to the limit of the request.
    MaxTokens,
    /// It has read and written as much as it can hold.
    ContextFull,
    /// It, or the provider's filter, would not say it.
    Refused,
    /// The provider paused a long turn: ask again with what came so far.
    Paused,
}
