//! The access table for the interface: asked with values, answered with a capability or with words for a person and status 403.
//!
//! Decides nothing itself: every yes comes out of the types of `grant`, so the two forms cannot drift apart.

use std::fmt;

use super::grant::{self, PromoteAccess, ProposeAccess, ReadAccess, WriteAccess};
use super::role::Role;
use super::volume::{SystemVolume, TeamVolume, UserVolume, Volume};

/// What somebody wants to do to a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// To read.
    Read,
    /// To write anything, to merge proposals and to close them.
    Write,
    /// To add a skill that the volume lacks.
    Promote,
    /// To open a proposal, and to comment.
    Propose,
}

/// A right that was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capability {
    /// To read.
    Read(ReadAccess<Volume>),
    /// To write.
    Write(WriteAccess<Volume>),
    /// To add a skill.
    Promote(PromoteAccess<Volume>),
    /// To propose.
    Propose(ProposeAccess<Volume>),
}

/// A right that was not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{who} may not {action} {volume}: {why}")]
pub struct Denied {
    /// Who asked, by name.
    pub who: String,
    /// For what.
    pub action: Action,
    /// Of which volume.
    pub volume: Volume,
    /// Why not.
    pub why: Why,
}

/// Why a right is not granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No one in this role may.
    Role,
    /// It is the volume of another person.
    SomebodyElses,
    /// They are not in this team.
    NotAMember,
    /// They lead another team.
    NotItsAdmin,
    /// The cron of a team asked for another team's volume.
    AnotherTeam,
    /// The cron of a team asked for the volume of somebody outside it.
    NotInTheTeam,
}

impl Denied {
    /// The status that the interface answers.
    pub const STATUS: u16 = 403;
    /// The code that the interface answers.
    pub const CODE: &'static str = "forbidden";

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match (self.why, self.action, &self.volume) {
            (Why::SomebodyElses, ..) => "Switch to that person's profile",
            (Why::NotAMember, ..) => "Join the team first",
            (Why::NotInTheTeam | Why::AnotherTeam, ..) => "Let the cron of that team, or of the system, do it",
            (_, Action::Propose, _) => "Crons propose nothing: write where they may, or propose as a person",
            (.., Volume::Team(_)) => "Propose the change, or ask an admin of the team",
            (.., Volume::System) => "Propose the change, or ask a system admin",
            (.., Volume::User(_)) => "Let its owner do it",
        }
    }
}

/// Asks for a right.
pub fn may(role: &Role, action: Action, volume: &Volume) -> Result<Capability, Denied> {
    match volume {
        Volume::User(user) => on_user_volume(role, action, &UserVolume(user.clone())),
        Volume::Team(team) => on_team_volume(role, action, &TeamVolume(team.clone())),
        Volume::System => on_system_volume(role, action),
    }
}

