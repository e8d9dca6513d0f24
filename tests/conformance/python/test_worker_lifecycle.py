"""Workers come and go: caches, sticky queues, shutdown with work in hand. No run waits longer than it must."""

import asyncio
import time
from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.api.workflowservice.v1 import ShutdownWorkerRequest
from temporalio.client import Client

from harness.history import event_name, event_names
from harness.raw import RawWorker, complete_workflow, start_timer
from harness.wait import eventually
from harness.worker import new_worker


@workflow.defn
class Steps:
    """Takes a step with each signal; ends at `last`."""

    def __init__(self) -> None:
        self.steps = 0

    @workflow.run
    async def run(self, last: int) -> int:
        await workflow.wait_condition(lambda: self.steps >= last)
        return self.steps

    @workflow.signal
    def step(self) -> None:
        self.steps += 1

    @workflow.query
    def taken(self) -> int:
        return self.steps


@activity.defn
async def slow() -> str:
    await asyncio.sleep(0.3)
    return "finished"


@workflow.defn
class CallsSlow:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(slow, start_to_close_timeout=timedelta(seconds=30))


async def test_without_a_cache_every_task_replays(client: Client, worker, unique: str) -> None:
    async with worker(Steps, max_cached_workflows=0):
        handle = await client.start_workflow(Steps.run, 5, id=unique, task_queue=unique)
        for number in range(1, 6):
            await handle.signal(Steps.step)
            assert await handle.query(Steps.taken) == number
        assert await handle.result() == 5


async def test_more_runs_than_the_cache_holds_all_go_on(client: Client, worker, unique: str) -> None:
    async with worker(Steps, max_cached_workflows=2):
        handles = [
            await client.start_workflow(Steps.run, 3, id=f"{unique}-{number}", task_queue=unique) for number in range(6)
        ]
        for _ in range(3):
            for handle in handles:
                await handle.signal(Steps.step)
        assert [await handle.result() for handle in handles] == [3] * 6


async def test_the_next_worker_takes_over_from_one_that_shut_down(client: Client, unique: str) -> None:
    handle = await client.start_workflow(Steps.run, 3, id=unique, task_queue=unique)
    for number in range(1, 4):
        async with new_worker(client, unique, [Steps], identity=f"worker {number}"):
            await handle.signal(Steps.step)
            assert await handle.query(Steps.taken) == number
    assert await handle.result() == 3


async def test_a_worker_that_shut_down_leaves_its_sticky_queue_at_once(client: Client, unique: str) -> None:
    """Its sticky queue would else hold the next task for ten seconds."""
    handle = await client.start_workflow(Steps.run, 2, id=unique, task_queue=unique)
    async with new_worker(client, unique, [Steps]):
        await handle.signal(Steps.step)
        assert await handle.query(Steps.taken) == 1
    await handle.signal(Steps.step)
    start = time.monotonic()
    async with new_worker(client, unique, [Steps]):
        assert await handle.result() == 2
    assert time.monotonic() - start < 8
    assert "WorkflowTaskTimedOut" not in await event_names(handle)


async def test_shutdown_waits_for_the_activity_in_hand(client: Client, unique: str) -> None:
    first = new_worker(client, unique, [CallsSlow], [slow], graceful_shutdown_timeout=timedelta(seconds=10))
    async with first:
        handle = await client.start_workflow(CallsSlow.run, id=unique, task_queue=unique)
        await eventually(lambda: activity_runs(handle))
    async with new_worker(client, unique, [CallsSlow], []):
        assert await handle.result() == "finished"


async def activity_runs(handle) -> bool:
    described = await handle.describe()
    return any(one.last_started_time.seconds for one in described.raw_description.pending_activities)


async def test_shutdown_of_a_sticky_queue_sends_its_task_to_the_normal_one(raw: RawWorker, client: Client) -> None:
    sticky = f"{raw.task_queue}-sticky"
    await raw.start()
    await raw.answer_next(start_timer("t", 60), sticky=sticky, sticky_timeout=30)
    await raw.service.shutdown_worker(
        ShutdownWorkerRequest(namespace=raw.namespace, sticky_task_queue=sticky, identity=raw.identity, reason="test")
    )
    await client.get_workflow_handle(raw.task_queue).signal("wake")
    task = await raw.poll()
    assert task.history.events[0].event_id == 1
    await raw.answer(task, complete_workflow())


@pytest.mark.sundial_only
async def test_a_sticky_queue_whose_pollers_are_gone_is_left_at_once(raw: RawWorker, client: Client) -> None:
    """Temporal waits for the schedule-to-start timeout of the sticky queue: with SDKs, 10 seconds."""
    sticky = f"{raw.task_queue}-sticky"
    await raw.start()
    await raw.answer_next(start_timer("t", 60), sticky=sticky, sticky_timeout=50)
    # The worker dies: its poll ends with its connection.
    waiting = await raw.in_line(sticky=sticky)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await client.get_workflow_handle(raw.task_queue).signal("wake")
    task = await raw.poll()
    assert [event_name(event) for event in task.history.events][0] == "WorkflowExecutionStarted"
    await raw.answer(task, complete_workflow())
