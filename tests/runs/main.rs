//! Runs without a browser: scripts that a person can read, and random graphs against a host that misbehaves.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod case;
mod pace;
mod script;
mod simulation;
