"""A workflow around one local activity, told by its input how the activity is asked for."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError


@dataclass
class Work:
    """What the program local_step.py is to do."""

    record: str
    failures: int
    takes_ms: int


@dataclass
class Done:
    attempt: int


@dataclass
class Step:
    """The work, and how it is asked for."""

    work: Work
    start_to_close_ms: int
    maximum_attempts: int
    initial_interval_ms: int
    timer_threshold_ms: int
    cancel_after_ms: int


@workflow.defn
class LocalStep:
    """Says what came of the activity once it is told to finish."""

    def __init__(self) -> None:
        self._may_finish = False

    @workflow.run
    async def run(self, step: Step) -> str:
        outcome = await self._outcome(step)
        await workflow.wait_condition(lambda: self._may_finish)
        return outcome

    async def _outcome(self, step: Step) -> str:
        work = workflow.start_local_activity(
            "local_step",
            step.work,
            result_type=Done,
            start_to_close_timeout=timedelta(milliseconds=step.start_to_close_ms),
            local_retry_threshold=timedelta(milliseconds=step.timer_threshold_ms),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(milliseconds=step.initial_interval_ms), maximum_attempts=step.maximum_attempts
            ),
        )
        try:
            if step.cancel_after_ms:
                await asyncio.wait([work], timeout=step.cancel_after_ms / 1000)
                if not work.done():
                    work.cancel()
            done = await work
        except ApplicationError:
            # Not in an ActivityError, as that of an ordinary activity would be.
            return "failed"
        except ActivityError as error:
            return "timed out" if isinstance(error.cause, TimeoutError) else "cancelled"
        return f"done in attempt {done.attempt}"

    @workflow.signal
    def finish(self) -> None:
        self._may_finish = True


@workflow.defn
class UnknownStep:
    """Asks for a local activity that nobody knows."""

    @workflow.run
    async def run(self, work: Work) -> int:
        done = await workflow.execute_local_activity(
            "unknown_step", work, result_type=Done, start_to_close_timeout=timedelta(seconds=10)
        )
        return done.attempt
