//! Volumes: git repositories over transactional rows, so that no acknowledged change is ever lost.
//!
//! `rows` is the port to storage; `object` are git's bytes; [`Repository`] commits, reads and remembers; [`GitVolume`] knows what a
//! volume holds. Pure: bytes in, bytes out, time as an argument. Never asks who may do something (that is `access`), never talks to a
//! network, never writes anything but whole transactions.

mod error;
mod git_volume;
mod import;
mod lru;
mod name;
mod object;
mod oid;
mod pack;
mod path;
mod repository;
mod rows;
mod store;

pub use error::VolumeError;
pub use git_volume::{Collection, Day, GitVolume, Item, Metadata, NewTrace, Note, TraceEntry};
pub use import::{Import, ImportedFile};
pub use name::{BadName, RefName, VolumeId, VolumeName};
pub use object::{Commit, Mode, Object, ObjectKind, Person, Signature, Tree, TreeEntry};
pub use oid::{BadOid, Oid};
pub use pack::{Bundle, Compression, IncomingPack, OutgoingPack, VerifiedPack};
pub use path::{BadPath, VolumePath};
pub use repository::{
    Change, ChangeKind, ChangedFile, ChangedKind, CheckReport, CommitEntry, CommitRequest, Damage, FileEntry, Log,
    MergeOutcome, MergePlan, RefUpdate, Repository, Revision, Signer, TagEntry, Undecided, Unsigned,
};
pub use rows::{Durability, MemoryRows, Rows, RowsError, RowsWrite};
