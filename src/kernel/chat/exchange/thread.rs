//! What is said to the model about one piece of work: the question, its plan, or a part of it.

use std::collections::BTreeMap;

use crate::kernel::chat::ToolShelf;
use crate::kernel::llm::{Reply, Turn};

const CONTINUE: &str = "Your answer broke off. Go on exactly where it ended, as if it had not: do not repeat anything, do not begin anew, do not comment on the break.";

/// What is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// How to break the task up.
    Plan,
    /// The part of this number.
    Part(usize),
    /// The answer.
    Answer,
}

/// One conversation with the model.
#[derive(Debug)]
pub(super) struct Thread {
    pub(super) work: Work,
    pub(super) system: String,
    pub(super) turns: Vec<Turn>,
    pub(super) tools: ToolShelf,
    /// What the model says now.
    pub(super) reply: Reply,
    /// How often it was asked in vain.
    pub(super) attempt: u32,
    /// Whether text came since the last step, so that the next begins a paragraph.
    pub(super) needs_break: bool,
    /// The step of the thought that goes on now.
    pub(super) thinking: Option<String>,
    /// Calls of the reply whose arguments cannot be read, and why.
    pub(super) broken_arguments: BTreeMap<String, String>,
}

impl Thread {
    pub(super) fn new(work: Work, turns: Vec<Turn>) -> Self {
        Self {
            work,
            system: String::new(),
            turns,
            tools: ToolShelf::default(),
            reply: Reply::default(),
            attempt: 0,
            needs_break: false,
            thinking: None,
            broken_arguments: BTreeMap::new(),
        }
    }

    pub(super) fn ask_to_continue(&mut self) {
        self.turns.push(Turn::user(CONTINUE));
    }

    /// Forgets the oldest half of the conversation; `false` where nothing can be spared.
    pub(super) fn forget_oldest(&mut self) -> bool {
        let is_question = |turn: &Turn| matches!(turn, Turn::User(_));
        let questions: Vec<usize> =
            self.turns.iter().enumerate().filter(|(_, turn)| is_question(turn)).map(|(at, _)| at).collect();
        let Some(keep_from) = questions.get(questions.len().div_ceil(2)).copied().filter(|at| *at > 0) else {
            return false;
        };
        self.turns.drain(..keep_from);
        true
    }
}
