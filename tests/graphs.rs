//! Workflows in, diagnostics or levels out: the cases of `tests/cases/graphs`, and what holds for every graph.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use llmos_lite::kernel::dag::{Edge, Graph, Node, Plan, Workflow};
use llmos_lite::kernel::diagnostic::Diagnostic;
use llmos_lite::kernel::skill::{ExecutableSkill, Language, Port, PortType, SkillType, load};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn cases_have_the_findings_that_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/graphs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 8, "the cases are there");
    for file in files {
        let case = std::fs::read_to_string(&file).unwrap();
        expect_file![file].assert_eq(&judge(&case));
    }
}

#[test]
fn the_workflows_that_ship_are_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |folder: &str| -> Vec<(String, Vec<u8>)> {
        let entries = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
    };
    let skills = read("skills");
    let skills = load(skills.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))).executables();
    let workflows = read("assets/workflows");
    assert!(!workflows.is_empty());
    for (path, bytes) in workflows {
        let workflow: Workflow = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        let found = Graph::build(&workflow, &skills).err().unwrap_or_default();
        let found: Vec<String> = found.iter().map(Diagnostic::to_string).collect();
        assert!(found.is_empty(), "{path}: {}", found.join(", "));
    }
}

/// A case is a text of `node`s and `wire`s between skills; what comes after the line `---` is what is found, and is written anew.
fn judge(case: &str) -> String {
    let given = case.split("---\n").next().unwrap();
    let mut workflow = Workflow::default();
    for line in given.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["node", name, skill, ref values @ ..] => {
                let value = |text: &&str| {
                    let (name, value) = text.split_once('=').expect("a value has a name");
                    (name.to_owned(), serde_json::from_str(value).expect("a value is JSON"))
                };
                workflow.nodes.push(node(name, skill, values.iter().map(value).collect()));
            }
            ["wire", from, "→", to] => workflow.edges.push(edge(from, to)),
            _ => panic!("nobody knows the line {line:?}"),
        }
    }
    let mut judged = format!("{given}---\n");
    match Graph::build(&workflow, &skills()) {
        Ok(graph) => {
            for (level, nodes) in graph.levels().enumerate() {
                let names: Vec<&str> = nodes.iter().map(|node| graph.node_id(*node)).collect();
                writeln!(judged, "level {level}: {}", names.join(" ")).unwrap();
            }
        }
        Err(found) => {
            for finding in found {
                writeln!(judged, "{} {finding}", finding.code).unwrap();
                for hint in &finding.hints {
                    writeln!(judged, "    {hint}").unwrap();
                }
            }
        }
    }
    judged
}

fn node(name: &str, skill: &str, input_values: BTreeMap<String, Value>) -> Node {
    Node { node_id: name.into(), skill_id: skill.into(), position: None, input_values }
}

fn edge(from: &str, to: &str) -> Edge {
    let (source, source_output) = from.split_once('.').expect("a wire begins at an output");
    let (target, target_input) = to.split_once('.').expect("a wire ends at an input");
    Edge {
        edge_id: None,
        source: source.into(),
        source_output: source_output.into(),
        target: target.into(),
        target_input: target_input.into(),
    }
}

fn port(name: &str, kind: PortType) -> Port {
    Port { name: name.into(), kind, description: String::new(), default: None, required: None, from: None, unit: None }
}

fn skill(skill_id: &str, inputs: Vec<Port>, outputs: Vec<Port>) -> ExecutableSkill {
    ExecutableSkill {
        skill_id: skill_id.into(),
        name: String::new(),
        description: String::new(),
        kind: SkillType::PythonWasm,
        execution_mode: Default::default(),
        category: String::new(),
        tags: Vec::new(),
        version: String::new(),
        author: String::new(),
        inputs,
        outputs,
        code: format!("# {skill_id}"),
        language: Language::Python,
        packages: Vec::new(),
        estimated_time_ms: 0,
        memory_mb: 0,
        cache: true,
        code_line: 0,
    }
}

/// A small library: `filter` has every kind of input that matters.
fn skills() -> BTreeMap<String, ExecutableSkill> {
    use PortType::{Any, Array, Integer, Number, Plot, String, Table};
    let described = Port { description: "Cut-off frequency in Hz".into(), ..port("cutoff", Number) };
    let preset = Port { default: Some(json!(1000)), ..port("resistance", Number) };
    let optional = Port { required: Some(false), ..port("label", String) };
    let broken = Port { default: Some(json!("many")), ..port("count", Integer) };
    let skills = [
        skill("source", vec![], vec![port("samples", Array), port("rate", Number), port("name", String)]),
        skill("filter", vec![port("samples", Array), described, preset, optional], vec![port("samples", Array)]),
        skill("table", vec![port("rows", Table)], vec![port("table", Table)]),
        skill("plot", vec![port("plot", Plot)], vec![]),
        skill("pass", vec![port("value", Any)], vec![port("value", Any)]),
        skill("broken", vec![broken], vec![]),
        skill("constant", vec![], vec![port("value", Number)]),
        skill("whole", vec![port("value", Integer)], vec![port("value", Integer)]),
    ];
    skills.into_iter().map(|skill| (skill.skill_id.clone(), skill)).collect()
}

