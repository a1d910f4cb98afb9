//! Why the people and teams of a device cannot be changed as asked, in words for a person.
//!
//! Never about access to volumes: that is `Denied`.

use super::id::{TeamId, UserId};

/// A change of the profiles that was not made; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Nobody has this id.
    #[error("there is no user '{0}' on this device")]
    NoSuchUser(String),
    /// No team has this id.
    #[error("there is no team '{0}' on this device")]
    NoSuchTeam(String),
    /// The id is taken.
    #[error("there is already a user '{0}' on this device: choose another id")]
    UserExists(UserId),
    /// The id is taken.
    #[error("there is already a team '{0}' on this device: choose another id, or join it")]
    TeamExists(TeamId),
    /// They are not in the team.
    #[error("'{user}' is not in the team '{team}'")]
    NotInTeam {
        /// Who.
        user: UserId,
        /// Which team.
        team: TeamId,
    },
    /// They do not lead the team.
    #[error("'{user}' is not an admin of the team '{team}'")]
    NotItsAdmin {
        /// Who.
        user: UserId,
        /// Which team.
        team: TeamId,
    },
    /// They do not care for the whole.
    #[error("'{0}' is not a system admin")]
    NotASystemAdmin(UserId),
    /// Somebody has to be there.
    #[error("'{0}' is the only user of this device: add another one first")]
    LastUser(UserId),
    /// Somebody has to care for the whole.
    #[error("'{0}' is the only system admin: make somebody else one first")]
    LastSystemAdmin(UserId),
    /// A team with members needs somebody who leads it.
    #[error(
        "'{user}' is the only admin of the team '{team}', which has other members: make somebody else its admin first"
    )]
    LastTeamAdmin {
        /// Who.
        user: UserId,
        /// Which team.
        team: TeamId,
    },
    /// It cannot stand in a commit.
    #[error("'{name}' cannot be a name: {why}")]
    BadName {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// It cannot stand in a commit.
    #[error("'{email}' cannot be an email address: {why}")]
    BadEmail {
        /// The address.
        email: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// What was stored does not hold together.
    #[error("the stored profiles do not hold together: {0}")]
    Damaged(String),
}
