//! Sizes, times and counts as people read them.

use wasm_bindgen::JsValue;

use crate::ui::parts::clock;

/// Bytes as `12 B`, `3.4 kB`, `120 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut number = bytes as f64 / 1000.0;
    let mut unit = 0;
    while number >= 999.5 && unit + 1 < UNITS.len() {
        number /= 1000.0;
        unit += 1;
    }
    if number < 9.95 { format!("{number:.1} {}", UNITS[unit]) } else { format!("{number:.0} {}", UNITS[unit]) }
}

/// `1 commit`, `12 commits`.
pub fn count(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A number in groups of three digits, from five digits on.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// How long ago a moment was, in seconds since 1970.
pub fn ago(timestamp: i64) -> String {
    let seconds = (clock::now_ms() / 1000.0) as i64 - timestamp;
    let (number, unit) = match seconds {
        ..45 => return "just now".to_owned(),
        45..3_600 => ((seconds + 30) / 60, "min"),
        3_600..86_400 => ((seconds + 1_800) / 3_600, "h"),
        86_400..2_592_000 => return plural((seconds + 43_200) / 86_400, "day"),
        2_592_000..31_536_000 => return plural((seconds + 1_296_000) / 2_592_000, "month"),
        _ => return plural((seconds + 15_768_000) / 31_536_000, "year"),
    };
    format!("{} {unit} ago", number.max(1))
}

fn plural(number: i64, unit: &str) -> String {
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

/// A moment as the person's own calendar and clock have it.
pub fn moment(timestamp: i64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(timestamp as f64 * 1000.0));
    String::from(date.to_locale_string("default", &JsValue::UNDEFINED))
}

/// The first line of a message.
pub fn subject(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// What follows the first line of a message.
pub fn body(message: &str) -> &str {
    message.split_once('\n').map(|(_, rest)| rest.trim()).unwrap_or_default()
}

/// The first letters of a commit's id.
pub fn short(oid: &str) -> &str {
    oid.get(..8).unwrap_or(oid)
}

/// Up to two letters for a person's mark.
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let first = |word: &&str| word.chars().next();
    let letters: String = match words.as_slice() {
        [] => "?".to_owned(),
        [one] => one.chars().take(2).collect(),
        [one, .., last] => first(one).into_iter().chain(first(last)).collect(),
    };
    letters.to_uppercase()
}

/// A volume's kind and the name within it: `team/acme` is `Team` and `acme`.
pub fn volume_parts(volume: &str) -> (&'static str, &str) {
    match volume.split_once('/') {
        Some(("team", name)) => ("Team", name),
        Some(("user", name)) => ("User", name),
        _ => ("System", ""),
    }
}

/// The icon of a volume's kind.
pub fn volume_icon(volume: &str) -> &'static str {
    match volume_parts(volume).0 {
        "Team" => "users",
        "User" => "user",
        _ => "shield",
    }
}

/// Text for the value of a query.
pub fn encoded(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}

/// Text for the page's markup.
pub fn escaped(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            _ => into.push(letter),
        }
    }
}
