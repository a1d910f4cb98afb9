//! Volumes against real git: what we write, native git reads and finds sound; what native git writes, we read.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod collections;
mod costs;
mod faults;
mod histories;
mod imports;
mod merging;
mod native;
mod packs;
mod patching;
mod signing;
mod writers;
