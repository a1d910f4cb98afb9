//! What a run is given besides its graph.

use std::collections::{BTreeMap, BTreeSet};

use super::Pace;
use crate::kernel::dag::{JobError, NodeIndex};
use crate::kernel::order::map_of;
use crate::kernel::skill::Runtime;
use crate::kernel::worker::protocol::{FromHost, Slot, ToHost};

/// However many cores there are, no more Pythons than this.
const MOST_PYTHON_WORKERS: u32 = 4;

/// How a run may go about its work.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// How many workers of each family there may be; one where nothing is said.
    pub slots: BTreeMap<Runtime, u32>,
    /// How many workers may be busy at a time, over all families.
    pub width: u32,
    /// Workers that are up already, as [`WarmSlots`] knows them.
    pub warm: BTreeSet<Slot>,
    /// How long a node may run.
    pub timeout_ms: f64,
    /// How long a worker that starts may say nothing.
    pub start_timeout_ms: f64,
    /// How often a node is tried again when its engine dies. Errors of its code are never tried again.
    pub retries: u32,
    /// Run to here: only this node and what it depends on.
    pub target: Option<NodeIndex>,
    /// The number of the first job; numbers must never come twice in the life of a page.
    pub first_job: u32,
    /// How quick code was before.
    pub pace: Pace,
    /// Nodes that are known to fail, such as for a package that is nowhere. All nodes of the same step fail with them.
    pub unavailable: BTreeMap<NodeIndex, JobError>,
}

impl RunOptions {
    /// The usual options on a machine of this many cores.
    pub fn for_cores(cores: u32) -> Self {
        let width = cores.max(1);
        // A Python worker holds some 60 MB before it has done anything.
        let most = |runtime| if runtime == Runtime::Python { width.min(MOST_PYTHON_WORKERS) } else { width };
        Self {
            slots: map_of(Runtime::ALL.into_iter().map(|runtime| (runtime, most(runtime)))),
            width,
            warm: BTreeSet::new(),
            timeout_ms: 120_000.0,
            start_timeout_ms: 180_000.0,
            retries: 1,
            target: None,
            first_job: 0,
            pace: Pace::default(),
            unavailable: BTreeMap::new(),
        }
    }
}

/// Which workers are up, kept over many runs by whoever carries their messages.
#[derive(Clone, Debug, Default)]
pub struct WarmSlots {
    slots: BTreeSet<Slot>,
}

impl WarmSlots {
    /// The workers that are up.
    pub fn slots(&self) -> &BTreeSet<Slot> {
        &self.slots
    }

    /// Takes note of a message to the host.
    pub fn sent(&mut self, message: &ToHost) {
        if let ToHost::Terminate { slot } = message {
            self.slots.remove(slot);
        }
    }

    /// Takes note of a message from the host.
    pub fn heard(&mut self, message: &FromHost) {
        match message {
            FromHost::Ready { slot } | FromHost::Reported { slot, .. } => {
                self.slots.insert(*slot);
            }
            FromHost::Lost { slot, .. } => {
                self.slots.remove(slot);
            }
            FromHost::Loading { .. } | FromHost::Log { .. } => {}
        }
    }
}
