//! Something that was done again and again, with its figures.

use serde::{Deserialize, Serialize};

use crate::kernel::dag::Workflow;

/// From which figures on a pattern is worth a skill.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// How often it was done.
    pub min_pattern_count: usize,
    /// How well it went on average, from 0 to 1.
    pub min_success_rate: f64,
}

impl Default for Thresholds {
    /// The source design's.
    fn default() -> Self {
        Self { min_pattern_count: 3, min_success_rate: 0.7 }
    }
}

/// What recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternKind {
    /// A wish, in different words.
    Goal,
    /// A part of workflows, under different names.
    Workflow,
}

/// A value that the occurrences were given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Which: a place in the goal, or a node's skill and input.
    pub name: String,
    /// What was given and how often, the most usual first; some of them where there are many.
    pub values: Vec<(String, usize)>,
    /// Whether it was not always the same.
    pub varied: bool,
}

/// Once that a pattern was seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Occurrence {
    /// The trace.
    pub trace_id: String,
    /// When.
    pub at: i64,
    /// What was wanted, in the words of then.
    pub goal: String,
    /// How long it took.
    pub duration_ms: f64,
    /// How well it went, from 0 to 1.
    pub score: f64,
    /// Whether somebody said so, rather than what followed.
    pub is_rated: bool,
    /// The skills that took part.
    pub skills: Vec<String>,
    /// What it was given.
    pub given: Vec<String>,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pattern {
    /// What recurs.
    pub kind: PatternKind,
    /// Names it; stays the same as it grows.
    pub signature: String,
    /// The goal, as it was first put.
    pub goal: String,
    /// The goal in its variants, with how often each, the most usual first.
    pub variants: Vec<(String, usize)>,
    /// How often.
    pub count: usize,
    /// On how many days, UTC.
    pub days: usize,
    /// In how many conversations.
    pub sessions: usize,
    /// By how many people, where that is known.
    pub people: usize,
    /// How well it went on average: ratings, and what follows tells where there is none.
    pub success_rate: f64,
    /// How many of them somebody rated.
    pub rated: usize,
    /// The time it usually took.
    pub median_ms: f64,
    /// Skills that took part, with how often.
    pub skills: Vec<(String, usize)>,
    /// Tools that took part, with how often.
    pub tools: Vec<(String, usize)>,
    /// The values that were given.
    pub parameters: Vec<Parameter>,
    /// The traces, oldest first.
    pub trace_ids: Vec<String>,
    /// How well each of them went.
    pub scores: Vec<f64>,
    /// When it was last done.
    pub last_at: i64,
    /// The recurring part of workflows.
    #[serde(skip)]
    pub part: Option<Workflow>,
}

impl Pattern {
    /// Whether it is worth a skill.
    #[must_use]
    pub fn is_viable(&self, thresholds: Thresholds) -> bool {
        self.count >= thresholds.min_pattern_count && self.success_rate >= thresholds.min_success_rate
    }

    /// How sure one can be that it will go well again: the lower end of Wilson's interval of the rate, 80 % of the time.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        const Z: f64 = 1.282;
        let (rate, count) = (self.success_rate.clamp(0.0, 1.0), self.count.max(1) as f64);
        let middle = rate + Z * Z / (2.0 * count);
        let spread = Z * (rate * (1.0 - rate) / count + Z * Z / (4.0 * count * count)).sqrt();
        let confidence = (middle - spread) / (1.0 + Z * Z / count);
        (confidence * 100.0).round() / 100.0
    }

    /// The traces that went well, best first, the newest of equals before.
    #[must_use]
    pub fn best_traces(&self) -> Vec<&str> {
        let mut places: Vec<usize> = (0..self.trace_ids.len()).filter(|place| self.scores[*place] >= 0.5).collect();
        places.sort_by(|one, other| self.scores[*other].total_cmp(&self.scores[*one]).then(other.cmp(one)));
        places.into_iter().map(|place| self.trace_ids[place].as_str()).collect()
    }

    /// The traces that did not.
    #[must_use]
    pub fn failed_traces(&self) -> Vec<&str> {
        let failed = self.trace_ids.iter().zip(&self.scores).filter(|(_, score)| **score < 0.5);
        failed.map(|(trace_id, _)| trace_id.as_str()).collect()
    }
}
