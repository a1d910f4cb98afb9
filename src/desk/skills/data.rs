//! What the calls about skills answer, as far as their face shows it.

use serde_json::Value;

use crate::desk::answer::answers;
use crate::desk::data::Read;

answers! {
    /// `GET /skills`.
    pub struct SkillPage {
        /// How many there are in all.
        pub total: u64,
        /// The first of them.
        pub skills: Vec<SkillRow>,
    }

    /// A word of the query, and where it stands.
    pub struct Reason {
        /// The part of the skill.
        pub field: String,
        /// The word.
        pub term: String,
    }

    /// The part that runs.
    pub struct Runs {
        /// What it takes.
        pub inputs: Vec<PortRow>,
        /// What it gives.
        pub outputs: Vec<PortRow>,
        /// The code.
        pub code: String,
        /// The language of the code.
        pub language: String,
    }

    /// Something that is wrong with a file.
    pub struct Finding {
        /// The line, from 1.
        pub line: Option<u64>,
        /// `error` or `warning`.
        pub severity: String,
        /// What is wrong.
        pub message: String,
        /// What to do about it.
        pub hint: Option<String>,
    }

    /// `POST /skills/check`.
    pub struct Checked {
        /// What is wrong.
        pub diagnostics: Vec<Finding>,
        /// The prose, safe to insert.
        pub html: String,
    }

    /// `GET /skills/templates`.
    pub struct Templates {
        /// Each with its file.
        pub templates: Vec<Template>,
    }

    /// A skill to begin with.
    pub struct Template {
        /// Its name for programs.
        pub template_id: String,
        /// Its name for people.
        pub name: String,
        /// What it is for.
        pub description: String,
        /// The file.
        pub source: String,
    }

    /// `POST /import/skills`.
    pub struct Import {
        /// What is taken in.
        pub imported: Vec<Imported>,
        /// What is not.
        pub skipped: Vec<Skipped>,
    }

    /// A skill that is taken in.
    pub struct Imported {
        /// Where it came from.
        pub path: String,
        /// Its id.
        pub skill_id: String,
        /// What people call it.
        pub name: String,
        /// `context`, `executable` or `agent`.
        pub format: String,
        /// What it takes the place of.
        pub replaces: Option<String>,
        /// What is wrong with it.
        pub diagnostics: Vec<Finding>,
    }

    /// A file that is not taken in.
    pub struct Skipped {
        /// Which.
        pub path: String,
        /// Why not.
        pub reason: String,
    }
}

/// One skill in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SkillRow {
    /// Its id.
    pub skill_id: String,
    /// What people call it.
    pub name: String,
    /// The group it is listed under.
    pub category: String,
    /// What it does.
    pub description: String,
    /// The volume that counts.
    pub volume: String,
    /// Volumes that hold one of the same id.
    pub shadows: Vec<String>,
    /// What kind of node it makes; empty where it does not run.
    pub kind: String,
    /// `context`, `executable` or `agent`.
    pub format: String,
    /// How many findings its file has.
    pub findings: u64,
    /// Why it was found.
    pub reasons: Vec<Reason>,
}

impl Read for SkillRow {
    fn read(value: &Value) -> Self {
        Self {
            skill_id: Read::read(&value["skill_id"]),
            name: Read::read(&value["name"]),
            category: Read::read(&value["category"]),
            description: Read::read(&value["description"]),
            volume: Read::read(&value["volume"]),
            shadows: Read::read(&value["shadows"]),
            kind: Read::read(&value["type"]),
            format: Read::read(&value["format"]),
            findings: Read::read(&value["findings"]),
            reasons: Read::read(&value["reasons"]),
        }
    }
}

/// One input or output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortRow {
    /// Its name.
    pub name: String,
    /// What it carries.
    pub kind: String,
    /// What it is.
    pub description: String,
    /// The value where nothing is wired to it.
    pub default: Option<Value>,
    /// Its unit.
    pub unit: String,
}

impl Read for PortRow {
    fn read(value: &Value) -> Self {
        Self {
            name: Read::read(&value["name"]),
            kind: Read::read(&value["type"]),
            description: Read::read(&value["description"]),
            default: Read::read(&value["default"]),
            unit: Read::read(&value["unit"]),
        }
    }
}

/// `GET /skills/{skill_id}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SkillDetail {
    /// The same as in the list.
    pub row: SkillRow,
    /// The whole file.
    pub source: String,
    /// Its place.
    pub path: String,
    /// Its prose, safe to insert.
    pub html: String,
    /// What runs.
    pub runs: Option<Runs>,
    /// The other files of its folder.
    pub files: Vec<String>,
    /// What is wrong with it.
    pub diagnostics: Vec<Finding>,
    /// Whether the person may change it where it is.
    pub writable: bool,
    /// Words that people search for.
    pub keywords: Vec<String>,
}

impl Read for SkillDetail {
    fn read(value: &Value) -> Self {
        Self {
            row: Read::read(value),
            source: Read::read(&value["source"]),
            path: Read::read(&value["path"]),
            html: Read::read(&value["html"]),
            runs: Read::read(&value["runs"]),
            files: Read::read(&value["files"]),
            diagnostics: Read::read(&value["diagnostics"]),
            writable: Read::read(&value["writable"]),
            keywords: Read::read(&value["keywords"]),
        }
    }
}
