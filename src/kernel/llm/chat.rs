//! What is asked of a model: a conversation, and the tools that it may call.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ModelRef;

/// One request to a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatRequest {
    /// Which model, and where it is.
    pub model: ModelRef,
    /// What the model is told before the conversation.
    pub system: String,
    /// The conversation; it begins with what the person said and the last turn is the one to answer.
    pub messages: Vec<Turn>,
    /// What the model may call.
    pub tools: Vec<ToolSchema>,
    /// How long the answer may get.
    pub max_output_tokens: u32,
}

/// A turn of the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// What the person said.
    User(Vec<Part>),
    /// What the model said and called.
    Assistant(Vec<Part>),
    /// What its calls gave, one for each call of the turn before.
    ToolResults(Vec<ToolResult>),
}

impl Turn {
    /// What the person said, as one text.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self::User(vec![Part::Text(text.into())])
    }

    /// What the model said, as one text.
    #[must_use]
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::Assistant(vec![Part::Text(text.into())])
    }
}

/// A piece of a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Words, as Markdown.
    Text(String),
    /// What the model thought before it spoke. Only the one that signed it reads it again; all others are not sent it.
    Thinking {
        /// The thought.
        text: String,
        /// Proof that the model thought it; without one it is not sent back.
        signature: Option<String>,
    },
    /// A thought that the provider keeps to itself: sent back as it came.
    HiddenThinking(String),
    /// A call of a tool.
    ToolCall {
        /// What the result refers to.
        id: String,
        /// The tool.
        name: String,
        /// An object, as the tool's schema wants it; an empty one in place of arguments that could not be read.
        arguments: Value,
        /// Proof that the model made the call, where its provider wants it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
    },
}

/// What a call of a tool gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolResult {
    /// The call's.
    pub id: String,
    /// The tool.
    pub name: String,
    /// What the model is told.
    pub text: String,
    /// Whether it failed, so that the model tries something else.
    pub is_error: bool,
}

/// A tool that the model may call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolSchema {
    /// Letters, digits, `_` and `-`, 64 at most: what every provider takes.
    pub name: String,
    /// When to call it and what it gives.
    pub description: String,
    /// A JSON Schema of an object.
    pub parameters: Value,
}
