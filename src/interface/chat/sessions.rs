//! `/chats`: the conversations of a person.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::store::{self, Listed, ReadMessages};
use super::{ChatCall, Page, keep};
use crate::interface::{ApiError, committed};
use crate::kernel::access::Action;
use crate::kernel::chat::{self, Author, Message, MessageState, Session, SessionHead};
use crate::kernel::manager::Storage;
use crate::kernel::volume::{Change, Revision, VolumePath};

/// How much of a message stands around what was found in it.
const SNIPPET_BEFORE_LETTERS: usize = 30;
const SNIPPET_LETTERS: usize = 160;
/// How often, and how far apart, it is looked whether an answer that was stopped is kept.
const STOPPING_LOOKS: u32 = 100;
const STOPPING_LOOK_MS: f64 = 20.0;

/// `GET /chats?query= &limit= &offset=`, the one with the newest message first.
pub async fn list<S: Storage, W: Page>(call: &ChatCall<'_, S, W>) -> Result<Value, ApiError> {
    keep::take_up(call.chats, &call.volume, None).await?;
    let (opened, listed) = store::list(&call.chats.manager, &call.volume, call.chats.now()).await?;
    let words: Vec<String> = call
        .request
        .parameter("query")
        .map(|query| query.to_lowercase().split_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    let mut found: Vec<(&Listed, Option<String>)> = Vec::new();
    if words.is_empty() {
        found.extend(listed.iter().map(|session| (session, None)));
    } else {
        let titles = store::titles(&opened, &listed.iter().collect::<Vec<_>>()).await?;
        for (session, title) in listed.iter().zip(titles) {
            let messages = ReadMessages::read(&call.chats.messages, &opened, &session.messages).await?;
            if let Some(snippet) = search(&words, &title, messages.iter().map(|message| message.text.as_str())) {
                found.push((session, Some(snippet)));
            }
        }
    }
    let total = found.len();
    let page = call.request.page(found)?;
    let titles = store::titles(&opened, &page.iter().map(|(session, _)| *session).collect::<Vec<_>>()).await?;
    let newest: Vec<_> = page.iter().filter_map(|(session, _)| session.messages.last().cloned()).collect();
    let mut newest = ReadMessages::read(&call.chats.messages, &opened, &newest).await?.into_iter();
    let rows = page.iter().zip(titles).map(|((session, snippet), title)| {
        let last = if session.messages.is_empty() { None } else { newest.next() };
        let created_at = chat::moment_of(&session.session_id).unwrap_or_default();
        json!({
            "session_id": session.session_id,
            "title": title,
            "created_at": created_at,
            "updated_at": last.as_ref().map_or(created_at, |last| last.created_at),
            "messages": session.messages.len(),
            "model": last.as_ref().and_then(|last| last.model.clone()),
            "interrupted": last.as_ref().is_some_and(|last| last.state == MessageState::Interrupted),
            "running": call.chats.running(&session.session_id).is_some(),
            "snippet": snippet,
        })
    });
    Ok(json!({ "total": total, "chats": rows.collect::<Vec<_>>() }))
}

/// Where all words occur in a session: a piece of the newest message that holds the most of them.
fn search<'a>(words: &[String], title: &str, texts: impl DoubleEndedIterator<Item = &'a str>) -> Option<String> {
    let mut missing: Vec<&str> = words.iter().map(String::as_str).collect();
    let lower = title.to_lowercase();
    missing.retain(|word| !lower.contains(word));
    let mut best: Option<(usize, &str)> = None;
    for text in texts.rev() {
        let lower = text.to_lowercase();
        let hits = words.iter().filter(|word| lower.contains(word.as_str())).count();
        missing.retain(|word| !lower.contains(word));
        if hits > 0 && best.is_none_or(|(most, _)| hits > most) {
            best = Some((hits, text));
        }
    }
    if !missing.is_empty() {
        return None;
    }
    Some(best.map_or_else(String::new, |(_, text)| snippet(words, text)))
}

fn snippet(words: &[String], text: &str) -> String {
    let letters: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    let lower: Vec<char> = letters.iter().flat_map(|letter| letter.to_lowercase().next()).collect();
    let place = |word: &String| {
        let word: Vec<char> = word.chars().collect();
        lower.windows(word.len().max(1)).position(|window| window == word)
    };
    let at = words.iter().filter_map(place).min().unwrap_or_default();
    let from = at.saturating_sub(SNIPPET_BEFORE_LETTERS);
    let to = (from + SNIPPET_LETTERS).min(letters.len());
    let before = if from > 0 { "…" } else { "" };
    let after = if to < letters.len() { "…" } else { "" };
    format!("{before}{}{after}", letters[from..to].iter().collect::<String>().trim())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NewSession {
    title: String,
}

/// `POST /chats`
pub async fn create<S: Storage, W: Page>(call: &ChatCall<'_, S, W>) -> Result<Value, ApiError> {
    let NewSession { title } = call.request.json_or_default()?;
    let now = call.chats.now();
    let session_id = chat::session_id(now.timestamp_s, call.chats.world.random());
    let head = SessionHead { session_id: session_id.clone(), title, created_at: now.timestamp_s };
    let opened = call.chats.manager.volume(&call.volume, Action::Write, now).await?;
    let note = call.chats.manager.note(&call.volume, "Begin a chat", now);
    call.chats.manager.commit(&opened, vec![store::put_head(&head)?], &note).await?;
    Ok(json!({ "session_id": session_id }))
}

/// `GET /chats/{session_id}?leaf=`: the branch that a message is on, to its newest end.
pub async fn get<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, session_id: &str) -> Result<Value, ApiError> {
    let (session, running) = session_now(call, session_id).await?;
    let leaf = session.leaf(call.request.parameter("leaf")).or_else(|| session.leaf(None));
    let path = leaf.map(|leaf| session.path(&leaf.message_id)).unwrap_or_default();
    let siblings: BTreeMap<&str, Vec<&str>> =
        path.iter().map(|message| (message.message_id.as_str(), session.siblings(&message.message_id))).collect();
    let newest = session.messages().next_back();
    Ok(json!({
        "session_id": session_id,
        "title": session.head.title,
        "created_at": session.head.created_at,
        "updated_at": newest.map_or(session.head.created_at, |newest| newest.created_at),
        "model": path.iter().rev().find_map(|message| message.model.clone()),
        "interrupted": session.is_interrupted(),
        "leaf": leaf.map(|leaf| &leaf.message_id),
        "messages": path,
        "siblings": siblings,
        "running": running,
    }))
}

