//! Whether a skill helps: tried before it is offered, watched after it was taken.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compound_draft::shape_of;
use super::run_record::kept_value;
use super::{Pattern, SourceRun};
use crate::kernel::access::Volume;
use crate::kernel::dag::{Compound, Node, Workflow};
use crate::kernel::search::{Query, SkillIndex, rank};
use crate::kernel::skill::{ExecutableSkill, Skill};

/// At most this is what a correction leaves of an answer.
pub(super) const CORRECTED: f32 = 0.0;
/// Values that differ less than this, in relation to their size, are the same: two machines need not agree on the last digit.
const SAME_NUMBER: f64 = 1e-9;

/// How a skill did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// In how many traces it took part.
    pub uses: usize,
    /// The last time.
    pub last_at: i64,
    /// How many of them were rated.
    pub rated: usize,
    /// Their mean rating.
    pub rating: Option<f64>,
    /// How many answers were corrected.
    pub corrected: usize,
    /// How well it went on average, rated or not.
    pub success_rate: Option<f64>,
}

/// Why a skill that evolution made should go to the archive, if it should. It is offered, never done.
#[must_use]
pub fn should_archive(usage: &Usage, age_days: i64) -> Option<String> {
    const ENOUGH_USES: usize = 4;
    const POOR: f64 = 0.5;
    const LONG_DAYS: i64 = 45;
    match usage.success_rate {
        Some(rate) if usage.uses >= ENOUGH_USES && rate < POOR => {
            Some(format!("It took part in {} traces and {:.0} % of them went well", usage.uses, rate * 100.0))
        }
        None if age_days >= LONG_DAYS => Some(format!("It was not used in {age_days} days")),
        _ => None,
    }
}

/// What the filter makes of a drafted skill that guides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FilterTrial {
    /// Goals of its own traces that were tried.
    pub tried: usize,
    /// For how many of them it comes up.
    pub found: usize,
    /// Skills that helped with a goal and would not come up any more, with the goal.
    pub pushed_out: Vec<(String, String)>,
}

impl FilterTrial {
    /// Whether it comes up where it should, and is in nobody's way.
    #[must_use]
    pub fn passes(&self) -> bool {
        const ENOUGH: f64 = 0.8;
        self.tried > 0 && self.found as f64 >= ENOUGH * self.tried as f64 && self.pushed_out.is_empty()
    }
}

/// Tries a draft: `own` are goals of its traces, `others` goals of traces that went well with the skills that helped there.
#[must_use]
pub fn filter_trial(
    draft: &Arc<Skill>,
    volume: &Volume,
    volumes: &[(Volume, &SkillIndex)],
    own: &[String],
    others: &[(String, Vec<String>)],
    limit: usize,
) -> FilterTrial {
    let mut with_draft = SkillIndex::default();
    with_draft.update(&BTreeMap::from([(draft.skill_id.clone(), Arc::clone(draft))]));
    let mut joined: Vec<(Volume, &SkillIndex)> = vec![(volume.clone(), &with_draft)];
    joined.extend(volumes.iter().cloned());
    let best = |volumes: &[(Volume, &SkillIndex)], goal: &str| -> Vec<String> {
        let ranking = rank(volumes, &Query::of_message(goal), |skill| !skill.hidden, 0, limit);
        ranking.skills.into_iter().map(|ranked| ranked.skill.skill_id.clone()).collect()
    };
    let mut trial = FilterTrial { tried: own.len(), ..FilterTrial::default() };
    trial.found = own.iter().filter(|goal| best(&joined, goal).contains(&draft.skill_id)).count();
    for (goal, helped) in others {
        let (before, after) = (best(volumes, goal), best(&joined, goal));
        let gone =
            helped.iter().filter(|skill| before.contains(skill) && !after.contains(skill) && **skill != draft.skill_id);
        trial.pushed_out.extend(gone.map(|skill| (skill.clone(), goal.clone())));
    }
    trial.pushed_out.sort();
    trial.pushed_out.dedup();
    trial
}

/// The source runs of a compound skill, to be run again with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReplayPlan {
    /// One for each run whose outputs are known.
    pub steps: Vec<ReplayStep>,
}

/// One run again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReplayStep {
    /// The trace of the run.
    pub trace_id: String,
    /// The compound as the only node, with the values of the run.
    pub workflow: Workflow,
    /// What it must give.
    pub expected: BTreeMap<String, Value>,
}

