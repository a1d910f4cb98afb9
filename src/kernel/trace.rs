//! Traces: what was asked, what was used, how long it took and how well it went, as Markdown files with a head of plain fields.
//!
//! Reads and writes the form only: where traces are kept is `volume`'s, what is made of them is evolution's. A secret has no place here.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One trace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// Unlike any other; begins with the time, so that names sort as they came.
    pub trace_id: String,
    /// `chat`, `workflow`, or another word.
    pub kind: String,
    /// What was wanted, in a line.
    pub goal: String,
    /// When it began, in whole seconds since 1970.
    pub started_at: i64,
    /// How long it took.
    pub duration_ms: f64,
    /// How well it went, from 0 to 1, where somebody said so.
    pub success_rating: Option<f64>,
    /// The skills that took part.
    pub skills_used: Vec<String>,
    /// The conversation that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// The answer in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The provider's name for the model that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the model read and wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<TokenCount>,
    /// The tools that were used, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// The workflow that ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<String>,
    /// Whether its owner lets their team learn from it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// Markdown.
    #[serde(skip)]
    pub content: String,
}

/// Tokens of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenCount {
    /// What the model read.
    pub input_tokens: u64,
    /// What it wrote.
    pub output_tokens: u64,
}

/// Why a trace cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadTrace {
    /// It does not begin with a head between two lines of `---`.
    #[error("it does not begin with front matter between two lines of '---'")]
    NoHead,
    /// The head is not what it should be.
    #[error("its front matter cannot be read: {0}")]
    Head(String),
}

impl Trace {
    /// The name of a trace of this moment whose text has this hash.
    pub fn id_of(timestamp_s: i64, hash: &str) -> String {
        format!("{:010}-{}", timestamp_s.max(0), hash.get(..10).unwrap_or(hash))
    }

    /// The moment in a name.
    pub fn moment_of(trace_id: &str) -> Option<i64> {
        trace_id.split_once('-')?.0.parse().ok()
    }

    /// The file.
    pub fn encode(&self) -> String {
        let fields = serde_json::to_value(self).unwrap_or_default();
        // JSON's values are YAML's too, whatever is in them.
        let head: String = fields
            .as_object()
            .map(|fields| fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect())
            .unwrap_or_default();
        format!("---\n{head}---\n\n{}\n", self.content.trim())
    }

    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, BadTrace> {
        let rest = text.strip_prefix("---\n").ok_or(BadTrace::NoHead)?;
        let (head, content) = rest.split_once("\n---\n").ok_or(BadTrace::NoHead)?;
        let trace: Self = serde_yaml::from_str(head).map_err(|error| BadTrace::Head(error.to_string()))?;
        Ok(Self { content: content.trim().to_owned(), ..trace })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_read_as_it_was_written() {
        for goal in ["Plot a sine", "a: \"b\" # c", "línea\n---\nnueva", ""] {
            let trace = Trace {
                trace_id: Trace::id_of(1_790_000_000, "0123456789abcdef"),
                kind: "chat".to_owned(),
                goal: goal.to_owned(),
                started_at: 1_790_000_000,
                duration_ms: 12.5,
                success_rating: Some(0.75),
                skills_used: vec!["rc-lowpass".to_owned()],
                session_id: Some("s1".to_owned()),
                model: Some("small: 1".to_owned()),
                usage: Some(TokenCount { input_tokens: 1, output_tokens: 2 }),
                tools: vec!["read_file".to_owned()],
                ..Trace::default()
            };
            let trace = Trace { content: "## Question\n\n---\n\nWhy?".to_owned(), ..trace };
            assert_eq!(Trace::parse(&trace.encode()), Ok(trace.clone()), "{}", trace.encode());
            assert_eq!(Trace::moment_of(&trace.trace_id), Some(1_790_000_000));
        }
        assert_eq!(Trace::parse("no head"), Err(BadTrace::NoHead));
        assert!(matches!(Trace::parse("---\nkind: [\n---\n"), Err(BadTrace::Head(_))));
        assert_eq!(Trace::moment_of("nonsense"), None);
    }
}
