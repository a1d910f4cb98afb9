//! Days of the calendar, from seconds since 1970. Always UTC, so that a day means the same on every device.

use std::fmt;

/// A day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// Year, such as 2026.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl Day {
    /// The day of a moment.
    pub fn of(timestamp_s: i64) -> Self {
        // Howard Hinnant's "civil from days": years begin in March, so that leap days come last.
        let days = timestamp_s.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |number: i64| u8::try_from(number).expect("days and months are small");
        Self { year, month: small(month), day: small(day) }
    }
}

impl fmt::Display for Day {
    /// As folders: `2026/01/31`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}/{:02}/{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_fall_on_their_days() {
        let cases = [
            (0, "1970/01/01"),
            (86_399, "1970/01/01"),
            (86_400, "1970/01/02"),
            (-1, "1969/12/31"),
            (951_782_400, "2000/02/29"),
            (951_868_800, "2000/03/01"),
            (1_709_164_800, "2024/02/29"),
            (1_798_675_200, "2026/12/31"),
            (4_107_542_400, "2100/03/01"),
        ];
        for (timestamp_s, day) in cases {
            assert_eq!(Day::of(timestamp_s).to_string(), day);
        }
    }
}
