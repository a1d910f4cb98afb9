//! Who may do what to which volume, twice: as types, so that a forbidden write does not compile, and as answers for the interface.
//!
//! | may                | user          | team admin   | system admin | team cron         | system cron |
//! |--------------------|---------------|--------------|--------------|-------------------|-------------|
//! | read a user's      | own           | own          | own          | of a member       | every       |
//! | write a user's     | own           | own          | own          |                   | every       |
//! | read a team's      | where member  | where member | every        | own               | every       |
//! | write a team's     |               | where admin  | every        | own               | every       |
//! | promote to a team  | where member  | where member | every        | own               | every       |
//! | propose to a team  | where member  | where member | every        |                   |             |
//! | read the system's  | yes           | yes          | yes          | yes               | yes         |
//! | write the system's |               |              | yes          |                   | yes         |
//! | promote to it      |               |              | yes          |                   | yes         |
//! | propose to it      | yes           | yes          | yes          |                   |             |
//!
//! To promote is to add a skill that the volume lacks; to merge or close somebody's proposal is to write. An empty cell has no code: it is
//! a missing `impl`, see [`grant`]. The words "own" and "where member" are looked at when a capability is asked for.
//!
//! Never reads a volume and never keeps anyone out of the device's storage: roles are what the people of one device say they are, and a
//! shared remote has its own guard.

pub mod grant;
mod id;
mod may;
mod profile_error;
mod profiles;
mod role;
mod volume;

pub use grant::{Access, PromoteAccess, ProposeAccess, ReadAccess, WriteAccess};
pub use id::{BadId, TeamId, UserId};
pub use may::{Action, Capability, Denied, Why, may};
pub use profile_error::ProfileError;
pub use profiles::{Profiles, TeamProfile, TeamRole, UserProfile};
pub use role::{Author, Member, Role, SystemAdmin, SystemCron, TeamAdmin, TeamCron};
pub use volume::{SystemVolume, TeamVolume, UserVolume, Volume};
