//! The messages of promotions and proposals: written one way, and read back for the history.
//!
//! A message is for people first: its title says what happened, and one trailer says so for programs. What is not read here is
//! `Deed::Other`, never an error.

use std::fmt;

use serde::Serialize;

use super::name::{ProposalName, SkillName};
use crate::kernel::access::{TeamId, UserId, Volume};

/// The trailer that marks the commits of a proposal which change no file.
const TRAILER: &str = "Proposal-Event: ";

/// Where something came from: `user:alice`, `team:rockets` or `system`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(pub Volume);

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Volume::User(user) => write!(out, "user:{user}"),
            Volume::Team(team) => write!(out, "team:{team}"),
            Volume::System => out.write_str("system"),
        }
    }
}

impl Source {
    fn read(text: &str) -> Option<Self> {
        Some(Self(match text.split_once(':') {
            Some(("user", user)) => Volume::User(user.parse::<UserId>().ok()?),
            Some(("team", team)) => Volume::Team(team.parse::<TeamId>().ok()?),
            None if text == "system" => Volume::System,
            _ => return None,
        }))
    }
}

/// A skill that was copied from one volume to the next: `Promote 'my-skill' from user:alice - Reason: Useful for team`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promotion {
    /// Which skill.
    pub skill: SkillName,
    /// From where.
    pub from: Source,
    /// Why, on one line; it may be empty.
    pub reason: String,
}

impl Promotion {
    /// A promotion for this reason, whose lines become one.
    pub fn new(skill: SkillName, from: Volume, reason: &str) -> Self {
        Self { skill, from: Source(from), reason: one_line(reason) }
    }

    /// The message of its commit.
    pub fn message(&self) -> String {
        self.title("Promote")
    }

    /// The message of the first commit of a proposal.
    pub fn proposal_message(&self) -> String {
        format!("{}\n\n{TRAILER}opened\n", self.title("Propose"))
    }

    /// The message of the commit that brings a proposal into the main branch.
    pub fn merge_message(&self) -> String {
        self.title("Merge")
    }

    fn title(&self, verb: &str) -> String {
        let Self { skill, from, reason } = self;
        if reason.is_empty() {
            format!("{verb} '{skill}' from {from}")
        } else {
            format!("{verb} '{skill}' from {from} - Reason: {reason}")
        }
    }

    fn read(title: &str) -> Option<(&str, Self)> {
        let (verb, rest) = title.split_once(" '")?;
        let (skill, rest) = rest.split_once("' from ")?;
        let (from, reason) = rest.split_once(" - Reason: ").unwrap_or((rest, ""));
        let promotion =
            Self { skill: skill.parse().ok()?, from: Source::read(from)?, reason: reason.trim().to_owned() };
        Some((verb, promotion))
    }
}

/// The message of a comment on a proposal.
pub(super) fn comment_message(name: &ProposalName, text: &str) -> String {
    event_message(&format!("Comment on '{}'", name.skill), text, "commented")
}

/// The message that closes a proposal.
pub fn close_message(name: &ProposalName, reason: &str) -> String {
    event_message(&format!("Close '{}'", name.skill), reason, "closed")
}

/// The message that reopens a proposal.
pub(super) fn reopen_message(name: &ProposalName, reason: &str) -> String {
    event_message(&format!("Reopen '{}'", name.skill), reason, "reopened")
}

fn event_message(title: &str, text: &str, event: &str) -> String {
    // A person's line that looks like the trailer must not be read as one.
    let lines =
        text.trim().lines().map(|line| if line.starts_with(TRAILER) { format!(" {line}") } else { line.to_owned() });
    let text = lines.collect::<Vec<_>>().join("\n");
    let body = if text.is_empty() { String::new() } else { format!("{text}\n\n") };
    format!("{title}\n\n{body}{TRAILER}{event}\n")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a commit did, as its message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A skill was promoted.
    Promoted(Promotion),
    /// A proposal was opened.
    Proposed(Promotion),
    /// A proposal was merged.
    Merged(Promotion),
    /// Somebody commented on a proposal.
    Commented {
        /// What they said.
        text: String,
    },
    /// A proposal was closed.
    Closed {
        /// Why.
        reason: String,
    },
    /// A proposal was opened again.
    Reopened {
        /// Why.
        reason: String,
    },
    /// Evolution made or changed a skill.
    Evolved,
    /// A skill was made.
    Created,
    /// An earlier commit was taken back.
    Reverted,
    /// Anything else.
    Other,
}

impl Deed {
    /// What this message says was done.
    pub fn of(message: &str) -> Self {
        let title = message.lines().next().unwrap_or_default();
        let text = || body(message);
        match (event(message), Promotion::read(title)) {
            (Some("commented"), _) => Self::Commented { text: text() },
            (Some("closed"), _) => Self::Closed { reason: text() },
            (Some("reopened"), _) => Self::Reopened { reason: text() },
            (Some("opened"), Some(("Propose", promotion))) => Self::Proposed(promotion),
            (_, Some(("Promote", promotion))) => Self::Promoted(promotion),
            (_, Some(("Merge", promotion))) => Self::Merged(promotion),
            _ if title.starts_with("Evolution: ") => Self::Evolved,
            _ if title.starts_with("Create skill: ") => Self::Created,
            _ if title.starts_with("Revert ") => Self::Reverted,
            _ => Self::Other,
        }
    }

