//! `GET /evolution`: when it runs, what was found when it last ran, and the evidence of each pattern.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::state::{self, State};
use super::{pattern_row, settings, volume_of};
use crate::interface::{ApiError, Call, ErrorCode};
use crate::kernel::access::Volume;
use crate::kernel::evolution::{Due, Ledger, Level, should_archive};
use crate::kernel::manager::Storage;
use crate::kernel::volume::Day;

/// As many skills that were used are listed.
const MOST_USED: usize = 50;

/// When a level runs next.
pub fn due<S: Storage>(call: &Call<'_, S>, level: Level, state: &State) -> Due {
    let last = state.last_run.as_ref().map_or(state.since, |run| run.at);
    Due::of(level, last, call.now.timestamp_s, call.now.offset_min)
}

/// `GET /evolution/due?team_id=`: what is to run now by itself, and when to look again.
pub async fn due_now<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let mut rows = Vec::new();
    let mut next: Option<i64> = None;
    for level in Level::ALL {
        let Ok(volume) = volume_of(call, level, call.request.parameter("team_id")) else { continue };
        let chosen = settings::load(call, &volume).await?;
        if chosen.by_itself == Some(false) {
            continue;
        }
        let state = known(call, &volume).await?;
        let due = due(call, level, &state);
        if due.is_due {
            let team = volume.to_string().strip_prefix("team/").map(str::to_owned);
            rows.push(json!({ "level": level, "team_id": team, "auto_apply": chosen.auto_apply.unwrap_or_default() }));
        } else {
            next = Some(next.map_or(due.next_run, |next| next.min(due.next_run)));
        }
    }
    Ok(json!({ "due": rows, "next_run": next }))
}

/// What is remembered for a volume; from the first time on that it is asked for, a run can be missed.
async fn known<S: Storage>(call: &Call<'_, S>, volume: &Volume) -> Result<State, ApiError> {
    let state = state::load(call, volume).await?;
    if state.last_run.is_none() && state.is_new {
        state::save(call, volume, &state, None).await?;
    }
    Ok(state)
}

/// `GET /evolution?level=&team_id=`
pub async fn overview<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let mut next_run = json!({ "user": null, "team": null, "system": null });
    let mut due_now = Vec::new();
    let mut waiting = 0;
    for level in Level::ALL {
        let Ok(volume) = volume_of(call, level, call.request.parameter("team_id")) else { continue };
        let state = known(call, &volume).await?;
        let due = due(call, level, &state);
        next_run[json!(level).as_str().unwrap_or_default()] = json!(due.next_run);
        waiting += state.drafts.len();
        if due.is_due {
            due_now.push(level);
        }
    }
    let (level, volume) = asked_for(call)?;
    let state = state::load(call, &volume).await?;
    let ledger = state::load_ledger(call, &volume).await?;
    let patterns: Vec<Value> = ledger.patterns().iter().map(pattern_row).collect();
    let days: BTreeMap<String, usize> = ledger
        .by_day()
        .into_iter()
        .map(|(day, count)| (Day::of(day * 86_400).to_string().replace('/', "-"), count))
        .collect();
    Ok(json!({
        "next_run": next_run,
        "due": due_now,
        "last_run": state.last_run,
        "runs": state.runs,
        "settings": settings::load(call, &volume).await?.in_force(level),
        "level": level,
        "volume": volume.to_string(),
        "team_id": call.manager.profiles().current().1.team().map(|team| team.as_str().to_owned()),
        "traces": ledger.traces(),
        "traces_by_day": days,
        "total": patterns.len(),
        "patterns": call.request.page(patterns)?,
        "skills": evolved_skills(call, &volume, &ledger).await?,
        "used": used(&ledger),
        "drafts": waiting,
        "rejected": state.rejected,
        "failed": state.failed,
        "notes": ledger.notes(),
    }))
}

/// `GET /evolution/patterns/{signature}?level=&team_id=`: a pattern and everything that it was seen in, oldest first.
pub async fn pattern<S: Storage>(call: &Call<'_, S>, signature: &str) -> Result<Value, ApiError> {
    let (_, volume) = asked_for(call)?;
    let ledger = state::load_ledger(call, &volume).await?;
    let pattern = ledger.pattern_of(signature).ok_or_else(|| {
        ApiError::new(ErrorCode::NotFound, format!("There is no pattern '{signature}'"))
            .detail("GET /evolution lists those that there are")
    })?;
    let occurrences = ledger.occurrences(signature);
    Ok(
        json!({ "pattern": pattern_row(&pattern), "total": occurrences.len(), "traces": call.request.page(occurrences)? }),
    )
}

fn asked_for<S: Storage>(call: &Call<'_, S>) -> Result<(Level, Volume), ApiError> {
    let level = match call.request.parameter("level") {
        Some(name) => serde_json::from_value(json!(name)).map_err(|_| {
            ApiError::new(ErrorCode::MalformedRequest, format!("There is no level '{name}'"))
                .detail("The levels are user, team and system")
        })?,
        None => Level::User,
    };
    Ok((level, volume_of(call, level, call.request.parameter("team_id"))?))
}

/// The skills that took part most often, evolved or not.
fn used(ledger: &Ledger) -> Vec<Value> {
    let mut used: Vec<_> = ledger.usages().into_iter().collect();
    used.sort_by(|one, other| other.1.uses.cmp(&one.1.uses).then(one.0.cmp(other.0)));
    used.truncate(MOST_USED);
    used.into_iter().map(|(skill_id, usage)| json!({ "skill_id": skill_id, "usage": usage })).collect()
}

/// The skills of a volume that evolution made, with how they did.
async fn evolved_skills<S: Storage>(
    call: &Call<'_, S>,
    volume: &Volume,
    ledger: &Ledger,
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
