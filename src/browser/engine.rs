//! Runs workflows: carries the effects of the kernel's run to the host, and what the host says back to the run.
//!
//! One run at a time has the workers; the next waits its turn. Decides nothing about a run: that is `kernel::dag::Run`.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use serde::{Deserialize, Serialize};

use super::host::{Host, next_task};
use super::results::Results;
use super::{JsError, now_ms, spawn, wall_clock};
use crate::interface::RunReport;
use crate::kernel::dag::{
    Effect, Event, Graph, JobError, NodeIndex, NodeResult, Pace, Payload, Plan, Run, RunEvent, RunOptions, RunResult,
    WarmSlots, Workflow,
};
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::order::set_of;
use crate::kernel::skill::Language;
use crate::kernel::trace::Trace;
use crate::kernel::worker::protocol::FromHost;

/// Who hears of a run.
pub trait RunListener {
    /// Something happened; with the node's result where a node ended.
    fn on_event(&self, event: &RunEvent, result: Option<&NodeResult>);
    /// It is over.
    fn on_finished(&self, result: RunResult);
}

/// What to run.
pub struct RunRequest {
    /// The graph and its skills.
    pub payload: Payload,
    /// The node to run to, if not all of them.
    pub target: Option<String>,
    /// How long a node may take, if not the usual time.
    pub timeout_ms: Option<f64>,
    /// Whether it leaves a trace.
    pub is_traced: bool,
}

/// Names a run, from the moment it is asked for.
pub type RunNumber = u32;

/// The engine, for as long as the page lives.
#[derive(Clone)]
pub struct Engine {
    host: Host,
    state: Rc<RefCell<State>>,
    /// Takes the reports of runs that are over.
    keep_trace: Rc<dyn Fn(&RunReport)>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    current: Option<Current>,
    results: Results,
    warm: WarmSlots,
    pace: Pace,
    next_number: RunNumber,
    next_job: u32,
    effects: VecDeque<Effect>,
    applying: bool,
    timer: Option<Timeout>,
}

struct Waiting {
    number: RunNumber,
    wish: Wish,
    listener: Rc<dyn RunListener>,
}

/// What is to be run, proven sound.
#[derive(Clone)]
struct Wish {
    graph: Arc<Graph>,
    target: Option<NodeIndex>,
    timeout_ms: Option<f64>,
    /// The workflow, where the run is to leave a trace.
    traced: Option<Rc<Workflow>>,
}

/// The run that has the workers.
struct Current {
    number: RunNumber,
    listener: Rc<dyn RunListener>,
    started_ms: f64,
    started_at: i64,
    traced: Option<Rc<Workflow>>,
    stage: Stage,
}

/// How far the run is that has the workers.
enum Stage {
    /// Its packages are on their way.
    Preparing(Wish),
    /// It runs.
    Running(Box<Run>),
}

impl Engine {
    /// Opens the engine and its host. `keep_trace` takes the report of each run that is to leave a trace.
    pub fn open(keep_trace: impl Fn(&RunReport) + 'static) -> Result<Self, JsError> {
        // The host speaks only after the task that opened it, when the engine is there to listen.
        let listening: Rc<RefCell<Option<Engine>>> = Rc::default();
        let listener = Rc::clone(&listening);
        let host = Host::open(move |messages| {
            if let Some(engine) = &*listener.borrow() {
                engine.hear(messages);
            }
        })?;
        let engine = Self { host, state: Rc::default(), keep_trace: Rc::new(keep_trace) };
        *listening.borrow_mut() = Some(engine.clone());
        Ok(engine)
    }

    /// The host, for previews and scripting.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Asks for a run. It begins when those before it are over; a graph that cannot run is refused with every reason.
    pub fn start(&self, request: RunRequest, listener: Rc<dyn RunListener>) -> Result<RunNumber, Vec<Diagnostic>> {
        let graph = request.payload.graph()?;
        let find = |node_id: &String| {
            let missing = || Diagnostic::error("unknown_node", format!("There is no node '{node_id}' to run to"));
            graph.find(node_id).ok_or_else(|| vec![missing().at_node(node_id)])
        };
        let target = request.target.as_ref().map(find).transpose()?;
        let traced = request.is_traced.then(|| Rc::new(request.payload.workflow));
        let wish = Wish { graph: Arc::new(graph), target, timeout_ms: request.timeout_ms, traced };
        let mut state = self.state.borrow_mut();
        state.next_number += 1;
        let number = state.next_number;
        state.waiting.push_back(Waiting { number, wish, listener });
        drop(state);
        self.begin_next();
        Ok(number)
    }

