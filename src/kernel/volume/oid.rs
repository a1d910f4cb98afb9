//! Object names: the SHA-1 of a git object, as a value.
//!
//! Never names anything that it has not hashed or parsed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha1::{Digest, Sha1};

use super::object::ObjectKind;

/// The name of an object: the SHA-1 of what it is, how long it is and what it holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid([u8; 20]);

/// A text that is not the name of an object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not the name of a git object: 40 digits of 0-9 and a-f are")]
pub struct BadOid(pub String);

impl Oid {
    /// The tree that holds nothing.
    pub const EMPTY_TREE: Self = Self([
        0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee,
        0x49, 0x04,
    ]);

    /// The name of an object of this kind with this content.
    pub fn of(kind: ObjectKind, content: &[u8]) -> Self {
        let mut hash = Sha1::new();
        hash.update(kind.header(content.len()));
        hash.update(content);
        Self(hash.finalize().into())
    }

    /// The SHA-1 of plain bytes: the checksum at the end of packs and their indexes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha1::digest(bytes).into())
    }

    /// A name from its 20 bytes.
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// A name from the first 20 bytes of a slice, if there are that many.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.first_chunk().copied().map(Self)
    }

    /// Its 20 bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Its first digits, as people write them.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(8);
        text
    }

    /// The row that holds this object by itself.
    pub(crate) fn key(&self) -> String {
        let hex = self.to_string();
        format!("objects/{}/{}", &hex[..2], &hex[2..])
    }

    /// The object that a row holds, by the row's key.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let (folder, rest) = key.strip_prefix("objects/")?.split_once('/')?;
        if folder.len() != 2 { None } else { format!("{folder}{rest}").parse().ok() }
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 40];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        out.write_str(std::str::from_utf8(&text).expect("hexadecimal digits are text"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for Oid {
    type Err = BadOid;

    fn from_str(text: &str) -> Result<Self, BadOid> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut bytes = [0; 20];
        if text.len() != 40 {
            return Err(BadOid(text.to_owned()));
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            match (digit(pair[0]), digit(pair[1])) {
                (Some(high), Some(low)) => *byte = high << 4 | low,
                _ => return Err(BadOid(text.to_owned())),
            }
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Oid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Oid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_have_the_names_that_git_gives_them() {
        assert_eq!(Oid::of(ObjectKind::Blob, b"").to_string(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(Oid::of(ObjectKind::Blob, b"hello\n").to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(Oid::of(ObjectKind::Tree, b""), Oid::EMPTY_TREE);
    }

    #[test]
    fn names_survive_text_and_keys() {
        let oid = Oid::of(ObjectKind::Blob, b"hello\n");
        assert_eq!(oid.to_string().parse(), Ok(oid));
        assert_eq!(oid.key(), "objects/ce/013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(Oid::of_key(&oid.key()), Some(oid));
        assert_eq!(Oid::of_key("objects/pack/pack-1.idx"), None);
        assert!("xyz".parse::<Oid>().is_err());
        assert!("g".repeat(40).parse::<Oid>().is_err());
    }
}
