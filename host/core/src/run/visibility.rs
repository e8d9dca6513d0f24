//! The row that lists and counts read.

use std::sync::Arc;

use super::{Run, state::RunRef};
use crate::{ids::RunId, time::Timestamp, write::Visibility};

impl Run {
    /// The row for lists and counts.
    pub(crate) fn visibility(&self) -> Visibility {
        let closed = self.is_closed();
        let reference = |r: &RunRef| {
            RunId::parse(&r.run_id)
                .ok()
                .map(|run_id| (Arc::from(r.workflow_id.as_str()), run_id))
        };
        Visibility {
            workflow_type: self.head.workflow_type.clone(),
            task_queue: self.head.task_queue.clone(),
            status: self.head.status,
            start_time: Timestamp(self.head.start_time),
            execution_time: Timestamp(self.head.execution_time),
            close_time: self.closed_at(),
            history_length: if closed {
                self.head.next_event_id - 1
            } else {
                0
            },
            history_size_bytes: if closed {
                i64::try_from(self.head.history_size_bytes).unwrap_or(i64::MAX)
            } else {
                0
            },
            parent: self.head.parent.as_ref().and_then(reference),
            root: self.head.root.as_ref().and_then(reference),
            first_run_id: RunId::parse(&self.head.first_run_id).unwrap_or(self.key.run_id),
            memo: self.head.memo.clone(),
            search_attributes: self.head.search_attributes.clone(),
            version: self.listed_version(),
        }
    }
}