    /// Stops a run, begun or not; one that is over stays as it was.
    pub fn cancel(&self, number: RunNumber) {
        let mut state = self.state.borrow_mut();
        if let Some(position) = state.waiting.iter().position(|waiting| waiting.number == number) {
            let waiting = state.waiting.remove(position);
            drop(state);
            if let Some(Waiting { wish, listener, .. }) = waiting {
                listener.on_finished(wish.cancelled());
            }
            return;
        }
        let Some(current) = state.current.take_if(|current| current.number == number) else { return };
        match current.stage {
            // What is fetched meanwhile is kept for the next run; this one does not wait for it.
            Stage::Preparing(wish) => {
                drop(state);
                current.listener.on_finished(wish.cancelled());
                self.begin_next();
            }
            Stage::Running(_) => {
                state.current = Some(current);
                drop(state);
                self.handle(Event::Cancel);
            }
        }
    }

    fn begin_next(&self) {
        let mut state = self.state.borrow_mut();
        if state.current.is_some() {
            return;
        }
        let Some(Waiting { number, wish, listener }) = state.waiting.pop_front() else { return };
        state.current = Some(Current {
            number,
            listener,
            started_ms: now_ms(),
            started_at: wall_clock().0,
            traced: wish.traced.clone(),
            stage: Stage::Preparing(wish.clone()),
        });
        drop(state);
        let engine = self.clone();
        spawn(async move {
            // Whoever asked for the run may have much to draw.
            next_task().await;
            let nonce = format!("{}-{number}", js_sys::Date::now());
            let plan = Arc::new(Plan::new(&wish.graph, &engine.host.version(), &nonce));
            let unavailable = engine.missing_packages(&wish.graph, &plan).await;
            engine.launch(number, wish, plan, unavailable);
        });
    }

    /// Which nodes cannot run since a package that they import is not to be had, and why.
    async fn missing_packages(&self, graph: &Graph, plan: &Plan) -> BTreeMap<NodeIndex, JobError> {
        let python = plan.codes().iter().filter(|code| code.language == Language::Python);
        let needs: Vec<PackageNeed> = python
            .map(|code| PackageNeed { code_id: &code.code_id, imports: &code.imports, packages: &code.packages })
            .collect();
        if needs.is_empty() {
            return BTreeMap::new();
        }
        let missing = match self.host.prepare_packages::<PackageAnswer>(&needs).await {
            Ok(answer) => answer.missing,
            Err(error) => {
                let code_ids = needs.iter().map(|need| need.code_id.to_owned()).collect();
                vec![MissingPackage { code_ids, message: error.to_string() }]
            }
        };
        let mut unavailable = BTreeMap::new();
        for MissingPackage { code_ids, message } in missing {
            let error = JobError { code: "package_missing".to_owned(), message, detail: None, line: None };
            for node in code_ids.iter().flat_map(|code_id| plan.nodes_of_code(graph, code_id)) {
                unavailable.entry(node).or_insert_with(|| error.clone());
            }
        }
        unavailable
    }

    /// Lets a run begin that is prepared; one that was stopped meanwhile is over already.
    fn launch(&self, number: RunNumber, wish: Wish, plan: Arc<Plan>, unavailable: BTreeMap<NodeIndex, JobError>) {
        let mut guard = self.state.borrow_mut();
        let state = &mut *guard;
        let Some(current) = state.current.as_mut().filter(|current| current.number == number) else { return };
        let cores = gloo::utils::window().navigator().hardware_concurrency().max(1.0) as u32;
        let mut options = RunOptions::for_cores(cores);
        options.target = wish.target;
        options.timeout_ms = wish.timeout_ms.unwrap_or(options.timeout_ms);
        options.warm = state.warm.slots().clone();
        options.first_job = state.next_job;
        options.pace = std::mem::take(&mut state.pace);
        options.unavailable = unavailable;
        let results = &state.results;
        let (run, effects) = Run::new(wish.graph, plan, options, &|step| results.get(step), now_ms());
        current.stage = Stage::Running(Box::new(run));
        state.effects.extend(effects);
        drop(guard);
        self.apply();
    }

    fn hear(&self, messages: Vec<FromHost>) {
        for message in messages {
            self.state.borrow_mut().warm.heard(&message);
            self.handle(Event::Host(message));
        }
    }

