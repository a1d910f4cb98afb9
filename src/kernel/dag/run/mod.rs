//! A run of a graph, as a state machine: events in, effects out. It never does anything itself, and it has no clock.
//!
//! A node starts the moment its inputs are there. Ready nodes wait in one queue per family of workers, those with the longest way
//! still behind them first. A worker gets one batch at a time; batches grow while they stay quick, and a node whose inputs are made
//! earlier in a batch may join it, so that short work is not paid for in messages. What fails takes down what depends on it and
//! nothing else. Every event costs time in proportion to the nodes that it is about, never to the size of the graph.

mod dispatch;
mod endings;
mod family;
mod invariants;
mod losses;
mod options;
mod pace;

pub use options::{RunOptions, WarmSlots};
pub use pace::Pace;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use self::endings::LogBook;
use self::family::{Families, Life};
use super::{Graph, JobError, NodeIndex, NodeResult, OutputSummary, Plan, RunEvent, RunResult};
use crate::kernel::worker::protocol::{FromHost, ToHost};

/// What can happen to a run.
#[derive(Clone, Debug)]
pub enum Event {
    /// The host of runtimes says something.
    Host(FromHost),
    /// Somebody stops the run.
    Cancel,
    /// The time that the run asked to be woken at has come.
    Tick,
}

/// What a run wants done, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send this to the host of runtimes.
    Host(ToHost),
    /// Tell people; the end of a node comes with its result.
    Emit(RunEvent, Option<Arc<NodeResult>>),
    /// Come back with [`Event::Tick`] at this time. A later wish replaces an earlier one.
    WakeAt(f64),
    /// The run is over; nothing follows.
    Finished(Box<RunResult>),
}

/// How far a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No part of this run.
    Outside,
    /// An input is not there yet.
    Waiting,
    /// In the queue of its family.
    Ready,
    /// In a batch of a worker.
    Handed,
    /// It has its result.
    Ended,
}

#[derive(Clone, Debug)]
struct Progress {
    state: State,
    /// Wires whose source has not completed; a twin also waits for the node that runs in its place.
    unmet: u32,
    /// The job under which it was last handed to a worker.
    job: Option<u32>,
    /// It goes into a batch alone: an earlier batch did not come back.
    solo: bool,
    /// How many workers died while it ran alone.
    losses: u32,
    /// People were told that it started.
    started: bool,
}

/// A run.
pub struct Run {
    graph: Arc<Graph>,
    plan: Arc<Plan>,
    options: RunOptions,
    started_ms: f64,
    now_ms: f64,
    progress: Vec<Progress>,
    /// The longest way from each node to the end, in expected milliseconds.
    priority: Vec<u64>,
    /// The place of each node in the order of the graph.
    position: Vec<u32>,
    /// Nodes whose step is that of an earlier node, by that node: they end as it does.
    twins: HashMap<NodeIndex, Vec<NodeIndex>>,
    families: Families,
    /// What a piece of code took, on the way of a moving mean.
    code_means: Vec<Option<f64>>,
    /// Codes that the host has been given in this run.
    mentioned: HashSet<usize>,
    /// The node of each job, from `options.first_job` on.
    jobs: Vec<NodeIndex>,
    logs: HashMap<NodeIndex, LogBook>,
    results: Vec<Option<Arc<NodeResult>>>,
    unfinished: usize,
    failed: bool,
    cancelled: bool,
    finished: bool,
    wake_at_ms: Option<f64>,
    effects: Vec<Effect>,
    /// Wires that the batch being put together will serve, by target; all zero between events.
    promised: Vec<u32>,
}

impl Run {
    /// Starts a run. `cached` knows the outputs of steps that earlier runs left in the store.
    pub fn new(
        graph: Arc<Graph>,
        plan: Arc<Plan>,
        options: RunOptions,
        cached: &dyn Fn(&str) -> Option<Vec<OutputSummary>>,
        now_ms: f64,
    ) -> (Self, Vec<Effect>) {
        let count = graph.len();
        let outside = Progress { state: State::Outside, unmet: 0, job: None, solo: false, losses: 0, started: false };
        let mut position = vec![0; count];
        for (place, node) in (0..).zip(graph.order()) {
            position[node.index()] = place;
        }
        let mut run = Self {
            families: Families::new(&options, &options.pace.grains(&graph, &plan)),
            started_ms: now_ms,
            now_ms,
            progress: vec![outside; count],
            priority: vec![0; count],
            position,
            twins: HashMap::new(),
            code_means: plan.codes().iter().map(|code| options.pace.mean_ms(&code.code_id)).collect(),
            mentioned: HashSet::new(),
            jobs: Vec::new(),
            logs: HashMap::new(),
            results: vec![None; count],
            unfinished: 0,
            failed: false,
            cancelled: false,
            finished: false,
            wake_at_ms: None,
            effects: Vec::new(),
            promised: vec![0; count],
            graph,
            plan,
            options,
        };
        run.enlist();
        run.begin(cached);
        let effects = run.settle();
        (run, effects)
    }

