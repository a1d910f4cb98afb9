//! Promotions and proposals: how a skill comes from one person to a team and from a team to everybody, and what remains in the history.
//!
//! A proposal is a branch `pr/alice/my-skill` of the volume that it is for, and everything about it is a commit on that branch: the change itself,
//! and for each comment, closing and reopening a commit that changes no file and says so in its message and in one trailer. So a
//! proposal needs nothing but git: it travels with any remote, has authors and times (and signatures, where people sign), reads well in
//! `git log`, and two people who comment at once merge without a conflict, since their commits touch no file. A file beside the skill
//! would conflict there, and would stay in the main branch after the merge. That a proposal is merged is a fact of the main branch, and
//! needs no mark that could be forgotten.
//!
//! Everything here is a function of plain values: of commits as facts, whatever repository they come from. Nothing reads or writes one.

mod audit;
mod check;
mod fact;
mod message;
mod name;
mod record;
mod settle;

pub use audit::{AuditEntry, AuditFilter, FileKind, audit};
pub use check::{Check, CheckInput, CheckName, Declared, TestOutcome, Verdict, check};
pub use fact::{CommitFact, PathChange, PathFact};
pub use message::{Deed, DeedKind, Promotion, Source, close_message};
pub use name::{BadSkillName, ProposalName, SkillName};
pub use record::{Event, EventKind, Proposal, State};
pub use settle::{Refused, may_close, may_merge};
