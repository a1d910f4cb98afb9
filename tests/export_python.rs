//! A workflow of the library, as a program that CPython runs, gives what the skills give.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::io::Write;
use std::process::{Command, Stdio};

use llmos_lite::kernel::dag::Workflow;
use llmos_lite::kernel::export::python_script;
use llmos_lite::kernel::skill;
use serde_json::{Value, json};

fn run(script: &str) -> Value {
    let mut python = Command::new("python3")
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 is needed for this test");
    python.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let done = python.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

#[test]
fn the_same_steps_run_in_cpython() {
    let files: Vec<(String, Vec<u8>)> = ["ode-solver", "linear-regression", "csv-statistics"]
        .iter()
        .map(|id| {
            let path = format!("skills/{id}.md");
            let bytes = std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            (path, bytes)
        })
        .collect();
    let library = skill::load(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let workflow: Workflow = serde_json::from_value(json!({
        "workflowId": "swing", "name": "A pendulum's \"line\" \\ and '''quotes'''",
        "nodes": [
            {"nodeId": "line", "skillId": "linear-regression", "inputValues": {"x_label": "angle 'φ' 🌀"}},
            {"nodeId": "swing", "skillId": "ode-solver", "inputValues": {"system": "pendulum", "duration": 4, "steps": 400}},
            {"nodeId": "table", "skillId": "csv-statistics", "inputValues": {"csv": "a,b\n1,2\n3,4\n"}}
        ],
        "edges": [
            {"source": "swing", "sourceOutput": "first", "target": "line", "targetInput": "x"},
            {"source": "swing", "sourceOutput": "second", "target": "line", "targetInput": "y"}
        ]
    }))
    .unwrap();
    let script = python_script(&workflow, &library.executables()).unwrap();
    let results = run(&script);
    assert_eq!(results["swing"]["time"].as_array().unwrap().len(), 401);
    // The line that least squares give for the same points, worked out here.
    let numbers = |output: &str| -> Vec<f64> {
        results["swing"][output].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    };
    let (x, y) = (numbers("first"), numbers("second"));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_x, mean_y) = (mean(&x), mean(&y));
    let both: f64 = x.iter().zip(&y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let slope = both / x.iter().map(|x| (x - mean_x).powi(2)).sum::<f64>();
    let told = results["line"]["slope"].as_f64().unwrap();
    assert!((told - slope).abs() < 1e-9, "{told} is not {slope}");
    assert_eq!(results["table"]["rows"], 2);
}
