//! A skill that guides a model, drawn from traces without one: when it is wanted, what those that went well have in common and in which
//! order, what the failed ones did differently, and the best of them as an example. Quotes, and makes nothing up.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::draft::{Draft, DraftKind, SkillHead, id_for, one_line, redacted, several, shortened};
use super::goal::Goal;
use super::outcome::is_filler;
use super::{Pattern, PatternKind};
use crate::kernel::search::each_word;
use crate::kernel::trace::Trace;

const MOST_VARIANTS: usize = 6;
const MOST_KEYWORDS: usize = 6;
const MOST_STEPS: usize = 8;
const MOST_NAME_WORDS: usize = 6;
const LONGEST_EXAMPLE_LETTERS: usize = 1_500;
const LONGEST_LINE_LETTERS: usize = 160;

/// The traces that a draft is drawn from, with how well each went.
pub type Sources<'a> = &'a [(f64, Trace)];

impl Draft {
    /// Draws a skill that guides from a pattern and its traces. `is_free` says whether an id is.
    #[must_use]
    pub fn guide(pattern: &Pattern, sources: Sources<'_>, created_at: &str, is_free: &dyn Fn(&str) -> bool) -> Self {
        let head = head_of(pattern);
        let skill_id = id_for(&head.name, is_free);
        let mut source = head.front_matter(&skill_id, &[], pattern, "llmos-lite heuristics", created_at);
        let _ = write!(source, "\n{}\n", body(pattern, sources, &head.name).trim());
        Self { kind: DraftKind::Context, skill_id, name: head.name, source }
    }
}

/// The words at the head, from the goals.
pub(super) fn head_of(pattern: &Pattern) -> SkillHead {
    let usual = pattern.variants.first().map_or(pattern.goal.as_str(), |(text, _)| text);
    let name = name_of(usual);
    let times = if pattern.kind == PatternKind::Workflow { "run" } else { "asked for" };
    let what = shortened(&plain(&Goal::of(usual).template), 100);
    let description = format!("{what}: {times} {} on {}", several(pattern.count, "time"), several(pattern.days, "day"));
    let keywords = keywords(pattern);
    SkillHead { category: category(&keywords).to_owned(), name, description, keywords }
}

/// `Please create a Python script for sales.csv` is called `Create Python script`.
pub(super) fn name_of(goal: &str) -> String {
    let template = Goal::of(goal).template;
    let is_plain = |word: &&str| {
        const SMALL: [&str; 12] = ["a", "an", "the", "please", "me", "my", "i", "you", "can", "could", "would", "our"];
        let lower = word.to_lowercase();
        let mut is_said = true;
        each_word(&lower, |stem| is_said &= !is_filler(stem));
        is_said && !SMALL.contains(&lower.as_str()) && !word.contains('…')
    };
    let words: Vec<&str> = template
        .split(|letter: char| {
            letter.is_whitespace() || matches!(letter, ',' | ';' | ':' | '"' | '`' | '?' | '!' | '(' | ')' | '/')
        })
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .filter(is_plain)
        .take(MOST_NAME_WORDS)
        .collect();
    // No name ends with a small word.
    let mut said = words.as_slice();
    while let Some((last, rest)) = said.split_last() {
        let mut counts = false;
        each_word(last, |_| counts = true);
        if counts {
            break;
        }
        said = rest;
    }
    let name = said.join(" ");
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Recurring task".to_owned(),
    }
}

/// The words that the goals have in common, the weightiest first: how many asked with it, and whether it says what they are about.
fn keywords(pattern: &Pattern) -> Vec<String> {
    let mut weights: BTreeMap<String, (f64, String)> = BTreeMap::new();
    for (text, count) in &pattern.variants {
        let goal = Goal::of(text);
        let mut words: Vec<(String, String)> = Vec::new();
        for word in
            goal.template.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
        {
            each_word(word, |stem| words.push((stem.to_owned(), word.to_owned())));
        }
        words.sort();
        words.dedup_by(|one, other| one.0 == other.0);
        for (stem, word) in words {
            let of_word = Goal::of(&word);
            let weight = if of_word.weighty.is_empty() { 0.2 } else { 1.0 };
            if !of_word.is_empty() {
                weights.entry(stem).or_insert((0.0, word)).0 += weight * *count as f64;
            }
        }
    }
    let mut sorted: Vec<(f64, String)> = weights.into_values().collect();
    sorted.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let enough = sorted.first().map_or(0.0, |best| best.0 * 0.25);
    sorted.into_iter().filter(|(weight, _)| *weight >= enough).map(|(_, word)| word).take(MOST_KEYWORDS).collect()
}

