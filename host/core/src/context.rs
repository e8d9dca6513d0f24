//! What a command gets from outside (time, fresh ids, limits) and what it asks for in return.

use std::{collections::HashMap, sync::Arc};

use uuid::Uuid;

use crate::{
    ids::RunKey, limits::Limits, run::Run, standalone::StandaloneActivity, time::Timestamp,
};

/// Where fresh ids come from. The server's is random; tests count.
pub trait IdSource: Send {
    /// A new run id, request id or the like.
    fn uuid(&mut self) -> Uuid;
    /// The next task id: unique, increasing, never used again even after a restart.
    fn task_id(&mut self) -> i64;
}

/// Nexus endpoints by name, with their ids.
pub type NexusEndpoints = Arc<HashMap<String, String>>;

/// The surroundings of one command.
pub struct Cx<'a> {
    /// The one time that the command happens at.
    pub now: Timestamp,
    /// Fresh ids.
    pub ids: &'a mut dyn IdSource,
    /// Limits in force.
    pub limits: &'a Limits,
    /// Where Nexus operations can be scheduled to.
    pub nexus_endpoints: NexusEndpoints,
    /// Runs that the command created (a start, continue-as-new, a retry, cron), to be stored with it.
    pub created: Vec<Run>,
    /// Stand-alone activities that the command started, likewise.
    pub created_activities: Vec<StandaloneActivity>,
    /// What must happen once the command's writes are durable.
    pub effects: Vec<Effect>,
}

/// Something to do after the commit. Tasks and transfers are in the write itself and need no effect.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A task on no row (a speculative workflow task): offer it to pollers, lose it at a crash.
    OfferTask(crate::task::Task),
    /// The run is closed: it can leave the cache soon.
    Closed(RunKey),
}

impl<'a> Cx<'a> {
    /// A context for one command.
    pub fn new(now: Timestamp, ids: &'a mut dyn IdSource, limits: &'a Limits) -> Self {
        Self {
            now,
            ids,
            limits,
            nexus_endpoints: NexusEndpoints::default(),
            created: Vec::new(),
            created_activities: Vec::new(),
            effects: Vec::new(),
        }
    }
}
