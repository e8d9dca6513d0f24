//! What the workflow and its children asked for, read from their histories: each command with its time and its outcome.

use std::{collections::HashMap, time::Duration};

use prost_wkt_types::{Duration as ProtoDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use temporalio_protos::{
    coresdk::external_data::LocalActivityMarkerData,
    temporal::api::{
        common::v1::Payloads,
        failure::v1::Failure,
        history::v1::{HistoryEvent, MarkerRecordedEventAttributes, history_event::Attributes},
    },
};

use super::failure;
use crate::payload;

/// What Temporal's core calls the markers of local activities, and what is in them.
const LOCAL_ACTIVITY_MARKER: &str = "core_local_activity";
const LOCAL_DATA: &str = "data";
const LOCAL_RESULT: &str = "result";

/// A command of a workflow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Entry {
    /// Milliseconds of workflow time since the start of the test.
    pub(super) at_ms: u64,
    /// The workflow that gave it.
    pub(super) workflow_id: String,
    #[serde(flatten)]
    pub(super) command: Command,
    /// How it ended, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<Outcome>,
}

/// What a workflow may ask for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(super) enum Command {
    ScheduleActivity {
        activity: String,
        activity_id: String,
        task_queue: String,
        input: Vec<Value>,
    },
    CancelActivity {
        activity_id: String,
    },
    /// Told when it has ended, or waits with a timer for its next attempt: until then history knows nothing of it.
    ScheduleLocalActivity {
        activity: String,
        activity_id: String,
        attempt: u32,
    },
    StartTimer {
        timer_id: String,
        duration_ms: u64,
    },
    CancelTimer {
        timer_id: String,
    },
    StartChild {
        workflow: String,
        child_id: String,
        task_queue: String,
        input: Vec<Value>,
    },
    SignalWorkflow {
        signal: String,
        target_id: String,
        input: Vec<Value>,
    },
    CancelWorkflow {
        target_id: String,
    },
    RecordMarker {
        marker: String,
    },
    UpsertSearchAttributes {
        attributes: Value,
    },
    UpsertMemo {
        memo: Value,
    },
    ContinueAsNew {
        workflow: String,
        task_queue: String,
        input: Vec<Value>,
    },
    Complete {
        result: Value,
    },
    Fail {
        failure: Value,
    },
    Cancel,
}

/// How something that takes time ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// An activity or a child returned; a timer fired.
    Result(Value),
    /// It failed, timed out or was cancelled.
    Failure(Value),
}

/// The commands of all workflows of a test, in the order in which they became known.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    start: Option<Timestamp>,
    entries: Vec<Entry>,
    /// The entry of the event that began something, by run id and event id.
    begun: HashMap<(String, i64), usize>,
}

impl Timeline {
    /// Takes the next event of a run.
    pub(super) fn take(&mut self, workflow_id: &str, run_id: &str, event: &HistoryEvent) {
        let Some(attributes) = &event.attributes else {
            return;
        };
        let at = event.event_time.unwrap_or_default();
        let start = *self.start.get_or_insert(at);
        if let Some(mut command) = command(attributes) {
            if let (Command::CancelActivity { activity_id }, Some(of)) =
                (&mut command, self.activity_id(run_id, attributes))
            {
                *activity_id = of;
            }
            self.begun
                .insert((run_id.to_owned(), event.event_id), self.entries.len());
            self.entries.push(Entry {
                at_ms: milliseconds_between(start, at),
                workflow_id: workflow_id.to_owned(),
                command,
                outcome: None,
            });
        }
        if let Some((begun, outcome)) = outcome(event.event_id, attributes)
            && let Some(index) = self.begun.get(&(run_id.to_owned(), begun))
            && let Some(entry) = self.entries.get_mut(*index)
        {
            entry.outcome = Some(outcome);
        }
    }

    /// The activity that a cancellation is for, which names the event that scheduled it.
    fn activity_id(&self, run_id: &str, attributes: &Attributes) -> Option<String> {
        let Attributes::ActivityTaskCancelRequestedEventAttributes(cancel) = attributes else {
            return None;
        };
        let begun = self
            .begun
            .get(&(run_id.to_owned(), cancel.scheduled_event_id))?;
        let Command::ScheduleActivity { activity_id, .. } = &self.entries.get(*begun)?.command
        else {
            return None;
        };
        Some(activity_id.clone())
    }

