//! The five roles. Each is a value that only the profiles of the device hand out, and that grants can trust.
//!
//! A role says who somebody is, and never what they may do: that is the table in `grant`.

use std::collections::BTreeSet;

use super::id::{TeamId, UserId};

/// Whose name stands on a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// What they are called.
    pub name: String,
    /// Their address, as git wants one.
    pub email: String,
}

/// A person who is signed in, with the teams they are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub(super) user: UserId,
    pub(super) author: Author,
    pub(super) teams: BTreeSet<TeamId>,
}

/// A person who leads a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamAdmin {
    pub(super) member: Member,
    pub(super) team: TeamId,
}

/// A person who cares for what everybody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemAdmin {
    pub(super) member: Member,
}

/// The regular evolution of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamCron {
    pub(super) team: TeamId,
    pub(super) members: BTreeSet<UserId>,
}

/// The regular evolution of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemCron(pub(super) ());

/// Any role, for decisions at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A person.
    User(Member),
    /// A person who leads a team.
    TeamAdmin(TeamAdmin),
    /// A person who cares for the whole.
    SystemAdmin(SystemAdmin),
    /// The evolution of a team.
    TeamCron(TeamCron),
    /// The evolution of the whole.
    SystemCron(SystemCron),
}

impl Role {
    /// Whose name stands on what this role writes.
    pub fn author(&self) -> Author {
        match self {
            Self::User(role) => role.author(),
            Self::TeamAdmin(role) => role.author(),
            Self::SystemAdmin(role) => role.author(),
            Self::TeamCron(role) => role.author(),
            Self::SystemCron(role) => role.author(),
        }
    }

    /// The person behind it; a cron has none.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User(member) => Some(&member.user),
            Self::TeamAdmin(admin) => Some(&admin.member.user),
            Self::SystemAdmin(admin) => Some(&admin.member.user),
            Self::TeamCron(_) | Self::SystemCron(_) => None,
        }
    }
}

/// What every role has.
pub trait Named {
    /// Whose name stands on what this role writes.
    fn author(&self) -> Author;
}

impl Named for Member {
    fn author(&self) -> Author {
        self.author.clone()
    }
}

impl Named for TeamAdmin {
    fn author(&self) -> Author {
        self.member.author()
    }
}

impl Named for SystemAdmin {
    fn author(&self) -> Author {
        self.member.author()
    }
}

impl Named for TeamCron {
    fn author(&self) -> Author {
        Author { name: format!("Team Cron ({})", self.team), email: format!("team-cron@{}.invalid", self.team) }
    }
}

impl Named for SystemCron {
    fn author(&self) -> Author {
        Author { name: "System Cron".to_owned(), email: "system-cron@system.invalid".to_owned() }
    }
}
