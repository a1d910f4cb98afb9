//! Keeps an answer: the message and its trace in one commit; and takes up what tabs that went away left behind.

use super::{Inner, Page, journal, store};
use crate::interface::ApiError;
use crate::kernel::access::{Action, Volume};
use crate::kernel::chat::{self, Message, MessageState, Session};
use crate::kernel::manager::Storage;
use crate::kernel::trace::Trace;
use crate::kernel::volume::{Change, NewTrace, ObjectKind, Oid, Revision, VolumePath};

/// Commits an answer with its trace, and gives the trace's id, or why not in words.
pub async fn keep<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    volume: &Volume,
    session_id: &str,
    question: &str,
    message: &Message,
) -> Result<String, String> {
    let kept = commit(chats, volume, session_id, question, message.clone()).await;
    // What could not be kept stays in the journal, and is tried again when the session is opened.
    let trace_id = kept.map_err(|error| format!("The answer could not be kept: {}", error.message()))?;
    journal::forget(&chats.manager, &volume.to_string(), session_id, &message.message_id).await;
    Ok(trace_id)
}

async fn commit<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    volume: &Volume,
    session_id: &str,
    question: &str,
    mut message: Message,
) -> Result<String, ApiError> {
    let now = chats.now();
    let mut trace = chat::kept_trace(session_id, question, &message);
    trace.trace_id = match &message.trace_id {
        // An answer that was continued: its trace is told anew.
        Some(trace_id) => trace_id.clone(),
        None => Trace::id_of(trace.started_at, &Oid::of(ObjectKind::Blob, trace.encode().as_bytes()).to_string()),
    };
    message.trace_id = Some(trace.trace_id.clone());
    let timestamp_s = Trace::moment_of(&trace.trace_id).unwrap_or(trace.started_at);
    let path = NewTrace { id: trace.trace_id.clone(), timestamp_s, content: String::new() }.path()?;
    let changes = vec![store::put_message(session_id, &message)?, Change::put(path, trace.encode())];
    let opened = chats.manager.volume(volume, Action::Write, now).await?;
    // An answer that outlived its session would bring it back in pieces.
    let folder = VolumePath::existing(&store::folder(session_id)?)?;
    if opened.repository().entry(&folder, &Revision::Head).await?.is_none() {
        return Err(store::no_session(session_id));
    }
    let note = chats.manager.note(volume, format!("Answer: {}", Session::title_of(question)), now);
    chats.manager.commit(&opened, changes, &note).await?;
    Ok(trace.trace_id)
}

/// Puts answers into the volume whose tab went away while they grew: they broke off. Gives those that still grow in another tab.
pub async fn take_up<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    volume: &Volume,
    session_id: Option<&str>,
) -> Result<Vec<journal::Entry>, ApiError> {
    let mut growing = Vec::new();
    for entry in journal::entries(&chats.manager, &volume.to_string(), session_id).await.map_err(rows_error)? {
        let is_ours = chats
            .running(&entry.session_id)
            .is_some_and(|running| running.message().message_id == entry.message.message_id);
        if is_ours {
            continue;
        }
        if entry.tab != chats.world.tab() && chats.world.is_open(&entry.tab).await {
            growing.push(entry);
            continue;
        }
        let mut message = entry.message;
        if message.state == MessageState::Streaming {
            message.break_off(None);
        }
        let question = match store::load(&chats.manager, volume, &entry.session_id, chats.now()).await {
            Ok(session) => session
                .get(message.parent_id.as_deref().unwrap_or_default())
                .map_or_else(String::new, |question| question.text.clone()),
            // Its session was deleted meanwhile.
            Err(_) => {
                journal::forget(&chats.manager, &entry.volume, &entry.session_id, &message.message_id).await;
                continue;
            }
        };
        // Where it cannot be kept now it stays in the journal, and the next look tries again.
        let _ = keep(chats, volume, &entry.session_id, &question, &message).await;
    }
    Ok(growing)
}

fn rows_error(error: crate::kernel::volume::RowsError) -> ApiError {
    crate::kernel::manager::ManagerError::from(error).into()
}
