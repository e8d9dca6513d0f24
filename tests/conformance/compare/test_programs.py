"""Every program does the same on Temporal's server and on ours, but for what known.toml explains, and on each of our databases."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from conformance.compare.conftest import Pair, on_postgres
from conformance.compare.difference import Difference, judge, load_known, stale
from conformance.compare.driver import Driver
from conformance.compare.program import Program, all_programs, running_drivers
from conformance.compare.run import LIMIT_SECONDS, TRIES, compare
from harness.go_tools import BUILD_WITHIN_SECONDS

# Programs mostly wait: for timeouts, for polls. More at once would make the servers' own timing show.
AT_ONCE = 4

Compared = dict[str, asyncio.Task[list[Difference]]]


@pytest.fixture(scope="session")
async def compared(pair: Pair, request: pytest.FixtureRequest) -> AsyncIterator[Compared]:
    """The programs that were asked for, running ahead of the tests that judge them."""
    room = asyncio.Semaphore(AT_ONCE)

    async def run(program: Program) -> list[Difference]:
        async with room:
            return await compare(program, pair.temporal, pair.sundial, *others)

    asked = [item.callspec.params["program"] for item in request.session.items if "program" in _parameters(item)]
    async with on_postgres() as others, running_drivers(asked):
        tasks = {program.name: asyncio.create_task(run(program)) for program in asked}
        yield tasks
        for task in tasks.values():
            task.cancel()


def _parameters(item: pytest.Item) -> dict[str, object]:
    return item.callspec.params if hasattr(item, "callspec") else {}


@pytest.mark.timeout(TRIES * LIMIT_SECONDS + 20)
@pytest.mark.parametrize("program", all_programs(), ids=lambda program: program.name)
async def test_is_the_same_on_both(compared: Compared, program: Program) -> None:
    found = await compared[program.name]
    wrong = judge(found, load_known())
    assert not wrong, "\n" + wrong


@pytest.mark.timeout(BUILD_WITHIN_SECONDS)
@pytest.mark.parametrize("driver", {program.driver for program in all_programs() if program.driver}, ids=str)
async def test_what_a_driver_has_is_compared(driver: Driver) -> None:
    wanted = [program.name.rpartition(".")[2] for program in all_programs() if program.driver is driver]
    assert sorted(wanted) == await driver.names()


async def test_what_is_known_still_differs(compared: Compared) -> None:
    if len(compared) < len(all_programs()):
        pytest.skip("only some of the programs run")
    found = [difference for task in compared.values() for difference in await task]
    wrong = stale(found, load_known())
    assert not wrong, "\n" + wrong
