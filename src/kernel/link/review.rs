//! What a person reads before anything of a link runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::kernel::dag::Workflow;
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::skill::{ExecutableSkill, Language, SkillType, python_imports};

/// What a link is: plain data, of which every text is only ever shown as text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review {
    /// What its maker calls it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The steps, in the order of the workflow.
    pub nodes: Vec<ReviewedNode>,
    /// How many wires there are.
    pub wires: usize,
    /// What the steps run: first what the link brings.
    pub skills: Vec<ReviewedSkill>,
    /// Python packages that its skills ask for or import. The workbench has the usual ones; others it would look for in the Python index.
    pub packages: Vec<String>,
    /// Addresses that stand in the code of the link's own skills. Code has no network here: they are shown because somebody wrote them.
    pub addresses: Vec<String>,
    /// Why it would not run as it is.
    pub findings: Vec<Diagnostic>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewedNode {
    /// Its id.
    pub node_id: String,
    /// What it runs.
    pub skill_id: String,
    /// What people call that.
    pub skill_name: String,
    /// The values that it is given.
    pub inputs: BTreeMap<String, Value>,
}

/// Where a skill comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Somebody wrote it who made the link.
    Link,
    /// It came with the workbench.
    System,
}

/// One skill.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewedSkill {
    /// Its id.
    pub skill_id: String,
    /// What people call it.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The kind of node.
    #[serde(rename = "type")]
    pub kind: SkillType,
    /// The language of its code.
    pub language: Language,
    /// Its code, whole.
    pub code: String,
    /// The steps that run it.
    pub nodes: Vec<String>,
}

pub(super) fn review(
    workflow: &Workflow,
    skills: &BTreeMap<String, ExecutableSkill>,
    sources: &BTreeMap<String, String>,
    findings: Vec<Diagnostic>,
) -> Review {
    let mut nodes_of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for node in &workflow.nodes {
        nodes_of.entry(&node.skill_id).or_default().push(node.node_id.clone());
    }
    let origin = |skill_id: &str| if sources.contains_key(skill_id) { Origin::Link } else { Origin::System };
    let nodes = workflow.nodes.iter().map(|node| ReviewedNode {
        node_id: node.node_id.clone(),
        skill_id: node.skill_id.clone(),
        skill_name: skills.get(&node.skill_id).map(|skill| skill.name.clone()).unwrap_or_default(),
        inputs: node.input_values.clone(),
    });
    let mut reviewed: Vec<ReviewedSkill> = skills
        .values()
        .map(|skill| ReviewedSkill {
            skill_id: skill.skill_id.clone(),
            name: skill.name.clone(),
            description: skill.description.clone(),
            origin: origin(&skill.skill_id),
            kind: skill.kind,
            language: skill.language,
            code: skill.code.clone(),
            nodes: nodes_of.remove(skill.skill_id.as_str()).unwrap_or_default(),
        })
        .collect();
    reviewed.sort_by(|one, other| (one.origin, &one.skill_id).cmp(&(other.origin, &other.skill_id)));
    let own = || skills.values().filter(|skill| origin(&skill.skill_id) == Origin::Link);
    Review {
        name: workflow.name.clone(),
        description: workflow.description.clone().unwrap_or_default(),
        nodes: nodes.collect(),
        wires: workflow.edges.len(),
        skills: reviewed,
        packages: packages(skills.values()),
        addresses: own().flat_map(|skill| addresses(&skill.code)).collect::<BTreeSet<_>>().into_iter().collect(),
        findings,
    }
}

fn packages<'a>(skills: impl Iterator<Item = &'a ExecutableSkill>) -> Vec<String> {
    let mut packages = BTreeSet::new();
    for skill in skills {
        packages.extend(skill.packages.iter().cloned());
        if skill.language == Language::Python {
            packages.extend(python_imports(&skill.code));
        }
    }
    packages.into_iter().collect()
}

/// Every `http://…` and `https://…` of a text.
fn addresses(text: &str) -> Vec<String> {
    let ends = |sign: char| sign.is_whitespace() || sign.is_control() || "\"'`<>)]}\\".contains(sign);
    let starts = text.match_indices("http").map(|(at, _)| &text[at..]);
    let found = starts.filter(|rest| rest.starts_with("http://") || rest.starts_with("https://"));
    found.map(|rest| rest.split(ends).next().unwrap_or_default().to_owned()).collect()
}
