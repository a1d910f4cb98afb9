//! The wire between the page and the workers of the sandbox, typed once. Nothing here runs anything.

pub mod protocol;
mod reading;
