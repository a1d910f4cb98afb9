//! What a model is told of a conversation so far: the messages of one branch as turns, the newest first to be kept.

use sha2::{Digest, Sha256};

use super::{Author, Message, Step, StepKind};
use crate::kernel::llm::{Part, ToolResult, Turn};

/// How much of an old result a model is told again.
const LONGEST_OLD_RESULT_BYTES: usize = 1_500;
const BYTES_A_TOKEN: usize = 4;

/// The messages of a branch as turns, as many of the newest as the budget takes. The last message is always there.
#[must_use]
pub fn turns_of(path: &[&Message], budget_tokens: usize) -> Vec<Turn> {
    let mut kept: Vec<Vec<Turn>> = Vec::new();
    let mut bytes = 0;
    for message in path.iter().rev() {
        let turns = match message.author {
            Author::User => vec![Turn::user(&*message.text)],
            Author::Assistant => answer_turns(message),
        };
        bytes += turns.iter().map(bytes_of).sum::<usize>();
        if !kept.is_empty() && bytes / BYTES_A_TOKEN > budget_tokens {
            break;
        }
        kept.push(turns);
    }
    let mut turns: Vec<Turn> = Vec::new();
    for turn in kept.into_iter().rev().flatten() {
        match (turns.last_mut(), turn) {
            // A conversation begins with the person; an answer that lost its question to the budget leaves with it.
            (None, Turn::Assistant(_) | Turn::ToolResults(_)) => {}
            // Where no answer came, the next question stands right behind the last.
            (Some(Turn::User(parts)), Turn::User(more)) => parts.extend(more),
            (_, turn) => turns.push(turn),
        }
    }
    turns
}

/// An answer with the calls that were made on its way, in the order in which they were.
fn answer_turns(message: &Message) -> Vec<Turn> {
    let mut turns = Vec::new();
    let calls: Vec<&Step> =
        message.steps.iter().filter(|step| step.kind == StepKind::Tool && step.state.is_over()).collect();
    let mut told = 0;
    for together in calls.chunk_by(|one, next| one.at == next.at) {
        let mut parts = words(&message.text, told, together[0].at);
        told = together[0].at;
        let mut results = Vec::new();
        for step in together {
            let id = call_id(&message.message_id, &step.step_id);
            let name = step.tool.clone().unwrap_or_default();
            let arguments = step.arguments.clone().filter(serde_json::Value::is_object);
            let arguments = arguments.unwrap_or_else(|| serde_json::json!({}));
            parts.push(Part::ToolCall { id: id.clone(), name: name.clone(), arguments, signature: None });
            let text = clipped(&step.text, LONGEST_OLD_RESULT_BYTES);
            results.push(ToolResult { id, name, text, is_error: step.state != super::StepState::Done });
        }
        turns.push(Turn::Assistant(parts));
        turns.push(Turn::ToolResults(results));
    }
    let rest = words(&message.text, told, message.text.len());
    if !rest.is_empty() {
        turns.push(Turn::Assistant(rest));
    }
    turns
}

fn words(text: &str, from: usize, to: usize) -> Vec<Part> {
    let words = text.get(from..to).unwrap_or_default().trim();
    if words.is_empty() { Vec::new() } else { vec![Part::Text(words.to_owned())] }
}

/// A name for an old call. Nine letters and digits are what the strictest provider takes.
fn call_id(message_id: &str, step_id: &str) -> String {
    let hash = Sha256::digest(format!("{message_id}/{step_id}"));
    hash.iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(9)
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

fn bytes_of(turn: &Turn) -> usize {
    match turn {
        Turn::User(parts) | Turn::Assistant(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) | Part::HiddenThinking(text) | Part::Thinking { text, .. } => text.len(),
                Part::ToolCall { arguments, .. } => arguments.to_string().len(),
            })
            .sum(),
        Turn::ToolResults(results) => results.iter().map(|result| result.text.len()).sum(),
    }
}

/// The beginning of a text, at a letter's end, and that there was more.
pub(super) fn clipped(text: &str, longest_bytes: usize) -> String {
    if text.len() <= longest_bytes {
        return text.to_owned();
    }
    let end = (0..=longest_bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}\n… ({} more bytes)", &text[..end], text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::chat::StepState;

    fn said(author: Author, text: &str) -> Message {
        Message { author, text: text.to_owned(), ..Message::default() }
    }

    #[test]
    fn calls_stand_where_they_were_made() {
        let call = |id: &str, at| Step {
            step_id: id.to_owned(),
            tool: Some("run_double".to_owned()),
            state: StepState::Done,
            text: "4".to_owned(),
            at,
            ..Step::default()
        };
        let mut answer = said(Author::Assistant, "I look.It is 4.");
        answer.steps = vec![call("1", 7), call("2", 7), call("3", 15)];
        let question = said(Author::User, "Twice 2?");
        let turns = turns_of(&[&question, &answer], 1_000);
        let shape: Vec<(&str, usize)> = turns
            .iter()
            .map(|turn| match turn {
                Turn::User(parts) => ("user", parts.len()),
                Turn::Assistant(parts) => ("assistant", parts.len()),
                Turn::ToolResults(results) => ("results", results.len()),
            })
            .collect();
        assert_eq!(shape, [("user", 1), ("assistant", 3), ("results", 2), ("assistant", 2), ("results", 1)]);
        let ids = |turn: &Turn| match turn {
            Turn::ToolResults(results) => results.iter().map(|result| result.id.clone()).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let (first, second) = (ids(&turns[2]), ids(&turns[4]));
        assert!(first[0].len() == 9 && first[0] != first[1] && first[1] != second[0]);
    }

    #[test]
    fn the_oldest_goes_first_and_a_person_begins() {
        let long = "x".repeat(400);
        let messages: Vec<Message> = (0..10)
            .map(|at| said(if at % 2 == 0 { Author::User } else { Author::Assistant }, &long))
            .chain([said(Author::User, "last")])
            .collect();
        let path: Vec<&Message> = messages.iter().collect();
        assert_eq!(turns_of(&path, 100_000).len(), 11);
        let few = turns_of(&path, 350);
        assert!(matches!(few.first(), Some(Turn::User(_))), "{few:?}");
        assert_eq!(few.len(), 3);
        assert_eq!(turns_of(&path, 0), [Turn::user("last")]);
        assert_eq!(turns_of(&[], 0), []);
    }

    #[test]
    fn a_question_without_an_answer_joins_the_next() {
        let messages = [said(Author::User, "one"), said(Author::Assistant, ""), said(Author::User, "two")];
        let turns = turns_of(&messages.iter().collect::<Vec<_>>(), 100);
        assert_eq!(turns, [Turn::User(vec![Part::Text("one".to_owned()), Part::Text("two".to_owned())])]);
    }
}
