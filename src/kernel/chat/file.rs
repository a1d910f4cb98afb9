//! Where sessions stand in a volume, and what their files look like.
//!
//! ```text
//! chats/<yyyy>/<mm>/<session_id>/session.json           title and beginning
//! chats/<yyyy>/<mm>/<session_id>/<message_id>.md        one message: front matter, then its words
//! ```
//!
//! One file for each message: a message that is complete does not change, so a long session costs one small file a message, and sessions
//! that went on at two places at once merge without a conflict.

use serde_json::Value;
use thiserror::Error;

use super::{Message, SessionHead};

/// The folder of all sessions.
pub const FOLDER: &str = "chats";
/// The file that names a session.
pub const HEAD_FILE: &str = "session.json";
const ENDING: &str = ".md";

/// Why a message cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadMessage {
    /// It does not begin with a head between two lines of `---`.
    #[error("it does not begin with front matter between two lines of '---'")]
    NoHead,
    /// The head is not what it should be.
    #[error("its front matter cannot be read: {0}")]
    Head(String),
}

/// The id of a session that begins now: ids sort as sessions came.
#[must_use]
pub fn session_id(timestamp_s: i64, random: u64) -> String {
    format!("{:010}-{:08x}", timestamp_s.max(0), random & 0xffff_ffff)
}

/// The id of a message of now.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
pub fn message_id(now_ms: f64, random: u64) -> String {
    format!("{:013}-{:08x}", now_ms.max(0.0) as i64, random & 0xffff_ffff)
}

/// The moment in the id of a session.
#[must_use]
pub fn moment_of(session_id: &str) -> Option<i64> {
    let (seconds, random) = session_id.split_once('-')?;
    let is_sound = seconds.len() == 10 && !random.is_empty() && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_sound { seconds.parse().ok() } else { None }
}

/// The session that a file belongs to, and the message that it is, if it is one: of `chats/2026/11/<session>/<message>.md`.
#[must_use]
pub fn place_of(path: &str) -> Option<(&str, Option<&str>)> {
    let rest = path.strip_prefix(FOLDER)?.strip_prefix('/')?;
    let mut parts = rest.split('/');
    let (_year, _month, session, file) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    match file.strip_suffix(ENDING) {
        Some(message) => Some((session, Some(message))),
        None => (file == HEAD_FILE).then_some((session, None)),
    }
}

/// The name of a message's file.
#[must_use]
pub fn file_name(message_id: &str) -> String {
    format!("{message_id}{ENDING}")
}

/// The file that names a session.
#[must_use]
pub fn encode_head(head: &SessionHead) -> String {
    let text = serde_json::to_string_pretty(head).unwrap_or_default();
    format!("{text}\n")
}

/// The file of a message.
#[must_use]
pub fn encode(message: &Message) -> String {
    let fields = serde_json::to_value(message).unwrap_or_default();
    let is_said = |value: &Value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
    // JSON's values are YAML's too, whatever is in them.
    let head: String = fields
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| *name != "text" && is_said(value))
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    format!("---\n{head}---\n\n{}\n", message.text)
}

/// Reads the file of a message.
pub fn parse(text: &str) -> Result<Message, BadMessage> {
    let rest = text.strip_prefix("---\n").ok_or(BadMessage::NoHead)?;
    let (head, body) = rest.split_once("\n---\n").ok_or(BadMessage::NoHead)?;
    let message: Message = serde_yaml::from_str(head).map_err(|error| BadMessage::Head(error.to_string()))?;
    let body = body.strip_prefix('\n').unwrap_or(body);
    Ok(Message { text: body.strip_suffix('\n').unwrap_or(body).to_owned(), ..message })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kernel::chat::{Author, MessageState, Step, StepState};
    use crate::kernel::llm::Usage;

    #[test]
    fn a_message_is_read_as_it_was_written() {
        for text in ["", "Hello", "---\na: b\n---\n", "\n\nline\n\n", "a: \"b\" # c 🙂\r\n\tend"] {
            let message = Message {
                message_id: message_id(1_790_000_000_123.9, 7),
                parent_id: Some("before".to_owned()),
                author: Author::Assistant,
                text: text.to_owned(),
                created_at: 1_790_000_000,
                state: MessageState::Interrupted,
                error: Some("It broke off: \"why\"\n---\n".to_owned()),
                usage: Some(Usage { input_tokens: 3, output_tokens: 4, ..Usage::default() }),
                cost_usd: Some(0.000_12),
                steps: vec![Step {
                    step_id: "1".to_owned(),
                    tool: Some("read_file".to_owned()),
                    arguments: Some(json!({ "path": "a: b\n---\n", "list": [1.5, null, "{}"] })),
                    state: StepState::Done,
                    text: "---\n".to_owned(),
                    steps: vec![Step::default()],
                    ..Step::default()
                }],
                ..Message::default()
            };
            assert_eq!(parse(&encode(&message)), Ok(message.clone()), "{}", encode(&message));
        }
        assert_eq!(parse("words"), Err(BadMessage::NoHead));
        assert!(matches!(parse("---\nstate: [\n---\n"), Err(BadMessage::Head(_))));
    }

    #[test]
    fn files_say_whose_they_are() {
        let id = session_id(1_790_000_000, 0x1_0000_000f);
        assert_eq!((id.as_str(), moment_of(&id)), ("1790000000-0000000f", Some(1_790_000_000)));
        assert_eq!(moment_of("../../etc"), None);
        assert_eq!(moment_of("1790000000-a/b"), None);
        assert_eq!(place_of("chats/2026/09/s/m.md"), Some(("s", Some("m"))));
        assert_eq!(place_of("chats/2026/09/s/session.json"), Some(("s", None)));
        for path in ["chats/2026/09/s/picture.png", "chats/s/m.md", "skills/a.md", "chats/2026/09/s/deep/m.md"] {
            assert_eq!(place_of(path), None, "{path}");
        }
    }
}
