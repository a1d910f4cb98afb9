//! What one run learned of the pace of its code, the next one begins with.

use std::collections::BTreeMap;
use std::sync::Arc;

use llmos_lite::kernel::dag::{Effect, Event, Graph, Node, Pace, Plan, Run, RunOptions, Workflow};
use llmos_lite::kernel::skill::Runtime;
use llmos_lite::kernel::worker::protocol::{FromHost, JobReport, Slot, ToHost};
use serde_json::json;

use crate::case::{outputs, skill};

/// Runs many nodes of one skill side by side on two workers; gives the sizes of the batches in their order, and what was learned.
fn run(skill_id: &str, count: usize, duration_ms: f64, pace: Pace) -> (Vec<(u32, usize)>, Pace) {
    let skills = BTreeMap::from([(skill_id.to_owned(), skill(skill_id, Runtime::JavaScript, 0, true))]);
    let node = |index: usize| Node {
        node_id: format!("n{index}"),
        skill_id: skill_id.to_owned(),
        position: None,
        input_values: BTreeMap::from([("value".to_owned(), json!(index))]),
    };
    let workflow = Workflow { nodes: (0..count).map(node).collect(), ..Workflow::default() };
    let graph = Arc::new(Graph::build(&workflow, &skills).unwrap());
    let plan = Arc::new(Plan::new(&graph, "test", ""));
    let mut options = RunOptions::for_cores(2);
    options.warm = (0..2).map(|index| Slot { runtime: Runtime::JavaScript, index }).collect();
    options.pace = pace;
    let (mut run, mut effects) = Run::new(graph, plan, options, &|_| None, 0.0);
    let mut batches = Vec::new();
    while !run.is_finished() {
        let mut next = Vec::new();
        for effect in effects {
            let Effect::Host(ToHost::Dispatch { slot, jobs, .. }) = effect else { continue };
            batches.push((slot.index, jobs.len()));
            let report = |job: u32| JobReport { job, duration_ms, outputs: outputs(), error: None };
            let reports = jobs.iter().map(|job| report(job.job)).collect();
            next.extend(run.handle(Event::Host(FromHost::Reported { slot, reports }), 1.0));
            run.check_invariants();
        }
        effects = next;
    }
    (batches, run.pace())
}

#[test]
fn quick_code_goes_out_in_large_batches_from_the_second_run_on() {
    let (first, learned) = run("javascript quick", 2_000, 0.005, Pace::default());
    assert_eq!(first[..4], [(0, 1), (1, 1), (0, 2), (1, 2)], "nothing is known of it");
    let (second, _) = run("javascript quick", 600, 0.005, learned);
    assert_eq!(second[..2], [(0, 300), (1, 300)]);
}

#[test]
fn slow_code_goes_out_one_by_one() {
    let (_, learned) = run("javascript slow", 600, 50.0, Pace::default());
    let (second, _) = run("javascript slow", 600, 50.0, learned);
    assert!(second.iter().all(|(_, size)| *size == 1));
}

#[test]
fn code_that_never_ran_begins_with_one() {
    let (_, learned) = run("javascript quick", 600, 0.005, Pace::default());
    let (other, _) = run("javascript other", 600, 0.005, learned);
    assert_eq!(other[..2], [(0, 1), (1, 1)]);
}

#[test]
fn few_nodes_are_spread_over_all_workers_however_quick_they_were() {
    let (_, learned) = run("javascript quick", 600, 0.005, Pace::default());
    let (second, _) = run("javascript quick", 20, 0.005, learned);
    assert_eq!(second, [(0, 10), (1, 10)]);
}
