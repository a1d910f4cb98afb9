//! What the workbench knows: pure Rust with no clock, no I/O, no JavaScript and no globals.
//!
//! Never imports anything of `browser`, `ui` or `interface`; what it needs from outside comes in as an argument or an event.

pub mod access;
pub mod canvas;
pub mod chat;
mod checksum;
pub mod context;
pub mod dag;
pub mod diagnostic;
pub mod evolution;
pub mod export;
pub mod highlight;
pub mod link;
pub mod llm;
pub mod manager;
pub mod markdown;
pub mod merge;
pub mod order;
pub mod proposal;
pub mod quantity;
pub mod search;
pub mod skill;
pub mod trace;
pub mod volume;
pub mod worker;
pub mod zip;
