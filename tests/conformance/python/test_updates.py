"""Updates: accepted or rejected, waited for by stage, found again by id, once per id, gone with the run."""

import asyncio

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import UpdateWorkflowExecutionLifecycleStage as Stage
from temporalio.api.update.v1 import UpdateRef, WaitPolicy
from temporalio.api.workflowservice.v1 import (
    PollWorkflowExecutionUpdateRequest,
    UpdateWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateStage
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from harness.history import TASK, attributes, event_names, without_tasks

ACCEPTED, COMPLETED = WorkflowUpdateStage.ACCEPTED, WorkflowUpdateStage.COMPLETED


@workflow.defn
class Basket:
    def __init__(self) -> None:
        self.items: list[str] = []
        self.open = False
        self.ended = False

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: self.ended)
        return self.items

    @workflow.update
    def add(self, item: str) -> int:
        self.items.append(item)
        return len(self.items)

    @add.validator
    def check_add(self, item: str) -> None:
        if not item:
            raise ApplicationError("an item needs a name", type="Nameless")

    @workflow.update(unfinished_policy=workflow.HandlerUnfinishedPolicy.ABANDON)
    async def add_when_open(self, item: str) -> str:
        await workflow.wait_condition(lambda: self.open)
        self.items.append(item)
        return f"{item} added"

    @workflow.update
    async def add_and_fail(self) -> None:
        raise ApplicationError("broken in the handler", type="Broken")

    @workflow.update
    def end_now(self) -> str:
        self.ended = True
        return "ended"

    @workflow.signal
    def open_up(self) -> None:
        self.open = True

    @workflow.signal
    def end(self) -> None:
        self.ended = True


@pytest.fixture
async def basket(client: Client, worker, unique: str):
    async with worker(Basket):
        yield await client.start_workflow(Basket.run, id=unique, task_queue=unique)


async def test_an_update_is_accepted_and_completed(basket) -> None:
    assert await basket.execute_update(Basket.add, "apple", id="first") == 1
    assert await basket.execute_update(Basket.add, "pear") == 2
    await basket.signal(Basket.end)
    assert await basket.result() == ["apple", "pear"]
    names = without_tasks(await event_names(basket))
    assert names == [
        "WorkflowExecutionStarted",
        *["WorkflowExecutionUpdateAccepted", "WorkflowExecutionUpdateCompleted"] * 2,
        "WorkflowExecutionSignaled",
        "WorkflowExecutionCompleted",
    ]
    accepted = await attributes(basket, "WorkflowExecutionUpdateAccepted")
    assert accepted.accepted_request.meta.update_id == "first"
    assert accepted.accepted_request.input.name == "add"
    assert accepted.protocol_instance_id == "first"
    completed = await attributes(basket, "WorkflowExecutionUpdateCompleted")
    assert completed.meta.update_id == "first"
    assert completed.outcome.success.payloads[0].data == b"1"


async def test_a_rejected_update_says_why_and_leaves_no_trace(basket) -> None:
    await basket.execute_update(Basket.add, "apple")
    before = await event_names(basket)
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await basket.execute_update(Basket.add, "")
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "Nameless"
    assert "an item needs a name" in str(caught.value.cause)
    assert await event_names(basket) == before


async def test_an_update_that_fails_after_acceptance_is_in_the_history(basket) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await basket.execute_update(Basket.add_and_fail)
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "Broken"
    completed = await attributes(basket, "WorkflowExecutionUpdateCompleted")
    assert completed.outcome.failure.message == "broken in the handler"


async def test_an_update_unknown_to_the_workflow_is_rejected(basket) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await basket.execute_update("no-such-update")
    assert "no-such-update" in str(caught.value.cause)


async def test_a_caller_can_leave_at_acceptance_and_come_back_for_the_result(basket) -> None:
    update = await basket.start_update(Basket.add_when_open, "plum", wait_for_stage=ACCEPTED, id="slow")
    assert "WorkflowExecutionUpdateAccepted" in await event_names(basket)
    waiting = asyncio.create_task(update.result())
    again = asyncio.create_task(basket.get_update_handle("slow", result_type=str).result())
    await basket.signal(Basket.open_up)
    assert await waiting == await again == "plum added"
    # And once more when all is over.
    assert await basket.get_update_handle("slow", result_type=str).result() == "plum added"


async def test_the_same_update_id_runs_once(basket) -> None:
    results = await asyncio.gather(*[basket.execute_update(Basket.add, "apple", id="the-same") for _ in range(5)])
    assert results == [1] * 5
    assert await basket.execute_update(Basket.add, "apple", id="the-same") == 1
    assert (await event_names(basket)).count("WorkflowExecutionUpdateAccepted") == 1


