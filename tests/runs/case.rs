//! What runs are made of in tests: skills, and random workflows with the trouble that awaits them.

use std::collections::BTreeMap;

use llmos_lite::kernel::dag::{Edge, Node, OutputSummary, Workflow};
use llmos_lite::kernel::skill::{ExecutableSkill, Language, Port, PortType, Runtime, SkillType};
use proptest::prelude::*;
use serde_json::json;

/// A number in 0..1 that follows from a text and a seed.
pub fn chance(text: &str, seed: u64) -> f64 {
    let mut hash = seed ^ 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^= hash >> 32;
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    Completes,
    Fails,
    Hangs,
    KillsOnce,
    KillsAlways,
}

/// How a family's workers start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    Well,
    SecondTime,
    Never,
    Silent,
}

/// What a case is made of.
#[derive(Clone, Debug)]
pub struct Case {
    pub seed: u64,
    /// Skill, a literal, and up to three nodes before it.
    pub nodes: Vec<(usize, u8, Vec<prop::sample::Index>)>,
    pub width: u32,
    pub slots: u32,
    pub starts: [Start; 4],
    pub trouble: f64,
    pub slow: bool,
    pub cancel_after: Option<u32>,
    pub target: Option<prop::sample::Index>,
    pub cached: f64,
    pub unavailable: f64,
}

pub fn case() -> impl Strategy<Value = Case> {
    let node = (0..5_usize, 0..4_u8, prop::collection::vec(any::<prop::sample::Index>(), 0..4));
    let start = prop_oneof![6 => Just(Start::Well), 1 => Just(Start::SecondTime), 1 => Just(Start::Never), 1 => Just(Start::Silent)];
    (
        (any::<u64>(), prop::collection::vec(node, 0..60), 1..5_u32, 1..4_u32, prop::array::uniform4(start)),
        (
            prop_oneof![Just(0.0), Just(0.05), Just(0.4)],
            any::<bool>(),
            prop::option::weighted(0.2, 0..60_u32),
            prop::option::weighted(0.2, any::<prop::sample::Index>()),
            prop_oneof![3 => Just(0.0), 1 => Just(0.5), 1 => Just(1.0)],
            prop_oneof![4 => Just(0.0), 1 => Just(0.2)],
        ),
    )
        .prop_map(
            |((seed, nodes, width, slots, starts), (trouble, slow, cancel_after, target, cached, unavailable))| Case {
                seed,
                nodes,
                width,
                slots,
                starts,
                trouble,
                slow,
                cancel_after,
                target,
                cached,
                unavailable,
            },
        )
}

/// Nodes of five skills: two in JavaScript, one that opts out of the cache, one in Python and one for the simulator.
pub fn skills() -> BTreeMap<String, ExecutableSkill> {
    let kinds = [
        ("javascript", Runtime::JavaScript, true),
        ("other-javascript", Runtime::JavaScript, true),
        ("random", Runtime::JavaScript, false),
        ("python", Runtime::Python, true),
        ("spice", Runtime::Spice, true),
    ];
    kinds.into_iter().map(|(id, runtime, cache)| (id.to_owned(), skill(id, runtime, 0, cache))).collect()
}

pub fn workflow(case: &Case) -> Workflow {
    let skills: Vec<String> = skills().into_keys().collect();
    let mut workflow = Workflow::default();
    for (index, (skill, value, sources)) in case.nodes.iter().enumerate() {
        workflow.nodes.push(Node {
            node_id: format!("n{index}"),
            skill_id: skills[*skill].clone(),
            position: None,
            input_values: BTreeMap::from([("value".to_owned(), json!(value))]),
        });
        for (source, input) in sources.iter().zip(["a", "b", "c"]).filter(|_| index > 0) {
            workflow.edges.push(Edge {
                edge_id: None,
                source: format!("n{}", source.index(index)),
                source_output: "out".into(),
                target: format!("n{index}"),
                target_input: input.into(),
            });
        }
    }
    workflow
}

/// A skill that takes a value and up to three other things and gives one.
pub fn skill(skill_id: &str, runtime: Runtime, estimated_time_ms: u32, cache: bool) -> ExecutableSkill {
    let (kind, language) = match runtime {
        Runtime::Python => (SkillType::PythonWasm, Language::Python),
        Runtime::JavaScript => (SkillType::JavaScript, Language::JavaScript),
        Runtime::Three => (SkillType::ThreeJs, Language::JavaScript),
        Runtime::Spice => (SkillType::Spice, Language::Spice),
    };
    let port = |name: &str| Port {
        name: name.into(),
        kind: PortType::Any,
        description: String::new(),
        default: None,
        required: Some(false),
        from: None,
        unit: None,
    };
    ExecutableSkill {
        skill_id: skill_id.into(),
        name: String::new(),
        description: String::new(),
        kind,
        execution_mode: Default::default(),
        category: String::new(),
        tags: Vec::new(),
        version: String::new(),
        author: String::new(),
        inputs: ["value", "a", "b", "c"].map(port).to_vec(),
        outputs: vec![port("out")],
        code: skill_id.into(),
        language,
        packages: Vec::new(),
        estimated_time_ms,
        memory_mb: 0,
        cache,
        code_line: 0,
    }
}

/// What every node gives.
pub fn outputs() -> Vec<OutputSummary> {
    vec![OutputSummary { name: "out".into(), bytes: 8, text: "1".into() }]
}
