"""Runs a program on all servers at once and compares what it recorded."""

import asyncio
import uuid
from dataclasses import replace

from temporalio.client import Client
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError

from conformance.compare.difference import BROKE_OFF, Difference, differences
from conformance.compare.program import Program
from conformance.compare.scene import Scene, rpc_error

# No program waits for longer than a few seconds: what takes this long hangs.
LIMIT_SECONDS = 40

# Programs run side by side, and the reference loses one now and then to its own slowness: a task whose run timed out before it was
# answered, or that timed out itself, says nothing of either server.
TRIES = 3
_SLOW = "WorkflowTaskTimedOut"


async def account_of(program: Program, client: Client) -> dict[str, object]:
    """What the program records on one server, up to the point at which it broke off if it did."""
    scene = Scene(client, f"{program.name.replace('.', '-')}-{uuid.uuid4().hex[:8]}")
    try:
        await asyncio.wait_for(program.body(scene), LIMIT_SECONDS)
    except RPCError as error:
        scene.record(BROKE_OFF, rpc_error(error))
    except (AssertionError, TemporalError, TimeoutError) as error:
        scene.record(BROKE_OFF, f"{type(error).__name__}: {error}")
    return scene.account


async def compare(program: Program, temporal: Client, sundial: Client, *on_postgres: Client) -> list[Difference]:
    """All differences, known or not: also those of our server on PostgreSQL, if there is one, from our server on SQLite."""
    for _ in range(TRIES):
        accounts = [account_of(program, client) for client in (temporal, sundial, *on_postgres)]
        theirs, ours, *others = await asyncio.gather(*accounts)
        if BROKE_OFF not in theirs and _slow(theirs) <= _slow(ours):
            break
    assert theirs, f"{program.name} recorded nothing"
    # Alike or not: nothing that comes after that would be compared.
    assert BROKE_OFF not in theirs, f"{program.name} broke off on the reference: {theirs[BROKE_OFF]}"
    found = differences(program.name, theirs, ours)
    for other in others:
        found += [replace(difference, of_databases=True) for difference in differences(program.name, ours, other)]
    return found


def _slow(recorded: object) -> int:
    """How many workflow tasks timed out."""
    match recorded:
        case dict():
            return sum((key == _SLOW) + _slow(value) for key, value in recorded.items())
        case list():
            return sum(map(_slow, recorded))
        case _:
            return 0
