//! The name of a skill as branches and messages carry it, and the name of a proposal.
//!
//! Never a name that git, a path or a message could read as something else.

use std::fmt;
use std::str::FromStr;

use crate::kernel::access::UserId;

/// The most bytes of a skill's name.
const LONGEST_BYTES: usize = 100;

/// A name that no skill can be proposed or promoted under.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a skill cannot be proposed as '{name}': {why}")]
pub struct BadSkillName {
    /// The name.
    pub name: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// The id of a skill, such as `my-skill`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SkillName(String);

impl SkillName {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SkillName {
    type Err = BadSkillName;

    fn from_str(name: &str) -> Result<Self, BadSkillName> {
        let bad = |why| Err(BadSkillName { name: name.to_owned(), why });
        if name.is_empty() {
            bad("its id is empty")
        } else if name.len() > LONGEST_BYTES {
            bad("its id is longer than 100 bytes")
        } else if !name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.')) {
            bad("give it an id of letters, digits, '-', '_' and '.'")
        } else if !(name.starts_with(char::is_alphanumeric) && name.ends_with(char::is_alphanumeric)) {
            bad("begin and end its id with a letter or a digit")
        } else if name.contains("..") || name.ends_with(".lock") {
            bad("git does not take '..' and '.lock' in a branch")
        } else {
            Ok(Self(name.to_owned()))
        }
    }
}

impl fmt::Display for SkillName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Who proposes which skill; as text the branch `pr/alice/my-skill`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProposalName {
    /// Who.
    pub user: UserId,
    /// Which skill.
    pub skill: SkillName,
}

impl ProposalName {
    /// The proposal of this branch; none if the branch is no proposal.
    pub fn of_branch(branch: &str) -> Option<Self> {
        let (user, skill) = branch.strip_prefix("pr/")?.split_once('/')?;
        Some(Self { user: user.parse().ok()?, skill: skill.parse().ok()? })
    }

    /// The branch that holds it.
    pub fn branch(&self) -> String {
        format!("pr/{}/{}", self.user, self.skill)
    }
}

impl fmt::Display for ProposalName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.branch())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_named_by_its_branch() {
        let name = ProposalName { user: "alice".parse().unwrap(), skill: "my-skill".parse().unwrap() };
        assert_eq!(name.branch(), "pr/alice/my-skill");
        assert_eq!(ProposalName::of_branch("pr/alice/my-skill"), Some(name));
        for other in
            ["main", "pr/alice", "pr/alice/", "pr//a", "pr/Alice/a", "pr/alice/a/b", "pr/alice/..", "xpr/alice/a"]
        {
            assert_eq!(ProposalName::of_branch(other), None, "{other}");
        }
    }

    #[test]
    fn a_skill_s_name_fits_into_a_branch() {
        for good in ["a", "rc-lowpass", "fft_2", "v1.2", "größe"] {
            assert!(good.parse::<SkillName>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "a'b", "-a", ".a", "a.", "a..b", "a.lock", "a/b", "a\nb", &"x".repeat(101)] {
            assert!(bad.parse::<SkillName>().is_err(), "{bad:?}");
        }
    }
}
