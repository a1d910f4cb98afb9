//! The workers of each runtime family as a run sees them, the queue of nodes that wait for one, and how large a batch may be.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::RunOptions;
use crate::kernel::dag::{JobError, NodeIndex, RuntimeState};
use crate::kernel::skill::Runtime;
use crate::kernel::worker::protocol::Slot;

/// How far a worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// Not there; a dispatch starts it.
    Cold,
    /// On its way.
    Starting,
    /// Takes work.
    Ready,
    /// It could not start, and is not tried again.
    Broken,
}

/// What a worker was given and has not reported: nodes with the job numbers they went out under.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    pub jobs: VecDeque<(NodeIndex, u32)>,
    /// How many jobs it had when it went out.
    pub size: u32,
}

#[derive(Clone, Debug)]
pub(super) struct SlotState {
    pub life: Life,
    pub batch: Option<Batch>,
    /// When it must have said something; infinite while nothing is expected of it.
    pub deadline_ms: f64,
    /// How often in a row it was lost before it was ready.
    pub failed_starts: u32,
}

/// A ready node in its queue: the longest way first, then in the order of the graph.
pub(super) type Queued = (u64, Reverse<u32>, NodeIndex);

/// One runtime's workers and the nodes that wait for them.
#[derive(Debug)]
pub(super) struct Family {
    pub runtime: Runtime,
    pub slots: Vec<SlotState>,
    pub ready: BinaryHeap<Queued>,
    pub grain: Grain,
    /// Since when work waits although every worker there is is busy.
    pub waiting_since_ms: Option<f64>,
    /// When to think of another worker; infinite if there is no reason to.
    pub widen_at_ms: f64,
    /// Why nothing of this family can run, if so.
    pub broken: Option<JobError>,
    /// What people were told last.
    pub told: Option<RuntimeState>,
}

impl Family {
    fn new(runtime: Runtime, options: &RunOptions, grain: u32) -> Self {
        let count = options.slots.get(&runtime).copied().unwrap_or(1).max(1);
        let slot = |index| {
            let life = if options.warm.contains(&Slot { runtime, index }) { Life::Ready } else { Life::Cold };
            SlotState { life, batch: None, deadline_ms: f64::INFINITY, failed_starts: 0 }
        };
        Self {
            runtime,
            slots: (0..count).map(slot).collect(),
            ready: BinaryHeap::new(),
            grain: Grain { size: grain, mean_ms: None },
            waiting_since_ms: None,
            widen_at_ms: f64::INFINITY,
            broken: None,
            told: None,
        }
    }

    /// Workers that are ready and have nothing to do.
    pub fn idle(&self) -> impl Iterator<Item = u32> {
        (0..)
            .zip(&self.slots)
            .filter(|(_, slot)| slot.life == Life::Ready && slot.batch.is_none())
            .map(|(index, _)| index)
    }

    /// The first worker that is not there and may be started.
    pub fn cold(&self) -> Option<u32> {
        (0..).zip(&self.slots).find(|(_, slot)| slot.life == Life::Cold).map(|(index, _)| index)
    }

    /// Whether a worker is there or on its way.
    pub fn is_alive(&self) -> bool {
        self.slots.iter().any(|slot| matches!(slot.life, Life::Starting | Life::Ready))
    }

    pub fn starting(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.slots).filter(|(_, slot)| slot.life == Life::Starting).map(|(index, _)| index)
    }

    /// What it takes to start a worker, roughly: waiting work is worth another one only beyond this.
    pub fn start_cost_ms(&self) -> f64 {
        match self.runtime {
            Runtime::Python => 2_000.0,
            Runtime::Spice => 400.0,
            Runtime::Three => 150.0,
            Runtime::JavaScript => 30.0,
        }
    }

    /// How long work waits before another worker is thought of.
    pub fn patience_ms(&self) -> f64 {
        self.start_cost_ms() / 8.0
    }
}

