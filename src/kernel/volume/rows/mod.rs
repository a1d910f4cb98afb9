//! The port to storage: transactional rows with compare-and-set.
//!
//! A row is a path inside one volume's bare git repository and its bytes. A write is one transaction: everything it expects is
//! compared first, then everything is put and removed, or nothing is. This is all that a storage has to give; whoever implements
//! [`Rows`] over another storage gives volumes a new home. Never knows what the bytes mean.

use std::rc::Rc;

use thiserror::Error;

mod memory;

pub use memory::MemoryRows;

/// How soon a write must survive the loss of power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// On the disk before it is acknowledged: for what a person did.
    #[default]
    Strict,
    /// Handed to the system before it is acknowledged: for what comes often, such as traces.
    Relaxed,
}

/// One transaction: all of it happens, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowsWrite {
    /// What these rows must hold (`None`: they must be absent), or the write fails as [`RowsError::Moved`].
    pub expect: Vec<(String, Option<Vec<u8>>)>,
    /// Rows to write, whether or not they exist.
    pub put: Vec<(String, Vec<u8>)>,
    /// Rows to remove, whether or not they exist.
    pub remove: Vec<String>,
    /// How soon it must survive the loss of power.
    pub durability: Durability,
}

/// Why rows could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowsError {
    /// A row did not hold what the write expected; nothing was written.
    #[error("'{key}' was changed by another tab in the meantime; nothing was written")]
    Moved {
        /// The row.
        key: String,
    },
    /// The storage is full; nothing was written.
    #[error("the browser's storage is full, so nothing was written: free some space, or export and remove a volume")]
    QuotaExceeded,
    /// The storage was closed.
    #[error("the storage was closed ({reason}): reload the page")]
    Closed {
        /// Who closed it.
        reason: String,
    },
    /// Anything else that the storage said.
    #[error("the storage failed: {name}: {message}")]
    Failed {
        /// Its name for the failure, such as `UnknownError`.
        name: String,
        /// Its words.
        message: String,
    },
}

/// The rows of one volume.
#[allow(async_fn_in_trait, reason = "everything lives on one thread: futures need not be Send")]
pub trait Rows {
    /// The values of these rows, in this order, from one transaction.
    async fn read(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, RowsError>;

    /// The keys that begin with a prefix, sorted by their bytes.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, RowsError>;

    /// The rows whose keys begin with a prefix, sorted by their bytes.
    async fn read_all(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, RowsError>;

    /// One transaction, acknowledged when it is complete.
    async fn write(&self, write: RowsWrite) -> Result<(), RowsError>;

    /// A number that grows with every write to these rows that the storage hears of, its own and others'; `None` where it hears of none.
    /// While it stays the same, what was read need not be read again to be shown. A write compares all the same.
    fn writes_heard(&self) -> Option<u64> {
        None
    }
}

macro_rules! rows_behind_a_pointer {
    ($($pointer:ty),*) => {$(
        impl<R: Rows> Rows for $pointer {
            async fn read(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, RowsError> {
                (**self).read(keys).await
            }

            async fn list(&self, prefix: &str) -> Result<Vec<String>, RowsError> {
                (**self).list(prefix).await
            }

            async fn read_all(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, RowsError> {
                (**self).read_all(prefix).await
            }

            async fn write(&self, write: RowsWrite) -> Result<(), RowsError> {
                (**self).write(write).await
            }

            fn writes_heard(&self) -> Option<u64> {
                (**self).writes_heard()
            }
        }
    )*};
}

rows_behind_a_pointer!(&R, Rc<R>);
