//! Which steps' outputs the host's store holds, and which to let go: the least recently used beyond a budget of bytes.

use std::collections::{BTreeSet, HashMap};

use crate::kernel::dag::OutputSummary;
use crate::kernel::order::sorted;

/// What the store may hold beside the run that is on the screen.
const BUDGET_BYTES: u64 = 256_000_000;

#[derive(Default)]
pub(super) struct Results {
    kept: HashMap<String, Kept>,
    total_bytes: u64,
    uses: u64,
}

struct Kept {
    outputs: Vec<OutputSummary>,
    bytes: u64,
    last_use: u64,
}

impl Results {
    /// The outputs of a step, where they are held.
    pub(super) fn get(&self, step: &str) -> Option<Vec<OutputSummary>> {
        self.kept.get(step).map(|kept| kept.outputs.clone())
    }

    /// Notes that a step completed, or that its outputs served again.
    pub(super) fn insert(&mut self, step: &str, outputs: &[OutputSummary]) {
        self.uses += 1;
        let bytes = outputs.iter().map(|output| output.bytes).sum();
        let kept = Kept { outputs: outputs.to_vec(), bytes, last_use: self.uses };
        let before = self.kept.insert(step.to_owned(), kept);
        self.total_bytes = self.total_bytes + bytes - before.map_or(0, |kept| kept.bytes);
    }

    /// Takes the steps off the list that are beyond the budget, never one of `shown`; the caller drops their values.
    pub(super) fn evict(&mut self, shown: &BTreeSet<String>) -> Vec<String> {
        if self.total_bytes <= BUDGET_BYTES {
            return Vec::new();
        }
        let candidates: Vec<(u64, String)> = self
            .kept
            .iter()
            .filter(|(step, _)| !shown.contains(*step))
            .map(|(step, kept)| (kept.last_use, step.clone()))
            .collect();
        let candidates = sorted(candidates, Ord::cmp);
        let mut dropped = Vec::new();
        for (_, step) in candidates {
            if self.total_bytes <= BUDGET_BYTES {
                break;
            }
            self.total_bytes -= self.kept.remove(&step).map_or(0, |kept| kept.bytes);
            dropped.push(step);
        }
        dropped
    }
}
