//! An index as bytes, so that after a start a library of thousands is searched without being read again.
//!
//! Words stand once, in the order of their letters; each is followed by the skills that hold it, as distances from one to the next.
//! Bytes that are not those of an index are no index: nothing is guessed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::SkillIndex;
use super::index::{Indexed, Posting, Term};
use crate::kernel::skill::Skill;

impl SkillIndex {
    /// The index, without the skills themselves.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let held: Vec<(usize, &Indexed)> =
            self.skills.iter().enumerate().filter_map(|(number, indexed)| Some((number, indexed.as_ref()?))).collect();
        let words: Vec<&(Box<str>, Term)> =
            self.by_letters.iter().filter(|(_, term)| !self.postings[*term as usize].is_empty()).collect();
        let mut term_numbers = vec![0; self.postings.len()];
        for (number, (_, term)) in (0..).zip(&words) {
            term_numbers[*term as usize] = number;
        }
        let put_terms = |bytes: &mut Vec<u8>, terms: &[Term]| {
            put_number(bytes, terms.len() as u32);
            terms.iter().for_each(|term| put_number(bytes, term_numbers[*term as usize]));
        };
        put_number(&mut bytes, held.len() as u32);
        let mut skill_numbers = vec![0; self.skills.len()];
        for (number, (before, indexed)) in (0..).zip(&held) {
            skill_numbers[*before] = number;
            put_text(&mut bytes, &indexed.skill.skill_id);
            // Weights are whole numbers, and so are their sums.
            put_number(&mut bytes, self.lengths[*before] as u32);
            put_terms(&mut bytes, &indexed.name);
            put_terms(&mut bytes, &indexed.category);
            put_number(&mut bytes, indexed.keywords.len() as u32);
            indexed.keywords.iter().for_each(|terms| put_terms(&mut bytes, terms));
        }
        put_number(&mut bytes, words.len() as u32);
        for (word, term) in words {
            put_text(&mut bytes, word);
            let postings = &self.postings[*term as usize];
            put_number(&mut bytes, postings.len() as u32);
            let mut last = 0;
            for posting in postings {
                let number: u32 = skill_numbers[posting.skill as usize];
                put_number(&mut bytes, number - last);
                put_number(&mut bytes, posting.weight as u32);
                bytes.push(posting.fields);
                last = number;
            }
        }
        bytes
    }

    /// The index of these bytes, over these skills by id; `None` if they are not those of an index, or one of its skills is not there.
    pub fn decode(mut bytes: &[u8], skills: &BTreeMap<String, Arc<Skill>>) -> Option<Self> {
        let bytes = &mut bytes;
        let mut index = Self::default();
        let count = take_number(bytes)?;
        for number in 0..count {
            let skill = Arc::clone(skills.get(take_text(bytes)?)?);
            let length = take_number(bytes)? as f32;
            let (name, category) = (take_terms(bytes)?, take_terms(bytes)?);
            let keywords = (0..take_number(bytes)?).map(|_| take_terms(bytes)).collect::<Option<_>>()?;
            index.numbers.insert(skill.skill_id.clone(), number);
            index.lengths.push(length);
            index.length_sum += f64::from(length);
            index.skills.push(Some(Indexed { skill, name, category, keywords }));
        }
        for term in 0..take_number(bytes)? {
            let word: Box<str> = take_text(bytes)?.into();
            let holders = take_number(bytes)?;
            let mut postings = Vec::with_capacity(holders.min(count) as usize);
            let mut skill = 0_u32;
            for _ in 0..holders {
                skill = skill.checked_add(take_number(bytes)?).filter(|skill| *skill < count)?;
                let weight = take_number(bytes)? as f32;
                postings.push(Posting { skill, weight, fields: take_byte(bytes)? });
            }
            index.terms.insert(word.clone(), term);
            index.by_letters.push((word, term));
            index.postings.push(postings);
        }
        let known = |terms: &[Term]| terms.iter().all(|term| (*term as usize) < index.postings.len());
        let sound = index.skills.iter().flatten().all(|indexed| {
            known(&indexed.name) && known(&indexed.category) && indexed.keywords.iter().all(|terms| known(terms))
        });
        let in_order = index.by_letters.is_sorted_by(|(one, _), (other, _)| one < other);
        (sound && in_order && bytes.is_empty()).then_some(index)
    }
}

/// Seven bits a byte, the lowest first.
fn put_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_number(bytes, text.len() as u32);
    bytes.extend_from_slice(text.as_bytes());
}

fn take_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in [0, 7, 14, 21, 28] {
        let byte = take_byte(bytes)?;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let length = take_number(bytes)? as usize;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

fn take_terms(bytes: &mut &[u8]) -> Option<Box<[Term]>> {
    let count = take_number(bytes)?;
    (0..count).map(|_| take_number(bytes)).collect()
}
