//! How quick code was in earlier runs: a run of code that is known begins with batches of the size that the last one ended with.

use std::collections::HashMap;

use crate::kernel::dag::{Graph, Plan};
use crate::kernel::skill::Runtime;

/// What runs learned of the code that they ran, kept over many runs by whoever starts them.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    codes: HashMap<String, CodePace>,
}

#[derive(Clone, Copy, Debug)]
struct CodePace {
    /// What it took, as a moving mean.
    mean_ms: f64,
    /// How many jobs a batch of its family might hold at the end.
    grain: u32,
}

impl Pace {
    /// What this code took, if it ever ran.
    pub(super) fn mean_ms(&self, code_id: &str) -> Option<f64> {
        self.codes.get(code_id).map(|code| code.mean_ms)
    }

    /// How many jobs the first batches of each family may hold: one where any of its code never ran.
    pub(super) fn grains(&self, graph: &Graph, plan: &Plan) -> [u32; 4] {
        Runtime::ALL.map(|runtime| {
            let of_family = graph.skills().iter().zip(plan.codes()).filter(|(skill, _)| skill.runtime() == runtime);
            let grain = |code_id: &str| self.codes.get(code_id).map_or(1, |code| code.grain);
            of_family.map(|(_, code)| grain(&code.code_id)).min().unwrap_or(1)
        })
    }

    pub(super) fn learn(&mut self, code_id: &str, mean_ms: f64, grain: u32) {
        self.codes.insert(code_id.to_owned(), CodePace { mean_ms, grain });
    }
}
