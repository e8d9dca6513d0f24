"""Stand-alone activities: those that a client starts, and no workflow."""

import asyncio
import uuid
from datetime import timedelta

import pytest
from temporalio import activity
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import ActivityType
from temporalio.api.enums.v1 import ActivityExecutionStatus as Status
from temporalio.api.enums.v1 import PendingActivityState as State
from temporalio.api.enums.v1 import IndexedValueType, RetryState, TimeoutType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DeleteActivityExecutionRequest,
    DescribeActivityExecutionRequest,
    DescribeActivityExecutionResponse,
    PauseActivityExecutionRequest,
    PollActivityExecutionRequest,
    PollActivityExecutionResponse,
    RecordActivityTaskHeartbeatByIdRequest,
    RequestCancelActivityExecutionRequest,
    ResetActivityExecutionRequest,
    RespondActivityTaskCanceledRequest,
    RespondActivityTaskCompletedByIdRequest,
    RespondActivityTaskCompletedRequest,
    RespondActivityTaskFailedRequest,
    StartActivityExecutionRequest,
    StartActivityExecutionResponse,
    TerminateActivityExecutionRequest,
    UnpauseActivityExecutionRequest,
    UpdateActivityExecutionOptionsRequest,
)
from temporalio.client import ActivityFailureError, Client
from temporalio.common import (
    ActivityIDConflictPolicy,
    ActivityIDReusePolicy,
    RetryPolicy,
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
)
from temporalio.exceptions import ActivityAlreadyStartedError, ApplicationError, CancelledError
from temporalio.service import RPCError, RPCStatusCode

from harness.raw import RawWorker, failure, payloads, seconds
from harness.wait import eventually

# The reference of these tests does not have them yet.
pytestmark = pytest.mark.sundial_only

SHORT = timedelta(milliseconds=300)
LONG = timedelta(seconds=30)
QUICK = RetryPolicy(initial_interval=timedelta(milliseconds=20), backoff_coefficient=1.0, maximum_attempts=3)


@activity.defn
async def greet(name: str) -> str:
    info = activity.info()
    assert not info.in_workflow and info.workflow_id is None and info.workflow_type is None
    assert info.activity_run_id
    return f"hello {name}, {info.activity_id}"


@activity.defn
async def fails_twice() -> int:
    attempt = activity.info().attempt
    if attempt < 3:
        raise ApplicationError(f"attempt {attempt}", type="NotYet")
    return attempt


@activity.defn
async def always_fails() -> None:
    raise ApplicationError("no luck", type="Never")


@activity.defn
async def beats() -> None:
    while True:
        activity.heartbeat("alive")
        await asyncio.sleep(0.02)


async def start(client: Client, unique: str, **fields: object) -> StartActivityExecutionResponse:
    """Starts one by hand."""
    request = StartActivityExecutionRequest(
        namespace=client.namespace,
        identity="tests",
        activity_id=unique,
        activity_type=ActivityType(name="by_hand"),
        task_queue=TaskQueue(name=unique),
        start_to_close_timeout=seconds(30),
        input=payloads("input"),
    )
    request.MergeFrom(StartActivityExecutionRequest(**fields))
    return await client.workflow_service.start_activity_execution(request)


async def describe(client: Client, activity_id: str, **fields: object) -> DescribeActivityExecutionResponse:
    request = DescribeActivityExecutionRequest(namespace=client.namespace, activity_id=activity_id, **fields)
    return await client.workflow_service.describe_activity_execution(request)


async def poll(client: Client, activity_id: str) -> PollActivityExecutionResponse:
    request = PollActivityExecutionRequest(namespace=client.namespace, activity_id=activity_id)
    return await client.workflow_service.poll_activity_execution(request)


async def refused(call: object) -> tuple[RPCStatusCode, str]:
    with pytest.raises(RPCError) as caught:
        await call
    return caught.value.status, caught.value.message


