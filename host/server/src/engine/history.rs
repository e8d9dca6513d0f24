//! Reading histories: from memory if the events are there, else from the store.

use prost::Message;
use sundial_core::{Run, RunKey};
use sundial_store::{Direction, HistoryRange};
use temporalio_protos::temporal::api::history::v1::HistoryEvent;

use super::{
    Engine, Target,
    command::{Absence, Mode},
    error::EngineError,
};

impl Engine {
    /// Events `from..=to` of a run, as many as fit into `max_bytes` and at least one if there are any. Only what is
    /// durable is given. A run that does not exist has no events.
    pub async fn history(
        &self,
        key: &RunKey,
        from: i64,
        to: i64,
        max_bytes: usize,
    ) -> Result<Vec<HistoryEvent>, EngineError> {
        let mode = Mode {
            absence: Absence::DoNotLoad,
            read_only: true,
        };
        let in_memory = self
            .submit(Target::run(key), mode, move |stage| {
                Ok(stage.cell.and_then(|cell| {
                    recent_events(cell.execution.workflow()?, from, to, max_bytes)
                }))
            })
            .await?;
        match in_memory {
            Some(events) => Ok(events),
            None => {
                self.stored_events(key, from, to, max_bytes, Direction::Forward)
                    .await
            }
        }
    }

    /// Events `from..=to` of a run, the newest first, as many as fit into `max_bytes`.
    pub async fn history_reverse(
        &self,
        key: &RunKey,
        from: i64,
        to: i64,
        max_bytes: usize,
    ) -> Result<Vec<HistoryEvent>, EngineError> {
        self.stored_events(key, from, to, max_bytes, Direction::Reverse)
            .await
    }

    /// One event of a run.
    pub async fn event(
        &self,
        key: &RunKey,
        event_id: i64,
    ) -> Result<Option<HistoryEvent>, EngineError> {
        Ok(self.inner.store.read_event(key, event_id).await?)
    }

    async fn stored_events(
        &self,
        key: &RunKey,
        from: i64,
        to: i64,
        max_bytes: usize,
        direction: Direction,
    ) -> Result<Vec<HistoryEvent>, EngineError> {
        if from > to {
            return Ok(Vec::new());
        }
        let range = HistoryRange {
            first_event_id: from,
            last_event_id: to,
            max_bytes,
            direction,
        };
        Ok(self.inner.store.read_history(key, range).await?.events)
    }
}

/// Events `from..=to` if all of them are in memory, as many as fit.
pub(super) fn recent_events(
    run: &Run,
    from: i64,
    to: i64,
    max_bytes: usize,
) -> Option<Vec<HistoryEvent>> {
    let mut bytes = 0_usize;
    let wanted = run.recent_history(from)?.take_while(|event| {
        let fits = event.event_id <= to && bytes < max_bytes;
        bytes = bytes.saturating_add(event.encoded_len());
        fits
    });
    Some(wanted.collect())
}
