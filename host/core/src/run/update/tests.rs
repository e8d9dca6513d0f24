//! Updates: admitted, carried by a task, accepted, rejected, completed, aborted.

use prost::Message;
use temporalio_protos::temporal::api::{
    protocol::v1::Message as ProtocolMessage,
    update::v1::{Acceptance, Input, Request},
    workflowservice::v1::RespondWorkflowTaskCompletedRequest,
};

use crate::run::harness::{after, check};

#[test]
fn an_update_is_accepted_and_completed() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete
        ask u
        update u
        ask u
        poll
        complete: accept u command, timer t 5s
        ask u
        +5s
        poll
        complete: respond u result=42 command
        ask u
    "), @r#"
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > ask u
          unknown
        > update u
          offered workflow task 5 for q
        > ask u
          Admitted
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > complete: accept u command, timer t 5s
          5 WorkflowTaskScheduled q attempt 1 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowExecutionUpdateAccepted u after 1
          9 TimerStarted t 5s
          wakes at 5s
        > ask u
          Accepted
        > +5s
          10 TimerFired t of 9
          11 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 11 for q
          wakes never
        > poll
          task attempt 1 events 1..11 then [12 WorkflowTaskStarted of 11 by worker]
        > complete: respond u result=42 command
          12 WorkflowTaskStarted of 11 by worker
          13 WorkflowTaskCompleted of 11/12
          14 WorkflowExecutionUpdateCompleted of 8
          - workflow task 11 for q
        > ask u
          Completed 42
        "#);
}

#[test]
fn an_update_is_completed_by_the_answer_that_accepts_it() {
    insta::assert_snapshot!(check("
        start
        update u
        poll
        complete: marker first, accept u, respond u result=1
        ask u
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete: marker first, accept u, respond u result=1
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 MarkerRecorded first
          6 WorkflowExecutionUpdateAccepted u after 1
          7 WorkflowExecutionUpdateCompleted of 6
          - workflow task 2 for q
        > ask u
          Completed 1
        "#);
}

#[test]
fn a_rejected_update_leaves_no_trace() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete
        update u
        poll
        complete: reject u
        ask u
        update u
        poll
        complete: accept u
        ask u
    "), @r#"
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > update u
          offered workflow task 5 for q
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > complete: reject u
        > ask u
          Completed "no"
        > update u
          offered workflow task 5 for q
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > complete: accept u
          5 WorkflowTaskScheduled q attempt 1 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowExecutionUpdateAccepted u after 1
        > ask u
          Accepted
        "#);
}

#[test]
fn a_rejection_is_written_if_its_task_showed_events_that_the_worker_takes_once() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: timer t 5s
        update u
        poll
        complete: reject u
    "), @r#"
        > complete: timer t 5s
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 TimerStarted t 5s
          - workflow task 2 for q
          wakes at 5s
        > update u
          offered workflow task 6 for q
        > poll
          task attempt 1 events 1..5 then [6 WorkflowTaskScheduled q attempt 1 in 10s] [7 WorkflowTaskStarted of 6 by worker] (u/request)
        > complete: reject u
          6 WorkflowTaskScheduled q attempt 1 in 10s
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
        "#);
}

#[test]
fn something_that_happens_meanwhile_makes_the_task_one_like_any_other() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete
        update u
        signal one
        poll
        complete: reject u
        update v
        poll
        signal two
        complete: reject v
    "), @r#"
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > update u
          offered workflow task 5 for q
        > signal one
          5 WorkflowTaskScheduled q attempt 1 in 10s
          6 WorkflowExecutionSignaled one
          + workflow task 5 for q
        > poll
          task attempt 1 events 1..6 then [7 WorkflowTaskStarted of 5 by worker] (u/request)
        > complete: reject u
          7 WorkflowTaskStarted of 5 by worker
          8 WorkflowTaskCompleted of 5/7
          - workflow task 5 for q
        > update v
          offered workflow task 9 for q
        > poll
          task attempt 1 events 1..8 then [9 WorkflowTaskScheduled q attempt 1 in 10s] [10 WorkflowTaskStarted of 9 by worker] (v/request)
        > signal two
          9 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 9 for q
        > complete: reject v
          10 WorkflowTaskStarted of 9 by worker
          11 WorkflowTaskCompleted of 9/10
          12 WorkflowExecutionSignaled two
          13 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 13 for q
          - workflow task 9 for q
        "#);
}

