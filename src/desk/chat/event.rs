//! What happens in sessions, told by the volume worker while answers grow.

use serde_json::Value;

use super::data::{Message, Read, Step};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// An answer begins, or goes on.
    Started(Box<Message>, Option<Box<Message>>),
    /// More words of an answer.
    Delta(String, String),
    /// A step of an answer, in place of what was told of it before.
    Step(String, Box<Step>),
    /// The model is asked again in so many milliseconds, for this reason.
    Retrying(f64, String),
    /// An answer is over.
    Finished(Box<Message>),
}

/// Each event with its session, in order. What is of no known kind is left out: a worker may be newer than the desk.
pub fn read(json: &str) -> Vec<(String, Event)> {
    match serde_json::from_str(json) {
        Ok(Value::Array(events)) => events.iter().filter_map(read_one).collect(),
        Ok(event) => read_one(&event).into_iter().collect(),
        Err(_) => Vec::new(),
    }
}

fn read_one(event: &Value) -> Option<(String, Event)> {
    let text = |name: &str| String::read(&event[name]);
    let message = |name: &str| Box::new(Message::read(&event[name]));
    let happened = match event["kind"].as_str()? {
        "started" => {
            let user = event["user_message"].is_object().then(|| message("user_message"));
            Event::Started(message("message"), user)
        }
        "delta" => Event::Delta(text("message_id"), text("text")),
        "step" => Event::Step(text("message_id"), Box::new(Step::read(&event["step"]))),
        "retrying" => Event::Retrying(f64::read(&event["wait_ms"]), text("reason")),
        "finished" => Event::Finished(message("message")),
        _ => return None,
    };
    Some((text("session_id"), happened))
}
