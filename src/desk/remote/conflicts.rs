//! Files that both sides changed, decided piece by piece or as a whole, and committed together.

use leptos::prelude::*;
use serde_json::{Value, json};

use crate::desk::data::{Conflict, Loaded, Piece, PieceSide, Synced, side_text};
use crate::desk::pairs::Pairs;
use crate::desk::parts::{Look, button, button_when, trouble};
use crate::desk::state::{Desk, shown};
use crate::desk::words;
use crate::kernel::merge::{self, TextMerge, merge_text};
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::reactive::{dynamic, live, press};

/// How many lines that are decided are shown around a conflict.
const AROUND: usize = 3;

/// What was decided for one conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// As it is here.
    Ours,
    /// As it is there.
    Theirs,
    /// First ours, then theirs.
    Both,
    /// Something of one's own.
    Edited(String),
}

/// The conflicts of the sync, in place of the remote's state.
pub fn view(desk: Desk) -> AnyView {
    let state = desk.remote;
    let conflicts = state.conflicts.get_untracked();
    let needed: usize = conflicts.iter().map(places).sum();
    let decided = live(move || state.decisions.with(Pairs::len));
    let busy = RwSignal::new(false);
    let can = live(move || !busy.get() && decided.get() >= needed);
    let count = words::count(conflicts.len() as u64, "file");
    let cards = conflicts.into_iter().map(|conflict| card(desk, conflict)).collect_view();
    view! {
        <header class="desk-conflicts-head">
            <h2>"Both sides changed the same places"</h2>
            <p>
                {format!("{count} cannot be brought together without you. Everything else already fits. Nothing is written before you commit, and both versions stay in the history.")}
            </p>
        </header>
        {cards}
        {dynamic(move || state.failure.get().map(|failure| trouble(&failure)))}
        <div class="desk-resolve-bar">
            <span role="status">{move || format!("{} of {needed} decided", decided.get().min(needed))}</span>
            {button(Look::Plain, "", "Decide later", move || {
                state.conflicts.set(Vec::new());
                desk.say("The volume is as it was. Sync again when you want to decide");
            })}
            {button_when(Look::Main, "git-merge", "Commit the merge", can, move || resolve(desk, busy))}
        </div>
    }
    .into_any()
}

/// A conflict between two texts as pieces to decide one by one.
pub fn in_pieces(mut conflict: Conflict) -> Conflict {
    let has_pieces = conflict.pieces.as_ref().is_some_and(|pieces| !pieces.is_empty());
    let (Some(ours), Some(theirs), false) = (side_text(&conflict.ours), side_text(&conflict.theirs), has_pieces) else {
        return conflict;
    };
    let base = side_text(&conflict.base).unwrap_or_default();
    if let TextMerge::Conflicts(text) = merge_text(base.as_bytes(), ours.as_bytes(), theirs.as_bytes()) {
        conflict.pieces = Some(text.pieces.iter().map(piece).collect());
    }
    conflict
}

fn piece(piece: &merge::Piece) -> Piece {
    match piece {
        merge::Piece::Merged(side) => {
            Piece { kind: "merged".to_owned(), text: side.text().into_owned(), ..Piece::default() }
        }
        merge::Piece::Conflict(conflict) => Piece {
            kind: "conflict".to_owned(),
            ours: PieceSide { text: conflict.ours.text().into_owned() },
            theirs: PieceSide { text: conflict.theirs.text().into_owned() },
            ..Piece::default()
        },
    }
}

/// How many decisions a file needs.
fn places(conflict: &Conflict) -> usize {
    match &conflict.pieces {
        Some(pieces) if !pieces.is_empty() => pieces.iter().filter(|piece| piece.kind == "conflict").count(),
        _ => 1,
    }
}

fn card(desk: Desk, conflict: Conflict) -> AnyView {
    let path = conflict.path.clone();
    let body = match conflict.pieces.clone() {
        Some(pieces) if !pieces.is_empty() => all_pieces(desk, &path, &pieces),
        _ => whole_file(desk, &conflict),
    };
    view! {
        <section class="desk-card desk-conflict" aria-label=format!("Conflict in {path}")>
            <h3><Icon name="file-text" /><span class="desk-mono">{path.clone()}</span></h3>
            {body}
        </section>
    }
    .into_any()
}

