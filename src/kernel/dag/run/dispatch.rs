//! Which worker gets which nodes, and when another worker is worth its start.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::Value;

use super::family::{Batch, Grain, Life};
use super::{Effect, Run, State};
use crate::kernel::dag::{Feed, NodeIndex};
use crate::kernel::skill::Runtime;
use crate::kernel::worker::protocol::{Job, Link, Slot, ToHost};

impl Run {
    /// Puts a node whose inputs are there into the queue of its family, or fails it if nothing of the family can run.
    pub(super) fn enqueue(&mut self, node: NodeIndex) {
        let runtime = self.graph.runtime(node);
        if let Some(error) = self.families.get(runtime).broken.clone() {
            return self.fail(node, error, 0.0);
        }
        self.progress[node.index()].state = State::Ready;
        let queued = (self.priority[node.index()], Reverse(self.position[node.index()]), node);
        self.families.get_mut(runtime).ready.push(queued);
    }

    /// Gives every worker that has nothing to do what is most urgent, and starts workers where they are missing.
    pub(super) fn hand_out(&mut self) {
        for runtime in Runtime::ALL {
            self.forget_ended(runtime);
        }
        let mut free = self.options.width.max(1).saturating_sub(self.busy());
        while free > 0 {
            let Some(slot) = self.most_urgent_idle_slot() else { break };
            self.dispatch(slot);
            free -= 1;
        }
        for runtime in Runtime::ALL {
            self.start_workers(runtime, free);
        }
    }

    /// Among workers with nothing to do, the one whose family has the most urgent node.
    fn most_urgent_idle_slot(&self) -> Option<Slot> {
        let with_work = self.families.all().filter_map(|family| {
            let index = family.idle().next()?;
            let (priority, ..) = family.ready.peek()?;
            Some((*priority, Reverse(family.runtime), Slot { runtime: family.runtime, index }))
        });
        with_work.max_by_key(|(priority, runtime, _)| (*priority, *runtime)).map(|(.., slot)| slot)
    }

    /// Drops queued nodes that were skipped or stopped meanwhile from the head of a queue.
    fn forget_ended(&mut self, runtime: Runtime) {
        while let Some((.., node)) = self.families.get(runtime).ready.peek() {
            if self.state(*node) == State::Ready {
                break;
            }
            self.families.get_mut(runtime).ready.pop();
        }
    }

    /// Starts the first worker of a family as soon as there is work, and further ones when work waits and is worth it.
    fn start_workers(&mut self, runtime: Runtime, free: u32) {
        let now_ms = self.now_ms;
        let family = self.families.get_mut(runtime);
        family.widen_at_ms = f64::INFINITY;
        if family.ready.is_empty() || family.idle().next().is_some() {
            family.waiting_since_ms = None;
            return;
        }
        let since_ms = *family.waiting_since_ms.get_or_insert(now_ms);
        let widen_at_ms = since_ms + family.patience_ms();
        if !family.is_alive()
            && let Some(index) = family.cold()
        {
            self.dispatch(Slot { runtime, index });
        }
        let family = self.families.get_mut(runtime);
        let Some(index) = family.cold() else { return };
        if family.ready.is_empty() || family.starting().count() as u32 >= free {
            return;
        }
        let waiting_ms = family.grain.mean_ms.map_or(f64::INFINITY, |mean_ms| mean_ms * family.ready.len() as f64);
        if now_ms < widen_at_ms {
            family.widen_at_ms = widen_at_ms;
        } else if waiting_ms > family.start_cost_ms() {
            family.waiting_since_ms = Some(now_ms);
            family.widen_at_ms = now_ms + family.patience_ms();
            // Without jobs: which ones it gets is decided when it is there.
            let slot = Slot { runtime, index };
            self.start(slot);
            self.effects.push(Effect::Host(ToHost::Dispatch { slot, codes: Vec::new(), jobs: Vec::new() }));
        }
    }

    fn start(&mut self, slot: Slot) {
        let deadline_ms = self.now_ms + self.options.start_timeout_ms;
        if let Some(state) = self.families.slot_mut(slot) {
            state.life = Life::Starting;
            state.deadline_ms = deadline_ms;
        }
    }