fn category(keywords: &[String]) -> &'static str {
    const CATEGORIES: [(&str, &[&str]); 4] = [
        (
            "coding",
            &[
                "python",
                "rust",
                "javascript",
                "typescript",
                "code",
                "script",
                "function",
                "bug",
                "test",
                "tests",
                "sql",
                "api",
                "regex",
                "refactor",
                "git",
                "css",
                "html",
                "java",
            ],
        ),
        ("data", &["csv", "json", "data", "table", "excel", "database", "spreadsheet", "dataset", "columns", "rows"]),
        (
            "analysis",
            &[
                "analyse",
                "analyze",
                "analysis",
                "plot",
                "chart",
                "compare",
                "simulate",
                "statistics",
                "trend",
                "filter",
                "circuit",
            ],
        ),
        (
            "writing",
            &[
                "email",
                "letter",
                "summary",
                "summarize",
                "summarise",
                "essay",
                "blog",
                "post",
                "translate",
                "report",
                "proofread",
                "text",
            ],
        ),
    ];
    let of = |keyword: &String| {
        CATEGORIES.iter().find(|(_, words)| words.contains(&keyword.as_str())).map(|(category, _)| *category)
    };
    keywords.iter().find_map(of).unwrap_or("general")
}

pub(super) fn body(pattern: &Pattern, sources: Sources<'_>, name: &str) -> String {
    let mut text = format!("# Skill: {name}\n\n## When to Use\n\nWhen somebody wants something like:\n\n");
    for (variant, count) in pattern.variants.iter().take(MOST_VARIANTS) {
        let times = if *count > 1 { format!(" ({count} times)") } else { String::new() };
        let _ = writeln!(text, "- “{}”{times}", shortened(&plain(variant), LONGEST_LINE_LETTERS));
    }
    text.push_str("\n## Approach\n\n");
    text.push_str(&approach(pattern, sources));
    text.push_str(&failures(sources));
    if let Some(example) = example(sources) {
        let _ = write!(text, "\n## Example\n\n{example}\n");
    }
    text
}

/// What those that went well have in common, in their usual order.
fn approach(pattern: &Pattern, sources: Sources<'_>) -> String {
    let good: Vec<&Trace> = sources.iter().filter(|(score, _)| *score >= 0.5).map(|(_, trace)| trace).collect();
    let mut steps = Vec::new();
    for parameter in pattern.parameters.iter().filter(|parameter| parameter.varied).take(3) {
        let some: Vec<String> = parameter
            .values
            .iter()
            .take(3)
            .map(|(value, _)| format!("`{}`", tick_free(&shortened(value, 40))))
            .collect();
        if !some.is_empty() {
            steps.push(format!(
                "Take from the message what changes from time to time, such as {}; ask when it is missing.",
                some.join(", ")
            ));
        }
    }
    for (skill, count) in pattern.skills.iter().filter(|(_, count)| count * 2 >= pattern.count).take(3) {
        steps.push(format!("Follow the skill `{}` (it took part in {count} of {}).", tick_free(skill), pattern.count));
    }
    let runs: Vec<Vec<TracedStep>> = good.iter().map(|trace| traced_steps(&trace.content)).collect();
    for (step, share) in common_steps(&runs) {
        let with =
            if step.arguments.is_empty() { String::new() } else { format!(" with {}", step.arguments.join(", ")) };
        steps.push(format!("Use `{}`{with} ({share} of {} that went well).", tick_free(&step.name), runs.len()));
    }
    let outlines: Vec<Vec<String>> = good.iter().map(|trace| outline(section(&trace.content, "Answer"))).collect();
    steps.extend(common_lines(&outlines));
    steps.dedup();
    steps.truncate(MOST_STEPS);
    if steps.is_empty() {
        return "The answers that went well have no steps in common that could be seen; follow the example.\n"
            .to_owned();
    }
    let lines = steps.iter().enumerate().map(|(number, step)| format!("{}. {step}\n", number + 1));
    lines.collect()
}

