//! From a question to an answer, as a state machine: events in, effects out. It never does anything itself, and it has no clock.
//!
//! One request goes to the model at a time; the tools that it calls may run side by side. Whatever happens, the answer as far as it came
//! is journaled soon after it came, kept once when it is over, and told to whoever listens. A hard task may be broken into parts first:
//! the model plans, each part is worked on with skills of its own, and the results are put together.

mod acting;
mod calling;
mod invariants;
mod orchestrating;
mod thread;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use self::acting::PendingCall;
use self::orchestrating::Part;
use self::thread::{Thread, Work};
use super::{ChatEvent, ChatSettings, Message, MessageState, Step, StepState, Tool, ToolShelf};
use crate::kernel::context::UsedSkill;
use crate::kernel::llm::{ChatRequest, Failure, ModelRef, Price, StreamEvent, Turn, Usage};

/// How soon after something came it is journaled.
const JOURNAL_WITHIN_MS: f64 = 200.0;

/// What can happen to an exchange.
#[derive(Debug)]
pub enum Event {
    /// Skills were found and the context was built, or why not.
    Prepared(Result<Prepared, String>),
    /// The model says something.
    Stream(StreamEvent),
    /// The model's answer is whole, or why not.
    StreamEnded(Result<(), Failure>),
    /// A tool is done.
    ToolDone {
        /// The step that it ran for.
        step_id: String,
        /// What came of it.
        outcome: ToolOutcome,
    },
    /// The person says whether a tool may be used.
    Answered {
        /// The step that asked.
        step_id: String,
        /// What they say.
        answer: Answer,
    },
    /// The person stops it.
    Cancel,
    /// The time that was asked for has come.
    Tick,
    /// The answer is kept; where its trace is, or why it is not kept.
    Kept(Result<String, String>),
}

/// What is to be done, in this order.
#[derive(Debug)]
pub enum Effect {
    /// Find the skills that fit these words, and build the context of them.
    Prepare(String),
    /// Ask the model.
    Call(Box<ChatRequest>),
    /// Break off what the model says.
    StopCall,
    /// Use a tool.
    RunTool(ToolCall),
    /// Nobody waits for tools any more.
    StopTools,
    /// Ask no more before this tool is used.
    AlwaysAllow(String),
    /// Tell listeners.
    Emit(ChatEvent),
    /// Note on the device how far the answer is.
    Journal(Box<Message>),
    /// Come back with [`Event::Tick`] at this time. A later wish replaces an earlier one.
    WakeAt(f64),
    /// Keep the answer, and its trace.
    Keep(Box<Message>),
    /// It is over; nothing follows.
    Done,
}

/// A tool that is to be used.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// The step that it is for.
    pub step_id: String,
    /// Which.
    pub tool: Tool,
    /// They fit its schema.
    pub arguments: Value,
    /// Whether the person has accepted what it proposed.
    pub is_accepted: bool,
}

/// What came of a tool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolOutcome {
    /// What the model is told.
    pub text: String,
    /// Whether it failed.
    pub is_error: bool,
    /// The workflow that it ran or proposes.
    pub workflow: Option<Value>,
    /// Whether nothing has happened yet, and the person has to accept it first.
    pub is_proposal: bool,
    /// Tools that the model found.
    pub found: Vec<Tool>,
    /// A skill that guides from now on.
    pub activated: Option<UsedSkill>,
}

/// What a person says when they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// This time.
    Once,
    /// From now on.
    Always,
    /// No.
    Deny,
}

/// What was prepared for a question, or for a part of it.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// What the model is told before the conversation.
    pub system: String,
    /// The skills in it.
    pub used: Vec<UsedSkill>,
    /// What it may call.
    pub tools: ToolShelf,
}

/// What an exchange is given.
pub struct ExchangeOptions {
    /// The session.
    pub session_id: String,
    /// The model.
    pub model: ModelRef,
    /// How long a reply of the model may get.
    pub max_output_tokens: u32,
    /// What tokens cost, where that is known.
    pub price: Option<Price>,
    /// What the person decided.
    pub settings: ChatSettings,
    /// Whether to break the task into parts.
    pub orchestrate: bool,
    /// What was asked.
    pub question: String,
    /// The question where it is new, for listeners.
    pub user_message: Option<Message>,
    /// The conversation so far; the question is its last turn.
    pub history: Vec<Turn>,
    /// A number from 0 to 1, so that pages do not come back all at once.
    pub jitter: f64,
}

