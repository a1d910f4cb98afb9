//! Traces of the old llmos: Markdown with other fields in its head, or with the facts in bold lines, or JSON.

use serde_json::Value;

use crate::kernel::trace::Trace;

/// Reads what an old llmos wrote; none if it is nothing of its kind.
#[must_use]
pub fn read_legacy_trace(text: &str) -> Option<Trace> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        let fields: Value = serde_json::from_str(text).ok()?;
        let content = serde_json::to_string_pretty(&fields).ok()?;
        return of_fields(&fields, format!("```json\n{content}\n```"));
    }
    if let Some((head, body)) = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
        let fields: Value = serde_yaml::from_str(head).ok()?;
        return of_fields(&fields, body.trim().to_owned());
    }
    of_fields(&bold_fields(text)?, text.trim().to_owned())
}

fn of_fields(fields: &Value, content: String) -> Option<Trace> {
    let text = |names: &[&str]| names.iter().find_map(|name| fields[*name].as_str()).map(|text| text.trim().to_owned());
    let number = |names: &[&str]| names.iter().find_map(|name| number_of(&fields[*name]));
    let words = |names: &[&str]| -> Vec<String> {
        let list = names.iter().find_map(|name| fields[*name].as_array());
        list.map(|items| items.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default()
    };
    let goal = text(&["goal_text", "goal", "task", "objective"]).filter(|goal| !goal.is_empty())?;
    let rating = number(&["success_rating", "success_rate", "rating"]);
    // Some were kept in per cent.
    let rating = rating.map(|rating| if rating > 1.0 { rating / 100.0 } else { rating });
    let moment =
        ["created_at", "timestamp", "started_at", "last_used", "date"].iter().find_map(|name| moment(&fields[*name]));
    let seconds = number(&["estimated_time_secs", "duration_secs", "duration_seconds", "duration"]);
    Some(Trace {
        kind: text(&["kind", "mode"]).map_or_else(|| "llmos".to_owned(), |mode| mode.to_lowercase()),
        goal: goal.lines().next().unwrap_or_default().to_owned(),
        started_at: moment.unwrap_or_default(),
        duration_ms: seconds.map_or(0.0, |seconds| seconds * 1_000.0),
        success_rating: rating.filter(|rating| (0.0..=1.0).contains(rating)),
        skills_used: words(&["agents_used", "skills_used"]),
        tools: words(&["tools_used", "tools"]),
        session_id: text(&["session_id"]),
        content,
        ..Trace::default()
    })
}

/// `# Execution Trace: goal` and lines such as `**Success Rating**: 95%` or `- Created: 2025-01-31`.
fn bold_fields(text: &str) -> Option<Value> {
    let goal = text.lines().find_map(|line| line.strip_prefix("# Execution Trace:"))?.trim();
    let mut fields = serde_json::Map::new();
    fields.insert("goal".to_owned(), goal.into());
    for line in text.lines().take(200) {
        let Some((name, value)) = line.trim_start_matches(['-', ' ']).split_once(':') else { continue };
        let name = name.trim().trim_matches('*').trim_end_matches(':').trim().to_lowercase().replace(' ', "_");
        let value = value.trim().trim_matches(['*', '`', ' ']);
        let known = ["success_rating", "success_rate", "created", "created_at", "mode", "tools_used", "estimated_time"];
        let Some(known) = known.into_iter().find(|known| **known == name) else { continue };
        let field = match known {
            "created" => "created_at",
            "estimated_time" => "estimated_time_secs",
            known => known,
        };
        let value = match field {
            "tools_used" => value.split(',').map(|tool| Value::from(tool.trim().trim_matches('`'))).collect(),
            _ => Value::from(value),
        };
        fields.entry(field.to_owned()).or_insert(value);
    }
    Some(fields.into())
}

fn number_of(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| {
        let text = value.as_str()?.trim();
        let digits = text.trim_end_matches(['%', 's', ' ']);
        let number: f64 = digits.parse().ok()?;
        Some(if text.ends_with('%') { number / 100.0 } else { number })
    });
    number.filter(|number| number.is_finite())
}

/// Seconds since 1970 of a number, or of a text such as `2025-01-31T12:00:00Z`. Without a zone it is taken as UTC.
fn moment(value: &Value) -> Option<i64> {
    if let Some(seconds) = value.as_f64() {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a cast that saturates is right for a moment that cannot be"
        )]
        return (seconds > 0.0).then_some(seconds as i64);
    }
    let text = value.as_str()?;
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next()?.parse::<i64>().ok();
    let (year, month, day) = (next()?, next()?, next()?);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (hour, minute, second) = (next().unwrap_or(0), next().unwrap_or(0), next().unwrap_or(0));
    // Howard Hinnant's "days from civil": years begin in March.
    let from_march = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (from_march / 400, from_march % 400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    Some(days * 86_400 + hour.min(23) * 3_600 + minute.min(59) * 60 + second.min(59))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_forms_are_read() {
        let yaml = "---\ngoal_text: Build a robot\nsuccess_rating: 0.9\ncreated_at: 2025-01-31T12:00:01\ntools_used: [Write, Bash]\nestimated_time_secs: 3.5\nmode: LEARNER\n---\nNotes\n";
        let trace = read_legacy_trace(yaml).unwrap();
        assert_eq!(
            (trace.goal.as_str(), trace.started_at, trace.success_rating),
            ("Build a robot", 1_738_324_801, Some(0.9))
        );
        assert_eq!((trace.duration_ms, trace.kind.as_str(), trace.tools.len()), (3_500.0, "learner", 2));
        let bold = "# Execution Trace: Build a robot\n\n**Success Rating**: 95%\n- **Created**: 2025-01-31\n**Tools Used**: `Write`, Bash\n";
        let trace = read_legacy_trace(bold).unwrap();
        assert_eq!((trace.success_rating, trace.tools.join("+").as_str()), (Some(0.95), "Write+Bash"));
        let json = r#"{"goal_text": "Build", "success_rating": 80, "timestamp": 1700000000}"#;
        assert_eq!(
            read_legacy_trace(json).map(|trace| (trace.started_at, trace.success_rating)),
            Some((1_700_000_000, Some(0.8)))
        );
        for none in ["", "{", "---\nx: [\n---\n", "hello", "{\"goal\": 3}", "---\nkind: chat\n---\nx"] {
            assert_eq!(read_legacy_trace(none), None, "{none}");
        }
    }
}