    /// All commands, by their time.
    pub(super) fn into_entries(mut self) -> Vec<Entry> {
        self.entries.sort_by_key(|entry| entry.at_ms);
        self.entries
    }
}

fn milliseconds_between(start: Timestamp, end: Timestamp) -> u64 {
    let seconds = end.seconds.saturating_sub(start.seconds);
    let nanos = i64::from(end.nanos) - i64::from(start.nanos);
    let total = seconds
        .saturating_mul(1_000)
        .saturating_add(nanos.div_euclid(1_000_000));
    u64::try_from(total).unwrap_or(0)
}

fn milliseconds(duration: Option<&ProtoDuration>) -> u64 {
    duration
        .and_then(|duration| Duration::try_from(*duration).ok())
        .map_or(0, |duration| {
            u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
        })
}

fn values(payloads: Option<&Payloads>) -> Vec<Value> {
    payloads
        .map(|payloads| payloads.payloads.iter().map(payload::to_json).collect())
        .unwrap_or_default()
}

fn pairs<'a>(
    fields: impl Iterator<
        Item = (
            &'a String,
            &'a temporalio_protos::temporal::api::common::v1::Payload,
        ),
    >,
) -> Value {
    Value::Object(
        fields
            .map(|(name, value)| (name.clone(), payload::to_json(value)))
            .collect(),
    )
}

macro_rules! name_of {
    ($field:expr) => {
        $field
            .as_ref()
            .map(|named| named.name.clone())
            .unwrap_or_default()
    };
}

fn command(attributes: &Attributes) -> Option<Command> {
    use Attributes as A;
    Some(match attributes {
        A::ActivityTaskScheduledEventAttributes(a) => Command::ScheduleActivity {
            activity: name_of!(a.activity_type),
            activity_id: a.activity_id.clone(),
            task_queue: name_of!(a.task_queue),
            input: values(a.input.as_ref()),
        },
        A::ActivityTaskCancelRequestedEventAttributes(a) => Command::CancelActivity {
            activity_id: a.scheduled_event_id.to_string(),
        },
        A::TimerStartedEventAttributes(a) => Command::StartTimer {
            timer_id: a.timer_id.clone(),
            duration_ms: milliseconds(a.start_to_fire_timeout.as_ref()),
        },
        A::TimerCanceledEventAttributes(a) => Command::CancelTimer {
            timer_id: a.timer_id.clone(),
        },
        A::StartChildWorkflowExecutionInitiatedEventAttributes(a) => Command::StartChild {
            workflow: name_of!(a.workflow_type),
            child_id: a.workflow_id.clone(),
            task_queue: name_of!(a.task_queue),
            input: values(a.input.as_ref()),
        },
        A::SignalExternalWorkflowExecutionInitiatedEventAttributes(a) => Command::SignalWorkflow {
            signal: a.signal_name.clone(),
            target_id: workflow_id(a.workflow_execution.as_ref()),
            input: values(a.input.as_ref()),
        },
        A::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(a) => {
            Command::CancelWorkflow {
                target_id: workflow_id(a.workflow_execution.as_ref()),
            }
        }
        A::MarkerRecordedEventAttributes(a) => match local_activity(a) {
            Some(local) => Command::ScheduleLocalActivity {
                activity: local.activity_type,
                activity_id: local.activity_id,
                attempt: local.attempt,
            },
            None => Command::RecordMarker {
                marker: a.marker_name.clone(),
            },
        },
        A::UpsertWorkflowSearchAttributesEventAttributes(a) => Command::UpsertSearchAttributes {
            attributes: pairs(
                a.search_attributes
                    .iter()
                    .flat_map(|attributes| &attributes.indexed_fields),
            ),
        },
        A::WorkflowPropertiesModifiedEventAttributes(a) => Command::UpsertMemo {
            memo: pairs(a.upserted_memo.iter().flat_map(|memo| &memo.fields)),
        },
        A::WorkflowExecutionContinuedAsNewEventAttributes(a) => Command::ContinueAsNew {
            workflow: name_of!(a.workflow_type),
            task_queue: name_of!(a.task_queue),
            input: values(a.input.as_ref()),
        },
        A::WorkflowExecutionCompletedEventAttributes(a) => Command::Complete {
            result: payload::all_to_json(a.result.as_ref()),
        },
        A::WorkflowExecutionFailedEventAttributes(a) => Command::Fail {
            failure: failure::to_json(a.failure.as_ref()),
        },
        A::WorkflowExecutionCanceledEventAttributes(_) => Command::Cancel,
        // What happens to a workflow is no command of its own.
        _ => return None,
    })
}

