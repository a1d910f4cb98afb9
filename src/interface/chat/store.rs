//! Sessions in the person's volume: what there is, what is in one, what is said where.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::interface::ApiError;
use crate::interface::error::ErrorCode;
use crate::kernel::access::{Action, Volume};
use crate::kernel::chat::{self, Message, MessageState, Session, SessionHead};
use crate::kernel::manager::{ManagerError, Now, Storage, VolumeManager};
use crate::kernel::volume::{Change, Day, FileEntry, GitVolume, Oid, Revision, Rows, VolumePath};

/// How many messages are held at hand for a search.
const MOST_HELD: usize = 50_000;

/// Messages that were read before, by their blobs: a blob never changes.
#[derive(Default)]
pub struct ReadMessages {
    by_blob: HashMap<Oid, Rc<Message>>,
}

/// A session as a list shows it.
pub struct Listed {
    /// Its id.
    pub session_id: String,
    /// The file that names it.
    head: Option<Oid>,
    /// Its messages, oldest first.
    pub messages: Vec<(String, Oid)>,
}

impl Listed {
    /// What decides its place: when the newest message came.
    pub fn newest(&self) -> String {
        let created = chat::moment_of(&self.session_id).unwrap_or_default();
        let newest = self.messages.last().map(|(id, _)| id.clone());
        newest.unwrap_or_else(|| chat::message_id(created as f64 * 1_000.0, 0))
    }
}

/// The folder of a session.
pub fn folder(session_id: &str) -> Result<String, ApiError> {
    let moment = chat::moment_of(session_id).ok_or_else(|| no_session(session_id))?;
    let Day { year, month, .. } = Day::of(moment);
    Ok(format!("{}/{year:04}/{month:02}/{session_id}", chat::FOLDER))
}

/// That there is no such session.
pub fn no_session(session_id: &str) -> ApiError {
    ApiError::new(ErrorCode::NotFound, format!("There is no chat '{session_id}'"))
        .detail("GET /chats lists those that there are")
}

/// The change that keeps a message.
pub fn put_message(session_id: &str, message: &Message) -> Result<Change, ApiError> {
    let path = format!("{}/{}", folder(session_id)?, chat::file_name(&message.message_id));
    Ok(Change::put(VolumePath::new(&path)?, chat::encode(message)))
}

/// The change that names a session.
pub fn put_head(head: &SessionHead) -> Result<Change, ApiError> {
    let path = format!("{}/{}", folder(&head.session_id)?, chat::HEAD_FILE);
    Ok(Change::put(VolumePath::new(&path)?, chat::encode_head(head)))
}

/// The session as its volume has it.
pub async fn load<S: Storage>(
    manager: &VolumeManager<S>,
    volume: &Volume,
    session_id: &str,
    now: Now,
) -> Result<Session, ApiError> {
    let opened = manager.volume(volume, Action::Read, now).await?;
    let folder = VolumePath::existing(&folder(session_id)?)?;
    let files = opened.repository().list_folder(Some(&folder), &Revision::Head).await?;
    if files.is_empty() {
        return Err(no_session(session_id));
    }
    let oids: Vec<Oid> = files.iter().filter(|file| !file.is_folder()).map(|file| file.oid).collect();
    let blobs = opened.repository().read_blobs(&oids).await?;
    let mut head = SessionHead::default();
    let mut messages = Vec::new();
    for (file, bytes) in files.iter().filter(|file| !file.is_folder()).zip(blobs) {
        match chat::place_of(&file.path) {
            Some((_, Some(message_id))) => messages.push(read(message_id, &bytes)),
            Some((_, None)) => head = serde_json::from_slice(&bytes).unwrap_or_default(),
            None => {}
        }
    }
    head.session_id = session_id.to_owned();
    head.created_at = chat::moment_of(session_id).unwrap_or_default();
    Ok(Session::new(head, messages))
}

/// A message from its file; one that somebody has broken is shown as it stands.
fn read(message_id: &str, bytes: &[u8]) -> Message {
    let text = String::from_utf8_lossy(bytes);
    let message = chat::parse(&text).unwrap_or_else(|why| Message {
        text: text.clone().into_owned(),
        state: MessageState::Failed,
        error: Some(format!("This message's file cannot be read: {why}")),
        ..Message::default()
    });
    Message { message_id: message_id.to_owned(), ..message }
}

