//! What can go wrong in a volume, in words for the person who reads it.

use thiserror::Error;

use super::name::BadName;
use super::object::ObjectKind;
use super::path::{BadPath, VolumePath};
use super::rows::RowsError;
use super::{Oid, RefName};

/// Why something could not be done in a volume. Unless it says so, the volume is as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VolumeError {
    /// The storage said no.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// A path that cannot be used.
    #[error(transparent)]
    Path(#[from] BadPath),
    /// A name that cannot be used.
    #[error(transparent)]
    Name(#[from] BadName),
    /// There is no repository in these rows.
    #[error("there is no volume here yet: create it, or import one")]
    NotAVolume,
    /// There is a repository in these rows already.
    #[error("there is a volume here already: nothing was changed")]
    AlreadyAVolume,
    /// An object is not there.
    #[error("the {what} {oid} is missing: the volume is damaged; restore it from a backup or a remote")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        oid: Oid,
    },
    /// An object is not what its name stands for.
    #[error("the object {oid} is damaged ({why}); restore the volume from a backup or a remote")]
    Damaged {
        /// Its name.
        oid: Oid,
        /// What is wrong with it.
        why: String,
    },
    /// A row is not what it should be.
    #[error("'{key}' of the volume is damaged ({why}); restore the volume from a backup or a remote")]
    DamagedRow {
        /// The row.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// A commit was named by something else.
    #[error("{oid} is a {}, not a {}", .found.name(), .wanted.name())]
    WrongKind {
        /// The object.
        oid: Oid,
        /// What it is.
        found: ObjectKind,
        /// What was meant.
        wanted: ObjectKind,
    },
    /// No such branch.
    #[error("there is no branch '{0}'")]
    NoSuchBranch(RefName),
    /// There is such a branch or tag already, or one that its name cannot stand beside.
    #[error("'{name}' cannot be made: there is '{taken}' already")]
    NameTaken {
        /// The new name.
        name: RefName,
        /// What stands in its way.
        taken: String,
    },
    /// A branch that must stay.
    #[error("'{0}' is the volume's main branch and cannot be deleted")]
    MainBranch(RefName),
    /// No such file.
    #[error("there is no file '{0}'")]
    NoSuchFile(VolumePath),
    /// A file was meant, but there is a folder.
    #[error("'{0}' is a folder, so no file can have this name")]
    IsAFolder(String),
    /// A folder was meant, but there is a file.
    #[error("'{0}' is a file, so nothing can stand inside it")]
    IsAFile(String),
    /// The same path twice in one commit.
    #[error("'{0}' is changed twice in one commit")]
    ChangedTwice(VolumePath),
    /// Somebody else changed the same files.
    #[error("{} changed since you read {}: look at both versions and save again", list(.paths), if .paths.len() < 2 { "it" } else { "them" })]
    Conflict {
        /// The files that both sides changed.
        paths: Vec<VolumePath>,
        /// The version that has them now, if the branch still exists.
        head: Option<Oid>,
    },
    /// The branch kept moving.
    #[error("'{0}' was being changed all the time by other tabs; nothing was written: try again")]
    Busy(RefName),
    /// What came from elsewhere is not a sound pack.
    #[error("the pack cannot be used: {0}")]
    Pack(String),
    /// What came from elsewhere is not a sound repository.
    #[error("it cannot be imported: {0}")]
    Import(String),
    /// The signer said no.
    #[error("the commit could not be signed: {0}; nothing was written")]
    Signing(String),
    /// A file of ours that does not read.
    #[error("'{path}' does not read: {why}")]
    Unreadable {
        /// The file.
        path: VolumePath,
        /// What is wrong with it.
        why: String,
    },
}

fn list(paths: &[VolumePath]) -> String {
    match paths {
        [] => "the branch".to_owned(),
        [one] => format!("'{one}'"),
        [one, two] => format!("'{one}' and '{two}'"),
        [one, rest @ ..] => format!("'{one}' and {} other files", rest.len()),
    }
}
