//! The head of a skill file: YAML between two lines of `---`, read leniently and field by field.
//!
//! A field of the wrong kind is reported at its line and left out; the others are read. Nothing here knows what a skill is.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::closest::closest;
use super::yaml::Yaml;
use super::{agent, repair, simple};
use crate::kernel::diagnostic::Diagnostic;

/// A file cut in two.
pub(super) struct Parts<'a> {
    /// The front matter, with its opening line, so that lines of YAML are lines of the file.
    pub head: &'a str,
    /// The Markdown after it.
    pub body: &'a str,
    /// The line of the file at which the body begins, from 1.
    pub body_line: u32,
}

/// Cuts a file at the lines that fence its front matter.
pub(super) fn split(text: &str) -> Result<Parts<'_>, Diagnostic> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Diagnostic::error("empty_file", "The file is empty").at_line(1));
    }
    if first.trim_end() != "---" {
        let found = Diagnostic::error("no_front_matter", "The file does not begin with front matter").at_line(1);
        return Err(if first.trim().starts_with("---") {
            found.hint("The first line must be exactly '---'")
        } else {
            found.hint("Begin the file with a line '---', fields such as 'name: …', and another line '---'")
        });
    }
    let mut end = first.len();
    let mut body_line = 2;
    let mut blank_line = None;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Ok(Parts { head: &text[..end], body: &text[end + line.len()..], body_line: body_line + 1 });
        }
        if blank_line.is_none() && (line.trim().is_empty() || line.starts_with("# ")) {
            blank_line = Some(body_line);
        }
        end += line.len();
        body_line += 1;
    }
    let at = blank_line.unwrap_or(body_line);
    Err(Diagnostic::error("unclosed_front_matter", "The front matter that opens at line 1 is never closed")
        .at_line(1)
        .hint(format!("Put a line '---' after the last field, probably at line {at}")))
}

/// The fields of a front matter, each with its line, and what was found wrong while they were read.
pub(super) struct FrontMatter<'a> {
    head: &'a str,
    fields: Vec<Field>,
    found: RefCell<Vec<Diagnostic>>,
}

struct Field {
    name: String,
    /// The name as it stands in the file.
    written: String,
    value: Yaml,
    line: u32,
    /// Whether it stands among the metadata of a package.
    carried: bool,
}

impl<'a> FrontMatter<'a> {
    /// Reads the YAML of a head. Only YAML that cannot be read at all is an error.
    pub fn read(head: &'a str) -> Result<Self, Diagnostic> {
        let mut mended = Vec::new();
        let tree: Yaml = match simple::read(head).map_or_else(|| serde_yaml::from_str(head), Ok) {
            Ok(tree) => tree,
            Err(error) => {
                let refused = || yaml_diagnostic(head, &error);
                let (text, lines) = repair::quote_colons(head).ok_or_else(refused)?;
                mended = lines;
                serde_yaml::from_str(&text).map_err(|_| refused())?
            }
        };
        let entries = match tree {
            Yaml::Fields(entries) => entries,
            Yaml::Null => Vec::new(),
            other => {
                return Err(Diagnostic::error(
                    "bad_front_matter",
                    format!("The front matter should hold fields, but it is {}", other.kind()),
                )
                .at_line(2)
                .hint("Write one field per line, such as 'name: RC low-pass filter'"));
            }
        };
        let mut matter = Self { head, fields: Vec::new(), found: RefCell::default() };
        for line in mended {
            let finding = Diagnostic::warning("unquoted_colon", "The value holds a colon and is not in quotes");
            matter.report(finding.at_line(line).hint("Put the value in quotes, or others may refuse the file"));
        }
        for (written, value) in entries {
            let name = snake_case(&written);
            let before = matter.fields.iter().filter(|field| field.written == written).count();
            let line = matter.line_of_key(&written, before);
            if let Some(first) = matter.fields.iter().find(|field| field.name == name) {
                let message = format!("The field '{name}' stands twice; the one at line {} counts", first.line);
                matter.report(Diagnostic::warning("duplicate_field", message).at_line(line).at_port(&name));
            }
            matter.fields.push(Field { name, written, value, line, carried: false });
        }
        // What a package carries of ours stands before what it says to others.
        let carried = agent::carried(&matter).into_iter().map(|(written, value, line)| Field {
            name: snake_case(&written),
            written,
            value,
            line,
            carried: true,
        });
        matter.fields.splice(0..0, carried.collect::<Vec<_>>());
        Ok(matter)
    }

