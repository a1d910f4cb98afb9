//! `/evolution` and `/evolve`: what recurs in traces becomes a draft, and a person decides. Drafts are branches `pr/…` like any proposal;
//! with `auto_apply` a skill that guides and that passed its trial goes straight in. What runs is only taken after its replay.

mod archive;
mod counting;
mod drafting;
mod offers;
mod overview;
mod settings;
mod state;
mod system;
mod trial;
mod workshop;

pub use archive::archive;
pub use offers::{accept, drafts, reject, replayed};
pub use overview::{due_now, overview, pattern};
pub use settings::put as put_settings;
pub use trial::try_again;
pub use workshop::{Progress, Stage, ToldOutput, Workshop};

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use self::state::{LastRun, TURN};
use super::{ApiError, Call, ErrorCode, volume_named};
use crate::kernel::access::Volume;
use crate::kernel::evolution::{Level, Pattern, Thresholds};
use crate::kernel::llm::Models;
use crate::kernel::manager::Storage;

/// `POST /evolve`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct EvolveRequest {
    level: Level,
    team_id: Option<String>,
    /// Where nobody chose: yes.
    auto_apply: Option<bool>,
    min_pattern_count: Option<usize>,
    min_success_rate: Option<f64>,
    /// Whether a connected model writes the skills: what traces say then goes to its provider.
    use_model: Option<bool>,
    /// Whether it runs only at its time.
    only_if_due: bool,
}

/// What a run was asked for, with the settings in force where it says nothing.
struct Asked {
    level: Level,
    auto_apply: bool,
    use_model: bool,
    thresholds: Thresholds,
}

/// The thresholds of a level, where these are not others.
fn thresholds_of(level: Level, count: Option<usize>, rate: Option<f64>) -> Result<Thresholds, ApiError> {
    let usual = level.thresholds();
    let thresholds = Thresholds {
        min_pattern_count: count.unwrap_or(usual.min_pattern_count),
        min_success_rate: rate.unwrap_or(usual.min_success_rate),
    };
    if thresholds.min_pattern_count < 2 {
        return Err(ApiError::new(ErrorCode::Unprocessable, "'min_pattern_count' should be 2 or more"));
    }
    if !(0.0..=1.0).contains(&thresholds.min_success_rate) {
        return Err(ApiError::new(ErrorCode::Unprocessable, "'min_success_rate' should be from 0 to 1"));
    }
    Ok(thresholds)
}

/// The name of what a model writes for evolution.
const MODEL_STREAM: &str = "evolution";

/// What a run did so far.
#[derive(Default)]
struct Outcome {
    skills: Vec<Value>,
    held_back: Vec<Value>,
    counts: BTreeMap<String, usize>,
    notes: Vec<Value>,
}

/// `POST /evolve {level, team_id?, auto_apply?, min_pattern_count?, min_success_rate?, use_model?, only_if_due?}`. What is left out is as the
/// person chose it for this level (`PUT /evolution/settings`).
pub async fn evolve<S: Storage + Models + Workshop>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let request: EvolveRequest = call.request.json_or_default()?;
    let volume = volume_of(call, request.level, request.team_id.as_deref())?;
    let chosen = settings::load(call, &volume).await?;
    let asked = Asked {
        level: request.level,
        auto_apply: request.auto_apply.or(chosen.auto_apply).unwrap_or(true),
        use_model: request.use_model.or(chosen.use_model).unwrap_or_default(),
        thresholds: thresholds_of(
            request.level,
            request.min_pattern_count.or(chosen.min_pattern_count),
            request.min_success_rate.or(chosen.min_success_rate),
        )?,
    };
    let workshop = call.manager.storage();
    workshop.begin();
    workshop.tell(&Progress::of(Stage::Waiting, 0, 0, ""));
    // One tab works, the others wait and then find that nothing is due.
    let _turn = workshop.turn(TURN).await;
    let answer = run(call, &asked, &volume, request.only_if_due).await;
    workshop.tell(&Progress::of(Stage::Over, 0, 0, ""));
    answer
}

async fn run<S: Storage + Models + Workshop>(
    call: &Call<'_, S>,
    asked: &Asked,
    volume: &Volume,
    only_if_due: bool,
) -> Result<Value, ApiError> {
    let mut state = state::load(call, volume).await?;
    let due = overview::due(call, asked.level, &state);
    if only_if_due && !due.is_due {
        return Ok(json!({ "status": "not_due", "next_run": due.next_run, "traces_analyzed": 0,
            "patterns_detected": 0, "viable_patterns": 0, "skills_created": 0, "skills": [] }));
    }
    let mut outcome = Outcome::default();
    match asked.level {
        Level::User | Level::Team => drafting::run(call, asked, volume, &mut state, &mut outcome).await?,
        Level::System => system::run(call, asked, &mut state, &mut outcome).await?,
    }
    let created = outcome.skills.iter().filter(|skill| skill["status"] != "updated").count();
    outcome.counts.insert("skills_created".to_owned(), created);
    let is_stopped = call.manager.storage().is_stopped();
    if !is_stopped {
        // A run that was stopped, or whose page was closed, is still due.
        state.last_run = Some(LastRun {
            at: call.now.timestamp_s,
            counts: outcome.counts.clone(),
            held_back: outcome.held_back.clone(),
        });
        state.runs += 1;
        state::save(call, volume, &state, None).await?;
    }
    let count = |name: &str| outcome.counts.get(name).copied().unwrap_or_default();
    Ok(json!({
        "status": if is_stopped { "stopped" } else { "completed" },
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

/// `POST /evolve/stop`: the run of this page goes no further; what it made stays, and it is due again.
pub fn stop<S: Storage + Models + Workshop>(call: &Call<'_, S>) -> Value {
    call.manager.storage().ask_to_stop();
    Models::stop(call.manager.storage(), MODEL_STREAM);
    json!({ "stopped": true })
}

/// Today, as front matter has it.
fn today<S: Storage>(call: &Call<'_, S>) -> String {
    crate::kernel::volume::Day::of(call.now.timestamp_s).to_string().replace('/', "-")
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