/// The event that began what ended here, and how it ended.
fn outcome(event_id: i64, attributes: &Attributes) -> Option<(i64, Outcome)> {
    use Attributes as A;
    let failed = |what: Option<&Failure>| Outcome::Failure(failure::to_json(what));
    let worded = |what: &str| Outcome::Failure(serde_json::json!({ "message": what }));
    let returned = |payloads: Option<&Payloads>| Outcome::Result(payload::all_to_json(payloads));
    Some(match attributes {
        A::ActivityTaskCompletedEventAttributes(a) => {
            (a.scheduled_event_id, returned(a.result.as_ref()))
        }
        A::ActivityTaskFailedEventAttributes(a) => {
            (a.scheduled_event_id, failed(a.failure.as_ref()))
        }
        A::ActivityTaskTimedOutEventAttributes(a) => {
            (a.scheduled_event_id, failed(a.failure.as_ref()))
        }
        A::ActivityTaskCanceledEventAttributes(a) => (a.scheduled_event_id, worded("cancelled")),
        A::MarkerRecordedEventAttributes(a) => {
            local_activity(a)?;
            let outcome = match &a.failure {
                Some(failure) => failed(Some(failure)),
                None => returned(a.details.get(LOCAL_RESULT)),
            };
            (event_id, outcome)
        }
        A::TimerFiredEventAttributes(a) => (a.started_event_id, Outcome::Result(Value::Null)),
        A::TimerCanceledEventAttributes(a) => (a.started_event_id, worded("cancelled")),
        A::ChildWorkflowExecutionCompletedEventAttributes(a) => {
            (a.initiated_event_id, returned(a.result.as_ref()))
        }
        A::ChildWorkflowExecutionFailedEventAttributes(a) => {
            (a.initiated_event_id, failed(a.failure.as_ref()))
        }
        A::ChildWorkflowExecutionCanceledEventAttributes(a) => {
            (a.initiated_event_id, worded("cancelled"))
        }
        A::ChildWorkflowExecutionTimedOutEventAttributes(a) => {
            (a.initiated_event_id, worded("timed out"))
        }
        A::ChildWorkflowExecutionTerminatedEventAttributes(a) => {
            (a.initiated_event_id, worded("terminated"))
        }
        A::StartChildWorkflowExecutionFailedEventAttributes(a) => (
            a.initiated_event_id,
            worded("not started: a workflow with this id is running"),
        ),
        A::ExternalWorkflowExecutionSignaledEventAttributes(a) => {
            (a.initiated_event_id, Outcome::Result(Value::Null))
        }
        A::SignalExternalWorkflowExecutionFailedEventAttributes(a) => {
            (a.initiated_event_id, worded("no such workflow runs"))
        }
        A::ExternalWorkflowExecutionCancelRequestedEventAttributes(a) => {
            (a.initiated_event_id, Outcome::Result(Value::Null))
        }
        A::RequestCancelExternalWorkflowExecutionFailedEventAttributes(a) => {
            (a.initiated_event_id, worded("no such workflow runs"))
        }
        _ => return None,
    })
}

/// What a marker says of a local activity, if it is for one.
fn local_activity(marker: &MarkerRecordedEventAttributes) -> Option<LocalActivityMarkerData> {
    if marker.marker_name != LOCAL_ACTIVITY_MARKER {
        return None;
    }
    let data = marker.details.get(LOCAL_DATA)?.payloads.first()?;
    serde_json::from_slice(&data.data).ok()
}

