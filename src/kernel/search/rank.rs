//! The best skills for a query, over the volumes of a person: first what the source design scores, then BM25, then the id.

use std::cmp::Ordering;
use std::sync::Arc;

use super::index::{Indexed, Term};
use super::query::{Query, QueryWord};
use super::{Field, RankedSkill, Ranking, Reason, SkillIndex};
use crate::kernel::access::Volume;
use crate::kernel::skill::Skill;

/// BM25's usual constants: how soon a repeated word counts no more, and how much long texts are held back.
const SATURATION: f32 = 1.2;
const LENGTH_INFLUENCE: f32 = 0.75;

/// The source design's points.
const NAME_POINTS: u32 = 3;
const KEYWORD_POINTS: u32 = 2;
const CATEGORY_POINTS: u32 = 1;

/// What the beginning of a word counts beside the whole word.
const BEGINNING_SHARE: f32 = 0.5;
/// The most words that one beginning stands for.
const MOST_BEGINNINGS: usize = 64;
/// How many of its last letters may be wrong where no word begins as it is typed.
const LETTERS_TO_DROP: usize = 3;
const SHORTEST_BEGINNING: usize = 2;

/// The most reasons that are worth reading.
const MOST_REASONS: usize = 6;

struct Scored<'a> {
    volume: usize,
    indexed: &'a Indexed,
    number: u32,
    points: u32,
    relevance: f32,
}

/// A word of the query as one index knows it: words and what each counts.
type Meaning = Vec<(Term, f32)>;

/// Ranks the skills of volumes, nearest first; one that a nearer volume has too is shadowed. Of those that `keeps` lets through, the best
/// from `offset` on, with the reasons; equal ones by id.
pub fn rank(
    volumes: &[(Volume, &SkillIndex)],
    query: &Query,
    keeps: impl Fn(&Skill) -> bool,
    offset: usize,
    limit: usize,
) -> Ranking {
    let meanings: Vec<Vec<Meaning>> =
        volumes.iter().map(|(_, index)| query.words.iter().map(|word| meaning(index, word)).collect()).collect();
    let skill_count: usize = volumes.iter().map(|(_, index)| index.len()).sum();
    let length_sum: f64 = volumes.iter().map(|(_, index)| index.length_sum).sum();
    let average_length = (length_sum / skill_count.max(1) as f64).max(1.0) as f32;
    let rarities: Vec<f32> = (0..query.words.len()).map(|word| rarity(volumes, &meanings, word, skill_count)).collect();

    let mut found: Vec<Scored<'_>> = Vec::new();
    for (volume, (_, index)) in volumes.iter().enumerate() {
        let nearer = &volumes[..volume];
        let is_free = |skill: &Skill| !nearer.iter().any(|(_, other)| other.contains(&skill.skill_id)) && keeps(skill);
        let (relevances, fields) = relevances(index, &meanings[volume], &rarities, average_length);
        let known: Vec<Term> = sorted_terms(&meanings[volume]);
        for (number, (relevance, fields)) in (0..).zip(relevances.into_iter().zip(fields)) {
            let Some(indexed) = index.skills[number as usize].as_ref().filter(|_| fields != 0) else { continue };
            if is_free(&indexed.skill) {
                found.push(Scored { volume, indexed, number, points: points(indexed, fields, &known), relevance });
            }
        }
    }
    let total = found.len();
    let end = offset.saturating_add(limit).min(total);
    if end < total && end > 0 {
        found.select_nth_unstable_by(end - 1, best_first);
        found.truncate(end);
    }
    found.truncate(end);
    found.sort_unstable_by(best_first);
    let skills = found.iter().skip(offset).map(|scored| RankedSkill {
        skill: Arc::clone(&scored.indexed.skill),
        volume: volumes[scored.volume].0.clone(),
        shadows: shadows(&volumes[scored.volume + 1..], &scored.indexed.skill.skill_id),
        score: scored.points as f32 + scored.relevance / (1.0 + scored.relevance),
        reasons: reasons(volumes[scored.volume].1, scored, query, &meanings[scored.volume]),
    });
    Ranking { total, skills: skills.collect() }
}

fn best_first(one: &Scored<'_>, other: &Scored<'_>) -> Ordering {
    let by_relevance = other.relevance.total_cmp(&one.relevance);
    let by_id = || one.indexed.skill.skill_id.cmp(&other.indexed.skill.skill_id);
    other.points.cmp(&one.points).then(by_relevance).then_with(by_id)
}

fn shadows(farther: &[(Volume, &SkillIndex)], skill_id: &str) -> Vec<Volume> {
    farther.iter().filter(|(_, index)| index.contains(skill_id)).map(|(volume, _)| volume.clone()).collect()
}

