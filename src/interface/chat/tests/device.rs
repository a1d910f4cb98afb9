//! A small device with a tab, a scripted model and a page, all in memory.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde_json::{Value, json};

use crate::interface::chat::page::{Page, PageAsk};
use crate::interface::chat::{Chats, is_chat};
use crate::interface::tests::{DOUBLE, REVIEW};
use crate::interface::{Request, Response, answer};
use crate::kernel::chat::ChatEvent;
use crate::kernel::llm::{ChatRequest, Failure, FailureKind, Script, ScriptedModels, StopReason, StreamEvent, Usage};
use crate::kernel::manager::{MemoryStorage, Now, ShippedFile, ShippedLibrary, VolumeManager};

type Hearing = Box<dyn Fn(&Value)>;

/// The world of one tab, in memory.
pub struct Tab {
    name: String,
    open: Rc<RefCell<Vec<String>>>,
    now_ms: Cell<f64>,
    events: RefCell<Vec<Value>>,
    pub asked: RefCell<Vec<(String, PageAsk)>>,
    pub cancelled: RefCell<Vec<String>>,
    /// What is said when a step asks: who answers is the test, through `on_event`.
    pub on_event: RefCell<Option<Hearing>>,
}

impl Page for Tab {
    fn now_ms(&self) -> f64 {
        self.now_ms.set(self.now_ms.get() + 1.0);
        self.now_ms.get()
    }

    fn offset_min(&self) -> i32 {
        60
    }

    fn random(&self) -> u64 {
        self.now_ms.set(self.now_ms.get() + 1.0);
        self.now_ms.get().to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
    }

    async fn sleep_ms(&self, duration_ms: f64) {
        self.now_ms.set(self.now_ms.get() + duration_ms);
    }

    fn emit(&self, event: ChatEvent) {
        let event = json!(event);
        if let Some(hear) = &*self.on_event.borrow() {
            hear(&event);
        }
        self.events.borrow_mut().push(event);
    }

    async fn ask(&self, ask_id: &str, ask: &PageAsk) -> Result<Value, String> {
        self.asked.borrow_mut().push((ask_id.to_owned(), ask.clone()));
        match ask {
            PageAsk::Run { payload } => {
                let nodes = payload.workflow.nodes.iter().map(|node| {
                    let x = node.input_values.get("x").and_then(Value::as_f64).unwrap_or_default();
                    (node.node_id.clone(), json!({ "status": "completed", "outputs": { "y": 2.0 * x }, "error": null }))
                });
                Ok(json!({ "status": "completed", "nodes": nodes.collect::<serde_json::Map<_, _>>() }))
            }
            PageAsk::Place { .. } => Ok(Value::Null),
        }
    }

    fn cancel(&self, ask_prefix: &str) {
        self.cancelled.borrow_mut().push(ask_prefix.to_owned());
    }

    fn tab(&self) -> String {
        self.name.clone()
    }

    async fn is_open(&self, tab: &str) -> bool {
        self.open.borrow().iter().any(|open| open == tab)
    }
}

pub struct Device {
    pub storage: MemoryStorage,
    pub manager: Rc<VolumeManager<MemoryStorage>>,
    pub open: Rc<RefCell<Vec<String>>>,
    pub chats: Chats<MemoryStorage, Tab>,
}

impl Device {
    pub fn new(scripts: Vec<Script>) -> Self {
        let storage = MemoryStorage::default();
        let manager = Self::manager(&storage, scripts);
        let file = |path: &str, text: &str| ShippedFile { path: path.to_owned(), text: text.to_owned() };
        let files = vec![file("skills/double.md", DOUBLE), file("skills/code-review.md", REVIEW)];
        let library = ShippedLibrary { digest: "1".to_owned(), files };
        pollster::block_on(manager.seed(&library, NOW)).expect("the library fits");
        let device = Self::open(storage, manager, Rc::default(), "tab-1");
        device.done("POST", "/models", json!({ "provider": "ollama", "model": "small" }));
        device
    }

    fn manager(storage: &MemoryStorage, scripts: Vec<Script>) -> VolumeManager<MemoryStorage> {
        let storage = storage.clone().with_models(ScriptedModels::new(scripts));
        pollster::block_on(VolumeManager::open(storage)).expect("memory opens")
    }

