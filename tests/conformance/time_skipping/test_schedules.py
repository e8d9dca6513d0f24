"""Schedules where idle time is skipped: they act at their times, and time waits for what they do."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleDescription,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
)
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from harness.worker import new_worker

# What the machine takes for the work itself, with room for a slow one. What is skipped is far longer.
WORK = timedelta(minutes=2)
HOUR = timedelta(hours=1)


@workflow.defn
class Lasting:
    @workflow.run
    async def run(self, minutes: int) -> None:
        await asyncio.sleep(minutes * 60)


@workflow.defn
class Failing:
    @workflow.run
    async def run(self, minutes: int) -> None:
        await asyncio.sleep(minutes * 60)
        raise ApplicationError("boom", non_retryable=True)


def hourly(workflow_type: Callable[..., Awaitable[None]], minutes: int, queue: str, policy: SchedulePolicy) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(workflow_type, minutes, id=f"{queue}-run", task_queue=queue),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=HOUR)]),
        policy=policy,
    )


async def after_six_hours(env: WorkflowEnvironment, client: Client, unique: str, written: Schedule) -> ScheduleDescription:
    async with new_worker(client, unique, (Lasting, Failing)):
        handle = await client.create_schedule(unique, written)
        await env.sleep(6 * HOUR)
        return await handle.describe()


async def test_a_schedule_acts_at_its_times(env: WorkflowEnvironment, client: Client, unique: str) -> None:
    began = datetime.now(UTC)
    written = hourly(Lasting.run, 30, unique, SchedulePolicy())
    shown = await after_six_hours(env, client, unique, written)
    assert datetime.now(UTC) - began < HOUR
    actions = shown.info.recent_actions
    assert len(actions) == 6
    times = [action.scheduled_at for action in actions]
    assert all(later - earlier == HOUR for earlier, later in zip(times, times[1:]))
    assert all(action.started_at - action.scheduled_at < WORK for action in actions)
    assert shown.info.num_actions_skipped_overlap == 0


async def test_what_waits_begins_when_the_run_before_has_closed(
    env: WorkflowEnvironment, client: Client, unique: str
) -> None:
    written = hourly(Lasting.run, 70, unique, SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ALL))
    shown = await after_six_hours(env, client, unique, written)
    delays = [action.started_at - action.scheduled_at for action in shown.info.recent_actions]
    assert len(delays) >= 5
    for number, delay in enumerate(delays):
        expected = timedelta(minutes=10 * number)
        assert expected <= delay < expected + WORK


async def test_a_failure_pauses_before_the_next_action(
    env: WorkflowEnvironment, client: Client, unique: str
) -> None:
    written = hourly(Failing.run, 10, unique, SchedulePolicy(pause_on_failure=True))
    shown = await after_six_hours(env, client, unique, written)
    assert shown.info.num_actions == 1
    assert shown.schedule.state.paused
    assert "boom" in (shown.schedule.state.note or "")


async def test_limited_actions_are_taken_and_no_more(env: WorkflowEnvironment, client: Client, unique: str) -> None:
    written = hourly(Lasting.run, 1, unique, SchedulePolicy())
    written.state = ScheduleState(limited_actions=True, remaining_actions=2)
    shown = await after_six_hours(env, client, unique, written)
    assert shown.info.num_actions == 2
