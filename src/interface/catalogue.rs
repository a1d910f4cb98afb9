//! The skills and workflows that calls are answered from, and the two forms in which they travel to the page: the outline that opens
//! it, made by the build, and the whole, made by the volume worker.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::kernel::dag::Workflow;
use crate::kernel::order::map_of;
use crate::kernel::skill::{self, Library};

/// All that the calls are answered from.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Catalogue {
    /// The skills, and what was wrong with files that are not among them.
    pub library: Library,
    /// The workflows that can be opened, by id.
    pub workflows: BTreeMap<String, Workflow>,
}

/// The files that the build gathered from `skills/` and `assets/workflows/`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Archive {
    /// Changes whenever any file does.
    #[serde(default)]
    pub digest: String,
    /// In the order of their paths.
    pub files: Vec<ArchivedFile>,
}

/// One file of an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedFile {
    /// Such as `skills/rc-lowpass.md`, or `workflows/rc-filter.json`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Catalogue {
    /// Reads an archive. Broken files become diagnostics and hide nothing.
    pub fn read(archive: &Archive) -> Self {
        let (workflow_files, skill_files): (Vec<_>, Vec<_>) =
            archive.files.iter().partition(|file| file.path.starts_with("workflows/"));
        let mut library = skill::load(skill_files.iter().map(|file| (file.path.as_str(), file.text.as_bytes())));
        let mut workflows = BTreeMap::new();
        for file in workflow_files {
            match Workflow::read(&file.path, file.text.as_bytes()) {
                Ok(workflow) => {
                    workflows.insert(workflow.workflow_id.clone(), workflow);
                }
                Err(finding) => library.diagnostics.push(finding),
            }
        }
        Self { library, workflows }
    }

    /// What a first visit needs: this workflow and the skills that it runs; of the others only what lists and connects them.
    /// What else is said of those comes with the whole library, a moment later.
    #[must_use]
    pub fn opening(&self, workflow_id: &str) -> Self {
        let named = |skill_id: &str| {
            let workflow = self.workflows.get(workflow_id);
            workflow.is_some_and(|workflow| workflow.nodes.iter().any(|node| node.skill_id == skill_id))
        };
        let mut opening = self.outline(named);
        opening.workflows.retain(|id, _| id == workflow_id);
        for (_, skill) in opening.library.skills.iter_mut().filter(|(id, _)| !named(id)) {
            *skill = Arc::new(skill.stub());
        }
        opening
    }

    /// Every skill without its text, with the code of those that `keeps_code` names.
    #[must_use]
    pub fn outline(&self, keeps_code: impl Fn(&str) -> bool) -> Self {
        let skills = self.library.skills.iter();
        let skills = map_of(skills.map(|(id, skill)| (id.clone(), Arc::new(skill.outline(keeps_code(id))))));
        let library = Library { skills, diagnostics: self.library.diagnostics.clone() };
        Self { library, workflows: self.workflows.clone() }
    }
}
