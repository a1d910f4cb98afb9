//! Numbers as engineers write them: `4k7`, `10u`, `2.2 MΩ`, `1e-9`. Reads them from what a person typed, and writes them with an SI
//! prefix and a unit. Never guesses: what it cannot read it refuses.

/// Prefixes from large to small: symbol, power of ten.
const PREFIXES: [(&str, i32); 10] =
    [("T", 12), ("G", 9), ("M", 6), ("k", 3), ("", 0), ("m", -3), ("µ", -6), ("n", -9), ("p", -12), ("f", -15)];

/// Units that take no prefix: they are steps, shares, angles or powers themselves.
const PLAIN_UNITS: [&str; 8] = ["dB", "°", "%", "dB/decade", "px", "K", "°C", "dBm"];

/// The number that a person typed; none where it is not one.
///
/// Understands SI prefixes behind the number (`10u`, `4.7 k`) or in place of the decimal point (`4k7`), SPICE's `meg`, both
/// micro signs, exponents, and the unit written out behind it.
pub fn parse(text: &str, unit: Option<&str>) -> Option<f64> {
    let text = text.trim().replace(['−', '–'], "-");
    let mut text = text.as_str();
    if let Some(unit) = unit.filter(|unit| !unit.is_empty()) {
        text = text.strip_suffix(unit).unwrap_or(text).trim_end();
    }
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(number);
    }
    let split = text.find(|character: char| !matches!(character, '0'..='9' | '.' | '-' | '+'))?;
    let (digits, rest) = text.split_at(split);
    let rest = rest.trim_start();
    let (power, length) = prefix(rest)?;
    let after = &rest[length..];
    let digits = if !after.is_empty() && after.bytes().all(|byte| byte.is_ascii_digit()) && !digits.contains('.') {
        format!("{digits}.{after}")
    } else if after.trim().is_empty() {
        digits.to_owned()
    } else {
        return None;
    };
    // Ten to the power is left to the parser of numbers: 10u is then exactly 1e-5.
    format!("{digits}e{power}").parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number with an SI prefix and its unit, to at most `digits` significant digits, such as `4.7 kΩ`.
pub fn format(number: f64, unit: Option<&str>, digits: usize) -> String {
    let unit = unit.unwrap_or_default();
    let space = if unit.is_empty() || unit == "°" || unit == "%" { "" } else { " " };
    if number == 0.0 || !number.is_finite() || PLAIN_UNITS.contains(&unit) || unit.is_empty() {
        return format!("{}{space}{unit}", plain(number, digits));
    }
    let power = number.abs().log10();
    let (symbol, exponent) = PREFIXES
        .iter()
        .copied()
        .find(|(_, exponent)| power + 1e-9 >= f64::from(*exponent))
        .unwrap_or(PREFIXES[PREFIXES.len() - 1]);
    let scaled = number / 10_f64.powi(exponent);
    format!("{} {symbol}{unit}", plain(scaled, digits))
}

/// A number as short as it can be said, to at most this many significant digits.
pub fn plain(number: f64, digits: usize) -> String {
    if number == 0.0 {
        return "0".into();
    }
    if !number.is_finite() {
        return if number.is_nan() {
            "not a number".into()
        } else if number > 0.0 {
            "∞".into()
        } else {
            "−∞".into()
        };
    }
    let magnitude = number.abs().log10().floor() as i32;
    if !(-4..=9).contains(&magnitude) {
        let text = format!("{number:.*e}", digits.saturating_sub(1));
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", trimmed(mantissa));
    }
    let decimals = (digits as i32 - 1 - magnitude).max(0) as usize;
    trimmed(&format!("{number:.decimals$}")).to_owned()
}

/// How long something took, such as `340 µs`, `12 ms`, `1.24 s` or `2 min 5 s`.
pub fn duration(duration_ms: f64) -> String {
    match duration_ms {
        ms if ms < 0.0005 => "0 ms".into(),
        ms if ms < 1.0 => format!("{:.0} µs", ms * 1000.0),
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1000.0 => format!("{ms:.0} ms"),
        ms if ms < 10_000.0 => format!("{:.2} s", ms / 1000.0),
        ms if ms < 60_000.0 => format!("{:.1} s", ms / 1000.0),
        ms => format!("{:.0} min {:.0} s", (ms / 60_000.0).floor(), (ms % 60_000.0) / 1000.0),
    }
}

/// How large something is, such as `512 B`, `12 kB` or `13.5 MB`.
pub fn bytes(bytes: u64) -> String {
    match bytes as f64 {
        count if count < 1e3 => format!("{count} B"),
        count if count < 1e6 => format!("{:.0} kB", count / 1e3),
        count if count < 1e9 => format!("{:.1} MB", count / 1e6),
        count => format!("{:.2} GB", count / 1e9),
    }
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// The power of ten that a text begins with, and how many bytes name it.
fn prefix(text: &str) -> Option<(i32, usize)> {
    if text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("meg")) {
        return Some((6, 3));
    }
    let first = text.chars().next()?;
    let power = match first {
        'T' => 12,
        'G' => 9,
        'M' => 6,
        'k' | 'K' => 3,
        'm' => -3,
        'u' | 'µ' | 'μ' => -6,
        'n' => -9,
        'p' => -12,
        'f' => -15,
        _ => return None,
    };
    Some((power, first.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_engineers_write_them() {
        for (text, unit, number) in [
            ("4700", None, 4700.0),
            ("4k7", None, 4700.0),
            ("4.7k", None, 4700.0),
            ("4.7 kΩ", Some("Ω"), 4700.0),
            ("10u", None, 1e-5),
            ("10 µF", Some("F"), 1e-5),
            ("2M2", None, 2.2e6),
            ("1meg", None, 1e6),
            ("-3.5m", None, -3.5e-3),
            ("1e-9", None, 1e-9),
            ("−2", None, -2.0),
            ("100 Ω", Some("Ω"), 100.0),
            ("5 m", Some("m"), 5.0),
        ] {
            assert_eq!(parse(text, unit), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for text in ["", "k", "4.7.1", "4k7k", "abc", "1 2", "NaN", "inf", "4x"] {
            assert_eq!(parse(text, None), None, "{text}");
        }
    }

    #[test]
    fn times_and_sizes_have_their_units() {
        let times = [0.0, 0.34, 3.21, 12.4, 1240.0, 12_400.0, 125_000.0].map(duration);
        assert_eq!(times, ["0 ms", "340 µs", "3.2 ms", "12 ms", "1.24 s", "12.4 s", "2 min 5 s"]);
        assert_eq!([512, 12_300, 13_500_000].map(bytes), ["512 B", "12 kB", "13.5 MB"]);
    }

    #[test]
    fn numbers_are_written_with_prefix_and_unit() {
        for (number, unit, text) in [
            (4700.0, Some("Ω"), "4.7 kΩ"),
            (1e-5, Some("F"), "10 µF"),
            (1591.549, Some("Hz"), "1.592 kHz"),
            (1e-9, Some("s"), "1 ns"),
            (1000.0, Some("Hz"), "1 kHz"),
            (-3.01, Some("dB"), "-3.01 dB"),
            (45.0, Some("°"), "45°"),
            (0.0, Some("V"), "0 V"),
            (-1.137_27, None, "-1.137"),
            (1e15, None, "1e15"),
            (20000.0, None, "20000"),
        ] {
            assert_eq!(format(number, unit, 4), text);
        }
    }
}
