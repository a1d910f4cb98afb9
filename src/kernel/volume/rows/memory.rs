//! Rows in memory: the twin that tests use, which can also fail on demand and let other writers in between.
//!
//! Never keeps anything beyond its own life.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::task::Poll;

use super::{Rows, RowsError, RowsWrite};

/// Rows in memory.
#[derive(Debug, Default)]
pub struct MemoryRows {
    rows: RefCell<BTreeMap<String, Vec<u8>>>,
    failures: RefCell<VecDeque<(u32, RowsError)>>,
    lets_others_in: Cell<bool>,
    reads: Cell<u32>,
    writes: Cell<u32>,
    completed: Cell<u64>,
}

impl MemoryRows {
    /// Rows that hold nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets other futures run before every operation, so that tests can interleave writers.
    pub fn let_others_in(&self) {
        self.lets_others_in.set(true);
    }

    /// Makes the write after the next `writes` ones fail in this way, with nothing written.
    pub fn fail_write_after(&self, writes: u32, error: RowsError) {
        self.failures.borrow_mut().push_back((writes, error));
    }

    /// Changes one row behind everybody's back, as a failing disk would; whether there was such a row.
    pub fn alter(&self, key: &str, change: impl FnOnce(&mut Vec<u8>)) -> bool {
        self.rows.borrow_mut().get_mut(key).map(change).is_some()
    }

    /// Loses one row behind everybody's back; whether there was such a row.
    pub fn lose(&self, key: &str) -> bool {
        self.rows.borrow_mut().remove(key).is_some()
    }

    /// Everything that is stored.
    pub fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        self.rows.borrow().clone()
    }

    /// How many reading transactions there were.
    pub fn reads(&self) -> u32 {
        self.reads.get()
    }

    /// How many writing transactions there were, failed ones included.
    pub fn writes(&self) -> u32 {
        self.writes.get()
    }

    async fn begin(&self, count: &Cell<u32>) {
        count.set(count.get() + 1);
        let mut waited = !self.lets_others_in.get();
        poll_fn(|context| {
            if waited {
                return Poll::Ready(());
            }
            waited = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// The failure that is due now, if one is.
    fn failure(&self) -> Option<RowsError> {
        let mut failures = self.failures.borrow_mut();
        match failures.front_mut() {
            Some((0, _)) => failures.pop_front().map(|(_, error)| error),
            Some((writes, _)) => {
                *writes -= 1;
                None
            }
            None => None,
        }
    }
}

impl Rows for MemoryRows {
    async fn read(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, RowsError> {
        self.begin(&self.reads).await;
        let rows = self.rows.borrow();
        Ok(keys.iter().map(|key| rows.get(key).cloned()).collect())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, RowsError> {
        self.begin(&self.reads).await;
        let rows = self.rows.borrow();
        let from_prefix = rows.range(prefix.to_owned()..);
        Ok(from_prefix.map(|(key, _)| key.clone()).take_while(|key| key.starts_with(prefix)).collect())
    }

    async fn read_all(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, RowsError> {
        self.begin(&self.reads).await;
        let rows = self.rows.borrow();
        let from_prefix = rows.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        Ok(from_prefix.map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    async fn write(&self, write: RowsWrite) -> Result<(), RowsError> {
        self.begin(&self.writes).await;
        if let Some(error) = self.failure() {
            return Err(error);
        }
        let mut rows = self.rows.borrow_mut();
        if let Some((key, _)) = write.expect.iter().find(|(key, value)| rows.get(key) != value.as_ref()) {
            return Err(RowsError::Moved { key: key.clone() });
        }
        rows.extend(write.put);
        for key in &write.remove {
            rows.remove(key);
        }
        self.completed.set(self.completed.get() + 1);
        Ok(())
    }

    fn writes_heard(&self) -> Option<u64> {
        Some(self.completed.get())
    }
}
