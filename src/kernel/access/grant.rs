//! The access table as types: a capability is a value that only an allowed role can make, and a write takes one.
//!
//! ```
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let profiles = Profiles::example();
//! # let (alice, rockets) = (UserVolume("alice".parse()?), TeamVolume("rockets".parse()?));
//! let (member, team_admin, system_admin) = (profiles.member("alice")?, profiles.team_admin("alice", "rockets")?, profiles.system_admin("alice")?);
//! let (team_cron, system_cron) = (profiles.team_cron("rockets")?, profiles.system_cron());
//!
//! grant::write(&member, &alice)?;
//! grant::write(&team_admin, &alice)?;
//! grant::write(&system_admin, &alice)?;
//! grant::write(&system_cron, &alice)?;
//! grant::write(&team_admin, &rockets)?;
//! grant::write(&system_admin, &rockets)?;
//! grant::write(&team_cron, &rockets)?;
//! grant::write(&system_cron, &rockets)?;
//! grant::write(&system_admin, &SystemVolume)?;
//! grant::write(&system_cron, &SystemVolume)?;
//!
//! grant::promote(&member, &rockets)?;
//! grant::promote(&team_admin, &rockets)?;
//! grant::promote(&system_admin, &rockets)?;
//! grant::promote(&team_cron, &rockets)?;
//! grant::promote(&system_cron, &rockets)?;
//! grant::promote(&system_admin, &SystemVolume)?;
//! grant::promote(&system_cron, &SystemVolume)?;
//!
//! grant::propose(&member, &rockets)?;
//! grant::propose(&team_admin, &rockets)?;
//! grant::propose(&system_admin, &rockets)?;
//! grant::propose(&member, &SystemVolume)?;
//! grant::propose(&team_admin, &SystemVolume)?;
//! grant::propose(&system_admin, &SystemVolume)?;
//!
//! grant::read(&member, &alice)?;
//! grant::read(&member, &rockets)?;
//! grant::read(&member, &SystemVolume)?;
//! grant::read(&team_admin, &alice)?;
//! grant::read(&team_admin, &rockets)?;
//! grant::read(&team_admin, &SystemVolume)?;
//! grant::read(&system_admin, &alice)?;
//! grant::read(&system_admin, &rockets)?;
//! grant::read(&system_admin, &SystemVolume)?;
//! grant::read(&team_cron, &alice)?;
//! grant::read(&team_cron, &rockets)?;
//! grant::read(&team_cron, &SystemVolume)?;
//! grant::read(&system_cron, &alice)?;
//! grant::read(&system_cron, &rockets)?;
//! grant::read(&system_cron, &SystemVolume)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What the table forbids does not compile (where a role may do something to one kind of volume only, as a wrong type). A user writes neither a team's volume nor everybody's:
//! ```compile_fail,E0308
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let (profiles, rockets) = (Profiles::example(), TeamVolume("rockets".parse().unwrap()));
//! grant::write(&profiles.member("alice").unwrap(), &rockets);
//! ```
//! ```compile_fail,E0308
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let profiles = Profiles::example();
//! grant::write(&profiles.member("alice").unwrap(), &SystemVolume);
//! ```
//! A team's admin does not write everybody's:
//! ```compile_fail,E0277
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let profiles = Profiles::example();
//! grant::write(&profiles.team_admin("alice", "rockets").unwrap(), &SystemVolume);
//! ```
//! A team's cron writes neither a user's volume nor everybody's:
//! ```compile_fail,E0308
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let (profiles, alice) = (Profiles::example(), UserVolume("alice".parse().unwrap()));
//! grant::write(&profiles.team_cron("rockets").unwrap(), &alice);
//! ```
//! ```compile_fail,E0308
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let profiles = Profiles::example();
//! grant::write(&profiles.team_cron("rockets").unwrap(), &SystemVolume);
//! ```
//! Neither a user, nor a team's admin, nor its cron promotes to everybody's:
//! ```compile_fail,E0308
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let profiles = Profiles::example();
//! grant::promote(&profiles.member("alice").unwrap(), &SystemVolume);
//! ```
//! ```compile_fail,E0308
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let profiles = Profiles::example();
//! grant::promote(&profiles.team_admin("alice", "rockets").unwrap(), &SystemVolume);
//! ```
//! ```compile_fail,E0308
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let profiles = Profiles::example();
//! grant::promote(&profiles.team_cron("rockets").unwrap(), &SystemVolume);
//! ```
//! Crons write where they may, and propose nothing:
//! ```compile_fail,E0277
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let (profiles, rockets) = (Profiles::example(), TeamVolume("rockets".parse().unwrap()));
//! grant::propose(&profiles.team_cron("rockets").unwrap(), &rockets);
//! ```
//! ```compile_fail,E0277
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let profiles = Profiles::example();
//! grant::propose(&profiles.system_cron(), &SystemVolume);
//! ```
//! Nothing is promoted into a user's volume:
//! ```compile_fail,E0277
//! # use llmos_lite::kernel::access::{Profiles, Role, SystemVolume, TeamVolume, UserVolume, grant};
//! # let (profiles, alice) = (Profiles::example(), UserVolume("alice".parse().unwrap()));
//! grant::promote(&profiles.system_cron(), &alice);
//! ```
//! A capability to read is none to write, and nobody makes one by hand:
//! ```compile_fail,E0308
//! # use llmos_lite::kernel::access::{Profiles, SystemVolume, WriteAccess, grant};
//! # let profiles = Profiles::example();
//! let access: WriteAccess<SystemVolume> = grant::read(&profiles.system_cron(), &SystemVolume).unwrap();
//! ```
//! ```compile_fail
//! # use llmos_lite::kernel::access::{Access, Profiles, SystemCron, SystemVolume, grant};
//! grant::write(&SystemCron(()), &SystemVolume);
//! ```

