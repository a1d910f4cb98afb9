//! Commits: who changed what when and why, written as git's strict check wants it and read as it comes.
//!
//! Never cleans what it reads: a commit from elsewhere keeps the bytes that its name stands for. Never asks a clock.

use serde::{Deserialize, Serialize};

use crate::kernel::volume::Oid;

/// Who.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// Name as people read it.
    pub name: String,
    /// Address, real or of the form `alice@user`.
    pub email: String,
}

impl Person {
    /// A person of this name and address.
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self { name: name.into(), email: email.into() }
    }
}

/// Who and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// Who.
    pub person: Person,
    /// Whole seconds since 1970.
    pub timestamp_s: i64,
    /// Minutes that the clock on the wall was ahead of UTC: 120 is +0200.
    pub offset_min: i32,
}

impl Signature {
    /// The line of a commit or tag, without its first word.
    pub(crate) fn encode(&self) -> String {
        let name = clean(&self.person.name, "unknown");
        let email = clean(&self.person.email, "unknown");
        let timestamp_s = self.timestamp_s.max(0);
        let offset_min = self.offset_min.clamp(-14 * 60, 14 * 60);
        let sign = if offset_min < 0 { '-' } else { '+' };
        let offset = offset_min.unsigned_abs();
        format!("{name} <{email}> {timestamp_s} {sign}{:02}{:02}", offset / 60, offset % 60)
    }

    /// Reads what can be read: git itself forgives much here.
    pub(crate) fn parse(line: &str) -> Self {
        let (person, when) = line.rsplit_once('>').unwrap_or((line, ""));
        let (name, email) = person.split_once('<').unwrap_or((person, ""));
        let mut when = when.split_ascii_whitespace();
        let timestamp_s = when.next().and_then(|text| text.parse().ok()).unwrap_or(0);
        let offset: i32 = when.next().and_then(|text| text.parse().ok()).unwrap_or(0);
        let offset_min = offset / 100 * 60 + offset % 100;
        Self { person: Person::new(name.trim(), email.trim()), timestamp_s, offset_min }
    }
}

/// A name that fits a line of a commit: no `<`, `>`, line ends or NUL, and none of what git trims at its ends.
fn clean(name: &str, otherwise: &str) -> String {
    let kept: String = name.chars().filter(|letter| !matches!(letter, '<' | '>') && !letter.is_control()).collect();
    let trimmed = kept.trim_matches(|letter: char| letter <= ' ' || ".,:;\"\\'".contains(letter));
    if trimmed.is_empty() { otherwise.to_owned() } else { trimmed.to_owned() }
}

/// A version of the files, with who, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The files.
    pub tree: Oid,
    /// The versions it came from; none for a first one, several for a merge.
    pub parents: Vec<Oid>,
    /// Who made the change.
    pub author: Signature,
    /// Who put it here.
    pub committer: Signature,
    /// Lines between the committer and the message, such as a signature, as they stand.
    pub extra: String,
    /// Why.
    pub message: String,
}

impl Commit {
    /// The bytes that its name stands for.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut text = format!("tree {}\n", self.tree);
        for parent in &self.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&format!("author {}\ncommitter {}\n", self.author.encode(), self.committer.encode()));
        text.push_str(&self.extra);
        text.push('\n');
        text.push_str(&tidy_message(&self.message));
        text.into_bytes()
    }

    /// Reads a commit, or says what is wrong with it.
    pub(crate) fn parse(content: &[u8]) -> Result<Self, &'static str> {
        let text = String::from_utf8_lossy(content);
        let (head, message) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let mut lines = head.split('\n').peekable();
        let oid = |text: &str| text.parse::<Oid>().map_err(|_| "the commit names no proper object");
        let tree = lines.next().and_then(|line| line.strip_prefix("tree ")).ok_or("the commit has no tree")?;
        let tree = oid(tree)?;
        let mut parents = Vec::new();
        while let Some(parent) = lines.next_if(|line| line.starts_with("parent ")) {
            parents.push(oid(&parent["parent ".len()..])?);
        }
        let author = lines.next().and_then(|line| line.strip_prefix("author ")).ok_or("the commit has no author")?;
        let committer =
            lines.next().and_then(|line| line.strip_prefix("committer ")).ok_or("the commit has no committer")?;
        let extra = lines.map(|line| format!("{line}\n")).collect();
        let (author, committer) = (Signature::parse(author), Signature::parse(committer));
        Ok(Self { tree, parents, author, committer, extra, message: message.to_owned() })
    }

    /// The first line of the message.
    pub fn title(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// Whether it carries a signature.
    pub fn is_signed(&self) -> bool {
        self.extra.lines().any(|line| line.starts_with("gpgsig"))
    }

    /// The same commit with a signature over [`Commit::encode`], as git writes it.
    #[must_use]
    pub(crate) fn signed(mut self, signature: &str) -> Self {
        self.extra.push_str(&format!("gpgsig {}\n", signature.trim_end().replace('\n', "\n ")));
        self
    }
}

/// A message as git would keep it: no NUL, LF line ends, one newline at its end.
pub(crate) fn tidy_message(message: &str) -> String {
    let text = message.replace('\0', "").replace("\r\n", "\n").replace('\r', "\n");
    format!("{}\n", text.trim_start_matches('\n').trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::volume::ObjectKind;

    fn commit() -> Commit {
        let author =
            Signature { person: Person::new("Ada", "ada@example.org"), timestamp_s: 1_700_000_000, offset_min: 330 };
        let committer = Signature { offset_min: -90, ..author.clone() };
        let message = "First line\n\nMore.\n".to_owned();
        Commit {
            tree: Oid::EMPTY_TREE,
            parents: vec![Oid::of(ObjectKind::Commit, b"x")],
            author,
            committer,
            extra: String::new(),
            message,
        }
    }

    #[test]
    fn commits_survive_being_written() {
        let commit = commit();
        let bytes = commit.encode();
        assert!(String::from_utf8_lossy(&bytes).contains("author Ada <ada@example.org> 1700000000 +0530\n"));
        assert!(String::from_utf8_lossy(&bytes).contains(" 1700000000 -0130\n"));
        assert_eq!(Commit::parse(&bytes), Ok(commit.clone()));
        let signed = commit.signed("-----BEGIN-----\nabc\n-----END-----\n");
        assert!(signed.is_signed());
        assert_eq!(Commit::parse(&signed.encode()), Ok(signed));
    }

    #[test]
    fn names_and_messages_cannot_break_a_commit() {
        let person = Person::new("A <b>\nparent x\0", " <<>> ");
        let line = Signature { person, timestamp_s: -5, offset_min: 100_000 }.encode();
        assert_eq!(line, "A bparent x <unknown> 0 +1400");
        assert_eq!(
            Signature::parse("broken"),
            Signature { person: Person::new("broken", ""), timestamp_s: 0, offset_min: 0 }
        );
        assert_eq!(tidy_message("\n\na\r\nb\0\n\n"), "a\nb\n");
        assert_eq!(tidy_message(""), "\n");
    }

    #[test]
    fn bad_commits_say_what_is_wrong() {
        for content in [&b""[..], b"tree x\n", b"author a\n", b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nx"] {
            assert!(Commit::parse(content).is_err());
        }
    }
}
