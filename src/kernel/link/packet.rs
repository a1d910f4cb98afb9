//! The outer form: bytes with a version, a kind, a length and a checksum, as signs that a link may hold.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::{LinkError, MOST_CHARS, MOST_FILE_CHARS};
use crate::kernel::checksum::crc32;

const VERSION: u8 = 1;
const PLAIN: u8 = 0;
const SEALED: u8 = 1;
const HEAD_BYTES: usize = 10;

/// How long the salt of a passphrase is.
pub const SALT_BYTES: usize = 16;
/// How long AES-GCM's nonce is.
pub const NONCE_BYTES: usize = 12;

/// Contents under a key that is made from a passphrase and the salt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What the key is made with.
    pub salt: [u8; SALT_BYTES],
    /// Never used twice under a key.
    pub nonce: [u8; NONCE_BYTES],
    /// With AES-GCM's tag at its end.
    pub ciphertext: Vec<u8>,
}

/// What the text of a link holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// Contents that can be read at once.
    Plain(Vec<u8>),
    /// Contents that need a passphrase.
    Sealed(Sealed),
}

impl Packet {
    /// As signs of a link.
    pub fn to_text(&self) -> String {
        let (kind, contents) = match self {
            Self::Plain(contents) => (PLAIN, contents.clone()),
            Self::Sealed(Sealed { salt, nonce, ciphertext }) => (SEALED, [&salt[..], nonce, ciphertext].concat()),
        };
        let length = u32::try_from(contents.len()).unwrap_or(u32::MAX);
        let mut bytes = vec![VERSION, kind];
        bytes.extend(length.to_le_bytes());
        bytes.extend(check(kind, &contents).to_le_bytes());
        bytes.extend(contents);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the text of a link: what arrived is what was sent, or it is not opened.
    pub fn read(text: &str) -> Result<Self, LinkError> {
        Self::read_up_to(text, MOST_CHARS)
    }

    /// The same of a text that came in a file, which may be longer than a link.
    pub fn read_file(text: &str) -> Result<Self, LinkError> {
        Self::read_up_to(text, MOST_FILE_CHARS)
    }

    fn read_up_to(text: &str, most_chars: usize) -> Result<Self, LinkError> {
        let text = text.trim().trim_end_matches('=');
        if text.len() > most_chars {
            return Err(LinkError::TooLong(text.len()));
        }
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if text.is_empty() || !text.bytes().all(is_sign) {
            return Err(LinkError::NotALink);
        }
        // Where it was cut, up to three signs are left that make no whole byte.
        let bytes = (0..=3.min(text.len()))
            .find_map(|cut| BASE64_URL_SAFE_NO_PAD.decode(&text[..text.len() - cut]).ok())
            .ok_or(LinkError::NotALink)?;
        let Some((&version, rest)) = bytes.split_first() else { return Err(LinkError::NotALink) };
        if version != VERSION {
            return Err(LinkError::UnknownVersion(version));
        }
        let Some((head, contents)) = rest.split_at_checked(HEAD_BYTES - 1) else {
            return Err(LinkError::Truncated { held: bytes.len(), wanted: HEAD_BYTES });
        };
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let wanted = word(1) as usize;
        // A length that was damaged itself promises what no link holds.
        if contents.len() < wanted && wanted <= most_chars {
            return Err(LinkError::Truncated { held: bytes.len(), wanted: wanted + HEAD_BYTES });
        }
        if contents.len() != wanted || check(head[0], contents) != word(5) {
            return Err(LinkError::Damaged);
        }
        match head[0] {
            PLAIN => Ok(Self::Plain(contents.to_vec())),
            SEALED => Self::sealed(contents),
            _ => Err(LinkError::UnknownKind),
        }
    }

    fn sealed(contents: &[u8]) -> Result<Self, LinkError> {
        let (salt, rest) = contents.split_first_chunk().ok_or(LinkError::Damaged)?;
        let (nonce, ciphertext) = rest.split_first_chunk().ok_or(LinkError::Damaged)?;
        Ok(Self::Sealed(Sealed { salt: *salt, nonce: *nonce, ciphertext: ciphertext.to_vec() }))
    }
}

/// The kind is covered too: a bit of it is a bit of the link.
fn check(kind: u8, contents: &[u8]) -> u32 {
    crc32(contents) ^ u32::from(kind).wrapping_mul(0x9e37_79b1)
}