    /// Its kind, without what was said.
    pub fn kind(&self) -> DeedKind {
        match self {
            Self::Promoted(_) => DeedKind::Promoted,
            Self::Proposed(_) => DeedKind::Proposed,
            Self::Merged(_) => DeedKind::Merged,
            Self::Commented { .. } => DeedKind::Commented,
            Self::Closed { .. } => DeedKind::Closed,
            Self::Reopened { .. } => DeedKind::Reopened,
            Self::Evolved => DeedKind::Evolved,
            Self::Created => DeedKind::Created,
            Self::Reverted => DeedKind::Reverted,
            Self::Other => DeedKind::Other,
        }
    }

    /// The reason that was given; none if the message gives none.
    pub fn reason(&self) -> Option<&str> {
        let reason = match self {
            Self::Promoted(promotion) | Self::Proposed(promotion) | Self::Merged(promotion) => &promotion.reason,
            Self::Commented { text: reason } | Self::Closed { reason } | Self::Reopened { reason } => reason,
            Self::Evolved | Self::Created | Self::Reverted | Self::Other => return None,
        };
        Some(reason.as_str()).filter(|reason| !reason.is_empty())
    }
}

/// A kind of deed, to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are the deeds")]
pub enum DeedKind {
    Promoted,
    Proposed,
    Merged,
    Commented,
    Closed,
    Reopened,
    Evolved,
    Created,
    Reverted,
    Other,
}

/// What the trailer says, if the last paragraph has one.
fn event(message: &str) -> Option<&str> {
    let last = message.trim_end().rsplit("\n\n").next()?;
    last.lines().find_map(|line| line.strip_prefix(TRAILER)).map(str::trim)
}

/// The message without its title and its last paragraph, which is the trailers.
fn body(message: &str) -> String {
    let (_, rest) = message.trim_end().split_once("\n\n").unwrap_or_default();
    let body = rest.rsplit_once("\n\n").map_or("", |(body, _)| body);
    let lines =
        body.lines().map(|line| line.strip_prefix(' ').filter(|line| line.starts_with(TRAILER)).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promotion(reason: &str) -> Promotion {
        Promotion::new("my-skill".parse().unwrap(), "user/alice".parse().unwrap(), reason)
    }

    #[test]
    fn the_message_is_the_source_design_s() {
        assert_eq!(
            promotion("Useful for team").message(),
            "Promote 'my-skill' from user:alice - Reason: Useful for team"
        );
        assert_eq!(promotion(" ").message(), "Promote 'my-skill' from user:alice");
    }

    #[test]
    fn what_is_written_is_read() {
        for reason in ["Useful for team", "", "it's - Reason: 'quoted' from user:bob", "two\n  lines"] {
            let promotion = promotion(reason);
            assert_eq!(Deed::of(&promotion.message()), Deed::Promoted(promotion.clone()), "{reason}");
            assert_eq!(Deed::of(&promotion.proposal_message()), Deed::Proposed(promotion.clone()));
            assert_eq!(Deed::of(&promotion.merge_message()), Deed::Merged(promotion.clone()));
        }
        let from_team = Promotion::new("a".parse().unwrap(), "team/rockets".parse().unwrap(), "widely used");
        assert_eq!(from_team.message(), "Promote 'a' from team:rockets - Reason: widely used");
        assert_eq!(Deed::of(&from_team.message()), Deed::Promoted(from_team));
    }

    #[test]
    fn comments_keep_their_paragraphs() {
        let name = ProposalName::of_branch("pr/alice/my-skill").unwrap();
        for text in ["Short.", "One.\n\nTwo,\nthree.", "Proposal-Event: closed", "a\n\nProposal-Event: closed\n\nb", ""]
        {
            assert_eq!(Deed::of(&comment_message(&name, text)), Deed::Commented { text: text.to_owned() }, "{text:?}");
        }
        assert_eq!(Deed::of(&close_message(&name, "not now")), Deed::Closed { reason: "not now".into() });
        assert_eq!(Deed::of(&reopen_message(&name, "")), Deed::Reopened { reason: String::new() });
        let shown = comment_message(&name, "Looks good.");
        assert_eq!(shown, "Comment on 'my-skill'\n\nLooks good.\n\nProposal-Event: commented\n");
    }

    #[test]
    fn other_messages_are_known_or_other() {
        let kind = |message: &str| Deed::of(message).kind();
        assert_eq!(kind("Evolution: Create skill fft from 5 traces"), DeedKind::Evolved);
        assert_eq!(kind("Create skill: My Skill"), DeedKind::Created);
        assert_eq!(kind("Revert \"Create skill: My Skill\""), DeedKind::Reverted);
        assert_eq!(kind("Promote 'a b' from user:alice"), DeedKind::Other);
        assert_eq!(kind("Promote 'a' from nobody"), DeedKind::Other);
        assert_eq!(kind("Merge branch 'x'"), DeedKind::Other);
        assert_eq!(kind(""), DeedKind::Other);
    }

    #[test]
    fn a_trailer_counts_at_the_end_only_and_beside_others() {
        let signed = "Close 'my-skill'\n\nno\n\nProposal-Event: closed\nSigned-off-by: A <a@b>\n";
        assert_eq!(Deed::of(signed), Deed::Closed { reason: "no".into() });
        assert_eq!(Deed::of("x\n\nProposal-Event: closed\n\nmore").kind(), DeedKind::Other);
    }
}
