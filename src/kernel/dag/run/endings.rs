//! How nodes end, what that means for others, what they said before, and how the run as a whole ends.

use std::sync::Arc;

use super::family::{Life, moving_mean};
use super::{Effect, Run, State};
use crate::kernel::dag::{
    JobError, LogEntry, LogStream, NodeIndex, NodeResult, NodeStatus, OutputSummary, RunEvent, RunResult, RunStatus,
};
use crate::kernel::worker::protocol::{JobReport, Slot, ToHost};

/// What a node said, up to a limit.
#[derive(Debug, Default)]
pub(super) struct LogBook {
    entries: Vec<LogEntry>,
    bytes: usize,
    full: bool,
}

impl LogBook {
    /// What workers send at most, and the line with which they say that there was more.
    const LIMIT_BYTES: usize = 260 * 1024;

    fn add(&mut self, stream: LogStream, text: &str) {
        if self.full {
            return;
        }
        self.bytes += text.len();
        let text = if self.bytes > Self::LIMIT_BYTES {
            self.full = true;
            "… More was said than is kept.\n"
        } else {
            text
        };
        match self.entries.last_mut() {
            Some(last) if last.stream == stream => last.text.push_str(text),
            _ => self.entries.push(LogEntry { stream, text: text.to_owned() }),
        }
    }
}

impl Run {
    /// Jobs ended.
    pub(super) fn reported(&mut self, slot: Slot, reports: Vec<JobReport>) {
        let Some(state) = self.families.slot(slot) else { return };
        let given = |job: u32| state.batch.iter().flat_map(|batch| &batch.jobs).any(|(_, given)| *given == job);
        if !reports.iter().any(|report| given(report.job)) {
            return;
        }
        // A worker that was up before this run began has no need to say so.
        if state.life == Life::Starting {
            self.worker_ready(slot);
        }
        self.tell_ready(slot.runtime);
        for report in reports {
            let Some(batch) = self.families.slot_mut(slot).and_then(|state| state.batch.as_mut()) else { continue };
            let Some(place) = batch.jobs.iter().position(|(_, job)| *job == report.job) else { continue };
            let Some((node, _)) = batch.jobs.remove(place) else { continue };
            if self.state(node) == State::Handed && self.progress[node.index()].job == Some(report.job) {
                self.tell_started(node);
                self.measure(node, report.duration_ms);
                match report.error {
                    None => self.complete(node, report.outputs, report.duration_ms),
                    Some(error) => self.fail(node, error, report.duration_ms),
                }
            }
        }
        self.go_on_with_batch(slot);
    }

    /// After some jobs of a batch ended: the next one has its time to run, or the worker is idle.
    fn go_on_with_batch(&mut self, slot: Slot) {
        let deadline_ms = self.now_ms + self.options.timeout_ms;
        let Some(state) = self.families.slot(slot) else { return };
        let Some(batch) = &state.batch else { return };
        // Nodes that were skipped meanwhile fail at once for want of inputs; nobody needs to wait for that.
        let next = batch.jobs.iter().map(|(node, _)| *node).find(|node| self.state(*node) == State::Handed);
        let size = batch.size;
        let Some(state) = self.families.slot_mut(slot) else { return };
        match next {
            Some(node) => {
                state.deadline_ms = deadline_ms;
                self.tell_started(node);
            }
            None => {
                state.batch = None;
                state.deadline_ms = f64::INFINITY;
                self.families.get_mut(slot.runtime).grain.batch_ended(size);
            }
        }
    }

    fn measure(&mut self, node: NodeIndex, duration_ms: f64) {
        // Durations come from outside; one that is no number says nothing.
        let duration_ms = if duration_ms.is_finite() { duration_ms.max(0.0) } else { return };
        let mean = &mut self.code_means[self.graph.skill_index(node)];
        *mean = Some(moving_mean(*mean, duration_ms));
        self.families.get_mut(self.graph.runtime(node)).grain.measured(duration_ms);
    }

    fn complete(&mut self, node: NodeIndex, outputs: Vec<OutputSummary>, duration_ms: f64) {
        let twins = self.twins.remove(&node).unwrap_or_default();
        let of_twins: Vec<Vec<OutputSummary>> = twins.iter().map(|_| outputs.clone()).collect();
        self.end(node, NodeStatus::Completed, false, duration_ms, outputs, None);
        for (twin, outputs) in twins.into_iter().zip(of_twins) {
            if self.state(twin) == State::Waiting {
                self.complete_from_cache(twin, outputs);
            }
        }
        self.feed_dependents(node);
    }

    /// Ends a node whose outputs are in the store already.
    pub(super) fn complete_from_cache(&mut self, node: NodeIndex, outputs: Vec<OutputSummary>) {
        self.end(node, NodeStatus::Completed, true, 0.0, outputs, None);
        self.feed_dependents(node);
    }

    fn feed_dependents(&mut self, node: NodeIndex) {
        let graph = self.graph.clone();
        for next in graph.dependents(node) {
            self.one_met(next);
        }
    }

