//! Callbacks by which operations that went on are completed: the address that handlers get, and what its token says.

use std::collections::HashMap;

use prost::Message;
use sundial_core::RunKey;
use temporalio_protos::temporal::api::common::v1::{Callback, callback};

/// The address of every callback: it leads to this server itself, as on Temporal's servers since 1.30.
pub(crate) const SYSTEM_URL: &str = "temporal://system";
/// The header with the token.
pub(crate) const TOKEN_HEADER: &str = "temporal-callback-token";
/// The header in which handlers say what they call the operation.
pub(crate) const OPERATION_HEADER: &str = "nexus-operation-token";

/// Which operation of which run a callback is about.
#[derive(Clone, PartialEq, Eq, Message)]
pub(crate) struct CallbackToken {
    /// The run's namespace.
    #[prost(string, tag = "1")]
    pub(crate) namespace_id: String,
    /// Its workflow id.
    #[prost(string, tag = "2")]
    pub(crate) workflow_id: String,
    /// Its run id.
    #[prost(string, tag = "3")]
    pub(crate) run_id: String,
    /// The operation.
    #[prost(int64, tag = "4")]
    pub(crate) scheduled_event_id: i64,
    /// Known to those alone who were asked to start it.
    #[prost(string, tag = "5")]
    pub(crate) request_id: String,
}

impl CallbackToken {
    pub(crate) fn new(run: &RunKey, scheduled_event_id: i64, request_id: &str) -> Self {
        Self {
            namespace_id: run.namespace_id.to_string(),
            workflow_id: run.workflow_id.to_string(),
            run_id: run.run_id.to_string(),
            scheduled_event_id,
            request_id: request_id.to_owned(),
        }
    }

    /// As a header's value.
    pub(crate) fn to_text(&self) -> String {
        self.encode_to_vec()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// `None` for what is no token of ours.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let pairs = digits.chunks_exact(2);
        if !pairs.remainder().is_empty() {
            return None;
        }
        let bytes: Option<Vec<u8>> = pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        Self::decode(bytes?.as_slice()).ok()
    }
}

/// What a callback says; `None` if it does not lead to this server.
pub(crate) fn token_of(callback: &Callback) -> Option<(CallbackToken, &HashMap<String, String>)> {
    let Some(callback::Variant::Nexus(nexus)) = &callback.variant else {
        return None;
    };
    if nexus.url != SYSTEM_URL {
        return None;
    }
    let token = header(&nexus.header, TOKEN_HEADER)?;
    Some((CallbackToken::from_text(token)?, &nexus.header))
}

/// A header's value, however its name is spelled.
pub(crate) fn header<'a>(headers: &'a HashMap<String, String>, name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_nothing_else_is() {
        let token = CallbackToken {
            namespace_id: "n".into(),
            workflow_id: "é".into(),
            run_id: "r".into(),
            scheduled_event_id: 5,
            request_id: "q".into(),
        };
        assert_eq!(CallbackToken::from_text(&token.to_text()), Some(token));
        for garbage in ["f", "zz", "é", "ffff"] {
            assert_eq!(CallbackToken::from_text(garbage), None, "{garbage}");
        }
    }
}