/// A tool that was used, with the names of what it was given.
#[derive(Clone, Debug, PartialEq)]
struct TracedStep {
    name: String,
    arguments: Vec<String>,
}

/// The steps that a trace tells of: `### run_double (done)`, then its arguments as JSON.
fn traced_steps(content: &str) -> Vec<TracedStep> {
    let mut steps: Vec<TracedStep> = Vec::new();
    let mut may_have_arguments = false;
    for line in section(content, "Steps").lines() {
        if let Some(heading) = line.strip_prefix("###") {
            let heading = heading.trim_start_matches('#').trim();
            let name = heading.strip_suffix(" (done)");
            may_have_arguments = name.is_some();
            if let Some(name) = name.filter(|name| steps.iter().all(|step| step.name != *name)) {
                steps.push(TracedStep { name: shortened(name, 60), arguments: Vec::new() });
            }
        } else if may_have_arguments && line.starts_with('{') {
            may_have_arguments = false;
            let fields: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(line).ok();
            if let (Some(step), Some(fields)) = (steps.last_mut(), fields) {
                step.arguments = fields.keys().take(6).map(|name| format!("`{}`", tick_free(name))).collect();
            }
        }
    }
    steps
}

/// Steps of at least half of the runs, by where they usually stand.
fn common_steps(runs: &[Vec<TracedStep>]) -> Vec<(TracedStep, usize)> {
    let mut found: BTreeMap<&str, (TracedStep, usize, f64)> = BTreeMap::new();
    for run in runs {
        for (place, step) in run.iter().enumerate() {
            let entry = found.entry(step.name.as_str()).or_insert((step.clone(), 0, 0.0));
            entry.1 += 1;
            entry.2 += (place + 1) as f64 / run.len() as f64;
        }
    }
    let mut common: Vec<(TracedStep, usize, f64)> =
        found.into_values().filter(|(_, count, _)| count * 2 >= runs.len().max(2)).collect();
    common.sort_by(|one, other| (one.2 / one.1 as f64).total_cmp(&(other.2 / other.1 as f64)));
    common.into_iter().map(|(step, count, _)| (step, count)).collect()
}

/// The headings and items of an answer, which are its steps where it has any.
fn outline(answer: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut in_code = false;
    for line in answer.lines().map(str::trim) {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let numbered = line
            .split_once(['.', ')'])
            .filter(|(number, _)| !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit()));
        let item =
            numbered.map(|(_, rest)| rest).or_else(|| line.strip_prefix("- ")).or_else(|| line.strip_prefix("* "));
        let item = item.or_else(|| line.strip_prefix('#').map(|heading| heading.trim_start_matches('#')));
        if let Some(item) = item.map(str::trim).filter(|item| item.len() > 3) {
            lines.push(shortened(&redacted(&plain(item)), LONGEST_LINE_LETTERS));
        }
    }
    lines
}

/// Lines that stand in at least half of the answers, in nearly the same words.
fn common_lines(outlines: &[Vec<String>]) -> Vec<String> {
    const MOST: usize = 5;
    let stems = |line: &str| {
        let mut stems = Vec::new();
        each_word(line, |stem| stems.push(stem.to_owned()));
        stems.sort();
        stems.dedup();
        stems
    };
    let known: Vec<Vec<(Vec<String>, &String)>> =
        outlines.iter().map(|lines| lines.iter().map(|line| (stems(line), line)).collect()).collect();
    let is_same = |one: &[String], other: &[String]| {
        let shared = one.iter().filter(|word| other.contains(word)).count();
        shared > 0 && shared * 2 >= one.len().max(other.len())
    };
    let mut common: Vec<(Vec<String>, String)> = Vec::new();
    for (stems, line) in known.iter().flatten() {
        let holders = known.iter().filter(|lines| lines.iter().any(|(other, _)| is_same(stems, other))).count();
        let is_new = common.iter().all(|(other, _)| !is_same(stems, other));
        if holders >= 2 && holders * 2 >= outlines.len() && is_new {
            common.push((stems.clone(), (*line).clone()));
        }
    }
    common.into_iter().map(|(_, line)| line).take(MOST).collect()
}

