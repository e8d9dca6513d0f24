//! Native activities: Rust functions of this process, and child processes in any language.
//!
//! [`context`] is what an attempt may know and say; [`functions`] and [`file`] declare activities, [`child`] runs one as a process
//! by the protocol of ACTIVITIES.md; [`poller`] takes attempts from the server and brings back what came of them; [`local`] does so for
//! the local activities of one module version.

use std::{collections::HashMap, sync::Arc};

use crate::error::WorkerError;

mod child;
mod child_messages;
pub(crate) mod context;
pub(crate) mod failures;
pub(crate) mod file;
pub(crate) mod functions;
pub(crate) mod local;
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

/// The activities of a worker host.
#[derive(Default)]
pub(crate) struct Handlers {
    by_name: HashMap<String, Handler>,
    /// Runs the local activities that nothing is named for.
    other_local: Option<Function>,
}

impl Handlers {
    /// What runs activities of a type.
    pub(crate) fn find(&self, activity_type: &str, is_local: bool) -> Option<Handler> {
        let other = || {
            self.other_local
                .clone()
                .filter(|_| is_local)
                .map(Handler::Function)
        };
        self.by_name.get(activity_type).cloned().or_else(other)
    }

    /// Whether no activity has a name, so that there is nothing to poll for.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The names, in order, for people.
    pub(crate) fn known(&self) -> String {
        let mut names: Vec<_> = self.by_name.keys().map(String::as_str).collect();
        names.sort_unstable();
        match names.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        }
    }
}

/// Functions and children in one table.
pub(crate) fn handlers(
    functions: NativeActivities,
    children: Vec<ChildActivity>,
) -> Result<Handlers, WorkerError> {
    let (functions, other_local) = functions.into_parts();
    let functions = functions
        .into_iter()
        .map(|(name, function)| (name, Handler::Function(function)));
    let children = children
        .into_iter()
        .map(|child| (child.name.clone(), Handler::Child(Arc::new(child))));
    let mut by_name = HashMap::new();
    for (name, handler) in functions.chain(children) {
        if by_name.contains_key(&name) {
            return Err(WorkerError::ActivityTwice(name));
        }
        by_name.insert(name, handler);
    }
    Ok(Handlers {
        by_name,
        other_local,
    })
}
