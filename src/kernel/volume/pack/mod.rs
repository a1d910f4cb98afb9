//! Packs: many objects in one stream, as they travel between repositories and as git keeps them.
//!
//! We write packs without deltas and read them with all of git's. Pure functions of bytes; what comes from elsewhere is believed for
//! nothing but the hashes of what it holds.

mod bundle;
mod delta;
mod entry;
mod held;
mod idx;
mod incoming;
mod outgoing;

pub use bundle::Bundle;
pub use incoming::{IncomingPack, VerifiedPack};
pub use outgoing::{Compression, OutgoingPack};

pub(crate) use held::HeldPack;

/// The folder of the rows that hold packs.
pub(crate) const PACKS: &str = "objects/pack/";
/// The most bytes that one object of a pack may have; more would not fit the memory of a page.
const MOST_BYTES: usize = 1 << 29;
