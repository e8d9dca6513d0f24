"""kill -9 of the server while stand-alone activities wait, run and end: what was acknowledged is still so afterwards."""

import asyncio
from datetime import timedelta
from pathlib import Path

from temporalio import activity
from temporalio.client import Client
from temporalio.common import RetryPolicy

from harness.server import Server, free_port
from harness.worker import new_worker

COUNT = 20


@activity.defn
async def double(number: int) -> int:
    if activity.info().attempt == 1:
        raise ValueError("the first attempt fails")
    return 2 * number


async def test_activities_survive_kills(tmp_path: Path) -> None:
    server = await Server.start(port=free_port(), database=tmp_path / "activities.db")
    try:
        client = await Client.connect(server.address)

        async def start(number: int) -> str:
            options = {"task_queue": "q", "start_to_close_timeout": timedelta(seconds=30)}
            policy = RetryPolicy(initial_interval=timedelta(milliseconds=500))
            handle = await client.start_activity(double, number, id=f"a{number}", retry_policy=policy, **options)
            assert handle.run_id
            return handle.run_id

        runs = await asyncio.gather(*(start(number) for number in range(COUNT)))
        done = await client.start_activity("nobody", id="done", task_queue="q", start_to_close_timeout=timedelta(days=1))
        await done.terminate(reason="enough")
        # Killed when all are known to be started, and again when their first attempts have failed.
        client = await killed(server)
        async with new_worker(client, "q", activities=[double]):
            while (await client.count_activities("ExecutionStatus = 'Running'")).count == COUNT:
                attempts = [(await client.get_activity_handle(f"a{n}").describe()).attempt for n in range(COUNT)]
                if min(attempts) > 1:
                    break
        client = await killed(server)
        async with new_worker(client, "q", activities=[double]):
            results = await asyncio.gather(
                *(client.get_activity_handle(f"a{number}", run_id=run).result() for number, run in enumerate(runs))
            )
        assert results == [2 * number for number in range(COUNT)]
        client = await killed(server)
        counted = await client.count_activities("GROUP BY ExecutionStatus")
        assert {group.group_values[0]: group.count for group in counted.groups} == {"Completed": COUNT, "Terminated": 1}
        for number, run in enumerate(runs):
            assert await client.get_activity_handle(f"a{number}", run_id=run, result_type=int).result() == 2 * number
    finally:
        server.stop()


async def killed(server: Server) -> Client:
    server.kill()
    server.launch_again()
    await server.ready()
    return await Client.connect(server.address)
