"""StartWorkflowExecution: what the first event holds, and which second start of an id is allowed. No SDK worker."""

import pytest
from temporalio.api.common.v1 import Header, WorkflowExecution
from temporalio.api.enums.v1 import (
    WorkflowExecutionStatus,
    WorkflowIdConflictPolicy,
    WorkflowIdReusePolicy,
)
from temporalio.api.errordetails.v1 import WorkflowExecutionAlreadyStartedFailure
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    TerminateWorkflowExecutionRequest,
)
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy as Conflict
from temporalio.common import WorkflowIDReusePolicy as Reuse
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from harness.history import event_name
from harness.raw import (
    RawWorker,
    complete_workflow,
    fail_workflow,
    failure,
    payload,
    payloads,
    seconds,
)
from harness.wait import eventually

ALLOW = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE
FAILED_ONLY = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
REJECT = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
TERMINATE_IF_RUNNING = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING
USE_EXISTING = WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING
TERMINATE_EXISTING = WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING


async def status(raw: RawWorker, run_id: str) -> str:
    described = await raw.service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(
            namespace=raw.namespace, execution=WorkflowExecution(workflow_id=raw.task_queue, run_id=run_id)
        )
    )
    name = WorkflowExecutionStatus.Name(described.workflow_execution_info.status)
    return name.removeprefix("WORKFLOW_EXECUTION_STATUS_")


async def close(raw: RawWorker, how: str) -> None:
    """Ends the run of this test's id."""
    if how == "COMPLETED":
        await raw.answer_next(complete_workflow())
    elif how == "FAILED":
        await raw.answer_next(fail_workflow(failure("on purpose")))
    else:
        await raw.service.terminate_workflow_execution(
            TerminateWorkflowExecutionRequest(
                namespace=raw.namespace, workflow_execution=WorkflowExecution(workflow_id=raw.task_queue)
            )
        )


async def test_the_first_event_holds_what_the_start_said(raw: RawWorker) -> None:
    run_id = await raw.start(
        input=payloads("one", "two"),
        header=Header(fields={"trace": payload("abc")}),
        workflow_execution_timeout=seconds(300),
        workflow_run_timeout=seconds(200),
        workflow_task_timeout=seconds(7),
    )
    history = await raw.history()
    assert [event_name(event) for event in history] == ["WorkflowExecutionStarted", "WorkflowTaskScheduled"]
    started = history[0].workflow_execution_started_event_attributes
    assert started.workflow_type.name == "some-workflow"
    assert started.task_queue.name == raw.task_queue
    assert started.input == payloads("one", "two")
    assert started.header.fields["trace"] == payload("abc")
    assert started.workflow_execution_timeout == seconds(300)
    assert started.workflow_run_timeout == seconds(200)
    assert started.workflow_task_timeout == seconds(7)
    assert started.original_execution_run_id == run_id
    assert started.first_execution_run_id == run_id
    assert started.identity == "raw-client"
    assert started.attempt == 1
    assert started.workflow_id == raw.task_queue
    assert started.HasField("workflow_execution_expiration_time")
    scheduled = history[1].workflow_task_scheduled_event_attributes
    assert scheduled.task_queue.name == raw.task_queue
    assert scheduled.start_to_close_timeout == seconds(7)
    assert scheduled.attempt == 1


async def test_defaults_are_a_ten_second_task_timeout_and_no_other(raw: RawWorker) -> None:
    await raw.start()
    started = (await raw.history())[0].workflow_execution_started_event_attributes
    assert started.workflow_task_timeout == seconds(10)
    assert started.workflow_run_timeout == seconds(0)
    assert started.workflow_execution_timeout == seconds(0)
    assert not started.HasField("retry_policy")


async def test_a_run_timeout_is_cut_to_the_execution_timeout(raw: RawWorker) -> None:
    await raw.start(workflow_execution_timeout=seconds(50), workflow_run_timeout=seconds(200))
    started = (await raw.history())[0].workflow_execution_started_event_attributes
    assert started.workflow_run_timeout == seconds(50)


async def test_a_running_id_is_refused_with_its_run(raw: RawWorker) -> None:
    request = raw.start_request()
    run_id = (await raw.service.start_workflow_execution(request)).run_id
    with pytest.raises(RPCError) as caught:
        await raw.start()
    assert caught.value.status == RPCStatusCode.ALREADY_EXISTS
    detail = WorkflowExecutionAlreadyStartedFailure()
    assert caught.value.grpc_status.details[0].Unpack(detail)
    assert detail.run_id == run_id
    assert detail.start_request_id == request.request_id


