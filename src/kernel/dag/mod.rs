//! Workflows: the graph as people draw it, checked, planned and run.
//!
//! `workflow` is the form that files, links and payloads carry; `file` that form as Markdown, `graph` is it proven sound; `plan` names each step by what
//! decides its result; `run` decides what to do next, as a state machine of events and effects that never does anything itself.

mod compound;
mod event;
mod file;
mod graph;
mod plan;
mod run;
mod validate;
mod workflow;

pub use compound::{Compound, Expansion, Socket, expand, needed_skills, skills_inside};
pub use event::{
    JobError, LogEntry, LogStream, NodeResult, NodeStatus, OutputSummary, RunEvent, RunResult, RunStatus, RuntimeState,
};
pub use graph::{Feed, Graph, NodeIndex};
pub use plan::Plan;
pub use run::{Effect, Event, Pace, Run, RunOptions, WarmSlots};
pub use workflow::{Edge, Node, Payload, Position, Workflow};
