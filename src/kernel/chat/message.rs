//! What stands in a conversation: messages, and the steps that an answer took.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::context::UsedSkill;
use crate::kernel::llm::Usage;

/// Who said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The person.
    #[default]
    User,
    /// The model.
    Assistant,
}

/// How far a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// All of it is there.
    #[default]
    Complete,
    /// It grows.
    Streaming,
    /// It broke off or was stopped: what came stays and can be continued.
    Interrupted,
    /// Nothing came.
    Failed,
}

/// One message of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Unlike any other of its session; begins with the time, so that ids sort as they came.
    pub message_id: String,
    /// What it answers or follows; `None` begins a conversation.
    pub parent_id: Option<String>,
    /// Who said it.
    #[serde(rename = "role")]
    pub author: Author,
    /// Markdown.
    pub text: String,
    /// When, in whole seconds since 1970.
    pub created_at: i64,
    /// How far it is.
    pub state: MessageState,
    /// Why it is not whole, in words for the person.
    pub error: Option<String>,
    /// The skills that guided it.
    pub skills_used: Vec<UsedSkill>,
    /// The provider's name for the model that wrote it.
    pub model: Option<String>,
    /// Tokens of all requests that it took.
    pub usage: Option<Usage>,
    /// How long it took.
    pub duration_ms: Option<f64>,
    /// What it cost, where prices are known.
    pub cost_usd: Option<f64>,
    /// Where it is written down how it came about.
    pub trace_id: Option<String>,
    /// How well it served, from 0 to 1, where the person said so.
    pub success_rating: Option<f64>,
    /// What was done on the way.
    pub steps: Vec<Step>,
}

/// What a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A tool was called.
    #[default]
    Tool,
    /// A part of a larger task.
    Subtask,
    /// The model thought.
    Thinking,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Its turn has not come.
    Waiting,
    /// It goes on.
    #[default]
    Running,
    /// The person is asked whether it may.
    Asked,
    /// It is over.
    Done,
    /// The person said no.
    Denied,
    /// It went wrong.
    Failed,
}

impl StepState {
    /// Whether it is over.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Denied | Self::Failed)
    }
}

/// One step on the way to an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Unlike any other of its message.
    pub step_id: String,
    /// What it is.
    pub kind: StepKind,
    /// The tool, as the model calls it.
    pub tool: Option<String>,
    /// What it does, for a person.
    pub title: String,
    /// What the model gave the tool.
    pub arguments: Option<Value>,
    /// How far it is.
    pub state: StepState,
    /// What came of it.
    pub text: String,
    /// The workflow that it made or ran.
    pub workflow: Option<Value>,
    /// How many bytes of the message's text (or of the step's that it belongs to) stood there when it began.
    pub at: usize,
    /// Its own steps.
    pub steps: Vec<Step>,
}

impl Message {
    /// Whether there is something to go on from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.steps.is_empty()
    }

    /// Ends what still goes on: nobody will finish it any more.
    pub fn break_off(&mut self, error: Option<String>) {
        break_off(&mut self.steps);
        self.state = if self.is_empty() && error.is_some() { MessageState::Failed } else { MessageState::Interrupted };
        self.error = error;
    }
}

fn break_off(steps: &mut [Step]) {
    for step in steps {
        break_off(&mut step.steps);
        if !step.state.is_over() {
            // A thought that was cut short is a thought nevertheless.
            step.state = if step.kind == StepKind::Thinking { StepState::Done } else { StepState::Failed };
            if step.kind != StepKind::Thinking && step.text.is_empty() {
                step.text = "It was stopped before it was over.".to_owned();
            }
        }
    }
}
