//! What the requests to handlers are made of.

use std::collections::HashMap;

use temporalio_protos::temporal::api::common::v1::Payload;

use crate::{
    run::Run,
    time::{Span, Timestamp},
};

/// A request to start an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct NexusStartCall {
    /// The caller's namespace.
    pub namespace: String,
    /// Its scheduled event.
    pub scheduled_event_id: i64,
    /// The endpoint's name.
    pub endpoint: String,
    /// Which endpoint had that name.
    pub endpoint_id: String,
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// What the handler gets.
    pub input: Option<Payload>,
    /// Headers.
    pub header: HashMap<String, String>,
    /// The same at every attempt.
    pub request_id: String,
    /// What is left of the time that the caller waits; zero if it waits for ever.
    pub time_left: Span,
}

/// A request to cancel an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct NexusCancelCall {
    /// The endpoint's name.
    pub endpoint: String,
    /// Which endpoint had that name.
    pub endpoint_id: String,
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// What its handler calls it.
    pub token: String,
    /// Headers.
    pub header: HashMap<String, String>,
}

impl Run {
    /// The request that an attempt to start makes; `None` if there is nothing to start any more.
    #[must_use]
    pub fn nexus_start_call(
        &self,
        scheduled_event_id: i64,
        now: Timestamp,
    ) -> Option<NexusStartCall> {
        let operation = self.nexus_operations.get(scheduled_event_id)?;
        if self.is_closed() || operation.started_time != 0 {
            return None;
        }
        let time_left = operation
            .time_out()
            .map_or(Span::ZERO, |(at, _)| Timestamp(at).since(now).max(Span(1)));
        Some(NexusStartCall {
            namespace: self.head.namespace.clone(),
            scheduled_event_id,
            endpoint: operation.endpoint.clone(),
            endpoint_id: operation.endpoint_id.clone(),
            service: operation.service.clone(),
            operation: operation.operation.clone(),
            input: operation.input.clone(),
            header: operation.header.clone(),
            request_id: operation.request_id.clone(),
            time_left,
        })
    }

    /// The request that an attempt to cancel makes; `None` if there is nothing to cancel any more.
    #[must_use]
    pub fn nexus_cancel_call(&self, scheduled_event_id: i64) -> Option<NexusCancelCall> {
        let operation = self.nexus_operations.get(scheduled_event_id)?;
        if self.is_closed() || operation.cancellation.is_none() {
            return None;
        }
        Some(NexusCancelCall {
            endpoint: operation.endpoint.clone(),
            endpoint_id: operation.endpoint_id.clone(),
            service: operation.service.clone(),
            operation: operation.operation.clone(),
            token: operation.token.clone(),
            header: operation.header.clone(),
        })
    }
}
