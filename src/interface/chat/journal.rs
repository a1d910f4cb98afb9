//! What is on the device before it is in a volume: answers while they grow, so that a reload or a crash loses nothing that was shown.
//!
//! Rows of their own beside those of the volumes, one for each answer that grows. Not git: a commit for each chunk would bury a history.

use serde::{Deserialize, Serialize};

use crate::kernel::chat::Message;
use crate::kernel::manager::{Storage, VolumeManager};
use crate::kernel::volume::{Durability, Rows, RowsError, RowsWrite};

/// The name of these rows among those of volumes; no volume has such a name.
pub const JOURNAL: &str = "journal";
const PREFIX: &str = "chat/";

/// An answer that grows, or was growing when its tab went away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The tab that writes it.
    pub tab: String,
    /// The person's volume.
    pub volume: String,
    /// The session.
    pub session_id: String,
    /// The answer as far as it came.
    pub message: Message,
}

impl Entry {
    fn key(volume: &str, session_id: &str, message_id: &str) -> String {
        format!("{PREFIX}{volume}/{session_id}/{message_id}")
    }
}

/// Notes how far an answer is.
pub async fn note<S: Storage>(manager: &VolumeManager<S>, entry: &Entry) -> Result<(), RowsError> {
    let key = Entry::key(&entry.volume, &entry.session_id, &entry.message.message_id);
    let bytes = serde_json::to_vec(entry).unwrap_or_default();
    let write = RowsWrite { put: vec![(key, bytes)], durability: Durability::Relaxed, ..RowsWrite::default() };
    manager.storage().rows(JOURNAL).write(write).await
}

/// Forgets an answer that is in its volume.
pub async fn forget<S: Storage>(manager: &VolumeManager<S>, volume: &str, session_id: &str, message_id: &str) {
    let remove = vec![Entry::key(volume, session_id, message_id)];
    let write = RowsWrite { remove, durability: Durability::Relaxed, ..RowsWrite::default() };
    // A row that stays is taken for an answer that broke off, and put into the volume as it already is there.
    let _ = manager.storage().rows(JOURNAL).write(write).await;
}

/// The answers of a person that are not in their volume, oldest first; of one session, or of all.
pub async fn entries<S: Storage>(
    manager: &VolumeManager<S>,
    volume: &str,
    session_id: Option<&str>,
) -> Result<Vec<Entry>, RowsError> {
    let prefix = match session_id {
        Some(session_id) => Entry::key(volume, session_id, ""),
        None => format!("{PREFIX}{volume}/"),
    };
    let rows = manager.storage().rows(JOURNAL).read_all(&prefix).await?;
    Ok(rows.into_iter().filter_map(|(_, bytes)| serde_json::from_slice(&bytes).ok()).collect())
}
