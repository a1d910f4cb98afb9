//! The skills section: the library as a list, and one skill to read.

mod page;
mod reader;

pub use page::SkillsPage;