/// All families.
#[derive(Debug)]
pub(super) struct Families {
    all: [Family; 4],
}

impl Families {
    /// `grains` says how many jobs the first batches of each family may hold.
    pub fn new(options: &RunOptions, grains: &[u32; 4]) -> Self {
        Self { all: Runtime::ALL.map(|runtime| Family::new(runtime, options, grains[runtime as usize])) }
    }

    pub fn all(&self) -> impl Iterator<Item = &Family> {
        self.all.iter()
    }

    pub fn get(&self, runtime: Runtime) -> &Family {
        &self.all[runtime as usize]
    }

    pub fn get_mut(&mut self, runtime: Runtime) -> &mut Family {
        &mut self.all[runtime as usize]
    }

    pub fn slots(&self) -> impl Iterator<Item = (Slot, &SlotState)> {
        self.all.iter().flat_map(|family| {
            (0..).zip(&family.slots).map(|(index, state)| (Slot { runtime: family.runtime, index }, state))
        })
    }

    pub fn slot(&self, slot: Slot) -> Option<&SlotState> {
        self.get(slot.runtime).slots.get(slot.index as usize)
    }

    /// A worker that this run knows of; messages may name others.
    pub fn slot_mut(&mut self, slot: Slot) -> Option<&mut SlotState> {
        self.get_mut(slot.runtime).slots.get_mut(slot.index as usize)
    }
}

/// How many jobs a batch may hold: one to begin with where nothing is known, twice as many while batches come back quickly.
#[derive(Clone, Debug)]
pub(super) struct Grain {
    /// The limit.
    pub size: u32,
    /// What a job of this family takes, as a moving mean.
    pub mean_ms: Option<f64>,
}

impl Default for Grain {
    fn default() -> Self {
        Self { size: 1, mean_ms: None }
    }
}

impl Grain {
    /// A batch should not keep a worker busy for longer than this, if that can be known.
    pub const BATCH_MS: f64 = 8.0;
    const LARGEST: u32 = 512;

    /// Takes note of what one job took.
    pub fn measured(&mut self, duration_ms: f64) {
        self.mean_ms = Some(moving_mean(self.mean_ms, duration_ms));
    }

    /// Takes note that a whole batch of this size came back.
    pub fn batch_ended(&mut self, size: u32) {
        let mean_ms = self.mean_ms.unwrap_or(Self::BATCH_MS);
        if mean_ms * f64::from(self.size) > Self::BATCH_MS {
            self.size = ((Self::BATCH_MS / mean_ms) as u32).clamp(1, Self::LARGEST);
        } else if size >= self.size && mean_ms * f64::from(self.size) * 2.0 <= Self::BATCH_MS {
            self.size = (self.size * 2).min(Self::LARGEST);
        }
    }
}

/// A mean in which the past fades, the sooner the better the news: a first call often pays for what later ones find done.
pub(super) fn moving_mean(mean: Option<f64>, value: f64) -> f64 {
    mean.map_or(value, |mean| {
        let weight = if value < mean { 0.5 } else { 0.25 };
        mean + (value - mean) * weight
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_while_they_are_quick_and_shrink_when_they_are_not() {
        let mut grain = Grain::default();
        let mut sizes = Vec::new();
        for _ in 0..10 {
            grain.measured(0.01);
            grain.batch_ended(grain.size);
            sizes.push(grain.size);
        }
        assert_eq!(sizes, [2, 4, 8, 16, 32, 64, 128, 256, 512, 512]);
        for _ in 0..20 {
            grain.measured(5.0);
        }
        grain.batch_ended(512);
        assert_eq!(grain.size, 1);
    }

    #[test]
    fn a_batch_that_was_not_full_says_nothing_about_larger_ones() {
        let mut grain = Grain { size: 8, mean_ms: Some(0.01) };
        grain.batch_ended(3);
        assert_eq!(grain.size, 8);
    }
}
