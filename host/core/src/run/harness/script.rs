//! The words of a script: one step a line, `name argument key=value flag`. Lists are separated by commas.

use std::collections::HashMap;
use std::fmt::Write;

use temporalio_protos::temporal::api::{
    activity::v1::ActivityOptions,
    command::v1::{
        CancelTimerCommandAttributes, CancelWorkflowExecutionCommandAttributes, Command,
        CompleteWorkflowExecutionCommandAttributes,
        ContinueAsNewWorkflowExecutionCommandAttributes, FailWorkflowExecutionCommandAttributes,
        ProtocolMessageCommandAttributes, RecordMarkerCommandAttributes,
        RequestCancelActivityTaskCommandAttributes,
        RequestCancelExternalWorkflowExecutionCommandAttributes,
        RequestCancelNexusOperationCommandAttributes, ScheduleActivityTaskCommandAttributes,
        ScheduleNexusOperationCommandAttributes, SignalExternalWorkflowExecutionCommandAttributes,
        StartChildWorkflowExecutionCommandAttributes, StartTimerCommandAttributes,
        command::Attributes,
    },
    common::v1::{Payload, Payloads, RetryPolicy, WorkflowExecution},
    enums::v1::{
        CommandType, ParentClosePolicy, ResetReapplyExcludeType, WorkflowIdConflictPolicy,
        WorkflowIdReusePolicy, WorkflowTaskFailedCause,
    },
    failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    protocol::v1::Message as ProtocolMessage,
    taskqueue::v1::{StickyExecutionAttributes, TaskQueue},
    update::v1::{Acceptance, Input, Meta, Outcome, Rejection, Request, Response, outcome},
    workflowservice::v1::{
        PauseWorkflowExecutionRequest, RequestCancelWorkflowExecutionRequest,
        ResetWorkflowExecutionRequest, RespondWorkflowTaskCompletedRequest,
        RespondWorkflowTaskFailedRequest, SignalWithStartWorkflowExecutionRequest,
        SignalWorkflowExecutionRequest, StartWorkflowExecutionRequest,
        TerminateWorkflowExecutionRequest, UnpauseWorkflowExecutionRequest,
        UpdateWorkflowExecutionRequest,
    },
};

use super::{House, namespace, show};
use crate::{
    TaskKind,
    run::{
        ActivityRef, Poller, StartedWorkflowTask,
        activity_control::{ActivityReset, ActivitySelection},
        reset::{ResetFrom, reset},
        start,
        token::{ActivityTaskToken, WorkflowTaskToken},
        update_with_start::update_with_start,
    },
    time::Span,
};

/// A line, taken apart.
struct Words<'a> {
    arguments: Vec<&'a str>,
    options: HashMap<&'a str, &'a str>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let mut words = Self {
            arguments: Vec::new(),
            options: HashMap::new(),
        };
        for word in text.split_whitespace() {
            match word.split_once('=') {
                Some((key, value)) => {
                    words.options.insert(key, value);
                }
                None => words.arguments.push(word),
            }
        }
        words
    }

    fn argument(&self, at: usize) -> &'a str {
        self.arguments.get(at).copied().unwrap_or_default()
    }

    fn has(&self, flag: &str) -> bool {
        self.arguments.contains(&flag)
    }

    fn text(&self, key: &str) -> String {
        self.options
            .get(key)
            .copied()
            .unwrap_or_default()
            .to_owned()
    }

    fn number(&self, key: &str) -> i64 {
        self.options
            .get(key)
            .map_or(0, |value| value.parse().expect("a number"))
    }

    fn span(&self, key: &str) -> Option<prost_wkt_types::Duration> {
        self.options.get(key).map(|value| span(value).to_proto())
    }

    fn retry_policy(&self) -> Option<RetryPolicy> {
        let is_set = ["retry", "attempts", "never"]
            .iter()
            .any(|key| self.options.contains_key(key));
        is_set.then(|| RetryPolicy {
            initial_interval: self.span("retry"),
            maximum_attempts: self.number("attempts") as i32,
            non_retryable_error_types: self
                .options
                .get("never")
                .map(|t| (*t).into())
                .into_iter()
                .collect(),
            ..Default::default()
        })
    }
}