fn all_pieces(desk: Desk, path: &str, pieces: &[Piece]) -> AnyView {
    let last = pieces.len().saturating_sub(1);
    let mut number = 0;
    pieces
        .iter()
        .enumerate()
        .map(|(place, piece)| {
            if piece.kind == "conflict" {
                number += 1;
                one_piece(desk, path, number - 1, piece)
            } else {
                agreed(&piece.text, place > 0, place < last)
            }
        })
        .collect_view()
        .into_any()
}

/// Lines that are decided: those next to a conflict, the others left out.
fn agreed(text: &str, after_conflict: bool, before_conflict: bool) -> AnyView {
    let lines: Vec<&str> = text.lines().collect();
    let head = if after_conflict { AROUND.min(lines.len()) } else { 0 };
    let tail = if before_conflict { AROUND.min(lines.len() - head) } else { 0 };
    let left_out = lines.len() - head - tail;
    let mut shown = lines[..head].join("\n");
    if left_out > 0 {
        shown.push_str(&format!("{}⋯ {}", if head > 0 { "\n" } else { "" }, words::count(left_out as u64, "line")));
    }
    if tail > 0 {
        if !shown.is_empty() {
            shown.push('\n');
        }
        shown.push_str(&lines[lines.len() - tail..].join("\n"));
    }
    view! { <pre class="desk-agreed">{shown}</pre> }.into_any()
}

fn one_piece(desk: Desk, path: &str, number: usize, piece: &Piece) -> AnyView {
    let key = (path.to_owned(), number);
    let (ours, theirs) = (piece.ours.text.clone(), piece.theirs.text.clone());
    let both = together(&ours, &theirs);
    let name = format!("Conflict {} in {path}", number + 1);
    let edited = key.clone();
    let is_edited = Memo::new({
        let key = key.clone();
        move |_| desk.remote.decisions.with(|decisions| matches!(decisions.get(&key), Some(Decision::Edited(_))))
    });
    let first_text = both.clone();
    let choices = [
        ("Ours", Decision::Ours),
        ("Theirs", Decision::Theirs),
        ("Both", Decision::Both),
        ("Edit", Decision::Edited(first_text)),
    ]
    .map(|(name, decision)| choice(desk, &key, name, decision))
    .collect_view();
    view! {
        <div class="desk-piece">
            <div class="desk-piece-sides">
                {side("Ours: on this device", &ours)}
                {side("Theirs: at the remote", &theirs)}
            </div>
            {dynamic(move || is_edited.get().then(|| {
                let key = edited.clone();
                let text = desk.remote.decisions.with_untracked(|decisions| match decisions.get(&key) {
                    Some(Decision::Edited(text)) => text.clone(),
                    _ => String::new(),
                });
                let rows = (text.lines().count() + 1).clamp(3, 16).to_string();
                view! {
                    <textarea
                        class="text-area mono"
                        aria-label="Text in place of both"
                        rows=rows
                        spellcheck="false"
                        prop:value=text
                        on:input=move |event| decide(desk, &key, Decision::Edited(typed(&event)))
                    ></textarea>
                }
            }))}
            <div class="choices desk-piece-choices" role="radiogroup" aria-label=name>{choices}</div>
        </div>
    }
    .into_any()
}

fn side(title: &'static str, text: &str) -> AnyView {
    let shown = if text.is_empty() { "(nothing)".to_owned() } else { text.trim_end_matches('\n').to_owned() };
    view! { <div><p class="desk-side-title">{title}</p><pre tabindex="0">{shown}</pre></div> }.into_any()
}

fn together(ours: &str, theirs: &str) -> String {
    let gap = if ours.is_empty() || ours.ends_with('\n') { "" } else { "\n" };
    format!("{ours}{gap}{theirs}")
}

fn choice(desk: Desk, key: &(String, usize), name: &'static str, decision: Decision) -> AnyView {
    let (shown, put) = (key.clone(), key.clone());
    let kind = std::mem::discriminant(&decision);
    let is_chosen = live(move || {
        let chosen = desk.remote.decisions.with(|decisions| decisions.get(&shown).map(std::mem::discriminant));
        (chosen == Some(kind)).to_string()
    });
    view! {
        <button type="button" class="choice" role="radio" aria-checked=is_chosen on:click=press(move || decide(desk, &put, decision.clone()))>
            {name}
        </button>
    }
    .into_any()
}

fn decide(desk: Desk, key: &(String, usize), decision: Decision) {
    desk.remote.decisions.update(|decisions| {
        decisions.insert(key.clone(), decision);
    });
}

