//! What changed between two versions of a file, as data that a page draws: hunks of lines, and words inside changed lines.
//!
//! Never decides colours or wording, never fails, and its answer stays bounded: very long lines are clipped, and hunks beyond a limit
//! are counted rather than told. Hunks are those of `git diff`.

mod hunks;

use serde::Serialize;

/// As git: a file with a zero byte this early is no text.
const LOOKED_AT_BYTES: usize = 8_000;

/// How much of a diff is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiffOptions {
    /// Unchanged lines around each change.
    pub context_lines: usize,
    /// Lines in all hunks together; whole hunks beyond them are only counted.
    pub most_lines: usize,
    /// What of one line is shown; the rest is only counted.
    pub longest_line_bytes: usize,
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self { context_lines: 3, most_lines: 20_000, longest_line_bytes: 4_000 }
    }
}

/// What changed in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum FileDiff {
    /// Nothing.
    Same,
    /// Lines of text.
    Text(TextDiff),
    /// At least one of the two is no text.
    Binary {
        /// How long it was.
        before_bytes: usize,
        /// How long it is.
        after_bytes: usize,
    },
}

/// What changed in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TextDiff {
    /// Over the whole file, told hunks or not.
    pub statistics: Statistics,
    /// Changes with the lines around them, from the top.
    pub hunks: Vec<Hunk>,
    /// How many more hunks there are.
    pub hunks_left_out: usize,
}

/// How many lines came and went: `+3 -1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Lines that are new.
    pub added: usize,
    /// Lines that are gone.
    pub removed: usize,
}

/// A stretch of the file in which something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hunk {
    /// The stretch in the older version.
    pub before: LineSpan,
    /// The stretch in the newer version.
    pub after: LineSpan,
    /// Its lines: unchanged, gone, new.
    pub lines: Vec<Line>,
}

/// Lines of one version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LineSpan {
    /// The first, from 1; of an empty span the line after which it stands.
    pub first: usize,
    /// How many.
    pub count: usize,
}

impl LineSpan {
    pub(super) fn of(range: &std::ops::Range<usize>) -> Self {
        Self { first: range.start + usize::from(!range.is_empty()), count: range.len() }
    }
}

/// Which version something is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Both.
    Equal,
    /// The newer only.
    Added,
    /// The older only.
    Removed,
}

/// One line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Which version it is in.
    pub kind: Kind,
    /// Its number in the older version, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<usize>,
    /// Its number in the newer version, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<usize>,
    /// Its text in pieces; in a changed line, those that the other version has too are `Equal`.
    pub segments: Vec<Segment>,
    /// How it ends.
    pub ending: Ending,
    /// How much of its text is not in the segments.
    #[serde(skip_serializing_if = "is_zero")]
    pub clipped_bytes: usize,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// Which version it is in.
    pub kind: Kind,
    /// Its text; bytes that are no UTF-8 show as `�`.
    pub text: String,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// It is the last, and does not end.
    Missing,
}

/// Whether git would call this a binary file.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(LOOKED_AT_BYTES)].contains(&0)
}

/// What changed from one version to the other; a file that is not there is an empty one.
pub fn diff(before: &[u8], after: &[u8], options: &DiffOptions) -> FileDiff {
    if before == after {
        FileDiff::Same
    } else if is_binary(before) || is_binary(after) {
        FileDiff::Binary { before_bytes: before.len(), after_bytes: after.len() }
    } else {
        FileDiff::Text(hunks::diff_text(before, after, options))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
