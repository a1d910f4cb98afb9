//! What stands behind the `#` of an address: the link, how to show it, and values for its inputs.
//!
//! `#w=…&in.<node>.<input>=4k7&view=app&embed`

use super::LinkError;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fragment {
    /// The text of the link.
    pub link: String,
    /// `<node>.<input>` and the text of the value, in order.
    pub inputs: Vec<(String, String)>,
    /// Inputs and outputs alone.
    pub app: bool,
    /// Inside a page of somebody else.
    pub embed: bool,
}

impl Fragment {
    /// Reads the part of an address behind its `#`, with or without it; none where it holds no link.
    pub fn read(fragment: &str) -> Option<Result<Self, LinkError>> {
        let mut found = Self::default();
        let mut has_link = false;
        for part in fragment.trim_start_matches('#').split('&') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
                if name == "w" || name.starts_with("in.") {
                    return Some(Err(LinkError::NotALink));
                }
                continue;
            };
            match name.as_str() {
                "w" => {
                    has_link = true;
                    found.link = value;
                }
                "view" => found.app = value == "app",
                "embed" => found.embed = value != "0",
                _ => {
                    if let Some(input) = name.strip_prefix("in.") {
                        found.inputs.push((input.to_owned(), value));
                    }
                }
            }
        }
        has_link.then_some(Ok(found))
    }

    /// As it stands behind the `#`.
    pub fn to_text(&self) -> String {
        let mut text = format!("w={}", self.link);
        for (input, value) in &self.inputs {
            text.push_str(&format!("&in.{}={}", encoded(input), encoded(value)));
        }
        if self.app {
            text.push_str("&view=app");
        }
        if self.embed {
            text.push_str("&embed");
        }
        text
    }
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Without percent signs; none where they are not followed by two digits, or make no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let digit = |place: usize| char::from(*after.get(place)?).to_digit(16);
            bytes.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}
