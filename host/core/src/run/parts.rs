//! Collections of a run that can grow: kept inside the head while they are few, in rows of their own after that.
//!
//! Each collection also knows its items by name and by deadline, so that nothing here is ever searched through.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use prost::Message;

use super::state::InlinePart;
use crate::write::{Part, PartKey};

/// Numbers of the kinds. Stored: never reuse one.
pub(crate) mod kind {
    pub(crate) const ACTIVITY: i32 = 1;
    pub(crate) const TIMER: i32 = 2;
    pub(crate) const CHILD: i32 = 3;
    pub(crate) const EXTERNAL: i32 = 4;
    pub(crate) const UPDATE: i32 = 5;
    pub(crate) const BUFFERED_EVENT: i32 = 6;
    pub(crate) const SEEN_REQUEST: i32 = 7;
    /// The started event of a run that may be started again (a retry): a row from the first, never inline.
    pub(crate) const STARTED: i32 = 8;
    pub(crate) const NEXUS_OPERATION: i32 = 9;
    /// What a stand-alone activity was started with, if that is large.
    pub(crate) const ACTIVITY_REQUEST: i32 = 10;
}

/// What a collection holds.
pub(crate) trait Item: Message + Default {
    /// What its maker calls it: unique among the items of a kind, never changed. Empty if it has no name.
    fn name(&self) -> &str {
        ""
    }

    /// The next instant at which time does something to it, 0 if time does not matter to it.
    fn deadline(&self) -> i64 {
        0
    }
}

/// Items of one kind by id, with a record of what changed since the last transaction.
#[derive(Clone, Debug)]
pub(crate) struct Parts<T> {
    kind: i32,
    /// Each in a box, because nodes of the map have room for eleven.
    items: BTreeMap<i64, Box<T>>,
    changed: BTreeSet<i64>,
    names: HashMap<Box<str>, i64>,
    deadlines: BTreeSet<(i64, i64)>,
}

impl<T: Item> Parts<T> {
    pub(crate) fn new(kind: i32) -> Self {
        Self {
            kind,
            items: BTreeMap::new(),
            changed: BTreeSet::new(),
            names: HashMap::new(),
            deadlines: BTreeSet::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(crate) fn get(&self, id: i64) -> Option<&T> {
        self.items.get(&id).map(|item| &**item)
    }

    /// The item with this name.
    pub(crate) fn find(&self, name: &str) -> Option<(i64, &T)> {
        let id = *self.names.get(name)?;
        Some((id, self.get(id)?))
    }

    /// Changes an item; `None` if there is none with this id.
    pub(crate) fn update<R>(&mut self, id: i64, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let item = self.items.get_mut(&id)?;
        let before = item.deadline();
        let result = change(item);
        let after = item.deadline();
        if before != after {
            self.deadlines.remove(&(before, id));
            if after != 0 {
                self.deadlines.insert((after, id));
            }
        }
        self.changed.insert(id);
        Some(result)
    }

    pub(crate) fn insert(&mut self, id: i64, item: T) {
        self.put(id, item);
        self.changed.insert(id);
    }

    fn put(&mut self, id: i64, item: T) {
        if !item.name().is_empty() {
            self.names.insert(item.name().into(), id);
        }
        let deadline = item.deadline();
        if deadline != 0 {
            self.deadlines.insert((deadline, id));
        }
        self.items.insert(id, Box::new(item));
    }

    pub(crate) fn remove(&mut self, id: i64) -> Option<T> {
        let item = self.items.remove(&id)?;
        if self.names.get(item.name()) == Some(&id) {
            self.names.remove(item.name());
        }
        self.deadlines.remove(&(item.deadline(), id));
        self.changed.insert(id);
        Some(*item)
    }

    pub(crate) fn clear(&mut self) -> Vec<T> {
        self.changed.extend(self.items.keys());
        self.names.clear();
        self.deadlines.clear();
        std::mem::take(&mut self.items)
            .into_values()
            .map(|item| *item)
            .collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &T)> {
        self.items.iter().map(|(id, item)| (*id, &**item))
    }

    pub(crate) fn last_id(&self) -> i64 {
        self.items.last_key_value().map_or(0, |(id, _)| *id)
    }

    /// The earliest deadline of all.
    pub(crate) fn earliest_deadline(&self) -> Option<i64> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// Ids of what is due, the earliest first.
    pub(crate) fn due(&self, now: i64) -> Vec<i64> {
        self.deadlines
            .range(..=(now, i64::MAX))
            .map(|(_, id)| *id)
            .collect()
    }

    /// Takes an item as it was stored.
    pub(crate) fn restore(&mut self, id: i64, body: &[u8]) -> Result<(), prost::DecodeError> {
        self.put(id, T::decode(body)?);
        Ok(())
    }

    /// Every item, for keeping in the head.
    pub(crate) fn inline(&mut self, into: &mut Vec<InlinePart>) {
        self.changed.clear();
        into.extend(self.items.iter().map(|(id, item)| InlinePart {
            kind: self.kind,
            id: *id,
            body: item.encode_to_vec(),
        }));
    }

    /// What changed, for rows. With `all`, every item counts as changed.
    pub(crate) fn rows(&mut self, all: bool, put: &mut Vec<Part>, removed: &mut Vec<PartKey>) {
        if all {
            self.changed = self.items.keys().copied().collect();
        }
        for id in std::mem::take(&mut self.changed) {
            let key = PartKey {
                kind: self.kind,
                id,
            };
            match self.items.get(&id) {
                Some(item) => put.push(Part {
                    key,
                    body: item.encode_to_vec(),
                }),
                None => removed.push(key),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::state::Timer;

    fn timer(name: &str, fire_at: i64) -> Timer {
        Timer {
            timer_id: name.into(),
            started_event_id: 1,
            fire_at,
        }
    }

    #[test]
    fn an_item_is_found_by_its_name_until_it_is_removed() {
        let mut timers = Parts::new(kind::TIMER);
        timers.insert(5, timer("a", 10));
        assert_eq!(timers.find("a").map(|(id, _)| id), Some(5));
        timers.remove(5);
        assert!(timers.find("a").is_none());
    }

    #[test]
    fn a_name_that_was_taken_again_stays_with_its_new_owner() {
        let mut timers = Parts::new(kind::TIMER);
        timers.insert(5, timer("a", 10));
        timers.insert(6, timer("a", 11));
        timers.remove(5);
        assert_eq!(timers.find("a").map(|(id, _)| id), Some(6));
    }

    #[test]
    fn deadlines_follow_changes() {
        let mut timers = Parts::new(kind::TIMER);
        timers.insert(5, timer("a", 10));
        timers.insert(6, timer("b", 8));
        assert_eq!(timers.earliest_deadline(), Some(8));
        timers.update(6, |timer| timer.fire_at = 12);
        assert_eq!(timers.due(11), [5]);
        assert_eq!(timers.due(12), [5, 6]);
        timers.clear();
        assert_eq!(timers.earliest_deadline(), None);
    }

    #[test]
    fn only_what_changed_becomes_a_row() {
        let mut timers = Parts::new(kind::TIMER);
        let (mut put, mut removed) = (Vec::new(), Vec::new());
        timers.insert(5, timer("a", 10));
        timers.insert(6, timer("b", 8));
        timers.rows(false, &mut put, &mut removed);
        assert_eq!((put.len(), removed.len()), (2, 0));
        put.clear();
        timers.remove(5);
        timers.rows(false, &mut put, &mut removed);
        assert!(put.is_empty());
        assert_eq!(
            removed,
            [PartKey {
                kind: kind::TIMER,
                id: 5
            }]
        );
    }
}
