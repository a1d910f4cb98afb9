//! What must hold of a run after every event. Tests ask; the run itself never does.

use std::collections::HashMap;

use super::family::Life;
use super::{Run, State};
use crate::kernel::dag::{NodeIndex, NodeStatus};
use crate::kernel::worker::protocol::Slot;

impl Run {
    /// Checks everything that must hold between events, and panics with what does not.
    pub fn check_invariants(&self) {
        if self.finished {
            assert_eq!(self.unfinished, 0, "a run ends when all its nodes have");
            return;
        }
        let mut held: HashMap<NodeIndex, Slot> = HashMap::new();
        for (slot, state) in self.families.slots() {
            self.check_slot(slot, &mut held);
            let waits = state.life == Life::Starting || state.batch.is_some();
            assert_eq!(state.deadline_ms.is_finite(), waits, "{slot:?} has a deadline exactly while it owes something");
        }
        for node in self.graph.order() {
            self.check_node(*node, &held);
        }
        let unfinished =
            self.progress.iter().filter(|progress| !matches!(progress.state, State::Ended | State::Outside)).count();
        assert_eq!(self.unfinished, unfinished, "unfinished nodes are counted");
        assert!(unfinished > 0, "a run whose nodes have all ended is finished");
        self.check_progress_is_possible();
    }

    fn check_slot(&self, slot: Slot, held: &mut HashMap<NodeIndex, Slot>) {
        let Some(batch) = self.families.slot(slot).and_then(|state| state.batch.as_ref()) else { return };
        let mut useful = false;
        for (node, job) in &batch.jobs {
            let progress = &self.progress[node.index()];
            if progress.state != State::Handed {
                assert_eq!(progress.state, State::Ended, "what a batch holds was handed out or has ended");
                continue;
            }
            useful = true;
            assert_eq!(progress.job, Some(*job), "a node is known by its newest job");
            assert_eq!(self.graph.runtime(*node), slot.runtime, "a node is at a worker of its family");
            let twice = held.insert(*node, slot);
            assert_eq!(twice, None, "a node is at one worker");
        }
        assert!(useful, "{slot:?} is idle if nobody waits for its batch");
    }

    fn check_node(&self, node: NodeIndex, held: &HashMap<NodeIndex, Slot>) {
        let progress = &self.progress[node.index()];
        let name = self.graph.node_id(node);
        let completed = |source: &NodeIndex| {
            self.results[source.index()].as_ref().is_some_and(|result| result.status == NodeStatus::Completed)
        };
        assert_eq!(
            self.results[node.index()].is_some(),
            progress.state == State::Ended,
            "{name} has a result when it ended"
        );
        assert_eq!(
            held.contains_key(&node),
            progress.state == State::Handed,
            "{name} is at a worker when it was handed to one"
        );
        if matches!(progress.state, State::Waiting | State::Ready | State::Handed) {
            let missing = self.graph.dependencies(node).filter(|source| !completed(source)).count() as u32;
            let twin = self.twins.values().any(|twins| twins.contains(&node));
            assert_eq!(progress.unmet, missing + u32::from(twin), "{name} waits for what is missing");
            let lost =
                self.graph.dependencies(node).any(|source| self.state(source) == State::Ended && !completed(&source));
            assert!(!lost, "{name} is skipped if something it needs did not complete");
        }
        match progress.state {
            State::Waiting => assert!(progress.unmet > 0, "{name} does not wait for nothing"),
            State::Ready => {
                assert_eq!(progress.unmet, 0, "{name} is ready when all its inputs are there");
                let queue = &self.families.get(self.graph.runtime(node)).ready;
                let times = queue.iter().filter(|(.., queued)| *queued == node).count();
                assert_eq!(times, 1, "{name} is queued once");
            }
            State::Handed => {
                // What is missing is made earlier in the same batch.
                let slot = held[&node];
                for source in self.graph.dependencies(node).filter(|source| !completed(source)) {
                    assert_eq!(held.get(&source), Some(&slot), "{name} went out before its inputs");
                    assert!(self.progress[source.index()].job < progress.job, "{name} stands behind its inputs");
                }
            }
            State::Ended | State::Outside => {}
        }
    }

    /// Somebody will say something, or a worker that could work does.
    fn check_progress_is_possible(&self) {
        let owed = self.families.slots().any(|(_, state)| state.deadline_ms.is_finite());
        assert!(owed, "a run that is not over waits for somebody");
        assert!(self.wake_at_ms.is_some(), "a run that waits will be woken");
        assert!(self.promised.iter().all(|wires| *wires == 0), "promises are forgotten with their batch");
        for family in self.families.all() {
            let work = family.ready.iter().any(|(.., node)| self.state(*node) == State::Ready);
            if work {
                assert!(family.broken.is_none(), "nothing waits for a family that cannot run");
                assert!(family.is_alive(), "somebody of {:?} is there or on the way", family.runtime);
                let idle = family.idle().next().is_some();
                assert!(!idle || self.busy() >= self.options.width, "nobody is idle while work waits");
            }
        }
    }
}
