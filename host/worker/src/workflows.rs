//! Workflow tasks: from a poller to the thread that holds the run's instance, and the answer back.
//!
//! [`residents`] decides, purely, which thread a run belongs to and which runs must go; [`guest_threads`] are those threads;
//! [`runs`] is what one of them holds; [`version`] polls for one module version.

use std::sync::Arc;

use sundial_sandbox::{Guest, Module, RunContext, TaskFailure};
use temporalio_protos::coresdk::workflow_activation::InitializeWorkflow;
use tokio_util::task::TaskTracker;

use crate::{activities::local::LocalActivities, modules::ModuleVersion, temporal::Core};

pub(crate) mod guest_threads;
mod local_calls;
mod residents;
mod runs;
pub(crate) mod version;

/// Tells the pollers of this process apart. A run that moves to another version, or a poller that was started again, is another
/// residence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct VersionId(pub(crate) u64);

/// A module version that is polled for.
pub(crate) struct Version {
    pub(crate) id: VersionId,
    pub(crate) module: ModuleVersion,
    /// Whether it polls as a deployment version, so that its runs are pinned to it.
    pub(crate) is_versioned: bool,
    pub(crate) core: Arc<dyn Core>,
    pub(crate) maker: Arc<dyn MakeGuest>,
    pub(crate) local_activities: LocalActivities,
    /// Answers under way.
    pub(crate) answers: TaskTracker,
}

/// Makes instances of a component. It stands between the threads and the sandbox so that they can be tested apart.
pub(crate) trait MakeGuest: Send + Sync {
    /// As [`Module::instantiate`].
    fn make_guest(
        &self,
        run: &RunContext,
        init: &InitializeWorkflow,
    ) -> Result<Box<dyn Guest>, TaskFailure>;
}

impl MakeGuest for Module {
    fn make_guest(
        &self,
        run: &RunContext,
        init: &InitializeWorkflow,
    ) -> Result<Box<dyn Guest>, TaskFailure> {
        self.instantiate(run, init)
    }
}
