//! The stored form of a stand-alone activity: protobuf messages of our own, so that a newer server reads what an older one
//! wrote. Instants and spans are nanoseconds, zero means "not set".

use prost::Message;
use temporalio_protos::temporal::api::{
    activity::v1::{ActivityExecutionOutcome, ActivityOptions},
    common::v1::{Header, Link, Payloads, SearchAttributes},
    enums::v1::ActivityExecutionStatus,
    sdk::v1::UserMetadata,
};

use crate::run::state::Activity;

/// Everything but what was asked for at the start, if that is large. Stored with every change.
#[derive(Clone, PartialEq, Message)]
pub(super) struct State {
    /// The namespace's name at the start.
    #[prost(string, tag = "1")]
    pub(super) namespace: String,
    /// Attempts, time-outs and heartbeats.
    #[prost(message, required, tag = "2")]
    pub(super) activity: Activity,
    /// `ActivityExecutionStatus`.
    #[prost(enumeration = "ActivityExecutionStatus", tag = "3")]
    pub(super) status: i32,
    #[prost(int64, tag = "4")]
    pub(super) close_time: i64,
    /// What was asked for, unless it is a part of its own.
    #[prost(message, optional, tag = "5")]
    pub(super) request: Option<Request>,
    #[prost(message, optional, tag = "6")]
    pub(super) search_attributes: Option<SearchAttributes>,
    #[prost(message, optional, tag = "7")]
    pub(super) user_metadata: Option<UserMetadata>,
    /// The request that started it.
    #[prost(string, tag = "8")]
    pub(super) start_request_id: String,
    /// Who asked for its cancellation.
    #[prost(message, optional, tag = "9")]
    pub(super) cancel: Option<Cancel>,
    /// The request that terminated it.
    #[prost(string, tag = "10")]
    pub(super) terminate_request_id: String,
    /// Set when it closes.
    #[prost(message, optional, tag = "11")]
    pub(super) outcome: Option<ActivityExecutionOutcome>,
    /// The options that it was started with.
    #[prost(message, optional, tag = "12")]
    pub(super) original_options: Option<ActivityOptions>,
    #[prost(message, repeated, tag = "13")]
    pub(super) links: Vec<Link>,
    /// Transactions that changed it.
    #[prost(int64, tag = "14")]
    pub(super) transition_count: i64,
    /// Over all attempts.
    #[prost(int64, tag = "15")]
    pub(super) heartbeat_count: i64,
    /// The last stamp given out.
    #[prost(int32, tag = "16")]
    pub(super) last_stamp: i32,
    /// When the last attempt started; that of the activity is reset between attempts.
    #[prost(int64, tag = "17")]
    pub(super) last_started_time: i64,
    /// True once a worker has had it.
    #[prost(bool, tag = "18")]
    pub(super) was_started: bool,
    /// Starts that were given this one, and what they brought is attached.
    #[prost(string, repeated, tag = "19")]
    pub(super) attached_request_ids: Vec<String>,
    /// The last requests of each kind: repeated, they change nothing.
    #[prost(string, tag = "20")]
    pub(super) pause_request_id: String,
    #[prost(string, tag = "21")]
    pub(super) unpause_request_id: String,
    #[prost(string, tag = "22")]
    pub(super) reset_request_id: String,
    #[prost(string, tag = "23")]
    pub(super) update_request_id: String,
    /// A reset that waits for the attempt to end brings the original options back.
    #[prost(bool, tag = "24")]
    pub(super) reset_restores_options: bool,
    /// Its size at the start, then at its end.
    #[prost(int64, tag = "25")]
    pub(super) size_bytes: i64,
}

/// What a worker is given, as the start named it.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Request {
    #[prost(message, optional, tag = "1")]
    pub(super) input: Option<Payloads>,
    #[prost(message, optional, tag = "2")]
    pub(super) header: Option<Header>,
}

/// A request to cancel.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct Cancel {
    #[prost(string, tag = "1")]
    pub(super) request_id: String,
    #[prost(string, tag = "2")]
    pub(super) identity: String,
    #[prost(string, tag = "3")]
    pub(super) reason: String,
}

impl Request {
    /// Its encoded size.
    pub(super) fn size_bytes(&self) -> usize {
        self.encoded_len()
    }
}
