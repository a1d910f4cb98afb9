//! What is written where a person keeps what a link brought: a copy under names of its own, never over anything of theirs.

use std::collections::BTreeMap;

use super::Opened;
use crate::kernel::dag::Workflow;
use crate::kernel::skill::with_fields;

/// What stands already under a skill's id in the volume where a copy is kept, or in one that it would hide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Free,
    /// A skill with this file.
    Taken(String),
}

/// A copy to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The workflow under a free id, over the skills by the ids that they have now.
    pub workflow: Workflow,
    /// The files of the skills to write, by the ids that they get.
    pub skills: BTreeMap<String, String>,
}

/// The copy. A skill that stands there with the same file is used as it is; one with another file gets another id.
pub fn keep(opened: &Opened, has_workflow: impl Fn(&str) -> bool, standing: impl Fn(&str) -> Standing) -> Kept {
    let mut workflow = opened.payload.workflow.clone();
    let wanted = if workflow.workflow_id.is_empty() { id_of(&workflow.name) } else { id_of(&workflow.workflow_id) };
    workflow.workflow_id = free(&wanted, |id| !has_workflow(id));
    let mut skills: BTreeMap<String, String> = BTreeMap::new();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for (skill_id, source) in &opened.sources {
        let renamed = |id: &str| if id == skill_id { source.clone() } else { with_fields(source, &[("skill_id", id)]) };
        let is_same = |id: &str| standing(id) == Standing::Taken(renamed(id));
        let fits = |id: &str| !skills.contains_key(id) && (is_same(id) || standing(id) == Standing::Free);
        let id = free(skill_id, fits);
        if !is_same(&id) {
            let file = renamed(&id);
            skills.insert(id.clone(), file);
        }
        names.insert(skill_id, id);
    }
    for node in &mut workflow.nodes {
        if let Some(id) = names.get(node.skill_id.as_str()) {
            node.skill_id.clone_from(id);
        }
    }
    Kept { workflow, skills }
}

/// A name as an id: small letters, digits and hyphens.
fn id_of(name: &str) -> String {
    let mut id = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || letter == '_' {
            id.push(letter);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id: String = id.trim_end_matches('-').chars().take(60).collect();
    if id.is_empty() { "workflow".to_owned() } else { id }
}

fn free(wanted: &str, is_free: impl Fn(&str) -> bool) -> String {
    let numbered = (2_u32..).map(|number| format!("{wanted}-{number}"));
    let mut ids = std::iter::once(wanted.to_owned()).chain(numbered);
    ids.find(|id| is_free(id)).unwrap_or_else(|| wanted.to_owned())
}
