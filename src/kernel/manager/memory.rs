//! The in-memory twin of a storage: for tests, and for whoever builds another.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Storage;
use crate::kernel::volume::{MemoryRows, RowsError};

/// Volumes that live as long as the value does; clones share them.
#[derive(Clone, Default)]
pub struct MemoryStorage {
    volumes: Rc<RefCell<BTreeMap<String, Rc<MemoryRows>>>>,
}

impl Storage for MemoryStorage {
    type Rows = Rc<MemoryRows>;

    fn rows(&self, volume: &str) -> Rc<MemoryRows> {
        let mut volumes = self.volumes.borrow_mut();
        Rc::clone(volumes.entry(volume.to_owned()).or_insert_with(|| Rc::new(MemoryRows::new())))
    }

    async fn volumes(&self) -> Result<Vec<String>, RowsError> {
        Ok(self.volumes.borrow().keys().cloned().collect())
    }

    async fn remove(&self, volume: &str) -> Result<(), RowsError> {
        self.volumes.borrow_mut().remove(volume);
        Ok(())
    }
}
