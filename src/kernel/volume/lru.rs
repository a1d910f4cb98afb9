//! What was read lately: bounded in number and in bytes.
//!
//! What an object holds never changes, so nothing here ever grows old; only what was long unused goes.

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

/// A bounded map from names, or places, to shared values.
#[derive(Debug)]
pub(crate) struct Recent<K, T> {
    values: HashMap<K, (Rc<T>, usize, u64)>,
    bytes: usize,
    clock: u64,
    most: usize,
    most_bytes: usize,
}

impl<K: Eq + Hash, T> Recent<K, T> {
    /// A map of at most so many values, of at most so many bytes together.
    pub(crate) fn new(most: usize, most_bytes: usize) -> Self {
        Self { values: HashMap::new(), bytes: 0, clock: 0, most, most_bytes }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<Rc<T>> {
        self.clock += 1;
        let (value, _, used) = self.values.get_mut(key)?;
        *used = self.clock;
        Some(Rc::clone(value))
    }

    pub(crate) fn put(&mut self, key: K, value: Rc<T>, bytes: usize) {
        if bytes > self.most_bytes / 4 {
            return;
        }
        self.clock += 1;
        if let Some((_, before, _)) = self.values.insert(key, (value, bytes, self.clock)) {
            self.bytes -= before;
        }
        self.bytes += bytes;
        if self.values.len() > self.most || self.bytes > self.most_bytes {
            self.drop_older_half();
        }
    }

    /// Dropping many at once makes the cost of a put constant on average.
    fn drop_older_half(&mut self) {
        let mut uses: Vec<u64> = self.values.values().map(|(_, _, used)| *used).collect();
        let middle = uses.len() / 2;
        let (_, oldest_kept, _) = uses.select_nth_unstable(middle);
        let oldest_kept = *oldest_kept;
        self.values.retain(|_, (_, _, used)| *used >= oldest_kept);
        self.bytes = self.values.values().map(|(_, bytes, _)| bytes).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::volume::Oid;

    #[test]
    fn what_is_used_stays_and_what_is_not_goes() {
        let oid = |number: u32| Oid::of_bytes(&number.to_le_bytes());
        let mut recent = Recent::new(10, 1000);
        for number in 0..100 {
            recent.put(oid(number), Rc::new(number), 1);
            assert_eq!(recent.get(&oid(0)).as_deref(), Some(&0));
            assert!(recent.values.len() <= 10);
        }
        assert_eq!(recent.get(&oid(99)).as_deref(), Some(&99));
        assert_eq!(recent.get(&oid(50)), None);
        for number in 0..100 {
            recent.put(oid(number), Rc::new(number), 200);
            assert!(recent.bytes <= 1000);
        }
        recent.put(oid(200), Rc::new(200), 900);
        assert_eq!(recent.get(&oid(200)), None);
    }
}
