//! Task tokens: what a worker hands back with the result of a task.

use std::sync::Arc;

use prost::Message;
use uuid::Uuid;

use crate::{
    ids::{Archetype, NamespaceId, RunId, RunKey},
    rejection::Rejection,
};

/// Names one start of one workflow task.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct WorkflowTaskToken {
    /// UUID bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub namespace_id: Vec<u8>,
    /// Workflow id.
    #[prost(string, tag = "2")]
    pub workflow_id: String,
    /// UUID bytes.
    #[prost(bytes = "vec", tag = "3")]
    pub run_id: Vec<u8>,
    /// The scheduled event.
    #[prost(int64, tag = "4")]
    pub scheduled_event_id: i64,
    /// The started event that the worker was shown.
    #[prost(int64, tag = "5")]
    pub started_event_id: i64,
    /// The task's stamp.
    #[prost(int32, tag = "6")]
    pub stamp: i32,
    /// When it was started, nanoseconds.
    #[prost(int64, tag = "7")]
    pub started_time: i64,
}

/// Names one attempt of one activity.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ActivityTaskToken {
    /// UUID bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub namespace_id: Vec<u8>,
    /// Workflow id, or the id of a stand-alone activity.
    #[prost(string, tag = "2")]
    pub workflow_id: String,
    /// UUID bytes.
    #[prost(bytes = "vec", tag = "3")]
    pub run_id: Vec<u8>,
    /// The scheduled event; 0 for a stand-alone activity.
    #[prost(int64, tag = "4")]
    pub scheduled_event_id: i64,
    /// The attempt.
    #[prost(int32, tag = "5")]
    pub attempt: i32,
    /// The attempt's stamp.
    #[prost(int32, tag = "6")]
    pub stamp: i32,
    /// True if no workflow scheduled the activity.
    #[prost(bool, tag = "7")]
    pub is_stand_alone: bool,
}

fn bad_token() -> Rejection {
    Rejection::InvalidArgument("Error deserializing task token.".into())
}

fn key_of(
    namespace_id: &[u8],
    archetype: Archetype,
    workflow_id: &str,
    run_id: &[u8],
) -> Result<RunKey, Rejection> {
    Ok(RunKey {
        namespace_id: NamespaceId(Uuid::from_slice(namespace_id).map_err(|_| bad_token())?),
        archetype,
        workflow_id: Arc::from(workflow_id),
        run_id: RunId(Uuid::from_slice(run_id).map_err(|_| bad_token())?),
    })
}

impl WorkflowTaskToken {
    /// Bytes for the wire.
    #[must_use]
    pub fn encode_token(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    /// Refuses bytes that are no token with INVALID_ARGUMENT.
    pub fn decode_token(bytes: &[u8]) -> Result<Self, Rejection> {
        if bytes.is_empty() {
            return Err(Rejection::InvalidArgument(
                "Task token not set on request.".into(),
            ));
        }
        let token = Self::decode(bytes).map_err(|_| bad_token())?;
        token.key()?;
        Ok(token)
    }

    /// The run that the task belongs to.
    pub fn key(&self) -> Result<RunKey, Rejection> {
        key_of(
            &self.namespace_id,
            Archetype::Workflow,
            &self.workflow_id,
            &self.run_id,
        )
    }
}

impl ActivityTaskToken {
    /// Bytes for the wire.
    #[must_use]
    pub fn encode_token(&self) -> Vec<u8> {
        self.encode_to_vec()
    }

    /// Refuses bytes that are no token with INVALID_ARGUMENT.
    pub fn decode_token(bytes: &[u8]) -> Result<Self, Rejection> {
        if bytes.is_empty() {
            return Err(Rejection::InvalidArgument(
                "Task token not set on request.".into(),
            ));
        }
        let token = Self::decode(bytes).map_err(|_| bad_token())?;
        token.key()?;
        Ok(token)
    }

    /// The run that the activity belongs to, or is.
    pub fn key(&self) -> Result<RunKey, Rejection> {
        let archetype = if self.is_stand_alone {
            Archetype::Activity
        } else {
            Archetype::Workflow
        };
        key_of(
            &self.namespace_id,
            archetype,
            &self.workflow_id,
            &self.run_id,
        )
    }
}
