//! What a model may call: the workbench's own tools, and every skill that runs as a typed function.
//!
//! Says what tools there are and whether arguments fit; never runs one, and never decides whether one may run.

mod arguments;
mod own;
mod schema;
mod shelf;

pub use arguments::check;
pub use own::{CREATE_WORKFLOW, LIST_FILES, READ_FILE, RUN_WORKFLOW, SEARCH_SKILLS, own_tools};
pub use schema::{of_skill, skill_tool_name};
pub use shelf::ToolShelf;

use serde::Serialize;
use serde_json::Value;

use super::Policy;
use crate::kernel::llm::ToolSchema;

/// What a tool does, as far as people have to tell tools apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolKind {
    /// Looks through the skills, or reads one.
    Skills,
    /// Runs a skill or a workflow in the sandbox.
    Run,
    /// Proposes a change that the person accepts.
    Change,
    /// Tells the names of files.
    List,
    /// Reads a file of the person's volumes, which the model's provider then sees.
    Read,
}

impl ToolKind {
    /// What holds until the person decides.
    #[must_use]
    pub fn usual_policy(self) -> Policy {
        match self {
            Self::Skills | Self::List => Policy::Allow,
            Self::Run | Self::Change | Self::Read => Policy::Ask,
        }
    }
}

/// A tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// As the model calls it.
    pub name: String,
    /// As people call it.
    pub title: String,
    /// When to call it and what it gives.
    pub description: String,
    /// What it does.
    pub kind: ToolKind,
    /// A JSON Schema of an object.
    pub parameters: Value,
    /// The skill that it runs, if it runs one.
    pub skill_id: Option<String>,
}

impl Tool {
    /// As a model is told of it.
    #[must_use]
    pub fn schema(&self) -> ToolSchema {
        ToolSchema {
            name: self.name.clone(),
            description: self.description.clone(),
            parameters: self.parameters.clone(),
        }
    }

    /// How many tokens it takes in a request, about.
    #[must_use]
    pub fn tokens(&self) -> usize {
        (self.name.len() + self.description.len() + self.parameters.to_string().len()).div_ceil(4) + 8
    }
}
