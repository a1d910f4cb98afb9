//! The history as an audit: who did what, when and why, filtered.
//!
//! A pure function of commits as facts; it never reads a repository, and an empty filter lets everything through.

use serde::Serialize;

use super::fact::CommitFact;
use super::message::{Deed, DeedKind};

/// What of a history is wanted; what is not set lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// A part of the author's name or address, or the id of who something came from.
    pub who: Option<String>,
    /// The beginning of a path that was changed, such as `skills/` or a whole path.
    pub path: Option<String>,
    /// A kind of file that was changed.
    pub files: Option<FileKind>,
    /// A kind of deed.
    pub deed: Option<DeedKind>,
    /// Not before this second.
    pub since_s: Option<i64>,
    /// Before this second.
    pub until_s: Option<i64>,
    /// Words that are all in the message, in any case.
    pub text: Option<String>,
}

/// What a file of a volume is, by its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// `skills/`
    Skill,
    /// `workflows/`
    Workflow,
    /// `traces/`
    Trace,
    /// `memory/`
    Memory,
    /// Anything else.
    Other,
}

impl FileKind {
    /// The kind of this file.
    pub fn of(path: &str) -> Self {
        match path.split_once('/').map(|(folder, _)| folder) {
            Some("skills") => Self::Skill,
            Some("workflows") => Self::Workflow,
            Some("traces") => Self::Trace,
            Some("memory") => Self::Memory,
            _ => Self::Other,
        }
    }
}

/// One line of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry<'a> {
    /// The commit.
    pub oid: &'a str,
    /// Who, by name.
    pub author_name: &'a str,
    /// Who, by address.
    pub author_email: &'a str,
    /// When, in seconds since 1970.
    pub timestamp_s: i64,
    /// What, in a word.
    pub deed: DeedKind,
    /// What, in the commit's own words.
    pub title: &'a str,
    /// Why, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The files.
    pub paths: Vec<&'a str>,
}

/// The entries that a filter lets through, in the order of the commits.
pub fn audit<'a>(
    commits: impl IntoIterator<Item = &'a CommitFact>,
    filter: &AuditFilter,
) -> impl Iterator<Item = AuditEntry<'a>> {
    commits.into_iter().filter_map(move |commit| {
        let deed = Deed::of(&commit.message);
        filter.admits_deed(commit, &deed).then(|| AuditEntry {
            oid: &commit.oid,
            author_name: &commit.author_name,
            author_email: &commit.author_email,
            timestamp_s: commit.timestamp_s,
            deed: deed.kind(),
            title: commit.title(),
            reason: deed.reason().map(str::to_owned),
            paths: commit.paths.iter().map(|path| path.path.as_str()).collect(),
        })
    })
}

impl AuditFilter {
    /// Whether it lets a commit through.
    pub fn admits(&self, commit: &CommitFact) -> bool {
        self.admits_deed(commit, &Deed::of(&commit.message))
    }

    fn admits_deed(&self, commit: &CommitFact, deed: &Deed) -> bool {
        let some_path = |fits: &dyn Fn(&str) -> bool| commit.paths.iter().any(|path| fits(&path.path));
        self.since_s.is_none_or(|since| commit.timestamp_s >= since)
            && self.until_s.is_none_or(|until| commit.timestamp_s < until)
            && self.deed.is_none_or(|kind| deed.kind() == kind)
            && self.files.is_none_or(|kind| some_path(&|path| FileKind::of(path) == kind))
            && self.path.as_ref().is_none_or(|start| some_path(&|path| path.starts_with(start.as_str())))
            && self.who.as_ref().is_none_or(|who| is_by(commit, deed, who))
            && self.text.as_ref().is_none_or(|text| says(&commit.message, text))
    }
}

fn is_by(commit: &CommitFact, deed: &Deed, who: &str) -> bool {
    let who = who.trim().to_lowercase();
    let source = match deed {
        Deed::Promoted(promotion) | Deed::Proposed(promotion) | Deed::Merged(promotion) => promotion.from.to_string(),
        _ => String::new(),
    };
    let is_source = source == who || source.split_once(':').is_some_and(|(_, id)| id == who);
    is_source || [&commit.author_name, &commit.author_email].iter().any(|name| name.to_lowercase().contains(&who))
}

fn says(message: &str, text: &str) -> bool {
    let message = message.to_lowercase();
    text.to_lowercase().split_whitespace().all(|word| message.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::proposal::fact::{PathChange, PathFact};

    fn history() -> Vec<CommitFact> {
        let commit = |oid: &str, author: &str, timestamp_s: i64, message: &str, paths: &[&str]| CommitFact {
            oid: oid.to_owned(),
            author_name: author.to_owned(),
            author_email: format!("{}@example.org", author.to_lowercase()),
            timestamp_s,
            message: message.to_owned(),
            paths: paths.iter().map(|path| PathFact { path: (*path).to_owned(), change: PathChange::Added }).collect(),
        };
        vec![
            commit("4", "System Cron", 40, "Evolution: Create skill fft from 5 traces", &["skills/fft.md"]),
            commit("3", "Bob", 30, "Promote 'rc' from user:alice - Reason: Useful for team", &["skills/rc.md"]),
            commit("2", "Alice", 20, "Save workflow", &["workflows/a.json", "memory/notes.md"]),
            commit("1", "Alice", 10, "First\n\nWith a body about filters", &["metadata.json"]),
        ]
    }

    fn found(filter: AuditFilter) -> String {
        let history = history();
        audit(&history, &filter).map(|entry| entry.oid.to_owned()).collect()
    }

    #[test]
    fn each_part_of_a_filter_narrows() {
        let all = AuditFilter::default();
        assert_eq!(found(all.clone()), "4321");
        assert_eq!(found(AuditFilter { who: Some("ALICE".into()), ..all.clone() }), "321", "by her or from her");
        assert_eq!(found(AuditFilter { who: Some("user:alice".into()), ..all.clone() }), "3");
        assert_eq!(found(AuditFilter { who: Some("bob@example".into()), ..all.clone() }), "3");
        assert_eq!(found(AuditFilter { path: Some("skills/r".into()), ..all.clone() }), "3");
        assert_eq!(found(AuditFilter { files: Some(FileKind::Skill), ..all.clone() }), "43");
        assert_eq!(found(AuditFilter { files: Some(FileKind::Memory), ..all.clone() }), "2");
        assert_eq!(found(AuditFilter { files: Some(FileKind::Other), ..all.clone() }), "1");
        assert_eq!(found(AuditFilter { deed: Some(DeedKind::Evolved), ..all.clone() }), "4");
        assert_eq!(found(AuditFilter { since_s: Some(20), until_s: Some(40), ..all.clone() }), "32");
        assert_eq!(found(AuditFilter { text: Some("FILTERS first".into()), ..all.clone() }), "1");
        assert_eq!(found(AuditFilter { who: Some("alice".into()), since_s: Some(15), ..all }), "32");
    }

    #[test]
    fn an_entry_says_who_what_when_and_why() {
        let history = history();
        let entry = audit(&history, &AuditFilter::default()).nth(1).unwrap();
        assert_eq!((entry.author_name, entry.timestamp_s, entry.deed), ("Bob", 30, DeedKind::Promoted));
        assert_eq!(entry.reason.as_deref(), Some("Useful for team"));
        assert_eq!(entry.paths, ["skills/rc.md"]);
    }
}
