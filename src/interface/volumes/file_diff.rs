//! What changed in files, as the interface tells it: line by line, and in changed lines piece by piece.

use serde_json::{Value, json};

use crate::interface::ApiError;
use crate::kernel::merge::{DiffOptions, FileDiff, Kind, Line, TextDiff, diff};
use crate::kernel::volume::{ChangedFile, ChangedKind, Mode, Oid, Repository, Rows};

/// Lines in the diffs of one answer; files beyond them come without their hunks.
const MOST_LINES: usize = 20_000;
/// A file beyond this is told about, not shown.
const LARGEST_FILE_BYTES: usize = 2 * 1024 * 1024;

/// The changes with their contents.
pub async fn file_diffs<R: Rows>(repository: &Repository<R>, changes: &[ChangedFile]) -> Result<Vec<Value>, ApiError> {
    let mut left = MOST_LINES;
    let mut files = Vec::new();
    for change in changes {
        let before = content(repository, change.before).await?;
        let after = content(repository, change.after).await?;
        files.push(file_diff(change, &before, &after, &mut left));
    }
    Ok(files)
}

async fn content<R: Rows>(repository: &Repository<R>, side: Option<(Mode, Oid)>) -> Result<Vec<u8>, ApiError> {
    match side {
        Some((Mode::Submodule | Mode::Folder, _)) | None => Ok(Vec::new()),
        Some((_, oid)) => Ok(repository.read_blobs(&[oid]).await?.pop().unwrap_or_default()),
    }
}

fn file_diff(change: &ChangedFile, before: &[u8], after: &[u8], left: &mut usize) -> Value {
    let large = before.len().max(after.len()) > LARGEST_FILE_BYTES;
    let found = if large || *left == 0 {
        FileDiff::Text(TextDiff { hunks_left_out: 1, ..TextDiff::default() })
    } else {
        diff(before, after, &DiffOptions { most_lines: *left, ..DiffOptions::default() })
    };
    let (binary, text) = match found {
        FileDiff::Same => (false, TextDiff::default()),
        FileDiff::Text(text) => (false, text),
        FileDiff::Binary { .. } => (true, TextDiff::default()),
    };
    let lines: usize = text.hunks.iter().map(|hunk| hunk.lines.len()).sum();
    *left = left.saturating_sub(lines);
    let hunks: Vec<Value> = text
        .hunks
        .iter()
        .map(|hunk| {
            let lines: Vec<Value> = hunk.lines.iter().map(line).collect();
            json!({ "before_start": hunk.before.first, "after_start": hunk.after.first, "lines": lines })
        })
        .collect();
    json!({
        "path": change.path,
        "status": status(change.kind),
        "binary": binary,
        "additions": text.statistics.added,
        "deletions": text.statistics.removed,
        "bytes_before": change.before.map(|_| before.len()),
        "bytes_after": change.after.map(|_| after.len()),
        "truncated": text.hunks_left_out > 0,
        "hunks": hunks,
    })
}

fn line(line: &Line) -> Value {
    let segments: Vec<Value> = line
        .segments
        .iter()
        .map(|segment| json!({ "text": segment.text, "changed": segment.kind != Kind::Equal && line.kind != Kind::Equal }))
        .collect();
    json!({ "kind": line.kind, "before": line.before, "after": line.after, "segments": segments })
}

/// How a path changed, in the interface's word.
pub fn status(kind: ChangedKind) -> &'static str {
    match kind {
        ChangedKind::Added => "added",
        ChangedKind::Removed => "removed",
        _ => "modified",
    }
}
