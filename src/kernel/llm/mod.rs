//! Language models: what is asked of one, what comes back while it answers, and what can go wrong, in one vocabulary for all providers.
//!
//! Each provider is a pair of pure translations: a [`ChatRequest`] into the request that its server expects, and the bytes of the answer,
//! split anywhere, into [`StreamEvent`]s. Nothing here connects, waits, or knows a key: a request says in which header the key belongs,
//! and whoever sends it puts it there.

mod anthropic;
mod browser_model;
mod chat;
mod connections;
mod doctor;
mod event;
mod failure;
mod ollama;
mod openai;
mod port;
mod price;
mod provider;
mod reply;
mod turns;
mod wire;
mod words;

pub use chat::{ChatRequest, Part, ToolResult, ToolSchema, Turn};
pub use connections::{BadConnection, Connections};
pub use doctor::{Command, PageFacts, Reach, commands, unanswered};
pub use event::{StopReason, StreamEvent, Usage};
pub use failure::{Failure, FailureKind, RETRIES};
pub use port::{ModelServers, Models, Script, ScriptedModels};
pub use price::{PRICES_AS_OF, Price, context_tokens, price};
pub use provider::{ModelRef, Provider, ProviderId, ProviderInfo, origin_of, provider};
pub use reply::Reply;
pub use wire::{HttpAnswer, HttpRequest, KeyPlace, Step, StreamReader};
pub use words::FailureOf;
