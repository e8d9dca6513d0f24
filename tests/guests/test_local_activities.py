"""Local activities in every language: run by the worker host within the workflow's task, kept in history, and not run again in a replay."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowHandle

from guests.languages import Language
from harness.crashes import Trial, Tried
from harness.history import attributes, event_names
from harness.sundial import sundial
from harness.wait import eventually

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(240)]

PROJECT = "local-activities"


@dataclass
class Steps:
    """Starts workflows that ask for one local activity each, and reads what its program noted."""

    place: Tried
    queue: str
    folder: Path
    unique: str

    def record(self, name: str) -> list[int]:
        """The attempts of a step that were begun."""
        file = self.folder / name
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    async def start(self, name: str, task_timeout: float = 10, **changes: int) -> WorkflowHandle:
        work = {"record": str(self.folder / name), "failures": 0, "takes_ms": 0}
        step = {
            "start_to_close_ms": 60_000,
            "maximum_attempts": 0,
            "initial_interval_ms": 10,
            "timer_threshold_ms": 1_000,
            "cancel_after_ms": 0,
        }
        for key, value in changes.items():
            (work if key in work else step)[key] = value
        return await self.place.client.start_workflow(
            "LocalStep",
            {"work": work, **step},
            id=f"{self.unique}-{name}",
            task_queue=self.queue,
            task_timeout=timedelta(seconds=task_timeout),
        )

    async def outcome(self, handle: WorkflowHandle) -> str:
        """What the workflow says, told to finish after a moment."""

        async def is_over() -> bool:
            return (await event_names(handle))[-1] == "MarkerRecorded"

        await eventually(is_over, within=60)
        await self.place.moment()
        await handle.signal("finish")
        said = await handle.result()
        names = await event_names(handle)
        assert "WorkflowTaskFailed" not in names
        assert "ActivityTaskScheduled" not in names
        return said


async def markers(handle: WorkflowHandle) -> int:
    return (await event_names(handle)).count("MarkerRecorded")


@pytest.fixture
async def steps(
    place: Tried,
    language: Language,
    serve: Callable[[Language, str], Awaitable[str]],
    tmp_path: Path,
    unique: str,
) -> Steps:
    return Steps(place, await serve(language, PROJECT), tmp_path, unique)


async def test_its_result_is_kept_and_it_is_not_run_again(steps: Steps) -> None:
    handle = await steps.start("once")
    assert await steps.outcome(handle) == "done in attempt 1"
    assert steps.record("once") == [1]
    assert await markers(handle) == 1


async def test_it_is_tried_again_within_its_task(steps: Steps) -> None:
    retried, failed = await asyncio.gather(
        steps.start("retried", failures=2), steps.start("failed", failures=9, maximum_attempts=2)
    )
    assert await steps.outcome(retried) == "done in attempt 3"
    assert steps.record("retried") == [1, 2, 3]
    assert await markers(retried) == 1
    assert await steps.outcome(failed) == "failed"
    assert steps.record("failed") == [1, 2]


async def test_a_long_wait_for_the_next_attempt_is_a_timer(steps: Steps) -> None:
    # Go's SDK takes the task's time for the threshold.
    handle = await steps.start("timer", task_timeout=1, failures=1, initial_interval_ms=1_200)
    assert await steps.outcome(handle) == "done in attempt 2"
    names = await event_names(handle)
    assert [name for name in names if name in ("MarkerRecorded", "TimerStarted", "TimerFired")] == [
        *("MarkerRecorded", "TimerStarted", "TimerFired", "MarkerRecorded")
    ]
    assert steps.record("timer") == [1, 2]


async def test_it_times_out(steps: Steps) -> None:
    handle = await steps.start("late", takes_ms=60_000, start_to_close_ms=500, maximum_attempts=1)
    assert await steps.outcome(handle) == "timed out"


async def test_it_outlives_its_task_which_is_kept_alive(steps: Steps) -> None:
    handle = await steps.start("long", task_timeout=1, takes_ms=3_000)
    assert await steps.outcome(handle) == "done in attempt 1"
    assert steps.record("long") == [1]
    names = await event_names(handle)
    assert "WorkflowTaskTimedOut" not in names[: names.index("MarkerRecorded")]
    assert names[: names.index("MarkerRecorded")].count("WorkflowTaskCompleted") >= 3


async def test_it_is_cancelled(steps: Steps) -> None:
    # The timer begins once the task is kept alive for the first time.
    handle = await steps.start("cancelled", task_timeout=1, takes_ms=60_000, cancel_after_ms=100)
    assert await steps.outcome(handle) == "cancelled"


async def test_it_is_run_again_where_its_task_was_lost(steps: Steps) -> None:
    if steps.place.trial is not Trial.KILLED:
        pytest.skip("nothing is lost")
    handle = await steps.start("lost", task_timeout=2, takes_ms=1_000)
    await eventually(lambda: steps.record("lost"))
    await steps.place.moment()
    assert await steps.outcome(handle) == "done in attempt 1"
    assert steps.record("lost") == [1, 1]


async def test_one_that_the_host_does_not_know_fails_the_task_with_advice(steps: Steps) -> None:
    work = {"record": "", "failures": 0, "takes_ms": 0}
    handle = await steps.place.client.start_workflow("UnknownStep", work, id=steps.unique, task_queue=steps.queue)

    async def failed() -> bool:
        return "WorkflowTaskFailed" in await event_names(handle)

    await eventually(failed)
    told = (await attributes(handle, "WorkflowTaskFailed")).failure.message
    assert told.startswith("local activity unknown_step is not known to this worker host; known are: local_step, quote_shipping; ")
    await handle.terminate()


async def test_sundial_test_mocks_it(language: Language, build: Callable[[Language, str], Awaitable[Path]]) -> None:
    component = await build(language, PROJECT)
    step = {
        "work": {"record": "", "failures": 0, "takes_ms": 0},
        "start_to_close_ms": 60_000,
        "maximum_attempts": 0,
        # Waited for with a timer, over which time is skipped.
        "initial_interval_ms": 100_000,
        "timer_threshold_ms": 1_000,
        "cancel_after_ms": 0,
    }
    report = await sundial(
        *("test", component, "--workflow", "LocalStep", "--input", json.dumps(step)),
        *("--mock", 'local_step=!"not yet"', "--mock", 'local_step={"attempt": 7}', "--signal", "finish@1s"),
        within=200,
    )
    assert report["status"] == "completed", report
    assert report["result"] == "done in attempt 7"
    assert 100_000 <= report["took_ms"] < 110_000
    local = [command for command in report["commands"] if command["command"] == "schedule_local_activity"]
    assert [(command["activity"], command["attempt"]) for command in local] == [("local_step", 1), ("local_step", 2)]
    assert local[0]["outcome"]["failure"]["message"] == "not yet"
    assert local[1]["outcome"] == {"result": {"attempt": 7}}
