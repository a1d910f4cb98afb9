//! An answer as a trace: what was asked, which skills, model and tools took part, what came of it. It is what evolution reads.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::history::clipped;
use super::{Message, MessageState, Step, StepKind};
use crate::kernel::trace::{TokenCount, Trace};

const LONGEST_ARGUMENTS_BYTES: usize = 1_000;
const LONGEST_RESULT_BYTES: usize = 2_000;
const LONGEST_THOUGHT_BYTES: usize = 1_000;
const LONGEST_GOAL_LETTERS: usize = 200;

/// The names of the tools that an answer used, sorted.
#[must_use]
pub fn tools_used(message: &Message) -> Vec<String> {
    fn visit(steps: &[Step], names: &mut BTreeSet<String>) {
        for step in steps {
            names.extend(step.tool.clone());
            visit(&step.steps, names);
        }
    }
    let mut names = BTreeSet::new();
    visit(&message.steps, &mut names);
    names.into_iter().collect()
}

/// The trace of an answer to a question; its id is still to be given.
#[must_use]
pub fn kept_trace(session_id: &str, question: &str, answer: &Message) -> Trace {
    let goal: String = question
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .chars()
        .take(LONGEST_GOAL_LETTERS)
        .collect();
    Trace {
        kind: "chat".to_owned(),
        started_at: answer.created_at,
        duration_ms: answer.duration_ms.unwrap_or_default(),
        success_rating: answer.success_rating,
        skills_used: answer.skills_used.iter().map(|used| used.skill_id.clone()).collect(),
        session_id: Some(session_id.to_owned()),
        message_id: Some(answer.message_id.clone()),
        model: answer.model.clone(),
        usage: answer
            .usage
            .map(|usage| TokenCount { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens }),
        tools: tools_used(answer),
        content: content(&goal, question, answer),
        goal,
        ..Trace::default()
    }
}

fn content(goal: &str, question: &str, answer: &Message) -> String {
    let mut text = format!("# Execution Trace: {goal}\n\n## Question\n\n{}\n", question.trim());
    if !answer.steps.is_empty() {
        text.push_str("\n## Steps\n");
        tell(&mut text, &answer.steps, 3);
    }
    let _ = write!(text, "\n## Answer\n\n{}\n", answer.text.trim());
    if answer.state != MessageState::Complete {
        let why = answer.error.as_deref().unwrap_or("It was stopped.");
        let _ = write!(text, "\n## Ended early\n\n{why}\n");
    }
    text
}

fn tell(text: &mut String, steps: &[Step], level: usize) {
    for step in steps {
        let state = serde_json::to_value(step.state).ok();
        let state = state.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        let name = step.tool.as_deref().unwrap_or(&step.title);
        let _ = write!(text, "\n{} {name} ({state})\n", "#".repeat(level));
        if let Some(arguments) = &step.arguments {
            fenced(text, "json", &clipped(&arguments.to_string(), LONGEST_ARGUMENTS_BYTES));
        }
        let longest = if step.kind == StepKind::Thinking { LONGEST_THOUGHT_BYTES } else { LONGEST_RESULT_BYTES };
        match step.kind {
            _ if step.text.is_empty() => {}
            StepKind::Tool => fenced(text, "", &clipped(&step.text, longest)),
            StepKind::Subtask | StepKind::Thinking => {
                let _ = write!(text, "\n{}\n", clipped(step.text.trim(), longest));
            }
        }
        tell(text, &step.steps, (level + 1).min(6));
    }
}

/// A block that nothing in it can end.
fn fenced(text: &mut String, language: &str, inner: &str) {
    let longest = inner.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = write!(text, "\n{fence}{language}\n{inner}\n{fence}\n");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kernel::chat::StepState;

    #[test]
    fn an_answer_is_written_down_with_what_led_to_it() {
        let answer = Message {
            message_id: "m".to_owned(),
            text: "It is **4**.".to_owned(),
            model: Some("small".to_owned()),
            created_at: 1_790_000_000,
            duration_ms: Some(12.0),
            steps: vec![Step {
                kind: StepKind::Subtask,
                title: "Look".to_owned(),
                state: StepState::Done,
                steps: vec![Step {
                    tool: Some("run_double".to_owned()),
                    arguments: Some(json!({ "x": 2 })),
                    state: StepState::Denied,
                    text: "a ``` b".to_owned(),
                    ..Step::default()
                }],
                ..Step::default()
            }],
            ..Message::default()
        };
        let trace = kept_trace("s", "\nTwice 2?\nPlease.", &answer);
        assert_eq!((trace.goal.as_str(), trace.tools.as_slice()), ("Twice 2?", &["run_double".to_owned()][..]));
        assert!(trace.content.starts_with("# Execution Trace: Twice 2?\n"), "{}", trace.content);
        for part in [
            "### Look (done)",
            "#### run_double (denied)",
            "{\"x\":2}",
            "````\na ``` b\n````",
            "## Answer\n\nIt is **4**.",
        ] {
            assert!(trace.content.contains(part), "{part} in\n{}", trace.content);
        }
        assert_eq!(
            Trace::parse(&trace.encode()),
            Ok(Trace { content: trace.content.trim().to_owned(), ..trace.clone() })
        );
    }
}
