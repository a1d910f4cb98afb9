//! What `/evolution` answers, as far as it is shown.

use serde_json::Value;

use crate::desk::answer::{Read, answers};
use crate::desk::data::FileDiff;

/// A name with how often, as `["name", 3]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// What.
    pub name: String,
    /// How often.
    pub count: u64,
}

impl Read for Tally {
    fn read(value: &Value) -> Self {
        Self { name: Read::read(&value[0]), count: Read::read(&value[1]) }
    }
}

answers! {
    /// `GET /evolution/drafts`.
    pub struct Drafts {
        /// Newest first.
        pub drafts: Vec<Draft>,
    }

    /// What waits for a decision.
    pub struct Draft {
        /// Names it.
        pub draft_id: String,
        /// `user`, `team` or `system`.
        pub level: String,
        /// Where it is to go.
        pub volume: String,
        /// Its file.
        pub path: String,
        /// Its skill.
        pub skill_id: String,
        /// What people will call it.
        pub name: String,
        /// `context` or `compound`.
        pub kind: String,
        /// Whether it changes a skill that there is.
        pub is_update: bool,
        /// What recurs.
        pub pattern: Pattern,
        /// When it was drafted.
        pub created_at: i64,
        /// What the filter made of it.
        pub trial: Option<FilterTrial>,
        /// What it is to run before it is taken.
        pub replay: Vec<Value>,
        /// What differed when it ran that.
        pub replayed: Option<Vec<String>>,
        /// Why it could not be run when it was drafted.
        pub cannot_run: Option<String>,
        /// Its file's text.
        pub source: Option<String>,
        /// Its prose, safe to insert.
        pub html: Option<String>,
        /// What it changes.
        pub files: Vec<FileDiff>,
        /// Whether the person may take it.
        pub may_accept: bool,
        /// Whether it has to show first that it does what its source runs did.
        pub needs_replay: bool,
    }

    /// How a guide did when it was looked for.
    pub struct FilterTrial {
        /// Goals that were tried.
        pub tried: u64,
        /// Goals that it comes up for.
        pub found: u64,
    }

    /// Something that recurs.
    pub struct Pattern {
        /// `goal` or `workflow`.
        pub kind: String,
        /// Names it.
        pub signature: String,
        /// In the words of the first time.
        pub goal: String,
        /// The words of other times.
        pub variants: Vec<Tally>,
        /// How often.
        pub count: u64,
        /// On how many days.
        pub days: u64,
        /// In how many conversations.
        pub sessions: u64,
        /// By how many people.
        pub people: u64,
        /// How well it went, from 0 to 1.
        pub success_rate: f64,
        /// How often somebody rated it.
        pub rated: u64,
        /// What it usually took.
        pub median_ms: f64,
        /// Skills that took part.
        pub skills: Vec<Tally>,
        /// Tools that took part.
        pub tools: Vec<Tally>,
        /// What it was given.
        pub parameters: Vec<Parameter>,
        /// How sure one can be that it goes well again.
        pub confidence: f64,
        /// When it was last done.
        pub last_at: i64,
    }

    /// Something that it was given.
    pub struct Parameter {
        /// Which.
        pub name: String,
        /// The values.
        pub values: Vec<Tally>,
        /// Whether they varied.
        pub varied: bool,
    }

    /// `GET /evolution/patterns/{signature}`.
    pub struct Evidence {
        /// How often it was seen.
        pub total: u64,
        /// Each time, oldest first.
        pub traces: Vec<Occurrence>,
    }

    /// One time.
    pub struct Occurrence {
        /// The trace.
        pub trace_id: String,
        /// When.
        pub at: i64,
        /// In the words of then.
        pub goal: String,
        /// What it took.
        pub duration_ms: f64,
        /// How well it went.
        pub score: f64,
        /// Whether somebody said so.
        pub is_rated: bool,
    }

    /// `GET /traces/{trace_id}`.
    pub struct Trace {
        /// Names it.
        pub trace_id: String,
        /// Its text.
        pub content: String,
        /// Whether the person's team may learn from it.
        pub shared: bool,
    }

    /// `GET /evolution`.
    pub struct Overview {
        /// When each level runs next.
        pub next_run: NextRun,
        /// What did not run yet although it is time.
        pub due: Vec<String>,
        /// The last run.
        pub last_run: Option<LastRun>,
        /// What the person chose.
        pub settings: Settings,
        /// Where this level looks.
        pub volume: String,
        /// The team that the person works in now.
        pub team_id: Option<String>,
        /// How many traces were counted.
        pub traces: u64,
        /// By day, `2026-11-22`.
        pub traces_by_day: Value,
        /// How many patterns there are.
        pub total: u64,
        /// Most often first.
        pub patterns: Vec<Pattern>,
        /// Skills that evolution made.
        pub skills: Vec<EvolvedSkill>,
        /// Skills that took part most often.
        pub used: Vec<UsedSkill>,
        /// What the person did not want.
        pub rejected: Vec<Rejection>,
        /// What was special about traces.
        pub notes: Vec<Note>,
    }

    /// In seconds since 1970.
    pub struct NextRun {
        /// For the person.
        pub user: Option<i64>,
        /// For their team.
        pub team: Option<i64>,
        /// For everybody.
        pub system: Option<i64>,
    }

    /// The last run.
    pub struct LastRun {
        /// When.
        pub at: i64,
        /// What recurs and became no draft.
        pub held_back: Vec<HeldBack>,
    }

    /// What became no draft.
    pub struct HeldBack {
        /// The pattern.
        pub goal: String,
        /// How often.
        pub count: u64,
        /// Why not.
        pub reason: String,
    }

    /// What the person chose, or what is usual.
    pub struct Settings {
        /// Whether it runs by itself.
        pub by_itself: bool,
        /// Whether what passed its trial goes in without a question.
        pub auto_apply: bool,
        /// From how many times on.
        pub min_pattern_count: u64,
        /// From which rate on.
        pub min_success_rate: f64,
        /// Whether a model writes.
        pub use_model: bool,
    }

    /// A skill that evolution made.
    pub struct EvolvedSkill {
        /// Its id.
        pub skill_id: String,
        /// Its name.
        pub name: String,
        /// The day.
        pub created_at: String,
        /// How it did since.
        pub usage: Usage,
        /// Why it should go, if it should.
        pub archive: Option<String>,
    }

    /// A skill that took part.
    pub struct UsedSkill {
        /// Its id.
        pub skill_id: String,
        /// How it did.
        pub usage: Usage,
    }

    /// How a skill did.
    pub struct Usage {
        /// In how many traces.
        pub uses: u64,
        /// The last time.
        pub last_at: i64,
        /// How many were rated.
        pub rated: u64,
        /// Their mean.
        pub rating: Option<f64>,
        /// How many answers were corrected.
        pub corrected: u64,
        /// How well it went, rated or not.
        pub success_rate: Option<f64>,
    }

    /// A draft that was not wanted.
    pub struct Rejection {
        /// What was drafted.
        pub skill_id: String,
        /// Why not.
        pub reason: String,
        /// When.
        pub at: i64,
    }

    /// What was made of a trace.
    pub struct Note {
        /// Which.
        pub trace_id: String,
        /// `read` or `skipped`.
        pub verdict: String,
        /// Why, or how.
        pub line: String,
    }

    /// `POST /evolve`.
    pub struct Outcome {
        /// `completed`, `stopped` or `not_due`.
        pub status: String,
        /// Traces that were read now.
        pub traces_read: u64,
        /// Patterns that there are.
        pub patterns_detected: u64,
        /// Patterns that are worth a skill.
        pub viable_patterns: u64,
        /// What was made.
        pub skills: Vec<Made>,
    }

    /// Something that was made.
    pub struct Made {
        /// Its name.
        pub name: String,
        /// `created`, `proposed`, `updated` or `promoted`.
        pub status: String,
    }

    /// How far a run is.
    pub struct Progress {
        /// What it is at.
        pub stage: String,
        /// How many are done.
        pub done: u64,
        /// How many there are.
        pub total: u64,
        /// What is in hand.
        pub about: String,
    }

    /// `POST /import/llmos`.
    pub struct Migration {
        /// What comes over.
        pub imported: Vec<Migrated>,
        /// What stays behind.
        pub skipped: Vec<LeftOut>,
    }

    /// A file that comes over.
    pub struct Migrated {
        /// Where it was.
        pub path: String,
        /// Where it goes.
        pub to: String,
        /// `trace`, `skill` and so on.
        pub kind: String,
        /// What is special about it.
        pub note: Option<String>,
    }

    /// A file that stays behind.
    pub struct LeftOut {
        /// Where it was.
        pub path: String,
        /// Why.
        pub reason: String,
    }
}
