//! What is refused, in which words, and what then happens.

use temporalio_protos::temporal::api::{
    command::v1::{
        CompleteWorkflowExecutionCommandAttributes, ModifyWorkflowPropertiesCommandAttributes,
        RecordMarkerCommandAttributes, ScheduleActivityTaskCommandAttributes,
        ScheduleNexusOperationCommandAttributes, StartTimerCommandAttributes, command::Attributes,
    },
    common::v1::{Memo, Payload},
    enums::v1::CommandType,
    workflowservice::v1::RespondWorkflowTaskCompletedRequest,
};

use crate::run::harness::{House, after, check, command, payloads};

/// Answers the first task of a run with one command, and gives what came of it.
fn answer(command_type: CommandType, attributes: impl Into<Attributes>) -> String {
    answer_in(&mut after("start\npoll"), command_type, attributes)
}

fn answer_in(
    house: &mut House,
    command_type: CommandType,
    attributes: impl Into<Attributes>,
) -> String {
    let request = RespondWorkflowTaskCompletedRequest {
        commands: vec![command(command_type, attributes)],
        identity: "worker".into(),
        ..Default::default()
    };
    let token = house.token.clone();
    house.log.clear();
    let _ =
        house.act(|run, cx| run.complete_workflow_task(cx, &request, &token, &Default::default()));
    house.log.clone()
}

#[test]
fn an_answer_that_is_refused_fails_the_task_and_changes_nothing_else() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: timer t 5s, timer t 6s
        poll
        complete: timer t 5s
    "), @r#"
        > complete: timer t 5s, timer t 6s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 StartTimerDuplicateId "StartTimerDuplicateId: invalid history builder state for action: add-timer-started-event, TimerID: t"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: StartTimerDuplicateId: invalid history builder state for action: add-timer-started-event, TimerID: t
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > complete: timer t 5s
          5 WorkflowTaskScheduled q attempt 2 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 TimerStarted t 5s
          - workflow task 5 for q
          wakes at 5s
        "#);
}

#[test]
fn a_second_bad_answer_is_left_to_time_out() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: cancel-timer t
        poll
        complete: cancel-timer t
        +10s
    "), @r#"
        > complete: cancel-timer t
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadCancelTimerAttributes "BadCancelTimerAttributes: invalid history builder state for action: add-timer-canceled-event, TimerID: t"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadCancelTimerAttributes: invalid history builder state for action: add-timer-canceled-event, TimerID: t
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > complete: cancel-timer t
          refused: CommandsRefused: BadCancelTimerAttributes: invalid history builder state for action: add-timer-canceled-event, TimerID: t
        > +10s
          + workflow task 5 for q
          - workflow task 5 for q
        "#);
}

#[test]
fn ids_are_taken_while_what_has_them_is_pending() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: timer t 5s, activity a
        poll
        complete: cancel-timer t, timer t 6s, cancel-activity a, activity a
    "), @r#"
        > complete force: timer t 5s, activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted t 5s
          6 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 6 for q
          + workflow task 7 for q
          - workflow task 2 for q
          wakes at 5s
        > poll
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 7 by worker]
        > complete: cancel-timer t, timer t 6s, cancel-activity a, activity a
          8 WorkflowTaskStarted of 7 by worker
          9 WorkflowTaskCompleted of 7/8
          10 TimerCanceled t of 5 by worker
          11 TimerStarted t 6s
          12 ActivityTaskCancelRequested of 6
          13 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          14 ActivityTaskCanceled of 6/0 asked by 12 "ACTIVITY_ID_NOT_STARTED" by worker
          15 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 13 for q
          + workflow task 15 for q
          - workflow task 7 for q
          - activity task 6 for q
          wakes at 6s
        "#);
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: activity a
        poll
        complete: activity a
    "), @r#"
        > complete force: activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 5 for q
          + workflow task 6 for q
          - workflow task 2 for q
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete: activity a
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskFailed of 6/7 ScheduleActivityDuplicateId "ScheduleActivityDuplicateId: invalid history builder state for action: add-activitytask-scheduled-event, ActivityID: a"
          + workflow task 9 for q
          - workflow task 6 for q
          refused: CommandsRefused: ScheduleActivityDuplicateId: invalid history builder state for action: add-activitytask-scheduled-event, ActivityID: a
        "#);
}

