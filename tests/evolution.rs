//! How well patterns are found in a labelled set: traces written by hand (`evolution/by-hand.tsv`) and traces of a seeded generator, with
//! paraphrases, near misses, one-offs and failures. What it costs is measured in the browser (`benches/evolution.mjs`), which prints these figures too.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on may panic, and this one reports"
)]

use std::collections::{BTreeMap, BTreeSet};

use llmos_lite::kernel::evolution::{Goal, Ledger, Thresholds, exact_signature, read};
use llmos_lite::kernel::trace::Trace;

const LEAST_PRECISION: f64 = 0.95;
const LEAST_RECALL: f64 = 0.9;
const SEED: u64 = 20_261_122;

/// A trace with the pattern that it belongs to; those that no pattern should be found for have a `!` or are `-`.
#[derive(Clone, Debug)]
struct Labelled {
    label: String,
    trace: Trace,
}

/// Splitmix64: the same numbers on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

fn trace(number: usize, goal: &str, rating: Option<f64>) -> Trace {
    let started_at = 1_790_000_000 + 3_600 * i64::try_from(number).unwrap();
    Trace {
        trace_id: format!("{started_at:010}-{number:06}"),
        kind: "chat".to_owned(),
        goal: goal.to_owned(),
        started_at,
        duration_ms: 1_000.0,
        success_rating: rating,
        session_id: Some(format!("s{number}")),
        content: format!("# Execution Trace: {goal}\n\n## Question\n\n{goal}\n\n## Answer\n\nDone."),
        ..Trace::default()
    }
}

fn by_hand() -> Vec<Labelled> {
    let text = include_str!("evolution/by-hand.tsv");
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.enumerate()
        .map(|(number, line)| {
            let [label, rating, goal] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            Labelled { label: label.to_owned(), trace: trace(number, goal, rating.parse().ok()) }
        })
        .collect()
}

/// What a task is asked for with: verbs that mean the same, the thing, and what is around it.
const TASKS: [(&str, &[&str], &[&str]); 24] = [
    ("g-bode", &["plot", "draw", "chart"], &["bode diagram of the amplifier"]),
    ("g-invoice", &["create", "write", "make", "generate"], &["invoice for the client"]),
    ("g-backup", &["create", "write", "build"], &["bash backup script for the home folder"]),
    ("g-tweet", &["write", "draft", "compose"], &["tweet announcing the release"]),
    ("g-fourier", &["calculate", "compute"], &["fourier transform of the signal"]),
    ("g-lease", &["review", "check", "audit"], &["lease contract for the flat"]),
    ("g-portfolio", &["analyse", "analyze", "examine"], &["stock portfolio risk"]),
    ("g-dedupe", &["remove", "delete", "drop"], &["duplicate rows from the customer table"]),
    ("g-slides", &["make", "prepare", "create"], &["slides for the quarterly review"]),
    ("g-quiz", &["generate", "create", "write"], &["quiz about photosynthesis"]),
    ("g-css", &["fix", "repair", "debug"], &["css layout of the navbar"]),
    ("g-bloch", &["draw", "plot", "visualize"], &["bloch sphere of the qubit"]),
    ("g-bell", &["simulate", "model"], &["bell state circuit"]),
    ("g-story", &["write", "compose"], &["bedtime story about a dragon"]),
    ("g-workout", &["plan", "schedule"], &["workout routine for the marathon"]),
    ("g-minify", &["convert", "transform"], &["svg icons to a sprite"]),
    ("g-abstract", &["summarize", "summarise", "condense"], &["abstract of the paper"]),
    ("g-classes", &["explain", "describe"], &["python decorators to a beginner"]),
    ("g-heat", &["render", "plot", "draw"], &["heat map of website clicks"]),
    ("g-opamp", &["simulate", "model"], &["inverting opamp gain"]),
    ("g-schema", &["create", "develop", "implement"], &["postgres schema for bookings"]),
    ("g-changelog", &["write", "generate", "prepare"], &["changelog from the commits"]),
    ("g-budget", &["make", "create"], &["monthly household budget"]),
    ("g-typo", &["correct", "fix"], &["typos in the readme"]),
];
const BEFORE: [&str; 10] =
    ["", "", "", "please ", "can you ", "could you please ", "I need you to ", "hey, ", "I want to ", "help me "];
const AFTER: [&str; 8] = ["", "", "", " please", " again", " for 2024", " (draft 3)", ", thanks"];
const SINGLE: [&str; 30] = [
    "violin",
    "glacier",
    "passport",
    "tadpole",
    "sonnet",
    "turbine",
    "mortgage",
    "kayak",
    "pancreas",
    "cathedral",
    "zeppelin",
    "saffron",
    "origami",
    "tectonics",
    "lighthouse",
    "beehive",
    "comet",
    "haggis",
    "tapestry",
    "volcano",
    "accordion",
    "bonsai",
    "chess",
    "dinosaur",
    "espresso",
    "falconry",
    "geyser",
    "hammock",
    "iceberg",
    "jigsaw",
];
const ASKED: [&str; 10] =
    ["history", "price", "anatomy", "origin", "physics", "spelling", "market", "maintenance", "symbolism", "biology"];

