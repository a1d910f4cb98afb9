//! The newest commits of the main branch once more, in a few rows of their own: a log after a reload is one read.
//!
//! The rows `llmos/recent/<number>` hold sixteen commits each, as they are; git ignores them, and exports leave them out. They are only
//! ever a shorter way to commits that are kept elsewhere: each is believed for its hash alone, and if they are missing or old, nothing
//! but time is lost.

use super::Repository;
use crate::kernel::volume::object::{Commit, ObjectKind};
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::{Oid, VolumeError};

const PREFIX: &str = "llmos/recent/";
/// Commits a row; a commit rewrites at most one row.
const COMMITS_A_ROW: usize = 16;
/// Full rows that are kept, so that at least 64 commits are at hand.
const FULL_ROWS: u32 = 4;

/// The row that the next commit goes into.
#[derive(Clone, Debug, Default)]
pub(super) struct RecentCommits {
    loaded: bool,
    number: u32,
    commits: usize,
    row: Vec<u8>,
}

impl RecentCommits {
    /// Reads the rows again before the next use: another tab may have written them.
    pub(super) fn forget(&mut self) {
        self.loaded = false;
    }
}

impl<R: Rows> Repository<R> {
    /// Takes the newest commits to hand, all in one read, unless they are.
    pub(super) async fn load_recent(&self) -> Result<(), VolumeError> {
        if self.recent.borrow().loaded {
            return Ok(());
        }
        let mut recent = RecentCommits { loaded: true, ..RecentCommits::default() };
        for (key, row) in self.store.rows.read_all(PREFIX).await? {
            let Some(number) = key.strip_prefix(PREFIX).and_then(|number| number.parse().ok()) else { continue };
            let commits = commits_of(&row);
            let count = commits.len();
            for content in commits {
                if let Ok(commit) = Commit::parse(content) {
                    self.store.remember_commit(Oid::of(ObjectKind::Commit, content), commit, content.len());
                }
            }
            recent = RecentCommits { loaded: true, number, commits: count, row };
        }
        *self.recent.borrow_mut() = recent;
        Ok(())
    }

    /// The rows as they are with one more commit; they go into the transaction that keeps it.
    pub(super) async fn recent_with(
        &self,
        content: &[u8],
        put: &mut Vec<(String, Vec<u8>)>,
        remove: &mut Vec<String>,
    ) -> Result<RecentCommits, VolumeError> {
        self.load_recent().await?;
        let mut recent = self.recent.borrow().clone();
        if recent.commits >= COMMITS_A_ROW {
            recent.number += 1;
            recent.commits = 0;
            recent.row.clear();
            remove.extend(recent.number.checked_sub(FULL_ROWS + 1).map(key));
        }
        let length = u32::try_from(content.len()).expect("a commit is smaller than 4 GB");
        recent.row.extend(length.to_le_bytes());
        recent.row.extend_from_slice(content);
        recent.commits += 1;
        put.push((key(recent.number), recent.row.clone()));
        Ok(recent)
    }
}

fn key(number: u32) -> String {
    format!("{PREFIX}{number:010}")
}

/// The commits of a row, as far as it can be read.
fn commits_of(row: &[u8]) -> Vec<&[u8]> {
    let mut commits = Vec::new();
    let mut rest = row;
    while let Some((length, after)) = rest.split_first_chunk() {
        let Some((content, after)) = after.split_at_checked(u32::from_le_bytes(*length) as usize) else { break };
        commits.push(content);
        rest = after;
    }
    commits
}
