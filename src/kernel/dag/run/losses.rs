//! Workers that come, go, or take too long.
//!
//! A node is blamed only for what happened while it ran alone. When a batch of several is lost, all that had not reported go back to
//! the queue, each to run alone.

use super::family::{Batch, Life};
use super::{Effect, Run, State};
use crate::kernel::dag::{JobError, LogStream, NodeIndex, RunEvent, RuntimeState};
use crate::kernel::order::sorted;
use crate::kernel::skill::Runtime;
use crate::kernel::worker::protocol::Slot;

impl Run {
    /// A worker is on its way, or a ready one fetches what its next batch needs.
    pub(super) fn loading(&mut self, slot: Slot, stage: String, loaded: Option<u64>, total: Option<u64>) {
        let deadline_ms = self.now_ms + self.options.start_timeout_ms;
        let Some(state) = self.families.slot_mut(slot) else { return };
        let starting = state.life == Life::Starting;
        if !starting && (state.life != Life::Ready || state.batch.is_none()) {
            return;
        }
        state.deadline_ms = deadline_ms;
        // Workers that start together tell the same story, and one that starts beside others that are ready holds nobody up.
        let family = self.families.get_mut(slot.runtime);
        let alone = family.slots.iter().all(|state| state.life != Life::Ready);
        if !starting || (alone && family.starting().next() == Some(slot.index)) {
            family.told = Some(RuntimeState::Loading);
            self.tell_runtime(slot.runtime, RuntimeState::Loading, Some(stage), loaded, total);
        }
    }

    /// A worker takes jobs and has begun those it was given.
    pub(super) fn worker_ready(&mut self, slot: Slot) {
        let deadline_ms = self.now_ms + self.options.timeout_ms;
        let Some(state) = self.families.slot_mut(slot) else { return };
        if state.life == Life::Broken || state.life == Life::Cold {
            return;
        }
        state.life = Life::Ready;
        state.failed_starts = 0;
        state.deadline_ms = if state.batch.is_some() { deadline_ms } else { f64::INFINITY };
        let mut jobs = state.batch.iter().flat_map(|batch| batch.jobs.iter().map(|(node, _)| *node));
        let head = jobs.find(|node| self.progress[node.index()].state == State::Handed);
        self.families.get_mut(slot.runtime).told.get_or_insert(RuntimeState::Loading);
        self.tell_ready(slot.runtime);
        if let Some(head) = head {
            self.tell_started(head);
        }
    }

    /// Tells people that a family is ready, if the last they heard is that it loads.
    pub(super) fn tell_ready(&mut self, runtime: Runtime) {
        let family = self.families.get_mut(runtime);
        if family.told == Some(RuntimeState::Loading) {
            family.told = Some(RuntimeState::Ready);
            self.tell_runtime(runtime, RuntimeState::Ready, None, None, None);
        }
    }

    fn tell_runtime(
        &mut self,
        runtime: Runtime,
        state: RuntimeState,
        stage: Option<String>,
        loaded: Option<u64>,
        total: Option<u64>,
    ) {
        self.effects.push(Effect::Emit(RunEvent::Runtime { runtime, state, stage, loaded, total }, None));
    }

    /// A worker could not start, or died.
    pub(super) fn worker_lost(&mut self, slot: Slot, error: &JobError) {
        /// A start that fails this often in a row fails always.
        const STARTS: u32 = 2;
        let Some(state) = self.families.slot_mut(slot) else { return };
        let life = state.life;
        match life {
            Life::Cold | Life::Broken => {}
            Life::Starting => {
                state.failed_starts += 1;
                let broken = state.failed_starts >= STARTS;
                self.start_failed(slot, error, broken);
            }
            Life::Ready => {
                state.life = Life::Cold;
                state.deadline_ms = f64::INFINITY;
                if let Some(batch) = state.batch.take() {
                    self.batch_lost(slot, &batch, error);
                }
            }
        }
    }

    /// Ends every worker whose time is up.
    pub(super) fn stop_what_is_late(&mut self) {
        let late = self.families.slots().filter(|(_, state)| state.deadline_ms <= self.now_ms);
        let late: Vec<(Slot, Life)> = late.map(|(slot, state)| (slot, state.life)).collect();
        for (slot, life) in late {
            if life == Life::Starting {
                let seconds = self.options.start_timeout_ms / 1_000.0;
                let error = job_error("start_timeout", format!("nothing was heard of it for {seconds} s"));
                let batch = self.terminate(slot);
                if let Some(state) = self.families.slot_mut(slot) {
                    state.batch = batch;
                }
                self.start_failed(slot, &error, true);
            } else if let Some(batch) = self.terminate(slot) {
                self.batch_timed_out(&batch);
            }
        }
    }

