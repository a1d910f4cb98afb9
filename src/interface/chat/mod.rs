//! `/chats` and `/chat`: conversations with a model that is guided by skills and may call tools.
//!
//! The source design's flow: load skills, filter them, build the context, call the model, answer, save the trace. What is to be done
//! next comes from `kernel::chat`; the model, the page and the clock are ports. A key is never seen here.

mod asks;
mod drive;
mod journal;
mod keep;
mod page;
mod sessions;
mod settings;
mod skills;
mod store;
mod tools;

pub use page::{Page, PageAsk};
pub(super) use store::rated;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::pin::Pin;
use std::rc::Rc;

use serde_json::Value;

use self::drive::Running;
use self::store::ReadMessages;
use super::error::ErrorCode;
use super::{Answering, ApiError, Request, Response};
use crate::kernel::access::Volume;
use crate::kernel::llm::Models;
use crate::kernel::manager::{Now, Storage, VolumeManager};

/// Every chat of this tab.
pub struct Inner<S: Storage, W> {
    manager: Rc<VolumeManager<S>>,
    world: W,
    running: RefCell<BTreeMap<String, Rc<Running>>>,
    /// Sessions in which an answer is about to begin.
    beginning: RefCell<BTreeSet<String>>,
    messages: RefCell<ReadMessages>,
}

/// The chats of one tab, for as long as it is open.
pub struct Chats<S: Storage, W> {
    inner: Rc<Inner<S, W>>,
}

impl<S: Storage, W> Clone for Chats<S, W> {
    fn clone(&self) -> Self {
        Self { inner: Rc::clone(&self.inner) }
    }
}

/// An answer, and what goes on after it was given.
pub struct Answered {
    /// What the caller gets now.
    pub response: Response,
    /// Where the caller does not wait for it: must be run to its end.
    pub work: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl From<Response> for Answered {
    fn from(response: Response) -> Self {
        Self { response, work: None }
    }
}

/// A call about chats.
struct ChatCall<'a, S: Storage, W> {
    request: &'a Request,
    chats: &'a Rc<Inner<S, W>>,
    /// The volume of the person who calls.
    volume: Volume,
}

/// The calls that are answered here.
pub const CALLS: &[&str] = &[
    "GET /chats",
    "POST /chats",
    "GET /chats/{session_id}",
    "PUT /chats/{session_id}",
    "DELETE /chats/{session_id}",
    "POST /chat",
    "POST /chat/retry",
    "POST /chat/continue",
    "POST /chat/stop",
    "POST /chat/answer",
    "POST /chat/preview",
    "GET /chat/settings",
    "PUT /chat/settings",
];

/// Whether a call is about chats.
#[must_use]
pub fn is_chat(request: &Request) -> bool {
    matches!(request.segments.first().map(String::as_str), Some("chat" | "chats"))
}

impl<S: Storage + Models + 'static, W: Page + 'static> Chats<S, W> {
    /// The chats over these volumes.
    pub fn new(manager: Rc<VolumeManager<S>>, world: W) -> Self {
        let inner = Inner {
            manager,
            world,
            running: RefCell::default(),
            beginning: RefCell::default(),
            messages: RefCell::default(),
        };
        Self { inner: Rc::new(inner) }
    }

    /// The world around them.
    pub fn world(&self) -> &W {
        &self.inner.world
    }

    /// Answers one call.
    pub async fn answer(&self, request: &Request) -> Answered {
        let volume = self.inner.manager.own_volume();
        match self.route(&ChatCall { request, chats: &self.inner, volume }).await {
            Ok(answered) => answered,
            Err(error) => Response { status: error.code.status(), body: error.to_body(), bytes: None }.into(),
        }
    }