async def test_many_updates_at_once_all_complete(basket) -> None:
    results = await asyncio.gather(*[basket.execute_update(Basket.add, str(number)) for number in range(8)])
    assert sorted(results) == list(range(1, 9))


async def test_an_update_waits_for_a_worker(client: Client, worker, unique: str) -> None:
    handle = await client.start_workflow(Basket.run, id=unique, task_queue=unique)
    waiting = asyncio.create_task(handle.execute_update(Basket.add, "apple"))
    async with worker(Basket):
        assert await waiting == 1


async def test_an_update_can_end_its_workflow(basket) -> None:
    assert await basket.execute_update(Basket.end_now) == "ended"
    assert await basket.result() == []
    assert without_tasks(await event_names(basket)) == [
        "WorkflowExecutionStarted",
        "WorkflowExecutionUpdateAccepted",
        "WorkflowExecutionUpdateCompleted",
        "WorkflowExecutionCompleted",
    ]


async def test_an_update_still_open_when_the_workflow_ends_fails(basket) -> None:
    update = await basket.start_update(Basket.add_when_open, "plum", wait_for_stage=ACCEPTED)
    waiting = asyncio.create_task(update.result())
    await basket.signal(Basket.end)
    await basket.result()
    with pytest.raises((WorkflowUpdateFailedError, RPCError)) as caught:
        await waiting
    if isinstance(caught.value, WorkflowUpdateFailedError):
        assert "AcceptedUpdateCompletedWorkflow" in str(getattr(caught.value.cause, "type", ""))


async def test_a_closed_workflow_takes_no_update_but_remembers_the_old(basket) -> None:
    await basket.execute_update(Basket.add, "apple", id="first")
    await basket.signal(Basket.end)
    await basket.result()
    with pytest.raises(RPCError) as caught:
        await basket.execute_update(Basket.add, "late")
    assert caught.value.status == RPCStatusCode.NOT_FOUND
    assert await basket.get_update_handle("first", result_type=int).result() == 1
    assert await basket.execute_update(Basket.add, "apple", id="first") == 1


async def test_an_update_id_that_never_was_is_not_found(basket) -> None:
    await basket.execute_update(Basket.add, "apple")
    with pytest.raises(RPCError) as caught:
        await basket.get_update_handle("never-was").result()
    assert caught.value.status == RPCStatusCode.NOT_FOUND


async def test_an_update_goes_to_the_run_of_the_chain_that_it_names(basket, client: Client) -> None:
    stranger = client.get_workflow_handle(basket.id, first_execution_run_id="00000000-0000-4000-8000-000000000000")
    with pytest.raises(RPCError) as caught:
        await stranger.execute_update("add", "apple")
    assert caught.value.status == RPCStatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("name", "wait_for", "reached"),
    [
        ("add", Stage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED, "COMPLETED"),
        ("add_when_open", Stage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED, "ACCEPTED"),
    ],
)
async def test_the_answer_names_the_stage_that_was_reached(
    client: Client, basket, name: str, wait_for: int, reached: str
) -> None:
    response = await client.workflow_service.update_workflow_execution(
        UpdateWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=basket.id),
            wait_policy=WaitPolicy(lifecycle_stage=wait_for),
            request={
                "meta": {"update_id": "u", "identity": "raw-client"},
                "input": {
                    "name": name,
                    "args": {"payloads": [{"metadata": {"encoding": b"json/plain"}, "data": b'"x"'}]},
                },
            },
        )
    )
    assert Stage.Name(response.stage).endswith(reached)
    assert response.update_ref.update_id == "u"
    assert response.update_ref.workflow_execution.workflow_id == basket.id
    assert response.HasField("outcome") == (reached == "COMPLETED")
    polled = await client.workflow_service.poll_workflow_execution_update(
        PollWorkflowExecutionUpdateRequest(
            namespace=client.namespace,
            update_ref=UpdateRef(workflow_execution=WorkflowExecution(workflow_id=basket.id), update_id="u"),
            wait_policy=WaitPolicy(lifecycle_stage=wait_for),
        )
    )
    assert polled.stage == response.stage
    assert polled.outcome == response.outcome


async def test_the_task_of_an_update_is_written_only_if_it_leads_to_something(basket) -> None:
    """Its workflow task is speculative: a rejection costs no event, an acceptance writes the task before it."""
    await basket.execute_update(Basket.add, "apple")
    names = await event_names(basket)
    assert names[-5:] == [*TASK, "WorkflowExecutionUpdateAccepted", "WorkflowExecutionUpdateCompleted"]
