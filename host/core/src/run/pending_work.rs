//! What of a run somebody is working on, or should be: a clock that skips idle time asks for it.

use super::Run;

/// Work that is not waiting for a time to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PendingWork {
    /// A workflow task, scheduled or started.
    pub workflow_tasks: usize,
    /// Activities, scheduled or started; those that wait for their next attempt are idle.
    pub activities: usize,
}

impl Run {
    /// What a worker has in hand or could take.
    #[must_use]
    pub fn pending_work(&self) -> PendingWork {
        if self.is_closed() {
            return PendingWork::default();
        }
        PendingWork {
            workflow_tasks: usize::from(self.has_pending_workflow_task()),
            activities: self
                .activities
                .iter()
                .filter(|(_, activity)| !activity.backing_off)
                .count(),
        }
    }
}