/// A chain or a fan of this many nodes.
fn wide_or_long(count: usize, long: bool) -> Workflow {
    let mut workflow = Workflow::default();
    for index in 0..count {
        let skill = if index == 0 { "constant" } else { "pass" };
        workflow.nodes.push(node(&format!("n{index}"), skill, BTreeMap::new()));
        if index > 0 {
            let source = if long { index - 1 } else { 0 };
            workflow.edges.push(edge(&format!("n{source}.value"), &format!("n{index}.value")));
        }
    }
    workflow
}

#[test]
fn a_hundred_thousand_nodes_are_no_deeper_than_three() {
    let chain = Graph::build(&wide_or_long(100_000, true), &skills()).unwrap();
    assert_eq!(chain.level_of(*chain.order().last().unwrap()), 99_999);
    let plan = Plan::new(&chain, "1", "a");
    let names: BTreeSet<&str> = chain.order().iter().map(|node| plan.step(*node)).collect();
    assert_eq!(names.len(), 100_000);
    let fan = Graph::build(&wide_or_long(100_000, false), &skills()).unwrap();
    assert_eq!(fan.levels().map(<[_]>::len).collect::<Vec<_>>(), [1, 99_999]);
}

#[test]
fn a_circle_of_a_hundred_thousand_nodes_is_told_in_a_line() {
    let mut workflow = wide_or_long(100_000, true);
    workflow.nodes[0].skill_id = "pass".into();
    workflow.edges.push(edge("n99999.value", "n0.value"));
    let found = Graph::build(&workflow, &skills()).unwrap_err();
    assert_eq!(found.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), ["cycle"]);
    assert!(found[0].message.starts_with("These nodes wait for one another: n0 → n1 → n2 →"));
    assert!(found[0].message.ends_with("→ n19 → … → n0"), "{}", found[0].message);
}

/// The step names of a small workflow, after something was done to it.
fn steps(
    change: impl Fn(&mut Workflow, &mut BTreeMap<String, ExecutableSkill>),
    version: &str,
    nonce: &str,
) -> Vec<String> {
    let mut skills = skills();
    let mut workflow = Workflow::default();
    workflow.nodes.push(node("source", "source", BTreeMap::new()));
    workflow.nodes.push(node("filter", "filter", BTreeMap::from([("cutoff".into(), json!(100))])));
    workflow.nodes.push(node("table", "table", BTreeMap::new()));
    workflow.nodes.push(node("other", "constant", BTreeMap::new()));
    workflow.edges.push(edge("source.samples", "filter.samples"));
    workflow.edges.push(edge("filter.samples", "table.rows"));
    change(&mut workflow, &mut skills);
    let graph = Graph::build(&workflow, &skills).unwrap();
    let plan = Plan::new(&graph, version, nonce);
    workflow.nodes.iter().map(|node| plan.step(graph.find(&node.node_id).unwrap()).to_owned()).collect()
}

/// Which of source, filter, table and other get new names by a change.
fn renamed(change: impl Fn(&mut Workflow, &mut BTreeMap<String, ExecutableSkill>)) -> Vec<bool> {
    let before = steps(|_, _| {}, "1", "a");
    steps(change, "1", "b").iter().zip(before).map(|(after, before)| *after != before).collect()
}

#[test]
fn a_step_is_renamed_by_what_decides_its_result_and_nothing_else() {
    let edit = |skills: &mut BTreeMap<String, ExecutableSkill>, name: &str, edit: fn(&mut ExecutableSkill)| {
        edit(skills.get_mut(name).unwrap());
    };
    let (none, downstream, filter_on, table) =
        ([false; 4], [true, true, true, false], [false, true, true, false], [false, false, true, false]);
    assert_eq!(renamed(|_, _| {}), none);
    assert_eq!(renamed(|_, skills| edit(skills, "source", |skill| skill.code.push('!'))), downstream);
    assert_eq!(renamed(|_, skills| edit(skills, "filter", |skill| skill.packages.push("numpy".into()))), filter_on);
    assert_eq!(
        renamed(|_, skills| edit(skills, "filter", |skill| skill.outputs[0].from = Some("v(out)".into()))),
        filter_on
    );
    assert_eq!(
        renamed(|_, skills| edit(skills, "filter", |skill| skill.inputs[2].default = Some(json!(2)))),
        filter_on
    );
    assert_eq!(renamed(|_, skills| edit(skills, "table", |skill| skill.language = Language::JavaScript)), table);
    assert_eq!(renamed(|_, skills| edit(skills, "table", |skill| skill.cache = false)), table);
    assert_eq!(renamed(|_, skills| edit(skills, "source", |skill| skill.description.push_str("Better words"))), none);
    let give = |value: Value| {
        move |workflow: &mut Workflow, _: &mut _| {
            workflow.nodes[1].input_values.insert("cutoff".into(), value.clone());
        }
    };
    assert_eq!(renamed(give(json!(101))), filter_on);
    assert_eq!(renamed(give(json!(100.0))), none, "100.0 is 100");
    let preset = |workflow: &mut Workflow, _: &mut _| {
        workflow.nodes[1].input_values.insert("resistance".into(), json!(1000));
    };
    assert_eq!(renamed(preset), none, "a default given by hand is the default");
    let moved = |workflow: &mut Workflow, _: &mut _| workflow.nodes.iter_mut().for_each(|node| node.node_id.push('x'));
    let rename = |workflow: &mut Workflow, skills: &mut _| {
        moved(workflow, skills);
        for edge in &mut workflow.edges {
            edge.source.push('x');
            edge.target.push('x');
        }
    };
    assert_eq!(renamed(rename), none, "what a node is called does not matter");
    assert_ne!(steps(|_, _| {}, "1", "a"), steps(|_, _| {}, "2", "a"), "the runtime's version does");
}