async def test_the_sdk_names_the_run_that_is_there(client: Client, unique: str) -> None:
    handle = await client.start_workflow("some-workflow", id=unique, task_queue=unique)
    with pytest.raises(WorkflowAlreadyStartedError) as caught:
        await client.start_workflow("some-workflow", id=unique, task_queue=unique)
    assert caught.value.workflow_id == unique
    assert caught.value.run_id == handle.first_execution_run_id


async def test_the_same_request_id_starts_once(raw: RawWorker) -> None:
    request = raw.start_request()
    first = await raw.service.start_workflow_execution(request)
    second = await raw.service.start_workflow_execution(request)
    assert first.run_id == second.run_id
    assert first.started and second.started
    assert len(await raw.history()) == 2


@pytest.mark.parametrize(
    ("ended", "policy", "allowed"),
    [
        ("COMPLETED", ALLOW, True),
        ("COMPLETED", FAILED_ONLY, False),
        ("COMPLETED", REJECT, False),
        ("FAILED", FAILED_ONLY, True),
        ("FAILED", REJECT, False),
        ("TERMINATED", FAILED_ONLY, True),
        ("TERMINATED", ALLOW, True),
    ],
)
async def test_a_closed_id_is_reused_as_the_policy_says(
    raw: RawWorker, ended: str, policy: "WorkflowIdReusePolicy.ValueType", allowed: bool
) -> None:
    first = await raw.start()
    await close(raw, ended)
    if allowed:
        second = await raw.start(workflow_id_reuse_policy=policy)
        assert second != first
        assert await status(raw, first) == ended
        assert await status(raw, second) == "RUNNING"
        started = (await raw.history(run_id=second))[0].workflow_execution_started_event_attributes
        assert started.first_execution_run_id == second
    else:
        with pytest.raises(RPCError) as caught:
            await raw.start(workflow_id_reuse_policy=policy)
        assert caught.value.status == RPCStatusCode.ALREADY_EXISTS
        detail = WorkflowExecutionAlreadyStartedFailure()
        assert caught.value.grpc_status.details[0].Unpack(detail)
        assert detail.run_id == first


@pytest.mark.parametrize("policy", [ALLOW, FAILED_ONLY, REJECT])
async def test_no_reuse_policy_replaces_a_run_that_is_open(
    raw: RawWorker, policy: "WorkflowIdReusePolicy.ValueType"
) -> None:
    await raw.start()
    with pytest.raises(RPCError) as caught:
        await raw.start(workflow_id_reuse_policy=policy)
    assert caught.value.status == RPCStatusCode.ALREADY_EXISTS


async def test_the_conflict_policy_can_use_the_run_that_is_open(raw: RawWorker) -> None:
    first = await raw.service.start_workflow_execution(raw.start_request())
    second = await raw.service.start_workflow_execution(raw.start_request(workflow_id_conflict_policy=USE_EXISTING))
    assert (first.started, second.started) == (True, False)
    assert first.run_id == second.run_id
    assert second.status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
    assert len(await raw.history()) == 2


async def test_using_the_existing_run_starts_one_when_there_is_none(raw: RawWorker) -> None:
    response = await raw.service.start_workflow_execution(raw.start_request(workflow_id_conflict_policy=USE_EXISTING))
    assert response.started


@pytest.mark.parametrize(
    "policies",
    [{"workflow_id_conflict_policy": TERMINATE_EXISTING}, {"workflow_id_reuse_policy": TERMINATE_IF_RUNNING}],
)
async def test_a_policy_can_terminate_the_run_that_is_open(raw: RawWorker, policies: dict) -> None:
    first = await raw.start()
    second = await raw.start(**policies)
    assert first != second
    assert await status(raw, first) == "TERMINATED"
    assert await status(raw, second) == "RUNNING"
    last = (await raw.history(run_id=first))[-1]
    assert event_name(last) == "WorkflowExecutionTerminated"
    assert last.workflow_execution_terminated_event_attributes.reason


async def test_reuse_that_terminates_and_a_conflict_policy_exclude_each_other(raw: RawWorker) -> None:
    with pytest.raises(RPCError) as caught:
        await raw.start(workflow_id_reuse_policy=TERMINATE_IF_RUNNING, workflow_id_conflict_policy=USE_EXISTING)
    assert caught.value.status == RPCStatusCode.INVALID_ARGUMENT