/// One side or the other as a whole: for what is no text, and for files that one side removed.
fn whole_file(desk: Desk, conflict: &Conflict) -> AnyView {
    let key = (conflict.path.clone(), 0);
    // Where neither side has a text, both have something else.
    let is_text = !(conflict.ours.is_null() && conflict.theirs.is_null());
    let gone = |side: &Value| is_text && side.is_null();
    let (ours_gone, theirs_gone) = (gone(&conflict.ours), gone(&conflict.theirs));
    let (ours, theirs) = (describe(&conflict.ours, ours_gone), describe(&conflict.theirs, theirs_gone));
    let about = match (conflict.ours.is_null(), conflict.theirs.is_null()) {
        (true, true) => "Both sides changed it, and it is no text that could be shown here.",
        (true, false) => "It was removed here and changed there.",
        (false, true) => "It was changed here and removed there.",
        _ => "Both sides changed it, and the two cannot be put together.",
    };
    let text = |side: &Value| {
        side_text(side)
            .map(|text| view! { <pre class="desk-agreed">{text.chars().take(2_000).collect::<String>()}</pre> })
    };
    view! {
        <p>{about}</p>
        <div class="desk-piece-sides">
            <div><p class="desk-side-title">"Ours: on this device"</p><p>{ours}</p>{text(&conflict.ours)}</div>
            <div><p class="desk-side-title">"Theirs: at the remote"</p><p>{theirs}</p>{text(&conflict.theirs)}</div>
        </div>
        <div class="choices desk-piece-choices" role="radiogroup" aria-label=format!("Which {} to keep", conflict.path)>
            {choice(desk, &key, if ours_gone { "Keep it removed" } else { "Keep ours" }, Decision::Ours)}
            {choice(desk, &key, if theirs_gone { "Remove it here too" } else { "Take theirs" }, Decision::Theirs)}
        </div>
    }
    .into_any()
}

fn describe(side: &Value, gone: bool) -> String {
    if gone {
        return "Removed".to_owned();
    }
    let bytes = side.get("bytes").and_then(Value::as_u64).or_else(|| side_text(side).map(|text| text.len() as u64));
    bytes.map_or_else(|| "Changed".to_owned(), |bytes| format!("Changed: {}", words::size(bytes)))
}

fn resolve(desk: Desk, busy: RwSignal<bool>) {
    let state = desk.remote;
    let decisions = state.decisions.get_untracked();
    let resolutions: Vec<Value> = state.conflicts.with_untracked(|conflicts| {
        conflicts
            .iter()
            .filter_map(|conflict| {
                let decision = |number: usize| decisions.get(&(conflict.path.clone(), number));
                let pieces = conflict.pieces.as_ref().filter(|pieces| !pieces.is_empty());
                let Some(pieces) = pieces else {
                    let take = if *decision(0)? == Decision::Ours { "ours" } else { "theirs" };
                    return Some(json!({ "path": conflict.path, "take": take }));
                };
                Some(json!({ "path": conflict.path, "content": put_together(pieces, decision) }))
            })
            .collect()
    });
    let body = json!({ "volume": desk.volume.get_untracked(), "resolutions": resolutions });
    busy.set(true);
    state.failure.set(None);
    desk.ask("POST", "/volumes/resolve".to_owned(), Some(body), move |answered| {
        busy.set(false);
        match answered {
            Ok(answer) => match shown::<Synced>(Ok(answer)) {
                Loaded::Ready(synced) => state.take(desk, synced, true),
                Loaded::Failed(failure) => state.failure.set(Some(failure)),
                Loaded::Waiting => {}
            },
            Err(failure) => state.failure.set(Some(failure)),
        }
    });
}

fn put_together<'a>(pieces: &[Piece], decision: impl Fn(usize) -> Option<&'a Decision>) -> String {
    let mut text = String::new();
    let mut number = 0;
    for piece in pieces {
        if piece.kind != "conflict" {
            text.push_str(&piece.text);
            continue;
        }
        match decision(number) {
            Some(Decision::Theirs) => text.push_str(&piece.theirs.text),
            Some(Decision::Both) => text.push_str(&together(&piece.ours.text, &piece.theirs.text)),
            Some(Decision::Edited(edited)) => {
                text.push_str(edited);
                // What follows begins on a line of its own.
                if !edited.is_empty() && !edited.ends_with('\n') {
                    text.push('\n');
                }
            }
            _ => text.push_str(&piece.ours.text),
        }
        number += 1;
    }
    text
}
