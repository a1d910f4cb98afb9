//! What listeners hear of a conversation while an answer grows.

use serde::Serialize;

use super::{Message, Step};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChatEvent {
    /// An answer begins, or goes on.
    Started {
        /// Where.
        session_id: String,
        /// The answer, as far as it is.
        message: Box<Message>,
        /// The question, where it is new.
        user_message: Option<Box<Message>>,
    },
    /// More words.
    Delta {
        /// Where.
        session_id: String,
        /// Of which answer.
        message_id: String,
        /// They follow what stands there.
        text: String,
    },
    /// A step began, went on or ended; one of a larger task comes with all of its own.
    Step {
        /// Where.
        session_id: String,
        /// Of which answer.
        message_id: String,
        /// In place of what was told of it before.
        step: Box<Step>,
    },
    /// The model could not be reached and is asked again.
    Retrying {
        /// Where.
        session_id: String,
        /// Which answer.
        message_id: String,
        /// How long from now.
        wait_ms: u64,
        /// How often it was tried.
        attempt: u32,
        /// Why it did not work.
        reason: String,
    },
    /// The answer is over, whole or not.
    Finished {
        /// Where.
        session_id: String,
        /// All of it.
        message: Box<Message>,
    },
}
