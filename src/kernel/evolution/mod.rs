//! Evolution: what works again and again becomes a skill, with its evidence, for a person to decide about.
//!
//! ```text
//! traces ──read──▶ evidence ──add──▶ ledger ──patterns──▶ pattern ──draft──▶ skill file ──measure──▶ offered
//! ```
//!
//! A ledger is plain data that the caller keeps: a trace that was counted is not read again. Traces are texts from anywhere: they are
//! counted and quoted, never run and never obeyed. Knows no volumes and no clock.

mod compound_draft;
mod draft;
mod evidence;
mod goal;
mod guide;
mod ledger;
mod legacy;
mod level;
mod measure;
mod model;
mod near;
mod outcome;
mod pattern;
mod run_record;
mod shape;

pub use compound_draft::SourceRun;
pub use draft::{Draft, DraftKind, SkillHead, create_message, update_message};
pub use evidence::{Evidence, LARGEST_TRACE_BYTES, Reading, What, read};
pub use goal::{Goal, SAME_GOAL, exact_signature, same_goal};
pub use guide::Sources;
pub use ledger::{Ledger, Note, Verdict};
pub use legacy::read_legacy_trace;
pub use level::{DAY_S, Due, Level, Rules};
pub use measure::{FilterTrial, ReplayPlan, ReplayStep, Usage, compare_outputs, filter_trial, should_archive};
pub use model::{checked_answer, prompt, repair};
pub use pattern::{Occurrence, Parameter, Pattern, PatternKind, Thresholds};
pub use run_record::{NodeRecord, RunRecord};

#[cfg(test)]
mod tests;
