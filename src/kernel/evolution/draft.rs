//! A drafted skill: a file that says where it comes from, the words of its commit, and the difference to a skill that there is already.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Pattern;
use crate::kernel::skill::package_name;

const LONGEST_ID: usize = 48;

/// What a draft is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// It guides a model.
    Context,
    /// It runs: a part of workflows as one node.
    Compound,
}

/// A drafted skill.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it is for.
    pub kind: DraftKind,
    /// Its id.
    pub skill_id: String,
    /// What people will call it.
    pub name: String,
    /// Its file.
    pub source: String,
}

/// The words at the head of a draft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SkillHead {
    /// What people will call it.
    pub name: String,
    /// The group it is listed under.
    pub category: String,
    /// What it does, in a line.
    pub description: String,
    /// Words to find it by.
    pub keywords: Vec<String>,
}

impl SkillHead {
    /// The front matter: these words, more fields, and where the skill comes from.
    pub(super) fn front_matter(
        &self,
        skill_id: &str,
        more: &[(&str, Value)],
        pattern: &Pattern,
        generator: &str,
        created_at: &str,
    ) -> String {
        const MOST_SOURCES: usize = 50;
        let newest = pattern.trace_ids.len().saturating_sub(MOST_SOURCES);
        let mut fields = vec![
            ("skill_id", json!(skill_id)),
            ("name", json!(one_line(&self.name))),
            ("category", json!(self.category)),
            ("description", json!(one_line(&self.description))),
            ("keywords", json!(self.keywords)),
        ];
        fields.extend(more.iter().cloned());
        fields.extend([
            ("pattern", json!(pattern.signature)),
            ("source_traces", json!(pattern.trace_ids[newest..])),
            ("confidence", json!(pattern.confidence())),
            ("created_at", json!(created_at)),
            ("generator", json!(generator)),
        ]);
        // JSON's values are YAML's too, whatever is in them.
        let lines: String = fields.iter().map(|(field, value)| format!("{field}: {value}\n")).collect();
        format!("---\n{lines}---\n")
    }
}

/// The id for a name: not taken by another, unless it is the one for this pattern.
pub(super) fn id_for(name: &str, is_free: &dyn Fn(&str) -> bool) -> String {
    let mut id = package_name(name);
    if id.len() > LONGEST_ID {
        let cut = id[..=LONGEST_ID.min(id.len() - 1)].rfind('-').filter(|cut| *cut > 0).unwrap_or(LONGEST_ID);
        id.truncate(cut);
    }
    if is_free(&id) {
        return id;
    }
    let numbered = (2..1_000).map(|number| format!("{id}-{number}")).find(|id| is_free(id));
    numbered.unwrap_or(id)
}

/// The message of the commit that makes a skill.
#[must_use]
pub fn create_message(skill_id: &str, traces: usize) -> String {
    format!("Evolution: Create skill '{skill_id}' from {}", counted(traces))
}

/// The message of the commit that changes one.
#[must_use]
pub fn update_message(skill_id: &str, traces: usize) -> String {
    format!("Evolution: Update skill '{skill_id}' from {}", counted(traces))
}

fn counted(traces: usize) -> String {
    several(traces, "trace")
}

/// `1 day`, `3 days`.
pub(super) fn several(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text cut at a word, with a sign that it was.
pub(super) fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let cut: String = text.chars().take(letters).collect();
    let end = cut.rfind(char::is_whitespace).filter(|end| *end > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

/// Text without what looks like a key: what is shared must not carry one along.
pub(super) fn redacted(text: &str) -> String {
    const BEGINNINGS: [&str; 12] =
        ["sk-", "sk_", "ghp_", "gho_", "github_pat_", "xoxb-", "xoxp-", "AKIA", "AIza", "glpat-", "hf_", "eyJ"];
    const SHORTEST_KEY: usize = 16;
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let length = rest[start..].find(|letter| !is_part(letter)).unwrap_or(rest.len() - start);
        let word = &rest[start..start + length];
        kept.push_str(&rest[..start]);
        let is_key = word.len() >= SHORTEST_KEY && BEGINNINGS.iter().any(|beginning| word.starts_with(beginning));
        kept.push_str(if is_key { "[left out]" } else { word });
        rest = &rest[start + length..];
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_the_source_design_s() {
        assert_eq!(create_message("python-scripts", 5), "Evolution: Create skill 'python-scripts' from 5 traces");
        assert_eq!(update_message("x", 1), "Evolution: Update skill 'x' from 1 trace");
    }

    #[test]
    fn ids_are_free_and_short() {
        assert_eq!(id_for("Create Python scripts", &|_| true), "create-python-scripts");
        assert_eq!(id_for("A", &|id| id != "a" && id != "a-2"), "a-3");
        assert!(id_for(&"word ".repeat(40), &|_| true).len() <= LONGEST_ID);
        assert!(!id_for("数据", &|_| true).is_empty());
    }

    #[test]
    fn keys_are_left_out_and_texts_cut() {
        assert_eq!(redacted("use sk-abcdefghijklmnopqrst, not sk-1"), "use [left out], not sk-1");
        assert_eq!(shortened("one two three", 8), "one two…");
        assert_eq!(shortened("é", 8), "é");
    }
}
