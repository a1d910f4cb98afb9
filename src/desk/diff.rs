//! What changed in files, line by line with the words that differ: both versions side by side where there is room, else one under the other.
//!
//! Drawn as markup in one go: a diff has thousands of lines and none of them ever changes.

use std::fmt::Write;

use leptos::prelude::*;

use super::data::{DiffLine, FileDiff, Hunk, Segment};
use super::parts::{Look, button};
use super::state::{Desk, Room};
use super::words;
use crate::kernel::merge::{self, DiffOptions, Kind};
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::dynamic;

/// What can be done with one file of a diff: its name, its icon, what it does with the path.
pub type FileAction = (&'static str, &'static str, fn(Desk, &str, &str));

/// What differs between two versions of a text that are both at hand.
pub fn of_texts(path: &str, before: &str, after: &str) -> FileDiff {
    let mut file = FileDiff { path: path.to_owned(), status: "modified".to_owned(), ..FileDiff::default() };
    if let merge::FileDiff::Text(text) = merge::diff(before.as_bytes(), after.as_bytes(), &DiffOptions::default()) {
        file.additions = text.statistics.added as u64;
        file.deletions = text.statistics.removed as u64;
        file.truncated = text.hunks_left_out > 0;
        file.hunks = text.hunks.into_iter().map(hunk).collect();
    }
    file
}

fn hunk(hunk: merge::Hunk) -> Hunk {
    let lines = hunk.lines.into_iter().map(|line| DiffLine {
        kind: match line.kind {
            Kind::Equal => "equal",
            Kind::Added => "added",
            Kind::Removed => "removed",
        }
        .to_owned(),
        before: line.before.map(|number| number as u64),
        after: line.after.map(|number| number as u64),
        segments: line
            .segments
            .into_iter()
            .map(|segment| Segment { changed: segment.kind != Kind::Equal, text: segment.text })
            .collect(),
    });
    Hunk { before_start: hunk.before.first as u64, after_start: hunk.after.first as u64, lines: lines.collect() }
}

/// Every file that differs. `at` is the version that `actions` speak of.
pub fn files(desk: Desk, files: Vec<FileDiff>, at: &str, actions: &'static [FileAction]) -> AnyView {
    if files.is_empty() {
        return view! { <p class="empty-note">"No file differs."</p> }.into_any();
    }
    let (additions, deletions) =
        files.iter().fold((0, 0), |(came, went), file| (came + file.additions, went + file.deletions));
    let count = words::count(files.len() as u64, "file");
    // A long list begins folded, so that its end can be reached.
    let folded = files.len() > 30;
    let list = files.into_iter().map(|file| one_file(desk, file, at, actions, folded)).collect_view();
    view! {
        <div class="desk-diff">
            <p class="desk-diff-total">{count}" changed" {statistics(additions, deletions)}</p>
            {list}
        </div>
    }
    .into_any()
}

fn statistics(additions: u64, deletions: u64) -> AnyView {
    view! {
        <span class="desk-plus">{format!("+{additions}")}</span>
        <span class="desk-minus">{format!("−{deletions}")}</span>
    }
    .into_any()
}

fn one_file(desk: Desk, file: FileDiff, at: &str, actions: &'static [FileAction], folded: bool) -> AnyView {
    let (mark, word) = match file.status.as_str() {
        "added" => ("desk-added", "added"),
        "removed" => ("desk-removed", "removed"),
        _ => ("desk-modified", "changed"),
    };
    let path = file.path.clone();
    let tools = actions
        .iter()
        .filter(|_| file.status != "removed")
        .map(|(name, icon, act)| {
            let (act, path, at) = (*act, path.clone(), at.to_owned());
            button(Look::Text, icon, *name, move || act(desk, &path, &at))
        })
        .collect_view();
    let totals = (!file.binary).then(|| statistics(file.additions, file.deletions));
    let body = if file.binary {
        view! { <p class="desk-diff-note">{binary_note(&file)}</p> }.into_any()
    } else {
        let truncated = file.truncated;
        let hunks = file.hunks;
        view! {
            {dynamic(move || {
                let html = if desk.room.get() == Room::Wide { side_by_side(&hunks) } else { unified(&hunks) };
                view! { <div class="desk-diff-scroll" tabindex="0" role="region" aria-label="Changed lines" inner_html=html></div> }
            })}
            {truncated.then(|| view! { <p class="desk-diff-note">"There is more than is shown here. Open the file to see all of it."</p> })}
        }
        .into_any()
    };
    view! {
        <details class="desk-diff-file" open=!folded>
            <summary>
                <Icon name="chevron-right" />
                <span class=format!("desk-status {mark}")>{word}</span>
                <span class="desk-diff-path">{path.clone()}</span>
                {totals}
            </summary>
            {(!actions.is_empty()).then(|| view! { <div class="desk-diff-tools">{tools}</div> })}
            {body}
        </details>
    }
    .into_any()
}

