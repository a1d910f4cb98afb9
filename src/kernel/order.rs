//! Sorting, compiled once: the standard library's sort is some kilobytes for every type and comparison, and the page has to load them.
//! So is what collects into its ordered sets and maps, which sorts first.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// A set of these, as `collect` makes it.
pub fn set_of<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

/// A map of these, as `collect` makes it.
pub fn map_of<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(entries);
    map
}

/// The items in the order that the comparison gives; equal ones stay as they were.
pub fn sorted<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let places = places(items.len(), &|one, other| compare(&items[one], &items[other]));
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    places.into_iter().filter_map(|place| items[place].take()).collect()
}

fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

#[cfg(test)]
mod tests {
    use super::sorted;

    #[test]
    fn equal_items_stay_in_their_order() {
        let items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')];
        assert_eq!(sorted(items, |one, other| one.0.cmp(&other.0)), [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }
}
