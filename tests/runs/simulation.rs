//! Random graphs on a simulated host whose workers are slow, silent, deadly or dead; whatever happens, every promise is kept.
//!
//! Time is a number. What a node does is decided by the hash of its step, as it would be by its code.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

use llmos_lite::kernel::dag::{
    Effect, Event, Graph, JobError, NodeIndex, NodeResult, NodeStatus, Pace, Plan, Run, RunEvent, RunOptions,
    RunResult, RunStatus,
};
use llmos_lite::kernel::skill::Runtime;
use llmos_lite::kernel::worker::protocol::{FromHost, Job, JobReport, Slot, ToHost};
use proptest::prelude::*;

use crate::case::{Case, Fate, Start, case, chance, outputs, skills, workflow};

const TIMEOUT_MS: f64 = 1_000.0;
const START_TIMEOUT_MS: f64 = 5_000.0;

struct Worker {
    ready: bool,
    jobs: VecDeque<Job>,
    /// Reports that are not on their way yet.
    held: Vec<JobReport>,
    running: bool,
}

/// What the host will do, and when.
#[derive(Debug, PartialEq)]
enum Deed {
    Start(Slot, u32),
    Finish(Slot, u32),
    Tick(u32),
}

struct Host<'c> {
    case: &'c Case,
    graph: Arc<Graph>,
    plan: Arc<Plan>,
    run: Option<Run>,
    now_ms: f64,
    /// Deeds by time and number; generations tell which are still meant.
    agenda: BinaryHeap<(std::cmp::Reverse<(u64, u32)>, usize)>,
    deeds: Vec<Deed>,
    generations: HashMap<Slot, u32>,
    workers: HashMap<Slot, Worker>,
    starts: HashMap<Runtime, u32>,
    wake: u32,
    store: BTreeSet<String>,
    codes: BTreeSet<String>,
    kills: HashMap<String, u32>,
    jobs_seen: BTreeSet<u32>,
    started: BTreeSet<String>,
    ended: BTreeMap<String, Arc<NodeResult>>,
    result: Option<RunResult>,
}