#[test]
fn the_same_update_id_is_one_update() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete
        update u
        update u
        poll
        complete: accept u, respond u result=1
        update u
        ask u
    "), @r#"
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > update u
          offered workflow task 5 for q
        > update u
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > complete: accept u, respond u result=1
          5 WorkflowTaskScheduled q attempt 1 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowExecutionUpdateAccepted u after 1
          9 WorkflowExecutionUpdateCompleted of 8
        > update u
        > ask u
          Completed 1
        "#);
}

#[test]
fn an_update_that_comes_while_a_worker_has_a_task_gets_one_of_its_own() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        update u
        complete
        poll
        complete: accept u
    "), @r#"
        > update u
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
          offered workflow task 5 for q
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > complete: accept u
          5 WorkflowTaskScheduled q attempt 1 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowExecutionUpdateAccepted u after 1
        "#);
}

#[test]
fn a_worker_that_says_nothing_of_an_update_does_not_know_updates() {
    insta::assert_snapshot!(check("
        start
        update u
        poll
        complete
        ask u
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > ask u
          Completed "Workflow Update is rejected because it wasn't processed by worker. Probably, Workflow Update is not supported by the worker." (UnprocessedUpdate)
        "#);
}

#[test]
fn a_worker_that_needs_more_time_keeps_its_updates() {
    insta::assert_snapshot!(check("
        start
        update u
        poll
        complete force return
        update v
        poll
        ask u
        complete: accept u, accept v
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete force return
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 5 for q
          - workflow task 2 for q
        > update v
        > poll
          task attempt 1 events 1..5 then [6 WorkflowTaskStarted of 5 by worker] (v/request)
        > ask u
          Admitted
        > complete: accept u, accept v
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowExecutionUpdateAccepted u after 1
          9 WorkflowExecutionUpdateAccepted v after 1
          - workflow task 5 for q
        "#);
}

#[test]
fn a_task_that_fails_is_tried_again_with_its_updates() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete
        update u
        poll
        fail
        poll
        complete: accept u
    "), @r#"
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > update u
          offered workflow task 5 for q
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > fail
          5 WorkflowTaskScheduled q attempt 1 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskFailed of 5/6 WorkflowWorkerUnhandledFailure
          + workflow task 8 for q
        > poll
          task attempt 2 events 1..7 then [8 WorkflowTaskScheduled q attempt 2 in 10s] [9 WorkflowTaskStarted of 8 by worker] (u/request)
        > complete: accept u
          8 WorkflowTaskScheduled q attempt 2 in 10s
          9 WorkflowTaskStarted of 8 by worker
          10 WorkflowTaskCompleted of 8/9
          11 WorkflowExecutionUpdateAccepted u after 1
          - workflow task 8 for q
        "#);
}

#[test]
fn a_refused_answer_aborts_the_updates_that_it_was_about() {
    insta::assert_snapshot!(check("
        start
        update u
        poll
        update v
        complete: accept u, accept u
        ask u
        ask v
        poll
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > update v
        > complete: accept u, accept u
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadUpdateWorkflowExecutionMessage "BadUpdateWorkflowExecutionMessage: invalid state transition attempted for Update u: received *update.Acceptance message while in state ProvisionallyAccepted"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadUpdateWorkflowExecutionMessage: invalid state transition attempted for Update u: received *update.Acceptance message while in state ProvisionallyAccepted
        > ask u
          Admitted WorkflowNotReady: Unable to perform workflow execution update due to unexpected workflow task failure.
        > ask v
          Admitted
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker] (v/request)
        "#);
}

#[test]
fn a_message_about_an_update_must_make_sense() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete: respond u
    "), @r#"
        > complete: respond u
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadUpdateWorkflowExecutionMessage "BadUpdateWorkflowExecutionMessage: update u wasn't found on the server. This is most likely a transient error which will be resolved automatically by retries"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadUpdateWorkflowExecutionMessage: update u wasn't found on the server. This is most likely a transient error which will be resolved automatically by retries
        "#);
    insta::assert_snapshot!(check("
        start
        update u
        poll
        complete: respond u
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete: respond u
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadUpdateWorkflowExecutionMessage "BadUpdateWorkflowExecutionMessage: invalid state transition attempted for Update u: received *update.Response message while in state Sent"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadUpdateWorkflowExecutionMessage: invalid state transition attempted for Update u: received *update.Response message while in state Sent
        "#);
    insta::assert_snapshot!(check("
        start
        update u
        poll
        complete: accept u, reject u
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete: accept u, reject u
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 BadUpdateWorkflowExecutionMessage "BadUpdateWorkflowExecutionMessage: invalid state transition attempted for Update u: received *update.Rejection message while in state ProvisionallyAccepted"
          + workflow task 5 for q
          - workflow task 2 for q
          refused: CommandsRefused: BadUpdateWorkflowExecutionMessage: invalid state transition attempted for Update u: received *update.Rejection message while in state ProvisionallyAccepted
        "#);
}

#[test]
fn a_closing_run_aborts_what_no_worker_accepted_and_fails_what_one_did() {
    insta::assert_snapshot!(check("
        start
        update u
        poll
        complete: accept u
        update v
        poll
        update w
        complete: finish
        ask u
        ask v
        ask w
        update u
        update x
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete: accept u
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionUpdateAccepted u after 1
          - workflow task 2 for q
        > update v
          offered workflow task 6 for q
        > poll
          task attempt 1 events 1..5 then [6 WorkflowTaskScheduled q attempt 1 in 10s] [7 WorkflowTaskStarted of 6 by worker] (v/request)
        > update w
        > complete: finish
          6 WorkflowTaskScheduled q attempt 1 in 10s
          7 WorkflowTaskStarted of 6 by worker
          8 WorkflowTaskCompleted of 6/7
          9 WorkflowExecutionCompleted
        > ask u
          Completed "Workflow Update failed because the Workflow completed before the Update completed." (AcceptedUpdateCompletedWorkflow)
        > ask v
          Admitted NotFound: workflow update was aborted by closing workflow
        > ask w
          Admitted NotFound: workflow update was aborted by closing workflow
        > update u
        > update x
          refused: NotFound: workflow execution already completed
        "#);
}

#[test]
fn an_update_that_is_rejected_by_the_answer_that_closes_the_run_is_rejected() {
    insta::assert_snapshot!(check("
        start
        update u
        update v
        poll
        complete: finish, reject u, accept v
        ask u
        ask v
    "), @r#"
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > update v
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request) (v/request)
        > complete: finish, reject u, accept v
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionCompleted
          - workflow task 2 for q
        > ask u
          Completed "no"
        > ask v
          Admitted NotFound: workflow update was aborted by closing workflow
        "#);
}

#[test]
fn an_update_of_a_run_that_lives_on_is_to_be_tried_there() {
    insta::assert_snapshot!(check("
        limit interval=0
        start
        poll
        --
        update u
        complete: continue
        on 1
        ask u
    "), @r#"
        > update u
        > complete: continue
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionContinuedAsNew next is 3
          - workflow task 2 for q
          new run 2
          1 WorkflowExecutionStarted q Workflow after 1
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > on 1
        > ask u
          Admitted WorkflowClosing: workflow operation can not be applied because workflow is closing
        "#);
}

#[test]
fn a_crash_forgets_what_no_worker_accepted() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        complete
        update u
        poll
        crash
        ask u
        complete: accept u
        update u
        poll
        complete: accept u, respond u result=1
        crash
        ask u
    "), @r#"
        > complete
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          - workflow task 2 for q
        > update u
          offered workflow task 5 for q
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > crash
        > ask u
          unknown
        > complete: accept u
          refused: NotFound: Workflow task not found.
        > update u
          offered workflow task 5 for q
        > poll
          task attempt 1 events 1..4 then [5 WorkflowTaskScheduled q attempt 1 in 10s] [6 WorkflowTaskStarted of 5 by worker] (u/request)
        > complete: accept u, respond u result=1
          5 WorkflowTaskScheduled q attempt 1 in 10s
          6 WorkflowTaskStarted of 5 by worker
          7 WorkflowTaskCompleted of 5/6
          8 WorkflowExecutionUpdateAccepted u after 1
          9 WorkflowExecutionUpdateCompleted of 8
        > crash
        > ask u
          Completed see event 9
        "#);
}

#[test]
fn updates_are_limited() {
    insta::assert_snapshot!(check("
        limit updates=1
        start
        update u
        update v
        poll
        complete: accept u
        update v
        signal go
        poll
        complete: respond u
        update v
        ask v
    "), @r#"
        > limit updates=1
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > update v
          refused: ResourceExhausted: limit on number of concurrent in-flight updates has been reached (1)
        > poll
          task attempt 1 events 1..2 then [3 WorkflowTaskStarted of 2 by worker] (u/request)
        > complete: accept u
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskCompleted of 2/3
          5 WorkflowExecutionUpdateAccepted u after 1
          - workflow task 2 for q
        > update v
          refused: ResourceExhausted: limit on number of concurrent in-flight updates has been reached (1)
        > signal go
          6 WorkflowExecutionSignaled go
          7 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 7 for q
        > poll
          task attempt 1 events 1..7 then [8 WorkflowTaskStarted of 7 by worker]
        > complete: respond u
          8 WorkflowTaskStarted of 7 by worker
          9 WorkflowTaskCompleted of 7/8
          10 WorkflowExecutionUpdateCompleted of 5
          - workflow task 7 for q
        > update v
          offered workflow task 11 for q
        > ask v
          Admitted
        "#);
    insta::assert_snapshot!(check("
        limit updates-total=1
        start
        update u
        update v
    "), @r#"
        > limit updates-total=1
        > start
          new run 1
          1 WorkflowExecutionStarted q
          2 WorkflowTaskScheduled q attempt 1 in 10s
          + workflow task 2 for q
        > update u
        > update v
          refused: FailedPrecondition: The limit on the total number of distinct updates in this workflow has been reached (1). Make sure any duplicate updates share an Update ID so the server can deduplicate them, and consider rejecting updates that you aren't going to process. You can also Continue-as-New to avoid this; we recommend you check Continue-as-New Suggested in your Workflow.
        "#);
}

#[test]
fn nobody_is_let_in_while_the_task_keeps_failing() {
    insta::assert_snapshot!(check("
        start
        poll
        --
        fail
        poll
        fail
        update u
    "), @r#"
        > fail
          3 WorkflowTaskStarted of 2 by worker
          4 WorkflowTaskFailed of 2/3 WorkflowWorkerUnhandledFailure
          + workflow task 5 for q
          - workflow task 2 for q
        > poll
          task attempt 2 events 1..4 then [5 WorkflowTaskScheduled q attempt 2 in 10s] [6 WorkflowTaskStarted of 5 by worker]
        > fail
          + workflow task 5 for q
          - workflow task 5 for q
        > update u
          refused: WorkflowNotReady: Unable to perform workflow execution update due to Workflow Task in failed state.
        "#);
}

#[test]
fn a_lost_update_is_accepted_if_the_worker_brings_its_request() {
    let mut house = after(
        "
        start
        poll
    ",
    );
    let request = Request {
        input: Some(Input {
            name: "U".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let acceptance = Acceptance {
        accepted_request_message_id: "u/request".into(),
        accepted_request_sequencing_event_id: 1,
        accepted_request: Some(request.clone()),
    };
    let answer = RespondWorkflowTaskCompletedRequest {
        messages: vec![ProtocolMessage {
            id: "m".into(),
            protocol_instance_id: "u".into(),
            body: Some(prost_wkt_types::Any {
                type_url: "type.googleapis.com/temporal.api.update.v1.Acceptance".into(),
                value: acceptance.encode_to_vec(),
            }),
            ..Default::default()
        }],
        ..Default::default()
    };
    let token = house.token.clone();
    house
        .act(|run, cx| run.complete_workflow_task(cx, &answer, &token, &Default::default()))
        .expect("it is accepted");
    insta::assert_snapshot!(house.check("ask u"), @r#"
        > ask u
          Accepted
        "#);
}

#[test]
fn a_message_without_a_body_is_refused_and_the_task_goes_on() {
    let mut house = after("start\nupdate u\npoll");
    let answer = RespondWorkflowTaskCompletedRequest {
        messages: vec![ProtocolMessage::default()],
        ..Default::default()
    };
    let token = house.token.clone();
    let refused = house
        .act(|run, cx| run.complete_workflow_task(cx, &answer, &token, &Default::default()))
        .expect_err("it says nothing");
    assert_eq!(
        refused,
        crate::Rejection::InvalidArgument("nil message body".into())
    );
    assert!(house.run().is_workflow_task_started());
    insta::assert_snapshot!(house.check("ask u"), @r#"
        > ask u
          Admitted
        "#);
}
