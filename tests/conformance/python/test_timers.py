"""Timers: they fire once, in order, also while no worker is there; a cancelled one never does."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client

from harness.history import TASK, attributes, event_names, events
from harness.raw import RawWorker, cancel_timer, complete_workflow, seconds, start_timer
from harness.wait import eventually


@workflow.defn
class Sleeper:
    @workflow.run
    async def run(self, sleep_ms: int) -> float:
        start = workflow.now()
        await asyncio.sleep(sleep_ms / 1000)
        return (workflow.now() - start).total_seconds()


@workflow.defn
class Race:
    """Several timers at once: the order in which they ended."""

    @workflow.run
    async def run(self) -> list[str]:
        ended: list[str] = []

        async def timer(name: str, ms: int) -> None:
            await asyncio.sleep(ms / 1000)
            ended.append(name)

        await asyncio.gather(timer("last", 300), timer("first", 50), timer("middle", 150))
        return ended


@workflow.defn
class Impatient:
    """Gives up on a timer when it is told to, or on a condition when a timer ends."""

    def __init__(self) -> None:
        self.stop = False

    @workflow.run
    async def run(self, limit_ms: int) -> str:
        try:
            await workflow.wait_condition(lambda: self.stop, timeout=timedelta(milliseconds=limit_ms))
            return "stopped"
        except TimeoutError:
            return "timed out"

    @workflow.signal
    def stop_now(self) -> None:
        self.stop = True


async def test_a_timer_fires(client: Client, worker, unique: str) -> None:
    async with worker(Sleeper):
        handle = await client.start_workflow(Sleeper.run, 100, id=unique, task_queue=unique)
        slept = await handle.result()
    assert 0.1 <= slept < 10
    assert await event_names(handle) == [
        "WorkflowExecutionStarted",
        *TASK,
        "TimerStarted",
        "TimerFired",
        *TASK,
        "WorkflowExecutionCompleted",
    ]
    started = await attributes(handle, "TimerStarted")
    fired = await attributes(handle, "TimerFired")
    assert started.start_to_fire_timeout == seconds(0.1)
    assert fired.timer_id == started.timer_id
    assert fired.started_event_id == 5


async def test_timers_fire_in_order_of_their_time(client: Client, worker, unique: str) -> None:
    async with worker(Race):
        ended = await client.execute_workflow(Race.run, id=unique, task_queue=unique)
    assert ended == ["first", "middle", "last"]


async def test_a_timer_that_is_given_up_is_cancelled(client: Client, worker, unique: str) -> None:
    async with worker(Impatient):
        handle = await client.start_workflow(Impatient.run, 60_000, id=unique, task_queue=unique)
        await handle.signal(Impatient.stop_now)
        assert await handle.result() == "stopped"
    names = await event_names(handle)
    if "TimerStarted" in names:  # The signal may have come before the first task.
        assert names.count("TimerCanceled") == 1
    assert "TimerFired" not in names


async def test_a_condition_waits_no_longer_than_its_timeout(client: Client, worker, unique: str) -> None:
    async with worker(Impatient):
        assert await client.execute_workflow(Impatient.run, 50, id=unique, task_queue=unique) == "timed out"


async def test_a_timer_fires_while_no_worker_is_there(client: Client, worker, raw: RawWorker) -> None:
    handle = await client.start_workflow(Sleeper.run, 300, id=raw.task_queue, task_queue=raw.task_queue)
    async with worker(Sleeper):
        await eventually(lambda: has(handle, "TimerStarted"))
    await eventually(lambda: has(handle, "TimerFired"))
    async with worker(Sleeper):
        assert await handle.result() >= 0.3


async def has(handle, name: str) -> bool:
    return name in await event_names(handle)


async def test_a_cancelled_timer_is_written_and_its_id_is_free_again(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(start_timer("t", 60), force_create_new_workflow_task=True)
    await raw.answer_next(cancel_timer("t"), start_timer("t", 0.05))
    await raw.answer_next(complete_workflow())
    handle = client.get_workflow_handle(raw.task_queue)
    assert await event_names(handle) == [
        "WorkflowExecutionStarted",
        *TASK,
        "TimerStarted",
        *TASK,
        "TimerCanceled",
        "TimerStarted",
        "TimerFired",
        *TASK,
        "WorkflowExecutionCompleted",
    ]
    canceled = await attributes(handle, "TimerCanceled")
    assert (canceled.timer_id, canceled.started_event_id) == ("t", 5)
    assert (await attributes(handle, "TimerFired")).started_event_id == 10


async def test_timers_that_are_due_at_once_make_one_task(raw: RawWorker, client: Client) -> None:
    await raw.start()
    task = await raw.poll()
    await raw.answer(task, *[start_timer(f"t{number}", 0.05) for number in range(5)])
    handle = client.get_workflow_handle(raw.task_queue)
    await eventually(lambda: all_fired(handle, 5))
    fired = {event.timer_fired_event_attributes.timer_id for event in await events(handle)} - {""}
    assert fired == {f"t{number}" for number in range(5)}
    assert (await event_names(handle)).count("WorkflowTaskScheduled") == 2


async def all_fired(handle, count: int) -> bool:
    return (await event_names(handle)).count("TimerFired") == count
