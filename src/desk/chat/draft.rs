//! What is typed and not sent, for each session, kept by this browser so that a reload loses none of it.

use serde_json::{Map, Value};

use crate::browser;

const SETTING: &str = "chat-drafts";
/// The session that is not one yet.
const NEW: &str = "new";
/// Older drafts give way to newer ones.
const MOST_KEPT: usize = 40;

/// Texts by session.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    texts: Map<String, Value>,
}

impl Drafts {
    /// What this browser keeps.
    pub fn load() -> Self {
        let texts = browser::load_setting(SETTING).and_then(|text| serde_json::from_str(&text).ok());
        Self { texts: texts.unwrap_or_default() }
    }

    /// What was typed in a session.
    pub fn get(&self, session_id: Option<&str>) -> String {
        self.texts.get(session_id.unwrap_or(NEW)).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Keeps what is typed in a session.
    pub fn keep(&mut self, session_id: Option<&str>, text: &str) {
        let session_id = session_id.unwrap_or(NEW);
        let known = self.texts.remove(session_id).is_some();
        if text.is_empty() && !known {
            return;
        }
        if !text.is_empty() {
            self.texts.insert(session_id.to_owned(), text.into());
        }
        if self.texts.len() > MOST_KEPT
            && let Some(oldest) = self.texts.keys().find(|name| *name != NEW).cloned()
        {
            self.texts.remove(&oldest);
        }
        if let Ok(text) = serde_json::to_string(&self.texts) {
            browser::save_setting(SETTING, &text);
        }
    }
}