use std::marker::PhantomData;

use super::id::{TeamId, UserId};
use super::may::{Action, Denied, Why};
use super::role::{Author, Member, Named, SystemAdmin, SystemCron, TeamAdmin, TeamCron};
use super::volume::{SystemVolume, TeamVolume, UserVolume, Volume};

/// To read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read;
/// To write anything, to merge proposals and to close them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write;
/// To add a skill that the volume lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promote;
/// To open a proposal on a branch of one's own, and to comment on any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Propose;

/// The right to do `Act` to one volume of the kind `V`, in somebody's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access<Act, V> {
    volume: V,
    author: Author,
    act: PhantomData<Act>,
}

/// The right to read a volume.
pub type ReadAccess<V> = Access<Read, V>;
/// The right to write a volume.
pub type WriteAccess<V> = Access<Write, V>;
/// The right to add a skill to a volume.
pub type PromoteAccess<V> = Access<Promote, V>;
/// The right to propose something to a volume.
pub type ProposeAccess<V> = Access<Propose, V>;

impl<Act, V: Clone + Into<Volume>> Access<Act, V> {
    /// The volume that it is for.
    pub fn volume(&self) -> Volume {
        self.volume.clone().into()
    }

    /// Whose name stands on what is done with it.
    pub fn author(&self) -> &Author {
        &self.author
    }

    /// The same right, for code that takes any kind of volume.
    pub fn into_any(self) -> Access<Act, Volume> {
        Access { volume: self.volume.into(), author: self.author, act: PhantomData }
    }
}

/// An act as a value.
pub trait Act {
    /// Which it is.
    const ACTION: Action;
}

impl Act for Read {
    const ACTION: Action = Action::Read;
}

impl Act for Write {
    const ACTION: Action = Action::Write;
}

impl Act for Promote {
    const ACTION: Action = Action::Promote;
}

impl Act for Propose {
    const ACTION: Action = Action::Propose;
}

/// A filled cell of the table: this role may do this to some volumes of that kind. There is no way to add a cell from outside.
#[diagnostic::on_unimplemented(message = "the access table does not let {Self} {Doing} {V}")]
pub trait May<Doing: Act, V: Clone + Into<Volume>>: Named + sealed::Sealed {
    /// Why this one is not among them.
    #[doc(hidden)]
    fn objection(&self, volume: &V) -> Option<Why>;
}

/// The right to read this volume.
pub fn read<R: May<Read, V>, V: Clone + Into<Volume>>(role: &R, volume: &V) -> Result<ReadAccess<V>, Denied> {
    grant(role, volume)
}

