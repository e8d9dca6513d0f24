//! Names of task queues.

use sundial_core::Limits;
use temporalio_protos::temporal::api::{enums::v1::TaskQueueKind, taskqueue::v1::TaskQueue};

use super::names::no_zero_byte;
use crate::rpc::status::{RpcError, invalid};

/// Temporal keeps this prefix for the parts that it splits a queue into.
const RESERVED_PREFIX: &str = "/_sys/";

/// Checks a queue and sets its kind where the caller left it out.
pub(crate) fn normalize(queue: Option<&mut TaskQueue>, limits: &Limits) -> Result<(), RpcError> {
    let queue = queue.ok_or_else(|| invalid("taskQueue is not set"))?;
    if queue.kind == TaskQueueKind::Unspecified as i32 {
        queue.kind = TaskQueueKind::Normal as i32;
    }
    if queue.name.is_empty() {
        return Err(invalid("missing task queue name"));
    }
    name(&queue.name, limits)?;
    if queue.kind == TaskQueueKind::Sticky as i32 && !queue.normal_name.is_empty() {
        name(&queue.normal_name, limits)?;
    }
    Ok(())
}

/// Checks the name of a queue.
pub(crate) fn name(name: &str, limits: &Limits) -> Result<(), RpcError> {
    if name.is_empty() {
        return Err(invalid("taskQueue is not set"));
    }
    if name.len() > limits.id_length_bytes {
        return Err(invalid("taskQueue length exceeds limit"));
    }
    no_zero_byte(name, "taskQueue")?;
    if name.starts_with(RESERVED_PREFIX) {
        return Err(invalid(format!(
            "task queue name cannot start with reserved prefix {RESERVED_PREFIX}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut queue: Option<TaskQueue>) -> String {
        match normalize(queue.as_mut(), &Limits::default()) {
            Ok(()) => format!("{:?}", queue.map(|queue| queue.kind())),
            Err(error) => error.to_string(),
        }
    }

    fn named(name: &str) -> Option<TaskQueue> {
        Some(TaskQueue {
            name: name.into(),
            ..Default::default()
        })
    }

    #[test]
    fn a_queue_has_a_name_that_is_not_too_long_and_not_reserved() {
        assert_eq!(check(None), "taskQueue is not set");
        assert_eq!(check(named("")), "missing task queue name");
        assert_eq!(
            check(named(&"x".repeat(1001))),
            "taskQueue length exceeds limit"
        );
        assert_eq!(
            check(named("/_sys/q/1")),
            "task queue name cannot start with reserved prefix /_sys/"
        );
        assert_eq!(check(named("q")), "Some(Normal)");
    }

    #[test]
    fn a_sticky_queue_keeps_its_kind_and_its_normal_queue_is_checked_too() {
        let sticky = |normal_name: &str| {
            Some(TaskQueue {
                name: "s".into(),
                kind: TaskQueueKind::Sticky as i32,
                normal_name: normal_name.into(),
            })
        };
        assert_eq!(check(sticky("q")), "Some(Sticky)");
        assert_eq!(
            check(sticky("/_sys/q")),
            "task queue name cannot start with reserved prefix /_sys/"
        );
    }
}
