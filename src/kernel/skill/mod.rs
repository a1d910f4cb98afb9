//! Skills: Markdown files with YAML front matter. Some guide the model, some run as typed nodes.
//!
//! Reading is lenient and never fails as a whole: a broken file becomes diagnostics and the others load.

mod closest;
mod code;
mod executable;
mod fit;
mod front_matter;
mod imports;
mod load;
mod port;
mod ports;
mod yaml;

pub use closest::{closest, did_you_mean};
pub use executable::{ExecutableSkill, ExecutionMode, Language, Runtime, SkillType};
pub use fit::in_words;
pub use imports::python_imports;
pub use load::{LARGEST_FILE_BYTES, Library, load, parse};
pub use port::{Port, PortType};

use std::sync::Arc;

/// A skill as read from one Markdown file.
#[derive(Clone, Debug, PartialEq)]
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
    /// The Markdown after the front matter.
    pub body: String,
    /// The whole file, as it was read.
    pub source: Arc<str>,
    /// What runs, if this skill runs; without, it is context for a model.
    pub executable: Option<Arc<ExecutableSkill>>,
}

impl Skill {
    /// The front matter as it was written, field by field; null where it cannot be read.
    pub fn front_matter(&self) -> serde_json::Value {
        front_matter::to_json(&self.source)
    }
}
