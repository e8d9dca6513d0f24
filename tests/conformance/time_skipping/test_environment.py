"""Idle time is skipped while a result is awaited or the environment sleeps, and never while something runs."""

import asyncio
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.testservice.v1 import (
    LockTimeSkippingRequest,
    SleepRequest,
    SleepUntilRequest,
    UnlockTimeSkippingRequest,
)
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowUpdateStage
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError, TimeoutType
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from harness.history import events
from harness.server import sundial_binary

# What the machine takes for the work itself, with room for a slow one. What is skipped is far longer.
WORK = timedelta(minutes=2)
YEAR = timedelta(days=365)


@workflow.defn
class Sleeper:
    @workflow.run
    async def run(self, seconds: float) -> float:
        start = workflow.now()
        await asyncio.sleep(seconds)
        return (workflow.now() - start).total_seconds()

    @workflow.query
    def now(self) -> float:
        return workflow.now().timestamp()

    @workflow.signal
    def nudge(self) -> None:
        pass


@workflow.defn
class Retrier:
    @workflow.run
    async def run(self, attempts: int) -> str:
        return await workflow.execute_activity(
            "flaky",
            attempts,
            start_to_close_timeout=timedelta(minutes=1),
            retry_policy=RetryPolicy(initial_interval=timedelta(hours=1), maximum_interval=timedelta(hours=12)),
            result_type=str,
        )


@workflow.defn
class Racer:
    """Which ends first, an activity or a timer of 500,000 s."""

    @workflow.run
    async def run(self, activity_seconds: float) -> str:
        work = workflow.start_activity("sleep", activity_seconds, start_to_close_timeout=timedelta(days=30))
        timer = asyncio.create_task(asyncio.sleep(500_000))
        done, _ = await workflow.wait([work, timer], return_when=asyncio.FIRST_COMPLETED)
        return "activity" if work in done else "timer"


@workflow.defn
class Watched:
    @workflow.run
    async def run(self, timeout_seconds: float) -> str:
        return await workflow.execute_activity(
            "sleep",
            timeout_seconds * 2,
            schedule_to_close_timeout=timedelta(days=1),
            heartbeat_timeout=timedelta(seconds=timeout_seconds),
            retry_policy=RetryPolicy(maximum_attempts=1),
            result_type=str,
        )


@workflow.defn
class Parent:
    @workflow.run
    async def run(self, seconds: float) -> list[float]:
        children = [
            workflow.execute_child_workflow(Sleeper.run, seconds * n, id=f"{workflow.info().workflow_id}/{n}")
            for n in (1, 2, 3)
        ]
        return list(await asyncio.gather(*children))


@workflow.defn
class Waiter:
    def __init__(self) -> None:
        self.told = False

    @workflow.run
    async def run(self) -> str:
        try:
            await workflow.wait_condition(lambda: self.told, timeout=timedelta(days=20))
            return "told"
        except asyncio.TimeoutError:
            return "timed out"

    @workflow.signal
    def tell(self) -> None:
        self.told = True

    @workflow.update
    async def tell_later(self, seconds: float) -> float:
        await asyncio.sleep(seconds)
        self.told = True
        return seconds


@workflow.defn
class Chain:
    @workflow.run
    async def run(self, runs: int) -> str:
        await asyncio.sleep(24 * 3600)
        if runs > 1:
            workflow.continue_as_new(runs - 1)
        return "the last"


def sleeping_activity(env: WorkflowEnvironment) -> Callable[..., Any]:
    @activity.defn(name="sleep")
    async def sleep(seconds: float) -> str:
        await env.sleep(seconds)
        return "slept"

    return sleep


@asynccontextmanager
async def skipped(env: WorkflowEnvironment, expected: timedelta):
    """The environment's time goes on by so much, and by no more than the work takes besides."""
    before = await env.get_current_time()
    yield
    passed = await env.get_current_time() - before
    assert expected <= passed < expected + WORK


async def history_times(handle: WorkflowHandle[Any, Any]) -> list[tuple[int, datetime]]:
    return [(event.event_type, event.event_time.ToDatetime(UTC)) for event in await events(handle)]


async def test_the_time_is_real_at_first(env: WorkflowEnvironment) -> None:
    assert abs(await env.get_current_time() - datetime.now(UTC)) < WORK


