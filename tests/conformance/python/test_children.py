"""Child workflows, and what workflows send to others: start, result, failure, cancellation, parent close policies."""

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import (
    ApplicationError,
    CancelledError,
    ChildWorkflowError,
    WorkflowAlreadyStartedError,
)
from temporalio.workflow import ChildWorkflowCancellationType, ParentClosePolicy

from harness.history import attributes, event_names, without_tasks
from harness.wait import eventually


@workflow.defn
class Child:
    def __init__(self) -> None:
        self.told: list[str] = []

    @workflow.run
    async def run(self, what: str) -> str:
        if what == "fail":
            raise ApplicationError("the child failed", type="Child")
        if what == "wait":
            await workflow.wait_condition(lambda: bool(self.told))
            return self.told[0]
        return f"child of {workflow.info().parent.workflow_id if workflow.info().parent else None}: {what}"

    @workflow.signal
    def tell(self, what: str) -> None:
        self.told.append(what)


@workflow.defn
class Parent:
    @workflow.run
    async def run(self, child_id: str, what: str) -> str:
        return await workflow.execute_child_workflow(Child.run, what, id=child_id)


@workflow.defn
class TellsChild:
    @workflow.run
    async def run(self, child_id: str) -> str:
        child = await workflow.start_child_workflow(Child.run, "wait", id=child_id)
        await child.signal(Child.tell, "from the parent")
        return await child


@workflow.defn
class CancelsChild:
    @workflow.run
    async def run(self, child_id: str) -> str:
        child = await workflow.start_child_workflow(
            Child.run,
            "wait",
            id=child_id,
            cancellation_type=ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        )
        child.cancel()
        try:
            return await child
        except ChildWorkflowError as error:
            return type(error.cause).__name__


@workflow.defn
class LeavesChild:
    """Ends while its child still runs."""

    @workflow.run
    async def run(self, child_id: str, policy: int) -> None:
        await workflow.start_child_workflow(
            Child.run, "wait", id=child_id, parent_close_policy=ParentClosePolicy(policy)
        )


@workflow.defn
class TellsStranger:
    @workflow.run
    async def run(self, stranger_id: str, how: str) -> str:
        stranger = workflow.get_external_workflow_handle(stranger_id)
        try:
            if how == "signal":
                await stranger.signal("tell", "from a stranger")
            else:
                await stranger.cancel()
        except ApplicationError as error:
            return f"failed: {error.message}"
        return "sent"


async def test_a_child_runs_and_its_result_comes_back(client: Client, worker, unique: str) -> None:
    async with worker(Parent, Child):
        handle = await client.start_workflow(Parent.run, args=[f"{unique}-child", "hi"], id=unique, task_queue=unique)
        assert await handle.result() == f"child of {unique}: hi"
    assert without_tasks(await event_names(handle)) == [
        "WorkflowExecutionStarted",
        "StartChildWorkflowExecutionInitiated",
        "ChildWorkflowExecutionStarted",
        "ChildWorkflowExecutionCompleted",
        "WorkflowExecutionCompleted",
    ]
    child = client.get_workflow_handle(f"{unique}-child")
    started = await attributes(child, "WorkflowExecutionStarted")
    assert started.parent_workflow_execution.workflow_id == unique
    assert started.parent_workflow_execution.run_id == handle.first_execution_run_id
    assert started.parent_initiated_event_id == 5
    assert started.root_workflow_execution.workflow_id == unique
    described = await child.describe()
    assert described.parent_id == unique


async def test_a_child_that_fails_fails_its_parent(client: Client, worker, unique: str) -> None:
    async with worker(Parent, Child):
        with pytest.raises(WorkflowFailureError) as caught:
            await client.execute_workflow(Parent.run, args=[f"{unique}-child", "fail"], id=unique, task_queue=unique)
    error = caught.value.cause
    assert isinstance(error, ChildWorkflowError)
    assert error.workflow_id == f"{unique}-child"
    assert isinstance(error.cause, ApplicationError)
    assert error.cause.type == "Child"