fn on_user_volume(role: &Role, action: Action, volume: &UserVolume) -> Result<Capability, Denied> {
    match (action, role) {
        (Action::Read, Role::User(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::TeamAdmin(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::SystemAdmin(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::TeamCron(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::SystemCron(role)) => reading(grant::read(role, volume)),
        (Action::Write, Role::User(role)) => writing(grant::write(role, volume)),
        (Action::Write, Role::TeamAdmin(role)) => writing(grant::write(role, volume)),
        (Action::Write, Role::SystemAdmin(role)) => writing(grant::write(role, volume)),
        (Action::Write, Role::SystemCron(role)) => writing(grant::write(role, volume)),
        (Action::Write, Role::TeamCron(_)) | (Action::Promote | Action::Propose, _) => {
            denied(role, action, volume.clone())
        }
    }
}

fn on_team_volume(role: &Role, action: Action, volume: &TeamVolume) -> Result<Capability, Denied> {
    match (action, role) {
        (Action::Read, Role::User(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::TeamAdmin(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::SystemAdmin(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::TeamCron(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::SystemCron(role)) => reading(grant::read(role, volume)),
        (Action::Write, Role::TeamAdmin(role)) => writing(grant::write(role, volume)),
        (Action::Write, Role::SystemAdmin(role)) => writing(grant::write(role, volume)),
        (Action::Write, Role::TeamCron(role)) => writing(grant::write(role, volume)),
        (Action::Write, Role::SystemCron(role)) => writing(grant::write(role, volume)),
        (Action::Promote, Role::User(role)) => promoting(grant::promote(role, volume)),
        (Action::Promote, Role::TeamAdmin(role)) => promoting(grant::promote(role, volume)),
        (Action::Promote, Role::SystemAdmin(role)) => promoting(grant::promote(role, volume)),
        (Action::Promote, Role::TeamCron(role)) => promoting(grant::promote(role, volume)),
        (Action::Promote, Role::SystemCron(role)) => promoting(grant::promote(role, volume)),
        (Action::Propose, Role::User(role)) => proposing(grant::propose(role, volume)),
        (Action::Propose, Role::TeamAdmin(role)) => proposing(grant::propose(role, volume)),
        (Action::Propose, Role::SystemAdmin(role)) => proposing(grant::propose(role, volume)),
        (Action::Write, Role::User(_)) | (Action::Propose, Role::TeamCron(_) | Role::SystemCron(_)) => {
            denied(role, action, volume.clone())
        }
    }
}

fn on_system_volume(role: &Role, action: Action) -> Result<Capability, Denied> {
    let volume = &SystemVolume;
    match (action, role) {
        (Action::Read, Role::User(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::TeamAdmin(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::SystemAdmin(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::TeamCron(role)) => reading(grant::read(role, volume)),
        (Action::Read, Role::SystemCron(role)) => reading(grant::read(role, volume)),
        (Action::Write, Role::SystemAdmin(role)) => writing(grant::write(role, volume)),
        (Action::Write, Role::SystemCron(role)) => writing(grant::write(role, volume)),
        (Action::Promote, Role::SystemAdmin(role)) => promoting(grant::promote(role, volume)),
        (Action::Promote, Role::SystemCron(role)) => promoting(grant::promote(role, volume)),
        (Action::Propose, Role::User(role)) => proposing(grant::propose(role, volume)),
        (Action::Propose, Role::TeamAdmin(role)) => proposing(grant::propose(role, volume)),
        (Action::Propose, Role::SystemAdmin(role)) => proposing(grant::propose(role, volume)),
        (Action::Write | Action::Promote, Role::User(_) | Role::TeamAdmin(_) | Role::TeamCron(_))
        | (Action::Propose, Role::TeamCron(_) | Role::SystemCron(_)) => denied(role, action, SystemVolume),
    }
}

fn reading<V: Clone + Into<Volume>>(access: Result<ReadAccess<V>, Denied>) -> Result<Capability, Denied> {
    access.map(|access| Capability::Read(access.into_any()))
}

fn writing<V: Clone + Into<Volume>>(access: Result<WriteAccess<V>, Denied>) -> Result<Capability, Denied> {
    access.map(|access| Capability::Write(access.into_any()))
}

fn promoting<V: Clone + Into<Volume>>(access: Result<PromoteAccess<V>, Denied>) -> Result<Capability, Denied> {
    access.map(|access| Capability::Promote(access.into_any()))
}

fn proposing<V: Clone + Into<Volume>>(access: Result<ProposeAccess<V>, Denied>) -> Result<Capability, Denied> {
    access.map(|access| Capability::Propose(access.into_any()))
}

fn denied(role: &Role, action: Action, volume: impl Into<Volume>) -> Result<Capability, Denied> {
    Err(Denied { who: role.author().name, action, volume: volume.into(), why: Why::Role })
}

impl fmt::Display for Action {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Read => "read",
            Self::Write => "write to",
            Self::Promote => "promote to",
            Self::Propose => "propose to",
        })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Role => "the role does not allow it",
            Self::SomebodyElses => "it belongs to somebody else",
            Self::NotAMember => "they are not in this team",
            Self::NotItsAdmin => "they are not an admin of this team",
            Self::AnotherTeam => "it belongs to another team",
            Self::NotInTheTeam => "its owner is not in the team",
        })
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::kernel::access::Profiles;

    const ACTIONS: [Action; 4] = [Action::Read, Action::Write, Action::Promote, Action::Propose];

    fn roles() -> Vec<(&'static str, Role)> {
        let profiles = Profiles::example();
        vec![
            ("user bob", Role::User(profiles.member("bob").unwrap())),
            ("team admin alice", Role::TeamAdmin(profiles.team_admin("alice", "rockets").unwrap())),
            ("system admin alice", Role::SystemAdmin(profiles.system_admin("alice").unwrap())),
            ("team cron rockets", Role::TeamCron(profiles.team_cron("rockets").unwrap())),
            ("system cron", Role::SystemCron(profiles.system_cron())),
        ]
    }

    /// Bob and Alice are in the rockets, which Alice leads; Carol is in the gardeners.
    #[test]
    fn the_whole_table() {
        let volumes = ["user/bob", "user/alice", "user/carol", "team/rockets", "team/gardeners", "system"];
        let mut table = String::new();
        for volume in volumes {
            table += &format!("{volume}\n");
            for (name, role) in roles() {
                let allowed = ACTIONS.iter().filter(|action| may(&role, **action, &volume.parse().unwrap()).is_ok());
                let allowed: Vec<String> = allowed.map(|action| format!("{action:?}")).collect();
                let allowed = if allowed.is_empty() { "-".to_owned() } else { allowed.join(" ") };
                table += &format!("    {name:<18} {allowed}\n");
            }
        }
        expect![[r#"
            user/bob
                user bob           Read Write
                team admin alice   -
                system admin alice -
                team cron rockets  Read
                system cron        Read Write
            user/alice
                user bob           -
                team admin alice   Read Write
                system admin alice Read Write
                team cron rockets  Read
                system cron        Read Write
            user/carol
                user bob           -
                team admin alice   -
                system admin alice -
                team cron rockets  -
                system cron        Read Write
            team/rockets
                user bob           Read Promote Propose
                team admin alice   Read Write Promote Propose
                system admin alice Read Write Promote Propose
                team cron rockets  Read Write Promote
                system cron        Read Write Promote
            team/gardeners
                user bob           -
                team admin alice   -
                system admin alice Read Write Promote Propose
                team cron rockets  -
                system cron        Read Write Promote
            system
                user bob           Read Propose
                team admin alice   Read Propose
                system admin alice Read Write Promote Propose
                team cron rockets  Read
                system cron        Read Write Promote
        "#]]
        .assert_eq(&table);
    }

    #[test]
    fn a_right_is_for_what_was_asked_and_in_the_asker_s_name() {
        for (_, role) in roles() {
            for action in ACTIONS {
                for volume in ["user/bob", "team/rockets", "system"] {
                    let volume = volume.parse().unwrap();
                    let (granted, of, author) = match may(&role, action, &volume) {
                        Ok(Capability::Read(access)) => (Action::Read, access.volume(), access.author().clone()),
                        Ok(Capability::Write(access)) => (Action::Write, access.volume(), access.author().clone()),
                        Ok(Capability::Promote(access)) => (Action::Promote, access.volume(), access.author().clone()),
                        Ok(Capability::Propose(access)) => (Action::Propose, access.volume(), access.author().clone()),
                        Err(denied) => (denied.action, denied.volume, role.author()),
                    };
                    assert_eq!((granted, of, author), (action, volume, role.author()));
                }
            }
        }
    }

    #[test]
    fn a_refusal_says_who_what_why_and_what_next() {
        let say = |role: &Role, action: Action, volume: &str| {
            let denied = may(role, action, &volume.parse().unwrap()).unwrap_err();
            format!("{denied}. {}.\n", denied.hint())
        };
        let profiles = Profiles::example();
        let bob = Role::User(profiles.member("bob").unwrap());
        let leader = Role::TeamAdmin(profiles.team_admin("alice", "rockets").unwrap());
        let cron = Role::TeamCron(profiles.team_cron("rockets").unwrap());
        let said = [
            say(&bob, Action::Write, "team/rockets"),
            say(&bob, Action::Write, "system"),
            say(&bob, Action::Read, "user/alice"),
            say(&bob, Action::Propose, "team/gardeners"),
            say(&leader, Action::Write, "team/gardeners"),
            say(&cron, Action::Write, "user/alice"),
            say(&cron, Action::Read, "user/carol"),
            say(&cron, Action::Write, "team/gardeners"),
            say(&cron, Action::Propose, "team/rockets"),
        ];
        expect![[r#"
            Bob may not write to team/rockets: the role does not allow it. Propose the change, or ask an admin of the team.
            Bob may not write to system: the role does not allow it. Propose the change, or ask a system admin.
            Bob may not read user/alice: it belongs to somebody else. Switch to that person's profile.
            Bob may not propose to team/gardeners: they are not in this team. Join the team first.
            Alice may not write to team/gardeners: they are not in this team. Join the team first.
            Team Cron (rockets) may not write to user/alice: the role does not allow it. Let its owner do it.
            Team Cron (rockets) may not read user/carol: its owner is not in the team. Let the cron of that team, or of the system, do it.
            Team Cron (rockets) may not write to team/gardeners: it belongs to another team. Let the cron of that team, or of the system, do it.
            Team Cron (rockets) may not propose to team/rockets: the role does not allow it. Crons propose nothing: write where they may, or propose as a person.
        "#]].assert_eq(&said.concat());
    }
}
