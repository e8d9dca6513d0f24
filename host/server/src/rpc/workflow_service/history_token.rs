//! Where a reader of a history is: the token between two pages, and between two long polls.

use prost::Message;
use sundial_core::{RunId, RunKey};
use temporalio_protos::temporal::api::history::v1::HistoryEvent;
use uuid::Uuid;

use crate::rpc::status::{RpcError, invalid};

/// Names the next events of one run.
#[derive(Clone, PartialEq, Message)]
pub(super) struct HistoryToken {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) run_id: Vec<u8>,
    /// The next event to give.
    #[prost(int64, tag = "2")]
    pub(super) next_event_id: i64,
    /// Events below this one are written.
    #[prost(int64, tag = "3")]
    pub(super) end_event_id: i64,
    /// Whether the run was open, so that more may come.
    #[prost(bool, tag = "4")]
    pub(super) is_open: bool,
    /// To be given after the written ones: events of a started workflow task.
    #[prost(message, repeated, tag = "5")]
    pub(super) preview: Vec<HistoryEvent>,
}

impl HistoryToken {
    pub(super) fn new(run: &RunKey, next_event_id: i64, end_event_id: i64) -> Self {
        Self {
            run_id: run.run_id.0.as_bytes().to_vec(),
            next_event_id,
            end_event_id,
            is_open: false,
            preview: Vec::new(),
        }
    }

    /// True if events are left that can be given at once.
    pub(super) fn has_more(&self) -> bool {
        self.next_event_id < self.end_event_id || !self.preview.is_empty()
    }

    /// The run that it belongs to, which must be the one that a request names, if it names one.
    pub(super) fn run_id(&self, named: Option<RunId>) -> Result<RunId, RpcError> {
        let run_id = Uuid::from_slice(&self.run_id)
            .map(RunId)
            .map_err(|_| bad_token())?;
        if named.is_some_and(|named| named != run_id) {
            return Err(invalid(
                "RunId in the request does not match the NextPageToken.",
            ));
        }
        Ok(run_id)
    }

    /// Reads a token; `None` for the empty one.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, RpcError> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let token = Self::decode(bytes).map_err(|_| bad_token())?;
        token.run_id(None)?;
        if token.next_event_id < 1 || token.end_event_id < 0 {
            return Err(bad_token());
        }
        Ok(Some(token))
    }
}

fn bad_token() -> RpcError {
    invalid("Invalid NextPageToken.")
}

#[cfg(test)]
mod tests {
    use sundial_core::{Archetype, NamespaceId};

    use super::*;

    fn token() -> HistoryToken {
        let run = RunKey {
            namespace_id: NamespaceId(Uuid::nil()),
            archetype: Archetype::Workflow,
            workflow_id: "w".into(),
            run_id: RunId(Uuid::from_u128(5)),
        };
        HistoryToken::new(&run, 7, 9)
    }

    #[test]
    fn a_token_comes_back_as_it_was_given() {
        let token = token();
        let read = HistoryToken::read(&token.encode_to_vec()).expect("is a token");
        assert_eq!(read, Some(token));
        assert_eq!(HistoryToken::read(&[]).expect("is none"), None);
    }

    #[test]
    fn a_token_that_was_not_given_is_refused() {
        let beyond = HistoryToken {
            next_event_id: 0,
            ..token()
        };
        for bytes in [b"garbage".to_vec(), vec![0xff; 40], beyond.encode_to_vec()] {
            let error = HistoryToken::read(&bytes).expect_err("is refused");
            assert_eq!(error.to_string(), "Invalid NextPageToken.");
        }
    }

    #[test]
    fn a_token_belongs_to_one_run() {
        assert!(token().run_id(Some(RunId(Uuid::from_u128(5)))).is_ok());
        assert!(token().run_id(Some(RunId(Uuid::from_u128(6)))).is_err());
    }
}