/// How far an exchange is.
#[derive(Debug)]
enum State {
    /// Waits for skills and context.
    Preparing,
    /// Waits for the model.
    Calling,
    /// Lets the model rest before it is asked again.
    Pausing { until_ms: f64 },
    /// Waits for tools, or for the person.
    Acting(Vec<PendingCall>),
    /// Waits until the answer is kept.
    Keeping,
    /// Over.
    Done,
}

/// One question and its answer on the way.
pub struct Exchange {
    options: ExchangeOptions,
    message: Message,
    started_ms: f64,
    /// What a message that is continued took before.
    earlier_ms: f64,
    now_ms: f64,
    state: State,
    thread: Thread,
    /// The parts of a task that was broken up.
    parts: Vec<Part>,
    usage: Usage,
    calls: u32,
    steps_taken: u32,
    next_step: u32,
    /// How often each call was made.
    repeats: BTreeMap<String, u32>,
    refused_repeats: u32,
    /// When what came since must be journaled.
    journal_at_ms: Option<f64>,
    wake_at_ms: Option<f64>,
    /// The step of the outermost level that changed and was not told yet.
    untold_step: Option<String>,
    effects: Vec<Effect>,
}

impl Exchange {
    /// Begins an answer, or goes on with one that broke off: `message` is what there is of it.
    #[must_use]
    pub fn new(options: ExchangeOptions, message: Message, now_ms: f64) -> (Self, Vec<Effect>) {
        let is_new = message.is_empty();
        let work = if options.orchestrate && is_new { Work::Plan } else { Work::Answer };
        let mut exchange = Self {
            thread: Thread::new(work, options.history.clone()),
            started_ms: now_ms,
            earlier_ms: message.duration_ms.unwrap_or_default(),
            now_ms,
            state: State::Preparing,
            parts: Vec::new(),
            usage: message.usage.unwrap_or_default(),
            calls: 0,
            steps_taken: 0,
            next_step: message.steps.len() as u32 + 1,
            repeats: BTreeMap::new(),
            refused_repeats: 0,
            journal_at_ms: None,
            wake_at_ms: None,
            untold_step: None,
            effects: Vec::new(),
            message,
            options,
        };
        exchange.message.state = MessageState::Streaming;
        exchange.message.error = None;
        exchange.message.model = Some(exchange.options.model.name.clone());
        if !is_new {
            exchange.thread.ask_to_continue();
        }
        let started = ChatEvent::Started {
            session_id: exchange.options.session_id.clone(),
            message: Box::new(exchange.message.clone()),
            user_message: exchange.options.user_message.clone().map(Box::new),
        };
        // Noted first: whoever sees that it began finds it after a reload.
        exchange.effects.push(Effect::Journal(Box::new(exchange.message.clone())));
        exchange.effects.push(Effect::Emit(started));
        exchange.effects.push(Effect::Prepare(exchange.options.question.clone()));
        let effects = exchange.settle();
        (exchange, effects)
    }

    /// Takes one event and says what is to be done about it. `now_ms` must come from one clock that does not go back.
    pub fn handle(&mut self, event: Event, now_ms: f64) -> Vec<Effect> {
        self.now_ms = self.now_ms.max(now_ms);
        match (&self.state, event) {
            (State::Done, _) => {}
            (State::Keeping, Event::Kept(kept)) => self.kept(kept),
            // What still comes of models and tools has nobody to listen any more.
            (State::Keeping, _) => {}
            (_, Event::Cancel) => self.cancel(),
            (State::Preparing, Event::Prepared(prepared)) => self.prepared(prepared),
            (State::Calling, Event::Stream(event)) => self.hear(&event),
            (State::Calling, Event::StreamEnded(ended)) => self.stream_ended(ended),
            (State::Acting(_), Event::ToolDone { step_id, outcome }) => self.tool_done(&step_id, outcome),
            (State::Acting(_), Event::Answered { step_id, answer }) => self.answered(&step_id, answer),
            (State::Pausing { until_ms }, Event::Tick) if *until_ms <= self.now_ms => self.call(),
            _ => {}
        }
        self.settle()
    }

