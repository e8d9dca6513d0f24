//! The last event of a run as clients get it that know only one way in which a run is followed by another.
//!
//! Retries and cron runs once ended with WorkflowExecutionContinuedAsNew. A client that does not say that it looks for
//! the next run in other events as well, and asks for the event that closes a run, is shown that event still.

use temporalio_protos::temporal::api::{
    enums::v1::{EventType, TimeoutType},
    failure::v1::{Failure, TimeoutFailureInfo, failure::FailureInfo},
    history::v1::{
        HistoryEvent, WorkflowExecutionContinuedAsNewEventAttributes as ContinuedAsNew,
        history_event::Attributes,
    },
};

/// Puts WorkflowExecutionContinuedAsNew in the place of an event that closes a run that another one follows.
pub(super) fn as_continued(events: &mut [HistoryEvent]) {
    let Some(last) = events.last_mut() else {
        return;
    };
    let Some(shown) = last.attributes.as_ref().and_then(continued) else {
        return;
    };
    *last = HistoryEvent {
        event_id: last.event_id,
        event_time: last.event_time,
        event_type: EventType::WorkflowExecutionContinuedAsNew as i32,
        version: last.version,
        task_id: last.task_id,
        attributes: Some(Attributes::WorkflowExecutionContinuedAsNewEventAttributes(
            shown,
        )),
        ..Default::default()
    };
}

#[allow(deprecated, reason = "old clients read the old field")]
fn continued(attributes: &Attributes) -> Option<ContinuedAsNew> {
    let shown = match attributes {
        Attributes::WorkflowExecutionCompletedEventAttributes(completed) => ContinuedAsNew {
            new_execution_run_id: completed.new_execution_run_id.clone(),
            last_completion_result: completed.result.clone(),
            ..Default::default()
        },
        Attributes::WorkflowExecutionFailedEventAttributes(failed) => ContinuedAsNew {
            new_execution_run_id: failed.new_execution_run_id.clone(),
            failure: failed.failure.clone(),
            ..Default::default()
        },
        Attributes::WorkflowExecutionTimedOutEventAttributes(timed_out) => ContinuedAsNew {
            new_execution_run_id: timed_out.new_execution_run_id.clone(),
            failure: Some(Failure {
                message: "workflow timeout".into(),
                source: "Server".into(),
                failure_info: Some(FailureInfo::TimeoutFailureInfo(TimeoutFailureInfo {
                    timeout_type: TimeoutType::StartToClose as i32,
                    ..Default::default()
                })),
                ..Default::default()
            }),
            ..Default::default()
        },
        _ => return None,
    };
    (!shown.new_execution_run_id.is_empty()).then_some(shown)
}

#[cfg(test)]
#[allow(deprecated, reason = "old clients read the old field")]
mod tests {
    use temporalio_protos::temporal::api::history::v1::{
        WorkflowExecutionFailedEventAttributes, WorkflowExecutionTimedOutEventAttributes,
    };

    use super::*;

    fn shown(attributes: Attributes) -> (EventType, Option<Attributes>) {
        let mut events = vec![HistoryEvent {
            event_id: 5,
            event_type: EventType::WorkflowExecutionFailed as i32,
            attributes: Some(attributes),
            ..Default::default()
        }];
        as_continued(&mut events);
        assert_eq!(events[0].event_id, 5);
        (events[0].event_type(), events.remove(0).attributes)
    }

    #[test]
    fn a_run_that_another_follows_is_shown_as_continued() {
        let failure = Some(Failure {
            message: "broken".into(),
            ..Default::default()
        });
        let failed = |new_run: &str| {
            Attributes::WorkflowExecutionFailedEventAttributes(
                WorkflowExecutionFailedEventAttributes {
                    failure: failure.clone(),
                    new_execution_run_id: new_run.into(),
                    ..Default::default()
                },
            )
        };
        let (of_type, attributes) = shown(failed("next"));
        assert_eq!(of_type, EventType::WorkflowExecutionContinuedAsNew);
        let Some(Attributes::WorkflowExecutionContinuedAsNewEventAttributes(continued)) =
            attributes
        else {
            panic!("it should be shown as continued: {attributes:?}");
        };
        assert_eq!(continued.new_execution_run_id, "next");
        assert_eq!(continued.failure, failure);
        assert_eq!(
            shown(failed("")),
            (EventType::WorkflowExecutionFailed, Some(failed("")))
        );
    }

    #[test]
    fn a_time_out_is_shown_with_a_failure_of_its_own() {
        let timed_out = Attributes::WorkflowExecutionTimedOutEventAttributes(
            WorkflowExecutionTimedOutEventAttributes {
                new_execution_run_id: "next".into(),
                ..Default::default()
            },
        );
        let Some(Attributes::WorkflowExecutionContinuedAsNewEventAttributes(continued)) =
            shown(timed_out).1
        else {
            panic!("it should be shown as continued");
        };
        assert_eq!(
            continued.failure.map(|failure| failure.message),
            Some("workflow timeout".into())
        );
    }
}