async def test_a_child_whose_id_is_taken_is_refused(client: Client, worker, unique: str) -> None:
    async with worker(Parent, Child):
        taken = await client.start_workflow(Child.run, "wait", id=f"{unique}-child", task_queue=unique)
        handle = await client.start_workflow(Parent.run, args=[f"{unique}-child", "hi"], id=unique, task_queue=unique)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
        await taken.signal(Child.tell, "end")
    assert isinstance(caught.value.cause, WorkflowAlreadyStartedError) or "already started" in str(caught.value.cause)
    assert "StartChildWorkflowExecutionFailed" in await event_names(handle)


async def test_a_parent_signals_its_child(client: Client, worker, unique: str) -> None:
    async with worker(TellsChild, Child):
        handle = await client.start_workflow(TellsChild.run, f"{unique}-child", id=unique, task_queue=unique)
        assert await handle.result() == "from the parent"
    names = await event_names(handle)
    assert "SignalExternalWorkflowExecutionInitiated" in names
    assert "ExternalWorkflowExecutionSignaled" in names


async def test_a_parent_cancels_its_child(client: Client, worker, unique: str) -> None:
    async with worker(CancelsChild, Child):
        handle = await client.start_workflow(CancelsChild.run, f"{unique}-child", id=unique, task_queue=unique)
        assert await handle.result() == "CancelledError"
    names = await event_names(handle)
    assert "RequestCancelExternalWorkflowExecutionInitiated" in names
    assert "ChildWorkflowExecutionCanceled" in names


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        (ParentClosePolicy.TERMINATE, WorkflowExecutionStatus.TERMINATED),
        (ParentClosePolicy.REQUEST_CANCEL, WorkflowExecutionStatus.CANCELED),
        (ParentClosePolicy.ABANDON, WorkflowExecutionStatus.RUNNING),
    ],
)
async def test_a_child_that_outlives_its_parent_meets_its_policy(
    client: Client, worker, unique: str, policy: ParentClosePolicy, status: WorkflowExecutionStatus
) -> None:
    async with worker(LeavesChild, Child):
        await client.execute_workflow(
            LeavesChild.run, args=[f"{unique}-child", int(policy)], id=unique, task_queue=unique
        )
        child = client.get_workflow_handle_for(Child.run, f"{unique}-child")

        async def reached() -> bool:
            return (await child.describe()).status == status

        await eventually(reached)
        if status == WorkflowExecutionStatus.RUNNING:
            await child.signal(Child.tell, "still here")
            assert await child.result() == "still here"


async def test_a_workflow_signals_another(client: Client, worker, unique: str) -> None:
    async with worker(TellsStranger, Child):
        stranger = await client.start_workflow(Child.run, "wait", id=f"{unique}-stranger", task_queue=unique)
        handle = await client.start_workflow(
            TellsStranger.run, args=[stranger.id, "signal"], id=unique, task_queue=unique
        )
        assert await handle.result() == "sent"
        assert await stranger.result() == "from a stranger"
    signaled = await attributes(stranger, "WorkflowExecutionSignaled")
    assert signaled.external_workflow_execution.workflow_id == unique


async def test_a_workflow_cancels_another(client: Client, worker, unique: str) -> None:
    async with worker(TellsStranger, Child):
        stranger = await client.start_workflow(Child.run, "wait", id=f"{unique}-stranger", task_queue=unique)
        assert (
            await client.execute_workflow(TellsStranger.run, args=[stranger.id, "cancel"], id=unique, task_queue=unique)
            == "sent"
        )
        with pytest.raises(WorkflowFailureError) as caught:
            await stranger.result()
    assert isinstance(caught.value.cause, CancelledError)


@pytest.mark.parametrize("how", ["signal", "cancel"])
async def test_sending_to_nobody_fails(client: Client, worker, unique: str, how: str) -> None:
    async with worker(TellsStranger):
        result = await client.execute_workflow(
            TellsStranger.run, args=[f"{unique}-nobody", how], id=unique, task_queue=unique
        )
    assert result.startswith("failed:")
    assert "not found" in result.lower()
