//! Why something could not be done with the volumes of a device.

use super::remote::RemoteError;
use crate::kernel::access::{Denied, ProfileError};
use crate::kernel::volume::{RowsError, VolumeError};

/// Why not. Unless it says so, everything is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManagerError {
    /// The access table does not allow it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The people and teams cannot be changed so.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The volume said no.
    #[error(transparent)]
    Volume(#[from] VolumeError),
    /// The remote could not be reached, or said no.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// Something would be lost.
    #[error("{volume} holds work already, so nothing was imported: export it, remove it, then import")]
    NotEmpty {
        /// The volume.
        volume: String,
    },
    /// There is no remote.
    #[error("this volume has no remote yet: connect one first")]
    NoRemote,
    /// What the device keeps beside its volumes does not read.
    #[error("the {what} of this device is damaged ({why}); restore it from a backup")]
    Damaged {
        /// What it is.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl From<RowsError> for ManagerError {
    fn from(error: RowsError) -> Self {
        Self::Volume(error.into())
    }
}
