//! Protobuf messages that cross the boundary as bytes, and the errors of those that don't decode.

use prost::{Message, Name};

use crate::failure::GuestError;

/// Decodes what the exported `function` returned.
pub(super) fn decode<M: Message + Name + Default>(
    function: &'static str,
    bytes: &[u8],
) -> Result<M, GuestError> {
    M::decode(bytes).map_err(|error| GuestError::Malformed {
        function,
        reason: format!("{} bytes that are no {}: {error}", bytes.len(), M::NAME),
    })
}

/// The failure that the exported `function` returned instead of a result.
pub(super) fn reported(function: &'static str, bytes: &[u8]) -> GuestError {
    match decode(function, bytes) {
        Ok(failure) => GuestError::Reported {
            function,
            failure: Box::new(failure),
            cause: None,
        },
        Err(error) => error,
    }
}

/// An answer of the right type that makes no sense here.
pub(super) fn unexpected(function: &'static str, reason: impl Into<String>) -> GuestError {
    GuestError::Malformed {
        function,
        reason: reason.into(),
    }
}