async def test_sdk_policies_do_the_same(client: Client, unique: str) -> None:
    async def start(**policies) -> str | None:
        handle = await client.start_workflow("some-workflow", id=unique, task_queue=unique, **policies)
        return handle.first_execution_run_id

    first = await start()
    assert await start(id_conflict_policy=Conflict.USE_EXISTING) == first
    second = await start(id_conflict_policy=Conflict.TERMINATE_EXISTING)
    assert second != first
    await client.get_workflow_handle(unique).terminate()
    with pytest.raises(WorkflowAlreadyStartedError):
        await start(id_reuse_policy=Reuse.REJECT_DUPLICATE)


async def test_a_failed_run_is_tried_again_with_its_retry_policy(raw: RawWorker) -> None:
    request = raw.start_request()
    request.retry_policy.maximum_attempts = 2
    request.retry_policy.initial_interval.CopyFrom(seconds(0.05))
    first = (await raw.service.start_workflow_execution(request)).run_id
    await raw.answer_next(fail_workflow(failure("first try")))
    task = await raw.poll()
    second = task.workflow_execution.run_id
    assert second != first
    started = task.history.events[0].workflow_execution_started_event_attributes
    assert started.attempt == 2
    assert started.continued_execution_run_id == first
    assert started.first_execution_run_id == first
    assert started.continued_failure.message == "first try"
    await raw.answer(task, fail_workflow(failure("second try")))

    failed = (await raw.history(run_id=first))[-1].workflow_execution_failed_event_attributes
    assert failed.new_execution_run_id == second
    last = (await raw.history(run_id=second))[-1].workflow_execution_failed_event_attributes
    assert last.new_execution_run_id == ""
    assert last.failure.message == "second try"
    assert await status(raw, first) == await status(raw, second) == "FAILED"


async def test_a_failure_that_forbids_it_is_not_tried_again(raw: RawWorker) -> None:
    request = raw.start_request()
    request.retry_policy.maximum_attempts = 5
    request.retry_policy.non_retryable_error_types.append("Fatal")
    await raw.service.start_workflow_execution(request)
    await raw.answer_next(fail_workflow(failure("enough", type="Fatal")))
    failed = (await raw.history())[-1].workflow_execution_failed_event_attributes
    assert failed.new_execution_run_id == ""


async def test_a_signal_does_not_end_a_start_delay(raw: RawWorker) -> None:
    await raw.start(workflow_start_delay=seconds(60))
    handle = raw.client.get_workflow_handle(raw.task_queue)
    await handle.signal("poke")
    # A cancellation does, so whatever the signal had set off would be there by then.
    await handle.cancel()
    await raw.poll()
    assert [event_name(event) for event in await raw.history()][:4] == [
        "WorkflowExecutionStarted",
        "WorkflowExecutionSignaled",
        "WorkflowExecutionCancelRequested",
        "WorkflowTaskScheduled",
    ]
    await handle.terminate()


async def test_a_delayed_start_schedules_its_first_task_later(raw: RawWorker) -> None:
    await raw.start(workflow_start_delay=seconds(0.3))
    history = await raw.history()
    assert [event_name(event) for event in history] == ["WorkflowExecutionStarted"]
    assert history[0].workflow_execution_started_event_attributes.first_workflow_task_backoff == seconds(0.3)
    task = await raw.poll()
    waited = task.history.events[1].event_time.ToNanoseconds() - task.history.events[0].event_time.ToNanoseconds()
    assert waited >= 0.29e9


@pytest.mark.parametrize(
    ("field", "value"),
    [("workflow_execution_timeout", 0.5), ("workflow_run_timeout", 0.5)],
)
async def test_a_workflow_that_takes_too_long_times_out(raw: RawWorker, field: str, value: float) -> None:
    run_id = await raw.start(**{field: seconds(value)})
    await eventually(lambda: is_closed(raw, run_id))
    assert await status(raw, run_id) == "TIMED_OUT"
    names = [event_name(event) for event in await raw.history()]
    assert names == ["WorkflowExecutionStarted", "WorkflowTaskScheduled", "WorkflowExecutionTimedOut"]


async def is_closed(raw: RawWorker, run_id: str) -> bool:
    return await status(raw, run_id) != "RUNNING"
