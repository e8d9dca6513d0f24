//! How large payloads may be.

use prost::Message;
use sundial_core::Limits;
use temporalio_protos::temporal::api::common::v1::{Memo, Payloads};

use crate::rpc::status::{RpcError, invalid};

/// Temporal's words for a payload set that is too large.
pub(crate) const BLOB_TOO_LARGE: &str = "Blob data size exceeds limit.";

/// Bytes that a payload set takes.
pub(crate) fn of(payloads: Option<&Payloads>) -> usize {
    payloads.map_or(0, Message::encoded_len)
}

/// True if a payload set is over the limit.
pub(crate) fn too_large(payloads: Option<&Payloads>, limits: &Limits) -> bool {
    of(payloads) > limits.blob_size_bytes
}

/// Refuses a payload set that is over the limit.
pub(crate) fn payloads(payloads: Option<&Payloads>, limits: &Limits) -> Result<(), RpcError> {
    if too_large(payloads, limits) {
        return Err(invalid(BLOB_TOO_LARGE));
    }
    Ok(())
}

/// Refuses a memo that is over the limit.
pub(crate) fn memo(memo: Option<&Memo>, limits: &Limits) -> Result<(), RpcError> {
    if memo.map_or(0, Message::encoded_len) > limits.memo_size_bytes {
        return Err(invalid(BLOB_TOO_LARGE));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::common::v1::Payload;

    use super::*;

    fn set(bytes: usize) -> Option<Payloads> {
        let payload = Payload {
            data: vec![0; bytes],
            ..Default::default()
        };
        Some(Payloads {
            payloads: vec![payload],
        })
    }

    #[test]
    fn two_megabytes_are_the_most() {
        let limits = Limits::default();
        // Just below the limit, where the length prefixes are as long as at the largest set that passes.
        const NEAR: usize = 2 * 1024 * 1024 - 100;
        let overhead = of(set(NEAR).as_ref()) - NEAR;
        let largest = set(limits.blob_size_bytes - overhead);
        let over = set(limits.blob_size_bytes - overhead + 1);
        assert_eq!(of(largest.as_ref()), limits.blob_size_bytes);
        assert!(payloads(largest.as_ref(), &limits).is_ok());
        assert_eq!(
            payloads(over.as_ref(), &limits)
                .expect_err("is refused")
                .to_string(),
            "Blob data size exceeds limit."
        );
        assert!(payloads(None, &limits).is_ok());
    }
}