    /// Ends a node with an error, and all that depends on it with it.
    pub(super) fn fail(&mut self, node: NodeIndex, error: JobError, duration_ms: f64) {
        let twins = self.twins.remove(&node).unwrap_or_default();
        self.end(node, NodeStatus::Failed, false, duration_ms, Vec::new(), Some(error.clone()));
        self.skip_dependents(node);
        for twin in twins {
            if self.state(twin) == State::Waiting {
                self.end(twin, NodeStatus::Failed, false, 0.0, Vec::new(), Some(error.clone()));
                self.skip_dependents(twin);
            }
        }
    }

    fn skip_dependents(&mut self, node: NodeIndex) {
        let graph = self.graph.clone();
        let mut behind = vec![node];
        while let Some(node) = behind.pop() {
            for next in graph.dependents(node) {
                if !matches!(self.state(next), State::Ended | State::Outside) {
                    self.end(next, NodeStatus::Skipped, false, 0.0, Vec::new(), None);
                    behind.push(next);
                }
            }
        }
    }

    /// Gives a node its result. Everything that ends, ends here.
    fn end(
        &mut self,
        node: NodeIndex,
        status: NodeStatus,
        cached: bool,
        duration_ms: f64,
        outputs: Vec<OutputSummary>,
        error: Option<JobError>,
    ) {
        debug_assert!(!matches!(self.state(node), State::Ended | State::Outside), "a node ends once");
        self.progress[node.index()].state = State::Ended;
        self.unfinished -= 1;
        self.failed |= status == NodeStatus::Failed;
        let result = Arc::new(NodeResult {
            status,
            cached,
            duration_ms,
            level: self.graph.level_of(node),
            step: self.plan.step(node).to_owned(),
            outputs,
            logs: self.logs.remove(&node).map(|book| book.entries).unwrap_or_default(),
            error,
        });
        let event = RunEvent::Finished { node_id: self.graph.node_id(node).to_owned(), status, cached, duration_ms };
        self.effects.push(Effect::Emit(event, Some(Arc::clone(&result))));
        self.results[node.index()] = Some(result);
    }

    /// Tells people once that a node runs.
    pub(super) fn tell_started(&mut self, node: NodeIndex) {
        if !std::mem::replace(&mut self.progress[node.index()].started, true) {
            let event = RunEvent::Started { node_id: self.graph.node_id(node).to_owned() };
            self.effects.push(Effect::Emit(event, None));
        }
    }

    /// A job said something.
    pub(super) fn log(&mut self, job: u32, stream: LogStream, text: String) {
        let place = job.wrapping_sub(self.options.first_job) as usize;
        let Some(node) = self.jobs.get(place).copied() else { return };
        let progress = &self.progress[node.index()];
        if progress.state == State::Handed && progress.job == Some(job) {
            self.keep_log(node, stream, text);
        }
    }

    pub(super) fn keep_log(&mut self, node: NodeIndex, stream: LogStream, text: String) {
        self.logs.entry(node).or_default().add(stream, &text);
        let node_id = self.graph.node_id(node).to_owned();
        self.effects.push(Effect::Emit(RunEvent::Log { node_id, stream, text }, None));
    }

    /// Somebody stops the run: every worker that has work is ended, and every node that has no result is cancelled.
    pub(super) fn cancel(&mut self) {
        self.cancelled = true;
        let busy: Vec<Slot> =
            self.families.slots().filter(|(_, state)| state.batch.is_some()).map(|(slot, _)| slot).collect();
        for slot in busy {
            self.terminate(slot);
        }
        let graph = self.graph.clone();
        for node in graph.order() {
            if !matches!(self.state(*node), State::Ended | State::Outside) {
                self.end(*node, NodeStatus::Cancelled, false, 0.0, Vec::new(), None);
            }
        }
    }

    /// Ends a worker; what it had is the caller's to take care of.
    pub(super) fn terminate(&mut self, slot: Slot) -> Option<super::family::Batch> {
        self.effects.push(Effect::Host(ToHost::Terminate { slot }));
        let state = self.families.slot_mut(slot)?;
        state.life = Life::Cold;
        state.deadline_ms = f64::INFINITY;
        state.batch.take()
    }

    /// The end of the run.
    pub(super) fn finish(&mut self) {
        self.finished = true;
        let status = match (self.cancelled, self.failed) {
            (true, _) => RunStatus::Cancelled,
            (false, true) => RunStatus::Failed,
            (false, false) => RunStatus::Completed,
        };
        let mut results = std::mem::take(&mut self.results);
        let ended = |node: &NodeIndex| Some((self.graph.node_id(*node).to_owned(), results[node.index()].take()?));
        let nodes = self.graph.by_name().iter().filter_map(ended).collect();
        let duration_ms = self.now_ms - self.started_ms;
        self.effects.push(Effect::Finished(Box::new(RunResult { status, trace_id: None, duration_ms, nodes })));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_joined_and_kept_up_to_a_limit() {
        let mut book = LogBook::default();
        book.add(LogStream::Stdout, "a");
        book.add(LogStream::Stdout, "b\n");
        book.add(LogStream::Stderr, "c\n");
        let long = "x".repeat(LogBook::LIMIT_BYTES);
        book.add(LogStream::Stderr, &long);
        book.add(LogStream::Stdout, "never heard\n");
        let texts: Vec<&str> = book.entries.iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!(texts, ["ab\n", "c\n… More was said than is kept.\n"]);
    }
}
