//! Paths inside a volume, proven good once: they cannot leave the volume, reach into `.git`, or mean two things.
//!
//! [`VolumePath::new`] is for names that people and programs give: they fit every file system that a volume may be cloned to.
//! [`VolumePath::existing`] is for names that a repository from elsewhere already holds: only what git itself forbids is refused.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The most bytes of one part.
const LONGEST_PART_BYTES: usize = 255;
/// The most bytes of a path.
const LONGEST_PATH_BYTES: usize = 4096;
/// The most folders a new file may stand in.
const DEEPEST: usize = 100;

/// A path of a file or folder inside a volume, such as `skills/my-skill.md`: parts between single slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VolumePath(String);

/// A path that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("'{path}' cannot be a path in a volume: {why}")]
pub struct BadPath {
    /// The path as it was given.
    pub path: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl VolumePath {
    /// A path for something new; text is brought to Unicode's NFC.
    pub fn new(path: &str) -> Result<Self, BadPath> {
        let path = match is_nfc_quick(path.chars()) {
            IsNormalized::Yes => path.to_owned(),
            IsNormalized::No | IsNormalized::Maybe => path.nfc().collect(),
        };
        let why = if path.len() > LONGEST_PATH_BYTES {
            Some("it is longer than 4096 bytes")
        } else if path.split('/').count() > DEEPEST {
            Some("it has more than 100 parts")
        } else {
            path.split('/').find_map(|part| dangerous(part.as_bytes()).or_else(|| awkward(part)))
        };
        match why {
            None => Ok(Self(path)),
            Some(why) => Err(BadPath { path, why }),
        }
    }

    /// A path that a repository already holds, as it stands there.
    pub fn existing(path: &str) -> Result<Self, BadPath> {
        match path.split('/').find_map(|part| dangerous(part.as_bytes())) {
            None => Ok(Self(path.to_owned())),
            Some(why) => Err(BadPath { path: path.to_owned(), why }),
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts, from the root.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The last part: the file's own name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for VolumePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for VolumePath {
    type Error = BadPath;

    fn try_from(path: String) -> Result<Self, BadPath> {
        Self::new(&path)
    }
}

impl From<VolumePath> for String {
    fn from(path: VolumePath) -> Self {
        path.0
    }
}

/// Why git must never meet this name in a tree, if so; the check that trees from elsewhere go through too.
pub(crate) fn dangerous(part: &[u8]) -> Option<&'static str> {
    match part {
        [] => Some("a part of it is empty"),
        b"." | b".." => Some("'.' and '..' are not names"),
        _ if part.contains(&0) => Some("it holds a NUL"),
        _ if part.contains(&b'/') => Some("a slash divides names"),
        _ if is_dot_git(part) => Some("'.git' belongs to git itself"),
        _ => None,
    }
}

/// Why a new name would be trouble on some system, if so.
fn awkward(part: &str) -> Option<&'static str> {
    if part.len() > LONGEST_PART_BYTES {
        return Some("a part of it is longer than 255 bytes");
    }
    if part.contains('\\') {
        return Some("a backslash divides folders on some systems: use '/'");
    }
    if part.chars().any(char::is_control) {
        return Some("it holds a control character");
    }
    let stem = part.split(['.', ':']).next().unwrap_or_default().trim_end_matches(' ').to_ascii_uppercase();
    let numbered = |prefix: &str| {
        let digit = stem.strip_prefix(prefix);
        digit.is_some_and(|digit| {
            matches!(digit.chars().next(), Some('1'..='9' | '¹' | '²' | '³')) && digit.chars().count() == 1
        })
    };
    let reserved = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$");
    (reserved || numbered("COM") || numbered("LPT")).then_some("Windows keeps this name for itself")
}

/// Whether some file system would take a name for `.git`: any case, with NTFS's short name, trailing dots, spaces and streams, and
/// with the characters that HFS+ ignores.
fn is_dot_git(part: &[u8]) -> bool {
    let visible: Vec<u8> = match std::str::from_utf8(part) {
        Ok(text) if !text.is_ascii() => {
            text.chars().filter(|letter| !ignored_by_hfs(*letter)).collect::<String>().into_bytes()
        }
        _ => part.to_vec(),
    };
    let stem = visible.split(|byte| *byte == b':').next().unwrap_or_default();
    let end = stem.iter().rposition(|byte| !matches!(byte, b'.' | b' ')).map_or(0, |last| last + 1);
    let stem = stem[..end].split(|byte| *byte == b'\\').next().unwrap_or_default();
    stem.eq_ignore_ascii_case(b".git") || stem.eq_ignore_ascii_case(b"git~1")
}

fn ignored_by_hfs(letter: char) -> bool {
    matches!(letter, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_paths_stay_as_they_are() {
        let longest = "x".repeat(255);
        for path in [
            "a",
            "skills/my skill.md",
            "🙂/ü.md",
            ".hidden/..x",
            "a/.gitignore",
            "con-text/nullable.md",
            &longest,
            "git~2",
            ".github",
        ] {
            assert_eq!(VolumePath::new(path).map(|path| path.to_string()), Ok(path.to_owned()));
        }
    }

    #[test]
    fn bad_paths_say_why() {
        let long = "x".repeat(256);
        let bad = [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "a/..",
            "../a",
            ".git",
            "a/.GIT/config",
            ".git ",
            ".git...",
            ".git. .",
            ".git::$INDEX_ALLOCATION",
            "GIT~1",
            ".g\u{200c}it",
            "\u{feff}.git",
            ".git\\config",
            "a\0b",
            "a\\b",
            "a\nb",
            "a\u{7f}",
            "con",
            "AUX.md",
            "Com1",
            "lpt9.txt",
            "nul .md",
            &long,
        ];
        for path in bad {
            assert!(VolumePath::new(path).is_err(), "{path:?}");
        }
        assert_eq!(
            VolumePath::new("a/../b").unwrap_err().to_string(),
            "'a/../b' cannot be a path in a volume: '.' and '..' are not names"
        );
    }

    #[test]
    fn names_are_composed() {
        assert_eq!(VolumePath::new("u\u{308}.md").unwrap().as_str(), "ü.md");
    }

    #[test]
    fn what_a_repository_holds_may_be_awkward_but_not_dangerous() {
        for path in ["con", "a\\b", "a\nb", "u\u{308}.md"] {
            assert_eq!(VolumePath::existing(path).unwrap().as_str(), path);
        }
        for path in ["", "a//b", "..", ".Git/hooks", "git~1"] {
            assert!(VolumePath::existing(path).is_err(), "{path:?}");
        }
    }
}
