//! The runs that the person at the screen starts and stops: one at a time, and not before the code of its skills is there.

use std::cell::Cell;
use std::rc::Rc;

use super::library::LibraryInTwoParts;
use crate::browser::{Engine, RunListener, RunRequest};
use crate::kernel::dag::{NodeResult, Payload, RunEvent, RunResult};
use crate::kernel::skill::ExecutableSkill;
use crate::ui::AppState;

/// The one run of the screen.
#[derive(Clone)]
pub struct Runs {
    state: AppState,
    engine: Engine,
    library: LibraryInTwoParts,
    current: Rc<Cell<Current>>,
}

#[derive(Clone, Copy, Default)]
enum Current {
    #[default]
    None,
    /// Waits for the library.
    Waiting,
    /// Runs, under the engine's number.
    Running(u32),
}

impl Runs {
    /// No run yet.
    pub fn new(state: AppState, engine: Engine, library: LibraryInTwoParts) -> Self {
        Self { state, engine, library, current: Rc::default() }
    }

    /// Starts a run in place of the last one.
    pub fn start(&self, payload: Payload, target: Option<String>) {
        self.stop();
        self.state.run_started();
        if payload.skills.values().any(ExecutableSkill::is_outline) {
            let runs = self.clone();
            self.current.set(Current::Waiting);
            self.library.when_whole(move || {
                if matches!(runs.current.get(), Current::Waiting) {
                    runs.begin(runs.state.payload(), target);
                }
            });
        } else {
            self.begin(payload, target);
        }
    }

    /// Stops the run, if there is one.
    pub fn stop(&self) {
        match self.current.take() {
            Current::None => {}
            Current::Waiting => self.state.run.abort(),
            Current::Running(number) => self.engine.cancel(number),
        }
    }

    fn begin(&self, payload: Payload, target: Option<String>) {
        let request = RunRequest { payload, target, timeout_ms: None, is_traced: true };
        match self.engine.start(request, Rc::new(Screen { state: self.state })) {
            Ok(number) => self.current.set(Current::Running(number)),
            Err(diagnostics) => {
                self.current.set(Current::None);
                self.state.report(diagnostics);
            }
        }
    }
}

/// The person at the screen, as a listener.
struct Screen {
    state: AppState,
}

impl RunListener for Screen {
    fn on_event(&self, event: &RunEvent, result: Option<&NodeResult>) {
        self.state.apply(event, result);
    }

    fn on_finished(&self, result: RunResult) {
        self.state.run_finished(&result);
    }
}