    /// The answer as far as it is.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// What listeners are told it is about.
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.options.session_id
    }

    /// What was asked.
    #[must_use]
    pub fn question(&self) -> &str {
        &self.options.question
    }

    fn cancel(&mut self) {
        match self.state {
            State::Calling => self.effects.push(Effect::StopCall),
            State::Acting(_) => self.effects.push(Effect::StopTools),
            _ => {}
        }
        self.message.break_off(None);
        self.keep();
    }

    /// The answer is as good as it gets.
    fn complete(&mut self) {
        self.message.state = MessageState::Complete;
        self.keep();
    }

    /// The answer ends before it is whole.
    fn break_off(&mut self, error: String) {
        self.message.break_off(Some(error));
        self.keep();
    }

    fn keep(&mut self) {
        self.tell_step();
        self.message.duration_ms = Some(self.earlier_ms + self.now_ms - self.started_ms);
        self.state = State::Keeping;
        self.journal_at_ms = None;
        self.effects.push(Effect::Keep(Box::new(self.message.clone())));
    }

    fn kept(&mut self, kept: Result<String, String>) {
        match kept {
            Ok(trace_id) => self.message.trace_id = Some(trace_id),
            Err(error) => {
                self.message.error.get_or_insert(error);
            }
        }
        self.state = State::Done;
        let session_id = self.options.session_id.clone();
        let message = Box::new(self.message.clone());
        self.effects.push(Effect::Emit(ChatEvent::Finished { session_id, message }));
        self.effects.push(Effect::Done);
    }

    /// Something came that must not be lost.
    fn changed(&mut self) {
        self.journal_at_ms.get_or_insert(self.now_ms + JOURNAL_WITHIN_MS);
    }

    /// A step changed in a way that a person wants to see at once.
    fn step_changed(&mut self, outermost: &str) {
        self.untold_step = Some(outermost.to_owned());
        self.tell_step();
        self.changed();
    }

    fn tell_step(&mut self) {
        let Some(step_id) = self.untold_step.take() else { return };
        let Some(step) = self.message.steps.iter().find(|step| step.step_id == step_id) else { return };
        self.effects.push(Effect::Emit(ChatEvent::Step {
            session_id: self.options.session_id.clone(),
            message_id: self.message.message_id.clone(),
            step: Box::new(step.clone()),
        }));
    }

    /// After whatever happened: journals what is due, and says when to be woken.
    fn settle(&mut self) -> Vec<Effect> {
        if self.journal_at_ms.is_some_and(|at_ms| at_ms <= self.now_ms) {
            self.journal_at_ms = None;
            self.tell_step();
            self.effects.push(Effect::Journal(Box::new(self.message.clone())));
        }
        let pause = if let State::Pausing { until_ms } = self.state { Some(until_ms) } else { None };
        let next = [pause, self.journal_at_ms].into_iter().flatten().reduce(f64::min);
        if next.is_none() || self.wake_at_ms.is_some_and(|at_ms| at_ms <= self.now_ms) {
            self.wake_at_ms = None;
        }
        if let Some(next) = next
            && self.wake_at_ms.is_none_or(|wished| next < wished)
        {
            self.wake_at_ms = Some(next);
            self.effects.push(Effect::WakeAt(next));
        }
        std::mem::take(&mut self.effects)
    }

    fn step_mut(&mut self, step_id: &str) -> Option<&mut Step> {
        find_step(&mut self.message.steps, step_id)
    }

    fn new_step(&mut self, step: Step) -> String {
        let step_id = self.next_step.to_string();
        self.next_step += 1;
        let step = Step { step_id: step_id.clone(), at: self.thread_text().len(), ..step };
        self.thread_steps().push(step);
        step_id
    }

    /// The steps of what is worked on now.
    fn thread_steps(&mut self) -> &mut Vec<Step> {
        let part = self.part_step();
        match part.and_then(|at| self.message.steps.get(at)) {
            Some(_) => &mut self.message.steps[part.unwrap_or_default()].steps,
            None => &mut self.message.steps,
        }
    }

    /// The text that grows now.
    fn thread_text(&mut self) -> &mut String {
        match self.part_step() {
            Some(at) => &mut self.message.steps[at].text,
            None => &mut self.message.text,
        }
    }

    /// Where the step of the part stands that is worked on now.
    fn part_step(&self) -> Option<usize> {
        let Work::Part(part) = self.thread.work else { return None };
        let step_id = &self.parts.get(part)?.step_id;
        self.message.steps.iter().position(|step| step.step_id == *step_id)
    }

    /// The step of the outermost level that a step belongs to.
    fn outermost(&self, step_id: &str) -> String {
        let holds = |step: &&Step| step.step_id == step_id || step.steps.iter().any(|inner| inner.step_id == step_id);
        self.message.steps.iter().find(holds).map_or_else(String::new, |step| step.step_id.clone())
    }
}

fn find_step<'a>(steps: &'a mut [Step], step_id: &str) -> Option<&'a mut Step> {
    for step in steps {
        if step.step_id == step_id {
            return Some(step);
        }
        if let Some(inner) = step.steps.iter_mut().find(|inner| inner.step_id == step_id) {
            return Some(inner);
        }
    }
    None
}

/// Ends a step.
fn end(step: &mut Step, state: StepState, text: String) {
    step.state = state;
    step.text = text;
}

#[cfg(test)]
mod tests;
