//! Collections of a run that can grow: kept inside the head while they are few, in rows of their own after that.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;

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
    /// The started event of a run that may be started again (retry, cron): a row from the first, never inline.
    pub(crate) const STARTED: i32 = 8;
}

/// Items of one kind by id, with a record of what changed since the last transaction.
#[derive(Clone, Debug)]
pub(crate) struct Parts<T> {
    kind: i32,
    items: BTreeMap<i64, T>,
    changed: BTreeSet<i64>,
}

impl<T: Message + Default> Parts<T> {
    pub(crate) fn new(kind: i32) -> Self {
        Self {
            kind,
            items: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(crate) fn get(&self, id: i64) -> Option<&T> {
        self.items.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: i64) -> Option<&mut T> {
        let item = self.items.get_mut(&id)?;
        self.changed.insert(id);
        Some(item)
    }

    pub(crate) fn insert(&mut self, id: i64, item: T) {
        self.items.insert(id, item);
        self.changed.insert(id);
    }

    pub(crate) fn remove(&mut self, id: i64) -> Option<T> {
        let item = self.items.remove(&id)?;
        self.changed.insert(id);
        Some(item)
    }

    pub(crate) fn clear(&mut self) -> Vec<T> {
        self.changed.extend(self.items.keys());
        std::mem::take(&mut self.items).into_values().collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &T)> {
        self.items.iter().map(|(id, item)| (*id, item))
    }

    pub(crate) fn last_id(&self) -> i64 {
        self.items.last_key_value().map_or(0, |(id, _)| *id)
    }

    /// Takes an item as it was stored.
    pub(crate) fn restore(&mut self, id: i64, body: &[u8]) -> Result<(), prost::DecodeError> {
        self.items.insert(id, T::decode(body)?);
        Ok(())
    }

    /// Every item, for keeping in the head.
    pub(crate) fn inline(&mut self, into: &mut Vec<super::state::InlinePart>) {
        self.changed.clear();
        into.extend(
            self.items
                .iter()
                .map(|(id, item)| super::state::InlinePart {
                    kind: self.kind,
                    id: *id,
                    body: item.encode_to_vec(),
                }),
        );
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
