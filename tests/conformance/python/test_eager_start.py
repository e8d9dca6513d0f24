"""Eager starts: the first workflow task comes with the answer to the start, if the client has a worker for it."""

from temporalio import workflow
from temporalio.api.enums.v1 import WorkflowIdConflictPolicy
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client

from harness.history import event_name
from harness.raw import RawWorker, complete_workflow, seconds, start_timer

USE_EXISTING = WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING


@workflow.defn
class Greets:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"hello, {name}"


async def test_the_server_says_that_it_can(client: Client) -> None:
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    assert info.capabilities.eager_workflow_start


async def test_a_worker_of_the_same_client_gets_the_first_task_with_the_start(
    client: Client, worker, unique: str
) -> None:
    async with worker(Greets):
        handle = await client.start_workflow(
            Greets.run, "world", id=unique, task_queue=unique, request_eager_start=True
        )
        assert handle.__temporal_eagerly_started  # type: ignore[attr-defined]
        assert await handle.result() == "hello, world"


async def test_the_task_is_as_a_poll_would_give_it(raw: RawWorker) -> None:
    request = raw.start_request(request_eager_execution=True)
    answer = await raw.service.start_workflow_execution(request)
    task = answer.eager_workflow_task
    assert task.task_token
    assert task.workflow_execution.run_id == answer.run_id
    assert (task.started_event_id, task.previous_started_event_id, task.attempt) == (3, 0, 1)
    names = [event_name(event) for event in task.history.events]
    assert names == ["WorkflowExecutionStarted", "WorkflowTaskScheduled", "WorkflowTaskStarted"]
    assert task.history.events[0].workflow_execution_started_event_attributes.eager_execution_accepted
    # A client that did not hear the answer asks again.
    again = await raw.service.start_workflow_execution(request)
    assert again.run_id == answer.run_id
    assert again.eager_workflow_task.started_event_id == 3
    await raw.answer(again.eager_workflow_task, complete_workflow("done"))
    assert event_name((await raw.history())[-1]) == "WorkflowExecutionCompleted"


async def test_a_task_that_was_answered_does_not_come_again(raw: RawWorker) -> None:
    request = raw.start_request(request_eager_execution=True)
    answer = await raw.service.start_workflow_execution(request)
    await raw.answer(answer.eager_workflow_task, start_timer("t", 60))
    again = await raw.service.start_workflow_execution(request)
    assert again.run_id == answer.run_id
    assert not again.HasField("eager_workflow_task")
    await raw.client.get_workflow_handle(raw.task_queue).terminate()


async def test_a_run_that_waits_or_is_there_already_gives_no_task(raw: RawWorker) -> None:
    waiting = await raw.service.start_workflow_execution(
        raw.start_request(request_eager_execution=True, workflow_start_delay=seconds(60))
    )
    assert not waiting.HasField("eager_workflow_task")
    existing = await raw.service.start_workflow_execution(
        raw.start_request(request_eager_execution=True, workflow_id_conflict_policy=USE_EXISTING)
    )
    assert existing.run_id == waiting.run_id
    assert not existing.HasField("eager_workflow_task")
    await raw.client.get_workflow_handle(raw.task_queue).terminate()


async def test_a_task_that_nobody_answers_goes_to_the_queue(raw: RawWorker) -> None:
    request = raw.start_request(request_eager_execution=True, workflow_task_timeout=seconds(1))
    answer = await raw.service.start_workflow_execution(request)
    assert answer.eager_workflow_task.task_token
    task = await raw.poll()
    assert task.workflow_execution.run_id == answer.run_id
    assert task.attempt == 2
    await raw.answer(task, complete_workflow())
