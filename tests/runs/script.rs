//! Plays the scripts of `tests/cases/runs`: a graph, options, and events, each followed by the effects it must have.
//!
//! ```text
//! # What the case shows.
//! graph
//!   a javascript
//!   b python from a, 40 ms, no cache
//! options width 2, python 1, warm javascript.0
//!
//! 0 start
//!     dispatch javascript.0: a
//! 3 report javascript.0 a 2
//! ```
//!
//! Lines without indentation are played; the indented ones below them are compared, and `UPDATE_EXPECT=1` rewrites them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use expect_test::expect_file;
use llmos_lite::kernel::dag::{
    Edge, Effect, Event, Graph, JobError, LogStream, Node, Plan, Run, RunEvent, RunOptions, Workflow,
};
use llmos_lite::kernel::skill::{ExecutableSkill, Runtime};
use llmos_lite::kernel::worker::protocol::{FromHost, JobReport, Slot, ToHost};
use serde_json::json;

use crate::case::{outputs, skill};

#[test]
fn scripts_have_the_effects_that_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/runs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some())
        .collect();
    files.sort();
    assert!(files.len() > 10, "the cases are there");
    for file in files {
        let script = std::fs::read_to_string(&file).unwrap();
        expect_file![file].assert_eq(&Player::play(&script));
    }
}

/// One script as it is played.
#[derive(Default)]
struct Player {
    skills: BTreeMap<String, ExecutableSkill>,
    workflow: Workflow,
    graph: Option<Arc<Graph>>,
    options: Vec<String>,
    run: Option<Run>,
    /// The jobs under which each node went out, the newest last.
    jobs: HashMap<String, Vec<u32>>,
}

impl Player {
    fn play(script: &str) -> String {
        let mut player = Self::default();
        let mut played = String::new();
        let mut in_graph = false;
        for line in script.lines() {
            let indented = line.starts_with(' ');
            if indented && !in_graph {
                continue;
            }
            writeln!(played, "{line}").unwrap();
            if line.is_empty() || line.starts_with('#') {
                in_graph = false;
            } else if indented {
                player.add_node(line.trim());
            } else if line == "graph" {
                in_graph = true;
            } else if let Some(options) = line.strip_prefix("options ") {
                in_graph = false;
                player.options = options.split(", ").map(str::to_owned).collect();
            } else {
                in_graph = false;
                let (now, event) = line.split_once(' ').expect("an event has a time and a name");
                let effects = player.event(event, now.parse().expect("a time is a number"));
                player.print(&effects, &mut played);
            }
        }
        played
    }

    /// `b python from a c, code x, 40 ms, no cache, like a`
    fn add_node(&mut self, line: &str) {
        let mut parts = line.split(", ");
        let mut words = parts.next().unwrap().split(' ');
        let (name, family) = (words.next().unwrap(), words.next().unwrap());
        let sources = words.skip(1);
        let mut skill_id = family.to_owned();
        let mut value = name.to_owned();
        let (mut estimate_ms, mut cache) = (0, true);
        for part in parts {
            match part.split_once(' ').unwrap() {
                ("code", code) => skill_id = format!("{family} {code}"),
                ("like", other) => value = other.to_owned(),
                ("no", "cache") => cache = false,
                (number, "ms") => estimate_ms = number.parse().unwrap(),
                other => panic!("{other:?} says nothing of a node"),
            }
        }
        self.skills.entry(skill_id.clone()).or_insert_with(|| skill(&skill_id, runtime(family), estimate_ms, cache));
        let input_values = BTreeMap::from([("value".to_owned(), json!(value))]);
        for (source, input) in sources.zip(["a", "b", "c"]) {
            self.workflow.edges.push(Edge {
                edge_id: None,
                source: source.into(),
                source_output: "out".into(),
                target: name.into(),
                target_input: input.into(),
            });
        }
        self.workflow.nodes.push(Node { node_id: name.into(), skill_id, position: None, input_values });
    }

    fn event(&mut self, event: &str, now_ms: f64) -> Vec<Effect> {
        let words: Vec<&str> = event.split(' ').collect();
        let event = match words[..] {
            ["start"] => return self.start(now_ms),
            ["tick"] => Event::Tick,
            ["cancel"] => Event::Cancel,
            ["ready", at] => Event::Host(FromHost::Ready { slot: slot(at) }),
            ["lost", at, ref why @ ..] => Event::Host(FromHost::Lost { slot: slot(at), error: error(&why.join(" ")) }),
            ["loading", at, loaded, total, ref stage @ ..] => Event::Host(FromHost::Loading {
                slot: slot(at),
                stage: stage.join(" "),
                loaded: loaded.parse().ok(),
                total: total.parse().ok(),
            }),
            ["log", node, ref text @ ..] => {
                Event::Host(FromHost::Log { job: self.job(node), stream: LogStream::Stdout, text: text.join(" ") })
            }
            ["report", at, ref reports @ ..] => {
                let reports = reports.chunks(2).map(|report| self.report(report)).collect();
                Event::Host(FromHost::Reported { slot: slot(at), reports })
            }
            _ => panic!("nobody knows the event {event:?}"),
        };
        let run = self.run.as_mut().expect("a run is started first");
        let effects = run.handle(event, now_ms);
        run.check_invariants();
        effects
    }

    /// `a 2` completes in 2 ms, `a code_error` fails.
    fn report(&self, words: &[&str]) -> JobReport {
        let job = self.job(words[0]);
        match words[1].parse() {
            Ok(duration_ms) => JobReport { job, duration_ms, outputs: outputs(), error: None },
            Err(_) => {
                let error = JobError { code: words[1].into(), ..error("It went wrong") };
                JobReport { job, duration_ms: 1.0, outputs: Vec::new(), error: Some(error) }
            }
        }
    }