    async fn route(&self, call: &ChatCall<'_, S, W>) -> Result<Answered, ApiError> {
        let segments: Vec<&str> = call.request.segments.iter().map(String::as_str).collect();
        let asking: Option<Answering<'_, Answered>> = match (call.request.method.as_str(), segments.as_slice()) {
            ("POST", ["chat"]) => Some(Box::pin(asks::ask(call))),
            ("POST", ["chat", "retry"]) => Some(Box::pin(asks::retry(call))),
            ("POST", ["chat", "continue"]) => Some(Box::pin(asks::go_on(call))),
            _ => None,
        };
        if let Some(asking) = asking {
            return asking.await;
        }
        let (status, answering): (u16, Answering<'_, Value>) = match (call.request.method.as_str(), segments.as_slice())
        {
            ("GET", ["chats"]) => (200, Box::pin(sessions::list(call))),
            ("POST", ["chats"]) => (201, Box::pin(sessions::create(call))),
            ("GET", ["chats", session_id]) => (200, Box::pin(sessions::get(call, session_id))),
            ("PUT", ["chats", session_id]) => (200, Box::pin(sessions::rename(call, session_id))),
            ("DELETE", ["chats", session_id]) => (200, Box::pin(sessions::remove(call, session_id))),
            ("POST", ["chat", "stop"]) => (200, Box::pin(ready(asks::stop(call)))),
            ("POST", ["chat", "answer"]) => (200, Box::pin(ready(asks::answer(call)))),
            ("POST", ["chat", "preview"]) => (200, Box::pin(asks::preview(call))),
            ("GET", ["chat", "settings"]) => (200, Box::pin(settings::get(call))),
            ("PUT", ["chat", "settings"]) => (200, Box::pin(settings::put(call))),
            (method, _) => {
                let path = call.request.segments.join("/");
                return Err(ApiError::new(ErrorCode::NotFound, format!("There is no call {method} /{path}"))
                    .detail(format!("The calls are: {}", CALLS.join(", "))));
            }
        };
        let body = answering.await?;
        Ok(Response { status, body, bytes: None }.into())
    }
}

impl<S: Storage, W: Page> Inner<S, W> {
    fn now(&self) -> Now {
        #[allow(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
        let timestamp_s = (self.world.now_ms() / 1_000.0) as i64;
        Now { timestamp_s, offset_min: self.world.offset_min() }
    }
}

impl<S: Storage, W> Inner<S, W> {
    /// What is being answered in a session.
    fn running(&self, session_id: &str) -> Option<Rc<Running>> {
        self.running.borrow().get(session_id).cloned()
    }

    /// One answer at a time grows in a session: whoever claims it first begins, and everybody else is told so.
    fn claim(self: &Rc<Self>, session_id: &str) -> Result<Claim<S, W>, ApiError> {
        let is_free = !self.running.borrow().contains_key(session_id);
        if !is_free || !self.beginning.borrow_mut().insert(session_id.to_owned()) {
            return Err(busy());
        }
        Ok(Claim { chats: Rc::clone(self), session_id: session_id.to_owned() })
    }

    fn ended(&self, running: &Rc<Running>) {
        self.running.borrow_mut().retain(|_, other| !Rc::ptr_eq(other, running));
    }
}

/// The right to begin an answer in a session; given back when it is dropped.
struct Claim<S: Storage, W> {
    chats: Rc<Inner<S, W>>,
    session_id: String,
}

impl<S: Storage, W> Claim<S, W> {
    fn begins(self, running: &Rc<Running>) {
        self.chats.running.borrow_mut().insert(self.session_id.clone(), Rc::clone(running));
    }
}

impl<S: Storage, W> Drop for Claim<S, W> {
    fn drop(&mut self) {
        self.chats.beginning.borrow_mut().remove(&self.session_id);
    }
}

fn busy() -> ApiError {
    ApiError::new(ErrorCode::Conflict, "This chat is still being answered")
        .detail("Wait for it, or stop it with POST /chat/stop")
}

fn no_message(message_id: &str) -> ApiError {
    ApiError::new(ErrorCode::NotFound, format!("There is no message '{message_id}' in this chat"))
        .detail("GET /chats/{session_id} lists those that there are")
}

fn no_skill(skill_id: &str) -> ApiError {
    ApiError::new(ErrorCode::NotFound, format!("There is no skill '{skill_id}'"))
        .detail("GET /skills lists those that there are")
}

#[cfg(test)]
mod tests;
