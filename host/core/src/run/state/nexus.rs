//! The stored form of what a run has to do with Nexus: operations that it waits for, callbacks that it owes.

use std::collections::HashMap;

use temporalio_protos::temporal::api::{
    common::v1::{Callback, Payload},
    failure::v1::Failure,
    update::v1::Outcome,
};

use crate::run::parts::Item;

/// An operation between its scheduled event and its end.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NexusOperation {
    /// Its scheduled event.
    #[prost(int64, tag = "1")]
    pub scheduled_event_id: i64,
    /// The endpoint's name.
    #[prost(string, tag = "2")]
    pub endpoint: String,
    /// Which endpoint had that name.
    #[prost(string, tag = "3")]
    pub endpoint_id: String,
    /// The service.
    #[prost(string, tag = "4")]
    pub service: String,
    /// The operation.
    #[prost(string, tag = "5")]
    pub operation: String,
    /// What the handler gets, until the operation is started.
    #[prost(message, optional, tag = "6")]
    pub input: Option<Payload>,
    /// Headers of every request.
    #[prost(map = "string, string", tag = "7")]
    pub header: HashMap<String, String>,
    /// Makes starts idempotent, and tells who may complete it.
    #[prost(string, tag = "8")]
    pub request_id: String,
    /// When it was scheduled.
    #[prost(int64, tag = "9")]
    pub scheduled_time: i64,
    /// Timeout over everything.
    #[prost(int64, tag = "10")]
    pub schedule_to_close: i64,
    /// Timeout of the start.
    #[prost(int64, tag = "11")]
    pub schedule_to_start: i64,
    /// Timeout of a started operation.
    #[prost(int64, tag = "12")]
    pub start_to_close: i64,
    /// Attempts to start it that were begun.
    #[prost(int32, tag = "13")]
    pub attempt: i32,
    /// When the next attempt begins, 0 while one is under way and once it is started.
    #[prost(int64, tag = "14")]
    pub next_attempt_time: i64,
    /// When the last attempt ended.
    #[prost(int64, tag = "15")]
    pub last_attempt_complete_time: i64,
    /// Why the last attempt failed.
    #[prost(message, optional, tag = "16")]
    pub last_failure: Option<Failure>,
    /// When it was started, 0 before.
    #[prost(int64, tag = "17")]
    pub started_time: i64,
    /// What its handler calls it.
    #[prost(string, tag = "18")]
    pub token: String,
    /// Set once the workflow wants it cancelled.
    #[prost(message, optional, tag = "19")]
    pub cancellation: Option<NexusCancellation>,
}

/// A wish to cancel an operation, and what became of it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NexusCancellation {
    /// The event of the wish.
    #[prost(int64, tag = "1")]
    pub requested_event_id: i64,
    /// When.
    #[prost(int64, tag = "2")]
    pub requested_time: i64,
    /// The workflow task that wished it.
    #[prost(int64, tag = "3")]
    pub workflow_task_completed_event_id: i64,
    /// `NexusOperationCancellationState`; unspecified while the operation is not started.
    #[prost(int32, tag = "4")]
    pub state: i32,
    /// Attempts to tell the handler that were begun.
    #[prost(int32, tag = "5")]
    pub attempt: i32,
    /// When the next attempt begins, 0 while one is under way and once it is done.
    #[prost(int64, tag = "6")]
    pub next_attempt_time: i64,
    /// When the last attempt ended.
    #[prost(int64, tag = "7")]
    pub last_attempt_complete_time: i64,
    /// Why the last attempt failed.
    #[prost(message, optional, tag = "8")]
    pub last_failure: Option<Failure>,
}

/// Whom to tell how the run ended, or an update of it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CompletionCallback {
    /// As it was asked for.
    #[prost(message, optional, tag = "1")]
    pub callback: Option<Callback>,
    /// When.
    #[prost(int64, tag = "2")]
    pub registration_time: i64,
    /// `CallbackState`.
    #[prost(int32, tag = "3")]
    pub state: i32,
    /// Attempts that were begun.
    #[prost(int32, tag = "4")]
    pub attempt: i32,
    /// When the last attempt ended.
    #[prost(int64, tag = "5")]
    pub last_attempt_complete_time: i64,
    /// Why the last attempt failed.
    #[prost(message, optional, tag = "6")]
    pub last_failure: Option<Failure>,
    /// The update whose end it is about; empty: the run's.
    #[prost(string, tag = "7")]
    pub update_id: String,
    /// How the update ended, until it is told.
    #[prost(message, optional, tag = "8")]
    pub outcome: Option<Outcome>,
}

impl Item for NexusOperation {
    fn deadline(&self) -> i64 {
        self.deadlines().min().unwrap_or(0)
    }
}

impl NexusOperation {
    /// Every instant at which time does something to it.
    fn deadlines(&self) -> impl Iterator<Item = i64> {
        let of_cancellation = self
            .cancellation
            .as_ref()
            .map_or(0, |cancellation| cancellation.next_attempt_time);
        [
            self.next_attempt_time,
            of_cancellation,
            self.time_out().map_or(0, |(at, _)| at),
        ]
        .into_iter()
        .filter(|at| *at != 0)
    }

    /// When it times out, and by which of its timeouts.
    pub(crate) fn time_out(
        &self,
    ) -> Option<(
        i64,
        temporalio_protos::temporal::api::enums::v1::TimeoutType,
    )> {
        use temporalio_protos::temporal::api::enums::v1::TimeoutType as Type;
        let after = |from: i64, span: i64, of: Type| {
            (span != 0 && from != 0).then(|| (from.saturating_add(span), of))
        };
        let is_started = self.started_time != 0;
        let to_start = if is_started {
            0
        } else {
            self.schedule_to_start
        };
        [
            after(
                self.scheduled_time,
                self.schedule_to_close,
                Type::ScheduleToClose,
            ),
            after(self.scheduled_time, to_start, Type::ScheduleToStart),
            after(self.started_time, self.start_to_close, Type::StartToClose),
        ]
        .into_iter()
        .flatten()
        .min_by_key(|(at, _)| *at)
    }
}
