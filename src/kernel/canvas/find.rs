//! Finding things by a few typed words: every word must match somewhere, and where it matches decides the rank.

use std::sync::Arc;

use super::scene::Skills;
use crate::kernel::order::sorted;
use crate::kernel::skill::Skill;

/// How well a text with these parts answers the query, or none if a word is nowhere. Parts come weightiest first.
///
/// A word that begins a part counts more than one that begins a word of it, and that more than one inside.
pub fn score(query: &str, parts: &[&str]) -> Option<u32> {
    query.split_whitespace().try_fold(0, |total, word| {
        let word = word.to_lowercase();
        let best = parts.iter().enumerate().filter_map(|(place, part)| {
            let part = part.to_lowercase();
            let at = part.find(&word)?;
            let nearness = if at == 0 {
                3
            } else if part[..at].ends_with(|character: char| !character.is_alphanumeric()) {
                2
            } else {
                1
            };
            Some(nearness << (2 * (parts.len() - place)))
        });
        best.max().map(|best| total + best)
    })
}

/// The skills that match, best first; all of them by name where nothing is asked.
pub fn skills(skills: &Skills, query: &str) -> Vec<Arc<Skill>> {
    let found: Vec<_> = skills
        .values()
        .filter_map(|skill| {
            let keywords = skill.keywords.join(" ");
            let parts = [skill.name.as_str(), &skill.skill_id, &keywords, &skill.category, &skill.description];
            score(query, &parts).map(|score| (score, skill))
        })
        .collect();
    let found = sorted(found, |(one_score, one), (other_score, other)| {
        other_score.cmp(one_score).then_with(|| one.name.to_lowercase().cmp(&other.name.to_lowercase()))
    });
    found.into_iter().map(|(_, skill)| Arc::clone(skill)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_match_and_beginnings_count_more() {
        let rank = |query| score(query, &["RC low-pass filter", "electronics", "First order filter"]);
        assert!(rank("low pass").is_some());
        assert_eq!(rank("low banana"), None);
        assert!(rank("rc") > rank("pass"));
        assert!(rank("filter") > rank("order"));
        assert_eq!(rank(""), Some(0));
    }
}