#[test]
fn what_is_canceled_must_be_there() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: cancel-activity 99
    "), @r#"
        > complete: cancel-activity 99
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadRequestCancelActivityAttributes "BadRequestCancelActivityAttributes: invalid history builder state for action: add-activitytask-cancel-requested-event, ScheduledEventID: 99"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadRequestCancelActivityAttributes: invalid history builder state for action: add-activitytask-cancel-requested-event, ScheduledEventID: 99
        "#);
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: cancel-activity 0
    "), @r#"
        > complete: cancel-activity 0
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadRequestCancelActivityAttributes "BadRequestCancelActivityAttributes: ScheduledEventId is not set on RequestCancelActivityTaskCommand."
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadRequestCancelActivityAttributes: ScheduledEventId is not set on RequestCancelActivityTaskCommand.
        "#);
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete force: activity a
        take a
        poll
        complete: cancel-activity a, cancel-activity a
    "), @r#"
        > complete force: activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 ActivityTaskScheduled a on q close 0s start 0s run 10s beat 0s
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + activity task 5 for q
          + workflow task 6 for q
          - workflow task 2 for q
        > take a
          - activity task 5 for q
          wakes at 10s
          activity a attempt 1 with in
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
        > complete: cancel-activity a, cancel-activity a
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskFailed of 6/7 BadRequestCancelActivityAttributes "BadRequestCancelActivityAttributes: invalid history builder state for action: add-activitytask-cancel-requested-event, ScheduledEventID: 5"
          + workflow task 9 for q
          - workflow task 6 for q
          refused: CommandsRefused: BadRequestCancelActivityAttributes: invalid history builder state for action: add-activitytask-cancel-requested-event, ScheduledEventID: 5
        "#);
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: timer t 5s, cancel-timer t, cancel-timer t
    "), @r#"
        > complete: timer t 5s, cancel-timer t, cancel-timer t
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadCancelTimerAttributes "BadCancelTimerAttributes: invalid history builder state for action: add-timer-canceled-event, TimerID: t"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadCancelTimerAttributes: invalid history builder state for action: add-timer-canceled-event, TimerID: t
        "#);
}

#[test]
fn nothing_follows_the_command_that_closes_the_run() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: finish, timer t 5s
        complete: timer t 5s
    "), @r#"
        > complete: finish, timer t 5s
          refused: InvalidArgument: invalid command sequence: [CompleteWorkflowExecution, StartTimer], command CompleteWorkflowExecution must be the last command.
        > complete: timer t 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted t 5s
          - workflow task 2 for q
          wakes at 5s
        "#);
}

#[test]
fn a_child_is_not_canceled_by_the_answer_that_starts_it() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: child c, cancel c
    "), @r#"
        > complete: child c, cancel c
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadRequestCancelExternalWorkflowExecutionAttributes "BadRequestCancelExternalWorkflowExecutionAttributes: Start and RequestCancel for child workflow is not allowed in same workflow task. WorkflowId=c RunId= Namespace="
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadRequestCancelExternalWorkflowExecutionAttributes: Start and RequestCancel for child workflow is not allowed in same workflow task. WorkflowId=c RunId= Namespace=
        "#);
}

