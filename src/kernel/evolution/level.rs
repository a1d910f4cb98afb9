//! When evolution is due: nightly for a person, weekly for a team, monthly for everybody. A page is not always open, so what was due runs
//! when it next is, once however often it was missed.

use serde::{Deserialize, Serialize};

use super::Thresholds;

/// Seconds of a day.
pub const DAY_S: i64 = 86_400;
/// At night, by the clock on the wall.
const HOUR_OF_NIGHT_S: i64 = 3 * 3_600;

/// For whom evolution works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A person, from their traces.
    #[default]
    User,
    /// A team, from its traces and those that its members share.
    Team,
    /// Everybody, from what teams use.
    System,
}

impl Level {
    /// All of them, nearest first.
    pub const ALL: [Self; 3] = [Self::User, Self::Team, Self::System];

    /// How many days lie between two runs.
    #[must_use]
    pub fn period_days(self) -> i64 {
        match self {
            Self::User => 1,
            Self::Team => 7,
            Self::System => 30,
        }
    }

    /// The thresholds where nobody set others.
    #[must_use]
    pub fn thresholds(self) -> Thresholds {
        match self {
            Self::User => Thresholds::default(),
            Self::Team | Self::System => Thresholds { min_pattern_count: 5, ..Thresholds::default() },
        }
    }
}

/// When a level runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The next time, in whole seconds since 1970.
    pub next_run: i64,
    /// Whether that is now or was before.
    pub is_due: bool,
}

impl Due {
    /// When a level runs that ran last at this moment, or whose traces begin at it.
    #[must_use]
    pub fn of(level: Level, last: i64, now: i64, offset_min: i32) -> Self {
        let offset = i64::from(offset_min) * 60;
        // The first night that begins after the last run, and so many days later as the level waits.
        let day = (last + offset - HOUR_OF_NIGHT_S).div_euclid(DAY_S) + level.period_days();
        let next_run = day * DAY_S + HOUR_OF_NIGHT_S - offset;
        Self { next_run, is_due: next_run <= now }
    }
}

/// From when on a team's skill is worth everybody's while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// In how many traces it took part.
    pub min_uses: usize,
    /// How well it went on average.
    pub min_rating: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { min_uses: 10, min_rating: 0.8 }
    }
}

impl Rules {
    /// Why a skill is proposed for everybody, if it is.
    #[must_use]
    pub fn reason(&self, usage: &super::Usage) -> Option<String> {
        let rating = usage.rating.or(usage.success_rate)?;
        let is_used = usage.uses >= self.min_uses && rating >= self.min_rating;
        let by = if usage.rating.is_some() { "rated" } else { "went well" };
        is_used.then(|| format!("used {} times, {by} {:.0} %", usage.uses, rating * 100.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_weeks_and_months_are_missed_once() {
        let noon = 10 * DAY_S + 12 * 3_600;
        let user = Due::of(Level::User, noon, noon, 0);
        assert_eq!((user.next_run, user.is_due), (11 * DAY_S + HOUR_OF_NIGHT_S, false));
        assert!(Due::of(Level::User, noon, noon + DAY_S, 0).is_due);
        let late = noon + 40 * DAY_S;
        assert!(Level::ALL.into_iter().all(|level| Due::of(level, noon, late, 0).is_due));
        assert!(Level::ALL.into_iter().all(|level| !Due::of(level, late, late, 0).is_due));
        assert_eq!(Due::of(Level::Team, noon, noon, 0).next_run, 17 * DAY_S + HOUR_OF_NIGHT_S);
        // Three at night in Berlin is one hour earlier.
        assert_eq!(Due::of(Level::User, noon, noon, 60).next_run, user.next_run - 3_600);
    }
}
