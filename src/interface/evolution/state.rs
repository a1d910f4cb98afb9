//! What evolution remembers between its runs: rows of the device, one pair for each volume that it works for. What was counted in one, and
//! in the other when it ran, what it drafted and what a person did not want.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::interface::{ApiError, Call};
use crate::kernel::access::Volume;
use crate::kernel::evolution::{DraftKind, FilterTrial, Ledger, Level};
use crate::kernel::manager::{ManagerError, Storage};
use crate::kernel::volume::{Durability, Rows, RowsWrite};

/// The name under which tabs take turns.
pub const TURN: &str = "evolution";

/// What is remembered for a volume.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The last run.
    pub last_run: Option<LastRun>,
    /// When it was first asked for: where nothing ran yet, the first period begins then.
    pub since: i64,
    /// The commits up to which traces were counted, by volume.
    pub heads: BTreeMap<String, String>,
    /// What waits for a person.
    pub drafts: Vec<KeptDraft>,
    /// What a person did not want.
    pub rejected: Vec<Rejection>,
    /// What did not pass its trial, and is tried again when there is more of it.
    pub failed: Vec<FailedTrial>,
    /// How many runs came to their end.
    pub runs: u64,
    /// Whether nothing was kept yet.
    #[serde(skip)]
    pub is_new: bool,
}

/// A draft that did not do what it was drafted from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedTrial {
    /// The pattern's.
    pub signature: String,
    /// How often it had been done then.
    pub count: usize,
    /// What differed.
    pub reason: String,
}

/// A run, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LastRun {
    /// When.
    pub at: i64,
    /// The counts that it answered.
    pub counts: BTreeMap<String, usize>,
    /// What recurs and became no draft, and why.
    pub held_back: Vec<Value>,
}

/// A draft that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptDraft {
    /// `user/me:pr/me/the-skill`, as of a proposal.
    pub draft_id: String,
    /// For whom it was made.
    pub level: Level,
    /// Where it is to go.
    pub volume: String,
    /// Its branch.
    pub branch: String,
    /// Its file.
    pub path: String,
    /// Its skill.
    pub skill_id: String,
    /// What people will call it.
    pub name: String,
    /// What it is for.
    pub kind: DraftKind,
    /// Whether it changes a skill that there is.
    pub is_update: bool,
    /// The pattern, with its figures.
    pub pattern: Value,
    /// The message of its commit.
    pub message: String,
    /// The commit.
    pub commit: String,
    /// When it was made.
    pub created_at: i64,
    /// What the filter made of it.
    pub trial: Option<FilterTrial>,
    /// The runs to run again before it is taken.
    #[serde(default)]
    pub replay: Vec<Value>,
    /// What came of them: lines on what differs, nothing if nothing does.
    #[serde(default)]
    pub replayed: Option<Vec<String>>,
    /// Why they could not be run when it was drafted.
    #[serde(default)]
    pub cannot_run: Option<String>,
}

/// A draft that a person did not want.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    /// The pattern's.
    pub signature: String,
    /// The skill that was drafted.
    pub skill_id: String,
    /// Why not.
    pub reason: String,
    /// When.
    pub at: i64,
}

/// What is remembered for a volume.
pub async fn load<S: Storage>(call: &Call<'_, S>, volume: &Volume) -> Result<State, ApiError> {
    let row = read(call, &key(volume, "state")).await?;
    // What cannot be read is begun anew; what was drafted is in its branches.
    Ok(row.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_else(|| State {
        since: call.now.timestamp_s,
        is_new: true,
        ..State::default()
    }))
}

/// What was counted for a volume.
pub async fn load_ledger<S: Storage>(call: &Call<'_, S>, volume: &Volume) -> Result<Ledger, ApiError> {
    Ok(read(call, &key(volume, "ledger")).await?.map(|bytes| Ledger::decode(&bytes)).unwrap_or_default())
}

/// Keeps what is remembered and, where it changed, what was counted, together.
pub async fn save<S: Storage>(
    call: &Call<'_, S>,
    volume: &Volume,
    state: &State,
    ledger: Option<&Ledger>,
) -> Result<(), ApiError> {
    let mut rows = vec![(key(volume, "state"), serde_json::to_vec(state).unwrap_or_default())];
    rows.extend(ledger.map(|ledger| (key(volume, "ledger"), ledger.encode())));
    put(call, rows).await
}

/// Writes rows of the device, all or none.
pub async fn put<S: Storage>(call: &Call<'_, S>, rows: Vec<(String, Vec<u8>)>) -> Result<(), ApiError> {
    let write = RowsWrite { put: rows, durability: Durability::Strict, ..RowsWrite::default() };
    Ok(call.manager.device_rows().write(write).await.map_err(ManagerError::from)?)
}

/// A row of the device.
pub async fn read<S: Storage>(call: &Call<'_, S>, key: &str) -> Result<Option<Vec<u8>>, ApiError> {
    Ok(call.manager.device_rows().read(&[key.to_owned()]).await.map_err(ManagerError::from)?.pop().flatten())
}

/// The name of a row about a volume.
pub fn key(volume: &Volume, what: &str) -> String {
    format!("evolution/{volume}/{what}.json")
}