/// The words of an index that a word of the query stands for.
fn meaning(index: &SkillIndex, word: &QueryWord) -> Meaning {
    let whole = index.term_of(&word.stem);
    let mut meaning: Meaning = whole.iter().map(|term| (*term, 1.0)).collect();
    if word.open {
        let mut beginning = word.written.as_str();
        while beginning.len() >= SHORTEST_BEGINNING {
            meaning.extend(beginnings(index, beginning).filter(|(term, _)| Some(*term) != whole));
            if !meaning.is_empty() || word.written.len() - beginning.len() >= LETTERS_TO_DROP {
                break;
            }
            let last = beginning.chars().next_back().map_or(1, char::len_utf8);
            beginning = &beginning[..beginning.len() - last];
        }
    }
    meaning
}

fn beginnings<'a>(index: &'a SkillIndex, beginning: &'a str) -> impl Iterator<Item = (Term, f32)> + 'a {
    let first = index.by_letters.partition_point(|(word, _)| &**word < beginning);
    let alike = index.by_letters[first..].iter().take_while(move |(word, _)| word.starts_with(beginning));
    let held = alike.filter(|(_, term)| !index.postings[*term as usize].is_empty());
    held.take(MOST_BEGINNINGS).map(|(_, term)| (*term, BEGINNING_SHARE))
}

/// What finding a word is worth: the fewer skills hold it, the more.
fn rarity(volumes: &[(Volume, &SkillIndex)], meanings: &[Vec<Meaning>], word: usize, skill_count: usize) -> f32 {
    let holders = |(volume, (_, index)): (usize, &(Volume, &SkillIndex))| -> usize {
        meanings[volume][word].iter().map(|(term, _)| index.postings[*term as usize].len()).max().unwrap_or(0)
    };
    let holders: usize = volumes.iter().enumerate().map(holders).sum();
    let (all, holders) = (skill_count as f32, holders as f32);
    (1.0 + (all - holders + 0.5) / (holders + 0.5)).ln()
}

/// For each skill of an index by number: its BM25, and the fields that hold any word of the query.
fn relevances(index: &SkillIndex, meanings: &[Meaning], rarities: &[f32], average: f32) -> (Vec<f32>, Vec<u8>) {
    let mut relevances = vec![0.0; index.skills.len()];
    let mut fields = vec![0; index.skills.len()];
    for (meaning, rarity) in meanings.iter().zip(rarities) {
        for (term, share) in meaning {
            for posting in &index.postings[*term as usize] {
                let number = posting.skill as usize;
                let held_back = 1.0 - LENGTH_INFLUENCE + LENGTH_INFLUENCE * index.lengths[number] / average;
                let often = posting.weight * (SATURATION + 1.0) / (posting.weight + SATURATION * held_back);
                relevances[number] += rarity * share * often;
                fields[number] |= posting.fields;
            }
        }
    }
    (relevances, fields)
}

fn sorted_terms(meanings: &[Meaning]) -> Vec<Term> {
    let mut terms: Vec<Term> = meanings.iter().flatten().map(|(term, _)| *term).collect();
    terms.sort_unstable();
    terms
}

/// The source design's score: the name in the query, any keyword, the category.
fn points(indexed: &Indexed, fields: u8, known: &[Term]) -> u32 {
    let all = |terms: &[Term]| !terms.is_empty() && terms.iter().all(|term| known.binary_search(term).is_ok());
    let score = |field: Field, matches: &dyn Fn() -> bool, points: u32| {
        // Most skills hold no word of the query there, which the bit says without a look.
        if fields & field.bit() != 0 && matches() { points } else { 0 }
    };
    score(Field::Name, &|| all(&indexed.name), NAME_POINTS)
        + score(Field::Keyword, &|| indexed.keywords.iter().any(|keyword| all(keyword)), KEYWORD_POINTS)
        + score(Field::Category, &|| all(&indexed.category), CATEGORY_POINTS)
}

/// Where the words of the query stand in a skill, the weightiest fields first.
fn reasons(index: &SkillIndex, scored: &Scored<'_>, query: &Query, meanings: &[Meaning]) -> Vec<Reason> {
    const FIELDS: [Field; 5] = [Field::Name, Field::Keyword, Field::Category, Field::Description, Field::Body];
    let mut held: Vec<(u8, &QueryWord)> = Vec::new();
    for (word, meaning) in query.words.iter().zip(meanings) {
        let fields = meaning.iter().fold(0, |fields, (term, _)| {
            let postings = &index.postings[*term as usize];
            let at = postings.binary_search_by_key(&scored.number, |posting| posting.skill);
            fields | at.map_or(0, |at| postings[at].fields)
        });
        held.push((fields, word));
    }
    let in_field = |field: Field| {
        let words = held.iter().filter(move |(fields, _)| fields & field.bit() != 0);
        words.map(move |(_, word)| Reason { field, term: word.written.clone() })
    };
    FIELDS.into_iter().flat_map(in_field).take(MOST_REASONS).collect()
}