    fn handle(&self, event: Event) {
        let mut guard = self.state.borrow_mut();
        let state = &mut *guard;
        let Some(Current { stage: Stage::Running(run), .. }) = &mut state.current else { return };
        state.effects.extend(run.handle(event, now_ms()));
        drop(guard);
        self.apply();
    }

    /// Carries out what the run asked for, in order, also where a listener starts or stops runs meanwhile.
    fn apply(&self) {
        if std::mem::replace(&mut self.state.borrow_mut().applying, true) {
            return;
        }
        loop {
            let next = self.state.borrow_mut().effects.pop_front();
            let Some(effect) = next else { break };
            self.carry_out(effect);
        }
        self.state.borrow_mut().applying = false;
        self.begin_next();
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Host(message) => {
                self.state.borrow_mut().warm.sent(&message);
                if let Err(error) = self.host.send(&message) {
                    web_sys::console::error_1(&error.to_string().into());
                }
            }
            Effect::Emit(event, result) => {
                let mut guard = self.state.borrow_mut();
                let state = &mut *guard;
                if let Some(result) =
                    result.as_ref().filter(|result| result.error.is_none() && !result.outputs.is_empty())
                {
                    state.results.insert(&result.step, &result.outputs);
                }
                let listener = state.current.as_ref().map(|current| Rc::clone(&current.listener));
                drop(guard);
                if let Some(listener) = listener {
                    listener.on_event(&event, result.as_deref());
                }
            }
            Effect::WakeAt(at_ms) => {
                let engine = self.clone();
                let delay_ms = (at_ms - now_ms()).clamp(0.0, f64::from(i32::MAX)).ceil();
                let timer = Timeout::new(delay_ms as u32, move || engine.handle(Event::Tick));
                self.state.borrow_mut().timer = Some(timer);
            }
            Effect::Finished(result) => self.finish(*result),
        }
    }

    fn finish(&self, mut result: RunResult) {
        let mut guard = self.state.borrow_mut();
        let state = &mut *guard;
        let Some(current) = state.current.take() else { return };
        state.timer = None;
        state.effects.clear();
        let mut codes = BTreeMap::new();
        if let Stage::Running(run) = current.stage {
            if current.traced.is_some() {
                let skills = run.graph().skills().iter().map(|skill| skill.skill_id.clone());
                codes = skills.zip(run.plan().codes().iter().map(|code| code.code_id.clone())).collect();
            }
            state.next_job = run.next_job();
            state.pace = run.pace();
        }
        let shown = set_of(result.nodes.values().map(|node| node.step.clone()));
        let dropped = state.results.evict(&shown);
        drop(guard);
        for step in dropped {
            self.host.forget(&step);
        }
        // What the person waited for includes the packages that had to come first.
        result.duration_ms = now_ms() - current.started_ms;
        let report = current.traced.and_then(|workflow| {
            let random = format!("{:010x}", (js_sys::Math::random() * f64::from(u32::MAX)) as u64 * 251);
            let trace_id = Trace::id_of(current.started_at, &random);
            RunReport::new(trace_id, current.started_at, Rc::unwrap_or_clone(workflow), codes, &result)
        });
        result.trace_id = report.as_ref().map(|report| report.trace_id.clone());
        current.listener.on_finished(result);
        // Within the same task, so that who heard of the end and asks for the trace finds it.
        if let Some(report) = report {
            (self.keep_trace)(&report);
        }
    }
}

impl Wish {
    /// The result of a run that was stopped before it began.
    fn cancelled(self) -> RunResult {
        let plan = Arc::new(Plan::new(&self.graph, "", ""));
        let options = RunOptions { target: self.target, ..RunOptions::for_cores(1) };
        // An empty workflow is over as it begins.
        let (mut run, effects) = Run::new(self.graph, plan, options, &|_| None, 0.0);
        let finished = effects.into_iter().chain(run.handle(Event::Cancel, 0.0)).find_map(|effect| match effect {
            Effect::Finished(result) => Some(*result),
            _ => None,
        });
        finished.expect("a run that is cancelled is finished")
    }
}

/// Python that a run needs: what a piece of code imports, and what it asks for by name.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PackageNeed<'a> {
    code_id: &'a str,
    imports: &'a [String],
    packages: &'a [String],
}

#[derive(Deserialize)]
struct PackageAnswer {
    missing: Vec<MissingPackage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MissingPackage {
    code_ids: Vec<String>,
    message: String,
}
