//! The newest commit of the main branch and the folders that it wrote, once more in a row of their own: opening a volume brings them
//! along, so that the first file after a reload is a few reads nearer.
//!
//! Git ignores the row `llmos/tip`, and exports leave it out. Nothing in it is believed but for its hash: if it is missing or old, nothing
//! but time is lost.

use super::Repository;
use crate::kernel::volume::Oid;
use crate::kernel::volume::object::{Commit, ObjectKind, Tree};
use crate::kernel::volume::rows::Rows;

pub(super) const TIP_KEY: &str = "llmos/tip";
/// Every commit writes the row: it holds folders for as long as that costs next to nothing.
const MOST_BYTES: usize = 8 * 1024;

/// The row for a commit and the folders that it wrote, given from the leaves up.
pub(super) fn tip_row(commit: &[u8], trees: &[(Oid, Tree)]) -> Vec<u8> {
    let mut row = Vec::new();
    add_content(&mut row, commit);
    for (_, tree) in trees.iter().rev() {
        if row.len() + tree.raw().len() > MOST_BYTES {
            break;
        }
        add_content(&mut row, tree.raw());
    }
    row
}

/// Adds a content to a row of such.
pub(super) fn add_content(row: &mut Vec<u8>, content: &[u8]) {
    row.extend(u32::try_from(content.len()).expect("an object is smaller than 4 GB").to_le_bytes());
    row.extend_from_slice(content);
}

/// The contents in a row of such, as far as it can be read.
pub(super) fn contents_of(row: &[u8]) -> Vec<&[u8]> {
    let mut contents = Vec::new();
    let mut rest = row;
    while let Some((length, after)) = rest.split_first_chunk() {
        let Some((content, after)) = after.split_at_checked(u32::from_le_bytes(*length) as usize) else { break };
        contents.push(content);
        rest = after;
    }
    contents
}

impl<R: Rows> Repository<R> {
    /// Takes what the row holds to hand.
    pub(super) fn remember_tip(&self, row: &[u8]) {
        let mut contents = contents_of(row).into_iter();
        if let Some(content) = contents.next() {
            self.remember_commit(content);
        }
        for content in contents {
            if let Ok(tree) = Tree::parse(content.to_vec()) {
                self.store.remember_tree(Oid::of(ObjectKind::Tree, content), tree);
            }
        }
    }

    pub(super) fn remember_commit(&self, content: &[u8]) {
        if let Ok(commit) = Commit::parse(content) {
            self.store.remember_commit(Oid::of(ObjectKind::Commit, content), commit, content.len());
        }
    }
}