    /// Sends a batch to a worker that is idle or not there yet.
    fn dispatch(&mut self, slot: Slot) {
        let nodes = self.take_batch(slot.runtime);
        if nodes.is_empty() {
            return;
        }
        let mut codes = Vec::new();
        let mut jobs = Vec::with_capacity(nodes.len());
        let mut batch = Batch { size: nodes.len() as u32, ..Batch::default() };
        for node in nodes {
            let number = self.next_job();
            self.jobs.push(node);
            let progress = &mut self.progress[node.index()];
            progress.state = State::Handed;
            progress.job = Some(number);
            let skill = self.graph.skill_index(node);
            let code = &self.plan.codes()[skill];
            if self.mentioned.insert(skill) {
                codes.push(code.clone());
            }
            let (values, links) = self.inputs(node);
            let step = self.plan.step(node).to_owned();
            jobs.push(Job { job: number, step, code_id: code.code_id.clone(), values, links });
            batch.jobs.push_back((node, number));
        }
        let head = batch.jobs.front().map(|(node, _)| *node);
        let timeout_ms = self.options.timeout_ms;
        let now_ms = self.now_ms;
        let Some(state) = self.families.slot_mut(slot) else { return };
        state.batch = Some(batch);
        let ready = state.life == Life::Ready;
        if ready {
            state.deadline_ms = now_ms + timeout_ms;
        } else {
            self.start(slot);
        }
        self.effects.push(Effect::Host(ToHost::Dispatch { slot, codes, jobs }));
        if let (true, Some(head)) = (ready, head) {
            self.tell_started(head);
        }
    }

    /// Takes the most urgent node of a family from its queue, and as many others as may go with it.
    fn take_batch(&mut self, runtime: Runtime) -> Vec<NodeIndex> {
        let family = self.families.get(runtime);
        let limit = family.grain.size as usize;
        // Ready nodes are spread over the workers that are idle now, this one among them.
        let share = family.ready.len().div_ceil(family.idle().count().max(1)).max(1);
        let mut left_ms = Grain::BATCH_MS;
        let mut batch: Vec<NodeIndex> = Vec::new();
        let mut queued = 0;
        // Nodes that wait for nothing but this batch, the most urgent last.
        let mut joining: Vec<NodeIndex> = Vec::new();
        let mut promised: Vec<NodeIndex> = Vec::new();
        while batch.len() < limit {
            let expected_ms;
            let node = if let Some(node) = joining.pop() {
                expected_ms = self.expected_ms(node);
                if expected_ms > left_ms {
                    continue;
                }
                node
            } else {
                let Some((.., node)) = self.families.get(runtime).ready.peek().copied() else { break };
                if self.state(node) != State::Ready {
                    self.families.get_mut(runtime).ready.pop();
                    continue;
                }
                expected_ms = self.expected_ms(node);
                let alone = self.progress[node.index()].solo || expected_ms > left_ms;
                if !batch.is_empty() && (alone || queued >= share) {
                    break;
                }
                self.families.get_mut(runtime).ready.pop();
                queued += 1;
                if alone {
                    batch.push(node);
                    break;
                }
                node
            };
            left_ms -= expected_ms;
            batch.push(node);
            self.find_joining(node, runtime, &mut joining, &mut promised);
        }
        for node in promised {
            self.promised[node.index()] = 0;
        }
        batch
    }

    /// Adds the dependents of a batch's newest node that now wait for nothing outside the batch.
    fn find_joining(
        &mut self,
        node: NodeIndex,
        runtime: Runtime,
        joining: &mut Vec<NodeIndex>,
        promised: &mut Vec<NodeIndex>,
    ) {
        let before = joining.len();
        for next in self.graph.dependents(node) {
            let progress = &self.progress[next.index()];
            if progress.state != State::Waiting || progress.solo {
                continue;
            }
            let wires = &mut self.promised[next.index()];
            if *wires == 0 {
                promised.push(next);
            }
            *wires += 1;
            if *wires == progress.unmet && self.graph.runtime(next) == runtime {
                joining.push(next);
            }
        }
        joining[before..].sort_by_key(|next| (self.priority[next.index()], Reverse(self.position[next.index()])));
    }

    /// What a node will take: as its code did before, else as its author says, else as others of its family did.
    fn expected_ms(&self, node: NodeIndex) -> f64 {
        if let Some(mean_ms) = self.code_means[self.graph.skill_index(node)] {
            return mean_ms;
        }
        match self.graph.skill(node).estimated_time_ms {
            0 => self.families.get(self.graph.runtime(node)).grain.mean_ms.unwrap_or_default(),
            estimate_ms => f64::from(estimate_ms),
        }
    }

    /// What is known of a node's inputs, and what other nodes make; one that has neither wire, value nor default is in neither.
    fn inputs(&self, node: NodeIndex) -> (BTreeMap<String, Value>, Vec<Link>) {
        let mut values = BTreeMap::new();
        let mut links = Vec::new();
        for (port, feed) in self.graph.inputs(node) {
            let value = match feed {
                Feed::Absent => None,
                Feed::Default => port.default.as_ref(),
                Feed::Given(value) => Some(value),
                Feed::Wire { source, output } => {
                    let output = &self.graph.skill(*source).outputs[*output as usize].name;
                    links.push((port.name.clone(), self.plan.step(*source).to_owned(), output.clone()));
                    None
                }
            };
            if let Some(value) = value {
                values.insert(port.name.clone(), value.clone());
            }
        }
        (values, links)
    }
}
