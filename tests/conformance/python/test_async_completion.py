"""Activities that somebody else completes later: by task token, and by workflow id and activity id."""

from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import AsyncActivityCancelledError, Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError
from temporalio.service import RPCError, RPCStatusCode

from harness.history import event_names
from harness.wait import eventually

tokens: dict[str, bytes] = {}


@activity.defn
async def somebody_else_will() -> str:
    tokens[activity.info().workflow_id] = activity.info().task_token
    activity.raise_complete_async()


@workflow.defn
class Waits:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            somebody_else_will,
            activity_id="the-activity",
            start_to_close_timeout=timedelta(seconds=30),
            heartbeat_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


@pytest.fixture(params=["by token", "by id", "by id and run"])
async def pending(request, client: Client, worker, unique: str):
    """A workflow that waits for its activity, and the handle by which this is completed."""
    async with worker(Waits, activities=[somebody_else_will]):
        workflow_handle = await client.start_workflow(Waits.run, id=unique, task_queue=unique)
        await eventually(lambda: unique in tokens)
        if request.param == "by token":
            handle = client.get_async_activity_handle(task_token=tokens[unique])
        else:
            run_id = workflow_handle.first_execution_run_id if "run" in request.param else None
            handle = client.get_async_activity_handle(workflow_id=unique, run_id=run_id, activity_id="the-activity")
        yield workflow_handle, handle


async def test_it_is_completed(pending) -> None:
    workflow_handle, handle = pending
    await handle.heartbeat("halfway")
    await handle.complete("from outside")
    assert await workflow_handle.result() == "from outside"
    assert "ActivityTaskCompleted" in await event_names(workflow_handle)


async def test_it_fails(pending) -> None:
    workflow_handle, handle = pending
    await handle.fail(ApplicationError("from outside", type="Outside"))
    with pytest.raises(WorkflowFailureError) as caught:
        await workflow_handle.result()
    assert isinstance(caught.value.cause, ActivityError)
    assert isinstance(caught.value.cause.cause, ApplicationError)
    assert caught.value.cause.cause.type == "Outside"


async def test_it_is_cancelled_once_that_is_wished(pending) -> None:
    workflow_handle, handle = pending
    await workflow_handle.cancel()

    async def told_to_cancel() -> bool:
        try:
            await handle.heartbeat()
        except AsyncActivityCancelledError:
            return True
        except RPCError:
            # The default is not to wait for the activity: by now the workflow may have ended.
            return True
        return False

    await eventually(told_to_cancel)
    with pytest.raises(WorkflowFailureError) as caught:
        await workflow_handle.result()
    assert isinstance(caught.value.cause, CancelledError)


async def test_it_is_completed_only_once(pending: tuple, client: Client) -> None:
    workflow_handle, handle = pending
    await handle.complete("first")
    with pytest.raises(RPCError) as caught:
        await handle.complete("second")
    assert caught.value.status == RPCStatusCode.NOT_FOUND
    assert await workflow_handle.result() == "first"