#[test]
fn a_payload_that_is_too_large_ends_the_run() {
    insta::assert_snapshot!(check("
        limit blob=3
        start
        poll
        --
        signal one
        complete: activity a
    "), @r#"
        > signal one
        > complete: activity a
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadScheduleActivityAttributes "BadScheduleActivityAttributes: ScheduleActivityTaskCommandAttributes.Input exceeds size limit."
          5 WorkflowExecutionSignaled one
          6 WorkflowExecutionTerminated "BadScheduleActivityAttributes: ScheduleActivityTaskCommandAttributes.Input exceeds size limit."  by history-service
          - workflow task 2 for q
          refused: CommandsRefused: BadScheduleActivityAttributes: ScheduleActivityTaskCommandAttributes.Input exceeds size limit.
        "#);
    let mut house = after("limit blob=20\nstart\npoll");
    let result = CompleteWorkflowExecutionCommandAttributes {
        result: payloads(&"x".repeat(50)),
    };
    insta::assert_snapshot!(
        answer_in(&mut house, CommandType::CompleteWorkflowExecution, result),
        @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadCompleteWorkflowExecutionAttributes "BadCompleteWorkflowExecutionAttributes: CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit."
        5 WorkflowExecutionTerminated "BadCompleteWorkflowExecutionAttributes: CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit."  by history-service
        - workflow task 2 for q
        refused: CommandsRefused: BadCompleteWorkflowExecutionAttributes: CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit.
        "#
    );
}

#[test]
fn so_many_things_may_be_pending_and_no_more() {
    insta::assert_snapshot!(check("
        limit activities=2
        start
        poll
        --
        complete: activity a, activity b, activity c
    "), @r#"
        > complete: activity a, activity b, activity c
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 PendingActivitiesLimitExceeded "PendingActivitiesLimitExceeded: the number of pending activities, 2, has reached the per-workflow limit of 2"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: PendingActivitiesLimitExceeded: the number of pending activities, 2, has reached the per-workflow limit of 2
        "#);
    insta::assert_snapshot!(check("
        limit children=1
        start
        poll
        --
        complete: child a, child b
    "), @r#"
        > complete: child a, child b
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 PendingChildWorkflowsLimitExceeded "PendingChildWorkflowsLimitExceeded: the number of pending child workflow executions, 1, has reached the per-workflow limit of 1"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: PendingChildWorkflowsLimitExceeded: the number of pending child workflow executions, 1, has reached the per-workflow limit of 1
        "#);
}

#[test]
fn an_id_that_is_too_long_is_refused() {
    insta::assert_snapshot!(check("
        limit id=3
        start
        poll
        --
        complete: timer long 5s
    "), @r#"
        > complete: timer long 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadStartTimerAttributes "BadStartTimerAttributes: TimerId on StartTimerCommand exceeds length limit. TimerId=long Length=4 Limit=3"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadStartTimerAttributes: TimerId on StartTimerCommand exceeds length limit. TimerId=long Length=4 Limit=3
        "#);
}

#[test]
fn what_a_command_needs_must_be_set() {
    let nothing = ScheduleActivityTaskCommandAttributes::default();
    insta::assert_snapshot!(answer(CommandType::ScheduleActivityTask, nothing), @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadScheduleActivityAttributes "BadScheduleActivityAttributes: ActivityId is not set on ScheduleActivityTaskCommand. ActivityType="
        + workflow task 5 for q
        - workflow task 2 for q
        refused: CommandsRefused: BadScheduleActivityAttributes: ActivityId is not set on ScheduleActivityTaskCommand. ActivityType=
        "#);
    let no_type = ScheduleActivityTaskCommandAttributes {
        activity_id: "a".into(),
        ..Default::default()
    };
    insta::assert_snapshot!(answer(CommandType::ScheduleActivityTask, no_type), @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadScheduleActivityAttributes "BadScheduleActivityAttributes: ActivityType is not set on ScheduleActivityTaskCommand. ActivityID=a"
        + workflow task 5 for q
        - workflow task 2 for q
        refused: CommandsRefused: BadScheduleActivityAttributes: ActivityType is not set on ScheduleActivityTaskCommand. ActivityID=a
        "#);
    let no_timeout = ScheduleActivityTaskCommandAttributes {
        activity_id: "a".into(),
        activity_type: Some("A".to_owned().into()),
        ..Default::default()
    };
    insta::assert_snapshot!(answer(CommandType::ScheduleActivityTask, no_timeout), @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadScheduleActivityAttributes "BadScheduleActivityAttributes: A valid StartToClose or ScheduleToCloseTimeout is not set on ScheduleActivityTaskCommand. ActivityId=a ActivityType=A"
        + workflow task 5 for q
        - workflow task 2 for q
        refused: CommandsRefused: BadScheduleActivityAttributes: A valid StartToClose or ScheduleToCloseTimeout is not set on ScheduleActivityTaskCommand. ActivityId=a ActivityType=A
        "#);
    insta::assert_snapshot!(answer(CommandType::StartTimer, StartTimerCommandAttributes::default()), @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadStartTimerAttributes "BadStartTimerAttributes: TimerId is not set on StartTimerCommand."
        + workflow task 5 for q
        - workflow task 2 for q
        refused: CommandsRefused: BadStartTimerAttributes: TimerId is not set on StartTimerCommand.
        "#);
    insta::assert_snapshot!(answer(CommandType::RecordMarker, RecordMarkerCommandAttributes::default()), @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadRecordMarkerAttributes "BadRecordMarkerAttributes: MarkerName is not set on RecordMarkerCommand."
        + workflow task 5 for q
        - workflow task 2 for q
        refused: CommandsRefused: BadRecordMarkerAttributes: MarkerName is not set on RecordMarkerCommand.
        "#);
}

#[test]
fn a_negative_time_is_refused() {
    let timer = StartTimerCommandAttributes {
        timer_id: "t".into(),
        start_to_fire_timeout: Some(prost_wkt_types::Duration {
            seconds: -1,
            nanos: 0,
        }),
    };
    insta::assert_snapshot!(answer(CommandType::StartTimer, timer), @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadStartTimerAttributes "BadStartTimerAttributes: An invalid StartToFireTimeout is set on StartTimerCommand: negative duration. TimerId=t"
        + workflow task 5 for q
        - workflow task 2 for q
        refused: CommandsRefused: BadStartTimerAttributes: An invalid StartToFireTimeout is set on StartTimerCommand: negative duration. TimerId=t
        "#);
}

#[test]
fn an_operation_needs_an_endpoint_that_is_there() {
    let nexus = ScheduleNexusOperationCommandAttributes {
        endpoint: "nowhere".into(),
        ..Default::default()
    };
    insta::assert_snapshot!(answer(CommandType::ScheduleNexusOperation, nexus), @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadScheduleNexusOperationAttributes "BadScheduleNexusOperationAttributes: endpoint \"nowhere\" not found"
        + workflow task 5 for q
        - workflow task 2 for q
        refused: CommandsRefused: BadScheduleNexusOperationAttributes: endpoint "nowhere" not found
        "#);
}

#[test]
fn properties_are_merged_and_emptied() {
    let payload = |data: &str| Payload {
        data: data.as_bytes().to_vec(),
        ..Default::default()
    };
    let mut house = after("start\npoll");
    let first = ModifyWorkflowPropertiesCommandAttributes {
        upserted_memo: Some(Memo {
            fields: [("a".into(), payload("1")), ("b".into(), payload("2"))].into(),
        }),
    };
    answer_in(&mut house, CommandType::ModifyWorkflowProperties, first);
    house.play("signal one\npoll");
    let second = ModifyWorkflowPropertiesCommandAttributes {
        upserted_memo: Some(Memo {
            fields: [("a".into(), payload("")), ("b".into(), payload("3"))].into(),
        }),
    };
    answer_in(&mut house, CommandType::ModifyWorkflowProperties, second);
    let shown = house.runs[0]
        .visibility
        .clone()
        .and_then(|row| row.memo)
        .unwrap_or_default();
    assert_eq!(shown.fields, [("b".to_owned(), payload("3"))].into());
    house.play("signal two\npoll");
    let nothing = ModifyWorkflowPropertiesCommandAttributes {
        upserted_memo: Some(Memo::default()),
    };
    insta::assert_snapshot!(answer_in(&mut house, CommandType::ModifyWorkflowProperties, nothing), @r#"
        13 WorkflowTaskStarted of 12 by worker
        14 WorkflowTaskFailed of 12/13 BadModifyWorkflowPropertiesAttributes "BadModifyWorkflowPropertiesAttributes: UpsertedMemo.Fields is not set on ModifyWorkflowPropertiesCommand."
        + workflow task 15 for q
        - workflow task 12 for q
        refused: CommandsRefused: BadModifyWorkflowPropertiesAttributes: UpsertedMemo.Fields is not set on ModifyWorkflowPropertiesCommand.
        "#);
}

#[test]
fn a_command_that_is_only_a_type_is_refused() {
    let mut house = after("start\npoll");
    let request = RespondWorkflowTaskCompletedRequest {
        commands: vec![temporalio_protos::temporal::api::command::v1::Command {
            command_type: CommandType::StartTimer as i32,
            ..Default::default()
        }],
        ..Default::default()
    };
    let token = house.token.clone();
    let _ =
        house.act(|run, cx| run.complete_workflow_task(cx, &request, &token, &Default::default()));
    insta::assert_snapshot!(house.log, @r#"
        3 WorkflowTaskStarted of 2 by worker
        4 WorkflowTaskFailed of 2/3 BadStartTimerAttributes "BadStartTimerAttributes: StartTimerCommandAttributes is not set on StartTimerCommand."
        + workflow task 5 for q
        - workflow task 2 for q
        refused: CommandsRefused: BadStartTimerAttributes: StartTimerCommandAttributes is not set on StartTimerCommand.
        "#);
}

#[test]
fn a_versioning_behavior_needs_a_version() {
    use temporalio_protos::temporal::api::enums::v1::VersioningBehavior;
    let mut house = after("start\npoll");
    let request = RespondWorkflowTaskCompletedRequest {
        versioning_behavior: VersioningBehavior::Pinned as i32,
        ..Default::default()
    };
    let token = house.token.clone();
    let _ =
        house.act(|run, cx| run.complete_workflow_task(cx, &request, &token, &Default::default()));
    insta::assert_snapshot!(house.log, @r#"
          refused: InvalidArgument: versioning behavior cannot be specified without deployment options being set with versioned mode
        "#);
}

#[test]
fn a_pinned_run_sends_its_tasks_to_its_version_and_so_does_what_follows_it() {
    use temporalio_protos::temporal::api::{
        deployment::v1::WorkerDeploymentOptions,
        enums::v1::{VersioningBehavior, WorkerVersioningMode},
    };
    let mut house = after("limit interval=0\nstart\npoll");
    let complete = |house: &mut House, commands| {
        let request = RespondWorkflowTaskCompletedRequest {
            commands,
            versioning_behavior: VersioningBehavior::Pinned as i32,
            deployment_options: Some(WorkerDeploymentOptions {
                deployment_name: "module".into(),
                build_id: "digest".into(),
                worker_versioning_mode: WorkerVersioningMode::Versioned as i32,
            }),
            ..Default::default()
        };
        let token = house.token.clone();
        house
            .act(|run, cx| run.complete_workflow_task(cx, &request, &token, &Default::default()))
            .expect("it is pinned");
    };
    complete(&mut house, Vec::new());
    house.play("signal one\npoll");
    let next = temporalio_protos::temporal::api::command::v1::ContinueAsNewWorkflowExecutionCommandAttributes::default();
    complete(
        &mut house,
        vec![command(CommandType::ContinueAsNewWorkflowExecution, next)],
    );
    insta::assert_snapshot!(house.log, @r#"
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > signal one
          5 WorkflowExecutionSignaled one
          6 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 6 for q on digest
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 6 by worker]
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 WorkflowExecutionContinuedAsNew next is 4
          - workflow task 6 for q on digest
          new run 2
          1 WorkflowExecutionStarted q Workflow after 1
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q on digest
        "#);
    assert_eq!(
        house
            .run()
            .pinned_version()
            .map(|version| version.build_id)
            .as_deref(),
        Some("digest")
    );
}

#[test]
fn an_id_with_a_zero_byte_is_refused() {
    let said = answer(
        CommandType::StartTimer,
        Attributes::StartTimerCommandAttributes(StartTimerCommandAttributes {
            timer_id: "a\0b".into(),
            start_to_fire_timeout: Some(prost_wkt_types::Duration {
                seconds: 1,
                nanos: 0,
            }),
        }),
    );
    assert!(
        said.contains("TimerId on StartTimerCommand contains a zero byte."),
        "{said}"
    );
}
