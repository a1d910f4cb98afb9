//! The tree as rows: what is in sight of it, in order, and where keys lead.

use std::cmp::Ordering;

use leptos::prelude::*;

use super::FilesState;
use crate::desk::data::{Entry, Loaded};

/// One row of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// How deep it stands, from 0.
    pub level: usize,
    /// What it shows.
    pub what: RowKind,
    /// The path that it stands for.
    pub path: String,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum RowKind {
    /// A folder; whether it is unfolded.
    Folder(Entry, bool),
    /// A file.
    File(Entry),
    /// A folder's content is on its way.
    Waiting,
    /// A folder's content could not be read.
    Failed(String),
}

impl Row {
    /// What it stands for, where that is a file or a folder.
    pub fn entry(&self) -> Option<&Entry> {
        match &self.what {
            RowKind::Folder(entry, _) | RowKind::File(entry) => Some(entry),
            _ => None,
        }
    }
}

/// Folders before files, each by name.
pub fn in_order(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_unstable_by(compare);
    entries
}

fn compare(one: &Entry, other: &Entry) -> Ordering {
    (!one.is_folder(), one.name.to_lowercase(), &one.name).cmp(&(
        !other.is_folder(),
        other.name.to_lowercase(),
        &other.name,
    ))
}

/// Every row of the tree. Tracks.
pub fn rows(files: FilesState) -> Vec<Row> {
    let mut rows = Vec::new();
    add(files, "", 0, &mut rows);
    rows
}

fn add(files: FilesState, folder: &str, level: usize, rows: &mut Vec<Row>) {
    let content = files.folders.with(|folders| folders.get(&folder.to_owned()).cloned()).unwrap_or_default();
    let row = |what, path: &str| Row { level, what, path: path.to_owned() };
    match content {
        Loaded::Waiting if level == 0 => {}
        Loaded::Waiting => rows.push(row(RowKind::Waiting, &format!("{folder}/…"))),
        Loaded::Failed(failure) => rows.push(row(RowKind::Failed(failure.message), &format!("{folder}/…"))),
        Loaded::Ready(entries) => {
            for entry in entries {
                let path = entry.path.clone();
                if !entry.is_folder() {
                    rows.push(row(RowKind::File(entry), &path));
                    continue;
                }
                let is_open = files.unfolded.with(|open| open.contains(&path));
                rows.push(row(RowKind::Folder(entry, is_open), &path));
                if is_open {
                    add(files, &path, level + 1, rows);
                }
            }
        }
    }
}

/// The next row whose name begins with what was typed, from the active one on and around.
pub fn find_typed(rows: &[Row], from: usize, typed: &str) -> Option<usize> {
    let typed = typed.to_lowercase();
    // With more than one letter the active row may match itself.
    let start = if typed.chars().count() > 1 { from } else { from + 1 };
    (0..rows.len())
        .map(|step| (start + step) % rows.len())
        .find(|place| rows[*place].entry().is_some_and(|entry| entry.name.to_lowercase().starts_with(&typed)))
}
