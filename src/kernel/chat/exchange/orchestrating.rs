//! A hard task in parts: the model plans as JSON, which is checked; each part is worked on with skills of its own; the results are put
//! together.

use serde::Deserialize;

use super::thread::{Thread, Work};
use super::{Effect, Exchange, State};
use crate::kernel::chat::history::clipped;
use crate::kernel::chat::{Step, StepKind, StepState};
use crate::kernel::llm::Turn;

const MOST_PARTS: usize = 6;
/// How much of a part's result the next parts and the answer are told.
const LONGEST_RESULT_BYTES: usize = 6_000;
/// How often a plan that cannot be read is asked for again.
const PLANS: u32 = 2;

const HOW_TO_PLAN: &str = "You break a task into parts that are worked on one after another, each by a colleague who sees the task, the results of the earlier parts, and skills that fit the part. Answer with nothing but JSON: {\"subtasks\": [{\"title\": \"a few words\", \"task\": \"what to do and what to give back\"}]}. Two to six parts; one where the task needs no breaking up. Putting the results together is not a part.";

/// A part of the task.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Part {
    title: String,
    task: String,
    #[serde(skip)]
    pub(super) step_id: String,
}

#[derive(Deserialize)]
struct Plan {
    subtasks: Vec<Part>,
}

impl Exchange {
    /// What the model is told before this piece of work.
    pub(super) fn system_of(&self, prepared: String) -> String {
        match self.thread.work {
            Work::Plan => format!("{HOW_TO_PLAN}\n\n{prepared}"),
            Work::Part(_) | Work::Answer => prepared,
        }
    }

    /// The model has said all of this piece of work.
    pub(super) fn work_is_done(&mut self) {
        match self.thread.work {
            Work::Plan => self.planned(),
            Work::Part(part) => {
                let step_id = self.parts[part].step_id.clone();
                if let Some(step) = self.step_mut(&step_id) {
                    step.state = StepState::Done;
                }
                self.step_changed(&step_id);
                self.begin_part(part + 1);
            }
            Work::Answer => self.complete(),
        }
    }

    fn planned(&mut self) {
        match read_plan(&self.thread.reply.text()) {
            Ok(parts) if parts.len() > 1 => {
                for part in parts {
                    let step_id = self.new_step(Step {
                        kind: StepKind::Subtask,
                        title: part.title.clone(),
                        state: StepState::Waiting,
                        ..Step::default()
                    });
                    self.step_changed(&step_id);
                    self.parts.push(Part { step_id, ..part });
                }
                self.begin_part(0);
            }
            Err(why) if self.calls < PLANS => {
                let parts = std::mem::take(&mut self.thread.reply.parts);
                if !parts.is_empty() {
                    self.thread.turns.push(Turn::Assistant(parts));
                }
                self.thread.turns.push(Turn::user(format!("That is no plan: {why}. Answer with the JSON only.")));
                self.call();
            }
            // A task that needs no parts, or a model that cannot plan: it is answered as it stands.
            _ => self.begin(Work::Answer, self.options.history.clone(), self.options.question.clone()),
        }
    }

    fn begin_part(&mut self, part: usize) {
        let Some(next) = self.parts.get(part) else {
            let results = self.results(part);
            let ask = format!(
                "{}\n\nThe parts of this task were worked on. Their results:\n\n{results}\nPut them together into one answer to the task. Do not speak of the parts unless it helps.",
                self.options.question
            );
            return self.begin(Work::Answer, self.asking(ask), self.options.question.clone());
        };
        let (task, step_id) = (next.task.clone(), next.step_id.clone());
        if let Some(step) = self.step_mut(&step_id) {
            step.state = StepState::Running;
        }
        self.step_changed(&step_id);
        self.steps_taken += 1;
        let results = self.results(part);
        let before =
            if results.is_empty() { String::new() } else { format!("Results of earlier parts:\n\n{results}\n") };
        let ask = format!(
            "The whole task: {}\n\n{before}Your part: {task}\n\nGive only the result of your part.",
            self.options.question
        );
        self.begin(Work::Part(part), vec![Turn::user(ask)], task);
    }

    /// Begins a piece of work with a conversation of its own.
    fn begin(&mut self, work: Work, turns: Vec<Turn>, query: String) {
        self.thread = Thread::new(work, turns);
        self.state = State::Preparing;
        self.effects.push(Effect::Prepare(query));
    }

    /// The conversation so far, with other words in place of the question.
    fn asking(&self, words: String) -> Vec<Turn> {
        let mut turns = self.options.history.clone();
        turns.pop();
        turns.push(Turn::user(words));
        turns
    }

    /// What the parts before one gave.
    fn results(&self, before: usize) -> String {
        let result = |part: &Part| {
            let step = self.message.steps.iter().find(|step| step.step_id == part.step_id)?;
            Some(format!("## {}\n\n{}\n", part.title, clipped(&step.text, LONGEST_RESULT_BYTES)))
        };
        self.parts[..before].iter().filter_map(result).collect()
    }
}

/// Reads a plan out of what a model wrote, with words or fences around it or not.
fn read_plan(text: &str) -> Result<Vec<Part>, String> {
    let (Some(from), Some(to)) = (text.find('{'), text.rfind('}')) else {
        return Err("there is no JSON in it".to_owned());
    };
    let plan: Plan =
        serde_json::from_str(text.get(from..=to).unwrap_or_default()).map_err(|error| error.to_string())?;
    if plan.subtasks.is_empty() || plan.subtasks.len() > MOST_PARTS {
        return Err(format!("it has {} parts, not one to {MOST_PARTS}", plan.subtasks.len()));
    }
    match plan.subtasks.iter().find(|part| part.task.trim().is_empty() || part.title.trim().is_empty()) {
        Some(_) => Err("a part lacks its title or its task".to_owned()),
        None => Ok(plan.subtasks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_with_words_around_them_and_checked() {
        let part = r#"{"title": "a", "task": "b"}"#;
        for (text, parts) in [
            (format!(r#"{{"subtasks": [{part}]}}"#), Ok(1)),
            (format!("Here it is:\n```json\n{{\"subtasks\": [{part}, {part}]}}\n```\nGood luck."), Ok(2)),
            ("I would rather not.".to_owned(), Err("there is no JSON in it")),
            (r#"{"subtasks": []}"#.to_owned(), Err("it has 0 parts, not one to 6")),
            (format!(r#"{{"subtasks": [{}]}}"#, [part; 7].join(",")), Err("it has 7 parts, not one to 6")),
            (r#"{"subtasks": [{"title": "a", "task": " "}]}"#.to_owned(), Err("a part lacks its title or its task")),
        ] {
            let read = read_plan(&text).map(|parts| parts.len());
            assert_eq!(read, parts.map_err(str::to_owned), "{text}");
        }
        assert!(read_plan("} {").is_err());
    }
}
