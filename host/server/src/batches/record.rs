//! The stored form of a batch operation: a protobuf message of our own, so that a newer server reads what an older one
//! wrote.

use sundial_core::Timestamp;
use temporalio_protos::temporal::api::{
    enums::v1::BatchOperationState as State, workflowservice::v1::StartBatchOperationRequest,
};

/// Everything that is kept of a job. Instants are nanoseconds.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct BatchRecord {
    /// Tells this job from an earlier one of its id.
    #[prost(string, tag = "1")]
    pub(crate) run_id: String,
    /// What was asked for.
    #[prost(message, optional, tag = "2")]
    pub(crate) request: Option<StartBatchOperationRequest>,
    /// How it stands, as the API numbers it.
    #[prost(enumeration = "State", tag = "3")]
    pub(crate) state: i32,
    /// When it was started.
    #[prost(int64, tag = "4")]
    pub(crate) started_at: i64,
    /// When it ended, 0 while it runs.
    #[prost(int64, tag = "5")]
    pub(crate) closed_at: i64,
    /// Who asked for it.
    #[prost(string, tag = "6")]
    pub(crate) identity: String,
    /// Runs that it is about: an estimate while it runs.
    #[prost(int64, tag = "7")]
    pub(crate) total: i64,
    /// Runs that it was done to.
    #[prost(int64, tag = "8")]
    pub(crate) succeeded: i64,
    /// Runs that it could not be done to.
    #[prost(int64, tag = "9")]
    pub(crate) failed: i64,
    /// Whether the first page was begun, and `total` is known.
    #[prost(bool, tag = "10")]
    pub(crate) has_begun: bool,
    /// Where the next page of the list begins.
    #[prost(bytes = "vec", tag = "11")]
    pub(crate) page_token: Vec<u8>,
    /// Runs of the request's own list that have been gone through.
    #[prost(uint64, tag = "12")]
    pub(crate) listed_done: u64,
}

impl BatchRecord {
    pub(crate) fn is_running(&self) -> bool {
        self.state() == State::Running
    }

    pub(super) fn end(&mut self, state: State, now: Timestamp) {
        self.set_state(state);
        self.closed_at = now.0;
        self.page_token.clear();
    }
}