/// Every session, the one with the newest message first.
pub async fn list<S: Storage>(
    manager: &VolumeManager<S>,
    volume: &Volume,
    now: Now,
) -> Result<(Rc<GitVolume<S::Rows>>, Vec<Listed>), ManagerError> {
    let opened = manager.volume(volume, Action::Read, now).await?;
    let all = VolumePath::existing(chat::FOLDER).map_err(crate::kernel::volume::VolumeError::from)?;
    let files = opened.repository().list(Some(&all), &Revision::Head).await?;
    let mut sessions: BTreeMap<&str, Listed> = BTreeMap::new();
    for FileEntry { path, oid, .. } in &files {
        let Some((session_id, message_id)) = chat::place_of(path) else { continue };
        if chat::moment_of(session_id).is_none() {
            continue;
        }
        let new = || Listed { session_id: session_id.to_owned(), head: None, messages: Vec::new() };
        let listed = sessions.entry(session_id).or_insert_with(new);
        match message_id {
            Some(message_id) => listed.messages.push((message_id.to_owned(), *oid)),
            None => listed.head = Some(*oid),
        }
    }
    let mut listed: Vec<Listed> = sessions.into_values().collect();
    for session in &mut listed {
        session.messages.sort_unstable();
    }
    listed.sort_by_cached_key(|session| std::cmp::Reverse(session.newest()));
    Ok((opened, listed))
}

impl ReadMessages {
    /// These messages, read where they are not at hand.
    pub async fn read<R: Rows>(
        this: &std::cell::RefCell<Self>,
        opened: &GitVolume<R>,
        wanted: &[(String, Oid)],
    ) -> Result<Vec<Rc<Message>>, ApiError> {
        let missing: Vec<&(String, Oid)> =
            wanted.iter().filter(|(_, oid)| !this.borrow().by_blob.contains_key(oid)).collect();
        let oids: Vec<Oid> = missing.iter().map(|(_, oid)| *oid).collect();
        let blobs = opened.repository().read_blobs(&oids).await?;
        let mut held = this.borrow_mut();
        if held.by_blob.len() + missing.len() > MOST_HELD {
            held.by_blob.clear();
        }
        let mut fresh: HashMap<Oid, Rc<Message>> = HashMap::new();
        for ((message_id, oid), bytes) in missing.into_iter().zip(blobs) {
            // A search needs the words, a list the last message: neither needs what the steps gave.
            let mut message = read(message_id, &bytes);
            message.steps.clear();
            fresh.insert(*oid, Rc::new(message));
        }
        held.by_blob.extend(fresh.iter().map(|(oid, message)| (*oid, Rc::clone(message))));
        let found = |(_, oid): &(String, Oid)| held.by_blob.get(oid).cloned().unwrap_or_default();
        let wanted_blobs: Vec<Rc<Message>> = wanted.iter().map(found).collect();
        Ok(wanted_blobs)
    }
}

/// The titles of sessions, in their order.
pub async fn titles<R: Rows>(opened: &GitVolume<R>, sessions: &[&Listed]) -> Result<Vec<String>, ApiError> {
    let oids: Vec<Oid> = sessions.iter().filter_map(|session| session.head).collect();
    let mut blobs = opened.repository().read_blobs(&oids).await?.into_iter();
    let title = |session: &&Listed| {
        let bytes = session.head.and_then(|_| blobs.next());
        let head: Option<SessionHead> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        head.unwrap_or_default().title
    };
    Ok(sessions.iter().map(title).collect())
}

/// The change that puts a rating at an answer; none where the answer is gone.
pub async fn rated<R: Rows>(
    opened: &GitVolume<R>,
    session_id: &str,
    message_id: &str,
    success_rating: f64,
) -> Result<Option<Change>, ApiError> {
    let Ok(folder) = folder(session_id) else { return Ok(None) };
    let path = VolumePath::existing(&format!("{folder}/{}", chat::file_name(message_id)))?;
    let found = opened.repository().read_many(std::slice::from_ref(&path), &Revision::Head).await?.pop().flatten();
    let Some(bytes) = found else { return Ok(None) };
    let mut message = read(message_id, &bytes);
    // A file that cannot be read stays as somebody left it.
    if message.state == MessageState::Failed && message.model.is_none() {
        return Ok(None);
    }
    message.success_rating = Some(success_rating);
    Ok(Some(Change::put(path, chat::encode(&message))))
}
