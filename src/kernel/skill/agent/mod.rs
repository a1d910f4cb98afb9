//! The form of agentskills.io: a folder with a `SKILL.md` whose front matter has six fields and no others.
//!
//! Read leniently: what the rules forbid is a warning, and only a skill that says nothing of itself is left out. Written strictly: what
//! leaves this workbench passes the published validator, and all that only we know travels in `metadata`, under keys that begin with
//! `llmos-`, and is found there when the package comes back.

use std::fmt::Write;

use serde_json::Value;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::Skill;
use super::front_matter::{self, FrontMatter};
use super::yaml::Yaml;
use crate::kernel::diagnostic::Diagnostic;

const FIELDS: [&str; 6] = ["name", "description", "license", "compatibility", "metadata", "allowed-tools"];
const PREFIX: &str = "llmos-";
const LONGEST_NAME: usize = 64;
const LONGEST_DESCRIPTION: usize = 1024;
const LONGEST_COMPATIBILITY: usize = 500;

/// What YAML takes for the end of a line, or of a file, and JSON does not.
const LINE_ENDS_OF_YAML: [(char, &str); 3] =
    [('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029"), ('\u{feff}', "\\ufeff")];

/// What the published validator says no to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PackageFault {
    /// There are no two lines of `---` with fields between.
    #[error("the front matter cannot be read")]
    NoFrontMatter,
    /// A field beside the six.
    #[error("the field '{0}' is not one of name, description, license, compatibility, metadata, allowed-tools")]
    UnknownField(String),
    /// A field that must be there, as text.
    #[error("the field '{0}' must be there, as text")]
    Missing(&'static str),
    /// A name that is none.
    #[error("the name '{0}' must have 1 to 64 lowercase letters, digits and single hyphens inside")]
    BadName(String),
    /// A name that its folder does not have.
    #[error("the name '{name}' is not that of the folder, '{folder}'")]
    OtherFolder {
        /// The name.
        name: String,
        /// The folder.
        folder: String,
    },
    /// A text that is too long.
    #[error("the field '{field}' has {length} letters; at most {most} are allowed")]
    TooLong {
        /// Which.
        field: &'static str,
        /// How long it is.
        length: usize,
        /// How long it may be.
        most: usize,
    },
}

/// What is wrong with a `SKILL.md` in this folder, by the rules of the published validator.
pub fn package_fault(folder: &str, text: &str) -> Option<PackageFault> {
    let folder = folder.rsplit('/').next().unwrap_or_default();
    let head = front_matter::split(text).ok().map(|parts| parts.head);
    let Some(Ok(Yaml::Fields(fields))) = head.map(serde_yaml::from_str::<Yaml>) else {
        return Some(PackageFault::NoFrontMatter);
    };
    if let Some((name, _)) = fields.iter().find(|(name, _)| !FIELDS.contains(&name.as_str())) {
        return Some(PackageFault::UnknownField(name.clone()));
    }
    let text_of = |field: &'static str| {
        let value = fields.iter().find(|(name, _)| name == field).and_then(|(_, value)| value.to_text());
        value.filter(|text| !text.is_empty()).ok_or(PackageFault::Missing(field))
    };
    let longest = |field: &'static str, text: &str, most: usize| {
        let length = text.chars().count();
        (length > most).then_some(PackageFault::TooLong { field, length, most })
    };
    let name = match text_of("name") {
        Ok(name) => name,
        Err(fault) => return Some(fault),
    };
    if !is_name(&name) {
        return Some(PackageFault::BadName(name));
    }
    if !name.nfkc().eq(folder.nfkc()) {
        return Some(PackageFault::OtherFolder { name, folder: folder.to_owned() });
    }
    match text_of("description") {
        Ok(description) => longest("description", &description, LONGEST_DESCRIPTION),
        Err(fault) => Some(fault),
    }
    .or_else(|| longest("compatibility", &text_of("compatibility").ok()?, LONGEST_COMPATIBILITY))
}

fn is_name(name: &str) -> bool {
    let name: String = name.nfkc().collect();
    let letters = |letter: char| letter == '-' || (letter.is_alphanumeric() && letter.to_lowercase().eq([letter]));
    (1..=LONGEST_NAME).contains(&name.chars().count())
        && name.chars().all(letters)
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
}

/// Looks at a `SKILL.md` leniently: refuses one that says nothing of itself, warns of all else that others may refuse.
pub(super) fn check(matter: &FrontMatter<'_>, folder: &str, description: &str) -> Result<(), Diagnostic> {
    let folder = folder.rsplit('/').next().unwrap_or_default();
    if description.is_empty() {
        let finding = Diagnostic::error("no_description", "The skill has no description, so no model could choose it");
        return Err(finding
            .at_line(matter.line("description"))
            .at_port("description")
            .hint("Add a line 'description: …' that says what it does and when to use it"));
    }
    let warn = |field: &str, code: &'static str, message: String, hint: &str| {
        matter.report(Diagnostic::warning(code, message).at_line(matter.line(field)).at_port(field).hint(hint));
    };
    let cure = "Other programs may refuse the skill; Export mends it";
    match matter.written_text("name") {
        None => warn("name", "no_name", format!("The skill has no name; '{folder}' is used"), cure),
        Some(name) if !is_name(&name) => {
            let message = format!("The name '{name}' is not of 1 to 64 lowercase letters, digits and single hyphens");
            warn("name", "bad_name", message, cure);
        }
        Some(name) if name != folder => {
            warn("name", "name_differs", format!("The name '{name}' is not that of the folder, '{folder}'"), cure);
        }
        Some(_) => {}
    }
    for (field, most) in [("description", LONGEST_DESCRIPTION), ("compatibility", LONGEST_COMPATIBILITY)] {
        let length = matter.written_text(field).map_or(0, |text| text.chars().count());
        if length > most {
            let message = format!("The {field} has {length} letters; others allow {most}");
            warn(field, "too_long", message, cure);
        }
    }
    Ok(())
}

