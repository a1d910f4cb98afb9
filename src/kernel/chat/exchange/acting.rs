//! The tools that a model calls: whether each may run, what it is told of each.
//!
//! The person's policy decides, and their answer where it says to ask. Text that a model read or wrote has no say in it.

use serde_json::Value;

use super::{Answer, Effect, Exchange, State, ToolCall, ToolOutcome, end};
use crate::kernel::chat::history::clipped;
use crate::kernel::chat::tools::check;
use crate::kernel::chat::{Policy, Step, StepKind, StepState, Tool, ToolKind};
use crate::kernel::context::{Disclosed, UsedSkill};
use crate::kernel::llm::{Part, ToolResult, Turn};
use crate::kernel::skill::closest;

/// How often the same call with the same arguments is answered.
const SAME_CALLS: u32 = 2;
/// How often it is refused before the answer ends.
const REFUSED_REPEATS: u32 = 3;
/// How much of a result a model is told.
const LONGEST_RESULT_BYTES: usize = 16_000;

/// A call that is not over, or whose fellows are not.
#[derive(Debug)]
pub(super) struct PendingCall {
    pub(super) step_id: String,
    /// The model's name for it.
    call_id: String,
    name: String,
    arguments: Value,
    tool: Option<Tool>,
    is_accepted: bool,
}

/// What is done with a call right away.
enum Verdict {
    Run,
    Ask,
    Refuse(StepState, String),
}

impl Exchange {
    /// Begins the calls of the reply.
    pub(super) fn act(&mut self) {
        let parts = std::mem::take(&mut self.thread.reply.parts);
        let calls: Vec<(String, String, Value)> = parts
            .iter()
            .filter_map(|part| match part {
                Part::ToolCall { id, name, arguments, .. } => Some((id.clone(), name.clone(), arguments.clone())),
                _ => None,
            })
            .collect();
        self.thread.turns.push(Turn::Assistant(parts));
        self.thread.needs_break = true;
        let broken = std::mem::take(&mut self.thread.broken_arguments);
        let mut pending = Vec::new();
        for (call_id, name, arguments) in calls {
            let tool = self.thread.tools.get(&name).cloned();
            let verdict = match broken.get(&call_id) {
                Some(why) => Verdict::Refuse(StepState::Failed, format!("The arguments cannot be read: {why}")),
                None => self.judge(&name, tool.as_ref(), &arguments),
            };
            let step_id = self.new_step(Step {
                kind: StepKind::Tool,
                title: tool.as_ref().map_or_else(|| name.clone(), |tool| tool.title.clone()),
                tool: Some(name.clone()),
                arguments: Some(arguments.clone()),
                ..Step::default()
            });
            let call = PendingCall { step_id, call_id, name, arguments, tool, is_accepted: false };
            self.begin_call(&call, verdict);
            self.step_changed(&self.outermost(&call.step_id));
            pending.push(call);
        }
        self.state = State::Acting(pending);
        self.go_on_if_all_are_over();
    }

    fn judge(&mut self, name: &str, tool: Option<&Tool>, arguments: &Value) -> Verdict {
        let refuse = |text: String| Verdict::Refuse(StepState::Failed, text);
        let Some(tool) = tool else {
            let known: Vec<&str> = self.thread.tools.names().collect();
            let near = closest(name, known.iter().copied()).map(|near| format!(" Did you mean '{near}'?"));
            let near = near.unwrap_or_default();
            return refuse(format!("There is no tool '{name}'.{near} There are: {}.", known.join(", ")));
        };
        if self.options.settings.policy(name, tool.kind) == Policy::Deny {
            return Verdict::Refuse(StepState::Denied, "The person does not allow this tool.".to_owned());
        }
        let findings = check(&tool.parameters, arguments);
        if !findings.is_empty() {
            return refuse(format!("The arguments do not fit: {}.", findings.join("; ")));
        }
        let times = self.repeats.entry(format!("{name} {arguments}")).or_default();
        *times += 1;
        if *times > SAME_CALLS {
            self.refused_repeats += 1;
            return refuse(
                "You made this very call before and have its result: use it, or do something else.".to_owned(),
            );
        }
        if self.steps_taken >= self.options.settings.max_steps {
            self.refused_repeats += 1;
            return refuse("The limit of steps is reached: answer now with what you have.".to_owned());
        }
        self.steps_taken += 1;
        match self.options.settings.policy(name, tool.kind) {
            Policy::Allow => Verdict::Run,
            // What is proposed is made first, so that the person sees what they are asked about.
            _ if tool.kind == ToolKind::Change => Verdict::Run,
            _ => Verdict::Ask,
        }
    }

