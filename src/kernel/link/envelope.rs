//! The contents: what a link holds as JSON, deflated. Read with distrust: no more comes out than any workflow needs.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::{Link, LinkError, MOST_BYTES, MOST_NODES, MOST_WIRES};

/// The best that the compressor can do: a link is made once and read on paper.
const LEVEL: u8 = 10;

impl Link {
    /// As contents of a [`super::Packet`].
    pub fn to_contents(&self) -> Vec<u8> {
        let json = serde_json::to_vec(self).expect("a link serialises");
        compress_to_vec(&json, LEVEL)
    }

    /// Reads contents. Of what the link says nothing is checked but how much it is.
    pub fn from_contents(contents: &[u8]) -> Result<Self, LinkError> {
        let json = decompress_to_vec_with_limit(contents, MOST_BYTES).map_err(|error| match error.status {
            TINFLStatus::HasMoreOutput => LinkError::Bomb(MOST_BYTES),
            _ => LinkError::Damaged,
        })?;
        let link: Self = serde_json::from_slice(&json).map_err(|error| LinkError::NotAWorkflow(error.to_string()))?;
        let counts =
            [("nodes", link.workflow.nodes.len(), MOST_NODES), ("wires", link.workflow.edges.len(), MOST_WIRES)];
        match counts.into_iter().find(|(_, held, most)| held > most) {
            Some((what, held, most)) => Err(LinkError::TooMany { what, held, most }),
            None => Ok(link),
        }
    }
}