@pytest.mark.parametrize("seconds", [24 * 3600, YEAR.total_seconds()])
async def test_a_long_sleep_takes_no_time(env: WorkflowEnvironment, worker, unique: str, seconds: float) -> None:
    async with worker(Sleeper), skipped(env, timedelta(seconds=seconds)):
        slept = await env.client.execute_workflow(Sleeper.run, seconds, id=unique, task_queue=unique)
    assert seconds <= slept < seconds + WORK.total_seconds()
    # History is in the environment's time too.
    times = await history_times(env.client.get_workflow_handle(unique))
    assert times[-1][0] == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
    assert timedelta(seconds=seconds) <= times[-1][1] - times[0][1] < timedelta(seconds=seconds) + WORK


async def test_time_is_real_again_after_a_result(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Sleeper):
        await env.client.execute_workflow(Sleeper.run, 1000, id=unique, task_queue=unique)
        still = await env.client.start_workflow(Sleeper.run, 10_000, id=f"{unique}-2", task_queue=unique)
        async with skipped(env, timedelta(0)):
            await still.signal(Sleeper.nudge)
            assert await still.query(Sleeper.now) > 0
        assert [kind for kind, _ in await history_times(still)].count(EventType.EVENT_TYPE_TIMER_FIRED) == 0


async def test_the_environment_sleeps(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Sleeper):
        handle = await env.client.start_workflow(Sleeper.run, 100_000, id=unique, task_queue=unique)

        async def workflow_time() -> datetime:
            # A query sees the time of the last workflow task: the signal makes one.
            await handle.signal(Sleeper.nudge)
            return datetime.fromtimestamp(await handle.query(Sleeper.now), UTC)

        before = await workflow_time()
        async with skipped(env, timedelta(seconds=1000)):
            await env.sleep(1000)
        assert timedelta(seconds=1000) <= await workflow_time() - before < timedelta(seconds=1000) + WORK


async def test_automatic_skipping_can_be_turned_off(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Sleeper):
        started = time.monotonic()
        with env.auto_time_skipping_disabled():
            await env.client.execute_workflow(Sleeper.run, 1.5, id=unique, task_queue=unique)
        assert time.monotonic() - started >= 1.5


async def test_backoffs_of_activities_are_skipped(env: WorkflowEnvironment, worker, unique: str) -> None:
    @activity.defn(name="flaky")
    async def flaky(attempts: int) -> str:
        if activity.info().attempt < attempts:
            raise ApplicationError("not yet")
        return f"attempt {activity.info().attempt}"

    # 1 + 2 + 4 + 8 + 12 hours
    async with worker(Retrier, activities=[flaky]), skipped(env, timedelta(hours=27)):
        result = await env.client.execute_workflow(Retrier.run, 6, id=unique, task_queue=unique)
    assert result == "attempt 6"


async def test_a_running_activity_holds_the_time(env: WorkflowEnvironment, worker, unique: str) -> None:
    @activity.defn(name="sleep")
    async def busy(_: float) -> str:
        await asyncio.sleep(0.5)
        return "done"

    async with worker(Racer, activities=[busy]), skipped(env, timedelta(0)):
        assert await env.client.execute_workflow(Racer.run, 0.0, id=unique, task_queue=unique) == "activity"


@pytest.mark.parametrize(("seconds", "winner"), [(250_000, "activity"), (1_000_000, "timer")])
async def test_an_activity_may_sleep_in_the_environment(
    env: WorkflowEnvironment, worker, unique: str, seconds: float, winner: str
) -> None:
    async with worker(Racer, activities=[sleeping_activity(env)]):
        assert await env.client.execute_workflow(Racer.run, seconds, id=unique, task_queue=unique) == winner


async def test_a_heartbeat_time_out_is_skipped_to(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Watched, activities=[sleeping_activity(env)]):
        with pytest.raises(WorkflowFailureError) as failed:
            await env.client.execute_workflow(Watched.run, 20.0, id=unique, task_queue=unique)
    assert isinstance(failed.value.cause, ActivityError)
    assert isinstance(failed.value.cause.cause, TimeoutError)
    assert failed.value.cause.cause.type == TimeoutType.HEARTBEAT


async def test_an_execution_time_out_is_skipped_to(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Waiter), skipped(env, timedelta(hours=5)):
        with pytest.raises(WorkflowFailureError) as failed:
            await env.client.execute_workflow(
                Waiter.run, id=unique, task_queue=unique, execution_timeout=timedelta(hours=5)
            )
    assert isinstance(failed.value.cause, TimeoutError)