    fn begin_call(&mut self, call: &PendingCall, verdict: Verdict) {
        match verdict {
            Verdict::Run => self.run(call),
            Verdict::Ask => {
                if let Some(step) = self.step_mut(&call.step_id) {
                    step.state = StepState::Asked;
                }
            }
            Verdict::Refuse(state, text) => {
                if let Some(step) = self.step_mut(&call.step_id) {
                    end(step, state, text);
                }
            }
        }
    }

    fn run(&mut self, call: &PendingCall) {
        let Some(tool) = call.tool.clone() else { return };
        if let Some(step) = self.step_mut(&call.step_id) {
            step.state = StepState::Running;
        }
        self.effects.push(Effect::RunTool(ToolCall {
            step_id: call.step_id.clone(),
            tool,
            arguments: call.arguments.clone(),
            is_accepted: call.is_accepted,
        }));
    }

    pub(super) fn answered(&mut self, step_id: &str, answer: Answer) {
        let is_asked = self.step_mut(step_id).is_some_and(|step| step.state == StepState::Asked);
        let State::Acting(pending) = &mut self.state else { return };
        let Some(at) = pending.iter().position(|call| call.step_id == step_id).filter(|_| is_asked) else { return };
        let mut call = pending.remove(at);
        call.is_accepted = true;
        match answer {
            Answer::Deny => {
                if let Some(step) = self.step_mut(step_id) {
                    end(step, StepState::Denied, "The person said no.".to_owned());
                }
            }
            Answer::Once => self.run(&call),
            Answer::Always => {
                self.options.settings.policies.insert(call.name.clone(), Policy::Allow);
                self.effects.push(Effect::AlwaysAllow(call.name.clone()));
                self.run(&call);
            }
        }
        if let State::Acting(pending) = &mut self.state {
            pending.insert(at, call);
        }
        self.step_changed(&self.outermost(step_id));
        self.go_on_if_all_are_over();
    }

    pub(super) fn tool_done(&mut self, step_id: &str, outcome: ToolOutcome) {
        let State::Acting(pending) = &self.state else { return };
        let Some(call) = pending.iter().find(|call| call.step_id == step_id) else { return };
        let (name, kind) = (call.name.clone(), call.tool.as_ref().map(|tool| tool.kind));
        let ask =
            outcome.is_proposal && kind.is_none_or(|kind| self.options.settings.policy(&name, kind) != Policy::Allow);
        let Some(step) = self.step_mut(step_id).filter(|step| step.state == StepState::Running) else { return };
        if outcome.workflow.is_some() {
            step.workflow = outcome.workflow;
        }
        if ask {
            step.state = StepState::Asked;
            step.text = outcome.text;
        } else if outcome.is_proposal {
            step.text = outcome.text;
            self.accept(step_id);
        } else {
            let state = if outcome.is_error { StepState::Failed } else { StepState::Done };
            end(step, state, clipped(&outcome.text, LONGEST_RESULT_BYTES));
            self.thread.tools.add(outcome.found);
            if let Some(activated) = outcome.activated {
                self.use_skill(activated);
            }
        }
        self.step_changed(&self.outermost(step_id));
        self.go_on_if_all_are_over();
    }

    /// Takes a proposal that needs no answer.
    fn accept(&mut self, step_id: &str) {
        let State::Acting(pending) = &mut self.state else { return };
        let Some(at) = pending.iter().position(|call| call.step_id == step_id) else { return };
        let mut call = pending.remove(at);
        call.is_accepted = true;
        self.run(&call);
        if let State::Acting(pending) = &mut self.state {
            pending.insert(at, call);
        }
    }

    pub(super) fn use_skill(&mut self, used: UsedSkill) {
        match self.message.skills_used.iter_mut().find(|known| known.skill_id == used.skill_id) {
            Some(known) if known.disclosed == Disclosed::Full => {}
            Some(known) => known.disclosed = used.disclosed,
            None => self.message.skills_used.push(used),
        }
    }

    fn go_on_if_all_are_over(&mut self) {
        let State::Acting(pending) = &mut self.state else { return };
        let pending = std::mem::take(pending);
        let mut results = Vec::new();
        let mut all_are_over = true;
        for call in &pending {
            let Some(step) = self.step_mut(&call.step_id) else { continue };
            all_are_over &= step.state.is_over();
            results.push(ToolResult {
                id: call.call_id.clone(),
                name: call.name.clone(),
                text: step.text.clone(),
                is_error: step.state != StepState::Done,
            });
        }
        if !all_are_over {
            self.state = State::Acting(pending);
            return;
        }
        if self.refused_repeats >= REFUSED_REPEATS {
            return self.break_off("The model went round in circles, so it was stopped. Continue it, ask in other words, or allow more steps in the chat's settings.".to_owned());
        }
        self.thread.turns.push(Turn::ToolResults(results));
        self.call();
    }
}
