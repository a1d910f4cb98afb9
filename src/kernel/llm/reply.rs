//! An answer as it grows: events become the parts of the model's turn.

use serde_json::json;

use super::{Part, StopReason, StreamEvent, Usage};

/// What has come of an answer so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The model's turn, ready to be sent back with what follows.
    pub parts: Vec<Part>,
    /// What it used.
    pub usage: Usage,
    /// Why it ended; `None` while it goes on, and for ever if it broke off.
    pub stop_reason: Option<StopReason>,
    /// The provider's name for the request.
    pub request_id: Option<String>,
}

impl Reply {
    /// Takes the next event in. Arguments that could not be read become an empty object: what is wrong with them belongs into the
    /// call's result.
    pub fn add(&mut self, event: &StreamEvent) {
        match event {
            StreamEvent::Started { request_id } => self.request_id.clone_from(request_id),
            StreamEvent::Text(more) => match self.parts.last_mut() {
                Some(Part::Text(text)) => text.push_str(more),
                _ => self.parts.push(Part::Text(more.clone())),
            },
            StreamEvent::Thinking(more) => match self.parts.last_mut() {
                Some(Part::Thinking { text, signature: None }) => text.push_str(more),
                _ => self.parts.push(Part::Thinking { text: more.clone(), signature: None }),
            },
            StreamEvent::Signature(proof) => match self.parts.last_mut() {
                Some(Part::Thinking { signature, .. }) => *signature = Some(proof.clone()),
                _ => self.parts.push(Part::Thinking { text: String::new(), signature: Some(proof.clone()) }),
            },
            StreamEvent::HiddenThinking(data) => self.parts.push(Part::HiddenThinking(data.clone())),
            StreamEvent::ToolCall { id, name, arguments, signature } => {
                let arguments = arguments.clone().unwrap_or_else(|_| json!({}));
                self.parts.push(Part::ToolCall {
                    id: id.clone(),
                    name: name.clone(),
                    arguments,
                    signature: signature.clone(),
                });
            }
            StreamEvent::Usage(usage) => self.usage = *usage,
            StreamEvent::Finished(reason) => self.stop_reason = Some(*reason),
        }
    }

    /// The words, without thoughts and calls.
    #[must_use]
    pub fn text(&self) -> String {
        let words = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        });
        words.collect()
    }
}
