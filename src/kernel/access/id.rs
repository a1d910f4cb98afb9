//! Ids of users and teams: the names of their volumes and branches, proven good once.
//!
//! Never a name that a path, a URL, a branch or a host could read as something else. What people are called is not decided here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most letters of an id, as on the hosts that teams use.
const LONGEST: usize = 39;

/// An id that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{id}' cannot be the id of a {what}: {why}")]
pub struct BadId {
    /// What it was meant for.
    pub what: &'static str,
    /// The id.
    pub id: String,
    /// What is wrong with it.
    pub why: &'static str,
}

fn check(id: &str) -> Result<(), &'static str> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    if id.is_empty() {
        Err("it is empty")
    } else if id.len() > LONGEST {
        Err("it has more than 39 letters")
    } else if !id.chars().all(|letter| plain(letter) || letter == '-') {
        Err("use lowercase letters a to z, digits and '-'")
    } else if !id.starts_with(plain) || !id.ends_with(plain) {
        Err("begin and end it with a letter or a digit")
    } else if id.contains("--") {
        Err("it has two '-' in a row")
    } else {
        Ok(())
    }
}

/// An id made of what a person is called: `Ada Lovelace` becomes `ada-lovelace`; none if nothing is left.
fn suggest(name: &str) -> Option<String> {
    let letters = name.chars().flat_map(char::to_lowercase);
    let plain: String = letters.map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let id = plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let id = id[..id.len().min(LONGEST)].trim_end_matches('-');
    (!id.is_empty()).then(|| id.to_owned())
}

macro_rules! id {
    ($name:ident, $what:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id that a name suggests.
            pub fn suggested_by(name: &str) -> Option<Self> {
                suggest(name).map(Self)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(id: &str) -> Result<Self, BadId> {
                match check(id) {
                    Ok(()) => Ok(Self(id.to_owned())),
                    Err(why) => Err(BadId { what: $what, id: id.to_owned(), why }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(id: String) -> Result<Self, BadId> {
                id.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

id!(UserId, "user", "The id of a person, such as `alice`.");
id!(TeamId, "team", "The id of a team, such as `rockets`.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_plain() {
        for good in ["a", "alice", "team-7", "0", &"a".repeat(39)] {
            assert_eq!(good.parse::<UserId>().map(String::from).as_deref(), Ok(good));
        }
        for bad in ["", "Alice", "-a", "a-", "a--b", "a b", "a/b", "..", "ä", "a.b", "a_b", &"a".repeat(40)] {
            assert!(bad.parse::<TeamId>().is_err(), "{bad}");
        }
        let bad = "Alice".parse::<UserId>().unwrap_err();
        assert_eq!(bad.to_string(), "'Alice' cannot be the id of a user: use lowercase letters a to z, digits and '-'");
    }

    #[test]
    fn a_name_suggests_an_id() {
        let of = |name: &str| UserId::suggested_by(name).map(String::from);
        assert_eq!(of("Ada Lovelace").as_deref(), Some("ada-lovelace"));
        assert_eq!(of("  J. R.  Oppenheimer "), Some("j-r-oppenheimer".into()));
        assert_eq!(of("Ω"), None);
        let long = of(&"ab ".repeat(30)).unwrap();
        assert!(long.parse::<UserId>().is_ok(), "{long}");
    }

    #[test]
    fn a_stored_id_is_checked_again() {
        assert!(serde_json::from_str::<UserId>(r#""alice""#).is_ok());
        assert!(serde_json::from_str::<UserId>(r#""../alice""#).is_err());
    }
}
