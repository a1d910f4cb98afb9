//! A workflow in a link: `#w=…` holds the workflow, the skills it needs that no other workbench has, and values for its inputs.
//!
//! ```text
//! text    = base64url of: version, kind, length of the contents, their CRC-32, contents
//! plain   = deflate-raw of an envelope in JSON
//! sealed  = salt, nonce, AES-GCM of what plain would hold; the key is the caller's business
//! ```
//!
//! Making one is easy, opening one is strict: who sends a link is unknown, and what is in it is data until a person has read the
//! [`Review`] and chose to run it. Everything here is a function of values: nothing is kept, fetched or run. What cannot be opened
//! says why in a sentence. Skills come from the link itself or from the system volume, never from a person's own volume: a link means
//! the same on every device.

mod envelope;
mod error;
mod fragment;
mod keep;
mod open;
mod packet;
mod review;

pub use error::LinkError;
pub use fragment::Fragment;
pub use keep::{Kept, Standing, keep};
pub use open::{Opened, gather, open};
pub use packet::{NONCE_BYTES, Packet, SALT_BYTES, Sealed};
pub use review::{Origin, Review, ReviewedNode, ReviewedSkill};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kernel::dag::Workflow;

/// A link of more characters than this is offered as a file instead.
pub const USUAL_CHARS: usize = 8 * 1024;
/// A link of more characters than this is not made, and not opened.
pub const MOST_CHARS: usize = 32 * 1024;
/// The same in a file, which nobody types.
const MOST_FILE_CHARS: usize = 1_000_000;
/// No workflow that fits a link unpacks to more.
const MOST_BYTES: usize = 1_000_000;
/// No canvas is made for more.
const MOST_NODES: usize = 5_000;
const MOST_WIRES: usize = 20_000;
/// Ids name files and stand in lists.
const LONGEST_ID: usize = 200;

/// Values for inputs, by node and input.
pub type Inputs = BTreeMap<String, BTreeMap<String, Value>>;

/// What a link holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The graph.
    pub workflow: Workflow,
    /// The files of the skills that the system volume has not, by skill id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<String, String>,
    /// Values that stand in for those of the workflow: what its maker pinned.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: Inputs,
}

/// How a text of this many characters can travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Travels {
    /// As a link.
    Link,
    /// As a file; as a link where somebody asks for it, for not every program passes on so long a one.
    LongLink,
    /// As a file only.
    File,
}

impl Travels {
    /// How a link of this many characters can travel.
    pub fn of(chars: usize) -> Self {
        if chars <= USUAL_CHARS {
            Self::Link
        } else if chars <= MOST_CHARS {
            Self::LongLink
        } else {
            Self::File
        }
    }
}

#[cfg(test)]
mod tests;
