//! Skills: Markdown files with YAML front matter. Some guide the model, some run as typed nodes.
//!
//! Reading is lenient and never fails as a whole: a broken file becomes diagnostics and the others load.

mod agent;
mod closest;
mod code;
mod edit;
mod executable;
mod fit;
mod folder;
mod front_matter;
mod imports;
mod load;
mod port;
mod ports;
mod prose;
mod repair;
mod simple;
mod templates;
mod yaml;

pub use agent::{PackageFault, package_fault, package_name, packaged};
pub use closest::{closest, did_you_mean};
pub use edit::with_fields;
pub use executable::{ExecutableSkill, ExecutionMode, Language, Runtime, SkillType};
pub use fit::in_words;
pub use folder::{SkillFile, skill_files};
pub use imports::python_imports;
pub use load::{LARGEST_FILE_BYTES, Library, Reading, load, parse, read_file};
pub use port::{Port, PortType};
pub use templates::{TEMPLATES, Template};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A skill as read from one Markdown file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    /// Unique in its volume; by default the file's name.
    pub skill_id: String,
    /// What people call it.
    pub name: String,
    /// One line on what it does.
    pub description: String,
    /// The group it is listed under.
    pub category: String,
    /// Words that people search for (`keywords`, or `tags` of an executable skill).
    pub keywords: Vec<String>,
    /// Where it was read from, as a path inside its volume.
    pub path: String,
    /// The front matter as it was written, field by field; null where it cannot be read, or was left out with the source.
    #[serde(default)]
    pub front_matter: Value,
    /// The Markdown after the front matter.
    #[serde(default)]
    pub body: String,
    /// The whole file, as it was read.
    #[serde(default)]
    pub source: Arc<str>,
    /// What runs, if this skill runs; without, it is context for a model.
    pub executable: Option<Arc<ExecutableSkill>>,
    /// The other files of a skill that is a folder, as paths inside it: scripts, references, assets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Whether a model may be told of it only when a person asks for it by name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// Which of the known forms a skill is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One file that guides a model.
    Context,
    /// One file that runs.
    Executable,
    /// A folder with a `SKILL.md`, as agentskills.io has it; it may run too.
    Agent,
}

impl Skill {
    /// The form it is written in.
    pub fn format(&self) -> Format {
        match (self.folder(), &self.executable) {
            (Some(_), _) => Format::Agent,
            (None, Some(_)) => Format::Executable,
            (None, None) => Format::Context,
        }
    }

    /// The folder that is this skill, if it is one.
    pub fn folder(&self) -> Option<&str> {
        folder::folder_of(&self.path)
    }

    /// The skill without its text: all that is listed and drawn, and with `keeps_code` all that runs and what is said of its ports.
    pub fn outline(&self, keeps_code: bool) -> Self {
        let bare = |ports: &[Port]| {
            ports.iter().map(|port| Port { description: String::new(), ..port.clone() }).collect::<Vec<_>>()
        };
        let without_code = |skill: &Arc<ExecutableSkill>| {
            if keeps_code {
                Arc::clone(skill)
            } else {
                let (inputs, outputs) = (bare(&skill.inputs), bare(&skill.outputs));
                Arc::new(ExecutableSkill { code: String::new(), inputs, outputs, ..(**skill).clone() })
            }
        };
        Self {
            front_matter: Value::Null,
            body: String::new(),
            source: Arc::default(),
            executable: self.executable.as_ref().map(without_code),
            ..self.clone()
        }
    }

    /// The outline without what describes the skill: its names and its ports, enough to list it and to connect it.
    #[must_use]
    pub fn stub(&self) -> Self {
        let mut stub = self.outline(false);
        stub.description.clear();
        stub.keywords.clear();
        if let Some(executable) = &mut stub.executable {
            let executable = Arc::make_mut(executable);
            executable.description.clear();
            executable.tags.clear();
        }
        stub
    }

    /// The Markdown that is for reading: without what stands beside it wherever a skill is shown, its title and its code.
    pub fn prose(&self) -> String {
        if self.executable.is_some() {
            prose::without_code(&self.body)
        } else {
            prose::without_title(&self.body, &self.name).to_owned()
        }
    }
}
