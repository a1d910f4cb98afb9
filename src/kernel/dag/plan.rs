//! The name of every step: a hash of all that decides its result, so that equal names have equal results.
//!
//! A step's name covers its code, its ports, the runtime's version and its inputs; an input that another step makes counts by that
//! step's name. A change anywhere renames what depends on it and nothing else. Pure: no clock, no chance.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::graph::{Feed, Graph, NodeIndex};
use crate::kernel::skill::{ExecutableSkill, Language, Port, python_imports};
use crate::kernel::worker::protocol::Code;

/// The steps of a graph by name, and the code that they run.
#[derive(Clone, Debug)]
pub struct Plan {
    steps: Vec<String>,
    codes: Vec<Code>,
}

impl Plan {
    /// Names the steps of a graph.
    ///
    /// `runtime_version` stands for everything that runs code. `nonce` must differ from run to run: it makes the steps of skills with
    /// `cache: false`, and all that depends on them, new every time.
    pub fn new(graph: &Graph, runtime_version: &str, nonce: &str) -> Self {
        let codes: Vec<Code> = graph.skills().iter().map(|skill| code(skill)).collect();
        let beginning = |code: &Code| {
            let mut hash = Hash::new();
            hash.text(runtime_version);
            hash.text(&code.code_id);
            hash
        };
        // What all steps of a skill begin with is hashed once.
        let beginnings: Vec<Hash> = codes.iter().map(beginning).collect();
        let mut steps = vec![String::new(); graph.len()];
        for node in graph.order() {
            let mut hash = beginnings[graph.skill_index(*node)].clone();
            for (port, feed) in graph.inputs(*node) {
                let value = match feed {
                    Feed::Absent => continue,
                    Feed::Default => port.default.as_ref(),
                    Feed::Given(value) => Some(value),
                    Feed::Wire { source, output } => {
                        hash.text(&port.name);
                        hash.sign(b'o');
                        hash.text(&steps[source.index()]);
                        hash.text(&graph.skill(*source).outputs[*output as usize].name);
                        continue;
                    }
                };
                hash.text(&port.name);
                hash.sign(b'v');
                hash.value(value.unwrap_or(&Value::Null));
            }
            if !graph.skill(*node).cache {
                hash.sign(b'n');
                hash.text(nonce);
                hash.text(graph.node_id(*node));
            }
            steps[node.index()] = hash.name();
        }
        Self { steps, codes }
    }

    /// The name of a node's step.
    pub fn step(&self, node: NodeIndex) -> &str {
        &self.steps[node.index()]
    }

    /// The code of each of [`Graph::skills`], in the same order.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The nodes of a graph that run this code.
    pub fn nodes_of_code<'a>(&'a self, graph: &'a Graph, code_id: &'a str) -> impl Iterator<Item = NodeIndex> + 'a {
        graph.order().iter().copied().filter(move |node| self.codes[graph.skill_index(*node)].code_id == code_id)
    }
}

/// A skill's code as workers get it.
fn code(skill: &ExecutableSkill) -> Code {
    let imports = match skill.language {
        Language::Python => python_imports(&skill.code),
        Language::JavaScript | Language::Spice => Vec::new(),
    };
    Code {
        code_id: code_id(skill),
        skill_id: skill.skill_id.clone(),
        language: skill.language,
        text: skill.code.clone(),
        inputs: skill.inputs.clone(),
        outputs: skill.outputs.clone(),
        packages: skill.packages.clone(),
        imports,
    }
}

/// The hash of what decides what a piece of code does; names and descriptions for people do not.
fn code_id(skill: &ExecutableSkill) -> String {
    let mut hash = Hash::new();
    hash.text(skill.runtime().title());
    hash.text(&skill.code);
    for (sign, ports) in [(b'i', &skill.inputs), (b'o', &skill.outputs)] {
        for Port { name, kind, from, required, .. } in ports {
            hash.sign(sign);
            hash.text(name);
            hash.text(kind.name());
            hash.text(from.as_deref().unwrap_or_default());
            hash.sign(if *required == Some(false) { b'?' } else { b'!' });
        }
    }
    for package in &skill.packages {
        hash.sign(b'p');
        hash.text(package);
    }
    hash.name()
}

/// Feeds a hash in a way that different things cannot look alike: every text comes with its length.
#[derive(Clone)]
struct Hash {
    state: Sha256,
}

impl Hash {
    fn new() -> Self {
        Self { state: Sha256::new() }
    }

    fn sign(&mut self, sign: u8) {
        self.state.update([sign]);
    }

    fn text(&mut self, text: &str) {
        self.state.update((text.len() as u64).to_le_bytes());
        self.state.update(text.as_bytes());
    }

    /// The same value gives the same bytes, however it was written: fields are sorted, and 1.0 is 1.
    fn value(&mut self, value: &Value) {
        /// Beyond this, not every whole number is a number of JavaScript.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match value {
            Value::Null => self.sign(b'0'),
            Value::Bool(false) => self.sign(b'f'),
            Value::Bool(true) => self.sign(b't'),
            Value::Number(number) => match number.as_f64() {
                Some(exact) if exact.abs() <= EXACT => {
                    self.sign(b'#');
                    // Minus zero is zero.
                    self.state.update((exact + 0.0).to_le_bytes());
                }
                _ => {
                    self.sign(b'N');
                    self.text(&number.to_string());
                }
            },
            Value::String(text) => {
                self.sign(b's');
                self.text(text);
            }
            Value::Array(items) => {
                self.sign(b'[');
                self.state.update((items.len() as u64).to_le_bytes());
                for item in items {
                    self.value(item);
                }
            }
            Value::Object(fields) => {
                let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
                fields.sort_unstable_by_key(|(name, _)| *name);
                self.sign(b'{');
                self.state.update((fields.len() as u64).to_le_bytes());
                for (name, value) in fields {
                    self.text(name);
                    self.value(value);
                }
            }
        }
    }

    /// The first half of the digest, which is enough for names and half as long in every message.
    fn name(self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digest = self.state.finalize();
        let mut name = String::with_capacity(32);
        for byte in &digest[..16] {
            name.push(char::from(DIGITS[usize::from(byte >> 4)]));
            name.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        name
    }
}
