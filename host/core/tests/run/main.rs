//! What commands do to a run, seen from outside: its events, its tasks and what it would store.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says where it stopped"
)]

mod activities;
mod harness;
mod lifecycle;
mod persistence;
mod updates;
mod workflow_tasks;
