//! Asking the model and hearing it: words, thoughts, failures, retries, limits.

use super::thread::Work;
use super::{Effect, Exchange, Prepared, State};
use crate::kernel::chat::{ChatEvent, Step, StepKind, StepState};
use crate::kernel::llm::{ChatRequest, Failure, FailureKind, Part, StopReason, StreamEvent, Turn};

/// Requests beyond its steps that an answer may take: plan, parts and pauses.
const SPARE_CALLS: u32 = 16;

impl Exchange {
    pub(super) fn prepared(&mut self, prepared: Result<Prepared, String>) {
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return self.break_off(error),
        };
        for used in prepared.used {
            self.use_skill(used);
        }
        self.thread.system = self.system_of(prepared.system);
        self.thread.tools = if self.thread.work == Work::Plan { Default::default() } else { prepared.tools };
        self.call();
    }

    /// Asks the model, unless a limit forbids it.
    pub(super) fn call(&mut self) {
        if let (Some(most), Some(cost)) = (self.options.settings.max_cost_usd, self.message.cost_usd)
            && cost >= most
        {
            return self.break_off(format!(
                "It has cost ${cost:.4}, and an answer may cost ${most:.2}. Continue it, or allow more in the chat's settings."
            ));
        }
        if self.calls >= self.options.settings.max_steps.saturating_add(SPARE_CALLS) {
            return self
                .break_off("It took too many steps. Continue it, or allow more in the chat's settings.".to_owned());
        }
        self.calls += 1;
        self.thread.reply = Default::default();
        self.thread.thinking = None;
        self.state = State::Calling;
        self.effects.push(Effect::Call(Box::new(ChatRequest {
            model: self.options.model.clone(),
            system: self.thread.system.clone(),
            messages: self.thread.turns.clone(),
            tools: self.thread.tools.schemas(),
            max_output_tokens: self.options.max_output_tokens,
        })));
    }

    pub(super) fn hear(&mut self, event: &StreamEvent) {
        self.thread.reply.add(event);
        match event {
            StreamEvent::Text(more) => self.grow(more),
            StreamEvent::Thinking(more) => self.think(more),
            StreamEvent::ToolCall { id, arguments: Err(why), .. } => {
                self.thread.broken_arguments.insert(id.clone(), why.clone());
            }
            StreamEvent::Signature(_) | StreamEvent::HiddenThinking(_) => self.end_thought(),
            _ => {}
        }
    }

    fn grow(&mut self, more: &str) {
        self.end_thought();
        if self.thread.work == Work::Plan || more.is_empty() {
            return;
        }
        let needs_break = std::mem::take(&mut self.thread.needs_break);
        let text = self.thread_text();
        let paragraph = if needs_break && !text.is_empty() && !text.ends_with('\n') { "\n\n" } else { "" };
        let more = format!("{paragraph}{more}");
        text.push_str(&more);
        match self.part_step() {
            // A part is told in slices: each time with all that it holds.
            Some(at) => self.untold_step = Some(self.message.steps[at].step_id.clone()),
            None => self.effects.push(Effect::Emit(ChatEvent::Delta {
                session_id: self.options.session_id.clone(),
                message_id: self.message.message_id.clone(),
                text: more,
            })),
        }
        self.changed();
    }

    fn think(&mut self, more: &str) {
        let step_id = match self.thread.thinking.clone() {
            Some(step_id) => step_id,
            None => {
                let step = Step { kind: StepKind::Thinking, title: "Thinking".to_owned(), ..Step::default() };
                let step_id = self.new_step(step);
                self.thread.thinking = Some(step_id.clone());
                self.step_changed(&self.outermost(&step_id));
                step_id
            }
        };
        if let Some(step) = self.step_mut(&step_id) {
            step.text.push_str(more);
        }
        let outermost = self.outermost(&step_id);
        if self.untold_step.as_ref().is_some_and(|untold| *untold != outermost) {
            self.tell_step();
        }
        self.untold_step = Some(outermost);
        self.changed();
    }

    fn end_thought(&mut self) {
        let Some(step_id) = self.thread.thinking.take() else { return };
        if let Some(step) = self.step_mut(&step_id) {
            step.state = StepState::Done;
        }
        self.step_changed(&self.outermost(&step_id));
    }

    pub(super) fn stream_ended(&mut self, ended: Result<(), Failure>) {
        self.end_thought();
        self.tell_step();
        self.count();
        match ended {
            Ok(()) => self.reply_is_whole(),
            Err(failure) => self.fail(failure),
        }
    }

    /// Adds what the reply used, whole or not.
    fn count(&mut self) {
        let used = self.thread.reply.usage;
        self.usage += used;
        self.message.usage = Some(self.usage);
        let cost_usd = self.options.price.and_then(|price| price.cost_usd(&used));
        // One request of unknown cost makes the whole unknown.
        self.message.cost_usd = match (cost_usd, self.message.cost_usd) {
            (Some(cost_usd), earlier) if self.calls == 1 || earlier.is_some() => {
                Some(earlier.unwrap_or_default() + cost_usd)
            }
            _ => None,
        };
    }

    fn reply_is_whole(&mut self) {
        self.thread.attempt = 0;
        let has_calls = self.thread.reply.parts.iter().any(|part| matches!(part, Part::ToolCall { .. }));
        match self.thread.reply.stop_reason {
            _ if has_calls => self.act(),
            Some(StopReason::Paused) => {
                let parts = std::mem::take(&mut self.thread.reply.parts);
                self.thread.turns.push(Turn::Assistant(parts));
                self.call();
            }
            Some(StopReason::MaxTokens) => {
                self.break_off("It is as long as a reply may get. Continue it for the rest.".to_owned());
            }
            Some(StopReason::ContextFull) => self.break_off(
                "The conversation is as long as the model can hold. Begin a new one, or use a model that holds more."
                    .to_owned(),
            ),
            Some(StopReason::Refused) => {
                self.break_off("The model declined to answer. Ask in other words, or try another model.".to_owned())
            }
            _ => self.work_is_done(),
        }
    }

    fn fail(&mut self, failure: Failure) {
        let nothing_came = self.thread.reply.parts.is_empty();
        if failure.kind == FailureKind::Stopped {
            self.message.break_off(None);
            return self.keep();
        }
        if failure.kind == FailureKind::ContextTooLong && nothing_came && self.thread.forget_oldest() {
            self.retrying(0, "The conversation is too long for the model; its oldest part is left out".to_owned());
            return self.call();
        }
        // What came stays, and the person decides whether to go on; where nothing came nobody has to know.
        match failure.delay_ms(self.thread.attempt, self.options.jitter).filter(|_| nothing_came) {
            Some(wait_ms) => {
                self.thread.attempt += 1;
                self.retrying(wait_ms, failure.message);
                #[allow(clippy::cast_precision_loss, reason = "a minute at most")]
                let until_ms = self.now_ms + wait_ms as f64;
                self.state = State::Pausing { until_ms };
            }
            None => self.break_off(failure.in_words()),
        }
    }

    fn retrying(&mut self, wait_ms: u64, reason: String) {
        self.effects.push(Effect::Emit(ChatEvent::Retrying {
            session_id: self.options.session_id.clone(),
            message_id: self.message.message_id.clone(),
            wait_ms,
            attempt: self.thread.attempt,
            reason,
        }));
    }
}
