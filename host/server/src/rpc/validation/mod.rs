//! Checks of requests, with Temporal's words, before anything is done.
//!
//! A check looks at one request alone, fills in what the API leaves to the server, and knows no state.

pub(crate) mod cron;
pub(crate) mod failures;
pub(crate) mod names;
pub(crate) mod policies;
pub(crate) mod search_attributes;
pub(crate) mod sizes;
pub(crate) mod standalone_activities;
pub(crate) mod task_queue;
pub(crate) mod timeouts;
pub(crate) mod versioning;
