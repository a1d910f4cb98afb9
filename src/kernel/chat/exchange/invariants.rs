//! What must hold of an exchange after every event. Tests ask; the exchange itself never does.

use std::collections::BTreeSet;

use super::{Exchange, State};
use crate::kernel::chat::{MessageState, Step, StepKind, StepState};
use crate::kernel::llm::{Part, Turn};

impl Exchange {
    /// Checks everything that must hold between events, and panics with what does not.
    pub fn check_invariants(&self) {
        let over = matches!(self.state, State::Keeping | State::Done);
        assert_eq!(self.message.state != MessageState::Streaming, over, "a message streams exactly while it grows");
        let mut ids = BTreeSet::new();
        self.check_steps(&self.message.steps, &mut ids, over);
        assert!(self.message.text.is_char_boundary(self.message.text.len()));
        match &self.state {
            State::Pausing { until_ms } => {
                assert!(self.wake_at_ms.is_some_and(|at_ms| at_ms <= *until_ms), "who rests is woken");
                assert!(self.thread.reply.parts.is_empty(), "what came is never asked for a second time");
            }
            State::Acting(pending) => {
                let open = pending.iter().filter(|call| !self.step(&call.step_id).state.is_over()).count();
                assert!(open > 0, "it waits for a tool or for the person");
            }
            State::Keeping | State::Done => assert_eq!(self.journal_at_ms, None, "what is kept needs no journal"),
            State::Preparing | State::Calling => {}
        }
        if let Some(at_ms) = self.journal_at_ms {
            assert!(self.wake_at_ms.is_some_and(|wake_at_ms| wake_at_ms <= at_ms), "what came is journaled in time");
        }
        self.check_turns();
        assert!(self.steps_taken <= self.options.settings.max_steps.saturating_add(8), "the limit of steps holds");
    }

    fn check_steps<'a>(&self, steps: &'a [Step], ids: &mut BTreeSet<&'a str>, over: bool) {
        for step in steps {
            assert!(ids.insert(&step.step_id), "step {} is there once", step.step_id);
            assert!(!over || step.state.is_over(), "no step outlives its answer: {step:?}");
            assert!(step.state != StepState::Asked || step.kind == StepKind::Tool, "people are asked about tools");
            self.check_steps(&step.steps, ids, over);
        }
    }

    /// Every call has its result right behind it, as all providers want it.
    fn check_turns(&self) {
        let acting = matches!(self.state, State::Acting(_) | State::Keeping | State::Done);
        for (at, turn) in self.thread.turns.iter().enumerate() {
            let Turn::Assistant(parts) = turn else { continue };
            let called: Vec<&String> = parts
                .iter()
                .filter_map(|part| if let Part::ToolCall { id, .. } = part { Some(id) } else { None })
                .collect();
            match self.thread.turns.get(at + 1) {
                Some(Turn::ToolResults(results)) => {
                    let given: Vec<&String> = results.iter().map(|result| &result.id).collect();
                    assert_eq!(called, given, "each call has its result");
                }
                Some(_) => assert!(called.is_empty(), "calls are followed by results"),
                None => assert!(called.is_empty() || acting, "calls without results are being made"),
            }
        }
    }

    fn step(&self, step_id: &str) -> &Step {
        let all = self.message.steps.iter().flat_map(|step| std::iter::once(step).chain(&step.steps));
        all.into_iter().find(|step| step.step_id == step_id).expect("a pending call has its step")
    }
}
