//! A conversation as a tree: trying again and editing make branches, and nothing that was said is lost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Author, Message, MessageState};

/// What a session says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionHead {
    /// Its id; begins with the time.
    pub session_id: String,
    /// What people call it; empty until the first question names it.
    pub title: String,
    /// When it began, in whole seconds since 1970.
    pub created_at: i64,
}

/// The longest title that a question gives.
const LONGEST_TITLE_LETTERS: usize = 60;

/// A conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    /// What it says of itself.
    pub head: SessionHead,
    messages: BTreeMap<String, Message>,
}

impl Session {
    /// A session of these messages.
    #[must_use]
    pub fn new(head: SessionHead, messages: impl IntoIterator<Item = Message>) -> Self {
        let messages = messages.into_iter().map(|message| (message.message_id.clone(), message)).collect();
        Self { head, messages }
    }

    /// Adds a message, or puts a newer form of it in its place.
    pub fn put(&mut self, message: Message) {
        self.messages.insert(message.message_id.clone(), message);
    }

    /// The message of this id.
    #[must_use]
    pub fn get(&self, message_id: &str) -> Option<&Message> {
        self.messages.get(message_id)
    }

    /// Every message, oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.values()
    }

    /// How many messages there are, in all branches.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether nothing was said yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The title that a question gives.
    #[must_use]
    pub fn title_of(question: &str) -> String {
        let line = question.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let mut title: String = line.chars().take(LONGEST_TITLE_LETTERS).collect();
        if title.len() < line.len() {
            // Not in the middle of a word, where there is more than one.
            if let Some((whole, _)) = title.rsplit_once(' ') {
                title.truncate(whole.len());
            }
            title.push('…');
        }
        title
    }

    /// The messages that answer or follow one, oldest first; with `None` those that begin a conversation. A message whose parent is
    /// missing, as after a merge of half a session, begins one too.
    pub fn children<'a>(&'a self, parent_id: Option<&'a str>) -> impl DoubleEndedIterator<Item = &'a Message> {
        self.messages.values().filter(move |message| self.parent_of(message) == parent_id)
    }

    fn parent_of<'a>(&self, message: &'a Message) -> Option<&'a str> {
        // A parent is always older: what claims otherwise would make a circle.
        message
            .parent_id
            .as_deref()
            .filter(|parent| *parent < message.message_id.as_str() && self.messages.contains_key(*parent))
    }

    /// The newest end of the branch that a message is on; with `None` of the whole session.
    #[must_use]
    pub fn leaf(&self, below: Option<&str>) -> Option<&Message> {
        let Some(below) = below else { return self.messages.values().next_back() };
        // The newest message whose way to the root passes here.
        self.messages
            .values()
            .rev()
            .find(|message| self.path(&message.message_id).iter().any(|on| on.message_id == below))
    }

    /// The messages from the first to this one.
    #[must_use]
    pub fn path(&self, leaf: &str) -> Vec<&Message> {
        let mut path = Vec::new();
        let mut next = self.messages.get(leaf);
        while let Some(message) = next {
            path.push(message);
            next = self.parent_of(message).and_then(|parent| self.messages.get(parent));
        }
        path.reverse();
        path
    }

    /// The ids of a message and of those that stand in its place in other branches, oldest first.
    #[must_use]
    pub fn siblings(&self, message_id: &str) -> Vec<&str> {
        let Some(message) = self.messages.get(message_id) else { return Vec::new() };
        let parent = self.parent_of(message);
        self.children(parent)
            .filter(|sibling| sibling.author == message.author)
            .map(|sibling| sibling.message_id.as_str())
            .collect()
    }

    /// Whether its newest message broke off.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.leaf(None).is_some_and(|message| message.state == MessageState::Interrupted)
    }

    /// The question that an answer answers.
    #[must_use]
    pub fn question_of(&self, answer: &Message) -> Option<&Message> {
        self.path(&answer.message_id).into_iter().rev().find(|message| message.author == Author::User)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, parent: Option<&str>, author: Author) -> Message {
        Message { message_id: id.to_owned(), parent_id: parent.map(str::to_owned), author, ..Message::default() }
    }

    /// One question answered twice, the second answer followed by a question that was edited.
    fn session() -> Session {
        use Author::{Assistant, User};
        Session::new(
            SessionHead::default(),
            [
                message("1", None, User),
                message("2", Some("1"), Assistant),
                message("3", Some("1"), Assistant),
                message("4", Some("3"), User),
                message("5", Some("4"), Assistant),
                message("6", Some("3"), User),
                message("7", Some("6"), Assistant),
            ],
        )
    }

    fn ids<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<&'a str> {
        messages.into_iter().map(|message| message.message_id.as_str()).collect()
    }

    #[test]
    fn branches_are_walked_and_told_apart() {
        let session = session();
        assert_eq!(ids(session.path("7")), ["1", "3", "6", "7"]);
        assert_eq!(ids(session.path("5")), ["1", "3", "4", "5"]);
        assert_eq!(session.siblings("3"), ["2", "3"]);
        assert_eq!(session.siblings("6"), ["4", "6"]);
        assert_eq!(session.siblings("1"), ["1"]);
        assert_eq!(ids(session.leaf(None)), ["7"]);
        assert_eq!(ids(session.leaf(Some("4"))), ["5"]);
        assert_eq!(ids(session.leaf(Some("2"))), ["2"]);
        assert_eq!(
            session.question_of(session.get("5").expect("it is there")).map(|question| &*question.message_id),
            Some("4")
        );
    }

    #[test]
    fn what_a_merge_left_in_pieces_is_still_shown() {
        let session = Session::new(
            SessionHead::default(),
            [
                message("2", Some("1"), Author::Assistant),
                message("3", Some("3"), Author::User),
                message("4", Some("5"), Author::User),
            ],
        );
        assert_eq!(
            ids(session.children(None)),
            ["2", "3", "4"],
            "a missing parent, its own parent, a parent from later"
        );
        assert_eq!(ids(session.path("4")), ["4"]);
    }

    #[test]
    fn titles_are_short_and_end_at_a_word() {
        assert_eq!(Session::title_of("\n  Plot a sine  \nplease"), "Plot a sine");
        assert_eq!(Session::title_of(""), "");
        let long = Session::title_of(&"word ".repeat(30));
        assert!(long.ends_with("word…") && long.chars().count() <= LONGEST_TITLE_LETTERS + 1, "{long}");
        assert_eq!(Session::title_of(&"ü".repeat(100)).chars().count(), LONGEST_TITLE_LETTERS + 1);
    }
}
