"""Signals: in order, kept until a worker comes, refused by a closed run; signal-with-start."""

import asyncio

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowType
from temporalio.api.enums.v1 import WorkflowIdConflictPolicy, WorkflowIdReusePolicy
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import SignalWithStartWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from harness.history import TASK, attributes, event_name, event_names
from harness.raw import RawWorker, complete_workflow, payloads


@workflow.defn
class Collector:
    """Keeps what it is sent until it is sent `end`."""

    def __init__(self) -> None:
        self.items: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: "end" in self.items)
        return self.items

    @workflow.signal
    def add(self, item: str) -> None:
        self.items.append(item)


def signal_with_start(raw: RawWorker, **more) -> SignalWithStartWorkflowExecutionRequest:
    return SignalWithStartWorkflowExecutionRequest(
        namespace=raw.namespace,
        workflow_id=raw.task_queue,
        workflow_type=WorkflowType(name="some-workflow"),
        task_queue=TaskQueue(name=raw.task_queue),
        signal_name="hello",
        signal_input=payloads("signal"),
        input=payloads("input"),
        identity="raw-client",
        **more,
    )


async def test_signals_arrive_in_the_order_of_their_acknowledgement(client: Client, worker, unique: str) -> None:
    async with worker(Collector):
        handle = await client.start_workflow(Collector.run, id=unique, task_queue=unique)
        sent = [str(number) for number in range(30)]
        for item in sent:
            await handle.signal(Collector.add, item)
        await handle.signal(Collector.add, "end")
        assert await handle.result() == [*sent, "end"]
    assert (await event_names(handle)).count("WorkflowExecutionSignaled") == 31


async def test_many_signals_at_once_all_arrive_once(client: Client, worker, unique: str) -> None:
    async with worker(Collector):
        handle = await client.start_workflow(Collector.run, id=unique, task_queue=unique)
        sent = [str(number) for number in range(80)]
        await asyncio.gather(*[handle.signal(Collector.add, item) for item in sent])
        await handle.signal(Collector.add, "end")
        received = await handle.result()
    assert sorted(received) == sorted([*sent, "end"])


async def test_signals_that_come_before_any_worker_are_kept(client: Client, worker, unique: str) -> None:
    handle = await client.start_workflow(Collector.run, id=unique, task_queue=unique)
    await handle.signal(Collector.add, "early")
    await handle.signal(Collector.add, "end")
    async with worker(Collector):
        assert await handle.result() == ["early", "end"]
    # Both were there when the one task that was already scheduled came to be started.
    assert await event_names(handle) == [
        "WorkflowExecutionStarted",
        "WorkflowTaskScheduled",
        *["WorkflowExecutionSignaled"] * 2,
        *TASK[1:],
        "WorkflowExecutionCompleted",
    ]


async def test_the_event_holds_what_was_sent(raw: RawWorker, client: Client) -> None:
    await raw.start()
    handle = client.get_workflow_handle(raw.task_queue)
    await handle.signal("named", args=["one", 2])
    signaled = await attributes(handle, "WorkflowExecutionSignaled")
    assert signaled.signal_name == "named"
    assert [one.data for one in signaled.input.payloads] == [b'"one"', b"2"]
    assert signaled.identity == client.identity


async def test_a_closed_run_takes_no_signal(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(complete_workflow())
    with pytest.raises(RPCError) as caught:
        await client.get_workflow_handle(raw.task_queue).signal("late")
    assert caught.value.status == RPCStatusCode.NOT_FOUND


async def test_a_signal_for_an_older_run_does_not_reach_the_new_one(client: Client, raw: RawWorker) -> None:
    first = await raw.start()
    await raw.answer_next(complete_workflow())
    second = await raw.start()
    with pytest.raises(RPCError) as caught:
        await client.get_workflow_handle(raw.task_queue, run_id=first).signal("late")
    assert caught.value.status == RPCStatusCode.NOT_FOUND
    assert len(await raw.history(run_id=second)) == 2


async def test_signal_with_start_starts_what_is_not_there(raw: RawWorker) -> None:
    response = await raw.service.signal_with_start_workflow_execution(signal_with_start(raw))
    assert response.started
    history = await raw.history()
    assert [event_name(event) for event in history] == [
        "WorkflowExecutionStarted",
        "WorkflowExecutionSignaled",
        "WorkflowTaskScheduled",
    ]
    assert history[0].workflow_execution_started_event_attributes.input == payloads("input")
    assert history[1].workflow_execution_signaled_event_attributes.input == payloads("signal")


async def test_signal_with_start_signals_what_is_there(raw: RawWorker) -> None:
    run_id = await raw.start()
    response = await raw.service.signal_with_start_workflow_execution(signal_with_start(raw))
    assert response.run_id == run_id
    assert not response.started
    assert [event_name(event) for event in await raw.history()] == [
        "WorkflowExecutionStarted",
        "WorkflowTaskScheduled",
        "WorkflowExecutionSignaled",
    ]


async def test_signal_with_start_of_the_same_request_counts_once(raw: RawWorker) -> None:
    request = signal_with_start(raw, request_id="the-same")
    first = await raw.service.signal_with_start_workflow_execution(request)
    second = await raw.service.signal_with_start_workflow_execution(request)
    assert first.run_id == second.run_id
    names = [event_name(event) for event in await raw.history()]
    assert names.count("WorkflowExecutionSignaled") == 1


async def test_signal_with_start_obeys_the_reuse_policy(raw: RawWorker) -> None:
    first = await raw.start()
    await raw.answer_next(complete_workflow())
    reject = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
    with pytest.raises(RPCError) as caught:
        await raw.service.signal_with_start_workflow_execution(signal_with_start(raw, workflow_id_reuse_policy=reject))
    assert caught.value.status == RPCStatusCode.ALREADY_EXISTS
    response = await raw.service.signal_with_start_workflow_execution(signal_with_start(raw))
    assert response.run_id != first


async def test_signal_with_start_can_replace_what_is_there(raw: RawWorker, client: Client) -> None:
    first = await raw.start()
    terminate = WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING
    response = await raw.service.signal_with_start_workflow_execution(
        signal_with_start(raw, workflow_id_conflict_policy=terminate)
    )
    assert response.run_id != first
    assert event_name((await raw.history(run_id=first))[-1]) == "WorkflowExecutionTerminated"


async def test_the_sdk_signals_with_start(client: Client, worker, unique: str) -> None:
    async with worker(Collector):
        for item in ("one", "two", "end"):
            handle = await client.start_workflow(
                Collector.run, id=unique, task_queue=unique, start_signal="add", start_signal_args=[item]
            )
        assert await handle.result() == ["one", "two", "end"]