impl ReplayPlan {
    /// The node that stands for the compound in every step.
    pub const NODE: &'static str = "compound";

    /// What to run to know whether a compound does what its source runs did. Only runs that went well count.
    #[must_use]
    pub fn of(pattern: &Pattern, runs: &[SourceRun], skill: &ExecutableSkill) -> Self {
        const MOST_STEPS: usize = 5;
        let Ok(compound) = Compound::read(skill) else { return Self::default() };
        let step = |source: &SourceRun| {
            let part = shape_of(pattern, &source.run)?.part;
            let place = |node_id: &str| compound.nodes.iter().position(|node| node.node_id == node_id);
            let mut input_values = BTreeMap::new();
            for (input, sockets) in &compound.inputs {
                let socket = sockets.first()?;
                if let Some(value) = part.nodes.get(place(&socket.node)?)?.input_values.get(&socket.port) {
                    input_values.insert(input.clone(), value.clone());
                }
            }
            let mut expected = BTreeMap::new();
            for (output, socket) in &compound.outputs {
                let node = &part.nodes.get(place(&socket.node)?)?.node_id;
                if let Some(value) = source.run.nodes.get(node).and_then(|node| node.outputs.get(&socket.port)) {
                    expected.insert(output.clone(), value.clone());
                }
            }
            let node =
                Node { node_id: Self::NODE.to_owned(), skill_id: skill.skill_id.clone(), position: None, input_values };
            let workflow =
                Workflow { name: format!("Replay of {}", source.trace_id), nodes: vec![node], ..Workflow::default() };
            (!expected.is_empty()).then(|| ReplayStep { trace_id: source.trace_id.clone(), workflow, expected })
        };
        let good = runs.iter().rev().filter(|source| source.score >= 0.5);
        Self { steps: good.filter_map(step).take(MOST_STEPS).collect() }
    }
}

/// What differs between what a replay must give and what it gave, in a line each; nothing: they are the same.
#[must_use]
pub fn compare_outputs(expected: &BTreeMap<String, Value>, got: &BTreeMap<String, Value>) -> Vec<String> {
    let mut differences = Vec::new();
    for (output, expected) in expected {
        match got.get(output) {
            None => differences.push(format!("'{output}' is missing")),
            Some(got) => {
                // A large value was kept as its hash.
                let kept = if expected.get("$hash").is_some() && got.get("$hash").is_none() {
                    kept_value(got)
                } else {
                    got.clone()
                };
                if !is_same(expected, &kept) {
                    let show = |value: &Value| super::draft::shortened(&value.to_string(), 60);
                    differences.push(format!("'{output}' should be {} but is {}", show(expected), show(&kept)));
                }
            }
        }
    }
    differences
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (Some(one), Some(other)) = (one.as_f64(), other.as_f64()) else { return one == other };
            (one - other).abs() <= SAME_NUMBER * one.abs().max(other.abs()).max(f64::MIN_POSITIVE)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| is_same(value, other)))
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn outputs_are_the_same_but_for_the_last_digit() {
        let of = |value: Value| BTreeMap::from([("y".to_owned(), value)]);
        assert_eq!(
            compare_outputs(&of(json!([1.0, { "a": 0.1 }])), &of(json!([1, { "a": 0.100_000_000_000_01 }]))),
            Vec::<String>::new()
        );
        assert_eq!(compare_outputs(&of(json!(1)), &of(json!(2))), ["'y' should be 1 but is 2"]);
        assert_eq!(compare_outputs(&of(json!(1)), &BTreeMap::new()), ["'y' is missing"]);
        let large = json!("x".repeat(5_000));
        assert_eq!(compare_outputs(&of(kept_value(&large)), &of(large)), Vec::<String>::new());
        assert_eq!(compare_outputs(&of(kept_value(&json!("x".repeat(5_000)))), &of(json!("y".repeat(5_000)))).len(), 1);
    }

    #[test]
    fn what_stops_helping_is_offered_for_the_archive() {
        let usage = |uses, rate| Usage { uses, success_rate: Some(rate), ..Usage::default() };
        assert_eq!(
            should_archive(&usage(5, 0.4), 10).as_deref(),
            Some("It took part in 5 traces and 40 % of them went well")
        );
        assert_eq!(should_archive(&usage(5, 0.9), 10), None);
        assert_eq!(should_archive(&Usage::default(), 10), None);
        assert!(should_archive(&Usage::default(), 60).is_some());
    }
}
