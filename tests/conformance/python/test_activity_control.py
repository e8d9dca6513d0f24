"""Activities in the hands of people: paused, let go on, begun again, with other options. No SDK worker."""

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    PauseActivityRequest,
    RecordActivityTaskHeartbeatRequest,
    ResetActivityRequest,
    UnpauseActivityRequest,
    UpdateActivityOptionsRequest,
)
from temporalio.service import RPCError, RPCStatusCode

from harness.raw import RawWorker, complete_workflow, failure, schedule_activity, seconds
from harness.wait import eventually


def execution(raw: RawWorker) -> WorkflowExecution:
    return WorkflowExecution(workflow_id=raw.task_queue)


async def pending(raw: RawWorker) -> PendingActivityInfo:
    described = await raw.service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(namespace=raw.namespace, execution=execution(raw))
    )
    [activity] = described.pending_activities
    return activity


async def state(raw: RawWorker) -> str:
    return PendingActivityState.Name((await pending(raw)).state).removeprefix("PENDING_ACTIVITY_STATE_")


async def begin(raw: RawWorker, **more) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue, maximum_attempts=10, **more))


async def pause(raw: RawWorker, activity_id: str = "a") -> None:
    await raw.service.pause_activity(
        PauseActivityRequest(
            namespace=raw.namespace, execution=execution(raw), id=activity_id, identity="test", reason="wait"
        )
    )


async def unpause(raw: RawWorker, **more) -> None:
    await raw.service.unpause_activity(
        UnpauseActivityRequest(namespace=raw.namespace, execution=execution(raw), id="a", identity="test", **more)
    )


async def finish(raw: RawWorker) -> None:
    await raw.complete_activity(await raw.poll_activity())
    await raw.answer_next(complete_workflow())


async def test_a_paused_activity_waits_until_it_may_go_on(raw: RawWorker) -> None:
    await begin(raw)
    await pause(raw)
    activity = await pending(raw)
    assert activity.paused and await state(raw) == "PAUSED"
    assert (activity.pause_info.manual.identity, activity.pause_info.manual.reason) == ("test", "wait")
    await unpause(raw)
    assert not (await pending(raw)).paused
    await finish(raw)


async def test_a_running_attempt_hears_of_the_pause_and_is_the_last(raw: RawWorker) -> None:
    await begin(raw)
    task = await raw.poll_activity()
    await pause(raw)
    assert await state(raw) == "PAUSE_REQUESTED"
    beat = await raw.service.record_activity_task_heartbeat(
        RecordActivityTaskHeartbeatRequest(namespace=raw.namespace, task_token=task.task_token)
    )
    assert beat.activity_paused and not beat.cancel_requested
    await raw.fail_activity(task, failure("on purpose"))

    async def is_paused() -> bool:
        return await state(raw) == "PAUSED" and (await pending(raw)).attempt == 2

    await eventually(is_paused)
    await unpause(raw, reset_attempts=True)
    task = await raw.poll_activity()
    assert task.attempt == 1
    await raw.complete_activity(task)
    await raw.answer_next(complete_workflow())


async def test_one_that_begins_again_counts_from_one(raw: RawWorker) -> None:
    await begin(raw, initial_interval=60)
    await raw.fail_activity(await raw.poll_activity(), failure("on purpose"))
    assert (await pending(raw)).attempt == 2
    await raw.service.reset_activity(
        ResetActivityRequest(namespace=raw.namespace, execution=execution(raw), id="a", identity="test")
    )
    task = await raw.poll_activity()
    assert task.attempt == 1
    await raw.complete_activity(task)
    await raw.answer_next(complete_workflow())


async def test_options_are_changed_field_by_field(raw: RawWorker) -> None:
    await begin(raw)
    answer = await raw.service.update_activity_options(
        UpdateActivityOptionsRequest(
            namespace=raw.namespace,
            execution=execution(raw),
            id="a",
            identity="test",
            activity_options=ActivityOptions(
                start_to_close_timeout=seconds(17), task_queue=TaskQueue(name="not this one")
            ),
            update_mask=FieldMask(paths=["start_to_close_timeout"]),
        )
    )
    assert answer.activity_options.start_to_close_timeout == seconds(17)
    assert answer.activity_options.task_queue.name == raw.task_queue
    assert (await pending(raw)).activity_options.start_to_close_timeout == seconds(17)
    await finish(raw)


async def test_an_activity_that_is_not_there_is_not_found(raw: RawWorker) -> None:
    await begin(raw)
    with pytest.raises(RPCError) as refused:
        await pause(raw, "another")
    assert refused.value.status == RPCStatusCode.NOT_FOUND
    await finish(raw)
