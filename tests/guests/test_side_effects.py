"""Side effects in Go draw random numbers, by either compiler: kept in history, the same in each replay, and nowhere else allowed."""

import uuid
from collections.abc import Awaitable, Callable

import pytest

from guests.languages import GO, LANGUAGES, TINYGO, Language
from harness.crashes import Tried
from harness.history import attributes, event_names
from harness.wait import eventually

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(240)]

Serve = Callable[[Language, str], Awaitable[str]]


@pytest.fixture(scope="session", params=[one for one in (GO, TINYGO) if one in LANGUAGES], ids=lambda one: one.name)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


async def test_what_is_drawn_is_kept(place: Tried, language: Language, serve: Serve, unique: str) -> None:
    queue = await serve(language, "side-effects")
    drawn = []
    for number in range(2):
        handle = await place.client.start_workflow("Draw", id=f"{unique}-{number}", task_queue=queue)

        async def has_drawn() -> bool:
            return "MarkerRecorded" in await event_names(handle)

        await eventually(has_drawn, within=60)
        await place.moment()
        await handle.signal("finish")
        result = await handle.result()
        assert "WorkflowTaskFailed" not in await event_names(handle)
        # A replay on other values would fail, since the markers would differ.
        markers = [await attributes(handle, "MarkerRecorded", index) for index in range(3)]
        for value, marker in zip(result.values(), markers, strict=True):
            assert value in str(marker.details)
        drawn += [uuid.UUID(result["id"]), uuid.UUID(result["mutable"]), bytes.fromhex(result["bytes"])]
    assert len(set(drawn)) == len(drawn)
    assert all(value.version == 4 for value in drawn if isinstance(value, uuid.UUID))


async def test_nothing_is_drawn_outside(place: Tried, language: Language, serve: Serve, unique: str) -> None:
    queue = await serve(language, "side-effects")
    handle = await place.client.start_workflow("Leak", id=unique, task_queue=queue)

    async def has_failed() -> bool:
        return "WorkflowTaskFailed" in await event_names(handle)

    await eventually(has_failed, within=60)
    told = (await attributes(handle, "WorkflowTaskFailed")).failure.message
    assert "it called the system's random numbers: a workflow has no randomness of its own" in told
    await handle.terminate()