fn workflow_id(
    execution: Option<&temporalio_protos::temporal::api::common::v1::WorkflowExecution>,
) -> String {
    execution
        .map(|execution| execution.workflow_id.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use temporalio_protos::temporal::api::history::v1::{
        ActivityTaskCompletedEventAttributes, ActivityTaskScheduledEventAttributes,
        TimerStartedEventAttributes, WorkflowExecutionStartedEventAttributes,
    };

    use super::*;

    fn timeline(events: Vec<(i64, Attributes)>) -> Value {
        let mut timeline = Timeline::default();
        for (id, (seconds, attributes)) in (1..).zip(events) {
            let event = HistoryEvent {
                event_id: id,
                event_time: Some(Timestamp { seconds, nanos: 0 }),
                attributes: Some(attributes),
                ..Default::default()
            };
            timeline.take("w", "run", &event);
        }
        serde_json::to_value(timeline.into_entries()).expect("entries are JSON")
    }

    #[test]
    fn a_command_has_its_time_and_its_outcome() {
        let started = WorkflowExecutionStartedEventAttributes::default();
        let scheduled = ActivityTaskScheduledEventAttributes {
            activity_id: "1".into(),
            ..Default::default()
        };
        let timer = TimerStartedEventAttributes {
            timer_id: "2".into(),
            start_to_fire_timeout: Some(ProtoDuration {
                seconds: 1,
                nanos: 500_000_000,
            }),
            ..Default::default()
        };
        let completed = ActivityTaskCompletedEventAttributes {
            scheduled_event_id: 2,
            result: Some(Payloads {
                payloads: vec![payload::of_json(&serde_json::json!(7))],
            }),
            ..Default::default()
        };
        let read = timeline(vec![
            (
                10,
                Attributes::WorkflowExecutionStartedEventAttributes(started),
            ),
            (
                11,
                Attributes::ActivityTaskScheduledEventAttributes(scheduled),
            ),
            (11, Attributes::TimerStartedEventAttributes(timer)),
            (
                12,
                Attributes::ActivityTaskCompletedEventAttributes(completed),
            ),
        ]);
        assert_eq!(
            read,
            serde_json::json!([
                { "at_ms": 1_000, "workflow_id": "w", "command": "schedule_activity", "activity": "", "activity_id": "1",
                  "task_queue": "", "input": [], "outcome": { "result": 7 } },
                { "at_ms": 1_000, "workflow_id": "w", "command": "start_timer", "timer_id": "2", "duration_ms": 1_500 },
            ])
        );
    }

    #[test]
    fn a_local_activity_is_told_by_its_marker() {
        let marker = |name: &str, failure: Option<Failure>| {
            let data = LocalActivityMarkerData {
                attempt: 2,
                activity_id: "1".into(),
                activity_type: "charge".into(),
                ..Default::default()
            };
            let one = |value: &Value| Payloads {
                payloads: vec![payload::of_json(value)],
            };
            let data = serde_json::to_value(data).expect("it is JSON");
            Attributes::MarkerRecordedEventAttributes(MarkerRecordedEventAttributes {
                marker_name: name.to_owned(),
                details: HashMap::from([
                    (LOCAL_DATA.to_owned(), one(&data)),
                    (LOCAL_RESULT.to_owned(), one(&serde_json::json!(7))),
                ]),
                failure,
                ..Default::default()
            })
        };
        let failed = Failure {
            message: "no funds".into(),
            ..Default::default()
        };
        let read = timeline(vec![
            (1, marker(LOCAL_ACTIVITY_MARKER, None)),
            (1, marker(LOCAL_ACTIVITY_MARKER, Some(failed))),
            (1, marker("other", None)),
        ]);
        let local = |index: usize| {
            assert_eq!(read[index]["command"], "schedule_local_activity");
            assert_eq!(read[index]["activity"], "charge");
            assert_eq!(read[index]["attempt"], 2);
            read[index]["outcome"].clone()
        };
        assert_eq!(local(0), serde_json::json!({ "result": 7 }));
        assert_eq!(local(1)["failure"]["message"], "no funds");
        assert_eq!(read[2]["command"], "record_marker");
    }
}
