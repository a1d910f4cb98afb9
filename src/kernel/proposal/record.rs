//! A proposal as its branch tells it: who proposed what and why, what was said since, and whether it is open.
//!
//! Reads commits as facts, in any order, and tolerates commits that say nothing: work on the branch by plain git is a revision.

use serde::Serialize;

use super::fact::CommitFact;
use super::message::{Deed, Promotion, close_message, comment_message, reopen_message};
use super::name::ProposalName;
use crate::kernel::access::Volume;

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Who proposes which skill.
    pub name: ProposalName,
    /// The volume that it is for.
    pub target: Volume,
    /// What the first commit said: the skill, from where, and why. A branch made by plain git may say nothing.
    pub promotion: Option<Promotion>,
    /// Whether it waits, is in, or was refused.
    pub state: State,
    /// What happened, oldest first.
    pub events: Vec<Event>,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for somebody.
    Open,
    /// It is in the main branch.
    Merged,
    /// It was refused or withdrawn.
    Closed,
}

/// Something that happened to a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// What was said: the reason, the comment, or the title of a revision.
    pub text: String,
    /// Who, by name.
    pub author_name: String,
    /// Who, by address.
    pub author_email: String,
    /// When, in seconds since 1970.
    pub timestamp_s: i64,
    /// The commit.
    pub oid: String,
}

/// What can happen to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// It was made.
    Opened,
    /// Its files changed.
    Revised,
    /// Somebody said something.
    Commented,
    /// It was refused or withdrawn.
    Closed,
    /// It waits again.
    Reopened,
}

impl Proposal {
    /// The proposal of this branch, from the commits that the main branch lacks (or, once it is merged, lacked), oldest first.
    ///
    /// Where two people worked at once, "oldest first" is any order that puts parents before children. None if the branch is no proposal or has no commits.
    pub fn read(branch: &str, target: &Volume, commits: &[CommitFact], is_merged: bool) -> Option<Self> {
        let name = ProposalName::of_branch(branch)?;
        let mut proposal =
            Self { name, target: target.clone(), promotion: None, state: State::Open, events: Vec::new() };
        for commit in commits {
            proposal.hear(commit);
        }
        if is_merged {
            proposal.state = State::Merged;
        }
        (!proposal.events.is_empty()).then_some(proposal)
    }

    fn hear(&mut self, commit: &CommitFact) {
        let (kind, text) = match Deed::of(&commit.message) {
            Deed::Proposed(promotion) if self.promotion.is_none() && promotion.skill == self.name.skill => {
                let reason = promotion.reason.clone();
                self.promotion = Some(promotion);
                (EventKind::Opened, reason)
            }
            Deed::Commented { text } => (EventKind::Commented, text),
            Deed::Closed { reason } => (EventKind::Closed, reason),
            Deed::Reopened { reason } => (EventKind::Reopened, reason),
            // Two branches that were brought together say nothing new.
            _ if commit.title().starts_with("Merge ") && commit.paths.is_empty() => return,
            _ if self.events.is_empty() => (EventKind::Opened, commit.title().to_owned()),
            _ => (EventKind::Revised, commit.title().to_owned()),
        };
        match kind {
            EventKind::Closed => self.state = State::Closed,
            EventKind::Reopened => self.state = State::Open,
            EventKind::Opened | EventKind::Revised | EventKind::Commented => {}
        }
        self.events.push(Event {
            kind,
            text,
            author_name: commit.author_name.clone(),
            author_email: commit.author_email.clone(),
            timestamp_s: commit.timestamp_s,
            oid: commit.oid.clone(),
        });
    }

    /// The address of who opened it.
    pub fn opened_by_email(&self) -> Option<&str> {
        self.events.first().map(|event| event.author_email.as_str())
    }

    /// The message of a commit, without changes, that says something on it.
    pub fn comment_message(&self, text: &str) -> String {
        comment_message(&self.name, text)
    }

    /// The message of a commit, without changes, that closes it.
    pub fn close_message(&self, reason: &str) -> String {
        close_message(&self.name, reason)
    }

    /// The message of a commit, without changes, that opens it again.
    pub fn reopen_message(&self, reason: &str) -> String {
        reopen_message(&self.name, reason)
    }

    /// The message of the commit that brings it into the main branch.
    pub fn merge_message(&self) -> String {
        let from = || Volume::User(self.name.user.clone());
        let promotion = self.promotion.clone().unwrap_or_else(|| Promotion::new(self.name.skill.clone(), from(), ""));
        promotion.merge_message()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::proposal::fact::{PathChange, PathFact};

    fn commit(message: &str, touches: &[&str]) -> CommitFact {
        let path = |path: &&str| PathFact { path: (*path).to_owned(), change: PathChange::Changed };
        CommitFact { message: message.to_owned(), paths: touches.iter().map(path).collect(), ..CommitFact::default() }
    }

    fn read(messages: &[String], is_merged: bool) -> Proposal {
        let commits: Vec<CommitFact> =
            messages.iter().map(|message| commit(message, &["skills/my-skill.md"])).collect();
        Proposal::read("pr/alice/my-skill", &"team/rockets".parse().unwrap(), &commits, is_merged).unwrap()
    }

    fn kinds(proposal: &Proposal) -> Vec<EventKind> {
        proposal.events.iter().map(|event| event.kind).collect()
    }

    fn opened() -> String {
        Promotion::new("my-skill".parse().unwrap(), "user/alice".parse().unwrap(), "Useful").proposal_message()
    }

    #[test]
    fn the_branch_tells_the_story() {
        let first = read(&[opened()], false);
        assert_eq!((first.state, first.events[0].text.as_str()), (State::Open, "Useful"));
        let story = [opened(), first.comment_message("Why?"), "Explain it".to_owned(), first.close_message("Not now")];
        let closed = read(&story, false);
        assert_eq!(closed.state, State::Closed);
        assert_eq!(kinds(&closed), [EventKind::Opened, EventKind::Commented, EventKind::Revised, EventKind::Closed]);
        let reopened = read(&[&story[..], &[first.reopen_message("Now")]].concat(), false);
        assert_eq!(reopened.state, State::Open);
        assert_eq!(read(&story, true).state, State::Merged, "what is in is in");
        assert_eq!(closed.merge_message(), "Merge 'my-skill' from user:alice - Reason: Useful");
    }

    #[test]
    fn a_branch_of_plain_git_is_a_proposal_too() {
        let proposal = read(&["Add my skill".to_owned(), "Fix it".to_owned()], false);
        assert_eq!(proposal.promotion, None);
        assert_eq!(kinds(&proposal), [EventKind::Opened, EventKind::Revised]);
        assert_eq!(proposal.merge_message(), "Merge 'my-skill' from user:alice");
    }

    #[test]
    fn branches_brought_together_say_nothing() {
        let commits = [commit(&opened(), &["skills/my-skill.md"]), commit("Merge branch 'pr/alice/my-skill'", &[])];
        let proposal = Proposal::read("pr/alice/my-skill", &Volume::System, &commits, false).unwrap();
        assert_eq!(kinds(&proposal), [EventKind::Opened]);
    }

    #[test]
    fn other_branches_are_no_proposals() {
        assert_eq!(Proposal::read("main", &Volume::System, &[commit("x", &[])], false), None);
        assert_eq!(Proposal::read("pr/alice/a", &Volume::System, &[], false), None);
    }
}