/// 24 tasks in their paraphrases, each with a near miss; one-offs; and tasks that always fail.
fn generated(from: usize) -> Vec<Labelled> {
    let mut chance = Chance(SEED);
    let mut found = Vec::new();
    let mut add = |label: &str, goal: String, rating: Option<f64>| {
        let number = from + found.len();
        found.push(Labelled { label: label.to_owned(), trace: trace(number, &goal, rating) });
    };
    for (label, verbs, things) in TASKS {
        for _ in 0..6 + chance.below(5) {
            let article = chance.pick(&["the ", "a ", "my ", "this ", ""]);
            let goal = format!(
                "{}{} {article}{}{}",
                chance.pick(&BEFORE),
                chance.pick(verbs),
                chance.pick(things),
                chance.pick(&AFTER)
            );
            let rating = [None, Some(0.8), Some(0.9), Some(1.0)][chance.below(4)];
            add(label, goal, rating);
        }
        // The same thing, and something else to be done with it.
        let other = chance.pick(&["sell", "photograph", "burn", "frame", "hide"]);
        add(&format!("{label}-near!"), format!("{other} the {}", things[0]), Some(0.9));
    }
    for (number, single) in SINGLE.iter().enumerate() {
        // Not of each the same: some are asked about oftener, and none often enough.
        for about in ASKED.iter().skip(number % 3).step_by(5) {
            add("-", format!("Tell me about the {about} of the {single}"), Some(0.9));
        }
    }
    for failing in ["guess the lottery numbers", "prove the riemann hypothesis", "hack into the neighbours wifi"] {
        for _ in 0..5 {
            add(&format!("{failing}!"), format!("{}{failing}", chance.pick(&BEFORE)), Some(0.1));
        }
    }
    found
}

#[derive(Debug)]
struct Score {
    precision: f64,
    recall: f64,
    patterns: usize,
}

/// Of the traces in found patterns, how many have the label that most have and that should be found; and of those that should be found,
/// how many are.
fn score(set: &[Labelled], found: &[Vec<usize>]) -> Score {
    let mut wanted: BTreeMap<&str, usize> = BTreeMap::new();
    for labelled in set.iter().filter(|labelled| labelled.label != "-" && !labelled.label.ends_with('!')) {
        *wanted.entry(&labelled.label).or_default() += 1;
    }
    wanted.retain(|_, count| *count >= Thresholds::default().min_pattern_count);
    let (mut members, mut right) = (0, 0);
    let mut known = BTreeSet::new();
    for pattern in found {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        pattern.iter().for_each(|place| *counts.entry(&set[*place].label).or_default() += 1);
        let (label, count) = counts.into_iter().max_by_key(|(_, count)| *count).unwrap();
        members += pattern.len();
        // A second pattern of one label would be a second draft of one skill.
        if wanted.contains_key(label) && known.insert(label) {
            right += count;
        }
    }
    let all: usize = wanted.values().sum();
    Score { precision: right as f64 / members.max(1) as f64, recall: right as f64 / all as f64, patterns: known.len() }
}

fn by_ledger(set: &[Labelled]) -> Vec<Vec<usize>> {
    let mut ledger = Ledger::default();
    for Labelled { trace, .. } in set {
        ledger.add(&trace.trace_id, read(&trace.trace_id, trace.encode().as_bytes()), None);
    }
    let place = |id: &String| set.iter().position(|labelled| labelled.trace.trace_id == *id).unwrap();
    let viable = ledger.patterns().into_iter().filter(|pattern| pattern.is_viable(Thresholds::default()));
    viable.map(|pattern| pattern.trace_ids.iter().map(place).collect()).collect()
}

fn by_exact_hash(set: &[Labelled]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, labelled) in set.iter().enumerate() {
        groups.entry(exact_signature(&labelled.trace.goal)).or_default().push(place);
    }
    let rate = |group: &Vec<usize>| {
        group.iter().map(|place| set[*place].trace.success_rating.unwrap_or(0.8)).sum::<f64>() / group.len() as f64
    };
    groups.into_values().filter(|group| group.len() >= 3 && rate(group) >= 0.7).collect()
}

#[test]
fn patterns_are_found_in_other_words_and_near_misses_are_not() {
    let mut set = by_hand();
    set.extend(generated(set.len()));
    assert!(set.len() >= 400, "{}", set.len());
    let found = by_ledger(&set);
    let (ours, exact) = (score(&set, &found), score(&set, &by_exact_hash(&set)));
    println!("{} traces by hand and by a generator (seed {SEED})", set.len());
    for (name, score) in [("merged", &ours), ("exact hash alone", &exact)] {
        println!(
            "{name:>17}: precision {:.3}, recall {:.3}, {} patterns",
            score.precision, score.recall, score.patterns
        );
    }
    for pattern in &found {
        let labels: BTreeSet<&str> = pattern.iter().map(|place| set[*place].label.as_str()).collect();
        if labels.len() > 1 || labels.iter().any(|label| *label == "-" || label.ends_with('!')) {
            println!("  mixed: {:?}", pattern.iter().map(|place| &set[*place].trace.goal).collect::<Vec<_>>());
        }
    }
    let known: BTreeSet<usize> = found.iter().flatten().copied().collect();
    for (place, labelled) in set.iter().enumerate() {
        if !known.contains(&place) && labelled.label != "-" && !labelled.label.ends_with('!') {
            println!(
                "  missed: {} | {} | {:?}",
                labelled.label,
                labelled.trace.goal,
                Goal::of(&labelled.trace.goal).template
            );
        }
    }
    assert!(ours.precision >= LEAST_PRECISION && ours.recall >= LEAST_RECALL, "{ours:?}");
    assert!(exact.recall < ours.recall);
}
