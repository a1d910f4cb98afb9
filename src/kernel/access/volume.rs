//! The three kinds of volumes as types, and one type for any of them.
//!
//! Only names: nothing here opens or holds a repository.

use std::fmt;
use std::str::FromStr;

use super::id::{BadId, TeamId, UserId};

/// A person's own volume.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserVolume(pub UserId);

/// A team's volume.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamVolume(pub TeamId);

/// The volume of everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemVolume;

/// Any volume; as text `system`, `team/rockets` or `user/alice`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Volume {
    /// Everybody's.
    System,
    /// A team's.
    Team(TeamId),
    /// A person's.
    User(UserId),
}

impl From<UserVolume> for Volume {
    fn from(UserVolume(user): UserVolume) -> Self {
        Self::User(user)
    }
}

impl From<TeamVolume> for Volume {
    fn from(TeamVolume(team): TeamVolume) -> Self {
        Self::Team(team)
    }
}

impl From<SystemVolume> for Volume {
    fn from(SystemVolume: SystemVolume) -> Self {
        Self::System
    }
}

impl FromStr for Volume {
    type Err = BadId;

    fn from_str(name: &str) -> Result<Self, BadId> {
        match name.split_once('/') {
            None if name == "system" => Ok(Self::System),
            Some(("team", team)) => Ok(Self::Team(team.parse()?)),
            Some(("user", user)) => Ok(Self::User(user.parse()?)),
            _ => Err(BadId { what: "volume", id: name.to_owned(), why: "a volume is system, team/… or user/…" }),
        }
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => out.write_str("system"),
            Self::Team(team) => write!(out, "team/{team}"),
            Self::User(user) => write!(out, "user/{user}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_named_by_its_path() {
        for name in ["system", "team/rockets", "user/alice"] {
            assert_eq!(name.parse::<Volume>().unwrap().to_string(), name);
        }
        for name in ["", "System", "team", "team/", "user/a/b", "other/a", "team/../x"] {
            assert!(name.parse::<Volume>().is_err(), "{name}");
        }
    }
}