    /// A worker went before it was ready. Its jobs are none the worse for it.
    fn start_failed(&mut self, slot: Slot, error: &JobError, broken: bool) {
        let Some(state) = self.families.slot_mut(slot) else { return };
        state.life = if broken { Life::Broken } else { Life::Cold };
        state.deadline_ms = f64::INFINITY;
        let batch = state.batch.take().unwrap_or_default();
        for (node, _) in &batch.jobs {
            self.put_back(*node, false);
        }
        if broken && !self.families.get(slot.runtime).is_alive() {
            self.family_broken(slot, error);
        }
    }

    /// Nothing of this family can run: its nodes fail as soon as they would have started, the first of them now.
    fn family_broken(&mut self, slot: Slot, error: &JobError) {
        const CODE: &str = "runtime_unavailable";
        let message = match error.code.as_str() {
            CODE => error.message.clone(),
            _ => format!("{} could not start: {}", slot.runtime.title(), error.message),
        };
        self.tell_runtime(slot.runtime, RuntimeState::Failed, Some(message.clone()), None, None);
        let error = JobError { code: CODE.to_owned(), message, detail: error.detail.clone(), line: None };
        let family = self.families.get_mut(slot.runtime);
        family.told = Some(RuntimeState::Failed);
        family.broken = Some(error.clone());
        family.waiting_since_ms = None;
        family.widen_at_ms = f64::INFINITY;
        let queued: Vec<NodeIndex> = std::mem::take(&mut family.ready).into_iter().map(|(.., node)| node).collect();
        let queued = sorted(queued, |one, other| self.position[one.index()].cmp(&self.position[other.index()]));
        for node in queued {
            if self.state(node) == State::Ready {
                self.fail(node, error.clone(), 0.0);
            }
        }
    }

    fn batch_lost(&mut self, slot: Slot, batch: &Batch, error: &JobError) {
        let unreported: Vec<NodeIndex> = batch.jobs.iter().map(|(node, _)| *node).collect();
        let [node] = unreported[..] else { return self.try_alone(&unreported) };
        if self.state(node) != State::Handed {
            return;
        }
        let progress = &mut self.progress[node.index()];
        progress.losses += 1;
        let losses = progress.losses;
        let engine = slot.runtime.title();
        if losses <= self.options.retries {
            let text =
                format!("The {engine} engine stopped ({}). Trying again.\n", error.message.trim_end_matches('.'));
            self.keep_log(node, LogStream::Stderr, text);
            self.put_back(node, true);
        } else {
            let message = format!("The {engine} engine stopped while this node ran: {}", error.message);
            let tried = match losses {
                1 => "It was tried once.".to_owned(),
                times => format!("It was tried {times} times."),
            };
            let detail = error.detail.as_ref().map_or(tried.clone(), |detail| format!("{detail}\n{tried}"));
            let error = JobError { code: "engine_died".to_owned(), message, detail: Some(detail), line: None };
            self.fail(node, error, 0.0);
        }
    }

    fn batch_timed_out(&mut self, batch: &Batch) {
        let unreported: Vec<NodeIndex> = batch.jobs.iter().map(|(node, _)| *node).collect();
        let [node] = unreported[..] else { return self.try_alone(&unreported) };
        if self.state(node) == State::Handed {
            let seconds = self.options.timeout_ms / 1_000.0;
            let message = format!(
                "Stopped after {seconds} s without a result. Look for a loop that never ends, or give the node less to do"
            );
            self.fail(node, job_error("timeout", message), self.options.timeout_ms);
        }
    }

    fn try_alone(&mut self, nodes: &[NodeIndex]) {
        for node in nodes {
            self.put_back(*node, true);
        }
    }

    /// Back to the queue, or to waiting if its inputs were to be made by the batch that was lost.
    fn put_back(&mut self, node: NodeIndex, solo: bool) {
        let progress = &mut self.progress[node.index()];
        if progress.state != State::Handed {
            return;
        }
        progress.solo |= solo;
        progress.job = None;
        progress.state = State::Waiting;
        if progress.unmet == 0 {
            self.enqueue(node);
        }
    }
}

fn job_error(code: &str, message: String) -> JobError {
    JobError { code: code.to_owned(), message, detail: None, line: None }
}
