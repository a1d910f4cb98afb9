//! From what a link holds to what a person may look at and run; and the way there: which skills a link has to bring.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::review::{self, Review};
use super::{Inputs, LONGEST_ID, Link, LinkError};
use crate::kernel::dag::{Payload, Workflow, needed_skills, skills_inside};
use crate::kernel::diagnostic::Severity;
use crate::kernel::merge::workflow::check_workflow;
use crate::kernel::quantity;
use crate::kernel::skill::{self, ExecutableSkill, PortType, Skill, in_words};

/// A link that was opened: what it is, and what would run.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The workflow and its skills, from the link and from the system volume.
    pub payload: Payload,
    /// The files of the skills that the link brings, by id.
    pub sources: BTreeMap<String, String>,
    /// What a person is shown before anything runs.
    pub review: Review,
}

/// What a link to this workflow has to hold: of its skills those that are not in the system volume.
///
/// `available` are the skills of whoever shares it; one that shadows a skill of the system travels under no name of its own, so it
/// cannot travel.
pub fn gather(
    workflow: &Workflow,
    inputs: Inputs,
    system: &BTreeMap<String, Arc<Skill>>,
    available: &BTreeMap<String, Arc<Skill>>,
) -> Result<Link, LinkError> {
    let mut waiting: Vec<String> = workflow.nodes.iter().map(|node| node.skill_id.clone()).collect();
    let (mut seen, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    let mut skills = BTreeMap::new();
    while let Some(skill_id) = waiting.pop() {
        if !seen.insert(skill_id.clone()) {
            continue;
        }
        let found = match (system.get(&skill_id), available.get(&skill_id)) {
            (Some(shipped), Some(own)) if own.source != shipped.source => return Err(LinkError::Shadows(skill_id)),
            (Some(shipped), _) => shipped,
            (None, Some(own)) => {
                skills.insert(skill_id, own.source.to_string());
                own
            }
            (None, None) => {
                unknown.insert(skill_id);
                continue;
            }
        };
        waiting.extend(found.executable.as_deref().map(skills_inside).unwrap_or_default());
    }
    if !unknown.is_empty() {
        return Err(LinkError::UnknownSkills(unknown.into_iter().collect()));
    }
    check_workflow(workflow).map_err(|wrong| LinkError::NotSound(wrong.problem))?;
    Ok(Link { workflow: workflow.clone(), skills, inputs })
}

/// Looks through a link; `system` are the skills that came with the workbench, `given` the values that its address sets.
pub fn open(
    link: Link,
    given: &[(String, String)],
    system: &BTreeMap<String, Arc<ExecutableSkill>>,
) -> Result<Opened, LinkError> {
    let Link { mut workflow, skills: sources, inputs } = link;
    check_ids(&workflow)?;
    check_workflow(&workflow).map_err(|wrong| LinkError::NotSound(wrong.problem))?;
    let brought = brought(&sources, system)?;
    let mut all = system.clone();
    all.extend(brought.clone());
    let needed = needed_skills(&workflow, &all);
    if let Some(skill_id) = brought.keys().find(|skill_id| !needed.contains_key(*skill_id)) {
        return Err(LinkError::UnusedSkill(skill_id.clone()));
    }
    let named = workflow.nodes.iter().map(|node| node.skill_id.clone());
    let named = named.chain(needed.values().flat_map(|skill| skills_inside(skill)));
    let unknown: BTreeSet<String> = named.filter(|skill_id| !needed.contains_key(skill_id)).collect();
    if !unknown.is_empty() {
        return Err(LinkError::UnknownSkills(unknown.into_iter().collect()));
    }
    let skills: BTreeMap<String, ExecutableSkill> =
        needed.into_iter().map(|(skill_id, skill)| (skill_id, (*skill).clone())).collect();
    set_inputs(&mut workflow, inputs, &skills)?;
    let given = by_node(&workflow, given, &skills)?;
    set_inputs(&mut workflow, given, &skills)?;
    // A workflow that is not finished may be looked at and mended; what stands in its way is part of the review.
    let payload = Payload { workflow, skills };
    let findings = payload.graph().err().unwrap_or_default();
    let review = review::review(&payload.workflow, &payload.skills, &sources, findings);
    Ok(Opened { payload, sources, review })
}

fn check_ids(workflow: &Workflow) -> Result<(), LinkError> {
    let usable = |id: &str| !id.is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control);
    if !workflow.workflow_id.is_empty() && !usable(&workflow.workflow_id) {
        return Err(LinkError::BadId("workflow"));
    }
    match workflow.nodes.iter().find(|node| !usable(&node.node_id) || !usable(&node.skill_id)) {
        Some(_) => Err(LinkError::BadId("node")),
        None => Ok(()),
    }
}

