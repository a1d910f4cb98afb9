//! The part of a skill that runs, in the form in which payloads carry it.

use serde::{Deserialize, Serialize};

use super::Port;

/// What kind of node a skill makes, as its front matter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkillType {
    /// Python, by Pyodide.
    PythonWasm,
    /// Python with a quantum toolkit.
    Qiskit,
    /// JavaScript.
    #[serde(rename = "javascript")]
    JavaScript,
    /// A 3D scene, in JavaScript with Three.js.
    #[serde(rename = "threejs")]
    ThreeJs,
    /// A circuit, as a netlist for ngspice or as Python.
    Spice,
    /// A part of a workflow as one node; its code is JSON, and is opened before a run.
    Workflow,
}

/// Where the author meant it to run. Here everything runs in the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExecutionMode {
    /// In the browser.
    #[default]
    BrowserWasm,
    /// On a server with Python.
    ServerPython,
    /// Either.
    Hybrid,
}

/// The language of a skill's code, from its fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// `python`, `py`
    Python,
    /// `javascript`, `js`
    JavaScript,
    /// `spice`, `cir`, `netlist`, `ngspice`
    Spice,
}

/// The family of workers that runs a piece of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Runtime {
    /// Pyodide.
    Python,
    /// Plain JavaScript.
    JavaScript,
    /// JavaScript with Three.js at hand.
    Three,
    /// ngspice.
    Spice,
}

/// A skill that runs: what interface.md calls `ExecutableSkill`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutableSkill {
    /// Unique in its library.
    pub skill_id: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// One line on what it does.
    #[serde(default)]
    pub description: String,
    /// The kind of node.
    #[serde(rename = "type")]
    pub kind: SkillType,
    /// Where the author meant it to run.
    #[serde(default)]
    pub execution_mode: ExecutionMode,
    /// The group it is listed under.
    #[serde(default)]
    pub category: String,
    /// Words that people search for.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The author's version of the skill.
    #[serde(default)]
    pub version: String,
    /// Who wrote it.
    #[serde(default)]
    pub author: String,
    /// Inputs, in the order shown.
    #[serde(default)]
    pub inputs: Vec<Port>,
    /// Outputs, in the order shown.
    #[serde(default)]
    pub outputs: Vec<Port>,
    /// The code.
    pub code: String,
    /// The language of the code.
    pub language: Language,
    /// Python packages that the code needs beside those it imports.
    #[serde(default)]
    pub packages: Vec<String>,
    /// How long the author expects a run to take.
    #[serde(default)]
    pub estimated_time_ms: u32,
    /// How much memory the author expects a run to take.
    #[serde(default)]
    pub memory_mb: u32,
    /// Whether results may be kept and used again; `cache: false` opts out.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub cache: bool,
    /// The line of the file at which the code begins, from 1; 0 where there is no file.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub code_line: u32,
}

impl ExecutableSkill {
    /// Whether this is an outline, which is drawn and listed but does not run: no skill that runs is without code.
    pub fn is_outline(&self) -> bool {
        self.code.is_empty()
    }
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}
