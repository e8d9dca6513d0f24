"""What SDKs keep in markers: patches, side effects, local activities. All must come back in a replay."""

import asyncio
from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from harness.history import event_names, events, without_tasks

calls: list[str] = []


@activity.defn
async def count_call(name: str) -> int:
    calls.append(name)
    return calls.count(name)


@activity.defn
async def fails_once(name: str) -> int:
    calls.append(name)
    if calls.count(name) == 1:
        raise ApplicationError("first time")
    return calls.count(name)


@activity.defn
async def always_fails() -> None:
    raise ApplicationError("never", type="Never", non_retryable=True)


@workflow.defn(name="Patched")
class BeforePatch:
    @workflow.run
    async def run(self) -> str:
        await asyncio.sleep(0.02)
        return "before"


@workflow.defn(name="Patched")
class AfterPatch:
    @workflow.run
    async def run(self) -> str:
        way = "after" if workflow.patched("the-patch") else "before"
        await asyncio.sleep(0.02)
        return way


@workflow.defn(name="Patched")
class PatchDeprecated:
    @workflow.run
    async def run(self) -> str:
        workflow.deprecate_patch("the-patch")
        await asyncio.sleep(0.02)
        return "after"


@workflow.defn(name="Patched")
class Changed:
    """What a patch would have been needed for."""

    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            count_call, "changed", start_to_close_timeout=timedelta(seconds=5), result_type=str
        )


@workflow.defn
class Local:
    """A local activity, then something that makes a second workflow task."""

    @workflow.run
    async def run(self, name: str, kind: str) -> int:
        result = await workflow.execute_local_activity(
            kind,
            *([name] if kind != "always_fails" else []),
            result_type=int,
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10)),
        )
        await asyncio.sleep(0.02)
        return result


@workflow.defn
class Random:
    """What differs from run to run but not from replay to replay."""

    @workflow.run
    async def run(self) -> list[str]:
        first = [str(workflow.uuid4()), str(workflow.random().random()), str(workflow.now())]
        await asyncio.sleep(0.02)
        return first


async def replay(handle, *workflows: type) -> None:
    replayer = Replayer(workflows=workflows, workflow_runner=UnsandboxedWorkflowRunner())
    await replayer.replay_workflow(await handle.fetch_history())


async def test_a_new_run_takes_the_patched_way_and_marks_it(client: Client, worker, unique: str) -> None:
    async with worker(AfterPatch):
        handle = await client.start_workflow("Patched", id=unique, task_queue=unique, result_type=str)
        assert await handle.result() == "after"
    names = without_tasks(await event_names(handle))
    assert "MarkerRecorded" in names
    marker = next(
        e.marker_recorded_event_attributes
        for e in await events(handle)
        if e.HasField("marker_recorded_event_attributes")
    )
    assert marker.marker_name == "core_patch"
    await replay(handle, AfterPatch)
    await replay(handle, PatchDeprecated)


async def test_an_old_run_stays_on_the_old_way(client: Client, worker, unique: str) -> None:
    async with worker(BeforePatch):
        handle = await client.start_workflow("Patched", id=unique, task_queue=unique, result_type=str)
        assert await handle.result() == "before"
    await replay(handle, AfterPatch)
    with pytest.raises(workflow.NondeterminismError):
        await replay(handle, Changed)


async def test_a_local_activity_is_a_marker_and_runs_once(client: Client, worker, unique: str) -> None:
    async with worker(Local, activities=[count_call], max_cached_workflows=0):
        handle = await client.start_workflow(Local.run, args=[unique, "count_call"], id=unique, task_queue=unique)
        assert await handle.result() == 1
    names = without_tasks(await event_names(handle))
    assert names.count("MarkerRecorded") == 1
    assert not any(name.startswith("Activity") for name in names)
    assert calls.count(unique) == 1


async def test_a_local_activity_is_tried_again_within_its_task(client: Client, worker, unique: str) -> None:
    async with worker(Local, activities=[fails_once]):
        handle = await client.start_workflow(Local.run, args=[unique, "fails_once"], id=unique, task_queue=unique)
        assert await handle.result() == 2


async def test_a_local_activity_that_fails_fails_its_workflow(client: Client, worker, unique: str) -> None:
    async with worker(Local, activities=[always_fails]):
        handle = await client.start_workflow(Local.run, args=[unique, "always_fails"], id=unique, task_queue=unique)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "Never"


async def test_randomness_comes_back_in_a_replay(client: Client, worker, unique: str) -> None:
    # Without a cache, the second task replays the first: other values would be returned if they were not the run's own.
    async with worker(Random, max_cached_workflows=0):
        handle = await client.start_workflow(Random.run, id=unique, task_queue=unique)
        first = await handle.result()
        other = await client.execute_workflow(Random.run, id=f"{unique}-other", task_queue=unique)
    assert len(set(first) | set(other)) == 6
    await replay(handle, Random)
