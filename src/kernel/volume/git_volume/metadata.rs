//! `metadata.json`: what a volume says of itself. Fields that we do not know are kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::kernel::volume::{VolumeError, VolumeName, VolumePath};

const FILE: &str = "metadata.json";
/// How the folders of a volume are laid out; a reader of a newer number should only read.
const FORMAT: u32 = 1;

/// What a volume says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The number of its layout.
    pub format: u32,
    /// The name under which it was made.
    pub name: VolumeName,
    /// When it was made, in whole seconds since 1970.
    pub created_s: i64,
    /// Whatever else stands there.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl Metadata {
    /// What a new volume says.
    pub fn new(name: VolumeName, created_s: i64) -> Self {
        Self { format: FORMAT, name, created_s, more: Map::new() }
    }

    /// Where it stands.
    pub fn path() -> Result<VolumePath, VolumeError> {
        Ok(VolumePath::new(FILE)?)
    }

    /// The file.
    pub fn encode(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("plain fields are JSON");
        format!("{text}\n")
    }

    /// Reads the file.
    pub(super) fn parse(path: VolumePath, bytes: &[u8]) -> Result<Self, VolumeError> {
        serde_json::from_slice(bytes).map_err(|error| VolumeError::Unreadable { path, why: error.to_string() })
    }
}
