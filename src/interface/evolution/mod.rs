//! `/evolution` and `/evolve`: what recurs in traces becomes a draft, and a person decides. Drafts are branches `pr/…` like any proposal;
//! with `auto_apply` a skill that guides and that passed its trial goes straight in. What runs is only taken after its replay.

mod archive;
mod counting;
mod drafting;
mod offers;
mod state;
mod system;

pub use archive::archive;
pub use offers::{accept, drafts, reject, replayed};

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use self::state::{LastRun, State, TURN};
use super::{ApiError, Call, ErrorCode, volume_named};
use crate::kernel::access::Volume;
use crate::kernel::evolution::{Due, Level, Pattern, Thresholds, should_archive};
use crate::kernel::llm::Models;
use crate::kernel::manager::Storage;

/// `POST /evolve`
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
struct EvolveRequest {
    level: Level,
    team_id: Option<String>,
    auto_apply: bool,
    min_pattern_count: Option<usize>,
    min_success_rate: Option<f64>,
    /// Whether a connected model writes the skills: what traces say then goes to its provider.
    use_model: bool,
    /// Whether it runs only at its time.
    only_if_due: bool,
}

impl Default for EvolveRequest {
    fn default() -> Self {
        Self {
            level: Level::User,
            team_id: None,
            auto_apply: true,
            min_pattern_count: None,
            min_success_rate: None,
            use_model: false,
            only_if_due: false,
        }
    }
}

impl EvolveRequest {
    fn thresholds(&self) -> Result<Thresholds, ApiError> {
        let usual = self.level.thresholds();
        let thresholds = Thresholds {
            min_pattern_count: self.min_pattern_count.unwrap_or(usual.min_pattern_count),
            min_success_rate: self.min_success_rate.unwrap_or(usual.min_success_rate),
        };
        if thresholds.min_pattern_count < 2 {
            return Err(ApiError::new(ErrorCode::Unprocessable, "'min_pattern_count' should be 2 or more"));
        }
        if !(0.0..=1.0).contains(&thresholds.min_success_rate) {
            return Err(ApiError::new(ErrorCode::Unprocessable, "'min_success_rate' should be from 0 to 1"));
        }
        Ok(thresholds)
    }
}

/// What a run did so far.
#[derive(Default)]
struct Outcome {
    skills: Vec<Value>,
    held_back: Vec<Value>,
    counts: BTreeMap<String, usize>,
    notes: Vec<Value>,
}

/// `POST /evolve {level, team_id?, auto_apply, min_pattern_count?, min_success_rate?, use_model?, only_if_due?}`
pub async fn evolve<S: Storage + Models>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let asked: EvolveRequest = call.request.json_or_default()?;
    let thresholds = asked.thresholds()?;
    let volume = volume_of(call, asked.level, asked.team_id.as_deref())?;
    // One tab works, the others wait and then find that nothing is due.
    let _turn = call.manager.storage().turn(TURN).await;
    let mut state = state::load(call, &volume).await?;
    if asked.only_if_due && !due(call, asked.level, &state).is_due {
        return Ok(
            json!({ "status": "not_due", "next_run": due(call, asked.level, &state).next_run, "traces_analyzed": 0,
            "patterns_detected": 0, "viable_patterns": 0, "skills_created": 0, "skills": [] }),
        );
    }
    let mut outcome = Outcome::default();
    match asked.level {
        Level::User | Level::Team => drafting::run(call, &asked, thresholds, &volume, &mut state, &mut outcome).await?,
        Level::System => system::run(call, &asked, &mut state, &mut outcome).await?,
    }
    let created = outcome.skills.iter().filter(|skill| skill["status"] != "updated").count();
    outcome.counts.insert("skills_created".to_owned(), created);
    state.last_run = Some(LastRun { at: call.now.timestamp_s, counts: outcome.counts.clone() });
    state::save(call, &volume, &state, None).await?;
    let count = |name: &str| outcome.counts.get(name).copied().unwrap_or_default();
    Ok(json!({
        "status": "completed",
        "level": asked.level,
        "volume": volume.to_string(),
        "traces_read": count("traces_read"),
        "traces_analyzed": count("traces_analyzed"),
        "patterns_detected": count("patterns_detected"),
        "viable_patterns": count("viable_patterns"),
        "skills_created": created,
        "skills": outcome.skills,
        "held_back": outcome.held_back,
        "notes": outcome.notes,
    }))
}