/// What a package carries of ours: the entries of `metadata` that begin with our prefix, as fields.
pub(super) fn carried(matter: &FrontMatter<'_>) -> Vec<(String, Yaml, u32)> {
    let Some((Yaml::Fields(entries), line)) = matter.get("metadata") else { return Vec::new() };
    let field = |(key, value): &(String, Yaml)| Some((key.strip_prefix(PREFIX)?.to_owned(), unpacked(value), line));
    entries.iter().filter_map(field).collect()
}

/// A value of the strict form, where all is text.
fn unpacked(value: &Yaml) -> Yaml {
    match value {
        Yaml::Text(text) if text.starts_with(['[', '{', '"']) => {
            // We write JSON; others may write YAML.
            let read = serde_json::from_str(text).ok().or_else(|| serde_yaml::from_str(text).ok());
            read.unwrap_or_else(|| value.clone())
        }
        value => value.clone(),
    }
}

fn packed_text(text: &str) -> String {
    if text.starts_with(['[', '{', '"']) { Value::from(text).to_string() } else { text.to_owned() }
}

/// The same as text. What would be read as something else is written as JSON.
fn packed(value: &Yaml) -> Option<String> {
    match value {
        Yaml::Null => None,
        Yaml::Text(text) => Some(packed_text(text)),
        Yaml::List(_) | Yaml::Fields(_) => Some(value.to_json().to_string()),
        single => single.to_text(),
    }
}

/// A skill as a package that the published validator accepts: the name of its folder, and its `SKILL.md`.
pub fn packaged(skill: &Skill) -> Option<(String, String)> {
    let parts = front_matter::split(&skill.source).ok()?;
    let matter = FrontMatter::read(parts.head).ok()?;
    let name = package_name(&skill.skill_id);
    let mut metadata: Vec<(String, String)> = Vec::new();
    let mut carry = |key: &str, value: String| {
        if metadata.iter().all(|(other, _)| other != key) {
            metadata.push((key.to_owned(), value));
        }
    };
    if name != skill.skill_id {
        carry("llmos-skill-id", packed_text(&skill.skill_id));
    }
    if name != skill.name {
        carry("llmos-name", packed_text(&skill.name));
    }
    let description = match plain(&skill.description) {
        text if text.is_empty() => plain(&skill.name),
        text => text.chars().take(LONGEST_DESCRIPTION).collect(),
    };
    if description != skill.description && !skill.description.is_empty() {
        carry("llmos-description", packed_text(&skill.description));
    }
    let mut head = String::new();
    let mut put = |field: &str, text: &str| {
        let _ = writeln!(head, "{field}: {}", quoted(text));
    };
    put("name", &name);
    put("description", &description);
    for (written, value, line) in matter.fields() {
        let value = match value {
            // As it stands there: 1.10 is not 1.1.
            Yaml::Float(_) => matter.written_at(line).map_or_else(|| value.clone(), Yaml::Text),
            _ => value.clone(),
        };
        let key = written.trim().to_lowercase().replace(['_', ' '], "-");
        match (key.as_str(), &value) {
            ("name" | "description" | "skill-id" | "skillid", _) => {}
            ("license", Yaml::Text(text)) => put("license", text),
            ("compatibility", Yaml::Text(text)) if text.chars().count() <= LONGEST_COMPATIBILITY => {
                put("compatibility", text);
            }
            ("allowed-tools", Yaml::List(tools)) => {
                put("allowed-tools", &tools.iter().filter_map(Yaml::to_text).collect::<Vec<_>>().join(" "));
            }
            ("allowed-tools", Yaml::Text(text)) => put("allowed-tools", text),
            ("metadata", Yaml::Fields(entries)) => {
                for (key, value) in entries.iter().filter(|(key, _)| !key.starts_with(PREFIX)) {
                    if let Some(value) = packed(value) {
                        carry(key, value);
                    }
                }
            }
            _ => {
                if let Some(value) = packed(&value) {
                    carry(&format!("{PREFIX}{key}"), value);
                }
            }
        }
    }
    if !metadata.is_empty() {
        head.push_str("metadata:\n");
        for (key, value) in metadata {
            let _ = writeln!(head, "  {}: {}", quoted(&key), quoted(&value));
        }
    }
    Some((name, format!("---\n{head}---\n\n{}\n", skill.body.trim())))
}

/// An id, or any text, as a name of the strict form.
pub fn package_name(id: &str) -> String {
    let mut name = String::new();
    for letter in id.nfkd().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' if name.len() < LONGEST_NAME => name.push(letter),
            _ if !name.is_empty() && !name.ends_with('-') && name.len() < LONGEST_NAME && letter.is_ascii() => {
                name.push('-');
            }
            _ => {}
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "skill".to_owned() } else { name.to_owned() }
}

/// One line, without the brackets that some read as markup.
fn plain(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace('<', "‹").replace('>', "›").trim().to_owned()
}

/// Text in quotes as YAML and JSON both have them. The validator cuts the file at the first three hyphens in a row, wherever they are.
fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect();
    let mut quoted = Value::String(text).to_string().replace("---", "-\\u002d-");
    for (sign, escape) in LINE_ENDS_OF_YAML {
        quoted = quoted.replace(sign, escape);
    }
    quoted
}

#[cfg(test)]
mod tests;
