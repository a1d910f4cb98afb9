//! What goes over the wire: a request to a server, and an answer's bytes that become events wherever they are split.

use serde::Serialize;
use serde_json::Value;
use sse_parse::SseParser;

use super::{Failure, FailureKind, StreamEvent};

/// A request to a provider's server. It never holds a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Names and values. No name of ours is among them: several providers refuse a page that sends a header they do not list.
    pub headers: Vec<(&'static str, &'static str)>,
    /// Where the key goes.
    pub key: Option<KeyPlace>,
    /// JSON.
    pub body: Option<String>,
    /// How long nothing at all may come before the answer begins: a local server may have to load the model first.
    pub first_byte_timeout_ms: u32,
    /// How long nothing may come in the middle of it.
    pub idle_timeout_ms: u32,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// As text.
    pub body: String,
}

/// The header that a key belongs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KeyPlace {
    /// Its name.
    pub header: &'static str,
    /// What stands before the key.
    pub prefix: &'static str,
    /// Whether the request makes no sense without one.
    pub needed: bool,
}

/// An event, or the failure that ended the answer.
pub type Step = Result<StreamEvent, Failure>;

/// Turns the bytes of one answer into events. After a failure, and after the end, nothing more comes.
pub trait StreamReader {
    /// Takes the next bytes, split wherever the network did, and gives what they completed.
    fn read(&mut self, bytes: &[u8]) -> Vec<Step>;

    /// Takes that there are no more; an answer that is not whole fails here.
    fn end(&mut self) -> Vec<Step>;
}

/// What one provider's messages mean.
pub(super) trait Translate {
    /// Takes one message.
    fn message(&mut self, data: &str, events: &mut Vec<StreamEvent>) -> Result<(), Failure>;

    /// Takes that there are no more, and says whether the answer is whole.
    fn end(&mut self, events: &mut Vec<StreamEvent>) -> bool;

    /// The provider's name, for words.
    fn label(&self) -> &str;
}

/// How messages are told apart.
pub(super) enum Framing {
    /// Server-sent events.
    Events(Box<SseParser>),
    /// One message on each line.
    Lines(Vec<u8>),
}

/// An answer in one piece larger than this is a fault: no model writes so much at once.
const LONGEST_MESSAGE_BYTES: usize = 16 << 20;

impl Framing {
    pub(super) fn events() -> Self {
        Self::Events(Box::new(SseParser::new().max_buffer(LONGEST_MESSAGE_BYTES)))
    }

    pub(super) fn lines() -> Self {
        Self::Lines(Vec::new())
    }

    /// The messages that these bytes complete; `None` if one of them is too long.
    fn split(&mut self, bytes: &[u8]) -> Option<Vec<String>> {
        match self {
            Self::Events(parser) => {
                parser.feed(bytes);
                let messages = std::iter::from_fn(|| parser.next_event()).map(|event| event.data).collect();
                (parser.overflows() == 0).then_some(messages)
            }
            Self::Lines(rest) => {
                rest.extend_from_slice(bytes);
                let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else {
                    return (rest.len() <= LONGEST_MESSAGE_BYTES).then(Vec::new);
                };
                let whole: Vec<u8> = rest.drain(..=end).collect();
                let lines =
                    String::from_utf8_lossy(&whole).lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
                Some(lines.into_iter().filter(|line| !line.is_empty()).collect())
            }
        }
    }
}

/// Framing and meaning together.
pub(super) struct Reader<T> {
    framing: Framing,
    translate: T,
    saw_message: bool,
    over: bool,
}

impl<T: Translate> Reader<T> {
    pub(super) fn new(framing: Framing, translate: T) -> Self {
        Self { framing, translate, saw_message: false, over: false }
    }

    fn failed(&mut self, mut steps: Vec<Step>, failure: Failure) -> Vec<Step> {
        self.over = true;
        steps.push(Err(failure));
        steps
    }
}

impl<T: Translate> StreamReader for Reader<T> {
    fn read(&mut self, bytes: &[u8]) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.over {
            return steps;
        }
        let Some(messages) = self.framing.split(bytes) else {
            let message = format!("{} sent a message of more than 16 MB", self.translate.label());
            return self.failed(steps, Failure::new(FailureKind::Protocol, message, "Try again, or use another model"));
        };
        for message in messages {
            self.saw_message = true;
            let mut events = Vec::new();
            let done = self.translate.message(&message, &mut events);
            steps.extend(events.into_iter().map(Ok));
            if let Err(failure) = done {
                return self.failed(steps, failure);
            }
        }
        steps
    }

    fn end(&mut self) -> Vec<Step> {
        // A last message without the empty line after it counts too.
        let mut steps = self.read(b"\n\n");
        if std::mem::replace(&mut self.over, true) {
            return steps;
        }
        let mut events = Vec::new();
        let whole = self.translate.end(&mut events);
        steps.extend(events.into_iter().map(Ok));
        let label = self.translate.label();
        if !self.saw_message {
            let message = format!("{label} answered, but not with a stream of messages");
            let cure = "Check the address: it may be that of another service";
            steps.push(Err(Failure::new(FailureKind::Protocol, message, cure)));
        } else if !whole {
            let message = format!("The answer of {label} broke off");
            let cure = "What came is kept. Continue it, or ask again";
            steps.push(Err(Failure::new(FailureKind::CutOff, message, cure)));
        }
        steps
    }
}

/// A message as JSON; one that is none fails the answer.
pub(super) fn parsed(label: &str, data: &str) -> Result<Value, Failure> {
    serde_json::from_str(data).map_err(|error| {
        let message = format!("{label} sent a message that is no JSON: {error}");
        Failure::new(
            FailureKind::Protocol,
            message,
            "Try again. If it stays so, the address may be that of another service",
        )
    })
}

/// Characters of bad arguments that the model is shown.
const SHOWN_ARGUMENTS: usize = 400;

/// The arguments of a call, which have to be an object; otherwise words for the model.
pub(super) fn arguments_of(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    let shown: String = text.chars().take(SHOWN_ARGUMENTS).collect();
    match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(format!("The arguments have to be a JSON object; they were: {shown}")),
        Err(error) => Err(format!("The arguments are no valid JSON ({error}); they were: {shown}")),
    }
}

/// A number of a message; 0 if there is none.
pub(super) fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// A text of a message that is not empty.
pub(super) fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}
