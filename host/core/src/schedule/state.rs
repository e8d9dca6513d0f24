//! The stored form of a schedule: protobuf messages of our own, so that a newer server reads what an older one wrote.
//!
//! Instants are nanoseconds. Nothing here has behaviour.

use temporalio_protos::temporal::api::{
    common::v1::{Memo, Payloads, SearchAttributes},
    failure::v1::Failure,
    schedule::v1::{BackfillRequest, Schedule, ScheduleInfo},
};

/// Everything that is kept of a schedule.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ScheduleRecord {
    /// Tells this schedule from an earlier one of its id.
    #[prost(string, tag = "1")]
    pub run_id: String,
    /// The request that created it.
    #[prost(string, tag = "2")]
    pub create_request_id: String,
    /// What its user wrote, with defaults filled in.
    #[prost(message, optional, tag = "3")]
    pub schedule: Option<Schedule>,
    /// What it has done. Future times and the size of the buffer are derived when it is shown.
    #[prost(message, optional, tag = "4")]
    pub info: Option<ScheduleInfo>,
    /// The user's memo of the schedule itself.
    #[prost(message, optional, tag = "5")]
    pub memo: Option<Memo>,
    /// The user's search attributes of the schedule itself.
    #[prost(message, optional, tag = "6")]
    pub search_attributes: Option<SearchAttributes>,
    /// Grows with every change that a user could overwrite unseen.
    #[prost(int64, tag = "7")]
    pub conflict_token: i64,
    /// Times up to here have been dealt with.
    #[prost(int64, tag = "8")]
    pub processed_until: i64,
    /// Actions that wait for their turn, in order.
    #[prost(message, repeated, tag = "9")]
    pub buffer: Vec<BufferedAction>,
    /// Actions that are being taken: after a crash they are taken again, under the same request ids.
    #[prost(message, repeated, tag = "10")]
    pub starting: Vec<StartingAction>,
    /// Backfills that are not done, each from where it goes on.
    #[prost(message, repeated, tag = "11")]
    pub backfills: Vec<BackfillRequest>,
    /// The result of the last action that completed.
    #[prost(message, optional, tag = "12")]
    pub last_completion_result: Option<Payloads>,
    /// The failure of the last action, if it failed.
    #[prost(message, optional, tag = "13")]
    pub continued_failure: Option<Failure>,
    /// The latest update and patch requests, so that a repeated one changes nothing.
    #[prost(string, repeated, tag = "14")]
    pub request_ids: Vec<String>,
    /// Actions that were ever begun: makes request ids unique.
    #[prost(int64, tag = "15")]
    pub begun_count: i64,
    /// Its namespace's name, for the identity of what it does.
    #[prost(string, tag = "16")]
    pub namespace: String,
    /// The schedule's id.
    #[prost(string, tag = "17")]
    pub schedule_id: String,
    /// Its namespace's identity.
    #[prost(string, tag = "18")]
    pub namespace_id: String,
}

/// An action that is due and waits for its turn.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct BufferedAction {
    /// The time that the spec names.
    #[prost(int64, tag = "1")]
    pub nominal: i64,
    /// The same with jitter.
    #[prost(int64, tag = "2")]
    pub actual: i64,
    /// As asked for: unspecified is the schedule's own when the turn comes.
    #[prost(int32, tag = "3")]
    pub overlap_policy: i32,
    /// Asked for by a user (trigger, backfill): pause and limits do not hold it back.
    #[prost(bool, tag = "4")]
    pub manual: bool,
}

/// An action that is being taken.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct StartingAction {
    /// What was due.
    #[prost(message, optional, tag = "1")]
    pub action: Option<BufferedAction>,
    /// The id of the workflow that is started.
    #[prost(string, tag = "2")]
    pub workflow_id: String,
    /// Under which it is started, however often that is tried.
    #[prost(string, tag = "3")]
    pub request_id: String,
    /// Others wait for it to close.
    #[prost(bool, tag = "4")]
    pub is_exclusive: bool,
    /// Not tried again after this.
    #[prost(int64, tag = "5")]
    pub deadline: i64,
}