/// The right to write this volume.
pub fn write<R: May<Write, V>, V: Clone + Into<Volume>>(role: &R, volume: &V) -> Result<WriteAccess<V>, Denied> {
    grant(role, volume)
}

/// The right to add a skill to this volume.
pub fn promote<R: May<Promote, V>, V: Clone + Into<Volume>>(role: &R, volume: &V) -> Result<PromoteAccess<V>, Denied> {
    grant(role, volume)
}

/// The right to propose something to this volume.
pub fn propose<R: May<Propose, V>, V: Clone + Into<Volume>>(role: &R, volume: &V) -> Result<ProposeAccess<V>, Denied> {
    grant(role, volume)
}

fn grant<Doing: Act, R: May<Doing, V>, V: Clone + Into<Volume>>(
    role: &R,
    volume: &V,
) -> Result<Access<Doing, V>, Denied> {
    let author = role.author();
    match role.objection(volume) {
        None => Ok(Access { volume: volume.clone(), author, act: PhantomData }),
        Some(why) => Err(Denied { who: author.name, action: Doing::ACTION, volume: volume.clone().into(), why }),
    }
}

mod sealed {
    use crate::kernel::access::role::{Member, SystemAdmin, SystemCron, TeamAdmin, TeamCron};

    pub trait Sealed {}
    impl Sealed for Member {}
    impl Sealed for TeamAdmin {}
    impl Sealed for SystemAdmin {}
    impl Sealed for TeamCron {}
    impl Sealed for SystemCron {}
}

/// Each line is a cell of the table, with what is looked at when the right is asked for.
macro_rules! table {
    ($($role:ident may $acts:tt $volume:ident: $objection:expr;)*) => {$(
        table! { @cells $role $acts $volume $objection }
    )*};
    (@cells $role:ident [$($act:ident)+] $volume:ident $objection:expr) => {$(
        impl May<$act, $volume> for $role {
            fn objection(&self, volume: &$volume) -> Option<Why> {
                let objection: fn(&$role, &$volume) -> Option<Why> = $objection;
                objection(self, volume)
            }
        }
    )+};
}

table! {
    Member may [Read Write] UserVolume: |role, volume| own(role, &volume.0);
    Member may [Read Promote Propose] TeamVolume: |role, volume| joined(role, &volume.0);
    Member may [Read Propose] SystemVolume: |_, _| None;

    TeamAdmin may [Read Write] UserVolume: |role, volume| own(&role.member, &volume.0);
    TeamAdmin may [Read Promote Propose] TeamVolume: |role, volume| joined(&role.member, &volume.0);
    TeamAdmin may [Write] TeamVolume: |role, volume| joined(&role.member, &volume.0).or_else(|| leads(role, &volume.0));
    TeamAdmin may [Read Propose] SystemVolume: |_, _| None;

    SystemAdmin may [Read Write] UserVolume: |role, volume| own(&role.member, &volume.0);
    SystemAdmin may [Read Write Promote Propose] TeamVolume: |_, _| None;
    SystemAdmin may [Read Write Promote Propose] SystemVolume: |_, _| None;

    TeamCron may [Read] UserVolume: |role, volume| (!role.members.contains(&volume.0)).then_some(Why::NotInTheTeam);
    TeamCron may [Read Write Promote] TeamVolume: |role, volume| (role.team != volume.0).then_some(Why::AnotherTeam);
    TeamCron may [Read] SystemVolume: |_, _| None;

    SystemCron may [Read Write] UserVolume: |_, _| None;
    SystemCron may [Read Write Promote] TeamVolume: |_, _| None;
    SystemCron may [Read Write Promote] SystemVolume: |_, _| None;
}

fn own(member: &Member, user: &UserId) -> Option<Why> {
    (member.user != *user).then_some(Why::SomebodyElses)
}

fn joined(member: &Member, team: &TeamId) -> Option<Why> {
    (!member.teams.contains(team)).then_some(Why::NotAMember)
}

fn leads(admin: &TeamAdmin, team: &TeamId) -> Option<Why> {
    (admin.team != *team).then_some(Why::NotItsAdmin)
}
