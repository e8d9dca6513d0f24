"""kill -9 of the server while a schedule acts every second: no action is lost, none is taken twice."""

import asyncio
import random
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client, ScheduleOverlapPolicy, SchedulePolicy

from harness.scheduled import EVERY_SECOND, Scheduled, overlapping, schedule
from harness.server import Server, free_port
from harness.wait import eventually
from harness.worker import new_worker

KILLS = 15


async def test_every_action_is_taken_once(tmp_path: Path) -> None:
    server = await Server.start(port=free_port(), database=tmp_path / "schedules.db")
    moments = random.Random(7)
    try:
        client = await Client.connect(server.address)
        written = schedule("kills", spec=EVERY_SECOND, policy=overlapping(ScheduleOverlapPolicy.ALLOW_ALL))
        handle = await client.create_schedule("kills", written)
        for _ in range(KILLS):
            await asyncio.sleep(moments.uniform(0.1, 1.5))
            server.kill()
            server.launch_again()
            await server.ready()
        client = await Client.connect(server.address)
        handle = client.get_schedule_handle("kills")
        await handle.pause()

        async def listed() -> list[str]:
            return [run.id async for run in client.list_workflows("WorkflowType = 'Scheduled'")]

        async def is_settled() -> bool:
            # An action that began before the pause is counted once its start is answered.
            return (await handle.describe()).info.num_actions == len(await listed())

        await eventually(is_settled)
        described = await handle.describe()
        taken = described.info.num_actions
        assert taken >= KILLS / 4
        assert described.info.num_actions_missed_catchup_window == 0
        last = described.info.recent_actions[-1].scheduled_at
        expected = {
            f"kills-run-{last - timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}" for number in range(taken)
        }
        runs = await listed()
        assert len(runs) == len(set(runs)) == taken
        assert set(runs) == expected
    finally:
        server.stop()


async def test_what_waits_goes_on_after_a_kill(tmp_path: Path) -> None:
    server = await Server.start(port=free_port(), database=tmp_path / "waiting.db")
    try:
        client = await Client.connect(server.address)
        policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ALL)
        handle = await client.create_schedule("waiting", schedule("waiting", policy=policy))
        for _ in range(3):
            await handle.trigger()

        async def is_waiting() -> bool:
            info = (await handle.describe()).raw_description.info
            return (info.action_count, info.buffer_size) == (1, 2)

        await eventually(is_waiting)
        server.kill()
        server.launch_again()
        await server.ready()
        client = await Client.connect(server.address)
        async with new_worker(client, "waiting", (Scheduled,)):
            handle = client.get_schedule_handle("waiting")
            for number in range(1, 4):

                async def has_begun() -> bool:
                    return (await handle.describe()).info.num_actions == number

                await eventually(has_begun)
                [running] = (await handle.describe()).info.running_actions
                run = client.get_workflow_handle(running.workflow_id, run_id=running.first_execution_run_id)
                await run.signal(Scheduled.end, "done")
                assert await run.result() == number
    finally:
        server.stop()
