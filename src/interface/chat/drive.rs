//! Drives an exchange: carries its effects to the model, the tools, the journal and the volume, and what comes of them back to it.
//!
//! Decides nothing about an answer: that is `kernel::chat::Exchange`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::skills::Guidance;
use super::{Inner, Page, journal, keep, tools};
use crate::kernel::access::Volume;
use crate::kernel::chat::{Answer, Effect, Event, Exchange, Message};
use crate::kernel::llm::Models;
use crate::kernel::manager::Storage;

/// An exchange that goes on, and whoever feeds it.
pub struct Running {
    exchange: RefCell<Exchange>,
    effects: RefCell<VecDeque<Effect>>,
    waker: RefCell<Option<Waker>>,
    /// The person's volume when they asked.
    pub volume: Volume,
    /// What skills and tools it may have.
    pub guidance: Guidance,
}

impl Running {
    /// One that begins with these effects.
    pub fn new(exchange: Exchange, effects: Vec<Effect>, volume: Volume, guidance: Guidance) -> Self {
        Self {
            exchange: RefCell::new(exchange),
            effects: RefCell::new(effects.into()),
            waker: RefCell::default(),
            volume,
            guidance,
        }
    }

    /// The answer as far as it is.
    pub fn message(&self) -> Message {
        self.exchange.borrow().message().clone()
    }

    /// Stops it; what came stays.
    pub fn stop(&self, now_ms: f64) {
        self.happens(Event::Cancel, now_ms);
    }

    /// Tells it what the person says about a step; whether one was asking.
    pub fn answer(&self, step_id: &str, answer: Answer, now_ms: f64) -> bool {
        self.happens(Event::Answered { step_id: step_id.to_owned(), answer }, now_ms)
    }

    /// Whether anything came of it.
    fn happens(&self, event: Event, now_ms: f64) -> bool {
        let effects = self.exchange.borrow_mut().handle(event, now_ms);
        let any = !effects.is_empty();
        self.effects.borrow_mut().extend(effects);
        if any && let Some(waker) = self.waker.take() {
            waker.wake();
        }
        any
    }

    fn next_effect(&self) -> Option<Effect> {
        self.effects.borrow_mut().pop_front()
    }
}

/// What a piece of work is, so that it can be ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Call,
    Tool,
    Timer,
    Journal,
    Other,
}

/// What goes on at once for one exchange.
#[derive(Default)]
struct Jobs {
    jobs: Vec<(Kind, Pin<Box<dyn Future<Output = Option<Event>>>>)>,
}

impl Jobs {
    fn start(&mut self, kind: Kind, job: impl Future<Output = Option<Event>> + 'static) {
        self.jobs.push((kind, Box::pin(job)));
    }

    fn end(&mut self, kind: Kind) {
        self.jobs.retain(|(other, _)| *other != kind);
    }

    fn has(&self, kind: Kind) -> bool {
        self.jobs.iter().any(|(other, _)| *other == kind)
    }

    /// The next that is over, with what came of it.
    fn poll(&mut self, context: &mut Context<'_>) -> Option<Option<Event>> {
        let ended = self.jobs.iter_mut().enumerate().find_map(|(at, (_, job))| match job.as_mut().poll(context) {
            Poll::Ready(event) => Some((at, event)),
            Poll::Pending => None,
        });
        let (at, event) = ended?;
        drop(self.jobs.remove(at));
        Some(event)
    }
}

/// The parts of a driver that last from effect to effect.
struct Driver<S: Storage, W> {
    chats: Rc<Inner<S, W>>,
    running: Rc<Running>,
    jobs: Jobs,
    /// What is to be journaled when the journal is free: only the newest counts.
    to_journal: Option<Box<Message>>,
    /// What is to be kept when the journal is free.
    to_keep: Option<Box<Message>>,
    is_done: bool,
}

