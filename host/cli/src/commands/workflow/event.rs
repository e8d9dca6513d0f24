//! One event of a history as a row of a table: what kind it is, and the few words that tell it from its like.

use prost_wkt_types::Duration;
use temporalio_protos::temporal::api::{
    common::v1::Payloads,
    failure::v1::Failure,
    history::v1::{HistoryEvent, history_event::Attributes},
};

use super::pascal_case;
use crate::payload;

/// Longer values are cut: the whole is in --json.
const VALUE_LENGTH: usize = 100;

/// Number, time, type, detail.
pub(super) fn columns(event: &HistoryEvent) -> [String; 4] {
    [
        event.event_id.to_string(),
        event
            .event_time
            .map(|time| time.to_string())
            .unwrap_or_default(),
        pascal_case(
            event
                .event_type()
                .as_str_name()
                .trim_start_matches("EVENT_TYPE_"),
        ),
        event.attributes.as_ref().map(detail).unwrap_or_default(),
    ]
}

fn detail(attributes: &Attributes) -> String {
    use Attributes as A;
    match attributes {
        A::WorkflowExecutionStartedEventAttributes(a) => named(
            a.workflow_type.as_ref().map(|kind| kind.name.as_str()),
            a.input.as_ref(),
        ),
        A::WorkflowExecutionCompletedEventAttributes(a) => value(a.result.as_ref()),
        A::WorkflowExecutionFailedEventAttributes(a) => failure(a.failure.as_ref()),
        A::WorkflowExecutionTerminatedEventAttributes(a) => a.reason.clone(),
        A::WorkflowExecutionCancelRequestedEventAttributes(a) => a.cause.clone(),
        A::WorkflowExecutionSignaledEventAttributes(a) => {
            named(Some(&a.signal_name), a.input.as_ref())
        }
        A::WorkflowExecutionContinuedAsNewEventAttributes(a) => {
            format!("run {}", a.new_execution_run_id)
        }
        A::WorkflowExecutionUpdateAcceptedEventAttributes(a) => {
            let input = a
                .accepted_request
                .as_ref()
                .and_then(|request| request.input.as_ref());
            named(
                input.map(|input| input.name.as_str()),
                input.and_then(|input| input.args.as_ref()),
            )
        }
        A::WorkflowExecutionUpdateCompletedEventAttributes(a) => {
            use temporalio_protos::temporal::api::update::v1::outcome::Value;
            match a
                .outcome
                .as_ref()
                .and_then(|outcome| outcome.value.as_ref())
            {
                Some(Value::Success(payloads)) => value(Some(payloads)),
                Some(Value::Failure(cause)) => failure(Some(cause)),
                None => String::new(),
            }
        }
        A::WorkflowTaskFailedEventAttributes(a) => failure(a.failure.as_ref()),
        A::WorkflowTaskStartedEventAttributes(a) => a.identity.clone(),
        A::ActivityTaskScheduledEventAttributes(a) => named(
            a.activity_type.as_ref().map(|kind| kind.name.as_str()),
            a.input.as_ref(),
        ),
        A::ActivityTaskStartedEventAttributes(a) => match &a.last_failure {
            Some(last) => format!(
                "attempt {} after: {}",
                a.attempt,
                payload::failure_text(last)
            ),
            None => format!("attempt {}", a.attempt),
        },
        A::ActivityTaskCompletedEventAttributes(a) => value(a.result.as_ref()),
        A::ActivityTaskFailedEventAttributes(a) => failure(a.failure.as_ref()),
        A::ActivityTaskTimedOutEventAttributes(a) => failure(a.failure.as_ref()),
        A::TimerStartedEventAttributes(a) => {
            format!(
                "{} in {}",
                a.timer_id,
                a.start_to_fire_timeout
                    .as_ref()
                    .map(length)
                    .unwrap_or_default()
            )
        }
        A::TimerFiredEventAttributes(a) => a.timer_id.clone(),
        A::TimerCanceledEventAttributes(a) => a.timer_id.clone(),
        A::MarkerRecordedEventAttributes(a) => a.marker_name.clone(),
        A::StartChildWorkflowExecutionInitiatedEventAttributes(a) => a.workflow_id.clone(),
        // The rest is told well enough by its type; --json has all of it.
        _ => String::new(),
    }
}

fn named(name: Option<&str>, input: Option<&Payloads>) -> String {
    format!("{} {}", name.unwrap_or_default(), value(input))
        .trim()
        .to_owned()
}

fn value(payloads: Option<&Payloads>) -> String {
    if payloads.is_none_or(|payloads| payloads.payloads.is_empty()) {
        return String::new();
    }
    let text = payload::all_to_json(payloads).to_string();
    match text.char_indices().nth(VALUE_LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn failure(failure: Option<&Failure>) -> String {
    failure.map(payload::failure_text).unwrap_or_default()
}

fn length(duration: &Duration) -> String {
    match duration.nanos {
        0 => format!("{}s", duration.seconds),
        nanos => format!("{}.{:03}s", duration.seconds, nanos / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::{
        enums::v1::EventType,
        history::v1::{TimerStartedEventAttributes, WorkflowExecutionSignaledEventAttributes},
    };

    use super::*;

    fn check(event_type: EventType, attributes: Attributes, expected: [&str; 2]) {
        let event = HistoryEvent {
            event_id: 7,
            event_type: event_type.into(),
            attributes: Some(attributes),
            ..HistoryEvent::default()
        };
        let [id, _, kind, detail] = columns(&event);
        assert_eq!(
            [id.as_str(), kind.as_str(), detail.as_str()],
            ["7", expected[0], expected[1]]
        );
    }

    #[test]
    fn a_signal_is_shown_with_name_and_input() {
        let input = payload::from_json("input", r#"{"by":"ada"}"#).expect("it is JSON");
        check(
            EventType::WorkflowExecutionSignaled,
            Attributes::WorkflowExecutionSignaledEventAttributes(
                WorkflowExecutionSignaledEventAttributes {
                    signal_name: "approve".into(),
                    input: Some(Payloads {
                        payloads: vec![input],
                    }),
                    ..Default::default()
                },
            ),
            ["WorkflowExecutionSignaled", r#"approve {"by":"ada"}"#],
        );
    }

    #[test]
    fn a_timer_is_shown_with_its_length() {
        check(
            EventType::TimerStarted,
            Attributes::TimerStartedEventAttributes(TimerStartedEventAttributes {
                timer_id: "1".into(),
                start_to_fire_timeout: Some(Duration {
                    seconds: 1,
                    nanos: 500_000_000,
                }),
                ..Default::default()
            }),
            ["TimerStarted", "1 in 1.500s"],
        );
    }
}
