//! Commits that change no file and only say something, as the comments of a proposal do.

use super::commit::Words;
use super::patch::Patched;
use super::{CommitRequest, Repository, Signer};
use crate::kernel::volume::rows::{Rows, RowsError};
use crate::kernel::volume::{Oid, RefName, VolumeError};

const MOST_TRIES: usize = 50;

impl<R: Rows> Repository<R> {
    /// Adds a commit of the files as they are to a branch that exists; the request's changes must be none.
    pub async fn remark<S: Signer>(
        &self,
        branch: &RefName,
        request: &CommitRequest,
        signer: &S,
    ) -> Result<Oid, VolumeError> {
        debug_assert!(request.changes.is_empty(), "a remark changes nothing");
        for _ in 0..MOST_TRIES {
            let head = self.read_head(&branch.branch_key()).await?;
            let head = head.ok_or_else(|| VolumeError::NoSuchBranch(branch.clone()))?;
            if *branch == self.main {
                self.load_recent().await?;
            }
            let tree = self.store.commit(head.oid).await?.tree;
            let files = (Vec::new(), Patched { root: tree, trees: Vec::new() }, vec![head.oid]);
            match self.write_commit(branch, Some(&head), files, &Words::of(request), request.durability, signer).await {
                // Somebody else said something at the same time.
                Err(VolumeError::Rows(RowsError::Moved { .. })) => self.recent.borrow_mut().forget(),
                written => return written,
            }
        }
        Err(VolumeError::Busy(branch.clone()))
    }
}