pub(crate) fn span(text: &str) -> Span {
    match text.strip_suffix("ms") {
        Some(millis) => Span::from_millis(millis.parse().expect("milliseconds")),
        None => Span::from_seconds(
            text.strip_suffix('s')
                .expect("a time in s or ms")
                .parse()
                .expect("seconds"),
        ),
    }
}

pub(crate) fn payloads(text: &str) -> Option<Payloads> {
    (!text.is_empty()).then(|| Payloads {
        payloads: vec![Payload {
            data: text.as_bytes().to_vec(),
            ..Default::default()
        }],
    })
}

fn failure(words: &Words<'_>) -> Failure {
    Failure {
        message: "it failed".into(),
        failure_info: Some(FailureInfo::ApplicationFailureInfo(
            ApplicationFailureInfo {
                r#type: words.text("type"),
                non_retryable: words.has("for-good"),
                next_retry_delay: words.span("delay"),
                ..Default::default()
            },
        )),
        ..Default::default()
    }
}

fn queue(name: &str) -> Option<TaskQueue> {
    Some(TaskQueue {
        name: name.to_owned(),
        ..Default::default()
    })
}

fn start_request(words: &Words<'_>) -> StartWorkflowExecutionRequest {
    StartWorkflowExecutionRequest {
        namespace: "default".into(),
        workflow_id: "w".into(),
        workflow_type: Some("T".to_owned().into()),
        task_queue: queue("q"),
        input: payloads("input"),
        workflow_execution_timeout: words.span("exec"),
        workflow_run_timeout: words.span("run"),
        workflow_task_timeout: words.span("task"),
        identity: "client".into(),
        request_id: words
            .options
            .get("request")
            .map_or("start-1", |id| id)
            .into(),
        workflow_id_reuse_policy: reuse(&words.text("reuse")) as i32,
        workflow_id_conflict_policy: match words.text("conflict").as_str() {
            "use" => WorkflowIdConflictPolicy::UseExisting,
            "terminate" => WorkflowIdConflictPolicy::TerminateExisting,
            "fail" => WorkflowIdConflictPolicy::Fail,
            _ => WorkflowIdConflictPolicy::Unspecified,
        } as i32,
        retry_policy: words.retry_policy(),
        workflow_start_delay: words.span("delay"),
        request_eager_execution: words.has("eager"),
        // A line is split at spaces, so a schedule has underscores.
        cron_schedule: words.text("cron").replace('_', " "),
        on_conflict_options: words.has("attach").then(|| {
            temporalio_protos::temporal::api::workflow::v1::OnConflictOptions {
                attach_request_id: true,
                ..Default::default()
            }
        }),
        ..Default::default()
    }
}

