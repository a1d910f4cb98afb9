//! The port to models, and its twin in memory for tests.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};

use super::{ChatRequest, Failure, FailureKind, HttpAnswer, HttpRequest, ModelRef, PageFacts, StreamEvent};

/// The way to models. One call is one attempt: whoever calls decides whether to try again ([`Failure::delay_ms`]).
#[allow(async_fn_in_trait, reason = "everything lives on one thread: futures need not be Send")]
pub trait Models {
    /// Asks a model and hands over what it says while it says it. `Ok` means that the answer is whole: it had a
    /// [`StreamEvent::Finished`]. `stream_id` is the caller's name for it, to stop it by.
    async fn stream(
        &self,
        stream_id: &str,
        request: &ChatRequest,
        on_event: &mut dyn FnMut(StreamEvent),
    ) -> Result<(), Failure>;

    /// Breaks a stream off, if there is one of this name; it ends with [`FailureKind::Stopped`].
    fn stop(&self, stream_id: &str);
}

/// The way to the servers of models, for what is no chat.
#[allow(async_fn_in_trait, reason = "everything lives on one thread: futures need not be Send")]
pub trait ModelServers: Models {
    /// Sends a request of a provider's, such as for its list of models, with the key of this model.
    async fn send(&self, model: &ModelRef, request: &HttpRequest) -> Result<HttpAnswer, Failure>;

    /// What is known of the page that asks.
    fn page(&self) -> PageFacts;
}

/// What a scripted model does when it is asked next.
pub type Script = Vec<Result<StreamEvent, Failure>>;

/// Models that say what a test wrote down, one script for each request.
#[derive(Default)]
pub struct ScriptedModels {
    scripts: RefCell<VecDeque<Script>>,
    asked: RefCell<Vec<ChatRequest>>,
    stopped: RefCell<BTreeSet<String>>,
}

impl ScriptedModels {
    /// Models that answer with these scripts in turn.
    #[must_use]
    pub fn new(scripts: impl IntoIterator<Item = Script>) -> Self {
        Self { scripts: RefCell::new(scripts.into_iter().collect()), ..Self::default() }
    }

    /// All that was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<ChatRequest> {
        self.asked.borrow().clone()
    }
}

impl Models for ScriptedModels {
    async fn stream(
        &self,
        stream_id: &str,
        request: &ChatRequest,
        on_event: &mut dyn FnMut(StreamEvent),
    ) -> Result<(), Failure> {
        self.asked.borrow_mut().push(request.clone());
        let Some(script) = self.scripts.borrow_mut().pop_front() else {
            return Err(Failure::new(FailureKind::Protocol, "The script has no more answers", "Write one more"));
        };
        let mut finished = false;
        for step in script {
            if self.stopped.borrow_mut().remove(stream_id) {
                return Err(Failure::stopped());
            }
            let event = step?;
            finished |= matches!(event, StreamEvent::Finished(_));
            on_event(event);
        }
        if finished {
            return Ok(());
        }
        Err(Failure::new(FailureKind::CutOff, "The script ended in the middle", "End it with Finished"))
    }

    fn stop(&self, stream_id: &str) {
        self.stopped.borrow_mut().insert(stream_id.to_owned());
    }
}

impl ModelServers for ScriptedModels {
    async fn send(&self, _model: &ModelRef, _request: &HttpRequest) -> Result<HttpAnswer, Failure> {
        Ok(HttpAnswer { status: 200, headers: Vec::new(), body: r#"{"data":[{"id":"scripted"}]}"#.to_owned() })
    }

    fn page(&self) -> PageFacts {
        PageFacts { origin: "https://lite.example.org".to_owned(), online: true, platform: "linux".to_owned() }
    }
}