    /// Takes one event and says what is to be done about it. `now_ms` must come from one clock that does not go back.
    pub fn handle(&mut self, event: Event, now_ms: f64) -> Vec<Effect> {
        if self.finished {
            return Vec::new();
        }
        self.now_ms = self.now_ms.max(now_ms);
        match event {
            Event::Host(FromHost::Loading { slot, stage, loaded, total }) => self.loading(slot, stage, loaded, total),
            Event::Host(FromHost::Ready { slot }) => self.worker_ready(slot),
            Event::Host(FromHost::Lost { slot, error }) => self.worker_lost(slot, &error),
            Event::Host(FromHost::Log { job, stream, text }) => self.log(job, stream, text),
            Event::Host(FromHost::Reported { slot, reports }) => self.reported(slot, reports),
            Event::Cancel => self.cancel(),
            Event::Tick => {
                self.wake_at_ms = None;
                self.stop_what_is_late();
            }
        }
        self.settle()
    }

    /// Whether every node has ended.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// The number of the first job that the next run may use.
    pub fn next_job(&self) -> u32 {
        self.options.first_job.wrapping_add(self.jobs.len() as u32)
    }

    /// What is known of the pace of code, with what this run learned.
    pub fn pace(self) -> Pace {
        let mut pace = self.options.pace;
        for ((skill, code), mean_ms) in self.graph.skills().iter().zip(self.plan.codes()).zip(self.code_means) {
            if let Some(mean_ms) = mean_ms {
                pace.learn(&code.code_id, mean_ms, self.families.get(skill.runtime()).grain.size);
            }
        }
        pace
    }

    /// What runs.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The names of the steps of this run.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Decides which nodes take part, what each waits for and how urgent it is.
    fn enlist(&mut self) {
        let graph = self.graph.clone();
        match self.options.target {
            None => self.progress.iter_mut().for_each(|progress| progress.state = State::Waiting),
            Some(target) => {
                self.progress[target.index()].state = State::Waiting;
                let mut found = vec![target];
                while let Some(node) = found.pop() {
                    for source in graph.dependencies(node) {
                        let progress = &mut self.progress[source.index()];
                        if progress.state == State::Outside {
                            progress.state = State::Waiting;
                            found.push(source);
                        }
                    }
                }
            }
        }
        for node in graph.order().iter().rev() {
            if self.state(*node) == State::Outside {
                continue;
            }
            self.unfinished += 1;
            let ahead = graph.dependents(*node).map(|next| self.priority[next.index()]).max().unwrap_or_default();
            self.priority[node.index()] = ahead + 1 + u64::from(graph.skill(*node).estimated_time_ms);
            // One more than there are wires: nothing is queued before `begin` has looked at it.
            self.progress[node.index()].unmet = graph.dependencies(*node).count() as u32 + 1;
        }
    }

    /// Ends what needs no work and queues what depends on nothing.
    fn begin(&mut self, cached: &dyn Fn(&str) -> Option<Vec<OutputSummary>>) {
        let graph = self.graph.clone();
        let plan = self.plan.clone();
        let unavailable: HashMap<&str, JobError> =
            self.options.unavailable.iter().map(|(node, error)| (plan.step(*node), error.clone())).collect();
        let mut first_of_step: HashMap<&str, NodeIndex> = HashMap::new();
        for node in graph.order() {
            if self.state(*node) == State::Waiting
                && let Some(outputs) = cached(plan.step(*node))
            {
                self.complete_from_cache(*node, outputs);
            }
        }
        for node in graph.order() {
            if self.state(*node) != State::Waiting {
                continue;
            }
            let step = plan.step(*node);
            if let Some(error) = unavailable.get(step) {
                self.fail(*node, error.clone(), 0.0);
            } else if let Some(first) = first_of_step.get(step) {
                self.twins.entry(*first).or_default().push(*node);
            } else {
                first_of_step.insert(step, *node);
                self.one_met(*node);
            }
        }
    }

    /// One thing less that a node waits for.
    fn one_met(&mut self, node: NodeIndex) {
        let progress = &mut self.progress[node.index()];
        progress.unmet = progress.unmet.saturating_sub(1);
        if progress.unmet == 0 && progress.state == State::Waiting {
            self.enqueue(node);
        }
    }

    fn state(&self, node: NodeIndex) -> State {
        self.progress[node.index()].state
    }

    /// After whatever happened: hands out work, ends the run if it is over, and says when to be woken.
    fn settle(&mut self) -> Vec<Effect> {
        if self.unfinished == 0 {
            self.finish();
        } else {
            self.hand_out();
            // Handing out may find that a family has nothing to run on, and with that end the run.
            if self.unfinished == 0 {
                self.finish();
            }
        }
        if !self.finished {
            self.ask_to_be_woken();
        }
        std::mem::take(&mut self.effects)
    }

    fn ask_to_be_woken(&mut self) {
        let now_ms = self.now_ms;
        let deadlines = self.families.slots().map(|(_, slot)| slot.deadline_ms);
        let patience = self.families.all().map(|family| family.widen_at_ms).filter(|at_ms| *at_ms > now_ms);
        let next = deadlines.chain(patience).fold(f64::INFINITY, f64::min);
        if next.is_finite() && self.wake_at_ms.is_none_or(|wished| next < wished) {
            self.wake_at_ms = Some(next);
            self.effects.push(Effect::WakeAt(next));
        }
    }

    /// How many workers run a batch; those that still start do not count.
    fn busy(&self) -> u32 {
        self.families.slots().filter(|(_, slot)| slot.life == Life::Ready && slot.batch.is_some()).count() as u32
    }
}
