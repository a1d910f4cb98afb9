//! Names: of volumes, and of the branches inside them, each proven good once.
//!
//! Never holds a name that git, a file system or a URL would read as something else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most bytes that an id of a team or user may have.
const LONGEST_ID_BYTES: usize = 64;
/// The most bytes that the name of a branch or tag may have.
const LONGEST_REF_BYTES: usize = 200;

/// A name that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("'{name}' cannot be the name of a {what}: {why}")]
pub struct BadName {
    /// What it was meant to name.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Which volume: the library of everybody, of a team, or of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum VolumeName {
    /// What everybody has.
    System,
    /// What a team shares.
    Team(VolumeId),
    /// What a person has.
    User(VolumeId),
}

/// The id of a team or a user: lowercase letters, digits, `-`, `_` and `.` inside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VolumeId(String);

impl VolumeId {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for VolumeId {
    type Err = BadName;

    fn from_str(name: &str) -> Result<Self, BadName> {
        let bad = |why| Err(BadName { what: "team or user", name: name.to_owned(), why });
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if name.is_empty() || name.len() > LONGEST_ID_BYTES {
            return bad("it has 1 to 64 letters");
        }
        if !name.chars().all(|letter| plain(letter) || matches!(letter, '-' | '_' | '.')) {
            return bad("use lowercase letters, digits, '-', '_' and '.'");
        }
        if !name.starts_with(plain) || !name.ends_with(plain) || name.contains("..") {
            return bad("begin and end it with a letter or a digit");
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for VolumeId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for VolumeName {
    type Err = BadName;

    fn from_str(name: &str) -> Result<Self, BadName> {
        match name.split_once('/') {
            None if name == "system" => Ok(Self::System),
            Some(("team", id)) => id.parse().map(Self::Team),
            Some(("user", id)) => id.parse().map(Self::User),
            _ => {
                let why = "volumes are 'system', 'team/<id>' and 'user/<id>'";
                Err(BadName { what: "volume", name: name.to_owned(), why })
            }
        }
    }
}

impl fmt::Display for VolumeName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => out.write_str("system"),
            Self::Team(id) => write!(out, "team/{id}"),
            Self::User(id) => write!(out, "user/{id}"),
        }
    }
}

impl TryFrom<String> for VolumeName {
    type Error = BadName;

    fn try_from(name: String) -> Result<Self, BadName> {
        name.parse()
    }
}

impl From<VolumeName> for String {
    fn from(name: VolumeName) -> Self {
        name.to_string()
    }
}

/// The name of a branch or tag, such as `main` or `pr/alice/my-skill`, by git's rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RefName(String);

impl RefName {
    /// The branch that every new volume has.
    pub fn main() -> Self {
        Self("main".to_owned())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The row of the branch of this name.
    pub(crate) fn branch_key(&self) -> String {
        format!("refs/heads/{}", self.0)
    }

    /// The row of the tag of this name.
    pub(crate) fn tag_key(&self) -> String {
        format!("refs/tags/{}", self.0)
    }
}

impl FromStr for RefName {
    type Err = BadName;

    fn from_str(name: &str) -> Result<Self, BadName> {
        let bad = |why| Err(BadName { what: "branch or tag", name: name.to_owned(), why });
        if name.is_empty() || name.len() > LONGEST_REF_BYTES {
            return bad("it has 1 to 200 bytes");
        }
        if name.bytes().any(|byte| byte <= b' ' || byte == 0x7f || b"~^:?*[\\".contains(&byte)) {
            return bad("spaces, control characters and ~ ^ : ? * [ \\ have a meaning of their own in git");
        }
        if name.contains("..") || name.contains("@{") || name == "@" {
            return bad("'..' and '@{' have a meaning of their own in git");
        }
        if name.starts_with('-') || name == "HEAD" || name.starts_with("refs/") {
            return bad("it would be read as something else");
        }
        if name.split('/').any(|part| part.is_empty() || part.starts_with('.') || part.ends_with(".lock")) {
            return bad("no part of it may be empty, begin with '.' or end with '.lock'");
        }
        if name.ends_with('.') {
            return bad("it may not end with '.'");
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for RefName {
    type Error = BadName;

    fn try_from(name: String) -> Result<Self, BadName> {
        name.parse()
    }
}

impl From<RefName> for String {
    fn from(name: RefName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_have_three_kinds_of_names() {
        for name in ["system", "team/engineering", "user/alice", "user/a.b-c_9"] {
            assert_eq!(name.parse::<VolumeName>().unwrap().to_string(), name);
        }
        for name in
            ["", "System", "team", "team/", "user/Alice", "user/a/b", "user/..", "user/.a", "other/a", "user/a b"]
        {
            assert!(name.parse::<VolumeName>().is_err(), "{name}");
        }
    }

    #[test]
    fn branches_are_named_by_the_rules_of_git() {
        for name in ["main", "pr/alice/my-skill", "ünïcode", "v1.0", "a@b"] {
            assert!(name.parse::<RefName>().is_ok(), "{name}");
        }
        let bad = [
            "", "a b", "a..b", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "-a", "@", "a@{b", "a\\b", "a~",
            "a.", "HEAD",
        ];
        for name in bad {
            assert!(name.parse::<RefName>().is_err(), "{name}");
        }
    }
}
