//! What a shard reacts to.

use sundial_store::{StoreError, WakePage};

use super::loading::Loaded;

/// Everything that can happen to a shard.
pub(crate) enum Event {
    /// So many commands came.
    Commands(usize),
    /// The batch on its way is stored, or is not.
    Committed(Result<(), StoreError>),
    /// A run was read, or was not.
    Loaded(Box<Loaded>),
    /// A page of alarms was read, or was not.
    Alarms(Result<WakePage, StoreError>),
    /// The time is what it was waited for.
    Time,
    /// The server stops.
    Stop,
}
