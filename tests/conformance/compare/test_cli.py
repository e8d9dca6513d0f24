"""Every subcommand of the `temporal` CLI ends and prints alike on Temporal's server and on ours."""

import uuid
from contextlib import AsyncExitStack

import pytest

from conformance.compare.cli import CliScene, compare_lines
from conformance.compare.command_lines import GROUPS
from conformance.compare.conftest import Pair
from conformance.compare.difference import KNOWN_CLI_FILE, Difference, judge, load_known, stale

Seen = dict[str, list[Difference]]


@pytest.fixture(scope="module")
def seen() -> Seen:
    return {}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("group", GROUPS)
async def test_commands_print_alike(pair: Pair, seen: Seen, group: str) -> None:
    known = load_known(KNOWN_CLI_FILE)
    scenes = [
        CliScene(client, server.address, f"{group.replace('_', '-')}-{uuid.uuid4().hex[:8]}")
        for client, server in ((pair.temporal, pair.temporal_server), (pair.sundial, pair.sundial_server))
    ]
    async with AsyncExitStack() as stack:
        for scene in scenes:
            for worker in scene.workers():
                await stack.enter_async_context(worker)
        found = seen[group] = await compare_lines(group, GROUPS[group], known, *scenes)
    wrong = judge(found, known)
    assert not wrong, "\n" + wrong


def test_what_is_known_still_differs(seen: Seen) -> None:
    if len(seen) < len(GROUPS):
        pytest.skip("only some of the groups ran")
    wrong = stale([difference for found in seen.values() for difference in found], load_known(KNOWN_CLI_FILE))
    assert not wrong, "\n" + wrong
