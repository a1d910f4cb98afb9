//! A commit as a plain fact: what an audit and a proposal need to know of it.
//!
//! Never a git object: ids are text, and whoever has a repository fills this in.

use serde::Serialize;

/// One commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitFact {
    /// Its id, as hexadecimal digits.
    pub oid: String,
    /// What its author is called.
    pub author_name: String,
    /// The author's address.
    pub author_email: String,
    /// When it was written, in seconds since 1970.
    pub timestamp_s: i64,
    /// The whole message.
    pub message: String,
    /// The files that it changed against its first parent, if somebody looked.
    pub paths: Vec<PathFact>,
}

impl CommitFact {
    /// The first line of the message.
    pub fn title(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

/// One file that a commit changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PathFact {
    /// Where it is.
    pub path: String,
    /// What happened to it.
    pub change: PathChange,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PathChange {
    /// It is new.
    Added,
    /// It is another.
    Changed,
    /// It is gone.
    Removed,
}
