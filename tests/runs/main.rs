//! Runs without a browser: scripts that a person can read, and random graphs against a host that misbehaves.

mod script;
mod simulation;
