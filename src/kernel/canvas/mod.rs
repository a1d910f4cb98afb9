//! The canvas without a screen: where things stand, what is under the pointer, how wires run, and how a graph is edited.
//!
//! Pure functions over workflows and skills. Nothing here draws, listens or keeps state between calls, but for the undo history,
//! which is a value like any other. Names say which space a point is in: `screen` counts pixels of the stage, `canvas` counts
//! pixels of the drawing at zoom 1.

pub mod arrange;
pub mod auto_layout;
pub mod changes;
pub mod clipboard;
pub mod collapse;
pub mod edit;
pub mod find;
pub mod geometry;
pub mod history;
pub mod hit;
pub mod index;
pub mod layout;
pub mod navigate;
pub mod notes;
pub mod scene;
pub mod viewport;
pub mod wire;
