//! Whether a proposal may be merged or closed now, by this person: the right, the state and the checks together.
//!
//! Merging itself is the volume's; this only says yes, or why not.

use super::check::Check;
use super::record::{Proposal, State};
use crate::kernel::access::{Action, Capability, Denied, Role, Volume, WriteAccess, may};

/// Why a proposal cannot be merged or closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// They may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It is no longer open.
    #[error("this proposal is already {}", match .0 { State::Open => "open", State::Merged => "merged", State::Closed => "closed" })]
    NotOpen(State),
    /// Something does not hold.
    #[error("this proposal cannot be merged yet: {}", .0.iter().map(|check| check.message.as_str()).collect::<Vec<_>>().join("; "))]
    Blocked(Vec<Check>),
}

impl Refused {
    /// The status that the interface answers.
    pub fn status(&self) -> u16 {
        match self {
            Self::Denied(_) => Denied::STATUS,
            Self::NotOpen(_) => 409,
            Self::Blocked(_) => 422,
        }
    }
}

/// The right to merge: for who may write the target, while it is open and nothing speaks against it.
pub fn may_merge(role: &Role, proposal: &Proposal, checks: &[Check]) -> Result<WriteAccess<Volume>, Refused> {
    let access = writing(role, proposal)?;
    if proposal.state != State::Open {
        return Err(Refused::NotOpen(proposal.state));
    }
    let blocking: Vec<Check> = checks.iter().filter(|check| check.verdict.blocks()).cloned().collect();
    if blocking.is_empty() { Ok(access) } else { Err(Refused::Blocked(blocking)) }
}

/// The right to close: for who may write the target, and for who opened it.
pub fn may_close(role: &Role, proposal: &Proposal) -> Result<Capability, Refused> {
    let right = match writing(role, proposal) {
        Ok(access) => Capability::Write(access),
        Err(_) if role.user() == Some(&proposal.name.user) => may(role, Action::Propose, &proposal.target)?,
        Err(denied) => return Err(denied.into()),
    };
    if proposal.state == State::Open { Ok(right) } else { Err(Refused::NotOpen(proposal.state)) }
}

fn writing(role: &Role, proposal: &Proposal) -> Result<WriteAccess<Volume>, Denied> {
    match may(role, Action::Write, &proposal.target)? {
        Capability::Write(access) => Ok(access),
        other => unreachable!("who asks to write is granted to write, not {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::access::Profiles;
    use crate::kernel::proposal::{CheckInput, CommitFact, check};

    fn proposal(user: &str, is_merged: bool) -> Proposal {
        let commits = [CommitFact { message: "Add it".into(), ..CommitFact::default() }];
        let target = "team/rockets".parse().unwrap();
        Proposal::read(&format!("pr/{user}/fft"), &target, &commits, is_merged).unwrap()
    }

    fn checks(text: &str) -> Vec<Check> {
        check(&CheckInput { path: "skills/fft.md", text, skill_id: Some("fft"), ..CheckInput::default() })
    }

    fn role(user: &str) -> Role {
        let mut profiles = Profiles::example();
        profiles.switch(user, None).unwrap();
        profiles.role_towards(&"team/rockets".parse().unwrap())
    }

    #[test]
    fn an_admin_merges_what_is_open_and_sound() {
        let access = may_merge(&role("alice"), &proposal("bob", false), &checks("text")).unwrap();
        assert_eq!(access.volume().to_string(), "team/rockets");
        let say = |role: &Role, proposal: &Proposal, text: &str| {
            let refused = may_merge(role, proposal, &checks(text)).unwrap_err();
            (refused.status(), refused.to_string())
        };
        assert_eq!(
            say(&role("bob"), &proposal("bob", false), "text"),
            (403, "Bob may not write to team/rockets: the role does not allow it".into())
        );
        assert_eq!(
            say(&role("alice"), &proposal("bob", true), "text"),
            (409, "this proposal is already merged".into())
        );
        assert_eq!(
            say(&role("alice"), &proposal("bob", false), ""),
            (422, "this proposal cannot be merged yet: The file is empty".into())
        );
    }

    #[test]
    fn who_opened_it_may_close_it() {
        assert!(matches!(may_close(&role("bob"), &proposal("bob", false)), Ok(Capability::Propose(_))));
        assert!(matches!(may_close(&role("alice"), &proposal("bob", false)), Ok(Capability::Write(_))));
        assert!(matches!(may_close(&role("bob"), &proposal("alice", false)), Err(Refused::Denied(_))));
        assert!(matches!(may_close(&role("bob"), &proposal("bob", true)), Err(Refused::NotOpen(State::Merged))));
    }
}
