//! A conversation in the order that providers insist on. One that was stopped, or went on with another model, rarely is.

use std::collections::BTreeMap;

use super::{Part, ToolResult, Turn};

/// What the model is told of a call that was never made.
const NOT_RUN: &str = "This call was not run: the conversation was interrupted.";

/// The same conversation with no empty words, no two turns of one side in a row, and a result after every call.
pub(super) fn in_order(messages: &[Turn]) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut rest = messages.iter().peekable();
    while let Some(turn) = rest.next() {
        match turn {
            Turn::User(parts) => {
                let parts = with_words(parts);
                match turns.last_mut() {
                    _ if parts.is_empty() => {}
                    Some(Turn::User(before)) => before.extend(parts),
                    _ => turns.push(Turn::User(parts)),
                }
            }
            Turn::Assistant(parts) => {
                let parts = with_words(parts);
                let asked: Vec<(&String, &String)> = parts.iter().filter_map(call).collect();
                let mut results = BTreeMap::new();
                while let Some(Turn::ToolResults(more)) = rest.peek() {
                    results.extend(more.iter().map(|result| (&result.id, result)));
                    rest.next();
                }
                let not_run = |(id, name): (&String, &String)| ToolResult {
                    id: id.clone(),
                    name: name.clone(),
                    text: NOT_RUN.to_owned(),
                    is_error: true,
                };
                let results: Vec<ToolResult> = asked
                    .into_iter()
                    .map(|asked| results.get(asked.0).map_or_else(|| not_run(asked), |result| (*result).clone()))
                    .collect();
                match turns.last_mut() {
                    _ if parts.is_empty() => {}
                    Some(Turn::Assistant(before)) => before.extend(parts),
                    _ => turns.push(Turn::Assistant(parts)),
                }
                if !results.is_empty() {
                    turns.push(Turn::ToolResults(results));
                }
            }
            // Results of no call: what they belong to is gone.
            Turn::ToolResults(_) => {}
        }
    }
    turns
}

fn with_words(parts: &[Part]) -> Vec<Part> {
    let says = |part: &&Part| !matches!(part, Part::Text(text) if text.trim().is_empty());
    parts.iter().filter(says).cloned().collect()
}

fn call(part: &Part) -> Option<(&String, &String)> {
    match part {
        Part::ToolCall { id, name, .. } => Some((id, name)),
        _ => None,
    }
}

/// The words of a turn as one text.
pub(super) fn words(parts: &[Part]) -> String {
    let texts: Vec<&str> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    texts.join("\n\n")
}

/// Where the turns after the person's last words begin: what the model is still in the middle of.
pub(super) fn current_from(turns: &[Turn]) -> usize {
    turns.iter().rposition(|turn| matches!(turn, Turn::User(_))).unwrap_or_default()
}

/// Ids of calls as a provider wants them: each its own, or another in its place where the provider would refuse it.
pub(super) struct CallIds {
    given: BTreeMap<String, String>,
    accepts: fn(&str) -> bool,
}

impl CallIds {
    pub(super) fn new(accepts: fn(&str) -> bool) -> Self {
        Self { given: BTreeMap::new(), accepts }
    }

    pub(super) fn of(&mut self, id: &str) -> String {
        if (self.accepts)(id) {
            return id.to_owned();
        }
        let next = self.given.len();
        // Nine letters and digits, which is what the strictest asks for.
        self.given.entry(id.to_owned()).or_insert_with(|| format!("call{next:05}")).clone()
    }
}

/// How many calls a conversation holds, so that new ones get ids of their own.
pub(super) fn calls_in(messages: &[Turn]) -> usize {
    let parts = messages.iter().flat_map(|turn| match turn {
        Turn::Assistant(parts) => parts.as_slice(),
        _ => &[],
    });
    parts.filter(|part| call(part).is_some()).count()
}
