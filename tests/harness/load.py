"""Journeys, and whatever else a test adds, that go on while it kills what they need; and the account of them afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio.client import Client

from harness.journey import Journey, Ledger, acknowledge_activities, check, travel
from harness.server import Server
from harness.worker import new_worker

QUEUE = "journeys"
# The longest that all that is still open may take after the last restart.
DRAIN_SECONDS = 60


@dataclass(frozen=True)
class Load:
    """`one` is done again and again, `at_once` of it side by side, each time with an id that begins with `name`."""

    name: str
    one: Callable[[str], Awaitable[None]]
    at_once: int


async def under_load(client: Client, kill: Callable[[], Awaitable[None]], journeys: int, *more: Load) -> Ledger:
    """Journeys and more until `kill` returns, after which the server has to be ready; then until all that has begun is done."""
    ledger, stop = Ledger(), asyncio.Event()
    loads = [Load("journey", lambda journey_id: travel(client, QUEUE, journey_id, ledger), journeys), *more]
    async with new_worker(client, QUEUE, [Journey]):
        acknowledgers = [asyncio.create_task(acknowledge_activities(client, QUEUE, ledger)) for _ in range(journeys)]
        lines = [
            asyncio.create_task(_until(stop, load.one, f"{load.name}-{line}"))
            for load in loads
            for line in range(load.at_once)
        ]
        try:
            await kill()
            stop.set()
            await asyncio.wait_for(asyncio.gather(*lines), DRAIN_SECONDS)
        finally:
            for task in [*acknowledgers, *lines]:
                task.cancel()
            ended = await asyncio.gather(*acknowledgers, *lines, return_exceptions=True)
    for error in ended:
        assert error is None or isinstance(error, asyncio.CancelledError), error
    assert not ledger.lost_completions
    return ledger


async def check_after_a_last_kill(server: Server, client: Client, ledger: Ledger) -> int:
    """Every journey that began is there as it was answered, also after one more kill. How many events were looked at."""
    server.kill()
    server.launch_again()
    await server.ready()
    counted = [await check(client, workflow_id, ledger) for workflow_id in ledger.results]
    assert len(ledger.results) == len(ledger.starts)
    return sum(counted)


async def _until(stop: asyncio.Event, one: Callable[[str], Awaitable[None]], name: str) -> None:
    number = 0
    while not stop.is_set():
        await one(f"{name}-{number}")
        number += 1