async def test_a_start_delay_is_skipped(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Sleeper), skipped(env, timedelta(days=3)):
        await env.client.execute_workflow(
            Sleeper.run, 0.0, id=unique, task_queue=unique, start_delay=timedelta(days=3)
        )


async def test_children_sleep_together(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Parent, Sleeper), skipped(env, timedelta(days=3)):
        result = await env.client.execute_workflow(Parent.run, 24 * 3600.0, id=unique, task_queue=unique)
    assert [round(seconds / (24 * 3600)) for seconds in result] == [1, 2, 3]


async def test_runs_that_continue_as_new_are_skipped_through(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Chain), skipped(env, timedelta(days=5)):
        assert await env.client.execute_workflow(Chain.run, 5, id=unique, task_queue=unique) == "the last"


async def test_a_signal_comes_after_a_sleep(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Waiter), skipped(env, timedelta(days=19)):
        handle = await env.client.start_workflow(Waiter.run, id=unique, task_queue=unique)
        await env.sleep(timedelta(days=19))
        await handle.signal(Waiter.tell)
        assert await handle.result() == "told"


async def test_a_deadline_passes_without_a_signal(env: WorkflowEnvironment, worker, unique: str) -> None:
    async with worker(Waiter), skipped(env, timedelta(days=20)):
        assert await env.client.execute_workflow(Waiter.run, id=unique, task_queue=unique) == "timed out"


async def test_an_update_that_sleeps_ends_while_the_environment_does(
    env: WorkflowEnvironment, worker, unique: str
) -> None:
    async with worker(Waiter):
        handle = await env.client.start_workflow(Waiter.run, id=unique, task_queue=unique)
        update = await handle.start_update(
            Waiter.tell_later, 3600.0, wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        result = await handle.result()
        assert (result, await update.result()) == ("told", 3600.0)


async def test_a_workflow_task_without_a_worker_holds_the_time(
    env: WorkflowEnvironment, client: Client, worker, unique: str
) -> None:
    handle = await client.start_workflow(
        Sleeper.run, 60.0, id=unique, task_queue=unique, execution_timeout=timedelta(minutes=30)
    )
    result = asyncio.create_task(handle.result())
    await client.test_service.sleep(SleepRequest())
    async with worker(Sleeper):
        assert await result >= 60


async def test_locks_are_counted(env: WorkflowEnvironment) -> None:
    service = env.client.test_service
    await service.unlock_time_skipping(UnlockTimeSkippingRequest())
    for call in (
        service.unlock_time_skipping(UnlockTimeSkippingRequest()),
        service.unlock_time_skipping_with_sleep(SleepRequest()),
    ):
        with pytest.raises(RPCError) as refused:
            await call
        assert refused.value.status == RPCStatusCode.FAILED_PRECONDITION
    day = SleepRequest()
    day.duration.FromTimedelta(timedelta(days=1))
    async with skipped(env, timedelta(days=1)):
        await service.sleep(day)
    await service.lock_time_skipping(LockTimeSkippingRequest())
    async with skipped(env, timedelta(days=1)):
        await service.unlock_time_skipping_with_sleep(day)
    with pytest.raises(RPCError) as timed_out:
        await service.sleep(day, timeout=timedelta(milliseconds=300))
    assert timed_out.value.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)


async def test_a_sleep_until_a_moment_ends_then(env: WorkflowEnvironment) -> None:
    service = env.client.test_service
    until = SleepUntilRequest()
    moment = await env.get_current_time() + timedelta(days=7)
    until.timestamp.FromDatetime(moment)
    await service.unlock_time_skipping(UnlockTimeSkippingRequest())
    await service.sleep_until(until)
    assert moment <= await env.get_current_time() < moment + WORK
    # That moment has passed.
    async with skipped(env, timedelta(0)):
        await service.sleep_until(until)
    now = (await service.get_current_time(Empty())).time.ToDatetime(UTC)
    assert abs(now - await env.get_current_time()) < WORK


async def test_a_server_may_skip_from_the_start() -> None:
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(sundial_binary()), test_server_extra_args=["--enable-time-skipping"]
    )
    async with environment as env, skipped(env, timedelta(days=2)):
        request = SleepRequest()
        request.duration.FromTimedelta(timedelta(days=2))
        await env.client.test_service.sleep(request)