impl Host<'_> {
    fn fate(&self, step: &str) -> Fate {
        if chance(step, self.case.seed) >= self.case.trouble {
            return Fate::Completes;
        }
        match (chance(step, self.case.seed ^ 1) * 8.0) as u32 {
            0..=4 => Fate::Fails,
            5 => Fate::Hangs,
            6 => Fate::KillsOnce,
            _ => Fate::KillsAlways,
        }
    }

    fn duration_ms(&self, step: &str) -> f64 {
        let chance = chance(step, self.case.seed ^ 2);
        if self.case.slow { chance * 60.0 } else { chance * 0.2 }
    }

    fn plan_deed(&mut self, after_ms: f64, deed: Deed) {
        let at = ((self.now_ms + after_ms) * 1e6).ceil() as u64 + 1;
        let number = self.deeds.len();
        self.deeds.push(deed);
        self.agenda.push((std::cmp::Reverse((at, number as u32)), number));
    }

    fn tell(&mut self, event: Event) {
        let mut run = self.run.take().expect("the run is there between events");
        let effects = run.handle(event, self.now_ms);
        run.check_invariants();
        self.run = Some(run);
        self.obey(effects);
    }

    fn obey(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            assert!(self.result.is_none(), "nothing follows the end");
            match effect {
                Effect::Host(ToHost::Dispatch { slot, codes, jobs }) => {
                    for code in codes {
                        assert!(self.codes.insert(code.code_id), "a code is sent once");
                    }
                    self.dispatch(slot, jobs);
                }
                Effect::Host(ToHost::Terminate { slot }) => {
                    assert!(self.workers.remove(&slot).is_some(), "only what is there is ended");
                    *self.generations.entry(slot).or_default() += 1;
                }
                Effect::Emit(event, result) => self.hear(event, result),
                Effect::WakeAt(at_ms) => {
                    self.wake += 1;
                    self.plan_deed((at_ms - self.now_ms).max(0.0), Deed::Tick(self.wake));
                }
                Effect::Finished(result) => self.result = Some(*result),
            }
        }
    }

    fn dispatch(&mut self, slot: Slot, jobs: Vec<Job>) {
        assert!(slot.index < self.case.slots, "there is no {slot:?}");
        let mut made: BTreeSet<&str> = BTreeSet::new();
        for job in &jobs {
            assert!(self.jobs_seen.insert(job.job), "job numbers come once");
            assert!(self.codes.contains(&job.code_id), "code comes before the jobs that need it");
            for (_, step, _) in &job.links {
                let there = self.store.contains(step) || made.contains(step.as_str());
                assert!(there, "a job goes out when its inputs are there, or made earlier in its batch");
            }
            made.insert(&job.step);
        }
        let starts = self.starts.entry(slot.runtime).or_default();
        let generation = *self.generations.entry(slot).or_default();
        let mut is_new = false;
        let worker = self.workers.entry(slot).or_insert_with(|| {
            *starts += 1;
            is_new = true;
            Worker { ready: false, jobs: VecDeque::new(), held: Vec::new(), running: false }
        });
        worker.jobs.extend(jobs);
        if is_new {
            if self.case.starts[slot.runtime as usize] != Start::Silent {
                let delay_ms = 1.0 + 50.0 * chance(&format!("{slot:?} {generation}"), self.case.seed);
                self.plan_deed(delay_ms, Deed::Start(slot, generation));
            }
        } else {
            self.work(slot);
        }
    }

    /// Begins the next job of a worker, or lets go of its reports.
    fn work(&mut self, slot: Slot) {
        let generation = self.generations[&slot];
        let Some(worker) = self.workers.get_mut(&slot) else { return };
        if !worker.ready || worker.running {
            return;
        }
        let Some(job) = worker.jobs.front() else { return };
        worker.running = true;
        let (step, fed) = (job.step.clone(), is_fed(job, &self.store));
        // Where an input is missing its code is not even called.
        if !fed || self.fate(&step) != Fate::Hangs {
            let duration_ms = self.duration_ms(&step);
            self.plan_deed(duration_ms, Deed::Finish(slot, generation));
        }
    }

    fn lose(&mut self, slot: Slot, code: &str) {
        self.workers.remove(&slot);
        *self.generations.entry(slot).or_default() += 1;
        let error = JobError { code: code.into(), message: "It went.".into(), detail: None, line: None };
        self.tell(Event::Host(FromHost::Lost { slot, error }));
    }

    fn started(&mut self, slot: Slot) {
        let fails = match self.case.starts[slot.runtime as usize] {
            Start::Well | Start::Silent => false,
            Start::SecondTime => self.starts[&slot.runtime] == 1,
            Start::Never => true,
        };
        if fails {
            return self.lose(slot, "runtime_unavailable");
        }
        self.workers.get_mut(&slot).expect("it starts").ready = true;
        self.tell(Event::Host(FromHost::Ready { slot }));
        self.work(slot);
    }

    fn job_done(&mut self, slot: Slot) {
        let worker = self.workers.get_mut(&slot).expect("it works");
        let job = worker.jobs.pop_front().expect("it works on something");
        worker.running = false;
        let fed = is_fed(&job, &self.store);
        let fate = self.fate(&job.step);
        let killed = self.kills.get(&job.step).copied().unwrap_or_default();
        if fed && (fate == Fate::KillsAlways || (fate == Fate::KillsOnce && killed == 0)) {
            *self.kills.entry(job.step).or_default() += 1;
            return self.lose(slot, "engine_died");
        }
        let failed = !fed || fate == Fate::Fails;
        let error = failed.then(|| JobError {
            code: if fed { "code_error" } else { "bad_input" }.into(),
            message: "No.".into(),
            detail: None,
            line: None,
        });
        if !failed {
            self.store.insert(job.step.clone());
        }
        let duration_ms = self.duration_ms(&job.step);
        let outputs = if failed { Vec::new() } else { outputs() };
        let patient = chance(&format!("{} {}", job.step, job.job), self.case.seed ^ 3) < 0.5;
        let worker = self.workers.get_mut(&slot).expect("it works");
        worker.held.push(JobReport { job: job.job, duration_ms, outputs, error });
        if !patient || worker.jobs.is_empty() || worker.held.len() > 10 {
            let reports = std::mem::take(&mut worker.held);
            self.tell(Event::Host(FromHost::Reported { slot, reports }));
        }
        self.work(slot);
    }

    fn hear(&mut self, event: RunEvent, result: Option<Arc<NodeResult>>) {
        match event {
            RunEvent::Started { node_id } => {
                assert!(!self.ended.contains_key(&node_id), "{node_id} starts before it ends");
                assert!(self.started.insert(node_id.clone()), "{node_id} starts once");
                let node = self.graph.find(&node_id).expect("events name nodes");
                for source in self.graph.dependencies(node) {
                    let result = self.ended.get(self.graph.node_id(source)).expect("inputs are there first");
                    assert_eq!(result.status, NodeStatus::Completed);
                }
            }
            RunEvent::Finished { node_id, status, cached, .. } => {
                let result = result.expect("an end comes with its result");
                assert_eq!((result.status, result.cached), (status, cached));
                let ran = matches!(status, NodeStatus::Completed | NodeStatus::Failed) && !cached;
                let excuse = result.error.as_ref().is_some_and(|error| {
                    matches!(error.code.as_str(), "runtime_unavailable" | "package_missing")
                        || !self.started.contains(&node_id) && self.is_twin(&node_id)
                });
                assert!(!ran || excuse || self.started.contains(&node_id), "{node_id} started before it ended");
                assert!(self.ended.insert(node_id, result).is_none(), "a node ends once");
            }
            RunEvent::Log { node_id, .. } => assert!(!self.ended.contains_key(&node_id)),
            RunEvent::Runtime { .. } => {}
        }
    }

    /// Whether another node has the same step.
    fn is_twin(&self, node_id: &str) -> bool {
        let node = self.graph.find(node_id).expect("events name nodes");
        let step = self.plan.step(node);
        self.graph.order().iter().filter(|other| self.plan.step(**other) == step).count() > 1
    }

    fn cached(&self, step: &str) -> bool {
        chance(step, self.case.seed ^ 4) < self.case.cached
    }

    /// Lives through the whole run.
    fn live(&mut self) {
        let mut events = 0;
        while self.result.is_none() {
            if self.case.cancel_after == Some(events) {
                self.tell(Event::Cancel);
                break;
            }
            events += 1;
            assert!(events < 3_000, "a run ends");
            let (std::cmp::Reverse((at, _)), number) =
                self.agenda.pop().expect("a run that is not over waits for somebody");
            self.now_ms = self.now_ms.max(at as f64 / 1e6);
            match self.deeds[number] {
                Deed::Start(slot, generation) if self.generations[&slot] == generation => self.started(slot),
                Deed::Finish(slot, generation) if self.generations[&slot] == generation => self.job_done(slot),
                Deed::Tick(wake) if wake == self.wake => self.tell(Event::Tick),
                _ => {}
            }
        }
    }

    /// What the run should have come to, worked out from the graph alone.
    fn check_outcome(&self, unavailable: &BTreeSet<String>, target: Option<&str>) {
        let result = self.result.as_ref().expect("the run is over");
        let mut wanted: BTreeSet<&str> = self.graph.order().iter().map(|node| self.graph.node_id(*node)).collect();
        if let Some(target) = target {
            wanted = BTreeSet::from([target]);
            for node in self.graph.order().iter().rev() {
                if wanted.contains(self.graph.node_id(*node)) {
                    wanted.extend(self.graph.dependencies(*node).map(|source| self.graph.node_id(source)));
                }
            }
        }
        assert_eq!(result.nodes.keys().map(String::as_str).collect::<BTreeSet<_>>(), wanted);
        assert_eq!(result.nodes, self.ended, "what was told is what came of it");
        let mut failed = false;
        let mut lost: BTreeSet<NodeIndex> = BTreeSet::new();
        for node in self.graph.order().iter().filter(|node| wanted.contains(self.graph.node_id(**node))) {
            let name = self.graph.node_id(*node);
            let step = self.plan.step(*node);
            let ended = &result.nodes[name];
            assert_eq!((ended.step.as_str(), ended.level), (step, self.graph.level_of(*node)));
            failed |= ended.status == NodeStatus::Failed;
            let code = ended.error.as_ref().map(|error| error.code.as_str());
            if ended.status == NodeStatus::Cancelled {
                assert_eq!(result.status, RunStatus::Cancelled);
                continue;
            }
            let fed = self
                .graph
                .dependencies(*node)
                .all(|source| result.nodes[self.graph.node_id(source)].status == NodeStatus::Completed);
            let expected: (NodeStatus, Option<&str>) = if self.cached(step) {
                (NodeStatus::Completed, None)
            } else if unavailable.contains(step) && !self.graph.dependencies(*node).any(|source| lost.contains(&source))
            {
                // Known at the start, whatever becomes of its inputs.
                lost.insert(*node);
                (NodeStatus::Failed, Some("package_missing"))
            } else if !fed {
                if self.graph.dependencies(*node).any(|source| lost.contains(&source)) {
                    lost.insert(*node);
                }
                (NodeStatus::Skipped, None)
            } else if matches!(self.case.starts[self.graph.runtime(*node) as usize], Start::Never | Start::Silent) {
                (NodeStatus::Failed, Some("runtime_unavailable"))
            } else {
                match self.fate(step) {
                    Fate::Completes | Fate::KillsOnce => (NodeStatus::Completed, None),
                    Fate::Fails => (NodeStatus::Failed, Some("code_error")),
                    Fate::Hangs => (NodeStatus::Failed, Some("timeout")),
                    Fate::KillsAlways => (NodeStatus::Failed, Some("engine_died")),
                }
            };
            assert_eq!(ended.status, expected.0, "{name} {code:?}");
            assert_eq!(code, expected.1, "{name}");
            assert_eq!(ended.outputs.len(), usize::from(ended.status == NodeStatus::Completed));
        }
        let cancelled = result.nodes.values().any(|node| node.status == NodeStatus::Cancelled);
        match result.status {
            RunStatus::Cancelled => assert!(cancelled),
            RunStatus::Failed => assert!(failed),
            RunStatus::Completed => assert!(!failed && !cancelled),
        }
    }
}

