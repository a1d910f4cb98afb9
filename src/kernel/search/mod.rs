//! Skills by what they are about: an index of each volume's skills, and the best of all volumes for a query, with the reasons.
//!
//! The source design's points (name, keywords, category) come first; BM25 over all the words of a skill decides among equals. An index
//! knows nothing of commits: whoever keeps it tells it which skills there are, and it reads those that are not the same as before.

mod index;
mod kept;
mod query;
mod rank;
mod words;

pub use index::SkillIndex;
pub use query::Query;
pub use rank::rank;
pub use words::each_word;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::kernel::access::Volume;
use crate::kernel::skill::Skill;

/// A part of a skill that is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// What people call it.
    Name,
    /// A word that people search for.
    Keyword,
    /// The group it is listed under.
    Category,
    /// The line on what it does.
    Description,
    /// Its Markdown.
    Body,
}

/// Why a skill was found: a word of the query, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Where.
    pub field: Field,
    /// The word, as it was looked for.
    pub term: String,
}

/// A skill that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedSkill {
    /// The skill.
    pub skill: Arc<Skill>,
    /// The volume that counts.
    pub volume: Volume,
    /// Volumes farther away that hold one of the same id.
    pub shadows: Vec<Volume>,
    /// The source design's points, and after the point what BM25 says.
    pub score: f32,
    /// Why it was found, best first.
    pub reasons: Vec<Reason>,
}

/// The best of what was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// How many were found.
    pub total: usize,
    /// The best of them, best first.
    pub skills: Vec<RankedSkill>,
}

#[cfg(test)]
mod tests;
