//! `/evolution/settings`: what a person wants of evolution, for each volume that it works for. Rows of the device, no commits.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Level, state, thresholds_of, volume_of};
use crate::interface::{ApiError, Call};
use crate::kernel::access::Volume;
use crate::kernel::manager::Storage;

/// What a person chose; what they did not is as usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether it runs by itself when it is due. As usual: yes.
    pub by_itself: Option<bool>,
    /// Whether what passed its trial goes in without being asked about. As usual what runs by itself asks.
    pub auto_apply: Option<bool>,
    /// From how many occurrences on.
    pub min_pattern_count: Option<usize>,
    /// From which rate of success on.
    pub min_success_rate: Option<f64>,
    /// Whether a connected model writes the skills. As usual: no.
    pub use_model: Option<bool>,
}

impl Settings {
    /// With everything that was not chosen as it usually is.
    pub fn in_force(&self, level: Level) -> Value {
        let usual = level.thresholds();
        json!({
            "by_itself": self.by_itself.unwrap_or(true),
            "auto_apply": self.auto_apply.unwrap_or_default(),
            "min_pattern_count": self.min_pattern_count.unwrap_or(usual.min_pattern_count),
            "min_success_rate": self.min_success_rate.unwrap_or(usual.min_success_rate),
            "use_model": self.use_model.unwrap_or_default(),
        })
    }
}

/// What was chosen for a volume.
pub async fn load<S: Storage>(call: &Call<'_, S>, volume: &Volume) -> Result<Settings, ApiError> {
    let row = state::read(call, &state::key(volume, "settings")).await?;
    Ok(row.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Choice {
    level: Level,
    team_id: Option<String>,
    #[serde(flatten)]
    settings: Settings,
}

/// `PUT /evolution/settings {level, team_id?, by_itself?, auto_apply?, min_pattern_count?, min_success_rate?, use_model?}`: what is left out
/// goes back to what is usual.
pub async fn put<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Choice { level, team_id, settings } = call.request.json()?;
    thresholds_of(level, settings.min_pattern_count, settings.min_success_rate)?;
    let volume = volume_of(call, level, team_id.as_deref())?;
    let bytes = serde_json::to_vec(&settings).unwrap_or_default();
    state::put(call, vec![(state::key(&volume, "settings"), bytes)]).await?;
    Ok(settings.in_force(level))
}