/// The session with what grows in it, and which answer that is.
pub async fn session_now<S: Storage, W: Page>(
    call: &ChatCall<'_, S, W>,
    session_id: &str,
) -> Result<(Session, Option<String>), ApiError> {
    let growing = keep::take_up(call.chats, &call.volume, Some(session_id)).await?;
    let mut session = store::load(&call.chats.manager, &call.volume, session_id, call.chats.now()).await?;
    let mut running = None;
    for entry in growing {
        running = Some(entry.message.message_id.clone());
        session.put(entry.message);
    }
    if let Some(ours) = call.chats.running(session_id).filter(|ours| ours.volume == call.volume) {
        let message: Message = ours.message();
        running = Some(message.message_id.clone());
        session.put(message);
    }
    Ok((session, running))
}

#[derive(Deserialize)]
struct Rename {
    title: String,
}

/// `PUT /chats/{session_id}`
pub async fn rename<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, session_id: &str) -> Result<Value, ApiError> {
    let Rename { title } = call.request.json()?;
    let now = call.chats.now();
    let session = store::load(&call.chats.manager, &call.volume, session_id, now).await?;
    let head = SessionHead { title: title.trim().to_owned(), ..session.head };
    let opened = call.chats.manager.volume(&call.volume, Action::Write, now).await?;
    let note = call.chats.manager.note(&call.volume, format!("Rename chat: {}", head.title), now);
    Ok(committed(call.chats.manager.commit(&opened, vec![store::put_head(&head)?], &note).await?))
}

/// `DELETE /chats/{session_id}`: as one commit, which `POST /volumes/revert` undoes.
pub async fn remove<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, session_id: &str) -> Result<Value, ApiError> {
    if let Some(running) = call.chats.running(session_id) {
        running.stop(call.chats.world.now_ms());
        // What came of it goes with the session, and comes back with it.
        for _ in 0..STOPPING_LOOKS {
            if call.chats.running(session_id).is_none() {
                break;
            }
            call.chats.world.sleep_ms(STOPPING_LOOK_MS).await;
        }
    }
    let now = call.chats.now();
    let session = store::load(&call.chats.manager, &call.volume, session_id, now).await?;
    let opened = call.chats.manager.volume(&call.volume, Action::Write, now).await?;
    let folder = VolumePath::existing(&store::folder(session_id)?)?;
    let files = opened.repository().list(Some(&folder), &Revision::Head).await?;
    let changes: Result<Vec<Change>, ApiError> =
        files.iter().map(|file| Ok(Change::remove(VolumePath::existing(&file.path)?))).collect();
    let title = Some(session.head.title.clone()).filter(|title| !title.is_empty());
    let first = || session.messages().find(|message| message.author == Author::User);
    let title = title.or_else(|| first().map(|message| Session::title_of(&message.text))).unwrap_or_default();
    let note = call.chats.manager.note(&call.volume, format!("Delete chat: {title}"), now);
    Ok(committed(call.chats.manager.commit(&opened, changes?, &note).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_occur_somewhere_and_the_best_place_is_shown() {
        let words = |query: &str| query.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let texts = ["How do I plot a sine?", "With numpy:\n\nand matplotlib", "Thanks"];
        let find = |query: &str| search(&words(query), "Plots", texts.into_iter());
        assert_eq!(find("sine").as_deref(), Some("How do I plot a sine?"));
        assert_eq!(find("numpy matplotlib").as_deref(), Some("With numpy: and matplotlib"));
        assert_eq!(find("sine numpy").as_deref(), Some("With numpy: and matplotlib"), "the newest of equals");
        assert_eq!(find("plots").as_deref(), Some(""), "the title alone");
        assert_eq!(find("cosine"), None);
        let long = format!("{} needle {}", "a ".repeat(100), "b ".repeat(100));
        let found = search(&words("needle"), "", [long.as_str()].into_iter()).expect("it is there");
        assert!(found.starts_with('…') && found.ends_with('…') && found.contains("needle"), "{found}");
        assert_eq!(
            search(&words("straße"), "", ["Die STRASSE und die Straße"].into_iter()).as_deref(),
            Some("Die STRASSE und die Straße")
        );
    }
}