fn binary_note(file: &FileDiff) -> String {
    match (file.bytes_before, file.bytes_after) {
        (Some(before), Some(after)) => format!("No text: {} became {}", words::size(before), words::size(after)),
        (None, Some(after)) => format!("No text: {}", words::size(after)),
        (Some(before), None) => format!("No text: {} went", words::size(before)),
        (None, None) => "No text".to_owned(),
    }
}

fn unified(hunks: &[Hunk]) -> String {
    let mut html = String::from("<table class=\"desk-lines\"><tbody>");
    for (place, hunk) in hunks.iter().enumerate() {
        if place > 0 || hunk.before_start > 1 {
            html.push_str("<tr class=\"desk-gap\"><td colspan=\"4\">⋯</td></tr>");
        }
        for line in &hunk.lines {
            let (class, sign) = look(line);
            let _ = write!(html, "<tr class=\"{class}\">");
            number(line.before, &mut html);
            number(line.after, &mut html);
            let _ = write!(html, "<td class=\"desk-sign\">{sign}</td>");
            code(Some(line), &mut html);
            html.push_str("</tr>");
        }
    }
    html.push_str("</tbody></table>");
    html
}

fn side_by_side(hunks: &[Hunk]) -> String {
    let mut html = String::from(
        "<table class=\"desk-lines desk-lines-two\"><colgroup><col class=\"n\"><col><col class=\"n\"><col></colgroup><tbody>",
    );
    for (place, hunk) in hunks.iter().enumerate() {
        if place > 0 || hunk.before_start > 1 {
            html.push_str("<tr class=\"desk-gap\"><td colspan=\"4\">⋯</td></tr>");
        }
        let mut rest = hunk.lines.as_slice();
        while let Some(first) = rest.first() {
            if first.kind == "equal" {
                pair(Some(first), Some(first), &mut html);
                rest = &rest[1..];
                continue;
            }
            // What went stands beside what came in its place.
            let gone = rest.iter().take_while(|line| line.kind == "removed").count();
            let came = rest[gone..].iter().take_while(|line| line.kind == "added").count();
            for row in 0..gone.max(came) {
                let before = rest[..gone].get(row);
                let after = rest[gone..gone + came].get(row);
                pair(before, after, &mut html);
            }
            rest = &rest[(gone + came).max(1)..];
        }
    }
    html.push_str("</tbody></table>");
    html
}

fn pair(before: Option<&DiffLine>, after: Option<&DiffLine>, html: &mut String) {
    html.push_str("<tr>");
    for (line, line_number) in
        [(before, before.and_then(|line| line.before)), (after, after.and_then(|line| line.after))]
    {
        let class = line.map_or("desk-none", |line| look(line).0);
        let _ = write!(html, "<td class=\"desk-number {class}\">");
        if let Some(line_number) = line_number {
            let _ = write!(html, "{line_number}");
        }
        let _ = write!(html, "</td><td class=\"desk-code {class}\">");
        segments(line, html);
        html.push_str("</td>");
    }
    html.push_str("</tr>");
}

fn look(line: &DiffLine) -> (&'static str, &'static str) {
    match line.kind.as_str() {
        "added" => ("desk-added", "+"),
        "removed" => ("desk-removed", "−"),
        _ => ("desk-equal", ""),
    }
}

fn number(number: Option<u64>, html: &mut String) {
    html.push_str("<td class=\"desk-number\">");
    if let Some(number) = number {
        let _ = write!(html, "{number}");
    }
    html.push_str("</td>");
}

fn code(line: Option<&DiffLine>, html: &mut String) {
    html.push_str("<td class=\"desk-code\">");
    segments(line, html);
    html.push_str("</td>");
}

fn segments(line: Option<&DiffLine>, html: &mut String) {
    let Some(line) = line else { return };
    for segment in &line.segments {
        if segment.changed && line.kind != "equal" {
            html.push_str("<mark>");
            words::escaped(&segment.text, html);
            html.push_str("</mark>");
        } else {
            words::escaped(&segment.text, html);
        }
    }
}
