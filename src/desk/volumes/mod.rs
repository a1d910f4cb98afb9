//! The volumes at a glance, and the frame of the one that is looked at.

mod header;
mod list;
mod storage;
mod transfer;

pub use header::volume;
pub use list::side;
pub use transfer::{back_up, open_import};