    /// What the model was asked.
    pub fn asked(&self) -> Vec<ChatRequest> {
        self.manager.storage().models().asked()
    }

    pub fn open(
        storage: MemoryStorage,
        manager: VolumeManager<MemoryStorage>,
        open: Rc<RefCell<Vec<String>>>,
        name: &str,
    ) -> Self {
        open.borrow_mut().push(name.to_owned());
        let manager = Rc::new(manager);
        let tab = Tab {
            name: name.to_owned(),
            open: Rc::clone(&open),
            now_ms: Cell::new(1_790_000_000_000.0 + open.borrow().len() as f64 * 60_000.0),
            events: RefCell::default(),
            asked: RefCell::default(),
            cancelled: RefCell::default(),
            on_event: RefCell::default(),
        };
        Self { storage, chats: Chats::new(Rc::clone(&manager), tab), manager, open }
    }

    /// The same device in a new tab, after the old one went away.
    pub fn reloaded(self, scripts: Vec<Script>) -> Self {
        self.open.borrow_mut().clear();
        self.second_tab("tab-2", scripts)
    }

    pub fn second_tab(&self, name: &str, scripts: Vec<Script>) -> Self {
        let manager = Self::manager(&self.storage, scripts);
        Self::open(self.storage.clone(), manager, Rc::clone(&self.open), name)
    }

    pub fn call(&self, method: &str, path: &str, body: Value) -> Response {
        let body = if body.is_null() { None } else { Some(body.to_string()) };
        let request = Request::new(method, path, body);
        if !is_chat(&request) {
            return pollster::block_on(answer(&request, &*self.manager, NOW));
        }
        let answered = pollster::block_on(self.chats.answer(&request));
        if let Some(work) = answered.work {
            pollster::block_on(work);
        }
        answered.response
    }

    pub fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let response = self.call(method, path, body);
        assert!((200..300).contains(&response.status), "{method} {path}: {}", response.body);
        response.body
    }

    pub fn refused(&self, method: &str, path: &str, body: Value, status: u16) -> String {
        let response = self.call(method, path, body);
        assert_eq!(response.status, status, "{method} {path}: {}", response.body);
        response.body["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn tab(&self) -> &Tab {
        self.chats.world()
    }

    /// Answers the steps of a session that ask.
    pub fn answer_asks(&self, answer: &'static str) {
        let chats = self.chats.clone();
        *self.tab().on_event.borrow_mut() = Some(Box::new(move |event| {
            if event["step"]["state"] == "asked" {
                let body =
                    json!({ "session_id": event["session_id"], "step_id": event["step"]["step_id"], "answer": answer });
                let request = Request::new("POST", "/chat/answer", Some(body.to_string()));
                let answered = pollster::block_on(chats.answer(&request));
                assert_eq!(answered.response.status, 200, "{}", answered.response.body);
            }
        }));
    }

    pub fn commits(&self) -> Vec<String> {
        let log = self.done("GET", "/volumes/history?volume=user/me&limit=50", Value::Null);
        log["commits"]
            .as_array()
            .expect("commits")
            .iter()
            .map(|commit| commit["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

pub const NOW: Now = Now { timestamp_s: 1_790_000_000, offset_min: 60 };

pub fn says(words: &[&str]) -> Script {
    let usage = Usage { input_tokens: 10, output_tokens: 5, ..Usage::default() };
    let words = words.iter().map(|word| Ok(StreamEvent::Text((*word).to_owned())));
    words.chain([Ok(StreamEvent::Usage(usage)), Ok(StreamEvent::Finished(StopReason::Done))]).collect()
}

pub fn calls(name: &str, arguments: Value) -> Script {
    let call = StreamEvent::ToolCall {
        id: "call1".to_owned(),
        name: name.to_owned(),
        arguments: Ok(arguments),
        signature: None,
    };
    vec![Ok(call), Ok(StreamEvent::Finished(StopReason::ToolCalls))]
}

pub fn breaks_off(words: &str) -> Script {
    let failure = Failure::new(FailureKind::CutOff, "The answer broke off", "Continue it");
    vec![Ok(StreamEvent::Text(words.to_owned())), Err(failure)]
}
