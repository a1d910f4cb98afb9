//! The newest commits of the main branch once more, in a few rows of their own: a log after a reload is one read.
//!
//! The rows `llmos/recent/<number>` hold sixteen commits each, as they are; git ignores them, and exports leave them out. They are only
//! ever a shorter way to commits that are kept elsewhere: each is believed for its hash alone, and if they are missing or old, nothing
//! but time is lost.

use super::Repository;
use super::tip::{add_content, contents_of};
use crate::kernel::volume::VolumeError;
use crate::kernel::volume::rows::Rows;

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
            let commits = contents_of(&row);
            let count = commits.len();
            commits.into_iter().for_each(|content| self.remember_commit(content));
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
        add_content(&mut recent.row, content);
        recent.commits += 1;
        put.push((key(recent.number), recent.row.clone()));
        Ok(recent)
    }
}

fn key(number: u32) -> String {
    format!("{PREFIX}{number:010}")
}
