//! Git objects: how the four kinds are written and read, byte for byte as git does it.
//!
//! Pure functions of bytes; never touches rows.

mod commit;
mod loose;
mod tag;
mod tree;
mod zlib;

pub use commit::{Commit, Person, Signature};
pub use tree::{Mode, Tree, TreeEntry};

pub(crate) use loose::{decode_loose, encode_loose};
pub(crate) use tag::Tag;
pub(crate) use tree::{TreeEdit, edit_tree};
pub(crate) use zlib::{Deflater, inflate, store};

use serde::{Deserialize, Serialize};

/// The four kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A version of the files, with who, when and why.
    Commit,
    /// A folder.
    Tree,
    /// A file's bytes.
    Blob,
    /// A name for a version, with who, when and why.
    Tag,
}

impl ObjectKind {
    /// Git's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// The kind that git calls by this word.
    pub fn of_name(name: &[u8]) -> Option<Self> {
        [Self::Commit, Self::Tree, Self::Blob, Self::Tag].into_iter().find(|kind| kind.name().as_bytes() == name)
    }

    /// What stands before the content, when it is hashed and when it is stored.
    pub(crate) fn header(self, content_bytes: usize) -> Vec<u8> {
        format!("{} {content_bytes}\0", self.name()).into_bytes()
    }
}

/// An object as it was read: its kind and its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// What it holds.
    pub content: Vec<u8>,
}