#[test]
fn code_that_opts_out_of_the_cache_is_new_in_every_run_and_every_node() {
    let mut skills = skills();
    skills.get_mut("constant").unwrap().cache = false;
    let mut workflow = Workflow::default();
    workflow.nodes.push(node("a", "constant", BTreeMap::new()));
    workflow.nodes.push(node("b", "constant", BTreeMap::new()));
    workflow.nodes.push(node("c", "pass", BTreeMap::new()));
    workflow.edges.push(edge("a.value", "c.value"));
    let graph = Graph::build(&workflow, &skills).unwrap();
    let plans = [Plan::new(&graph, "1", "monday"), Plan::new(&graph, "1", "tuesday")];
    let names: BTreeSet<&str> =
        plans.iter().flat_map(|plan| graph.order().iter().map(|node| plan.step(*node))).collect();
    assert_eq!(names.len(), 6);
}

#[test]
fn a_plan_knows_codes_and_who_runs_them() {
    let workflow = wide_or_long(3, true);
    let graph = Graph::build(&workflow, &skills()).unwrap();
    let plan = Plan::new(&graph, "1", "a");
    let codes = plan.codes();
    assert_eq!(codes.iter().map(|code| code.skill_id.as_str()).collect::<Vec<_>>(), ["constant", "pass"]);
    let users: Vec<&str> = plan.nodes_of_code(&graph, &codes[1].code_id).map(|node| graph.node_id(node)).collect();
    assert_eq!(users, ["n1", "n2"]);
}

/// Nodes and wires that may be anything.
fn any_workflow() -> impl Strategy<Value = Workflow> {
    let skill =
        prop::sample::select(vec!["source", "filter", "table", "pass", "constant", "whole", "nothing", "filtre"]);
    let name = prop::sample::select(vec!["a", "b", "c", "d", "e", "f", "g", "zz"]);
    let port = prop::sample::select(vec!["samples", "rate", "value", "cutoff", "rows", "table", "vlaue"]);
    let value = prop_oneof![Just(json!(1)), Just(json!(1.5)), Just(json!("x")), Just(json!(null)), Just(json!([1]))];
    let nodes =
        prop::collection::vec((name.clone(), skill, prop::collection::btree_map(port.clone(), value, 0..3)), 0..12);
    let edges = prop::collection::vec((name.clone(), port.clone(), name, port), 0..20);
    (nodes, edges).prop_map(|(nodes, edges)| {
        let owned =
            |values: BTreeMap<&str, Value>| values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Workflow {
            nodes: nodes.into_iter().map(|(name, skill, values)| node(name, skill, owned(values))).collect(),
            edges: edges.into_iter().map(|(a, b, c, d)| edge(&format!("{a}.{b}"), &format!("{c}.{d}"))).collect(),
            ..Workflow::default()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_graph_is_sound_or_its_findings_name_places(workflow in any_workflow()) {
        let skills = skills();
        let first = Graph::build(&workflow, &skills);
        match &first {
            Ok(graph) => {
                prop_assert_eq!(graph.len(), workflow.nodes.len());
                for node in graph.order() {
                    let deepest = graph.dependencies(*node).map(|source| graph.level_of(source) + 1).max();
                    prop_assert_eq!(graph.level_of(*node), deepest.unwrap_or_default());
                }
            }
            Err(found) => {
                prop_assert!(!found.is_empty());
                prop_assert!(found.iter().all(|finding| finding.place.node.is_some() && !finding.message.ends_with('.')));
            }
        }
        let findings = |built: Result<Graph, Vec<Diagnostic>>| built.err();
        prop_assert_eq!(findings(first), findings(Graph::build(&workflow, &skills)), "the order is always the same");
    }
}