/// What the failed ones did differently.
fn failures(sources: Sources<'_>) -> String {
    let (good, failed): (Vec<_>, Vec<_>) = sources.iter().partition(|(score, _)| *score >= 0.5);
    if failed.is_empty() {
        return String::new();
    }
    let usual = common_steps(&good.iter().map(|(_, trace)| traced_steps(&trace.content)).collect::<Vec<_>>());
    let mut lines = Vec::new();
    for (_, trace) in &failed {
        let steps = traced_steps(&trace.content);
        let left_out: Vec<String> = usual
            .iter()
            .filter(|(step, _)| steps.iter().all(|other| other.name != step.name))
            .map(|(step, _)| format!("`{}`", tick_free(&step.name)))
            .collect();
        if !left_out.is_empty() {
            lines.push(format!("left out {}", left_out.join(", ")));
        }
        let ended = section(&trace.content, "Ended early").trim();
        if !ended.is_empty() {
            lines.push(format!("ended early: {}", shortened(&redacted(&plain(ended)), LONGEST_LINE_LETTERS)));
        }
    }
    lines.sort();
    lines.dedup();
    lines.truncate(4);
    let count = failed.len();
    let what =
        if lines.is_empty() { "nothing that could be seen sets them apart".to_owned() } else { lines.join("; ") };
    format!("\nWhat to avoid: {count} did not go well ({what}).\n")
}

/// The best one, shortened.
fn example(sources: Sources<'_>) -> Option<String> {
    let best = sources.iter().filter(|(score, _)| *score >= 0.5).max_by(|one, other| one.0.total_cmp(&other.0))?;
    let answer = section(&best.1.content, "Answer").trim();
    let answer = if answer.is_empty() { best.1.content.trim() } else { answer };
    if answer.is_empty() {
        return None;
    }
    let mut shown: String = String::new();
    let mut fence: Option<String> = None;
    for line in redacted(answer).lines() {
        if shown.chars().count() + line.chars().count() > LONGEST_EXAMPLE_LETTERS {
            shown.push_str("…\n");
            break;
        }
        let ticks: String = line.trim_start().chars().take_while(|letter| *letter == '`').collect();
        if ticks.len() >= 3 {
            fence = if fence.is_none() { Some(ticks) } else { None };
        }
        // A heading of the answer is none of the skill.
        match line.strip_prefix('#').filter(|_| fence.is_none()) {
            Some(heading) => {
                let _ = writeln!(shown, "**{}**", heading.trim_start_matches('#').trim());
            }
            None => {
                let _ = writeln!(shown, "{line}");
            }
        }
    }
    if let Some(fence) = fence {
        let _ = writeln!(shown, "{fence}");
    }
    Some(format!("“{}”\n\n{}", shortened(&plain(&best.1.goal), LONGEST_LINE_LETTERS), shown.trim_end()))
}

/// The text under a heading of the second level, up to the next.
fn section<'a>(content: &'a str, heading: &str) -> &'a str {
    let Some(at) = content.find(&format!("## {heading}\n")).filter(|at| *at == 0 || content[..*at].ends_with('\n'))
    else {
        return "";
    };
    let rest = &content[at + heading.len() + 4..];
    if heading == "Answer" {
        // What the model wrote may have headings of its own.
        return rest.split("\n## Ended early\n").next().unwrap_or_default();
    }
    rest.find("\n## ").map_or(rest, |end| &rest[..end])
}

fn plain(text: &str) -> String {
    redacted(&one_line(text))
}

fn tick_free(text: &str) -> String {
    text.replace('`', "'")
}
