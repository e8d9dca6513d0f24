"""Wrong requests are refused in the same way on Temporal's server and on ours: the same code, the same words, the same details."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import grpc.aio
import pytest

from conformance.compare.conftest import Pair
from conformance.compare.difference import KNOWN_ERRORS_FILE, Difference, judge, load_known, stale
from conformance.compare.errors import answers, compared
from conformance.compare.requests import Method, methods

Channels = tuple[grpc.aio.Channel, grpc.aio.Channel]
# By the path of each method that was asked.
Seen = dict[str, list[Difference]]


@pytest.fixture(scope="session")
async def channels(pair: Pair) -> AsyncIterator[Channels]:
    async with (
        grpc.aio.insecure_channel(pair.temporal_server.address) as temporal,
        grpc.aio.insecure_channel(pair.sundial_server.address) as sundial,
    ):
        yield temporal, sundial


@pytest.fixture(scope="module")
def seen() -> Seen:
    return {}


@pytest.mark.parametrize("method", methods(), ids=lambda method: method.name)
async def test_wrong_requests_are_refused_alike(channels: Channels, seen: Seen, method: Method) -> None:
    theirs, ours = await asyncio.gather(*[answers(channel, method) for channel in channels])
    found = seen[method.path] = compared(method, theirs, ours)
    wrong = judge(found, load_known(KNOWN_ERRORS_FILE))
    assert not wrong, "\n" + wrong


def test_what_is_known_still_differs(seen: Seen) -> None:
    if len(seen) < len(methods()):
        pytest.skip("only some of the methods were asked")
    wrong = stale([difference for found in seen.values() for difference in found], load_known(KNOWN_ERRORS_FILE))
    assert not wrong, "\n" + wrong
