//! Native activities: Rust functions of this process, and child processes in any language.
//!
//! [`context`] is what an attempt may know and say; [`functions`] and [`file`] declare activities, [`child`] runs one as a process
//! by the protocol of ACTIVITIES.md; [`poller`] takes attempts from the server and brings back what came of them.

use std::{collections::HashMap, sync::Arc};

use crate::error::WorkerError;

mod child;
mod child_messages;
pub(crate) mod context;
pub(crate) mod failures;
pub(crate) mod file;
pub(crate) mod functions;
pub(crate) mod payloads;
pub(crate) mod poller;
mod process_group;

use child::ChildActivity;
use functions::{Function, NativeActivities};

/// How an activity is run.
#[derive(Clone)]
pub(crate) enum Handler {
    Function(Function),
    Child(Arc<ChildActivity>),
}

/// Activities by name.
pub(crate) type Handlers = HashMap<String, Handler>;

/// Functions and children in one table.
pub(crate) fn handlers(
    functions: NativeActivities,
    children: Vec<ChildActivity>,
) -> Result<Handlers, WorkerError> {
    let functions = functions
        .into_iter()
        .map(|(name, function)| (name, Handler::Function(function)));
    let children = children
        .into_iter()
        .map(|child| (child.name.clone(), Handler::Child(Arc::new(child))));
    let mut handlers = Handlers::new();
    for (name, handler) in functions.chain(children) {
        if handlers.contains_key(&name) {
            return Err(WorkerError::ActivityTwice(name));
        }
        handlers.insert(name, handler);
    }
    Ok(handlers)
}
