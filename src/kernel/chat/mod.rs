//! Chats: conversations as trees of messages, and the way from a question to an answer as a state machine.
//!
//! The flow is the source design's: load, filter, build the context, call, answer, trace. [`Exchange`] says what is to be done next and
//! never does it: it has no clock, calls no model, runs no tool and keeps nothing. What models, skills and files say is data to it and
//! changes no policy.

mod event;
mod exchange;
mod file;
mod history;
mod message;
mod session;
mod settings;
mod tools;
mod trace;

pub use event::ChatEvent;
pub use exchange::{Answer, Effect, Event, Exchange, ExchangeOptions, Prepared, ToolCall, ToolOutcome};
pub use file::{
    BadMessage, FOLDER, HEAD_FILE, encode, encode_head, file_name, message_id, moment_of, parse, place_of, session_id,
};
pub use history::turns_of;
pub use message::{Author, Message, MessageState, Step, StepKind, StepState};
pub use session::{Session, SessionHead};
pub use settings::{ChatSettings, Policy};
pub use tools::{
    CREATE_WORKFLOW, LIST_FILES, READ_FILE, RUN_WORKFLOW, SEARCH_SKILLS, Tool, ToolKind, ToolShelf, of_skill,
    own_tools, skill_tool_name,
};
pub use trace::{kept_trace, tools_used};
