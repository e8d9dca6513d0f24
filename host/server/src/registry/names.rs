//! What a module, a digest and a task queue may be called.

use sundial_core::Limits;

use crate::rpc::{
    status::{RpcError, invalid},
    validation::task_queue,
};

/// A module's name is a deployment's, and a part of file names and labels elsewhere.
const NAME_LENGTH: usize = 128;
const DIGEST_LENGTH: usize = 64;

/// Checks a module's name.
pub(super) fn module(name: &str) -> Result<(), RpcError> {
    let is_valid = name.len() <= NAME_LENGTH
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if is_valid {
        return Ok(());
    }
    Err(invalid(format!(
        "module name {name:?} is not valid: 1 to {NAME_LENGTH} characters of a-z, 0-9 and -, beginning with a letter"
    )))
}

/// Checks a digest's form.
pub(super) fn digest(digest: &str) -> Result<(), RpcError> {
    let is_valid = digest.len() == DIGEST_LENGTH
        && digest
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if is_valid {
        return Ok(());
    }
    Err(invalid(format!(
        "digest {digest:?} is not valid: the SHA-256 of the component in {DIGEST_LENGTH} lower-case hexadecimal digits"
    )))
}

/// Checks the queue that a module's workers poll.
pub(super) fn queue(name: &str, limits: &Limits) -> Result<(), RpcError> {
    if name.is_empty() {
        return Err(invalid(
            "task queue is not set: name the queue that the module's workflows are started on",
        ));
    }
    task_queue::name(name, limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for name in ["a", "order", "order-2", &"x".repeat(128)] {
            assert!(module(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "2order",
            "-order",
            "Order",
            "order_2",
            "order.2",
            "é",
            &"x".repeat(129),
        ] {
            let error = module(name).expect_err(name).to_string();
            assert!(error.contains("is not valid"), "{error}");
        }
    }

    #[test]
    fn digests_are_hexadecimal() {
        assert!(digest(&"0af9".repeat(16)).is_ok());
        for text in [
            "",
            "abc",
            &"0AF9".repeat(16),
            &"g".repeat(64),
            &"0".repeat(65),
        ] {
            assert!(digest(text).is_err(), "{text}");
        }
    }
}