async def test_an_activity_runs_without_a_workflow(client: Client, worker, unique: str) -> None:
    async with worker(activities=[greet]):
        result = await client.execute_activity(
            greet, "Ada", id=unique, task_queue=unique, start_to_close_timeout=LONG, summary="a greeting"
        )
    assert result == f"hello Ada, {unique}"
    shown = await client.get_activity_handle(unique).describe()
    assert shown.activity_type == "greet"
    assert shown.attempt == 1
    raw = await describe(client, unique, include_input=True, include_outcome=True)
    assert raw.info.status == Status.ACTIVITY_EXECUTION_STATUS_COMPLETED
    assert raw.info.user_metadata.summary.data == b'"a greeting"'
    assert raw.info.close_time.ToNanoseconds() >= raw.info.schedule_time.ToNanoseconds()
    assert raw.input.payloads[0].data == b'"Ada"'
    assert raw.outcome.result.payloads[0].data == f'"hello Ada, {unique}"'.encode()
    assert not raw.long_poll_token
    assert not (await describe(client, unique)).HasField("input")


async def test_failures_are_retried_as_the_policy_says(client: Client, worker, unique: str) -> None:
    async with worker(activities=[fails_twice, always_fails]):
        options = {"task_queue": unique, "start_to_close_timeout": LONG, "retry_policy": QUICK}
        assert await client.execute_activity(fails_twice, id=unique, **options) == 3
        with pytest.raises(ActivityFailureError) as caught:
            await client.execute_activity(always_fails, id=f"{unique}-never", **options)
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "Never"
    shown = await describe(client, f"{unique}-never", include_outcome=True, include_last_failure=True)
    assert shown.info.status == Status.ACTIVITY_EXECUTION_STATUS_FAILED
    assert shown.info.attempt == 3
    assert shown.info.last_failure.message == "no luck"
    assert shown.outcome.retry_state == RetryState.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED


async def test_a_cancellation_reaches_a_worker_by_its_heartbeat(client: Client, worker, unique: str) -> None:
    async with worker(activities=[beats]):
        handle = await client.start_activity(
            beats, id=unique, task_queue=unique, start_to_close_timeout=LONG, heartbeat_timeout=LONG
        )
        await eventually(lambda: started(client, unique))
        await handle.cancel(reason="changed our mind")
        with pytest.raises(ActivityFailureError) as caught:
            await handle.result()
    assert isinstance(caught.value.cause, CancelledError)
    info = (await describe(client, unique, include_heartbeat_details=True)).info
    assert info.status == Status.ACTIVITY_EXECUTION_STATUS_CANCELED
    assert info.canceled_reason == "changed our mind"
    assert info.heartbeat_details.payloads[0].data == b'"alive"'
    assert info.total_heartbeat_count >= 1


async def started(client: Client, activity_id: str) -> bool:
    info = (await describe(client, activity_id)).info
    return info.run_state == State.PENDING_ACTIVITY_STATE_STARTED