/// Drives an exchange to its end, and gives the answer.
pub async fn drive<S: Storage + Models + 'static, W: Page + 'static>(
    chats: Rc<Inner<S, W>>,
    running: Rc<Running>,
) -> Message {
    let mut driver = Driver { chats, running, jobs: Jobs::default(), to_journal: None, to_keep: None, is_done: false };
    loop {
        while let Some(effect) = driver.running.next_effect() {
            driver.carry_out(effect);
        }
        driver.use_journal();
        // A stream that was broken off ends by itself; who lets go of it earlier leaves its connection open.
        if driver.is_done && !driver.jobs.has(Kind::Call) {
            return driver.running.message();
        }
        let event = poll_fn(|context| {
            *driver.running.waker.borrow_mut() = Some(context.waker().clone());
            match driver.jobs.poll(context) {
                Some(event) => Poll::Ready(event),
                None if driver.running.effects.borrow().is_empty() => Poll::Pending,
                None => Poll::Ready(None),
            }
        })
        .await;
        if let Some(event) = event {
            driver.running.happens(event, driver.chats.world.now_ms());
        }
    }
}

impl<S: Storage + Models + 'static, W: Page + 'static> Driver<S, W> {
    fn carry_out(&mut self, effect: Effect) {
        let (chats, running) = (Rc::clone(&self.chats), Rc::clone(&self.running));
        match effect {
            Effect::Prepare(query) => self.jobs.start(Kind::Other, async move {
                Some(Event::Prepared(running.guidance.prepare(&chats, &query).await))
            }),
            Effect::Call(request) => self.jobs.start(Kind::Call, async move {
                let hear = Rc::clone(&running);
                let message_id = running.message().message_id;
                let mut on_event = |event| {
                    hear.happens(Event::Stream(event), chats.world.now_ms());
                };
                Some(Event::StreamEnded(chats.manager.storage().stream(&message_id, &request, &mut on_event).await))
            }),
            Effect::StopCall => self.chats.manager.storage().stop(&self.running.message().message_id),
            Effect::RunTool(call) => self.jobs.start(Kind::Tool, async move {
                let step_id = call.step_id.clone();
                let outcome = tools::run(&chats, &running, call).await;
                Some(Event::ToolDone { step_id, outcome })
            }),
            Effect::StopTools => {
                self.jobs.end(Kind::Tool);
                let message_id = self.running.message().message_id;
                self.chats.world.cancel(&message_id);
            }
            Effect::AlwaysAllow(tool) => self.jobs.start(Kind::Other, async move {
                // Where it cannot be kept the person is asked again another time.
                let _ = super::settings::always_allow(&chats, &running.volume, &tool).await;
                None
            }),
            Effect::Emit(event) => self.chats.world.emit(event),
            Effect::Journal(message) => self.to_journal = Some(message),
            Effect::WakeAt(at_ms) => {
                self.jobs.end(Kind::Timer);
                self.jobs.start(Kind::Timer, async move {
                    chats.world.sleep_ms((at_ms - chats.world.now_ms()).max(0.0)).await;
                    Some(Event::Tick)
                });
            }
            Effect::Keep(message) => {
                self.to_journal = None;
                self.to_keep = Some(message);
            }
            Effect::Done => {
                self.is_done = true;
                self.jobs.end(Kind::Timer);
                self.chats.ended(&self.running);
            }
        }
    }

    /// One thing at a time goes into the journal, and what is kept waits for it: else a late note would outlive what it is about.
    fn use_journal(&mut self) {
        if self.jobs.has(Kind::Journal) {
            return;
        }
        let (chats, running) = (Rc::clone(&self.chats), Rc::clone(&self.running));
        let session_id = running.exchange.borrow().session_id().to_owned();
        if let Some(message) = self.to_journal.take() {
            let volume = running.volume.to_string();
            let entry = journal::Entry { tab: chats.world.tab(), volume, session_id, message: *message };
            self.jobs.start(Kind::Journal, async move {
                // A device that keeps nothing has said so already, and the answer goes on.
                let _ = journal::note(&chats.manager, &entry).await;
                None
            });
        } else if let Some(message) = self.to_keep.take() {
            let question = running.exchange.borrow().question().to_owned();
            self.jobs.start(Kind::Journal, async move {
                Some(Event::Kept(keep::keep(&chats, &running.volume, &session_id, &question, &message).await))
            });
        }
    }
}
