//! Which skill holds which word, and where. Changes skill by skill: what stayed the same is not read again.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Field;
use super::words::each_word;
use crate::kernel::skill::Skill;

/// A word, by its number.
pub(super) type Term = u32;

/// The skills of one volume, by their words.
#[derive(Debug, Default)]
pub struct SkillIndex {
    pub(super) skills: Vec<Option<Indexed>>,
    /// How long each skill is, in the same order.
    pub(super) lengths: Vec<f32>,
    pub(super) numbers: BTreeMap<String, u32>,
    pub(super) terms: FxHashMap<Box<str>, Term>,
    /// For each word, the skills that hold it, by number.
    pub(super) postings: Vec<Vec<Posting>>,
    /// The words by their letters, to find those that begin alike.
    pub(super) by_letters: Vec<(Box<str>, Term)>,
    pub(super) length_sum: f64,
    free: Vec<u32>,
}

/// A skill, and the words that must all be in a query for its name, category or one of its keywords to count.
#[derive(Debug)]
pub(super) struct Indexed {
    pub skill: Arc<Skill>,
    pub name: Box<[Term]>,
    pub category: Box<[Term]>,
    pub keywords: Box<[Box<[Term]>]>,
}

/// That a skill holds a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    pub skill: u32,
    /// How often, where more prominent fields count for more.
    pub weight: f32,
    /// In which fields, a bit for each.
    pub fields: u8,
}

impl Field {
    /// How many times over a word counts here.
    fn weight(self) -> f32 {
        match self {
            Field::Name => 4.0,
            Field::Keyword => 3.0,
            Field::Description => 2.0,
            Field::Category | Field::Body => 1.0,
        }
    }

    pub(super) fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl SkillIndex {
    /// How many skills are in it.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether a skill of this id is in it.
    pub fn contains(&self, skill_id: &str) -> bool {
        self.numbers.contains_key(skill_id)
    }

    /// Every skill, by id.
    pub fn skills(&self) -> impl Iterator<Item = &Arc<Skill>> {
        self.numbers.values().filter_map(|number| Some(&self.skills[*number as usize].as_ref()?.skill))
    }

    /// Brings the index up to these skills. Answers how many were read: those that are new or not the same as before.
    pub fn update(&mut self, skills: &BTreeMap<String, Arc<Skill>>) -> usize {
        let gone: Vec<String> = self.numbers.keys().filter(|id| !skills.contains_key(*id)).cloned().collect();
        for id in &gone {
            self.remove(id);
        }
        let mut read = 0;
        for (id, skill) in skills {
            let known = self.numbers.get(id).and_then(|number| self.skills[*number as usize].as_ref());
            match known {
                Some(known) if Arc::ptr_eq(&known.skill, skill) => continue,
                Some(_) => self.remove(id),
                None => {}
            }
            self.add(id, skill);
            read += 1;
        }
        self.sort_letters();
        read
    }

    fn add(&mut self, id: &str, skill: &Arc<Skill>) {
        let number = self.free.pop().unwrap_or_else(|| {
            self.skills.push(None);
            self.lengths.push(0.0);
            u32::try_from(self.skills.len() - 1).unwrap_or(u32::MAX)
        });
        let mut length = 0.0;
        each_place(skill, |field, text| {
            each_word(text, |word| {
                length += field.weight();
                let term = self.term(word);
                let postings = &mut self.postings[term as usize];
                let at = match postings.last() {
                    // Skills come in order as a rule, so that what is looked for is the last, or comes after it.
                    Some(last) if last.skill == number => Ok(postings.len() - 1),
                    Some(last) if last.skill > number => {
                        postings.binary_search_by_key(&number, |posting| posting.skill)
                    }
                    _ => Err(postings.len()),
                };
                let at = at.unwrap_or_else(|at| {
                    postings.insert(at, Posting { skill: number, weight: 0.0, fields: 0 });
                    at
                });
                postings[at].weight += field.weight();
                postings[at].fields |= field.bit();
            });
        });
        let mut terms = |text: &str| {
            let mut terms = Vec::new();
            each_word(text, |word| terms.push(self.term(word)));
            terms.into_boxed_slice()
        };
        let (name, category) = (terms(&skill.name), terms(&skill.category));
        let keywords = skill.keywords.iter().map(|keyword| terms(keyword)).collect();
        self.skills[number as usize] = Some(Indexed { skill: Arc::clone(skill), name, category, keywords });
        self.lengths[number as usize] = length;
        self.length_sum += f64::from(length);
        self.numbers.insert(id.to_owned(), number);
    }

    fn remove(&mut self, id: &str) {
        let Some(number) = self.numbers.remove(id) else { return };
        let Some(indexed) = self.skills[number as usize].take() else { return };
        self.length_sum -= f64::from(self.lengths[number as usize]);
        each_place(&indexed.skill, |_, text| {
            each_word(text, |word| {
                let Some(term) = self.terms.get(word) else { return };
                let postings = &mut self.postings[*term as usize];
                if let Ok(at) = postings.binary_search_by_key(&number, |posting| posting.skill) {
                    postings.remove(at);
                }
            });
        });
        self.free.push(number);
    }

    /// The number of a word that is known.
    pub(super) fn term_of(&self, word: &str) -> Option<Term> {
        self.terms.get(word).copied().filter(|term| !self.postings[*term as usize].is_empty())
    }

    fn term(&mut self, word: &str) -> Term {
        if let Some(term) = self.terms.get(word) {
            return *term;
        }
        let term = Term::try_from(self.postings.len()).unwrap_or(Term::MAX);
        self.postings.push(Vec::new());
        self.terms.insert(word.into(), term);
        self.by_letters.push((word.into(), term));
        term
    }

    /// New words stand behind the others, which are in order: this is one merge.
    fn sort_letters(&mut self) {
        self.by_letters.sort_by(|(one, _), (other, _)| one.cmp(other));
    }
}

/// Every text of a skill that is searched, with the field it is of.
fn each_place(skill: &Skill, mut each: impl FnMut(Field, &str)) {
    each(Field::Name, &skill.name);
    for keyword in &skill.keywords {
        each(Field::Keyword, keyword);
    }
    each(Field::Category, &skill.category);
    each(Field::Description, &skill.description);
    each(Field::Body, &skill.body);
}
