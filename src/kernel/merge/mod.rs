//! What changed between versions, and how changes of two sides come together: of text, of trees of files, of workflows.
//!
//! Everything here is a function of plain values. Nothing reads a repository, and nothing is ever decided for a person in silence: what
//! does not fit together comes back as conflicts, as data that a page can offer.

mod diff;
mod lines;
mod resolve;
mod text;
mod tree;
mod words;
pub mod workflow;

pub use diff::{
    DiffOptions, Ending, FileDiff, Hunk, Kind, Line, LineSpan, Segment, Statistics, TextDiff, diff, is_binary,
};
pub use resolve::{Choice, WrongChoices, has_markers};
pub use text::{ConflictedText, Piece, Side, TextConflict, TextMerge, merge_text};
pub use tree::{ConflictKind, ContentMerge, Entry, Mode, Tree, TreeConflict, TreeMerge, WhichSide, merge_trees};