/// The skills of the link, read: each runs, and takes nobody's place.
fn brought(
    sources: &BTreeMap<String, String>,
    system: &BTreeMap<String, Arc<ExecutableSkill>>,
) -> Result<BTreeMap<String, Arc<ExecutableSkill>>, LinkError> {
    let mut skills = BTreeMap::new();
    for (skill_id, source) in sources {
        if system.contains_key(skill_id) {
            return Err(LinkError::Shadows(skill_id.clone()));
        }
        let bad = |why: String| LinkError::BadSkill { skill_id: skill_id.clone(), why };
        let (read, findings) = skill::parse(&format!("skills/{skill_id}.md"), source);
        if let Some(finding) = findings.iter().find(|finding| finding.severity == Severity::Error) {
            return Err(bad(finding.message.clone()));
        }
        let read = read.ok_or_else(|| bad("it is no skill".to_owned()))?;
        if read.skill_id != *skill_id {
            return Err(bad(format!("it calls itself '{}'", read.skill_id)));
        }
        let executable = read.executable.ok_or_else(|| bad("it holds nothing that runs".to_owned()))?;
        skills.insert(skill_id.clone(), executable);
    }
    Ok(skills)
}

/// Puts values in the place of those that the workflow gives.
fn set_inputs(
    workflow: &mut Workflow,
    inputs: Inputs,
    skills: &BTreeMap<String, ExecutableSkill>,
) -> Result<(), LinkError> {
    for (node_id, values) in inputs {
        let node = workflow.nodes.iter_mut().find(|node| node.node_id == node_id);
        let node =
            node.ok_or_else(|| LinkError::BadInput(format!("inputs of a node '{node_id}' that is not there")))?;
        for (input, value) in values {
            let bad = |what: String| LinkError::BadInput(format!("the input '{input}' of '{node_id}', {what}"));
            let port = skills.get(&node.skill_id).and_then(|skill| skill.inputs.iter().find(|port| port.name == input));
            let port = port.ok_or_else(|| bad("which is not there".to_owned()))?;
            if !value.is_null() && !port.kind.fits(&value) {
                return Err(bad(format!("which takes {}, to {}", port.kind.name(), in_words(&value))));
            }
            node.input_values.insert(input.clone(), value);
        }
    }
    Ok(())
}

/// The values of an address, read as what their inputs take. Ids may hold dots, so the longest one that is there counts.
fn by_node(
    workflow: &Workflow,
    given: &[(String, String)],
    skills: &BTreeMap<String, ExecutableSkill>,
) -> Result<Inputs, LinkError> {
    let mut inputs = Inputs::new();
    for (name, text) in given {
        let of_node = |id: &str| name.strip_prefix(id).and_then(|rest| rest.strip_prefix('.'));
        let nodes = workflow.nodes.iter().filter_map(|node| Some((node, of_node(&node.node_id)?)));
        let (node, input) = nodes
            .max_by_key(|(node, _)| node.node_id.len())
            .ok_or_else(|| LinkError::BadInput(format!("'{name}', which is no input of a node that is there")))?;
        let port = skills.get(&node.skill_id).and_then(|skill| skill.inputs.iter().find(|port| port.name == input));
        let port =
            port.ok_or_else(|| LinkError::BadInput(format!("'{name}', which is no input of '{}'", node.node_id)))?;
        let value = value_of(text, port.kind, port.unit.as_deref())
            .ok_or_else(|| LinkError::BadInput(format!("'{name}', which takes {}, to {text:?}", port.kind.name())))?;
        inputs.entry(node.node_id.clone()).or_default().insert(input.to_owned(), value);
    }
    Ok(inputs)
}

/// A value as a person writes it into an address.
fn value_of(text: &str, kind: PortType, unit: Option<&str>) -> Option<Value> {
    let json = || serde_json::from_str::<Value>(text).ok();
    match kind {
        PortType::Number => quantity::parse(text, unit).map(Value::from),
        PortType::Integer => {
            let number = quantity::parse(text, unit)?;
            let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
            is_whole.then(|| Value::from(number as i64))
        }
        PortType::Boolean => match text {
            "true" | "1" | "yes" => Some(Value::Bool(true)),
            "false" | "0" | "no" => Some(Value::Bool(false)),
            _ => None,
        },
        PortType::String | PortType::Html | PortType::Markdown => Some(Value::from(text)),
        PortType::Any | PortType::Circuit | PortType::Image => Some(json().unwrap_or_else(|| Value::from(text))),
        PortType::Array | PortType::Object | PortType::Plot | PortType::Scene | PortType::Table => {
            json().filter(|value| kind.fits(value))
        }
    }
}
