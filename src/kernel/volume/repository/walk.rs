//! Walks over history: what lies between two sets of commits, and where two histories meet.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::Repository;
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::{Oid, VolumeError};

/// After so many commits one by one, a walk rather takes everything to hand at once.
const MOST_BY_ONE: usize = 100;

/// Commits to visit, newest first, with marks that flow to their parents.
#[derive(Default)]
struct Painted {
    heap: BinaryHeap<(i64, Reverse<usize>, Oid)>,
    marks: HashMap<Oid, u8>,
    waiting: HashMap<Oid, usize>,
    pushed: usize,
}

impl Painted {
    /// Adds marks to commits; those that gained one are visited (again).
    async fn paint<R: Rows>(&mut self, repository: &Repository<R>, oids: &[Oid], marks: u8) -> Result<(), VolumeError> {
        let commits = repository.store.commits(oids).await?;
        for (oid, commit) in oids.iter().zip(commits) {
            let known = self.marks.entry(*oid).or_default();
            if *known & marks == marks {
                continue;
            }
            *known |= marks;
            self.pushed += 1;
            *self.waiting.entry(*oid).or_default() += 1;
            self.heap.push((commit.committer.timestamp_s, Reverse(self.pushed), *oid));
        }
        Ok(())
    }

    fn next(&mut self) -> Option<(Oid, u8)> {
        let (_, _, oid) = self.heap.pop()?;
        let waiting = self.waiting.entry(oid).or_default();
        *waiting -= 1;
        if *waiting == 0 {
            self.waiting.remove(&oid);
        }
        Some((oid, self.marks[&oid]))
    }

    /// Whether any commit still to visit lacks this mark.
    fn any_without(&self, mark: u8) -> bool {
        self.waiting.keys().any(|oid| self.marks[oid] & mark == 0)
    }
}

impl<R: Rows> Repository<R> {
    /// The commits that `wants` have behind them and `haves` have not, newest first.
    pub async fn commits_between(&self, wants: &[Oid], haves: &[Oid]) -> Result<Vec<Oid>, VolumeError> {
        const WANTED: u8 = 1;
        const HAD: u8 = 2;
        let mut painted = Painted::default();
        painted.paint(self, haves, HAD).await?;
        painted.paint(self, wants, WANTED).await?;
        let mut visited = Vec::new();
        let mut held = None;
        let mut steps = 0;
        while painted.any_without(HAD) {
            let Some((oid, marks)) = painted.next() else { break };
            if marks == WANTED {
                visited.push(oid);
            }
            steps += 1;
            if steps == MOST_BY_ONE {
                held = Some(self.store.hold_rows().await?);
            }
            let parents = self.store.commit(oid).await?.parents.clone();
            painted.paint(self, &parents, marks).await?;
        }
        drop(held);
        visited.retain(|oid| painted.marks[oid] == WANTED);
        let mut seen = HashSet::new();
        visited.retain(|oid| seen.insert(*oid));
        Ok(visited)
    }

    /// The newest commits that two histories have in common; several after criss-cross merges, none if they are strangers.
    pub async fn merge_bases(&self, one: Oid, other: Oid) -> Result<Vec<Oid>, VolumeError> {
        const ONE: u8 = 1;
        const OTHER: u8 = 2;
        const BELOW: u8 = 4;
        if one == other {
            return Ok(vec![one]);
        }
        let mut painted = Painted::default();
        painted.paint(self, &[one], ONE).await?;
        painted.paint(self, &[other], OTHER).await?;
        let mut bases: Vec<Oid> = Vec::new();
        while painted.any_without(BELOW) {
            let Some((oid, mut marks)) = painted.next() else { break };
            if marks & (ONE | OTHER) == ONE | OTHER {
                if marks & BELOW == 0 && !bases.contains(&oid) {
                    bases.push(oid);
                }
                marks |= BELOW;
            }
            let parents = self.store.commit(oid).await?.parents.clone();
            painted.paint(self, &parents, marks).await?;
        }
        bases.retain(|oid| painted.marks[oid] & BELOW == 0);
        self.without_ancestors(bases).await
    }

    /// Whether one commit is another one, or lies behind it.
    pub async fn is_ancestor(&self, ancestor: Oid, of: Oid) -> Result<bool, VolumeError> {
        Ok(self.commits_between(&[ancestor], &[of]).await?.is_empty())
    }

    /// Clocks that went wrong can make an older base look like a newest one.
    async fn without_ancestors(&self, bases: Vec<Oid>) -> Result<Vec<Oid>, VolumeError> {
        if bases.len() < 2 {
            return Ok(bases);
        }
        let mut newest = Vec::new();
        for base in &bases {
            let mut is_newest = true;
            for other in bases.iter().filter(|other| *other != base) {
                is_newest &= !self.is_ancestor(*base, *other).await?;
            }
            if is_newest {
                newest.push(*base);
            }
        }
        Ok(newest)
    }
}
