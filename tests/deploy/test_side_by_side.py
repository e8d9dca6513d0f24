"""The compose file's processes side by side: what the pages tell a newcomer to type, and worker hosts replaced under load."""

import asyncio
import json
import os
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from deploy.orders import TASK_QUEUE, Orders
from deploy.renderer import DEPLOY, Renderer
from deploy.side_by_side import SideBySide
from harness.server import CHECKOUT, sundial_binary
from harness.sundial import Guests, sundial
from harness.wait import eventually

pytestmark = pytest.mark.timeout(240)

LINES = 6
# Orders that are open from before the first worker host ends until after the last one came back.
WAITING = 10
ROUNDS = 2
WORKER_HOSTS = ("worker", "native-activities")


@pytest.fixture(scope="module")
async def place(render: Renderer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SideBySide]:
    running = SideBySide(render, tmp_path_factory.mktemp("compose"))
    try:
        await running.start()
        yield running
    finally:
        running.stop()


def commands_of_the_page() -> list[list[str]]:
    """What deploy/README.md says to type after `docker compose up`, as far as it is `sundial`."""
    page = (DEPLOY / "README.md").read_text().replace("\\\n", " ")
    part = page.split("docker compose up --build", 1)[1].split("\n## ", 1)[0]
    return [shlex.split(line) for line in part.splitlines() if line.startswith("sundial ")]


async def test_what_a_newcomer_is_told_to_type_works(place: SideBySide, tmp_path: Path) -> None:
    (tmp_path / "guests").symlink_to(CHECKOUT / "guests")
    said = []
    for words in commands_of_the_page():
        command = await asyncio.create_subprocess_exec(
            sundial_binary(),
            *words[1:],
            cwd=tmp_path,
            env={**os.environ, "SUNDIAL_ADDRESS": place.address},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await command.communicate()
        assert command.returncode == 0, f"{shlex.join(words)}: {errors.decode()}"
        said.append(output.decode())
    assert "confirmed" in said[-1]


async def replace(place: SideBySide, name: str) -> None:
    """SIGTERM for one worker host, and a new one in its place once it has ended."""
    service = place.services[name]
    before = len(service.said())
    assert await service.end() == 0, f"{name} did not end in order:\n{service.said()}"
    assert " 0 failed workflow tasks" in service.said()[before:]
    service.start()
    await service.healthy()


async def test_worker_hosts_are_replaced_under_load_and_nothing_fails(place: SideBySide, tmp_path: Path) -> None:
    client = await Client.connect(place.address)
    component = await Guests(tmp_path).example("order")
    await sundial("module", "push", component, "--name", TASK_QUEUE, address=place.address)
    orders, stop = Orders(client), asyncio.Event()
    waiting = [await orders.start(f"waiting-{number}") for number in range(WAITING)]
    load = [asyncio.create_task(orders.until(stop, line)) for line in range(LINES)]
    try:
        for _ in range(ROUNDS):
            for name in WORKER_HOSTS:
                # The new one works too before the next one goes.
                enough = len(orders.results) + LINES
                await eventually(lambda enough=enough: len(orders.results) >= enough, within=60)
                await replace(place, name)
        stop.set()
        await asyncio.gather(*load)
        await asyncio.gather(*(orders.approve(handle) for handle in waiting))
    finally:
        for task in load:
            task.cancel()
        await asyncio.gather(*load, return_exceptions=True)

    assert len(orders.results) >= WAITING + LINES * ROUNDS * len(WORKER_HOSTS)
    seen = await orders.check()
    # The Web UI counts what the clients were told.
    assert place.ui is not None
    path = "/api/v1/namespaces/default/workflow-count?query=ExecutionStatus%3D%22Completed%22"
    assert int(json.loads(await place.ui.get(path))["count"]) >= len(orders.results)
    print(
        f"{ROUNDS * len(WORKER_HOSTS)} replacements under load: {len(orders.results)} orders, {sum(seen.values())} events, "
        f"{seen['WorkflowTaskTimedOut']} workflow tasks timed out"
    )


async def test_everything_ends_in_order(place: SideBySide) -> None:
    for name in ("activities", "native-activities", "worker", "server"):
        assert await place.services[name].end() == 0, place.services[name].said()