    /// The job of a node: the newest, or with `a#0` its first. A node that was not sent has a number that nobody gave.
    fn job(&self, node: &str) -> u32 {
        let (node, number) = node.split_once('#').map_or((node, None), |(node, number)| (node, Some(number)));
        let Some(jobs) = self.jobs.get(node) else { return u32::MAX };
        number.map_or(jobs[jobs.len() - 1], |number| jobs[number.parse::<usize>().expect("a number")])
    }

    fn start(&mut self, now_ms: f64) -> Vec<Effect> {
        let graph = Arc::new(Graph::build(&self.workflow, &self.skills).expect("a script's graph is sound"));
        let plan = Arc::new(Plan::new(&graph, "test", "nonce"));
        let mut options = RunOptions::for_cores(1);
        let node = |name: &str| graph.find(name).unwrap_or_else(|| panic!("there is no node {name}"));
        let mut cached = BTreeSet::new();
        for option in &self.options {
            match option.split_once(' ').unwrap() {
                ("width", width) => options.width = width.parse().unwrap(),
                ("retries", retries) => options.retries = retries.parse().unwrap(),
                ("timeout", timeout) => options.timeout_ms = timeout.parse().unwrap(),
                ("warm", at) => {
                    options.warm.insert(slot(at));
                }
                ("target", target) => options.target = Some(node(target)),
                ("cached", name) => {
                    cached.insert(plan.step(node(name)).to_owned());
                }
                ("unavailable", name) => {
                    let error = JobError { code: "package_missing".into(), ..error("There is no package 'x'") };
                    options.unavailable.insert(node(name), error);
                }
                (family, count) => {
                    options.slots.insert(runtime(family), count.parse().unwrap());
                }
            }
        }
        let known = |step: &str| cached.contains(step).then(outputs);
        let (run, effects) = Run::new(graph.clone(), plan, options, &known, now_ms);
        run.check_invariants();
        self.graph = Some(graph);
        self.run = Some(run);
        effects
    }

    fn print(&mut self, effects: &[Effect], into: &mut String) {
        for effect in effects {
            let line = self.line(effect);
            writeln!(into, "    {line}").unwrap();
        }
    }

    fn line(&mut self, effect: &Effect) -> String {
        match effect {
            Effect::Host(ToHost::Terminate { slot }) => format!("terminate {}", slot_name(*slot)),
            Effect::Host(ToHost::Dispatch { slot, codes, jobs }) => {
                let plan = self.run.as_ref().expect("a run is started first").plan();
                let graph = self.graph.as_ref().expect("a run is started first");
                let mut line = format!("dispatch {}:", slot_name(*slot));
                for job in jobs {
                    // Nodes of one step are told apart by who was not sent yet.
                    let mut nodes = graph.order().iter().filter(|node| plan.step(**node) == job.step);
                    let name = graph.node_id(*nodes.next().expect("a job is a node's")).to_owned();
                    write!(line, " {name}").unwrap();
                    self.jobs.entry(name).or_default().push(job.job);
                }
                if jobs.is_empty() {
                    line += " nothing yet";
                }
                if !codes.is_empty() {
                    let codes: Vec<&str> = codes.iter().map(|code| code.skill_id.as_str()).collect();
                    write!(line, " (with code {})", codes.join(", ")).unwrap();
                }
                line
            }
            Effect::Emit(RunEvent::Runtime { runtime, state, stage, loaded, total }, _) => {
                let mut line = format!("{runtime:?} is {state:?}").to_lowercase();
                if let Some(stage) = stage {
                    write!(line, ": {stage}").unwrap();
                }
                if let (Some(loaded), Some(total)) = (loaded, total) {
                    write!(line, " {loaded}/{total}").unwrap();
                }
                line
            }
            Effect::Emit(RunEvent::Started { node_id }, _) => format!("{node_id} started"),
            Effect::Emit(RunEvent::Log { node_id, stream, text }, _) => {
                format!("{node_id} says on {}: {}", format!("{stream:?}").to_lowercase(), text.trim_end())
            }
            Effect::Emit(RunEvent::Finished { node_id, status, cached, duration_ms }, result) => {
                let mut line = format!("{node_id} {} in {duration_ms} ms", format!("{status:?}").to_lowercase());
                if *cached {
                    line += ", by an earlier result";
                }
                if let Some(error) = result.as_ref().and_then(|result| result.error.as_ref()) {
                    write!(line, ", {}: {}", error.code, error.message).unwrap();
                    if let Some(detail) = &error.detail {
                        write!(line, " / {}", detail.replace('\n', " ")).unwrap();
                    }
                }
                line
            }
            Effect::WakeAt(at_ms) => format!("wake at {at_ms}"),
            Effect::Finished(result) => {
                format!("the run {} in {} ms", format!("{:?}", result.status).to_lowercase(), result.duration_ms)
            }
        }
    }
}

fn runtime(name: &str) -> Runtime {
    serde_json::from_value(json!(name)).unwrap_or_else(|_| panic!("there is no runtime {name}"))
}

fn slot(name: &str) -> Slot {
    let (family, index) = name.split_once('.').expect("a slot is a family and a number");
    Slot { runtime: runtime(family), index: index.parse().unwrap() }
}

fn slot_name(slot: Slot) -> String {
    format!("{:?}.{}", slot.runtime, slot.index).to_lowercase()
}

fn error(message: &str) -> JobError {
    JobError { code: "lost".into(), message: message.into(), detail: None, line: None }
}
