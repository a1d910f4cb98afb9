//! Language models: what is asked of one, what comes back while it answers, and what can go wrong, in one vocabulary for all providers.
//!
//! Each provider is a pair of pure translations: a [`ChatRequest`] into the request that its server expects, and the bytes of the answer,
//! split anywhere, into [`StreamEvent`]s. Nothing here connects, waits, or knows a key: a request says in which header the key belongs,
//! and whoever sends it puts it there.

mod chat;
mod event;
mod failure;
mod port;
mod provider;
mod reply;

pub use chat::{ChatRequest, Part, ToolResult, ToolSchema, Turn};
pub use event::{StopReason, StreamEvent, Usage};
pub use failure::{Failure, FailureKind, RETRIES};
pub use port::{Models, Script, ScriptedModels};
pub use provider::{ModelRef, ProviderId};
pub use reply::Reply;
