"""How fast a task queue gives out its activities: as workers say, as UpdateTaskQueueConfig says, and by fairness key."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType, RateLimitSource, TaskQueueType
from temporalio.api.taskqueue.v1 import RateLimit, TaskQueue, TaskQueueConfig
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    UpdateTaskQueueConfigRequest,
)
from temporalio.client import Client, WorkflowHandle
from temporalio.common import Priority
from temporalio.service import RPCError, RPCStatusCode

from harness.worker import new_worker

ACTIVITY = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
WORKFLOW = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
Rate = UpdateTaskQueueConfigRequest.RateLimitUpdate


@activity.defn
async def step() -> None:
    pass


@workflow.defn
class Steps:
    @workflow.run
    async def run(self, keys: list[str]) -> None:
        await asyncio.gather(
            *(
                workflow.execute_activity(
                    step,
                    start_to_close_timeout=timedelta(seconds=30),
                    priority=Priority(fairness_key=key or None),
                )
                for key in keys
            )
        )


async def set_config(client: Client, queue: str, kind: Any = ACTIVITY, **change: Any) -> TaskQueueConfig:
    request = UpdateTaskQueueConfigRequest(
        namespace=client.namespace, identity="ada", task_queue=queue, task_queue_type=kind, **change
    )
    return (await client.workflow_service.update_task_queue_config(request)).config


async def described(client: Client, queue: str, kind: Any = ACTIVITY, **asked: bool) -> DescribeTaskQueueResponse:
    return await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind, **asked
        )
    )


@asynccontextmanager
async def working(client: Client, queue: str, **options: Any) -> AsyncIterator[None]:
    # An eager activity never comes to the queue.
    async with new_worker(client, queue, [Steps], [step], disable_eager_activity_execution=True, **options):
        yield


async def starts(handle: WorkflowHandle) -> list[float]:
    """When each activity was started, in seconds since the first, by the id of its scheduled event."""
    events = (await handle.fetch_history()).events
    started = [event for event in events if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED]
    started.sort(key=lambda event: event.activity_task_started_event_attributes.scheduled_event_id)
    times = [event.event_time.ToMilliseconds() / 1000 for event in started]
    return [at - min(times) for at in times]


async def test_a_worker_limits_its_task_queue(client: Client, unique: str) -> None:
    async with working(client, unique, max_task_queue_activities_per_second=4.0):
        handle = await client.start_workflow(Steps.run, [""] * 11, id=unique, task_queue=unique)
        await handle.result()
        limit = (await described(client, unique)).effective_rate_limit
        pollers = (await described(client, unique)).pollers
    # Those of a second at once, five at most, and then four a second.
    assert 1.2 < max(await starts(handle)) < 6.0
    assert limit.requests_per_second == 4.0
    assert limit.rate_limit_source == RateLimitSource.RATE_LIMIT_SOURCE_WORKER
    assert [poller.rate_per_second for poller in pollers] == [4.0]


async def test_a_configured_limit_comes_before_the_workers(client: Client, unique: str) -> None:
    stopped = Rate(rate_limit=RateLimit(requests_per_second=0.0), reason="maintenance")
    config = await set_config(client, unique, update_queue_rate_limit=stopped)
    assert config.queue_rate_limit.rate_limit == RateLimit(requests_per_second=0.0)
    assert config.queue_rate_limit.metadata.reason == "maintenance"
    assert config.queue_rate_limit.metadata.update_identity == "ada"
    assert config.queue_rate_limit.metadata.HasField("update_time")
    async with working(client, unique, max_task_queue_activities_per_second=1000.0):
        handle = await client.start_workflow(Steps.run, [""] * 3, id=unique, task_queue=unique)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(handle.result()), 1.0)
        told = await described(client, unique, report_config=True)
        assert told.config == config
        assert told.effective_rate_limit.rate_limit_source == RateLimitSource.RATE_LIMIT_SOURCE_API
        assert not (await described(client, unique)).HasField("config")
        assert not (await described(client, unique, WORKFLOW, report_config=True)).HasField("config")
        # Without a limit it leaves what the workers say.
        config = await set_config(client, unique, update_queue_rate_limit=Rate(reason="done"))
        assert not config.queue_rate_limit.HasField("rate_limit")
        await asyncio.wait_for(handle.result(), 10.0)


async def test_fairness_keys_have_rates_by_their_weights(client: Client, unique: str) -> None:
    await set_config(
        client,
        unique,
        update_fairness_key_rate_limit_default=Rate(rate_limit=RateLimit(requests_per_second=2.0)),
        set_fairness_weight_overrides={"large": 1000.0, "gone": 3.0},
    )
    config = await set_config(client, unique, unset_fairness_weight_overrides=["gone"])
    assert dict(config.fairness_weight_overrides) == {"large": 1000.0}
    assert config.fairness_keys_rate_limit_default.rate_limit.requests_per_second == 2.0
    async with working(client, unique):
        handle = await client.start_workflow(Steps.run, ["small"] * 6 + ["large"] * 6, id=unique, task_queue=unique)
        await handle.result()
    times = await starts(handle)
    assert 1.2 < max(times[:6]) < 6.0
    # Those of another key are not held up.
    assert max(times[6:]) < max(times[:6])


async def test_wrong_configurations_are_refused(client: Client, unique: str) -> None:
    rate = Rate(rate_limit=RateLimit(requests_per_second=1.0))
    wrong: list[tuple[Any, dict[str, Any], str]] = [
        (WORKFLOW, {"update_queue_rate_limit": rate}, "Setting rate limit on workflow task queues is not allowed."),
        (
            ACTIVITY,
            {"update_queue_rate_limit": Rate(rate_limit=RateLimit(requests_per_second=-1.0))},
            "RequestsPerSecond for UpdateQueueRateLimit rate limit must be non-negative.",
        ),
        (ACTIVITY, {"set_fairness_weight_overrides": {"": 1.0}}, "fairness weight override key must not be empty"),
        (
            ACTIVITY,
            {"set_fairness_weight_overrides": {"k": 1.0}, "unset_fairness_weight_overrides": ["k"]},
            'fairness weight override key "k" present in both set and unset lists',
        ),
    ]
    for kind, change, words in wrong:
        with pytest.raises(RPCError) as refused:
            await set_config(client, unique, kind, **change)
        assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT
        assert refused.value.message == words
    assert not (await described(client, unique, report_config=True)).HasField("config")
