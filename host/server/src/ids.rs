//! Where fresh ids come from.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use sundial_core::IdSource;
use uuid::Uuid;

/// Bits of a task id that count within one opening of the database.
const COUNTER_BITS: u32 = 40;

/// Random UUIDs, and task ids that all shards of a server count together.
#[derive(Clone, Debug)]
pub struct Ids {
    next_task_id: Arc<AtomicI64>,
}

impl Ids {
    /// Ids for one opening of the database; `epoch` is what [`sundial_store::Store::epoch`] says.
    #[must_use]
    pub fn new(epoch: i64) -> Self {
        Self {
            next_task_id: Arc::new(AtomicI64::new((epoch << COUNTER_BITS) + 1)),
        }
    }
}

impl IdSource for Ids {
    fn uuid(&mut self) -> Uuid {
        Uuid::new_v4()
    }

    fn task_id(&mut self) -> i64 {
        self.next_task_id.fetch_add(1, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_opening_has_higher_task_ids() {
        let (mut earlier, mut later) = (Ids::new(1), Ids::new(2));
        let mut clone = earlier.clone();
        let first = earlier.task_id();
        assert!(clone.task_id() > first);
        assert!(later.task_id() > earlier.task_id());
    }
}