/// Whether all inputs of a job are there.
fn is_fed(job: &Job, store: &BTreeSet<String>) -> bool {
    job.links.iter().all(|(_, step, _)| store.contains(step))
}

/// Gives back what the run learned.
fn simulate(case: &Case, pace: Pace) -> Pace {
    let workflow = workflow(case);
    let graph = Arc::new(Graph::build(&workflow, &skills()).expect("a random graph is sound"));
    let plan = Arc::new(Plan::new(&graph, "test", &case.seed.to_string()));
    let target = case.target.filter(|_| !graph.is_empty()).map(|index| graph.order()[index.index(graph.len())]);
    let mut options = RunOptions::for_cores(case.width);
    options.slots = Runtime::ALL.map(|runtime| (runtime, case.slots)).into();
    options.timeout_ms = TIMEOUT_MS;
    options.start_timeout_ms = START_TIMEOUT_MS;
    options.target = target;
    options.first_job = 7;
    options.pace = pace;
    let missing = JobError { code: "package_missing".into(), message: "No.".into(), detail: None, line: None };
    for node in graph.order() {
        if chance(plan.step(*node), case.seed ^ 5) < case.unavailable {
            options.unavailable.insert(*node, missing.clone());
        }
    }
    let unavailable = options.unavailable.keys().map(|node| plan.step(*node).to_owned()).collect();
    let mut host = Host {
        case,
        graph: graph.clone(),
        plan: plan.clone(),
        run: None,
        now_ms: 100.0,
        agenda: BinaryHeap::new(),
        deeds: Vec::new(),
        generations: HashMap::new(),
        workers: HashMap::new(),
        starts: HashMap::new(),
        wake: 0,
        store: BTreeSet::new(),
        codes: BTreeSet::new(),
        kills: HashMap::new(),
        jobs_seen: BTreeSet::new(),
        started: BTreeSet::new(),
        ended: BTreeMap::new(),
        result: None,
    };
    let kept: BTreeSet<String> =
        graph.order().iter().map(|node| plan.step(*node)).filter(|step| host.cached(step)).map(str::to_owned).collect();
    host.store.clone_from(&kept);
    let cached = |step: &str| kept.contains(step).then(outputs);
    let (run, effects) = Run::new(graph.clone(), plan, options, &cached, host.now_ms);
    run.check_invariants();
    host.run = Some(run);
    host.obey(effects);
    host.live();
    assert!(host.run.as_ref().is_some_and(Run::is_finished));
    host.check_outcome(&unavailable, target.map(|node| graph.node_id(node)));
    host.run.map(Run::pace).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, max_shrink_iters: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_promise_is_kept_on_any_graph(case in case()) {
        let learned = simulate(&case, Pace::default());
        simulate(&case, learned);
    }
}