    /// The front matter as it was written, as JSON.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        for field in self.fields.iter().filter(|field| !field.carried) {
            object.entry(field.written.clone()).or_insert_with(|| field.value.to_json());
        }
        Value::Object(object)
    }

    /// Every field as it was written: its name, its value, its line. Of those that stand twice, the first.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Yaml, u32)> {
        self.fields.iter().enumerate().filter_map(|(index, field)| {
            let first = self.fields[..index].iter().all(|other| other.name != field.name);
            first.then_some((&*field.written, &field.value, field.line))
        })
    }

    /// Keeps a finding.
    pub fn report(&self, finding: Diagnostic) {
        self.found.borrow_mut().push(finding);
    }

    /// All that was found wrong, in the order of lines.
    pub fn into_findings(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|finding| finding.place.line);
        found
    }

    /// The value of a field and its line; null is as good as absent.
    pub fn get(&self, name: &str) -> Option<(&Yaml, u32)> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        (field.value != Yaml::Null).then_some((&field.value, field.line))
    }

    /// The line of a field, or of the front matter where it is absent.
    pub fn line(&self, name: &str) -> u32 {
        self.get(name).map_or(1, |(_, line)| line)
    }

    /// A field of one line of text.
    pub fn text(&self, name: &str) -> Option<String> {
        let (value, line) = self.get(name)?;
        let text = value.to_text();
        if text.is_none() {
            self.wrong_kind(name, "text", value, line);
        }
        text.filter(|text| !text.is_empty())
    }

    /// A field of text that the file itself has, beside what a package carries of ours.
    pub fn written_text(&self, name: &str) -> Option<String> {
        let field = self.fields.iter().find(|field| field.name == name && !field.carried)?;
        field.value.to_text().filter(|text| !text.is_empty())
    }

    /// A field of one line as it stands in the file, so that version 1.10 is not 1.1.
    pub fn text_as_written(&self, name: &str) -> Option<String> {
        match self.get(name) {
            Some((Yaml::Float(_), line)) => self.written_at(line),
            _ => self.text(name),
        }
    }

    /// The value on a line, letter by letter.
    pub fn written_at(&self, line: u32) -> Option<String> {
        let (_, written) = self.head.lines().nth(line as usize - 1)?.split_once(':')?;
        Some(written.split('#').next().unwrap_or_default().trim().to_owned())
    }

    /// A field that lists words, as a list or with commas between.
    pub fn words(&self, name: &str) -> Vec<String> {
        let Some((value, line)) = self.get(name) else { return Vec::new() };
        let words = match value {
            Yaml::List(items) => items.iter().map(Yaml::to_text).collect(),
            Yaml::Text(text) => Some(text.split(',').map(|word| word.trim().to_owned()).collect()),
            other => other.to_text().map(|word| vec![word]),
        };
        let Some(words) = words else {
            self.wrong_kind(name, "a list of words", value, line);
            return Vec::new();
        };
        words.into_iter().filter(|word: &String| !word.is_empty()).collect()
    }

    /// A field that is a whole number, not negative.
    pub fn whole_number(&self, name: &str) -> Option<u32> {
        let (value, line) = self.get(name)?;
        let number = match value {
            Yaml::Integer(number) => u32::try_from(*number).ok(),
            // A package carries every value as text.
            Yaml::Text(text) => text.parse().ok(),
            Yaml::Float(number) if *number >= 0.0 && *number <= f64::from(u32::MAX) => Some(number.round() as u32),
            _ => None,
        };
        if number.is_none() {
            self.wrong_kind(name, "a whole number", value, line);
        }
        number
    }

    /// A field that is true or false.
    pub fn flag(&self, name: &str) -> Option<bool> {
        let (value, line) = self.get(name)?;
        let flag = flag(value);
        if flag.is_none() {
            self.wrong_kind(name, "true or false", value, line);
        }
        flag
    }

    /// Reports fields that nobody reads but whose names are nearly those of fields that are not there.
    pub fn report_slips(&self, known: &[&str]) {
        for field in self.fields.iter().filter(|field| !known.contains(&field.name.as_str())) {
            let absent = known.iter().copied().filter(|name| self.get(name).is_none());
            if let Some(meant) = closest(&field.name, absent) {
                let finding = Diagnostic::warning("unknown_field", format!("Nothing reads the field '{}'", field.name));
                self.report(finding.at_line(field.line).at_port(&field.name).hint(format!("Did you mean '{meant}'?")));
            }
        }
    }

    /// The line of the item of this number in the list of a field, as far as the text shows it.
    pub fn line_of_item(&self, name: &str, index: usize) -> u32 {
        let field_line = self.line(name);
        let items: Vec<(usize, u32)> = (1..)
            .zip(self.head.lines())
            .skip(field_line as usize)
            .take_while(|(_, line)| line.starts_with([' ', '-', '#']) || line.trim().is_empty())
            .filter(|(_, line)| line.trim_start().starts_with('-'))
            .map(|(number, line)| (line.len() - line.trim_start().len(), number))
            .collect();
        let least = items.iter().map(|(indent, _)| *indent).min().unwrap_or_default();
        items.iter().filter(|(indent, _)| *indent == least).nth(index).map_or(field_line, |(_, line)| *line)
    }

    fn line_of_key(&self, key: &str, skip: usize) -> u32 {
        let is_key = |line: &str| {
            let name = line.split(':').next().unwrap_or_default().trim_end();
            line.contains(':') && (name == key || name.trim_matches(['"', '\'']) == key)
        };
        (1..).zip(self.head.lines()).filter(|(_, line)| is_key(line)).nth(skip).map_or(1, |(number, _)| number)
    }

    fn wrong_kind(&self, name: &str, wanted: &str, value: &Yaml, line: u32) {
        let message = format!("The field '{name}' should be {wanted}, but it is {}", value.in_words());
        self.report(Diagnostic::warning("bad_field", message).at_line(line).at_port(name));
    }
}

