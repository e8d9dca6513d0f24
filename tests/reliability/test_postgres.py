"""kill -9 under load, on PostgreSQL: of the server, and of the database itself."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest, ListNexusEndpointsRequest
from temporalio.api.taskqueue.v1 import RateLimit, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, UpdateTaskQueueConfigRequest
from temporalio.client import Client

from harness.load import check_after_a_last_kill, under_load
from harness.postgres import Cluster
from harness.server import Server, free_port

pytestmark = pytest.mark.sundial_only

KILLS = int(os.environ.get("SUNDIAL_POSTGRES_KILLS", "8"))
SEED = int(os.environ.get("SUNDIAL_SEED", str(random.randrange(1_000_000))))
JOURNEYS_AT_ONCE = 8
ACTIVITY = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY


@pytest.fixture
def cluster(tmp_path: Path):
    running = Cluster(tmp_path, free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def server(cluster: Cluster) -> AsyncIterator[Server]:
    running = await Server.start("sundial", port=free_port(), database=cluster.address)
    yield running
    running.stop()


async def killed_under_load(server: Server, kill: Callable[[], None]) -> None:
    """Kills again and again while journeys go on, then checks every one of them."""
    print(f"SUNDIAL_SEED={SEED} SUNDIAL_POSTGRES_KILLS={KILLS}")
    moments = random.Random(SEED)
    client = await Client.connect(server.address)

    async def kill_again_and_again() -> None:
        for _ in range(KILLS):
            await server.ready()
            await asyncio.sleep(moments.uniform(0, 2))
            kill()
        await server.ready()

    ledger = await under_load(client, kill_again_and_again, JOURNEYS_AT_ONCE)
    await check_after_a_last_kill(server, client, ledger)
    assert len(ledger.results) >= KILLS


@pytest.mark.timeout(300)
async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(server: Server) -> None:
    def kill() -> None:
        server.kill()
        server.launch_again()

    await killed_under_load(server, kill)


@pytest.mark.timeout(300)
async def test_nothing_acknowledged_is_lost_when_the_database_is_killed(server: Server, cluster: Cluster) -> None:
    def kill() -> None:
        cluster.kill()
        cluster.start()

    await killed_under_load(server, kill)


async def test_a_second_server_stands_by_and_takes_over(server: Server, cluster: Cluster) -> None:
    standby = Server.launch("sundial", port=free_port(), database=cluster.address)
    try:
        client = await Client.connect(server.address)
        await client.start_workflow("Unserved", id="stays", task_queue="nobody")
        while "waiting until it ends" not in standby.log_tail():
            assert standby.process is not None and standby.process.poll() is None, standby.log_tail()
            await asyncio.sleep(0.02)
        # What the one sets while the other waits holds afterwards, too.
        await client.operator_service.create_nexus_endpoint(
            CreateNexusEndpointRequest(
                spec=EndpointSpec(
                    name="stays",
                    target=EndpointTarget(worker=EndpointTarget.Worker(namespace="default", task_queue="nobody")),
                )
            )
        )
        limit = UpdateTaskQueueConfigRequest.RateLimitUpdate(rate_limit=RateLimit(requests_per_second=7))
        await client.workflow_service.update_task_queue_config(
            UpdateTaskQueueConfigRequest(
                namespace="default", task_queue="nobody", task_queue_type=ACTIVITY, update_queue_rate_limit=limit
            )
        )
        server.kill()
        await standby.ready()
        taken_over = await Client.connect(standby.address)
        found = await taken_over.get_workflow_handle("stays").describe()
        assert found.workflow_type == "Unserved"
        endpoints = await taken_over.operator_service.list_nexus_endpoints(ListNexusEndpointsRequest())
        assert [endpoint.spec.name for endpoint in endpoints.endpoints] == ["stays"]
        queue = await taken_over.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace="default", task_queue=TaskQueue(name="nobody"), task_queue_type=ACTIVITY, report_config=True
            )
        )
        assert queue.config.queue_rate_limit.rate_limit.requests_per_second == 7
    finally:
        standby.stop()
