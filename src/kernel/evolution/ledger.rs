//! What was counted so far: goals and parts of workflows in groups, each with what happened when. Plain data that its caller keeps, so
//! that tomorrow only tomorrow's traces are read.

mod counting;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::goal::hash_of;
use super::near::Near;
use super::outcome::Reaction;
use super::shape::{Shape, shapes};
use super::{Evidence, Goal, Occurrence, Parameter, Pattern, PatternKind, Reading, RunRecord, SAME_GOAL, Usage, What};
use crate::kernel::dag::Workflow;

/// Another number means that what is kept has another form, and everything is counted anew.
const FORM: u32 = 1;
/// A variant may drift this much from the first of its group.
const DRIFT: f64 = 0.12;
const MOST_SESSIONS: usize = 512;
const MOST_NOTES: usize = 200;
const MOST_VARIANTS: usize = 64;

/// What was made of a trace, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Which.
    pub trace_id: String,
    /// Whether it counts.
    pub verdict: Verdict,
    /// Why, or how.
    pub line: String,
}

/// Whether a trace counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It does.
    Read,
    /// It does not.
    Skipped,
}

/// Everything that was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ledger {
    form: u32,
    groups: Vec<Group>,
    names: Vec<String>,
    /// The newest trace of each conversation: what comes next may be a reaction to it.
    sessions: BTreeMap<u32, (String, i64)>,
    notes: Vec<Note>,
    traces: usize,
    #[serde(skip)]
    index: Option<Index>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Group {
    key: String,
    text: String,
    variants: Vec<Variant>,
    seen: Vec<Seen>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<Workflow>,
    /// Smaller parts inside this one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    inner: BTreeSet<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Variant {
    signature: String,
    text: String,
    weighty: Vec<u32>,
    generic: Vec<u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Seen {
    id: String,
    at: i64,
    ms: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rating: Option<f32>,
    /// What is thought of it without a rating.
    derived: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<u32>,
    variant: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skills: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tools: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    given: Vec<String>,
}

impl Seen {
    fn score(&self) -> f64 {
        f64::from(self.rating.unwrap_or(self.derived))
    }
}

/// What finds things; made from the rest when it is needed.
#[derive(Clone, Debug, Default)]
struct Index {
    /// Groups of goals by the exact signatures of their variants.
    exact: HashMap<String, (u32, u16)>,
    /// Groups of parts by their keys.
    parts: HashMap<String, u32>,
    near: Near,
    /// Variants, as [`Near`] numbers them.
    variants: Vec<(u32, u16)>,
    /// The first variant of each group of goals.
    firsts: Vec<u32>,
    names: HashMap<String, u32>,
    traces: HashMap<String, Vec<u32>>,
}

impl Ledger {
    /// Reads what was kept; what cannot be read, or has another form, is an empty ledger.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).ok().filter(|ledger: &Self| ledger.form == FORM).unwrap_or_default()
    }

    /// What is to be kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// How many traces count.
    #[must_use]
    pub fn traces(&self) -> usize {
        self.traces
    }

    /// What was special about traces, the newest last; only so many are kept.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Everything that happened more than once, most often first.
    #[must_use]
    pub fn patterns(&self) -> Vec<Pattern> {
        let mut patterns: Vec<Pattern> =
            self.groups.iter().filter(|group| group.seen.len() >= 2).map(|group| self.pattern(group)).collect();
        self.leave_out_parts_of_parts(&mut patterns);
        patterns.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.signature.cmp(&other.signature)));
        patterns
    }

    /// A part that hardly ever comes without a larger one says nothing more.
    fn leave_out_parts_of_parts(&self, patterns: &mut Vec<Pattern>) {
        const MOSTLY: f64 = 0.8;
        let counts: HashMap<&str, usize> =
            patterns.iter().map(|pattern| (pattern.signature.as_str(), pattern.count)).collect();
        let mut covered = BTreeSet::new();
        for group in self.groups.iter().filter(|group| group.seen.len() >= 2) {
            for inner in &group.inner {
                let count = counts.get(inner.as_str()).copied().unwrap_or_default();
                if group.seen.len() as f64 >= MOSTLY * count as f64 {
                    covered.insert(inner.clone());
                }
            }
        }
        patterns.retain(|pattern| !covered.contains(&pattern.signature));
    }

    /// How a skill did in all that was counted since a moment.
    #[must_use]
    pub fn usage(&self, skill_id: &str, since: i64) -> Usage {
        let Some(name) = self.names.iter().position(|name| name == skill_id) else { return Usage::default() };
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let mut usage = Usage::default();
        let (mut rated, mut scores) = (0.0, 0.0);
        for seen in self.groups.iter().flat_map(|group| &group.seen) {
            // A run counts in each of its parts.
            if seen.at < since || !seen.skills.iter().any(|skill| *skill as usize == name) || !known.insert(&seen.id) {
                continue;
            }
            usage.uses += 1;
            usage.last_at = usage.last_at.max(seen.at);
            scores += seen.score();
            if let Some(rating) = seen.rating {
                usage.rated += 1;
                rated += f64::from(rating);
            }
            if seen.rating.is_none() && seen.derived <= super::measure::CORRECTED {
                usage.corrected += 1;
            }
        }
        if usage.uses > 0 {
            usage.success_rate = Some(scores / usage.uses as f64);
        }
        if usage.rated > 0 {
            usage.rating = Some(rated / usage.rated as f64);
        }
        usage
    }

    /// How each skill did that took part in anything, by its id.
    #[must_use]
    pub fn usages(&self) -> BTreeMap<&str, Usage> {
        let mut known: BTreeSet<(&str, u32)> = BTreeSet::new();
        let mut sums: BTreeMap<u32, (Usage, f64, f64)> = BTreeMap::new();
        for seen in self.groups.iter().flat_map(|group| &group.seen) {
            for skill in &seen.skills {
                // A run counts in each of its parts.
                if !known.insert((&seen.id, *skill)) {
                    continue;
                }
                let (usage, scores, rated) = sums.entry(*skill).or_default();
                usage.uses += 1;
                usage.last_at = usage.last_at.max(seen.at);
                *scores += seen.score();
                match seen.rating {
                    Some(rating) => {
                        usage.rated += 1;
                        *rated += f64::from(rating);
                    }
                    None if seen.derived <= super::measure::CORRECTED => usage.corrected += 1,
                    None => {}
                }
            }
        }
        let usage = |(skill, (usage, scores, rated)): (u32, (Usage, f64, f64))| {
            let success_rate = Some(scores / usage.uses.max(1) as f64);
            let rating = (usage.rated > 0).then(|| rated / usage.rated as f64);
            Some((self.names.get(skill as usize)?.as_str(), Usage { success_rate, rating, ..usage }))
        };
        sums.into_iter().filter_map(usage).collect()
    }

    /// The pattern of a signature, if it was seen at all.
    #[must_use]
    pub fn pattern_of(&self, signature: &str) -> Option<Pattern> {
        self.groups
            .iter()
            .find(|group| group.key == signature && !group.seen.is_empty())
            .map(|group| self.pattern(group))
    }

    /// What a pattern was seen in, oldest first.
    #[must_use]
    pub fn occurrences(&self, signature: &str) -> Vec<Occurrence> {
        let Some(group) = self.groups.iter().find(|group| group.key == signature) else { return Vec::new() };
        let occurrence = |seen: &Seen| Occurrence {
            trace_id: seen.id.clone(),
            at: seen.at,
            goal: group.variants.get(usize::from(seen.variant)).map_or(&group.text, |variant| &variant.text).clone(),
            duration_ms: f64::from(seen.ms),
            score: seen.score(),
            is_rated: seen.rating.is_some(),
            skills: seen.skills.iter().filter_map(|skill| self.names.get(*skill as usize).cloned()).collect(),
            given: seen.given.clone(),
        };
        let mut found: Vec<Occurrence> = group.seen.iter().map(occurrence).collect();
        found.sort_by(|one, other| one.at.cmp(&other.at).then_with(|| one.trace_id.cmp(&other.trace_id)));
        found
    }

    /// How many traces each of these days has, by the number of the day since 1970.
    #[must_use]
    pub fn by_day(&self) -> BTreeMap<i64, usize> {
        let mut known = BTreeSet::new();
        let mut days = BTreeMap::new();
        for seen in self.groups.iter().flat_map(|group| &group.seen) {
            if known.insert(&seen.id) {
                *days.entry(seen.at.div_euclid(86_400)).or_default() += 1;
            }
        }
        days
    }

    fn pattern(&self, group: &Group) -> Pattern {
        let mut seen: Vec<&Seen> = group.seen.iter().collect();
        seen.sort_by(|one, other| one.at.cmp(&other.at).then_with(|| one.id.cmp(&other.id)));
        let distinct = |keys: Vec<i64>| keys.into_iter().collect::<BTreeSet<_>>().len();
        let mut times: Vec<f64> = seen.iter().map(|seen| f64::from(seen.ms)).filter(|ms| *ms > 0.0).collect();
        times.sort_by(f64::total_cmp);
        let mut variants: BTreeMap<u16, usize> = BTreeMap::new();
        seen.iter().for_each(|seen| *variants.entry(seen.variant).or_default() += 1);
        let variant =
            |(number, count): (u16, usize)| Some((group.variants.get(usize::from(number))?.text.clone(), count));
        let scores: Vec<f64> = seen.iter().map(|seen| seen.score()).collect();
        Pattern {
            kind: if group.part.is_some() { PatternKind::Workflow } else { PatternKind::Goal },
            signature: group.key.clone(),
            goal: group.text.clone(),
            variants: most_usual(variants.into_iter().filter_map(variant).collect()),
            count: seen.len(),
            days: distinct(seen.iter().map(|seen| seen.at.div_euclid(86_400)).collect()),
            sessions: distinct(seen.iter().filter_map(|seen| seen.session).map(i64::from).collect()),
            people: distinct(seen.iter().filter_map(|seen| seen.person).map(i64::from).collect()),
            success_rate: scores.iter().sum::<f64>() / scores.len().max(1) as f64,
            rated: seen.iter().filter(|seen| seen.rating.is_some()).count(),
            median_ms: times.get(times.len() / 2).copied().unwrap_or_default(),
            skills: self.tally(seen.iter().flat_map(|seen| &seen.skills)),
            tools: self.tally(seen.iter().flat_map(|seen| &seen.tools)),
            parameters: parameters(group, &seen),
            trace_ids: seen.iter().map(|seen| seen.id.clone()).collect(),
            scores,
            last_at: seen.last().map_or(0, |seen| seen.at),
            part: group.part.clone(),
        }
    }

    fn tally<'a>(&self, names: impl Iterator<Item = &'a u32>) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        names.for_each(|name| *counts.entry(*name).or_default() += 1);
        let name = |(name, count): (u32, usize)| Some((self.names.get(name as usize)?.clone(), count));
        most_usual(counts.into_iter().filter_map(name).collect())
    }
}

fn most_usual(mut counts: Vec<(String, usize)>) -> Vec<(String, usize)> {
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counts
}

/// The values of each place: of a goal by their order, of a workflow by node and input.
fn parameters(group: &Group, seen: &[&Seen]) -> Vec<Parameter> {
    const MOST_VALUES: usize = 16;
    let mut places: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for seen in seen {
        for (place, given) in seen.given.iter().enumerate() {
            let (name, value) = match (&group.part, given.split_once('=')) {
                (Some(_), Some((name, value))) => (name.to_owned(), value.to_owned()),
                _ => (format!("value {}", place + 1), given.clone()),
            };
            *places.entry(name).or_default().entry(value).or_default() += 1;
        }
    }
    let parameter = |(name, values): (String, BTreeMap<String, usize>)| {
        let varied = values.len() > 1 || values.values().sum::<usize>() < seen.len();
        let mut values = most_usual(values.into_iter().collect());
        values.truncate(MOST_VALUES);
        Parameter { name, values, varied }
    };
    places.into_iter().map(parameter).collect()
}