fn update_request(update_id: &str) -> UpdateWorkflowExecutionRequest {
    UpdateWorkflowExecutionRequest {
        request: Some(Request {
            meta: Some(Meta {
                update_id: update_id.into(),
                identity: "client".into(),
            }),
            input: Some(Input {
                name: "U".into(),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn reuse(name: &str) -> WorkflowIdReusePolicy {
    #[expect(deprecated, reason = "clients still send it")]
    match name {
        "reject" => WorkflowIdReusePolicy::RejectDuplicate,
        "failed" => WorkflowIdReusePolicy::AllowDuplicateFailedOnly,
        "terminate" => WorkflowIdReusePolicy::TerminateIfRunning,
        _ => WorkflowIdReusePolicy::Unspecified,
    }
}

impl House {
    pub(crate) fn step(&mut self, line: &str) {
        if let Some(time) = line.strip_prefix('+') {
            return self.pass(span(time));
        }
        let (head, list) = line.split_once(':').unwrap_or((line, ""));
        let (name, rest) = head.split_once(' ').unwrap_or((head, ""));
        let words = Words::of(rest);
        match name {
            "start" => self.start(&words),
            "signal-start" => self.signal_start(&words),
            "update-start" => self.update_start(&words),
            "poll" => self.poll(&words),
            "complete" => self.complete(&words, list),
            "fail" => self.fail(&words),
            "take" => self.take(&words),
            "done" => self.done(&words),
            "lose" => self.lose(&words),
            "beat" => self.beat(&words),
            "yield" => self.yield_activity(&words),
            "signal" => self.signal(&words),
            "cancel" => self.cancel(),
            "terminate" => self.terminate(),
            "update" => self.update(&words),
            "ask" => self.ask(&words),
            "crash" => self.crash(),
            "reset" => self.reset(&words),
            "hold" => self.hold(&words),
            "release" => self.release(),
            "pause" | "unpause" | "restart" | "tune" => self.control(name, &words),
            "on" => self.at = words.argument(0).parse::<usize>().expect("a run") - 1,
            "limit" => self.limit(&words),
            other => panic!("a script has no step {other:?}"),
        }
    }

    /// Pauses the run.
    fn hold(&mut self, words: &Words<'_>) {
        let request = PauseWorkflowExecutionRequest {
            identity: "client".into(),
            reason: "wait".into(),
            request_id: words.text("request"),
            ..Default::default()
        };
        let _ = self.act(|run, cx| run.pause(cx, &request));
    }

    /// Lets the run go on.
    fn release(&mut self) {
        let request = UnpauseWorkflowExecutionRequest {
            identity: "client".into(),
            reason: "go".into(),
            ..Default::default()
        };
        let _ = self.act(|run, cx| run.unpause(cx, &request));
    }

    /// What people do to activities.
    fn control(&mut self, what: &str, words: &Words<'_>) {
        let selection = match words.argument(0) {
            "all" => ActivitySelection::All,
            "T" => ActivitySelection::Type("T".into()),
            id => ActivitySelection::Id(id.into()),
        };
        let how = ActivityReset {
            heartbeat: words.has("beat"),
            keep_paused: words.has("paused"),
            original_options: words.has("original"),
        };
        let options = ActivityOptions {
            task_queue: queue(&words.text("queue")),
            start_to_close_timeout: words.span("run"),
            ..Default::default()
        };
        let paths: Vec<String> = words
            .options
            .keys()
            .map(|key| match *key {
                "queue" => "task_queue.name".to_owned(),
                "run" => "startToCloseTimeout".to_owned(),
                other => other.to_owned(),
            })
            .collect();
        let _ = self.act(|run, cx| match what {
            "pause" => run.pause_activities(cx, &selection, "client", "wait"),
            "unpause" => {
                run.unpause_activities(cx, &selection, words.has("attempts"), words.has("beat"))
            }
            "restart" => run.reset_activities(cx, &selection, how),
            _ => run
                .update_activity_options(
                    cx,
                    &selection,
                    Some(&options),
                    Some(&paths),
                    how.original_options,
                )
                .map(|_| ()),
        });
    }

    /// From an event of the run that steps are about, or of run `from`.
    fn reset(&mut self, words: &Words<'_>) {
        let finish: usize = words.argument(0).parse().expect("an event");
        let base = match words.number("from") {
            0 => self.at,
            number => number as usize - 1,
        };
        self.at = self.runs.len() - 1;
        let (kept, rest) = self.runs[base].history.split_at(finish - 1);
        let later = self.runs[base + 1..].iter().flat_map(|run| &run.history);
        let from = ResetFrom {
            base: self.runs[base].run.key().run_id,
            kept: kept.to_vec(),
            dropped: rest.iter().chain(later).cloned().collect(),
            leads_to_current: true,
        };
        let excluded = words.text("without");
        let request = ResetWorkflowExecutionRequest {
            reason: "try again".into(),
            request_id: "reset".to_owned() + words.argument(1),
            workflow_task_finish_event_id: finish as i64,
            reset_reapply_exclude_types: excluded
                .split(',')
                .map(|name| match name {
                    "signal" => ResetReapplyExcludeType::Signal,
                    "update" => ResetReapplyExcludeType::Update,
                    _ => ResetReapplyExcludeType::Unspecified,
                } as i32)
                .collect(),
            ..Default::default()
        };
        let _ = self.act(|current, cx| reset(current, cx, &namespace(), &request, from));
    }

    fn limit(&mut self, words: &Words<'_>) {
        for (key, value) in &words.options {
            let number: usize = value.parse().expect("a number");
            match *key {
                "events" => self.limits.history_count_events = number as i64,
                "suggest" => self.limits.history_suggest_count_events = number as i64,
                "history" => self.limits.history_size_bytes = number as u64,
                "blob" => self.limits.blob_size_bytes = number,
                "id" => self.limits.id_length_bytes = number,
                "activities" => self.limits.pending_activities = number,
                "children" => self.limits.pending_children = number,
                "signals" => self.limits.signals_total = number as i64,
                "updates" => self.limits.updates_in_flight = number,
                "updates-total" => self.limits.updates_total = number,
                "buffered" => self.limits.buffered_events = number,
                "interval" => self.limits.new_run_interval = Span::from_seconds(number as i64),
                other => panic!("a script has no limit {other:?}"),
            }
        }
    }

    fn start(&mut self, words: &Words<'_>) {
        let request = start_request(words);
        let answer = self.act_on_current(|mut current, cx| {
            let answer = start::start_workflow(current.as_deref_mut(), cx, &namespace(), &request)?;
            let task = match cx.created.pop() {
                Some(mut run) => {
                    let task = start::take_first_task(&mut run, cx, &request);
                    cx.created.push(run);
                    task
                }
                None => current.and_then(|run| start::take_first_task(run, cx, &request)),
            };
            Ok((answer, task))
        });
        let Ok((answer, task)) = answer else { return };
        if !answer.started {
            let _ = writeln!(self.log, "  answered with the run that is there");
        }
        if let Some(task) = task {
            self.note_task(&task);
        }
    }

    fn update_start(&mut self, words: &Words<'_>) {
        let start = start_request(words);
        let update = update_request(words.argument(0));
        let answer = self.act_on_current(|current, cx| {
            Ok(update_with_start(
                current,
                cx,
                &namespace(),
                &start,
                &update,
            ))
        });
        let line = match answer.expect("is answered") {
            Ok(taken) => format!(
                "started {}, the update is {:?}",
                taken.start.started,
                taken.update.expect("is known").stage
            ),
            Err(refused) => refused.to_string(),
        };
        let _ = writeln!(self.log, "  {line}");
    }

    fn signal_start(&mut self, words: &Words<'_>) {
        let start = start_request(words);
        let request = SignalWithStartWorkflowExecutionRequest {
            namespace: start.namespace,
            workflow_id: start.workflow_id,
            workflow_type: start.workflow_type,
            task_queue: start.task_queue,
            request_id: start.request_id,
            workflow_start_delay: start.workflow_start_delay,
            workflow_id_reuse_policy: start.workflow_id_reuse_policy,
            workflow_id_conflict_policy: start.workflow_id_conflict_policy,
            signal_name: words.argument(0).into(),
            ..Default::default()
        };
        let answer = self.act_on_current(|current, cx| {
            start::signal_with_start(current, cx, &namespace(), &request)
        });
        if let Ok(answer) = answer {
            let _ = writeln!(self.log, "  started {}", answer.started);
        }
    }

    fn poll(&mut self, words: &Words<'_>) {
        let Some(task) = self.workflow_task() else {
            let _ = writeln!(self.log, "  no task");
            return;
        };
        let poller = Poller {
            identity: words.options.get("as").map_or("worker", |name| name).into(),
            request_id: words
                .options
                .get("request")
                .map_or_else(|| self.ids.uuids.to_string(), |id| (*id).into()),
            sticky: words.has("sticky"),
            inline: false,
            version: None,
            worker_version: None,
        };
        self.ids.uuids += 1;
        let started =
            self.act(|run, cx| run.start_workflow_task(cx, task.stamp, &poller, HashMap::new()));
        if let Ok(started) = started {
            self.note_task(&started);
        }
    }

    fn note_task(&mut self, started: &StartedWorkflowTask) {
        self.token =
            WorkflowTaskToken::decode_token(&started.response.task_token).expect("its own token");
        let _ = write!(
            self.log,
            "  task attempt {} events {}..{} then",
            started.response.attempt, started.history_from, started.history_to
        );
        for event in &started.preview {
            let _ = write!(self.log, " [{}]", show::event(event));
        }
        for message in &started.response.messages {
            let _ = write!(self.log, " ({})", message.id);
        }
        self.end_line();
    }

    fn complete(&mut self, words: &Words<'_>, list: &str) {
        let mut messages = Vec::new();
        let commands: Vec<Command> = list
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .filter_map(|text| self.command(text, &mut messages))
            .collect();
        let request = RespondWorkflowTaskCompletedRequest {
            commands,
            messages,
            identity: "worker".into(),
            force_create_new_workflow_task: words.has("force"),
            return_new_workflow_task: words.has("return"),
            sticky_attributes: words
                .options
                .get("sticky")
                .map(|name| StickyExecutionAttributes {
                    worker_task_queue: queue(name),
                    schedule_to_start_timeout: Some(Span::from_seconds(5).to_proto()),
                }),
            ..Default::default()
        };
        let token = self.token.clone();
        let _ = self
            .act(|run, cx| run.complete_workflow_task(cx, &request, &token, &Default::default()));
    }

    fn command(&self, text: &str, messages: &mut Vec<ProtocolMessage>) -> Option<Command> {
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        let words = Words::of(rest);
        let id = words.argument(0).to_owned();
        if let Some(message) = update_message(name, &id, &words) {
            let message_id = message.id.clone();
            messages.push(message);
            return words.has("command").then(|| {
                command(
                    CommandType::ProtocolMessage,
                    ProtocolMessageCommandAttributes { message_id },
                )
            });
        }
        Some(match name {
            "activity" => command(
                CommandType::ScheduleActivityTask,
                schedule_activity(id, &words),
            ),
            "cancel-activity" => {
                let scheduled_event_id = id.parse().unwrap_or_else(|_| self.activity_event_id(&id));
                command(
                    CommandType::RequestCancelActivityTask,
                    RequestCancelActivityTaskCommandAttributes { scheduled_event_id },
                )
            }
            "operation" => command(
                CommandType::ScheduleNexusOperation,
                ScheduleNexusOperationCommandAttributes {
                    endpoint: "e".into(),
                    service: "s".into(),
                    operation: id,
                    schedule_to_close_timeout: words.span("close"),
                    schedule_to_start_timeout: words.span("start"),
                    start_to_close_timeout: words.span("run"),
                    ..Default::default()
                },
            ),
            "cancel-operation" => command(
                CommandType::RequestCancelNexusOperation,
                RequestCancelNexusOperationCommandAttributes {
                    scheduled_event_id: id.parse().expect("an event id"),
                },
            ),
            "timer" => command(
                CommandType::StartTimer,
                StartTimerCommandAttributes {
                    timer_id: id,
                    start_to_fire_timeout: Some(span(words.argument(1)).to_proto()),
                },
            ),
            "cancel-timer" => command(
                CommandType::CancelTimer,
                CancelTimerCommandAttributes { timer_id: id },
            ),
            "marker" => command(
                CommandType::RecordMarker,
                RecordMarkerCommandAttributes {
                    marker_name: id,
                    ..Default::default()
                },
            ),
            "finish" => command(
                CommandType::CompleteWorkflowExecution,
                CompleteWorkflowExecutionCommandAttributes {
                    result: payloads(&id),
                },
            ),
            "break" => command(
                CommandType::FailWorkflowExecution,
                FailWorkflowExecutionCommandAttributes {
                    failure: Some(failure(&words)),
                },
            ),
            "give-up" => command(
                CommandType::CancelWorkflowExecution,
                CancelWorkflowExecutionCommandAttributes { details: None },
            ),
            "continue" => command(
                CommandType::ContinueAsNewWorkflowExecution,
                ContinueAsNewWorkflowExecutionCommandAttributes {
                    backoff_start_interval: words.span("in"),
                    ..Default::default()
                },
            ),
            "child" => command(
                CommandType::StartChildWorkflowExecution,
                StartChildWorkflowExecutionCommandAttributes {
                    workflow_id: id,
                    workflow_type: Some("C".to_owned().into()),
                    parent_close_policy: match words.text("then").as_str() {
                        "abandon" => ParentClosePolicy::Abandon,
                        "cancel" => ParentClosePolicy::RequestCancel,
                        _ => ParentClosePolicy::Unspecified,
                    } as i32,
                    ..Default::default()
                },
            ),
            "signal" => command(
                CommandType::SignalExternalWorkflowExecution,
                SignalExternalWorkflowExecutionCommandAttributes {
                    execution: Some(WorkflowExecution {
                        workflow_id: id,
                        run_id: String::new(),
                    }),
                    signal_name: words.argument(1).into(),
                    child_workflow_only: words.has("child"),
                    ..Default::default()
                },
            ),
            "cancel" => command(
                CommandType::RequestCancelExternalWorkflowExecution,
                RequestCancelExternalWorkflowExecutionCommandAttributes {
                    workflow_id: id,
                    reason: "enough".into(),
                    ..Default::default()
                },
            ),
            other => panic!("a script has no command {other:?}"),
        })
    }

    fn activity_event_id(&self, activity_id: &str) -> i64 {
        self.run()
            .activities
            .find(activity_id)
            .map_or(0, |(id, _)| id)
    }

    fn fail(&mut self, words: &Words<'_>) {
        let cause = match words.argument(0) {
            "" => WorkflowTaskFailedCause::WorkflowWorkerUnhandledFailure,
            "nondeterminism" => WorkflowTaskFailedCause::NonDeterministicError,
            other => panic!("a script has no cause {other:?}"),
        };
        let request = RespondWorkflowTaskFailedRequest {
            cause: cause as i32,
            identity: "worker".into(),
            ..Default::default()
        };
        let token = self.token.clone();
        let _ = self.act(|run, cx| run.fail_workflow_task(cx, &request, &token));
    }

    fn take(&mut self, words: &Words<'_>) {
        let event_id = self.activity_event_id(words.argument(0));
        let row = self.runs[self.at]
            .tasks
            .values()
            .find(|task| task.kind == TaskKind::Activity && task.scheduled_event_id == event_id);
        let Some(row) = row.cloned() else {
            let _ = writeln!(self.log, "  no task");
            return;
        };
        if self.run().activity_needs_event(event_id) {
            let event = self.runs[self.at].history[event_id as usize - 1].clone();
            self.runs[self.at].run.supply_event(event);
        }
        self.ids.uuids += 1;
        let poller = Poller {
            identity: "hand".into(),
            request_id: self.ids.uuids.to_string(),
            ..Default::default()
        };
        let started = self
            .act(|run, cx| run.start_activity_task(cx, row.scheduled_event_id, row.stamp, &poller));
        let Ok(started) = started else { return };
        let token = ActivityTaskToken::decode_token(&started.task_token).expect("its own token");
        self.activity_tokens
            .insert(started.activity_id.clone(), token);
        let line = format!(
            "  activity {} attempt {} with {} {}",
            started.activity_id,
            started.attempt,
            show::payloads(started.input.as_ref()),
            show::payloads(started.heartbeat_details.as_ref())
        );
        let _ = writeln!(self.log, "{}", line.trim_end());
    }

    fn with_activity<R>(
        &mut self,
        words: &Words<'_>,
        step: impl FnOnce(
            &mut crate::Run,
            &mut crate::Cx<'_>,
            ActivityRef<'_>,
        ) -> Result<R, crate::Rejection>,
    ) -> Option<R> {
        let id = words.argument(0).to_owned();
        let token = self.activity_tokens.get(&id).cloned().unwrap_or_default();
        let by_id = words.has("by-id");
        let reference = if by_id {
            ActivityRef::Id(&id)
        } else {
            ActivityRef::Token(&token)
        };
        self.act(|run, cx| step(run, cx, reference)).ok()
    }

    fn done(&mut self, words: &Words<'_>) {
        let result = payloads(&words.text("result"));
        self.with_activity(words, |run, cx, a| {
            run.complete_activity(cx, a, result, "hand")
        });
    }

    fn lose(&mut self, words: &Words<'_>) {
        let (failure, details) = (failure(words), payloads(&words.text("details")));
        self.with_activity(words, |run, cx, a| {
            run.fail_activity(cx, a, Some(failure), details, "hand")
        });
    }

    fn beat(&mut self, words: &Words<'_>) {
        let details = payloads(&words.text("details"));
        let answer = self.with_activity(words, |run, cx, a| {
            run.heartbeat_activity(cx, a, details, "")
        });
        if answer.is_some_and(|answer| answer.cancel_requested) {
            let _ = writeln!(self.log, "  cancel requested");
        }
    }

    fn yield_activity(&mut self, words: &Words<'_>) {
        let details = payloads(&words.text("details"));
        self.with_activity(words, |run, cx, a| {
            run.cancel_activity(cx, a, details, "hand")
        });
    }

    fn signal(&mut self, words: &Words<'_>) {
        let request = SignalWorkflowExecutionRequest {
            signal_name: words.argument(0).into(),
            request_id: words.text("request"),
            ..Default::default()
        };
        let _ = self.act(|run, cx| run.signal(cx, &request));
    }

    fn cancel(&mut self) {
        let request = RequestCancelWorkflowExecutionRequest {
            reason: "enough".into(),
            identity: "client".into(),
            ..Default::default()
        };
        let _ = self.act(|run, cx| run.request_cancel(cx, &request));
    }

    fn terminate(&mut self) {
        let request = TerminateWorkflowExecutionRequest {
            reason: "enough".into(),
            identity: "client".into(),
            ..Default::default()
        };
        let _ = self.act(|run, cx| run.terminate(cx, &request));
    }

    fn update(&mut self, words: &Words<'_>) {
        let request = update_request(words.argument(0));
        let _ = self.act(|run, cx| run.admit_update(cx, &request));
    }

    fn ask(&mut self, words: &Words<'_>) {
        let line = match self.run().update_state(words.argument(0)) {
            None => "unknown".to_owned(),
            Some(view) => {
                let outcome = match view.outcome.and_then(|outcome| outcome.value) {
                    Some(outcome::Value::Success(result)) => show::payloads(Some(&result)),
                    Some(outcome::Value::Failure(failure)) => show::failure(&failure),
                    None => String::new(),
                };
                let event = view.outcome_event_id.map(|id| format!("see event {id}"));
                let aborted = view.aborted.map(|rejection| show::rejection(&rejection));
                [
                    Some(format!("{:?}", view.stage)),
                    Some(outcome),
                    event,
                    aborted,
                ]
                .into_iter()
                .flatten()
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
            }
        };
        let _ = writeln!(self.log, "  {line}");
    }
}

pub(crate) fn command(command_type: CommandType, attributes: impl Into<Attributes>) -> Command {
    Command {
        command_type: command_type as i32,
        attributes: Some(attributes.into()),
        ..Default::default()
    }
}

fn schedule_activity(id: String, words: &Words<'_>) -> ScheduleActivityTaskCommandAttributes {
    let names_none = ["close", "run"]
        .iter()
        .all(|key| !words.options.contains_key(key));
    let default = names_none.then(|| Span::from_seconds(10).to_proto());
    ScheduleActivityTaskCommandAttributes {
        activity_id: id,
        activity_type: Some(ACTIVITY_TYPE.to_owned().into()),
        task_queue: queue("q"),
        input: payloads("in"),
        schedule_to_close_timeout: words.span("close"),
        schedule_to_start_timeout: words.span("start"),
        start_to_close_timeout: words.span("run").or(default),
        heartbeat_timeout: words.span("beat"),
        retry_policy: words.retry_policy(),
        ..Default::default()
    }
}

const ACTIVITY_TYPE: &str = "A";

fn update_message(name: &str, id: &str, words: &Words<'_>) -> Option<ProtocolMessage> {
    use prost::Message;
    let (kind, value) = match name {
        "accept" => (
            "Acceptance",
            Acceptance {
                accepted_request_message_id: format!("{id}/request"),
                accepted_request_sequencing_event_id: 1,
                ..Default::default()
            }
            .encode_to_vec(),
        ),
        "reject" => (
            "Rejection",
            Rejection {
                failure: Some(Failure {
                    message: "no".into(),
                    ..Default::default()
                }),
                ..Default::default()
            }
            .encode_to_vec(),
        ),
        "respond" => (
            "Response",
            Response {
                meta: Some(Meta {
                    update_id: id.into(),
                    ..Default::default()
                }),
                outcome: Some(Outcome {
                    value: Some(outcome::Value::Success(
                        payloads(&words.text("result")).unwrap_or_default(),
                    )),
                }),
            }
            .encode_to_vec(),
        ),
        _ => return None,
    };
    Some(ProtocolMessage {
        id: format!("{id}/{kind}"),
        protocol_instance_id: id.into(),
        body: Some(prost_wkt_types::Any {
            type_url: format!("type.googleapis.com/temporal.api.update.v1.{kind}"),
            value,
        }),
        ..Default::default()
    })
}
