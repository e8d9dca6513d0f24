//! Completion: a handler's operation has ended, and tells the run that waits for it.

use temporalio_protos::temporal::api::common::v1::Link;

use super::NexusEnd;
use crate::{
    context::Cx,
    rejection::Rejection,
    run::{Run, events::Extras},
};

impl Run {
    /// The end of an operation that went on after it was started. `request_id` is that of its start: nobody else knows
    /// it. A completion may come before the answer to the start: then `token` and `links` say what that will have said.
    pub fn nexus_completed(
        &mut self,
        cx: &mut Cx<'_>,
        scheduled_event_id: i64,
        request_id: &str,
        token: String,
        links: Vec<Link>,
        end: NexusEnd,
    ) -> Result<(), Rejection> {
        self.require_open()?;
        let operation = self
            .nexus_operations
            .get(scheduled_event_id)
            .filter(|operation| operation.request_id == request_id)
            .ok_or_else(|| Rejection::NotFound("operation not found".into()))?;
        self.require_not_closing()?;
        if operation.started_time == 0 {
            let extras = Extras {
                links,
                ..Extras::default()
            };
            self.write_nexus_started(cx, scheduled_event_id, token, extras);
        }
        self.nexus_ended(cx, scheduled_event_id, end);
        Ok(())
    }
}
