"""A workflow for schedules to start, and schedules that start it."""

import asyncio
import dataclasses
from datetime import datetime, timedelta, timezone
from typing import Any

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleHandle,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    WorkflowHandle,
)
from temporalio.exceptions import ApplicationError

NEVER = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(days=365))])
EVERY_SECOND = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(seconds=1))])


@workflow.defn
class Scheduled:
    """Waits until it is told to end: `done` returns how many runs before it completed, `fail` fails it."""

    def __init__(self) -> None:
        self.told: str | None = None

    @workflow.run
    async def run(self, at_once: str = "") -> int:
        before = workflow.get_last_completion_result(int) or 0
        self.told = self.told or at_once or None
        await workflow.wait_condition(lambda: self.told is not None)
        if self.told == "fail":
            raise ApplicationError("boom", non_retryable=True)
        return before + 1

    @workflow.signal
    def end(self, how: str) -> None:
        self.told = how

    @workflow.query
    def last_failure(self) -> str | None:
        failure = workflow.get_last_failure()
        return str(failure) if failure else None


def schedule(
    unique: str, *, at_once: str = "", spec: ScheduleSpec = NEVER, policy: SchedulePolicy | None = None, **options: Any
) -> Schedule:
    """A schedule that starts `Scheduled` as `<unique>-run-<time>` on the task queue `unique`."""
    action_options = {
        name: options.pop(name) for name in list(options) if name not in {f.name for f in dataclasses.fields(Schedule)}
    }
    return Schedule(
        action=ScheduleActionStartWorkflow(
            Scheduled.run, at_once, id=f"{unique}-run", task_queue=unique, **action_options
        ),
        spec=spec,
        policy=policy or SchedulePolicy(),
        **options,
    )


def overlapping(policy: ScheduleOverlapPolicy) -> SchedulePolicy:
    return SchedulePolicy(overlap=policy)


async def trigger(handle: ScheduleHandle) -> None:
    """Triggers a second apart from the trigger before: workflow ids are made of whole seconds."""
    now = datetime.now(timezone.utc)
    await asyncio.sleep(1.01 - now.microsecond / 1_000_000)
    await handle.trigger()


async def started_runs(client: Client, handle: ScheduleHandle) -> list[WorkflowHandle]:
    """The runs that the schedule started and remembers, oldest first."""
    described = await handle.describe()
    return [
        client.get_workflow_handle(result.action.workflow_id, run_id=result.action.first_execution_run_id)
        for result in described.info.recent_actions
    ]