@pytest.mark.parametrize(
    ("limits", "is_polled", "expected"),
    [
        ({"schedule_to_start_timeout": SHORT}, False, TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START),
        ({"schedule_to_close_timeout": SHORT}, True, TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE),
        ({"start_to_close_timeout": SHORT}, True, TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE),
        ({"heartbeat_timeout": SHORT}, True, TimeoutType.TIMEOUT_TYPE_HEARTBEAT),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_each_time_out_ends_it(
    client: Client, raw: RawWorker, unique: str, limits: dict, is_polled: bool, expected: int
) -> None:
    options = {"start_to_close_timeout": LONG, "retry_policy": RetryPolicy(maximum_attempts=1)} | limits
    handle = await client.start_activity("nobody", id=unique, task_queue=unique, **options)
    if is_polled:
        await raw.poll_activity()
    with pytest.raises(ActivityFailureError):
        await handle.result()
    outcome = (await poll(client, unique)).outcome
    assert outcome.failure.timeout_failure_info.timeout_type == expected
    info = (await describe(client, unique)).info
    assert info.status == Status.ACTIVITY_EXECUTION_STATUS_TIMED_OUT


async def test_a_task_names_the_activity_and_no_workflow(client: Client, raw: RawWorker, unique: str) -> None:
    begun = await start(client, unique)
    assert begun.started
    assert begun.link.activity.run_id == begun.run_id
    task = await raw.poll_activity()
    assert task.activity_id == unique
    assert task.activity_run_id == begun.run_id
    assert task.workflow_execution.workflow_id == "" and task.workflow_execution.run_id == ""
    assert not task.HasField("workflow_type") or task.workflow_type.name == ""
    assert task.workflow_namespace == client.namespace
    assert task.input == payloads("input")
    await client.workflow_service.respond_activity_task_completed(
        RespondActivityTaskCompletedRequest(namespace=client.namespace, task_token=task.task_token, result=payloads("x"))
    )
    assert (await poll(client, unique)).outcome.result == payloads("x")
    late = client.workflow_service.respond_activity_task_failed(
        RespondActivityTaskFailedRequest(namespace=client.namespace, task_token=task.task_token, failure=failure("late"))
    )
    assert await refused(late) == (RPCStatusCode.NOT_FOUND, "activity task not found")


async def test_it_is_completed_and_heartbeats_by_its_id(client: Client, raw: RawWorker, unique: str) -> None:
    begun = await start(client, unique)
    await raw.poll_activity()
    beat = await client.workflow_service.record_activity_task_heartbeat_by_id(
        RecordActivityTaskHeartbeatByIdRequest(
            namespace=client.namespace, activity_id=unique, run_id=begun.run_id, details=payloads("half")
        )
    )
    assert not beat.cancel_requested
    await client.workflow_service.respond_activity_task_completed_by_id(
        RespondActivityTaskCompletedByIdRequest(namespace=client.namespace, activity_id=unique, result=payloads("by id"))
    )
    assert (await poll(client, unique)).outcome.result == payloads("by id")


async def test_the_id_is_taken_as_the_policies_say(client: Client, unique: str) -> None:
    options = {"id": unique, "task_queue": unique, "start_to_close_timeout": LONG}
    first = await client.start_activity("nobody", **options)
    with pytest.raises(ActivityAlreadyStartedError) as caught:
        await client.start_activity("nobody", **options)
    assert caught.value.run_id == first.run_id
    same = await client.start_activity("nobody", id_conflict_policy=ActivityIDConflictPolicy.USE_EXISTING, **options)
    assert same.run_id == first.run_id
    await first.terminate(reason="enough")
    with pytest.raises(ActivityAlreadyStartedError):
        await client.start_activity("nobody", id_reuse_policy=ActivityIDReusePolicy.REJECT_DUPLICATE, **options)
    second = await client.start_activity(
        "nobody", id_reuse_policy=ActivityIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY, **options
    )
    assert second.run_id != first.run_id
    assert (await describe(client, unique)).run_id == second.run_id
    assert (await describe(client, unique, run_id=first.run_id)).run_id == first.run_id


async def test_the_same_request_starts_it_once(client: Client, unique: str) -> None:
    first = await start(client, unique, request_id="r")
    again = await start(client, unique, request_id="r")
    assert (first.started, again.started) == (True, False)
    assert again.run_id == first.run_id


async def test_a_workflow_may_have_the_same_id(client: Client, unique: str) -> None:
    begun = await start(client, unique)
    workflow = await client.start_workflow("nobody", id=unique, task_queue=unique)
    assert (await describe(client, unique)).run_id == begun.run_id
    assert (await workflow.describe()).run_id == workflow.result_run_id
    assert [run.id async for run in client.list_workflows(f"WorkflowId = '{unique}'")] == [unique]
    crossed = describe(client, unique, run_id=workflow.result_run_id)
    assert (await refused(crossed))[0] == RPCStatusCode.NOT_FOUND
    crossed = client.get_workflow_handle(unique, run_id=begun.run_id).describe()
    assert (await refused(crossed))[0] == RPCStatusCode.NOT_FOUND
    await workflow.terminate()


async def test_one_that_no_worker_has_is_canceled_at_once(client: Client, unique: str) -> None:
    await start(client, unique)

    async def cancel(request_id: str) -> None:
        await client.workflow_service.request_cancel_activity_execution(
            RequestCancelActivityExecutionRequest(
                namespace=client.namespace, activity_id=unique, request_id=request_id, reason="no"
            )
        )

    await cancel("c")
    outcome = (await poll(client, unique)).outcome
    assert outcome.failure.canceled_failure_info.details.payloads[0].data == b'"no"'
    await cancel("c")
    assert await refused(cancel("d")) == (
        RPCStatusCode.FAILED_PRECONDITION,
        "activity is in terminal state Canceled",
    )


async def test_only_one_that_was_asked_to_may_be_canceled(client: Client, raw: RawWorker, unique: str) -> None:
    await start(client, unique)
    task = await raw.poll_activity()
    canceled = client.workflow_service.respond_activity_task_canceled(
        RespondActivityTaskCanceledRequest(namespace=client.namespace, task_token=task.task_token)
    )
    assert (await refused(canceled))[0] == RPCStatusCode.FAILED_PRECONDITION


async def test_a_termination_says_why(client: Client, unique: str) -> None:
    await start(client, unique)

    async def terminate(request_id: str) -> None:
        await client.workflow_service.terminate_activity_execution(
            TerminateActivityExecutionRequest(
                namespace=client.namespace, activity_id=unique, request_id=request_id, reason="enough", identity="me"
            )
        )

    await terminate("t")
    await terminate("t")
    assert (await refused(terminate("u")))[0] == RPCStatusCode.FAILED_PRECONDITION
    outcome = (await poll(client, unique)).outcome
    assert outcome.failure.message == "enough"
    assert outcome.failure.terminated_failure_info.identity == "me"
    assert (await describe(client, unique)).info.status == Status.ACTIVITY_EXECUTION_STATUS_TERMINATED


async def test_a_deleted_one_is_gone(client: Client, unique: str) -> None:
    first = await start(client, unique)

    async def delete(run_id: str) -> None:
        await client.workflow_service.delete_activity_execution(
            DeleteActivityExecutionRequest(namespace=client.namespace, activity_id=unique, run_id=run_id)
        )

    await delete("")
    assert (await refused(describe(client, unique, run_id=first.run_id)))[0] == RPCStatusCode.NOT_FOUND
    assert (await refused(describe(client, unique))) == (
        RPCStatusCode.NOT_FOUND,
        f"activity not found for ID: {unique}",
    )
    assert (await client.count_activities(f"ActivityId = '{unique}'")).count == 0
    second = await start(client, unique)
    assert second.run_id != first.run_id


async def test_a_description_can_be_waited_for(client: Client, raw: RawWorker, unique: str) -> None:
    begun = await start(client, unique)
    seen = await describe(client, unique)
    assert seen.info.run_state == State.PENDING_ACTIVITY_STATE_SCHEDULED
    waiting = asyncio.create_task(describe(client, unique, run_id=begun.run_id, long_poll_token=seen.long_poll_token))
    await raw.poll_activity()
    changed = await waiting
    assert changed.info.run_state == State.PENDING_ACTIVITY_STATE_STARTED
    assert changed.info.last_worker_identity
    assert changed.long_poll_token != seen.long_poll_token
    request = DescribeActivityExecutionRequest(
        namespace=client.namespace, activity_id=unique, run_id=begun.run_id, long_poll_token=changed.long_poll_token
    )
    # Nothing changes: the answer is empty, and comes before the caller gives up.
    nothing = await client.workflow_service.describe_activity_execution(request, timeout=timedelta(seconds=1.5))
    assert nothing == DescribeActivityExecutionResponse()
    unnamed = describe(client, unique, long_poll_token=changed.long_poll_token)
    assert await refused(unnamed) == (
        RPCStatusCode.INVALID_ARGUMENT,
        "run id is required when long poll token is provided",
    )


async def test_a_poll_for_an_outcome_ends_before_its_caller_leaves(client: Client, unique: str) -> None:
    await start(client, unique)
    request = PollActivityExecutionRequest(namespace=client.namespace, activity_id=unique)
    answer = await client.workflow_service.poll_activity_execution(request, timeout=timedelta(seconds=1.5))
    assert answer == PollActivityExecutionResponse()


async def test_a_delayed_start_waits(client: Client, raw: RawWorker, unique: str) -> None:
    begun = await start(client, unique, start_delay=seconds(0.5))
    info = (await describe(client, unique)).info
    assert info.execution_time.ToNanoseconds() - info.schedule_time.ToNanoseconds() == 500_000_000
    assert info.next_attempt_schedule_time == info.execution_time
    task = await raw.poll_activity()
    assert task.activity_run_id == begun.run_id
    assert task.started_time.ToNanoseconds() >= info.execution_time.ToNanoseconds()


async def test_a_paused_one_waits_until_it_goes_on(client: Client, raw: RawWorker, unique: str) -> None:
    await start(client, unique)
    service = client.workflow_service
    names = {"namespace": client.namespace, "activity_id": unique}
    await service.pause_activity_execution(PauseActivityExecutionRequest(**names, reason="wait"))
    info = (await describe(client, unique)).info
    assert info.status == Status.ACTIVITY_EXECUTION_STATUS_PAUSED
    assert info.run_state == State.PENDING_ACTIVITY_STATE_PAUSED
    assert (await client.count_activities(f"ActivityId = '{unique}' AND ExecutionStatus = 'Paused'")).count == 1
    await service.unpause_activity_execution(UnpauseActivityExecutionRequest(**names))
    task = await raw.poll_activity()
    await service.respond_activity_task_failed(
        RespondActivityTaskFailedRequest(namespace=client.namespace, task_token=task.task_token, failure=failure("oh"))
    )
    assert (await describe(client, unique)).info.attempt == 2
    await service.reset_activity_execution(ResetActivityExecutionRequest(**names))
    assert (await raw.poll_activity()).attempt == 1


async def test_options_can_be_changed(client: Client, unique: str) -> None:
    await start(client, unique)
    other = RawWorker(client, f"{unique}-other")
    request = UpdateActivityExecutionOptionsRequest(
        namespace=client.namespace,
        activity_id=unique,
        activity_options=ActivityOptions(task_queue=TaskQueue(name=f"{unique}-other"), heartbeat_timeout=seconds(7)),
    )
    request.update_mask.paths.extend(["task_queue.name", "heartbeat_timeout"])
    changed = await client.workflow_service.update_activity_execution_options(request)
    assert changed.activity_options.heartbeat_timeout == seconds(7)
    task = await other.poll_activity()
    assert task.heartbeat_timeout == seconds(7)
    listed = [found.task_queue async for found in client.list_activities(f"ActivityId = '{unique}'")]
    assert listed == [f"{unique}-other"]


async def test_lists_and_counts_follow_filters(client: Client, unique: str) -> None:
    customer = SearchAttributeKey.for_keyword(f"Customer{uuid.uuid4().hex[:8]}")
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace, search_attributes={customer.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD}
        )
    )
    attributes = TypedSearchAttributes([SearchAttributePair(customer, unique)])
    options = {"task_queue": unique, "start_to_close_timeout": LONG}
    for number in range(3):
        await client.start_activity("listed", id=f"{unique}-{number}", search_attributes=attributes, **options)
    await client.start_activity("other", id=f"{unique}-other", **options)
    await client.get_activity_handle(f"{unique}-0").terminate()

    async def found(query: str) -> list[str]:
        return [run.activity_id async for run in client.list_activities(f"TaskQueue = '{unique}' AND {query}", page_size=2)]

    assert await found(f"{customer.name} = '{unique}'") == [f"{unique}-2", f"{unique}-1", f"{unique}-0"]
    assert await found("ActivityType = 'listed'") == [f"{unique}-2", f"{unique}-1", f"{unique}-0"]
    assert await found(f"ActivityId = '{unique}-other'") == [f"{unique}-other"]
    assert await found("ExecutionStatus = 'Terminated'") == [f"{unique}-0"]
    assert await found("CloseTime IS NULL AND ActivityId STARTS_WITH 'x'") == []
    assert await found("StartTime > '2020-01-01T00:00:00Z'") == [
        f"{unique}-other",
        f"{unique}-2",
        f"{unique}-1",
        f"{unique}-0",
    ]
    listed = [run async for run in client.list_activities(f"ActivityId = '{unique}-1'")]
    assert listed[0].typed_search_attributes[customer] == unique
    count = await client.count_activities(f"TaskQueue = '{unique}' GROUP BY ExecutionStatus")
    assert count.count == 4
    assert {group.group_values[0]: group.count for group in count.groups} == {"Running": 3, "Terminated": 1}
    assert (await client.count_workflows(f"TaskQueue = '{unique}'")).count == 0
    with pytest.raises(RPCError, match="WorkflowId"):
        await client.count_activities("WorkflowId = 'x'")


async def test_what_is_wrong_with_a_start_is_said(client: Client, unique: str) -> None:
    request = StartActivityExecutionRequest(namespace=client.namespace, activity_id=unique)
    request.task_queue.name = unique
    call = client.workflow_service.start_activity_execution
    assert await refused(call(request)) == (RPCStatusCode.INVALID_ARGUMENT, "activityType is not set")
    request.activity_type.name = "t"
    status, message = await refused(call(request))
    assert status == RPCStatusCode.INVALID_ARGUMENT
    assert message.startswith("a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity.")
    assert (await refused(describe(client, "")))[1] == "activity ID is required"
    assert (await refused(describe(client, unique, run_id="x")))[1] == "invalid run id: must be a valid UUID"