/// `GET /evolution?level=&team_id=`: when it runs, and what was found when it last ran.
pub async fn overview<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let mut next_run = json!({ "user": null, "team": null, "system": null });
    let mut due_now = Vec::new();
    let mut waiting = 0;
    for level in Level::ALL {
        let Ok(volume) = volume_of(call, level, call.request.parameter("team_id")) else { continue };
        let state = state::load(call, &volume).await?;
        if state.last_run.is_none() {
            // From now on it can be missed.
            state::save(call, &volume, &state, None).await?;
        }
        let due = due(call, level, &state);
        next_run[json!(level).as_str().unwrap_or_default()] = json!(due.next_run);
        waiting += state.drafts.len();
        if due.is_due {
            due_now.push(level);
        }
    }
    let level = match call.request.parameter("level") {
        Some(name) => serde_json::from_value(json!(name)).map_err(|_| {
            ApiError::new(ErrorCode::MalformedRequest, format!("There is no level '{name}'"))
                .detail("The levels are user, team and system")
        })?,
        None => Level::User,
    };
    let volume = volume_of(call, level, call.request.parameter("team_id"))?;
    let state = state::load(call, &volume).await?;
    let ledger = state::load_ledger(call, &volume).await?;
    let patterns: Vec<Value> = ledger.patterns().iter().map(pattern_row).collect();
    let days: BTreeMap<String, usize> = ledger
        .by_day()
        .into_iter()
        .map(|(day, count)| (crate::kernel::volume::Day::of(day * 86_400).to_string().replace('/', "-"), count))
        .collect();
    Ok(json!({
        "next_run": next_run,
        "due": due_now,
        "last_run": state.last_run,
        "level": level,
        "traces": ledger.traces(),
        "traces_by_day": days,
        "total": patterns.len(),
        "patterns": call.request.page(patterns)?,
        "skills": evolved_skills(call, &volume, &ledger).await?,
        "drafts": waiting,
        "rejected": state.rejected,
        "notes": ledger.notes(),
    }))
}

/// The skills of a volume that evolution made, with how they did.
async fn evolved_skills<S: Storage>(
    call: &Call<'_, S>,
    volume: &Volume,
    ledger: &crate::kernel::evolution::Ledger,
) -> Result<Vec<Value>, ApiError> {
    let shelf = call.manager.shelf(volume, call.now).await?;
    let mut rows = Vec::new();
    for skill in shelf.library.skills.values().filter(|skill| skill.front_matter["generator"].is_string()) {
        let created = skill.front_matter["created_at"].as_str().and_then(day_of).unwrap_or(call.now.timestamp_s);
        let usage = ledger.usage(&skill.skill_id, created);
        let age_days = (call.now.timestamp_s - created).div_euclid(86_400);
        rows.push(json!({
            "skill_id": skill.skill_id,
            "name": skill.name,
            "created_at": skill.front_matter["created_at"],
            "generator": skill.front_matter["generator"],
            "confidence": skill.front_matter["confidence"],
            "usage": usage,
            "archive": should_archive(&usage, age_days),
        }));
    }
    Ok(rows)
}

/// The beginning of a day such as `2026-11-22`.
fn day_of(text: &str) -> Option<i64> {
    let head = format!("{{\"goal\":\"x\",\"date\":{}}}", json!(text));
    Some(crate::kernel::evolution::read_legacy_trace(&head)?.started_at).filter(|moment| *moment > 0)
}

/// Today, as front matter has it.
fn today<S: Storage>(call: &Call<'_, S>) -> String {
    crate::kernel::volume::Day::of(call.now.timestamp_s).to_string().replace('/', "-")
}

fn due<S: Storage>(call: &Call<'_, S>, level: Level, state: &State) -> Due {
    let last = state.last_run.as_ref().map_or(state.since, |run| run.at);
    Due::of(level, last, call.now.timestamp_s, call.now.offset_min)
}

/// The volume that a level works for.
fn volume_of<S: Storage>(call: &Call<'_, S>, level: Level, team_id: Option<&str>) -> Result<Volume, ApiError> {
    match level {
        Level::User => Ok(call.manager.own_volume()),
        Level::System => Ok(Volume::System),
        Level::Team => {
            let own = call.manager.profiles().current().1.team().map(|team| team.as_str().to_owned());
            let team = team_id.map(str::to_owned).or(own).ok_or_else(|| {
                ApiError::new(ErrorCode::Unprocessable, "You are in no team, so none can evolve")
                    .detail("Make a team, or join one, then try again")
            })?;
            volume_named(&format!("team/{team}"))
        }
    }
}

fn pattern_row(pattern: &Pattern) -> Value {
    let mut row = json!(pattern);
    row["confidence"] = json!(pattern.confidence());
    row
}

#[cfg(test)]
mod tests;
