//! A trace's file as evidence, or why it is none. Files come from anywhere: what is broken, huge or hostile is told apart and left.

use super::Goal;
use super::legacy::read_legacy_trace;
use super::outcome::{self, Reaction};
use super::run_record::RunRecord;
use crate::kernel::trace::Trace;

/// A trace beyond this was not written by this workbench.
pub const LARGEST_TRACE_BYTES: usize = 1_000_000;
const LARGEST_HEAD_BYTES: usize = 32_000;

/// What a trace says of one thing that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What was wanted, as a person put it.
    pub text: String,
    /// The goal of it, or the run.
    pub what: What,
    /// When, in whole seconds since 1970.
    pub started_at: i64,
    /// How long it took.
    pub duration_ms: f64,
    /// How well it went, where somebody said so.
    pub rating: Option<f64>,
    /// Whether it came to its end.
    pub completed: bool,
    /// The conversation.
    pub session_id: Option<String>,
    /// The skills that took part.
    pub skills: Vec<String>,
    /// The tools that took part.
    pub tools: Vec<String>,
    /// Whether its owner lets their team learn from it.
    pub shared: bool,
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Something was asked for.
    Goal(Goal),
    /// A workflow ran.
    Run(Box<RunRecord>),
    /// A person reacted to the answer before it, and wanted nothing else.
    Thanks,
    /// The same, and they were not content.
    Correction,
}

/// What came of reading a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// It counts.
    Counts(Box<Evidence>),
    /// It counts, and the line says what is special about it.
    CountsWith(Box<Evidence>, String),
    /// It does not, and the line says why.
    Skipped(String),
}

/// Reads a trace's file. Never fails: what cannot be counted is skipped with a line that says why.
#[must_use]
pub fn read(trace_id: &str, bytes: &[u8]) -> Reading {
    if bytes.len() > LARGEST_TRACE_BYTES {
        let limit = LARGEST_TRACE_BYTES / 1_000;
        return Reading::Skipped(format!("it has {} kB; at most {limit} kB are read", bytes.len() / 1_000));
    }
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let head_bytes = text.get(4..).and_then(|rest| rest.find("\n---\n")).unwrap_or_default();
    if head_bytes > LARGEST_HEAD_BYTES {
        return Reading::Skipped(format!("its front matter has {} kB", head_bytes / 1_000));
    }
    let (trace, line) = match Trace::parse(&text) {
        Ok(trace) if !trace.goal.trim().is_empty() => (trace, None),
        other => match read_legacy_trace(&text) {
            Some(trace) => (trace, Some("it was read as a trace of the old llmos".to_owned())),
            None => {
                let why = other.err().map_or_else(|| "it has no goal".to_owned(), |why| why.to_string());
                return Reading::Skipped(why);
            }
        },
    };
    if outcome::gives_orders(&trace.goal) || outcome::gives_orders(&trace.content) {
        return Reading::Skipped("its text tells a model to do something else than what was asked".to_owned());
    }
    let what = what_of(&trace);
    if matches!(&what, What::Goal(goal) if goal.is_empty()) {
        return Reading::Skipped("its goal says nothing that could recur".to_owned());
    }
    let evidence = Box::new(Evidence {
        what,
        started_at: if trace.started_at > 0 {
            trace.started_at
        } else {
            Trace::moment_of(trace_id).unwrap_or_default()
        },
        duration_ms: if trace.duration_ms.is_finite() { trace.duration_ms.max(0.0) } else { 0.0 },
        rating: trace.success_rating.filter(|rating| (0.0..=1.0).contains(rating)),
        completed: completed(&trace),
        session_id: trace.session_id,
        skills: names(trace.skills_used),
        tools: names(trace.tools),
        shared: trace.shared,
        text: trace.goal.chars().take(200).collect(),
    });
    match line {
        Some(line) => Reading::CountsWith(evidence, line),
        None => Reading::Counts(evidence),
    }
}

fn what_of(trace: &Trace) -> What {
    if let Some(run) = RunRecord::read(&trace.content) {
        return What::Run(Box::new(run));
    }
    match outcome::reaction(&trace.goal) {
        Some((Reaction::Thanks, true)) => What::Thanks,
        Some((Reaction::Correction, true)) => What::Correction,
        _ => What::Goal(Goal::of(&trace.goal)),
    }
}

/// Whether it came to its end, as its own text says.
fn completed(trace: &Trace) -> bool {
    match RunRecord::read(&trace.content) {
        Some(run) => run.status == "completed",
        None => !trace.content.contains("\n## Ended early\n"),
    }
}

fn names(mut names: Vec<String>) -> Vec<String> {
    const MOST: usize = 64;
    const LONGEST: usize = 100;
    names.retain(|name| !name.is_empty() && name.len() <= LONGEST && !name.chars().any(char::is_control));
    names.truncate(MOST);
    names.sort_unstable();
    names.dedup();
    names
}