/// True or false in the words that people use for it.
pub(super) fn flag(value: &Yaml) -> Option<bool> {
    match value {
        Yaml::Bool(value) => Some(*value),
        Yaml::Text(text) => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// `skillId`, `skill-id` and `Skill ID` are all `skill_id`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_lower = false;
    for letter in name.trim().chars() {
        if letter.is_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = letter.is_lowercase() || letter.is_ascii_digit();
        match letter {
            '-' | ' ' => snake.push('_'),
            _ => snake.extend(letter.to_lowercase()),
        }
    }
    snake
}

/// What is wrong with the YAML, at its line, with the likeliest cure.
fn yaml_diagnostic(head: &str, error: &serde_yaml::Error) -> Diagnostic {
    let whole = error.to_string();
    let told = whole.split(" at line ").next().unwrap_or(&whole);
    let finding = Diagnostic::error("bad_yaml", format!("The front matter is not valid YAML: {told}"));
    // The parser may point behind the last line.
    let last = head.lines().count().max(1);
    let at = |line: usize| finding.clone().at_line(u32::try_from(line.clamp(1, last)).unwrap_or(u32::MAX));
    let Some(location) = error.location() else { return at(1) };
    let indented_by_tab =
        |line: &str| line.chars().take_while(|letter| letter.is_whitespace()).any(|letter| letter == '\t');
    if let Some(place) = head.lines().position(indented_by_tab) {
        return at(location.line()).hint(format!("Line {} is indented with a tab; YAML wants spaces", place + 1));
    }
    for (what, hint) in [
        ("while parsing a flow sequence", "A bracket '[' is opened here and not closed"),
        ("while parsing a flow mapping", "A brace '{' is opened here and not closed"),
        ("while scanning a quoted scalar", "A quote is opened here and not closed"),
    ] {
        if let Some(line) = line_after(&whole, what) {
            return at(line).hint(hint);
        }
    }
    let line = head.lines().nth(location.line().saturating_sub(1)).unwrap_or_default();
    let value = line.split_once(": ").map_or("", |(_, value)| value).trim();
    let hint = if value.contains(": ") && !value.starts_with(['"', '\'', '{', '[']) {
        "Put the value in quotes: it holds a colon"
    } else if value.starts_with(['@', '`', '%', '*', '&', '!', '|', '>']) {
        "Put the value in quotes: it begins with a sign that YAML reads as its own"
    } else {
        "Check indentation, quotes and brackets at this line and the one before"
    };
    at(location.line()).hint(hint)
}

/// The line that the parser's message gives for this part of it.
fn line_after(message: &str, part: &str) -> Option<usize> {
    let (_, rest) = message.split_once(part)?;
    let digits = rest.strip_prefix(" at line ")?;
    digits.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}
